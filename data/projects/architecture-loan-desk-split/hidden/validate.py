"""Checks a split of the loan desk: reads answer.json, prints the share of each requirement as JSON."""

import json

# module: (kloc, skill or None, personal, public)
MODULES = {
    "accounts": (12, "clearance", True, False),
    "billing": (21, "money", False, False),
    "catalogue": (22, None, False, False),
    "climate": (8, None, False, False),
    "condition": (17, "image", False, False),
    "contracts": (20, None, False, False),
    "couriers": (9, "clearance", True, False),
    "customs": (13, "geo", False, False),
    "exhibitions": (16, None, False, False),
    "insurance": (15, "money", False, False),
    "lenders": (12, "clearance", True, False),
    "notices": (7, None, False, False),
    "photos": (11, "image", False, False),
    "portal": (18, "web", False, True),
    "reports": (10, None, False, False),
    "requests": (16, "clearance", True, False),
    "search": (14, "web", False, True),
    "transport": (19, "geo", False, False),
}
# caller, callee, an hour: the direct calls alone
CALLS = [
    ("accounts", "notices", 30),
    ("billing", "contracts", 140),
    ("condition", "catalogue", 500),
    ("condition", "photos", 800),
    ("contracts", "insurance", 310),
    ("contracts", "lenders", 150),
    ("couriers", "accounts", 200),
    ("customs", "contracts", 110),
    ("exhibitions", "catalogue", 350),
    ("exhibitions", "climate", 480),
    ("insurance", "catalogue", 240),
    ("insurance", "condition", 130),
    ("lenders", "accounts", 180),
    ("notices", "accounts", 300),
    ("portal", "accounts", 700),
    ("portal", "exhibitions", 340),
    ("portal", "requests", 260),
    ("portal", "search", 900),
    ("reports", "billing", 60),
    ("reports", "catalogue", 90),
    ("reports", "transport", 50),
    ("requests", "catalogue", 420),
    ("requests", "exhibitions", 180),
    ("requests", "lenders", 380),
    ("search", "catalogue", 2200),
    ("search", "photos", 1500),
    ("transport", "climate", 600),
    ("transport", "condition", 160),
    ("transport", "contracts", 120),
    ("transport", "couriers", 450),
]
WRITERS = [("requests", "contracts"), ("transport", "customs"), ("lenders", "couriers"), ("catalogue", "photos")]
TEAMS = {
    "Amber": (80, {"image", "web"}),
    "Birch": (62, {"money", "web"}),
    "Cedar": (84, {"geo", "clearance"}),
    "Dogwood": (60, {"clearance", "money"}),
}
CHECK_IN = ["couriers", "transport", "condition", "photos", "catalogue", "exhibitions", "climate"]
CHECK_IN_OWN_MS, STEP_MS, CHECK_IN_LIMIT_MS = 98, 9, 145
LARGEST_SERVICE, CALL_LIMIT = 62, 7_600
FEWEST, MOST = 5, 7


def load():
    try:
        with open("answer.json", encoding="utf-8") as file:
            answer = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def read_services(answer):
    """The services that can be read: (name, team, modules), and whether all of them could."""
    stated, services, readable = answer.get("services"), [], True
    for entry in stated[:100] if isinstance(stated, list) else []:
        modules = entry.get("modules") if isinstance(entry, dict) else None
        if not isinstance(modules, list):
            readable = False
            continue
        name, team = entry.get("name"), entry.get("team")
        known = [m for m in modules if isinstance(m, str) and m in MODULES]
        readable = readable and len(known) == len(modules) and isinstance(name, str)
        services.append((name if isinstance(name, str) else None, team if isinstance(team, str) else None, known))
    return services, readable


def acyclic(count, dependencies):
    left = set(range(count))
    while left:
        leaves = {s for s in left if not any((s, other) in dependencies for other in left)}
        if not leaves:
            return False
        left -= leaves
    return True


