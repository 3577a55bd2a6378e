-- purpose: can-ai-code interviews, one row a (test, model) run: it was answered, so the call succeeded; the score is the
--   share of checks passed, the difficulty the interview's own word
-- record: call
-- requires: extra_interview, extra_checks_passed, extra_run_file
SELECT
    _line,
    "timestamp",
    'benchmark' AS source,
    instance_id AS task_id,
    model,
    category AS task_category,
    difficulty AS task_difficulty,
    10 * score_raw AS score,
    'can_ai_code' AS judge,
    TRUE AS success,
    json_object(
        'interview', extra_interview,
        'runtime', extra_runtime,
        'group', extra_group,
        'run_file', extra_run_file
    ) AS extra
FROM raw
