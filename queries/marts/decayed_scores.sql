-- purpose: the decayed evidence of every arm from first attempts: strength, effective calls, reliability, quality
-- grain: role, category, difficulty, arm
-- units: strength in calls of today; quality in [0, 1] over scored successes
-- engine: merit
-- check: decayed_scores_sane error all
WITH parameters AS (
    SELECT
        CAST($as_of AS DATE) AS as_of, CAST($half_life_days AS DOUBLE) AS half_life_days,
        CAST($benchmark_weight AS DOUBLE) AS benchmark_weight, CAST($benchmark_cap AS DOUBLE) AS benchmark_cap
),
sources AS (SELECT COUNT(DISTINCT source) AS kinds FROM arms_daily),
weighted AS (
    SELECT
        r.day, r.source, r.role, r.task_category, r.task_difficulty, m.arm, m.provider,
        decay_weight(r.day, p.as_of, p.half_life_days) AS w,
        r.n, r.n_success, r.n_scored_success,
        r.quality_sum / 1e6 AS quality_sum, r.quality_square_sum / 1e12 AS quality_square_sum
    FROM arms_daily AS r
    CROSS JOIN parameters AS p
    JOIN models AS m ON m.logged_model = r.model AND m.logged_provider = r.provider
    WHERE r.attempt_class = 'first'
),
by_source AS (
    SELECT
        source, role, task_category, task_difficulty, arm, provider,
        SUM(n) AS calls, SUM(n_scored_success) AS scored_calls,
        SUM(w * n) AS strength, SUM(w * w * n) AS strength_squared,
        SUM(w * n_success) AS success_strength, SUM(w * n_scored_success) AS scored_strength,
        SUM(w * quality_sum) AS quality_sum, SUM(w * quality_square_sum) AS quality_square_sum,
        MIN(day) AS first_day, MAX(day) AS last_day
    FROM weighted
    GROUP BY source, role, task_category, task_difficulty, arm, provider
),
factored AS (
    SELECT
        b.*,
        CASE
            WHEN b.source = 'production' OR s.kinds = 1 THEN 1.0
            WHEN b.strength * p.benchmark_weight > p.benchmark_cap THEN p.benchmark_cap / b.strength
            ELSE p.benchmark_weight
        END AS factor
    FROM by_source AS b
    CROSS JOIN sources AS s
    CROSS JOIN parameters AS p
),
arms AS (
    SELECT
        role, task_category, task_difficulty, arm, provider,
        CAST(SUM(calls) AS BIGINT) AS n, CAST(SUM(scored_calls) AS BIGINT) AS n_scored,
        SUM(factor * strength) AS strength, SUM(factor * factor * strength_squared) AS strength_squared,
        SUM(factor * success_strength) AS success_strength, SUM(factor * scored_strength) AS scored_strength,
        SUM(factor * quality_sum) AS quality_sum, SUM(factor * quality_square_sum) AS quality_square_sum,
        MIN(first_day) AS first_day, MAX(last_day) AS last_day
    FROM factored
    GROUP BY role, task_category, task_difficulty, arm, provider
)
SELECT
    role, task_category, task_difficulty, arm, provider, n, n_scored,
    strength, strength_squared,
    CASE WHEN strength_squared > 0 THEN strength * strength / strength_squared ELSE 0 END AS n_eff,
    success_strength, scored_strength, quality_sum, quality_square_sum,
    CASE WHEN strength > 0 THEN success_strength / strength END AS reliability,
    CASE WHEN scored_strength > 0 THEN quality_sum / scored_strength END AS quality,
    CASE WHEN scored_strength > 0 THEN 10 * quality_sum / scored_strength END AS score,
    first_day, last_day
FROM arms
ORDER BY role, task_category, task_difficulty, arm
