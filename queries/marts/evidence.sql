-- purpose: all that the policy is built from, one row an arm
-- grain: role, category, difficulty, arm
-- engine: merit
SELECT
    s.role, s.task_category, s.task_difficulty, s.arm, s.provider, s.n, s.n_scored, s.strength, s.strength_squared,
    s.success_strength, s.scored_strength, s.quality_sum, s.quality_square_sum,
    c.cost_usd, c.cost_source, c.input_tokens, c.cached_input_tokens, c.output_tokens,
    l.p50_ms, l.p95_ms, l.p99_ms, s.first_day, s.last_day
FROM decayed_scores AS s
LEFT JOIN costs AS c
    ON c.role = s.role AND c.task_category = s.task_category AND c.task_difficulty = s.task_difficulty AND c.arm = s.arm
LEFT JOIN latency_quantiles AS l
    ON l.role = s.role AND l.task_category = s.task_category AND l.task_difficulty = s.task_difficulty AND l.arm = s.arm
ORDER BY s.role, s.task_category, s.task_difficulty, s.arm
