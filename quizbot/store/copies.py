"""Backups: a SQLite file whatever the engine, proven by restoring it; and what must stay done after a restore.

A backup of one engine restores into the other, which is how a shop moves to PostgreSQL.
"""

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from quizbot.consent import without
from quizbot.store import rows as made
from quizbot.store import upkeep
from quizbot.store.engine import Engine, Session, stamp
from quizbot.store.journal import Entry
from quizbot.store.protocol import Progress, Unavailable, Unknown
from quizbot.store.sqlite import Sqlite
from quizbot.store.tables import PERSONAL

KEYS: Mapping[str, tuple[str, ...]] = {
    "notices": ("sha256",),
    **{each.name: each.key for each in PERSONAL},
    "erasures": ("subject", "at", "what"),
}
"""Every table with its key, in the order in which a restore fills them."""

PAGE = 1000
Sums = Mapping[str, tuple[int, str]]
"""Rows of each table, and a digest of them all."""


def backup(engine: Engine, path: Path, progress: Progress) -> Mapping[str, int]:
    """Write all tables to a new file of the same schema and prove it.

    Raises FileExistsError, and Unavailable when the file does not hold what was read.
    """
    if path.exists():
        raise FileExistsError(errno.EEXIST, "it is there already; choose another name", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    before = next(iter(engine.pending()), None)
    with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as work:
        draft = Path(work) / "draft.db"
        with (
            _filled(draft, before) as target,
            engine.reading(checked=False) as source,
            target.writing(checked=False) as session,
        ):
            sums = _copy(source, session, progress)
        _prove(draft, Path(work) / "restored.db", before, sums)
        draft.rename(path)  # whole or not at all
    return {name: count for name, (count, _) in sums.items()}


@contextmanager
def _filled(path: Path, before: str | None) -> Iterator[Sqlite]:
    """A new SQLite file with the tables; it is one file when it is closed."""
    target = Sqlite(path, room=0)
    try:
        target.migrate(before)
        yield target
    finally:
        target.close()


def _prove(draft: Path, restored: Path, before: str | None, sums: Sums) -> None:
    """Restore a draft into another new file and compare what both hold with what was read."""
    with _filled(restored, before) as target:
        source = Sqlite(draft, room=0)
        with source.reading(checked=False) as reading, target.writing(checked=False) as writing:
            copied = _copy(reading, writing, _silent)
        source.close()
        with target.reading(checked=False) as reading:
            found = {name: _sum(_pages(reading, name)) for name in copied}
    if not sums == copied == found:
        raise Unavailable(f"the backup does not hold what was read: {sums} became {copied} and {found}; try again")


def _silent(_table: str, _rows: int) -> None:
    """Say nothing of progress."""


def _copy(source: Session, target: Session, progress: Progress) -> Sums:
    """Copy every table that both have; what was copied comes back."""
    there = source.tables() & target.tables()
    sums: dict[str, tuple[int, str]] = {}
    for name in KEYS:
        if name in there:
            sums[name] = _sum(_written(target, name, _pages(source, name), progress))
    return sums


def _written(
    target: Session, name: str, pages: Iterable[list[dict[str, Any]]], progress: Progress
) -> Iterator[list[dict[str, Any]]]:
    for page in pages:
        for row in page:
            made.put(target, name, row)
        progress(name, len(page))
        yield page


def _pages(session: Session, name: str) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table by key, page by page."""
    key = ", ".join(KEYS[name])
    where, last = "", ()
    while True:
        page = session.rows(f"SELECT * FROM {name}{where} ORDER BY {key} LIMIT {PAGE}", *last)  # noqa: S608
        if page:
            yield page
        if len(page) < PAGE:
            return
        where = f" WHERE ({key}) > ({', '.join('?' * len(KEYS[name]))})"
        last = tuple(page[-1][each] for each in KEYS[name])


def _sum(pages: Iterable[list[dict[str, Any]]]) -> tuple[int, str]:
    """How many rows there are, and a digest that their order does not change: engines sort texts differently."""
    count, total = 0, 0
    for page in pages:
        count += len(page)
        for row in page:
            total += int.from_bytes(sha256(made.packed(row).encode()).digest())
    return count, f"{total % 2**256:064x}"


def restore(engine: Engine, path: Path, entries: Iterable[Entry], progress: Progress) -> Mapping[str, int]:
    """Replace everything by a backup, in one transaction, and do again what must stay done.

    Raises FileNotFoundError, and Unavailable for a file of a newer version or of another kind.
    """
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    with TemporaryDirectory(prefix="quizbot-") as work:
        copy = Path(work) / "copy.db"
        shutil.copyfile(path, copy)
        with _filled(copy, None) as source, source.reading() as reading, engine.writing(create=True) as session:
            later = [*_noted(session), *entries]
            for name in KEYS:
                session.run(f"DELETE FROM {name}")  # noqa: S608
            sums = _copy(reading, session, progress)
            for entry in sorted([*later, *_noted(session)], key=lambda each: each.at):
                again(session, entry)
    return {name: count for name, (count, _) in sums.items()}


def _noted(session: Session) -> list[Entry]:
    return [made.entry(each) for each in session.rows("SELECT * FROM erasures")]


def again(session: Session, entry: Entry) -> None:
    """Do once more what was erased, withdrawn or forgotten."""
    made.put(session, "erasures", made.entry_row(entry))
    if entry.what.get("erase"):
        made.delete(session, PERSONAL, entry.subject)
        return
    if "forget" in entry.what:
        for table in ("events", "outcomes"):  # what was done again afterwards stays
            statement = f"DELETE FROM {table} WHERE subject = ? AND id = ? AND at <= ?"  # noqa: S608
            session.run(statement, entry.subject, entry.what["forget"], stamp(entry.at))
    if "settle" in entry.what:
        session.run("DELETE FROM outbox WHERE subject = ? AND id = ?", entry.subject, entry.what["settle"])
    try:
        consent = made.latest(session, entry.subject)
    except Unknown:
        return
    if consent.at < entry.at and {"withdraw", "sensitive"} & entry.what.keys():
        left = without(consent, entry.what.get("withdraw", ()), entry.at, "withdrawn")
        if "sensitive" in entry.what:
            left = left.model_copy(update={"sensitive": False})
        made.add_consent(session, left, None)
        upkeep.reduce(session, left)
