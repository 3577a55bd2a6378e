-- purpose: the cost-quality plane of each segment: which arms no other arm beats on both cost and value
-- grain: role, category, difficulty, arm
-- units: value = reliability x quality in [0, 1], cost in US dollars a call
-- engine: merit
WITH points AS (
    SELECT
        s.role, s.task_category, s.task_difficulty, s.arm, s.n_eff,
        s.reliability * s.quality AS value, c.cost_usd
    FROM decayed_scores AS s
    JOIN costs AS c
        ON c.role = s.role AND c.task_category = s.task_category AND c.task_difficulty = s.task_difficulty
        AND c.arm = s.arm
    WHERE s.quality IS NOT NULL AND c.cost_usd IS NOT NULL
),
reached AS (
    -- the best value among arms that cost less, and among those that cost as much
    SELECT
        role, task_category, task_difficulty, arm, n_eff, value, cost_usd,
        MAX(value) OVER (PARTITION BY role, task_category, task_difficulty, cost_usd) AS best_at_cost,
        MAX(value) OVER (
            PARTITION BY role, task_category, task_difficulty ORDER BY cost_usd
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS best_up_to_cost,
        MIN(cost_usd) OVER (PARTITION BY role, task_category, task_difficulty, value) AS cheapest_at_value
    FROM points
)
SELECT
    role, task_category, task_difficulty, arm, cost_usd, value, n_eff,
    value = best_at_cost AND value = best_up_to_cost AND cost_usd = cheapest_at_value AS on_frontier
FROM reached
ORDER BY role, task_category, task_difficulty, cost_usd, arm
