"""Learned models on disk: one for each quiz and the one before it, read at the start and when they change."""

import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from quizbot.content.edition import Edition
from quizbot.content.learned import Learned

FORM = "quizbot-model-2"
"""What a file must call itself to be read."""

_DAMAGE = (
    *(OSError, LookupError, TypeError, ValueError, AttributeError, SyntaxError, EOFError, MemoryError),
    *(RuntimeError, BadZipFile, zlib.error),
)
"""What reading a file of random bytes ends in."""


class Unreadable(ValueError):
    """A file that is no model of this quiz; the sentence says why."""


@dataclass(eq=False)
class Models:
    """The models in a folder; `tell` hears of files that cannot be used, once for each change."""

    folder: Path
    tell: Callable[[str], None] = lambda _: None
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    _found: dict[str, Learned] = field(default_factory=dict)
    _taught: dict[str, Edition] = field(default_factory=dict)

    def taught(self, edition: Edition) -> Edition:
        """The edition with what was learned for its quiz; itself without a model."""
        model = self._current(edition.id)
        if model is None:
            return edition
        made = self._taught.get(edition.id)
        if made is None or made.learned is not model or made.levels is not edition.levels:
            made = self._taught[edition.id] = replace(edition, learned=model)
        return made

    def _current(self, quiz: str) -> Learned | None:
        """The model of a quiz, read when its file has changed; an unusable one leaves the one before it."""
        path = self.path(quiz)
        try:
            state = path.stat()
        except OSError:
            self._seen.pop(quiz, None)
            self._found.pop(quiz, None)
            return None
        stamp = (state.st_mtime_ns, state.st_size)
        if self._seen.get(quiz) != stamp:
            self._seen[quiz] = stamp
            try:
                self._found[quiz] = read(path, quiz)
            except Unreadable as reason:
                self.tell(f"'{path}' is not used: {reason}; learn again or go back with 'quizbot learn --rollback'")
        return self._found.get(quiz)

    def path(self, quiz: str) -> Path:
        """Where the model of a quiz lies."""
        return self.folder / f"{quiz}.npz"

    def _previous(self, quiz: str) -> Path:
        return self.folder / f"{quiz}.previous.npz"

    def publish(self, model: Learned) -> None:
        """Put a model in place of the one before it, which is kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{model.quiz}.{os.getpid()}.npz"
        write(fresh, model)
        if self.path(model.quiz).exists():
            self.path(model.quiz).replace(self._previous(model.quiz))
        fresh.replace(self.path(model.quiz))

    def marks(self, quiz: str) -> Iterator[str]:
        """The marks of what was learned for a quiz and of what was before; of what cannot be read, none."""
        for path in (self.path(quiz), self._previous(quiz)):
            with suppress(Unreadable):
                yield read(path, quiz).mark

    def withdraw(self, quiz: str, holds: Callable[[str], bool]) -> bool:
        """Delete what was learned for a quiz, and what was before, where it does not hold any more.

        Whether anything was deleted comes back. What cannot be read is no longer known to hold.
        """
        gone = [
            each for each in (self.path(quiz), self._previous(quiz)) if each.exists() and not _holds(each, quiz, holds)
        ]
        for each in gone:
            each.unlink()
        return bool(gone)

    def roll_back(self, quiz: str) -> bool:
        """Go back to the model before this one, or to none where there was none; False when there is none at all."""
        if not self.path(quiz).exists():
            return False
        if self._previous(quiz).exists():
            self._previous(quiz).replace(self.path(quiz))
        else:
            self.path(quiz).unlink()
        return True


def _holds(path: Path, quiz: str, holds: Callable[[str], bool]) -> bool:
    try:
        return holds(read(path, quiz).mark)
    except Unreadable:
        return False


def write(path: Path, model: Learned) -> None:
    """Write a model, and make sure that it is on the disk."""
    with path.open("wb") as file:
        np.savez_compressed(file, form=np.array(FORM), digest=np.array(_digest(model)), **_stored(model))
        file.flush()
        os.fsync(file.fileno())


def _stored(model: Learned) -> dict[str, Any]:
    """The parts of a model as arrays."""
    return {
        "quiz": np.array(model.quiz),
        "mark": np.array(model.mark),
        "ids": np.array(model.ids),
        "starts": model.starts.astype(np.int64),
        "neighbors": model.neighbors.astype(np.int32),
        "alike": model.alike.astype(np.float32),
        "likes": model.likes.astype(np.int32),
        "appeal": model.appeal.astype(np.float32),
        "traits": np.array(list(model.weights), dtype=np.str_),
        "weights": np.array(list(model.weights.values()), dtype=np.float64),
        "constants": np.array([model.share, model.slope, np.nan if model.trust is None else model.trust, model.kappa]),
    }


def read(path: Path, quiz: str) -> Learned:
    """The model of a quiz from a file. Raises Unreadable; nothing in the file is ever run."""
    try:
        parts = _parts(path)
        form = str(parts["form"])
        model = _model(parts) if form == FORM else None
        whole = model is not None and str(parts["digest"]) == _digest(model)
    except _DAMAGE as error:
        raise Unreadable("it is damaged or no model") from error
    if model is None:
        raise Unreadable(f"it says '{form}', not '{FORM}'")
    if not whole:
        raise Unreadable("its contents do not fit their digest")
    if model.quiz != quiz:
        raise Unreadable(f"it was learned for the quiz '{model.quiz}'")
    return model


def _parts(path: Path) -> Mapping[str, Any]:
    with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _model(parts: Mapping[str, Any]) -> Learned:
    share, slope, trust, kappa = map(float, parts["constants"])
    return Learned(
        quiz=str(parts["quiz"]),
        ids=tuple(map(str, parts["ids"])),
        starts=parts["starts"].astype(np.int64),
        neighbors=parts["neighbors"].astype(np.int64),
        alike=parts["alike"].astype(np.float64),
        share=share,
        slope=slope,
        likes=parts["likes"].astype(np.int64),
        trust=None if np.isnan(trust) else trust,
        appeal=parts["appeal"].astype(np.float64),
        kappa=kappa,
        weights=dict(zip(map(str, parts["traits"]), map(float, parts["weights"]), strict=True)),
        mark=str(parts["mark"]),
    )


def _digest(model: Learned) -> str:
    made = sha256()
    for name, each in _stored(model).items():
        shown = "\0".join(map(str, np.atleast_1d(each))).encode() if each.dtype.kind == "U" else each.tobytes()
        made.update(f"{name} {len(shown)} ".encode() + shown)
    return made.hexdigest()
