"""Time inside a process, without the interpreter's start and imports."""

from __future__ import annotations

import json
import time


class Stopwatch:
    """Started where it is made; `lap` ends a part, `print` says all as the last line of the output."""

    def __init__(self) -> None:
        """Begins."""
        self.start = self.last = time.perf_counter()
        self.parts: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Ends a part."""
        now = time.perf_counter()
        self.parts[name] = now - self.last
        self.last = now

    def print(self) -> None:
        """The seconds so far and those of every part, as JSON."""
        print(json.dumps({"seconds": time.perf_counter() - self.start, "parts": self.parts}))
