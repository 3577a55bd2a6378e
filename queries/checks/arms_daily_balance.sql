-- purpose: no more successes than calls, no more scores than successes, no quality above one
-- remedy: a rollup is damaged: remove the data folder's rollups/arms_daily and run merit analyze again
SELECT day, role, task_category, task_difficulty, model, n, n_success, n_scored_success, quality_sum
FROM arms_daily
WHERE n_success > n OR n_scored_success > n_success OR quality_sum > n_scored_success * 1000000
    OR quality_sum < 0 OR n_costed > n OR cost_sum < 0
