"""`quizbot data`, typed as an operator types it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizbot import consent
from quizbot.cli import main
from quizbot.cli.records import bring_up_to_date, sweep_apart
from quizbot.consent import PURPOSES
from quizbot.memory import now
from quizbot.settings import Settings, read_settings
from quizbot.store import open_store
from quizbot.store.tables import MIGRATIONS
from tests.people import KEY, SECRET, opted, response


def data(folder: Path, *words: str) -> Result:
    """The outcome of one `quizbot data` command."""
    return CliRunner(env={"QUIZBOT_DATABASE": str(folder / "quizbot.db")}).invoke(main, ["data", *words])


def settings(folder: Path, name: str = "quizbot.db") -> Settings:
    """Settings with a database in a folder."""
    return read_settings({"QUIZBOT_DATABASE": str(folder / name)})


@pytest.fixture
def person(tmp_path: Path) -> str:
    """The key of somebody who opted in to everything."""
    token = consent.token(SECRET, KEY)
    agreed = opted(consent.subject(token), *PURPOSES, at=now(), response=response(at=now()))
    store = open_store(str(tmp_path / "quizbot.db"), tmp_path)
    store.opt_in(consent.grant(agreed.consent, now()), agreed)
    store.close()
    return token


def test_a_person_is_exported_and_erased_by_key_or_by_the_digest_on_the_receipt(tmp_path: Path, person: str) -> None:
    subject = consent.subject(person)
    by_key, by_digest = (data(tmp_path, "export", each).stdout for each in (person, subject))
    assert by_key == by_digest
    assert json.loads(by_key)["responses"][0]["answers"] == {"taste": "malty"}
    assert data(tmp_path, "erase", subject).stdout == f"erased '{subject}'\n"
    for words in (["export", person], ["erase", subject]):
        told = data(tmp_path, *words)
        assert (told.exit_code, told.stderr) == (
            1,
            "Error: nobody is known by that key or digest; it stands on the receipt as `subject`\n",
        )


def test_a_backup_is_written_and_restored(tmp_path: Path, person: str) -> None:
    backup = str(tmp_path / "backup.db")
    told = data(tmp_path, "backup", backup).stdout
    rows = "4 rows (1 of notices, 1 of subjects, 1 of consents, 1 of responses)"
    assert told == f"wrote {rows} to {backup} and restored it as a proof\n"
    assert data(tmp_path, "backup", backup).stderr == (
        f"Error: cannot use '{backup}': it is there already; choose another name\n"
    )
    data(tmp_path, "erase", person)
    assert data(tmp_path, "restore", backup).stdout == (
        f"restored {rows}, and erased and withdrew again what was since\n"
    )
    assert data(tmp_path, "export", person).exit_code == 1
    assert "no such file" in data(tmp_path, "restore", str(tmp_path / "none.db")).stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sweep"], "deleted 0 rows\n"),
        (["migrate"], "there is nothing to do\n"),
        (["backup", "backup.db"], "nothing is kept yet\n"),
    ],
)
def test_where_nothing_is_kept_nothing_is_made(tmp_path: Path, words: list[str], told: str) -> None:
    assert data(tmp_path, *words).stdout == told
    assert list(tmp_path.iterdir()) == []


def test_an_older_database_is_migrated_by_command_and_by_serving(tmp_path: Path) -> None:
    _, *others = MIGRATIONS
    for name in ("quizbot.db", "served.db"):
        store = open_store(str(tmp_path / name), tmp_path)
        store.engine.migrate(others[0])
        store.close()
    assert data(tmp_path, "export", "a").stderr == (
        f"Error: the database lacks the migration '{others[0]}'; run `quizbot data migrate`\n"
    )
    assert data(tmp_path, "migrate").stdout == f"ran {', '.join(others)}\n"
    bring_up_to_date(settings(tmp_path, "served.db"))
    assert open_store(str(tmp_path / "served.db"), tmp_path).pending() == ()


@pytest.mark.parametrize(
    "sweep",
    [lambda folder: data(folder, "sweep"), lambda folder: sweep_apart(settings(folder))],
    ids=["command", "serving"],
)
def test_what_was_kept_long_enough_is_swept_by_command_and_by_serving(
    tmp_path: Path, person: str, sweep: Callable[[Path], object]
) -> None:
    then = now() - timedelta(days=366)
    old = opted("a" * 64, "remember", at=then, response=response(at=then))
    store = open_store(str(tmp_path / "quizbot.db"), tmp_path)
    store.opt_in(consent.grant(old.consent, then), old)
    sweep(tmp_path)
    assert store.export("a" * 64)["responses"] == []
    assert store.consent("a" * 64).act == "expired"
    assert store.consent(consent.subject(person)).act == "given"
    store.close()


def test_a_database_that_cannot_be_used_is_told_in_a_sentence_and_stops_no_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "quizbot.db").write_text("not a database, but long enough to be looked at " * 40)
    told = data(tmp_path, "sweep")
    assert (told.exit_code, told.stderr) == (
        1,
        f"Error: the database '{tmp_path / 'quizbot.db'}': file is not a database\n",
    )
    bring_up_to_date(settings(tmp_path))
    assert capsys.readouterr().err == (
        f"the database '{tmp_path / 'quizbot.db'}': file is not a database\nnothing is remembered until then\n"
    )
