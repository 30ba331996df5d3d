"""The last good version of each quiz, kept on disk over restarts: what its files said, and what its feeds were.

One small file for each quiz, replaced whole, in a folder of its own for each content folder. A lock lets several
processes take turns; whoever comes second finds what the first one has read.
"""

import fcntl
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from quizbot.library.arrays import replace_file

FOLDER = "versions"
_SUFFIX = ".json"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Record:
    """A version that was good: `files` by name, and the prepared `feeds` (by language) and `levels` by key."""

    files: Mapping[str, str]
    feeds: Mapping[str, str] = field(default_factory=dict)
    levels: str = ""


class Kept:
    """The records of one content folder within a data folder; `tell` hears, in a sentence, what cannot be used."""

    def __init__(self, place: Path, content: Path, tell: Tell) -> None:
        """Use a data folder, in which folders are made when something is kept."""
        self.place = place
        self.folder = place / FOLDER / sha256(str(content.resolve()).encode()).hexdigest()[:16]
        self._tell = tell

    def record(self, name: str) -> Record | None:
        """What was kept under a name, None when there is nothing that can be used."""
        path = self._path(name)
        try:
            return _read(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError):
            self._tell(f"the kept version '{path}' is left aside: it is damaged; the next good version replaces it")
            return None

    def keep(self, name: str, record: Record) -> None:
        """Keep a record under a name, in the place of the one before."""
        told = json.dumps(asdict(record), ensure_ascii=True, sort_keys=True)
        try:
            replace_file(self._path(name), [_digest(told).encode(), b"\n", told.encode()])
        except OSError as error:
            why = (error.strerror or "it cannot be written").lower()
            self._tell(f"nothing can be kept in '{self.folder}': {why}; a restart needs good files")

    def forget_all_but(self, names: frozenset[str]) -> None:
        """Remove the records of other names."""
        for path in self.folder.glob(f"*{_SUFFIX}"):
            if path.stem not in names:
                path.unlink(missing_ok=True)

    def used(self) -> set[str]:
        """The keys of what the records of all content folders need."""
        found: set[str] = set()
        for path in (self.place / FOLDER).glob(f"*/*{_SUFFIX}"):
            try:
                record = _read(path)
            except (OSError, ValueError, TypeError, KeyError):
                continue
            found |= {*record.feeds.values(), record.levels}
        return found

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{_SUFFIX}"


def _digest(told: str) -> str:
    return sha256(told.encode()).hexdigest()


def _read(path: Path) -> Record:
    digest, _, told = path.read_text("ascii").partition("\n")
    if digest != _digest(told):
        raise ValueError(digest)
    return Record(**json.loads(told))


@contextmanager
def taking_turns(place: Path) -> Iterator[bool]:
    """Hold the lock of a data folder; says whether there is one, for some file systems have none."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        file = (place / "lock").open("ab")
    except OSError:
        yield False
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)  # closing is not enough when a process was forked meanwhile
