"""From bytes to a table that can be trusted.

What is read: the members that choices and answers need, and no others. The rest of the document is checked by its
digest alone, so that a newer minor format with members unknown here is served.

The digest: SHA-256, lower-case hex, over all lines of the file except those that start with two spaces and
``"digest": "``. No number is formatted for this.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .errors import LoadError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

__all__ = ["Candidate", "Model", "Row", "Table", "digest_of", "load", "parse"]

ANY = "*"
"""What stands for "any" in a back-off row."""

FORMAT_MAJOR = 1
"""The format this package reads."""

_TOLERANCE = 1e-9
"""How far a row's weights may be from 1: far above what rounding to 12 digits does to a row."""

_DIGEST_LINE = b'  "digest": "'
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_REMEDY = "publish the table again or fetch it whole"


@dataclass(frozen=True, slots=True)
class Model:
    """One model at one provider."""

    id: str
    name: str
    """The name to call at the provider."""
    provider: str
    price: tuple[float, float] | None
    """US dollars per million input and output tokens; None where unknown."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model in one row."""

    model: str
    """Its id."""
    weight: float
    """The probability with which it is drawn where nothing is excluded or capped."""
    exploit_weight: float
    probe_weight: float
    eligible: bool
    """Whether exploration may draw it."""
    reason: str
    score: float
    """Posterior mean of the quality of a scored success, 0 to 10."""
    success: float
    """Posterior mean of the probability of success."""
    cost_usd: float | None
    """Mean cost of a call."""
    input_tokens: float | None
    output_tokens: float | None
    latency_ms: float | None
    """Median latency of a call."""


@dataclass(frozen=True, slots=True)
class Row:
    """The candidates for one kind of work, in table order."""

    role: str
    category: str
    difficulty: str
    candidates: tuple[Candidate, ...]
    fallback: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """The parts of the row's name."""
        return (self.role, self.category, self.difficulty)

    @property
    def name(self) -> str:
        """Written ``role/category/difficulty``."""
        return f"{self.role}/{self.category}/{self.difficulty}"


