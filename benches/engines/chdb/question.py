"""Answers one question over the store's files."""

from __future__ import annotations

from pathlib import Path

from engines import arguments, jobs
from engines.chdb import session
from engines.chdb.dialect import translate
from engines.stopwatch import Stopwatch

TRANSLATED = Path(__file__).parent / "questions"
"""Questions that ClickHouse spells otherwise."""


def main() -> None:
    """Reads the arguments, writes the answer, and says how long it took."""
    told = arguments.read()
    stopwatch = Stopwatch()
    connection = session.connect()
    session.register_facts(connection, told)
    sql = translate(jobs.question(told, TRANSLATED))
    connection.query(f"{sql} INTO OUTFILE '{told.answer}' TRUNCATE FORMAT Parquet")
    stopwatch.print()


if __name__ == "__main__":
    main()
