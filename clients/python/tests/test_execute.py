"""Executions: every order, pause and end, with a clock, a sleep and a chance that are the test's."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
import urllib.error
from collections.abc import Mapping, Sequence
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from merit_router import (
    AllExcludedError,
    Attempt,
    AttemptRecord,
    CallError,
    CallLog,
    CoolDowns,
    CoolDownSettings,
    ExecuteError,
    Execution,
    ExecutionSettings,
    Executor,
    Host,
    Reply,
    Request,
    Router,
    Usage,
    call_error,
    distribution,
)

from .tables import candidate, document, plain_router, row, sealed
from .test_call_log import lines

REQUEST = Request("executor", "debugging", "advanced", "task-17")


class FakeHost(Host):
    """Time passes when somebody sleeps or calls."""

    def __init__(self, uniform: float = 1.0) -> None:
        self.time = 100.0
        self.pauses: list[float] = []
        self.chance = uniform

    def now(self) -> float:
        return self.time

    def wall(self) -> int:
        return 1_795_437_296_000_000_000 + int(self.time * 1e9)

    def sleep(self, pause: float) -> None:
        self.pauses.append(pause)
        self.time += pause

    async def sleep_async(self, pause: float) -> None:
        self.sleep(pause)

    def uniform(self) -> float:
        return self.chance


class Kept:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.records: list[AttemptRecord] = []

    def attempt(self, record: AttemptRecord) -> str:
        self.records.append(record)
        return f"id-{len(self.records)}"


class World:
    """Models that fail as they are told, each call taking some seconds of the host's time."""

    def __init__(
        self, host: FakeHost, seconds: float = 1.0, failures: Mapping[str, Sequence[CallError]] | None = None
    ) -> None:
        self.host = host
        self.seconds = seconds
        self.failures = {model: list(errors) for model, errors in (failures or {}).items()}
        self.calls: list[Attempt] = []

    def __call__(self, attempt: Attempt) -> Reply[str]:
        self.calls.append(attempt)
        self.host.time += self.seconds
        if failures := self.failures.get(attempt.model):
            raise failures.pop(0)
        return Reply(f"from {attempt.name}", Usage(10, 5, 3, 0.25))

    async def later(self, attempt: Attempt) -> Reply[str]:
        await asyncio.sleep(0)
        return self(attempt)

    @property
    def order(self) -> list[str]:
        return [call.model for call in self.calls]


def drawn(router: Router | None = None) -> list[str]:
    """The models in the order in which the request would try them."""
    answer = (router or plain_router()).choose(REQUEST)
    return [answer.model, *answer.fallback]


def error(kind: str, retry_after: float | None = None) -> CallError:
    return CallError(kind, "it said so", retry_after)


def run(executor: Executor, world: World, asynchronous: bool, request: Request = REQUEST) -> Execution[str]:
    if asynchronous:
        return asyncio.run(executor.execute_with_fallback_async(plain_router(), request, world.later))
    return executor.execute_with_fallback(plain_router(), request, world)


both = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])


@both
def test_the_drawn_model_is_called_first(asynchronous: bool) -> None:
    host, log = FakeHost(), Kept()
    world = World(host, seconds=0.5)
    done = run(Executor(log=log, host=host), world, asynchronous)
    answer = plain_router().choose(REQUEST)
    assert world.calls == [Attempt(answer.model, answer.name, answer.provider, 1, 60.0)]
    assert (done.value, done.usage, done.model, done.draw) == (
        f"from {answer.name}",
        Usage(10, 5, 3, 0.25),
        answer.model,
        answer,
    )
    assert done.call_id == "id-1"
    (record,) = log.records
    assert (record.arm, record.propensity, record.attempt) == (answer.arm, answer.propensity, 1)
    assert (record.latency, record.started_at, record.error) == (0.5, host.wall() - 500_000_000, None)


@both
def test_passing_errors_are_tried_again_after_pauses_and_then_the_next_model(asynchronous: bool) -> None:
    host, log = FakeHost(uniform=0.5), Kept()
    first, second, third = drawn()[:3]
    failures = {first: [error("rate_limit"), error("server_error"), error("connection")], second: [error("timeout")]}
    world = World(host, failures=failures)
    settings = ExecutionSettings(tries_per_model=3)
    done = run(Executor(settings, log=log, host=host), world, asynchronous)
    assert world.order == [first, first, first, second, third]
    assert host.pauses == [0.375, 0.75]
    assert done.model == third
    answer = plain_router().choose(REQUEST)
    assert [(one.attempt, one.model, one.arm, one.propensity, one.error and one.error.kind) for one in log.records] == [
        (1, first, answer.arm, answer.propensity, "rate_limit"),
        (2, first, "fallback", None, "server_error"),
        (3, first, "fallback", None, "connection"),
        (4, second, "fallback", None, "timeout"),
        (5, third, "fallback", None, None),
    ]
    assert {one.answer.model for one in log.records} == {first}


