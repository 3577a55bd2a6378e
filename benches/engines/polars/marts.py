"""The core of merit's marts as Polars expressions: decayed scores, costs, latency quantiles, and what they read.

`models`, `prices_in_force`, `half_lives` and `arm_changes` are read from files that merit wrote, and the other marts
are left out: both favour Polars.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from engines.jobs import SETTINGS
from engines.polars.staging import SEGMENT

if TYPE_CHECKING:
    from engines.arguments import Arguments

CELL = [*SEGMENT, "arm"]


class Marts:
    """The tables that the marts read, and each mart."""

    def __init__(self, arguments: Arguments) -> None:
        """Over what merit wrote and the rollups of this run."""
        self.arguments = arguments
        self.as_of = date.fromisoformat(arguments.as_of)

    def reference(self, name: str) -> pl.LazyFrame:
        """A table that merit wrote."""
        return pl.scan_parquet(self.arguments.references / f"{name}.parquet")

    def with_arm(self, rollup: str) -> pl.LazyFrame:
        """A rollup's rows with the arm that their logged model stands for."""
        rows = pl.scan_parquet(f"{self.arguments.output}/rollups/{rollup}/*/*.parquet")
        models = self.reference("models").select("logged_model", "logged_provider", "arm")
        return rows.join(models, left_on=["model", "provider"], right_on=["logged_model", "logged_provider"])

    def weighted(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """With the weight of each row's day by the half-life of its source."""
        half_lives = self.reference("half_lives").select("source", "half_life_days")
        age = (pl.lit(self.as_of) - pl.col("day")).dt.total_days()
        weight = pl.when(age > 0).then(pl.lit(2.0).pow(-age / pl.col("half_life_days"))).otherwise(0.0)
        return frame.join(half_lives, on="source").with_columns(w=weight)

    def histories(self) -> pl.LazyFrame:
        """First attempts by day."""
        keys = ["day", "source", "judge", *CELL]
        sums = ["n", "n_success", "n_scored_success", "quality_sum", "quality_square_sum"]
        first = self.with_arm("arms_daily").filter(pl.col("attempt_class") == "first")
        frame = first.group_by(keys).agg(pl.col(sums).sum())
        return frame.with_columns(pl.col("quality_sum") / 1e6, pl.col("quality_square_sum") / 1e12)

    def decayed_cells(self, histories: pl.LazyFrame) -> pl.LazyFrame:
        """The decayed evidence of every arm by source and judge."""
        changes = self.reference("arm_changes")
        frame = self.weighted(histories).join(changes, on=CELL, how="left")
        after = pl.when(pl.col("day") < pl.col("since")).then(SETTINGS["post_change_weight"]).otherwise(1.0)
        w = pl.col("w")
        cells = (
            frame.with_columns(w=w * after)
            .group_by(*CELL, "source", "judge")
            .agg(
                pl.col("n").sum(),
                pl.col("n_scored_success").sum().alias("n_scored"),
                strength=(w * pl.col("n")).sum(),
                strength_squared=(w * w * pl.col("n")).sum(),
                success_strength=(w * pl.col("n_success")).sum(),
                scored_strength=(w * pl.col("n_scored_success")).sum(),
                scored_strength_squared=(w * w * pl.col("n_scored_success")).sum(),
                quality_sum=(w * pl.col("quality_sum")).sum(),
                quality_square_sum=(w * pl.col("quality_square_sum")).sum(),
                first_day=pl.col("day").min(),
                last_day=pl.col("day").max(),
            )
        )
        of_source = pl.col("strength").sum().over([*CELL, "source"])
        weight, cap = SETTINGS["benchmark_weight"], SETTINGS["benchmark_cap"]
        factor = (
            pl.when((pl.col("source") == "production") | (pl.col("source").n_unique() == 1))
            .then(1.0)
            .when(of_source * weight > cap)
            .then(cap / of_source)
            .otherwise(weight)
        )
        linear = ["strength", "success_strength", "scored_strength", "quality_sum", "quality_square_sum"]
        squared = ["strength_squared", "scored_strength_squared"]
        return cells.with_columns(factor=factor).with_columns(
            pl.col(linear) * pl.col("factor"), pl.col(squared) * pl.col("factor") * pl.col("factor")
        )

    def decayed_scores(self, cells: pl.LazyFrame) -> pl.LazyFrame:
        """The decayed evidence of every arm."""
        sums = ["strength", "strength_squared", "success_strength", "scored_strength", "quality_sum"]
        arms = cells.group_by(CELL).agg(
            pl.col("n", "n_scored", *sums, "quality_square_sum").sum(),
            pl.col("first_day").min(),
            pl.col("last_day").max(),
        )
        strength, squared, scored = pl.col("strength"), pl.col("strength_squared"), pl.col("scored_strength")
        quality = pl.when(scored > 0).then(pl.col("quality_sum") / scored)
        return (
            arms.join(self.reference("models").select("arm", "provider").unique(), on="arm")
            .with_columns(
                n_eff=pl.when(squared > 0).then(strength * strength / squared).otherwise(0.0),
                reliability=pl.when(strength > 0).then(pl.col("success_strength") / strength),
                quality=quality,
                score=10 * quality,
            )
            .sort(CELL)
        )

    def costs(self) -> pl.LazyFrame:
        """What a call of each arm costs; the benchmark announces no models, so that part is left out."""
        first = self.with_arm("arms_daily").filter(pl.col("attempt_class") == "first")
        tokens = ["input_tokens", "cached_input_tokens", "output_tokens"]
        both = {name: pl.col(f"{name}_costed") + pl.col(f"{name}_uncosted") for name in ("n_tokens", *tokens)}
        w = pl.col("w")
        sums = (
            self.weighted(first)
            .with_columns(**both)
            .group_by(CELL)
            .agg(
                n_costed=(w * pl.col("n_costed")).sum(),
                cost_sum=(w * (pl.col("cost_sum") / 1e9)).sum(),
                **{name: (w * pl.col(name)).sum() for name in both},
            )
        )
        means = sums.select(
            *CELL,
            *(pl.when(pl.col("n_tokens") > 0).then(pl.col(name) / pl.col("n_tokens")).alias(name) for name in tokens),
            logged_cost_usd=pl.when(pl.col("n_costed") > 0).then(pl.col("cost_sum") / pl.col("n_costed")),
        )
        prices = self.reference("prices_in_force").drop("effective_from")
        price = [pl.col(f"{kind}_usd_per_mtok") for kind in ("input", "cached_input", "output")]
        uncached = pl.col("input_tokens") - pl.col("cached_input_tokens")
        listed = uncached * price[0] + pl.col("cached_input_tokens") * price[1] + pl.col("output_tokens") * price[2]
        priced = means.join(prices, on="arm", how="left").with_columns(list_cost_usd=listed / 1e6)
        source = (
            pl.when(pl.col("list_cost_usd").is_not_null())
            .then(pl.lit("price"))
            .when(pl.col("logged_cost_usd").is_not_null())
            .then(pl.lit("logged"))
            .otherwise(pl.lit("unknown"))
        )
        return priced.select(
            *CELL,
            *tokens,
            "logged_cost_usd",
            "list_cost_usd",
            cost_usd=pl.coalesce("list_cost_usd", "logged_cost_usd"),
            cost_source=source,
        ).sort(CELL)

    def latency_quantiles(self) -> pl.LazyFrame:
        """Median and tail of the decayed latency of each arm."""
        weighted = self.weighted(self.with_arm("latency_daily"))
        buckets = weighted.group_by(*CELL, "bucket").agg(w=(pl.col("w") * pl.col("n")).sum()).sort(*CELL, "bucket")
        cumulated = buckets.with_columns(up_to=pl.col("w").cum_sum().over(CELL), total=pl.col("w").sum().over(CELL))
        octave = ((pl.col("bucket") - 64) // 64).clip(lower_bound=0)
        middle = (pl.col("bucket") - 64 * octave + 0.5) * pl.lit(2, pl.Int64).pow(octave) / 10.0
        reached = {
            name: middle.filter(pl.col("up_to") >= share * pl.col("total")).min()
            for name, share in (("p50_ms", 0.50), ("p95_ms", 0.95), ("p99_ms", 0.99))
        }
        return cumulated.group_by(CELL).agg(**reached).sort(CELL)
