"""merit's rollups as Polars expressions; their columns stand in the order of the SQL."""

from __future__ import annotations

import polars as pl

from engines.polars.staging import SEGMENT, cost_nano, quality_micro, scored, whole

ARM = [*SEGMENT, "model", "provider"]
LONGEST = 107_374_182.3
"""Milliseconds: 29 hours."""


def total(value: pl.Expr | str) -> pl.Expr:
    """A sum of whole numbers."""
    return (pl.col(value) if isinstance(value, str) else value).cast(pl.Int64).sum()


def total_of_squares(column: str) -> pl.Expr:
    """Squares of costs do not fit 64 bits."""
    value = pl.col(column).cast(pl.Int128)
    return (value * value).sum().cast(pl.Decimal(38, 0))


def bucket() -> pl.Expr:
    """The bucket of a latency in tenths of a millisecond: its octave is told by the leading zeros, not by 24 cases."""
    octave = (57 - pl.col("tenths").bitwise_leading_zeros().cast(pl.Int64)).clip(lower_bound=0)
    return 64 * octave + pl.col("tenths") // pl.lit(2, pl.Int64).pow(octave)


def arms_daily(calls: pl.LazyFrame) -> pl.LazyFrame:
    """What each model did on each day."""
    counted = pl.col("input_tokens").is_not_null() & pl.col("output_tokens").is_not_null()
    costed = pl.col("cost_usd").is_not_null()
    tokens = ["input_tokens", "cached_input_tokens", "output_tokens"]
    keys = ["day", "source", "judge", "attempt_class", *ARM]
    measured = calls.with_columns(
        judge=pl.col("judge").fill_null(""),
        attempt_class=pl.when(pl.col("attempt") == 1).then(pl.lit("first")).otherwise(pl.lit("later")),
        succeeded=pl.col("success").fill_null(value=False),
        scored=scored(),
        quality_micro=quality_micro(),
        costed=costed,
        cost_nano=cost_nano(),
        tokens_costed=(counted & costed).cast(pl.Int64),
        tokens_uncosted=(counted & ~costed).cast(pl.Int64),
        **{name: pl.col(name).fill_null(0) for name in tokens},
    )
    return measured.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("n"),
        total("succeeded").alias("n_success"),
        total("scored").alias("n_scored_success"),
        total("quality_micro").alias("quality_sum"),
        total(pl.col("quality_micro") * pl.col("quality_micro")).alias("quality_square_sum"),
        total("costed").alias("n_costed"),
        total("cost_nano").alias("cost_sum"),
        total_of_squares("cost_nano").alias("cost_square_sum"),
        total("tokens_costed").alias("n_tokens_costed"),
        *(total(pl.col("tokens_costed") * pl.col(name)).alias(f"{name}_costed") for name in tokens),
        total("tokens_uncosted").alias("n_tokens_uncosted"),
        *(total(pl.col("tokens_uncosted") * pl.col(name)).alias(f"{name}_uncosted") for name in tokens),
    )


def latency_daily(calls: pl.LazyFrame) -> pl.LazyFrame:
    """How long answers took."""
    answered = calls.filter(pl.col("latency_ms").is_not_null() & pl.col("success") & (pl.col("attempt") == 1))
    keys = ["day", "source", *ARM]
    tenths = (pl.col("latency_ms").clip(upper_bound=LONGEST) * 10.0).floor().cast(pl.Int64)
    bucketed = answered.select(*keys, tenths=tenths).select(*keys, bucket=bucket())
    return bucketed.group_by(*keys, "bucket").agg(pl.len().cast(pl.Int64).alias("n"))


def task_latency_daily(tasks: pl.LazyFrame) -> pl.LazyFrame:
    """How long whole tasks took."""
    timed = tasks.filter(pl.col("timed") == pl.col("attempts"))
    keys = ["day", *SEGMENT]
    tenths = pl.col("tenths").clip(upper_bound=1_073_741_823)
    bucketed = timed.select(*keys, tenths=tenths).select(*keys, bucket=bucket())
    return bucketed.group_by(*keys, "bucket").agg(pl.len().cast(pl.Int64).alias("n"))


def tasks_daily(tasks: pl.LazyFrame) -> pl.LazyFrame:
    """What whole tasks cost and how they ended."""
    has_score, has_cost = pl.col("scored") > 0, pl.col("costed") == pl.col("attempts")
    measured = tasks.with_columns(
        has_score=has_score,
        task_quality=whole(pl.col("quality_micro") * 1.0 / pl.col("scored") + 0.5, has_score),
        has_cost=has_cost,
        task_cost=pl.when(has_cost).then("cost_nano").otherwise(0),
    )
    sums = {
        "tasks": "began",
        "served": "served",
        "attempts": "attempts",
        "n_costed": "costed",
        "cost_sum": "cost_nano",
        "latency_sum": "tenths",
        "n_scored": "scored",
        "quality_sum": "quality_micro",
        "scored_tasks": "has_score",
        "task_quality_sum": "task_quality",
    }
    return measured.group_by("day", *SEGMENT, "table_version").agg(
        *(total(column).alias(name) for name, column in sums.items()),
        total(pl.col("task_quality") * pl.col("task_quality")).alias("task_quality_square_sum"),
        total("has_cost").alias("costed_tasks"),
        total("task_cost").alias("task_cost_sum"),
        total_of_squares("task_cost").alias("task_cost_square_sum"),
    )
