-- purpose: what each arm did after another model's failure, decayed: harder work, kept apart from first attempts
-- grain: role, category, difficulty, arm
-- units: strength in calls of today
-- engine: merit
WITH parameters AS (SELECT CAST($as_of AS DATE) AS as_of)
SELECT
    r.role, r.task_category, r.task_difficulty, m.arm,
    CAST(SUM(r.n) AS BIGINT) AS n,
    SUM(decay_weight(r.day, p.as_of, l.half_life_days) * r.n) AS strength,
    SUM(decay_weight(r.day, p.as_of, l.half_life_days) * r.n_success) AS success_strength
FROM parameters AS p
CROSS JOIN arms_daily AS r
JOIN half_lives AS l ON l.source = r.source
JOIN models AS m ON m.logged_model = r.model AND m.logged_provider = r.provider
WHERE r.attempt_class = 'later'
GROUP BY r.role, r.task_category, r.task_difficulty, m.arm
ORDER BY r.role, r.task_category, r.task_difficulty, m.arm
