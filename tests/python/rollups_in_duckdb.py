"""Runs merit's staging and rollup SQL in DuckDB over the same Parquet files and compares every integer.

Usage: rollups_in_duckdb.py DATA QUERIES. Prints one line a job; exit code 1 where a row differs.
"""

import pathlib
import sys

import duckdb


def main(data: pathlib.Path, queries: pathlib.Path) -> int:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for fact, table in (("calls", "call_log"), ("outcomes", "outcome_log")):
        files = f"{data}/{fact}/*/*.parquet"
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{files}', hive_partitioning = true)")
    for path in sorted((queries / "staging").glob("*.sql")):
        connection.execute(f"CREATE VIEW {path.stem} AS {path.read_text()}")
    wrong = 0
    for path in sorted((queries / "rollups").glob("*.sql")):
        job = path.stem
        connection.execute(f"CREATE TABLE duck AS {path.read_text()}")
        files = f"{data}/rollups/{job}/*/*.parquet"
        connection.execute(f"CREATE VIEW merit AS SELECT * FROM read_parquet('{files}', hive_partitioning = false)")
        differing = 0
        for left, right in (("duck", "merit"), ("merit", "duck")):
            rows = connection.execute(f"SELECT * FROM {left} EXCEPT ALL SELECT * FROM {right}").fetchall()
            differing += len(rows)
            for row in rows[:3]:
                print(f"  only in {left}: {row}")
        total = connection.execute("SELECT COUNT(*) FROM duck").fetchone()[0]
        print(f"{job}: {total} rows, {differing} differ")
        wrong += differing
        connection.execute("DROP TABLE duck; DROP VIEW merit")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
