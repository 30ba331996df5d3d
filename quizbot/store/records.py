"""The store's promises, kept in SQL that both engines read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from quizbot.consent import PURPOSES, Agreed, Consent, Grant, NotGranted, Purpose, fingerprint
from quizbot.store import copies, upkeep
from quizbot.store import rows as made
from quizbot.store.engine import Engine, Session, moment, stamp, with_room
from quizbot.store.journal import Entry, Journal
from quizbot.store.protocol import (
    Agreement,
    Conflict,
    Event,
    Lesson,
    Message,
    Progress,
    Response,
    Shown,
)
from quizbot.store.tables import MIGRATIONS, PERSONAL, REQUEST_DAYS

_EVENT_TABLES: Mapping[str, Purpose] = {"events": "history", "outcomes": "improve"}


class Records:
    """A store over an engine and a journal."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Keep records in an engine; the journal and backups before migrations lie in `folder`."""
        self.engine = engine
        self.folder = folder
        self.journal = Journal(folder / "erased.jsonl")

    # What a person agrees to --------------------------------------------------------------------------

    def opt_in(self, grant: Grant, agreement: Agreement) -> dict[str, Any]:
        """Start a record with its first contents; the same again gives the same receipt, another raises Conflict."""
        consent = agreement.consent
        with self.engine.writing(create=True) as session:
            erased = "SELECT 1 FROM erasures WHERE subject = ? AND what = ?"
            if session.rows(erased, grant.subject, Entry(grant.subject, grant.at, {"erase": True}).written):
                raise Conflict("what this key started has been erased; take a new random key")
            row = {
                "subject": grant.subject,
                "since": stamp(consent.at),
                "request": agreement.fingerprint,
                "due": stamp(consent.due),
            }
            if not made.put(session, "subjects", row):
                return _receipt_again(session, grant.subject, agreement.fingerprint)
            self._record(session, agreement)
            if agreement.response and "remember" in grant.purposes:
                self._respond(session, grant, agreement.response)
            if agreement.message and agreement.message.purpose in grant.purposes:
                self._queue(session, grant, agreement.message)
        return dict(agreement.receipt)

    def change(self, grant: Grant, agreement: Agreement) -> dict[str, Any]:
        """Add a consent to the record and delete at once what it no longer allows; the receipt comes back."""
        with_room(self.engine, lambda: self._change(grant, agreement))
        return dict(agreement.receipt)

    def _change(self, grant: Grant, agreement: Agreement) -> None:
        with self.engine.writing() as session:
            before = made.hold(session, grant, self.engine.locking)
            if not agreement.kept <= before.purposes.keys():
                raise Conflict("what was agreed to has changed meanwhile; look again and choose anew")
            gone = [each for each in PURPOSES if each in before.purposes and each not in grant.purposes]
            what: dict[str, Any] = {"withdraw": gone} if gone else {}
            if before.sensitive and not grant.sensitive:
                what["sensitive"] = False
            if what:
                self._again(session, Entry(grant.subject, grant.at, what))
            self._record(session, agreement)
            upkeep.reduce(session, agreement.consent)

    @staticmethod
    def _record(session: Session, agreement: Agreement) -> None:
        notice = agreement.notice
        row = {
            "sha256": notice.sha256,
            "revision": notice.revision,
            "language": notice.language,
            "text": notice.text,
        }
        made.put(session, "notices", row)
        made.add_consent(session, agreement.consent, agreement.receipt)

    def consent(self, subject: str) -> Consent:
        """The consent that holds now, whatever another process wrote a moment ago."""
        with self.engine.reading() as session:
            return made.latest(session, subject)

    # What is kept -------------------------------------------------------------------------------------

    def save_response(self, grant: Grant, response: Response) -> None:
        """Keep the answers to a quiz in place of earlier ones, under `remember`."""
        with self.engine.writing(hurried=True) as session:
            self._respond(session, made.hold(session, grant, self.engine.locking), response)

    @staticmethod
    def _respond(session: Session, held: Grant, response: Response) -> None:
        until = _until(response.at, held.require("remember"))
        row = made.response_row(held.subject, response, until, sensitive=held.sensitive)
        made.put(session, "responses", row, replace=("subject", "quiz"))

    def append_events(self, grant: Grant, events: Sequence[Event], key: str) -> tuple[str, ...]:
        """Add events once per key, under `history` and as outcomes under `improve`; their ids come back."""
        named = [replace(each, id=each.id or event_id(grant.subject, key, at)) for at, each in enumerate(events)]
        with self.engine.writing() as session:
            held = made.hold(session, grant, self.engine.locking)
            kept = {name: held.purposes[needed] for name, needed in _EVENT_TABLES.items() if needed in held.purposes}
            if not kept:
                raise NotGranted("history")
            if self._first(session, grant, key, named):
                for table, agreed in kept.items():
                    for each in named:
                        made.put(session, table, made.event_row(held.subject, each, _until(each.at, agreed)))
        return tuple(each.id for each in named)

    @staticmethod
    def _first(session: Session, grant: Grant, key: str, events: Sequence[Event]) -> bool:
        """Whether a request is seen for the first time. Raises Conflict for another one under its key."""
        payload = [[each.id, each.item, each.kind, each.quiz, each.position] for each in events]
        row = {
            "subject": grant.subject,
            "key": sha256(f"{grant.subject} {key}".encode("utf-8", "surrogatepass")).hexdigest(),
            "fingerprint": fingerprint(key, payload),
            "at": stamp(grant.at),
            "until": stamp(grant.at + timedelta(days=REQUEST_DAYS)),
        }
        if made.put(session, "requests", row):
            return True
        query = "SELECT fingerprint FROM requests WHERE subject = ? AND key = ?"
        if session.rows(query, grant.subject, row["key"])[0]["fingerprint"] != row["fingerprint"]:
            raise Conflict("another request came under this idempotency key; take a new one")
        return False

    def save_shown(self, grant: Grant, shown: Shown) -> None:
        """Keep a list that was shown, once per id, under `improve`."""
        with self.engine.writing(hurried=True) as session:
            held = made.hold(session, grant, self.engine.locking)
            until = _until(shown.at, held.require("improve"))
            made.put(session, "shown", made.shown_row(held.subject, shown, until, sensitive=held.sensitive))

    def queue(self, grant: Grant, message: Message) -> None:
        """Put a message into the outbox, once per id, under its purpose."""
        with self.engine.writing() as session:
            self._queue(session, made.hold(session, grant, self.engine.locking), message)

    @staticmethod
    def _queue(session: Session, held: Grant, message: Message) -> None:
        until = _until(held.at, held.require(message.purpose))
        made.put(session, "outbox", made.message_row(held.subject, message, held.at, until))

    # What is read -------------------------------------------------------------------------------------

    def responses(self, grant: Grant) -> tuple[Response, ...]:
        """The remembered answers, newest first, under `remember`."""
        grant.require("remember")
        with self.engine.reading() as session:
            made.hold(session, grant).require("remember")
            found = session.rows("SELECT * FROM responses WHERE subject = ? ORDER BY at DESC, quiz", grant.subject)
        return tuple(map(made.response, found))

    def events(self, grant: Grant) -> tuple[Event, ...]:
        """The remembered events, oldest first, under `history`."""
        with self.engine.reading() as session:
            made.hold(session, grant).require("history")
            found = session.rows("SELECT * FROM events WHERE subject = ? ORDER BY at, id", grant.subject)
        return tuple(map(made.event, found))

    def export(self, subject: str) -> dict[str, Any]:
        """Everything that is held about a person, table by table."""
        with self.engine.reading() as session:
            return upkeep.exported(session, subject)

    def lessons(self, now: datetime) -> Iterator[Lesson]:
        """What may be learned from each person who agreed to `improve`."""
        if self.engine.exists():
            yield from upkeep.lessons(self.engine, now)

    # The way back -------------------------------------------------------------------------------------

    def forget_event(self, grant: Grant, event: str) -> bool:
        """Delete one event; False when there is none of that id."""
        return with_room(self.engine, lambda: self._forget(grant, event))

    def _forget(self, grant: Grant, event: str) -> bool:
        with self.engine.writing() as session:
            made.hold(session, grant, self.engine.locking)
            statements = [f"DELETE FROM {each} WHERE subject = ? AND id = ?" for each in _EVENT_TABLES]  # noqa: S608
            found = sum(session.run(each, grant.subject, event) for each in statements)
            if found:
                self._again(session, Entry(grant.subject, grant.at, {"forget": event}))
        return bool(found)

    def erase(self, subject: str, now: datetime) -> None:
        """Delete everything about a person, on a full disk too, and leave no byte of it in the database's files."""
        with_room(self.engine, lambda: self._erase(subject, now))

    def _erase(self, subject: str, now: datetime) -> None:
        with self.engine.writing() as session:
            made.latest(session, subject)
            self._again(session, Entry(subject, now, {"erase": True}))
            made.delete(session, PERSONAL, subject)
        self.engine.scrub()

    def _again(self, session: Session, entry: Entry) -> None:
        """Note what must be done again after a restore, outside the database first."""
        self.journal.add(entry)
        made.put(session, "erasures", made.entry_row(entry))

    # Messages -----------------------------------------------------------------------------------------

    def due(self, now: datetime, limit: int) -> tuple[tuple[str, Message], ...]:
        """Messages that may be sent now, each with its person's digest."""
        if not self.engine.exists():
            return ()
        with self.engine.reading() as session:
            found = session.rows("SELECT * FROM outbox WHERE due <= ? ORDER BY due LIMIT ?", stamp(now), limit)
        return tuple((each["subject"], made.message(each)) for each in found if moment(each["until"]) > now)

    def postpone(self, grant: Grant, message: Message, due: datetime) -> bool:
        """Make a message due later, under its purpose; False when another did so meanwhile, or it is gone."""
        with self.engine.writing() as session:
            made.hold(session, grant, self.engine.locking).require(message.purpose)
            statement = "UPDATE outbox SET due = ? WHERE subject = ? AND id = ? AND due = ?"
            return session.run(statement, stamp(due), grant.subject, message.id, stamp(message.due)) == 1

    def settle(self, subject: str, message: str, now: datetime) -> None:
        """Take a message out of the outbox, since it was sent or given up; a backup does not bring it back."""
        with_room(self.engine, lambda: self._settle(subject, message, now))

    def _settle(self, subject: str, message: str, now: datetime) -> None:
        with self.engine.writing() as session:
            if session.run("DELETE FROM outbox WHERE subject = ? AND id = ?", subject, message):
                self._again(session, Entry(subject, now, {"settle": message}))

    # Upkeep -------------------------------------------------------------------------------------------

    def sweep(self, now: datetime) -> Mapping[str, int]:
        """Delete what has been kept long enough; rows by table come back."""
        if not self.engine.exists():
            return {}
        found = with_room(self.engine, lambda: upkeep.sweep(self.engine, now))
        self.engine.scrub(thorough=True)
        upkeep.discard_old_backups(self.folder, now)
        return found

    def migrate(self) -> tuple[str, ...]:
        """Bring the schema up to date, after a backup; the migrations that ran come back."""
        if not self.engine.exists():
            return ()
        pending = self.engine.pending()
        if pending and pending != tuple(MIGRATIONS):
            path = self.folder / f"before-{pending[0]}.db"
            path.unlink(missing_ok=True)  # of a migration that failed
            copies.backup(self.engine, path, lambda *_: None)
        return self.engine.migrate()

    def pending(self) -> tuple[str, ...]:
        """The migrations that have not run; none when nothing is kept yet. A newer schema raises Unavailable."""
        return self.engine.pending()

    def backup(self, path: Path, progress: Progress) -> Mapping[str, int]:
        """Write everything to a new file and prove it by restoring it; rows by table come back."""
        return copies.backup(self.engine, path, progress) if self.engine.exists() else {}

    def restore(self, path: Path, now: datetime, progress: Progress) -> Mapping[str, int]:
        """Replace everything by a backup, and erase and withdraw again what was since; rows by table come back."""
        found = copies.restore(self.engine, path, self.journal.entries(), progress)
        self.sweep(now)
        return found

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.close()


def _until(start: datetime, agreed: Agreed) -> datetime:
    return start + timedelta(days=agreed.retention_days)


def event_id(subject: str, key: str, at: int) -> str:
    """The id of an event that came without one: the same when its request comes again."""
    return sha256(f"{subject} {key} {at}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _receipt_again(session: Session, subject: str, request: str) -> dict[str, Any]:
    """The receipt of an opt-in that was made already. Raises Conflict when it was another one."""
    if session.rows("SELECT request FROM subjects WHERE subject = ?", subject)[0]["request"] != request:
        raise Conflict("another opt-in came under this idempotency key; take a new random key")
    query = "SELECT receipt FROM consents WHERE subject = ? AND number = 1"
    found: dict[str, Any] = json.loads(session.rows(query, subject)[0]["receipt"])
    return found
