"""The draw itself: an exact distribution over the candidates left, and the candidate at u.

The same to the last bit in every client. So sums are made with loops in table order: the built-in ``sum`` compensates
from Python 3.12 on and gives other last bits.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .answer import Arm
    from .seats import Seats

__all__ = ["Lottery"]


class Lottery:
    """The draw itself: an exact distribution over the candidates left, and the candidate at u.

    Of the unit interval, the first e = max(0, ε − Σ probes) explores: K equal parts for the K eligible candidates left
    (none left: e = 0). Then come the probe weights of the candidates left, in table order. The rest exploits, in
    proportion to the raw exploit weights of the candidates left; where these are all zero it goes to one heir, the
    first of the fallback still left, else the first candidate left. Without exclusions and caps these shares are the
    table's weights.
    """

    __slots__ = (
        "eligible",
        "exploit",
        "exploit_ends",
        "exploiters",
        "explore",
        "heir",
        "probe_ends",
        "probers",
        "rest",
        "shares",
    )

    def __init__(self, seats: Seats, left: list[int]) -> None:
        """A draw among some positions of a row, at least one, in table order."""
        candidates = seats.row.candidates
        probes = self.exploit = 0.0
        self.eligible: list[int] = []
        self.probers: list[int] = []
        self.exploiters: list[int] = []
        # Running sums: a share's end is where the next begins.
        self.exploit_ends: list[float] = []
        for position in left:
            candidate = candidates[position]
            if candidate.eligible:
                self.eligible.append(position)
            if candidate.probe_weight > 0.0:
                self.probers.append(position)
                probes += candidate.probe_weight
            if candidate.exploit_weight > 0.0:
                self.exploit += candidate.exploit_weight
                self.exploiters.append(position)
                self.exploit_ends.append(self.exploit)
        self.explore = max(seats.epsilon - probes, 0.0) if self.eligible else 0.0
        self.rest = self.explore
        self.probe_ends: list[float] = []
        for position in self.probers:
            self.rest += candidates[position].probe_weight
            self.probe_ends.append(self.rest)
        self.heir = left[0]
        if not self.exploiters:
            self.heir = next((position for position in seats.fallback if position in left), self.heir)
        self.shares = self._shares(seats, left)

    def _shares(self, seats: Seats, left: list[int]) -> list[float]:
        """The exact probability of each candidate of the row."""
        shares = [0.0] * len(seats.models)
        explore = self.explore / len(self.eligible) if self.eligible else 0.0
        exploits = max(1.0 - self.rest, 0.0)
        for position in left:
            candidate = seats.row.candidates[position]
            exploit = candidate.exploit_weight / self.exploit if self.exploiters else float(position == self.heir)
            shares[position] = (explore if candidate.eligible else 0.0) + candidate.probe_weight + exploits * exploit
        return shares

    def draw(self, u: float) -> tuple[int, Arm]:
        """The candidate at u in [0, 1), and on which part of the interval u fell."""
        if u < self.explore:
            count = len(self.eligible)
            return self.eligible[min(int((u / self.explore) * count), count - 1)], "explore"
        if u < self.rest:
            # u is below the last end, which is the rest's begin.
            return self.probers[bisect_right(self.probe_ends, u)], "probe"
        if not self.exploiters:
            return self.heir, "exploit"
        number = bisect_right(self.exploit_ends, (u - self.rest) / (1.0 - self.rest) * self.exploit)
        return self.exploiters[min(number, len(self.exploiters) - 1)], "exploit"
