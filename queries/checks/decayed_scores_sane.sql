-- purpose: strength is at most the number of calls, shares are shares
-- remedy: a query in queries/marts is at fault: compare your override with the embedded one
SELECT role, task_category, task_difficulty, arm, n, strength, reliability, quality
FROM decayed_scores
WHERE strength > n * 1.000001 OR reliability > 1.000001 OR quality > 1.000001 OR n_eff > n * 1.000001
