"""A quiz file, or a translation of one, to checked values, or all that is wrong with it at its line and column."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from quizbot.content import meaning
from quizbot.content.families import Family
from quizbot.content.overlay import Labels, Overlay, gaps, strange_labels, strangers, translated
from quizbot.content.problems import Finding, Loc, Problem, Refused, Severity, nearest, quoted
from quizbot.content.quiz import LANGUAGE_PATTERN, Quiz
from quizbot.content.salvage import salvaged, without_fillings
from quizbot.content.shape import MOST, shaped
from quizbot.content.texts import languages, primary
from quizbot.content.written import ID_PATTERN, slug
from quizbot.content.yamltree import Tree, read_bytes, read_tree


@dataclass(frozen=True, slots=True, eq=False)
class QuizFile:
    """A quiz with the file it was read from.

    `name` is its id, `text` what the file says, `warnings` what does not keep it from being used; `lost` the names
    that were left out because they are wrong, empty for a file without errors.
    """

    name: str
    path: Path
    text: str
    quiz: Quiz
    tree: Tree
    warnings: tuple[Problem, ...] = ()
    lost: frozenset[str] = frozenset()

    def problem(self, loc: Loc, rule: str, text: str, remedy: str = "", severity: Severity = "error") -> Problem:
        """A problem at the place of the deepest existing node; `problems.KEY` at the end of `loc` means its key."""
        return self.tree.problem(loc, rule, text, remedy, severity)

    def problems(self, findings: Iterable[Finding]) -> Iterator[Problem]:
        """Findings as problems, without those that only follow from what was left out."""
        for each in findings:
            if not any(quoted(name) in each.text for name in self.lost):
                yield self.problem(*each._replace(remedy=without_fillings(each.remedy)))


def parse(path: Path, folder: Path) -> QuizFile:
    """The quiz of a file in a content folder. Raises Refused with all problems when one of them is an error."""
    file, problems = examine(path, folder)
    if file is None or any(each.severity == "error" for each in problems):
        raise Refused(problems)
    return file


def examine(path: Path, folder: Path) -> tuple[QuizFile | None, list[Problem]]:
    """All problems of a file, and what can be read of it, so that a catalog can be held against that, too."""
    problems = list(_name_problems(path))
    tree = _tree(path, problems)
    if tree is None:
        return None, problems
    context = _context(tree.value)
    quiz, findings = shaped(Quiz, tree.value, context)
    problems += [tree.problem(*each) for each in findings]
    lost: frozenset[str] = frozenset()
    if quiz is None:
        quiz, tree, lost = salvaged(Quiz, tree, context)
    if quiz is None:
        return None, problems
    read = QuizFile(path.stem, path, tree.text, quiz, tree, lost=lost)
    problems += islice(read.problems(chain(meaning.mistakes(quiz), meaning.pictures(quiz, folder))), MOST)
    warnings = tuple(each for each in problems if each.severity == "warning")
    return QuizFile(path.stem, path, tree.text, quiz, tree, warnings, lost), problems


def _context(raw: Any) -> Mapping[str, frozenset[str]]:
    """What reading short wishes needs to know: the traits there are, and those that have labels."""
    traits = raw.get("traits") if isinstance(raw, dict) else None
    if not isinstance(traits, dict):
        return {}
    families = (
        name for name, each in traits.items() if isinstance(each, dict) and nearest(str(each.get("kind")), ["labels"])
    )
    return {"traits": frozenset(traits), "label_traits": frozenset(families)}


def _name_problems(path: Path) -> Iterator[Problem]:
    file, name = str(path), path.stem
    if not re.fullmatch(ID_PATTERN, name):
        remedy = f"use small letters, digits and '-': '{slug(name)}{path.suffix}'"
        yield Problem(file, 0, 0, "file-name", f"the file name {quoted(name)} is not an id", remedy)


# Translations -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class OverlayFile:
    """A translation with the file it was read from; `lost` as in QuizFile."""

    language: str
    path: Path
    overlay: Overlay
    tree: Tree
    lost: frozenset[str] = frozenset()

    def over(self, quiz: Quiz, labels: Labels | None = None) -> Quiz:
        """The quiz in this language; `labels` are names of labels that the overlay need not repeat."""
        return translated(quiz, self.overlay, self.language, labels)

    def problems(self, written: Quiz, quiz: Quiz, families: Mapping[str, Family]) -> Iterator[Problem]:
        """What it translates that the quiz does not have, and what it leaves untranslated.

        It may translate whatever the catalog made of the quiz; missed is only what is `written`.
        """
        found = chain(strangers(self.overlay, quiz), strange_labels(self.overlay, quiz, families))
        left_out = () if self.lost else gaps(self.overlay, written)
        for each in islice(chain(found, left_out), MOST):
            if not any(quoted(name) in each.text for name in self.lost):
                yield self.tree.problem(*each)


def is_overlay(path: Path) -> bool:
    """Whether a file name is that of a translation: `winter-coat.de.yaml`."""
    return "." in path.stem and bool(re.fullmatch(ID_PATTERN, path.stem.partition(".")[0]))


def translated_path(path: Path) -> Path:
    """The quiz file that a translation belongs to; any other file itself."""
    return path.with_name(path.stem.partition(".")[0] + path.suffix) if is_overlay(path) else path


def _tree(path: Path, problems: list[Problem]) -> Tree | None:
    """The tree of a file, None when it has none; what is wrong with it is added to the problems."""
    try:
        tree, found = read_tree(str(path), read_bytes(path, str(path)))
    except Refused as refused:
        problems += refused.problems
        return None
    problems += found
    return tree


def examine_overlay(path: Path, own: str) -> tuple[OverlayFile | None, list[Problem]]:
    """All problems of a translation's own, and what can be read of it; `own` is the language of the quiz."""
    file, language = str(path), path.stem.partition(".")[2]
    problems = list(_language_problems(file, language, own))
    tree = _tree(path, problems)
    if tree is None:
        return None, problems
    overlay, findings = shaped(Overlay, tree.value)
    problems += [tree.problem(*each) for each in findings]
    lost: frozenset[str] = frozenset()
    if overlay is None:
        overlay, tree, lost = salvaged(Overlay, tree, {})
    return (OverlayFile(language, path, overlay, tree, lost) if overlay else None), problems


def _language_problems(file: str, language: str, own: str) -> Iterator[Problem]:
    if not re.fullmatch(LANGUAGE_PATTERN, language):
        text = f"{quoted(language)} in the file name is not a language code"
        yield Problem(file, 0, 0, "file-name", text, "name it like 'winter-coat.de.yaml'")
    elif language.casefold() == own.casefold():
        text = f"the quiz is written in '{own}' already"
        yield Problem(file, 0, 0, "own-language", text, "change the texts in the quiz itself")
    elif primary(language) not in languages():
        text = f"the page's own sentences are not written in {quoted(language)}"
        yield Problem(file, 0, 0, "language", text, "they will be in English", "warning")
