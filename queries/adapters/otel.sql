-- purpose: OpenTelemetry spans of the generative-AI conventions, as the collector's file exporter writes them: OTLP in JSON
--   lines, many spans a line. Only spans that are one call of a model are taken; an agent's span would count its
--   calls twice
-- record: call
WITH resources AS (
    SELECT _line, unnest(json_get_array(_record, 'resourceSpans')) AS resource FROM raw
),

scopes AS (
    SELECT
        _line,
        json_as_text(resource, 'resource', 'attributes') AS resource_attributes,
        unnest(json_get_array(resource, 'scopeSpans')) AS scope
    FROM resources
),

spans AS (
    SELECT _line, resource_attributes, unnest(json_get_array(scope, 'spans')) AS span FROM scopes
),

calls AS (
    SELECT
        _line,
        resource_attributes,
        span,
        json_as_text(span, 'attributes') AS attributes,
        TRY_CAST(json_as_text(span, 'startTimeUnixNano') AS BIGINT) AS started,
        TRY_CAST(json_as_text(span, 'endTimeUnixNano') AS BIGINT) AS ended,
        -- The code is 2 or its name, as the exporter likes it.
        COALESCE(json_as_text(span, 'status', 'code'), '') IN ('2', 'STATUS_CODE_ERROR') AS failed
    FROM spans
)

SELECT
    _line,
    json_as_text(span, 'traceId') || '/' || json_as_text(span, 'spanId') AS call_id,
    started / 1000 AS "timestamp",
    'production' AS source,
    COALESCE(otel_attribute(attributes, 'gen_ai.conversation.id'), json_as_text(span, 'traceId')) AS task_id,
    COALESCE(otel_attribute(attributes, 'gen_ai.response.model'), otel_attribute(attributes, 'gen_ai.request.model'))
        AS model,
    COALESCE(otel_attribute(attributes, 'gen_ai.provider.name'), otel_attribute(attributes, 'gen_ai.system'))
        AS provider,
    otel_attribute(attributes, 'gen_ai.agent.name') AS role,
    NOT failed AND otel_attribute(attributes, 'error.type') IS NULL AS success,
    COALESCE(otel_attribute(attributes, 'error.type'), CASE WHEN failed THEN 'error' END) AS error_kind,
    (ended - started) / 1000000.0 AS latency_ms,
    COALESCE(
        otel_attribute(attributes, 'gen_ai.usage.input_tokens'),
        otel_attribute(attributes, 'gen_ai.usage.prompt_tokens')
    ) AS input_tokens,
    otel_attribute(attributes, 'gen_ai.usage.cache_read.input_tokens') AS cached_input_tokens,
    COALESCE(
        otel_attribute(attributes, 'gen_ai.usage.output_tokens'),
        otel_attribute(attributes, 'gen_ai.usage.completion_tokens')
    ) AS output_tokens,
    otel_attribute(resource_attributes, 'deployment.environment.name') AS tag,
    json_object(
        'operation', otel_attribute(attributes, 'gen_ai.operation.name'),
        'request_model', otel_attribute(attributes, 'gen_ai.request.model'),
        'service', otel_attribute(resource_attributes, 'service.name')
    ) AS extra
FROM calls
WHERE
    COALESCE(otel_attribute(attributes, 'gen_ai.operation.name'), 'chat')
    IN ('chat', 'generate_content', 'text_completion')
    AND COALESCE(otel_attribute(attributes, 'gen_ai.request.model'), otel_attribute(attributes, 'gen_ai.response.model'))
    IS NOT NULL
