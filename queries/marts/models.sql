-- purpose: each model as logged, and the arm it stands for
-- grain: logged model, logged provider
-- engine: merit
-- a model announced in the settings that has not run yet is here with 0 calls; orchestrators log the ids of a table, and
-- an id that ends with its provider is the arm it names, not a new one
WITH names AS (
    SELECT model, provider, n FROM arms_daily
    UNION ALL
    SELECT model, provider, 0 AS n FROM announced_models
),
logged AS (
    SELECT
        model, provider, CAST(SUM(n) AS BIGINT) AS calls,
        CASE
            WHEN model <> '@' || provider AND ends_with(model, '@' || provider)
            THEN substr(model, 1, length(model) - length(provider) - 1)
            ELSE model
        END AS name
    FROM names
    GROUP BY model, provider
),
candidates AS (
    SELECT
        l.model AS logged_model, l.provider AS logged_provider, l.calls,
        COALESCE(a.model, l.name) AS model,
        CASE
            WHEN a.alias_provider IS NOT NULL THEN a.provider
            WHEN l.provider = 'unknown' THEN COALESCE(a.provider, 'unknown')
            ELSE l.provider
        END AS provider,
        COALESCE(a.provider, 'unknown') AS home_provider,
        a.tier, COALESCE('-' || a.variant, '') AS variant, a.alias IS NOT NULL AS known,
        ROW_NUMBER() OVER (PARTITION BY l.model, l.provider ORDER BY a.alias_provider NULLS LAST) AS choice
    FROM logged AS l
    LEFT JOIN model_alias AS a
        ON l.name = a.alias AND (a.alias_provider IS NULL OR a.alias_provider = l.provider)
)
SELECT
    logged_model, logged_provider, calls, model, provider, tier, known,
    CASE
        WHEN provider = 'unknown' OR provider = home_provider THEN model || variant
        ELSE model || variant || '@' || provider
    END AS arm
FROM candidates
WHERE choice = 1
ORDER BY logged_model, logged_provider
