-- purpose: LLMPerf leaderboard, raw requests to several providers of one model: latency and errors, no quality
-- record: call
-- requires: extra_provider, extra_ttft_ms, extra_error_code
SELECT
    _line,
    "timestamp",
    'benchmark' AS source,
    instance_id AS task_id,
    -- The log writes provider/model; the provider has a field of its own.
    replace(model, extra_provider || '/', '') AS model,
    extra_provider AS provider,
    category AS task_category,
    difficulty AS task_difficulty,
    extra_error_code IS NULL AS success,
    CASE
        WHEN extra_error_code IS NULL THEN NULL
        WHEN extra_error_code = '429' THEN 'rate_limit'
        WHEN extra_error_code IN ('408', '504') THEN 'timeout'
        WHEN extra_error_code LIKE '5__' THEN 'server_error'
        ELSE 'code ' || extra_error_code
    END AS error_kind,
    latency_ms,
    prompt_tokens AS input_tokens,
    completion_tokens AS output_tokens,
    json_object('ttft_ms', extra_ttft_ms, 'inter_token_ms', extra_inter_token_ms) AS extra
FROM raw
