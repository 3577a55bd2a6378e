-- How does each model fail?
SELECT model, error_kind, COUNT(*) AS failures, SUM(latency_ms) / COUNT(latency_ms) AS mean_ms
FROM call_log
WHERE NOT success
GROUP BY model, error_kind
