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
    return run(python("engines.duckdb.compare", data.output(MERIT), data.output(name))).inside
