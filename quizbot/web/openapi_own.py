"""The part of the API's description that is about consent and own data."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from quizbot.web.shapes import Held, OptedIn, Receipt, Recommendations, Recorded

OWN: tuple[type[BaseModel], ...] = (OptedIn, Receipt, Held, Recorded, Recommendations)
_SECURED: Mapping[str, Any] = {"security": [{"key": []}]}
_EVENT = {
    "name": "event",
    "in": "path",
    "required": True,
    "description": "Id of an event.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:~-]{1,128}$"},
}
_USE_HISTORY = {
    "name": "use_history",
    "in": "query",
    "description": "Whether what the person let be remembered counts.",
    "schema": {"type": "boolean", "default": True},
}
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Random, at best a UUID; the same when the request is sent again.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:~-]{1,128}$"},
}
_OPT_IN = {"quiz": "winter-coat", "purposes": ["remember"], "notice": "2026-11", "answers": {"climate": "wet"}}
_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "Opting": {"remember": {"summary": "Remember these answers", "value": _OPT_IN}},
    "Purposes": {"withdraw": {"summary": "Take everything back", "value": {"purposes": []}}},
    "Events": {"like": {"summary": "A product was liked", "value": {"events": [{"item": "a", "kind": "like"}]}}},
}


def own_paths(quiz: Mapping[str, Any]) -> dict[str, Any]:
    """The paths; `quiz` is the parameter that names one."""
    asked = {**quiz, "in": "query"}
    return {
        "/api/v1/consents": {
            "post": _taking("opt-in", "Opt in: a record is started with what it allows", "Opting", "OptedIn", 404)
            | {"parameters": [_KEY]}
        },
        "/api/v1/me": {
            "get": _own("held", "Everything that is held", "Held"),
            "delete": _done("erase", "Delete everything"),
        },
        "/api/v1/me/consents": {
            "patch": _taking("change", "Let exactly these purposes hold", "Purposes", "Receipt", 401) | dict(_SECURED)
        },
        "/api/v1/me/events": {
            "post": _taking("events", "Add what was done with products", "Events", "Recorded", 401, 403)
            | {"parameters": [_KEY]}
            | dict(_SECURED)
        },
        "/api/v1/me/events/{event}": {
            "delete": _done("forget", "Forget one event", 404) | {"parameters": [_EVENT]},
        },
        "/api/v1/me/recommendations": {
            "get": _own("recommendations", "Suggestions for the last answers, at once", "Recommendations", 403, 404)
            | {"parameters": [asked, _USE_HISTORY]}
        },
    }


def _taking(name: str, summary: str, taken: str, given: str, *refusals: int) -> dict[str, Any]:
    """An operation that takes a body."""
    body = {"schema": _reference(taken), "examples": _EXAMPLES[taken]}
    status = "200" if given == "Receipt" else "201"
    return {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {status: _good(given), **refused(400, 413, 415, 422, *refusals)},
    }


def _own(name: str, summary: str, given: str, *refusals: int) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": _good(given), **refused(401, *refusals)},
        **_SECURED,
    }


def _done(name: str, summary: str, *refusals: int) -> dict[str, Any]:
    responses = {"204": {"description": "Done."}, **refused(401, *refusals)}
    return {"operationId": name, "summary": summary, "responses": responses, **_SECURED}


def _good(model: str) -> dict[str, Any]:
    return {"description": "The answer.", "content": {"application/json": {"schema": _reference(model)}}}


def refused(*statuses: int) -> dict[str, Any]:
    """What is said when it is not done; 429 and 503 say when to try again."""
    problem = {"application/problem+json": {"schema": _reference("Problem")}}
    said = {str(each): {"description": "What was wrong.", "content": problem} for each in sorted(statuses)}
    wait = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    later = {"description": "Not now.", "content": problem, "headers": wait}
    return said | {"429": later, "503": later}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}
