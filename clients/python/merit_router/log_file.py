"""One file of the call log, from its first line to its final name, and what dead processes left behind.

A file is written as ``calls-<UTC>-<8 random hex>.jsonl.open`` and renamed to ``.jsonl`` when it is finished; a reader
takes finished files alone. A lock on the whole file tells the living from the dead.
"""

from __future__ import annotations

import contextlib
import errno
import os
from datetime import datetime, timezone
from pathlib import Path

try:
    import fcntl
except ImportError:  # no such locks on this system: nobody can take a file over, so none is needed
    fcntl = None  # type: ignore[assignment]

__all__ = ["OpenFile", "take_over"]

_BLOCK = 1 << 16


class OpenFile:
    """A file that is being written, locked against takeover."""

    def __init__(self, descriptor: int, path: Path) -> None:
        """A file just made and locked."""
        self.descriptor = descriptor
        self.path = path
        self.bytes = 0
        self.records = 0
        self.begun: int | None = None
        """When its first record was written, in nanoseconds since 1970."""
        self._torn = False

    @classmethod
    def create(cls, folder: Path, now: int) -> OpenFile:
        """Begins a file under a name of its own; raises OSError."""
        while True:
            begun = datetime.fromtimestamp(now // 1_000_000_000, timezone.utc)
            path = folder / f"calls-{begun:%Y%m%dT%H%M%S}-{os.urandom(4).hex()}.jsonl.open"
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o666)
            except FileExistsError:
                continue
            try:
                # Another log may take over the empty file before it is locked: it is removed then, and lines would go
                # to a file without a name.
                if _lock(descriptor) and os.fstat(descriptor).st_nlink > 0:
                    return cls(descriptor, path)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def room(self, lines: list[bytes], max_bytes: int) -> int:
        """How many of the lines still fit. The first line of a file always fits."""
        size = self.bytes
        for number, line in enumerate(lines):
            size += len(line)
            if size > max_bytes and (number > 0 or self.bytes > 0):
                return number
        return len(lines)

    def append(self, lines: list[bytes], now: int) -> OSError | None:
        """Appends lines with one write call where the system takes them whole.

        An error leaves the whole lines that were written, counted in ``records``; the file is to be finished then.
        """
        if self.begun is None:
            self.begun = now
        content = memoryview(b"".join(lines))
        written = 0
        error = None
        try:
            while written < len(content):
                written += os.write(self.descriptor, content[written:])
        except OSError as caught:
            error = caught
        for line in lines:
            if written < len(line):
                break
            written -= len(line)
            self.bytes += len(line)
            self.records += 1
        if written > 0:
            self._torn = True
            with contextlib.suppress(OSError):
                os.ftruncate(self.descriptor, self.bytes)
                self._torn = False
        return error

    def is_removed(self) -> bool:
        """Whether somebody removed the file, so that what is written to it is lost."""
        return os.fstat(self.descriptor).st_nlink == 0

    def finish(self) -> None:
        """Puts the file on the disk and gives it its final name; an empty one is removed.

        Raises OSError where it stays as it is, to be taken over, or may not be on the disk.
        """
        try:
            if self._torn:
                os.ftruncate(self.descriptor, self.bytes)
            _finish(self.descriptor, self.path, self.bytes)
        finally:
            self.close()

    def close(self) -> None:
        """Lets the file go as it is."""
        os.close(self.descriptor)


def take_over(folder: Path) -> OSError | None:
    """Finishes every file of the folder that nobody writes any more.

    One that cannot be finished does not keep the others from it; the last error is returned. Raises OSError where the
    folder cannot be listed.
    """
    last_error = None
    with os.scandir(folder) as entries:
        left = [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith("calls-")
            and entry.name.endswith(".jsonl.open")
            and entry.is_file(follow_symlinks=False)
        ]
    for path in sorted(left):
        try:
            _take_over_file(path)
        except FileNotFoundError:
            pass  # finished by its owner or another log since the folder was listed
        except OSError as error:
            last_error = error
    return last_error


def _take_over_file(path: Path) -> None:
    if fcntl is None:
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        # Its writer lives, or another log is taking it over; or it was finished between opening and locking.
        if not _lock(descriptor, without_locks=False) or not path.exists():
            return
        size = _whole_bytes(descriptor)
        os.ftruncate(descriptor, size)
        _finish(descriptor, path, size)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, without_locks: bool = True) -> bool:
    """Locks a file; false where somebody else holds the lock, ``without_locks`` where the file system has none."""
    if fcntl is None:
        return without_locks
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOLCK):
            raise
        return without_locks
    return True


def _whole_bytes(descriptor: int) -> int:
    """How many bytes the whole lines of a file have, read from its end."""
    end = os.fstat(descriptor).st_size
    while end > 0:
        start = max(end - _BLOCK, 0)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _finish(descriptor: int, path: Path, size: int) -> None:
    if size == 0:
        path.unlink()
        return
    try:
        os.fsync(descriptor)
    finally:
        path.rename(_finished_path(path))


def _finished_path(path: Path) -> Path:
    """The final name of a file; one with a number where that is taken, since a rename overwrites."""
    finished = path.with_suffix("")
    found, number = finished, 1
    while os.path.lexists(found):
        number += 1
        found = finished.with_name(f"{finished.stem}-{number}.jsonl")
    return found
