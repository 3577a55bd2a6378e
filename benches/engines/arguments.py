"""What a program of an engine is told: where the store is, what is asked, and where the answers go."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

BENCHES = Path(__file__).resolve().parents[1]
QUERIES = BENCHES.parent / "queries"
"""merit's SQL."""

WINDOW_DAYS = 90
"""How far a question looks back that asks for recent days."""

THREADS = 2
"""What every engine may use."""


@dataclass(frozen=True)
class Arguments:
    """What an analysis reads and writes."""

    store: Path
    """merit's data folder."""
    references: Path
    """Tables that merit wrote for the others: prices, aliases, half-lives, changes; and the marts' order."""
    output: Path
    """Rollups go to `rollups/JOB/day=DAY/`, marts to `marts/`."""
    as_of: str
    """Calls and outcomes before this day count."""
    days: list[str] | None
    """Only these days are rolled up; the others lie in `output` already."""
    question: str | None
    """A question over all calls, whatever as-of is; its answer goes to `answers/`."""
    tables: bool
    """Whether the staging is kept as tables, where an engine has the choice."""

    @property
    def answer(self) -> Path:
        """Where the answer goes; its folder is made."""
        folder = self.output / "answers"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.question}.parquet"

    @property
    def since(self) -> date:
        """The first recent day."""
        return date.fromisoformat(self.as_of) - timedelta(days=WINDOW_DAYS)

    @property
    def calls(self) -> list[str]:
        """The files of the calls that are rolled up."""
        return [f"{self.store}/calls/{folder}/*.parquet" for folder in self.folders]

    @property
    def outcomes(self) -> list[str]:
        """The files of their outcomes. Those of the last days before as-of have no others that count."""
        return [f"{self.store}/outcomes/{folder}/*.parquet" for folder in self.folders]

    @property
    def folders(self) -> list[str]:
        """Of the days."""
        return ["*"] if self.days is None else [f"day={day}" for day in self.days]


def read() -> Arguments:
    """The arguments of this process."""
    parser = argparse.ArgumentParser()
    for name in ("store", "references", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--as-of", required=True)
    parser.add_argument("--days", nargs="+")
    parser.add_argument("--question")
    parser.add_argument("--tables", action="store_true")
    return Arguments(**vars(parser.parse_args()))
