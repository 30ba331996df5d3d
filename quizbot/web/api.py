"""The JSON API: the quizzes, and one turn of a conversation. It keeps nothing."""

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, request
from pydantic import TypeAdapter

from quizbot.advice.asking.ask import asked
from quizbot.advice.turn import Advice, AskedQuestion, Dropped, Turn
from quizbot.content.edition import Edition
from quizbot.shop import Shop
from quizbot.store.protocol import Unavailable
from quizbot.visits import beside, recalled
from quizbot.web.addresses import linked, picture
from quizbot.web.body import read_body, read_turn
from quizbot.web.language import heard
from quizbot.web.metrics import happened
from quizbot.web.openapi import document
from quizbot.web.visitor import bearer, has_bearer, memory_of

_ALL_TYPES = frozenset({"id", "type", "ask", "why", "required"})
_SPECIAL = frozenset({"because", "sensitive", "ask_after"})  # said of the few questions that are
_OWN: Mapping[str, frozenset[str]] = {
    "single": frozenset({"options"}),
    "multiple": frozenset({"options", "max"}),
    "ranking": frozenset({"options"}),
    "scale": frozenset({"steps", "low", "high"}),
    "number": frozenset({"min", "max", "step", "unit"}),
    "products": frozenset({"products"}),
    "text": frozenset(),
}
_FOREIGN: Mapping[str, set[str]] = {
    kind: set(AskedQuestion.model_fields) - _ALL_TYPES - _SPECIAL - own for kind, own in _OWN.items()
}
_ADVICE = TypeAdapter(Advice)


def blueprint(shop: Shop) -> Blueprint:
    """The API of a shop as routes."""
    api = Blueprint("api", __name__)

    @api.get("/api/v1/quizzes")
    def quizzes() -> Response:
        """The quizzes there are."""
        site = shop.site.languages
        return _json({"quizzes": [_card(each, heard(request, site, each)) for each in shop.library.editions.values()]})

    @api.get("/api/v1/quizzes/<quiz>")
    def describe(quiz: str) -> Response:
        """One quiz with its questions, without weights."""
        edition = shop.edition(quiz) or _unknown(quiz)
        language = heard(request, shop.site.languages, edition)
        spoken = edition.spoken(language)
        shown = [asked(spoken, each, {}) for each in spoken.quiz.questions]
        context = places()
        questions = [each.model_dump(mode="json", exclude=unsaid(each), context=context) for each in shown]
        return _json(_card(edition, language) | {"questions": questions})

    @api.post("/api/v1/quizzes/<quiz>/turn")
    def turn(quiz: str) -> Response:
        """One turn of a conversation."""
        edition = shop.edition(quiz) or _unknown(quiz)
        said = read_turn(read_body(request))
        said = said.model_copy(update={"language": heard(request, shop.site.languages, edition, said.language)})
        advice = linked(_advised(shop, edition, said), shop.site)
        _count(edition, said, advice)
        left_out: dict[str, Any] = {"survey": {at: unsaid(each) for at, each in enumerate(advice.survey)}}
        if advice.question:
            left_out["question"] = unsaid(advice.question)
        return Response(_ADVICE.dump_json(advice, exclude=left_out, context=places()), content_type="application/json")

    @api.after_request
    def _varied(response: Response) -> Response:
        response.vary.add("Accept-Language")
        return response

    @api.get("/api/v1/openapi.json")
    def openapi() -> Response:
        """What the API takes and gives, as OpenAPI 3.1."""
        return Response(document(tuple(shop.library.editions)), content_type="application/json")

    @api.get("/healthz")
    def healthz() -> Response:
        """Whether the process answers."""
        return _json({"status": "ok"})

    @api.get("/readyz")
    def readyz() -> Response:
        """Whether visitors may be sent here."""
        parts = shop.readiness()
        ready = all(parts.values())
        told = {name: _word(each) for name, each in parts.items()}
        told["database"] = "ok" if shop.remembers() else "off"
        answer = _json({"status": "ok" if ready else "not ready", **told})
        answer.status_code = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return answer

    return api


def _advised(shop: Shop, edition: Edition, said: Turn) -> Advice:
    """The advice on a turn. Who sends a token has their history in it; without one, no database is opened."""
    if not has_bearer(request):
        return shop.turn(edition, said)
    try:
        return shop.turn(edition, said, beside(recalled(memory_of(shop), bearer(request)), edition, said.refine))
    except Unavailable:
        advice = shop.turn(edition, said)
        lost = Dropped(field="history", message="what is remembered cannot be read right now")
        return advice.model_copy(update={"dropped": [*advice.dropped, lost]})


def unsaid(question: AskedQuestion) -> set[str]:
    """The fields that say nothing of a question."""
    return _FOREIGN[question.type] | {each for each in _SPECIAL if not getattr(question, each)}


def _count(edition: Edition, said: Turn, advice: Advice) -> None:
    """Count what a turn did."""
    if said.refine or said.say:
        happened(edition, "refine")
        return
    happened(edition, "answer" if said.answers or said.skipped else "start")
    if advice.question is None or said.finish:
        happened(edition, "complete")


def _word(is_there: bool) -> str:
    return "ok" if is_there else "missing"


def places() -> dict[str, Any]:
    """Where pictures are served, for JSON; `request.url_root` says the same root at ten times the cost."""
    return {"picture": partial(picture, root=f"{request.scheme}://{request.host}{request.root_path}/")}


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json")


def _unknown(quiz: str) -> Any:
    abort(404, f"there is no quiz '{quiz[:64]}'; /api/v1/quizzes lists them")


def _card(edition: Edition, language: str) -> dict[str, Any]:
    quiz = edition.spoken(language).quiz
    return {
        "id": edition.id,
        "title": quiz.title,
        "welcome": quiz.welcome,
        "language": quiz.language,
        "languages": list(edition.languages),
        "version": edition.version,
    }
