"""A local server that speaks OpenAI's chat completions, and fails as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StubServer(ThreadingHTTPServer):
    """Answers with the model's name; `failures` gives the statuses of a model's next calls, or its constant one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.called: list[str] = []
        self.failures: dict[str, list[int]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: StubServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # the name that http.server calls
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model = asked["model"]
        self.server.called.append(model)
        failures = self.server.failures.get(model)
        if failures:
            self.answer(failures.pop(0), {"error": {"message": f"{model} is told to fail", "type": "stub"}})
        elif asked.get("stream"):
            self.stream(model)
        else:
            message = {"role": "assistant", "content": f"from {model}"}
            choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
            self.answer(200, {**envelope(model), "object": "chat.completion", "choices": choices, "usage": USAGE})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def stream(self, model: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        chunk = {**envelope(model), "object": "chat.completion.chunk"}
        for delta in ({"role": "assistant", "content": "from "}, {"content": model}):
            self.event({**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        self.event({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.event({**chunk, "choices": [], "usage": USAGE})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def event(self, body: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(body).encode() + b"\n\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


USAGE = {
    "prompt_tokens": 120,
    "completion_tokens": 30,
    "total_tokens": 150,
    "prompt_tokens_details": {"cached_tokens": 20},
}


def envelope(model: str) -> dict[str, Any]:
    return {"id": "chatcmpl-stub", "created": 1_795_437_296, "model": model}


@contextmanager
def serving() -> Iterator[StubServer]:
    server = StubServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
