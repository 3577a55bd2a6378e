-- purpose: arms without a list price at as-of, and logged names that no alias knows, with their share of calls
-- grain: logged model, logged provider
-- engine: merit
WITH total AS (SELECT SUM(calls) AS calls FROM models)
SELECT
    m.logged_model, m.logged_provider, m.arm, m.known, p.arm IS NOT NULL AS priced, m.calls,
    m.calls * 1.0 / t.calls AS share
FROM models AS m
CROSS JOIN total AS t
LEFT JOIN prices_in_force AS p ON p.arm = m.arm
WHERE p.arm IS NULL OR NOT m.known
ORDER BY m.calls DESC, m.logged_model, m.logged_provider
