"""A session with standard SQL's nulls, and merit's tables in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chdb import session

from engines import jobs
from engines.arguments import THREADS
from engines.chdb.dialect import translate

if TYPE_CHECKING:
    from engines.arguments import Arguments

FUNCTIONS = Path(__file__).parent / "functions.sql"
SETTINGS = {
    "max_threads": THREADS,
    "session_timezone": "'UTC'",
    # `day` is in the names of the folders.
    "use_hive_partitioning": 1,
    # As standard SQL has it: what an outer join does not find is null, a cast keeps nulls, names are columns first.
    "join_use_nulls": 1,
    "cast_keep_nullable": 1,
    "prefer_column_name_to_alias": 1,
    "output_format_parquet_compression_method": "'zstd'",
    "output_format_compression_level": 3,
    # merit writes none either.
    "output_format_parquet_write_bloom_filter": 0,
}

DAYS = {"price_list": ("effective_from",), "changes": ("since", "detected"), "arm_changes": ("since",)}


def connect() -> session.Session:
    """A session in a temporary folder of its own."""
    connection = session.Session()
    connection.query("SET " + ", ".join(f"{name} = {value}" for name, value in SETTINGS.items()))
    # A comment ends with its line and holds no semicolon.
    for statement in FUNCTIONS.read_text().split(";\n"):
        if statement.strip():
            connection.query(statement)
    return connection


def register_facts(connection: session.Session, arguments: Arguments) -> None:
    """`call_log`, `outcome_log` as of as-of (for a question whole), and merit's staging over them."""
    before = f"toDateTime64('{arguments.as_of} 00:00:00', 6, 'UTC')"
    for name, (files,), until in (
        ("call_log", arguments.calls, f"day < toDate('{arguments.as_of}')"),
        ("outcome_log", arguments.outcomes, f"observed_at < {before}"),
    ):
        condition = "true" if arguments.question else until
        connection.query(f"CREATE VIEW {name} AS SELECT * FROM file('{files}', Parquet) WHERE {condition}")
    for name, sql in jobs.layer("staging"):
        connection.query(f"CREATE VIEW {name} AS {translate(sql)}")


def register_references(connection: session.Session, arguments: Arguments) -> None:
    """What merit wrote for the marts of others. Days become `Date`: ClickHouse subtracts no `Date32`."""
    for name in jobs.REFERENCES + jobs.COMPUTED:
        days = ", ".join(f"toDate({day}) AS {day}" for day in DAYS.get(name, ()))
        columns = f"* REPLACE ({days})" if days else "*"
        connection.query(f"CREATE VIEW {name} AS SELECT {columns} FROM file('{arguments.references}/{name}.parquet')")
