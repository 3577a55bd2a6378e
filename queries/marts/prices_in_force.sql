-- purpose: the list price of each arm that is in force at as-of
-- grain: arm
-- units: US dollars per million tokens
-- engine: merit
WITH parameters AS (SELECT CAST($as_of AS DATE) AS as_of),
arms AS (SELECT DISTINCT arm, model, provider FROM models),
dated AS (
    SELECT
        a.arm, p.input_usd_per_mtok, p.cached_input_usd_per_mtok, p.output_usd_per_mtok, p.effective_from,
        ROW_NUMBER() OVER (PARTITION BY a.arm ORDER BY p.effective_from DESC) AS recency
    FROM arms AS a
    CROSS JOIN parameters
    JOIN price_list AS p ON p.model = a.model AND p.provider = a.provider
    WHERE p.effective_from <= parameters.as_of
)
SELECT
    arm, input_usd_per_mtok, COALESCE(cached_input_usd_per_mtok, input_usd_per_mtok) AS cached_input_usd_per_mtok,
    output_usd_per_mtok, effective_from
FROM dated
WHERE recency = 1
ORDER BY arm
