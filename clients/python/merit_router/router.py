"""A table made ready to answer requests."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .answer import Answer
from .choose import choose_in
from .errors import ChooseError
from .request import Request
from .seats import Seats
from .table import ANY, Row, Table, load, parse
from .task_hash import FNV_EMPTY, fnv_parts, task_uniform

__all__ = ["Router"]

if TYPE_CHECKING:
    Segment = tuple[str, str, str]

_STRANGERS = 4096
"""How many segments without a row of their own are remembered: requests may name any number of them."""


class Router:
    """A checked table with an index of its rows. Make one at startup, share it between threads."""

    def __init__(self, table: Table) -> None:
        """Indexes a table that was loaded or parsed. Rows are prepared when they are first used."""
        self.table = table
        self._rows = {row.key: row for row in table.segments}
        self._digest = fnv_parts(FNV_EMPTY, table.digest)
        self._prepared: dict[Segment, Seats] = {}
        # What a choice needs of a segment: its row, and the hash's state after it.
        self._segments: dict[Segment, tuple[Seats, int]] = {}

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Router:
        """Reads, checks and indexes the table in a file; raises LoadError."""
        return cls(load(path))

    @classmethod
    def parse(cls, content: bytes) -> Router:
        """Reads, checks and indexes a table's bytes; raises LoadError."""
        return cls(parse(content))

    def choose(self, request: Request) -> Answer:
        """Chooses a model for a task.

        The task sticks to its model for as long as the table, the segment, the attempt, the exclusions and the cap stay
        the same. A request without a task id gets a random one, which is in the answer.

        Raises ChooseError for a request without meaning, AllExcludedError where nothing is left to draw from.
        """
        task_id = request.task_id
        if task_id is None:
            task_id = os.urandom(16).hex()
        seats, state = self._segment(request)
        try:
            u = task_uniform(state, task_id, request.attempt)
        except (AttributeError, UnicodeEncodeError):
            raise ChooseError(f"task_id is {task_id!r}; give Unicode text") from None
        return choose_in(self.table, seats, request, u, task_id)

    def row(self, role: str, category: str, difficulty: str) -> Row:
        """The row that answers for a segment.

        Its own, else the first there is of (role, category, *), (role, *, *), (*, category, difficulty),
        (*, category, *), (*, *, *).
        """
        rows = self._rows
        keys = (
            (role, category, difficulty),
            (role, category, ANY),
            (role, ANY, ANY),
            (ANY, category, difficulty),
            (ANY, category, ANY),
        )
        return next((rows[key] for key in keys if key in rows), rows[ANY, ANY, ANY])

    def seats(self, request: Request) -> Seats:
        """The row that answers a request, prepared."""
        return self._segment(request)[0]

    def expired(self, now: datetime | None = None) -> bool:
        """Whether the table has expired, now or at an instant (with its zone). It is served all the same."""
        return self.table.expired(now or datetime.now(timezone.utc))

    def _segment(self, request: Request) -> tuple[Seats, int]:
        key = request[:3]
        try:
            return self._segments[key]
        except KeyError:
            return self._new_segment(key)
        except TypeError:
            raise _no_segment(key) from None

    def _new_segment(self, key: Segment) -> tuple[Seats, int]:
        try:
            state = fnv_parts(self._digest, *key)
        except (AttributeError, UnicodeEncodeError):
            raise _no_segment(key) from None
        row = self.row(*key)
        seats = self._prepared.get(row.key)
        if seats is None:
            seats = self._prepared[row.key] = Seats(row, self.table.models, self.table.epsilon)
        if len(self._segments) >= len(self._rows) + _STRANGERS:
            self._segments.clear()
        self._segments[key] = found = (seats, state)
        return found


def _no_segment(key: Segment) -> ChooseError:
    return ChooseError(f"role, category and difficulty are {key!r}; give Unicode text")
