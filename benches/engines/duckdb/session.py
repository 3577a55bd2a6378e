"""A connection as a careful user would set it up, and merit's tables in it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from engines import jobs
from engines.arguments import THREADS, Arguments

FUNCTIONS = Path(__file__).parent / "functions.sql"
PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3"
"""As merit writes."""

ROLLED_UP = {
    "calls": "day, call_id, source, task_id, attempt, model, provider, role, task_category, task_difficulty, score, "
    "success, latency_ms, input_tokens, cached_input_tokens, output_tokens, cost_usd, judge, table_version"
}
"""What the rollups read of the staging: a table of more columns would take longer to make than it saves."""


def connect() -> duckdb.DuckDBPyConnection:
    """Without an order of rows to keep and with all days open while it writes, which makes DuckDB faster."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET partitioned_write_max_open_files = 10000")
    connection.execute(FUNCTIONS.read_text())
    return connection


def register_facts(connection: duckdb.DuckDBPyConnection, arguments: Arguments) -> None:
    """`call_log`, `outcome_log` as of as-of (for a question whole), and merit's staging over them."""
    facts = (
        ("call_log", arguments.calls, f"day < DATE '{arguments.as_of}'"),
        ("outcome_log", arguments.outcomes, f"observed_at < TIMESTAMPTZ '{arguments.as_of} 00:00:00+00'"),
    )
    for name, files, before in facts:
        sql = f"SELECT * FROM read_parquet({files}, hive_partitioning = true)"
        connection.execute(f"CREATE VIEW {name} AS {sql} WHERE {'true' if arguments.question else before}")
    for name, sql in jobs.layer("staging"):
        if arguments.tables:
            connection.execute(f"CREATE TABLE {name} AS SELECT {ROLLED_UP.get(name, '*')} FROM ({sql})")
        else:
            connection.execute(f"CREATE VIEW {name} AS {sql}")


def register_references(connection: duckdb.DuckDBPyConnection, arguments: Arguments) -> None:
    """What merit wrote for the marts of others."""
    for name in jobs.REFERENCES + jobs.COMPUTED:
        file = arguments.references / f"{name}.parquet"
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{file}')")
