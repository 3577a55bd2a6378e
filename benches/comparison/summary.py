"""Medians, and ratios of runs of the same round."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comparison.participant import Comparison, Participant

Runs = dict[str, list[dict[str, Any]]]


def seconds(participant: Participant, run: dict[str, Any]) -> float:
    """The time that counts: from start to end, or what a limit says of itself, scaled to the whole data."""
    taken = run["inside"]["seconds"] if participant.says else run["wall_s"]
    return float(taken) * participant.scale


def summarise(
    comparison: Comparison, runs: Runs, failed: dict[str, str], checked: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Everything that is known of a comparison, for JSON."""
    participants = {participant.name: participant for participant in comparison.participants}
    times = {name: [seconds(participants[name], run) for run in found] for name, found in runs.items()}
    return {
        "name": comparison.name,
        "title": comparison.title,
        "facts": comparison.facts,
        "rows": comparison.rows,
        "participants": [
            {
                "name": name,
                "note": participants[name].note,
                "scale": participants[name].scale,
                "says": participants[name].says,
                "seconds": spread(times[name]),
                "inside_s": inside(found),
                "parts": parts(found),
                "cpu_s": statistics.median(run["cpu_s"] for run in found),
                "peak_bytes": max(run["peak_bytes"] for run in found),
                "runs": found,
            }
            for name, found in runs.items()
            if found
        ],
        "ratios": [
            {"of": one, "to": other, **spread([a / b for a, b in zip(times[one], times[other], strict=True)])}
            for one, other in comparison.ratios
            if times.get(one) and times.get(other)
        ],
        "failed": failed,
        "checked": checked,
    }


def spread(values: list[float]) -> dict[str, float]:
    """Median, least and most."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def inside(runs: list[dict[str, Any]]) -> float | None:
    """The median of what the program says of itself, where it does."""
    said = [run["inside"]["seconds"] for run in runs if "seconds" in run["inside"]]
    return statistics.median(said) if said else None


def parts(runs: list[dict[str, Any]]) -> dict[str, float]:
    """The medians of the parts that the program tells apart."""
    said = [run["inside"].get("parts") or {} for run in runs]
    return {name: statistics.median(found[name] for found in said) for name in (said[0] if said else {})}
