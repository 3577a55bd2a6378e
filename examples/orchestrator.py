"""An orchestrator in Python: choose a model, call it, fail over, log every attempt, score the answer."""

import argparse
import json
import sys
from collections import Counter
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlsplit

import merit_router as merit

# A day of this demo lasts seconds, and patience is short in proportion. In production begin with the defaults.
SETTINGS = merit.ExecutionSettings(timeout=1.0, pause=0.01, pause_cap=0.1)
RESTS = merit.CoolDownSettings(rest=0.001, rest_cap=0.02)
KINDS = {400: "invalid_request", 401: "authentication", 429: "rate_limit"}


def task(number: int) -> tuple[str, int]:
    """How hard the task is, and what is to be multiplied by 1 to 10."""
    return ("beginner", 10 + number % 90) if 7 * number % 10 < 5 else ("advanced", 100 + 7 * number % 900)


def ask(server: str, factor: int, attempt: merit.Attempt) -> merit.Reply[str]:
    """One call; raises what went wrong. Broken connections and timeouts of Python are understood as they are."""
    connection = HTTPConnection(urlsplit(server).netloc, timeout=attempt.timeout)
    message = {"role": "user", "content": f"Multiply {factor} by 1, 2, and so on to 10. Answer with ten numbers."}
    connection.request("POST", "/v1/chat/completions", json.dumps({"model": attempt.name, "messages": [message]}))
    with connection.getresponse() as response:
        status, wait, body = response.status, response.getheader("Retry-After"), response.read()
    if status != 200:
        kind = KINDS.get(status, "server_error" if status >= 500 else f"status_{status}")
        raise merit.CallError(kind, f"status {status}", float(wait) if wait else None)
    reply = json.loads(body)
    tokens = reply["usage"]
    usage = merit.Usage(tokens["prompt_tokens"], None, tokens["completion_tokens"], tokens["cost"])
    return merit.Reply(reply["choices"][0]["message"]["content"], usage)


def score(answer: str, factor: int) -> float:
    """From 0 to 10: how many of the ten products are right."""
    return float(sum(text == str(factor * n) for n, text in enumerate(answer.split()[:10], 1)))


def main() -> None:
    """Carries out the tasks and says what came of them."""
    parser = argparse.ArgumentParser(description="Carries out tasks with the models that the routing table names.")
    for name in ("table", "inbox", "server", "tasks", "prefix"):
        parser.add_argument(name, type=int if name == "tasks" else str)
    given = parser.parse_args()
    by_model: Counter[str] = Counter()
    with merit.LiveRouter.watch(given.table) as live, merit.CallLog.open(given.inbox) as log:
        executor = merit.Executor(SETTINGS, log=log, cool_downs=merit.CoolDowns(RESTS))
        for number in range(given.tasks):
            difficulty, factor = task(number)
            request = merit.Request("executor", "arithmetic", difficulty, task_id=f"{given.prefix}{number}")
            try:
                done = executor.execute_with_fallback(live, request, partial(ask, given.server, factor))
            except merit.ExecuteError as error:
                print(error, file=sys.stderr)
                continue
            log.outcome(done.call_id or "", score=score(done.value, factor), judge="products")
            by_model[done.model] += 1
    served = by_model.total()
    print(f"served {served}, failed {given.tasks - served}")
    for model, tasks in sorted(by_model.items()):
        print(f"{model} {100 * tasks / served:.1f} %")
    sys.exit(served < given.tasks)


if __name__ == "__main__":
    main()
