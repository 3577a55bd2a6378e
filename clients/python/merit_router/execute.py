"""Carries out tasks: the drawn model first, then the fallback.

- Errors that may pass (rate_limit, server_error, connection) are tried again at the same model after a pause: the
  provider's ``retry_after`` if it is no longer than the cap, else min(cap, pause · 2^(k − 1)) · (½ + r/2) after its
  k-th failure, r uniform ("equal jitter": Brooker 2015, Exponential Backoff And Jitter, AWS Architecture Blog). Where
  the tries are used up, a longer pause is asked for, or the pause would outlast the deadline, the next model is called
  at once.
- invalid_request ends it; all other errors go on to the next model.
- The next model is the first of the answer's fallback that does not rest; if all rest, the one that is up first.
- The table is the one that drew, even if a newer one is published meanwhile.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from .calls import Attempt, AttemptLog, AttemptRecord, Reply, Usage
from .cool_down import CoolDowns, doubled
from .errors import AllExcludedError, CallError, ExecuteError
from .failure import call_error, is_models_fault, is_passing
from .request import listed
from .router import Router

if TYPE_CHECKING:
    from .answer import Answer
    from .live import LiveRouter
    from .request import Request

__all__ = ["AttemptReport", "Execution", "ExecutionSettings", "Executor", "Host"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExecutionSettings:
    """How often, how long and how patiently an execution tries; times in seconds."""

    tries_per_model: int = 2
    """Attempts at one model, for errors that may pass in a moment (rate_limit, server_error, connection)."""
    max_attempts: int = 6
    """Attempts in all."""
    deadline: float | None = None
    """Time in all: no attempt starts later, and none is given longer. None: no limit."""
    timeout: float = 60.0
    """Time for one attempt."""
    pause: float = 0.5
    """The pause before the second try at a model, before it is spread; each further one is twice as long."""
    pause_cap: float = 8.0
    """The longest pause. A provider that asks for a longer one is not waited for."""


class Host:
    """The machine as an execution sees it. A test replaces all of it and waits for nothing."""

    def now(self) -> float:
        """The clock that durations are taken from, in seconds."""
        return time.monotonic()

    def wall(self) -> int:
        """The clock that is logged, in nanoseconds since 1970."""
        return time.time_ns()

    def sleep(self, pause: float) -> None:
        """Waits; the blocking form asks for it."""
        time.sleep(pause)

    async def sleep_async(self, pause: float) -> None:
        """Waits; the form of asyncio asks for it."""
        await asyncio.sleep(pause)

    async def within(self, timeout: float, call: Awaitable[T]) -> T:
        """Waits for a call; cancels it when its time is up, and raises TimeoutError."""
        return await asyncio.wait_for(call, timeout)

    def uniform(self) -> float:
        """A random number in [0, 1), which spreads the pauses."""
        return random.random()


@dataclass(frozen=True, slots=True)
class AttemptReport:
    """An attempt that was made."""

    model: str
    """The model's id."""
    provider: str
    attempt: int
    """Its number among the task's attempts."""
    latency: float
    """How long it took, in seconds."""
    error: CallError | None
    """Why it failed; None where it succeeded."""
    call_id: str | None
    """Its id in the log; None where it was not logged."""

    def __str__(self) -> str:
        """Whom, how long, what came of it."""
        end = "success" if self.error is None else self.error
        return f"attempt {self.attempt}, {self.model} at {self.provider}, {int(self.latency * 1e3)} ms: {end}"


@dataclass(frozen=True, slots=True)
class Execution(Generic[T]):
    """A task that was served."""

    value: T
    """What the successful call gave."""
    usage: Usage
    """What it used."""
    model: str
    """The id of the model that served."""
    draw: Answer
    """The answer of the draw. Another model may have served."""
    attempts: tuple[AttemptReport, ...]
    """Every attempt; the last one succeeded."""

    @property
    def call_id(self) -> str | None:
        """The id of the successful call in the log, to report an outcome under; None where nothing was logged."""
        return self.attempts[-1].call_id


