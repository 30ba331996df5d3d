"""Emptying the outbox: each mail is put off before it is sent, so that of several senders one sends it.

A mail goes out at least once: a sender that is killed between handing it over and striking it off is followed by
another, under the same Message-ID. What cannot be sent waits as long again as it has waited, three days in all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizbot import consent
from quizbot.audience.post import Delayed, Rejected
from quizbot.consent import NotGranted
from quizbot.store.protocol import Message, Store, Unknown

SOON = timedelta(minutes=2)
LONGEST = timedelta(days=3)
MOST = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of the mails that were due, and why the last one of those that were not sent was not."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    why: str = ""


def deliver(store: Store, send: Callable[[str, Message], None], clock: Callable[[], datetime]) -> Delivery:
    """Send what is due; `send` takes a person's digest and a message, and raises Delayed and Rejected.

    After a delay the others wait for the next time: most often it is the server's. Raises Unavailable.
    """
    sent, given_up, why = 0, 0, ""
    for subject, message in store.due(clock(), MOST):
        if message.kind != "mail" or not _is_ours(store, subject, message, clock()):
            continue
        try:
            send(subject, message)
        except Rejected as error:
            store.settle(subject, message.id, clock())
            given_up, why = given_up + 1, str(error)
        except Delayed as error:
            if _waited(message, clock()) < LONGEST:
                return Delivery(sent, 1, given_up, str(error))
            store.settle(subject, message.id, clock())
            given_up, why = given_up + 1, str(error)
        else:
            store.settle(subject, message.id, clock())
            sent += 1
    return Delivery(sent, 0, given_up, why)


def _is_ours(store: Store, subject: str, message: Message, now: datetime) -> bool:
    """Put a message off for others; False when another sender has it, or it was taken back meanwhile."""
    try:
        grant = consent.grant(store.consent(subject), now)
        return store.postpone(grant, message, _again(message, now))
    except (Unknown, NotGranted):
        return False


def _again(message: Message, now: datetime) -> datetime:
    """When it is tried again: after as long as it has waited, the last time when three days are over."""
    waited = _waited(message, now)
    later = max(SOON, waited)
    return now + (min(later, LONGEST - waited) if waited < LONGEST else later)


def _waited(message: Message, now: datetime) -> timedelta:
    return now - (message.since or now)
