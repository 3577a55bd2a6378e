-- purpose: how long answers took, as decayed histograms
-- grain: source, role, category, difficulty, logged model, logged provider, bucket
-- units: weight in calls of today; buckets as in latency_daily
-- engine: merit
-- A year has millions of buckets by day. Where neither this file nor latency_daily is overridden, src/analyze/latency_carry.rs
-- computes the same from sums that are carried from month to month.
WITH parameters AS (SELECT CAST($as_of AS DATE) AS as_of)
SELECT
    r.source, r.role, r.task_category, r.task_difficulty, r.model, r.provider, r.bucket,
    SUM(decay_weight(r.day, p.as_of, l.half_life_days) * r.n) AS weight
FROM parameters AS p
CROSS JOIN latency_daily AS r
JOIN half_lives AS l ON l.source = r.source
GROUP BY r.source, r.role, r.task_category, r.task_difficulty, r.model, r.provider, r.bucket
ORDER BY r.source, r.role, r.task_category, r.task_difficulty, r.model, r.provider, r.bucket
