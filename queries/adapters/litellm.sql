-- purpose: LiteLLM proxy, rows of LiteLLM_SpendLogs as JSON lines or CSV. Times without zone are UTC, as its database
--   keeps them. An answer from the proxy's own cache cost no call and is left out
-- record: call
WITH logged AS (
    SELECT
        _line,
        _record,
        json_as_text(_record, 'metadata') AS metadata,
        COALESCE(
            json_as_text(_record, 'status'),
            json_as_text(json_as_text(_record, 'metadata'), 'status'),
            'success'
        ) AS status,
        assume_utc(json_as_text(_record, 'startTime')) AS started,
        assume_utc(json_as_text(_record, 'endTime')) AS ended
    FROM raw
)

SELECT
    _line,
    json_as_text(_record, 'request_id') AS call_id,
    started AS "timestamp",
    'production' AS source,
    json_as_text(_record, 'session_id') AS task_id,
    json_as_text(_record, 'model') AS model,
    json_as_text(_record, 'custom_llm_provider') AS provider,
    status = 'success' AS success,
    CASE
        WHEN status = 'success' THEN NULL
        WHEN json_as_text(metadata, 'error_information', 'error_code') = '429' THEN 'rate_limit'
        WHEN json_as_text(metadata, 'error_information', 'error_code') IN ('408', '504') THEN 'timeout'
        WHEN json_as_text(metadata, 'error_information', 'error_code') LIKE '5__' THEN 'server_error'
        ELSE COALESCE(json_as_text(metadata, 'error_information', 'error_class'), status)
    END AS error_kind,
    (CAST(TRY_CAST(ended AS TIMESTAMP) AS BIGINT) - CAST(TRY_CAST(started AS TIMESTAMP) AS BIGINT)) / 1000000.0
        AS latency_ms,
    json_as_text(_record, 'prompt_tokens') AS input_tokens,
    COALESCE(
        json_as_text(metadata, 'usage_object', 'prompt_tokens_details', 'cached_tokens'),
        json_as_text(metadata, 'usage_object', 'cache_read_input_tokens')
    ) AS cached_input_tokens,
    json_as_text(_record, 'completion_tokens') AS output_tokens,
    json_as_text(_record, 'total_tokens') AS token_count,
    CASE WHEN status = 'success' THEN json_as_text(_record, 'spend') END AS cost_usd,
    json_as_text(_record, 'team_id') AS tag,
    json_object(
        'call_type', json_as_text(_record, 'call_type'),
        'model_group', json_as_text(_record, 'model_group'),
        'model_id', json_as_text(_record, 'model_id'),
        'api_base', json_as_text(_record, 'api_base'),
        'request_tags', json_as_text(_record, 'request_tags')
    ) AS extra
FROM logged
WHERE lower(COALESCE(json_as_text(_record, 'cache_hit'), 'false')) <> 'true'
