-- purpose: arms whose logged cost differs from the list price of the day by more than the tolerance
-- grain: arm
-- units: US dollars, summed over the calls that have both a logged cost and tokens
-- engine: merit
WITH parameters AS (SELECT CAST($cost_tolerance AS DOUBLE) AS cost_tolerance),
daily AS (
    SELECT
        model, provider, day, SUM(cost_sum) / 1e9 AS logged_usd, SUM(n_costed) AS n_costed,
        SUM(input_tokens_costed) AS input_tokens_costed, SUM(cached_input_tokens_costed) AS cached_input_tokens_costed,
        SUM(output_tokens_costed) AS output_tokens_costed
    FROM arms_daily
    WHERE n_costed > 0 AND n_tokens_costed = n_costed
    GROUP BY model, provider, day
),
dated AS (
    SELECT
        m.arm, r.day, r.logged_usd, r.n_costed,
        r.input_tokens_costed, r.cached_input_tokens_costed, r.output_tokens_costed,
        p.input_usd_per_mtok, COALESCE(p.cached_input_usd_per_mtok, p.input_usd_per_mtok) AS cached_usd_per_mtok,
        p.output_usd_per_mtok, p.effective_from,
        MAX(p.effective_from) OVER (PARTITION BY m.arm, r.day) AS in_force
    FROM daily AS r
    JOIN models AS m ON m.logged_model = r.model AND m.logged_provider = r.provider
    JOIN price_list AS p ON p.model = m.model AND p.provider = m.provider AND p.effective_from <= r.day
),
sums AS (
    SELECT
        arm, CAST(SUM(n_costed) AS BIGINT) AS calls, SUM(logged_usd) AS logged_usd,
        SUM(
            (input_tokens_costed - cached_input_tokens_costed) * input_usd_per_mtok
            + cached_input_tokens_costed * cached_usd_per_mtok
            + output_tokens_costed * output_usd_per_mtok
        ) / 1e6 AS list_usd
    FROM dated
    WHERE effective_from = in_force
    GROUP BY arm
)
SELECT arm, calls, logged_usd, list_usd, logged_usd / list_usd - 1 AS difference
FROM sums
CROSS JOIN parameters
WHERE list_usd > 0 AND ABS(logged_usd / list_usd - 1) > cost_tolerance
ORDER BY arm
