"""Answers one question over the store's files, as an expression."""

from __future__ import annotations

import os
from datetime import date

from engines.arguments import THREADS

os.environ["POLARS_MAX_THREADS"] = str(THREADS)

import polars as pl

from engines import arguments
from engines.polars import staging
from engines.stopwatch import Stopwatch


def decayed_score(told: arguments.Arguments) -> pl.LazyFrame:
    """How good each model is at each kind of work, older scores counting less."""
    age = (pl.lit(date.fromisoformat(told.as_of)) - pl.col("day")).dt.total_days()
    w, score = pl.col("w"), pl.col("score")
    scored = staging.calls(told).filter(pl.col("success") & score.is_not_null())
    return (
        scored.with_columns(w=pl.lit(0.5).pow(age / 14.0))
        .group_by("model", "task_category")
        .agg(decayed_score=(w * score).sum() / w.sum(), strength=w.sum(), scored=pl.len().cast(pl.Int64))
    )


def latency_p95(told: arguments.Arguments) -> pl.LazyFrame:
    """How slow the slowest twentieth of each model's recent answers was, exactly."""
    latency = pl.col("latency_ms")
    recent = staging.facts(told)[0].filter(pl.col("day") >= told.since, pl.col("success"), latency.is_not_null())
    return recent.group_by("model").agg(p95_ms=latency.quantile(0.95, "linear"), answers=pl.len().cast(pl.Int64))


def cost_by_day(told: arguments.Arguments) -> pl.LazyFrame:
    """What each provider cost on each day."""
    calls = staging.facts(told)[0]
    return calls.group_by("day", "provider").agg(cost=pl.col("cost_usd").sum(), answers=pl.len().cast(pl.Int64))


def error_kinds(told: arguments.Arguments) -> pl.LazyFrame:
    """How each model fails."""
    failed = staging.facts(told)[0].filter(~pl.col("success"))
    return failed.group_by("model", "error_kind").agg(
        failures=pl.len().cast(pl.Int64), mean_ms=pl.col("latency_ms").mean()
    )


def fallback_share(told: arguments.Arguments) -> pl.LazyFrame:
    """Which roles live on fallbacks."""
    later = pl.col("attempt") > 1
    return (
        staging.facts(told)[0]
        .filter(pl.col("source") == "production")
        .group_by("role")
        .agg(
            attempts=pl.len().cast(pl.Int64),
            fallback_share=later.mean(),
            rescued=(later & pl.col("success")).sum().cast(pl.Int64),
        )
    )


QUESTIONS = {
    question.__name__: question for question in (decayed_score, latency_p95, cost_by_day, error_kinds, fallback_share)
}


def main() -> None:
    """Reads the arguments, writes the answer, and says how long it took."""
    told = arguments.read()
    stopwatch = Stopwatch()
    answer = QUESTIONS[str(told.question)](told)
    answer.sink_parquet(told.answer, compression="zstd", compression_level=3, engine="streaming")
    stopwatch.print()


if __name__ == "__main__":
    main()
