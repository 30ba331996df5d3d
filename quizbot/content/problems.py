"""A problem is a value: where it is, which rule it breaks, what was found, and what to do."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
Loc = tuple[str | int, ...]
"""Where something stands in a file's tree: keys and positions from the root; `KEY` at the end means the key itself."""

KEY = "[key]"

LONGEST_GUESSED = 128  # comparing texts costs the product of their lengths
MOST_COMPARED = 2000  # a request that names an unknown product must stay cheap in a catalog of any size


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a file.

    `line` and `column` count from 1; 0 means the file as a whole. `text` names the value in quotes,
    `remedy` says what to do about it, `rule` is the short name of what was broken.
    """

    file: str
    line: int
    column: int
    rule: str
    text: str
    remedy: str = ""
    severity: Severity = "error"

    @property
    def place(self) -> str:
        """`file:line:column`, or the file alone when the whole of it is meant."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Finding(NamedTuple):
    """What is wrong at one place of a tree; with the file's line and column it becomes a Problem."""

    loc: Loc
    rule: str
    text: str
    remedy: str = ""
    severity: Severity = "error"


class Refused(Exception):
    """Content that cannot be used; carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of their places."""
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(f"{each.place}: {each.text}" for each in self.problems))


def printable(text: str) -> str:
    """A text on one line, with what cannot be seen as its code."""
    return text if text.isprintable() else "".join(e if e.isprintable() else f"\\x{ord(e):02x}" for e in text)


def quoted(value: object, most: int = 60) -> str:
    """A value as a message shows it: in quotes, on one line, cut when it is long."""
    listed = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    line = printable(listed[: most + 1])
    return f"'{line[: most - 3]}...'" if len(line) > most else f"'{line}'"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` most likely stands for, or None when none is close."""
    wanted = name.casefold()[:LONGEST_GUESSED]
    alike = (each for each in known if abs(len(each) - len(wanted)) <= max(len(wanted) // 2, 2))
    folded = {each.casefold(): each for each in islice(alike, MOST_COMPARED)}
    found = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def choose_from(name: str, known: Sequence[str], most: int = 8) -> str:
    """A remedy that lists what is known and guesses which one was meant."""
    names = list(dict.fromkeys(known))
    listed = ", ".join(quoted(each) if "," in each else each for each in names[:most])
    listed += ", ..." if len(names) > most else ""
    guess = nearest(name, known)
    hint = f" (did you mean '{guess}'?)" if guess else ""
    return f"choose from {listed}{hint}" if known else "none is defined"


def as_text(problems: Iterable[Problem], sources: Mapping[str, str] | None = None) -> str:
    """Problems for a person: place, sentence, remedy, and the source line with a caret.

    `sources` maps file names to their text; a file that is not in it is shown without its line.
    """
    return "\n".join(_paragraph(each, sources or {}) for each in sorted(problems))


def _paragraph(problem: Problem, sources: Mapping[str, str]) -> str:
    head = f"{problem.place}: {problem.severity}: {problem.text} [{problem.rule}]"
    parts = [head]
    lines = sources.get(problem.file, "").splitlines()
    if 0 < problem.line <= len(lines):
        line = lines[problem.line - 1].replace("\t", " ")
        start = max(0, problem.column - 60)
        parts += [f"    {line[start : start + 100]}", f"    {' ' * (problem.column - 1 - start)}^"]
    if problem.remedy:
        parts.append(f"    {problem.remedy}")
    return "\n".join(parts)


def as_json(problems: Iterable[Problem]) -> str:
    """Problems as a JSON list of objects."""
    return json.dumps([asdict(each) for each in sorted(problems)], ensure_ascii=False, indent=2)


def as_github(problems: Iterable[Problem]) -> str:
    """Problems as workflow commands, which a pull request shows beside the line."""
    return "\n".join(
        f"::{each.severity} file={_property(each.file)},line={max(each.line, 1)},col={max(each.column, 1)},"
        f"title={_property(each.rule)}::{_data('. '.join(filter(None, [each.text, each.remedy])))}"
        for each in sorted(problems)
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
