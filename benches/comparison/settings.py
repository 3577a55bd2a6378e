"""What a run is told on its command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parents[2]
BENCHES = ROOT / "benches"
ENGINES = ("duckdb", "duckdb-tables", "polars", "chdb", "sqlite")


@dataclass(frozen=True)
class Settings:
    """Sizes, places, and what is run."""

    merit: Path
    calls: int
    days: int
    ingest_rows: int
    rounds: int
    cases: list[str]
    engines: list[str]
    decode_limit: Path | None
    scratch: Path
    reports: Path
    fresh_store: bool


def read(cases: list[str]) -> Settings:
    """From the command line."""
    parser = argparse.ArgumentParser(description="merit side by side with DuckDB, Polars, chDB and SQLite.")
    parser.add_argument("--merit", type=Path, required=True, help="the binary, optimised")
    parser.add_argument("--calls", type=int, default=20_000_000, help="tasks that are simulated; fallbacks come on top")
    parser.add_argument("--days", type=int, default=365, help="over so many days, at least 36")
    parser.add_argument("--ingest-rows", type=int, default=1_000_000, help="JSON lines of the ingest")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", type=names(cases), default=cases, help=f"of {','.join(cases)}")
    parser.add_argument("--engines", type=names(ENGINES), default=list(ENGINES), help=f"of {','.join(ENGINES)}")
    parser.add_argument("--decode-limit", type=Path, help="a program that decodes the columns of a store's calls")
    parser.add_argument(
        "--scratch", type=Path, default=ROOT / "target" / "bench", help="where the data is made and kept"
    )
    parser.add_argument("--reports", type=Path, default=ROOT / "reports" / "bench")
    parser.add_argument("--fresh-store", action="store_true", help="ingest again what was simulated before")
    told = vars(parser.parse_args())
    for name in ("merit", "decode_limit", "scratch", "reports"):
        if told[name] is not None:
            told[name] = told[name].resolve()
    if told["days"] < 36:
        parser.error("--days must be at least 36: the night is compared with one after 36 days")
    return Settings(**told)


def names(known: Iterable[str]) -> Callable[[str], list[str]]:
    """A parser of names with commas between them."""

    def parse(text: str) -> list[str]:
        found = text.split(",")
        if unknown := set(found) - set(known):
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(known)}")
        return found

    return parse
