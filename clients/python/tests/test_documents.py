"""What the documents show runs."""

from __future__ import annotations

import doctest
import importlib
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import merit_router

from .tables import GOLDEN

PACKAGE = Path(merit_router.__file__).parent
README = PACKAGE.parent / "README.md"


def test_the_readmes_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(GOLDEN / "tables" / "plain.json", "routing-table.json")

    def chat(model: str, timeout: float) -> Any:
        return SimpleNamespace(text=f"from {model}", tokens_in=10, tokens_out=5)

    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    namespace: dict[str, Any] = {"client": SimpleNamespace(chat=chat)}
    for block in blocks:
        exec(compile(block, str(README), "exec"), namespace)
    assert len(list(Path("calls").glob("*.jsonl"))) == 2


@pytest.mark.parametrize("module", sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "litellm"))
def test_the_examples_in_docstrings_are_true(module: str) -> None:
    name = "merit_router" if module == "__init__" else f"merit_router.{module}"
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_everything_named_public_is_there() -> None:
    assert sorted(merit_router.__all__) == merit_router.__all__
    assert all(hasattr(merit_router, name) for name in merit_router.__all__)
    assert (PACKAGE / "py.typed").exists()
