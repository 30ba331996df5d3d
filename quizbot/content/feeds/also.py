"""A second file with more columns for the same products, joined by id: what a shop adds by hand survives the next feed.

What the feed says stays: a column that both have only fills the feed's empty cells, and every cell that says
something else is told. Prices and stock are the feed's alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from quizbot.content.catalog import Catalog, Column
from quizbot.content.feeds.document import Document, inspect
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.jsonl import read_jsonl
from quizbot.content.feeds.plain import spelled_names
from quizbot.content.feeds.table import read_table
from quizbot.content.problems import Problem, choose_from, quoted

_STOCK = frozenset({"price", "available", "currency"})
_LONGEST_SHOWN = 60


@dataclass(frozen=True, eq=False)
class More:
    """Rows (r,) of more columns: the id and the line of each, and a text for each row in each column."""

    path: Path
    ids: Sequence[str]
    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    digest: str
    findings: Findings

    @property
    def problems(self) -> list[Problem]:
        """A warning for each row or cell that was left out."""
        return self.findings.all()


def read_more(path: Path, stated: Mapping[str, str]) -> More:
    """Read a table or JSON Lines; its ids stand under `id`, or as `columns:` states it for the feed.

    Raises Refused when it cannot be read or has no ids.
    """
    document, findings = inspect(path), Findings(path)
    try:
        ids, lines, columns = _read(document, stated, findings)
    except UnicodeDecodeError:
        raise refusal(path, "feed-encoding", f"the file is not {document.encoding}", "save it as UTF-8") from None
    for name in [each for each in columns if each.casefold() in _STOCK]:
        del columns[name]
        text = f"'{name}' stays with the feed: prices and stock are its alone"
        findings.row(1, "also-column", text, "the column is left out")
    return More(path, ids, lines, columns, document.digest, findings)


def _read(
    document: Document, stated: Mapping[str, str], findings: Findings
) -> tuple[list[str], list[int], dict[str, list[str]]]:
    start = document.start.lstrip("\ufeff \t\r\n")
    if start.startswith(("<", "[")):
        text = "a file of more columns is a table or JSON Lines, and this is neither"
        raise refusal(document.path, "feed-format", text, "save it as CSV with a column 'id'")
    if start.startswith("{"):
        draft = read_jsonl(document, {}, findings)
        return draft.ids, draft.lines, {name: texts for name, texts in draft.columns.items() if any(texts)}
    table = read_table(document, findings)
    spelled = tuple(each.casefold() for each in ("id", stated.get("id", "id"), "handle"))
    own = spelled_names(table.header, {"id": spelled}).get("id")
    if own is None:
        remedy = f"name the column of product ids 'id'; {choose_from('id', table.header, 20)}"
        raise refusal(document.path, "feed-column", "the file has no column 'id'", remedy, 1)
    cells = dict(zip(table.header, table.columns, strict=True))
    ids = cells.pop(own)
    return ids, table.lines, cells


def joined(catalog: Catalog, more: More) -> Catalog:
    """The catalog with more columns. Raises Refused for a column that is a variant option already."""
    rows = dict(_rows(catalog, more))
    columns = dict(catalog.columns)
    for name, texts in more.columns.items():
        if catalog.option(name) is not None and catalog.column(name) is None:
            text = f"'{name}' is a variant option of the feed, which one text per product would hide"
            raise refusal(more.path, "also-column", text, "give the column another name", 1)
        own = catalog.column(name)
        key = next((each for each, column in columns.items() if own and column.name == own.name), name)
        own_texts = columns[key].texts if own else ("",) * len(catalog)
        added = [texts[rows[at]] if at in rows else "" for at in range(len(catalog))]
        if own and key != "title":  # a title only says which row is which
            _disagreements(key, own_texts, added, more, rows)
        filled = tuple(mine or other for mine, other in zip(own_texts, added, strict=True))
        columns[key] = Column(columns[key].name if own else name, filled)
    return replace(catalog, columns=columns)


def _rows(catalog: Catalog, more: More) -> Iterator[tuple[int, int]]:
    """The item and the row of each id that the catalog has; other rows are told."""
    first: dict[str, int] = {}
    for row, (name, line) in enumerate(zip(more.ids, more.lines, strict=True)):
        if not name:
            more.findings.row(line, "id", "the row has no product id")
        elif first.setdefault(name, line) != line:
            more.findings.row(line, "duplicate-id", f"the id {quoted(name)} is taken by line {first[name]}")
        elif name not in catalog.positions:
            text = f"the feed has no product {quoted(name)}"
            more.findings.row(line, "unknown-product", text, "the row waits until the feed has it")
        else:
            yield catalog.positions[name], row


def _disagreements(name: str, own: Sequence[str], added: Sequence[str], more: More, rows: Mapping[int, int]) -> None:
    for at, row in sorted(rows.items(), key=lambda each: each[1]):
        if own[at] and added[at] and own[at].casefold() != added[at].casefold():
            mine, other = quoted(own[at], _LONGEST_SHOWN), quoted(added[at], _LONGEST_SHOWN)
            text = f"the feed says {mine} of {quoted(more.ids[row])} in '{name}', and this {other}"
            remedy = "the feed's text stays; empty one of them, or give the column another name"
            more.findings.row(more.lines[row], "also-cell", text, remedy)
