"""LiteLLM with merit's table: the strategy that asks it for the deployment, and the callback that writes the call log.

    import litellm
    from merit_router import CallLog, LiveRouter
    from merit_router.litellm import install

    router = litellm.Router(model_list=[...], num_retries=3)  # one group, `merit`, with a deployment a model
    install(router, LiveRouter.watch("routing-table.json"), log=CallLog.open("calls"))

    response = await router.acompletion(
        "merit", messages, metadata={"merit": {"role": "executor", "category": "debugging", "task_id": "task-17"}}
    )

A deployment serves the table's model that its ``model_info`` names as ``merit_model``; else the one whose id is its
``model_info.id``; else the one whose name, or ``provider/name``, or id, is its ``litellm_params.model``.

LiteLLM's retries become the table's fallback: every retry of a request (``num_retries`` of them at most) goes to the
next model of the answer's fallback list. What LiteLLM itself holds back (in cool-down, paused, over its limits) is
excluded from the draw, and logged as excluded, so that the logged propensity is exact. LiteLLM's ``fallbacks`` to
other groups come after that, as ever.

Written against LiteLLM 1.106.2 and tested with it. 1.107.0 was reported compromised: stay below it.
"""

from __future__ import annotations

import random
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import litellm
from litellm.integrations.custom_logger import CustomLogger
from litellm.router_utils.cooldown_handlers import get_cooldown_deployments
from litellm.types.router import CustomRoutingStrategyBase, RouterRateLimitError, RouterRateLimitErrorBasic

from .answer import Answer
from .call_log import CallLog
from .call_record import CallRecord
from .errors import ChooseError, MeritRouterError
from .failure import call_error
from .live import LiveRouter
from .request import Request
from .router import Router

__all__ = ["MeritLogger", "MeritStrategy", "call_id", "install"]

Deployment = dict[str, Any]

_REQUEST_MEMBERS = frozenset(Request._fields)
_COURSES = 10_000
"""How many requests under way are remembered: LiteLLM does not say when one has ended."""


def install(
    router: litellm.Router, table: Router | LiveRouter, *, log: CallLog | None = None, group: str = "merit"
) -> MeritStrategy:
    """Has a router ask the table for the deployments of a model group, and writes all calls to the log.

    The callback is LiteLLM's for the whole process: install one log once.
    """
    strategy = MeritStrategy(router, table, group)
    router.set_custom_routing_strategy(strategy)
    if log is not None:
        litellm.callbacks.append(MeritLogger(log))
    return strategy


def call_id(response: Any) -> str | None:
    """The id under which a response's call was logged, to report an outcome under; None where it has none."""
    hidden = getattr(response, "_hidden_params", None)
    found = hidden.get("litellm_call_id") if isinstance(hidden, Mapping) else getattr(hidden, "litellm_call_id", None)
    return found if isinstance(found, str) else None


