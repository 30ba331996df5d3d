"""What a visit leaves with those who agree, and what a return finds: a shop's advice and its memory together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import Field

from quizbot.advice.card import card
from quizbot.advice.picks import Pick, picks
from quizbot.advice.turn import Advice, EventKind, ItemCard, Past, Refinement, Shape, Turn
from quizbot.consent import Asked, NotGranted, Notice
from quizbot.content.edition import Edition
from quizbot.content.quiz import Gift
from quizbot.memory import First, Memory, kept_list, kept_response
from quizbot.shop import Shop
from quizbot.store.protocol import Event, Message, Response, Seen, Shown


@dataclass(frozen=True, slots=True)
class Visit:
    """A conversation that has come to its results: its turn, with checked answers alone, and what was shown."""

    edition: Edition
    turn: Turn
    items: Sequence[ItemCard]

    def response(self, at: datetime) -> Response | None:
        """What `remember` keeps; None when there is nothing, or when it is a gift."""
        return kept_response(self.edition, self.turn, self.items, at)

    def shown(self, key: str, at: datetime) -> Shown | None:
        """What `improve` keeps, under a name made of a random key; None without answers, or when it is a gift."""
        name = sha256(f"list {key}".encode()).hexdigest()[:32]
        return kept_list(self.edition, self.turn, self.items, name, at) if self.turn.answers else None


def visit(shop: Shop, edition: Edition, turn: Turn) -> Visit:
    """The visit of a turn with checked answers."""
    results = shop.turn(edition, turn.model_copy(update={"finish": True})).results
    return Visit(edition, turn, results.items if results else [])


@dataclass(frozen=True, slots=True)
class Act:
    """An act of agreeing: under which random key it came, what was ticked under which notice, what was sent.

    `letter` is what is to be sent by mail.
    """

    key: str
    asked: Asked
    notice: Notice
    payload: Any
    letter: Mapping[str, Any] | None = None


def opt_in(memory: Memory, act: Act, visit: Visit) -> tuple[str, dict[str, Any]]:
    """Start a record with what was agreed to of a visit; its token and receipt. Raises as Memory.opt_in does."""

    def first(at: datetime) -> First:
        return First(visit.response(at), _mail(act, at))

    found = memory.opt_in(act.key, act.asked, act.notice, act.payload, first)
    if "improve" in act.asked.purposes:
        _keep_shown(memory, found[0], act, visit)
    return found


def _mail(act: Act, at: datetime) -> Message | None:
    if act.letter is None:
        return None
    name = sha256(f"mail {act.key}".encode()).hexdigest()[:32]
    return Message(id=name, purpose="email", kind="mail", payload=act.letter, due=at)


def add(memory: Memory, token: str, act: Act, visit: Visit) -> dict[str, Any]:
    """Add purposes to a record that there is, and keep what they allow of a visit; the new receipt."""
    held = memory.grant(token)
    asked = replace(
        act.asked,
        purposes=act.asked.purposes | held.purposes.keys(),
        kept=frozenset(held.purposes) - act.asked.purposes,
        sensitive=act.asked.sensitive or held.sensitive,
    )
    receipt = memory.set_purposes(token, asked, act.notice)
    response = visit.response(memory.clock())
    if response and "remember" in asked.purposes:
        memory.save_response(token, response)
    if "improve" in asked.purposes:
        _keep_shown(memory, token, act, visit)
    message = _mail(act, memory.clock())
    if message and "email" in asked.purposes:
        memory.queue(token, message)
    return receipt


def _keep_shown(memory: Memory, token: str, act: Act, visit: Visit) -> None:
    shown = visit.shown(act.key, memory.clock())
    if shown:
        memory.save_shown(token, shown)


# What is done with products -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something a visitor did with an item, at which place of a list. `gift` tells that it was for somebody else."""

    item: str
    kind: EventKind
    quiz: str | None = None
    id: str | None = None
    position: int | None = None
    gift: bool | None = None

    def is_gift(self, shop: Shop) -> bool:
        """Whether it was for somebody else; where only an answer tells, who reports it must say that it was not."""
        edition = shop.edition(self.quiz or "")
        if edition is None:
            return bool(self.gift)
        if self.gift is None:
            return edition.quiz.gift is True or isinstance(edition.quiz.gift, Gift)
        return self.gift or edition.quiz.gift is True


def note(shop: Shop, memory: Memory, token: str, deeds: Iterable[Deed], key: str) -> tuple[str, ...]:
    """Keep what was done, but for gifts, once per key, under `history` and `improve`; the ids come back.

    Raises as Memory.append_events does.
    """
    at = memory.clock()
    events = [
        Event(item=each.item, kind=each.kind, at=at, quiz=each.quiz, id=each.id or "", position=each.position)
        for each in deeds
        if not each.is_gift(shop)
    ]
    return memory.append_events(token, events, key) if events else ()


