"""The only place with a database: one contract, two engines, and nothing before an opt-in."""

from pathlib import Path

from quizbot.store.engine import Engine
from quizbot.store.protocol import Unavailable
from quizbot.store.records import Records


def open_store(database: str, folder: Path) -> Records:
    """The store of a setting: a file path (SQLite) or a `postgresql://` URL. Nothing is opened or made yet.

    `folder` is where the journal of erasures lies. Raises Unavailable when the engine is not installed.
    """
    return Records(_engine(database), folder)


def _engine(database: str) -> Engine:
    """The engine of a setting; each loads its own libraries."""
    if "://" not in database:
        from quizbot.store.sqlite import Sqlite  # noqa: PLC0415

        return Sqlite(Path(database))
    try:
        from quizbot.store.postgres import Postgres  # noqa: PLC0415
    except ImportError as error:
        raise Unavailable("PostgreSQL needs its driver: pip install 'quizbot[postgres]'") from error
    return Postgres(database)