class Executor:
    """Carries out tasks with a router. Make one at startup and share it between threads and tasks.

        executor = Executor(log=log)

        def call(attempt: Attempt) -> Reply[str]:
            response = client.chat(model=attempt.name, timeout=attempt.timeout, ...)
            return Reply(response.text, Usage(input_tokens=response.usage.input, ...))

        done = executor.execute_with_fallback(router, Request("executor", "debugging", "advanced"), call)

    ``cool_downs`` is the health of the models, which several executors may share. ``classify`` tells what an exception
    of the call means; one that is no failure of a call (None) is raised as it is, unlogged.
    """

    def __init__(
        self,
        settings: ExecutionSettings | None = None,
        *,
        log: AttemptLog | None = None,
        cool_downs: CoolDowns | None = None,
        host: Host | None = None,
        classify: Callable[[BaseException], CallError | None] = call_error,
    ) -> None:
        """Without arguments: the usual settings, no log, nobody at rest, the system's clocks."""
        self.settings = settings or ExecutionSettings()
        self.log = log
        self.cool_downs = cool_downs or CoolDowns()
        self.host = host or Host()
        self.classify = classify

    @overload
    def execute_with_fallback(
        self, router: Router | LiveRouter, request: Request, call: Callable[[Attempt], Reply[T]]
    ) -> Execution[T]: ...

    @overload
    def execute_with_fallback(
        self, router: Router | LiveRouter, request: Request, call: Callable[[Attempt], T]
    ) -> Execution[T]: ...

    def execute_with_fallback(
        self, router: Router | LiveRouter, request: Request, call: Callable[[Attempt], Any]
    ) -> Execution[Any]:
        """Draws a model that does not rest, calls it, and goes on until a call succeeds or none is left to make.

        ``call`` raises what went wrong. It should keep to the time it is given (``Attempt.timeout``); it is not
        interrupted.

        Raises ChooseError where there is no choice, ExecuteError with every attempt where there is no success.
        """
        course = _Course(self, router, request)
        while True:
            attempt = course.begin()
            try:
                reply = call(attempt)
            except Exception as error:
                if (pause := course.failed(error)) is not None:
                    self.host.sleep(pause)
            else:
                return course.succeeded(reply)

    @overload
    async def execute_with_fallback_async(
        self, router: Router | LiveRouter, request: Request, call: Callable[[Attempt], Awaitable[Reply[T]]]
    ) -> Execution[T]: ...

    @overload
    async def execute_with_fallback_async(
        self, router: Router | LiveRouter, request: Request, call: Callable[[Attempt], Awaitable[T]]
    ) -> Execution[T]: ...

    async def execute_with_fallback_async(
        self, router: Router | LiveRouter, request: Request, call: Callable[[Attempt], Awaitable[Any]]
    ) -> Execution[Any]:
        """The same in asyncio. A call that is not done in its time is cancelled, which is a timeout.

        If this is cancelled itself, the call under way is cancelled with it and not logged.
        """
        course = _Course(self, router, request)
        while True:
            attempt = course.begin()
            try:
                reply = await self.host.within(attempt.timeout, call(attempt))
            except Exception as error:
                if (pause := course.failed(error)) is not None:
                    await self.host.sleep_async(pause)
            else:
                return course.succeeded(reply)


