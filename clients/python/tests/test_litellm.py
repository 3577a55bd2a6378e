"""The real LiteLLM against a local server: who is called, who steps in, what the log holds."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

if not os.environ.get("MERIT_NO_SKIP"):
    pytest.importorskip("litellm")

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # it would ask the network for its prices
import litellm

from merit_router import CallLog, ChooseError, LiveRouter, Request, Router, distribution
from merit_router.litellm import MeritLogger, MeritStrategy, call_id, install

from .stub_server import StubServer, serving
from .tables import plain_router, with_version
from .test_call_log import lines

MODELS = ("opus", "sonnet", "gemini", "llama")
ASKED: dict[str, Any] = {"role": "executor", "category": "debugging", "difficulty": "advanced"}
MESSAGES: list[Any] = [{"role": "user", "content": "hello"}]
PRICED = {"opus": (0.001, 0.002), "sonnet": (0.0, 0.0)}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def server() -> Iterator[StubServer]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def callbacks() -> Iterator[None]:
    yield
    for name in ("callbacks", "success_callback", "failure_callback", "_async_success_callback"):
        getattr(litellm, name).clear()
    litellm._async_failure_callback.clear()


class Bed:
    """A router over the stub, its log, and both ways to call."""

    def __init__(self, server: StubServer, folder: Path, table: Router | LiveRouter | None = None, **settings: Any):
        self.server = server
        self.folder = folder
        self.table = table or plain_router()
        self.log = CallLog.open(folder)
        self.router = litellm.Router(
            model_list=[*self.deployments(), self.deployment("other", "mistral", None)],
            **{"num_retries": 3, "allowed_fails": 1_000, **settings},
        )
        self.strategy = install(self.router, self.table, log=self.log)

    def deployments(self) -> list[dict[str, Any]]:
        return [self.deployment("merit", f"{model}-latest", model) for model in MODELS]

    def deployment(self, group: str, name: str, model: str | None) -> dict[str, Any]:
        parameters = {"model": f"openai/{name}", "api_base": self.server.url, "api_key": "none", "max_retries": 0}
        if model in PRICED:
            parameters["input_cost_per_token"], parameters["output_cost_per_token"] = PRICED[str(model)]
        info = {} if model is None else {"merit_model": model}
        return {"model_name": group, "litellm_params": parameters, "model_info": info}

    def ask(self, asynchronous: bool, group: str = "merit", **given: Any) -> Any:
        arguments: dict[str, Any] = {"model": group, "messages": MESSAGES, **given}
        if asynchronous:
            return asyncio.run(self.ask_later(**arguments))
        return self.router.completion(**arguments)

    async def ask_later(self, **arguments: Any) -> Any:
        try:
            response = await self.router.acompletion(**arguments)
            if arguments.get("stream"):
                return [chunk async for chunk in response]
            return response
        finally:
            await asyncio.sleep(0.3)  # LiteLLM logs beside the call

    def records(self, count: int) -> list[dict[str, Any]]:
        """The records in the order of their attempts, once LiteLLM's threads have written so many."""
        for _ in range(500):
            if self.log.written() + self.log.dropped() + self.log.failed() >= count:
                break
            time.sleep(0.01)
            self.log.flush()
        time.sleep(0.1)  # one too many would come late too
        self.log.close()
        assert (self.log.dropped(), self.log.failed()) == (0, 0), self.log.last_error()
        records = lines(self.folder)
        assert len(records) == count, records
        return sorted(records, key=lambda record: (record.get("task_id", ""), record["attempt"]))


def merit(**members: Any) -> dict[str, Any]:
    return {"merit": {**ASKED, **members}}


def drawn(task_id: str) -> list[str]:
    answer = plain_router().choose(Request(**ASKED, task_id=task_id))
    return [answer.model, *answer.fallback]


both = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])


def test_the_version_is_one_known_to_be_good() -> None:
    assert tuple(map(int, version("litellm").split("."))) < (1, 107)


