"""What the caller's code is given for one attempt, what it gives back, and what is left to the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from .answer import Answer, Arm
    from .errors import CallError
    from .request import Request

__all__ = ["Attempt", "AttemptLog", "AttemptRecord", "Reply", "Usage"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to be made: whom to call, and how long it may take."""

    model: str
    """The model's id in the table."""
    name: str
    """The name to call at the provider."""
    provider: str
    attempt: int
    """Its number among the task's attempts, as logged: the request's, then one more each time."""
    timeout: float
    """The seconds it has. The async form enforces it; a blocking call must hand it to its client."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and cost of one call, as far as known."""

    input_tokens: int | None = None
    """Prompt tokens, cached ones included."""
    cached_input_tokens: int | None = None
    """The part of the input that the provider had cached."""
    output_tokens: int | None = None
    """Tokens of the answer, reasoning included."""
    cost_usd: float | None = None
    """What the provider charged, USD."""


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A call that succeeded, with what it used. A call of which only the value is known may give the value alone."""

    value: T
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt that ended: all that a call record needs."""

    request: Request
    """What the caller asked. Its task id and exclusions may lack what the answer has."""
    answer: Answer
    """The answer of the draw, with the exclusions of the draw; the same in all attempts of an execution."""
    attempt: int
    """Its number among the task's attempts: the answer's, then one more each time."""
    model: str
    """The model that was called, by its id in the table."""
    provider: str
    arm: Arm
    """The draw's arm in the first attempt of an execution, ``fallback`` in all others."""
    propensity: float | None
    """The draw's propensity in the first attempt of an execution; None in all others."""
    started_at: int
    """When the call was made, in nanoseconds since 1970."""
    latency: float
    """How long it took, in seconds."""
    usage: Usage
    """What it used, where it succeeded."""
    error: CallError | None
    """Why it failed; None where it succeeded."""


class AttemptLog(Protocol):
    """Where attempts are logged, each the moment it ends. It should not wait for anything."""

    def attempt(self, record: AttemptRecord) -> str | None:
        """Logs an attempt. Returns the id under which an outcome may be reported later, if there is one."""