def number_is(value, expected):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value - expected) < 0.5


def main():
    answer = load()
    services, readable = read_services(answer)
    seen = [m for _, _, modules in services for m in modules]
    once = [m for m in MODULES if seen.count(m) == 1]
    whole = readable and len(once) == len(MODULES)

    # the first mention of a module counts; one that is nowhere stands alone, kept by nobody
    home, groups, teams, names = {}, [], [], []
    for name, team, modules in services:
        members = [m for m in dict.fromkeys(modules) if m not in home]
        home.update((m, len(groups)) for m in members)
        groups.append(members)
        teams.append(team)
        names.append(name)
    for module in MODULES:
        if module not in home:
            home[module] = len(groups)
            groups.append([module])
            teams.append(None)
            names.append(None)

    between = [(home[a], home[b], n) for a, b, n in CALLS if home[a] != home[b]]
    dependencies = {(a, b) for a, b, _ in between}
    calls = sum(n for _, _, n in between)
    steps = sum(home[a] != home[b] for a, b in zip(CHECK_IN, CHECK_IN[1:]))
    check_in = CHECK_IN_OWN_MS + STEP_MS * steps
    sizes = [sum(MODULES[m][0] for m in group) for group in groups]
    personal = [any(MODULES[m][2] for m in group) for group in groups]
    public = [any(MODULES[m][3] for m in group) for group in groups]
    number = FEWEST <= len(groups) <= MOST and all(groups)
    split = len(groups) >= FEWEST and bool(once)

    skilled = [
        team in TEAMS and all(MODULES[m][1] is None or MODULES[m][1] in TEAMS[team][1] for m in group)
        for group, team in zip(groups, teams)
    ]
    load_of = {team: sum(s for s, t in zip(sizes, teams) if t == team) for team in TEAMS}
    kept = all(team in TEAMS for team in teams) and all(load_of[t] <= TEAMS[t][0] for t in TEAMS)

    figures = answer.get("figures") if isinstance(answer.get("figures"), dict) else {}
    stated = figures.get("dependencies")
    stated = stated[:500] if isinstance(stated, list) else []
    pairs = [tuple(p) for p in stated if isinstance(p, list) and len(p) == 2 and all(isinstance(x, str) for x in p)]
    wanted = {(names[a], names[b]) for a, b in dependencies}
    distinct = whole and len(set(names)) == len(names)
    figure_share = 0.0
    if distinct and split:
        figure_share += 0.35 * number_is(figures.get("calls_between_services_per_hour"), calls)
        figure_share += 0.25 * number_is(figures.get("check_in_ms"), check_in)
        found = len(wanted & set(pairs))
        figure_share += 0.40 * (2 * found / (len(wanted) + len(pairs)) if wanted or pairs else 0.0)

    print(
        json.dumps(
            {
                "every module in exactly one service": len(once) / len(MODULES) * (1.0 if readable else 0.5),
                "five to seven services": float(number),
                "no service too large": float(bool(once) and max(sizes) <= LARGEST_SERVICE and number),
                "each table written by one service": sum(
                    len({home[m] for m in writers}) == 1 for writers in WRITERS
                )
                / len(WRITERS),
                # what a program left in one piece meets by itself counts only for a split
                "no service depends on itself through others": float(split and acyclic(len(groups), dependencies)),
                "personal data in at most two services": float(split and sum(personal) <= 2),
                "personal data apart from the public side": float(
                    number and not any(a and b for a, b in zip(personal, public))
                ),
                "few calls between services": float(split and calls <= CALL_LIMIT),
                "check-in fast enough": float(split and check_in <= CHECK_IN_LIMIT_MS),
                "teams have the skills": sum(skilled) / len(groups) if split else 0.0,
                "teams are not overloaded": float(split and kept),
                "stated figures are those of the design": round(figure_share, 6),
            }
        )
    )


main()
