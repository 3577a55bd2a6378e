"""Checks a design for the frost sensors: reads answer.json, prints the share of each requirement as JSON."""

import json

ZONES = ("north", "mid", "south")
GATEWAYS = {"small": (60, 70), "medium": (150, 160), "large": (400, 450)}
DISKS = {"d25": (25, 6), "d100": (100, 14), "d250": (250, 33)}
ARCHIVE = {"cool": (0.020, 1 / 60), "cold": (0.009, 3), "frozen": (0.003, 12)}

PEAK = 8_400 / 30 + (42_000 - 8_400) / 300
RAW_GB_PER_DAY = 42_000 / 300 * 86_400 * 180 / 1e9
ONE_COPY_GB = RAW_GB_PER_DAY * 30
ARCHIVE_GB = RAW_GB_PER_DAY * 730 / 5
BUDGET = 1_020
ROUNDING = 1e-6


def load():
    try:
        with open("answer.json", encoding="utf-8") as file:
            answer = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def section(answer, name):
    part = answer.get(name)
    return part if isinstance(part, dict) else {}


def counts(part):
    """The number of pieces in each zone, or None unless all three are whole numbers of a sane size."""
    numbers = [part.get(zone) for zone in ZONES]
    if any(isinstance(n, bool) or not isinstance(n, (int, float)) for n in numbers):
        return None
    if any(not 0 <= n <= 1_000_000 or n != int(n) for n in numbers):
        return None
    return [int(n) for n in numbers]


def choice(part, key, table):
    name = part.get(key)
    return table.get(name) if isinstance(name, str) else None


def main():
    answer = load()
    gateways, disks = section(answer, "gateways"), section(answer, "recent_store")
    gateway, gateway_counts = choice(gateways, "type", GATEWAYS), counts(gateways)
    disk, disk_counts = choice(disks, "type", DISKS), counts(disks)
    archive = choice(section(answer, "archive"), "class", ARCHIVE)

    carried = False
    if gateway and gateway_counts:
        left = min(sum(gateway_counts) - lost for lost in gateway_counts) * gateway[0]
        carried = left * 0.80 + ROUNDING >= PEAK

    held = 0.0
    if disk and disk_counts:
        useful = sum(min(n * disk[0] * 0.85, ONE_COPY_GB) for n in disk_counts)
        held = 1.0 if useful + ROUNDING >= 2 * ONE_COPY_GB else 0.0

    in_time = bool(archive) and archive[1] <= 4

    cost = None
    if gateway and gateway_counts and disk and disk_counts and archive and sum(gateway_counts) and sum(disk_counts):
        cost = sum(gateway_counts) * gateway[1] + sum(disk_counts) * disk[1] + ARCHIVE_GB * archive[0]
    stated = answer.get("monthly_cost")
    numeric = isinstance(stated, (int, float)) and not isinstance(stated, bool)
    adds_up = cost is not None and numeric and abs(stated - cost) <= 0.011

    print(
        json.dumps(
            {
                "gateways carry the peak without any one zone": float(carried),
                "recent store holds two copies in different zones": held,
                "archive can be read in time": float(in_time),
                "cost adds up": float(adds_up),
                # a cheap design that does not do its work keeps no budget
                "within the budget": float(cost is not None and cost <= BUDGET and carried and held == 1.0),
            }
        )
    )


main()
