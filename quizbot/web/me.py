"""The API of consent and own data: who holds a key sees, changes and erases what is kept under it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, request
from pydantic import BaseModel, TypeAdapter

from quizbot.advice.turn import AskedQuestion, Turn
from quizbot.consent import LONGEST_KEY, RANDOM_KEY, Asked
from quizbot.content.edition import Edition
from quizbot.shop import Shop
from quizbot.visits import (
    Act,
    Deed,
    Recommendations,
    Visit,
    last_turn,
    note,
    opt_in,
    recalled,
    recommendations,
    remembered,
    visit,
)
from quizbot.web.addresses import linked
from quizbot.web.api import places, unsaid
from quizbot.web.body import Unreadable, read_body, read_shape
from quizbot.web.language import heard, listened
from quizbot.web.limits import counted
from quizbot.web.mailing import contents
from quizbot.web.metrics import happened
from quizbot.web.shapes import Events, Opting, Purposes
from quizbot.web.state import Kept, State, fitting
from quizbot.web.visitor import bearer, memory_of, signals

_RECOMMENDATIONS = TypeAdapter(Recommendations)
_Told = TypeVar("_Told")


def blueprint(shop: Shop) -> Blueprint:
    """Consent and own data as routes."""
    me = Blueprint("me", __name__)

    @me.post("/api/v1/consents")
    def consents() -> Response:
        """Opt in: the key and the receipt."""
        return _opt_in(shop)

    @me.get("/api/v1/me")
    def held() -> Response:
        """Everything that is held."""
        memory, token = memory_of(shop), bearer(request)
        purposes = sorted(memory.grant(token).purposes)
        return _json({"purposes": purposes, **memory.export(token)})

    @me.patch("/api/v1/me/consents")
    def change() -> Response:
        """Let exactly these purposes hold."""
        return _change(shop)

    @me.delete("/api/v1/me")
    def erase() -> Response:
        """Delete everything."""
        memory_of(shop).erase(bearer(request))
        return Response(status=204)

    @me.post("/api/v1/me/events")
    def events() -> Response:
        """Add what was done with products, but for gifts."""
        return _add_events(shop)

    @me.delete("/api/v1/me/events/<event>")
    def forget(event: str) -> Response:
        """Forget one event."""
        if not memory_of(shop).forget_event(bearer(request), event):
            abort(404, "there is no such event")
        return Response(status=204)

    @me.get("/api/v1/me/recommendations")
    def warm_start() -> Response:
        """Suggestions for the last answers, at once."""
        memory, token = memory_of(shop), bearer(request)
        memory.grant(token).require("remember")
        quiz = request.args.get("quiz", "")
        edition = shop.edition(quiz) or abort(404, f"there is no quiz '{quiz[:64]}'; /api/v1/quizzes lists them")
        language, last = heard(request, shop.site.languages, edition), remembered(memory, token, edition.id)
        use = request.args.get("use_history") != "false"
        turn = last_turn(last, language, use_history=use) if last else Turn(language=language, use_history=use)
        return _told(linked(recommendations(shop, edition, last, turn, recalled(memory, token)), shop.site))

    return me


def _opt_in(shop: Shop) -> Response:
    memory, key = memory_of(shop), _idempotency_key()
    body = read_body(request)
    said = read_shape(Opting, body, "an opt-in")
    edition = shop.edition(said.quiz) or abort(404, f"there is no quiz '{said.quiz[:64]}'")
    language = heard(request, shop.site.languages, edition, said.language)
    notice = shop.notice(language)
    _must_be_current(said.notice, notice.revision)
    asked = Asked(purposes=frozenset(said.purposes), sensitive=said.sensitive, signals=signals(request))
    if said.email:
        counted("mailing")
    seen = _visit(shop, edition, said, language)
    act = Act(key, asked, notice, body, contents(shop, request, seen, said.email) if said.email else None)
    token, receipt = _sensible(lambda: opt_in(memory, act, seen))
    happened(edition, "consent")
    return _json({"token": token, "receipt": receipt}, 201)


def _change(shop: Shop) -> Response:
    memory, token = memory_of(shop), bearer(request)
    before = memory.grant(token)
    said = read_shape(Purposes, read_body(request), "purposes")
    notice = shop.notice(listened(request, shop.site.languages, shop.site.languages))
    asked = Asked(purposes=frozenset(said.purposes), sensitive=said.sensitive, signals=signals(request))
    if said.notice is None:
        asked = replace(asked, kept=asked.purposes)
    if said.notice is not None or asked.purposes - before.purposes.keys() or (asked.sensitive > before.sensitive):
        _must_be_current(said.notice, notice.revision)
    return _json({"receipt": _sensible(lambda: memory.set_purposes(token, asked, notice))})


def _add_events(shop: Shop) -> Response:
    memory, token = memory_of(shop), bearer(request)
    grant = memory.grant(token)
    if "improve" not in grant.purposes:
        grant.require("history")
    key = _idempotency_key()
    said = read_shape(Events, read_body(request), "events")
    _must_know_quizzes(shop, said)
    ids = note(shop, memory, token, [Deed(**dict(each)) for each in said.events], key)
    return _json({"ids": list(ids)}, 201)


def _told(found: BaseModel) -> Response:
    left_out: dict[str, Any] = {}
    question: AskedQuestion | None = getattr(found, "question", None)
    if question:
        left_out["question"] = unsaid(question)
    left_out["survey"] = {at: unsaid(each) for at, each in enumerate(getattr(found, "survey", []))}
    return Response(
        _RECOMMENDATIONS.dump_json(found, exclude=left_out, context=places()),  # type: ignore[arg-type]
        content_type="application/json",
    )


def _visit(shop: Shop, edition: Edition, said: Opting, language: str) -> Visit:
    """The visit an opt-in brings along, without what the quiz does not know."""
    state = fitting(edition, State(said.answers, (), tuple(Kept(each) for each in said.refine)))
    refine = [each.refinement for each in state.refine]
    return visit(shop, edition, Turn(answers=dict(state.answers), refine=refine, language=language))


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key or len(key) > LONGEST_KEY:
        message = f"send {RANDOM_KEY} to {LONGEST_KEY} random characters, and the same ones when you try again"
        raise Unreadable(422, "the header 'Idempotency-Key' is missing or too long", [("Idempotency-Key", message)])
    return key


def _must_be_current(said: str | None, revision: str) -> None:
    if said != revision:
        raise Unreadable(422, "the notice is not the current one", [("notice", f"show '{revision}' and ask again")])


def _sensible(act: Callable[[], _Told]) -> _Told:
    """What an act of consent gives; what cannot be agreed to is wrong content."""
    try:
        return act()
    except ValueError as error:
        raise Unreadable(422, str(error)) from None


def _must_know_quizzes(shop: Shop, said: Events) -> None:
    errors = [
        (f"events.{at}.quiz", f"unknown quiz '{each.quiz[:64]}'; /api/v1/quizzes lists them")
        for at, each in enumerate(said.events)
        if each.quiz and not shop.edition(each.quiz)
    ]
    if errors:
        raise Unreadable(422, "the events name a quiz that is not here", errors)


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type="application/json")