@both
def test_the_model_drawn_by_the_table_is_called(server: StubServer, tmp_path: Path, asynchronous: bool) -> None:
    bed = Bed(server, tmp_path)
    expected = []
    for number in range(12):
        task_id = f"task-{number:02}"
        response = bed.ask(asynchronous, metadata=merit(task_id=task_id))
        answer = plain_router().choose(Request(**ASKED, task_id=task_id))
        expected.append(answer.name)
        assert response.choices[0].message.content == f"from {answer.name}"
    assert server.called == expected and len(set(expected)) > 1
    for number, record in enumerate(bed.records(12)):
        answer = plain_router().choose(Request(**ASKED, task_id=f"task-{number:02}"))
        assert {name: record[name] for name in record if name not in ("call_id", "timestamp", "latency_ms")} == {
            "task_id": answer.task_id,
            "model": answer.model,
            "drawn_model": answer.model,
            "provider": answer.provider,
            "propensity": answer.propensity,
            "arm": answer.arm,
            "row_used": "executor/debugging/advanced",
            "table_version": answer.table_version,
            "attempt": 1,
            "success": True,
            "role": "executor",
            "task_category": "debugging",
            "task_difficulty": "advanced",
            "input_tokens": 120,
            "cached_input_tokens": 20,
            "output_tokens": 30,
            **({"cost_usd": pytest.approx(0.18)} if answer.model == "opus" else {}),
            **({"cost_usd": 0.0} if answer.model == "sonnet" else {}),
        }
        assert 0.0 < record["latency_ms"] < 60_000.0


@both
def test_failing_models_fail_over_in_the_order_of_the_table(
    server: StubServer, tmp_path: Path, asynchronous: bool
) -> None:
    bed = Bed(server, tmp_path)
    first, second, third, *_ = drawn("task-1")
    server.failures = {f"{first}-latest": [500], f"{second}-latest": [429]}
    response = bed.ask(asynchronous, metadata=merit(task_id="task-1"))
    assert response.choices[0].message.content == f"from {third}-latest"
    assert server.called == [f"{model}-latest" for model in (first, second, third)]
    records = bed.records(3)
    answer = plain_router().choose(Request(**ASKED, task_id="task-1"))
    assert [
        (record["attempt"], record["model"], record["arm"], record.get("propensity"), record.get("error_kind"))
        for record in records
    ] == [
        (1, first, answer.arm, answer.propensity, "server_error"),
        (2, second, "fallback", None, "rate_limit"),
        (3, third, "fallback", None, None),
    ]
    assert {record["drawn_model"] for record in records} == {first}
    assert [record["success"] for record in records] == [False, False, True]
    assert all(record["latency_ms"] > 0.0 for record in records)


@both
def test_a_task_that_is_asked_again_begins_anew(server: StubServer, tmp_path: Path, asynchronous: bool) -> None:
    bed = Bed(server, tmp_path)
    first, second, *_ = drawn("task-1")
    metadata = merit(task_id="task-1")
    for _ in range(2):  # the very same metadata, which LiteLLM writes into
        server.failures = {f"{first}-latest": [500]}
        bed.ask(asynchronous, metadata=metadata, litellm_trace_id="a trace of several calls")
    assert server.called == [f"{first}-latest", f"{second}-latest"] * 2
    assert [record["attempt"] for record in bed.records(4)] == [1, 1, 2, 2]


@both
def test_when_all_fail_each_is_tried_once_and_logged(server: StubServer, tmp_path: Path, asynchronous: bool) -> None:
    bed = Bed(server, tmp_path)
    server.failures = {f"{model}-latest": [503] * 9 for model in MODELS}
    with pytest.raises(litellm.ServiceUnavailableError):
        bed.ask(asynchronous, metadata=merit(task_id="task-1"))
    assert server.called == [f"{model}-latest" for model in drawn("task-1")]
    assert [record["error_kind"] for record in bed.records(4)] == ["server_error"] * 4


@both
@pytest.mark.parametrize(
    ("status", "kind", "calls"),
    [(400, "invalid_request", 1), (401, "authentication", 2), (404, "not_found", 1), (408, "timeout", 2)],
)
def test_errors_are_named(
    server: StubServer, tmp_path: Path, asynchronous: bool, status: int, kind: str, calls: int
) -> None:
    bed = Bed(server, tmp_path)
    first, second, *_ = drawn("task-1")
    server.failures = {f"{first}-latest": [status]}
    if calls == 1:
        with pytest.raises((litellm.BadRequestError, litellm.NotFoundError)):
            bed.ask(asynchronous, metadata=merit(task_id="task-1"))
    else:
        bed.ask(asynchronous, metadata=merit(task_id="task-1"))
    assert server.called == [f"{model}-latest" for model in (first, second)][:calls]
    assert bed.records(calls)[0]["error_kind"] == kind


