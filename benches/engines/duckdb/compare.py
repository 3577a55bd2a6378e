"""Whether two outputs hold the same rollups, marts and answers: python -m engines.duckdb.compare EXPECTED OTHER.

Rollups must be equal to the last integer. Marts and answers must have the same rows; their floats may differ a little,
as sums of floats depend on their order. Only what OTHER holds is compared. Prints the rows and how many differ, by
table, as JSON; exit code 1 where one does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

TOLERANCE = {"marts": 1e-9, "answers": 1e-6}
"""By which share of their size floats may differ. DataFusion interpolates percentiles to 1e-6 of the distance between
two values."""


def views(connection: duckdb.DuckDBPyConnection, files: str, others: str) -> None:
    """The two tables as `expected` and `other`."""
    for name, source in (("expected", files), ("other", others)):
        connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{source}', hive_partitioning = false)"
        )


def columns(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Name and type of the columns that are expected; the other table must have the same names."""
    found = {row[0]: row[1] for row in connection.execute("DESCRIBE expected").fetchall()}
    others = {row[0] for row in connection.execute("DESCRIBE other").fetchall()}
    if found.keys() != others:
        sys.exit(f"columns differ: {sorted(found.keys() ^ others)}")
    return found


def count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one number that a query gives."""
    row = connection.execute(sql).fetchone()
    assert row is not None, "an aggregate has a row"
    return int(row[0])


def unequal_rows(connection: duckdb.DuckDBPyConnection) -> int:
    """Rows of whole numbers and text that only one of the two tables has."""
    names = ", ".join(columns(connection))
    left, right = f"SELECT {names} FROM expected", f"SELECT {names} FROM other"
    return sum(
        count(connection, f"SELECT count(*) FROM ({one} EXCEPT ALL {two})")
        for one, two in ((left, right), (right, left))
    )


def unlike_rows(connection: duckdb.DuckDBPyConnection, tolerance: float) -> int:
    """Rows without a partner of the same key, or whose floats are too far apart. All that is no float is the key."""
    types = columns(connection)
    floats = [name for name, kind in types.items() if kind in {"DOUBLE", "FLOAT"}]
    keys = " AND ".join(f"e.{name} IS NOT DISTINCT FROM o.{name}" for name in types if name not in floats)
    far = [
        f"(e.{name} IS NULL) <> (o.{name} IS NULL) OR "
        f"abs(e.{name} - o.{name}) > {tolerance} * greatest(abs(e.{name}), abs(o.{name}), 1e-6)"
        for name in floats
    ]
    joined = f"(SELECT true AS here, * FROM expected) AS e FULL JOIN (SELECT true AS here, * FROM other) AS o ON {keys}"
    conditions = " OR ".join(["e.here IS NULL", "o.here IS NULL", *far])
    return count(connection, f"SELECT count(*) FROM {joined} WHERE {conditions}")


def main() -> int:
    """Compares what both hold."""
    expected, other = map(Path, sys.argv[1:])
    connection = duckdb.connect()
    answer: dict[str, dict[str, int]] = {}
    for folder in sorted((other / "rollups").glob("*")):
        views(connection, f"{expected}/rollups/{folder.name}/*/*.parquet", f"{folder}/*/*.parquet")
        rows = count(connection, "SELECT count(*) FROM expected")
        answer[folder.name] = {"rows": rows, "differing": unequal_rows(connection)}
    for kind, tolerance in TOLERANCE.items():
        for file in sorted((other / kind).glob("*.parquet")):
            views(connection, f"{expected}/{kind}/{file.name}", str(file))
            rows = count(connection, "SELECT count(*) FROM expected")
            answer[file.stem] = {"rows": rows, "differing": unlike_rows(connection, tolerance)}
    print(json.dumps(answer))
    return 1 if any(table["differing"] for table in answer.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
