"""Cold analysis: all days rolled up and all marts, with nothing there but the facts."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from comparison import dataset
from comparison.answers import same
from comparison.participant import MERIT, Comparison, Participant
from comparison.process import python, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comparison.dataset import Dataset
    from comparison.settings import Settings

LIMIT = "decode limit"
SQLITE_SHARE = 20
"""SQLite has the days of one twentieth."""


def comparisons(settings: Settings) -> list[Comparison]:
    """One, of all."""
    data = dataset.whole(settings)
    data.make()
    data.derive()
    participants = [Participant(MERIT, data.derive_command(), lambda: forget(data))]
    participants += [participant for name, participant in others(data).items() if name in settings.engines]
    if "sqlite" in settings.engines:
        participants.append(sqlite(data))
    if settings.decode_limit is not None:
        note = "the parquet crate decoding the needed columns of all calls, two threads; its own time"
        command = [str(settings.decode_limit), str(data.store)]
        participants.append(Participant(LIMIT, command, note=note, says=True))
    ratios = [(MERIT, participant.name) for participant in participants[1:]]
    title = "Cold: all rollups of all days and all marts"
    return [Comparison("cold", title, participants, ratios, lambda name: check(data, name), facts=[data.facts])]


def others(data: Dataset) -> dict[str, Participant]:
    """The engines that read the store's files, by the name on the command line."""

    def participant(name: str, module: str, note: str, *more: str) -> Participant:
        output = data.output(name)
        return Participant(name, python(module, *data.program(name), *more), remove(output), note)

    duckdb, given = "engines.duckdb.analysis", "is given the tables that merit computes in Rust"
    return {
        "duckdb": participant("DuckDB", duckdb, given),
        "duckdb-tables": participant("DuckDB, staging as tables", duckdb, given, "--tables"),
        "polars": participant(
            "Polars",
            "engines.polars.analysis",
            f"only the marts histories, decayed_cells, decayed_scores, costs, latency_quantiles; {given} and two marts",
        ),
        "chdb": participant("chDB", "engines.chdb.analysis", given),
    }


def sqlite(data: Dataset) -> Participant:
    """The naive choice: calls in a database file, which is made here and not timed."""
    source, output = data.folder / "part.sqlite", data.output("SQLite")
    days = max(data.days // SQLITE_SHARE, 1)
    loaded = run(python("engines.sqlite.load", data.store, source, days)).inside["calls"]
    scale = data.facts["calls"] / loaded
    note = f"only arms_daily, of {loaded:,} calls; time × {scale:.1f}"
    target = output / "arms.sqlite"

    def prepare() -> None:
        remove(output)()
        output.mkdir(parents=True)

    return Participant("SQLite", python("engines.sqlite.arms", source, target), prepare, note, scale)


def check(data: Dataset, name: str) -> dict[str, Any]:
    """Rollups to the last integer, marts to 1e-9."""
    if name == "SQLite":
        return run(python("engines.sqlite.compare", data.output(MERIT), data.output(name) / "arms.sqlite")).inside
    return same(data, name)


def forget(data: Dataset) -> None:
    """All that merit has derived is gone."""
    for folder in ("rollups", "runs", "tables"):
        shutil.rmtree(data.store / folder, ignore_errors=True)
    shutil.rmtree(data.output(MERIT) / "marts", ignore_errors=True)


def remove(folder: Path) -> Callable[[], None]:
    """Removes a folder when it is called."""
    return lambda: shutil.rmtree(folder, ignore_errors=True)
