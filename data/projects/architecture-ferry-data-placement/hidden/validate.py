"""Checks a placement of the ferry line's data: reads answer.json, prints the share of each requirement as JSON."""

import json

# site: (country, grid, dollars per TB and month, space in TB, write capacity)
SITES = {
    "askel": ("Vell", "north", 40, 26, 860),
    "brim": ("Vell", "east", 30, 20, 700),
    "corran": ("Oster", "east", 26, 28, 760),
    "dovey": ("Oster", "south", 34, 30, 900),
    "elver": ("Maris", "south", 22, 34, 700),
    "fossa": ("Tarn", "west", 18, 60, 600),
}
RTT_MS = [
    [0, 8, 14, 22, 35, 48],
    [8, 0, 11, 18, 30, 44],
    [14, 11, 0, 9, 24, 39],
    [22, 18, 9, 0, 16, 33],
    [35, 30, 24, 16, 0, 21],
    [48, 44, 39, 33, 21, 0],
]
# data set: (TB, kind of copies, countries, writes, shipped TB a month, readers)
DATA = {
    "passengers": (6, "sync", {"Oster", "Vell"}, 260, 3, [("askel", 12), ("dovey", 20)]),
    "payments": (4, "sync", {"Vell"}, 320, 2, [("brim", 10)]),
    "bookings": (9, "sync", {"Maris", "Oster", "Vell"}, 300, 4, [("askel", 15), ("elver", 25)]),
    "crew": (2, "async", {"Oster"}, 60, 1, [("dovey", 10)]),
    "manifests": (5, "sync", {"Maris", "Oster", "Vell"}, 180, 2, [("elver", 17), ("corran", 25)]),
    "timetable": (1, "async", {"Maris", "Oster", "Tarn", "Vell"}, 40, 1, [("fossa", 25), ("askel", 15)]),
    "telemetry": (22, "single", {"Maris", "Oster", "Tarn", "Vell"}, 420, 0, [("fossa", 35)]),
    "video": (30, "single", {"Maris", "Oster", "Tarn"}, 120, 0, [("elver", 25)]),
    "tariffs": (1, "async", {"Oster", "Tarn"}, 30, 1, [("askel", 15), ("fossa", 10)]),
    "audit": (12, "async", {"Maris", "Oster", "Tarn", "Vell"}, 90, 5, [("dovey", 20)]),
    "claims": (3, "sync", {"Maris", "Oster"}, 80, 1, [("elver", 10)]),
}
SYNCHRONOUS_MS, KEY_MS, KEYS_PER_SITE = 25, 30, 2
NORMAL_SHARE, LOSS_SHARE, BUDGET = 0.75, 0.85, 4_050
SHIPPED_INSIDE, SHIPPED_ABROAD = 10, 40
NAMES = list(SITES)
GRIDS = sorted({site[1] for site in SITES.values()})
ROUNDING = 1e-6


def load():
    try:
        with open("answer.json", encoding="utf-8") as file:
            answer = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def mapping(value):
    return value if isinstance(value, dict) else {}


def site(value):
    return value if isinstance(value, str) and value in SITES else None


def country(name):
    return SITES[name][0]


def grid(name):
    return SITES[name][1]


def rtt(a, b):
    return RTT_MS[NAMES.index(a)][NAMES.index(b)]


def graded(violations):
    """One violation leaves half, two a quarter."""
    return (1.0, 0.5, 0.25)[violations] if violations <= 2 else 0.0


def read_placement(answer):
    """Data set -> (primary, replica or None, key or None); only those that are complete."""
    stated, placed = mapping(answer.get("placement")), {}
    for name, (_, copies, *_) in DATA.items():
        entry = mapping(stated.get(name))
        primary, replica = site(entry.get("primary")), site(entry.get("replica"))
        if copies == "single":
            complete = primary is not None and entry.get("replica") is None
        else:
            complete = primary is not None and replica is not None and primary != replica
        if complete:
            placed[name] = (primary, replica, site(entry.get("key")))
    return placed


def loads(placed, lost):
    """The write load of each site that is up when the given grid (or None) is lost."""
    load = {name: 0.0 for name in NAMES if grid(name) != lost}
    for name, (primary, replica, _) in placed.items():
        writes = DATA[name][3]
        if primary in load:
            load[primary] += writes
            if replica in load:
                load[replica] += writes / 2
        elif replica in load:
            load[replica] += writes
    return load


def carried(load, share):
    return all(value <= SITES[name][4] * share + ROUNDING for name, value in load.items())


def same_loads(stated, load):
    stated = mapping(stated)
    good = [name for name, value in load.items() if number_is(stated.get(name), value)]
    return len(good) / len(load) if set(stated) <= set(NAMES) else 0.0


def number_is(value, expected):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value - expected) < 0.51


def main():
    answer = load()
    placed = read_placement(answer)
    missing = len(DATA) - len(placed)
    whole = missing == 0
    residence = pairs = readers = keys = missing
    space = {name: 0 for name in NAMES}
    cost = 0
    for name, (primary, replica, key) in placed.items():
        size, copies, countries, _, shipped, limits = DATA[name]
        at = [s for s in (primary, replica) if s]
        residence += any(country(s) not in countries for s in at)
        if replica:
            near = copies != "sync" or rtt(primary, replica) <= SYNCHRONOUS_MS
            pairs += not (grid(primary) != grid(replica) and near)
            cost += shipped * (SHIPPED_INSIDE if country(primary) == country(replica) else SHIPPED_ABROAD)
        readers += any(min(rtt(s, reader) for s in at) > limit for reader, limit in limits)
        keys += key is None or country(key) in {country(s) for s in at} or rtt(key, primary) > KEY_MS
        for s in at:
            space[s] += size
            cost += size * SITES[s][2]
    held = [key for _, _, key in placed.values() if key]
    keys += sum(max(0, held.count(name) - KEYS_PER_SITE) for name in NAMES)

    apart = 0
    if "passengers" in placed and "payments" in placed:
        apart += placed["passengers"][0] == placed["payments"][0]
    else:
        apart += 1
    if "audit" in placed and "payments" in placed:
        apart += bool(set(placed["audit"][:2]) & set(placed["payments"][:2]))
        apart += country(placed["audit"][0]) == country(placed["audit"][1])
    else:
        apart += 2

    after_loss = [carried(loads(placed, lost), LOSS_SHARE) for lost in GRIDS]
    fits = whole and all(used <= SITES[name][3] for name, used in space.items())
    normal = whole and carried(loads(placed, None), NORMAL_SHARE)
    sound = whole and residence + pairs + readers + apart <= 2

    figures, figure_share = mapping(answer.get("figures")), 0.0
    if whole:
        figure_share += 0.4 * number_is(figures.get("monthly_cost"), cost)
        figure_share += 0.3 * same_loads(figures.get("normal_load"), loads(placed, None))
        figure_share += 0.3 * same_loads(figures.get("load_without_east"), loads(placed, "east"))

    print(
        json.dumps(
            {
                "every data set placed": len(placed) / len(DATA),
                "residence": graded(residence),
                "pairs of sites": graded(pairs),
                "readers": graded(readers),
                "keys": graded(keys),
                "kept apart": graded(apart),
                "space": float(fits),
                "load in normal service": float(normal),
                "load after the loss of a grid": (sum(after_loss) / len(GRIDS)) ** 2 if whole else 0.0,
                # cheapness bought by breaking the rules of place is none
                "within the budget": float(sound and fits and cost <= BUDGET),
                "stated figures are those of the placement": round(figure_share, 6),
            }
        )
    )


main()
