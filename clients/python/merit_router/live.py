"""A router that follows its file."""

from __future__ import annotations

import copy
import os
import threading
import time
import weakref
from hashlib import sha256
from pathlib import Path
from types import TracebackType

from .errors import LoadError, OlderTableError
from .router import Router

__all__ = ["LiveRouter"]

_TICK = 2_000_000_000
"""Clocks of file systems tick in steps, on some in whole seconds or two: a file that was modified so shortly before it
was looked at may change again without a new modification time. In nanoseconds."""

_Stamp = tuple[int, int, int]


class LiveRouter:
    """The router over the table in a file, exchanged when a new table is published there. Share it between threads.

    with LiveRouter.watch("routing-table.json") as live:
        router = live.current()  # this table until the task is done
        answer = router.choose(Request("executor", "debugging", "advanced"))
    """

    INTERVAL = 5.0
    """How many seconds a background thread waits between two looks at the file, unless told otherwise."""

    def __init__(self, followed: _Followed) -> None:
        """Made by ``open`` and ``watch``."""
        self._followed = followed
        self._close = weakref.finalize(self, followed.stop)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> LiveRouter:
        """Loads the table in a file. It changes when ``refresh`` is called.

        Raises LoadError; there is no table yet to go on with.
        """
        return cls(_Followed(Path(path)))

    @classmethod
    def watch(cls, path: str | os.PathLike[str], interval: float = INTERVAL) -> LiveRouter:
        """Loads the table in a file, and has a background thread refresh it every so many seconds until it is closed.

        In a forked child the thread is begun anew. Raises LoadError.
        """
        live = cls.open(path)
        live._followed.watch(max(interval, 0.001))
        return live

    def current(self) -> Router:
        """The router over the last good table. It stays as it is while it is held."""
        return self._followed.router

    def refresh(self) -> bool:
        """Looks whether the file changed.

        True: a new table is served from now on; false: the file holds what is served.
        Raises LoadError where what is in the file is refused; the old table goes on serving.
        """
        return self._followed.refresh()

    def last_error(self) -> LoadError | None:
        """Why the file's table was refused when it was last looked at; None where it is served."""
        return self._followed.refused

    @property
    def path(self) -> Path:
        """The file."""
        return self._followed.path

    def close(self) -> None:
        """Stops the background thread. The router goes on serving what it has."""
        self._close()

    def __enter__(self) -> LiveRouter:
        """The router."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        self.close()


class _Followed:
    """The file, what was seen in it, and what is served.

    It does not know the live router, so that a forgotten one stops.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Held while the file is read, so that two refreshes do not overtake each other.
        self.lock = threading.Lock()
        self.refused: LoadError | None = None
        self.interval: float | None = None
        self.thread: threading.Thread | None = None
        self.stopping = threading.Event()
        content, self.stamp = self._read()
        # Digests are of whole files, so that a broken digest line is seen too.
        self.seen: bytes | None = sha256(content).digest()
        self.served = self.seen
        self.router = self._parse(content)

    def refresh(self) -> bool:
        with self.lock:
            try:
                router = self._look()
            except LoadError as error:
                # A copy, because an error that was raised holds on to all that its frames held: the file's text.
                self.refused = copy.copy(error)
                raise
            if router is None:
                return False
            self.router = router
            return True

    def _look(self) -> Router | None:
        """A table to be served; None where the file holds what is served."""
        if self.stamp is not None and self.stamp == self._stamp():
            self._as_before()
            return None
        try:
            content, stamp = self._read()
        except LoadError:
            self.stamp = self.seen = None
            raise
        self.stamp = stamp
        digest = sha256(content).digest()
        if digest == self.seen:
            self._as_before()
            return None
        self.seen = digest
        if digest == self.served:
            self.refused = None
            return None
        router = self._parse(content)
        served, found = self.router.table.table_version, router.table.table_version
        if found < served:
            raise OlderTableError(self.path, served, found)
        self.served = digest
        self.refused = None
        return router

    def _as_before(self) -> None:
        if self.refused is not None:
            raise copy.copy(self.refused)

    def _stamp(self) -> _Stamp | None:
        try:
            return _stamp(os.stat(self.path))
        except OSError:
            return None

    def _read(self) -> tuple[bytes, _Stamp | None]:
        """The file's bytes, and its stamp from before they were read: a change in between is seen at the next look."""
        try:
            with self.path.open("rb") as file:
                stamp = _stamp(os.fstat(file.fileno()))
                return file.read(), stamp
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise LoadError("read", f"{self.path}: {reason}; check the path and its permissions") from error

    def _parse(self, content: bytes) -> Router:
        try:
            return Router.parse(content)
        except LoadError as error:
            raise error.at(self.path) from error.__cause__

    # The background thread.

    def watch(self, interval: float) -> None:
        self.interval = interval
        self.thread = threading.Thread(target=self._run, args=(interval,), name="merit-router-reload", daemon=True)
        self.thread.start()
        _followed.add(self)

    def _run(self, interval: float) -> None:
        stopping = self.stopping
        while not stopping.wait(interval):
            try:
                self.refresh()
            except LoadError:
                pass  # to be read in last_error()
            except Exception as error:  # nothing that a file holds should end the watch
                self.refused = LoadError("read", f"{self.path}: {error!r}; publish the table again")

    def stop(self) -> None:
        self.stopping.set()
        self.interval = None
        if self.thread is not None and self.thread is not threading.current_thread():
            self.thread.join()
        self.thread = None

    def after_fork(self) -> None:
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.thread = None
        if self.interval is not None:
            self.watch(self.interval)


def _stamp(status: os.stat_result) -> _Stamp | None:
    """Size, modification time and inode; None where they would not tell a later change."""
    settled = time.time_ns() - status.st_mtime_ns > _TICK
    return (status.st_size, status.st_mtime_ns, status.st_ino) if settled else None


_followed: weakref.WeakSet[_Followed] = weakref.WeakSet()


def _after_in_child() -> None:
    for followed in list(_followed):
        followed.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_in_child)