@both
def test_what_the_metadata_asks_for_is_kept(server: StubServer, tmp_path: Path, asynchronous: bool) -> None:
    bed = Bed(server, tmp_path)
    asked: dict[str, Any] = {"task_id": "t", "attempt": 2, "exclude": ["gemini"], "max_cost": 0.02, "input_tokens": 500}
    bed.ask(asynchronous, metadata=merit(**asked))
    answer = plain_router().choose(Request(**ASKED, **asked))
    (record,) = bed.records(1)
    assert server.called == [answer.name]
    assert (record["attempt"], record["excluded"], record["max_cost"], record["est_input_tokens"]) == (
        2,
        '["gemini"]',
        0.02,
        500,
    )
    assert record["propensity"] == answer.propensity


@both
def test_without_a_word_of_what_it_is_for_the_last_row_answers(
    server: StubServer, tmp_path: Path, asynchronous: bool
) -> None:
    bed = Bed(server, tmp_path)
    bed.ask(asynchronous)
    (record,) = bed.records(1)
    assert (record["row_used"], record["role"], record["task_category"]) == ("*/*/*", "unknown", "unknown")
    assert len(record["task_id"]) == 32 and record["propensity"] == 0.25


@both
def test_a_request_without_meaning_is_told_and_not_logged(
    server: StubServer, tmp_path: Path, asynchronous: bool
) -> None:
    bed = Bed(server, tmp_path, num_retries=0)
    with pytest.raises(ChooseError, match=r"metadata\.merit has the members categroy; known are role, category"):
        bed.ask(asynchronous, metadata=merit(categroy="debugging"))
    assert server.called == [] and bed.records(0) == []


@both
def test_models_that_litellm_holds_back_are_excluded_from_the_draw(
    server: StubServer, tmp_path: Path, asynchronous: bool
) -> None:
    bed = Bed(server, tmp_path, allowed_fails=0, cooldown_time=600, num_retries=1)
    request = Request(**ASKED)
    first = drawn("task-1")[0]
    server.failures = {f"{first}-latest": [500] * 99}
    bed.ask(asynchronous, metadata=merit(task_id="task-1"))
    for number in range(2, 8):
        bed.ask(asynchronous, metadata=merit(task_id=f"task-{number}"))
    assert Counter(server.called)[f"{first}-latest"] == 1
    shares = dict(distribution(plain_router(), request._replace(exclude=[first])))
    later = [record for record in bed.records(8) if record["task_id"] != "task-1"]
    assert all(record["excluded"] == f'["{first}"]' for record in later)
    assert all(record["propensity"] == shares[record["model"]] for record in later)


@both
def test_other_groups_are_left_to_litellm_and_logged(server: StubServer, tmp_path: Path, asynchronous: bool) -> None:
    bed = Bed(server, tmp_path)
    bed.ask(asynchronous, group="other", metadata=merit(task_id="t"))
    (record,) = bed.records(1)
    assert (record["model"], record["provider"], record["attempt"], record["success"]) == ("mistral", "openai", 1, True)
    assert (record["role"], record["task_id"], record["input_tokens"]) == ("executor", "t", 120)
    assert not record.keys() & {"propensity", "drawn_model", "table_version", "arm", "cost_usd"}


@both
def test_litellms_own_fallback_to_another_group_is_a_later_attempt(
    server: StubServer, tmp_path: Path, asynchronous: bool
) -> None:
    bed = Bed(server, tmp_path, num_retries=1, fallbacks=[{"merit": ["other"]}])
    first, second, *_ = drawn("task-1")
    server.failures = {f"{model}-latest": [500] * 9 for model in MODELS}
    response = bed.ask(asynchronous, metadata=merit(task_id="task-1"))
    assert response.choices[0].message.content == "from mistral"
    assert server.called == [f"{first}-latest", f"{second}-latest", "mistral"]
    records = bed.records(3)
    assert [record["attempt"] for record in records][:2] == [1, 2]
    assert records[2]["attempt"] >= 2 and records[2]["arm"] == "fallback" and "propensity" not in records[2]


@both
def test_an_outcome_finds_its_call(server: StubServer, tmp_path: Path, asynchronous: bool) -> None:
    bed = Bed(server, tmp_path)
    response = bed.ask(asynchronous, metadata=merit(task_id="t"))
    name = call_id(response)
    assert name is not None
    bed.log.outcome(name, score=8.5, judge="tests")
    for _ in range(300):
        bed.log.flush()
        if bed.log.written() == 2:
            break
        time.sleep(0.01)
    bed.log.close()
    call, outcome = sorted(lines(tmp_path), key=lambda record: "observed_at" in record)
    assert call["call_id"] == outcome["call_id"] == name
    assert call_id(object()) is None


