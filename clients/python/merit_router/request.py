"""What an orchestrator asks."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from .errors import ChooseError

__all__ = ["Request", "check", "listed"]


class Request(NamedTuple):
    """One attempt at a task, for which a model is wanted.

    >>> Request("executor", "debugging", "advanced", task_id="task-17", max_cost=0.02).attempt
    1
    """

    role: str
    """Who asks."""
    category: str
    """What for."""
    difficulty: str
    """How hard."""
    task_id: str | None = None
    """The task; it sticks to its model per segment and attempt. None: one is made up."""
    attempt: int = 1
    """Which attempt this is, from 1."""
    exclude: Collection[str] = ()
    """Ids of models not to be drawn."""
    max_cost: float | None = None
    """The most the call may be expected to cost, USD."""
    input_tokens: int | None = None
    """The task's estimated input tokens."""
    output_tokens: int | None = None
    """The task's estimated output tokens."""


def check(request: Request) -> None:
    """Refuses what has no meaning."""
    _, _, _, _, attempt, exclude, max_cost, input_tokens, output_tokens = request
    if type(attempt) is not int or attempt < 1:
        raise ChooseError(f"attempt is {attempt!r}; attempts are counted from 1")
    if isinstance(exclude, str):
        raise ChooseError(f"exclude is the text {exclude!r}; give a list of model ids")
    if max_cost is not None and not (isinstance(max_cost, (int, float)) and max_cost >= 0):
        raise ChooseError(f"max_cost is {max_cost!r}; give an amount in USD of 0 or more, or none")
    if input_tokens is None and output_tokens is None:
        return
    for tokens in (input_tokens, output_tokens):
        if tokens is not None and (type(tokens) is not int or not 0 <= tokens < 1 << 64):
            raise ChooseError(f"the estimate of tokens is {tokens!r}; give a whole number of 0 or more, or none")


def listed(exclude: Collection[str]) -> tuple[str, ...]:
    """Exclusions as they are logged: in the order given, those of a set sorted."""
    return tuple(sorted(exclude) if isinstance(exclude, (set, frozenset)) else exclude)
