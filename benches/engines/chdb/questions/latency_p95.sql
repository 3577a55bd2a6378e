-- How slow was the slowest twentieth of each model's answers in the last 90 days? (exact)
SELECT model, quantileExactInclusive(0.95)(latency_ms) AS p95_ms, COUNT(*) AS answers
FROM call_log
WHERE day >= $since AND success AND latency_ms IS NOT NULL
GROUP BY model
