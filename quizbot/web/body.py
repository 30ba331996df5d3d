"""JSON bodies: read strictly, or refused with the field named."""

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any, TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from quizbot.advice.turn import Turn
from quizbot.content.problems import choose_from

LARGEST_BODY = 16 * 1024
DEEPEST = 8
_WIDEST = 2**63
_LONGEST_NUMBER = 20  # characters of a 64-bit integer with its sign

Errors = Sequence[tuple[str, str]]
_Shape = TypeVar("_Shape", bound=BaseModel)


class Unreadable(Exception):
    """A body that is refused. `status` is the HTTP status, `errors` are (field, message) pairs."""

    def __init__(self, status: int, detail: str, errors: Errors = ()) -> None:
        """Keep what is wrong."""
        self.status, self.detail, self.errors = status, detail, errors
        super().__init__(detail)


def read_body(request: Request) -> dict[str, Any]:
    """The JSON object a request carries. Raises Unreadable, or werkzeug's 413 when it is too large."""
    if request.mimetype != "application/json":
        raise Unreadable(415, "the body must be JSON; send it with 'Content-Type: application/json'")
    request.max_content_length = LARGEST_BODY
    return read_object(request.get_data(cache=False))


def read_object(body: bytes | str) -> dict[str, Any]:
    """The JSON object a text holds: finite 64-bit numbers, depth 8, no key twice. Raises Unreadable."""
    try:
        text = body if isinstance(body, str) else body.decode()
        value = json.loads(
            text, object_pairs_hook=_once, parse_int=_integer, parse_float=_finite, parse_constant=_constant
        )
    except UnicodeDecodeError:
        raise Unreadable(400, "the body is not UTF-8") from None
    except RecursionError:
        raise _deep() from None
    except json.JSONDecodeError as error:
        raise Unreadable(400, f"the body is not JSON: {error.msg.lower()} at character {error.pos + 1}") from None
    if not isinstance(value, dict):
        raise Unreadable(422, "the body must be a JSON object; '{}' starts a conversation")
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        raise _deep()
    if "\\u" in text or isinstance(body, str):
        _without_surrogates(value)
    return value


def _deep() -> Unreadable:
    return Unreadable(422, f"the body is nested too deeply; at most {DEEPEST} levels are read")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(each for at, each in enumerate(names) if each in names[:at])
        raise Unreadable(422, "a field is given twice", [(_printable(twice), "is given twice; give it once")])
    return found


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER or not -_WIDEST <= (value := int(digits)) < _WIDEST:
        raise Unreadable(422, f"the number '{digits[:24]}' does not fit into 64 bits")
    return value


def _finite(digits: str) -> float:
    """The number; a whole one is an integer, since JSON knows no difference between 3 and 3.0."""
    value = float(digits)
    if not isfinite(value):
        raise Unreadable(422, f"the number '{digits[:24]}' is too large")
    return int(value) if value.is_integer() and abs(value) < _WIDEST else value


def _constant(name: str) -> float:
    raise Unreadable(400, f"the body is not JSON: '{name}' is no number of it")


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _without_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unreadable(422, "a text holds half of a surrogate pair; send whole characters") from None


def _printable(text: str) -> str:
    return text.encode(errors="replace").decode()[:128]


def read_turn(value: dict[str, Any]) -> Turn:
    """The turn a JSON object describes. Raises Unreadable with every field that is wrong."""
    return read_shape(Turn, value, "a turn")


def read_shape(shape: type[_Shape], value: dict[str, Any], name: str) -> _Shape:
    """What a JSON object describes. Raises Unreadable with every field that is wrong."""
    try:
        return shape.model_validate(value, strict=True)
    except ValidationError as error:
        fields = list(shape.model_fields)
        found = dict(_finding(each, fields) for each in error.errors(include_url=False, include_context=False))
        raise Unreadable(422, f"the body does not describe {name}", list(found.items())) from None


def _finding(error: ErrorDetails, fields: Sequence[str]) -> tuple[str, str]:
    """Field and message of one fault; a value that could take several forms has one message for all of them."""
    place = [str(each) for each in error["loc"]]
    if place[0] == "answers" and len(place) > 1:
        return f"answers.{place[1]}", "is no answer; give an option id, a list of ids, a number or words"
    if error["type"] == "extra_forbidden":
        known = list(fields) if len(place) == 1 else []
        remedy = f"; {choose_from(place[-1], known)}" if known else ""
        return ".".join(place), f"unknown field '{place[-1]}'{remedy}"
    message = error["msg"]
    return ".".join(place), message[:1].lower() + message[1:]
