"""What a reader takes, and every refusal with its sentence."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from merit_router import LoadError, Router
from merit_router.table import digest_of, load, parse

from .tables import GOLDEN, Document, changed, plain, sealed

Change = Callable[[Document], object]


def refusal(content: bytes) -> tuple[str, str]:
    with pytest.raises(LoadError) as caught:
        parse(content)
    return caught.value.kind, str(caught.value)


def put(*path: Any) -> Change:
    """A change that puts the last element at the path before it."""

    def change(document: Document) -> None:
        at: Any = document
        for step in path[:-2]:
            at = at[step]
        at[path[-2]] = path[-1]

    return change


def drop(*path: Any) -> Change:
    """A change that removes what is at a path."""

    def change(document: Document) -> None:
        at: Any = document
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return change


def test_published_tables_are_read() -> None:
    assert sorted(path.name for path in (GOLDEN / "tables").iterdir())
    table = load(GOLDEN / "tables" / "plain.json")
    assert parse(sealed(plain())).segments == table.segments
    assert table.models["opus"].price == (15.0, 75.0)


def test_the_digest_leaves_out_its_own_line_and_no_other() -> None:
    inside = b'{\n  "a": 1,\n  "digest": "00",\n  "z": {\n    "digest": "11"\n  }\n}\n'
    without = b'{\n  "a": 1,\n  "z": {\n    "digest": "11"\n  }\n}\n'
    assert digest_of(inside) == digest_of(without)
    assert digest_of(inside) != digest_of(inside[:-1]), "the final newline counts"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    line = b'  "digest": "any",\n'
    assert digest_of(b"") == digest_of(line) == digest_of(line + line) == digest_of(line[:-1]) == empty
    assert digest_of(b"a\n" + line + line + b"b") == digest_of(b"a\nb")
    assert digest_of(b"a" + line) != digest_of(b"a"), "not at the start of a line"


def test_the_digest_is_the_same_where_deep_values_share_a_line() -> None:
    compact = (
        b'{\n  "a": {\n    "b": [\n      {"digest": "x", "c": [1, 2]},\n    ]\n  },\n  "digest": "d",\n  "e": 1\n}\n'
    )
    kept = compact.replace(b'  "digest": "d",\n', b"")
    assert digest_of(compact) == digest_of(kept)


def test_a_newer_minor_is_read_and_its_news_ignored() -> None:
    def news(document: Document) -> None:
        document["format"]["minor"] = 9
        document["aaa"] = {"digest": "nested"}
        document["segments"][0]["candidates"][0]["mood"] = "good"

    assert parse(changed(news)).segments == parse(sealed(plain())).segments


def test_only_what_choosing_needs_is_needed() -> None:
    def bare(document: Document) -> None:
        for member in ("parent", "generator", "inputs", "settings", "frontier", "assignments", "evaluation"):
            document.pop(member, None)
        for row in document["segments"]:
            for member in ("traffic_share", "evidence", "frontier", "flags", "rationale"):
                row.pop(member, None)
            for candidate in row["candidates"]:
                for member in ("alpha", "beta", "value", "n", "n_eff", "p_best", "on_frontier"):
                    candidate.pop(member, None)

    assert parse(changed(bare)).segments == parse(sealed(plain())).segments


def test_another_major_is_refused_before_its_members_are_looked_at() -> None:
    kind, sentence = refusal(b'{"format": {"major": 2, "minor": 1}, "everything": "else"}')
    assert kind == "format"
    assert sentence.startswith("format 2.1 is unknown to this reader, which knows 1.x;")


def test_what_is_not_json_says_where() -> None:
    whole = sealed(plain())
    kind, sentence = refusal(whole[: len(whole) // 2])
    assert kind == "json"
    assert sentence.startswith("line ") and "column" in sentence and "fetch it whole" in sentence
    assert "cut short" in refusal(b'{"format":')[1]
    assert refusal(b"")[1].startswith("line 1, column 1: the file is empty;")
    assert refusal(b"\xff\xfe") == ("json", "byte 0 is no UTF-8; publish the table again or fetch it whole")
    for text in (b"[" * 100_000, b'{"format": NaN}', b"[1" + b"0" * 5000 + b"]", b"\xef\xbb\xbf{}", b"{} {}"):
        assert refusal(text)[0] == "json"
    for text in (b"[]", b"null", b'"table"', b"1"):
        assert refusal(text)[0] == "member"


FIRST = ("segments", 0, "candidates", 0)


@pytest.mark.parametrize(
    ("change", "start"),
    [
        (drop("format"), "the table: the member format is missing;"),
        (put("format", "major", "1"), 'format.major is "1", not a whole number'),
        (put("format", "minor", -1), "format.minor is -1, not a whole number"),
        (drop("models"), "the table: the member models is missing;"),
        (put("models", []), "models is [], not an object;"),
        (drop("models", "opus", "provider"), "models.opus: the member provider is missing;"),
        (put("models", "opus", "price", {"input": 1.0}), "models.opus.price: the member output is missing;"),
        (put("models", "opus", "model", 5), "models.opus.model is 5, not text;"),
        (put("table_version", 1.5), "table_version is 1.5, not a whole number"),
        (put("table_version", True), "table_version is true, not a whole number"),
        (put("digest", None), "digest is null, not text;"),
        (put("policy", "epsilon", None), "policy.epsilon is null, not a number;"),
        (put("policy", "epsilon", True), "policy.epsilon is true, not a number;"),
        (put("segments", {}), "segments is {}, not a list;"),
        (put("segments", 1, "row"), 'segments[1] is "row", not a row;'),
        (put("segments", 1, "role", None), "segments[1].role is null, not text;"),
        (put("segments", 1, "fallback", [1]), "segments[1].fallback is [1], not a list of model ids;"),
        (put("segments", 1, "candidates", 2, []), "segments[1].candidates[2] is [], not a candidate;"),
        (drop("segments", 1, "candidates"), "segments[1]: the member candidates is missing;"),
        (put(*FIRST, "weight", "much"), 'segments[0].candidates[0].weight is "much", not a number;'),
        (put(*FIRST, "weight", 10**400), "segments[0].candidates[0].weight is 1000"),
        (put(*FIRST, "eligible", 1), "segments[0].candidates[0].eligible is 1, not true or false;"),
        (drop(*FIRST, "eligible"), "segments[0].candidates[0]: the member eligible is missing;"),
        (drop(*FIRST, "reason"), "segments[0].candidates[0]: the member reason is missing;"),
        (drop(*FIRST, "score"), "segments[0].candidates[0]: the member score is missing;"),
        (drop(*FIRST, "success", "mean"), "segments[0].candidates[0].success: the member mean is missing;"),
        (put(*FIRST, "cost_usd", "mean", "?"), 'segments[0].candidates[0].cost_usd.mean is "?", not a number;'),
        (drop(*FIRST, "latency_ms"), "segments[0].candidates[0]: the member latency_ms is missing;"),
        (put(*FIRST, "input_tokens", [1]), "segments[0].candidates[0].input_tokens is [1], not a number;"),
    ],
)
def test_members_missing_or_of_another_type(change: Change, start: str) -> None:
    document = plain()
    change(document)
    kind, sentence = refusal(sealed(document))
    assert kind == "member"
    assert sentence.startswith(start), sentence
    assert sentence.endswith("publish the table again or fetch it whole")


def test_half_a_surrogate_pair_is_no_text() -> None:
    text = sealed(plain()).replace(b'"role": "executor"', b'"role": "\\ud800"', 1)
    assert refusal(text)[1].startswith('segments[3].role is "\\ud800", not text;')


def test_an_infinite_number_is_none() -> None:
    text = sealed(plain()).replace(b'"epsilon": 0.1', b'"epsilon": 1e999')
    assert refusal(text)[1].startswith("policy.epsilon is Infinity, not a number;")


def test_a_changed_content_is_refused() -> None:
    content = sealed(plain())
    for other in (
        content.replace(b'"rationale": "a small', b'"rationale": "A small', 1),
        content.replace(b"\n", b"\r\n"),
        content.replace(b'  "frontier"', b'   "frontier"', 1),
        content + b"\n",
    ):
        assert other != content
        kind, sentence = refusal(other)
        assert kind == "digest"
        assert "fetch the published file again" in sentence


def two_probes(document: Document) -> None:
    for number in range(2):
        document["segments"][0]["candidates"][number]["probe_weight"] = 0.75


def twin(document: Document) -> None:
    document["segments"][1] = document["segments"][0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put(*FIRST, "weight", 0.5), "row */*/*: the weights sum to 1.25, not to 1"),
        (put(*FIRST, "weight", -0.25), "row */*/*, model gemini: weight is -0.25, outside [0, 1]"),
        (put(*FIRST, "exploit_weight", -0.1), "row */*/*, model gemini: exploit_weight is -0.1, outside [0, 1]"),
        (put(*FIRST, "probe_weight", 1.01), "row */*/*, model gemini: probe_weight is 1.01, outside [0, 1]"),
        (two_probes, "row */*/*: the probe_weights sum to 1.5, not to at most 1"),
        (put("policy", "epsilon", 1.5), "the policy: epsilon is 1.5, outside [0, 1]"),
        (drop("models", "opus"), "row */*/* names the model 'opus', which is not among the table's models"),
        (
            put("segments", 0, "fallback", 0, "ghost"),
            "row */*/*: the fallback names 'ghost', which is no candidate of the row",
        ),
        (put("segments", 0, "fallback", 0, "gemini"), "row */*/*: fallback names 'gemini' twice"),
        (put("segments", 0, "candidates", 1, "model", "gemini"), "row */*/*: candidates names 'gemini' twice"),
        (twin, "row */*/* stands twice; a request could not tell which to use"),
        (
            put("segments", 0, "role", "someone"),
            "the row */*/* is missing; without it a request of a new kind has no answer",
        ),
        (put("segments", []), "the row */*/* is missing; without it a request of a new kind has no answer"),
        (put("expires_at", "2026-12-07"), "expires_at is '2026-12-07', not of the form YYYY-MM-DDTHH:MM:SSZ"),
        (
            put("expires_at", "2026-12-07T24:00:00Z"),
            "expires_at is '2026-12-07T24:00:00Z', not of the form YYYY-MM-DDTHH:MM:SSZ",
        ),
        (put("created_as_of", "2026-02-30"), "created_as_of is '2026-02-30', not of the form YYYY-MM-DD"),
        (put("created_as_of", "２０２６-02-20"), "created_as_of is '２０２６-02-20', not of the form YYYY-MM-DD"),
    ],
)
def test_unsound_contents_are_refused_each_with_its_sentence(change: Change, sentence: str) -> None:
    assert refusal(changed(change)) == ("content", sentence)


def test_files_are_named_in_refusals(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"absent\.json: No such file or directory; check the path") as caught:
        Router.load(tmp_path / "absent.json")
    assert caught.value.kind == "read"
    with pytest.raises(LoadError, match="check the path"):
        Router.load("a\0b")
    other = tmp_path / "other.json"
    other.write_text("no table")
    with pytest.raises(LoadError, match=r"other\.json: line 1, column 1: ") as caught:
        Router.load(other)
    assert caught.value.kind == "json"


def test_no_single_damaged_byte_is_taken() -> None:
    content = sealed(plain())
    chance = random.Random(42)
    for _ in range(150):
        place = chance.randrange(len(content))
        damaged = bytearray(content)
        damaged[place] ^= 1 << chance.randrange(8)
        refusal(bytes(damaged))
        refusal(content[:place])
