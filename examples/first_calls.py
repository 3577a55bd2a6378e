"""The first calls, before there is a table: every model of the server does the same tasks, logged and scored."""

import argparse
import json
import time
from urllib.request import urlopen

from merit_router import Attempt, CallLog, CallRecord
from orchestrator import ask, score, task


def main() -> None:
    """Asks the server for its models and runs them in turn."""
    parser = argparse.ArgumentParser(description="Runs every model on the same tasks, without a table.")
    for name in ("inbox", "server", "tasks"):
        parser.add_argument(name, type=int if name == "tasks" else str)
    given = parser.parse_args()
    with urlopen(f"{given.server}/v1/models", timeout=10.0) as response:
        models = [(model["id"], model["owned_by"]) for model in json.load(response)["data"]]
    with CallLog.open(given.inbox) as log:
        for number in range(given.tasks):
            difficulty, factor = task(number)
            for model, provider in models:
                began = time.perf_counter()
                reply = ask(given.server, factor, Attempt(model, model, provider, 1, timeout=2.0))
                record = CallRecord(
                    model=model,
                    provider=provider,
                    success=True,
                    task_id=f"first-{model}-{number}",
                    role="executor",
                    task_category="arithmetic",
                    task_difficulty=difficulty,
                    latency_ms=1e3 * (time.perf_counter() - began),
                    score=score(reply.value, factor),
                    judge="products",
                )
                log.record(record.using(reply.usage))
    print(f"{given.tasks} tasks by each of {', '.join(model for model, _ in models)}")


if __name__ == "__main__":
    main()
