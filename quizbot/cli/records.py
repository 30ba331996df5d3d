"""`quizbot data`: what data protection and operations need, and the daily sweep of `quizbot serve`."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from quizbot import consent
from quizbot.cli.mistakes import counted
from quizbot.memory import data_folder, now
from quizbot.settings import Settings
from quizbot.store import open_store
from quizbot.store.protocol import Store, Unavailable, Unknown

DAY_SECONDS = 24 * 60 * 60


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store of the settings. Raises Unavailable when it cannot be used."""
    store = open_store(settings.database, data_folder(settings))
    try:
        yield store
    finally:
        store.close()


def export(store: Store, person: str) -> None:
    """Print everything that is held about a person as JSON. Raises Unknown."""
    click.echo(json.dumps(store.export(_subject(store, person)), ensure_ascii=False, indent=2))


def erase(store: Store, person: str) -> None:
    """Delete everything about a person. Raises Unknown."""
    subject = _subject(store, person)
    store.erase(subject, now())
    click.echo(f"erased '{subject}'")


def _subject(store: Store, person: str) -> str:
    """The digest of a person who is named by it, as on the receipt, or by the key itself. Raises Unknown."""
    try:
        return store.consent(person.strip()).subject
    except Unknown:
        return store.consent(consent.subject(person.strip())).subject


def sweep(store: Store) -> None:
    """Delete what has been kept long enough."""
    click.echo(f"deleted {_listed(store.sweep(now()))}")


def backup(store: Store, path: Path) -> None:
    """Write everything to a new file and prove it. Raises FileExistsError."""
    with _bar("backing up") as progress:
        found = store.backup(path, progress)
    click.echo(f"wrote {_listed(found)} to {path} and restored it as a proof" if found else "nothing is kept yet")


def restore(store: Store, path: Path) -> None:
    """Replace everything by a backup. Raises FileNotFoundError."""
    with _bar("restoring") as progress:
        found = store.restore(path, now(), progress)
    click.echo(f"restored {_listed(found)}, and erased and withdrew again what was since")


def migrate(store: Store) -> None:
    """Bring the schema up to date."""
    ran = store.migrate()
    click.echo(f"ran {', '.join(ran)}" if ran else "there is nothing to do")


def _listed(rows: Mapping[str, int]) -> str:
    """`3 rows (2 of events, 1 of responses)`."""
    parts = [f"{count:,} of {name}" for name, count in rows.items() if count]
    return counted(sum(rows.values()), "row") + (f" ({', '.join(parts)})" if parts else "")


@contextmanager
def _bar(what: str) -> Iterator[Callable[[str, int], None]]:
    """A progress bar for each table on standard error."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def show(table: str, rows: int) -> None:
            bar.update(task, advance=rows, description=f"{what} {table}")

        yield show


def bring_up_to_date(settings: Settings) -> None:
    """Migrate a database that is there; one that cannot be used is told, for quizzes are answered without it.

    Raises Unavailable when its engine is not installed.
    """
    with opened(settings) as store:
        try:
            if _is_there(settings):
                store.migrate()
        except Unavailable as error:
            click.echo(f"{error}\nnothing is remembered until then", err=True)


def sweep_daily(settings: Settings) -> None:
    """Sweep now and every day from now on, as long as this process runs."""

    def forever() -> None:
        while True:
            sweep_apart(settings)
            time.sleep(DAY_SECONDS)

    threading.Thread(target=forever, daemon=True).start()


def sweep_apart(settings: Settings) -> None:
    """Sweep in a process of its own: workers are forked from this one, and no database must be open then."""
    if _is_there(settings):
        command = [sys.executable, "-m", "quizbot", "data", "sweep"]
        there = {**os.environ, "QUIZBOT_DATABASE": settings.database}
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=there)  # noqa: S603 (our own command)


def _is_there(settings: Settings) -> bool:
    return "://" in settings.database or Path(settings.database).exists()
