"""Addresses in content: what may be followed, and where pictures of the content folder are served."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeVar
from urllib.parse import quote, urlsplit
from weakref import WeakKeyDictionary

from quizbot.advice.turn import Advice, AskedQuestion, ItemCard, SlotShown
from quizbot.content.edition import Edition
from quizbot.content.links import appended
from quizbot.content.site import Site

_Card = TypeVar("_Card", bound=ItemCard)

CONTENT = "content/"
_REMEMBERED = 8192
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")
_REMEMBERED = 8192  # addresses; a catalog shows the same ones again and again
_MOST_HOSTS = 40  # more would make the policy's header too long for some servers


@lru_cache(maxsize=_REMEMBERED)
@lru_cache(maxsize=_REMEMBERED)
def link(address: str | None) -> str | None:
    """An address that may be followed: http, https or relative; None for any other scheme."""
    address = (address or "").strip()
    if not address.isprintable() or "\\" in address:
        return None
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return None
    return address if address and scheme in ("", "http", "https") else None


@lru_cache(maxsize=_REMEMBERED)
@lru_cache(maxsize=_REMEMBERED)
def picture(address: str | None, root: str) -> str | None:
    """Where a picture is found: a relative one in the content folder, below `root` (which ends in a slash)."""
    safe = link(address)
    if safe is None or _is_elsewhere(safe):
        return safe
    return f"{root}{CONTENT}{quote(safe.lstrip('/'), safe='/%')}"


def _is_elsewhere(address: str) -> bool:
    return address.startswith(("http:", "https:", "//"))


def product_link(item: ItemCard, site: Site) -> str | None:
    """Where the shop shows a product: what the catalog says, else what site.yaml makes of the id."""
    if item.url or not site.embed.product_url:
        return link(item.url)
    return link(appended(site.embed.product_url.replace("{id}", quote(item.id, safe="")), item.query))


def relative_pictures(edition: Edition) -> Iterator[str]:
    """Pictures of the quiz and its catalog that lie in the content folder."""
    return (each for each in _pictures(edition) if each and link(each) and not _is_elsewhere(each))


def _pictures(edition: Edition) -> Iterator[str | None]:
    yield from (each.image for each in edition.quiz.personas)
    for question in edition.quiz.questions:
        yield from (each.image for each in question.offered)
    yield from edition.catalog.columns["image"].texts
    yield from edition.catalog.variants.images


_hosts: WeakKeyDictionary[Edition, tuple[str, ...]] = WeakKeyDictionary()


def picture_hosts(edition: Edition) -> tuple[str, ...]:
    """Other hosts that the pictures of a quiz and its catalog come from, as sources of a content policy."""
    if edition not in _hosts:
        found = {host for each in _pictures(edition) if (host := _source(each))}
        _hosts[edition] = tuple(sorted(found)) if len(found) <= _MOST_HOSTS else ("https:",)
    return _hosts[edition]


def _source(address: str | None) -> str | None:
    address = link(address)
    if not address or not _is_elsewhere(address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.netloc.casefold()
    except ValueError:
        return None
    return f"{parts.scheme or 'https'}://{host}" if _HOST.fullmatch(host) else None


def linked(advice: Advice, site: Site) -> Advice:
    """The same advice with links that may be followed."""
    question, results = advice.question, advice.results
    if question:
        question = _linked_question(question, site)
    if results:
        slots = [_linked_slot(each, site) for each in results.slots] if results.slots else results.slots
        results = results.model_copy(update={"items": _linked(results.items, site), "slots": slots})
    survey = [_linked_question(each, site) for each in advice.survey]
    return advice.model_copy(update={"question": question, "results": results, "survey": survey})


def _linked_question(question: AskedQuestion, site: Site) -> AskedQuestion:
    if not question.products:
        return question
    return question.model_copy(update={"products": _linked(question.products, site)})


def _linked_slot(slot: SlotShown, site: Site) -> SlotShown:
    return slot.model_copy(update={"item": _linked([slot.item], site)[0]}) if slot.item else slot


def _linked(cards: Sequence[_Card], site: Site) -> list[_Card]:
    links = [product_link(each, site) for each in cards]
    return [
        each if each.url == address else each.model_copy(update={"url": address})
        for each, address in zip(cards, links, strict=True)
    ]
