"""Files under watch: what they look like from outside, so that a change is seen and a half-written file is known."""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

POLL_SECONDS = 0.5
QUICK_SECONDS = 0.1

Stamp = tuple[int, int, int]
Stamps = Mapping[Path, Stamp]
"""Time of change, size and number of each file."""

_OF_DATABASES = (".db", ".db-wal", ".db-shm", ".db-journal")


def watch(look: Callable[[], object], seconds: float = POLL_SECONDS) -> None:
    """Call `look` again and again from a thread of its own, for as long as the process lives."""

    def run() -> None:
        while True:
            time.sleep(seconds)
            look()

    threading.Thread(target=run, name="quizbot-watch", daemon=True).start()


def stamps(folder: Path, more: Iterable[Path] = (), without: Collection[Path] = ()) -> Stamps:
    """The stamps of the files of a folder and of some more; what is hidden, databases and `without` do not count."""
    found: dict[Path, Stamp] = {}
    for path in (*_files(folder, without), *more):
        try:
            status = path.stat()
        except OSError:
            continue  # it vanished between the listing and the look, or was never there
        found[path] = status.st_mtime_ns, status.st_size, status.st_ino
    return found


def changed(now: Stamps, before: Stamps) -> frozenset[Path]:
    """The files that are new, gone or different."""
    return frozenset(path for path in now.keys() | before.keys() if now.get(path) != before.get(path))


def _files(folder: Path, without: Collection[Path]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = [each for each in folders if not each.startswith(".") and here / each not in without]
        yield from (here / each for each in names if not each.startswith(".") and not each.endswith(_OF_DATABASES))