@pytest.mark.parametrize(
    ("uniform", "tries", "expected"),
    [(1.0, 7, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]), (0.0, 4, [0.25, 0.5, 1.0]), (0.2, 2, [0.3])],
)
def test_pauses_double_up_to_the_cap_and_are_spread_over_their_upper_half(
    uniform: float, tries: int, expected: list[float]
) -> None:
    host = FakeHost(uniform)
    first = drawn()[0]
    world = World(host, failures={first: [error("server_error")] * tries})
    executor = Executor(ExecutionSettings(tries_per_model=tries, max_attempts=tries + 1), host=host)
    run(executor, world, False)
    assert host.pauses == pytest.approx(expected, abs=1e-12)


@both
def test_a_providers_word_on_when_to_try_again(asynchronous: bool) -> None:
    host = FakeHost()
    first, second = drawn()[:2]
    world = World(host, failures={first: [error("rate_limit", 8.0), error("rate_limit", 0.0)], second: []})
    run(Executor(ExecutionSettings(tries_per_model=3), host=host), world, asynchronous)
    assert (host.pauses, world.order) == ([8.0, 0.0], [first, first, first])
    host = FakeHost()
    world = World(host, failures={first: [error("rate_limit", 8.5)]})
    run(Executor(host=host), world, asynchronous)
    assert (host.pauses, world.order) == ([], [first, second]), "longer than the cap: the next model at once"


@both
@pytest.mark.parametrize("kind", ["timeout", "authentication", "content_filter", "bad_json"])
def test_other_errors_go_on_to_the_next_model_at_once(kind: str, asynchronous: bool) -> None:
    host = FakeHost()
    first, second = drawn()[:2]
    world = World(host, failures={first: [error(kind)]})
    done = run(Executor(host=host), world, asynchronous)
    assert (world.order, host.pauses, done.model) == ([first, second], [], second)


@both
def test_an_invalid_request_ends_it(asynchronous: bool) -> None:
    host, log = FakeHost(), Kept()
    first = drawn()[0]
    world = World(host, failures={first: [error("invalid_request")]})
    with pytest.raises(ExecuteError, match="the request was refused as invalid, and no other model would do better"):
        run(Executor(log=log, host=host), world, asynchronous)
    assert world.order == [first] and len(log.records) == 1


@both
def test_an_error_lists_every_attempt(asynchronous: bool) -> None:
    host = FakeHost()
    names = drawn()
    world = World(host, seconds=0.25, failures={name: [error("server_error")] * 9 for name in names})
    with pytest.raises(ExecuteError) as caught:
        run(Executor(ExecutionSettings(max_attempts=100), host=host), world, asynchronous)
    assert world.order == [name for name in names for _ in range(2)]
    models = plain_router().table.models
    assert str(caught.value) == "task task-17: every model that could be tried failed; " + "; ".join(
        f"attempt {number}, {name} at {models[name].provider}, 250 ms: server_error: it said so"
        for number, name in enumerate(world.order, 1)
    )
    assert [attempt.model for attempt in caught.value.attempts] == world.order
    assert isinstance(caught.value.__cause__, CallError)
    for same in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert str(same) == str(caught.value) and len(same.attempts) == len(names) * 2


@both
def test_attempts_are_limited(asynchronous: bool) -> None:
    host = FakeHost()
    names = drawn()
    world = World(host, failures={name: [error("timeout")] * 9 for name in names})
    with pytest.raises(ExecuteError, match="all attempts that max_attempts allows failed"):
        run(Executor(ExecutionSettings(max_attempts=3), host=host), world, asynchronous)
    assert world.order == names[:3]


