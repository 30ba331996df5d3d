"""Erasing, backups and migrations: what is gone stays gone, what is kept survives, on every engine."""

import json
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlite_utils import Database

from quizbot.consent import PURPOSES, Grant
from quizbot.store import open_store
from quizbot.store.protocol import Conflict, Unavailable, Unknown
from quizbot.store.records import Records
from quizbot.store.rows import event_row, put
from quizbot.store.tables import MIGRATIONS, PERSONAL
from tests.people import NOW, changed, event, mail, opted, response, shown, somebody

LATER = NOW + timedelta(hours=1)


def silent(_table: str, _rows: int) -> None:
    """No progress is wanted."""


def fill(store: Records, grant: Grant, marker: str) -> None:
    """Put a marker into everything a person may leave."""
    store.save_response(grant, response(answers={"words": marker}, sensitive={"skin": marker}))
    store.append_events(grant, [event(marker, id=f"{marker}-{at}") for at in range(20)], marker)
    store.save_shown(grant, shown([marker]))
    store.queue(grant, mail())


def contents(store: Records) -> dict[str, Any]:
    """All rows of all personal tables."""
    with store.engine.reading() as session:
        return {
            each.name: session.rows(f"SELECT * FROM {each.name} ORDER BY {', '.join(each.key)}") for each in PERSONAL
        }


def found_in(folder: Path, markers: list[str]) -> list[str]:
    """The files of a folder that hold one of the markers, as a new process sees them."""
    program = (
        "import json, pathlib, sys\n"
        "files = [each for each in pathlib.Path(sys.argv[1]).rglob('*') if each.is_file()]\n"
        "held = lambda each: any(marker.encode() in each.read_bytes() for marker in sys.argv[2:])\n"
        "print(json.dumps(sorted(each.name for each in files if held(each))))"
    )
    command = [sys.executable, "-c", program, str(folder), *markers]
    found: list[str] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def test_erasing_leaves_no_byte_in_the_files(tmp_path: Path) -> None:
    """Rows of many persons move among the pages before some are erased; the store stays open meanwhile."""
    store, chance = open_store(str(tmp_path / "quizbot.db"), tmp_path), Random(1)
    people = [(somebody(store, *PURPOSES).subject, f"marker-{at}-") for at in range(60)]
    for _ in range(100):
        with store.engine.writing() as session:
            for subject, marker in chance.choices(people, k=60):
                each = event(marker * chance.choice([1, 9, 40]), id=f"{chance.random()}")
                put(session, "events", event_row(subject, each, NOW))
    gone, stay = people[::2], people[1::2]
    for subject, _ in gone:
        store.erase(subject, NOW)
    assert found_in(tmp_path, [marker for _, marker in gone]) == []
    assert found_in(tmp_path, [marker for _, marker in stay]) == ["quizbot.db"]
    store.close()


def test_a_restored_backup_brings_nothing_back_that_was_erased_withdrawn_or_forgotten(
    fresh: Records, tmp_path: Path
) -> None:
    kept, erased, withdrawn, forgot = (somebody(fresh, *PURPOSES, sensitive=True) for _ in range(4))
    for name, grant in {"kept": kept, "erased": erased, "withdrawn": withdrawn, "forgot": forgot}.items():
        fill(fresh, grant, name)
    told: dict[str, int] = {}
    counts = fresh.backup(tmp_path / "backup.db", lambda table, rows: told.update({table: told.get(table, 0) + rows}))
    assert {name: count for name, count in counts.items() if count} == told
    assert (counts["subjects"], counts["events"], counts["outbox"]) == (4, 80, 4)
    fresh.erase(erased.subject, LATER)
    changed(fresh, withdrawn, "remember", "history", at=LATER)
    later = fresh.consent(forgot.subject)
    assert fresh.forget_event(forgot, "forgot-3")
    before = contents(fresh)
    fresh.restore(tmp_path / "backup.db", LATER, silent)
    after = contents(fresh)
    assert "erased" not in str(after)
    assert fresh.consent(forgot.subject) == later
    left = fresh.consent(withdrawn.subject)
    assert (left.act, set(left.purposes), left.sensitive) == ("withdrawn", {"remember", "history"}, False)
    for table in ("responses", "events", "outcomes", "shown", "outbox"):
        assert after[table] == before[table], table
    with pytest.raises(Unknown):
        fresh.consent(erased.subject)


