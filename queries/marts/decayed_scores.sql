-- purpose: the decayed evidence of every arm from first attempts: strength, effective calls, reliability, quality
-- grain: role, category, difficulty, arm
-- units: strength in calls of today; quality in [0, 1] over scored successes
-- engine: merit
-- check: decayed_scores_sane error all
WITH arms AS (
    SELECT
        role, task_category, task_difficulty, arm,
        CAST(SUM(n) AS BIGINT) AS n, CAST(SUM(n_scored) AS BIGINT) AS n_scored,
        SUM(strength) AS strength, SUM(strength_squared) AS strength_squared,
        SUM(success_strength) AS success_strength, SUM(scored_strength) AS scored_strength,
        SUM(quality_sum) AS quality_sum, SUM(quality_square_sum) AS quality_square_sum,
        MIN(first_day) AS first_day, MAX(last_day) AS last_day
    FROM decayed_cells
    GROUP BY role, task_category, task_difficulty, arm
),
providers AS (SELECT DISTINCT arm, provider FROM models)
SELECT
    a.role, a.task_category, a.task_difficulty, a.arm, p.provider, a.n, a.n_scored,
    a.strength, a.strength_squared,
    CASE WHEN a.strength_squared > 0 THEN a.strength * a.strength / a.strength_squared ELSE 0 END AS n_eff,
    a.success_strength, a.scored_strength, a.quality_sum, a.quality_square_sum,
    CASE WHEN a.strength > 0 THEN a.success_strength / a.strength END AS reliability,
    CASE WHEN a.scored_strength > 0 THEN a.quality_sum / a.scored_strength END AS quality,
    CASE WHEN a.scored_strength > 0 THEN 10 * a.quality_sum / a.scored_strength END AS score,
    a.first_day, a.last_day
FROM arms AS a
JOIN providers AS p ON p.arm = a.arm
ORDER BY a.role, a.task_category, a.task_difficulty, a.arm
