"""Where skipping is forbidden (MERIT_NO_SKIP=1), a skipped test fails."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("MERIT_NO_SKIP") == "1":
        report.outcome = "failed"
        report.longrepr = f"{report.longrepr}, and MERIT_NO_SKIP=1 forbids skipping"
    return report
