"""What a page notes of somebody who agreed: that a product was looked at, or went into the cart."""

from secrets import token_urlsafe

from flask import Blueprint, Response, abort, request

from quizbot.advice.turn import EventKind
from quizbot.shop import Shop
from quizbot.store.protocol import Unknown
from quizbot.visits import Deed, daily, note
from quizbot.web.visitor import cookie, is_own_form, memory_of

_KINDS: dict[str, EventKind] = {"view": "view", "cart": "cart"}


def blueprint(shop: Shop) -> Blueprint:
    """The note as a route; only pages of those who agreed know its address."""
    deeds = Blueprint("deeds", __name__)

    @deeds.post("/quiz/<quiz>/did")
    def did(quiz: str) -> Response:
        """Keep one deed, once a day. A page says `own` in its address when it is known not to be about a gift."""
        edition = shop.edition(quiz) or abort(404)
        key, said = cookie(request), request.form
        if not key or not is_own_form(request):
            raise Unknown
        kind, item = _KINDS.get(said.get("kind", "")), said.get("item", "")
        if kind is None or item not in edition.catalog.positions:
            abort(422)
        memory = memory_of(shop)
        gift = False if request.args.get("own") == "1" else None
        deed = Deed(item=item, kind=kind, quiz=quiz, position=_place(said.get("position", "")), gift=gift)
        note(shop, memory, key, [daily(deed, memory.clock())], token_urlsafe(24))
        return Response(status=204)

    return deeds


def _place(written: str) -> int | None:
    """A place in a list, None when it is none."""
    return int(written) if written.isascii() and written.isdecimal() and 0 < int(written[:4]) <= 50 else None  # noqa: PLR2004 (as many as are shown at most)
