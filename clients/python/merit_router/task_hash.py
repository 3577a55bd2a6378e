"""The number in [0, 1) that belongs to a task, a segment and an attempt.

FNV-1a, 64 bit, over six parts: the table's digest, role, category, difficulty, task id, attempt in decimal digits.
Each part is preceded by its length in bytes as 8 bytes, little-endian, so that no two lists of parts run together.
Then the finaliser of SplitMix64, because the high bits of FNV-1a hardly move with the last bytes.

References: Fowler, Noll, Vo (FNV-1a); Steele, Lea, Flood 2014 (SplitMix64, constants of Stafford's mix 13).
"""

from __future__ import annotations

__all__ = ["FNV_EMPTY", "fnv_parts", "task_uniform", "uniform"]

FNV_EMPTY = 0xCBF29CE484222325
"""The state before the first byte."""

_MASK = 0xFFFFFFFFFFFFFFFF
_PRIME = 0x100000001B3
# A zero byte only multiplies the state by the prime: a run of them is one multiplication.
_PRIME_8 = pow(_PRIME, 8, 1 << 64)
_STEP = 2.0**-53


def uniform(digest: str, role: str, category: str, difficulty: str, task_id: str, attempt: int) -> float:
    """The number for one attempt at a task; the same in every client.

    >>> uniform("d1", "executor", "debugging", "advanced", "task-17", 1)
    0.11799346301672942
    """
    return task_uniform(fnv_parts(FNV_EMPTY, digest, role, category, difficulty), task_id, attempt)


def fnv_parts(state: int, *parts: str) -> int:
    """The state after some parts, each preceded by its length."""
    for part in parts:
        content = part.encode()
        for byte in (*len(content).to_bytes(8, "little"), *content):
            state = (state ^ byte) * _PRIME & _MASK
    return state


def task_uniform(state: int, task_id: str, attempt: int) -> float:
    """The number for a task and attempt, from the state after the segment."""
    content = task_id.encode()
    length = len(content)
    if length < 256:
        state = (state ^ length) * _PRIME_8 & _MASK
    else:
        for byte in length.to_bytes(8, "little"):
            state = (state ^ byte) * _PRIME & _MASK
    for byte in content:
        # Written out: constants are faster than names, and most of a choice's time is spent here.
        state = (state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    if attempt == 1:
        state = ((state ^ 1) * _PRIME_8 ^ 0x31) * _PRIME & _MASK
    else:
        digits = str(attempt).encode()
        state = (state ^ len(digits)) * _PRIME_8 & _MASK
        for byte in digits:
            state = (state ^ byte) * _PRIME & _MASK
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
    return ((state ^ state >> 31) >> 11) * _STEP
