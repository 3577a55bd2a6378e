-- purpose: what each arm did and cost by day in production, all attempts, of the last 92 days
-- grain: day, role, category, difficulty, arm
-- units: cost in US dollars, of the calls that have one
-- engine: merit
WITH parameters AS (SELECT CAST($as_of AS DATE) AS as_of)
SELECT
    r.day, r.role, r.task_category, r.task_difficulty, m.arm,
    CAST(SUM(r.n) AS BIGINT) AS n,
    CAST(SUM(r.n_success) AS BIGINT) AS n_success,
    CAST(SUM(r.n_scored_success) AS BIGINT) AS n_scored_success,
    SUM(r.quality_sum) / 1e5 AS score_sum,
    SUM(r.cost_sum) / 1e9 AS cost_usd
FROM parameters AS p
CROSS JOIN arms_daily AS r
JOIN models AS m ON m.logged_model = r.model AND m.logged_provider = r.provider
WHERE r.source = 'production' AND CAST(p.as_of - r.day AS BIGINT) <= 92
GROUP BY r.day, r.role, r.task_category, r.task_difficulty, m.arm
ORDER BY r.day, r.role, r.task_category, r.task_difficulty, m.arm