@dataclass(frozen=True, slots=True)
class Table:
    """What serving reads of a published table."""

    major: int
    minor: int
    table_version: int
    digest: str
    created_as_of: str
    expires_at: str
    epsilon: float
    models: dict[str, Model]
    segments: tuple[Row, ...]

    def expired(self, now: datetime) -> bool:
        """Whether the table has expired at an instant (with its zone). It is served all the same."""
        return now >= datetime.strptime(self.expires_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def load(path: str | os.PathLike[str]) -> Table:
    """Reads and checks the table in a file.

    Raises LoadError as ``parse`` does, with the path, and where the file cannot be read.
    """
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LoadError("read", f"{path}: {reason}; check the path and its permissions") from error
    try:
        return parse(content)
    except LoadError as error:
        raise error.at(Path(path)) from error.__cause__


def parse(content: bytes) -> Table:
    """Reads a table and refuses what cannot be trusted.

    Raises LoadError for the first thing found wrong, in this order: no JSON, another major format, a missing member or
    one of another type, a digest that does not match, content that is unsound.
    """
    table = _read(_json(content))
    found = digest_of(content)
    if found != table.digest:
        raise LoadError(
            "digest",
            f"the digest says {table.digest}, the content gives {found}: it was changed, reformatted or cut short; "
            "fetch the published file again",
        )
    _check(table)
    return table


def digest_of(content: bytes) -> str:
    """The digest of a table's bytes: SHA-256 of all lines but the digest's own, in lower-case hex."""
    digest = sha256()
    rest = memoryview(content)
    start = 0
    while True:
        if content.startswith(_DIGEST_LINE, start):
            line = start
        elif (found := content.find(b"\n" + _DIGEST_LINE, start)) >= 0:
            line = found + 1
        else:
            line = len(content)
        digest.update(rest[start:line])
        end = content.find(b"\n", line)
        if end < 0:
            return digest.hexdigest()
        start = end + 1


# What is not JSON is told from what is not a table.


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise LoadError("json", f"byte {error.start} is no UTF-8; {_REMEDY}") from error
    except json.JSONDecodeError as error:
        detail = "the file is empty" if not content.strip() else error.msg
        if error.pos >= len(error.doc.rstrip()) and content.strip():
            detail += " (the text ends here: it was cut short)"
        raise LoadError("json", f"line {error.lineno}, column {error.colno}: {detail}; {_REMEDY}") from error
    except RecursionError as error:
        raise LoadError("json", f"the text is nested too deep for a table; {_REMEDY}") from error
    except ValueError as error:  # a whole number of thousands of digits, or one of _no_number
        raise LoadError("json", f"{error}; {_REMEDY}") from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


# Members by their types. `place` is the path to the object, ending in a dot.


def _wrong(place: str, member: str, kind: str, value: object) -> NoReturn:
    shown = json.dumps(value, ensure_ascii=True, default=str)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    raise LoadError("member", f"{place}{member} is {shown}, not {kind}; {_REMEDY}")


def _member(of: dict[str, Any], member: str, place: str) -> Any:
    try:
        return of[member]
    except KeyError:
        where = place.rstrip(".") or "the table"
        raise LoadError("member", f"{where}: the member {member} is missing; {_REMEDY}") from None


def _text(of: dict[str, Any], member: str, place: str) -> str:
    value = _member(of, member, place)
    if type(value) is not str or not _is_unicode(value):
        _wrong(place, member, "text", value)
    return value


def _is_unicode(text: str) -> bool:
    """Whether it has no half of a surrogate pair, which JSON lets pass as an escape and UTF-8 does not."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(of: dict[str, Any], member: str, place: str) -> float:
    value = _member(of, member, place)
    if type(value) is float and math.isfinite(value):
        return value
    return _odd_number(value, member, place)


def _odd_number(value: object, member: str, place: str) -> float:
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            pass
    _wrong(place, member, "a number", value)


def _optional_number(of: dict[str, Any], member: str, place: str) -> float | None:
    return None if of.get(member) is None else _number(of, member, place)


def _natural(of: dict[str, Any], member: str, place: str, bits: int) -> int:
    value = _member(of, member, place)
    if type(value) is not int or not 0 <= value < 1 << bits:
        _wrong(place, member, f"a whole number of 0 or more, below 2^{bits}", value)
    return value


def _object(of: dict[str, Any], member: str, place: str) -> dict[str, Any]:
    value = _member(of, member, place)
    if type(value) is not dict:
        _wrong(place, member, "an object", value)
    return value


def _list(of: dict[str, Any], member: str, place: str) -> list[Any]:
    value = _member(of, member, place)
    if type(value) is not list:
        _wrong(place, member, "a list", value)
    return value


# The document, from the outside in.


def _read(document: Any) -> Table:
    if type(document) is not dict:
        raise LoadError("member", f"the file holds no object but {type(document).__name__}; {_REMEDY}")
    version = _object(document, "format", "")
    major, minor = (_natural(version, member, "format.", 32) for member in ("major", "minor"))
    if major != FORMAT_MAJOR:
        raise LoadError(
            "format",
            f"format {major}.{minor} is unknown to this reader, which knows {FORMAT_MAJOR}.x; "
            "update the reader and keep the last good table",
        )
    models = {}
    for id in _object(document, "models", ""):
        if not _is_unicode(id):
            raise LoadError("member", f"models: the id {json.dumps(id)} is no Unicode text; {_REMEDY}")
        models[id] = _model(id, _object(document["models"], id, "models."))
    return Table(
        major=major,
        minor=minor,
        table_version=_natural(document, "table_version", "", 64),
        digest=_text(document, "digest", ""),
        created_as_of=_text(document, "created_as_of", ""),
        expires_at=_text(document, "expires_at", ""),
        epsilon=_number(_object(document, "policy", ""), "epsilon", "policy."),
        models=models,
        segments=tuple(
            _row(row, f"segments[{number}].") if type(row) is dict else _wrong("", f"segments[{number}]", "a row", row)
            for number, row in enumerate(_list(document, "segments", ""))
        ),
    )


def _model(id: str, model: dict[str, Any]) -> Model:
    place = f"models.{id}."
    price = None
    if model.get("price") is not None:
        prices = _object(model, "price", place)
        price = (_number(prices, "input", place + "price."), _number(prices, "output", place + "price."))
    return Model(id, _text(model, "model", place), _text(model, "provider", place), price)


def _row(row: dict[str, Any], place: str) -> Row:
    fallback = _list(row, "fallback", place) if "fallback" in row else []
    for model in fallback:
        if type(model) is not str or not _is_unicode(model):
            _wrong(place, "fallback", "a list of model ids", fallback)
    return Row(
        role=_text(row, "role", place),
        category=_text(row, "category", place),
        difficulty=_text(row, "difficulty", place),
        candidates=tuple(
            _candidate(candidate, f"{place}candidates[{number}].")
            if type(candidate) is dict
            else _wrong(place, f"candidates[{number}]", "a candidate", candidate)
            for number, candidate in enumerate(_list(row, "candidates", place))
        ),
        fallback=tuple(fallback),
    )


def _candidate(candidate: dict[str, Any], place: str) -> Candidate:
    eligible = _member(candidate, "eligible", place)
    if type(eligible) is not bool:
        _wrong(place, "eligible", "true or false", eligible)
    return Candidate(
        model=_text(candidate, "model", place),
        weight=_number(candidate, "weight", place),
        exploit_weight=_number(candidate, "exploit_weight", place),
        probe_weight=_number(candidate, "probe_weight", place),
        eligible=eligible,
        reason=_text(candidate, "reason", place),
        score=_number(_object(candidate, "score", place), "mean", place + "score."),
        success=_number(_object(candidate, "success", place), "mean", place + "success."),
        cost_usd=_optional_number(_object(candidate, "cost_usd", place), "mean", place + "cost_usd."),
        input_tokens=_optional_number(candidate, "input_tokens", place),
        output_tokens=_optional_number(candidate, "output_tokens", place),
        latency_ms=_optional_number(_object(candidate, "latency_ms", place), "p50", place + "latency_ms."),
    )


# What must hold within a table for a choice from it to be sound.


def _check(table: Table) -> None:
    def refuse(sentence: str) -> NoReturn:
        raise LoadError("content", sentence)

    if not _is_date(table.created_as_of):
        refuse(f"created_as_of is '{table.created_as_of}', not of the form YYYY-MM-DD")
    if not _is_instant(table.expires_at):
        refuse(f"expires_at is '{table.expires_at}', not of the form YYYY-MM-DDTHH:MM:SSZ")
    if not 0.0 <= table.epsilon <= 1.0:
        refuse(f"the policy: epsilon is {table.epsilon}, outside [0, 1]")
    keys: set[tuple[str, str, str]] = set()
    for row in table.segments:
        if row.key in keys:
            refuse(f"row {row.name} stands twice; a request could not tell which to use")
        keys.add(row.key)
        _check_shares(row, refuse)
        _check_references(row, table.models, refuse)
    if (ANY, ANY, ANY) not in keys:
        refuse("the row */*/* is missing; without it a request of a new kind has no answer")


def _check_shares(row: Row, refuse: Callable[[str], NoReturn]) -> None:
    weights = probes = 0.0
    for candidate in row.candidates:
        if not (
            0.0 <= candidate.weight <= 1.0
            and 0.0 <= candidate.exploit_weight <= 1.0
            and 0.0 <= candidate.probe_weight <= 1.0
        ):
            for member in ("weight", "exploit_weight", "probe_weight"):
                value = getattr(candidate, member)
                if not 0.0 <= value <= 1.0:
                    refuse(f"row {row.name}, model {candidate.model}: {member} is {value}, outside [0, 1]")
        weights += candidate.weight
        probes += candidate.probe_weight
    if abs(weights - 1.0) > _TOLERANCE:
        refuse(f"row {row.name}: the weights sum to {weights}, not to 1")
    if probes > 1.0 + _TOLERANCE:
        refuse(f"row {row.name}: the probe_weights sum to {probes}, not to at most 1")


def _check_references(row: Row, models: Iterable[str], refuse: Callable[[str], NoReturn]) -> None:
    candidates: set[str] = set()
    for candidate in row.candidates:
        if candidate.model not in models:
            refuse(f"row {row.name} names the model '{candidate.model}', which is not among the table's models")
        if candidate.model in candidates:
            refuse(f"row {row.name}: candidates names '{candidate.model}' twice")
        candidates.add(candidate.model)
    fallback: set[str] = set()
    for model in row.fallback:
        if model not in candidates:
            refuse(f"row {row.name}: the fallback names '{model}', which is no candidate of the row")
        if model in fallback:
            refuse(f"row {row.name}: fallback names '{model}' twice")
        fallback.add(model)


def _is_date(text: str) -> bool:
    if _DATE.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_instant(text: str) -> bool:
    return (
        _INSTANT.fullmatch(text) is not None
        and _is_date(text[:10])
        and text[11:13] < "24"
        and (text[14:16] < "60" and text[17:19] < "60")
    )
