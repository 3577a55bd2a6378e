"""The choice side by side with what could be used instead: MABWiser's predict and the pick of LiteLLM's Router.

pip install -r clients/benches/requirements.txt
python clients/benches/choosing.py

Ours choose from one table of 1,000 rows × 20 models, for random rows and a new task id each time. The others have less
to do: one bandit of 20 arms and one group of 20 deployments, whatever the work is. Rust is timed inside a program of
its own, the rest inside this one. All take turns, one at a time, in rounds; a round's figure is the mean time of a
call.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from gc import collect, freeze
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

# LiteLLM fetches prices when it is imported, unless it is told that its own will do.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "clients" / "python"))

from litellm.router import Router as Deployments  # noqa: E402
from mabwiser.mab import MAB, LearningPolicy  # type: ignore[import-untyped] # noqa: E402
from merit_router import Request, Router  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODELS = [f"model-{number:02}" for number in range(20)]
REQUESTS, REWARDS = 20_000, 2_000
ROUNDS = 101
WARM_UP = 20
"""As many rounds' calls."""
KINDS: dict[str, Callable[[list[float]], float]] = {"median": statistics.median, "minimum": min}
SEED = 1
REPORT = ROOT / "reports" / "bench" / "choosing.json"

RUST, PYTHON = "merit-router, Rust: choose", "merit-router, Python: choose"
TIMES_RUST, PYTHON_MICROSECONDS = 100.0, 15.0
"""The bars: Rust this many times faster than each of the others; Python faster than each, and below this time."""

CARGO = [os.environ.get("CARGO", "cargo"), "run", "--quiet", "--profile", "bench", "--package", "merit-router"]


@dataclass(frozen=True)
class Contender:
    """Something that chooses."""

    name: str
    calls: int
    """In a round: some milliseconds, so that many rounds are over before the machine turns to something else."""
    microseconds: Callable[[int], float]
    """The mean time of a call, of so many."""


def looped(call: Callable[[], object]) -> Callable[[int], float]:
    """The mean time of a call without arguments, µs."""

    def microseconds(calls: int) -> float:
        start = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - start) / calls * 1e6

    return microseconds


def bandit(policy: Any) -> MAB:
    """A bandit without contexts that has learned from some rewards of 0 and 1."""
    source = random.Random(SEED)
    decisions = [source.choice(MODELS) for _ in range(REWARDS)]
    rewards = [int(source.random() < 0.7) for _ in range(REWARDS)]
    learned = MAB(MODELS, policy, seed=SEED)
    learned.fit(decisions, rewards)
    return learned


def deployments() -> Deployments:
    """One group of 20 deployments, which nobody calls."""
    group = [
        {"model_name": "group", "litellm_params": {"model": f"openai/{model}", "api_key": "none"}} for model in MODELS
    ]
    return Deployments(model_list=group, routing_strategy="simple-shuffle")


def awaited(router: Deployments, messages: list[dict[str, str]]) -> Callable[[int], float]:
    """The mean time of the pick that `acompletion` makes, µs, inside one event loop."""

    async def picks(calls: int) -> float:
        start = time.perf_counter()
        for _ in range(calls):
            await router.async_get_available_deployment(model="group", request_kwargs={}, messages=messages)
        return (time.perf_counter() - start) / calls * 1e6

    return lambda calls: asyncio.run(picks(calls))


def requests(router: Router) -> list[Request]:
    """A task each, in random rows."""
    source = random.Random(SEED)
    keys = [row.key for row in router.table.segments if row.key != ("*", "*", "*")]
    return [Request(*source.choice(keys), task_id=str(uuid.UUID(int=source.getrandbits(128)))) for _ in range(REQUESTS)]


def chosen(router: Router, asked: list[Request]) -> Callable[[int], float]:
    """The mean time of our choice in Python, µs."""

    endless = cycle(asked)

    def microseconds(calls: int) -> float:
        some = list(islice(endless, calls))
        start = time.perf_counter()
        for request in some:
            router.choose(request)
        return (time.perf_counter() - start) / calls * 1e6

    return microseconds


