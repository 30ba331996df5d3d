"""What a store does by itself, person by person: retention, what may be learned, what is exported."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from quizbot.consent import Consent, expired, grant
from quizbot.store import rows as made
from quizbot.store.engine import Engine, Session, stamp
from quizbot.store.protocol import Lesson, Unknown
from quizbot.store.tables import PERSONAL, Table

CHUNK = 500
BACKUP_DAYS = 7


def reduce(session: Session, consent: Consent) -> int:
    """Delete a person's rows that a consent does not allow; how many comes back."""
    allowed = consent.purposes.keys()
    found = made.delete(
        session, [each for each in PERSONAL if each.purpose and each.purpose not in allowed], consent.subject
    )
    if not allowed & {"history", "improve"}:
        found += session.run("DELETE FROM requests WHERE subject = ?", consent.subject)
    for row in session.rows("SELECT id, purpose FROM outbox WHERE subject = ?", consent.subject):
        if row["purpose"] not in allowed:
            found += session.run("DELETE FROM outbox WHERE subject = ? AND id = ?", consent.subject, row["id"])
    if not consent.sensitive:
        for table in ("responses", "shown"):
            session.run(f"UPDATE {table} SET sensitive = NULL WHERE subject = ?", consent.subject)  # noqa: S608
    return found


def sweep(engine: Engine, now: datetime) -> Mapping[str, int]:
    """Delete rows whose time is over and purposes that have ended; rows by table come back."""
    found = {each.name: _sweep_table(engine, each, now) for each in PERSONAL if each.ends}
    with engine.reading() as session:
        due = [each["subject"] for each in session.rows("SELECT subject FROM subjects WHERE due <= ?", stamp(now))]
    for chunk in _chunks(due):
        with engine.writing() as session:
            for subject in chunk:
                for name, count in _end(session, subject, now, engine.locking).items():
                    found[name] = found.get(name, 0) + count
    return found


def _sweep_table(engine: Engine, table: Table, now: datetime) -> int:
    """Delete a table's rows whose time is over, some persons at a time, so that nobody waits long."""
    over = stamp(now)
    with engine.reading() as session:
        query = f"SELECT DISTINCT subject FROM {table.name} WHERE until <= ?"  # noqa: S608
        subjects = [each["subject"] for each in session.rows(query, over)]
    found = 0
    for chunk in _chunks(subjects):
        with engine.writing() as session:
            for subject in chunk:
                statement = f"DELETE FROM {table.name} WHERE subject = ? AND until <= ?"  # noqa: S608
                found += session.run(statement, subject, over)
    return found


def _end(session: Session, subject: str, now: datetime, locking: str) -> Mapping[str, int]:
    """End what has ended by itself of one record; rows by table come back."""
    if not session.rows(f"SELECT subject FROM subjects WHERE subject = ? AND due <= ?{locking}", subject, stamp(now)):  # noqa: S608
        return {}
    consent = made.latest(session, subject)
    if not consent.purposes:
        return {"subjects": made.delete(session, PERSONAL, subject)}
    left = expired(consent, now)
    if left is None:
        return {}
    made.add_consent(session, left, None)
    return {"ended": reduce(session, left)}


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))


def exported(session: Session, subject: str) -> dict[str, Any]:
    """Everything about a person by table, with the texts that were agreed to. Raises Unknown."""
    found: dict[str, Any] = {}
    for table in PERSONAL:
        order = ", ".join(table.key)
        rows = session.rows(f"SELECT * FROM {table.name} WHERE subject = ? ORDER BY {order}", subject)  # noqa: S608
        found[table.name] = [made.readable(table, each) for each in rows]
    if not found["subjects"]:
        raise Unknown
    agreed = sorted({each["notice"] for each in found["consents"]})
    places = ", ".join("?" * len(agreed))
    texts = session.rows(f"SELECT sha256, text FROM notices WHERE sha256 IN ({places})", *agreed)  # noqa: S608
    found["notices"] = {each["sha256"]: json.loads(each["text"]) for each in texts}
    return found


def lessons(engine: Engine, now: datetime) -> Iterator[Lesson]:
    """What may be learned, person by person, some persons in each transaction."""
    after = ""
    while True:
        with engine.reading() as session:
            query = "SELECT subject FROM subjects WHERE subject > ? ORDER BY subject LIMIT ?"
            subjects = [each["subject"] for each in session.rows(query, after, CHUNK)]
            found = _lessons(session, subjects, now)
        if not subjects:
            return
        yield from found
        after = subjects[-1]


def _lessons(session: Session, subjects: Sequence[str], now: datetime) -> list[Lesson]:
    if not subjects:
        return []
    where = f"subject IN ({', '.join('?' * len(subjects))})"
    held: dict[str, Any] = {}
    for row in session.rows(f"SELECT subject, record FROM consents WHERE {where} ORDER BY subject, number", *subjects):  # noqa: S608
        held[row["subject"]] = row["record"]
    grants = {name: grant(Consent.model_validate_json(record), now) for name, record in held.items()}
    agreed = {name: each for name, each in grants.items() if "improve" in each.purposes}
    kept: dict[str, dict[str, list[Any]]] = {name: {} for name in agreed}
    for table, make in (
        ("events", made.event),
        ("outcomes", made.event),
        ("shown", made.shown),
        ("responses", made.response),
    ):
        query = f"SELECT * FROM {table} WHERE {where} AND until > ? ORDER BY subject, at"  # noqa: S608
        for row in session.rows(query, *subjects, stamp(now)):
            if row["subject"] in kept:
                kept[row["subject"]].setdefault(table, []).append(make(row))
    return [
        Lesson(**{name: tuple(each.get(name, ())) for name in ("events", "outcomes", "shown", "responses")})
        for each in kept.values()
    ]


def discard_old_backups(folder: Path, now: datetime) -> None:
    """Delete the backups from before migrations that are older than a week: they hold who was erased since."""
    for each in folder.glob("before-*.db"):
        if each.stat().st_mtime < (now - timedelta(days=BACKUP_DAYS)).timestamp():
            each.unlink()
