"""SQLite: one file, made at the first opt-in, with room set aside so that erasing works on a full disk."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from sqlite_utils import Database, Migrations

from quizbot.store.engine import Busy, Full, Session, outdated, unknown_to_us
from quizbot.store.patience import Patience
from quizbot.store.protocol import Unavailable, Unknown
from quizbot.store.tables import MIGRATIONS

WAIT_SECONDS = 5.0
BALLAST_BYTES = 4 * 1024 * 1024
LARGEST_QUICK_VACUUM = 256 * 1024 * 1024  # under two seconds; above, the daily sweep does it
IDLE = 8

_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}  # a wal-index that cannot grow is an I/O error
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_Identity = tuple[int, int]


def _migrations() -> Migrations:
    made = Migrations("quizbot")
    for name, step in MIGRATIONS.items():

        def run(db: Database, step: Any = step) -> None:
            # Rows lie in the key's own tree, so a person's rows are neighbors and the digest is written once.
            step(lambda sql: db.execute(f"{sql} WITHOUT ROWID" if sql.startswith("CREATE TABLE") else sql))

        made(name=name)(run)
    return made


@dataclass(frozen=True, slots=True)
class _Opened:
    """A connection to one file; it is the session of whatever transaction it is in."""

    db: Database
    identity: _Identity

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        cursor = self.db.execute(sql, values)
        names = [each[0] for each in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def run(self, sql: str, *values: Any) -> int:
        return self.db.execute(sql, values).rowcount

    def tables(self) -> set[str]:
        return set(self.db.table_names())


class Sqlite:
    """The engine over one file; each transaction has a connection of its own, from a few that are kept open.

    A file that was replaced or deleted is noticed by its inode, and nothing is acknowledged into a file that is gone.
    """

    locking = ""  # BEGIN IMMEDIATE has kept everybody else out already

    def __init__(self, path: Path, wait: float = WAIT_SECONDS, *, room: int = BALLAST_BYTES) -> None:
        """Use the file at `path`, which need not exist.

        `wait` is for other writers, in seconds; `room` how many bytes to set aside.
        """
        self.path = path
        self.room = room
        self.ballast = path.with_name(f"{path.name}.ballast")
        self.wait = wait
        self.patience = Patience(wait)
        self._idle: list[_Opened] = []
        self._known: _Identity | None = None
        self._lock = Lock()

    @contextmanager
    def reading(self, *, checked: bool = True) -> Iterator[Session]:
        """A transaction that sees one moment."""
        with self._connection(checked=checked) as opened, _transaction(opened.db, "BEGIN"):
            yield opened

    @contextmanager
    def writing(self, *, create: bool = False, checked: bool = True, hurried: bool = False) -> Iterator[Session]:
        """A transaction that holds the write lock from its start: a later one would fail instead of waiting."""
        with (
            self.patience.waiting(hurried=hurried) as seconds,
            self._connection(create=create, checked=checked) as opened,
        ):
            opened.db.execute(f"PRAGMA busy_timeout={round(1000 * seconds)}")
            with _transaction(opened.db, "BEGIN IMMEDIATE"):
                yield opened
            if self._identity() != opened.identity:
                raise self._gone()

    @contextmanager
    def freeing(self) -> Iterator[None]:
        """Give up the room that was set aside, and set it aside again if there is any afterwards."""
        self.ballast.unlink(missing_ok=True)
        try:
            yield
        finally:
            self._set_aside()

    def scrub(self, *, thorough: bool = False) -> None:
        """Rewrite the file and empty the write-ahead log.

        `secure_delete` alone is not enough: rows that moved when a page was split leave copies in its free space.
        """
        with self._connection() as opened:
            db = opened.db
            with suppress(sqlite3.OperationalError):  # no room, or busy: the sweep does it
                if thorough or self.path.stat().st_size <= LARGEST_QUICK_VACUUM:
                    db.execute("PRAGMA temp_store=FILE" if thorough else "PRAGMA temp_store=MEMORY")
                    db.execute("VACUUM")
            with suppress(sqlite3.OperationalError):
                for _ in range(3):  # each waits for readers
                    if not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                        break
        if not self.ballast.exists():
            self._set_aside()

    def exists(self) -> bool:
        """Whether the file is there."""
        return self._identity() is not None

    def pending(self) -> tuple[str, ...]:
        """The migrations that have not run; none when there is no file. Raises Unavailable for a newer schema."""
        if not self.exists():
            return ()
        with self._open() as db:
            return _pending(db)

    def migrate(self, before: str | None = None) -> tuple[str, ...]:
        """Run what is pending, up to one that is named if one is; the names come back."""
        if not self.exists():
            self._create()
        with self._open() as db:
            return _migrate(db, before)

    def close(self) -> None:
        """Close the connections that are not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for each in idle:
            each.db.close()

    # Connections --------------------------------------------------------------------------------------

    @contextmanager
    def _connection(self, *, create: bool = False, checked: bool = True) -> Iterator[_Opened]:
        """A connection to the file that is there now; after a failure of the database it is not used again."""
        with self._told():
            opened = self._take(create=create, checked=checked)
        try:
            with self._told():
                yield opened
        except Unavailable:
            opened.db.close()
            raise
        except BaseException:
            self._give_back(opened)
            raise
        self._give_back(opened)

    def _give_back(self, opened: _Opened) -> None:
        with self._lock:
            if len(self._idle) < IDLE and opened.identity == self._known:
                self._idle.append(opened)
                return
        opened.db.close()

    def _take(self, *, create: bool, checked: bool) -> _Opened:
        identity = self._identity()
        if identity is None and create:
            self._create()
            identity = self._identity()
        if identity is None:
            raise Unknown if self._known is None else self._gone()
        with self._lock:
            stale = [each for each in self._idle if each.identity != identity]
            self._idle = [each for each in self._idle if each.identity == identity]
            found = self._idle.pop() if self._idle else None
        for each in stale:
            each.db.close()
        opened = found or _Opened(self._connect(), identity)
        return self._checked(opened, create=create) if checked else opened

    def _checked(self, opened: _Opened, *, create: bool) -> _Opened:
        """Look at the schema of a file that was not seen before; an empty one is filled when something is created."""
        if opened.identity == self._known:
            return opened
        try:
            _make_ready(opened.db, create=create)
        except BaseException:
            opened.db.close()
            raise
        self._known = opened.identity
        return opened

    def _create(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._set_aside()

    def _set_aside(self) -> None:
        if not self.room:
            return
        try:
            with os.fdopen(os.open(self.ballast, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
                file.write(os.urandom(self.room))  # zeros might take no room
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                self.ballast.unlink(missing_ok=True)  # a part of it would only be in the way

    @contextmanager
    def _open(self) -> Iterator[Database]:
        """A connection whatever the schema."""
        with self._told():
            db = self._connect()
            try:
                yield db
            finally:
                db.close()

    def _connect(self) -> Database:
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode=rw",  # never makes the file
            uri=True,
            timeout=self.wait,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            db = Database(connection, execute_plugins=False)
            for pragma in ("secure_delete=ON", "synchronous=FULL", "temp_store=MEMORY"):
                db.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            connection.close()
            raise
        return db

    def _identity(self) -> _Identity | None:
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_dev, found.st_ino

    def _gone(self) -> Unavailable:
        return Unavailable(f"the database '{self.path}' is gone or was replaced; put it back or restore a backup")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a mistake of the program
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            kind = Full if code in _FULL else Busy if code in _BUSY else Unavailable
            raise kind(f"the database '{self.path}': {error}") from error
        except OSError as error:
            raise Unavailable(f"the database '{self.path}': {error.strerror or error}") from error


@contextmanager
def _transaction(db: Database, begin: str) -> Iterator[None]:
    db.execute(begin)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.rollback()
        raise


def _make_ready(db: Database, *, create: bool) -> None:
    pending = _pending(db)
    if not pending:
        return
    if pending != tuple(MIGRATIONS):
        raise outdated(pending)
    if not create:
        raise Unknown  # the file was made a moment ago, and nobody is in it yet
    _migrate(db)


def _pending(db: Database) -> tuple[str, ...]:
    """The migrations that have not run, by name. Raises Unavailable for a newer schema."""
    applied = {each.name for each in _migrations().applied(db)}
    unknown_to_us(applied)
    return tuple(each for each in MIGRATIONS if each not in applied)


def _migrate(db: Database, before: str | None = None) -> tuple[str, ...]:
    """Run what is pending in one transaction that keeps others out; of two processes one finds nothing left to do."""
    db.enable_wal()  # once: it is a property of the file
    with _transaction(db, "BEGIN IMMEDIATE"):
        pending = _pending(db)
        wanted = pending[: pending.index(before)] if before in pending else pending
        if wanted:
            _migrations().apply(db, stop_before=before)
    return wanted
