-- purpose: OpenRouter's generation records, one a line, bare or wrapped in "data". Token counts are the model's own
--   (native) where they are given: those are what is paid for
-- record: call
WITH generations AS (
    SELECT _line, COALESCE(json_get_json(_record, 'data'), _record) AS generation FROM raw
),

named AS (
    SELECT
        _line,
        generation,
        COALESCE(json_as_text(generation, 'cancelled'), 'false') = 'true' AS cancelled,
        COALESCE(json_as_text(generation, 'finish_reason'), '') AS finish_reason
    FROM generations
)

SELECT
    _line,
    json_as_text(generation, 'id') AS call_id,
    assume_utc(json_as_text(generation, 'created_at')) AS "timestamp",
    'production' AS source,
    json_as_text(generation, 'session_id') AS task_id,
    json_as_text(generation, 'model') AS model,
    json_as_text(generation, 'provider_name') AS provider,
    NOT cancelled AND finish_reason <> 'error' AS success,
    CASE WHEN cancelled THEN 'cancelled' WHEN finish_reason = 'error' THEN 'server_error' END AS error_kind,
    json_as_text(generation, 'latency') AS latency_ms,
    COALESCE(json_as_text(generation, 'native_tokens_prompt'), json_as_text(generation, 'tokens_prompt'))
        AS input_tokens,
    json_as_text(generation, 'native_tokens_cached') AS cached_input_tokens,
    COALESCE(json_as_text(generation, 'native_tokens_completion'), json_as_text(generation, 'tokens_completion'))
        AS output_tokens,
    json_as_text(generation, 'total_cost') AS cost_usd,
    json_object(
        'finish_reason', NULLIF(finish_reason, ''),
        'generation_time_ms', TRY_CAST(json_as_text(generation, 'generation_time') AS DOUBLE),
        'reasoning_tokens', TRY_CAST(json_as_text(generation, 'native_tokens_reasoning') AS BIGINT),
        'streamed', json_get_bool(generation, 'streamed')
    ) AS extra
FROM named