@both
def test_a_deadline_cuts_timeouts_and_starts_no_attempt_after_it(asynchronous: bool) -> None:
    host = FakeHost()
    names = drawn()
    world = World(host, seconds=4.0, failures={name: [error("timeout")] * 9 for name in names})
    settings = ExecutionSettings(deadline=10.0, timeout=6.0)
    with pytest.raises(ExecuteError, match="the deadline came before any model served it"):
        run(Executor(settings, host=host), world, asynchronous)
    assert [call.timeout for call in world.calls] == [6.0, 6.0, 2.0]


def test_a_pause_that_would_outlast_the_deadline_is_not_made() -> None:
    host = FakeHost()
    first, second = drawn()[:2]
    world = World(host, seconds=1.0, failures={first: [error("server_error")] * 2})
    run(Executor(ExecutionSettings(deadline=1.5), host=host), world, False)
    assert (world.order, host.pauses) == ([first, second], [])
    with pytest.raises(ExecuteError, match=r"task task-17: the deadline came .*; no attempt was made"):
        run(Executor(ExecutionSettings(deadline=0.0), host=host), world, False)


def test_what_the_request_asks_is_kept() -> None:
    host, log = FakeHost(), Kept()
    request = REQUEST._replace(attempt=3, exclude={"opus"}, max_cost=0.02)
    answer = plain_router().choose(request)
    world = World(host, failures={answer.model: [error("timeout")]})
    run(Executor(log=log, host=host), world, False, request)
    assert [record.attempt for record in log.records] == [3, 4]
    assert world.order == [answer.model, answer.fallback[0]]
    with pytest.raises(AllExcludedError):
        run(Executor(host=host), world, False, REQUEST._replace(exclude=list(plain_router().table.models)))


# Cool-down.


def rests(models: CoolDowns, now: float) -> float:
    models.failed("m", now, now)
    end = models.rests_until("m", now)
    return 0.0 if end is None else end - now


def test_rests_double_up_to_the_cap_and_a_success_forgets_them() -> None:
    models = CoolDowns()
    assert [rests(models, 5.0) for _ in range(9)] == [0, 0, 30, 60, 120, 240, 480, 600, 600]
    models.succeeded("m")
    assert models.resting(5.0) == []
    assert [rests(models, 5.0) for _ in range(3)] == [0, 0, 30]
    assert models.resting(34.999) == ["m"] and models.resting(35.0) == []
    assert rests(models, 45.0) == 60
    assert rests(CoolDowns(CoolDownSettings(failures_to_cool=0, rest=5.0)), 0.0) == 5.0


def test_calls_that_fail_together_are_one_reason_to_rest() -> None:
    models = CoolDowns()
    for _ in range(100):
        models.failed("m", 0.0, 1.0)
    assert models.rests_until("m", 1.0) == 31.0
    models.failed("m", 1.0, 2.0)
    assert models.rests_until("m", 2.0) == 62.0, "one that began in the rest does count"


def test_second_tries_in_one_outage_do_not_lengthen_the_rest() -> None:
    host = FakeHost()
    executor = Executor(ExecutionSettings(tries_per_model=6), host=host)
    first = drawn()[0]
    world = World(host, seconds=0.0, failures={first: [error("server_error")] * 6})
    with pytest.raises(ExecuteError, match="all attempts that max_attempts allows failed"):
        run(executor, world, False)
    assert host.pauses == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert executor.cool_downs.rests_until(first, host.time) == 100.0 + 0.5 + 1.0 + 30.0, "from the third failure on"


@both
def test_a_resting_model_is_not_drawn_and_tried_last(asynchronous: bool) -> None:
    host, log = FakeHost(), Kept()
    executor = Executor(log=log, host=host)
    resting, *others = drawn()
    for _ in range(3):
        executor.cool_downs.failed(resting, host.time, host.time)
    request = REQUEST._replace(exclude=[others[-1]])
    world = World(host, failures={name: [error("timeout")] for name in others})
    done = run(executor, world, asynchronous, request)
    assert done.model == resting, "last rather than never"
    expected = plain_router().choose(request._replace(exclude=[others[-1], resting]))
    assert world.order == [expected.model, *expected.fallback, resting]
    assert log.records[0].propensity == expected.propensity
    assert log.records[0].answer.context.excluded == (others[-1], resting)
    assert executor.cool_downs.resting(host.time) == [], "its success ends the rest"


