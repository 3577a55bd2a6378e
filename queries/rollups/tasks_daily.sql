-- purpose: what whole tasks cost and how they ended, over all their attempts of the day
-- grain: day, role, category, difficulty, table version (0: no table)
-- units: cost in nano-USD, latency in tenths of a millisecond; an attempt after midnight counts on its own day, so
-- sums over days are right and a single day is off by the tasks under way at midnight
-- check: tasks_daily_balance error changed_days
WITH attempts AS (
    SELECT
        day, role, task_category, task_difficulty, COALESCE(task_id, call_id) AS task,
        CASE WHEN attempt = 1 THEN 1 ELSE 0 END AS first_attempt,
        CASE WHEN success THEN 1 ELSE 0 END AS succeeded,
        CASE WHEN table_version IS NULL THEN 0 ELSE table_version END AS table_version,
        CASE WHEN cost_usd IS NULL THEN 0 ELSE CAST(FLOOR(cost_usd * 1000000000.0 + 0.5) AS BIGINT) END AS cost_nano,
        CASE WHEN cost_usd IS NULL THEN 0 ELSE 1 END AS costed,
        CASE WHEN latency_ms IS NULL THEN 0 ELSE CAST(FLOOR(latency_ms * 10.0) AS BIGINT) END AS tenths,
        CASE WHEN score IS NOT NULL AND success THEN 1 ELSE 0 END AS scored,
        CASE WHEN score IS NOT NULL AND success THEN CAST(FLOOR(score * 100000.0 + 0.5) AS BIGINT) ELSE 0 END AS quality_micro
    FROM calls
    WHERE source = 'production'
),
tasks AS (
    SELECT
        day, role, task_category, task_difficulty, task,
        MAX(table_version) AS table_version,
        MAX(first_attempt) AS began,
        MAX(succeeded) AS served,
        COUNT(*) AS attempts,
        SUM(cost_nano) AS cost_nano, SUM(costed) AS costed, SUM(tenths) AS tenths,
        SUM(scored) AS scored, SUM(quality_micro) AS quality_micro
    FROM attempts
    GROUP BY day, role, task_category, task_difficulty, task
)
SELECT
    day, role, task_category, task_difficulty, table_version,
    CAST(SUM(began) AS BIGINT) AS tasks,
    CAST(SUM(served) AS BIGINT) AS served,
    CAST(SUM(attempts) AS BIGINT) AS attempts,
    CAST(SUM(costed) AS BIGINT) AS n_costed,
    CAST(SUM(cost_nano) AS BIGINT) AS cost_sum,
    CAST(SUM(tenths) AS BIGINT) AS latency_sum,
    CAST(SUM(scored) AS BIGINT) AS n_scored,
    CAST(SUM(quality_micro) AS BIGINT) AS quality_sum
FROM tasks
GROUP BY day, role, task_category, task_difficulty, table_version