def test_what_was_done_again_after_it_was_forgotten_comes_back_with_a_backup(fresh: Records, tmp_path: Path) -> None:
    grant = somebody(fresh, "history")
    fresh.append_events(grant, [event(id="like")], "1")
    fresh.forget_event(grant, "like")
    again = event(id="like", at=NOW + timedelta(minutes=1))
    fresh.append_events(grant, [again], "2")
    fresh.backup(tmp_path / "backup.db", silent)
    fresh.restore(tmp_path / "backup.db", LATER, silent)
    assert fresh.events(grant) == (again,)


def test_what_was_erased_stays_erased_when_the_database_itself_was_lost(tmp_path: Path) -> None:
    """The journal lies outside the database."""
    store = open_store(str(tmp_path / "quizbot.db"), tmp_path)
    gone, stays = somebody(store, "remember"), somebody(store, "remember")
    store.backup(tmp_path / "backup.db", silent)
    store.erase(gone.subject, LATER)
    store.close()
    for each in tmp_path.glob("quizbot.db*"):
        each.unlink()
    again = open_store(str(tmp_path / "quizbot.db"), tmp_path)
    again.restore(tmp_path / "backup.db", LATER, silent)
    assert again.consent(stays.subject).act == "given"
    with pytest.raises(Unknown):
        again.consent(gone.subject)
    opt_in = opted(gone.subject, "remember")
    with pytest.raises(Conflict):
        again.opt_in(gone, opt_in)
    again.close()


def test_what_was_erased_twenty_days_ago_is_not_in_a_backup_of_today(fresh: Records, tmp_path: Path) -> None:
    gone = somebody(fresh, *PURPOSES)
    fill(fresh, gone, "marker")
    fresh.erase(gone.subject, NOW)
    fresh.backup(tmp_path / "after.db", silent)
    assert b"marker" not in (tmp_path / "after.db").read_bytes()


def test_a_backup_moves_from_one_engine_to_the_other(store: Records, fresh: Records, tmp_path: Path) -> None:
    grant = somebody(store, *PURPOSES, sensitive=True)
    fill(store, grant, "moved")
    store.save_response(grant, response(answers={"words": "\x00 ü \ud800"}))
    path = tmp_path / "moving.db"
    store.backup(path, silent)
    fresh.restore(path, NOW, silent)
    assert fresh.export(grant.subject) == store.export(grant.subject)
    assert list(tmp_path.glob("*moving*")) == [path]


def test_a_backup_never_overwrites_and_of_nothing_there_is_none(fresh: Records, tmp_path: Path) -> None:
    assert fresh.backup(tmp_path / "backup.db", silent) == {}
    assert not (tmp_path / "backup.db").exists()
    somebody(fresh, "remember")
    (tmp_path / "backup.db").write_text("mine")
    with pytest.raises(FileExistsError):
        fresh.backup(tmp_path / "backup.db", silent)
    assert (tmp_path / "backup.db").read_text() == "mine"


def test_a_restore_of_something_else_changes_nothing(fresh: Records, tmp_path: Path) -> None:
    grant = somebody(fresh, "remember")
    with pytest.raises(FileNotFoundError):
        fresh.restore(tmp_path / "nothing.db", NOW, silent)
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at " * 40)
    with pytest.raises(Unavailable, match="not a database"):
        fresh.restore(tmp_path / "text.db", NOW, silent)
    assert fresh.consent(grant.subject).act == "given"


# Migrations ---------------------------------------------------------------------------------------

