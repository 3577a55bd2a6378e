"""The speed of a choice at 1,000 segments × 20 models with a task id of 36 characters.

The median and the best of some runs, in processor time: on a shared machine others take their turns in between.

python benches/choose.py
"""

from __future__ import annotations

import statistics
import sys
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from merit_router import Request, Router
from merit_router.table import Candidate, Model, Row, Table

MODELS, ROLES, CATEGORIES, DIFFICULTIES = 20, 10, 20, 5
RUNS, CHOICES = 15, 20_000


def table() -> Table:
    """A table of 1,000 segments, their back-off row, and 20 models each."""
    ids = [f"model-{number:02}" for number in range(MODELS)]
    exploit = [2.0 * (MODELS - number) / (MODELS * (MODELS + 1)) for number in range(MODELS)]
    candidates = tuple(
        Candidate(id, 0.9 * share + 0.1 / MODELS, share, 0.0, True, "a bench", 8.0, 0.9, 0.01, 1000.0, 300.0, 1500.0)
        for id, share in zip(ids, exploit, strict=True)
    )
    keys = [
        (f"role-{role}", f"category-{category}", f"difficulty-{difficulty}")
        for role in range(ROLES)
        for category in range(CATEGORIES)
        for difficulty in range(DIFFICULTIES)
    ]
    rows = tuple(Row(*key, candidates, tuple(ids)) for key in [("*", "*", "*"), *keys])
    models = {id: Model(id, id, f"provider-{number % 4}", (1.0, 5.0)) for number, id in enumerate(ids)}
    return Table(1, 0, 1, "0" * 64, "2026-11-23", "2026-12-07T00:00:00Z", 0.1, models, rows)


def microseconds(router: Router, requests: list[Request]) -> tuple[float, float]:
    """The median and the least over the runs of the mean time of a choice."""
    runs = []
    choose = router.choose
    for _ in range(RUNS):
        start = time.process_time()
        for request in requests:
            choose(request)
        runs.append((time.process_time() - start) / len(requests) * 1e6)
    return statistics.median(runs), min(runs)


def main() -> None:
    """Prints the medians."""
    router = Router(table())
    keys = [row.key for row in router.table.segments[1:]]
    ids = [str(uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))) for number in range(CHOICES)]
    plain = [Request(*keys[number * 7 % len(keys)], task_id=id) for number, id in enumerate(ids)]
    kinds = {
        "plain": plain,
        "two models excluded": [request._replace(exclude=("model-00", "model-07")) for request in plain],
        "a cap": [request._replace(max_cost=0.02) for request in plain],
    }
    for name, requests in kinds.items():
        median, best = microseconds(router, requests)
        print(f"{name:<20} {median:6.2f} µs a choice (best run {best:.2f})")


if __name__ == "__main__":
    main()
