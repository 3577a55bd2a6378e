-- purpose: what share of today's tasks each segment has, by decayed first attempts (of production where there are any)
-- grain: role, category, difficulty
-- engine: merit
WITH parameters AS (SELECT CAST($as_of AS DATE) AS as_of),
production AS (SELECT SUM(CASE WHEN source = 'production' THEN n ELSE 0 END) AS calls FROM arms_daily),
segments AS (
    SELECT
        r.role, r.task_category, r.task_difficulty,
        SUM(decay_weight(r.day, p.as_of, l.half_life_days) * r.n) AS strength, CAST(SUM(r.n) AS BIGINT) AS n
    FROM parameters AS p
    CROSS JOIN production
    CROSS JOIN arms_daily AS r
    JOIN half_lives AS l ON l.source = r.source
    WHERE r.attempt_class = 'first' AND (r.source = 'production' OR production.calls = 0)
    GROUP BY r.role, r.task_category, r.task_difficulty
)
SELECT role, task_category, task_difficulty, n, strength, strength / SUM(strength) OVER () AS share
FROM segments
ORDER BY role, task_category, task_difficulty