class _Course:
    """One request under way."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.tried: list[str] = []

    def next(self, available: Mapping[str, Sequence[Deployment]]) -> str | None:
        """The available model that was tried the fewest times, of these the first in the order of the answer."""
        order = [model for model in (self.answer.model, *self.answer.fallback) if model in available]
        return min(order, key=self.tried.count, default=None)


class MeritStrategy(CustomRoutingStrategyBase):
    """Asks the table which deployment of a model group serves a request; other groups are left to LiteLLM.

    What the table is asked is in the request's metadata: ``metadata={"merit": {...}}`` with the members of ``Request``
    (``role``, ``category``, ``difficulty``, ``task_id``, ``attempt``, ``exclude``, ``max_cost``, ``input_tokens``,
    ``output_tokens``). What is not given of the first three is ``unknown``, as in merit's records.
    """

    def __init__(self, router: litellm.Router, table: Router | LiveRouter, group: str = "merit") -> None:
        """For a router and one of its model groups. ``install`` sets it."""
        self.router = router
        self.table = table
        self.group = group
        self._lock = threading.Lock()
        self._courses: OrderedDict[tuple[object, int], _Course] = OrderedDict()
        self._names: tuple[Router, dict[str, str]] | None = None

    async def async_get_available_deployment(
        self,
        model: str,
        messages: list[dict[str, str]] | None = None,
        input: str | list[Any] | None = None,
        specific_deployment: bool | None = False,
        request_kwargs: dict[str, Any] | None = None,
    ) -> Deployment:
        """The deployment for a request, in LiteLLM's asynchronous calls."""
        given: dict[str, Any] = {} if request_kwargs is None else request_kwargs
        arguments: dict[str, Any] = {
            "model": model,
            "messages": messages,
            "input": input,
            "specific_deployment": specific_deployment,
            "request_kwargs": given,
        }
        if model != self.group:
            found = await type(self.router).async_get_available_deployment(self.router, **arguments)
        else:
            found = await self.router.async_get_healthy_deployments(**arguments)
        return self._choose(found, given) if isinstance(found, list) else found

    def get_available_deployment(
        self,
        model: str,
        messages: list[dict[str, str]] | None = None,
        input: str | list[Any] | None = None,
        specific_deployment: bool | None = False,
        request_kwargs: dict[str, Any] | None = None,
    ) -> Deployment:
        """The deployment for a request, in LiteLLM's blocking calls."""
        given: dict[str, Any] = {} if request_kwargs is None else request_kwargs
        arguments: dict[str, Any] = {
            "model": model,
            "messages": messages,
            "input": input,
            "specific_deployment": specific_deployment,
            "request_kwargs": given,
        }
        if model != self.group:
            found: Any = type(self.router).get_available_deployment(self.router, **arguments)
        else:
            found = self._healthy(**arguments)
        return self._choose(found, given) if isinstance(found, list) else found

    def _healthy(self, model: str, **arguments: Any) -> Any:
        """What LiteLLM's own blocking selection picks from; it has no function of its own for that."""
        router: Any = self.router
        model, found = router._common_checks_available_deployment(model=model, **arguments)
        if not isinstance(found, list):
            return found
        cooling = get_cooldown_deployments(litellm_router_instance=router, parent_otel_span=None)
        left = router._filter_cooldown_deployments(healthy_deployments=found, cooldown_deployments=cooling)
        left = router._filter_blocked_deployments(left)
        if router.enable_pre_call_checks and (arguments["messages"] is not None or arguments["input"] is not None):
            left = router._pre_call_checks(
                model=model,
                healthy_deployments=left,
                messages=arguments["messages"],
                input=arguments["input"],
                request_kwargs=arguments["request_kwargs"],
            )
        if not left:
            ids = router.get_model_ids(model_name=model)
            raise RouterRateLimitError(
                model=model,
                cooldown_time=router.cooldown_cache.get_min_cooldown(model_ids=ids, parent_otel_span=None),
                enable_pre_call_checks=router.enable_pre_call_checks,
                cooldown_list=cooling,
                model_ids=ids,
            )
        return left

    def _choose(self, healthy: list[Deployment], given: Mapping[str, Any]) -> Deployment:
        """The deployment of the model whose turn it is, marked with what its call record needs."""
        metadata = _metadata(given)
        request = _request(metadata)
        table = self.table if isinstance(self.table, Router) else self.table.current()
        available = self._by_model(table, healthy)
        key = (given.get("litellm_trace_id"), id(metadata))
        with self._lock:
            course = self._courses.get(key)
            if course is None or key[0] is None or not _is_retry(metadata):
                course = _Course(_draw(table, request, available))
                self._courses[key] = course
                if len(self._courses) > _COURSES:
                    self._courses.popitem(last=False)
            self._courses.move_to_end(key)
            model = course.next(available)
            if model is None:
                # Whoever was left when the request began is held back now; others may have come back.
                model = _draw(table, request, available).model
            course.tried.append(model)
            number = len(course.tried)
        deployment = random.choice(available[model])
        mark = _mark(course.answer, model, table.table.models[model].provider, number)
        return {**deployment, "model_info": {**(deployment.get("model_info") or {}), "merit": mark}}

    def _by_model(self, table: Router, deployments: list[Deployment]) -> dict[str, list[Deployment]]:
        names = self._names_of(table)
        found: dict[str, list[Deployment]] = {}
        for deployment in deployments:
            info = deployment.get("model_info") or {}
            called = (deployment.get("litellm_params") or {}).get("model")
            for name in (info.get("merit_model"), info.get("id")):
                if name in table.table.models:
                    model = name
                    break
            else:
                model = names.get(called or "")
            if model is not None:
                found.setdefault(model, []).append(deployment)
        return found

    def _names_of(self, table: Router) -> dict[str, str]:
        """The ids of the table's models by what a deployment may call them; a name of several is none."""
        if self._names is None or self._names[0] is not table:
            names: dict[str, str | None] = {}
            for model in table.table.models.values():
                for name in {model.id, model.name, f"{model.provider}/{model.name}"}:
                    names[name] = model.id if names.get(name, model.id) == model.id else None
            self._names = (table, {name: id for name, id in names.items() if id is not None})
        return self._names[1]


def _draw(table: Router, request: Request, available: Mapping[str, Sequence[Deployment]]) -> Answer:
    """The draw among the row's models that have a deployment to be called."""
    row = table.row(*request[:3])
    asked = list(request.exclude)
    held_back = [one.model for one in row.candidates if one.model not in available and one.model not in asked]
    return table.choose(request._replace(exclude=(*asked, *held_back)) if held_back else request)


