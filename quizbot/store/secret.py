"""The secret of a shop that set none: made at the first opt-in, kept beside the records, the same for all workers."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from quizbot.store.protocol import Unavailable


def kept_secret(path: Path) -> str:
    """The secret in a file, 256 random bits; the file is made when there is none. Raises Unavailable."""
    try:
        if not path.exists():
            _make(path)
        found = path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise Unavailable(f"cannot keep a secret in '{path}': {error}; set QUIZBOT_SECRET_KEY") from error
    if not found:
        raise Unavailable(f"the secret in '{path}' is empty; set QUIZBOT_SECRET_KEY")
    return found


def _make(path: Path) -> None:
    """Write a new secret whole and give it its name then: of two processes the first one's counts for both."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
