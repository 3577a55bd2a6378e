"""Paired rounds: everybody runs once a round, each round begins with another one."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comparison.process import Failed, run
from comparison.summary import summarise

if TYPE_CHECKING:
    from comparison.participant import Comparison, Participant

FIRST = "untimed"
"""Before the rounds."""


def say(text: str) -> None:
    """Progress."""
    print(text, file=sys.stderr, flush=True)


def compare(comparison: Comparison, rounds: int) -> dict[str, Any]:
    """Runs all once untimed, so that all files are in the page cache, checks their answers, and begins the rounds."""
    say(f"{comparison.title}")
    failed: dict[str, str] = {}
    checked: dict[str, dict[str, Any]] = {}
    runs: dict[str, list[dict[str, Any]]] = {}

    def attempt(participant: Participant, when: str) -> dict[str, Any] | None:
        """A run, or none from the first failure on."""
        if participant.name in failed:
            return None
        try:
            took = once(participant)
            if when == FIRST and comparison.check is not None and not participant.says:
                checked[participant.name] = comparison.check(participant.name)
        except Failed as failure:
            failed[participant.name] = str(failure)
            runs.pop(participant.name, None)
            say(f"  {participant.name} is left out: {failure}")
            return None
        say(f"  {when}: {participant.name} {took['wall_s']:.2f} s")
        return took

    able = [participant for participant in comparison.participants if attempt(participant, FIRST)]
    runs |= {participant.name: [] for participant in able}
    for number in range(rounds):
        begin = number % max(len(able), 1)
        for participant in able[begin:] + able[:begin]:
            if took := attempt(participant, f"round {number + 1}"):
                runs[participant.name].append(took)
    return summarise(comparison, runs, failed, checked)


def once(participant: Participant) -> dict[str, Any]:
    """One run; what others left to be written is on the disk before it begins."""
    participant.prepare()
    os.sync()
    return asdict(run(participant.command))