@both
def test_a_stream_is_logged_once_when_it_ends(server: StubServer, tmp_path: Path, asynchronous: bool) -> None:
    bed = Bed(server, tmp_path)
    first, second, *_ = drawn("task-1")
    server.failures = {f"{first}-latest": [500]}
    response = bed.ask(asynchronous, metadata=merit(task_id="task-1"), stream=True)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in response if chunk.choices)
    assert text == f"from {second}-latest"
    failed, served = bed.records(2)
    assert (failed["model"], failed["error_kind"]) == (first, "server_error")
    assert (served["model"], served["arm"], served["input_tokens"], served["output_tokens"]) == (
        second,
        "fallback",
        120,
        30,
    )


def test_answers_from_litellms_cache_cost_no_call(tmp_path: Path) -> None:
    with CallLog.open(tmp_path) as log:
        MeritLogger(log).log_success_event({"model": "opus", "cache_hit": True}, {}, None, None)
        MeritLogger(log).log_success_event({"model": "opus", "cache_hit": None}, {}, None, None)
    assert [record["model"] for record in lines(tmp_path)] == ["opus"]


def test_many_tasks_at_once_keep_their_own_attempts(server: StubServer, tmp_path: Path) -> None:
    bed = Bed(server, tmp_path)
    server.failures = {"opus-latest": [500] * 1_000}
    tasks = [f"task-{number:02}" for number in range(60)]
    shared = {"tags": ["a list that all requests share"]}

    async def main() -> None:
        await asyncio.gather(
            *(bed.ask_later(model="merit", messages=MESSAGES, metadata={**shared, **merit(task_id=id)}) for id in tasks)
        )

    asyncio.run(main())
    orders = {id: drawn(id) for id in tasks}
    expected = {(id, 1, orders[id][0]) for id in tasks} | {
        (id, 2, order[1]) for id, order in orders.items() if order[0] == "opus"
    }
    found = {(record["task_id"], record["attempt"], record["model"]) for record in bed.records(len(expected))}
    assert found == expected and any(attempt == 2 for _, attempt, _ in found)


def test_a_new_table_is_asked_as_soon_as_it_is_served(server: StubServer, tmp_path: Path) -> None:
    path = tmp_path / "routing-table.json"
    path.write_bytes(with_version(5))
    live = LiveRouter.open(path)
    bed = Bed(server, tmp_path / "calls", live)
    bed.ask(False, metadata=merit(task_id="a"))
    path.write_bytes(with_version(6))
    assert live.refresh()
    bed.ask(False, metadata=merit(task_id="b"))
    assert [record["table_version"] for record in bed.records(2)] == [5, 6]


def names(strategy: MeritStrategy, deployments: list[dict[str, Any]]) -> list[str]:
    return list(strategy._by_model(plain_router(), deployments))


@pytest.mark.parametrize(
    ("deployment", "model"),
    [
        ({"model_info": {"merit_model": "opus", "id": "x"}, "litellm_params": {"model": "llama"}}, "opus"),
        ({"model_info": {"id": "sonnet"}, "litellm_params": {"model": "anything"}}, "sonnet"),
        ({"model_info": {"id": "0af3"}, "litellm_params": {"model": "gemini-latest"}}, "gemini"),
        ({"litellm_params": {"model": "south/gemini-latest"}}, "gemini"),
        ({"litellm_params": {"model": "llama"}}, "llama"),
        ({"litellm_params": {"model": "openai/stranger"}}, None),
    ],
)
def test_a_deployment_is_known_by_its_names(deployment: dict[str, Any], model: str | None) -> None:
    strategy = MeritStrategy(litellm.Router(model_list=[]), plain_router())
    assert names(strategy, [deployment]) == ([] if model is None else [model])


def test_the_log_alone_serves_calls_without_a_router(server: StubServer, tmp_path: Path) -> None:
    with CallLog.open(tmp_path) as log:
        litellm.callbacks.append(MeritLogger(log))
        arguments: dict[str, Any] = {"messages": MESSAGES, "api_base": server.url, "api_key": "none", "max_retries": 0}
        litellm.completion(model="openai/mistral", metadata={"merit": {"role": "judge"}}, **arguments)
        server.failures = {"mistral": [500]}
        with pytest.raises(litellm.InternalServerError):
            litellm.completion(model="openai/mistral", **arguments)
        for _ in range(300):
            log.flush()
            if log.written() == 2:
                break
            time.sleep(0.01)
    good, bad = sorted(lines(tmp_path), key=lambda record: not record["success"])
    assert (good["model"], good["provider"], good["role"], good["output_tokens"]) == ("mistral", "openai", "judge", 30)
    assert (bad["model"], bad["error_kind"], bad["success"]) == ("mistral", "server_error", False)
