"""What an orchestrator gets, and what it logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .seats import expected_cost

if TYPE_CHECKING:
    from .request import Request
    from .seats import Seats
    from .table import Table

__all__ = ["Answer", "Arm", "Context", "Expected"]

Arm = Literal["exploit", "explore", "probe", "forced", "fallback"]
"""How a model came to be chosen: drawn in proportion to merit; drawn evenly so that all are known; drawn while on
probation; taken because nothing else was left; or, never in an answer, tried after a failure."""


class Expected(NamedTuple):
    """Posterior means for the drawn model in the row."""

    score: float
    """Quality of a scored success, 0 to 10."""
    success: float
    """Probability of success."""
    cost_usd: float | None
    """Cost of this task; None where unknown."""
    latency_ms: float | None
    """Median latency; None where unknown."""


class Context(NamedTuple):
    """The part of the request that shaped the draw beyond its segment, to be logged with the call."""

    excluded: tuple[str, ...]
    max_cost: float | None
    est_input_tokens: int | None
    est_output_tokens: int | None


class Answer:
    """The choice, with all that a log needs to judge it later.

    What a choice that succeeds does not need (``fallback``, ``expected``, ``context``) is worked out when it is asked
    for.
    """

    __slots__ = (
        "_position",
        "_request",
        "_seats",
        "_table",
        "arm",
        "model",
        "name",
        "propensity",
        "provider",
        "task_id",
    )

    model: str
    """The model's id in the table."""
    name: str
    """The name to call at the provider."""
    provider: str
    propensity: float
    """The exact probability with which this request draws this model, in (0, 1]."""
    arm: Arm
    """How it came to be chosen."""
    task_id: str | None
    """The task: the request's, or the one that was made up."""

    def __init__(
        self,
        table: Table,
        seats: Seats,
        position: int,
        request: Request,
        arm: Arm,
        propensity: float,
        task_id: str | None,
    ) -> None:
        """Made by a choice."""
        model = seats.models[position]
        self.model = model.id
        self.name = model.name
        self.provider = model.provider
        self.propensity = propensity
        self.arm = arm
        self.task_id = task_id
        self._table = table
        self._seats = seats
        self._position = position
        self._request = request

    @property
    def table_version(self) -> int:
        """The table that chose."""
        return self._table.table_version

    @property
    def expires_at(self) -> str:
        """When that table expires, ``YYYY-MM-DDTHH:MM:SSZ``."""
        return self._table.expires_at

    @property
    def attempt(self) -> int:
        """The attempt."""
        return self._request.attempt

    @property
    def row_used(self) -> str:
        """The row that answered, ``role/category/difficulty``."""
        return self._seats.row.name

    @property
    def fallback(self) -> tuple[str, ...]:
        """The ids of the models to try next, in order.

        The row's list less the drawn, the excluded and the over-cap models. Where its head shares the drawn model's
        provider, which may be what failed, the first model of another provider comes to the front.
        """
        seats, request = self._seats, self._request
        others = [
            position
            for position in seats.fallback
            if position != self._position and seats.models[position].id not in request.exclude
        ]
        left = list(seats.within_cap(others, request))
        for number, position in enumerate(left):
            if seats.models[position].provider != self.provider:
                left.insert(0, left.pop(number))
                break
        return tuple(seats.models[position].id for position in left)

    @property
    def expected(self) -> Expected:
        """What to expect of the call."""
        candidate = self._seats.row.candidates[self._position]
        cost = expected_cost(self._seats, self._position, self._request)
        return Expected(candidate.score, candidate.success, cost, candidate.latency_ms)

    @property
    def reason(self) -> str:
        """Why the model stands where it does in the row."""
        return self._seats.row.candidates[self._position].reason

    @property
    def context(self) -> Context:
        """What the request set, to be logged with the call."""
        request = self._request
        return Context(tuple(request.exclude), request.max_cost, request.input_tokens, request.output_tokens)

    @property
    def request(self) -> Request:
        """The request, with the task id it got."""
        return self._request._replace(task_id=self.task_id)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        names = ("model", "name", "provider", "propensity", "arm", "table_version", "expires_at", "task_id", "attempt")
        answer: dict[str, Any] = {name: getattr(self, name) for name in (*names, "row_used", "reason")}
        answer["fallback"] = list(self.fallback)
        answer["expected"] = self.expected._asdict()
        answer["context"] = {**self.context._asdict(), "excluded": list(self.context.excluded)}
        return answer

    def __eq__(self, other: object) -> bool:
        """Whether all that is told is the same."""
        return self.to_dict() == other.to_dict() if isinstance(other, Answer) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """All that is told."""
        return f"Answer({', '.join(f'{name}={value!r}' for name, value in self.to_dict().items())})"
