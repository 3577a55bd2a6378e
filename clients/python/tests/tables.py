"""Small tables with known truth, and the text that a publisher would make of them."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from merit_router import Router
from merit_router.table import digest_of

GOLDEN = Path(__file__).resolve().parents[3] / "tests" / "golden"

Document = dict[str, Any]


def plain() -> Document:
    """The golden table `plain` as a document."""
    document: Document = json.loads((GOLDEN / "tables" / "plain.json").read_bytes())
    return document


def sealed(document: Document) -> bytes:
    """A document as bytes, with a digest that is right."""
    document = copy.deepcopy(document)
    if isinstance(document.get("digest"), str):
        document["digest"] = digest_of(_text({**document, "digest": ""}))
    return _text(document)


def _text(document: Document) -> bytes:
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def changed(change: Callable[[Document], object]) -> bytes:
    """The plain table, changed and sealed again."""
    document = plain()
    change(document)
    return sealed(document)


def with_version(version: int, change: Callable[[Document], object] = lambda document: None) -> bytes:
    """The plain table under another version."""

    def both(document: Document) -> None:
        document["table_version"] = version
        change(document)

    return changed(both)


def candidate(
    model: str, weight: float, exploit: float, probe: float = 0.0, eligible: bool = True, cost: float | None = 0.01
) -> Document:
    """A candidate; what choosing does not read is left out."""
    return {
        "model": model,
        "weight": weight,
        "exploit_weight": exploit,
        "probe_weight": probe,
        "eligible": eligible,
        "reason": f"{model} in its place",
        "score": {"mean": 8.5},
        "success": {"mean": 0.94},
        "cost_usd": {"mean": cost, "source": "logged"},
        "latency_ms": {"p50": 2100.0},
    }


def row(key: tuple[str, str, str], candidates: list[Document], fallback: list[str]) -> Document:
    """A row."""
    return {
        **dict(zip(("role", "category", "difficulty"), key, strict=True)),
        "candidates": candidates,
        "fallback": fallback,
    }


def document(epsilon: float, models: dict[str, Document], segments: list[Document]) -> Document:
    """A whole table."""
    return {
        "format": {"major": 1, "minor": 0},
        "table_version": 7,
        "digest": "",
        "created_as_of": "2026-11-23",
        "expires_at": "2026-12-07T00:00:00Z",
        "policy": {"epsilon": epsilon},
        "models": models,
        "segments": segments,
    }


def random_document(chance: random.Random) -> Document:
    """One random row: weights with zeros and ties, probation, unknown costs and prices."""
    names = "abcdefghijkl"[: chance.randint(1, 12)]
    epsilon = chance.choice([0.0, 0.05, 0.1, 0.3, 1.0])
    raw = [0.0 if chance.random() < 0.4 else chance.choice([0.5, chance.random()]) for _ in names]
    total = 0.0
    for share in raw:
        total += share
    exploit = [share / total if total > 0.0 else float(number == 0) for number, share in enumerate(raw)]
    probing = 0.1 <= epsilon < 1.0 and chance.random() < 0.5
    probation = [probing and number > 0 and share == 0.0 for number, share in enumerate(exploit)]
    eligible = sum(not on for on in probation)
    probes = 0.005 * (len(names) - eligible)
    candidates = [
        candidate(
            name,
            (1.0 - epsilon) * share + (0.005 if on else (epsilon - probes) / eligible),
            share,
            0.005 if on else 0.0,
            not on,
            round(chance.random() * 0.1, 2) if chance.random() < 0.8 else None,
        )
        for name, share, on in zip(names, exploit, probation, strict=True)
    ]
    for one in candidates:
        if chance.random() < 0.7:
            one["input_tokens"] = chance.randint(0, 3000) * 1.0
        if chance.random() < 0.7:
            one["output_tokens"] = chance.randint(0, 900) * 1.0
    fallback = [name for name in names if chance.random() < 0.7]
    chance.shuffle(fallback)
    models = {
        name: {
            "model": f"{name}-latest",
            "provider": chance.choice(["x", "y", "z"]),
            "price": {"input": chance.random() * 10, "output": chance.random() * 50} if chance.random() < 0.7 else None,
        }
        for name in names
    }
    return document(epsilon, models, [row(("*", "*", "*"), candidates, fallback)])


def plain_router() -> Router:
    """A router over the golden table `plain`."""
    return Router.load(GOLDEN / "tables" / "plain.json")
