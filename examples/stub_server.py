"""A stand-in for providers: four models on this machine that speak OpenAI's chat completions and can be broken.

    python3 examples/stub_server.py --port 8100
    curl -s -d 500 http://127.0.0.1:8100/break/alder     # or 429, any other status, hang
    curl -s -d ''  http://127.0.0.1:8100/repair/alder

Every model multiplies: of a prompt it takes the first number and answers with its products by 1 to 10. How many are
right depends on the model and on how large the number is; the same model gives the same answer to the same prompt.
Python's standard library only; it listens on this machine alone.
"""

import argparse
import contextlib
import json
import random
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

HANG_SECONDS = 30.0
"""How long a model that hangs keeps the connection before it drops it."""


class Model(NamedTuple):
    """What a model is like."""

    provider: str
    beginner: float
    """The probability that a product of a number below 100 is right."""
    advanced: float
    """The same for other numbers."""
    seconds: float
    """How long an answer takes."""
    usd_per_token: float


MODELS = {
    "alder": Model("north", 0.99, 0.96, 0.020, 15e-6),
    "birch": Model("north", 0.98, 0.88, 0.012, 3e-6),
    "cedar": Model("south", 0.96, 0.70, 0.006, 0.5e-6),
    "dogwood": Model("south", 0.85, 0.40, 0.003, 0.1e-6),
}


class StubServer(ThreadingHTTPServer):
    """Knows which models are broken, and how."""

    daemon_threads = True
    faults: dict[str, str]

    def __init__(self, port: int) -> None:
        """At a port, or at a free one for 0; nobody is broken."""
        super().__init__(("127.0.0.1", port), Handler)
        self.faults = {}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: clients that do not wait for a hanging model are why it hangs."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: StubServer

    def do_GET(self) -> None:
        """The models and who provides them."""
        models = [{"id": name, "object": "model", "owned_by": model.provider} for name, model in MODELS.items()]
        self.answer(200, {"object": "list", "data": models})

    def do_POST(self) -> None:
        """A chat, or a change of who is broken."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/v1/chat/completions":
            self.chat(json.loads(body))
            return
        _, action, model = (*self.path.split("/"), "", "")[:3]
        if action not in ("break", "repair") or model not in MODELS:
            self.refuse(404, f"POST /v1/chat/completions, /break/MODEL or /repair/MODEL, of {', '.join(MODELS)}")
        elif action == "repair":
            self.server.faults.pop(model, None)
            self.answer(200, {"model": model, "fault": None})
        else:
            fault = body.decode().strip()
            if fault != "hang" and not re.fullmatch("[45][0-9][0-9]", fault):
                self.refuse(400, f"{fault!r} is no fault; send a status from 400 to 599, or hang")
                return
            self.server.faults[model] = fault
            self.answer(200, {"model": model, "fault": fault})

    def chat(self, asked: dict[str, Any]) -> None:
        """Answers as the model would."""
        name, text = asked.get("model", ""), asked["messages"][-1]["content"]
        fault, model, number = self.server.faults.get(name), MODELS.get(name), re.search("[0-9]+", text)
        if model is None or number is None:
            self.refuse(404 if model is None else 400, f"ask one of {', '.join(MODELS)} to multiply a number")
        elif fault == "hang":
            time.sleep(HANG_SECONDS)
        elif fault is not None:
            self.refuse(int(fault), f"{name} is broken")
        else:
            time.sleep(model.seconds)
            content = multiply(name, model, text, int(number.group()))
            message = {"role": "assistant", "content": content}
            choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
            usage = count(model, text, content)
            whole = {"id": "chatcmpl-stub", "object": "chat.completion", "created": int(time.time()), "model": name}
            self.answer(200, {**whole, "choices": choices, "usage": usage})

    def refuse(self, status: int, message: str) -> None:
        """An error as providers send it."""
        self.answer(status, {"error": {"message": message, "type": "stub"}})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        """Sends JSON."""
        content = json.dumps(body).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if status == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def multiply(name: str, model: Model, text: str, number: int) -> str:
    """Ten products, some of them wrong."""
    chance = random.Random(f"{name}: {text}")
    right = model.beginner if number < 100 else model.advanced
    products = [number * factor + (chance.random() >= right) for factor in range(1, 11)]
    return " ".join(map(str, products))


def count(model: Model, text: str, content: str) -> dict[str, Any]:
    """The usage, with the cost beside it as OpenRouter gives it; a token is four characters."""
    prompt, completion = len(text) // 4 + 1, len(content) // 4 + 1
    tokens = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {**tokens, "cost": (prompt + completion) * model.usd_per_token}


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(description="Four models that multiply, and can be broken.")
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0: any free port")
    server = StubServer(parser.parse_args().port)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
