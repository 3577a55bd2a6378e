"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comparison.settings import ROOT

if TYPE_CHECKING:
    from comparison.settings import Settings


def describe(settings: Settings) -> dict[str, Any]:
    """Processor, memory, system, versions, and what else was running."""
    return {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": processor(),
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}",
        "load": os.getloadavg()[0],
        "versions": {
            "merit": said([str(settings.merit), "--version"]).removeprefix("merit "),
            "commit": said(["git", "-C", str(ROOT), "describe", "--always", "--dirty"]),
            "Python": platform.python_version(),
        }
        | {package: installed(package) for package in ("duckdb", "polars", "chdb")},
    }


def processor() -> str:
    """Its name, as Linux tells it."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def said(command: list[str]) -> str:
    """What a command prints; nothing where it fails."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode == 0 else ""


def installed(package: str) -> str:
    """The version of a package; nothing where it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
