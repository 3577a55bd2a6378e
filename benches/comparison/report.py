"""Results as JSON, one file a case, and all of them as one page of Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "side_by_side.md"


def write(folder: Path, case: str, machine: dict[str, Any], comparisons: list[dict[str, Any]]) -> None:
    """One case."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"case": case, "machine": machine, "comparisons": comparisons}
    (folder / f"{case}.json").write_text(json.dumps(content, indent=1) + "\n")


def write_page(folder: Path, cases: list[str]) -> Path:
    """All cases that have been run, also earlier, each with its time."""
    lines = ["# merit side by side", "", "What is measured and how: docs/performance.md."]
    for case in cases:
        file = folder / f"{case}.json"
        if file.exists():
            content = json.loads(file.read_text())
            lines += ["", f"## {case}", "", about(content["machine"])]
            for comparison in content["comparisons"]:
                lines += ["", *section(comparison)]
    page = folder / PAGE
    page.write_text("\n".join(lines) + "\n")
    return page


def about(machine: dict[str, Any]) -> str:
    """What a case was taken on."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items() if version)
    return (
        f"{machine['taken']}, {machine['processors']} processors of {machine['processor']}, "
        f"{machine['memory_bytes'] / 2**30:.0f} GB, {machine['system']}, load {machine['load']:.1f} before; {versions}."
    )


def section(comparison: dict[str, Any]) -> Iterator[str]:
    """One comparison."""
    yield f"### {comparison['title']}"
    yield ""
    rounds = [len(participant["runs"]) for participant in comparison["participants"]]
    counts = (", ".join(f"{count:,.0f} {what}" for what, count in facts.items()) for facts in comparison["facts"])
    yield f"{max(rounds, default=0)} rounds; {'; '.join(counts)}."
    yield ""
    yield "| | seconds | least to most | inside | CPU seconds | peak MB | |"
    yield "|---|---|---|---|---|---|---|"
    for participant in comparison["participants"]:
        yield row(participant)
    yield ""
    for ratio in comparison["ratios"]:
        yield (
            f"- {ratio['of']} / {ratio['to']}: **{ratio['median']:.2f}** ({ratio['least']:.2f} to {ratio['most']:.2f})"
        )
    if comparison["rows"]:
        took = comparison["participants"][0]["seconds"]
        rates = (comparison["rows"] / took[name] for name in ("median", "most", "least"))
        median, least, most = (f"{rate:,.0f}" for rate in rates)
        yield f"- rows a second: **{median}** ({least} to {most})"
    for name, message in comparison["failed"].items():
        yield f"- {name} failed: {message.splitlines()[-1][:200]}"


def row(participant: dict[str, Any]) -> str:
    """One participant."""
    took = participant["seconds"]
    inside = participant["inside_s"]
    said = "" if inside is None else f"{inside:.2f}"
    if participant["parts"]:
        said += " (" + ", ".join(f"{name} {seconds:.2f}" for name, seconds in participant["parts"].items()) + ")"
    return (
        f"| {participant['name']} | {took['median']:.2f} | {took['least']:.2f} to {took['most']:.2f} | {said} "
        f"| {participant['cpu_s']:.2f} | {participant['peak_bytes'] / 1e6:.0f} | {participant['note']} |"
    )