def test_of_several_that_rest_the_one_that_is_up_first() -> None:
    host = FakeHost()
    executor = Executor(host=host)
    names = drawn()
    for number, name in enumerate(reversed(names)):
        for _ in range(3):
            executor.cool_downs.failed(name, host.time + number, host.time + number)
    host.time += 4
    world = World(host, failures={name: [error("content_filter")] for name in names})
    with pytest.raises(ExecuteError):
        run(executor, world, False)
    assert world.order == [names[0], *reversed(names[1:])], "all rest: the draw is made as if nobody did"


@both
def test_what_is_not_the_models_fault_does_not_count(asynchronous: bool) -> None:
    host = FakeHost()
    executor = Executor(host=host)
    first = drawn()[0]
    for _ in range(5):
        run(executor, World(host, failures={first: [error("content_filter")]}), asynchronous)
        with pytest.raises(ExecuteError):
            run(executor, World(host, failures={first: [error("invalid_request")]}), asynchronous)
    assert executor.cool_downs.resting(host.time) == []
    for _ in range(3):
        run(executor, World(host, failures={first: [error("authentication")]}), asynchronous)
    assert executor.cool_downs.resting(host.time) == [first]


def test_health_outlives_tables_and_models_that_are_gone() -> None:
    host = FakeHost()
    cool_downs = CoolDowns()
    for name in ("ghost", drawn()[0]):
        for _ in range(3):
            cool_downs.failed(name, host.time, host.time)
    world = World(host)
    done = run(Executor(host=host, cool_downs=cool_downs), world, False)
    assert done.model != drawn()[0] and "ghost" not in done.draw.context.excluded


def test_without_exploration_too() -> None:
    models = {name: {"model": name, "provider": "x", "price": None} for name in "ab"}
    rows = [row(("*", "*", "*"), [candidate("a", 1.0, 1.0), candidate("b", 0.0, 0.0)], ["a", "b"])]
    router = Router.parse(sealed(document(0.0, models, rows)))
    host = FakeHost()
    world = World(host, failures={"a": [error("timeout")] * 3})
    executor = Executor(host=host)
    for _ in range(3):
        assert executor.execute_with_fallback(router, REQUEST, world).model == "b"
    done = executor.execute_with_fallback(router, REQUEST, world)
    assert (world.order, done.draw.arm) == (["a", "b"] * 3 + ["b"], "forced")


# asyncio.


def test_a_call_that_is_not_done_in_its_time_is_cancelled() -> None:
    cancelled: list[str] = []
    log = Kept()

    async def call(attempt: Attempt) -> str:
        if attempt.attempt == 1:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.append(attempt.model)
                raise
        return "done"

    executor = Executor(ExecutionSettings(timeout=0.01), log=log)
    done = asyncio.run(executor.execute_with_fallback_async(plain_router(), REQUEST, call))
    first, second = drawn()[:2]
    assert (done.value, done.model, cancelled) == ("done", second, [first])
    assert [record.error and record.error.kind for record in log.records] == ["timeout", None]


def test_an_execution_that_is_cancelled_is_not_logged() -> None:
    log = Kept()

    async def main() -> None:
        started = asyncio.Event()

        async def call(attempt: Attempt) -> str:
            started.set()
            await asyncio.sleep(60)
            return "never"

        executor = Executor(log=log)
        task = asyncio.create_task(executor.execute_with_fallback_async(plain_router(), REQUEST, call))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert log.records == []


def test_many_tasks_at_once_share_an_executor(tmp_path: Path) -> None:
    async def call(attempt: Attempt) -> Reply[str]:
        await asyncio.sleep(0)
        if attempt.model == "opus":
            raise ConnectionResetError("by peer")
        return Reply(attempt.name)

    async def main(executor: Executor) -> list[Execution[str]]:
        requests = [REQUEST._replace(task_id=f"t{number}") for number in range(300)]
        runs = [executor.execute_with_fallback_async(plain_router(), request, call) for request in requests]
        return await asyncio.gather(*runs)

    with CallLog.open(tmp_path) as log:
        executor = Executor(ExecutionSettings(pause=0.0), log=log)
        done = asyncio.run(main(executor))
        assert all(one.model != "opus" for one in done)
        assert executor.cool_downs.resting(executor.host.now()) == ["opus"]
    records = lines(tmp_path)
    assert len(records) == sum(len(one.attempts) for one in done)
    drawn_first = [record for record in records if record["attempt"] == 1]
    assert len(drawn_first) == 300 and all("propensity" in record for record in drawn_first)
    assert all(
        "propensity" not in record and record["arm"] == "fallback" for record in records if record["attempt"] > 1
    )
    ids = {record["call_id"]: record for record in records}
    assert all(ids[str(one.call_id)]["success"] for one in done)


