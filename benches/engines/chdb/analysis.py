"""Rolls up all days and runs all marts, by merit's SQL; everything is written as Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engines import arguments, jobs
from engines.chdb import session
from engines.chdb.dialect import translate
from engines.stopwatch import Stopwatch

if TYPE_CHECKING:
    from chdb.session import Session

TRANSLATED = Path(__file__).parent / "marts"
"""Marts that ClickHouse does not read as they are: `h.*` of a join keeps its table's name there."""


def roll_up(connection: Session, told: arguments.Arguments) -> None:
    """Every rollup, a file a day."""
    for name, sql in jobs.layer("rollups"):
        folder = told.output / "rollups" / name
        folder.mkdir(parents=True, exist_ok=True)
        file = f"file('{folder}/day={{_partition_id}}/data.parquet', Parquet)"
        connection.query(f"INSERT INTO FUNCTION {file} PARTITION BY day {translate(sql)}")


def run_marts(connection: Session, told: arguments.Arguments) -> None:
    """Every mart over the rollups' files, each a table for the next."""
    for name in jobs.ROLLUPS:
        files = f"file('{told.output}/rollups/{name}/*/*.parquet', Parquet)"
        connection.query(f"CREATE VIEW {name} AS SELECT * REPLACE (toDate(day) AS day) FROM {files}")
    session.register_references(connection, told)
    folder = told.output / "marts"
    folder.mkdir(parents=True, exist_ok=True)
    for name, sql in jobs.marts(told, TRANSLATED):
        described = connection.query(f"DESCRIBE ({translate(sql)})", "TabSeparated").data()
        columns = [line.split("\t")[0] for line in described.splitlines()]
        # A column that two tables have keeps its table's name.
        names = ", ".join(f"`{column}` AS {column.rpartition('.')[2]}" for column in columns)
        connection.query(f"CREATE TABLE {name} ENGINE = Memory AS SELECT {names} FROM ({translate(sql)})")
        connection.query(f"SELECT * FROM {name} INTO OUTFILE '{folder}/{name}.parquet' TRUNCATE FORMAT Parquet")


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
