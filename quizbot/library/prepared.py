"""What was read from feeds and measured on them, kept on disk as arrays, so that it is read and measured once.

A file is named by the digest of all that it was made from: the feed's bytes, how it is read, and the program that reads
it; for levels the quiz, too. So it is right or absent, may be shared by any number of processes, and is never
brought up to date. What is damaged is made anew.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from quizbot import __version__
from quizbot.advice.ranking.shortlist import Columns, prepare, use
from quizbot.content.catalog import Catalog, Column, Variants
from quizbot.content.edition import Edition
from quizbot.content.families import Family
from quizbot.content.feeds import Feed, read_feed
from quizbot.content.levels import Levels
from quizbot.content.problems import Problem
from quizbot.content.quiz import CatalogSource
from quizbot.content.scales import Scale
from quizbot.library.arrays import UNFINISHED, Array, Damaged, Texts, packed, read_arrays, write_arrays

FOLDER = "prepared"
_SUFFIX = ".arrays"
_COLUMNS = ".columns"  # beside the levels they go with
_PIECE = 1 << 20

Tell = Callable[[str], None]
_Made = TypeVar("_Made")


@cache
def program() -> str:
    """The version of the program together with the digest of its own files: another program reads for itself."""
    package = Path(__file__).resolve().parent.parent
    digest = sha256(__version__.encode())
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.yaml"))):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Prepared:
    """Prepared feeds, levels and columns in a folder; `tell` hears, in a sentence, when one of them was damaged."""

    def __init__(self, place: Path, tell: Tell) -> None:
        """Use a folder, which is made when something is kept."""
        self.folder = place / FOLDER
        self._tell = tell

    def feed(self, path: Path, source: CatalogSource, also: Path | None = None) -> tuple[Feed, str]:
        """A feed as `read_feed` reads it, and the key it is kept under. Raises Refused."""
        key = _key_of_feed(path, source, also)
        found = self.kept_feed(key, path, also)
        if found is None:
            found = read_feed(path, source, also=also)
            if key == _key_of_feed(path, source, also):  # else a file was written to meanwhile
                self._write(key, *_of_feed(found, also))
        return found, key

    def kept_feed(self, key: str, path: Path, also: Path | None = None) -> Feed | None:
        """The feed kept under a key, None when there is none; the paths are where it is said to come from."""
        return self._read(key, lambda head, arrays: _feed(head, arrays, path, also))

    def levels(self, *of: str) -> tuple[Levels, list[Problem]] | None:
        """The levels of something, and the warnings they came with; None when they were not kept."""
        return self.kept_levels(self.key_of_levels(*of))

    def kept_levels(self, key: str) -> tuple[Levels, list[Problem]] | None:
        """The levels kept under a key, and the warnings they came with; None when there are none."""
        return self._read(key, _levels)

    def key_of_levels(self, *of: str) -> str:
        """The key for the levels of something."""
        return _key("levels", *of)

    def keep_levels(self, levels: Levels, problems: Sequence[Problem], *of: str) -> str:
        """Keep the levels of something and the warnings told of it; the key they are kept under."""
        key = self.key_of_levels(*of)
        self._write(key, *_of_levels(levels, problems))
        return key

    def keep_columns(self, key: str, edition: Edition) -> None:
        """Have a large edition, whose levels are kept under a key, use its columns, which are measured once."""
        found = self._read(f"{key}{_COLUMNS}", _columns)
        if found is None:
            found = prepare(edition)
            if found is None:
                return
            self._write(f"{key}{_COLUMNS}", {"unit": found.unit}, {"bytes": found.bytes})
            found = self._read(f"{key}{_COLUMNS}", _columns) or found
        use(edition, found)

    def sweep(self, used: Collection[str]) -> None:
        """Remove what has none of these keys, and what was never finished."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.name.endswith(UNFINISHED) or (
                path.suffix == _SUFFIX and path.stem.removesuffix(_COLUMNS) not in used
            ):
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def _read(self, key: str, made: Callable[[Any, dict[str, Array]], _Made]) -> _Made | None:
        try:
            return made(*read_arrays(self._path(key)))
        except FileNotFoundError:
            return None
        except (OSError, Damaged, KeyError, TypeError, ValueError) as error:  # the last three: another layout
            self._tell(f"the prepared file '{self._path(key)}' is left aside: {_why(error)}; it is made again")
            return None

    def _write(self, key: str, head: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        try:
            write_arrays(self._path(key), head, arrays)
        except OSError as error:
            self._tell(f"nothing can be kept in '{self.folder}': {_why(error)}; every start reads the feeds again")


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return str(error) if isinstance(error, Damaged) else "another program wrote it"


def _key(*parts: str) -> str:
    return sha256("\0".join((program(), *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _key_of_feed(path: Path, source: CatalogSource, also: Path | None) -> str:
    return _key("feed", source.model_dump_json(exclude={"file"}), _digest(path), _digest(also) if also else "")


def _digest(path: Path) -> str:
    """The digest of a file's bytes; empty when it cannot be opened."""
    digest = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()


# Feeds --------------------------------------------------------------------------------------------


def _of_feed(feed: Feed, also: Path | None) -> tuple[dict[str, Any], dict[str, Array]]:
    catalog, variants = feed.catalog, feed.catalog.variants
    texts: dict[str, Sequence[str]] = {"ids": catalog.ids, "variants": variants.ids, "images": variants.images}
    texts |= {f"column {at}": each.texts for at, each in enumerate(catalog.columns.values())}
    texts |= {f"option {at}": each.texts for at, each in enumerate(variants.options.values())}
    arrays: dict[str, Array] = {
        "item": variants.item.astype(np.int64),
        "price": variants.price.astype(np.float64),
        "available": variants.available.astype(np.bool_),
    }
    for name, each in texts.items():
        arrays[name], arrays[f"{name} ends"] = packed(each)
    head = {
        "columns": [[name, each.name] for name, each in catalog.columns.items()],
        "options": [[name, each.name] for name, each in variants.options.items()],
        "currency": catalog.currency,
        "digest": catalog.digest,
        "aliases": dict(catalog.aliases),
        "problems": [asdict(each) | {"file": each.file == str(also)} for each in feed.problems],
    }
    return head, arrays


def _feed(head: Any, arrays: Mapping[str, Array], path: Path, also: Path | None) -> Feed:
    def texts(name: str) -> Texts:
        return Texts(arrays[name], arrays[f"{name} ends"])

    def columns(kind: str) -> dict[str, Column]:
        named = enumerate(head[f"{kind}s"])
        return {key: Column(name, texts(f"{kind} {at}")) for at, (key, name) in named}

    variants = Variants(
        item=arrays["item"],
        ids=texts("variants"),
        price=arrays["price"],
        available=arrays["available"],
        options=columns("option"),
        images=texts("images"),
    )
    catalog = Catalog(
        ids=tuple(texts("ids")),
        columns=columns("column"),
        variants=variants,
        currency=head["currency"],
        digest=head["digest"],
        file=str(path),
        aliases=head["aliases"],
    )
    return Feed(catalog, [Problem(**each | {"file": str(also if each["file"] else path)}) for each in head["problems"]])


# Levels -------------------------------------------------------------------------------------------


def _of_levels(levels: Levels, problems: Sequence[Problem]) -> tuple[dict[str, Any], dict[str, Array]]:
    arrays: dict[str, Array] = {"level": levels.level}
    for name, family in levels.families.items():
        arrays[f"known {name}"] = family.known
        sizes = np.array([len(each) for each in family.items], dtype=np.int64)
        arrays[f"ends {name}"] = np.cumsum(sizes).astype(np.int64)
        arrays[f"items {name}"] = np.concatenate([*family.items, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    for name, scale in levels.scales.items():
        arrays[f"values {name}"] = scale.values.astype(np.float64)
        arrays[f"levels {name}"] = scale.levels.astype(np.float64)
    head = {
        "names": list(levels.names),
        "families": {name: list(each.labels) for name, each in levels.families.items()},
        "scales": list(levels.scales),
        "problems": [asdict(each) for each in problems],
    }
    return head, arrays


def _levels(head: Any, arrays: Mapping[str, Array]) -> tuple[Levels, list[Problem]]:
    families = {
        name: Family(
            tuple(labels),
            arrays[f"known {name}"],
            tuple(np.split(arrays[f"items {name}"], arrays[f"ends {name}"][:-1])) if labels else (),
        )
        for name, labels in head["families"].items()
    }
    scales = {name: Scale(arrays[f"values {name}"], arrays[f"levels {name}"]) for name in head["scales"]}
    levels = Levels(tuple(head["names"]), arrays["level"], families, scales)
    return levels, [Problem(**each) for each in head["problems"]]


# Columns ------------------------------------------------------------------------------------------


def _columns(head: Any, arrays: Mapping[str, Array]) -> Columns:
    return Columns(float(head["unit"]), arrays["bytes"])
