"""What a store does when its database cannot be used: it says so, and goes on by itself when it can be again."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import psycopg
import pytest

from benchmarks.crashes import crash
from quizbot.consent import PURPOSES, grant
from quizbot.library.load import load
from quizbot.memory import open_memory
from quizbot.settings import read_settings
from quizbot.shop import Shop
from quizbot.store import open_store
from quizbot.store.postgres import Postgres
from quizbot.store.protocol import Unavailable, Unknown
from quizbot.store.records import Records
from quizbot.store.sqlite import Sqlite
from quizbot.web import create_app
from tests.people import NOW, event, opted, response, somebody
from tests.servers import Server, new_database

ROOT = Path(__file__).parent.parent
NOBODY = 65534


def test_nothing_is_there_before_an_opt_in_and_nobody_is_known(tmp_path: Path) -> None:
    """Neither a token that is no token nor a sweep makes a file."""
    memory = open_memory(read_settings({"QUIZBOT_DATABASE": str(tmp_path / "records" / "quizbot.db")}))
    for token in ("", "x", "ü" * 200, "\ud800", "a" * 100_000, "\x00"):
        for method in (memory.consent, memory.grant, memory.export, memory.erase, memory.responses):
            with pytest.raises(Unknown):
                method(token)
    memory.store.sweep(NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_locked_database_is_unavailable_for_writing_until_it_is_free(tmp_path: Path) -> None:
    store = Records(Sqlite(tmp_path / "quizbot.db", wait=0.2), tmp_path)
    person = somebody(store, "history")
    with closing(sqlite3.connect(tmp_path / "quizbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            store.append_events(person, [event()], "k")
        assert store.events(person) == ()
    store.append_events(person, [event()], "k")
    assert len(store.events(person)) == 1
    store.close()


def test_a_deleted_database_acknowledges_nothing_and_the_next_opt_in_makes_a_new_one(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "quizbot.db"), tmp_path)
    before = somebody(store, "remember")
    for each in tmp_path.glob("quizbot.db*"):
        each.unlink()
    for _ in range(2):
        with pytest.raises(Unavailable, match="is gone or was replaced; put it back or restore a backup"):
            store.save_response(before, response())
    after = somebody(store, "remember")
    store.save_response(after, response())
    with pytest.raises(Unknown):
        store.save_response(before, response())
    store.close()


def test_a_write_is_not_acknowledged_when_the_file_went_away_under_it(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "quizbot.db"), tmp_path)
    somebody(store, "remember")

    def write() -> None:
        with store.engine.writing() as session:
            session.run("UPDATE subjects SET due = since")
            (tmp_path / "quizbot.db").unlink()

    with pytest.raises(Unavailable, match="is gone"):
        write()
    store.close()


def test_a_file_put_back_in_place_is_used_without_a_restart(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "quizbot.db"), tmp_path)
    person = somebody(store, "remember")
    store.backup(tmp_path / "backup.db", lambda *_: None)
    (tmp_path / "quizbot.db").unlink()
    shutil.copy(tmp_path / "backup.db", tmp_path / "new.db")
    (tmp_path / "new.db").rename(tmp_path / "quizbot.db")
    store.save_response(person, response())
    assert len(store.responses(person)) == 1
    store.close()


@pytest.fixture
def plain_folder() -> Iterator[Path]:
    """A folder that other users reach, too."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture
def nobody() -> Iterator[None]:
    """Without the rights of the superuser, whom no read-only file stops."""
    own = os.geteuid()
    if own == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(own)


def test_a_read_only_database_is_unavailable_until_it_is_writable(plain_folder: Path, nobody: None) -> None:  # noqa: ARG001
    path = plain_folder / "records" / "quizbot.db"
    store = Records(Sqlite(path), path.parent)
    person = somebody(store, "remember")
    path.chmod(0o400)
    path.parent.chmod(0o500)
    store.close()
    for _ in range(2):
        with pytest.raises(Unavailable, match=str(path)):
            store.save_response(person, response())
        with pytest.raises(Unavailable, match=str(path.parent)):
            store.erase(person.subject, NOW)
    path.chmod(0o600)
    path.parent.chmod(0o700)
    store.save_response(person, response())
    store.close()


def test_something_else_at_its_place_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at " * 40)
    for path in (tmp_path / "text.db", tmp_path, tmp_path / "text.db" / "below.db"):
        store = Records(Sqlite(path), tmp_path)
        agreed = opted("a" * 64, "remember")
        with pytest.raises(Unavailable):
            store.opt_in(grant(agreed.consent, NOW), agreed)


