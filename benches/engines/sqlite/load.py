"""Puts the calls and outcomes of a store's first days into a SQLite file, as a naive collector would have. Not timed.

python -m engines.sqlite.load STORE DATABASE DAYS
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import duckdb

BATCH = 50_000
TEXT = ("timestamp", "observed_at", "day")
"""Times and days: as text SQLite orders them rightly."""


def copy(database: sqlite3.Connection, table: str, files: list[str]) -> None:
    """One table with all its columns."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    source = "FROM read_parquet(?, hive_partitioning = true)"
    names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * {source}", [files]).fetchall()]
    columns = [f"CAST({name} AS VARCHAR)" if name in TEXT else name for name in names]
    rows = connection.execute(f"SELECT {', '.join(columns)} {source}", [files])
    database.execute(f"CREATE TABLE {table} ({', '.join(names)})")
    insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"
    while batch := rows.fetchmany(BATCH):
        database.executemany(insert, batch)
    database.commit()


def main() -> None:
    """Both tables anew. An outcome comes at most some days after its call, so those of a week more are enough."""
    store, target, days = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    target.unlink(missing_ok=True)
    database = sqlite3.connect(target)
    for table, fact, more in (("call_log", "calls", 0), ("outcome_log", "outcomes", 7)):
        folders = sorted((store / fact).glob("day=*"))[: days + more]
        copy(database, table, [str(file) for folder in folders for file in sorted(folder.glob("*.parquet"))])
    print(json.dumps({"calls": database.execute("SELECT COUNT(*) FROM call_log").fetchone()[0]}))


if __name__ == "__main__":
    main()
