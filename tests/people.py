"""Persons who agree to things, for tests of what is kept of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from secrets import token_hex
from typing import Any

from quizbot import consent
from quizbot.consent import Asked, Grant, Purpose
from quizbot.content.notice import notice
from quizbot.content.site import ShopDetails, Site
from quizbot.store.protocol import Agreement, Event, EventKind, Message, Response, Seen, Shown, Store

SECRET = "a secret of more than thirty-two characters"
KEY = "0b7e6dbd-6b0f-4c43-9a5c-0d1ad0a9e7f1"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
NOTICE = notice(
    Site(shop=ShopDetails(name="Tea", contact="privacy@tea.example", privacy="https://tea.example/privacy")), "en"
)
SUBJECT = consent.subject(consent.token(SECRET, KEY))
_NUMBERS = count()


def opted(
    subject: str, *purposes: Purpose, sensitive: bool = False, at: datetime = NOW, payload: Any = None, **first: Any
) -> Agreement:
    """An agreement to some purposes, with what comes along."""
    agreed = consent.agree(subject, Asked(purposes=frozenset(purposes), sensitive=sensitive), NOTICE, at)
    return Agreement(
        consent=agreed,
        notice=NOTICE,
        receipt=consent.receipt(agreed, NOTICE),
        fingerprint=consent.fingerprint(subject, payload),
        **first,
    )


def somebody(store: Store, *purposes: Purpose, sensitive: bool = False, at: datetime = NOW) -> Grant:
    """A new person who opts in."""
    person = consent.subject(token_hex(16))
    opt_in = opted(person, *purposes, sensitive=sensitive, at=at)
    grant = consent.grant(opt_in.consent, at)
    store.opt_in(grant, opt_in)
    return grant


def changed(store: Store, person: Grant, *purposes: Purpose, sensitive: bool = False, at: datetime = NOW) -> Grant:
    """The same person after letting exactly these purposes hold."""
    asked = Asked(purposes=frozenset(purposes), sensitive=sensitive)
    agreed = consent.agree(person.subject, asked, NOTICE, at, store.consent(person.subject))
    grant = consent.grant(agreed, at)
    store.change(grant, Agreement(consent=agreed, notice=NOTICE, receipt=consent.receipt(agreed, NOTICE)))
    return grant


def response(quiz: str = "tea", at: datetime = NOW, **more: Any) -> Response:
    """Answers to a quiz."""
    given: dict[str, Any] = {"answers": {"taste": "malty"}, "sensitive": {"skin": "dry"}}
    shown = (Seen(item="assam", price=4.5), Seen(item="mint", available=False))
    return Response(quiz=quiz, version="1", language="en", at=at, shown=shown, **(given | more))


def event(item: str = "assam", kind: EventKind = "like", at: datetime = NOW, **more: Any) -> Event:
    """Something done with a tea."""
    return Event(item=item, kind=kind, at=at, quiz="tea", **more)


def shown(items: Iterable[str] = ("assam", "mint"), at: datetime = NOW) -> Shown:
    """A list of teas."""
    name = f"list-{next(_NUMBERS)}"
    answers = {"taste": "malty"}
    return Shown(
        id=name, quiz="tea", version="1", answers=answers, items=tuple(items), at=at, sensitive={"skin": "dry"}
    )


def mail(purpose: Purpose = "email", due: datetime = NOW) -> Message:
    """A result on its way."""
    payload = {"to": "a@b.example", "text": "Assam"}
    return Message(id=f"mail-{next(_NUMBERS)}", purpose=purpose, kind="mail", payload=payload, due=due)
