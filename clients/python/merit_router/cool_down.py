"""Models that rest after failures in a row."""

from __future__ import annotations

import threading
from dataclasses import dataclass

__all__ = ["CoolDownSettings", "CoolDowns", "doubled"]


@dataclass(frozen=True, slots=True)
class CoolDownSettings:
    """When a model rests, and for how long."""

    failures_to_cool: int = 3
    """After so many failures in a row a model rests; at least 1."""
    rest: float = 30.0
    """How many seconds, the first time; twice as long after each further failure."""
    rest_cap: float = 600.0
    """The longest rest, in seconds."""


@dataclass(slots=True)
class _Failing:
    failures: int = 0
    """In a row."""
    rest: tuple[float, float] | None = None
    """From and until."""

    def rests_until(self, now: float) -> float | None:
        return self.rest[1] if self.rest is not None and now < self.rest[1] else None


class CoolDowns:
    """The health of the models, by their ids, shared between threads and executors. It outlives tables.

    A model that rests is not drawn, and is tried last. Its first success ends the rest and forgets its failures.
    Instants are seconds of a monotonic clock.

    >>> models = CoolDowns()
    >>> for _ in range(3):
    ...     models.failed("opus", began=0.0, now=0.0)
    >>> models.rests_until("opus", 0.0)
    30.0
    >>> models.succeeded("opus")
    >>> models.rests_until("opus", 0.0)
    """

    def __init__(self, settings: CoolDownSettings | None = None) -> None:
        """Nobody has failed yet."""
        self.settings = settings or CoolDownSettings()
        self._lock = threading.Lock()
        # Only models that failed last.
        self._failing: dict[str, _Failing] = {}

    def resting(self, now: float) -> list[str]:
        """The models that rest, in the order of their ids."""
        with self._lock:
            return sorted(model for model, state in self._failing.items() if state.rests_until(now) is not None)

    def rests_until(self, model: str, now: float) -> float | None:
        """When a model's rest ends; None where it does not rest."""
        with self._lock:
            state = self._failing.get(model)
            return None if state is None else state.rests_until(now)

    def failed(self, model: str, began: float, now: float) -> None:
        """A call failed through the model's fault.

        The caller turned to the model at ``began``, for this try or an earlier one. What had begun before a rest that
        still goes on changes nothing: many calls at once that meet one outage, and second tries after it, are one
        reason to rest, not many.
        """
        settings = self.settings
        with self._lock:
            state = self._failing.setdefault(model, _Failing())
            if state.rest is not None and began < state.rest[0] and now < state.rest[1]:
                return
            state.failures += 1
            further = state.failures - max(settings.failures_to_cool, 1)
            if further >= 0:
                state.rest = (now, now + doubled(settings.rest, further, settings.rest_cap))

    def succeeded(self, model: str) -> None:
        """A call succeeded."""
        if model in self._failing:
            with self._lock:
                self._failing.pop(model, None)


def doubled(duration: float, times: int, cap: float) -> float:
    """A duration doubled so many times, at most the cap."""
    return min(duration * 2.0 ** min(times, 1000), cap)
