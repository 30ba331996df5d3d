"""Results by mail, as the web sees them: whether they can be sent, what goes into one, and where its links lead."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Request

from quizbot.settings import is_loopback
from quizbot.shop import Shop
from quizbot.visits import Visit
from quizbot.web.addresses import product_link


def home(shop: Shop, request: Request) -> str:
    """Where the quizzes are served: as site.yaml says, else as this machine was asked; empty for any other host."""
    said = shop.site.mail.home
    if said:
        return said.rstrip("/") + "/"
    try:
        host = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""
    return request.url_root if is_loopback(host) else ""


def can_send(shop: Shop, request: Request) -> bool:
    """Whether a result can be sent by mail: there is a server, a sender, and an address for the way back."""
    return bool(shop.sends_mail and shop.site.sender and home(shop, request))


def contents(shop: Shop, request: Request, visit: Visit, address: str) -> Mapping[str, Any]:
    """What goes into a mail: where to, the quiz and the products of a visit; no answer."""
    language = visit.turn.language or visit.edition.quiz.language
    goods = [
        {"title": each.title, "url": product_link(each, shop.site), "price": each.price, "currency": each.currency}
        for each in visit.items
    ]
    return {
        "to": address,
        "quiz": visit.edition.id,
        "title": visit.edition.spoken(language).quiz.title,
        "language": language,
        "home": home(shop, request),
        "items": goods,
    }
