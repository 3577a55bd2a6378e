-- How slow was the slowest twentieth of each model's answers in the last 90 days? (exact)
SELECT model, PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY latency_ms) AS p95_ms, COUNT(*) AS answers
FROM call_log
WHERE day >= $since AND success AND latency_ms IS NOT NULL
GROUP BY model
