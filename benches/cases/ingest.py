"""Ingest: JSON lines of merit's own records into an empty store."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from comparison import dataset
from comparison.participant import MERIT, Comparison, Participant
from comparison.process import Failed, run

if TYPE_CHECKING:
    from pathlib import Path

    from comparison.settings import Settings

DAYS = 30


def comparisons(settings: Settings) -> list[Comparison]:
    """One, of merit alone."""
    folder = settings.scratch / f"ingest-of-{settings.ingest_rows}"
    logs, store, done = folder / "logs", folder / "store", folder / "done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        run(dataset.simulation(settings, DAYS, settings.ingest_rows // DAYS, logs, "--format", "jsonl"))
        done.touch()
    files = sorted(logs.glob("calls*.jsonl"))
    rows = sum(lines(file) for file in files)
    ingest = ["--threads", "2", "ingest", "--format", "json", *map(str, files)]
    command = [str(settings.merit), "--data", str(store), *ingest]
    participant = Participant(MERIT, command, lambda: shutil.rmtree(store, ignore_errors=True))
    facts = {"rows": rows, "bytes": sum(file.stat().st_size for file in files)}

    def check(_: str) -> dict[str, Any]:
        """Every line is in the store."""
        question = ["sql", "-c", "SELECT COUNT(*) AS rows FROM call_log", "--format", "ndjson"]
        found = run([str(settings.merit), "--data", str(store), *question]).inside["rows"]
        if found != rows:
            raise Failed(f"{store} has {found} of {rows} rows")
        return {"calls": {"rows": rows, "differing": 0}}

    title = f"Ingest: {rows:,} JSON lines of {facts['bytes'] / rows:.0f} bytes"
    return [Comparison("ingest", title, [participant], [], check, rows, [facts])]


def lines(file: Path) -> int:
    """How many there are."""
    with file.open("rb") as text:
        return sum(1 for _ in text)
