"""YAML text to a tree of texts with the line and column of each; whatever the bytes, values or problems.

The tree is built from the parser's events, so that aliases, tags, duplicate keys and deep nesting are
problems before anything is composed, and every scalar stays the text that was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from quizbot.content.problems import KEY, Loc, Problem, Refused, Severity, printable, quoted
from quizbot.content.yamlerrors import DEEPEST, cut_text, too_deep, what_the_parser_says

LARGEST = 256 * 1024  # bytes
MOST_VALUES = 20_000
MOST_PROBLEMS = 100  # of one file; more help nobody
MISSING = frozenset({"", "~", "null", "Null", "NULL"})
Place = tuple[int, int]

_PARSER: Any = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: .*)?$", re.MULTILINE)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_CUT = re.compile(r"[ \t]+(#[^\s#][^\r\n]*)")
_DIGITS = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file says: `value` of dicts, lists, texts and None, and the place of each value and key."""

    file: str
    text: str
    value: Any
    values: dict[Loc, Place] = field(repr=False)
    keys: dict[Loc, Place] = field(repr=False)

    def place(self, loc: Loc) -> Place:
        """Line and column, from 1, of the deepest existing node on the way to `loc`.

        Parts that the file leaves out, as short forms do, are passed over.
        """
        here: Loc = ()
        for part in loc:
            if part == KEY:
                return self.keys.get(here, self.values.get(here, (1, 1)))
            if (*here, part) in self.values:
                here = (*here, part)
        return self.values.get(here, (1, 1))

    def problem(self, loc: Loc, rule: str, text: str, remedy: str = "", severity: Severity = "error") -> Problem:
        """A problem at the place of a node."""
        return Problem(self.file, *self.place(loc), rule, printable(text), printable(remedy), severity)


def read_bytes(path: Path, file: str) -> bytes:
    """The bytes of a file an editor wrote. Raises Refused when it is missing, unreadable or too large."""
    try:
        if not path.is_file():
            raise Refused([Problem(file, 0, 0, "no-file", f"there is no file {quoted(file)}", "check its name")])
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise Refused([Problem(file, 0, 0, "no-file", f"{quoted(file)} cannot be read: {reason.lower()}")]) from error
    if len(data) > LARGEST:
        remedy = "keep products in the catalog, or split the quiz"
        raise Refused([Problem(file, 0, 0, "too-large", f"the file is larger than {LARGEST // 1024} KB", remedy)])
    return data


def read_tree(file: str, data: bytes) -> tuple[Tree | None, list[Problem]]:
    """The tree, and what is wrong with the YAML; no tree when what is left of it would mislead."""
    try:
        text = _decoded(file, data)
    except Refused as refused:
        return None, list(refused.problems)
    conflict = _CONFLICT.search(text)
    if conflict:
        said = "two versions of the file were merged, and a conflict is left"
        remedy = "keep one of both sides, and delete the lines of <<<<<<<, ======= and >>>>>>>"
        return None, [Problem(file, *_place_after(text[: conflict.start()]), "conflict", said, remedy)]
    builder = _Builder(file, text)
    tree = builder.build()
    return tree, builder.problems


