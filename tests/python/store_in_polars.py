"""Reads a merit store with Polars as it is. Usage: store_in_polars.py DATA. Prints the number of calls and outcomes."""

import sys

import polars

for fact in ("calls", "outcomes"):
    frame = polars.scan_parquet(f"{sys.argv[1]}/{fact}/**/*.parquet", hive_partitioning=True).collect()
    assert frame["day"].null_count() == 0
    print(fact, frame.height)
