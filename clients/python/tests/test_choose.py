"""Properties of the draw: over random rows and requests, against the rule spelt out, and against what is realised."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from merit_router import (
    AllExcludedError,
    ChooseError,
    Request,
    Router,
    choose,
    distribution,
    uniform,
)
from merit_router.task_hash import FNV_EMPTY, fnv_parts

from .tables import GOLDEN, candidate, document, plain_router, random_document, row, sealed

NAMES = "abcdefghijkl"
MASK = (1 << 64) - 1


def random_request(chance: random.Random, excluding: float = 0.35) -> Request:
    return Request(
        "r",
        "c",
        "d",
        exclude=[name for name in NAMES if chance.random() < excluding],
        max_cost=round(chance.random() * 0.1, 2) if chance.random() < 0.5 else None,
        input_tokens=chance.randrange(20_000) if chance.random() < 0.4 else None,
        output_tokens=chance.randrange(4_000) if chance.random() < 0.4 else None,
    )


def test_any_request_has_a_distribution_and_draws_from_it() -> None:
    chance = random.Random(20_261_123)
    seen: Counter[str] = Counter()
    for case in range(800):
        router = Router.parse(sealed(random_document(chance)))
        request = random_request(chance, chance.choice([0.0, 0.35, 0.9]))
        the_row = router.table.segments[0]
        try:
            shares = distribution(router, request)
        except AllExcludedError as error:
            weighted = [one.model for one in the_row.candidates if one.weight > 0.0]
            assert set(weighted) | set(the_row.fallback) <= set(request.exclude), f"case {case}"
            assert str(error).startswith("row */*/*: every model with a weight and every fallback is excluded")
            seen["refused"] += 1
            continue
        assert [share.model for share in shares] == [one.model for one in the_row.candidates]
        assert math.fsum(share.propensity for share in shares) == pytest.approx(1.0, abs=1e-12), f"case {case}"
        seen[check_draws(router, request, case)] += 1
    assert min(seen["open"], seen["forced"], seen["refused"]) > 50, f"the cases are too alike: {seen}"


def check_draws(router: Router, request: Request, case: int) -> str:
    """Draws at evenly spaced u; a model owns at most three stretches, so its count is within three of its share."""
    draws = 150
    shares = dict(distribution(router, request))
    counts: Counter[str] = Counter()
    for draw in range(draws):
        answer = choose(router, request, (draw + 0.5) / draws)
        assert answer.propensity == shares[answer.model] > 0.0, f"case {case}"
        assert answer.model not in request.exclude
        if answer.arm == "forced":
            assert answer.propensity == 1.0
        elif request.max_cost is not None:
            cost = answer.expected.cost_usd
            assert cost is not None and cost <= request.max_cost, f"case {case}: over the cap"
        assert not {answer.model, *request.exclude} & set(answer.fallback)
        counts[answer.model] += 1
        arm = answer.arm
    for model, share in shares.items():
        assert abs(counts[model] - share * draws) <= 3.0 + 1e-6, f"case {case}: {model}"
    return "forced" if arm == "forced" else "open"


def test_without_limits_the_distribution_is_the_published_weight() -> None:
    chance = random.Random(7)
    for case in range(1_000):
        router = Router.parse(sealed(random_document(chance)))
        shares = distribution(router, Request("r", "c", "d"))
        for share, one in zip(shares, router.table.segments[0].candidates, strict=True):
            assert share.propensity == pytest.approx(one.weight, abs=1e-11), f"case {case}"


def test_the_ends_of_the_interval_are_drawn() -> None:
    chance = random.Random(11)
    for _ in range(500):
        router = Router.parse(sealed(random_document(chance)))
        for u in (0.0, 5e-324, 0.05, 0.1, 0.3, 1.0 - 2.0**-53):
            assert choose(router, Request("r", "c", "d"), u).propensity > 0.0


def odd_router(segments: list[Any], epsilon: float = 0.0) -> Router:
    models = {
        name: {"model": name, "provider": provider, "price": None}
        for name, provider in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "z"))
    }
    return Router.parse(sealed(document(epsilon, models, segments)))


def standing_by() -> Router:
    """One model with a weight; three that stand by without one: c without a known cost, b and d at the same."""
    candidates = [
        candidate("a", 1.0, 1.0, cost=0.05),
        candidate("b", 0.0, 0.0, eligible=False, cost=0.02),
        candidate("c", 0.0, 0.0, eligible=False, cost=None),
        candidate("d", 0.0, 0.0, eligible=False, cost=0.02),
    ]
    return odd_router([row(("*", "*", "*"), candidates, ["a", "c", "d", "b"])])


@pytest.mark.parametrize(
    ("exclude", "max_cost", "model", "fallback"),
    [
        ((), 0.01, "a", ()),  # the cap leaves nobody with a weight: the cheapest of those, though others cost less
        (("a",), None, "c", ("d", "b")),  # exclusion leaves nobody with a weight: the head of the list
        (("a",), 0.03, "d", ("b",)),  # the first within the cap; an unknown cost passes none
        (("a",), 0.01, "b", ()),  # none within the cap: the cheapest, of equals the first by id
        (("a", "b", "d"), 0.01, "c", ()),  # an unknown cost last
    ],
)
def test_where_nothing_can_be_drawn_one_is_forced(
    exclude: tuple[str, ...], max_cost: float | None, model: str, fallback: tuple[str, ...]
) -> None:
    request = Request("r", "c", "d", exclude=exclude, max_cost=max_cost)
    answer = choose(standing_by(), request, 0.3)
    assert (answer.model, answer.arm, answer.propensity, answer.fallback) == (model, "forced", 1.0, fallback)
    assert {share.model: share.propensity for share in distribution(standing_by(), request)}[model] == 1.0


def test_all_excluded_is_a_sentence() -> None:
    with pytest.raises(AllExcludedError) as caught:
        standing_by().choose(Request("r", "c", "d", exclude=("a", "b", "c", "d")))
    assert str(caught.value) == (
        "row */*/*: every model with a weight and every fallback is excluded (a, b, c, d); exclude fewer"
    )


def test_the_fallback_begins_at_another_provider() -> None:
    candidates = [candidate(name, weight, weight) for name, weight in (("a", 0.5), ("b", 0.5), ("c", 0.0), ("d", 0.0))]
    router = odd_router([row(("*", "*", "*"), candidates, ["a", "b", "d", "c"])])
    assert choose(router, Request("r", "c", "d"), 0.1).fallback == ("d", "b", "c")
    assert choose(router, Request("r", "c", "d", exclude=("c", "d")), 0.1).fallback == ("b",)


def test_rows_are_found_in_the_order_of_the_contract() -> None:
    keys = [("r", "c", "d"), ("r", "c", "*"), ("r", "*", "*"), ("*", "c", "d"), ("*", "c", "*"), ("*", "*", "*")]
    segments = [row(key, [candidate("a", 1.0, 1.0)], []) for key in keys]
    for first in range(len(keys)):
        router = odd_router(segments[first:])
        assert router.choose(Request("r", "c", "d")).row_used == "/".join(keys[first])


def test_strangers_do_not_pile_up() -> None:
    router = plain_router()
    for number in range(10_000):
        assert router.choose(Request("executor", f"new-{number}", "d", task_id="t")).row_used == "executor/*/*"
    assert len(router._segments) <= 5_000


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (Request("r", "c", "d", attempt=0), "attempt is 0; attempts are counted from 1"),
        (Request("r", "c", "d", attempt=1.5), "attempt is 1.5; attempts are counted from 1"),  # type: ignore[arg-type]
        (Request("r", "c", "d", max_cost=-1), "max_cost is -1; give an amount in USD of 0 or more, or none"),
        (Request("r", "c", "d", max_cost=math.nan), "max_cost is nan; give an amount in USD of 0 or more, or none"),
        (Request("r", "c", "d", exclude="opus"), "exclude is the text 'opus'; give a list of model ids"),
        (
            Request("r", "c", "d", input_tokens=-1),
            "the estimate of tokens is -1; give a whole number of 0 or more, or none",
        ),
        (
            Request("r", "c", "d", output_tokens=1 << 64),
            f"the estimate of tokens is {1 << 64}; give a whole number of 0 or more, or none",
        ),
        (Request("r", "c", "d", task_id=17), "task_id is 17; give Unicode text"),  # type: ignore[arg-type]
        (Request("r", "c", "d", task_id="\ud800"), "task_id is '\\ud800'; give Unicode text"),
        (Request("r", None, "d"), "role, category and difficulty are ('r', None, 'd'); give Unicode text"),  # type: ignore[arg-type]
        (Request("r", [], "d"), "role, category and difficulty are ('r', [], 'd'); give Unicode text"),  # type: ignore[arg-type]
    ],
)
def test_requests_without_meaning_are_refused(request_: Request, sentence: str) -> None:
    with pytest.raises(ChooseError) as caught:
        plain_router().choose(request_)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("u", [-0.1, 1.0, math.nan, math.inf])
def test_u_outside_its_range_is_refused(u: float) -> None:
    with pytest.raises(ChooseError, match=r"a draw needs a number in \[0, 1\)"):
        choose(plain_router(), Request("r", "c", "d"), u)


def test_an_answer_tells_all_that_is_logged() -> None:
    request = Request("executor", "debugging", "advanced", "task-17", 2, {"opus", "llama"}, 0.02, 1_000, 200)
    answer = plain_router().choose(request)
    assert answer.context == (("llama", "opus"), 0.02, 1_000, 200)
    assert (answer.table_version, answer.attempt, answer.task_id) == (plain_router().table.table_version, 2, "task-17")
    assert answer.request == request._replace(exclude=("llama", "opus"))
    assert answer == plain_router().choose(request) != plain_router().choose(request._replace(task_id="task-18"))
    assert answer.reason and answer.expected.latency_ms and answer.expected.score
    assert json.loads(json.dumps(answer.to_dict()))["context"]["excluded"] == ["llama", "opus"]
    assert repr(answer).startswith("Answer(model=")


def test_an_answer_stays_as_it_was_given() -> None:
    exclude = ["opus"]
    answer = plain_router().choose(Request("executor", "debugging", "advanced", "task-17", exclude=exclude))
    exclude.extend(answer.fallback)
    assert answer.context.excluded == ("opus",) and len(answer.fallback) == 2


def test_a_table_expires_and_is_served() -> None:
    router = plain_router()
    end = datetime(2026, 12, 7, tzinfo=timezone.utc)
    assert router.choose(Request("r", "c", "d")).expires_at == "2026-12-07T00:00:00Z"
    assert router.expired(end) and not router.expired(end - timedelta(seconds=1))


def test_a_task_without_an_id_gets_one() -> None:
    router = plain_router()
    first, second = (router.choose(Request("executor", "debugging", "advanced")) for _ in range(2))
    assert first.task_id is not None and len(first.task_id) == 32 and first.task_id != second.task_id
    assert router.choose(Request("executor", "debugging", "advanced", task_id=first.task_id)) == first


# The number of a task.


def test_published_test_vectors_of_both_hashes() -> None:
    def fnv(content: bytes) -> int:
        state = FNV_EMPTY
        for byte in content:
            state = (state ^ byte) * 0x100000001B3 & MASK
        return state

    assert [fnv(content) for content in (b"", b"a", b"foobar")] == [
        0xCBF29CE484222325,
        0xAF63DC4C8601EC8C,
        0x85944171F73967E8,
    ]
    assert fnv_parts(FNV_EMPTY, "ab") == fnv(b"\2\0\0\0\0\0\0\0ab")
    # SplitMix64 from seed 0: its first output is the finaliser of the golden-ratio increment.
    assert finalise(0x9E3779B97F4A7C15) == 0xE220A8397B1DCDAF


def finalise(state: int) -> int:
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
    state = (state ^ state >> 27) * 0x94D049BB133111EB & MASK
    return state ^ state >> 31


def test_the_fast_hash_is_the_plain_one() -> None:
    chance = random.Random(3)
    for length in [*range(70), 255, 256, 257, 1000, 70_000]:
        task_id = "".join(chance.choice("aé✓𝄞0") for _ in range(length))
        attempt = chance.choice([1, 2, 10, 99, 4294967295])
        state = fnv_parts(FNV_EMPTY, "d" * 64, "role", "", "ж", task_id, str(attempt))
        assert uniform("d" * 64, "role", "", "ж", task_id, attempt) == (finalise(state) >> 11) * 2.0**-53


def test_parts_do_not_run_together() -> None:
    assert uniform("d", "ab", "c", "x", "t", 1) != uniform("d", "a", "bc", "x", "t", 1)
    assert uniform("d", "a", "b", "c", "t1", 1) != uniform("d", "a", "b", "c", "t", 11)


# Realised shares.

LIMITS = {
    "plain": Request("executor", "debugging", "advanced"),
    "excluded": Request("executor", "debugging", "advanced", exclude=("opus",)),
    "capped": Request("executor", "debugging", "advanced", max_cost=0.01),
    "probes": Request("executor", "debugging", "advanced"),
}


def chi_squared(router: Router, request: Request, tasks: int) -> tuple[float, int]:
    """Pearson's statistic of the realised shares against the distribution, and its degrees of freedom."""
    counts: Counter[str] = Counter()
    for number in range(tasks):
        counts[router.choose(request._replace(task_id=f"task-{number}")).model] += 1
    shares = {share.model: share.propensity for share in distribution(router, request) if share.propensity > 0.0}
    assert set(counts) <= set(shares)
    statistic = math.fsum((counts[model] - tasks * share) ** 2 / (tasks * share) for model, share in shares.items())
    return statistic, len(shares) - 1


