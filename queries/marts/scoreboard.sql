-- purpose: how production tasks went by day, over all their attempts
-- grain: day
-- units: score 0 to 10 over scored successes, US dollars and seconds a task
-- engine: merit
SELECT
    day, CAST(SUM(tasks) AS BIGINT) AS tasks,
    CASE WHEN SUM(tasks) > 0 THEN SUM(served) * 1.0 / SUM(tasks) END AS served_share,
    CASE WHEN SUM(n_scored) > 0 THEN SUM(quality_sum) / 1e5 / SUM(n_scored) END AS score,
    CASE WHEN SUM(tasks) > 0 THEN SUM(cost_sum) / 1e9 / SUM(tasks) END AS cost_usd,
    CASE WHEN SUM(tasks) > 0 THEN SUM(latency_sum) / 1e4 / SUM(tasks) END AS latency_s
FROM tasks_daily
GROUP BY day
ORDER BY day
