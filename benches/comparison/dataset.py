"""A store of simulated calls, made once and kept, and what the other engines are given of merit's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from comparison.process import Failed, run
from comparison.rounds import say
from comparison.settings import BENCHES

if TYPE_CHECKING:
    from pathlib import Path

    from comparison.settings import Settings

AS_OF = date(2026, 9, 16)
"""The morning after the last day, whatever the size. The models' prices are in force then, and it is the middle of a
month: merit carries sums from the last month's end on."""

REFERENCES = ("price_list", "model_alias", "announced_models")
"""What merit has compiled in."""

COMPUTED = ("half_lives", "changes", "arm_changes", "models", "prices_in_force")
"""What merit computes in Rust, and two marts that are given to Polars."""

SIMULATED, INGESTED = "simulated", "ingested"
"""Marks in a data set's folder; the second holds the account of the ingest."""


@dataclass(frozen=True)
class Dataset:
    """Tasks a day, days, and where they lie."""

    settings: Settings
    days: int
    tasks_a_day: int

    @cached_property
    def folder(self) -> Path:
        """Named by its size."""
        return self.settings.scratch / f"{self.days}-days-of-{self.tasks_a_day}"

    @property
    def store(self) -> Path:
        """merit's data folder."""
        return self.folder / "store"

    @property
    def references(self) -> Path:
        """What the other engines are given."""
        return self.folder / "references"

    def output(self, name: str) -> Path:
        """Where a participant writes."""
        return self.folder / "output" / name

    def last_days(self, count: int) -> list[date]:
        """The last days before as-of."""
        return [AS_OF - timedelta(days=age) for age in range(count, 0, -1)]

    def merit(self, *arguments: object, store: Path | None = None) -> list[str]:
        """A command of merit over the store, with the threads that all have."""
        common = ["--data", str(store or self.store), "--threads", "2", "--quiet"]
        return [str(self.settings.merit), *common, *map(str, arguments)]

    def derive_command(self) -> list[str]:
        """All rollups that are not there yet, and all marts."""
        return self.merit("jobs", "run", "--all", "--as-of", AS_OF, "--output", self.output("merit") / "marts")

    def program(self, name: str) -> list[str]:
        """The arguments that the programs of the other engines take."""
        places = {"store": self.store, "references": self.references, "output": self.output(name), "as-of": AS_OF}
        return [text for option, value in places.items() for text in (f"--{option}", str(value))]

    def rollups_before(self) -> Path:
        """What merit had derived the night before, when nothing of the last day was there, not even its scores."""
        before, last = self.folder / "before", AS_OF - timedelta(days=1)
        shutil.rmtree(before, ignore_errors=True)
        for fact in ("calls", "outcomes"):
            left_out = shutil.ignore_patterns(f"day={last}")
            shutil.copytree(self.store / fact, before / fact, ignore=left_out, copy_function=os.link)
        run(self.merit("jobs", "run", "--all", "--as-of", last, store=before))
        return before / "rollups"

    def make(self) -> None:
        """Simulates and ingests, each unless it was done before."""
        raw, simulated, ingested = (self.folder / name for name in ("raw", SIMULATED, INGESTED))
        if not simulated.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            say(f"simulating {self.days} days of {self.tasks_a_day} tasks")
            run(simulation(self.settings, self.days, self.tasks_a_day, raw))
            simulated.touch()
        if not ingested.exists():
            shutil.rmtree(self.store, ignore_errors=True)
            say("ingesting them")
            files = sorted(str(file) for file in raw.glob("*.parquet"))
            command = [str(self.settings.merit), "--data", str(self.store), "ingest", "--format", "json", *files]
            account = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            if account["quarantined"] or account["duplicate"]:
                raise Failed(f"the simulation in {raw} does not go into a store whole: {account}")
            ingested.write_text(json.dumps({"calls": account["calls"], "outcomes": account["outcomes"]}))

    @property
    def facts(self) -> dict[str, int]:
        """How many calls and outcomes there are."""
        found: dict[str, int] = json.loads((self.folder / INGESTED).read_text())
        return {"days": self.days} | found

    def derive(self) -> None:
        """Rollups and marts by merit, and from them what the others are given."""
        self.output("merit").mkdir(parents=True, exist_ok=True)
        rollups = self.output("merit") / "rollups"
        if not rollups.is_symlink():
            rollups.symlink_to(self.store / "rollups")
        run(self.derive_command())
        self.references.mkdir(exist_ok=True)
        for name in REFERENCES:
            run(self.merit("sql", "-c", f"SELECT * FROM {name}", "-o", self.references / f"{name}.parquet"))
        for name in COMPUTED:
            shutil.copy(self.output("merit") / "marts" / f"{name}.parquet", self.references)
        graph = subprocess.run(self.merit("jobs", "graph", "--format", "json"), capture_output=True, check=True)
        marts = [job["name"] for job in json.loads(graph.stdout) if job["layer"] == "marts"]
        (self.references / "marts.json").write_text(json.dumps(marts))


def simulation(settings: Settings, days: int, tasks_a_day: int, output: Path, *more: str) -> list[str]:
    """The command that simulates: the world of the benchmark, two of a hundred tasks are benchmark runs."""
    start = AS_OF - timedelta(days=days)
    sizes = ["--days", str(days), "--calls-per-day", str(tasks_a_day), "--start", str(start), "--benchmark", "0.02"]
    world = ["--world", str(BENCHES / "world.toml")]
    return [str(settings.merit), "--quiet", "simulate", *world, *sizes, "--output", str(output), *more]


def whole(settings: Settings) -> Dataset:
    """All days."""
    return Dataset(settings, settings.days, settings.calls // settings.days)


def short(settings: Settings) -> Dataset:
    """The last 36 days' worth, as many tasks a day."""
    return Dataset(settings, 36, settings.calls // settings.days)


def forget_stores(settings: Settings) -> None:
    """What was simulated is to be ingested again."""
    for mark in settings.scratch.glob(f"*-days-of-*/{INGESTED}"):
        mark.unlink()
