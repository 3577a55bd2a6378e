from dataclasses import dataclass


class BillError(ValueError):
    pass


@dataclass(frozen=True)
class Household:
    name: str
    litres: int = 0
    joined: int = 1
    exempt: bool = False


BASE_PERCENT = 30


def split(cents, households, cap_percent=100):
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError("cents must be a whole number")
    households = list(households)
    names = [household.name for household in households]
    if not names:
        raise BillError("no households")
    if len(set(names)) != len(names):
        raise BillError("two households have one name")
    for household in households:
        if household.litres < 0:
            raise BillError(f"{household.name}: litres below 0")
        if not 1 <= household.joined <= 12:
            raise BillError(f"{household.name}: joined outside 1 to 12")
    if not 1 <= cap_percent <= 100:
        raise BillError("cap outside 1 to 100")
    if cents < 0:
        return {name: -share for name, share in split(-cents, households, cap_percent).items()}

    months = {household.name: 13 - household.joined for household in households}
    litres = {household.name: 0 if household.exempt else household.litres for household in households}
    if sum(household.litres for household in households) == 0:
        base = cents
    else:
        base = cents * BASE_PERCENT // 100
    shares = _apportion(base, months)
    for name, share in _apportion(cents - base, litres).items():
        shares[name] += share
    return _capped(shares, cents * cap_percent // 100)


def _apportion(cents, weights):
    whole = sum(weights.values())
    if whole == 0:
        return dict.fromkeys(weights, 0)
    shares = {name: cents * weight // whole for name, weight in weights.items()}
    left = cents - sum(shares.values())
    order = sorted(weights, key=lambda name: (-(cents * weights[name] % whole), name))
    for name in order[:left]:
        shares[name] += 1
    return shares


def _capped(shares, cap):
    if cap * len(shares) < sum(shares.values()):
        raise BillError("the cap is too low for so few households")
    while True:
        excess = sum(share - cap for share in shares.values() if share > cap)
        if excess == 0:
            return shares
        below = {name: share for name, share in shares.items() if share < cap}
        shares = {name: min(share, cap) for name, share in shares.items()}
        if sum(below.values()) == 0:
            below = dict.fromkeys(below, 1)
        for name, share in _apportion(excess, below).items():
            shares[name] += share
