"""Executes the notebooks and writes them, with their pictures, as .ipynb and .html.

Usage: execute.py OUTPUT [NOTEBOOK ...]. Without names all of this folder. Exit code 1 where a cell fails.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from traitlets.config import Config

HERE = Path(__file__).resolve().parent


def execute(path: Path, output: Path) -> None:
    """Executes one notebook in this folder; what it printed up to a failing cell is written, too."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as sockets:
        # Socket files, not ports that others on the machine could reach.
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}})
        client = NotebookClient(
            notebook,
            config=config,
            timeout=300,
            resources={"metadata": {"path": str(HERE)}},
            extra_arguments=["--HistoryManager.enabled=False"],
        )
        try:
            client.execute()
        finally:
            write(notebook, output / path.name)


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Writes an executed notebook and, beside it, the same as a page."""
    nbformat.write(notebook, path)
    # Nothing is fetched when the page is opened, and a dollar sign is a dollar sign.
    exporter = HTMLExporter(exclude_input_prompt=True, exclude_output_prompt=True, mathjax_url="", require_js_url="")
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": path.stem}})
    path.with_suffix(".html").write_text(page, encoding="utf-8")


def main(output: Path, names: list[str]) -> int:
    output.mkdir(parents=True, exist_ok=True)
    for path in [Path(name) for name in names] or sorted(HERE.glob("*.ipynb")):
        try:
            execute(path, output)
        except CellExecutionError as error:
            print(f"{path.name} fails, {output / path.name} shows where\n{error}", file=sys.stderr)
            return 1
        print(output / f"{path.stem}.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
