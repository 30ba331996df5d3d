"""The only place with a database: one contract, two engines, and nothing before an opt-in."""

from pathlib import Path

from quizbot.store.records import Records


def open_store(database: str, folder: Path) -> Records:
    """The store of a setting: a file path (SQLite) or a `postgresql://` URL. Nothing is opened or made yet.

    `folder` is where the journal of erasures lies.
    """
    from quizbot.store.sqlite import Sqlite  # noqa: PLC0415 (what needs no database loads no engine)

    return Records(Sqlite(Path(database)), folder)
