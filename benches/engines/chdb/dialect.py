"""What has to change in merit's portable SQL before ClickHouse reads it: two spellings, both by rule."""

from __future__ import annotations

import re

SHIFT = re.compile(r"\((\w+) >> (\d+)\)")


def translate(sql: str) -> str:
    """ClickHouse has no operator for shifts, and a statement that goes on must not end with an ORDER BY's newline."""
    return SHIFT.sub(r"bitShiftRight(\1, \2)", sql).rstrip()