def test_many_threads_share_an_executor() -> None:
    executor = Executor(ExecutionSettings(pause=0.0))
    router = plain_router()
    failed: list[BaseException] = []

    def call(attempt: Attempt) -> str:
        if attempt.model == "opus":
            raise CallError("timeout")
        return attempt.model

    def work(thread: int) -> None:
        try:
            for number in range(200):
                done = executor.execute_with_fallback(router, REQUEST._replace(task_id=f"{thread}-{number}"), call)
                assert done.value != "opus"
        except BaseException as caught:
            failed.append(caught)

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


# What exceptions mean.


class ResponseError(Exception):
    def __init__(self, status: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__("it said so")
        self.response = type("Response", (), {"status_code": status, "headers": headers or {}})()


def named(name: str, status: int | None = None) -> Exception:
    made: Exception = type(name, (Exception,), {"__module__": "client", "status_code": status})("it said so")
    return made


@pytest.mark.parametrize(
    ("exception", "kind"),
    [
        (CallError("bad_json"), "bad_json"),
        (TimeoutError(), "timeout"),
        (asyncio.TimeoutError(), "timeout"),
        (ConnectionRefusedError(), "connection"),
        (ResponseError(429), "rate_limit"),
        (ResponseError("503"), "server_error"),
        (ResponseError(504), "timeout"),
        (ResponseError(401), "authentication"),
        (ResponseError(422), "invalid_request"),
        (ResponseError(404), "not_found"),
        (named("APITimeoutError"), "timeout"),
        (named("APIConnectionError", 500), "connection"),
        (named("ContextWindowExceededError", 400), "context_window"),
        (named("ContentPolicyViolationError", 400), "content_filter"),
        (named("BadRequestError", 400), "invalid_request"),
        (ResponseError(302), None),
        (ResponseError(None), None),
        (ValueError("a bug"), None),
        (KeyboardInterrupt(), None),
    ],
)
def test_exceptions_are_told_by_status_and_name(exception: BaseException, kind: str | None) -> None:
    found = call_error(exception)
    assert (found and found.kind) == kind


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("2", 2.0), ("0.5", 0.5), ("-1", None), ("nan", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
def test_retry_after_is_read(header: str, seconds: float | None) -> None:
    found = call_error(ResponseError(429, {"retry-after": header}))
    assert found is not None and found.retry_after == seconds


@both
def test_an_exception_that_is_no_failure_of_a_call_is_raised_as_it_is(asynchronous: bool) -> None:
    log = Kept()

    def broken(attempt: Attempt) -> str:
        raise KeyError("a bug")

    async def broken_later(attempt: Attempt) -> str:
        raise KeyError("a bug")

    executor = Executor(log=log)
    with pytest.raises(KeyError):
        if asynchronous:
            asyncio.run(executor.execute_with_fallback_async(plain_router(), REQUEST, broken_later))
        else:
            executor.execute_with_fallback(plain_router(), REQUEST, broken)
    assert log.records == []


def test_the_shares_under_rest_are_those_of_the_exclusion() -> None:
    """What is logged as propensity is what was drawn with."""
    executor = Executor(log=(log := Kept()))
    for _ in range(3):
        executor.cool_downs.failed("opus", executor.host.now(), executor.host.now())
    router = plain_router()
    for number in range(200):
        executor.execute_with_fallback(router, REQUEST._replace(task_id=f"t{number}"), lambda attempt: attempt.model)
    shares = dict(distribution(router, REQUEST._replace(exclude=["opus"])))
    assert {record.model for record in log.records} == {model for model, share in shares.items() if share > 0.0}
    assert all(record.propensity == shares[record.model] for record in log.records)


def test_the_standard_librarys_http_errors_are_understood() -> None:
    headers = Message()
    headers["Retry-After"] = "2"
    busy = call_error(urllib.error.HTTPError("http://models", 429, "busy", headers, None))
    assert busy is not None
    assert (busy.kind, busy.retry_after) == ("rate_limit", 2.0)
    for reason, kind in (
        (ConnectionRefusedError("nobody"), "connection"),
        (TimeoutError(), "timeout"),
        ("no host", "connection"),
    ):
        error = call_error(urllib.error.URLError(reason))
        assert error is not None
        assert error.kind == kind
