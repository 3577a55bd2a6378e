"""What a library's exception means to an execution."""

from __future__ import annotations

import asyncio
import math
import urllib.error
from typing import Any

from .errors import CallError

__all__ = ["call_error", "is_models_fault", "is_passing"]

_BY_STATUS = {
    400: "invalid_request",
    401: "authentication",
    403: "authentication",
    404: "not_found",
    408: "timeout",
    413: "invalid_request",
    422: "invalid_request",
    429: "rate_limit",
    504: "timeout",
}

# Words in the names of exceptions that come without a status: those of openai, anthropic, httpx, requests, aiohttp.
_BY_NAME = (
    ("ContextWindow", "context_window"),
    ("ContentPolicy", "content_filter"),
    ("ContentFilter", "content_filter"),
    ("Timeout", "timeout"),
    ("Connect", "connection"),
)


def is_passing(kind: str) -> bool:
    """Whether the same model may do better a moment later."""
    return kind in ("rate_limit", "server_error", "connection")


def is_models_fault(kind: str) -> bool:
    """Whether it speaks against the model, so that it counts towards a cool-down."""
    return kind not in ("invalid_request", "content_filter")


def call_error(error: BaseException) -> CallError | None:
    """What an exception means; None where it is no failure of a call but, say, a bug.

    Known are CallError itself; timeouts and broken connections of Python; and by their HTTP status (``status_code``, of
    the exception or of its response) and their names those of the usual clients. ``Retry-After`` is obeyed.

    >>> call_error(ConnectionResetError("by peer")).kind
    'connection'
    """
    if isinstance(error, CallError):
        return error
    kind = _kind(error)
    return None if kind is None else CallError(kind, str(error) or type(error).__name__, _retry_after(error))


def _kind(error: BaseException) -> str | None:
    if type(error) is urllib.error.URLError:
        error = error.reason if isinstance(error.reason, TimeoutError) else ConnectionError(error.reason)
    if isinstance(error, (TimeoutError, asyncio.TimeoutError)):
        return "timeout"
    if isinstance(error, ConnectionError):
        return "connection"
    if not isinstance(error, Exception):
        return None
    names = [cls.__name__ for cls in type(error).__mro__ if cls.__module__ != "builtins"]
    named = next((kind for word, kind in _BY_NAME if any(word in name for name in names)), None)
    status = _status(error)
    if status is None or (named is not None and status in (400, 408, 500)):
        return named
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return "server_error" if 500 <= status < 600 else None


def _status(error: Exception) -> int | None:
    response: Any = getattr(error, "response", None)
    own = error.code if isinstance(error, urllib.error.HTTPError) else getattr(error, "status_code", None)
    for status in (own, getattr(response, "status_code", None)):
        if isinstance(status, int):
            return status
        if isinstance(status, str) and status.isascii() and status.isdigit():
            return int(status)
    return None


def _retry_after(error: BaseException) -> float | None:
    """The header in seconds; its other form, a date, is rare and not obeyed."""
    response: Any = error if isinstance(error, urllib.error.HTTPError) else getattr(error, "response", None)
    headers: Any = getattr(response, "headers", None)
    try:
        seconds = float(headers.get("retry-after"))
    except (AttributeError, TypeError, ValueError):
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0.0 else None
