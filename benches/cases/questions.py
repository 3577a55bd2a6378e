"""Five questions that an analyst asks of the calls themselves, each answered in a fresh process."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comparison import dataset
from comparison.answers import same
from comparison.dataset import AS_OF
from comparison.participant import MERIT, Comparison, Participant
from comparison.process import python
from comparison.settings import BENCHES
from engines.arguments import WINDOW_DAYS

if TYPE_CHECKING:
    from comparison.dataset import Dataset
    from comparison.settings import Settings

ENGINES = {"duckdb": "DuckDB", "polars": "Polars", "chdb": "chDB"}


def comparisons(settings: Settings) -> list[Comparison]:
    """One a question."""
    data = dataset.whole(settings)
    data.make()
    return [one(data, settings, file.stem, file.read_text()) for file in sorted((BENCHES / "questions").glob("*.sql"))]


def one(data: Dataset, settings: Settings, name: str, sql: str) -> Comparison:
    """A question; its first line is a comment that says it in words."""
    answers = data.output(MERIT) / "answers"
    answers.mkdir(parents=True, exist_ok=True)
    file = BENCHES / "questions" / f"{name}.sql"
    days = ("--param", f"as_of={AS_OF}", "--param", f"since={AS_OF - timedelta(days=WINDOW_DAYS)}")
    command = data.merit("sql", "-f", file, *days, "-o", answers / f"{name}.parquet")
    participants = [Participant(MERIT, command)]
    for engine, title in ENGINES.items():
        if engine in settings.engines:
            folder = f"{title}, {name}"
            program = python(f"engines.{engine}.question", *data.program(folder), "--question", name)
            participants.append(Participant(title, program))
    ratios = [(MERIT, participant.name) for participant in participants[1:]]
    title = sql.partition("\n")[0].removeprefix("-- ")

    def check(engine: str) -> dict[str, object]:
        return {} if engine == MERIT else same(data, f"{engine}, {name}")

    return Comparison(name, title, participants, ratios, check, facts=[data.facts])
