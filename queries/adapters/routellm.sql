-- purpose: RouteLLM's outcomes on MMLU, GSM8K and MT-Bench; the routers among them are no models and are left out.
--   MT-Bench scores run to 10 already, the others are right or wrong. MMLU and GSM8K say no time: they get the day
--   of the repository's data
-- record: call
-- requires: extra_prompt_chars, extra_response_chars
-- default_timestamp: 2024-03-31T00:00:00Z
SELECT
    _line,
    "timestamp",
    'benchmark' AS source,
    instance_id AS task_id,
    model,
    category AS task_category,
    difficulty AS task_difficulty,
    CASE WHEN dataset = 'routellm_mtbench' THEN score_raw ELSE 10 * score_raw END AS score,
    dataset AS judge,
    TRUE AS success,
    json_object('prompt_chars', extra_prompt_chars, 'response_chars', extra_response_chars) AS extra
FROM raw
WHERE dataset <> 'routellm_mtbench_routers'
