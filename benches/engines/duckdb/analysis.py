"""Rolls up all days, or some, and runs all marts, by merit's SQL; everything is written as Parquet.

With `--tables` the staging is computed once and kept as tables in memory; else every rollup computes it anew. The first
is faster, the second needs less memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines import arguments, jobs
from engines.duckdb import session
from engines.stopwatch import Stopwatch

if TYPE_CHECKING:
    import duckdb


def roll_up(connection: duckdb.DuckDBPyConnection, told: arguments.Arguments) -> None:
    """Every rollup, a file a day; what lies there of other days stays."""
    for name, sql in jobs.layer("rollups"):
        folder = told.output / "rollups" / name
        folder.mkdir(parents=True, exist_ok=True)
        how = f"{session.PARQUET}, PARTITION_BY (day), WRITE_PARTITION_COLUMNS true, OVERWRITE_OR_IGNORE true"
        connection.execute(f"COPY ({sql}) TO '{folder}' ({how})")


def run_marts(connection: duckdb.DuckDBPyConnection, told: arguments.Arguments) -> None:
    """Every mart over the rollups' files, each a table for the next."""
    for name in jobs.ROLLUPS:
        files = f"{told.output}/rollups/{name}/*/*.parquet"
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{files}', hive_partitioning = false)")
    session.register_references(connection, told)
    folder = told.output / "marts"
    folder.mkdir(parents=True, exist_ok=True)
    for name, sql in jobs.marts(told):
        connection.execute(f"CREATE TABLE {name} AS {sql}")
        connection.execute(f"COPY {name} TO '{folder}/{name}.parquet' ({session.PARQUET})")


def main() -> None:
    """Reads the arguments and says how long it took."""
    told = arguments.read()
    stopwatch = Stopwatch()
    connection = session.connect()
    session.register_facts(connection, told)
    roll_up(connection, told)
    stopwatch.lap("rollups")
    run_marts(connection, told)
    stopwatch.lap("marts")
    stopwatch.print()


if __name__ == "__main__":
    main()
