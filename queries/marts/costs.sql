-- purpose: what a call of each arm costs from now on: decayed tokens at the price in force, else decayed logged cost
-- grain: role, category, difficulty, arm
-- units: US dollars a call
-- engine: merit
WITH parameters AS (SELECT CAST($as_of AS DATE) AS as_of),
weighted AS (
    SELECT
        r.role, r.task_category, r.task_difficulty, r.model, r.provider,
        decay_weight(r.day, p.as_of, l.half_life_days) AS w,
        r.n_costed, r.cost_sum / 1e9 AS cost_sum,
        r.n_tokens_costed + r.n_tokens_uncosted AS n_tokens,
        r.input_tokens_costed + r.input_tokens_uncosted AS input_tokens,
        r.cached_input_tokens_costed + r.cached_input_tokens_uncosted AS cached_input_tokens,
        r.output_tokens_costed + r.output_tokens_uncosted AS output_tokens
    FROM parameters AS p
    CROSS JOIN arms_daily AS r
    JOIN half_lives AS l ON l.source = r.source
    WHERE r.attempt_class = 'first'
),
logged AS (
    SELECT
        role, task_category, task_difficulty, model, provider,
        SUM(w * n_costed) AS n_costed, SUM(w * cost_sum) AS cost_sum,
        SUM(w * n_tokens) AS n_tokens, SUM(w * input_tokens) AS input_tokens,
        SUM(w * cached_input_tokens) AS cached_input_tokens, SUM(w * output_tokens) AS output_tokens
    FROM weighted
    GROUP BY role, task_category, task_difficulty, model, provider
),
sums AS (
    SELECT
        l.role, l.task_category, l.task_difficulty, m.arm,
        SUM(l.n_costed) AS n_costed, SUM(l.cost_sum) AS cost_sum,
        SUM(l.n_tokens) AS n_tokens, SUM(l.input_tokens) AS input_tokens,
        SUM(l.cached_input_tokens) AS cached_input_tokens, SUM(l.output_tokens) AS output_tokens
    FROM logged AS l
    JOIN models AS m ON m.logged_model = l.model AND m.logged_provider = l.provider
    GROUP BY l.role, l.task_category, l.task_difficulty, m.arm
),
means AS (
    SELECT
        role, task_category, task_difficulty, arm,
        CASE WHEN n_tokens > 0 THEN input_tokens / n_tokens END AS input_tokens,
        CASE WHEN n_tokens > 0 THEN cached_input_tokens / n_tokens END AS cached_input_tokens,
        CASE WHEN n_tokens > 0 THEN output_tokens / n_tokens END AS output_tokens,
        CASE WHEN n_costed > 0 THEN cost_sum / n_costed END AS logged_cost_usd
    FROM sums
),
announced AS (SELECT arm FROM models GROUP BY arm HAVING SUM(calls) = 0),
expected AS (
    SELECT * FROM means
    UNION ALL
    -- a model that has not run yet is expected to use as many tokens as the others do
    SELECT
        m.role, m.task_category, m.task_difficulty, a.arm,
        AVG(m.input_tokens) AS input_tokens, AVG(m.cached_input_tokens) AS cached_input_tokens,
        AVG(m.output_tokens) AS output_tokens, CAST(NULL AS DOUBLE) AS logged_cost_usd
    FROM means AS m
    CROSS JOIN announced AS a
    GROUP BY m.role, m.task_category, m.task_difficulty, a.arm
),
priced AS (
    SELECT
        s.role, s.task_category, s.task_difficulty, s.arm,
        s.input_tokens, s.cached_input_tokens, s.output_tokens, s.logged_cost_usd,
        (
            (s.input_tokens - s.cached_input_tokens) * p.input_usd_per_mtok
            + s.cached_input_tokens * p.cached_input_usd_per_mtok
            + s.output_tokens * p.output_usd_per_mtok
        ) / 1e6 AS list_cost_usd
    FROM expected AS s
    LEFT JOIN prices_in_force AS p ON p.arm = s.arm
)
SELECT
    role, task_category, task_difficulty, arm, input_tokens, cached_input_tokens, output_tokens,
    logged_cost_usd, list_cost_usd,
    COALESCE(list_cost_usd, logged_cost_usd) AS cost_usd,
    CASE
        WHEN list_cost_usd IS NOT NULL THEN 'price'
        WHEN logged_cost_usd IS NOT NULL THEN 'logged'
        ELSE 'unknown'
    END AS cost_source
FROM priced
ORDER BY role, task_category, task_difficulty, arm
