-- purpose: how reliable each arm is, with a 90 % interval for its decayed share of usable answers
-- grain: role, category, difficulty, arm
-- engine: merit
SELECT
    role, task_category, task_difficulty, arm, n, n_eff, reliability,
    wilson_low(success_strength, strength) AS reliability_low,
    wilson_high(success_strength, strength) AS reliability_high
FROM decayed_scores
ORDER BY role, task_category, task_difficulty, arm
