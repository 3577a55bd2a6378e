"""One attempt at one model, and what became known of it later, as merit reads them."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answer import Answer
    from .calls import AttemptRecord, Usage

__all__ = ["CallRecord", "Instant", "OutcomeRecord"]

Instant = datetime | int
"""An instant: a datetime (one without a zone is local time, as everywhere in Python), or nanoseconds since 1970."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_INTEGERS = frozenset(
    (
        "attempt",
        "input_tokens",
        "cached_input_tokens",
        "output_tokens",
        "token_count",
        "table_version",
        "est_input_tokens",
        "est_output_tokens",
    )
)
_NUMBERS = frozenset(["score", "latency_ms", "cost_usd", "propensity", "max_cost"])


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A call to be logged; the members are those of merit's call record.

    The log adds ``call_id`` and, where none is given, ``timestamp``. What is None is left out of the line, and so is a
    number that JSON cannot hold (NaN, infinite).

        log.record(CallRecord.of(answer, latency_ms=812.0))
        log.record(CallRecord.of(answer, success=False, error_kind="timeout", latency_ms=60_000.0))
        log.record(CallRecord.of(answer, latency_ms=903.0).fallback("opus", "north", attempt=2))
    """

    model: str
    """The model that served the call, by its id in the table."""
    success: bool
    """Whether a usable answer came back without error or timeout."""
    attempt: int = 1
    """1 for the first try of a task in its role, 2 for the first fallback, and so on."""
    timestamp: Instant | None = None
    """When the call was made; None: the moment it is recorded."""
    source: str | None = None
    """``production`` or ``benchmark``; None: production."""
    task_id: str | None = None
    """The task this call served; attempts of one task share it."""
    provider: str | None = None
    role: str | None = None
    task_category: str | None = None
    task_difficulty: str | None = None
    score: float | None = None
    """How good the answer was, 0 to 10, where that is known at once."""
    error_kind: str | None = None
    """What went wrong: ``timeout``, ``rate_limit``, ``server_error``, or a word of your own."""
    latency_ms: float | None = None
    """From request to last token, in milliseconds."""
    input_tokens: int | None = None
    """Prompt tokens, cached ones included."""
    cached_input_tokens: int | None = None
    output_tokens: int | None = None
    """Tokens of the answer, reasoning included."""
    token_count: int | None = None
    """All tokens, where only the total is known."""
    cost_usd: float | None = None
    judge: str | None = None
    """Who gave the score."""
    table_version: int | None = None
    drawn_model: str | None = None
    propensity: float | None = None
    """The probability with which the table drew it, in (0, 1]; None for a fallback."""
    arm: str | None = None
    row_used: str | None = None
    excluded: Collection[str] = ()
    """The models that were excluded from the draw."""
    max_cost: float | None = None
    est_input_tokens: int | None = None
    est_output_tokens: int | None = None
    tag: str | None = None
    """Free: tenant, team, environment."""
    extra: Mapping[str, Any] | None = None
    """Everything else. Put neither content nor identity into it."""

    @classmethod
    def of(
        cls,
        answer: Answer,
        *,
        success: bool = True,
        error_kind: str | None = None,
        latency_ms: float | None = None,
        usage: Usage | None = None,
        timestamp: Instant | None = None,
    ) -> CallRecord:
        """The call of the drawn model."""
        request, context = answer.request, answer.context
        record = cls(
            model=answer.model,
            success=success,
            attempt=answer.attempt,
            timestamp=timestamp,
            task_id=answer.task_id,
            provider=answer.provider,
            role=request.role,
            task_category=request.category,
            task_difficulty=request.difficulty,
            error_kind=error_kind,
            latency_ms=latency_ms,
            table_version=answer.table_version,
            drawn_model=answer.model,
            propensity=answer.propensity,
            arm=answer.arm,
            row_used=answer.row_used,
            excluded=context.excluded,
            max_cost=context.max_cost,
            est_input_tokens=context.est_input_tokens,
            est_output_tokens=context.est_output_tokens,
        )
        return record if usage is None else record.using(usage)

    def using(self, usage: Usage) -> CallRecord:
        """The same with tokens and cost."""
        return replace(
            self,
            input_tokens=usage.input_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost_usd,
        )

    def fallback(self, model: str, provider: str | None, attempt: int) -> CallRecord:
        """The same where not the drawn model but one of the fallback list was called.

        It was not drawn, so it has no propensity.
        """
        return replace(self, model=model, provider=provider, attempt=attempt, arm="fallback", propensity=None)

    @classmethod
    def of_attempt(cls, attempt: AttemptRecord) -> CallRecord:
        """What an execution tells of an attempt."""
        record = cls.of(
            attempt.answer,
            success=attempt.error is None,
            error_kind=None if attempt.error is None else attempt.error.kind,
            latency_ms=round(attempt.latency * 1e3, 3),
            usage=attempt.usage,
            timestamp=attempt.started_at,
        )
        return replace(
            record,
            model=attempt.model,
            provider=attempt.provider,
            attempt=attempt.attempt,
            arm=attempt.arm,
            propensity=attempt.propensity,
        )

    def line(self, call_id: str, now: int) -> bytes:
        """The line in the log."""
        members: dict[str, Any] = {
            "call_id": call_id,
            "timestamp": rfc3339(now if self.timestamp is None else self.timestamp),
        }
        for name in _CALL_MEMBERS:
            value = getattr(self, name)
            if value is not None:
                members[name] = value
        if self.excluded:
            members["excluded"] = _json(list(self.excluded))
        if self.extra:
            members["extra"] = _json(dict(self.extra))
        return _line(members)


_CALL_MEMBERS = tuple(
    name for name in CallRecord.__dataclass_fields__ if name not in ("timestamp", "excluded", "extra")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecord:
    """News of a logged call. What is None says nothing; the latest word of each kind counts."""

    call_id: str
    observed_at: Instant | None = None
    """When it became known; None: the moment it is recorded."""
    score: float | None = None
    success: bool | None = None
    cost_usd: float | None = None
    judge: str | None = None

    def line(self, now: int) -> bytes | None:
        """The line in the log; None where it tells nothing (no score, success or cost)."""
        members: dict[str, Any] = {
            "observed_at": rfc3339(now if self.observed_at is None else self.observed_at),
            "call_id": self.call_id,
        }
        for name in ("score", "success", "cost_usd", "judge"):
            value = getattr(self, name)
            if value is not None:
                members[name] = value
        members = _sound(members)
        return _line(members) if members.keys() & {"score", "success", "cost_usd"} else None


def rfc3339(instant: Instant) -> str:
    """An instant in UTC with microseconds, ``2026-11-23T12:34:56.000000Z``."""
    if isinstance(instant, datetime):
        utc = instant.astimezone(timezone.utc)
    else:
        utc = _EPOCH + timedelta(microseconds=instant // 1_000)
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _sound(members: dict[str, Any]) -> dict[str, Any]:
    """Members of the types that merit reads; numbers that JSON cannot hold are left out."""
    sound = {}
    for name, given in members.items():
        value = given
        if name in _NUMBERS:
            value = float(value)
            if not math.isfinite(value):
                continue
        elif name in _INTEGERS:
            value = int(value)
        elif name == "success":
            value = bool(value)
        elif not isinstance(value, str):
            raise TypeError(f"{name} is {value!r}, not text")
        sound[name] = value
    return sound


def _line(members: dict[str, Any]) -> bytes:
    # Half a surrogate pair has no UTF-8: it becomes a question mark, and the line stays readable.
    return (_json(_sound(members)) + "\n").encode("utf-8", "replace")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
