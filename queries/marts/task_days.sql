-- purpose: how the tasks of each segment went by day: what the scoreboard of targets is added up from
-- grain: day, role, category, difficulty
-- units: task_score 0 to 10 and task_cost in US dollars, with the sums of their squares, over the tasks that have them
-- engine: merit
SELECT
    day, role, task_category, task_difficulty,
    CAST(SUM(tasks) AS BIGINT) AS tasks,
    CAST(SUM(served) AS BIGINT) AS served,
    CAST(SUM(attempts) AS BIGINT) AS attempts,
    CAST(SUM(scored_tasks) AS BIGINT) AS scored_tasks,
    SUM(task_quality_sum) / 1e5 AS score_sum,
    SUM(task_quality_square_sum) / 1e10 AS score_square_sum,
    CAST(SUM(costed_tasks) AS BIGINT) AS costed_tasks,
    SUM(task_cost_sum) / 1e9 AS cost_sum,
    CAST(SUM(task_cost_square_sum) AS DOUBLE) / 1e18 AS cost_square_sum
FROM tasks_daily
GROUP BY day, role, task_category, task_difficulty
ORDER BY day, role, task_category, task_difficulty
