-- purpose: no more tasks with a latency than attempts
-- remedy: a rollup is damaged: remove the data folder's rollups/task_latency_daily and run merit analyze again
WITH timed AS (
    SELECT day, role, task_category, task_difficulty, SUM(n) AS n
    FROM task_latency_daily
    GROUP BY day, role, task_category, task_difficulty
),
tried AS (
    SELECT day, role, task_category, task_difficulty, SUM(attempts) AS n
    FROM tasks_daily
    GROUP BY day, role, task_category, task_difficulty
)
SELECT t.day, t.role, t.task_category, t.task_difficulty, t.n AS timed, a.n AS tried
FROM timed AS t
LEFT JOIN tried AS a
    ON a.day = t.day AND a.role = t.role AND a.task_category = t.task_category AND a.task_difficulty = t.task_difficulty
WHERE a.n IS NULL OR t.n > a.n
