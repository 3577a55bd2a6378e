-- Which roles live on fallbacks: how many of their calls are later attempts, and how many of those succeed?
SELECT
    role, COUNT(*) AS attempts,
    SUM(CASE WHEN attempt > 1 THEN 1 ELSE 0 END) * 1.0 / COUNT(*) AS fallback_share,
    SUM(CASE WHEN attempt > 1 AND success THEN 1 ELSE 0 END) AS rescued
FROM call_log
WHERE source = 'production'
GROUP BY role
