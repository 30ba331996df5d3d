"""Acknowledged durable writes per second, beside bare sqlite3 with the same pragmas in the same run."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from benchmarks.table import interleaved, show
from quizbot import consent
from quizbot.consent import Asked, Grant
from quizbot.content.notice import notice
from quizbot.content.site import Site
from quizbot.memory import now
from quizbot.store import open_store
from quizbot.store.protocol import Agreement, Event
from quizbot.store.records import Records

RUNS, WRITES = 15, 100


def main() -> None:
    """Print how many events a second are on disk when they are acknowledged."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "quizbot.db"), Path(folder))
        grant = _somebody(store)
        numbers = count()

        def ours() -> None:
            for _ in range(WRITES):
                held = consent.grant(store.consent(grant.subject), now())
                store.append_events(held, [Event(item="assam", kind="view", at=now())], str(next(numbers)))

        with closing(_bare(Path(folder) / "bare.db")) as bare:
            seconds = interleaved(RUNS, ours, _inserting(bare, grant.subject))
        store.close()
    rates = [WRITES / each for each in seconds]
    show(
        "Acknowledged durable writes, one event each, one writer",
        ["", "writes a second", "of bare"],
        [
            ["quizbot: consent read twice, idempotent", rates[0], rates[0] / rates[1]],
            ["bare sqlite3, the same pragmas", rates[1], 1.0],
        ],
        f"median of {RUNS} interleaved runs of {WRITES}",
    )


def _somebody(store: Records) -> Grant:
    at, agreed_to = now(), notice(Site(), "en")
    agreed = consent.agree(consent.subject("somebody"), Asked(purposes=frozenset({"history"})), agreed_to, at)
    grant = consent.grant(agreed, at)
    store.opt_in(grant, Agreement(consent=agreed, notice=agreed_to, receipt=consent.receipt(agreed, agreed_to)))
    return grant


def _bare(path: Path) -> sqlite3.Connection:
    """A plain connection with the pragmas of the store."""
    bare = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "secure_delete=ON", "synchronous=FULL", "temp_store=MEMORY"):
        bare.execute(f"PRAGMA {pragma}")
    bare.execute(
        "CREATE TABLE events (subject TEXT, id TEXT, quiz TEXT, item TEXT, kind TEXT, position INTEGER, at TEXT,"
        " until TEXT, PRIMARY KEY (subject, id)) WITHOUT ROWID"
    )
    return bare


def _inserting(bare: sqlite3.Connection, subject: str) -> Callable[[], None]:
    numbers = count()

    def insert() -> None:
        for _ in range(WRITES):
            row = (subject, f"{next(numbers):032}", None, "assam", "view", None, now().isoformat(), now().isoformat())
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            bare.execute("COMMIT")

    return insert


if __name__ == "__main__":
    main()
