"""What is served, kept current: changed files are read aside, and what is good of them is swapped in, quiz by quiz."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from quizbot.content.problems import Problem, Refused
from quizbot.content.quizfile import is_overlay, translated_path
from quizbot.content.site import Site
from quizbot.library import load
from quizbot.library.archive import Archive
from quizbot.library.kept import taking_turns
from quizbot.library.load import Library, Reading
from quizbot.library.versions import Version, newest
from quizbot.library.watch import Stamps, changed, stamps


@dataclass(frozen=True, slots=True)
class News:
    """What a reading came to: quizzes that changed, those that stay as they were, and problems not told before."""

    changed: tuple[str, ...]
    held: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class _Content:
    """All that one reading came to, swapped at once. `feeds` are the files that the quizzes name."""

    versions: Mapping[str, Version]
    site: Site | None
    problems: tuple[Problem, ...]
    held: tuple[str, ...]
    feeds: frozenset[Path]


class Shelf:
    """The library of a content folder, kept current over changes and restarts.

    `data` is the folder where last good versions and prepared catalogs are kept, None to keep nothing; `tell` hears
    sentences about that folder. Each process has a shelf of its own, and those on one data folder share its contents.
    """

    def __init__(self, folder: Path, data: Path | None = None, tell: Callable[[str], None] = lambda _: None) -> None:
        """Read the folder. Raises Refused with every problem when a quiz is not valid and never was."""
        self.folder = folder
        self._data = data
        self._archive = Archive(folder, data, tell)
        self._content = _Content({}, None, (), (), frozenset())
        load.require_folder(folder)
        load.require_quizzes(folder, load.quiz_paths(folder))
        with self._turn() as is_ours:
            self._seen = self._read = self._stamps()
            self._content = self._renewed(frozenset())
            absent = {each.stem for each in load.quiz_paths(folder)} - self._content.versions.keys()
            if absent or self._content.site is None:
                raise Refused(self._content.problems)
            self._keep(is_ours)

    @property
    def library(self) -> Library:
        """What may be served now; never changed, only replaced."""
        content = self._content
        editions = {name: each.edition for name, each in content.versions.items()}
        return Library(editions, content.site or Site(), self.folder, content.problems)

    @property
    def held(self) -> tuple[str, ...]:
        """The quizzes that serve an older version, because something newer is broken."""
        return self._content.held

    def look(self) -> News | None:
        """Look at the files, and read them when one has changed since the last reading but not since the last look.

        None when nothing was read. What is broken stays as it was; its problems are news once.
        """
        before, self._seen = self._seen, self._stamps()
        now, waiting = self._seen, changed(self._seen, before)
        if not changed(now, self._read) - waiting:
            return None
        with self._turn() as is_ours:
            try:
                content = self._renewed(waiting)
            except Exception:
                self._read = self._having(now, waiting)  # the same files would fail again
                raise
            if changed(self._stamps(), now) - waiting:
                return None  # a file was written to while it was read
            old, self._content = self._content, content
            self._read = self._having(now, waiting)
            self._keep(is_ours)
        return _news(old, content)

    def hush(self) -> None:
        """Tell nothing about the data folder from now on, for another process on it does."""
        self._archive.hush()

    def again(self) -> None:
        """Read everything at the next look, changed or not."""
        self._read = {}

    def _turn(self) -> AbstractContextManager[bool]:
        return taking_turns(self._data) if self._data else nullcontext(False)

    def _stamps(self) -> Stamps:
        return stamps(self.folder, self._content.feeds, {self._data} if self._data else ())

    def _having(self, now: Stamps, waiting: Collection[Path]) -> Stamps:
        """What counts as read: the files as they are now, but those that were left unread as they were before."""
        unread = {path: each for path, each in self._read.items() if path in waiting}
        return {path: each for path, each in now.items() if path not in waiting} | unread

    def _renewed(self, waiting: Collection[Path]) -> _Content:
        """Read the folder, but for the files that are being written."""
        old = self._content
        try:
            load.require_folder(self.folder)
            paths = load.quiz_paths(self.folder)
            load.require_quizzes(self.folder, paths)
        except Refused as refused:
            return _Content(old.versions, old.site, refused.problems, tuple(old.versions), old.feeds)
        site, problems = (old.site, []) if self.folder / load.SITE in waiting else load.site_of(self.folder)
        site = site or old.site or self._archive.site()
        reading = Reading(self.folder, site or Site(), reader=self._archive.reader, waiting=waiting)
        problems += load.homeless(set(load.overlay_paths(self.folder)).difference(waiting))
        problems += load.unread(self.folder)
        paths += [each for each in waiting if each.stem in old.versions and each not in paths]
        versions, held = {}, []
        for path in sorted(paths):
            version, found = self._newest(reading, path, waiting)
            problems += found
            if version is not None:
                versions[path.stem] = version
                held += [path.stem] if any(each.severity == "error" for each in found) else []
        problems += reading.feed_problems()
        return _Content(versions, site, tuple(sorted(set(problems))), tuple(held), frozenset(reading.paths))

    def _newest(self, reading: Reading, path: Path, waiting: Collection[Path]) -> tuple[Version | None, list[Problem]]:
        good = self._archive.good(path.stem, self._content.versions.get(path.stem), reading)
        being_written = any(translated_path(each) == path for each in waiting if each == path or is_overlay(each))
        draft = None if being_written else reading.draft(path)
        return newest(reading, draft, good, self._archive.publish)

    def _keep(self, is_ours: bool) -> None:
        if self._content.site is not None:
            self._archive.keep(self._content.versions, tidy=is_ours)


def _news(old: _Content, new: _Content) -> News:
    kinds = {name for name, each in new.versions.items() if old.versions.get(name) is not each}
    gone = old.versions.keys() - new.versions.keys()
    fresh = tuple(each for each in new.problems if each not in old.problems)
    return News(tuple(sorted(kinds | gone)), new.held, fresh)
