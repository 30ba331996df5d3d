"""From a content folder to the library that is served: every quiz whole and checked, or all problems of all files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from quizbot.content import meaning, quizfile
from quizbot.content.catalog import Catalog
from quizbot.content.edition import Edition, edition
from quizbot.content.feeds import read_feed
from quizbot.content.problems import Problem, Refused, Severity
from quizbot.content.quiz import CatalogSource
from quizbot.content.quizfile import QuizFile
from quizbot.content.site import Site, read_site
from quizbot.editorial.golden import disappointed

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

    `catalog` stands in for the catalog of every quiz; `only` names the quiz files to read instead of all; `golden`
    is how severe a broken example is, None when examples are not played.
    Raises Refused with every problem of every file, warnings among them, when one of them is an error.
    """
    if not folder.is_dir():
        raise Refused([_whole(folder, "no-folder", f"there is no content folder '{folder}'")])
    paths = only or quiz_paths(folder)
    if not paths:
        raise Refused([_whole(folder, "no-quiz", f"no quiz in the content folder '{folder}'", "add a file NAME.yaml")])
    reading = _Reading(folder, catalog, golden)
    editions = [each for each in map(reading.edition, paths) if each]
    if any(each.severity == "error" for each in reading.problems):
        raise Refused(reading.problems)
    return Library({each.id: each for each in editions}, reading.site, folder, tuple(sorted(reading.problems)))


def quiz_paths(folder: Path) -> list[Path]:
    """The quiz files of a content folder, by name."""
    return sorted(each for each in folder.glob("*.yaml") if each.name != SITE and not each.name.startswith("."))


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
        if file is None or catalog is None:
            return None
        found = list(file.problems(meaning.against_catalog(file.quiz, catalog)))
        self.problems += found
        if any(each.severity == "error" for each in (*problems, *found)):
            return None
        made = edition(file.name, file.quiz, catalog)
        if self.golden:
            self.problems += _disappointments(file, made, self.golden)
        return made

    def _catalog(self, file: QuizFile) -> Catalog | None:
        source = file.quiz.catalog
        path = self.catalog or file.path.parent / source.file
        if path.suffix != Path(source.file).suffix:
            source = source.model_copy(update={"format": None})  # the stated format is that of another file
        key = path.resolve(), source.model_dump_json(exclude={"file"})
        if key not in self._catalogs:
            self._catalogs[key] = self._read(path, source)
        if self._catalogs[key] is None:
            self.problems.append(file.problem(("catalog", "file"), "catalog", f"the catalog '{path}' cannot be used"))
        return self._catalogs[key]

    def _read(self, path: Path, source: CatalogSource) -> Catalog | None:
        try:
            feed = read_feed(path, source)
        except Refused as refused:
            self.problems += refused.problems
            return None
        self.problems += feed.problems
        return feed.catalog if feed.catalog.currency else replace(feed.catalog, currency=self.site.currency)


def _disappointments(file: QuizFile, made: Edition, severity: Severity) -> Iterator[Problem]:
    for at, sentence in disappointed(made):
        text = f"the example '{file.quiz.examples[at].name}' is broken: {sentence}"
        yield file.problem(("examples", at, "expect"), "example", text, severity=severity)


def _whole(path: Path, rule: str, text: str, remedy: str = "") -> Problem:
    return Problem(str(path), 0, 0, rule, text, remedy)
