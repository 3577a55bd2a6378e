-- merit's own functions that the marts call, as macros.

-- src/analyze/udf/decay_weight.rs
CREATE TEMP MACRO decay_weight(day, as_of, half_life_days) AS
    CASE WHEN day < as_of THEN pow(2.0, -(as_of - day) / half_life_days) ELSE 0.0 END;

-- src/stats/latency_histogram.rs
CREATE TEMP MACRO latency_octave(bucket) AS greatest((bucket - 64) // 64, 0);
CREATE TEMP MACRO latency_of_bucket(bucket) AS
    (bucket - 64 * latency_octave(bucket) + 0.5) * (1 << latency_octave(bucket)) / 10.0;

-- src/stats/wilson.rs at level 0.90: z = Φ⁻¹(0.95)
CREATE TEMP MACRO normal_quantile() AS CAST('1.6448536269514722' AS DOUBLE);
CREATE TEMP MACRO wilson_centre(share, n) AS share + normal_quantile() ** 2 / (2 * n);
CREATE TEMP MACRO wilson_half_width(share, n) AS
    normal_quantile() * sqrt(share * (1 - share) / n + normal_quantile() ** 2 / (4 * n * n));
CREATE TEMP MACRO wilson_low(successes, n) AS
    CASE
        WHEN n <= 0 OR successes <= 0 THEN 0.0
        ELSE greatest(
            (wilson_centre(least(successes / n, 1), n) - wilson_half_width(least(successes / n, 1), n))
            / (1 + normal_quantile() ** 2 / n),
            0
        )
    END;
CREATE TEMP MACRO wilson_high(successes, n) AS
    CASE
        WHEN n <= 0 OR successes >= n THEN 1.0
        ELSE least(
            (wilson_centre(greatest(successes / n, 0), n) + wilson_half_width(greatest(successes / n, 0), n))
            / (1 + normal_quantile() ** 2 / n),
            1
        )
    END;
