"""A stand-in for providers: models on this machine that speak three protocols and can be broken.

    python3 stub_server.py --port 8100 --answers answers.json
    curl -s -d 500 http://127.0.0.1:8100/break/alder     # any fault below
    curl -s -d ''  http://127.0.0.1:8100/repair/alder

OpenAI's chat completions at /v1/chat/completions, Anthropic's messages at /v1/messages, Google's generateContent at
/v1beta/models/MODEL:generateContent; each with its own way to say an error. Models:

- alder, birch, cedar, dogwood multiply: of a prompt they take the first number and answer with its products by 1 to 10,
  some of them wrong;
- those of the answers file, {"model": {"project": "answer"}}, answer with what is written for the longest name of a
  project that stands in the prompt;
- a model named like a fault has it; `ok` has none. All of these say how long the prompt was.

Faults: a status (500), a status the first time only (429-then-ok), hang, slow, truncated, malformed, wrong-shape,
max-tokens, refusal, redirect; and, with the key of the request in what they send, echo-key (an error), echo-key-oddly
(an answer of another shape), echo-key-in-answer. GET /requests tells what was asked, POST /reset forgets it and
repairs all.
Python's standard library only; it listens on this machine alone.
"""

import argparse
import contextlib
import json
import random
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from stub_protocols import PROTOCOLS, Chat, Protocol, Reply

HANG_SECONDS = 30.0
"""How long a model that hangs keeps the connection before it drops it."""
REMEMBERED = 1000
"""How many requests are remembered."""
STATUS = re.compile("([45][0-9][0-9])(-then-ok)?")
FAULTS = {
    "hang", "slow", "truncated", "malformed", "wrong-shape", "max-tokens", "refusal", "redirect",
    "echo-key", "echo-key-oddly", "echo-key-in-answer",
}  # fmt: skip


class Model(NamedTuple):
    """What a model is like."""

    provider: str = "stub"
    beginner: float = 0.0
    """The probability that a product of a number below 100 is right."""
    advanced: float = 0.0
    """The same for other numbers."""
    seconds: float = 0.0
    """How long an answer takes."""
    usd_per_token: float = 1e-6
    reasoning: int = 7
    """How many tokens it thinks."""


MULTIPLIERS = {
    "alder": Model("north", 0.99, 0.96, 0.020, 15e-6, 0),
    "birch": Model("north", 0.98, 0.88, 0.012, 3e-6, 0),
    "cedar": Model("south", 0.96, 0.70, 0.006, 0.5e-6, 0),
    "dogwood": Model("south", 0.85, 0.40, 0.003, 0.1e-6, 0),
}


