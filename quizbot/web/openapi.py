"""The API's description as OpenAPI 3.1, made from the models that travel."""

import json
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from quizbot import __version__
from quizbot.advice.turn import Advice, AskedQuestion, Turn
from quizbot.web.openapi_own import OWN, own_paths, refused
from quizbot.web.shapes import Events, Opting, Purposes

_REFERENCE = "#/components/schemas/{model}"
_LANGUAGE = {
    "name": "lang",
    "in": "query",
    "description": "Language to speak; without it, what Accept-Language prefers, else the quiz's own.",
    "schema": {"type": "string"},
}
_EXAMPLES = {
    "start": {"summary": "Start a conversation", "value": {}},
    "answer": {"summary": "Answer a question", "value": {"answers": {"climate": "wet", "formality": 3}}},
    "refine": {
        "summary": "Talk back: under 150, warmer, and no wool",
        "value": {
            "answers": {"climate": "wet"},
            "refine": [
                {"column": "price", "max": 150},
                {"trait": "warmth", "direction": "more"},
                {"exclude": {"material": ["wool"]}},
            ],
        },
    },
    "say": {
        "summary": "Say it in words",
        "value": {"answers": {"climate": "wet"}, "say": "cheaper, and no wool", "finish": True},
    },
    "finish": {
        "summary": "Show suggestions now",
        "value": {"answers": {"budget": 180}, "skipped": ["climate"], "finish": True, "limit": 3},
    },
}


class QuizCard(BaseModel):
    """A quiz in a list."""

    id: str
    title: str
    welcome: str | None
    language: str
    languages: list[str]
    version: str


class Quizzes(BaseModel):
    """The quizzes of a shop."""

    quizzes: list[QuizCard]


class QuizDescription(QuizCard):
    """A quiz with its questions, without weights."""

    questions: list[AskedQuestion]


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]


class Health(BaseModel):
    """Whether the process answers."""

    status: str


class Readiness(BaseModel):
    """Whether visitors may be sent here: each part `ok` or `missing`.

    `database` is `ok`, or `off` when nothing can be remembered now; quizzes are answered all the same.
    """

    status: str
    content: str
    database: str


@lru_cache(maxsize=4)
def document(quizzes: tuple[str, ...]) -> bytes:
    """The description for a shop with these quizzes, as JSON."""
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "quizbot", "version": __version__, "description": "Quizzes that recommend and say why."},
        "paths": _paths(quizzes),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "The token of an opt-in."}},
        },
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def _schemas() -> dict[str, Any]:
    taken: tuple[type[BaseModel], ...] = (Turn, Opting, Purposes, Events)
    made: tuple[type[BaseModel], ...] = (Advice, Quizzes, QuizDescription, Problem, Health, Readiness, *OWN)
    _, found = models_json_schema(
        [*((each, "validation") for each in taken), *((each, "serialization") for each in made)],
        ref_template=_REFERENCE,
    )
    schemas: dict[str, Any] = found["$defs"]
    common = {"id", "type", "ask", "why", "required"}
    schemas["AskedQuestion"]["required"] = sorted(common)  # the other fields depend on its type
    return schemas


def _paths(quizzes: tuple[str, ...]) -> dict[str, Any]:
    quiz = {
        "name": "quiz",
        "in": "path",
        "required": True,
        "description": "Id of a quiz.",
        "schema": {"type": "string", "enum": list(quizzes)},
    }
    turn = {
        "operationId": "turn",
        "summary": "One turn of a conversation, whole and stateless",
        "parameters": [quiz, _LANGUAGE],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _reference("Turn"), "examples": _EXAMPLES}},
        },
        "responses": _responses("Advice", 400, 401, 404, 413, 415, 422),
        "security": [{}, {"key": []}],  # with a token, what its holder let be remembered counts, too
    }
    return {
        "/api/v1/quizzes": {
            "get": _reading("quizzes", "The quizzes there are", "Quizzes") | {"parameters": [_LANGUAGE]}
        },
        "/api/v1/quizzes/{quiz}": {
            "get": _reading("quiz", "One quiz with its questions", "QuizDescription", 404)
            | {"parameters": [quiz, _LANGUAGE]}
        },
        "/api/v1/quizzes/{quiz}/turn": {"post": turn},
        **own_paths(quiz),
        "/healthz": {"get": _reading("health", "Whether the process answers", "Health")},
        "/readyz": {"get": _readiness()},
    }


def _readiness() -> dict[str, Any]:
    told = _reading("readiness", "Whether visitors may be sent here", "Readiness")
    unready = told["responses"]["200"] | {"description": "Not yet, or not any more."}
    return told | {"responses": told["responses"] | {"503": unready}}


def _reading(name: str, summary: str, model: str, *refusals: int) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "responses": _responses(model, *refusals)}


def _responses(model: str, *refusals: int) -> dict[str, Any]:
    good = {"description": "The answer.", "content": {"application/json": {"schema": _reference(model)}}}
    return {"200": good, **refused(*refusals)}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model)}
