"""The three protocols that the stub speaks: where, how a request is read, how an answer and an error are written."""

import re
import time
from typing import Any, ClassVar, NamedTuple


class Chat(NamedTuple):
    """What was asked."""

    model: str
    system: str
    prompt: str
    limit: int | None
    """The most tokens the answer may have."""


class Reply(NamedTuple):
    """What is answered."""

    model: str
    text: str
    cut: bool
    """Whether the text was cut off at the limit."""
    refused: bool
    asked: int
    """Tokens of the prompt, all of them."""
    cached: int
    """Those of them that were read from the cache."""
    created: int
    """Those of them that were written to the cache."""
    answered: int
    reasoning: int
    cost: float


class Protocol:
    """One way to speak."""

    place: ClassVar[re.Pattern[str]]

    def key(self, headers: dict[str, str], path: str) -> str | None:
        """The key of a request."""
        raise NotImplementedError

    def read(self, place: re.Match[str], asked: dict[str, Any], headers: dict[str, str]) -> Chat:
        """What was asked; an error of Python's own where the request has another shape."""
        raise NotImplementedError

    def whole(self, reply: Reply) -> dict[str, Any]:
        """An answer."""
        raise NotImplementedError

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error."""
        raise NotImplementedError


class ChatCompletions(Protocol):
    """OpenAI's chat completions, with the cost beside the usage as OpenRouter gives it."""

    place = re.compile(r"/(?:[\w./-]+/)?v1/chat/completions")
    types: ClassVar = {400: "invalid_request_error", 401: "invalid_request_error", 429: "requests"}

    def key(self, headers: dict[str, str], path: str) -> str | None:
        """A bearer's."""
        return bearer(headers)

    def read(self, place: re.Match[str], asked: dict[str, Any], headers: dict[str, str]) -> Chat:
        """Messages; the last one is the prompt."""
        messages = asked["messages"]
        instructions = [message for message in messages if message["role"] in ("system", "developer")]
        system = "\n".join(text_in(message["content"]) for message in instructions)
        if asked.get("stream"):
            raise ValueError("the stub does not stream")
        limit = asked.get("max_completion_tokens", asked.get("max_tokens"))
        return Chat(asked["model"], system, text_in(messages[-1]["content"]), limit)

    def whole(self, reply: Reply) -> dict[str, Any]:
        """A completion."""
        reason = "content_filter" if reply.refused else "length" if reply.cut else "stop"
        completion = reply.answered + reply.reasoning
        return {
            "id": "chatcmpl-stub",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": reply.model,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": reply.text, "refusal": None},
                    "logprobs": None,
                    "finish_reason": reason,
                }
            ],
            "usage": {
                "prompt_tokens": reply.asked,
                "completion_tokens": completion,
                "total_tokens": reply.asked + completion,
                "prompt_tokens_details": {"cached_tokens": reply.cached},
                "completion_tokens_details": {"reasoning_tokens": reply.reasoning},
                "cost": reply.cost,
            },
        }

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error of OpenAI's."""
        kind = self.types.get(status, "server_error")
        return {"error": {"message": message, "type": kind, "param": None, "code": None}}


class Messages(Protocol):
    """Anthropic's messages."""

    place = re.compile(r"/v1/messages")
    types: ClassVar = {
        400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
        413: "request_too_large", 429: "rate_limit_error", 529: "overloaded_error",
    }  # fmt: skip

    def key(self, headers: dict[str, str], path: str) -> str | None:
        """In a header of its own, or a bearer's."""
        return headers.get("x-api-key") or bearer(headers)

    def read(self, place: re.Match[str], asked: dict[str, Any], headers: dict[str, str]) -> Chat:
        """Messages without a system's; a version and a limit must be said."""
        version = headers.get("anthropic-version")
        if version not in ("2023-06-01", "2026-10-21"):
            raise ValueError("anthropic-version: header is required and must be a known version")
        if version == "2026-10-21" and asked.keys() & {"temperature", "top_p", "top_k"}:
            raise ValueError("temperature: is not known in this version")
        if asked.get("stream"):
            raise ValueError("the stub does not stream")
        message = asked["messages"][-1]
        if message["role"] != "user":
            raise ValueError("the last message must be the user's")
        limit = asked["max_tokens"]
        if not isinstance(limit, int) or limit < 1:
            raise ValueError("max_tokens: must be at least 1")
        return Chat(asked["model"], text_in(asked.get("system", "")), text_in(message["content"]), limit)

    def whole(self, reply: Reply) -> dict[str, Any]:
        """A message; its input_tokens are those that the cache had no part in."""
        reason = "refusal" if reply.refused else "max_tokens" if reply.cut else "end_turn"
        return {
            "id": "msg_stub",
            "type": "message",
            "role": "assistant",
            "model": reply.model,
            "content": [] if reply.refused else [{"type": "text", "text": reply.text}],
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": {
                "input_tokens": reply.asked - reply.cached - reply.created,
                "cache_creation_input_tokens": reply.created,
                "cache_read_input_tokens": reply.cached,
                "output_tokens": reply.answered + reply.reasoning,
            },
        }

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error of Anthropic's."""
        return {"type": "error", "error": {"type": self.types.get(status, "api_error"), "message": message}}


class GenerateContent(Protocol):
    """Google's generateContent."""

    place = re.compile(r"/v1(?:beta)?/models/([^/:?]+):generateContent(?:\?.*)?")
    names: ClassVar = {
        400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
        429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
    }  # fmt: skip

    def key(self, headers: dict[str, str], path: str) -> str | None:
        """In a header of its own, or in the address."""
        found = re.search("[?&]key=([^&]*)", path)
        return headers.get("x-goog-api-key") or (found[1] if found else None)

    def read(self, place: re.Match[str], asked: dict[str, Any], headers: dict[str, str]) -> Chat:
        """Contents; the model stands in the address."""
        prompt = text_in(asked["contents"][-1]["parts"])
        system = text_in(asked.get("systemInstruction", {}).get("parts", ""))
        return Chat(place[1], system, prompt, asked.get("generationConfig", {}).get("maxOutputTokens"))

    def whole(self, reply: Reply) -> dict[str, Any]:
        """A response; thoughts are counted beside the answer, and a count of zero is left out."""
        reason = "SAFETY" if reply.refused else "MAX_TOKENS" if reply.cut else "STOP"
        candidate = {"content": {"role": "model", "parts": [{"text": reply.text}]}, "finishReason": reason, "index": 0}
        counts = {
            "promptTokenCount": reply.asked,
            "cachedContentTokenCount": reply.cached,
            "candidatesTokenCount": reply.answered,
            "thoughtsTokenCount": reply.reasoning,
            "totalTokenCount": reply.asked + reply.answered + reply.reasoning,
        }
        usage = {name: count for name, count in counts.items() if count}
        whole = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": reply.model, "responseId": "stub"}
        if reply.refused:
            del candidate["content"]
        return whole

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error of Google's; with 429 it says when to come back."""
        name = self.names.get(status, "INTERNAL")
        retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s"}
        details = [retry] if status == 429 else []
        return {"error": {"code": status, "message": message, "status": name, "details": details}}


def bearer(headers: dict[str, str]) -> str | None:
    """The key of a header `Authorization: Bearer KEY`."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key if scheme == "Bearer" and key else None


def text_in(content: Any) -> str:
    """Text, or the text of a list of parts."""
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content)


PROTOCOLS: tuple[Protocol, ...] = (ChatCompletions(), Messages(), GenerateContent())
