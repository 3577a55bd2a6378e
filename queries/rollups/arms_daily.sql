-- purpose: what each model did on each day, as sums that can be added up
-- grain: day, source, judge, attempt class, role, category, difficulty, model, provider
-- units: quality in 1e-6 of [0, 1] (its squares in 1e-12), cost in nano-USD, tokens in tokens
-- check: arms_daily_balance error changed_days
-- check: one_call_one_day warn changed_days
WITH measured AS (
    SELECT
        day, source, COALESCE(judge, '') AS judge,
        CASE WHEN attempt = 1 THEN 'first' ELSE 'later' END AS attempt_class,
        role, task_category, task_difficulty, model, provider,
        CASE WHEN success THEN 1 ELSE 0 END AS succeeded,
        CASE WHEN success AND score IS NOT NULL THEN 1 ELSE 0 END AS scored,
        CASE WHEN success AND score IS NOT NULL THEN CAST(FLOOR(score * 100000.0 + 0.5) AS BIGINT) ELSE 0 END AS quality_micro,
        CASE WHEN cost_usd IS NOT NULL THEN 1 ELSE 0 END AS costed,
        CASE WHEN cost_usd IS NOT NULL THEN CAST(FLOOR(cost_usd * 1000000000.0 + 0.5) AS BIGINT) ELSE 0 END AS cost_nano,
        CASE WHEN input_tokens IS NOT NULL AND output_tokens IS NOT NULL THEN 1 ELSE 0 END AS counted,
        COALESCE(input_tokens, 0) AS input_tokens,
        COALESCE(cached_input_tokens, 0) AS cached_input_tokens,
        COALESCE(output_tokens, 0) AS output_tokens
    FROM calls
)
SELECT
    day, source, judge, attempt_class, role, task_category, task_difficulty, model, provider,
    COUNT(*) AS n,
    CAST(SUM(succeeded) AS BIGINT) AS n_success,
    CAST(SUM(scored) AS BIGINT) AS n_scored_success,
    CAST(SUM(quality_micro) AS BIGINT) AS quality_sum,
    CAST(SUM(quality_micro * quality_micro) AS BIGINT) AS quality_square_sum,
    CAST(SUM(costed) AS BIGINT) AS n_costed,
    CAST(SUM(cost_nano) AS BIGINT) AS cost_sum,
    CAST(SUM(CAST(cost_nano AS DECIMAL(19, 0)) * CAST(cost_nano AS DECIMAL(19, 0))) AS DECIMAL(38, 0)) AS cost_square_sum,
    CAST(SUM(counted * costed) AS BIGINT) AS n_tokens_costed,
    CAST(SUM(counted * costed * input_tokens) AS BIGINT) AS input_tokens_costed,
    CAST(SUM(counted * costed * cached_input_tokens) AS BIGINT) AS cached_input_tokens_costed,
    CAST(SUM(counted * costed * output_tokens) AS BIGINT) AS output_tokens_costed,
    CAST(SUM(counted * (1 - costed)) AS BIGINT) AS n_tokens_uncosted,
    CAST(SUM(counted * (1 - costed) * input_tokens) AS BIGINT) AS input_tokens_uncosted,
    CAST(SUM(counted * (1 - costed) * cached_input_tokens) AS BIGINT) AS cached_input_tokens_uncosted,
    CAST(SUM(counted * (1 - costed) * output_tokens) AS BIGINT) AS output_tokens_uncosted
FROM measured
GROUP BY day, source, judge, attempt_class, role, task_category, task_difficulty, model, provider
