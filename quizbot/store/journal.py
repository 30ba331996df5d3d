"""What was erased, withdrawn, forgotten and sent, outside the database: a backup from before must not bring it back.

One JSON object a line: `{"subject", "at", "what"}`, where `what` is `{"erase": true}`, `{"withdraw": [purposes]}`,
`{"sensitive": false}`, `{"forget": event}` or `{"settle": message}`. It holds digests alone and may be kept as long as
the oldest backup.
"""

import errno
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from quizbot.store.engine import Full, moment, stamp
from quizbot.store.protocol import Unavailable


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that must stay done."""

    subject: str
    at: datetime
    what: Mapping[str, Any]

    @property
    def written(self) -> str:
        """What was done, as JSON."""
        return json.dumps(self.what, sort_keys=True)


class Journal:
    """The file of what must stay done; it is made with its first entry."""

    def __init__(self, path: Path) -> None:
        """Use the file at `path`, which need not exist."""
        self.path = path

    def add(self, entry: Entry) -> None:
        """Write an entry to disk before the database follows. Raises Unavailable."""
        line = json.dumps({"subject": entry.subject, "at": stamp(entry.at), "what": entry.what}, sort_keys=True)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a") as file:
                file.write(f"\n{line}\n")  # in one piece, and apart from a line that was cut short
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            kind = Full if error.errno == errno.ENOSPC else Unavailable
            raise kind(f"cannot write to '{self.path}': {error.strerror or error}") from error

    def entries(self) -> Iterable[Entry]:
        """All entries, oldest first; a line that was cut short by a full disk is passed over."""
        if not self.path.exists():
            return
        for line in self.path.read_text("utf-8").splitlines():
            try:
                each = json.loads(line)
                yield Entry(each["subject"], moment(each["at"]), each["what"])
            except (ValueError, KeyError, TypeError):
                continue
