"""The stub speaks as the services do: their own clients understand it, answers, usage and errors alike.

Needs tests/requirements.txt; then `python -m pytest tests/test_stub_is_true.py`.
"""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import anthropic
import httpx2
import openai
import pytest
from anthropic.types import Message
from google import genai
from google.genai import errors, types
from openai.types.chat import ChatCompletion

KEY = "sk-stub-0123456789"
LONG = "word " * 200
ANSWERS = {"oak": {"sum": "short", "sum-of-rows": "the rows"}}


class Stub:
    """A stub that runs, and the three clients of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.openai = openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0)
        self.anthropic = anthropic.Anthropic(base_url=url, api_key=KEY, max_retries=0)
        self.google = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=url))

    def complete(self, model: str, prompt: str = "hello", client: openai.OpenAI | None = None) -> ChatCompletion:
        messages = [{"role": "system", "content": "be brief"}, {"role": "user", "content": prompt}]
        chat = (client or self.openai).chat
        return chat.completions.create(model=model, messages=messages, max_completion_tokens=100)

    def message(self, model: str, prompt: str = "hello", client: anthropic.Anthropic | None = None) -> Message:
        messages = [{"role": "user", "content": prompt}]
        ask = (client or self.anthropic).messages.create
        return ask(model=model, system="be brief", messages=messages, max_tokens=100)

    def generate(self, model: str, prompt: str = "hello") -> types.GenerateContentResponse:
        config = types.GenerateContentConfig(system_instruction="be brief", max_output_tokens=100)
        return self.google.models.generate_content(model=model, contents=prompt, config=config)

    def requests(self) -> list[dict]:
        with urllib.request.urlopen(f"{self.url}/requests") as response:
            return json.load(response)["requests"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stub]:
    answers = tmp_path_factory.mktemp("stub") / "answers.json"
    answers.write_text(json.dumps(ANSWERS))
    script = Path(__file__).resolve().parents[3] / "examples" / "stub_server.py"
    command = [sys.executable, str(script), "--key", KEY, "--answers", str(answers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Stub(process.stdout.readline().strip())
        process.terminate()


@pytest.fixture
def stub(running: Stub) -> Stub:
    urllib.request.urlopen(urllib.request.Request(f"{running.url}/reset", method="POST", data=b"")).close()
    return running


def test_openai_reads_an_answer_and_its_usage(stub: Stub) -> None:
    completion = stub.complete("ok", LONG)
    choice = completion.choices[0]
    assert (choice.message.content, choice.finish_reason) == ("ok read 1000 characters", "stop")
    usage = completion.usage
    assert usage is not None and usage.prompt_tokens_details is not None and usage.completion_tokens_details is not None
    assert (usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens) == (253, 126)
    assert (usage.completion_tokens, usage.completion_tokens_details.reasoning_tokens) == (13, 7)
    assert usage.total_tokens == 266
    assert stub.requests()[-1]["headers"]["authorization"] == f"Bearer {KEY}"


def test_anthropic_reads_an_answer_and_its_usage(stub: Stub) -> None:
    message = stub.message("ok", LONG)
    assert ([block.text for block in message.content], message.stop_reason) == (["ok read 1000 characters"], "end_turn")
    usage = message.usage
    assert usage.cache_read_input_tokens == 126
    assert usage.input_tokens + usage.cache_read_input_tokens + (usage.cache_creation_input_tokens or 0) == 253
    assert usage.output_tokens == 13
    headers = stub.requests()[-1]["headers"]
    assert KEY in (headers.get("x-api-key"), headers.get("authorization", "").removeprefix("Bearer "))


def test_google_reads_an_answer_and_its_usage(stub: Stub) -> None:
    response = stub.generate("ok", LONG)
    assert response.text == "ok read 1000 characters"
    assert response.candidates is not None and response.candidates[0].finish_reason == types.FinishReason.STOP
    usage = response.usage_metadata
    assert usage is not None
    assert (usage.prompt_token_count, usage.cached_content_token_count) == (253, 126)
    assert (usage.candidates_token_count, usage.thoughts_token_count, usage.total_token_count) == (6, 7, 266)
    assert stub.requests()[-1]["headers"]["x-goog-api-key"] == KEY


def test_all_see_that_an_answer_was_cut_off(stub: Stub) -> None:
    assert stub.complete("max-tokens").choices[0].finish_reason == "length"
    assert stub.message("max-tokens").stop_reason == "max_tokens"
    candidates = stub.generate("max-tokens").candidates
    assert candidates is not None and candidates[0].finish_reason == types.FinishReason.MAX_TOKENS


def test_all_see_a_refusal(stub: Stub) -> None:
    assert stub.complete("refusal").choices[0].finish_reason == "content_filter"
    assert stub.message("refusal").stop_reason == "refusal"
    candidates = stub.generate("refusal").candidates
    assert candidates is not None and candidates[0].finish_reason == types.FinishReason.SAFETY


@pytest.mark.parametrize(
    ("model", "of_openai", "of_anthropic"),
    [
        ("400", openai.BadRequestError, anthropic.BadRequestError),
        ("403", openai.PermissionDeniedError, anthropic.PermissionDeniedError),
        ("429", openai.RateLimitError, anthropic.RateLimitError),
        ("500", openai.InternalServerError, anthropic.InternalServerError),
        ("no-such-model", openai.NotFoundError, anthropic.NotFoundError),
        ("echo-key", openai.AuthenticationError, anthropic.AuthenticationError),
    ],
)
def test_errors_have_their_classes(
    stub: Stub, model: str, of_openai: type[openai.APIError], of_anthropic: type[anthropic.APIError]
) -> None:
    with pytest.raises(of_openai):
        stub.complete(model)
    with pytest.raises(of_anthropic):
        stub.message(model)


def test_overload_is_anthropics_own_error(stub: Stub) -> None:
    with pytest.raises(anthropic.APIStatusError) as raised:
        stub.message("529")
    assert raised.value.body == {"type": "error", "error": {"type": "overloaded_error", "message": "529 is broken"}}


@pytest.mark.parametrize(
    ("model", "kind", "code", "status"),
    [
        ("429", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
        ("500", errors.ServerError, 500, "INTERNAL"),
        ("no-such-model", errors.ClientError, 404, "NOT_FOUND"),
    ],
)
def test_googles_errors_have_code_and_status(
    stub: Stub, model: str, kind: type[errors.APIError], code: int, status: str
) -> None:
    with pytest.raises(kind) as raised:
        stub.generate(model)
    assert (raised.value.code, raised.value.status) == (code, status)


def test_a_429_says_when_to_come_back_and_clients_do(stub: Stub) -> None:
    with pytest.raises(openai.RateLimitError) as raised:
        stub.complete("429")
    assert raised.value.response.headers["retry-after"] == "1"
    again = stub.openai.with_options(max_retries=1)
    assert stub.complete("429-then-ok", client=again).choices[0].message.content == "429-then-ok read 5 characters"
    patient = stub.anthropic.with_options(max_retries=1)
    assert stub.message("500-then-ok", client=patient).stop_reason == "end_turn"


def test_half_an_answer_is_a_broken_connection(stub: Stub) -> None:
    with pytest.raises(openai.APIConnectionError):
        stub.complete("truncated")
    with pytest.raises(anthropic.APIConnectionError):
        stub.message("truncated")
    with pytest.raises(httpx2.RemoteProtocolError):
        stub.generate("truncated")


def test_what_is_no_json_is_no_answer(stub: Stub) -> None:
    for call in (stub.complete, stub.message, stub.generate):
        with pytest.raises(json.JSONDecodeError):
            call("malformed")


def test_anthropic_takes_a_temperature_in_the_old_version_alone(stub: Stub) -> None:
    asked = {"temperature": 0.0}
    with pytest.raises(anthropic.BadRequestError):
        stub.anthropic.messages.create(
            model="ok", max_tokens=9, messages=[{"role": "user", "content": "hello"}], extra_body=asked
        )
    old = {"anthropic-version": "2023-06-01"}
    message = stub.anthropic.messages.create(
        model="ok", max_tokens=9, messages=[{"role": "user", "content": "hello"}], extra_body=asked, extra_headers=old
    )
    assert message.stop_reason == "end_turn"


def test_a_wrong_key_is_refused_in_all_three_ways(stub: Stub) -> None:
    with pytest.raises(openai.AuthenticationError):
        stub.complete("ok", client=stub.openai.with_options(api_key="other"))
    with pytest.raises(anthropic.AuthenticationError):
        stub.message("ok", client=stub.anthropic.with_options(api_key="other"))
    stranger = genai.Client(api_key="other", http_options=types.HttpOptions(base_url=stub.url))
    with pytest.raises(errors.ClientError) as raised:
        stranger.models.generate_content(model="ok", contents="hello")
    assert raised.value.code == 401


def test_answers_follow_model_and_project(stub: Stub) -> None:
    assert stub.complete("oak", "Project sum-of-rows.").choices[0].message.content == "the rows"
    assert stub.generate("oak", "project: sum").text == "short"
    with pytest.raises(anthropic.BadRequestError):
        stub.message("oak", "project summary")


def test_models_that_multiply_can_be_broken_and_repaired(stub: Stub) -> None:
    def control(path: str, body: bytes) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{stub.url}/{path}", method="POST", data=body)).close()

    assert {"alder", "oak"} <= {model.id for model in stub.openai.models.list()}
    products = stub.complete("alder", "multiply 7").choices[0].message.content
    assert products is not None and len(products.split()) == 10
    assert stub.message("alder", "multiply 7").content[0].text == products
    control("break/alder", b"503")
    with pytest.raises(errors.ServerError):
        stub.generate("alder", "multiply 7")
    control("repair/alder", b"")
    assert stub.generate("alder", "multiply 7").text == products
    with pytest.raises(urllib.error.HTTPError):
        control("break/alder", b"nonsense")
