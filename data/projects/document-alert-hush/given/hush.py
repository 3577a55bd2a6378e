import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    send: bool
    suppressed: int = 0
    reason: str = ""


@dataclass
class _Window:
    start: float
    length: float
    sent: int = 0
    held: int = 0
    owed: int = 0


class Hush:
    def __init__(self, window=60, burst=3, longest=None, keys=1000):
        if window <= 0 or burst < 1 or keys < 1:
            raise ValueError("window must be above 0, burst and keys at least 1")
        self.window = window
        self.burst = burst
        self.longest = 8 * window if longest is None else longest
        self.keys = keys
        self.lost = 0
        self._windows = {}
        self._mutes = {}

    @staticmethod
    def key(text):
        return re.sub(r"\d+", "#", " ".join(text.split()).casefold())

    def mute(self, text, seconds, now):
        key = self.key(text)
        self._mutes[key] = max(self._mutes.get(key, now), now + seconds)

    def decide(self, text, now, severity="warning"):
        key = self.key(text)
        if now < self._mutes.get(key, now):
            return Decision(False, reason="muted")
        current = self._window(key, now)
        if severity != "critical" and current.sent >= self.burst:
            current.held += 1
            return Decision(False, reason="burst")
        current.sent += 1
        owed, current.owed = current.owed, 0
        return Decision(True, owed)

    def _window(self, key, now):
        current = self._windows.get(key)
        if current is None:
            if len(self._windows) >= self.keys:
                oldest = min(self._windows, key=lambda other: self._windows[other].start)
                gone = self._windows.pop(oldest)
                self.lost += gone.held + gone.owed
            current = self._windows[key] = _Window(now, self.window)
        elif now - current.start >= current.length:
            length = min(2 * current.length, self.longest) if current.held else self.window
            current = self._windows[key] = _Window(now, length, owed=current.held + current.owed)
        return current

    def flush(self, now):
        over = [key for key, current in self._windows.items() if now - current.start >= current.length]
        report = {}
        for key in over:
            gone = self._windows.pop(key)
            if gone.held + gone.owed:
                report[key] = gone.held + gone.owed
        return report

    def pending(self):
        return sum(current.held + current.owed for current in self._windows.values())
