-- purpose: what whole tasks cost and how they ended, over all their attempts of the day
-- grain: day, role, category, difficulty, table version (0: no table)
-- units: cost in nano-USD, latency in tenths of a millisecond, quality in 1e-6 of [0, 1] (squares in 1e-12); an attempt
-- after midnight counts on its own day, so sums over days are right and a single day is off by the tasks under way
-- at midnight; a task's quality is the mean of its scored answers; its cost is known where that of every attempt is
-- check: tasks_daily_balance error changed_days
WITH measured AS (
    SELECT
        day, role, task_category, task_difficulty, table_version, began, served, attempts, costed, cost_nano, tenths,
        scored, quality_micro,
        CASE WHEN scored > 0 THEN 1 ELSE 0 END AS has_score,
        CASE WHEN scored > 0 THEN CAST(FLOOR(quality_micro * 1.0 / scored + 0.5) AS BIGINT) ELSE 0 END AS task_quality,
        CASE WHEN costed = attempts THEN 1 ELSE 0 END AS has_cost,
        CASE WHEN costed = attempts THEN cost_nano ELSE 0 END AS task_cost
    FROM tasks
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
    CAST(SUM(quality_micro) AS BIGINT) AS quality_sum,
    CAST(SUM(has_score) AS BIGINT) AS scored_tasks,
    CAST(SUM(task_quality) AS BIGINT) AS task_quality_sum,
    CAST(SUM(task_quality * task_quality) AS BIGINT) AS task_quality_square_sum,
    CAST(SUM(has_cost) AS BIGINT) AS costed_tasks,
    CAST(SUM(task_cost) AS BIGINT) AS task_cost_sum,
    CAST(SUM(CAST(task_cost AS DECIMAL(19, 0)) * CAST(task_cost AS DECIMAL(19, 0))) AS DECIMAL(38, 0)) AS task_cost_square_sum
FROM measured
GROUP BY day, role, task_category, task_difficulty, table_version
