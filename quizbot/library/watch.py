"""A content folder under watch: when its files have changed and then kept still, somebody is told."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

POLL_SECONDS = 0.5


def watch(folder: Path, changed: Callable[[], None]) -> None:
    """Call `changed` from a thread of its own after each change of a file in the folder.

    A change counts when the next look, half a second later, finds the files as they were: half-written ones wait.
    """
    threading.Thread(target=_look, args=(folder, changed), name="quizbot-watch", daemon=True).start()


def _look(folder: Path, changed: Callable[[], None]) -> None:
    known = seen = _stamps(folder)
    while True:
        time.sleep(POLL_SECONDS)
        before, seen = seen, _stamps(folder)
        if seen == before and seen != known:
            known = seen
            changed()


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    """Time of change and size of every file of a folder."""
    found: dict[Path, tuple[int, int]] = {}
    for path in folder.rglob("*"):
        try:
            status = path.stat()
        except OSError:
            continue  # it vanished between the listing and the look
        found[path] = status.st_mtime_ns, status.st_size
    return found
