"""Whether the others' answers are merit's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comparison.participant import MERIT
from comparison.process import python, run

if TYPE_CHECKING:
    from comparison.dataset import Dataset


def same(data: Dataset, name: str) -> dict[str, Any]:
    """Compares everything that a participant wrote with merit's; a difference fails."""
    if name == MERIT:
        return {}
    tidy(data)
    return run(python("engines.duckdb.compare", data.output(MERIT), data.output(name))).inside


def tidy(data: Dataset) -> None:
    """Leaves of every day's rollup the newest file: a night keeps what the run before it was made from."""
    for day in (data.store / "rollups").glob("*_daily/day=*"):
        files = sorted(day.glob("*.parquet"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-1]:
            file.unlink()
