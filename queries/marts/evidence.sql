-- purpose: all that the policy is built from, one row an arm, source and judge: a table can be rebuilt from this alone
-- grain: role, category, difficulty, arm, source, judge
-- engine: merit
-- a change is told for 30 days; what it cut stays cut
WITH parameters AS (SELECT CAST($as_of AS DATE) AS as_of),
recent AS (SELECT c.* FROM arm_changes AS c CROSS JOIN parameters AS p WHERE CAST(p.as_of - c.since AS BIGINT) <= 30),
arms AS (SELECT DISTINCT arm, model, provider, tier FROM models),
judges AS (
    SELECT c.judge, MAX(c.since) AS since
    FROM changes AS c
    CROSS JOIN parameters AS p
    WHERE c.subject = 'judge' AND CAST(p.as_of - c.since AS BIGINT) <= 30
    GROUP BY c.judge
),
announced AS (SELECT arm FROM models GROUP BY arm HAVING SUM(calls) = 0),
segments AS (SELECT DISTINCT role, task_category, task_difficulty FROM decayed_cells),
cells AS (
    SELECT
        role, task_category, task_difficulty, arm, source, judge, n, n_scored, strength, strength_squared, success_strength,
        scored_strength, scored_strength_squared, quality_sum, quality_square_sum, first_day, last_day
    FROM decayed_cells
    UNION ALL
    -- a model that has not run yet has a row without calls in every segment
    SELECT
        g.role, g.task_category, g.task_difficulty, a.arm, '' AS source, '' AS judge, 0 AS n, 0 AS n_scored,
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, NULL AS first_day, NULL AS last_day
    FROM segments AS g
    CROSS JOIN announced AS a
)
SELECT
    s.role, s.task_category, s.task_difficulty, s.arm, s.source, s.judge, a.model, a.provider, a.tier,
    s.n, s.n_scored, s.strength, s.strength_squared,
    s.success_strength, s.scored_strength, s.scored_strength_squared, s.quality_sum, s.quality_square_sum,
    COALESCE(f.strength, 0) AS later_strength, COALESCE(f.success_strength, 0) AS later_success_strength,
    c.cost_usd, c.cost_source, c.input_tokens, c.cached_input_tokens, c.output_tokens,
    l.p50_ms, l.p95_ms, l.p99_ms, CAST(s.first_day AS VARCHAR) AS first_day, CAST(s.last_day AS VARCHAR) AS last_day,
    COALESCE(t.share, 0) AS traffic_share,
    p.input_usd_per_mtok, p.cached_input_usd_per_mtok, p.output_usd_per_mtok,
    CAST(p.effective_from AS VARCHAR) AS price_effective_from,
    CAST(d.since AS VARCHAR) AS changed_since, CAST(j.since AS VARCHAR) AS judge_changed_since,
    h.half_life_days, h.origin AS half_life_origin, h.gain AS half_life_gain
FROM cells AS s
JOIN arms AS a ON a.arm = s.arm
LEFT JOIN half_lives AS h ON h.source = s.source
LEFT JOIN judges AS j ON j.judge = s.judge
LEFT JOIN recent AS d
    ON d.role = s.role AND d.task_category = s.task_category AND d.task_difficulty = s.task_difficulty AND d.arm = s.arm
LEFT JOIN later_attempts AS f
    ON f.role = s.role AND f.task_category = s.task_category AND f.task_difficulty = s.task_difficulty AND f.arm = s.arm
LEFT JOIN costs AS c
    ON c.role = s.role AND c.task_category = s.task_category AND c.task_difficulty = s.task_difficulty AND c.arm = s.arm
LEFT JOIN latency_quantiles AS l
    ON l.role = s.role AND l.task_category = s.task_category AND l.task_difficulty = s.task_difficulty AND l.arm = s.arm
LEFT JOIN traffic AS t
    ON t.role = s.role AND t.task_category = s.task_category AND t.task_difficulty = s.task_difficulty
LEFT JOIN prices_in_force AS p ON p.arm = s.arm
ORDER BY s.role, s.task_category, s.task_difficulty, s.arm, s.source, s.judge
