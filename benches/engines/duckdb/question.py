"""Answers one question over the store's files."""

from __future__ import annotations

from engines import arguments, jobs
from engines.duckdb import session
from engines.stopwatch import Stopwatch


def main() -> None:
    """Reads the arguments, writes the answer, and says how long it took."""
    told = arguments.read()
    stopwatch = Stopwatch()
    connection = session.connect()
    session.register_facts(connection, told)
    connection.execute(f"COPY ({jobs.question(told)}) TO '{told.answer}' ({session.PARQUET})")
    stopwatch.print()


if __name__ == "__main__":
    main()
