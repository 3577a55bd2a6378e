-- purpose: no more latencies than successful first attempts
-- remedy: a rollup is damaged: remove the data folder's rollups/latency_daily and run merit analyze again
WITH timed AS (SELECT day, model, SUM(n) AS n FROM latency_daily GROUP BY day, model),
called AS (SELECT day, model, SUM(n_success) AS n FROM arms_daily WHERE attempt_class = 'first' GROUP BY day, model)
SELECT t.day, t.model, t.n AS timed, c.n AS called
FROM timed AS t
LEFT JOIN called AS c ON c.day = t.day AND c.model = t.model
WHERE c.n IS NULL OR t.n > c.n
