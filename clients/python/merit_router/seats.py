"""A row prepared for choosing, and what a call is expected to cost there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .lottery import Lottery

if TYPE_CHECKING:
    from .request import Request
    from .table import Model, Row

__all__ = ["Seats", "expected_cost", "within_cap"]

_LOTTERIES = 32
"""How many draws among a part of a row's candidates are remembered: exclusions and caps come again and again."""


class Seats:
    """A row prepared for choosing; positions are those of its candidates."""

    __slots__ = ("_lotteries", "costs", "epsilon", "fallback", "models", "open", "row", "weighted")

    def __init__(self, row: Row, models: dict[str, Model], epsilon: float) -> None:
        """Prepares a row of a checked table."""
        self.row = row
        self.epsilon = epsilon
        self.models = [models[candidate.model] for candidate in row.candidates]
        positions = {model.id: position for position, model in enumerate(self.models)}
        self.fallback = [positions[model] for model in row.fallback]
        # Mean costs; NaN, which is below no cap, where unknown.
        self.costs = [math.nan if one.cost_usd is None else one.cost_usd for one in row.candidates]
        # Others are never drawn.
        self.weighted = [position for position, candidate in enumerate(row.candidates) if candidate.weight > 0.0]
        # The draw without exclusions and caps, which most draws are.
        self.open = Lottery(self, self.weighted)
        self._lotteries = {tuple(self.weighted): self.open}

    def within_cap(self, positions: list[int], request: Request) -> list[int]:
        """The positions that the request's cap lets pass."""
        cap = request.max_cost
        if cap is None:
            return positions
        if request.input_tokens is None and request.output_tokens is None:
            costs = self.costs
            return [position for position in positions if costs[position] <= cap]
        return [position for position in positions if within_cap(self, position, request)]

    def lottery(self, left: list[int]) -> Lottery:
        """The draw among some positions, at least one, in table order."""
        key = tuple(left)
        found = self._lotteries.get(key)
        if found is None:
            if len(self._lotteries) >= _LOTTERIES:
                self._lotteries.clear()
            found = self._lotteries[key] = Lottery(self, left)
        return found


def expected_cost(seats: Seats, position: int, request: Request) -> float | None:
    """The expected cost of this task at a candidate, USD; None where unknown.

    Where the request estimates tokens and the model has a price: (input · price + output · price) / 10⁶, the row's
    mean standing in for the one count that is not given. Estimated input is taken as uncached, so a cap errs on the
    safe side. Else the row's mean cost.
    """
    candidate = seats.row.candidates[position]
    if request.input_tokens is None and request.output_tokens is None:
        return candidate.cost_usd
    price = seats.models[position].price
    inputs = candidate.input_tokens if request.input_tokens is None else float(request.input_tokens)
    outputs = candidate.output_tokens if request.output_tokens is None else float(request.output_tokens)
    if price is None or inputs is None or outputs is None:
        return candidate.cost_usd
    return (inputs * price[0] + outputs * price[1]) / 1e6


def within_cap(seats: Seats, position: int, request: Request) -> bool:
    """Whether the request's cap lets the candidate pass; an unknown cost never passes a cap."""
    if request.max_cost is None:
        return True
    cost = expected_cost(seats, position, request)
    return cost is not None and cost <= request.max_cost
