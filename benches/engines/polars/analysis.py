"""Rolls up all days and runs the core of the marts; everything is written as Parquet."""

from __future__ import annotations

import os

from engines.arguments import THREADS

os.environ["POLARS_MAX_THREADS"] = str(THREADS)

import polars as pl

from engines import arguments
from engines.polars import rollups, staging
from engines.polars.marts import Marts
from engines.stopwatch import Stopwatch


def roll_up(told: arguments.Arguments) -> None:
    """Every rollup, a file a day; those of calls in one plan and those of tasks, so that each pair shares its input.

    One plan for all four takes as long and half as much memory again.
    """
    calls = staging.calls(told)
    tasks = staging.tasks(calls)
    of_calls = {"arms_daily": rollups.arms_daily(calls), "latency_daily": rollups.latency_daily(calls)}
    of_tasks = {"task_latency_daily": rollups.task_latency_daily(tasks), "tasks_daily": rollups.tasks_daily(tasks)}
    for frames in (of_calls, of_tasks):
        pl.collect_all([sink(told, name, frame) for name, frame in frames.items()], engine="streaming")


def sink(told: arguments.Arguments, name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """A rollup's files, when it is collected."""
    days = pl.PartitionBy(told.output / "rollups" / name, key="day", include_key=True)
    written = frame.sink_parquet(
        days, compression="zstd", compression_level=3, maintain_order=False, mkdir=True, lazy=True
    )
    assert written is not None, "a lazy sink is a frame"
    return written


def run_marts(told: arguments.Arguments) -> None:
    """The core of the marts over the rollups' files."""
    marts = Marts(told)
    histories = marts.histories()
    cells = marts.decayed_cells(histories)
    frames = {
        "histories": histories,
        "decayed_cells": cells,
        "decayed_scores": marts.decayed_scores(cells),
        "costs": marts.costs(),
        "latency_quantiles": marts.latency_quantiles(),
    }
    folder = told.output / "marts"
    folder.mkdir(parents=True, exist_ok=True)
    tables = pl.collect_all(frames.values(), engine="streaming")
    for name, table in zip(frames, tables, strict=True):
        table.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=3)


def main() -> None:
    """Reads the arguments and says how long it took."""
    told = arguments.read()
    stopwatch = Stopwatch()
    roll_up(told)
    stopwatch.lap("rollups")
    run_marts(told)
    stopwatch.lap("marts")
    stopwatch.print()


if __name__ == "__main__":
    main()
