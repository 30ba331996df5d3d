"""From a content folder to the library that is served: every quiz whole and checked, or all problems of all files."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from quizbot.content import meaning, quizfile
from quizbot.content.catalog import Catalog
from quizbot.content.edition import Edition, edition
from quizbot.content.feeds import Feed, read_feed
from quizbot.content.levels import Levels
from quizbot.content.made import feed_labels, made
from quizbot.content.overlay import Overlay
from quizbot.content.problems import Problem, Refused, Severity, quoted
from quizbot.content.quiz import CatalogSource
from quizbot.content.quizfile import OverlayFile, QuizFile, examine_overlay, is_overlay, translated_path
from quizbot.content.site import Site, read_site
from quizbot.editorial.checks import poor, poor_site
from quizbot.editorial.checks.allowed import unsilenced
from quizbot.editorial.golden import disappointed
from quizbot.editorial.slots import unfilled

SITE = "site.yaml"
_ANOTHER = "mend what is said of it, or name another file"

_OF_EXAMPLES = frozenset({"example", "example-answer", "unknown-product"})
"""Rules about products and answers that are named; a feed may break them, a quiz may not."""


@dataclass(frozen=True, eq=False)
class Library:
    """What is served: editions by quiz id, the site, the folder they came from, and what was told of them."""

    editions: Mapping[str, Edition]
    site: Site
    folder: Path
    problems: tuple[Problem, ...] = ()


def load(
    folder: Path,
    catalog: Path | None = None,
    only: Sequence[Path] = (),
    golden: Severity | None = None,
    *,
    thorough: bool = False,
) -> Library:
    """Read a content folder.

    `catalog` stands in for the catalog of every quiz; `only` names the quiz files to read instead of all, where a
    translation stands for its quiz, and every quiz comes with its translations; `golden` is how severe a broken
    example is, None when examples are not played; `thorough` plays each quiz by everybody and says what is poor, too.
    Raises Refused with every problem of every file, warnings among them, when one of them is an error.
    """
    require_folder(folder)
    paths = list(dict.fromkeys(map(translated_path, only))) or quiz_paths(folder)
    require_quizzes(folder, paths)
    site, problems = site_of(folder)
    reading = Reading(folder, site or Site(), catalog)
    problems += homeless(only or overlay_paths(folder))
    problems += [] if only else unread(folder)
    problems += poor_site(folder / SITE, site) if thorough and site else []
    editions, sources = [], {}
    for path in paths:
        draft = reading.draft(path)
        catalogs, lacking = reading.catalogs(draft)
        whole, found = (
            publish(draft, catalogs, golden, judge=reading.site if thorough else None) if catalogs else (None, [])
        )
        sources[str(path)] = draft.file.text if draft.file else ""
        problems += [*draft.problems, *lacking, *found]
        editions += [whole] if whole else []
    if site is None:  # what its notice says is not known
        problems = [each for each in problems if each.rule != "no-notice"]
    problems = unsilenced([*problems, *reading.feed_problems()], sources, complete=thorough)
    if any(each.severity == "error" for each in problems):
        raise Refused(problems)
    return Library({each.id: each for each in editions}, reading.site, folder, tuple(sorted(problems)))


def require_folder(folder: Path) -> None:
    """Raise Refused when there is no such folder."""
    if not folder.is_dir():
        raise Refused([_whole(folder, "no-folder", f"there is no content folder '{folder}'")])


def require_quizzes(folder: Path, paths: Sequence[Path]) -> None:
    """Raise Refused when there is nothing to read."""
    if not paths:
        raise Refused([_whole(folder, "no-quiz", f"no quiz in the content folder '{folder}'", "add a file NAME.yaml")])


def quiz_paths(folder: Path) -> list[Path]:
    """The quiz files of a content folder, by name."""
    return [each for each in _visible(folder) if each.name != SITE and not is_overlay(each)]


def overlay_paths(folder: Path) -> list[Path]:
    """The translations in a content folder, by name."""
    return [each for each in _visible(folder) if is_overlay(each)]


def _visible(folder: Path) -> list[Path]:
    return sorted(each for each in folder.glob("*.yaml") if not each.name.startswith("."))


def homeless(paths: Iterable[Path]) -> Iterator[Problem]:
    """Translations of quizzes that are not there."""
    for each in filter(is_overlay, paths):
        quiz = translated_path(each)
        if quiz.name == SITE or not quiz.is_file():
            remedy = "a translation is named after its quiz: winter-coat.de.yaml goes with winter-coat.yaml"
            yield _whole(each, "no-quiz", f"there is no quiz '{quiz.name}' for this translation", remedy)


def unread(folder: Path) -> Iterator[Problem]:
    """Files that look like ours and are not read because of how they end."""
    for each in sorted(folder.glob("*.yml")):
        text, remedy = f"'{each.name}' is not read", f"name it '{each.stem}.yaml'"
        yield Problem(str(each), 0, 0, "file-name", text, remedy, "warning")


def site_of(folder: Path) -> tuple[Site | None, list[Problem]]:
    """What the folder's site.yaml says, None when it is wrong."""
    try:
        return read_site(folder / SITE), []
    except Refused as refused:
        return None, list(refused.problems)


