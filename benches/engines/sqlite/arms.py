"""The arms rollup by merit's SQL, as a table in a new SQLite file.

python -m engines.sqlite.arms DATABASE TARGET
"""

from __future__ import annotations

import sqlite3
import sys

from engines.arguments import QUERIES
from engines.stopwatch import Stopwatch

TRANSLATED = {
    # SQLite has no dates: it would make a number of one, the year.
    "CAST(c.day AS DATE)": "c.day",
    # Squares of costs do not fit its integers, so their sum is an approximate one here.
    "AS DECIMAL(19, 0))": "AS REAL)",
    "AS DECIMAL(38, 0))": "AS REAL)",
}


def translated(path: str) -> str:
    """A job's SQL as SQLite reads it."""
    sql = (QUERIES / path).read_text()
    for text, other in TRANSLATED.items():
        sql = sql.replace(text, other)
    return sql


def main() -> None:
    """Says how long it took."""
    source, target = sys.argv[1:]
    stopwatch = Stopwatch()
    connection = sqlite3.connect(source)
    connection.execute("PRAGMA threads = 2")
    connection.execute("ATTACH ? AS target", [target])
    connection.execute(f"CREATE TEMP VIEW calls AS {translated('staging/calls.sql')}")
    connection.execute(f"CREATE TABLE target.arms_daily AS {translated('rollups/arms_daily.sql')}")
    connection.commit()
    stopwatch.print()


if __name__ == "__main__":
    main()
