"""Google's product feed as XML, RSS 2.0 or Atom, read piece by piece."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from quizbot.content.feeds.document import Document, Progress
from quizbot.content.feeds.draft import filled, put
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.google import BETWEEN, Entries
from quizbot.content.feeds.google_details import Detail
from quizbot.content.feeds.table import LONGEST_FIELD, MOST_COLUMNS, MOST_ROWS

_GOOGLE = "http://base.google.com/ns/1.0"
_NEUTRAL = ("", "http://www.w3.org/2005/atom", "http://purl.org/rss/1.0/", "http://backend.userland.com/rss2")
_ITEMS = ("item", "entry", "product")
_DEEPEST = 50
_SEVERAL = {"product_type": BETWEEN, "product_highlight": BETWEEN}
_ONCE = frozenset(
    {"id", "title", "description", "link", "image_link", "price", "sale_price", "availability", "brand"}
    | {"item_group_id", "color", "size", "material", "pattern", "gender", "age_group", "condition", "gtin", "mpn"}
)
_TEXTS = frozenset({"title", "description", "summary", "content", "encoded"})
_INSTEAD = {"id": ("guid",), "description": ("summary", "content", "encoded")}
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OF_XML = ("amp", "lt", "gt", "quot", "apos")
_LONGEST_ENTITY = 34


def read_xml(document: Document, findings: Findings, progress: Progress | None = None) -> Entries:
    """The items of a feed. Raises Refused when it is no XML, has a DTD, or more than fits."""
    reader = _Reader(document, findings)
    parser = DefusedXMLParser(target=reader, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    reader.expat = parser.parser
    try:
        for text in _resolved(document.texts(progress)):
            parser.feed(text)
        parser.close()
    except DefusedXmlException:
        text = "the feed has a document type definition"
        raise refusal(document.path, "feed-xml", text, "leave out `<!DOCTYPE`", reader.line) from None
    except ParseError as error:
        reason, line = str(error).partition(":")[0], error.position[0]
        remedy = f'declare it: xmlns:g="{_GOOGLE}"' if reason == "unbound prefix" else "mend it or export it again"
        raise refusal(document.path, "feed-xml", f"the feed is no XML: {reason}", remedy, line) from None
    return Entries(filled(reader.cells, len(reader.numbers)), reader.numbers, reader.details)


def _resolved(texts: Iterable[str]) -> Iterator[str]:
    """The pieces of a text with HTML's entities, which XML does not know, as characters."""
    rest = ""
    for piece in texts:
        text = rest + piece
        cut = text.rfind("&", len(text) - _LONGEST_ENTITY) if len(text) > _LONGEST_ENTITY else -1
        text, rest = (text[:cut], text[cut:]) if cut >= 0 else (text, "")
        yield _ENTITY.sub(_character, text)
    yield _ENTITY.sub(_character, rest)


def _character(entity: re.Match[str]) -> str:
    known = entity[1] not in _OF_XML and f"{entity[1]};" in html5
    return html.escape(html.unescape(entity[0])) if known else entity[0]


@dataclass(slots=True)
class _Item:
    """An item while it is read: its values by name, and the rank of the namespace they come from."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    details: list[Detail] = field(default_factory=list)
    length: int = 0

    def add(self, name: str, rank: int, value: str) -> None:
        known = self.ranks.setdefault(name, rank)
        if rank > known:
            self.ranks[name], self.values[name] = rank, []
        if rank >= known and value and value not in (several := self.values.setdefault(name, [])):
            several.append(value)

    def text(self, name: str) -> str:
        several = self.values[name]
        return several[0] if several and name in _ONCE else _SEVERAL.get(name, ", ").join(several)


class _Reader:
    """What the parser calls; keeps one item at a time, and the columns."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self.cells: dict[str, list[str]] = {}
        self.numbers: list[int] = []
        self.details: dict[int, list[Detail]] = {}
        self.expat: Any = None
        self._path, self._findings = document.path, findings
        self._places: list[int] = []
        self._item: _Item | None = None
        self._depth = self._start = 0
        self._field, self._rank = "", 0
        self._parts: list[tuple[str, list[str]]] = []
        findings.number_items(self._places)

    @property
    def line(self) -> int:
        return int(self.expat.CurrentLineNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise refusal(self._path, "feed-xml", "the feed is nested too deeply", "export it again", self.line)
        space, name = _name(tag)
        if self._item is None:
            if name in _ITEMS:
                self._item, self._start = _Item(self.line), self._depth
        elif self._depth == self._start + 1:
            self._field, self._rank = name, _rank(space)
            self._parts = [(name, [_target(name, attributes)])]
        else:
            self._parts.append((name, []))

    def data(self, text: str) -> None:
        if self._item is None or self._depth <= self._start:
            return
        self._item.length += len(text)
        if self._item.length <= LONGEST_FIELD:
            self._parts[-1][1].append(text)

    def end(self, _tag: str) -> None:
        if self._item is not None:
            if self._depth == self._start:
                self._keep(self._item)
                self._item = None
            elif self._depth == self._start + 1:
                self._close(self._item)
            else:
                self._parts.append((self._field, []))
        self._depth -= 1

    def _close(self, item: _Item) -> None:
        """The end of one attribute."""
        parts = [(name, text) for name, pieces in self._parts if (text := "".join(pieces).strip())]
        children = dict(reversed(parts))
        if self._field == "product_detail" and children.get("attribute_name"):
            name, value = children["attribute_name"], children.get("attribute_value", "")
            item.details.append((children.get("section_name", ""), name, value))
        elif self._field.startswith("structured_") and "content" in children:
            item.add(self._field, self._rank, children["content"])
        else:
            between = " " if self._field in _TEXTS else ":"
            item.add(self._field, self._rank, between.join(text for _, text in parts))

    def _keep(self, item: _Item) -> None:
        """The end of one item."""
        self._places.append(item.line)
        number = len(self._places)
        if item.length > LONGEST_FIELD:
            self._findings.row(number, "item-size", "the item is longer than 1 MB")
            return
        for name, instead in _INSTEAD.items():
            found = next((item.values[each] for each in instead if item.values.get(each)), None)
            if found and not item.values.get(name):
                item.values[name] = found
        row = len(self.numbers)
        self.numbers.append(number)
        for name in item.values:
            if name not in ("guid", "summary", "content", "encoded"):
                put(self.cells, name, row, item.text(name))
        if item.details:
            self.details[row] = item.details
        if number > MOST_ROWS:
            raise refusal(self._path, "feed-rows", f"the feed has more than {MOST_ROWS} rows", "split it")
        if len(self.cells) > MOST_COLUMNS:
            raise refusal(self._path, "feed-columns", f"the feed has more than {MOST_COLUMNS} attributes")


def _name(tag: str) -> tuple[str, str]:
    """Namespace and name of an element."""
    space, _, name = tag.rpartition("}")
    return space.removeprefix("{").casefold(), name.casefold()


def _rank(space: str) -> int:
    """Google's own names before those of RSS and Atom, and those before all others."""
    return 2 if space.rstrip("/") == _GOOGLE else 1 if space in _NEUTRAL else 0


def _target(name: str, attributes: dict[str, str]) -> str:
    """Where a link of Atom leads, unless it leads to something else than the product."""
    return attributes.get("href", "") if name == "link" and attributes.get("rel", "alternate") == "alternate" else ""
