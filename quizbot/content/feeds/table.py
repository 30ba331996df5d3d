"""Separated values (CSV and its kin) as columns of texts; rows that do not fit are listed and left out."""

import csv
import io
import re
import string
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from quizbot.content.feeds.document import START, Document, Progress
from quizbot.content.feeds.findings import Findings, refusal

DELIMITERS = ",;\t|"
LONGEST_FIELD = 1 << 20
MOST_ROWS = 2_000_000
MOST_COLUMNS = 500

_SAMPLE = 20
_BLOCK = 10_000
_REREAD = 50_000_000  # characters read again after open quotes, over the whole file
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7})(?: .*)?")
_SEPARATOR_HINT = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
_AROUND = string.whitespace + "\ufeff\u200b\u00a0"
_FAULTS = {
    "unexpected end": "a quote opens here and is never closed",
    "expected after": "a quote inside of a quoted field is not doubled",
    "larger than field limit": "a field is longer than 1 MB",
}


@dataclass(frozen=True, slots=True)
class Table:
    """`header` (c,) unique names, `columns` (c, r) stripped texts, `lines` (r,) where each row starts."""

    header: list[str]
    columns: list[list[str]]
    lines: list[int]


@dataclass(slots=True)
class _Lines:
    """Lines that can be read again: after a quote that swallowed the next rows."""

    source: Iterator[str]
    number: int = 0
    record: list[str] = field(default_factory=list)
    waiting: deque[str] = field(default_factory=deque)
    budget: int = _REREAD

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.source)
        self.number += 1
        self.record.append(line)
        return line

    def back(self) -> None:
        """Only the first line of the record is lost; the others are read again."""
        rest = self.record[1:]
        self.budget -= sum(map(len, rest))
        if self.budget > 0:
            self.waiting.extendleft(reversed(rest))
            self.number -= len(rest)


def header_of(document: Document) -> tuple[str, list[str]]:
    """The delimiter of a document and the names in its first row."""
    hint = _SEPARATOR_HINT.fullmatch(document.start.split("\n", 1)[0])
    found = {each: _sample(document.start, each) for each in ([hint[1]] if hint else DELIMITERS)}
    rows = {each: sample[1 if hint else 0 :] for each, sample in found.items()}
    best = max(rows, key=lambda each: _fitness(rows[each]))
    return best, _names(rows[best][0]) if rows[best] else []


def _names(row: list[str]) -> list[str]:
    """The names in a header; a byte order mark is none, wherever it stands."""
    return [each.strip(_AROUND) for each in row]


def _sample(start: str, delimiter: str) -> list[list[str]]:
    """The first rows, read leniently."""
    rows: list[list[str]] = []
    try:
        with _long_fields():
            for row in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter):
                rows += [row] if row else []
                if len(rows) > _SAMPLE:
                    break
    except csv.Error:
        return rows
    return rows[:-1] if len(rows) > 1 and len(start) >= START // 4 else rows


def _fitness(rows: list[list[str]]) -> tuple[float, int]:
    """How well rows agree with their header, then how much the header tells apart."""
    width = len(rows[0]) if rows else 0
    return (sum(len(each) == width for each in rows) / len(rows), width) if width > 1 else (0.0, 0)


def read_table(document: Document, findings: Findings, progress: Progress | None = None) -> Table:
    """Read a whole table. Raises Refused when it has too many columns or rows."""
    delimiter, _ = header_of(document)
    lines = _Lines(document.lines(progress))
    with _long_fields():
        rows = _rows(lines, delimiter, document, findings)
        _, names = next(rows, (0, []))
        if len(names) > MOST_COLUMNS:
            text = f"the feed has {len(names)} columns"
            raise refusal(document.path, "feed-columns", text, f"{MOST_COLUMNS} are the most")
        columns: list[list[str]] = [[] for _ in names]
        starts: list[int] = []
        block: list[list[str]] = []
        for start, row in rows:
            starts.append(start)
            block.append(row)
            if len(block) == _BLOCK:
                _append(columns, block)
                block = []
            if len(starts) > MOST_ROWS:
                raise refusal(document.path, "feed-rows", f"the feed has more than {MOST_ROWS} rows", "split it")
        _append(columns, block)
    return _named(Table(_names(names), columns, starts), findings)


def _append(columns: list[list[str]], block: list[list[str]]) -> None:
    for column, cells in zip(columns, zip(*block, strict=True), strict=False):
        column.extend(map(str.strip, cells))


def _rows(lines: _Lines, delimiter: str, document: Document, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """The header and the rows that fit it, each with the line it starts at."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = 0
    while True:
        lines.record.clear()
        start = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raw = _unquoted(lines.record[0]) if delimiter == "\t" else []
            lines.back()
            if width and len(raw) == width:
                yield start, raw
                continue
            fault = next((text for part, text in _FAULTS.items() if part in str(error)), "the row cannot be read")
            findings.row(start, "quotes", fault)
            continue
        if not row or (not width and _SEPARATOR_HINT.fullmatch(lines.record[0])):
            continue
        if width and len(row) > width and not any(row[width:]):
            row = row[:width]  # empty cells at the end say nothing
        if width and len(row) != width:
            findings.row(start, "fields", *_misfit(lines.record[0], len(row), width))
            lines.back()
        elif document.has_nul and any("\0" in each for each in row):
            findings.row(start, "binary-row", "the row holds a zero byte")
        elif not width or any(row):
            width = width or len(row)
            yield start, row


def _misfit(line: str, fields: int, width: int) -> tuple[str, str]:
    """What is wrong with a row of other fields than the header, and what to do."""
    if _CONFLICT.fullmatch(line.rstrip("\r\n")):
        return "two versions were merged, and a conflict is left", "keep one of both sides"
    said = "1 field" if fields == 1 else f"{fields} fields"
    return f"the row has {said}; the header has {width}", "the row is left out"


def _unquoted(line: str) -> list[str]:
    """The fields of a line of tab-separated values, in which a quote may be no more than a quote."""
    return [_field(each) for each in line.rstrip("\r\n").split("\t")]


def _field(text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        return next(csv.reader([text], delimiter="\t", strict=True))[0]
    except csv.Error:
        return text


def _named(table: Table, findings: Findings) -> Table:
    """Every column under a name of its own; columns without name and content are dropped."""
    header: list[str] = []
    columns: list[list[str]] = []
    used: set[str] = set()
    for at, (given, cells) in enumerate(zip(table.header, table.columns, strict=True), 1):
        if not given and not any(cells):
            continue
        name = given or f"column {at}"
        if name.casefold() in used:
            name = f"{name} ({at})"
            findings.row(1, "column-twice", f"two columns are named '{given}'", f"the second is read as '{name}'")
        used.add(name.casefold())
        header.append(name)
        columns.append(cells)
    return Table(header, columns, table.lines)


@contextmanager
def _long_fields() -> Iterator[None]:
    """The module's limit for fields, raised while one feed is read."""
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)