def _metadata(given: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in ("metadata", "litellm_metadata"):
        metadata = given.get(name)
        if isinstance(metadata, Mapping) and "merit" in metadata:
            return metadata
    metadata = given.get("litellm_metadata", given.get("metadata"))
    return metadata if isinstance(metadata, Mapping) else {}


def _asked(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    asked = metadata.get("merit")
    return asked if isinstance(asked, Mapping) else {}


def _request(metadata: Mapping[str, Any]) -> Request:
    asked = _asked(metadata)
    unknown = asked.keys() - _REQUEST_MEMBERS
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        raise ChooseError(f"metadata.merit has the members {names}; known are {', '.join(Request._fields)}")
    return Request(**{"role": "unknown", "category": "unknown", "difficulty": "unknown", **asked})


def _is_retry(metadata: Mapping[str, Any]) -> bool:
    """Whether LiteLLM has called for this request before: it counts its retries and fallbacks in the metadata."""
    return any((metadata.get(count) or 0) > 0 for count in ("attempted_retries", "attempted_fallbacks"))


def _mark(answer: Answer, model: str, provider: str, number: int) -> dict[str, Any]:
    """The members of the call record that are known when the call is made, as plain data: LiteLLM may log them too."""
    request, context = answer.request, answer.context
    return {
        "model": model,
        "provider": provider,
        "role": request.role,
        "task_category": request.category,
        "task_difficulty": request.difficulty,
        "task_id": answer.task_id,
        "attempt": answer.attempt + number - 1,
        "table_version": answer.table_version,
        "drawn_model": answer.model,
        "propensity": answer.propensity if number == 1 else None,
        "arm": answer.arm if number == 1 else "fallback",
        "row_used": answer.row_used,
        "excluded": list(context.excluded),
        "max_cost": context.max_cost,
        "est_input_tokens": context.est_input_tokens,
        "est_output_tokens": context.est_output_tokens,
    }


class MeritLogger(CustomLogger):
    """Writes the call log from LiteLLM's events, one record an attempt.

    Calls that the table did not choose are logged too, with the model as LiteLLM calls it, so that a log can begin
    before there is a table. Answers from LiteLLM's cache cost no call and are left out.
    """

    def __init__(self, log: CallLog) -> None:
        """For a log. ``install`` adds it to ``litellm.callbacks``."""
        super().__init__()
        self.log = log

    def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """A blocking call succeeded."""
        self._log(kwargs, response_obj, start_time, end_time, success=True)

    def log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """A blocking call failed."""
        self._log(kwargs, response_obj, start_time, end_time, success=False)

    async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """An asynchronous call succeeded."""
        self._log(kwargs, response_obj, start_time, end_time, success=True)

    async def async_log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """An asynchronous call failed."""
        self._log(kwargs, response_obj, start_time, end_time, success=False)

    def _log(self, kwargs: Mapping[str, Any], response: Any, start: Any, end: Any, *, success: bool) -> None:
        exception = kwargs.get("exception")
        # Where there was nobody to call, no call was made.
        if kwargs.get("cache_hit") or isinstance(
            exception, (RouterRateLimitError, RouterRateLimitErrorBasic, MeritRouterError)
        ):
            return
        members = _drawn(kwargs) or _undrawn(kwargs)
        if success:
            members.update(_usage(response), cost_usd=_cost(kwargs))
        else:
            failure = call_error(exception) if isinstance(exception, BaseException) else None
            members["error_kind"] = type(exception).__name__ if failure is None else failure.kind
        if isinstance(start, datetime) and isinstance(end, datetime):
            members.update(timestamp=start, latency_ms=round((end - start).total_seconds() * 1e3, 3))
        # Attempts of the proxy share the id of its request; only the last one can succeed.
        named = kwargs.get("litellm_call_id") if success else None
        self.log.record(CallRecord(**members, success=success), call_id=named if isinstance(named, str) else None)


def _drawn(kwargs: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the strategy has marked the deployment with."""
    info = (kwargs.get("litellm_params") or {}).get("model_info") or {}
    mark = info.get("merit")
    return dict(mark) if isinstance(mark, Mapping) else None


def _undrawn(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """A call that the table did not choose."""
    parameters = kwargs.get("litellm_params") or {}
    metadata = _metadata(parameters)
    asked = _asked(metadata)
    before = sum(metadata.get(count) or 0 for count in ("attempted_retries", "attempted_fallbacks"))
    attempt = (asked.get("attempt") or 1) + before
    return {
        "model": str(kwargs.get("model") or "unknown"),
        "provider": kwargs.get("custom_llm_provider") or parameters.get("custom_llm_provider"),
        "role": asked.get("role"),
        "task_category": asked.get("category"),
        "task_difficulty": asked.get("difficulty"),
        "task_id": asked.get("task_id"),
        "attempt": attempt,
        "arm": "fallback" if attempt > 1 else None,
    }


def _cost(kwargs: Mapping[str, Any]) -> float | None:
    """What LiteLLM says it cost. It says 0 also where it knows no price: that is 0 only where a price was declared."""
    cost = kwargs.get("response_cost")
    parameters = kwargs.get("litellm_params") or {}
    declared = any(parameters.get(f"{side}_cost_per_token") is not None for side in ("input", "output"))
    return float(cost) if isinstance(cost, (int, float)) and (cost > 0.0 or declared) else None


def _usage(response: Any) -> dict[str, Any]:
    usage = getattr(response, "usage", None)
    if usage is None and isinstance(response, Mapping):
        usage = response.get("usage")
    details = _of(usage, "prompt_tokens_details")
    return {
        "input_tokens": _of(usage, "prompt_tokens"),
        "cached_input_tokens": _of(details, "cached_tokens"),
        "output_tokens": _of(usage, "completion_tokens"),
    }


def _of(holder: Any, member: str) -> Any:
    return holder.get(member) if isinstance(holder, Mapping) else getattr(holder, member, None)