OLDER = list(MIGRATIONS)[1:]
ROWS_OF_OLD: dict[str, dict[str, Any]] = {
    "subjects": {"subject": "a" * 64, "since": "s", "request": "r", "due": "9"},
    "notices": {"sha256": "n", "revision": "1", "language": "en", "text": "{}"},
    "responses": {
        "subject": "a" * 64,
        "quiz": "tea",
        "version": "1",
        "language": "en",
        "answers": '{"words":"old"}',
        "sensitive": None,
        "refine": "[]",
        "shown": "[]",
        "at": NOW.isoformat(),
        "until": "9",
    },
}


@pytest.mark.parametrize("first", OLDER)
def test_each_migration_runs_on_a_filled_older_database_after_a_backup(
    fresh: Records, first: str, tmp_path: Path
) -> None:
    fresh.engine.migrate(first)
    with fresh.engine.writing(checked=False) as session:
        for table, row in ROWS_OF_OLD.items():
            places = ", ".join("?" * len(row))
            session.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values())
    with pytest.raises(Unavailable, match=f"lacks the migration '{first}'; run `quizbot data migrate`"):
        fresh.consent("a" * 64)
    assert fresh.pending() == tuple(OLDER[OLDER.index(first) :])
    assert fresh.migrate() == tuple(OLDER[OLDER.index(first) :])
    assert (fresh.pending(), fresh.migrate()) == ((), ())
    assert contents(fresh)["responses"] == [ROWS_OF_OLD["responses"]]
    somebody(fresh, *PURPOSES)
    with closing(Database(tmp_path / f"before-{first}.db").conn) as backup:
        assert backup.execute("SELECT answers FROM responses").fetchall() == [('{"words":"old"}',)]
    fresh.sweep(NOW + timedelta(days=40_000))
    assert not (tmp_path / f"before-{first}.db").exists()


@pytest.mark.parametrize("first", OLDER)
def test_each_migration_runs_on_an_empty_older_database(fresh: Records, first: str) -> None:
    fresh.engine.migrate(first)
    assert fresh.migrate() == tuple(OLDER[OLDER.index(first) :])
    fill(fresh, somebody(fresh, *PURPOSES), "new")


def test_nothing_is_made_by_migrating_nothing(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "quizbot.db"), tmp_path)
    assert (store.migrate(), store.pending(), list(tmp_path.iterdir())) == ((), (), [])


def test_a_backup_of_an_older_version_restores(fresh: Records, tmp_path: Path) -> None:
    older = open_store(str(tmp_path / "older.db"), tmp_path)
    older.engine.migrate(OLDER[0])
    with older.engine.writing(checked=False) as session:
        row = ROWS_OF_OLD["responses"]
        places = ", ".join("?" * len(row))
        session.run(f"INSERT INTO responses ({', '.join(row)}) VALUES ({places})", *row.values())
    older.backup(tmp_path / "backup.db", silent)
    older.close()
    fresh.restore(tmp_path / "backup.db", NOW, silent)
    assert contents(fresh)["responses"] == [row]


def test_a_newer_schema_is_refused_with_a_sentence(fresh: Records, tmp_path: Path) -> None:
    grant = somebody(fresh, "remember")
    table, columns = ("migrations", "(name) VALUES (?)")
    if fresh.engine.locking == "":
        table, columns = "_sqlite_migrations", "(migration_set, name, applied_at) VALUES ('quizbot', ?, '')"
    with fresh.engine.writing() as session:
        session.run(f"INSERT INTO {table} {columns}", "of-tomorrow")
    fresh.close()
    newer = Records(fresh.engine, tmp_path)
    for method in (newer.pending, newer.migrate):
        with pytest.raises(Unavailable, match="'of-tomorrow', which this version of quizbot does not know; install"):
            method()
    if fresh.engine.locking == "":
        again = open_store(str(tmp_path / "quizbot.db"), tmp_path)
        with pytest.raises(Unavailable, match="of-tomorrow"):
            again.consent(grant.subject)
        again.close()
