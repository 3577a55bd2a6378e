-- purpose: how long the tasks of each segment took by day, of the last 92 days
-- grain: day, role, category, difficulty, bucket
-- units: milliseconds, within 1 %
-- engine: merit
WITH parameters AS (SELECT CAST($as_of AS DATE) AS as_of)
SELECT
    r.day, r.role, r.task_category, r.task_difficulty, r.bucket,
    latency_of_bucket(r.bucket) AS latency_ms, r.n
FROM parameters AS p
CROSS JOIN task_latency_daily AS r
WHERE CAST(p.as_of - r.day AS BIGINT) <= 92
ORDER BY r.day, r.role, r.task_category, r.task_difficulty, r.bucket
