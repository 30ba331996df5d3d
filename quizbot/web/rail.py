"""The rail: picks for a visitor who agreed, on any page of the shop; an invitation to the quiz for everybody else."""

import json
from collections.abc import Sequence

from flask import Blueprint, Response, abort, request, url_for

from quizbot.advice.picks import Pick
from quizbot.consent import NotGranted
from quizbot.content.edition import Edition
from quizbot.shop import Shop
from quizbot.store.protocol import Unavailable, Unknown
from quizbot.visits import picked
from quizbot.web.addresses import relative_pictures
from quizbot.web.consenting import Consenting, Visitor, identify
from quizbot.web.framed import goods
from quizbot.web.language import heard
from quizbot.web.pages import FRAMED, RAIL, page, passed_on, stamped
from quizbot.web.visitor import forget


def blueprint(shop: Shop) -> Blueprint:
    """The rail as a route."""
    rail = Blueprint("rail", __name__)

    @rail.get("/rail/<quiz>")
    def shown(quiz: str) -> Response:
        """The rail of one quiz; `?product=` is the page's product, which is not picked."""
        found = shop.edition(quiz) or abort(404)
        language = heard(request, shop.site.languages, found)
        edition, visitor = found.spoken(language), identify(shop, request)
        listed = _picks(shop, found, visitor, language)
        response = page(
            "rail.html",
            shop,
            shop.site.speech(language),
            quiz=edition.quiz,
            edition=edition,
            picks=listed,
            visitor=visitor,
            is_closed="closed" in request.args,
            image=next(relative_pictures(edition), None),
            home=url_for("pages.conversation", quiz=edition.id, **passed_on("lang", "theme")),
            fields=passed_on("lang", "embed", "product", "theme"),
            framed=stamped(FRAMED),
            sheet=stamped(RAIL),
            news=_told(edition, listed),
            keeps=url_for("deeds.did", quiz=edition.id, own=1)
            if listed and Consenting(visitor=visitor).keeps_deeds
            else None,
        )
        if visitor.is_gone:
            forget(response, request)
        if visitor.key or visitor.is_gone:
            response.headers["Cache-Control"] = "no-cache, private"
        return response

    return rail


def _picks(shop: Shop, edition: Edition, visitor: Visitor, language: str) -> list[Pick]:
    """What is picked for a visitor; nothing for anybody else, and while the database cannot be used."""
    if visitor.grant is None:
        return []
    try:
        return picked(shop, edition, visitor.key, language, [request.args.get("product", "")])
    except (Unavailable, Unknown, NotGranted):
        return []


def _told(edition: Edition, listed: Sequence[Pick]) -> str:
    """What the page around may hear, as JSON: which products there are to press, and nothing of why."""
    news = {"quiz": edition.id, "version": edition.version, "rail": True, "items": list(goods(listed))}
    return json.dumps(news, ensure_ascii=False, separators=(",", ":"))
