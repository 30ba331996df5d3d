"""A quiz file to a checked quiz, or all that is wrong with it, each problem at its line and column."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from quizbot.content import meaning
from quizbot.content.problems import Finding, Loc, Problem, Refused, Severity, nearest, quoted
from quizbot.content.quiz import Quiz
from quizbot.content.salvage import salvaged, without_fillings
from quizbot.content.shape import MOST, shaped
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
    file = str(path)
    problems = list(_name_problems(path))
    try:
        tree, found = read_tree(file, read_bytes(path, file))
    except Refused as refused:
        return None, [*problems, *refused.problems]
    problems += found
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
    if "." in name and re.fullmatch(ID_PATTERN, name.partition(".")[0]):
        text = f"translation overlays such as {quoted(path.name)} are not supported yet"
        yield Problem(file, 0, 0, "not-supported", text, "keep one language in a quiz")
    elif not re.fullmatch(ID_PATTERN, name):
        remedy = f"use small letters, digits and '-': '{slug(name)}{path.suffix}'"
        yield Problem(file, 0, 0, "file-name", f"the file name {quoted(name)} is not an id", remedy)
