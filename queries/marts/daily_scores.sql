-- purpose: each arm's day: calls, share of usable answers, mean score, spend
-- grain: day, arm
-- units: score 0 to 10 over scored successes, cost in US dollars
-- engine: merit
SELECT
    r.day, m.arm, CAST(SUM(r.n) AS BIGINT) AS n,
    SUM(r.n_success) * 1.0 / SUM(r.n) AS reliability,
    CASE WHEN SUM(r.n_scored_success) > 0 THEN SUM(r.quality_sum) / 1e5 / SUM(r.n_scored_success) END AS score,
    SUM(r.cost_sum) / 1e9 AS cost_usd
FROM arms_daily AS r
JOIN models AS m ON m.logged_model = r.model AND m.logged_provider = r.provider
GROUP BY r.day, m.arm
ORDER BY r.day, m.arm
