"""kill -9 in the middle of writing: what was acknowledged is there once, and the store is ready again at once."""

import multiprocessing
import os
import random
import signal
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from pathlib import Path

from benchmarks.table import show
from quizbot import consent
from quizbot.consent import Asked
from quizbot.content.notice import notice
from quizbot.content.site import Site
from quizbot.memory import now
from quizbot.store import open_store
from quizbot.store.protocol import Agreement, Event
from quizbot.store.records import Records, event_id

ROUNDS, WRITERS, LEAST_WRITES = 100, 8, 50_000
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rounds of killing left: writes that were acknowledged, lost and doubled, and seconds until ready again."""

    rounds: int
    acknowledged: int
    lost: int
    doubled: int
    slowest: float


def main() -> None:
    """Kill eight writers a hundred times, and again until there were fifty thousand acknowledged writes."""
    with tempfile.TemporaryDirectory() as folder:
        found = crash(Path(folder), ROUNDS, LEAST_WRITES, random.Random(1), 4.0)
    show(
        f"kill -9 of {WRITERS} writers on SQLite",
        ["rounds", "acknowledged writes", "lost", "doubled", "slowest to be ready again (s)"],
        [[found.rounds, found.acknowledged, found.lost, found.doubled, found.slowest]],
        "ready again: a new connection has read and written; every unanswered write is sent once more under its key",
    )


def crash(folder: Path, rounds: int, least: int, chance: random.Random, longest: float = 1.0) -> Outcome:
    """Kill writers at random moments within some seconds, so many times and until so many writes were acknowledged."""
    people = _people(folder)
    acknowledged, slowest, done = 0, 0.0, 0
    while done < rounds or acknowledged < least:
        _round(folder, people, done, chance.uniform(0.2, longest))
        start = time.perf_counter()
        _send_again(folder, people, done)
        slowest = max(slowest, time.perf_counter() - start)
        acknowledged = sum(len(each) for each in _acknowledged(folder))
        done += 1
    lost, doubled = _compare(folder, people)
    return Outcome(done, acknowledged, lost, doubled, slowest)


def _open(folder: Path) -> Records:
    return open_store(str(folder / "quizbot.db"), folder)


def _people(folder: Path) -> list[str]:
    """One person for each writer."""
    store, at, agreed_to = _open(folder), now(), notice(Site(), "en")
    people = [consent.subject(f"writer {each}") for each in range(WRITERS)]
    for each in people:
        agreed = consent.agree(each, Asked(purposes=frozenset({"history"})), agreed_to, at)
        receipt = consent.receipt(agreed, agreed_to)
        store.opt_in(consent.grant(agreed, at), Agreement(consent=agreed, notice=agreed_to, receipt=receipt))
    store.close()
    return people


def _round(folder: Path, people: list[str], number: int, seconds: float) -> None:
    """Let all writers write for some time and kill them."""
    writers = [_FORK.Process(target=_write, args=(folder, each, at, number)) for at, each in enumerate(people)]
    for each in writers:
        each.start()
    time.sleep(seconds)
    for each in writers:
        _kill(each)


def _kill(process: ForkProcess) -> None:
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def _write(folder: Path, person: str, writer: int, number: int) -> None:
    """Write event after event; each is noted before it is sent, and again when it was acknowledged."""
    store = _open(folder)
    notes = os.open(folder / f"writer-{writer}.txt", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    for count in range(1_000_000):
        name = f"{number}-{count}"
        os.write(notes, f"sent {name}\n".encode())
        _append(store, person, name)
        os.write(notes, f"done {name}\n".encode())


def _append(store: Records, person: str, name: str) -> None:
    grant = consent.grant(store.consent(person), now())
    store.append_events(grant, [Event(item="assam", kind="view", at=now())], name)


def _notes(folder: Path, writer: int, word: str) -> list[str]:
    path = folder / f"writer-{writer}.txt"
    lines = path.read_text("ascii").splitlines() if path.exists() else []
    return [line.removeprefix(f"{word} ") for line in lines if line.startswith(f"{word} ")]


def _acknowledged(folder: Path) -> list[list[str]]:
    return [_notes(folder, each, "done") for each in range(WRITERS)]


def _send_again(folder: Path, people: list[str], number: int) -> None:
    """What clients do that got no answer; the store is new, as after a restart."""
    store = _open(folder)
    for writer, person in enumerate(people):
        sent = [each for each in _notes(folder, writer, "sent") if each.startswith(f"{number}-")]
        if sent:
            _append(store, person, sent[-1])
    store.close()


def _compare(folder: Path, people: list[str]) -> tuple[int, int]:
    """Writes that were acknowledged but are not there, and rows beyond one for each write that was sent."""
    store, lost, doubled = _open(folder), 0, 0
    for writer, person in enumerate(people):
        held = store.events(consent.grant(store.consent(person), now()))
        # Ids are made from person and key: a write that is there has the id that sending it again would give.
        names = set(_notes(folder, writer, "sent"))
        there = {each.id for each in held}
        wanted = {name: event_id(person, name, 0) for name in names}
        lost += sum(wanted[name] not in there for name in _notes(folder, writer, "done"))
        doubled += len(held) - len(there & set(wanted.values()))
    store.close()
    return lost, doubled


if __name__ == "__main__":
    main()
