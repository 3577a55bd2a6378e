-- purpose: each arm's days, first attempts only: what half-lives and changes are found from
-- grain: day, source, judge, role, category, difficulty, arm
-- units: quality in [0, 1] over scored successes
-- engine: merit
SELECT
    r.day, r.source, r.judge, r.role, r.task_category, r.task_difficulty, m.arm,
    CAST(SUM(r.n) AS BIGINT) AS n, CAST(SUM(r.n_success) AS BIGINT) AS n_success,
    CAST(SUM(r.n_scored_success) AS BIGINT) AS n_scored_success,
    SUM(r.quality_sum) / 1e6 AS quality_sum, SUM(r.quality_square_sum) / 1e12 AS quality_square_sum
FROM arms_daily AS r
JOIN models AS m ON m.logged_model = r.model AND m.logged_provider = r.provider
WHERE r.attempt_class = 'first'
GROUP BY r.day, r.source, r.judge, r.role, r.task_category, r.task_difficulty, m.arm
ORDER BY r.day, r.source, r.judge, r.role, r.task_category, r.task_difficulty, m.arm
