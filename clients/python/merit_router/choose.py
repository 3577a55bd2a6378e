"""The choice: a row, the candidates left in it, one draw.

1. Row: the request's own, else the first back-off row there is (``Router``).
2. Candidates in table order with a weight, less the excluded, less those over the cap.
3. A number u in [0, 1), made from the task (``task_hash``).
4. One draw: explore, probe or exploit (``lottery``).
5. The answer, with the exact probability of what was drawn (``answer``).

Pure: no clock, no randomness of its own, the same answer in every client.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from .answer import Answer
from .errors import AllExcludedError, ChooseError
from .request import Request, check, listed
from .seats import Seats, expected_cost

if TYPE_CHECKING:
    from .lottery import Lottery
    from .router import Router
    from .table import Table

__all__ = ["Share", "choose", "distribution"]


class Share(NamedTuple):
    """A model's probability under a request."""

    model: str
    propensity: float


def choose(router: Router, request: Request, u: float) -> Answer:
    """Draws a model with a given number u in [0, 1); pure.

    Raises ChooseError for a request or u without meaning, AllExcludedError where nothing is left.
    """
    return choose_in(router.table, router.seats(request), request, u, request.task_id)


def choose_in(table: Table, seats: Seats, request: Request, u: float, task_id: str | None) -> Answer:
    """``choose`` where the row is known already."""
    if not 0.0 <= u < 1.0:
        raise ChooseError(f"u is {u}; a draw needs a number in [0, 1)")
    outcome = _outcome(seats, request)
    if request.exclude and not isinstance(request.exclude, tuple):
        request = request._replace(exclude=listed(request.exclude))
    if isinstance(outcome, int):
        return Answer(table, seats, outcome, request, "forced", 1.0, task_id)
    position, arm = outcome.draw(u)
    return Answer(table, seats, position, request, arm, outcome.shares[position], task_id)


def distribution(router: Router, request: Request) -> list[Share]:
    """The exact distribution that a request draws from.

    Every candidate of the row used, in table order, with its probability after exclusions and caps; they sum to 1.
    Raises what ``choose`` raises.
    """
    seats = router.seats(request)
    outcome = _outcome(seats, request)
    if isinstance(outcome, int):
        return [Share(model.id, float(position == outcome)) for position, model in enumerate(seats.models)]
    return [Share(model.id, outcome.shares[position]) for position, model in enumerate(seats.models)]


def _outcome(seats: Seats, request: Request) -> Lottery | int:
    """Exclusions and cap applied to a row: a draw among those left, or the position of the one that is forced."""
    check(request)
    _, _, _, _, _, exclude, max_cost, _, _ = request
    if not exclude and max_cost is None:
        return seats.open
    models = seats.models
    admitted = [position for position in seats.weighted if models[position].id not in exclude]
    left = seats.within_cap(admitted, request)
    if left:
        return seats.lottery(left)
    if admitted:
        return _cheapest(seats, admitted, request)
    # The exclusions leave nobody with a weight: those who stand by without one step in.
    standing_by = [position for position in seats.fallback if models[position].id not in exclude]
    left = seats.within_cap(standing_by, request)
    if left:
        return left[0]
    if standing_by:
        return _cheapest(seats, standing_by, request)
    raise AllExcludedError(seats.row.name, exclude)


def _cheapest(seats: Seats, positions: list[int], request: Request) -> int:
    """The lowest expected cost; unknown ones last, ties by the id (code points sort as their UTF-8 bytes do)."""

    def order(position: int) -> tuple[float, float, str]:
        cost = expected_cost(seats, position, request)
        cost = math.inf if cost is None else cost
        return cost, math.copysign(1.0, cost), seats.models[position].id

    return min(positions, key=order)
