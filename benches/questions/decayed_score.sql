-- How good is each model at each kind of work, older scores counting less (half-life 14 days)?
SELECT
    model, task_category,
    SUM(w * score) / SUM(w) AS decayed_score, SUM(w) AS strength, COUNT(*) AS scored
FROM (
    SELECT model, task_category, score, POWER(0.5, CAST($as_of - day AS BIGINT) / 14.0) AS w
    FROM calls
    WHERE success AND score IS NOT NULL
) AS answers
GROUP BY model, task_category
