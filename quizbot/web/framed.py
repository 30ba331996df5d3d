"""What passes between a framed page and the page around it: what happened, without answers, and a history."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from quizbot.advice.turn import ItemCard, Remembered
from quizbot.content.edition import Edition
from quizbot.web.body import Unreadable, read_object
from quizbot.web.conversation import Scene
from quizbot.web.forms import Form

_HISTORY = TypeAdapter(Annotated[list[Remembered], Field(max_length=500)])


def told(scene: Scene) -> str:
    """What the page around may hear of a scene, as JSON: ids, titles, prices and positions, never an answer."""
    results = scene.advice.results
    shows = results is not None and scene.question is None
    edition = scene.edition
    news: dict[str, Any] = {"quiz": edition.id, "version": edition.version, "position": scene.number}
    if results and shows:
        news |= {"title": edition.quiz.title, "items": list(goods(results.items))}
        routine = [each.item for each in results.slots or () if each.item]
        if routine:
            news["routine"] = list(goods(routine))
    return json.dumps(news, ensure_ascii=False, separators=(",", ":"))


def history(form: Form, edition: Edition) -> tuple[Remembered, ...]:
    """What the page around says that the shopper did, for this view alone; what cannot be read counts as nothing."""
    try:
        raw = read_object('{"history":' + form.get("history", "[]") + "}")
        found = _HISTORY.validate_python(raw["history"])
    except (Unreadable, ValidationError):
        return ()
    return tuple(each for each in found if each.item in edition.catalog.positions)


def goods(items: Sequence[ItemCard]) -> Iterator[dict[str, Any]]:
    """What the page around may hear of some products: no reason."""
    for position, each in enumerate(items, 1):
        yield {
            "item": each.id,
            "variant": each.variant.id if each.variant else None,
            "title": each.title,
            "price": each.price,
            "currency": each.currency,
            "position": position,
        }
