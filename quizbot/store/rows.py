"""Values to rows and back, and the few statements that all tables share."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from quizbot.consent import Consent, Grant, grant
from quizbot.store.engine import Session, moment, stamp
from quizbot.store.journal import Entry
from quizbot.store.protocol import Event, Message, Response, Seen, Shown, Unknown
from quizbot.store.tables import Table

Row = Mapping[str, Any]


def packed(value: Any) -> str:
    """JSON without anything that a database could take amiss: ASCII, no zero bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def put(session: Session, table: str, row: Row, *, replace: Sequence[str] = ()) -> int:
    """Insert a row unless its key is there; then replace it when `replace` names the key. Rows written come back."""
    names, places = ", ".join(row), ", ".join("?" * len(row))
    changes = ", ".join(f"{each} = excluded.{each}" for each in row if each not in replace)
    conflict = f"({', '.join(replace)}) DO UPDATE SET {changes}" if replace else "DO NOTHING"
    sql = f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT {conflict}"  # noqa: S608 (names are the code's own)
    return session.run(sql, *row.values())


def delete(session: Session, tables: Iterable[Table], subject: str) -> int:
    """Delete a person's rows; how many comes back."""
    return sum(session.run(f"DELETE FROM {each.name} WHERE subject = ?", subject) for each in tables)  # noqa: S608


def latest(session: Session, subject: str) -> Consent:
    """The consent that holds now. Raises Unknown."""
    found = session.rows("SELECT record FROM consents WHERE subject = ? ORDER BY number DESC LIMIT 1", subject)
    if not found:
        raise Unknown
    return Consent.model_validate_json(found[0]["record"])


def hold(session: Session, held: Grant, locking: str = "") -> Grant:
    """The grant as the record says it now, the record kept from others for the rest of the transaction.

    Raises Unknown when there is none any more.
    """
    if locking:
        session.rows(f"SELECT subject FROM subjects WHERE subject = ?{locking}", held.subject)  # noqa: S608
    return grant(latest(session, held.subject), held.at)


def add_consent(session: Session, consent: Consent, receipt: Mapping[str, Any] | None) -> None:
    """Append an entry to a person's record and note when it is due."""
    last = session.rows("SELECT max(number) AS last FROM consents WHERE subject = ?", consent.subject)[0]["last"]
    row = {
        "subject": consent.subject,
        "number": (last or 0) + 1,
        "at": stamp(consent.at),
        "act": consent.act,
        "notice": consent.notice,
        "record": consent.model_dump_json(exclude_defaults=True),
        "receipt": None if receipt is None else packed(receipt),
    }
    put(session, "consents", row)
    session.run("UPDATE subjects SET due = ? WHERE subject = ?", stamp(consent.due), consent.subject)


# Values to rows -----------------------------------------------------------------------------------


def response_row(subject: str, each: Response, until: datetime, *, sensitive: bool) -> Row:
    """The row of remembered answers, without the sensitive ones unless there was a tick for them."""
    return {
        "subject": subject,
        "quiz": each.quiz,
        "version": each.version,
        "language": each.language,
        "answers": packed(each.answers),
        "sensitive": packed(each.sensitive) if sensitive and each.sensitive else None,
        "refine": packed(list(each.refine)),
        "shown": packed([[seen.item, seen.price, seen.available] for seen in each.shown]),
        "at": stamp(each.at),
        "until": stamp(until),
    }


def event_row(subject: str, each: Event, until: datetime) -> Row:
    """The row of an event."""
    return {
        "subject": subject,
        "id": each.id,
        "quiz": each.quiz,
        "item": each.item,
        "kind": each.kind,
        "position": each.position,
        "at": stamp(each.at),
        "until": stamp(until),
    }


def shown_row(subject: str, each: Shown, until: datetime, *, sensitive: bool) -> Row:
    """The row of a list that was shown."""
    return {
        "subject": subject,
        "id": each.id,
        "quiz": each.quiz,
        "version": each.version,
        "answers": packed(each.answers),
        "sensitive": packed(each.sensitive) if sensitive and each.sensitive else None,
        "items": packed(list(each.items)),
        "at": stamp(each.at),
        "until": stamp(until),
    }


def message_row(subject: str, each: Message, now: datetime, until: datetime) -> Row:
    """The row of a message that waits."""
    return {
        "subject": subject,
        "id": each.id,
        "purpose": each.purpose,
        "kind": each.kind,
        "payload": packed(each.payload),
        "due": stamp(each.due),
        "at": stamp(now),
        "until": stamp(until),
    }


def entry_row(each: Entry) -> Row:
    """The row of what must stay done."""
    return {"subject": each.subject, "at": stamp(each.at), "what": each.written}


# Rows to values -----------------------------------------------------------------------------------


def _loaded(written: str | None) -> Any:
    return None if written is None else json.loads(written)


def response(row: Row) -> Response:
    """The answers of a row."""
    return Response(
        quiz=row["quiz"],
        version=row["version"],
        language=row["language"],
        answers=_loaded(row["answers"]),
        at=moment(row["at"]),
        sensitive=_loaded(row["sensitive"]),
        refine=tuple(_loaded(row["refine"])),
        shown=tuple(Seen(item=item, price=price, available=there) for item, price, there in _loaded(row["shown"])),
    )


def event(row: Row) -> Event:
    """The event of a row."""
    return Event(
        item=row["item"],
        kind=row["kind"],
        at=moment(row["at"]),
        quiz=row["quiz"],
        id=row["id"],
        position=row["position"],
    )


def shown(row: Row) -> Shown:
    """The list of a row."""
    return Shown(
        id=row["id"],
        quiz=row["quiz"],
        version=row["version"],
        answers=_loaded(row["answers"]),
        items=tuple(_loaded(row["items"])),
        at=moment(row["at"]),
        sensitive=_loaded(row["sensitive"]),
    )


def message(row: Row) -> Message:
    """The message of a row."""
    return Message(
        id=row["id"],
        purpose=row["purpose"],
        kind=row["kind"],
        payload=_loaded(row["payload"]),
        due=moment(row["due"]),
        since=moment(row["at"]),
    )


def entry(row: Row) -> Entry:
    """What must stay done, of a row."""
    return Entry(row["subject"], moment(row["at"]), _loaded(row["what"]))


def readable(table: Table, row: Row) -> dict[str, Any]:
    """A row as it is exported: what is stored as JSON opened, times as they are."""
    return {name: _loaded(row[name]) if name in table.written else row[name] for name in table.columns}
