-- purpose: tau2-bench, the agent's model calls; how its simulation ended comes as an outcome
-- record: call
-- requires: simulation_id, turn, latency_kind
SELECT
    _line,
    simulation_id || '/' || turn AS call_id,
    "timestamp",
    'benchmark' AS source,
    simulation_id AS task_id,
    model,
    'executor' AS role,
    domain AS task_category,
    TRUE AS success,
    latency_ms,
    prompt_tokens AS input_tokens,
    completion_tokens AS output_tokens,
    cost_usd,
    json_object('task', task_id, 'tool_call_count', tool_calls) AS extra
FROM raw
