"""From a content folder to the library that is served: every quiz whole and checked, or all problems of all files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quizbot.content import meaning, quizfile
from quizbot.content.catalog import Catalog
from quizbot.content.edition import Edition, edition
from quizbot.content.feeds import read_feed
from quizbot.content.made import feed_labels, made
from quizbot.content.problems import Problem, Refused, Severity, quoted
from quizbot.content.quiz import CatalogSource
from quizbot.content.quizfile import OverlayFile, QuizFile, examine_overlay, is_overlay, translated_path
from quizbot.content.site import Site, read_site
from quizbot.editorial.golden import disappointed
from quizbot.editorial.slots import unfilled

SITE = "site.yaml"


@dataclass(frozen=True, eq=False)
class Library:
    """What is served: editions by quiz id, the site, the folder they came from, and what was only warned of."""

    editions: Mapping[str, Edition]
    site: Site
    folder: Path
    problems: tuple[Problem, ...] = ()


def load(
    folder: Path, catalog: Path | None = None, only: Sequence[Path] = (), golden: Severity | None = None
) -> Library:
    """Read a content folder.

    `catalog` stands in for the catalog of every quiz; `only` names the quiz files to read instead of all, where a
    translation stands for its quiz, and every quiz comes with its translations; `golden` is how severe a broken
    example is, None when examples are not played.
    Raises Refused with every problem of every file, warnings among them, when one of them is an error.
    """
    if not folder.is_dir():
        raise Refused([_whole(folder, "no-folder", f"there is no content folder '{folder}'")])
    paths = list(dict.fromkeys(map(translated_path, only))) or quiz_paths(folder)
    if not paths:
        raise Refused([_whole(folder, "no-quiz", f"no quiz in the content folder '{folder}'", "add a file NAME.yaml")])
    reading = _Reading(folder, catalog, golden)
    reading.problems += _homeless(only or overlay_paths(folder))
    editions = [each for each in map(reading.edition, paths) if each]
    if any(each.severity == "error" for each in reading.problems):
        raise Refused(reading.problems)
    return Library({each.id: each for each in editions}, reading.site, folder, tuple(sorted(reading.problems)))


def quiz_paths(folder: Path) -> list[Path]:
    """The quiz files of a content folder, by name."""
    return [each for each in _visible(folder) if each.name != SITE and not is_overlay(each)]


def overlay_paths(folder: Path) -> list[Path]:
    """The translations in a content folder, by name."""
    return [each for each in _visible(folder) if is_overlay(each)]


def _visible(folder: Path) -> list[Path]:
    return sorted(each for each in folder.glob("*.yaml") if not each.name.startswith("."))


def _homeless(paths: Iterable[Path]) -> Iterator[Problem]:
    """Translations of quizzes that are not there."""
    for each in filter(is_overlay, paths):
        quiz = translated_path(each)
        if quiz.name == SITE or not quiz.is_file():
            remedy = "a translation is named after its quiz: winter-coat.de.yaml goes with winter-coat.yaml"
            yield _whole(each, "no-quiz", f"there is no quiz '{quiz.name}' for this translation", remedy)


class _Reading:
    """One reading of a folder: each catalog once, every problem gathered."""

    def __init__(self, folder: Path, catalog: Path | None, golden: Severity | None) -> None:
        self.folder = folder
        self.catalog = catalog
        self.golden = golden
        self.problems: list[Problem] = []
        self._catalogs: dict[tuple[Path, str], Catalog | None] = {}
        self.site = self._site()

    def _site(self) -> Site:
        try:
            return read_site(self.folder / SITE)
        except Refused as refused:
            self.problems += refused.problems
            return Site()

    def edition(self, path: Path) -> Edition | None:
        file, problems = quizfile.examine(path, self.folder)
        self.problems += problems
        catalog = self._catalog(file) if file else None
        overlays = self._overlays(path, file.quiz.language if file else "")
        if file is None or catalog is None:
            return None
        found = list(file.problems(meaning.against_catalog(file.quiz, catalog)))
        found += file.problems(meaning.unnoticed(file.quiz, self.site.notice.sensitive))
        self.problems += found
        if any(each.severity == "error" for each in (*problems, *found)):
            return None
        whole = self._edition(file, catalog, overlays)
        self.problems += _unfilled(file, whole)
        if self.golden:
            self.problems += _disappointments(file, whole, self.golden)
        return whole

    def _edition(self, file: QuizFile, catalog: Catalog, overlays: Sequence[OverlayFile]) -> Edition:
        """The edition with its translations, these held against it."""
        quiz, _ = made(file.quiz, catalog)
        feeds = {each.language: feed for each in overlays if (feed := self._feed(file, each, catalog))}
        labels = {language: feed_labels(quiz, catalog, feed) for language, feed in feeds.items()}
        translations = {each.language: each.over(quiz, labels.get(each.language)) for each in overlays}
        whole = edition(file.name, quiz, catalog, translations, feeds)
        for each in overlays:
            self.problems += each.problems(file.quiz, quiz, whole.levels.families)
        return whole

    def _overlays(self, quiz: Path, own: str) -> list[OverlayFile]:
        read = [examine_overlay(each, own) for each in overlay_paths(quiz.parent) if translated_path(each) == quiz]
        for _, problems in read:
            self.problems += problems
        return [each for each, _ in read if each]

    def _feed(self, file: QuizFile, overlay: OverlayFile, catalog: Catalog) -> Catalog | None:
        """The catalog that an overlay names, for its texts alone; none where another catalog stands in."""
        if overlay.overlay.catalog is None or self.catalog:
            return None
        name = overlay.overlay.catalog.file
        own = file.quiz.catalog
        kept: dict[str, Any] = {"file": name, "only": {}, "unknown": {}, "also": None}
        if Path(name).suffix != Path(own.file).suffix:
            kept["format"] = None
        feed = self._read(overlay.path.parent / name, own.model_copy(update=kept))
        if feed is None:
            text = f"the catalog '{name}' cannot be used"
            self.problems.append(overlay.tree.problem(("catalog", "file"), "catalog", text))
            return None
        lacking = [each for each in catalog.ids if each not in feed.positions]
        if lacking:
            text = f"{len(lacking)} of {len(catalog)} products are not in '{name}', such as {quoted(lacking[0])}"
            loc, remedy = ("catalog", "file"), "export it again; until then they keep their own titles"
            self.problems.append(overlay.tree.problem(loc, "missing-translation", text, remedy, "warning"))
        return feed

    def _catalog(self, file: QuizFile) -> Catalog | None:
        source = file.quiz.catalog
        path = self.catalog or file.path.parent / source.file
        also = file.path.parent / source.also if source.also else None
        if path.suffix != Path(source.file).suffix:
            source = source.model_copy(update={"format": None})  # the stated format is that of another file
        key = path.resolve(), source.model_dump_json(exclude={"file"})
        if key not in self._catalogs:
            self._catalogs[key] = self._read(path, source, also)
        if self._catalogs[key] is None:
            is_own = also is None or not any(each.file == str(also) for each in self.problems)
            loc, name = (("catalog", "file"), path) if is_own else (("catalog", "also"), also)
            self.problems.append(file.problem(loc, "catalog", f"the catalog '{name}' cannot be used"))
        return self._catalogs[key]

    def _read(self, path: Path, source: CatalogSource, also: Path | None = None) -> Catalog | None:
        try:
            feed = read_feed(path, source, also=also)
        except Refused as refused:
            self.problems += refused.problems
            return None
        self.problems += feed.problems
        return feed.catalog if feed.catalog.currency else replace(feed.catalog, currency=self.site.currency)


def _unfilled(file: QuizFile, whole: Edition) -> Iterator[Problem]:
    for at, sentence in unfilled(whole):
        remedy = "require what some product has, or leave the slot out"
        yield file.problem(("results", "slots", at, "require"), "empty-slot", sentence, remedy)


def _disappointments(file: QuizFile, made: Edition, severity: Severity) -> Iterator[Problem]:
    for at, sentence in disappointed(made):
        text = f"the example '{file.quiz.examples[at].name}' is broken: {sentence}"
        yield file.problem(("examples", at, "expect"), "example", text, severity=severity)


def _whole(path: Path, rule: str, text: str, remedy: str = "") -> Problem:
    return Problem(str(path), 0, 0, rule, text, remedy)