@dataclass(frozen=True, eq=False)
class Draft:
    """A quiz as its files say it, not yet held against a catalog.

    `home` is the folder that the names of its feeds start from; `file` is None when nothing of it can be read.
    """

    path: Path
    home: Path
    file: QuizFile | None
    overlays: tuple[OverlayFile, ...]
    problems: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether no file of it is wrong by itself."""
        return self.file is not None and not any(each.severity == "error" for each in self.problems)

    @property
    def texts(self) -> Mapping[str, str]:
        """What its files say, by name."""
        file = {self.path.name: self.file.text} if self.file else {}
        return file | {each.path.name: each.tree.text for each in self.overlays}

    def says_the_same(self, other: "Draft") -> bool:
        """Whether both are the same quiz, whatever their comments and spaces."""
        if self.file is None or other.file is None:
            return False
        return self.file.quiz == other.file.quiz and self.translations == other.translations

    @property
    def translations(self) -> dict[str, Overlay]:
        """Its translations by language."""
        return {each.language: each.overlay for each in self.overlays}


@dataclass(frozen=True, eq=False)
class Catalogs:
    """The catalog of a quiz and, by language, those of its translations.

    `keys` name them where they are kept prepared, the quiz's own under the empty language.
    """

    own: Catalog
    feeds: Mapping[str, Catalog] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def stamps(self) -> dict[str, list[str]]:
        """Digest and currency of each, by language: equal for what was read from the same bytes in the same way."""
        return {name: [each.digest, each.currency] for name, each in {"": self.own, **self.feeds}.items()}


Reader = Callable[[Path, CatalogSource, Path | None], tuple[Feed, str]]
"""Reads a feed and a file with more columns, or raises Refused; the text is the key it is kept prepared under."""


def read_plainly(path: Path, source: CatalogSource, also: Path | None) -> tuple[Feed, str]:
    """A feed as it is read when nothing is kept prepared."""
    return read_feed(path, source, also=also), ""


class Reading:
    """One reading of a folder: each catalog once.

    `catalog` stands in for every catalog, `waiting` are files that are being written, which stay unread.
    """

    def __init__(
        self,
        folder: Path,
        site: Site,
        catalog: Path | None = None,
        reader: Reader = read_plainly,
        waiting: Container[Path] = (),
    ) -> None:
        """Begin a reading; nothing is read yet."""
        self.folder = folder
        self.site = site
        self.paths: set[Path] = set()
        self._catalog = catalog
        self._reader = reader
        self._waiting = waiting
        self._feeds: dict[tuple[Path, str], tuple[Catalog | None, str, list[Problem]]] = {}

    def draft(self, path: Path, home: Path | None = None) -> Draft:
        """A quiz and its translations as their files say them."""
        file, problems = quizfile.examine(path, self.folder)
        problems += file.problems(meaning.unnoticed(file.quiz, self.site.notice.sensitive)) if file else ()
        own = file.quiz.language if file else ""
        beside = [each for each in overlay_paths(path.parent) if translated_path(each) == path]
        read = [examine_overlay(each, own) for each in beside]
        problems += [each for _, found in read for each in found]
        return Draft(path, home or path.parent, file, tuple(each for each, _ in read if each), tuple(problems))

    def catalogs(self, draft: Draft) -> tuple[Catalogs | None, list[Problem]]:
        """The catalogs of a quiz, None when one cannot be used, and where the quiz names those."""
        file = draft.file
        if file is None:
            return None, []
        source = file.quiz.catalog
        path = self._catalog or draft.home / source.file
        also = draft.home / source.also if source.also else None
        own, key = self._read(path, _fitting(source, path), also)
        if own is None:
            return None, self._unusable(file, path, also)
        feeds, keys, problems = {}, {"": key}, []
        for each in draft.overlays:
            feed, key, found = self._translated(draft, source, each, own)
            problems += found
            if feed is not None:
                feeds[each.language], keys[each.language] = feed, key
        if any(each.severity == "error" for each in problems):
            return None, problems
        return Catalogs(own, feeds, keys), problems

    def _unusable(self, file: QuizFile, path: Path, also: Path | None) -> list[Problem]:
        if path in self._waiting or also in self._waiting:
            return []
        is_own = also is None or not any(each.file == str(also) for each in self.feed_problems())
        loc, name = (("catalog", "file"), path) if is_own else (("catalog", "also"), also)
        return [file.problem(loc, "catalog", f"the catalog '{name}' cannot be used", _ANOTHER)]

    def _translated(
        self, draft: Draft, own: CatalogSource, overlay: OverlayFile, catalog: Catalog
    ) -> tuple[Catalog | None, str, list[Problem]]:
        """The catalog that an overlay names, for its texts alone; none where another catalog stands in."""
        if overlay.overlay.catalog is None or self._catalog:
            return None, "", []
        name = overlay.overlay.catalog.file
        kept: dict[str, Any] = {"only": {}, "unknown": {}, "also": None}
        path = draft.home / name
        feed, key = self._read(path, _fitting(own.model_copy(update=kept), path))
        if feed is None:
            text = f"the catalog '{name}' cannot be used"
            return None, "", [overlay.tree.problem(("catalog", "file"), "catalog", text, _ANOTHER)]
        lacking = [each for each in catalog.ids if each not in feed.positions]
        if not lacking:
            return feed, key, []
        text = f"{len(lacking)} of {len(catalog)} products are not in '{name}', such as {quoted(lacking[0])}"
        loc, remedy = ("catalog", "file"), "export it again; until then they keep their own titles"
        return feed, key, [overlay.tree.problem(loc, "missing-translation", text, remedy, "warning")]

    def _read(self, path: Path, source: CatalogSource, also: Path | None = None) -> tuple[Catalog | None, str]:
        at = path.resolve(), source.model_dump_json(exclude={"file"})
        if at not in self._feeds:
            needed = {path, also} if also else {path}
            self.paths |= needed
            waits = any(each in self._waiting for each in needed)
            self._feeds[at] = (None, "", []) if waits else self._opened(path, source, also)
        return self._feeds[at][:2]

    def _opened(
        self, path: Path, source: CatalogSource, also: Path | None
    ) -> tuple[Catalog | None, str, list[Problem]]:
        try:
            feed, key = self._reader(path, source, also)
        except Refused as refused:
            return None, "", list(refused.problems)
        return priced(feed.catalog, self.site), key, feed.problems

    def feed_problems(self) -> list[Problem]:
        """What is wrong with the feeds read so far, and with their rows."""
        return [each for _, _, problems in self._feeds.values() for each in problems]


def priced(catalog: Catalog, site: Site) -> Catalog:
    """A catalog whose prices are in the site's currency when they name none."""
    return catalog if catalog.currency else replace(catalog, currency=site.currency)


