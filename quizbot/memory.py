"""What the holder of a token may do: composes consent, notice and store, and brings the clock and the secret."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from quizbot import consent
from quizbot.advice.learning.lesson import Listed, Taught
from quizbot.advice.turn import ItemCard, Past, Turn
from quizbot.consent import Asked, Consent, Grant, Notice, Purpose
from quizbot.content.edition import Edition
from quizbot.content.quiz import Gift, Quiz
from quizbot.settings import Settings
from quizbot.signing import Signer
from quizbot.store import open_store
from quizbot.store.protocol import Agreement, Conflict, Event, Lesson, Message, Response, Seen, Shown, Store
from quizbot.store.secret import kept_secret

_A_YEAR = 365


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Memory:
    """Records behind tokens. Nothing is opened before an opt-in, and nothing without a token.

    All methods raise store.protocol.Unavailable while the database cannot be used; those that take a token raise
    Unknown for any that is not known, by one way, and those that need a purpose consent.NotGranted.
    """

    store: Store
    secret: Callable[[], str]
    clock: Callable[[], datetime] = now
    known_secrets: Callable[[], Sequence[str]] = tuple

    def opt_in(
        self, key: str, asked: Asked, notice: Notice, payload: Any, first: Callable[[datetime], "First"]
    ) -> tuple[str, dict[str, Any]]:
        """Start a record: its token and its receipt; again under the same key and payload, the same two.

        `key` is the random idempotency key and `payload` what was sent under it, as JSON values. `first` makes what
        is kept from the start; of it, what was not agreed to is left out. Raises ValueError for a key that is none
        and for purposes the notice does not have, Conflict for another payload and for a short key that is old.
        """
        at = self.clock()
        token = consent.token(self.secret(), key)
        agreed = consent.agree(consent.subject(token), asked, notice, at)
        contents = first(at)
        agreement = Agreement(
            consent=agreed,
            notice=notice,
            receipt=consent.receipt(agreed, notice),
            fingerprint=consent.fingerprint(token, payload),
            response=contents.response,
            message=contents.message,
        )
        receipt = self.store.opt_in(consent.grant(agreed, at), agreement)
        if consent.stale(key, receipt, at):
            raise Conflict(f"this short idempotency key was used before; take {consent.RANDOM_KEY} random characters")
        return token, receipt

    def way_back(self, audience: str) -> Signer:
        """Signs the link by which a mail is taken back; nobody's, while there is no secret."""
        return Signer(self.known_secrets(), "take a mail back", audience)

    def consent(self, token: str) -> Consent:
        """What holds now for a token."""
        return self.store.consent(consent.subject(token))

    def consent_of(self, subject: str) -> Consent:
        """What holds now for a person who is named by their digest."""
        return self.store.consent(subject)

    def grant(self, token: str) -> Grant:
        """What may be written and used now for a token."""
        return consent.grant(self.consent(token), self.clock())

    def set_purposes(self, token: str, asked: Asked, notice: Notice) -> dict[str, Any]:
        """Let exactly these purposes hold from now on, none of them to withdraw all; the receipt comes back.

        Raises ValueError for purposes the notice does not have, and Conflict when those to be kept were taken back.
        """
        return self._change(self.consent(token), asked, notice)

    def take_back(self, subject: str, purpose: Purpose, notice: Notice) -> bool:
        """End one purpose of a person who is named by their digest; False when it does not hold."""
        before = self.store.consent(subject)
        if purpose not in before.purposes:
            return False
        left = frozenset(before.purposes) - {purpose}
        self._change(before, Asked(purposes=left, kept=left, sensitive=before.sensitive, mechanism="form"), notice)
        return True

    def _change(self, before: Consent, asked: Asked, notice: Notice) -> dict[str, Any]:
        at = self.clock()
        agreed = consent.agree(before.subject, asked, notice, at, before)
        agreement = Agreement(
            consent=agreed,
            notice=notice,
            receipt=consent.receipt(agreed, notice),
            kept=asked.kept & agreed.purposes.keys(),
        )
        return self.store.change(consent.grant(agreed, at), agreement)

    def queue(self, token: str, message: Message) -> None:
        """Put a message into the outbox, under its purpose."""
        self.store.queue(self.grant(token), message)

    def save_response(self, token: str, response: Response) -> None:
        """Keep the answers to a quiz, under `remember`."""
        self.store.save_response(self.grant(token), response)

    def append_events(self, token: str, events: Sequence[Event], key: str) -> tuple[str, ...]:
        """Add events once per key, under `history` or `improve`; their ids come back. Raises Conflict."""
        return self.store.append_events(self.grant(token), events, key)

    def save_shown(self, token: str, shown: Shown) -> None:
        """Keep a list that was shown, under `improve`."""
        self.store.save_shown(self.grant(token), shown)

    def responses(self, token: str) -> tuple[Response, ...]:
        """The remembered answers, newest first, under `remember`."""
        return self.store.responses(self.grant(token))

    def events(self, token: str) -> tuple[Event, ...]:
        """The remembered events, oldest first, under `history`."""
        return self.store.events(self.grant(token))

    def remembered(self, token: str) -> list[Past]:
        """The remembered events as history, oldest first, under `history`."""
        return [past(each, self.clock()) for each in self.events(token)]

    def export(self, token: str) -> dict[str, Any]:
        """Everything that is held."""
        return self.store.export(consent.subject(token))

    def forget_event(self, token: str, event: str) -> bool:
        """Delete one event; False when there is none of that id."""
        return self.store.forget_event(self.grant(token), event)

    def erase(self, token: str) -> None:
        """Delete everything."""
        self.store.erase(consent.subject(token), self.clock())


