"""What the YAML parser stumbled over, in words an editor can use."""

import re
from typing import Any

from quizbot.content.problems import Problem, quoted

DEEPEST = 20

_IN_QUOTES = "put the text in quotes"
_SAYINGS = (
    # part of the parser's phrase, rule, sentence with {found} for what stands at the place, remedy
    ("tab character", "tab", "a tab cannot indent", "indent with spaces"),
    ("cannot start any token", "text-start", "a text cannot begin with {found}", _IN_QUOTES),
    (
        "mapping values are not allowed",
        "colon",
        "a second ': ' stands in one line",
        f"{_IN_QUOTES}, or start a new line",
    ),
    ("unexpected ':'", "colon", "':' needs a space and a value after it", _IN_QUOTES),
    ("find expected ':'", "colon", "{found} is no 'key: value'", "write a ':' and a space after the key"),
    (
        "find expected key",
        "indentation",
        "{found} is indented unlike the lines around it",
        "line up the keys of a block",
    ),
    (
        "expected '-' indicator",
        "indentation",
        "{found} stands in a list but is no item",
        "line it up with the keys above, or begin it with '- '",
    ),
    ("block end", "indentation", "{found} is indented unlike the lines around it", "line up the keys of a block"),
    (
        "sequence entries are not allowed",
        "list-item",
        "a list item cannot begin here",
        "begin '- ' on a line of its own",
    ),
    ("expected node content", "no-value", "a value cannot begin with {found}", _IN_QUOTES),
    (
        "unexpected end of stream",
        "quote",
        "the quote opened here is never closed",
        "close it, or double it inside a text",
    ),
    ("unexpected document indicator", "quote", "the quote opened here is never closed", "close it"),
    ("unknown escape", "escape", "'\\' and what follows is no escape", "write '\\\\', or use single quotes"),
    ("hexdecimal", "escape", "'\\' and what follows is no escape", "write '\\\\', or use single quotes"),
    ("Unicode character escape", "escape", "the escape stands for no character", "write the character itself"),
    ("comment or line break", "block-text", "a text after '|' or '>' begins on the next line", "start a new line"),
    ("tag", "tag", "tags are not allowed", "every value is read as its text; put a leading '!' in quotes"),
    ("directive", "directive", "a line cannot begin with '%'", _IN_QUOTES),
    ("document start", "documents", "{found} follows the end of the document", "keep one document in a file"),
    ("alphabetic or numeric", "alias", "{found} is no alias, and aliases are not allowed", _IN_QUOTES),
)
_AT_CONTEXT = frozenset({"quote", "colon"})
_BRACKET = re.compile(r"[\[\]{}]")
_QUOTED = re.compile(r"""(?<![^\s\[{,:-])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")
_OPENED = re.compile(r"""(?:^|[\[{,]|[:-]\s)\s*["']""")
_HIDDEN_COMMENT = re.compile(r"[ \t](#[^\s#][^\r\n]*)")


def what_the_parser_says(file: str, text: str, error: Exception) -> Problem:
    """The parser's error as a problem at its place."""
    said = _said(error)
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None:
        return Problem(file, 0, 0, "yaml", f"this is not YAML: {said}", "check the line before it, too")
    lines = re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text)
    special = _special(file, text, lines, error)
    if special is not None:
        return special
    for phrase, rule, sentence, remedy in _SAYINGS:
        if phrase in said:
            place = context if context is not None and rule in _AT_CONTEXT else mark
            found = _found(lines, place)
            return Problem(file, place.line + 1, place.column + 1, rule, sentence.replace("{found}", found), remedy)
    return Problem(
        file, mark.line + 1, mark.column + 1, "yaml", f"this is not YAML: {said}", "check the line before it"
    )


def _said(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0] if str(error) else "it cannot be read"


def _special(file: str, text: str, lines: list[str], error: Any) -> Problem | None:
    """What an editor most likely did, where the parser's own words would mislead."""
    said, mark = _said(error), error.problem_mark
    if "nesting depth" in said:
        return too_deep(file, *_deepest(lines))
    tab = _indenting_tab(lines, mark.line)
    if tab is not None:
        return Problem(file, mark.line + 1, tab + 1, "tab", "a tab cannot indent", "indent with spaces")
    cut = _cut_text(file, lines, mark.line) if "node content" in said else None
    if cut is not None or "expected ','" in said:
        return cut or _not_closed(file, text, lines, mark, getattr(error, "context_mark", None) or mark)
    return _after_its_end(file, lines, mark, said) or _too_far_in(file, lines, mark, said)


def _cut_text(file: str, lines: list[str], line: int) -> Problem | None:
    """A value that was written on the line before, and read as a comment."""
    before = next((at for at in range(min(line, len(lines)) - 1, -1, -1) if lines[at].strip()), None)
    found = _HIDDEN_COMMENT.search(lines[before]) if before is not None else None
    return cut_text(file, (before or 0) + 1, found.start(1) + 1, found[1]) if found else None


def cut_text(file: str, line: int, column: int, comment: str) -> Problem:
    """The problem of a text that is read as a comment."""
    remedy = f"{_IN_QUOTES}, or a space after '#' when it is a comment"
    return Problem(file, line, column, "cut-text", f"{quoted(comment.rstrip())} is read as a comment", remedy)


def too_deep(file: str, line: int, column: int) -> Problem:
    """The problem of values within values within values."""
    text = f"this is nested more than {DEEPEST} deep"
    return Problem(file, line, column, "depth", text, "a quiz needs less than half of that")


def _deepest(lines: list[str]) -> tuple[int, int]:
    """Where one bracket too many opens: the parser reads on and on before it gives up."""
    depth = 0
    for at, line in enumerate(lines):
        for bracket in _BRACKET.finditer(line):
            depth += 1 if bracket[0] in "[{" else -1
            if depth > DEEPEST:
                return at + 1, bracket.start() + 1
    return 1, 1


def _indenting_tab(lines: list[str], line: int) -> int | None:
    """Position of a tab in the indentation of a line."""
    indentation = re.match(r"[ \t]*", lines[line])[0] if line < len(lines) else ""  # type: ignore[index]
    return indentation.index("\t") if "\t" in indentation else None


def _after_its_end(file: str, lines: list[str], mark: Any, said: str) -> Problem | None:
    """What goes on after a closing quote or brace."""
    if not any(each in said for each in ("find expected key", "expected '-' indicator", "block end")):
        return None
    line = lines[mark.line] if mark.line < len(lines) else ""
    before, found = line[: mark.column].rstrip(), _found(lines, mark)
    place = (mark.line + 1, mark.column + 1)
    if before.endswith(('"', "'")):
        runaway = _runaway_quote(file, lines, 0, mark.line)
        if runaway is not None:
            return runaway
        remedy = """put the whole text in single quotes: '"one word" and more'"""
        if before.endswith("'"):
            remedy = """double an apostrophe in single quotes ('it''s'), or use double quotes"""
        return Problem(file, *place, "quote", f"{found} follows a closing quote", remedy)
    if line[mark.column : mark.column + 1] in tuple(",}]") and before.endswith(("}", "]")):
        remedy = "put texts with braces or brackets in quotes, and close each brace and bracket once"
        return Problem(file, *place, "bracket", f"{found} follows the end of the braces or brackets", remedy)
    return None


def _too_far_in(file: str, lines: list[str], mark: Any, said: str) -> Problem | None:
    """A key that is indented more than the one before it, and so read as more of that one's text."""
    if "mapping values are not allowed" not in said or not 0 < mark.line < len(lines):
        return None
    key = re.match(r"( *)([\w-]+):", lines[mark.line])
    before = next((lines[at] for at in range(mark.line - 1, -1, -1) if lines[at].strip()), "")
    depth = re.match(r" *(?:- +)*", before)
    if key is None or depth is None or len(key[1]) <= depth.end() or key.end() != mark.column + 1:
        return None
    text = f"'{key[2]}' is indented more than the line before it, and so part of its text"
    remedy = f"line up the keys of a block, or {_IN_QUOTES}"
    return Problem(file, mark.line + 1, len(key[1]) + 1, "indentation", text, remedy)


def _not_closed(file: str, text: str, lines: list[str], mark: Any, context: Any) -> Problem:
    """A bracket or brace that is not closed, or a comma that is missing within."""
    opening = text[context.index : context.index + 1] or "{"
    closing = "]" if opening == "[" else "}"
    hidden = _HIDDEN_COMMENT.search(text, context.index, mark.index)
    if hidden:
        remedy = f"{quoted(hidden[1])} is read as a comment; {_IN_QUOTES}"
    else:
        remedy = f"close it with '{closing}', and put texts with brackets, braces, quotes or '?' in quotes"
    if mark.line == context.line:
        if not hidden and lines[mark.line][mark.column : mark.column + 1] == ":":
            remedy = "put the text in quotes: it has a ':'"
        said = f"'{closing}' or ',' is missing before {_found(lines, mark)}"
        return Problem(file, mark.line + 1, mark.column + 1, "bracket", said, remedy)
    runaway = None if hidden else _runaway_quote(file, lines, context.line, mark.line)
    if runaway is not None:
        return runaway
    said = f"the '{opening}' opened here is not closed before line {mark.line + 1}"
    return Problem(file, context.line + 1, context.column + 1, "bracket", said, remedy)


def _runaway_quote(file: str, lines: list[str], first: int, last: int) -> Problem | None:
    """The latest quote up to a line that is not closed in the line it opens in, and so takes in what follows."""
    for at in range(min(last, len(lines) - 1), first - 1, -1):
        line = _HIDDEN_COMMENT.sub("", _QUOTED.sub(lambda pair: "_" * len(pair[0]), lines[at]))
        opened = _OPENED.search(line)
        if opened:
            remedy = "close it, or double it inside a text"
            return Problem(
                file, at + 1, opened.end(), "quote", "the quote opened here is not closed in its line", remedy
            )
    return None


def _found(lines: list[str], mark: Any) -> str:
    """What stands at a place, in quotes: a word of it, or the end."""
    rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
    word = re.match(r"\w[\w-]*|\S", rest.lstrip())
    return quoted(word[0]) if word else "the end of the line"
