"""Ingest: JSON lines of merit's own records into an empty store."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from comparison import dataset
from comparison.participant import MERIT, Comparison, Participant
from comparison.process import Failed, run

if TYPE_CHECKING:
    from comparison.settings import Settings

DAYS = 30


def comparisons(settings: Settings) -> list[Comparison]:
    """One, of merit alone."""
    folder = settings.scratch / f"ingest-of-{settings.ingest_rows}"
    lines, store = folder / "calls.jsonl", folder / "store"
    if not lines.exists():
        run(dataset.simulation(settings, DAYS, settings.ingest_rows // DAYS, folder, "--format", "jsonl"))
    with lines.open("rb") as text:
        rows = sum(1 for _ in text)
    command = [str(settings.merit), "--data", str(store), "--threads", "2", "ingest", "--format", "json", str(lines)]
    participant = Participant(MERIT, command, lambda: shutil.rmtree(store, ignore_errors=True))
    facts = {"rows": rows, "bytes": lines.stat().st_size}

    def check(_: str) -> dict[str, Any]:
        """Every line is in the store."""
        question = ["sql", "-c", "SELECT COUNT(*) AS rows FROM call_log", "--format", "ndjson"]
        found = run([str(settings.merit), "--data", str(store), *question]).inside["rows"]
        if found != rows:
            raise Failed(f"{store} has {found} of {rows} rows")
        return {"calls": {"rows": rows, "differing": 0}}

    title = f"Ingest: {rows:,} JSON lines of {facts['bytes'] / rows:.0f} bytes"
    return [Comparison("ingest", title, [participant], [], check, rows, [facts])]
