-- purpose: median and tail of the decayed latency of each arm; an arm without a sample has no row
-- grain: role, category, difficulty, arm
-- units: milliseconds, within 1 %
-- engine: merit
WITH buckets AS (
    SELECT r.role, r.task_category, r.task_difficulty, m.arm, r.bucket, SUM(r.weight) AS w
    FROM latency_decayed AS r
    JOIN models AS m ON m.logged_model = r.model AND m.logged_provider = r.provider
    GROUP BY r.role, r.task_category, r.task_difficulty, m.arm, r.bucket
),
cumulated AS (
    SELECT
        role, task_category, task_difficulty, arm, bucket,
        SUM(w) OVER (PARTITION BY role, task_category, task_difficulty, arm ORDER BY bucket) AS up_to,
        SUM(w) OVER (PARTITION BY role, task_category, task_difficulty, arm) AS total
    FROM buckets
)
SELECT
    role, task_category, task_difficulty, arm,
    latency_of_bucket(MIN(CASE WHEN up_to >= 0.50 * total THEN bucket END)) AS p50_ms,
    latency_of_bucket(MIN(CASE WHEN up_to >= 0.95 * total THEN bucket END)) AS p95_ms,
    latency_of_bucket(MIN(CASE WHEN up_to >= 0.99 * total THEN bucket END)) AS p99_ms
FROM cumulated
GROUP BY role, task_category, task_difficulty, arm
ORDER BY role, task_category, task_difficulty, arm
