"""One run of one program, in a fresh process: wall time, CPU seconds, peak memory.

The kernel counts a child's peak memory from the fork on, when it still is this process: so this program must stay
small, and everything that needs an engine runs in a child.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import IO, Any

from comparison.settings import BENCHES

BYTES = 1 if sys.platform == "darwin" else 1024
"""Of the unit of `ru_maxrss`."""


class Failed(Exception):
    """A program ended with an error; the message says which and its last words."""


@dataclass(frozen=True)
class Run:
    """What a program took."""

    wall_s: float
    """From before its start to after its end."""
    cpu_s: float
    """Of user and system, of the process and its children."""
    peak_bytes: int
    """The most memory that the process, or the largest of its children, had resident."""
    inside: dict[str, Any]
    """What it says of itself, where the last line of its output is JSON: `seconds` and their `parts`."""


def limit_processors(count: int) -> None:
    """From here on this process and its children run on so many processors, where the system can say so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of the benches."""
    return [sys.executable, "-B", "-m", module, *map(str, arguments)]


def run(command: list[str]) -> Run:
    """Runs a program to its end."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=BENCHES, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said, wrong = (text_of(file) for file in (output, errors))
        if process.returncode != 0:
            raise Failed(f"{' '.join(command)} ended with {process.returncode}: {(wrong or said)[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * BYTES, last_object(said))


def text_of(file: IO[bytes]) -> str:
    """All that was written to it."""
    file.seek(0)
    return file.read().decode(errors="replace").strip()


def last_object(text: str) -> dict[str, Any]:
    """The last line, where it is a JSON object."""
    last = text.rpartition("\n")[2]
    try:
        found = json.loads(last)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
