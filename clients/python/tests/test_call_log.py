"""The call log: no line torn, none lost without being counted, nobody waits."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from merit_router import CallLog, CallRecord, LogError, LogSettings, Request, Usage
from merit_router.call_record import rfc3339
from merit_router.log_file import OpenFile

from .tables import plain_router

SECOND = 1_000_000_000
START = 1_795_437_296 * SECOND  # 2026-11-23T12:34:56Z

# The fields of a call and of an outcome in docs/call-record.md: a renamed one is to fail here.
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "call-record.md"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


def record(number: int = 0, **members: Any) -> CallRecord:
    return CallRecord(**{"model": "opus", "success": True, "task_id": f"task-{number}", **members})


def lines(folder: Path, pattern: str = "*.jsonl") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob(pattern)):
        content = path.read_bytes()
        assert content.endswith(b"\n"), f"{path} ends within a line"
        found.extend(json.loads(line) for line in content.decode().splitlines())
    return found


def documented(title: str) -> set[str]:
    section = DOCUMENT.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| (\w+) \| \w+ \| (?:yes|no) \|", section, re.MULTILINE))


def test_a_line_has_the_documented_members(tmp_path: Path) -> None:
    every = CallRecord(
        model="opus",
        success=True,
        attempt=2,
        source="benchmark",
        task_id="t",
        provider="north",
        role="executor",
        task_category="debugging",
        task_difficulty="advanced",
        score=8.5,
        error_kind="timeout",
        latency_ms=812.5,
        input_tokens=10,
        cached_input_tokens=5,
        output_tokens=3,
        token_count=13,
        cost_usd=0.01,
        judge="tests",
        table_version=7,
        drawn_model="sonnet",
        propensity=0.25,
        arm="exploit",
        row_used="*/*/*",
        excluded=("a", "b"),
        max_cost=1,
        est_input_tokens=1,
        est_output_tokens=2,
        tag="team",
        extra={"k": "v"},
    )
    with CallLog.open(tmp_path, LogSettings(clock=Clock())) as log:
        call_id = log.record(every)
        log.outcome(call_id, score=9, judge="people", success=False, cost_usd=0.02)
    call, outcome = lines(tmp_path)
    assert set(call) == documented("Call")
    assert set(outcome) == documented("Outcome")
    assert call["excluded"] == '["a","b"]' and call["extra"] == '{"k":"v"}'
    assert (call["timestamp"], outcome["observed_at"]) == ("2026-11-23T12:34:56.000000Z",) * 2
    assert call["call_id"] == outcome["call_id"] == call_id
    assert re.fullmatch("[0-9a-f]{16}-1", call_id)
    assert type(call["max_cost"]) is float and type(outcome["score"]) is float


def test_what_is_unknown_is_left_out(tmp_path: Path) -> None:
    with CallLog.open(tmp_path) as log:
        log.record(record(cost_usd=float("nan"), latency_ms=float("inf")))
        log.outcome("x-1")
        log.outcome("x-1", judge="alone", score=float("nan"))
    (call,) = lines(tmp_path)
    assert set(call) == {"call_id", "timestamp", "task_id", "model", "attempt", "success"}
    assert (log.written(), log.dropped(), log.failed()) == (1, 0, 0)


def test_a_record_of_an_answer_says_how_it_was_drawn() -> None:
    answer = plain_router().choose(
        Request("executor", "debugging", "advanced", "t", exclude=["llama"], max_cost=0.5, input_tokens=9)
    )
    first = CallRecord.of(answer, success=False, error_kind="timeout", latency_ms=60_000.0)
    assert (first.model, first.drawn_model, first.propensity, first.arm) == (
        answer.model,
        answer.model,
        answer.propensity,
        answer.arm,
    )
    assert (first.role, first.task_category, first.task_difficulty) == ("executor", "debugging", "advanced")
    assert (first.excluded, first.max_cost, first.est_input_tokens, first.row_used) == (
        ("llama",),
        0.5,
        9,
        "executor/debugging/advanced",
    )
    second = CallRecord.of(answer, usage=Usage(10, 5, 3, 0.01)).fallback("gemini", "south", 2)
    assert (second.arm, second.propensity, second.attempt, second.model, second.drawn_model) == (
        "fallback",
        None,
        2,
        "gemini",
        answer.model,
    )
    assert (second.input_tokens, second.cached_input_tokens, second.output_tokens, second.cost_usd) == (10, 5, 3, 0.01)


def test_instants_are_written_as_they_are() -> None:
    assert rfc3339(0) == "1970-01-01T00:00:00.000000Z"
    assert rfc3339(START + 123_456_789) == "2026-11-23T12:34:56.123456Z"
    east = timezone(timedelta(hours=2))
    assert rfc3339(datetime(2026, 11, 23, 1, 2, 3, 4, tzinfo=east)) == "2026-11-22T23:02:03.000004Z"
    chance = random.Random(5)
    for _ in range(2_000):
        instant = chance.randrange(4_000_000_000) * SECOND + chance.randrange(SECOND)
        expected = datetime.fromtimestamp(instant // SECOND, timezone.utc).replace(microsecond=instant % SECOND // 1000)
        assert datetime.fromisoformat(rfc3339(instant).replace("Z", "+00:00")) == expected


def test_eight_threads_lose_no_line(tmp_path: Path) -> None:
    threads, each = 8, 5_000
    settings = LogSettings(max_file_bytes=1 << 20, queue_records=threads * each)
    with CallLog.open(tmp_path, settings) as log:
        ids: list[list[str]] = [[] for _ in range(threads)]

        def run(thread: int) -> None:
            for number in range(each):
                ids[thread].append(log.record(record(number, role=f"задача ✓ {thread}")))

        runners = [threading.Thread(target=run, args=(thread,)) for thread in range(threads)]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join()
        log.flush()
        assert log.written() == threads * each
    assert (log.written(), log.dropped(), log.failed()) == (threads * each, 0, 0)
    found = lines(tmp_path)
    assert Counter(line["call_id"] for line in found) == Counter(id for some in ids for id in some)
    assert not list(tmp_path.glob("*.open"))
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) > 3 and max(sizes) <= 1 << 20


def test_a_full_queue_drops_and_counts_without_waiting(tmp_path: Path) -> None:
    log = CallLog.open(tmp_path, LogSettings(queue_records=10))
    with log._writer.files:  # the writer cannot go on
        ids = {log.record(record(number)) for number in range(100)}
        assert (len(ids), log.dropped()) == (100, 90)
    log.flush()
    log.record(record())
    log.close()
    assert (log.written(), log.dropped(), log.failed()) == (11, 90, 0)
    assert len(lines(tmp_path)) == 11


def test_a_file_is_finished_when_it_is_large(tmp_path: Path) -> None:
    size = len(record(1).line("0" * 16 + "-1", START))
    with CallLog.open(tmp_path, LogSettings(max_file_bytes=3 * size)) as log:
        for number in range(7):
            log.record(record(number))
        log.record(record(8, tag="x" * 4 * size))
        log.flush()
        log.record(record(9))
    assert sorted(len(path.read_bytes().splitlines()) for path in tmp_path.iterdir()) == [1, 1, 1, 3, 3]


def test_a_file_is_finished_when_it_is_old(tmp_path: Path) -> None:
    clock = Clock()
    with CallLog.open(tmp_path, LogSettings(max_file_age=60, clock=clock)) as log:
        clock.now += 1_000 * SECOND
        log.record(record(1))
        log.flush()
        clock.now += 59 * SECOND
        log.record(record(2))
        log.flush()
        assert not list(tmp_path.glob("*.jsonl")), "its age counts from its first record"
        clock.now += SECOND
        log.flush()
        assert len(lines(tmp_path)) == 2
        log.record(record(3))
    assert len(list(tmp_path.glob("*.jsonl"))) == 2


def test_an_old_file_is_finished_though_nothing_is_recorded(tmp_path: Path) -> None:
    with CallLog.open(tmp_path, LogSettings(max_file_age=0.05)) as log:
        log.record(record())
        thread = log._writer.thread
        assert thread is not None
        for _ in range(1_000):
            thread.join(0.01)
            if list(tmp_path.glob("*.jsonl")):
                break
        assert len(lines(tmp_path)) == 1
        assert not list(tmp_path.glob("*.open"))


def test_open_files_are_named_as_documented_and_empty_ones_go(tmp_path: Path) -> None:
    log = CallLog.open(tmp_path / "new" / "folder", LogSettings(clock=Clock()))
    (path,) = (tmp_path / "new" / "folder").iterdir()
    assert re.fullmatch(r"calls-20261123T123456-[0-9a-f]{8}\.jsonl\.open", path.name)
    log.close()
    assert not path.exists() and not list(path.parent.iterdir())
    log.close()
    log.flush()
    log.record(record())
    assert (log.written(), log.dropped()) == (0, 1)


def test_a_dead_process_leaves_its_file_to_the_next_log(tmp_path: Path) -> None:
    (tmp_path / "calls-20261123T000000-00000001.jsonl.open").write_bytes(b'{"a":1}\n{"b":2}\n{"torn')
    (tmp_path / "calls-20261123T000000-00000002.jsonl.open").write_bytes(b"")
    (tmp_path / "calls-20261123T000000-00000003.jsonl.open").write_bytes(b"torn only" * 20_000)
    (tmp_path / "calls-20261123T000000-00000004.jsonl.open").write_bytes(b'{"c":3}\n' + b"x" * 200_000)
    (tmp_path / "calls-20261123T000000-00000004.jsonl").write_bytes(b'{"there":"before"}\n')
    (tmp_path / "download.jsonl.open").write_bytes(b"somebody else's")
    living = CallLog.open(tmp_path)
    living.record(record(1))
    living.flush()
    with CallLog.open(tmp_path) as second:
        assert second.last_error() is None
    assert sorted(path.name for path in tmp_path.glob("*00000*")) == [
        "calls-20261123T000000-00000001.jsonl",
        "calls-20261123T000000-00000004-2.jsonl",
        "calls-20261123T000000-00000004.jsonl",
    ]
    assert (tmp_path / "calls-20261123T000000-00000001.jsonl").read_bytes() == b'{"a":1}\n{"b":2}\n'
    assert (tmp_path / "calls-20261123T000000-00000004-2.jsonl").read_bytes() == b'{"c":3}\n'
    assert (tmp_path / "download.jsonl.open").exists()
    assert len(list(tmp_path.glob("calls-*.open"))) == 1, "a living writer's file is left alone"
    living.record(record(2))
    living.close()
    assert {line.get("task_id") for line in lines(tmp_path)} >= {"task-1", "task-2"}


CHILD = """
import os, sys
sys.path.insert(0, sys.argv[2])
from merit_router import CallLog, CallRecord, LogSettings
log = CallLog.open(sys.argv[1], LogSettings(max_file_bytes=50_000))
number = 0
while True:
    log.record(CallRecord(model="opus", success=True, task_id=f"{number}", tag="ж" * 200))
    number += 1
    if number % 500 == 0:
        log.flush()
        print(number, flush=True)