class _Course:
    """One execution. It makes no call and waits for nothing, so that the blocking and the asynchronous form are one."""

    def __init__(self, executor: Executor, router: Router | LiveRouter, request: Request) -> None:
        self.executor = executor
        self.router = router if isinstance(router, Router) else router.current()
        self.request = request
        self.began = executor.host.now()
        deadline = executor.settings.deadline
        self.deadline = None if deadline is None else self.began + deadline
        self.answer, self.left = self._draw()
        self.model = self.answer.model
        # Since when it is this model's turn, and how often it was tried.
        self.turn, self.tries = self.began, 0
        self.reports: list[AttemptReport] = []

    def _draw(self) -> tuple[Answer, list[str]]:
        """The draw among the models that do not rest, and all who are to be tried after it.

        If the resting models are all there are, the draw is made among them.
        """
        router, request = self.router, self.request
        resting = [
            model
            for model in self.executor.cool_downs.resting(self.began)
            if model in router.table.models and model not in request.exclude
        ]
        if not resting:
            answer = router.choose(request)
            return answer, list(answer.fallback)
        # What the request itself excludes comes first in the log.
        try:
            answer = router.choose(request._replace(exclude=(*listed(request.exclude), *resting)))
        except AllExcludedError:
            answer = router.choose(request)
            return answer, list(answer.fallback)
        # Whom the same task would have been given if nobody rested.
        whole = router.choose(request._replace(task_id=answer.task_id))
        left_out = [model for model in (whole.model, *whole.fallback) if model in resting]
        return answer, [*answer.fallback, *left_out]

    def begin(self) -> Attempt:
        """The next attempt; raises ExecuteError where there is none."""
        host, settings = self.executor.host, self.executor.settings
        self.began, self.wall = host.now(), host.wall()
        timeout = settings.timeout
        if self.deadline is not None:
            timeout = min(timeout, self.deadline - self.began)
            if timeout <= 0.0:
                raise self._stopped("the deadline came before any model served it")
        self.described = self.router.table.models[self.model]
        self.attempt = Attempt(
            model=self.model,
            name=self.described.name,
            provider=self.described.provider,
            attempt=self.answer.attempt + len(self.reports),
            timeout=timeout,
        )
        return self.attempt

    def succeeded(self, reply: Any) -> Execution[Any]:
        """What comes of it."""
        whole = reply if isinstance(reply, Reply) else Reply(reply)
        self.executor.cool_downs.succeeded(self.model)
        self._report(self.executor.host.now(), whole.usage, None)
        return Execution(whole.value, whole.usage, self.model, self.answer, tuple(self.reports))

    def failed(self, exception: Exception) -> float | None:
        """The pause before the next attempt; raises ExecuteError where there is none."""
        now = self.executor.host.now()
        error = self.executor.classify(exception)
        if error is None:
            raise exception
        if is_models_fault(error.kind):
            self.executor.cool_downs.failed(self.model, self.turn, now)
        self._report(now, Usage(), error)
        if error.kind == "invalid_request":
            sentence = "the request was refused as invalid, and no other model would do better; change it"
            raise self._stopped(sentence) from exception
        if len(self.reports) >= max(self.executor.settings.max_attempts, 1):
            raise self._stopped("all attempts that max_attempts allows failed") from exception
        self.tries += 1
        pause = self._pause(error, now)
        if pause is None:
            if not self.left:
                raise self._stopped("every model that could be tried failed") from exception
            self.model, self.turn, self.tries = self._next(now), now, 0
        return pause

    def _pause(self, error: CallError, now: float) -> float | None:
        """How long to wait before the same model is tried again; None where the next one is to be tried at once."""
        settings = self.executor.settings
        if not is_passing(error.kind) or self.tries >= settings.tries_per_model:
            return None
        if error.retry_after is not None:
            pause = error.retry_after
            if pause > settings.pause_cap:
                return None
        else:
            longest = doubled(settings.pause, self.tries - 1, settings.pause_cap)
            pause = longest * (0.5 + 0.5 * self.executor.host.uniform())
        in_time = self.deadline is None or now + pause < self.deadline
        return pause if in_time else None

    def _next(self, now: float) -> str:
        """The first model that does not rest; where all do, the one whose rest ends first."""

        def order(model: str) -> float:
            end = self.executor.cool_downs.rests_until(model, now)
            return float("-inf") if end is None else end

        model = min(self.left, key=order)
        self.left.remove(model)
        return model

    def _report(self, now: float, usage: Usage, error: CallError | None) -> None:
        first = not self.reports
        attempt, latency = self.attempt, max(now - self.began, 0.0)
        call_id = None
        if self.executor.log is not None:
            call_id = self.executor.log.attempt(
                AttemptRecord(
                    request=self.request,
                    answer=self.answer,
                    attempt=attempt.attempt,
                    model=attempt.model,
                    provider=attempt.provider,
                    arm=self.answer.arm if first else "fallback",
                    propensity=self.answer.propensity if first else None,
                    started_at=self.wall,
                    latency=latency,
                    usage=usage,
                    error=error,
                )
            )
        self.reports.append(AttemptReport(self.model, attempt.provider, attempt.attempt, latency, error, call_id))

    def _stopped(self, sentence: str) -> ExecuteError:
        return ExecuteError(sentence, self.answer, self.reports)
