"""Hot reload: the new table whole and valid, or the old one."""

from __future__ import annotations

import gc
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from merit_router import LiveRouter, LoadError, OlderTableError, Request

from .tables import Document, with_version

REQUEST = Request("executor", "debugging", "advanced", "task-17")


def publish(path: Path, content: bytes) -> None:
    """As a publisher does it: whole, in one step."""
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)


def aged(path: Path) -> None:
    """Makes a file old enough that its modification time can be trusted."""
    old = time.time_ns() - 10_000_000_000
    os.utime(path, ns=(old, old))


def major(document: Document) -> None:
    document["format"]["major"] = 2


def bad_tables() -> dict[str, bytes]:
    whole = with_version(9)
    return {
        "empty": b"",
        "truncated": whole[: len(whole) // 2],
        "digest": whole.replace(b"a small", b"A small", 1),
        "major": with_version(9, major),
        "weights": with_version(9, lambda table: table["segments"][0]["candidates"][0].update(weight=0.9)),
        "older": with_version(4),
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "routing-table.json"
    path.write_bytes(with_version(5))
    return path


def test_a_new_table_is_served_after_a_refresh(path: Path) -> None:
    live = LiveRouter.open(path)
    before = live.current()
    assert live.refresh() is False
    publish(path, with_version(6))
    assert live.current().table.table_version == 5, "nothing reads a file while a choice is made"
    assert live.refresh() is True
    assert live.current().table.table_version == 6
    assert before.choose(REQUEST).table_version == 5, "what is held stays as it is"
    assert live.refresh() is False


@pytest.mark.parametrize("kind", bad_tables())
def test_a_bad_table_is_refused_and_the_old_one_serves(path: Path, kind: str) -> None:
    live = LiveRouter.open(path)
    publish(path, bad_tables()[kind])
    for _ in range(3):
        with pytest.raises(LoadError) as caught:
            live.refresh()
        assert str(caught.value).startswith(f"{path}: ")
        assert str(live.last_error()) == str(caught.value)
        aged(path)
    assert live.current().choose(REQUEST).table_version == 5
    publish(path, with_version(6))
    assert live.refresh() is True
    assert live.last_error() is None


def test_a_lower_version_says_what_to_do(path: Path) -> None:
    live = LiveRouter.open(path)
    publish(path, with_version(4))
    with pytest.raises(OlderTableError) as caught:
        live.refresh()
    assert str(caught.value) == (
        f"{path}: table version 4 is lower than version 5, which is served; "
        "publish the old content as a new version (`merit table rollback`)"
    )


def test_the_old_file_put_back_is_served_without_a_swap(path: Path) -> None:
    live = LiveRouter.open(path)
    publish(path, b"")
    with pytest.raises(LoadError):
        live.refresh()
    publish(path, with_version(5))
    assert live.refresh() is False
    assert live.last_error() is None


def test_a_file_that_is_gone_is_refused_until_it_is_back(path: Path) -> None:
    live = LiveRouter.open(path)
    path.unlink()
    for _ in range(2):
        with pytest.raises(LoadError, match="check the path"):
            live.refresh()
    path.write_bytes(with_version(5))
    assert live.refresh() is False
    assert live.last_error() is None
    with pytest.raises(LoadError):
        LiveRouter.open(path.with_name("absent.json"))


def test_an_unchanged_file_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(path)
    live = LiveRouter.open(path)

    def read(*_: Any, **__: Any) -> Any:
        raise AssertionError("read")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", read)
        assert live.refresh() is False
    changed = with_version(6)
    path.write_bytes(changed)
    assert live.refresh() is True


def test_a_change_within_a_tick_of_the_clock_is_seen(path: Path) -> None:
    """The same size, modification time and inode, in a file just written: the digest decides."""
    content = with_version(5)
    now = time.time_ns()
    os.utime(path, ns=(now, now))
    live = LiveRouter.open(path)
    other = with_version(6)
    assert len(other) == len(content)
    with path.open("r+b") as file:
        file.write(other)
    os.utime(path, ns=(now, now))
    assert live.refresh() is True


def eventually(condition: Any) -> None:
    for _ in range(2_000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


def test_a_watch_follows_the_file(path: Path) -> None:
    with LiveRouter.watch(path, 0.005) as live:
        publish(path, with_version(6))
        eventually(lambda: live.current().table.table_version == 6)
        publish(path, b"{")
        eventually(lambda: live.last_error() is not None)
        publish(path, with_version(7))
        eventually(lambda: live.current().table.table_version == 7 and live.last_error() is None)
        thread = live._followed.thread
        assert thread is not None and thread.is_alive()
    assert not thread.is_alive()
    live.close()
    assert live.current().table.table_version == 7


def test_a_forgotten_watch_stops(path: Path) -> None:
    live = LiveRouter.watch(path, 0.005)
    thread = live._followed.thread
    assert thread is not None
    del live
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_eight_threads_choose_while_the_file_is_replaced(path: Path) -> None:
    versions: list[set[int]] = [set() for _ in range(8)]
    failed: list[BaseException] = []
    stop = threading.Event()

    with LiveRouter.watch(path, 0.001) as live:

        def choose(thread: int) -> None:
            try:
                while not stop.is_set():
                    router = live.current()
                    answer = router.choose(REQUEST)
                    assert answer.table_version == router.table.table_version
                    versions[thread].add(answer.table_version)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=choose, args=(thread,)) for thread in range(8)]
        for thread in threads:
            thread.start()
        bad = list(bad_tables().values())
        for version in range(6, 30):
            publish(path, with_version(version))
            # Torn, as by a publisher that writes in place; and refused as it is.
            path.write_bytes(bad[version % len(bad)])
        publish(path, with_version(30))
        eventually(lambda: live.current().table.table_version == 30)
        eventually(lambda: all(30 in seen for seen in versions))
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_goes_on_watching(path: Path) -> None:
    with LiveRouter.watch(path, 0.005) as live:
        child = os.fork()
        if child == 0:  # in the child: nothing may raise, and nothing of pytest's may run
            for _ in range(1_000):
                if live.current().table.table_version == 6:
                    os._exit(0)
                time.sleep(0.01)
            os._exit(1)
        publish(path, with_version(6))
        assert os.waitpid(child, 0)[1] == 0
