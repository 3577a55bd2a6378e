-- purpose: every production task with all its attempts of a day
-- grain: day, role, category, difficulty, task (of a call without a task id: the call)
-- units: cost in nano-USD, latency in tenths of a millisecond, quality in 1e-6 of [0, 1]; an attempt after midnight
-- counts on its own day
WITH attempts AS (
    SELECT
        day, role, task_category, task_difficulty, COALESCE(task_id, call_id) AS task,
        CASE WHEN attempt = 1 THEN 1 ELSE 0 END AS first_attempt,
        CASE WHEN success THEN 1 ELSE 0 END AS succeeded,
        CASE WHEN table_version IS NULL THEN 0 ELSE table_version END AS table_version,
        CASE WHEN cost_usd IS NULL THEN 0 ELSE CAST(FLOOR(cost_usd * 1000000000.0 + 0.5) AS BIGINT) END AS cost_nano,
        CASE WHEN cost_usd IS NULL THEN 0 ELSE 1 END AS costed,
        CASE WHEN latency_ms IS NULL THEN 0 ELSE CAST(FLOOR(latency_ms * 10.0) AS BIGINT) END AS tenths,
        CASE WHEN latency_ms IS NULL THEN 0 ELSE 1 END AS timed,
        CASE WHEN score IS NOT NULL AND success THEN 1 ELSE 0 END AS scored,
        CASE WHEN score IS NOT NULL AND success THEN CAST(FLOOR(score * 100000.0 + 0.5) AS BIGINT) ELSE 0 END AS quality_micro
    FROM calls
    WHERE source = 'production'
)
SELECT
    day, role, task_category, task_difficulty, task,
    MAX(table_version) AS table_version,
    MAX(first_attempt) AS began,
    MAX(succeeded) AS served,
    COUNT(*) AS attempts,
    CAST(SUM(costed) AS BIGINT) AS costed, CAST(SUM(cost_nano) AS BIGINT) AS cost_nano,
    CAST(SUM(timed) AS BIGINT) AS timed, CAST(SUM(tenths) AS BIGINT) AS tenths,
    CAST(SUM(scored) AS BIGINT) AS scored, CAST(SUM(quality_micro) AS BIGINT) AS quality_micro
FROM attempts
GROUP BY day, role, task_category, task_difficulty, task
