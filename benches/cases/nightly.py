"""A night: a new day on a history that is rolled up already, and all marts; after a long history and a short one."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from comparison import dataset
from comparison.answers import same
from comparison.participant import MERIT, Comparison, Participant
from comparison.process import python, run
from engines.jobs import ROLLUPS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comparison.dataset import Dataset
    from comparison.settings import Settings

DUCKDB = "DuckDB"
LATE_DAYS = 3
"""The simulation's scores come at most so many days after their calls."""


def comparisons(settings: Settings) -> list[Comparison]:
    """Two: the new day alone, and with what has become known of the days before it."""
    stores = [dataset.whole(settings), dataset.short(settings)]
    for data in stores:
        data.make()
        data.derive()
        if "duckdb" in settings.engines:
            run(python("engines.duckdb.analysis", *data.program(DUCKDB)))
    tasks = f"{stores[0].tasks_a_day:,} tasks"
    return [
        night("nightly", f"Night: one new day of {tasks}, all marts", stores, settings, 1, without_last_day),
        night(
            "nightly_late",
            f"Night: one new day of {tasks}, late scores of the {LATE_DAYS} days before, all marts",
            stores,
            settings,
            1 + LATE_DAYS,
            night_before,
        ),
    ]


def night(
    name: str,
    title: str,
    stores: list[Dataset],
    settings: Settings,
    changed: int,
    preparation: Callable[[Dataset], Callable[[], None]],
) -> Comparison:
    """Both histories in the same rounds; `changed` days are rolled up anew."""
    participants, ratios = [], []
    histories: dict[str, Dataset] = {}
    for data in stores:
        ours, theirs = (f"{engine}, {data.days} days" for engine in (MERIT, DUCKDB))
        histories |= {ours: data, theirs: data}
        participants.append(Participant(ours, data.derive_command(), preparation(data)))
        if "duckdb" in settings.engines:
            command = python("engines.duckdb.analysis", *data.program(DUCKDB), "--days", *data.last_days(changed))
            note = "is told which days have changed, and given the tables that merit computes in Rust"
            prepare = forgetting(data, data.output(DUCKDB) / "rollups", changed)
            participants.append(Participant(theirs, command, prepare, note))
            ratios.append((ours, theirs))
    ratios.append((f"{MERIT}, {stores[0].days} days", f"{MERIT}, {stores[1].days} days"))
    facts = [data.facts for data in stores]

    def check(participant: str) -> dict[str, object]:
        return same(histories[participant], participant.partition(",")[0])

    return Comparison(name, title, participants, ratios, check, facts=facts)


def without_last_day(data: Dataset) -> Callable[[], None]:
    """All days are rolled up but the last; its outcomes are sorted to their days already."""
    return forgetting(data, data.store / "rollups", 1)


def night_before(data: Dataset) -> Callable[[], None]:
    """All that merit has derived is what it had the night before."""
    before, rollups = data.rollups_before(), data.store / "rollups"

    def restore() -> None:
        shutil.rmtree(rollups)
        shutil.copytree(before, rollups, copy_function=os.link)

    return restore


def forgetting(data: Dataset, rollups: Path, days: int) -> Callable[[], None]:
    """Makes it so that the last days have not been rolled up yet."""

    def forget() -> None:
        for name in ROLLUPS:
            for day in data.last_days(days):
                shutil.rmtree(rollups / name / f"day={day}")

    return forget
