"""merit's staging as Polars expressions: every call with the latest that is known of it, and every task.

What the SQL ranks in windows is a sort and the first row of each call here, which Polars does faster. No answer of a
SQL file is missing; columns that no rollup reads are.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from engines.arguments import Arguments

SEGMENT = ["role", "task_category", "task_difficulty"]


def latest(outcomes: pl.LazyFrame, known: str, columns: list[str]) -> pl.LazyFrame:
    """Of each call the latest outcome that knows `known`; ties by their content, as in the SQL."""
    order = ["observed_at", "judge", "score", "success", "cost_usd"]
    news = outcomes.filter(pl.col(known).is_not_null())
    news = news.sort(order, descending=[True, False, False, False, False], nulls_last=True)
    news = news.unique("call_id", keep="first", maintain_order=True)
    return news.select("call_id", *(pl.col(name).alias(f"latest_{name}") for name in columns))


def facts(arguments: Arguments) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """`call_log` and `outcome_log` as of as-of, for a question whole."""
    calls = pl.scan_parquet(arguments.calls, hive_partitioning=True)
    outcomes = pl.scan_parquet(arguments.outcomes, hive_partitioning=True).drop("day")
    if arguments.question is None:
        as_of = date.fromisoformat(arguments.as_of)
        calls = calls.filter(pl.col("day") < as_of)
        outcomes = outcomes.filter(pl.col("observed_at") < datetime.combine(as_of, time(), UTC))
    return calls, outcomes


def calls(arguments: Arguments) -> pl.LazyFrame:
    """The job `calls`."""
    frame, outcomes = facts(arguments)
    for known, columns in (("score", ["score", "judge"]), ("success", ["success"]), ("cost_usd", ["cost_usd"])):
        frame = frame.join(latest(outcomes, known, columns), on="call_id", how="left")
    return frame.with_columns(
        provider=pl.col("provider").fill_null("unknown"),
        score=pl.coalesce("latest_score", "score"),
        success=pl.coalesce("latest_success", "success"),
        cost_usd=pl.coalesce("latest_cost_usd", "cost_usd"),
        judge=pl.when(pl.col("latest_score").is_null()).then("judge").otherwise("latest_judge"),
    )


def whole(value: pl.Expr, known: pl.Expr) -> pl.Expr:
    """Rounded down where it is known, else 0."""
    return pl.when(known).then(value.floor().cast(pl.Int64)).otherwise(0)


def scored() -> pl.Expr:
    """Whether a usable answer has a score."""
    return pl.col("score").is_not_null() & pl.col("success").fill_null(value=False)


def quality_micro() -> pl.Expr:
    """Quality in 1e-6 of [0, 1]."""
    return whole(pl.col("score") * 100_000.0 + 0.5, scored())


def cost_nano() -> pl.Expr:
    """Cost in nano-USD."""
    return whole(pl.col("cost_usd") * 1_000_000_000.0 + 0.5, pl.col("cost_usd").is_not_null())


def tasks(calls: pl.LazyFrame) -> pl.LazyFrame:
    """The job `tasks`."""
    attempts = calls.filter(pl.col("source") == "production").select(
        "day",
        *SEGMENT,
        task=pl.coalesce("task_id", "call_id"),
        first_attempt=(pl.col("attempt") == 1).fill_null(value=False),
        succeeded=pl.col("success").fill_null(value=False),
        table_version=pl.col("table_version").fill_null(0),
        cost_nano=cost_nano(),
        costed=pl.col("cost_usd").is_not_null(),
        tenths=whole(pl.col("latency_ms") * 10.0, pl.col("latency_ms").is_not_null()),
        timed=pl.col("latency_ms").is_not_null(),
        scored=scored(),
        quality_micro=quality_micro(),
    )
    sums = ["costed", "cost_nano", "timed", "tenths", "scored", "quality_micro"]
    return attempts.group_by("day", *SEGMENT, "task").agg(
        pl.col("table_version").max(),
        began=pl.col("first_attempt").max().cast(pl.Int64),
        served=pl.col("succeeded").max().cast(pl.Int64),
        attempts=pl.len().cast(pl.Int64),
        **{name: pl.col(name).cast(pl.Int64).sum() for name in sums},
    )
