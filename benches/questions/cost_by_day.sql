-- What did each provider cost on each day?
SELECT day, provider, SUM(cost_usd) AS cost, COUNT(*) AS answers
FROM call_log
GROUP BY day, provider
