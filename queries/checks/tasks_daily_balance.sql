-- purpose: no more attempts with a cost than attempts, no more tasks with one than tasks, nothing negative
-- remedy: a rollup is damaged: remove the data folder's rollups/tasks_daily and run merit analyze again
SELECT day, role, task_category, task_difficulty, tasks, served, attempts, n_costed, scored_tasks, costed_tasks
FROM tasks_daily
WHERE
    n_costed > attempts OR tasks > attempts OR served > attempts OR cost_sum < 0 OR latency_sum < 0
    OR scored_tasks > served OR costed_tasks > attempts OR task_cost_sum > cost_sum
