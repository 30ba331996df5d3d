"""Errors: a problem document (RFC 9457) for programs, a friendly page for people."""

import json
from collections.abc import Mapping
from functools import partial

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from quizbot.advice.turn import Wrong
from quizbot.consent import NotGranted
from quizbot.content.texts import languages
from quizbot.shop import Shop
from quizbot.store.protocol import Conflict, Unavailable, Unknown
from quizbot.web.body import LARGEST_BODY, Errors, Unreadable
from quizbot.web.language import listened

_PROGRAMS = ("/api/", "/healthz", "/readyz")
_PAGES: Mapping[int, str] = {404: "missing", 405: "method", 413: "large", 429: "busy"}
RETRY_SECONDS = 30
_SERVER_ERROR = 500
_TITLES: Mapping[int, str] = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not agreed to",
    404: "Not found",
    405: "Method not allowed",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Wrong content",
    429: "Too many requests",
    503: "Unavailable",
    500: "Internal error",
}
_DETAILS: Mapping[int, str] = {
    404: "there is nothing at this address; /api/v1/openapi.json describes what there is",
    413: f"the body is too large; send at most {LARGEST_BODY // 1024} KB",
}


def problem(status: int, detail: str, errors: Errors = ()) -> Response:
    """A problem document. `errors` are (field, message) pairs."""
    document = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "errors": [{"field": field, "message": message} for field, message in errors],
    }
    return Response(json.dumps(document, ensure_ascii=False), status, content_type="application/problem+json")


def register(app: Flask, shop: Shop) -> None:
    """Let every error of the application end in one of the two forms."""
    app.register_error_handler(Unreadable, lambda error: problem(error.status, error.detail, error.errors))
    app.register_error_handler(Wrong, lambda error: problem(422, "the turn does not fit the quiz", error.errors))
    app.register_error_handler(Unknown, lambda _: _unknown())
    app.register_error_handler(NotGranted, lambda error: problem(403, str(error)))
    app.register_error_handler(Conflict, lambda error: problem(422, str(error)))
    app.register_error_handler(Unavailable, lambda _: _unavailable())
    app.register_error_handler(HTTPException, partial(_refusal, shop))


def _unknown() -> Response:
    """The same for every key that is not known: missing, mistyped, tampered with, erased, or another shop's."""
    refused = problem(401, "the key is not known; send 'Authorization: Bearer' with the token of an opt-in")
    refused.headers["WWW-Authenticate"] = "Bearer"
    return refused


def _unavailable() -> Response:
    refused = problem(503, "nothing can be remembered or changed right now; try again in a moment")
    refused.headers["Retry-After"] = str(RETRY_SECONDS)
    return refused


def _refusal(shop: Shop, error: HTTPException) -> Response:
    status = error.code or _SERVER_ERROR
    if request.path.startswith(_PROGRAMS):
        response = problem(status, _detail(status, error))
    else:
        response = Response(_page(shop, status), status, content_type="text/html; charset=utf-8")
    for name, value in error.get_headers():
        if name.casefold() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _detail(status: int, error: HTTPException) -> str:
    """What was wrong, in the words it was refused with where these are our own."""
    if status >= _SERVER_ERROR:
        return "the request could not be answered; try again in a moment"
    if error.description and error.description != type(error).description:
        return error.description
    if isinstance(error, MethodNotAllowed):
        taken = sorted({*(error.valid_methods or ())} - {"HEAD", "OPTIONS"})
        return f"{request.method} is not answered here; send {' or '.join(taken)}"
    return _DETAILS.get(status, "the request was refused")


def _page(shop: Shop, status: int) -> str:
    kind = "failed" if status >= _SERVER_ERROR else _PAGES.get(status, "wrong")
    told = shop.site.speech(listened(request, languages(), ("en",)))
    return render_template("error.html", speech=told, kind=kind, status=status)
