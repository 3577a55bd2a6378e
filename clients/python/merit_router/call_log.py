"""The call log: one JSON line an attempt, in files that merit reads as they are.

What a crash can cost: of the process, the records still in the queue; of the machine, also what the system had not yet
put on the disk. No crash tears a line that is read.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from .call_record import CallRecord, Instant, OutcomeRecord
from .errors import LogError
from .log_file import OpenFile, take_over

if TYPE_CHECKING:
    from .calls import AttemptRecord

__all__ = ["CallLog", "LogSettings"]

_LONGEST_SLEEP = 10.0
"""The longest the writer sleeps beside an unfinished file, in seconds: the time of day may jump while it does."""


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How large and old files become, and how much may wait to be written."""

    max_file_bytes: int = 16 << 20
    """A file is finished before it grows beyond this; only a single longer record makes it larger."""
    max_file_age: float = 15 * 60.0
    """A file is finished so many seconds after its first record."""
    queue_records: int = 8_192
    """How many records may wait for the writer; at least 1."""
    clock: Callable[[], int] = time.time_ns
    """The time of day in nanoseconds since 1970."""


class CallLog:
    """Appends calls and outcomes to the files of a folder. Open one a process, share it between threads.

    No call waits for the disk: where the queue is full the record is dropped and counted. Several processes may log
    into one folder; each has files of its own. A process that forks goes on with its file, and the child begins one of
    its own. Closing is done at the program's end too; a process that dies leaves its file to the next log that is
    opened on the folder.

        with CallLog.open("calls") as log:
            call_id = log.record(CallRecord.of(answer, latency_ms=812.0))
            log.outcome(call_id, score=8.5, judge="tests")
    """

    def __init__(self, writer: _Writer) -> None:
        """Made by ``open``."""
        self._writer = writer
        self._close = weakref.finalize(self, writer.close)

    @classmethod
    def open(cls, folder: str | os.PathLike[str], settings: LogSettings | None = None) -> CallLog:
        """Opens the log on a folder, made if it is not there, and finishes the files that dead processes left.

        Raises LogError where the folder cannot be made, listed or written to. A left file that cannot be finished is no
        error here: it stays, and ``last_error`` says why.
        """
        return cls(_Writer(Path(folder), settings or LogSettings()))

    def record(self, record: CallRecord, *, call_id: str | None = None) -> str:
        """Logs a call and returns its id, for outcomes. Never waits for the disk and never fails: all is counted.

        An id of the caller's own must be the only one of its day.
        """
        return self._writer.record(record, call_id)

    def attempt(self, record: AttemptRecord) -> str:
        """Logs what an execution tells of an attempt."""
        return self._writer.record(CallRecord.of_attempt(record), None)

    def outcome(
        self,
        call_id: str,
        *,
        score: float | None = None,
        judge: str | None = None,
        success: bool | None = None,
        cost_usd: float | None = None,
        observed_at: Instant | None = None,
    ) -> None:
        """Logs what became known of a call, of this process or another, in the same way.

        One that tells nothing (no score, success or cost) is not written.
        """
        news = OutcomeRecord(
            call_id=call_id, observed_at=observed_at, score=score, success=success, cost_usd=cost_usd, judge=judge
        )
        self._writer.outcome(news)

    def flush(self) -> None:
        """Waits until all that was recorded before is with the operating system, or counted as failed.

        The file stays open; ``close`` finishes it. In asyncio: ``await asyncio.to_thread(log.flush)``.
        """
        self._writer.flush()

    def close(self) -> None:
        """Writes what is in the queue, finishes the file and stops. Records that come later are dropped and counted."""
        self._close()

    def written(self) -> int:
        """How many records are with the operating system."""
        return self._writer.written

    def dropped(self) -> int:
        """How many records found the queue full, or the log closed."""
        return self._writer.dropped

    def failed(self) -> int:
        """How many records could not be written."""
        return self._writer.failed

    def last_error(self) -> LogError | None:
        """What went wrong last, if anything did."""
        return self._writer.last_error

    def __enter__(self) -> CallLog:
        """The log."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        self.close()


class _Writer:
    """The queue and the one thread that writes. It does not know the log, so that a forgotten log is closed."""

    def __init__(self, folder: Path, settings: LogSettings) -> None:
        self.folder = folder
        self.settings = settings
        self.last_error: LogError | None = None
        self.file: OpenFile | None = None
        self.closing = False
        self._reset()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (error := take_over(folder)) is not None:
                self._fail(0, _finish_error(error))
            self.file = OpenFile.create(folder, settings.clock())
        except OSError as error:
            raise LogError(
                f"{folder}: {_reason(error)}; give the call log a folder that it can make files in"
            ) from error
        with _writers_lock:
            _writers.add(self)

    def _reset(self) -> None:
        """The state of a process of its own."""
        self.name = os.urandom(8).hex()
        self.numbers = itertools.count(1)
        self.written = self.dropped = self.failed = 0
        # Reentrant, because a collector of garbage may record in the middle of anything.
        lock = threading.RLock()
        self.work = threading.Condition(lock)
        self.done = threading.Condition(lock)
        # Held while files are touched, so that no fork comes in between.
        self.files = threading.Lock()
        self.lines: list[bytes] = []
        self.waiting = 0
        """Records not dealt with: those in ``lines``, and those that the thread has taken."""
        self.wanted = self.over = 0
        """The last round that somebody waits for, and the last one that is over."""
        self.left_behind = False
        self.thread: threading.Thread | None = None

    # Called by any thread.

    def record(self, record: CallRecord, call_id: str | None) -> str:
        call_id = call_id or f"{self.name}-{next(self.numbers)}"
        try:
            line = record.line(call_id, self.settings.clock())
        except Exception as error:
            self._fail(1, LogError(f"a record is no call of merit's: {error}; give it the types that CallRecord names"))
            return call_id
        self._push(line)
        return call_id

    def outcome(self, news: OutcomeRecord) -> None:
        try:
            line = news.line(self.settings.clock())
        except Exception as error:
            self._fail(1, LogError(f"a record is no outcome of merit's: {error}; give numbers and texts"))
            return
        if line is not None:
            self._push(line)

    def _push(self, line: bytes) -> None:
        with self.work:
            if self.closing or self.waiting >= max(self.settings.queue_records, 1):
                self.dropped += 1
                return
            self.lines.append(line)
            self.waiting += 1
            if len(self.lines) == 1 or self.thread is None:
                self._wake()

    def _wake(self) -> None:
        """With the lock held. The thread is begun late, so that a forked child has one of its own when it logs."""
        if self.thread is None:
            thread = threading.Thread(target=self._run, name="merit-call-log", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                self._fail(0, LogError(f"the writer thread cannot be started: {error}; raise the limit of threads"))
                return
            self.thread = thread
            _close_with_process(self)
        self.work.notify()

    def flush(self) -> None:
        with self.work:
            if self.closing and self.thread is None:
                return
            self.wanted += 1
            round = self.wanted
            self._wake()
            while self.over < round and self.thread is not None and self.thread is not threading.current_thread():
                self.done.wait()

    def close(self) -> None:
        with self.work:
            self.closing = True
            self.work.notify()
            thread = self.thread
        if thread is None:
            self._run()
        elif thread is not threading.current_thread():
            thread.join()
        with _writers_lock:
            _writers.discard(self)

    def _fail(self, records: int, error: LogError) -> None:
        with self.work:
            self.failed += records
            self.last_error = error

    # The thread.

    def _run(self) -> None:
        while True:
            with self.work:
                if not (self.lines or self.closing or self.wanted > self.over):
                    self.work.wait(self._patience())
                lines, self.lines = self.lines, []
                count, round, last = len(lines), self.wanted, self.closing
            with self.files:
                try:
                    self._round(lines, last)
                except Exception as error:
                    self._fail(len(lines), LogError(f"the writer met {error!r}; {len(lines)} records are lost"))
            with self.work:
                self.waiting -= count
                self.over = round
                if last:
                    self.thread = None
                self.done.notify_all()
                if last:
                    return

    def _patience(self) -> float | None:
        """How long to wait for work, in seconds: until the file is old."""
        age = self._age()
        return None if age is None else min(max(self.settings.max_file_age - age, 0.001), _LONGEST_SLEEP)

    def _age(self) -> float | None:
        """Seconds since the file's first record; no end of them where the clock was put back behind it."""
        if self.file is None or self.file.begun is None:
            return None
        age = (self.settings.clock() - self.file.begun) / 1e9
        return age if age >= 0.0 else float("inf")

    def _round(self, lines: list[bytes], last: bool) -> None:
        age = self._age()
        if age is not None and age >= self.settings.max_file_age:
            self._rotate()
        if lines:
            try:
                self._append(lines)
            except OSError as error:
                self._fail(len(lines), LogError(f"{self.folder}: {_reason(error)}; no file can be begun, make room"))
        if last:
            self._rotate()

    def _append(self, lines: list[bytes]) -> None:
        """Writes lines, each file as full as it may be; takes from the list what it has dealt with."""
        now = self.settings.clock()
        if self.file is not None and self.file.is_removed():
            self._rotate()
        while lines:
            if self.file is None:
                self.file = self._begin(now)
            part = lines[: self.file.room(lines, self.settings.max_file_bytes)]
            before = self.file.records
            error = self.file.append(part, now) if part else None
            written = self.file.records - before
            with self.work:
                self.written += written
            if error is not None:
                lost = len(part) - written
                sentence = f"{self.file.path}: {_reason(error)}; {lost} records are lost, make room on the disk"
                self._fail(lost, LogError(sentence))
            del lines[: len(part)]
            if error is not None or lines:
                self._rotate()

    def _begin(self, now: int) -> OpenFile:
        """Begins a new file, and tries to finish what could not be finished before."""
        if self.left_behind:
            error = take_over(self.folder)
            self.left_behind = error is not None
            if error is not None:
                self._fail(0, _finish_error(error))
        return OpenFile.create(self.folder, now)

    def _rotate(self) -> None:
        """Finishes the file, if there is one. The next lines begin another."""
        file, self.file = self.file, None
        if file is None:
            return
        if file.is_removed():
            file.close()
            with self.work:
                self.written -= file.records
            sentence = f"removed by somebody with {file.records} records in it; leave .open files alone"
            self._fail(file.records, LogError(f"{file.path}: {sentence} until they are renamed"))
            return
        try:
            file.finish()
        except OSError as error:
            self.left_behind = True
            self._fail(0, _finish_error(error))


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _finish_error(error: OSError) -> LogError:
    return LogError(
        f"{error.filename}: {_reason(error)}; the file cannot be finished, "
        "the next log that is opened on its folder tries again"
    )


# A fork copies the queue and the file's descriptor, but not the thread. What waits belongs to the parent; the child
# begins anew, under a new name, and lets the parent's file go, so that its lock dies with the parent alone.

_writers: weakref.WeakSet[_Writer] = weakref.WeakSet()
_writers_lock = threading.RLock()
_held: list[_Writer] = []


def _close_with_process(writer: _Writer) -> None:
    """A child of multiprocessing ends without what others do at their end."""
    util = sys.modules.get("multiprocessing.util")
    process = sys.modules.get("multiprocessing.process")
    if util is not None and process is not None and process.parent_process() is not None:
        util.Finalize(None, writer.close, exitpriority=10)


def _before_fork() -> None:
    _writers_lock.acquire()
    _held.extend(_writers)
    for writer in _held:
        writer.files.acquire()


def _after_in_parent() -> None:
    for writer in _held:
        writer.files.release()
    _held.clear()
    _writers_lock.release()


def _after_in_child() -> None:
    for writer in _held:
        if writer.file is not None:
            writer.file.close()
            writer.file = None
        writer._reset()
    _held.clear()
    _writers_lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
