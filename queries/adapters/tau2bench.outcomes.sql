-- purpose: tau2-bench, how each simulation ended: the reward is the score of the agent's first call. A solo agent opens
--   at turn 0, any other one answers the greeting and the user at turn 2
-- record: outcome
-- requires: extra_simulation_id, extra_agent
SELECT
    _line,
    extra_simulation_id || CASE WHEN extra_agent = 'llm_agent_solo' THEN '/0' ELSE '/2' END AS call_id,
    -- Microseconds: the simulation began at its timestamp and took its latency.
    CAST("timestamp" AS BIGINT) + CAST(floor(1000 * COALESCE(latency_ms, 0)) AS BIGINT) AS observed_at,
    10 * score_raw AS score,
    'tau2bench' AS judge
FROM raw
