-- purpose: every call with the latest that is known of it
-- grain: one call
WITH heard AS (
    SELECT
        call_id, COUNT(*) AS times, MAX(score) AS score, MAX(judge) AS judge,
        MAX(CASE WHEN success THEN 1 WHEN NOT success THEN 0 END) AS success, MAX(cost_usd) AS cost_usd
    FROM outcome_log
    GROUP BY call_id
),
said AS (
    -- one rank a kind of news: the latest score, the latest verdict, the latest cost; ties by their content
    SELECT
        call_id, score, judge, success, cost_usd,
        ROW_NUMBER() OVER (
            PARTITION BY call_id, score IS NULL ORDER BY observed_at DESC, judge, score, success, cost_usd
        ) AS score_rank,
        ROW_NUMBER() OVER (
            PARTITION BY call_id, success IS NULL ORDER BY observed_at DESC, judge, score, success, cost_usd
        ) AS success_rank,
        ROW_NUMBER() OVER (
            PARTITION BY call_id, cost_usd IS NULL ORDER BY observed_at DESC, judge, score, success, cost_usd
        ) AS cost_rank
    FROM outcome_log
    WHERE call_id IN (SELECT call_id FROM heard WHERE times > 1)
),
latest AS (
    -- most calls are heard of once, and need no rank
    SELECT call_id, score AS new_score, judge AS new_judge, success AS new_success, cost_usd AS new_cost_usd
    FROM heard
    WHERE times = 1
    UNION ALL
    SELECT
        call_id,
        MAX(CASE WHEN score_rank = 1 THEN score END) AS new_score,
        MAX(CASE WHEN score_rank = 1 AND score IS NOT NULL THEN judge END) AS new_judge,
        MAX(CASE WHEN success_rank = 1 AND success THEN 1 WHEN success_rank = 1 AND NOT success THEN 0 END) AS new_success,
        MAX(CASE WHEN cost_rank = 1 THEN cost_usd END) AS new_cost_usd
    FROM said
    GROUP BY call_id
)
SELECT
    CAST(c.day AS DATE) AS day,
    c.call_id AS call_id, c.timestamp, c.source, c.task_id, c.attempt, c.model,
    COALESCE(c.provider, 'unknown') AS provider,
    c.role, c.task_category, c.task_difficulty,
    COALESCE(o.new_score, c.score) AS score,
    CASE WHEN o.new_success IS NULL THEN c.success ELSE o.new_success = 1 END AS success,
    c.error_kind, c.latency_ms, c.input_tokens, c.cached_input_tokens, c.output_tokens, c.token_count,
    COALESCE(o.new_cost_usd, c.cost_usd) AS cost_usd,
    CASE WHEN o.new_score IS NULL THEN c.judge ELSE o.new_judge END AS judge,
    c.table_version, c.drawn_model, c.propensity, c.arm, c.row_used, c.excluded, c.max_cost,
    c.est_input_tokens, c.est_output_tokens, c.tag, c.extra
-- an engine may hold the first side whole: what is known of calls is less than the calls are
FROM latest AS o
RIGHT JOIN call_log AS c ON c.call_id = o.call_id
