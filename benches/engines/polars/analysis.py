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
    """Every rollup, a file a day; in one plan, so that what they share is computed once."""
    calls = staging.calls(told)
    tasks = staging.tasks(calls)
    frames = {
        "arms_daily": rollups.arms_daily(calls),
        "latency_daily": rollups.latency_daily(calls),
        "task_latency_daily": rollups.task_latency_daily(tasks),
        "tasks_daily": rollups.tasks_daily(tasks),
    }
    sinks = []
    for name, frame in frames.items():
        days = pl.PartitionBy(told.output / "rollups" / name, key="day", include_key=True)
        options = {"compression": "zstd", "compression_level": 3, "maintain_order": False, "mkdir": True}
        sinks.append(frame.sink_parquet(days, **options, lazy=True))
    pl.collect_all(sinks, engine="streaming")


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