def _fitting(source: CatalogSource, path: Path) -> CatalogSource:
    """The way to read a catalog, without the stated format when that is of another kind of file."""
    return source if path.suffix == Path(source.file).suffix else source.model_copy(update={"format": None})


def publish(
    draft: Draft,
    catalogs: Catalogs,
    golden: Severity | None,
    levels: Levels | None = None,
    judge: Site | None = None,
) -> tuple[Edition | None, list[Problem]]:
    """A quiz held against its catalogs: the edition, None when something is wrong, and every problem.

    `golden` is how severe a broken example is, or one of a product that is gone; None when examples are not played.
    `levels` saves measuring what is measured already. With a site to `judge` by, what makes the quiz poor is found,
    too, and comments that allow a problem are left to be heard by whoever reads all of them.
    """
    file = draft.file
    assert file is not None
    found = [
        replace(each, severity="warning") if golden == "warning" and each.rule in _OF_EXAMPLES else each
        for each in file.problems(meaning.against_catalog(file.quiz, catalogs.own, levels))
    ]
    if any(each.severity == "error" for each in (*draft.problems, *found)):
        return None, found
    whole = assembled(draft, catalogs, levels)
    quiz, _ = made(file.quiz, catalogs.own)
    for each in draft.overlays:
        found += each.problems(file.quiz, quiz, whole.levels.families)
    found += _unfilled(file, whole, "warning" if golden == "warning" else "error")
    if golden:
        found += _disappointments(file, whole, golden)
    found += poor(file, whole, judge or Site(), thorough=judge is not None)
    heard = unsilenced(found, {str(draft.path): file.text}, complete=False)
    is_wrong = any(each.severity == "error" for each in heard)
    return (None if is_wrong else whole), heard if judge is None else found


def assembled(draft: Draft, catalogs: Catalogs, levels: Levels | None = None) -> Edition:
    """The edition of a quiz on its catalogs, unchecked."""
    assert draft.file is not None
    quiz, _ = made(draft.file.quiz, catalogs.own)
    labels = {language: feed_labels(quiz, catalogs.own, feed) for language, feed in catalogs.feeds.items()}
    translations = {each.language: each.over(quiz, labels.get(each.language)) for each in draft.overlays}
    return edition(draft.file.name, quiz, catalogs.own, translations, catalogs.feeds, levels=levels)


def _unfilled(file: QuizFile, whole: Edition, severity: Severity) -> Iterator[Problem]:
    for at, sentence in unfilled(whole):
        remedy = "require what some product has, or leave the slot out"
        yield file.problem(("results", "slots", at, "require"), "empty-slot", sentence, remedy, severity)


def _disappointments(file: QuizFile, whole: Edition, severity: Severity) -> Iterator[Problem]:
    for at, sentence in disappointed(whole):
        text = f"the example '{file.quiz.examples[at].name}' is broken: {sentence}"
        remedy = "mend the wishes, or what is expected; `quizbot recommend` with these answers shows the reasons"
        yield file.problem(("examples", at, "expect"), "example", text, remedy, severity)


def _whole(path: Path, rule: str, text: str, remedy: str = "") -> Problem:
    return Problem(str(path), 0, 0, rule, text, remedy)