@contextmanager
def in_rust(table: Path, asked: list[Request]) -> Iterator[Callable[[int], float]]:
    """The mean time of our choice in Rust, µs, by the program's own clock."""
    lines = table.with_suffix(".tsv")
    lines.write_text("".join(f"{r.role}\t{r.category}\t{r.difficulty}\t{r.task_id}\n" for r in asked), encoding="utf-8")
    command = [*CARGO, "--example", "choosing", "--", str(table), str(lines)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None and program.stdout is not None
        asks, answers = program.stdin, program.stdout

        def microseconds(calls: int) -> float:
            print(calls, file=asks, flush=True)
            return float(answers.readline()) / 1e3

        yield microseconds


def raced(contenders: list[Contender]) -> dict[str, list[float]]:
    """The figures of the rounds, by name. Who begins changes from round to round; calls to warm up do not count."""
    figures: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for contender in contenders:
        contender.microseconds(WARM_UP * contender.calls)
    # From here on nobody's garbage collection walks through what the packages keep for good.
    collect()
    freeze()
    for number in range(ROUNDS):
        first = number % len(contenders)
        for contender in contenders[first:] + contenders[:first]:
            figures[contender.name].append(contender.microseconds(contender.calls))
    return figures


def report(figures: dict[str, list[float]]) -> dict[str, Any]:
    """Medians, minima, the ratios of each to ours, and the bars."""
    contenders: list[dict[str, Any]] = []
    for name, rounds in figures.items():
        contender = {
            "name": name,
            "microseconds": {kind: of(rounds) for kind, of in KINDS.items()},
            "times_rust": {kind: of(rounds) / of(figures[RUST]) for kind, of in KINDS.items()},
            "times_python": {kind: of(rounds) / of(figures[PYTHON]) for kind, of in KINDS.items()},
            "rounds": rounds,
        }
        contenders.append(contender)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    packages = {name: version(name) for name in ("mabwiser", "litellm", "numpy")}
    return {
        "machine": {**machine, "load": os.getloadavg()},
        "packages": packages,
        "models": len(MODELS),
        "rounds": ROUNDS,
        "contenders": contenders,
        "bars": list(bars(contenders)),
    }


def bars(contenders: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What was promised, each with its figures, and by which of them it is met."""

    def bar(name: str, found: dict[str, float], met: Callable[[float], bool]) -> dict[str, Any]:
        return {"bar": name, "found": found, "met": {kind: met(figure) for kind, figure in found.items()}}

    for contender in contenders:
        name = contender["name"]
        if name == PYTHON:
            promise = f"Python under {PYTHON_MICROSECONDS:.0f} µs"
            yield bar(promise, contender["microseconds"], lambda figure: figure < PYTHON_MICROSECONDS)
        elif name != RUST:
            promise = f"Rust at least {TIMES_RUST:.0f} times faster than {name}"
            yield bar(promise, contender["times_rust"], lambda figure: figure >= TIMES_RUST)
            yield bar(f"Python faster than {name}", contender["times_python"], lambda figure: figure > 1.0)


def show(found: dict[str, Any]) -> None:
    """The report for a terminal."""
    print(f"Median and minimum of {found['rounds']} rounds; load of the machine {found['machine']['load'][0]:.1f}.")
    print(f"\n{'':<40} {'µs a call':>17} {'times Rust':>15} {'times Python':>15}")
    for contender in found["contenders"]:
        micros, rust, python = (contender[key].values() for key in ("microseconds", "times_rust", "times_python"))
        columns = [f"{figure:8.3f}" for figure in micros] + [f"{figure:7.1f}" for figure in (*rust, *python)]
        print(f"{contender['name']:<40}", *columns)
    print()
    for bar in found["bars"]:
        met = [kind for kind, is_met in bar["met"].items() if is_met]
        verdict = "met" if len(met) == len(KINDS) else f"{met[0]} only" if met else "missed"
        print(f"{verdict:<13} {bar['bar']}: {bar['found']['median']:.1f}, {bar['found']['minimum']:.1f}")


def main() -> None:
    """Prints the table and writes the figures to reports/bench/choosing.json."""
    messages = [{"role": "user", "content": "hello"}]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "routing-table.json"
        subprocess.run([*CARGO, "--example", "choosing", "--", str(table)], cwd=ROOT, check=True)
        router = Router.load(table)
        asked = requests(router)
        picker = deployments()
        pick = looped(lambda: picker.get_available_deployment(model="group", messages=messages, request_kwargs={}))
        thompson, greedy = bandit(LearningPolicy.ThompsonSampling()), bandit(LearningPolicy.EpsilonGreedy(epsilon=0.1))
        with in_rust(table, asked) as rust:
            figures = raced(
                [
                    Contender(RUST, 20_000, rust),
                    Contender(PYTHON, 500, chosen(router, asked)),
                    Contender("MABWiser: predict, ThompsonSampling", 50, looped(thompson.predict)),
                    Contender("MABWiser: predict, EpsilonGreedy(0.1)", 500, looped(greedy.predict)),
                    Contender("LiteLLM: get_available_deployment", 20, pick),
                    Contender("LiteLLM: async_get_available_deployment", 20, awaited(picker, messages)),
                ]
            )
    found = report(figures)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    show(found)


if __name__ == "__main__":
    main()
