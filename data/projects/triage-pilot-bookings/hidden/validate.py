"""Checks links and order of the pilot bookings' tickets: reads answer.json, prints shares as JSON."""

import json

LINKS = {
    "H-02": "H-01",
    "H-03": "H-01",
    "H-07": "H-08",
    "H-19": "H-18",
    "H-22": "H-21",
}
ORDER = [
    "H-08",
    "H-12",
    "H-10",
    "H-16",
    "H-06",
    "H-20",
    "H-25",
    "H-01",
    "H-18",
    "H-21",
    "H-24",
    "H-05",
    "H-09",
    "H-11",
    "H-14",
    "H-13",
    "H-17",
    "H-04",
    "H-23",
    "H-15",
]
TICKETS = {*LINKS, *ORDER}


def load():
    try:
        with open("answer.json", encoding="utf-8") as file:
            answer = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def link_share(tickets):
    """F1 of the stated pairs (duplicate, main ticket)."""
    stated = set()
    for name in TICKETS:
        entry = tickets.get(name)
        main = entry.get("duplicate_of") if isinstance(entry, dict) else None
        if isinstance(main, str) and main.strip().lower() not in ("", "null", "none"):
            stated.add((name, main))
    right = len(stated & set(LINKS.items()))
    return 2 * right / (len(stated) + len(LINKS))


def main():
    answer = load()
    tickets = answer.get("tickets") if isinstance(answer.get("tickets"), dict) else {}
    listed = answer.get("order") if isinstance(answer.get("order"), list) else []
    listed = [name for name in listed[:200] if isinstance(name, str)]
    place = {}
    for position, name in enumerate(listed):
        place.setdefault(name, position)

    faults = sum(name not in place for name in ORDER) + len(listed) - sum(name in ORDER for name in place)
    pairs = [(a, b) for i, a in enumerate(ORDER) for b in ORDER[i + 1 :]]
    right = sum(a in place and b in place and place[a] < place[b] for a, b in pairs) / len(pairs)
    print(
        json.dumps(
            {
                "duplicates are linked": link_share(tickets),
                "the right tickets are listed": max(0.0, 1 - 0.2 * faults),
                # half of the pairs come out right by chance
                "pairs in the right order": max(0.0, 2 * right - 1),
            }
        )
    )


main()
