"""Who takes part in a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MERIT = "merit"


@dataclass(frozen=True)
class Participant:
    """A program that does the work, or a part of it."""

    name: str
    command: list[str]
    prepare: Callable[[], None] = lambda: None
    """What is done before every run, untimed."""
    note: str = ""
    """What it does not do, or does otherwise."""
    scale: float = 1.0
    """Its data is so many times smaller; its time is scaled by this."""
    says: bool = False
    """Whether its time is what it says of itself: a limit, not a program somebody would run."""


@dataclass(frozen=True)
class Comparison:
    """One piece of work done by several."""

    name: str
    title: str
    participants: list[Participant]
    ratios: list[tuple[str, str]]
    """Whose time is divided by whose."""
    check: Callable[[str], dict[str, Any]] | None = None
    """Whether a participant's answers are right, by its name: rows and how many differ, by table."""
    rows: int | None = None
    """Rows read, where rows a second are of interest."""
    facts: list[dict[str, int]] = field(default_factory=list)
    """How much data there is, of each store."""
