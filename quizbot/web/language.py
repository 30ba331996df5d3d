"""Which language a page speaks: what the address asks for, else what the browser prefers, else the quiz's own."""

from collections.abc import Iterable

from flask import Request

from quizbot.content.texts import languages


def listened(request: Request, offered: Iterable[str], own: str) -> str:
    """The language to speak: among those that the shop offers and the program speaks, or `own`."""
    known = {_primary(each) for each in (*offered, own)} & languages()
    wanted = [request.args.get("lang", ""), *(each for each, quality in request.accept_languages if quality)]
    return next((each for each in map(_primary, wanted) if each in known), own)


def foreign(own: str, page: str) -> str | None:
    """The `lang` that texts in their own language need on a page, None when the page says it already."""
    return None if _primary(own) == _primary(page) else own


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()
