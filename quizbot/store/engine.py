"""What records need of a database: transactions that read or write, and nothing else of its kind."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from quizbot.store.protocol import Unavailable
from quizbot.store.tables import MIGRATIONS

Row = Mapping[str, Any]


class Session(Protocol):
    """One transaction. `?` stands for a value in its SQL."""

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a query."""

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement; the number of rows it changed comes back."""

    def tables(self) -> set[str]:
        """The names of the tables there are."""


class Engine(Protocol):
    """A database. What goes wrong with it is Unavailable; reading one that was never made raises Unknown."""

    @property
    def locking(self) -> str:
        """What a query says to keep its rows from other transactions until the end of its own."""

    def reading(self, *, checked: bool = True) -> AbstractContextManager[Session]:
        """A transaction that sees one moment; `checked` for a schema that is this version's."""

    def writing(
        self, *, create: bool = False, checked: bool = True, hurried: bool = False
    ) -> AbstractContextManager[Session]:
        """A transaction that may write from its start, and is on disk when it has ended.

        `create` makes the database when there is none; `hurried` waits for others for a moment only.
        """

    def freeing(self) -> AbstractContextManager[object]:
        """Within it a full disk has some room left, which was kept for that."""

    def scrub(self, *, thorough: bool = False) -> None:
        """Overwrite what deleted rows left in the database's files; thorough whatever it costs."""

    def exists(self) -> bool:
        """Whether there is a database at all, without opening it where that can be told."""

    def pending(self) -> tuple[str, ...]:
        """The migrations that have not run. Raises Unavailable for a newer schema."""

    def migrate(self, before: str | None = None) -> tuple[str, ...]:
        """Make the database if there is none and run what is pending, up to one that is named if one is."""

    def close(self) -> None:
        """Let go of all connections."""


class Full(Unavailable):
    """There is no room on the disk."""


class Busy(Unavailable):
    """Others hold it, or it is away: waiting was in vain."""


Result = TypeVar("Result")


def with_room(engine: Engine, action: Callable[[], Result]) -> Result:
    """Do it, on a full disk with the room that was set aside for what makes room."""
    try:
        return action()
    except Full:
        with engine.freeing():
            return action()


def unknown_to_us(applied: Collection[str]) -> None:
    """Raise Unavailable when a migration ran that this version does not know."""
    strange = [each for each in applied if each not in MIGRATIONS]
    if strange:
        raise Unavailable(
            f"the database has the migration '{strange[0]}', which this version of quizbot does not know;"
            " install the version that made it, or a later one"
        )


def outdated(pending: Sequence[str]) -> Unavailable:
    """What is said of an older schema."""
    return Unavailable(f"the database lacks the migration '{pending[0]}'; run `quizbot data migrate`")


def stamp(moment: datetime) -> str:
    """A moment as it is stored: UTC with microseconds, so that the order of texts is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stamp: str) -> datetime:
    """The moment that a stamp says."""
    return datetime.fromisoformat(stamp)