FULL = """
import json, sys
from contextlib import suppress
from pathlib import Path
from quizbot.consent import PURPOSES
from quizbot.store import open_store
from quizbot.store.protocol import Unavailable
from tests.people import NOW, event, response, somebody
folder = Path(sys.argv[1])
store = open_store(str(folder / "quizbot.db"), folder)
people = [somebody(store, *PURPOSES) for _ in range(6)]
for at, each in enumerate(people):
    store.save_response(each, response(answers={"words": f"marker-{at}-" * 500}))
with suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
    while filler.write(b"x" * 4096):
        pass
refused = 0
for at in range(2000):
    try:
        store.append_events(people[5], [event()], f"{at}")
    except Unavailable:
        refused += 1
        if refused == 3:
            break
for each in people[:3]:
    store.erase(each.subject, NOW)
files = b"".join(each.read_bytes() for each in folder.iterdir() if each.name != "filler")
left = [f"marker-{at}-".encode() in files for at in range(6)]
store.close()
reopened = open_store(str(folder / "quizbot.db"), folder)
reopened.erase(people[3].subject, NOW)
(folder / "filler").unlink()
reopened.append_events(people[4], [event()], "again")
reopened.sweep(NOW)
print(json.dumps({
    "refused": refused, "left": left, "after": len(reopened.events(people[4])),
    "ballast": (folder / "quizbot.db.ballast").stat().st_size,
}))
reopened.close()
"""


def test_erasing_works_on_a_full_disk_and_writing_again_when_there_is_room(tmp_path: Path) -> None:
    """A small file system of its own, mounted where nobody else sees it."""
    script = 'mount -t tmpfs -o size=6m tmpfs "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if subprocess.run([*command, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small file system")
    told = subprocess.run(
        [*command, script, "sh", str(tmp_path), sys.executable, FULL],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "refused": 3,
        "left": [False] * 3 + [True] * 3,
        "after": 1,
        "ballast": 4 * 1024 * 1024,
    }


def test_a_row_that_is_locked_on_a_server_is_unavailable_until_it_is_free(postgres: str, tmp_path: Path) -> None:
    with new_database(postgres) as address:
        store = Records(Postgres(address, wait=0.2), tmp_path)
        person = somebody(store, "history")
        with psycopg.connect(address) as other:
            other.execute("SELECT * FROM subjects FOR UPDATE")
            with pytest.raises(Unavailable, match="lock timeout"):
                store.append_events(person, [event()], "k")
            assert store.events(person) == ()
        store.append_events(person, [event()], "k")
        assert len(store.events(person)) == 1
        store.close()


@pytest.mark.slow
def test_a_server_that_stops_is_unavailable_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    with Server() as server:
        store = Records(Postgres(server.address, wait=1), tmp_path)
        person = somebody(store, *PURPOSES)
        store.append_events(person, [event()], "before")
        server.stop()
        for write in (
            lambda: store.append_events(person, [event()], "during"),
            lambda: store.erase(person.subject, NOW),
            lambda: store.consent(person.subject),
        ):
            with pytest.raises(Unavailable):
                write()
        server.start()
        store.append_events(person, [event()], "after")
        assert len(store.events(person)) == 2
        store.close()


def test_quizzes_are_answered_whatever_the_database_is(tmp_path: Path) -> None:
    (tmp_path / "quizbot.db").mkdir()
    for database in (str(tmp_path / "quizbot.db"), "postgresql://nobody@127.0.0.1:1/nothing"):
        memory = open_memory(read_settings({"QUIZBOT_DATABASE": database}))
        app = create_app(Shop(load(ROOT / "quizzes"), memory))
        told = app.test_client().post("/api/v1/quizzes/winter-coat/turn", json={"finish": True})
        assert told.status_code == 200
        assert told.json
        assert told.json["results"]["items"]


# Many processes ----------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from quizbot import consent
from quizbot.store import open_store
from quizbot.store.protocol import Unavailable
from tests.people import NOW, event
store = open_store(sys.argv[1], Path(sys.argv[2]))
failed = 0
for at in range(60):
    try:
        held = consent.grant(store.consent(sys.argv[3]), NOW)
        store.append_events(held, [event()], f"{sys.argv[4]}-{at}")
        store.events(held)
    except Unavailable:
        failed += 1
store.close()
print(failed)
"""


@pytest.mark.slow
def test_eight_processes_read_and_write_without_a_lock_error(tmp_path: Path) -> None:
    path = tmp_path / "quizbot.db"
    store = open_store(str(path), tmp_path)
    person = somebody(store, "history")
    command = [sys.executable, "-c", WRITER, str(path), str(tmp_path), person.subject]
    running = [
        subprocess.Popen(
            [*command, str(at)], stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        for at in range(8)
    ]
    assert [each.communicate()[0] for each in running] == [b"0\n"] * 8
    assert len(store.events(person)) == 8 * 60
    store.close()


@pytest.mark.slow
def test_what_was_acknowledged_survives_kill_9_once(tmp_path: Path) -> None:
    found = crash(tmp_path, 5, 0, Random(2))
    assert (found.rounds, found.lost, found.doubled) == (5, 0, 0)
    assert found.acknowledged > 100
    assert found.slowest < 2