def daily(deed: Deed, at: datetime) -> Deed:
    """The same deed under a name of its day, so that it counts once a day however often it is done."""
    name = f"{at.date().isoformat()} {deed.kind} {deed.quiz} {deed.item}"
    return replace(deed, id=sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32])


def recalled(memory: Memory, token: str) -> Sequence[Past]:
    """What counts as history of who holds a token; nothing without `history`. Raises Unavailable and Unknown."""
    try:
        return memory.remembered(token)
    except NotGranted:
        return ()


def beside(past: Sequence[Past], edition: Edition, said: Iterable[Refinement]) -> Sequence[Past]:
    """What is remembered of a quiz's products, without what the turn itself says: an opinion counts once."""
    opinions = {(kind, getattr(each, kind)) for each in said for kind in ("like", "dislike")}
    known = edition.catalog.positions
    return [each for each in past if each.item in known and (each.kind, each.item) not in opinions]


# Coming back ----------------------------------------------------------------------------------------


class Changed(Shape):
    """A product that changed since it was shown; prices only where it got cheaper."""

    id: str
    title: str
    was: float | None = None
    price: float | None = None
    currency: str | None = None


class Since(Shape):
    """What is different from last time: new among the suggestions, sold out or gone, and cheaper."""

    at: datetime
    new: list[Changed]
    sold_out: list[Changed]
    cheaper: list[Changed]


class Recommendations(Advice):
    """The advice on the last answers, which come along, and what changed since they were given; all None without."""

    answers: dict[str, Any] = Field({})
    since: Since | None = None


def remembered(memory: Memory, token: str, quiz: str) -> Response | None:
    """The last answers to a quiz, under `remember`."""
    return next((each for each in memory.responses(token) if each.quiz == quiz), None)


def last_turn(response: Response, language: str, *, use_history: bool = True) -> Turn:
    """The turn of remembered answers, those of special categories with them."""
    return Turn(
        answers={**response.answers, **(response.sensitive or {})},
        refine=[Refinement.model_validate(each) for each in response.refine],
        use_history=use_history,
        finish=True,
        language=language,
    )


def recommendations(
    shop: Shop, edition: Edition, response: Response | None, turn: Turn, past: Sequence[Past] = ()
) -> Recommendations:
    """The warm start: suggestions for the turn of remembered answers at once; without any, where the quiz begins."""
    advice = shop.turn(edition, turn, beside(past, edition, turn.refine))
    items = advice.results.items if advice.results else []
    told = {name: getattr(advice, name) for name in Advice.model_fields}
    since = changes(edition.spoken(turn.language or edition.quiz.language), response, items) if response else None
    return Recommendations.model_construct(**told, answers=turn.answers, since=since)


def changes(edition: Edition, response: Response, items: Sequence[ItemCard]) -> Since:
    """What became of the products that were shown, and which of today's suggestions are new."""
    before = {each.item: each for each in response.shown}
    cards = {each: _card(edition, each) for each in before}
    return Since(
        at=response.at,
        new=[Changed(id=each.id, title=each.title) for each in items if before and each.id not in before],
        sold_out=[_gone(name, cards[name]) for name, each in before.items() if each.available and _is_out(cards[name])],
        cheaper=[found for name, each in before.items() if (found := _cheaper(each, cards[name]))],
    )


def _card(edition: Edition, item: str) -> ItemCard | None:
    place = edition.shown.positions.get(item)
    return None if place is None else ItemCard(**card(edition.shown, place))


def _is_out(now: ItemCard | None) -> bool:
    return now is None or not now.available


def _gone(item: str, now: ItemCard | None) -> Changed:
    return Changed(id=item, title=now.title if now else item)


def _cheaper(before: Seen, now: ItemCard | None) -> Changed | None:
    if now is None or not now.available or now.price is None or before.price is None or now.price >= before.price:
        return None
    return Changed(id=now.id, title=now.title, was=before.price, price=now.price, currency=now.currency)


def lasting(receipt: dict[str, Any]) -> timedelta:
    """How long the longest of a receipt's purposes holds: as long as a key is worth keeping."""
    return timedelta(days=max((each["retention_days"] for each in receipt["purposes"]), default=0))


def picked(shop: Shop, edition: Edition, token: str, language: str, besides: Collection[str] = ()) -> list[Pick]:
    """What remembered answers and events speak for, each as far as it was agreed to; nothing where there is no taste.

    Raises Unavailable and Unknown as Memory does.
    """
    if shop.memory is None:
        return []
    agreed = shop.memory.grant(token).purposes
    response = remembered(shop.memory, token, edition.id) if "remember" in agreed else None
    past = recalled(shop.memory, token)
    spoken = shop.site.addressing(language)
    turn = last_turn(response, spoken) if response else Turn(language=spoken)
    seen = [*besides, *(each.item for each in past)]
    return picks(edition, turn, beside(past, edition, turn.refine), seen) if response or past else []
