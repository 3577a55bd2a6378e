"""Where a data folder's files lie, and DuckDB over them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
#: The data folder: MERIT_DATA, taken from the project's folder where it is relative, else the demo of `make analyze`.
DATA = (ROOT / os.environ.get("MERIT_DATA", "target/demo")).resolve()
TABLE = DATA / "tables" / "routing-table.json"

if not TABLE.exists():
    raise FileNotFoundError(
        f"{DATA} holds no routing table: run `make analyze` for the demo, or name another data folder in MERIT_DATA"
    )

#: The run that stands, resolved once: no answer mixes two runs.
RUN = (DATA / "runs" / "current").resolve()
#: Calls before this day, 00:00 UTC, count.
AS_OF = json.loads((RUN / "manifest.json").read_text())["as_of"]

NO_OUTCOMES = """
    SELECT CAST(NULL AS VARCHAR) AS call_id, CAST(NULL AS TIMESTAMPTZ) AS observed_at, CAST(NULL AS DOUBLE) AS score,
        CAST(NULL AS BOOLEAN) AS success, CAST(NULL AS DOUBLE) AS cost_usd, CAST(NULL AS VARCHAR) AS judge
    WHERE false
"""


def connect() -> duckdb.DuckDBPyConnection:
    """DuckDB with the views `call_log`, `outcome_log`, `calls` (merit's own staging SQL) and one for every mart.

    All of them show what was known at 00:00 UTC of the as-of day.
    """
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    known = f"TIMESTAMPTZ '{AS_OF} 00:00:00+00'"

    def files(pattern: str) -> str:
        return "'" + str(DATA / pattern).replace("'", "''") + "'"

    def view(name: str, query: str) -> None:
        connection.execute(f'CREATE VIEW "{name}" AS {query}')

    calls = f"read_parquet({files('calls/*/*.parquet')}, hive_partitioning = true)"
    outcomes = f"SELECT * FROM read_parquet({files('outcomes/*/*.parquet')}) WHERE observed_at < {known}"
    view("call_log", f"SELECT * FROM {calls} WHERE timestamp < {known}")
    view("outcome_log", outcomes if any(DATA.glob("outcomes/*/*.parquet")) else NO_OUTCOMES)
    view("calls", (ROOT / "queries" / "staging" / "calls.sql").read_text())
    for mart in sorted(RUN.glob("marts/*.parquet")):
        view(mart.stem, f"SELECT * FROM read_parquet({files(f'runs/{RUN.name}/marts/{mart.name}')})")
    return connection
