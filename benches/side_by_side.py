"""merit side by side with DuckDB, Polars, chDB and SQLite, in one run on the same files.

python benches/side_by_side.py --merit target/dist/merit

docs/performance.md says what is measured and how. Results go to reports/bench.
"""

from __future__ import annotations

import sys

from cases import CASES
from comparison import dataset, machine, report, settings
from comparison.process import limit_processors
from comparison.rounds import compare, say
from engines.arguments import THREADS


def main() -> int:
    """Runs the cases one after the other; exit code 1 where a participant failed or an answer differs."""
    told = settings.read(list(CASES))
    limit_processors(THREADS)
    about = machine.describe(told)
    if about["load"] > 0.5:
        say(f"the load is {about['load']:.1f}: something else runs, and these figures will say so")
    if told.fresh_store:
        dataset.forget_stores(told)
    failed = False
    for case in told.cases:
        results = [compare(comparison, told.rounds) for comparison in CASES[case].comparisons(told)]
        failed |= any(result["failed"] for result in results)
        report.write(told.reports, case, about, results)
    page = report.write_page(told.reports, list(CASES))
    print(page.read_text())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
