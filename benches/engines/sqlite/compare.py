"""Whether SQLite's arms rollup holds the same integers as merit's files, but for the squares that do not fit it.

python -m engines.sqlite.compare EXPECTED DATABASE; exit code 1 where a row differs.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter

import duckdb

APPROXIMATE = "cost_square_sum"


def main() -> int:
    """Compares the days that SQLite has."""
    expected, database = sys.argv[1:]
    connection = sqlite3.connect(database)
    first, last = connection.execute("SELECT MIN(day), MAX(day) FROM arms_daily").fetchone()
    source = f"FROM read_parquet('{expected}/rollups/arms_daily/*/*.parquet', hive_partitioning = false)"
    described = duckdb.execute(f"DESCRIBE SELECT * {source}").fetchall()
    names = ", ".join(row[0] for row in described if row[0] not in {APPROXIMATE, "day"})
    theirs = Counter(connection.execute(f"SELECT day, {names} FROM arms_daily").fetchall())
    days = f"day BETWEEN DATE '{first}' AND DATE '{last}'"
    rows = Counter(duckdb.execute(f"SELECT CAST(day AS VARCHAR), {names} {source} WHERE {days}").fetchall())
    differing = sum(((theirs - rows) + (rows - theirs)).values())
    print(json.dumps({"arms_daily": {"rows": sum(rows.values()), "differing": differing}}))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
