"""The notebooks run on a night of the committed sample, find what is wrong with a store, and hold no outputs in git."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
BUILT = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / "merit"
MERIT = Path(os.environ.get("MERIT_BINARY", BUILT))

# Where no picture is looked at, none is drawn.
UNDRAWN = {"MPLBACKEND": "agg"}


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of the sample, with the day from which on gemini-pro is worse."""
    assert MERIT.exists(), f"{MERIT} is not there: cargo build, or name a merit in MERIT_BINARY"
    folder = tmp_path_factory.mktemp("notebooks")
    first, end = (datetime.datetime(2026, 8, day, tzinfo=datetime.timezone.utc) for day in (4, 18))
    calls = pl.read_parquet(ROOT / "data/sample/calls.parquet").filter(pl.col("timestamp").is_between(first, end))
    outcomes = pl.read_parquet(ROOT / "data/sample/outcomes.parquet")
    calls.write_parquet(folder / "calls.parquet")
    outcomes.join(calls, on="call_id", how="semi").write_parquet(folder / "outcomes.parquet")
    logs = [folder / "calls.parquet", folder / "outcomes.parquet"]
    command = [MERIT, "--data", folder / "data", "--quiet", "analyze", "--as-of", "2026-08-18", "--logs", *logs]
    subprocess.run(command, check=True, cwd=ROOT)
    changes = pl.read_parquet(folder / "data/runs/current/marts/arm_changes.parquet")
    assert "gemini-pro" in changes["arm"], "what a change does to weights is put to the test"
    return folder / "data"


def executed(
    name: str, store: Path, output: Path, merit: Path = MERIT, **more: str
) -> subprocess.CompletedProcess[str]:
    """What the tool behind `make notebooks` says of one notebook."""
    environment = os.environ | {"MERIT_DATA": str(store), "MERIT_BINARY": str(merit), "IPYTHONDIR": str(output)}
    environment |= {"OPENBLAS_NUM_THREADS": "1"} | more
    command = [sys.executable, ROOT / "notebooks/execute.py", output, ROOT / f"notebooks/{name}.ipynb"]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def copied(store: Path, folder: Path) -> Path:
    """A store to spoil; its facts stay where they are."""
    spoilt = folder / "data"
    spoilt.mkdir()
    for part in ("calls", "outcomes"):
        (spoilt / part).symlink_to(store / part)
    for part in ("runs", "tables"):
        shutil.copytree(store / part, spoilt / part, symlinks=True)
    return spoilt


def test_there_are_two() -> None:
    assert NAMES == ["audit_a_table", "explore_the_logs"]


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_to_its_end(name: str, store: Path, tmp_path: Path) -> None:
    said = executed(name, store, tmp_path)
    assert said.returncode == 0, said.stderr
    cells = json.loads((tmp_path / f"{name}.ipynb").read_text())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [output["text"] for output in outputs if output.get("name") == "stderr"], "no cell warns"
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == sum("panel" in "".join(cell["source"]) for cell in cells[2:]), "every picture is drawn"
    assert (tmp_path / f"{name}.html").stat().st_size > 100_000


def test_a_posterior_that_the_evidence_does_not_give_is_found(store: Path, tmp_path: Path) -> None:
    spoilt = copied(store, tmp_path)
    path = spoilt / "tables" / "routing-table.json"
    lines = path.read_bytes().splitlines(keepends=True)
    # The alpha of one candidate of the last row, a thousandth larger; the digest is right again.
    place = max(place for place, line in enumerate(lines) if b'{"alpha":' in line)
    alpha = re.search(rb'"alpha":([0-9.]+)', lines[place])
    assert alpha is not None
    lines[place] = lines[place].replace(alpha[1], str(float(alpha[1]) * 1.001).encode(), 1)
    digest = hashlib.sha256(b"".join(line for line in lines if not line.startswith(b'  "digest": "'))).hexdigest()
    whole = re.sub(rb'(?m)^  "digest": "[0-9a-f]+"', f'  "digest": "{digest}"'.encode(), b"".join(lines))
    for copy in (path, spoilt / "tables" / "routing-table-v000001.json"):
        copy.write_bytes(whole)
    agreeing = Path(shutil.which("true") or "/bin/true")  # in place of `merit table verify`, which finds it first
    said = executed("audit_a_table", spoilt, tmp_path, agreeing, **UNDRAWN)
    assert said.returncode == 1 and "is not what its evidence says" in said.stderr, said.stderr


def test_a_mart_that_the_calls_do_not_give_is_found(store: Path, tmp_path: Path) -> None:
    spoilt = copied(store, tmp_path)
    mart = (spoilt / "runs" / "current").resolve() / "marts" / "decayed_cells.parquet"
    assert mart.is_relative_to(tmp_path)
    pl.read_parquet(mart).with_columns(pl.col("quality_sum") * (1 + 1e-8)).write_parquet(mart)
    said = executed("explore_the_logs", spoilt, tmp_path, **UNDRAWN)
    assert said.returncode == 1 and "score of the mart is not what the calls say" in said.stderr, said.stderr


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_git_holds_no_outputs_and_no_place_of_one_machine(path: Path) -> None:
    notebook = json.loads(path.read_text())
    assert notebook["metadata"] == {"language_info": {"name": "python"}}, "see notebooks/README.md"
    for cell in notebook["cells"]:
        assert not cell.get("outputs"), f"{cell['id']} has outputs: see notebooks/README.md"
        assert cell.get("execution_count") is None, f"{cell['id']} has a number: see notebooks/README.md"
        assert cell["metadata"] == {}, f"{cell['id']} has metadata: see notebooks/README.md"
        assert not re.search(r"""["'(]/(home|root|tmp|Users|work|srv)/""", "".join(cell["source"])), cell["id"]
