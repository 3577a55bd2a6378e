-- merit's own functions that the marts call.

-- src/analyze/udf/decay_weight.rs
CREATE FUNCTION decay_weight AS (day, as_of, half_life_days) ->
    if(day < as_of, exp2(-(as_of - day) / half_life_days), 0.0);

-- src/stats/latency_histogram.rs
CREATE FUNCTION latency_octave AS (bucket) -> greatest(intDiv(bucket - 64, 64), 0);
CREATE FUNCTION latency_of_bucket AS (bucket) ->
    (bucket - 64 * latency_octave(bucket) + 0.5) * exp2(latency_octave(bucket)) / 10.0;

-- src/stats/wilson.rs at level 0.90: z = Φ⁻¹(0.95)
CREATE FUNCTION wilson_centre AS (share, n) -> share + pow(1.6448536269514722, 2) / (2 * n);
CREATE FUNCTION wilson_half_width AS (share, n) ->
    1.6448536269514722 * sqrt(share * (1 - share) / n + pow(1.6448536269514722, 2) / (4 * n * n));
CREATE FUNCTION wilson_low AS (successes, n) ->
    if(
        n <= 0 OR successes <= 0,
        0.0,
        greatest(
            (wilson_centre(least(successes / n, 1.0), n) - wilson_half_width(least(successes / n, 1.0), n))
            / (1 + pow(1.6448536269514722, 2) / n),
            0.0
        )
    );
CREATE FUNCTION wilson_high AS (successes, n) ->
    if(
        n <= 0 OR successes >= n,
        1.0,
        least(
            (wilson_centre(greatest(successes / n, 0.0), n) + wilson_half_width(greatest(successes / n, 0.0), n))
            / (1 + pow(1.6448536269514722, 2) / n),
            1.0
        )
    );

-- what it calls otherwise
CREATE FUNCTION ends_with AS (text, end) -> endsWith(text, end);
