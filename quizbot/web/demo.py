"""A product page of an invented shop with the quiz in it, from another site as in real life."""

from base64 import b64encode
from hashlib import sha384

from flask import Blueprint, Response, abort, request, url_for

from quizbot.advice.card import card
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web.language import heard
from quizbot.web.origins import twin
from quizbot.web.pages import loader_version, page

_OTHERS = 4


def blueprint(shop: Shop) -> Blueprint:
    """The demo shop as a route."""
    demo = Blueprint("demo", __name__)

    @demo.get("/demo-shop")
    def product() -> Response:
        """A product page with both modes of the embed and a cart; `?product=` and `?quiz=` choose."""
        first = next(iter(shop.library.editions), "")
        found = shop.edition(request.args.get("quiz", first)) or abort(404)
        language = heard(request, shop.site.languages, found)
        edition = found.spoken(language)
        ids = edition.catalog.ids
        at = edition.catalog.positions.get(request.args.get("product", ""), 0)
        cards = [card(edition.shown, each % len(ids)) for each in range(at, at + 1 + min(_OTHERS, len(ids) - 1))]
        return page(
            "demo-shop.html",
            shop,
            shop.site.speech(language),
            id=edition.id,
            product=cards[0],
            text=edition.shown.columns["description"].texts[at],
            others=cards[1:],
            loader=_loader(),
            integrity=integrity(),
            home=_home(),
        )

    return demo


def _home() -> str:
    """This server under its other name where it has one, else under its own; without a slash at the end."""
    return f"{twin(request) or request.host_url.rstrip('/')}{request.script_root}"


def _loader() -> str:
    return (twin(request) or "") + url_for("pages.lasting_loader", version=loader_version())


def integrity(name: str = "embed.js") -> str:
    """What a browser holds a script against, as the attribute `integrity` says it."""
    script = (bundled("static") / name).read_bytes()
    return f"sha384-{b64encode(sha384(script).digest()).decode()}"
