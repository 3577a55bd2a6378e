"""What can go wrong, a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .answer import Answer
    from .execute import AttemptReport

__all__ = [
    "AllExcludedError",
    "CallError",
    "ChooseError",
    "ExecuteError",
    "LoadError",
    "LogError",
    "MeritRouterError",
    "OlderTableError",
]


class MeritRouterError(Exception):
    """Anything that this package refuses or gives up. It can be pickled and copied."""

    def __reduce__(self) -> tuple[Any, ...]:
        """What it says and holds, without the arguments that it was made of."""
        return _made, (type(self), self.args, self.__dict__)


def _made(kind: type[MeritRouterError], arguments: tuple[Any, ...], members: dict[str, Any]) -> MeritRouterError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(members)
    return error


class LoadError(MeritRouterError):
    """Why bytes are not a table to be trusted. Keep the last good table.

    ``kind`` is one of ``read`` (the file cannot be read), ``json`` (not JSON, cut short or empty), ``format`` (another
    major version), ``member`` (missing or of another type), ``digest`` (not what was published), ``content`` (unsound
    dates, weights or references).
    """

    def __init__(self, kind: str, sentence: str) -> None:
        """A refusal of a kind."""
        super().__init__(sentence)
        self.kind = kind

    def at(self, path: str | Path) -> LoadError:
        """The same, with the file's path."""
        return LoadError(self.kind, f"{path}: {self}")


class OlderTableError(LoadError):
    """The table in the file is older than the one served, which goes on serving."""

    def __init__(self, path: str | Path, served: int, found: int) -> None:
        """The versions served and found."""
        super().__init__(
            "older",
            f"{path}: table version {found} is lower than version {served}, which is served; "
            "publish the old content as a new version (`merit table rollback`)",
        )
        self.served = served
        self.found = found


class ChooseError(MeritRouterError):
    """A request without meaning."""


class AllExcludedError(ChooseError):
    """Nothing is left to draw from."""

    def __init__(self, row: str, excluded: Iterable[str]) -> None:
        """The row used, and what the request excluded."""
        self.row = row
        self.excluded = tuple(excluded)
        super().__init__(
            f"row {row}: every model with a weight and every fallback is excluded ({', '.join(self.excluded)}); "
            "exclude fewer"
        )


class CallError(MeritRouterError):
    """A call that failed; raised by the caller's code.

    ``kind`` is one of ``rate_limit``, ``server_error``, ``connection``, ``timeout``, ``invalid_request``,
    ``authentication``, ``content_filter``, or a word of the caller's. ``retry_after``: when the provider says to try
    again, in seconds.
    """

    def __init__(self, kind: str, message: str = "", retry_after: float | None = None) -> None:
        """A failure of a kind, in the provider's words."""
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind = kind
        self.message = message
        self.retry_after = retry_after


class ExecuteError(MeritRouterError):
    """Nobody who was called served the task, or the time was up."""

    def __init__(self, stopped: str, draw: Answer, attempts: Iterable[AttemptReport]) -> None:
        """Why there was no further attempt, the answer of the draw, and every attempt, in order."""
        self.stopped = stopped
        self.draw = draw
        self.attempts = tuple(attempts)
        listed = "; ".join(map(str, self.attempts)) or "no attempt was made"
        super().__init__(f"task {draw.task_id}: {stopped}; {listed}")


class LogError(MeritRouterError):
    """Why a call log cannot be opened, or why records are missing from it."""
