"""What a store promises, the values it takes and gives, and the three ways in which it says no."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from quizbot.consent import Consent, Grant, Notice, Purpose

Progress = Callable[[str, int], object]
"""Hears of long work: a table, and how many more of its rows are done."""

EventKind = Literal["view", "like", "dislike", "cart", "purchase"]


class Unavailable(Exception):
    """The database cannot be used now (missing, locked, full, read-only, of a newer version): try again later."""


class Unknown(Exception):
    """Nobody is known by this digest; it says nothing about why."""


class Conflict(Exception):
    """Another request came under the same key, or what it started has been erased since: take a new key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a person did with an item. `id` is the client's, or made by the store when it is empty."""

    item: str
    kind: EventKind
    at: datetime
    quiz: str | None = None
    id: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An item as it was shown."""

    item: str
    price: float | None = None
    available: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The answers to a quiz, with what they led to. `sensitive` are answers that need a tick of their own."""

    quiz: str
    version: str
    language: str
    answers: Mapping[str, Any]
    at: datetime
    sensitive: Mapping[str, Any] | None = None
    refine: Sequence[Mapping[str, Any]] = ()
    shown: Sequence[Seen] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A list that was shown for some answers, for learning. `id` is the page's own random name of that list."""

    id: str
    quiz: str
    version: str
    answers: Mapping[str, Any]
    items: Sequence[str]
    at: datetime
    sensitive: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to be sent on behalf of a person, under a purpose: `kind` is `mail` or `webhook`.

    It is sent when it is due; `since` tells how long it has waited, None before it is kept.
    """

    id: str
    purpose: Purpose
    kind: str
    payload: Mapping[str, Any]
    due: datetime
    since: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What an act of consent brings: its notice and receipt, what to tell a retry by, and what is kept at once.

    The purposes `kept` hold from before; when one of them does not any more, the act is a Conflict.
    """

    consent: Consent
    notice: Notice
    receipt: Mapping[str, Any]
    fingerprint: str = ""
    response: Response | None = None
    message: Message | None = None
    kept: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class Lesson:
    """What may be learned from one person, who is not named: empty where they did not agree."""

    events: tuple[Event, ...]
    outcomes: tuple[Event, ...]
    shown: tuple[Shown, ...]
    responses: tuple[Response, ...]


class Store(Protocol):
    """Records of people who agreed to it. A write about a person takes a Grant and reads the consent again itself.

    Every method may raise Unavailable; those about a person raise Unknown, and NotGranted without the purpose.
    """

    def opt_in(self, grant: Grant, agreement: Agreement) -> dict[str, Any]:
        """Start a record with its first contents; the same again gives the same receipt, another raises Conflict."""

    def change(self, grant: Grant, agreement: Agreement) -> dict[str, Any]:
        """Add a consent to the record and delete at once what it no longer allows; the receipt comes back."""

    def save_response(self, grant: Grant, response: Response) -> None:
        """Keep the answers to a quiz in place of earlier ones, under `remember`."""

    def append_events(self, grant: Grant, events: Sequence[Event], key: str) -> tuple[str, ...]:
        """Add events once per key, under `history` and as outcomes under `improve`; their ids come back."""

    def save_shown(self, grant: Grant, shown: Shown) -> None:
        """Keep a list that was shown, once per id, under `improve`."""

    def queue(self, grant: Grant, message: Message) -> None:
        """Put a message into the outbox, once per id, under its purpose."""

    def consent(self, subject: str) -> Consent:
        """The consent that holds now, whatever another process wrote a moment ago."""

    def responses(self, grant: Grant) -> tuple[Response, ...]:
        """The remembered answers, newest first, under `remember`."""

    def events(self, grant: Grant) -> tuple[Event, ...]:
        """The remembered events, oldest first, under `history`."""

    def export(self, subject: str) -> dict[str, Any]:
        """Everything that is held about a person, table by table."""

    def forget_event(self, grant: Grant, event: str) -> bool:
        """Delete one event; False when there is none of that id."""

    def erase(self, subject: str, now: datetime) -> None:
        """Delete everything about a person, on a full disk too, and leave no byte of it in the database's files."""

    def due(self, now: datetime, limit: int) -> tuple[tuple[str, Message], ...]:
        """Messages that may be sent now, each with its person's digest."""

    def postpone(self, grant: Grant, message: Message, due: datetime) -> bool:
        """Make a message due later, under its purpose; False when another did so meanwhile, or it is gone."""

    def settle(self, subject: str, message: str, now: datetime) -> None:
        """Take a message out of the outbox, since it was sent or given up; a backup does not bring it back."""

    def lessons(self, now: datetime) -> Iterator[Lesson]:
        """What may be learned from each person who agreed to `improve`."""

    def sweep(self, now: datetime) -> Mapping[str, int]:
        """Delete what has been kept long enough; rows by table come back."""

    def migrate(self) -> tuple[str, ...]:
        """Bring the schema up to date, after a backup; the migrations that ran come back."""

    def pending(self) -> tuple[str, ...]:
        """The migrations that have not run; none when nothing is kept yet. A newer schema raises Unavailable."""

    def backup(self, path: Path, progress: Progress) -> Mapping[str, int]:
        """Write everything to a new file and prove it by restoring it; rows by table come back."""

    def restore(self, path: Path, now: datetime, progress: Progress) -> Mapping[str, int]:
        """Replace everything by a backup, and erase and withdraw again what was since; rows by table come back."""

    def close(self) -> None:
        """Let go of all connections."""
