-- purpose: the decayed evidence of every arm by source and judge: each day by its age, its source's half-life, and the changes since
-- grain: role, category, difficulty, arm, source, judge
-- units: strength in calls of today; quality in [0, 1] over scored successes
-- engine: merit
WITH parameters AS (
    SELECT
        CAST($as_of AS DATE) AS as_of, CAST($post_change_weight AS DOUBLE) AS post_change_weight,
        CAST($benchmark_weight AS DOUBLE) AS benchmark_weight, CAST($benchmark_cap AS DOUBLE) AS benchmark_cap
),
sources AS (SELECT COUNT(DISTINCT source) AS kinds FROM histories),
weighted AS (
    SELECT
        h.*,
        decay_weight(h.day, p.as_of, l.half_life_days)
        * CASE WHEN h.day < c.since THEN p.post_change_weight ELSE 1.0 END AS w
    FROM parameters AS p
    CROSS JOIN histories AS h
    JOIN half_lives AS l ON l.source = h.source
    LEFT JOIN arm_changes AS c
        ON c.role = h.role AND c.task_category = h.task_category AND c.task_difficulty = h.task_difficulty
        AND c.arm = h.arm
),
cells AS (
    SELECT
        role, task_category, task_difficulty, arm, source, judge,
        CAST(SUM(n) AS BIGINT) AS n, CAST(SUM(n_scored_success) AS BIGINT) AS n_scored,
        SUM(w * n) AS strength, SUM(w * w * n) AS strength_squared,
        SUM(w * n_success) AS success_strength,
        SUM(w * n_scored_success) AS scored_strength, SUM(w * w * n_scored_success) AS scored_strength_squared,
        SUM(w * quality_sum) AS quality_sum, SUM(w * quality_square_sum) AS quality_square_sum,
        MIN(day) AS first_day, MAX(day) AS last_day
    FROM weighted
    GROUP BY role, task_category, task_difficulty, arm, source, judge
),
totals AS (
    SELECT
        cells.*,
        SUM(strength) OVER (PARTITION BY role, task_category, task_difficulty, arm, source) AS source_strength
    FROM cells
),
factored AS (
    SELECT
        t.*,
        CASE
            WHEN t.source = 'production' OR s.kinds = 1 THEN 1.0
            WHEN t.source_strength * p.benchmark_weight > p.benchmark_cap THEN p.benchmark_cap / t.source_strength
            ELSE p.benchmark_weight
        END AS factor
    FROM parameters AS p
    CROSS JOIN sources AS s
    CROSS JOIN totals AS t
)
SELECT
    role, task_category, task_difficulty, arm, source, judge, n, n_scored, factor,
    factor * strength AS strength, factor * factor * strength_squared AS strength_squared,
    factor * success_strength AS success_strength,
    factor * scored_strength AS scored_strength,
    factor * factor * scored_strength_squared AS scored_strength_squared,
    factor * quality_sum AS quality_sum, factor * quality_square_sum AS quality_square_sum,
    first_day, last_day
FROM factored
ORDER BY role, task_category, task_difficulty, arm, source, judge
