"""The same promises by exact fractions."""
from dataclasses import dataclass
from fractions import Fraction
from math import floor


class BillError(ValueError):
    """A bill that cannot be split."""


@dataclass(frozen=True)
class Household:
    name: str
    litres: int = 0
    joined: int = 1
    exempt: bool = False


def check(households, cap_percent):
    seen = set()
    for household in households:
        if household.name in seen:
            raise BillError("name used twice: " + household.name)
        seen.add(household.name)
        if household.litres < 0 or household.joined < 1 or household.joined > 12:
            raise BillError("bad household: " + household.name)
    if not seen:
        raise BillError("nobody to pay")
    if cap_percent < 1 or cap_percent > 100:
        raise BillError("bad cap")


def share_out(cents, weights):
    whole = sum(weights.values())
    if not whole:
        return {name: 0 for name in weights}
    exact = {name: Fraction(cents * weight, whole) for name, weight in weights.items()}
    result = {name: floor(value) for name, value in exact.items()}
    queue = sorted(sorted(weights), key=lambda name: exact[name] - result[name], reverse=True)
    for name in queue[: cents - sum(result.values())]:
        result[name] += 1
    return result


def split(cents, households, cap_percent=100):
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError("cents: int expected")
    households = tuple(households)
    check(households, cap_percent)
    sign, cents = (-1, -cents) if cents < 0 else (1, cents)
    water = {h.name: h.litres * (not h.exempt) for h in households}
    base = cents * 3 // 10 if any(water.values()) else cents
    by_month = share_out(base, {h.name: 13 - h.joined for h in households})
    by_litre = share_out(cents - base, water)
    due = {name: by_month[name] + by_litre[name] for name in water}
    cap = cents * cap_percent // 100
    if cap * len(due) < cents:
        raise BillError("cap too low")
    while any(value > cap for value in due.values()):
        over = sum(max(value - cap, 0) for value in due.values())
        open_ = {name: value for name, value in due.items() if value < cap}
        extra = share_out(over, open_ if any(open_.values()) else {name: 1 for name in open_})
        due = {name: min(value, cap) + extra.get(name, 0) for name, value in due.items()}
    return {name: sign * value for name, value in due.items()}