@dataclass(frozen=True, slots=True)
class First:
    """What an opt-in brings along."""

    response: Response | None = None
    message: Message | None = None


def open_memory(settings: Settings, clock: Callable[[], datetime] = now) -> Memory:
    """The memory of a shop. Nothing is made yet; a secret that is not set is made with the first record."""
    folder = data_folder(settings)
    secret = settings.secret_key
    path = folder / "quizbot.secret"

    def known() -> Sequence[str]:
        first = secret or (kept_secret(path) if path.exists() else "")
        return [each for each in (first, *settings.old_secret_keys) if each]

    return Memory(open_store(settings.database, folder), lambda: secret or kept_secret(path), clock, known)


def data_folder(settings: Settings) -> Path:
    """Where what belongs to the records lies: beside a database file, else the working folder."""
    return Path() if "://" in settings.database else Path(settings.database).parent


def models_folder(settings: Settings) -> Path:
    """Where what was learned lies: beside the records it was learned from."""
    return data_folder(settings) / "models"


# What of a conversation is kept -------------------------------------------------------------------


def is_gift(quiz: Quiz, answers: dict[str, Any]) -> bool:
    """Whether a quiz is taken for someone else: then nothing of it is kept."""
    if not isinstance(quiz.gift, Gift):
        return quiz.gift
    answer = answers.get(quiz.gift.question)
    return quiz.gift.option in (answer if isinstance(answer, list) else [answer])


def past(event: Event, now: datetime) -> Past:
    """A kept event as history, so many whole days ago that a conversation ranks alike all day.

    Its month is named when it is over, and not yet to come again.
    """
    days = max(0, (now.astimezone(UTC).date() - event.at.astimezone(UTC).date()).days)
    month = event.at.month if event.at.month != now.month and days < _A_YEAR else None
    return Past(item=event.item, kind=event.kind, days=days, month=month, position=event.position)


def _days(at: datetime, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds() / 86_400)


def taught(lesson: Lesson, now: datetime) -> Taught:
    """What one person teaches: events and outcomes, each once, and the lists they were shown; all to the moment."""
    events = {each.id or str(at): each for at, each in enumerate((*lesson.events, *lesson.outcomes))}
    lists = [
        Listed(each.quiz, {**each.answers, **(each.sensitive or {})}, tuple(each.items), _days(each.at, now))
        for each in lesson.shown
    ]
    exact = [past(each, now).model_copy(update={"days": _days(each.at, now)}) for each in events.values()]
    return Taught(exact, lists)


class Standing:
    """Whether all that a model was learned from is still there, told by its mark, which names nobody.

    A mark is the moment of learning and the sum of the digests of what people taught until then: when something of it
    was withdrawn, erased, forgotten or kept long enough, the sum is another one, whoever came since.
    """

    def __init__(self, now: datetime, marks: Iterable[str]) -> None:
        """Learn now, and know the marks of what was learned before."""
        self._now = now
        self._sums = dict.fromkeys((now, *map(_until, marks)), 0)

    def hear(self, lesson: Lesson) -> Lesson:
        """Take in what one person teaches."""
        said: Iterable[Event | Shown] = (*lesson.events, *lesson.outcomes, *lesson.shown)
        for each in said:
            number = int.from_bytes(sha256(repr(each).encode()).digest())
            for until in self._sums:
                if each.at <= until:
                    self._sums[until] = (self._sums[until] + number) % 2**256
        return lesson

    @property
    def mark(self) -> str:
        """The mark of what is learned now."""
        return self._marked(self._now)

    def holds(self, mark: str) -> bool:
        """Whether all is still there; of what was not learned from the store nobody can tell, so it is."""
        return not mark or self._marked(_until(mark)) == mark

    def _marked(self, until: datetime) -> str:
        return f"{until.isoformat()} {self._sums[until]:064x}"


def _until(mark: str) -> datetime:
    return datetime.fromisoformat(mark.partition(" ")[0])


def kept_response(edition: Edition, turn: Turn, items: Iterable[ItemCard], at: datetime) -> Response | None:
    """The part of a turn that `remember` keeps, with what it led to; None for a gift and without answers.

    Survey questions are left out; answers of special categories stand apart.
    """
    asked = {name: answer for name, answer in turn.answers.items() if name in edition.questions}
    answers = {name: answer for name, answer in asked.items() if not edition.questions[name].ask_after}
    if not answers or is_gift(edition.quiz, turn.answers):
        return None
    plain, sensitive = _apart(edition, answers)
    return Response(
        quiz=edition.id,
        version=edition.version,
        language=turn.language or edition.quiz.language,
        answers=plain,
        at=at,
        sensitive=sensitive,
        refine=[each.model_dump(mode="json", exclude_none=True) for each in turn.refine],
        shown=[Seen(item=each.id, price=each.price, available=each.available) for each in items],
    )


def kept_list(edition: Edition, turn: Turn, items: Iterable[ItemCard], name: str, at: datetime) -> Shown | None:
    """The part of a turn that `improve` keeps under a random name, survey questions with it; None for a gift."""
    if is_gift(edition.quiz, turn.answers):
        return None
    plain, sensitive = _apart(edition, {each: turn.answers[each] for each in turn.answers if each in edition.questions})
    return Shown(
        id=name,
        quiz=edition.id,
        version=edition.version,
        answers=plain,
        items=[each.id for each in items],
        at=at,
        sensitive=sensitive,
    )


def _apart(edition: Edition, answers: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers of no special category, and those of one."""
    special = {name for name in answers if edition.questions[name].sensitive}
    plain = {name: each for name, each in answers.items() if name not in special}
    return plain, {name: answers[name] for name in special}