"""


def package() -> str:
    return str(Path(__file__).resolve().parents[1])


def test_a_killed_process_tears_no_line_and_loses_nothing_flushed(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), package()], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for _ in range(6):
        flushed = int(child.stdout.readline())
    child.kill()
    child.wait()
    child.stdout.close()
    assert list(tmp_path.glob("*.open"))
    CallLog.open(tmp_path).close()
    assert not list(tmp_path.glob("*.open"))
    found = [int(line["task_id"]) for line in lines(tmp_path)]
    assert sorted(found) == list(range(len(found)))
    assert len(found) >= flushed


@pytest.mark.parametrize("end", ["", "del log", "sys.exit(3)", "raise ValueError", "log.close()"])
def test_a_program_that_ends_closes_its_log(tmp_path: Path, end: str) -> None:
    program = f"""
    import sys
    sys.path.insert(0, {package()!r})
    from merit_router import CallLog, CallRecord
    log = CallLog.open({str(tmp_path)!r})
    for number in range(100):
        log.record(CallRecord(model="opus", success=True))
    {end}
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], stderr=subprocess.DEVNULL, check=False)
    assert len(lines(tmp_path)) == 100
    assert not list(tmp_path.glob("*.open"))


def test_a_forgotten_log_is_closed(tmp_path: Path) -> None:
    log = CallLog.open(tmp_path)
    log.record(record())
    del log
    assert len(lines(tmp_path)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_begins_a_file_of_its_own(tmp_path: Path) -> None:
    log = CallLog.open(tmp_path)
    ids = [log.record(record(1))]
    log.flush()
    with log._writer.files:
        pass
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # in the child: nothing may raise, and nothing of pytest's may run
        with contextlib.suppress(BaseException):
            call_id = log.record(record(2))
            log.close()
            counts = (log.written(), log.dropped(), log.failed())
            os.write(write, json.dumps([call_id, counts]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    call_id, counts = json.loads(os.read(read, 1000))
    os.close(read)
    os.close(write)
    assert counts == [1, 0, 0]
    (found,) = lines(tmp_path)
    assert found["call_id"] == call_id and found["task_id"] == "task-2"
    assert call_id.split("-")[0] != ids[0].split("-")[0], "a name of its own"
    assert len(list(tmp_path.glob("*.open"))) == 1, "the parent's is still open"
    log.record(record(3))
    log.close()
    assert sorted(line["task_id"] for line in lines(tmp_path)) == ["task-1", "task-2", "task-3"]


def logs_in_a_worker(folder: str) -> int:
    log = CallLog.open(folder)
    globals()["kept"] = log
    log.record(record(os.getpid()))
    return os.getpid()


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_worker_of_multiprocessing_closes_its_log(tmp_path: Path, method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this system")
    process = multiprocessing.get_context(method).Process(  # type: ignore[attr-defined]
        target=logs_in_a_worker, args=(str(tmp_path),)
    )
    process.start()
    process.join()
    assert process.exitcode == 0
    assert [line["task_id"] for line in lines(tmp_path)] == [f"task-{process.pid}"]
    assert not list(tmp_path.glob("*.open"))


def test_a_folder_that_cannot_be_written_to_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match="give the call log a folder that it can make files in"):
        CallLog.open(tmp_path / "file")


def test_write_errors_are_counted_and_writing_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = CallLog.open(tmp_path)
    log.record(record(1))
    log.flush()

    def full(descriptor: int, content: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        for number in range(2, 7):
            log.record(record(number))
        log.flush()
    assert (log.written(), log.failed()) == (1, 5)
    assert "No space left on device" in str(log.last_error()) and "records are lost" in str(log.last_error())
    log.record(record(7))
    log.close()
    assert sorted(line["task_id"] for line in lines(tmp_path)) == ["task-1", "task-7"]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_write_that_is_cut_short_leaves_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    takes = [25, 10]  # of three lines of ten bytes and more

    def little(descriptor: int, content: Any) -> int:
        if not takes:
            raise OSError(28, "No space left on device")
        return write(descriptor, content[: takes.pop()])

    file = OpenFile.create(tmp_path, START)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", little)
        error = file.append([b"123456789\n"] * 5, START)
    assert error is not None and error.errno == 28
    assert (file.records, file.bytes) == (3, 30)
    file.finish()
    (path,) = tmp_path.iterdir()
    assert path.read_bytes() == b"123456789\n" * 3 and path.suffix == ".jsonl"


def test_a_folder_that_goes_away_fails_no_caller(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    log = CallLog.open(folder)
    log.record(record(1))
    log.flush()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    log.record(record(2))
    log.flush()
    assert (log.written(), log.failed()) == (0, 2)
    folder.mkdir()
    log.record(record(3))
    log.close()
    assert [line["task_id"] for line in lines(folder)] == ["task-3"]
    assert log.written() == 1


def test_records_of_wrong_types_are_counted(tmp_path: Path) -> None:
    with CallLog.open(tmp_path) as log:
        log.record(record(1, model=5))
        log.record(record(1, input_tokens="many"))
        log.outcome("x-1", score="good")  # type: ignore[arg-type]
        log.record(record(2, tag="half a pair: \ud800"))
    assert (log.written(), log.failed()) == (1, 3)
    assert "no outcome of merit's" in str(log.last_error())
    assert [line["tag"] for line in lines(tmp_path)] == ["half a pair: ?"]


def test_locks_are_those_of_flock(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    log = CallLog.open(tmp_path)
    (path,) = tmp_path.iterdir()
    with path.open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    log.close()
