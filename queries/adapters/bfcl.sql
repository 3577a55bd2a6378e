-- purpose: Berkeley Function-Calling Leaderboard v1, one row a (task, model): every row is an answer, so every call
--   succeeded; how good it was is the score
-- record: call
-- requires: instance_id, score_raw, extra_mode, extra_error_type
SELECT
    _line,
    "timestamp",
    'benchmark' AS source,
    instance_id AS task_id,
    model,
    category AS task_category,
    difficulty AS task_difficulty,
    10 * score_raw AS score,
    'bfcl' AS judge,
    TRUE AS success,
    latency_ms,
    prompt_tokens AS input_tokens,
    completion_tokens AS output_tokens,
    cost_usd,
    json_object('mode', extra_mode, 'error_type', extra_error_type) AS extra
FROM raw
