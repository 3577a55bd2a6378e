"""What is compared, one case a file."""

from cases import cold, ingest, nightly, questions

CASES = {case.__name__.rpartition(".")[2]: case for case in (cold, nightly, questions, ingest)}
"""By name, each with a function `comparisons`."""
