"""Which language is spoken: what is asked for, else what the browser prefers, else the quiz's own."""

from collections.abc import Iterable

from flask import Request

from quizbot.content.edition import Edition
from quizbot.content.texts import languages, matching, primary


def listened(request: Request, offered: Iterable[str], own: Iterable[str], asked: str | None = None) -> str:
    """The language to speak: one of `own`, or one that the shop offers and the program speaks; else the first own.

    `asked` comes first, then the address's `lang`, then what the browser prefers.
    """
    known = list(dict.fromkeys((*own, *(each for each in offered if primary(each) in languages()))))
    preferred = (each for each, quality in request.accept_languages if quality)
    wanted = (asked or "", request.args.get("lang", ""), *preferred)
    return next((found for each in wanted if (found := matching(each, known))), known[0])


def heard(request: Request, offered: Iterable[str], edition: Edition, asked: str | None = None) -> str:
    """The language in which to speak of one quiz."""
    return listened(request, offered, edition.languages, asked)


def foreign(own: str, page: str) -> str | None:
    """The `lang` that texts in their own language need on a page, None when the page says it already."""
    return None if primary(own) == primary(page) else own
