"""The choices that every client must give: tests/golden of the project, made by the Rust code."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

from merit_router import AllExcludedError, Request, Router, choose, uniform

from .tables import GOLDEN


@cache
def router(name: str) -> Router:
    return Router.load(GOLDEN / "tables" / f"{name}.json")


def cases() -> list[dict[str, Any]]:
    with (GOLDEN / "choose.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def twelve(number: float | None) -> float | None:
    """Twelve significant digits, as the golden file has them."""
    return None if number is None else float(f"{number:.11e}")


def told(router: Router, request: Request, u: float) -> tuple[dict[str, Any] | None, str | None]:
    try:
        answer = choose(router, request, u)
    except AllExcludedError:
        return None, "all_excluded"
    return {
        "model": answer.model,
        "name": answer.name,
        "provider": answer.provider,
        "propensity": twelve(answer.propensity),
        "arm": answer.arm,
        "row_used": answer.row_used,
        "fallback": list(answer.fallback),
        "cost_usd": twelve(answer.expected.cost_usd),
    }, None


def test_choices_are_the_golden_ones() -> None:
    kinds: Counter[str] = Counter()
    for number, case in enumerate(cases(), 1):
        table = router(case["table"])
        request = Request(**case["request"])
        u = case["u53"] * 2.0**-53
        if request.task_id is not None:
            parts = (table.table.digest, *request[:3], request.task_id, request.attempt)
            assert uniform(*parts) == u, f"line {number}"
        answer, error = told(table, request, u)
        assert (answer, error) == (case["answer"], case["error"]), f"line {number}"
        if request.task_id is not None and answer is not None:
            assert table.choose(request) == choose(table, request, u), f"line {number}"
        kinds[answer["arm"] if answer else str(error)] += 1
    assert set(kinds) == {"explore", "exploit", "probe", "forced", "all_excluded"}
    assert min(kinds.values()) > 10, kinds


def test_the_table_that_stands_is_read_from_its_own_bytes() -> None:
    for path in sorted((GOLDEN / "tables").glob("*.json")):
        document = json.loads(path.read_bytes())
        table = router(path.stem).table
        assert table.digest == document["digest"]
        assert [row.key for row in table.segments] == [
            (row["role"], row["category"], row["difficulty"]) for row in document["segments"]
        ]