class StubServer(ThreadingHTTPServer):
    """Knows which models there are, which are broken, and what was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, answers: dict[str, dict[str, str]], key: str | None, slow: float) -> None:
        """At a port, or at a free one for 0; nobody is broken."""
        super().__init__(("127.0.0.1", port), Handler)
        self.answers, self.key, self.slow = answers, key, slow
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forgets what was, and repairs all."""
        with self.lock:
            self.faults: dict[str, str] = {}
            self.requests: list[dict[str, Any]] = []
            self.calls: dict[str, int] = {}
            self.busy = self.peak = 0

    def models(self) -> dict[str, Model]:
        """Those that are listed; models named like a fault are not."""
        return {**MULTIPLIERS, **{name: Model() for name in self.answers}}

    def model(self, name: str) -> Model | None:
        """A model by its name."""
        plain = name in FAULTS or name == "ok" or STATUS.fullmatch(name)
        return self.models().get(name) or (Model() if plain else None)

    def fault(self, name: str) -> str | None:
        """What is wrong with this call of a model; a fault `-then-ok` is wrong with the first one only."""
        with self.lock:
            self.calls[name] = self.calls.get(name, 0) + 1
            fault = self.faults.get(name, name)
            status = STATUS.fullmatch(fault)
            if status:
                return status[1] if not status[2] or self.calls[name] == 1 else None
            return fault if fault in FAULTS else None

    @contextlib.contextmanager
    def thinking(self) -> Iterator[None]:
        """Counts those that think at once."""
        with self.lock:
            self.busy += 1
            self.peak = max(self.peak, self.busy)
        try:
            yield
        finally:
            with self.lock:
                self.busy -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: clients that do not wait for a hanging model are why it hangs."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: StubServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """The models and who provides them, or what was asked."""
        server = self.server
        if self.path == "/requests":
            with server.lock:
                self.send(200, {"requests": server.requests[-REMEMBERED:], "peak": server.peak})
            return
        listed = server.models().items()
        models = [{"id": name, "object": "model", "owned_by": model.provider} for name, model in listed]
        self.send(200, {"object": "list", "data": models})

    def do_POST(self) -> None:
        """A chat, or a change of who is broken."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        for protocol in PROTOCOLS:
            place = protocol.place.fullmatch(self.path)
            if place:
                self.chat(protocol, place, body)
                return
        self.control(body.decode())

    def control(self, body: str) -> None:
        """Breaks, repairs or resets."""
        _, action, name = (*self.path.split("/"), "", "")[:3]
        fault = body.strip()
        if action == "reset":
            self.server.reset()
            self.send(200, {})
        elif action not in ("break", "repair") or self.server.model(name) is None:
            models = ", ".join(self.server.models())
            self.send(404, {"error": {"message": f"POST a chat, /reset, /break/MODEL or /repair/MODEL, of {models}"}})
        elif action == "repair":
            self.server.faults.pop(name, None)
            self.send(200, {"model": name, "fault": None})
        elif fault not in FAULTS and not STATUS.fullmatch(fault):
            message = f"{fault!r} is no fault; send a status from 400 to 599, with or without -then-ok, or one of "
            self.send(400, {"error": {"message": message + ", ".join(sorted(FAULTS))}})
        else:
            with self.server.lock:
                self.server.faults[name], self.server.calls[name] = fault, 0
            self.send(200, {"model": name, "fault": fault})

    def chat(self, protocol: Protocol, place: re.Match[str], body: bytes) -> None:
        """Remembers what was asked, and answers as the model would."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.lock:
            asked = {"path": self.path, "headers": headers, "body": body.decode(errors="replace")}
            self.server.requests.append(asked)
        key = protocol.key(headers, self.path)
        if self.server.key is not None and key != self.server.key:
            self.send(401, protocol.error(401, "this key is not known here"))
            return
        try:
            chat = protocol.read(place, json.loads(body), headers)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            self.send(400, protocol.error(400, f"the request has another shape: {error!r}"))
            return
        model = self.server.model(chat.model)
        if model is None:
            known = ", ".join(self.server.models())
            self.send(404, protocol.error(404, f"there is no model {chat.model}; ask one of {known}"))
            return
        fault = self.server.fault(chat.model)
        if fault == "hang":
            time.sleep(HANG_SECONDS)
            self.close_connection = True
        elif fault == "redirect":
            self.send(307, {}, {"Location": "http://localhost.example.com/elsewhere"})
        elif fault == "echo-key":
            self.send(401, protocol.error(401, f"the key {key} is wrong, and so is {(key or '')[:12]}"))
        elif fault == "echo-key-oddly":
            self.send(200, dict.fromkeys(("choices", "content", "candidates"), f"the key {key} is odd"))
        elif fault == "malformed":
            self.send_bytes(200, b'{"choices": [{"message": <html>')
        elif fault == "wrong-shape":
            self.send(200, {"object": "something.else", "answer": "yes"})
        elif fault is not None and fault.isdigit():
            retry = {"Retry-After": "1"} if fault == "429" else {}
            self.send(int(fault), protocol.error(int(fault), f"{chat.model} is broken"), retry)
        else:
            self.speak(protocol, chat, model, fault, key)

    def speak(self, protocol: Protocol, chat: Chat, model: Model, fault: str | None, key: str | None) -> None:
        """Says what the model says, as far as its fault lets it."""
        text = f"your key is {key}" if fault == "echo-key-in-answer" else self.text_of(chat, model)
        if text is None:
            self.send(400, protocol.error(400, f"nothing is written for {chat.model} that this prompt asks for"))
            return
        with self.server.thinking():
            time.sleep(self.server.slow if fault == "slow" else model.seconds)
        limit = 3 if fault == "max-tokens" else chat.limit
        refused = fault == "refusal"
        # A token is four characters.
        cut = limit is not None and len(text) > 4 * limit
        said = "" if refused else text[: 4 * limit] if limit is not None else text
        asked = len(chat.system) // 4 + len(chat.prompt) // 4 + 1
        # Half of a long prompt was cached, an eighth is new in the cache.
        cached, created = (asked // 2, asked // 8) if asked >= 100 else (0, 0)
        answered = len(said) // 4 + 1
        cost = (asked + answered + model.reasoning) * model.usd_per_token
        reply = Reply(chat.model, said, cut, refused, asked, cached, created, answered, model.reasoning, cost)
        body = json.dumps(protocol.whole(reply)).encode() + b"\n"
        self.send_bytes(200, body, cut_off=fault == "truncated")

    def text_of(self, chat: Chat, model: Model) -> str | None:
        """What a model says to a prompt; None where nothing is written for it."""
        written = self.server.answers.get(chat.model)
        if written is not None:
            asked = f"{chat.system}\n{chat.prompt}"
            named = [name for name in written if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", asked)]
            return written[max(named, key=len)] if named else None
        if model.beginner > 0.0:
            number = re.search("[0-9]+", chat.prompt)
            return multiply(chat.model, model, chat.prompt, int(number.group())) if number else None
        return f"{chat.model} read {len(chat.prompt)} characters"

    def send(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        """Sends JSON."""
        self.send_bytes(status, json.dumps(body).encode() + b"\n", headers=headers)

    def send_bytes(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, *, cut_off: bool = False
    ) -> None:
        """Sends a body, or half of it under the length of the whole."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut_off else body)
        self.close_connection = cut_off or self.close_connection

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def multiply(name: str, model: Model, text: str, number: int) -> str:
    """Ten products, some of them wrong; the same model gives the same answer to the same prompt."""
    chance = random.Random(f"{name}: {text}")
    right = model.beginner if number < 100 else model.advanced
    products = [number * factor + (chance.random() >= right) for factor in range(1, 11)]
    return " ".join(map(str, products))


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(description="Models that speak three protocols, and can be broken.")
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0: any free port")
    parser.add_argument("--answers", type=Path, help='a JSON file, {"model": {"project": "answer"}}')
    parser.add_argument("--key", help="the one key that is taken; without it any or none is")
    parser.add_argument("--slow", type=float, default=5.0, metavar="SECONDS", help="how long a slow model takes")
    asked = parser.parse_args()
    answers = json.loads(asked.answers.read_text(encoding="utf-8")) if asked.answers else {}
    server = StubServer(asked.port, answers, asked.key, asked.slow)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
