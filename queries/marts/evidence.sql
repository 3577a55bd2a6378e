-- purpose: all that the policy is built from, one row an arm: a table can be rebuilt from this alone
-- grain: role, category, difficulty, arm
-- engine: merit
WITH arms AS (SELECT DISTINCT arm, model, provider, tier FROM models)
SELECT
    s.role, s.task_category, s.task_difficulty, s.arm, a.model, a.provider, a.tier,
    s.n, s.n_scored, s.strength, s.strength_squared,
    s.success_strength, s.scored_strength, s.quality_sum, s.quality_square_sum,
    c.cost_usd, c.cost_source, c.input_tokens, c.cached_input_tokens, c.output_tokens,
    l.p50_ms, l.p95_ms, l.p99_ms, CAST(s.first_day AS VARCHAR) AS first_day, CAST(s.last_day AS VARCHAR) AS last_day,
    COALESCE(t.share, 0) AS traffic_share,
    p.input_usd_per_mtok, p.cached_input_usd_per_mtok, p.output_usd_per_mtok,
    CAST(p.effective_from AS VARCHAR) AS price_effective_from
FROM decayed_scores AS s
JOIN arms AS a ON a.arm = s.arm
LEFT JOIN costs AS c
    ON c.role = s.role AND c.task_category = s.task_category AND c.task_difficulty = s.task_difficulty AND c.arm = s.arm
LEFT JOIN latency_quantiles AS l
    ON l.role = s.role AND l.task_category = s.task_category AND l.task_difficulty = s.task_difficulty AND l.arm = s.arm
LEFT JOIN traffic AS t
    ON t.role = s.role AND t.task_category = s.task_category AND t.task_difficulty = s.task_difficulty
LEFT JOIN prices_in_force AS p ON p.arm = s.arm
ORDER BY s.role, s.task_category, s.task_difficulty, s.arm
