"""PostgreSQL, for several machines: a pool of connections that is opened at the first use."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from quizbot.store.engine import Busy, Full, Session, outdated, unknown_to_us
from quizbot.store.patience import Patience
from quizbot.store.protocol import Unavailable, Unknown
from quizbot.store.tables import MIGRATIONS, PERSONAL

WAIT_SECONDS = 5.0
CONNECTING_SECONDS = 2.0
MOST_CONNECTIONS = 8
_MIGRATING = 0x7175697A626F74  # the name of the lock: "quizbot"

_Connection = psycopg.Connection[DictRow]
_UNUSABLE = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.UndefinedTable,
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.ReadOnlySqlTransaction,
)


class _Transaction:
    """A session of one connection."""

    def __init__(self, connection: _Connection) -> None:
        self.connection = connection

    def _execute(self, sql: str, values: tuple[Any, ...]) -> psycopg.Cursor[DictRow]:
        return self.connection.execute(sql.replace("?", "%s"), values)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return self._execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> int:
        return self._execute(sql, values).rowcount

    def tables(self) -> set[str]:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = ANY(current_schemas(false))"
        return {each["tablename"] for each in self.rows(query)}


class Postgres:
    """The engine over a server. A lost connection is replaced, so that a restart of the server needs none here."""

    locking = " FOR UPDATE"

    def __init__(self, address: str, wait: float = WAIT_SECONDS) -> None:
        """Use the database at a `postgresql://` address; wait this many seconds for it, and for locks."""
        self.address = address
        self.wait = wait
        self.patience = Patience(min(wait, CONNECTING_SECONDS))
        self._pool: ConnectionPool[_Connection] | None = None
        self._ready = False
        self._lock = Lock()

    @contextmanager
    def reading(self, *, checked: bool = True) -> Iterator[Session]:
        """A transaction that sees one moment."""
        with (
            self._checked(checked=checked) as connection,
            _transaction(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        ):
            yield _Transaction(connection)

    @contextmanager
    def writing(self, *, create: bool = False, checked: bool = True, hurried: bool = False) -> Iterator[Session]:
        """A transaction that is on the server's disk when it has ended."""
        with (
            self._checked(create=create, checked=checked, hurried=hurried) as connection,
            _transaction(connection, "BEGIN ISOLATION LEVEL READ COMMITTED"),
        ):
            yield _Transaction(connection)

    @contextmanager
    def freeing(self) -> Iterator[None]:
        """Nothing: the server's disk is not ours to keep room on."""
        yield

    def scrub(self, *, thorough: bool = False) -> None:
        """Have the server reuse the room of deleted rows; by itself it does so some time later."""
        if thorough:
            with suppress(Unavailable), self._connection() as connection:
                for each in PERSONAL:
                    connection.execute(f"VACUUM {each.name}")

    def exists(self) -> bool:
        """Whether the tables are there."""
        return self.pending() != tuple(MIGRATIONS)

    def pending(self) -> tuple[str, ...]:
        """The migrations that have not run. Raises Unavailable for a newer schema."""
        with self._connection() as connection:
            return _pending(connection)

    def migrate(self, before: str | None = None) -> tuple[str, ...]:
        """Run what is pending, up to one that is named if one is; the names come back."""
        with self._connection() as connection:
            return _migrate(connection, before)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.close()

    # Connections --------------------------------------------------------------------------------------

    @contextmanager
    def _checked(self, *, create: bool = False, checked: bool, hurried: bool = False) -> Iterator[_Connection]:
        """A connection to a database whose schema is this version's, if that is checked."""
        with self._connection(hurried=hurried) as connection:
            if checked and not self._ready:
                _make_ready(connection, create=create)
                self._ready = True
            yield connection

    @contextmanager
    def _connection(self, *, hurried: bool = False) -> Iterator[_Connection]:
        with (
            self.patience.waiting(hurried=hurried) as seconds,
            self._told(),
            self._opened().connection(timeout=seconds) as connection,
        ):
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.errors.DiskFull as error:
            raise Full(f"the database server: {error}") from error
        except _UNUSABLE as error:
            self._ready = False  # another server may stand there when it is back
            kind = Busy if isinstance(error, PoolTimeout) else Unavailable
            raise kind(f"the database server: {error}") from error

    def _opened(self) -> "ConnectionPool[_Connection]":
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self.address,
                    kwargs={"autocommit": True, "row_factory": dict_row, "connect_timeout": max(2, round(self.wait))},
                    min_size=1,
                    max_size=MOST_CONNECTIONS,
                    timeout=self.wait,
                    configure=self._configure,
                    check=ConnectionPool.check_connection,
                    name="quizbot",
                    open=True,
                )
            return self._pool

    def _configure(self, connection: _Connection) -> None:
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{round(self.wait * 1000)}ms"])
        connection.execute("SET synchronous_commit = on")  # acknowledged means on disk, whatever the server's default


@contextmanager
def _transaction(connection: _Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(psycopg.Error):
            connection.execute("ROLLBACK")
        raise


def _make_ready(connection: _Connection, *, create: bool) -> None:
    pending = _pending(connection)
    if not pending:
        return
    if pending != tuple(MIGRATIONS):
        raise outdated(pending)
    if not create:
        raise Unknown  # nobody has opted in yet
    _migrate(connection)


def _pending(connection: _Connection) -> tuple[str, ...]:
    """The migrations that have not run, by name. Raises Unavailable for a newer schema."""
    there = connection.execute("SELECT to_regclass('migrations') IS NOT NULL AS there").fetchone()
    if not there or not there["there"]:
        return tuple(MIGRATIONS)
    applied = {each["name"] for each in connection.execute("SELECT name FROM migrations")}
    unknown_to_us(applied)
    return tuple(each for each in MIGRATIONS if each not in applied)


def _migrate(connection: _Connection, before: str | None = None) -> tuple[str, ...]:
    """Run what is pending in one transaction that keeps others out; of two processes one finds nothing left to do."""
    with _transaction(connection, "BEGIN"):
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MIGRATING])
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations"
            " (name TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp())"
        )
        pending = _pending(connection)
        wanted = pending[: pending.index(before)] if before in pending else pending
        for name in wanted:
            MIGRATIONS[name](connection.execute)
            connection.execute("INSERT INTO migrations (name) VALUES (%s)", [name])
    return wanted
