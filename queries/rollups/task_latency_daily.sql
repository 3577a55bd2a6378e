-- purpose: how long whole tasks took, over all their attempts of the day, as a histogram that can be added up
-- grain: day, role, category, difficulty, bucket
-- units: latency in tenths of a millisecond; buckets as in latency_daily; a task without the latency of an attempt does not count
-- check: task_latency_daily_balance error changed_days
WITH measured AS (
    SELECT day, role, task_category, task_difficulty, CASE WHEN tenths < 1073741823 THEN tenths ELSE 1073741823 END AS tenths
    FROM tasks
    WHERE timed = attempts
),
bucketed AS (
    SELECT
        day, role, task_category, task_difficulty,
        CASE
        WHEN tenths < 128 THEN tenths
        WHEN tenths < 256 THEN 64 + (tenths >> 1)
        WHEN tenths < 512 THEN 128 + (tenths >> 2)
        WHEN tenths < 1024 THEN 192 + (tenths >> 3)
        WHEN tenths < 2048 THEN 256 + (tenths >> 4)
        WHEN tenths < 4096 THEN 320 + (tenths >> 5)
        WHEN tenths < 8192 THEN 384 + (tenths >> 6)
        WHEN tenths < 16384 THEN 448 + (tenths >> 7)
        WHEN tenths < 32768 THEN 512 + (tenths >> 8)
        WHEN tenths < 65536 THEN 576 + (tenths >> 9)
        WHEN tenths < 131072 THEN 640 + (tenths >> 10)
        WHEN tenths < 262144 THEN 704 + (tenths >> 11)
        WHEN tenths < 524288 THEN 768 + (tenths >> 12)
        WHEN tenths < 1048576 THEN 832 + (tenths >> 13)
        WHEN tenths < 2097152 THEN 896 + (tenths >> 14)
        WHEN tenths < 4194304 THEN 960 + (tenths >> 15)
        WHEN tenths < 8388608 THEN 1024 + (tenths >> 16)
        WHEN tenths < 16777216 THEN 1088 + (tenths >> 17)
        WHEN tenths < 33554432 THEN 1152 + (tenths >> 18)
        WHEN tenths < 67108864 THEN 1216 + (tenths >> 19)
        WHEN tenths < 134217728 THEN 1280 + (tenths >> 20)
        WHEN tenths < 268435456 THEN 1344 + (tenths >> 21)
        WHEN tenths < 536870912 THEN 1408 + (tenths >> 22)
        WHEN tenths < 1073741824 THEN 1472 + (tenths >> 23)
        END AS bucket
    FROM measured
)
SELECT day, role, task_category, task_difficulty, bucket, COUNT(*) AS n
FROM bucketed
GROUP BY day, role, task_category, task_difficulty, bucket
