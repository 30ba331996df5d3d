"""The way between what is served and what is kept on disk: versions that were good, with their feeds and levels."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from quizbot.content.problems import Problem, Refused, Severity
from quizbot.content.quizfile import OverlayFile, QuizFile
from quizbot.content.site import Site, read_site
from quizbot.library.kept import Kept, Record
from quizbot.library.load import (
    SITE,
    Catalogs,
    Draft,
    Reader,
    Reading,
    assembled,
    priced,
    publish,
    read_plainly,
)
from quizbot.library.prepared import Prepared
from quizbot.library.versions import Version

_SITE = "site"
_File = TypeVar("_File", QuizFile, OverlayFile)


class Archive:
    """The kept versions and prepared catalogs of one content folder; with no data folder, nothing is kept."""

    def __init__(self, content: Path, data: Path | None, tell: Callable[[str], None]) -> None:
        """Use a data folder; `tell` hears each sentence about it once."""
        self._content = content
        self._tell = tell
        self._told: set[str] = set()
        self._kept = Kept(data, content, self._say) if data else None
        self._prepared = Prepared(data, self._say) if data else None

    @property
    def reader(self) -> Reader:
        """Reads feeds, prepared ones where there are any."""
        return self._prepared.feed if self._prepared else read_plainly

    def publish(self, draft: Draft, catalogs: Catalogs, golden: Severity) -> tuple[Version | None, list[Problem]]:
        """Hold a quiz against its catalogs; what passed once is not measured and checked again."""
        of = (str(self._content), golden, json.dumps(dict(draft.texts)), json.dumps(catalogs.stamps))
        if self._prepared and draft.is_sound:
            known = self._prepared.levels(*of)
            if known is not None:
                levels, warnings = known
                made = assembled(draft, catalogs, levels)
                key = self._prepared.key_of_levels(*of)
                self._prepared.keep_columns(key, made)
                return Version(draft, catalogs, made, tuple(warnings), key), warnings
        edition, found = publish(draft, catalogs, golden)
        if edition is None:
            return None, found
        key = self._prepared.keep_levels(edition.levels, found, *of) if self._prepared else ""
        if self._prepared:
            self._prepared.keep_columns(key, edition)
        return Version(draft, catalogs, edition, tuple(found), key), found

    def keep(self, versions: Mapping[str, Version], *, tidy: bool) -> None:
        """Keep these versions in the place of those before; `tidy` also removes what nobody needs any more."""
        if self._kept is None or self._prepared is None:
            return
        records = {name: _record(each) for name, each in versions.items()}
        path = self._content / SITE
        records[_SITE] = Record({SITE: path.read_text("utf-8")} if _is_good(path) else {})
        for name, record in records.items():
            if (name != _SITE or record.files or not path.exists()) and self._kept.record(name) != record:
                self._kept.keep(name, record)
        if tidy:
            self._kept.forget_all_but(frozenset(records))
            self._prepared.sweep(self._kept.used())

    def site(self) -> Site | None:
        """The last good site, None when there was none."""
        record = self._kept.record(_SITE) if self._kept else None
        if record is None:
            return None
        try:
            with TemporaryDirectory() as place:
                _laid_out(record, Path(place))
                return read_site(Path(place) / SITE)
        except (Refused, OSError):
            return None

    def good(self, name: str, served: Version | None, reading: Reading) -> Version | None:
        """The last good version of a quiz: the one that is served, or a newer one that another process has kept."""
        record = self._kept.record(name) if self._kept else None
        if record is None or (served is not None and record == _record(served)):
            return served
        return self._restored(name, record, reading) or served

    def _restored(self, name: str, record: Record, reading: Reading) -> Version | None:
        """The version that a record speaks of, None when it cannot be made again."""
        try:
            with TemporaryDirectory() as place:
                _laid_out(record, Path(place))
                draft = reading.draft(Path(place) / f"{name}.yaml", self._content)
        except OSError:
            return None
        if draft.file is None or draft.file.lost:
            self._say(f"the kept version of '{name}' is left aside: this program cannot read it")
            return None
        draft = replace(
            draft,
            path=self._content / draft.path.name,
            file=_moved(draft.file, self._content),
            overlays=tuple(_moved(each, self._content) for each in draft.overlays),
            problems=(),
        )
        catalogs = self._catalogs(draft, record, reading.site)
        if catalogs is None:
            self._say(f"the kept version of '{name}' is left aside: its catalog is not there any more")
            return None
        levels, warnings = (self._prepared and self._prepared.kept_levels(record.levels)) or (None, [])
        made = assembled(draft, catalogs, levels)
        if self._prepared and levels is not None:
            self._prepared.keep_columns(record.levels, made)
        return Version(draft, catalogs, made, tuple(warnings), record.levels)

    def _catalogs(self, draft: Draft, record: Record, site: Site) -> Catalogs | None:
        assert draft.file is not None
        source = draft.file.quiz.catalog
        named = {"": source.file}
        named |= {each.language: each.overlay.catalog.file for each in draft.overlays if each.overlay.catalog}
        found = {}
        for language, key in record.feeds.items():
            path = self._content / named.get(language, "")
            also = self._content / source.also if source.also and not language else None
            feed = self._prepared.kept_feed(key, path, also) if self._prepared else None
            if feed is None:
                return None
            found[language] = priced(feed.catalog, site)
        own = found.pop("", None)
        return Catalogs(own, found, record.feeds) if own is not None else None

    def hush(self) -> None:
        """Say nothing from now on."""
        self._tell = _silence

    def _say(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)


def _silence(_sentence: str) -> None:
    """Hear a sentence and keep it to oneself."""


def _record(version: Version) -> Record:
    return Record(dict(version.draft.texts), dict(version.catalogs.keys), version.levels)


def _laid_out(record: Record, place: Path) -> None:
    for name, text in record.files.items():
        (place / Path(name).name).write_text(text, "utf-8", newline="")


def _moved(file: _File, folder: Path) -> _File:
    """A file that says it lies in a folder."""
    path = folder / file.path.name
    return replace(file, path=path, tree=replace(file.tree, file=str(path)))


def _is_good(path: Path) -> bool:
    try:
        read_site(path)
    except Refused:
        return False
    return path.exists()