def _decoded(file: str, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused([Problem(file, 1, 1, "encoding", "the file is UTF-16, not UTF-8", "save it as UTF-8")])
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        said = f"the byte '{data[error.start]:02x}' is not UTF-8"
        raise Refused([Problem(file, *_place_after(before), "encoding", said, "save the file as UTF-8")]) from error
    found = _UNPRINTABLE.search(text)
    if found:
        said = f"the character U+{ord(found[0]):04X} is not allowed in text"
        place = _place_after(text[: found.start()])
        raise Refused([Problem(file, *place, "control-character", said, "delete it; a quiz is a text file")])
    return text


def _place_after(before: str) -> Place:
    """Line and column of what comes after a text."""
    lines = re.split(r"\r\n|[\r\n\x85\u2028\u2029]", before)
    return len(lines), len(lines[-1].removeprefix("\ufeff")) + 1


class _Builder:
    """Walks the events of one file once."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.problems: list[Problem] = []
        self.values: dict[Loc, Place] = {}
        self.keys: dict[Loc, Place] = {}
        self.complete = True

    def build(self) -> Tree | None:
        """The tree, or None when a problem leaves nothing to trust."""
        try:
            value = self._document(yaml.parse(self.text, Loader=_PARSER))
        except Refused as refused:
            self.problems += refused.problems
            return None
        except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
            problem = what_the_parser_says(self.file, self.text, error)
            if problem.rule != "bracket" or not any(each.rule == "cut-text" for each in self.problems):
                self.problems.append(problem)  # else the bracket is in what was cut off
            return None
        return Tree(self.file, self.text, value, self.values, self.keys) if self.complete else None

    def _document(self, events: Iterator[Any]) -> Any:
        next(events)  # the stream starts
        value = None
        event = next(events)
        if isinstance(event, yaml.DocumentStartEvent):
            value = self._node(next(events), events, ())
            next(events)  # the document ends
            event = next(events)
        if isinstance(event, yaml.DocumentStartEvent):
            self._report(event, "documents", "a second document begins here", "keep one document in a file")
            self.complete = False
        elif value is None and self.complete:
            raise Refused([Problem(self.file, 0, 0, "empty", "the file is empty", "start with 'title: ...'")])
        return value

    def _node(self, event: Any, events: Iterator[Any], loc: Loc) -> Any:
        self.values[loc] = self._at(event)
        if len(self.values) > MOST_VALUES:
            text = f"the file has more than {MOST_VALUES} values"
            raise Refused([Problem(self.file, *self._at(event), "too-large", text, "split the quiz")])
        if isinstance(event, yaml.AliasEvent):
            self._report(event, "alias", f"the alias '*{event.anchor}' is not allowed", "write its content out")
            self.complete = False
            return None
        if event.tag is not None:
            self._report(event, "tag", f"the tag {_tag(event)} is not allowed", "every value is read as its text")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if len(loc) >= DEEPEST:
            raise Refused([too_deep(self.file, *self._at(event))])
        return (self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence)(event, events, loc)

    def _sequence(self, _: Any, events: Iterator[Any], loc: Loc) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            found.append(self._node(event, events, (*loc, len(found))))
        return found

    def _mapping(self, start: Any, events: Iterator[Any], loc: Loc) -> dict[str, Any]:
        found: dict[str, Any] = {}
        last = ""
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                self._complex_key(key, events, loc)
                continue
            value = next(events)
            if start.flow_style and self._has_no_colon(key, value):
                self._comma(found, last, key)
                continue
            name = self._key(key, found, loc)
            here = (*loc, name)
            if here not in self.keys:
                self.keys[here] = self._at(key)
            again = name in found
            content = self._node(value, events, (*loc, f"{name} again") if again else here)
            if not again:
                found[name] = content
                last = name
        return found

    def _complex_key(self, event: Any, events: Iterator[Any], loc: Loc) -> None:
        """Report a list, mapping or alias where a key is expected, and pass over its value."""
        self._report(event, "key", "a key is a plain text here", "put texts with brackets or braces in quotes")
        self.complete = False
        self._node(event, events, (*loc, "?"))
        self._node(next(events), events, (*loc, "?"))

    def _key(self, event: Any, found: dict[str, Any], loc: Loc) -> str:
        name = self._checked(event)
        if event.tag is not None:
            self._report(event, "tag", f"the tag {_tag(event)} is not allowed", "every key is read as its text")
        if name == "<<" and not event.style:
            self._report(event, "merge-key", "the merge key '<<' is not allowed", "write the content out")
            self.complete = False
        elif not name:
            self._report(event, "key", "a key is missing before ':'", "write a name, or delete the line")
            self.complete = False
        elif name in found:
            line = self.keys[(*loc, name)][0]
            self._report(event, "duplicate-key", f"the key {quoted(name)} stands already in line {line}", "keep one")
        return name

    def _scalar(self, event: Any) -> str | None:
        """The written text; None when nothing is written."""
        value = self._checked(event)
        if event.style or event.tag is not None:
            return value
        cut = _CUT.match(self.text, event.end_mark.index)
        if cut:
            place = (event.end_mark.line + 1, event.end_mark.column + 1 + cut.start(1) - cut.start())
            self._keep(cut_text(self.file, *place, cut[1]))
            return f"{value}{cut[0]}".strip()
        return None if value in MISSING else value

    def _checked(self, event: Any) -> str:
        value = str(event.value)
        found = _UNPRINTABLE.search(value)
        if found:
            said = f"the character U+{ord(found[0]):04X} is not allowed in text"
            self._report(event, "control-character", said, "delete its escape")
            self.complete = False
        return value

    def _has_no_colon(self, key: Any, value: Any) -> bool:
        """Whether a key of a flow mapping stands alone, as in `{text: Shiny here, tight there}`."""
        between = self.text[key.end_mark.index : value.end_mark.index]
        return isinstance(value, yaml.ScalarEvent) and not value.value and not value.style and ":" not in between

    def _comma(self, found: dict[str, Any], last: str, key: Any) -> None:
        """Report a text that its comma made two, and read it as it was meant."""
        name = self._checked(key)
        before = found.get(last)
        said = f"{quoted(name)} is read as a key without a value"
        if re.match(r"[\w-]+:\S", name):
            remedy = "write a space after ':'"
        elif not isinstance(before, str):
            remedy = "write a value after ': ', or put the text in quotes"
        elif _DIGITS.fullmatch(before) and _DIGITS.fullmatch(name):
            found[last] = f"{before}.{name}"
            remedy = f"write decimals with a point: {found[last]}"
        else:
            found[last] = f"{before}, {name}"
            remedy = f"a comma ends a text within braces; put it in quotes: {last}: {_in_quotes(found[last])}"
        self._report(key, "comma", said, remedy)

    def _at(self, event: Any) -> Place:
        return event.start_mark.line + 1, event.start_mark.column + 1

    def _report(self, event: Any, rule: str, text: str, remedy: str) -> None:
        self._keep(Problem(self.file, *self._at(event), rule, printable(text), printable(remedy)))

    def _keep(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MOST_PROBLEMS:
            raise Refused([])


def _tag(event: Any) -> str:
    """A tag as it is written."""
    return quoted(str(event.tag).replace("tag:yaml.org,2002:", "!!"))


def _in_quotes(text: str) -> str:
    """A text as YAML in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
