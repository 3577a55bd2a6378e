"""merit's SQL jobs, as another engine reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from engines.arguments import BENCHES, QUERIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engines.arguments import Arguments

SETTINGS = {"post_change_weight": 0.1, "benchmark_weight": 0.3, "benchmark_cap": 50.0, "cost_tolerance": 0.2}
"""The marts' parameters, as merit.toml has them."""

REFERENCES = ("price_list", "model_alias", "announced_models")
"""Tables that merit has compiled in."""

COMPUTED = ("half_lives", "changes", "arm_changes")
"""Tables that merit computes in Rust from the mart `histories`; the others are given them."""

ROLLUPS = ("arms_daily", "latency_daily", "task_latency_daily", "tasks_daily")


def layer(name: str) -> Iterator[tuple[str, str]]:
    """Name and SQL of the jobs of a layer that need no order."""
    for path in sorted((QUERIES / name).glob("*.sql")):
        yield path.stem, path.read_text()


def file_of(name: str, common: Path, translated: Path | None) -> Path:
    """An engine's own file of that name where it has one, else the common one."""
    own = translated / name if translated else None
    return own if own and own.exists() else common / name


def marts(arguments: Arguments, translated: Path | None = None) -> Iterator[tuple[str, str]]:
    """Name and SQL of every mart, inputs first, with parameters as text; files in `translated` replace merit's."""
    values = {"as_of": f"CAST('{arguments.as_of}' AS DATE)"} | {name: str(value) for name, value in SETTINGS.items()}
    for name in json.loads((arguments.references / "marts.json").read_text()):
        sql = file_of(f"{name}.sql", QUERIES / "marts", translated).read_text()
        for parameter, value in values.items():
            sql = sql.replace(f"${parameter}", value)
        yield name, sql


def question(arguments: Arguments, translated: Path | None = None) -> str:
    """The SQL of a question, with parameters as text; files in `translated` replace the common ones."""
    sql = file_of(f"{arguments.question}.sql", BENCHES / "questions", translated).read_text()
    for parameter, day in (("as_of", arguments.as_of), ("since", arguments.since)):
        sql = sql.replace(f"${parameter}", f"CAST('{day}' AS DATE)")
    return sql
