"""Checks a plan of the observatory's move: reads answer.json, prints the share of each requirement as JSON."""

import json

# system: (TB, kW, rack units, storage hours, application hours, double licence a week)
SYSTEMS = {
    "alerts": (1.35, 1, 2, 1, 6, 20),
    "archive": (48.6, 10, 28, 18, 3, 0),
    "backup": (40.5, 6, 22, 16, 2, 80),
    "catalog-api": (1.35, 2, 4, 1, 8, 40),
    "catalog-db": (10.8, 6, 10, 10, 6, 240),
    "control": (1.35, 4, 8, 2, 8, 0),
    "identity": (1.35, 2, 4, 2, 6, 90),
    "images": (27, 8, 20, 14, 4, 120),
    "pipeline": (13.5, 12, 18, 6, 10, 150),
    "portal": (2.7, 2, 4, 1, 8, 30),
    "scheduler": (2.7, 3, 6, 3, 8, 60),
    "weather": (4.05, 2, 4, 2, 4, 0),
}
WEEKENDS = [1, 2, 3, 5, 6]
WINDOW_HOURS = {1: 24, 2: 40, 3: 38, 5: 24, 6: 46}
POWER_KW = {1: 10, 2: 26, 3: 38, 5: 48, 6: 60}
STORAGE_HOURS, APPLICATION_HOURS = 24, 26
RACK_UNITS_LEFT = {5: 34, 6: 0}
# chain: (systems, own ms, limit in ms)
CHAINS = {
    "night": (["weather", "scheduler", "control", "alerts"], 20, 28),
    "search": (["portal", "identity", "catalog-api", "catalog-db", "images"], 45, 60),
    "reduction": (["scheduler", "pipeline", "images", "archive", "catalog-db"], 60, 75),
    "login": (["portal", "identity", "scheduler"], 25, 33),
}
STEP_MS, RENT, WEEKS, BUDGET = 7, 12, 6, 7_800
LINK_GBIT_PER_SECOND = 4 * 0.75
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


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number_is(value, expected, tolerance):
    return is_number(value) and abs(value - expected) <= tolerance


def copy_hours(system):
    return SYSTEMS[system][0] * 8_000 / LINK_GBIT_PER_SECOND / 3_600


def chain_ms(plan, name, weekend):
    systems, own, _ = CHAINS[name]
    moved = [plan[s] <= weekend for s in systems]
    return own + STEP_MS * sum(a != b for a, b in zip(moved, moved[1:]))


def order_share(plan):
    """Each broken rule takes a third."""
    rules = [
        plan["identity"] < plan["portal"],
        plan["archive"] < plan["backup"],
        plan["weather"] < plan["alerts"],
        plan["catalog-db"] <= plan["catalog-api"],
        plan["identity"] <= plan["catalog-api"],
        plan["control"] == plan["alerts"],
        plan["images"] != plan["archive"],
        plan["catalog-db"] != plan["backup"],
        plan["control"] >= 3,
        plan["scheduler"] <= 5,
        plan["portal"] <= 5,
    ]
    return max(0.0, 1 - rules.count(False) / 3)


def main():
    answer = load()
    stated = mapping(answer.get("moves"))
    plan = {s: int(w) for s, w in stated.items() if s in SYSTEMS and is_number(w) and w in WEEKENDS}
    shares = {
        "every system moves once": len(plan) / len(SYSTEMS) if set(stated) <= set(SYSTEMS) else 0.0,
        "copying fits into the weekends": 0.0,
        "people are enough": 0.0,
        "power in the new hall": 0.0,
        "old hall cleared in time": 0.0,
        "order and company": 0.0,
        "chains stay fast at every stage": 0.0,
        "within the budget": 0.0,
        "stated figures are those of the plan": 0.0,
    }
    if len(plan) == len(SYSTEMS):
        at = {w: [s for s in plan if plan[s] == w] for w in WEEKENDS}
        hours = {w: sum(copy_hours(s) for s in at[w]) for w in WEEKENDS}
        power = {w: sum(SYSTEMS[s][1] for s in plan if plan[s] <= w) for w in WEEKENDS}
        cost = sum(SYSTEMS[s][2] * RENT * w + SYSTEMS[s][5] * (WEEKS - w) for s, w in plan.items())
        windows = all(hours[w] <= WINDOW_HOURS[w] + ROUNDING for w in WEEKENDS)
        people = [
            all(sum(SYSTEMS[s][column] for s in at[w]) <= most for w in WEEKENDS)
            for column, most in ((3, STORAGE_HOURS), (4, APPLICATION_HOURS))
        ]
        powered = all(power[w] <= POWER_KW[w] for w in WEEKENDS)
        order = order_share(plan)
        slow = sum(chain_ms(plan, name, w) > CHAINS[name][2] for name in CHAINS for w in WEEKENDS)
        shares["copying fits into the weekends"] = float(windows)
        shares["people are enough"] = sum(people) / 2
        shares["power in the new hall"] = float(powered)
        shares["old hall cleared in time"] = float(
            all(sum(SYSTEMS[s][2] for s in plan if plan[s] > w) <= most for w, most in RACK_UNITS_LEFT.items())
        )
        shares["order and company"] = order
        shares["chains stay fast at every stage"] = (1.0, 0.6, 0.3)[slow] if slow <= 2 else 0.0
        # a plan that could not be carried out saves nothing
        shares["within the budget"] = float(windows and powered and all(people) and order > 0.5 and cost <= BUDGET)

        figures = mapping(answer.get("figures"))
        stated_hours, stated_power = mapping(figures.get("copy_hours")), mapping(figures.get("valley_kw"))
        slowest = max(chain_ms(plan, "reduction", w) for w in WEEKENDS)
        shares["stated figures are those of the plan"] = round(
            0.4 * number_is(figures.get("cost"), cost, 0.5)
            + 0.2 * all(number_is(stated_hours.get(str(w)), hours[w], 0.051) for w in WEEKENDS)
            + 0.2 * all(number_is(stated_power.get(str(w)), power[w], 0.051) for w in WEEKENDS)
            + 0.2 * number_is(figures.get("slowest_reduction_ms"), slowest, 0.051),
            6,
        )
    print(json.dumps(shares))


main()