def critical(degrees: int, z: float = 3.719) -> float:
    """The quantile of chi-squared at 1 − 10⁻⁴ (Wilson, Hilferty 1931)."""
    return float(degrees * (1.0 - 2.0 / (9.0 * degrees) + z * math.sqrt(2.0 / (9.0 * degrees))) ** 3)


def realised(kind: str, tasks: int) -> None:
    router = Router.load(GOLDEN / "tables" / ("probes.json" if kind == "probes" else "plain.json"))
    statistic, degrees = chi_squared(router, LIMITS[kind], tasks)
    print(f"{kind}: chi-squared {statistic:.2f} at {degrees} degrees of freedom, {tasks} tasks")
    assert degrees >= 1
    assert statistic < critical(degrees)


@pytest.mark.parametrize("kind", LIMITS)
def test_realised_shares_match_the_distribution(kind: str) -> None:
    realised(kind, 100_000)


@pytest.mark.proof
@pytest.mark.parametrize("kind", LIMITS)
def test_proof_realised_shares_match_the_distribution_over_a_million_tasks(kind: str) -> None:
    realised(kind, 1_000_000)


def test_roles_of_one_task_draw_independently() -> None:
    router = plain_router()
    tasks = 20_000
    both: Counter[tuple[str, str]] = Counter()
    for number in range(tasks):
        pair = (router.choose(Request(role, "code_review", "advanced", f"t{number}")).model for role in ("p", "q"))
        both[next(pair), next(pair)] += 1
    first, second = Counter[str](), Counter[str]()
    for (one, other), count in both.items():
        first[one] += count
        second[other] += count
    statistic = math.fsum(
        (both[one, other] - first[one] * second[other] / tasks) ** 2 / (first[one] * second[other] / tasks)
        for one in first
        for other in second
    )
    assert statistic < critical((len(first) - 1) * (len(second) - 1))
