"""Which snapshots of a volume are kept.

A snapshot is a dictionary {"id": "s7", "at": 4210, "ok": True, "pinned": False}; `at` is in minutes since the volume was made.
Of two snapshots of the same minute the one that stands later in the list is the newer.

A policy gives a number for each class, such as {"hourly": 24, "daily": 7, "weekly": 4}; a class it does not name has the number 0.
The periods of a class are 60, 1440 and 10080 minutes long, the first begins at minute 0.

1. Pinned snapshots are always kept. They take no part in the rules below.
2. Snapshots that are not ok, and those later than `now`, are not kept and take no part in the rules below. One taken at `now` is not later.
3. For each class, every period that holds any snapshot is stood for by the newest snapshot in it. Those that stand for the newest n such periods are kept,
   n being the number of the class. A period without snapshots does not use up the number.
4. The newest snapshot is kept whatever the policy says.

The result lists the ids of all snapshots that are kept, the newest first, each once.
"""

LENGTHS = {"hourly": 60, "daily": 24 * 60, "weekly": 7 * 24 * 60}


def period(at, length):
    return round(at / length)


def representatives(ordered, length, number):
    """The indices that stand for the newest `number` periods; `ordered` holds (index, snapshot), the newest first."""
    chosen = {}
    newest = period(ordered[0][1]["at"], length) if ordered else 0
    for index, snapshot in ordered:
        here = period(snapshot["at"], length)
        if newest - here < number:
            chosen[here] = index
    return [index for index in chosen.values()]


def kept(snapshots, policy, now):
    indexed = list(enumerate(snapshots))
    newest_first = sorted(indexed, key=lambda pair: (pair[1]["at"], pair[0]), reverse=True)

    keep = {index for index, snapshot in indexed if snapshot["pinned"]}
    eligible = [
        (index, snapshot)
        for index, snapshot in newest_first
        if not snapshot["pinned"] and snapshot["at"] < now
    ]
    for name, length in LENGTHS.items():
        keep.update(representatives(eligible, length, policy.get(name, 0)))
    if not keep and eligible:
        keep.add(eligible[0][0])
    keep = {index for index in keep if snapshots[index]["ok"] or snapshots[index]["pinned"]}

    return [snapshot["id"] for index, snapshot in newest_first if index in keep]
