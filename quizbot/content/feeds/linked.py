"""JSON-LD as it stands in files and pages: the nodes, and what refers to what."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from quizbot.content.feeds.document import Document, Progress
from quizbot.content.feeds.findings import Findings, refusal

Node = dict[str, Any]

MOST_TEXT = 64_000_000

_DEEPEST = 40
# Tags are looked at once: none reaches beyond the next "<".
_SCRIPT = re.compile(r"<!--|<script\b([^<>]{0,2000})>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_BEFORE = re.compile(r"(?:\s|//|/\*|\*/|<!\[CDATA\[|<!--)*+")
_AFTER = re.compile(r"(?:\s|;|//|/\*|\*/|\]\]>|-->)*+")
_CONTAINERS = (
    *("@graph", "itemListElement", "item", "mainEntity", "dataFeedElement", "hasOfferCatalog", "makesOffer"),
    *("itemOffered", "offers", "subjectOf", "about", "hasPart"),
)
_PRODUCTS = frozenset(
    {"Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "Vehicle", "Car", "Motorcycle"}
)


class _Broken(ValueError):
    """A text that is no JSON, with the reason."""


def read_nodes(document: Document, findings: Findings, progress: Progress | None = None) -> list[Any]:
    """The values of a file: one, one per line, or one for each script of a page.

    Raises Refused when there is none. Broken lines and scripts are listed and left out.
    """
    text = _whole(document, progress).lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        try:
            return [_value(text)]
        except _Broken as error:
            parts = list(_lines(text))
            if len(parts) == 1 or not all(each.startswith("{") and each.endswith("}") for _, each in parts[:2]):
                remedy = "mend it or export it again"
                raise refusal(document.path, "feed-json", f"the feed is no JSON: {error}", remedy) from None
    else:
        parts = list(_scripts(text))
        if not parts:
            remedy = (
                "export the feed again (who is not logged in often gets a page), or use a page with a product's data"
            )
            raise refusal(document.path, "feed-rows", "the feed is a web page without JSON-LD", remedy)
    values = []
    for line, part in parts:
        try:
            values.append(_value(part))
        except _Broken as error:
            what = "script" if text.startswith("<") else "line"
            findings.row(line, "json", f"the {what} is no JSON: {error}", f"the {what} is left out")
    return values


def _whole(document: Document, progress: Progress | None) -> str:
    pieces, length = [], 0
    for piece in document.texts(progress):
        length += len(piece)
        if length > MOST_TEXT:
            raise refusal(document.path, "feed-size", "the feed has more than 64 MB of JSON-LD", "split it")
        pieces.append(piece)
    return "".join(pieces)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((at, line) for at, raw in enumerate(text.splitlines(), 1) if (line := raw.strip()))


def _scripts(text: str) -> Iterator[tuple[int, str]]:
    """The JSON-LD of a page with the lines it starts at; comments are skipped."""
    line, counted, start = 1, 0, 0
    comments = True
    while found := _SCRIPT.search(text, start):
        start = found.end()
        if found[1] is None:
            end = text.find("-->", start) if comments else -1
            comments = end >= 0
            start = max(start, end)
            continue
        closing = _SCRIPT_END.search(text, start)
        end = closing.start() if closing else len(text)
        if "ld+json" in found[1].casefold():
            line += text.count("\n", counted, start)
            counted = start
            yield line, text[start:end]
        start = end


def _value(text: str) -> Any:
    """The JSON of a text; numbers stay the texts they are written as, ends of lines in texts are forgiven."""
    before = _BEFORE.match(text)
    try:
        value, end = _DECODER.raw_decode(text, before.end() if before else 0)
    except json.JSONDecodeError as error:
        raise _Broken(f"{error.msg.lower()} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _Broken("it is nested too deeply") from None
    if not _AFTER.fullmatch(text, end):
        raise _Broken("something follows its end")
    return value


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda _: None, strict=False)


class Graph:
    """The nodes of a file, found by their `@id`."""

    def __init__(self, values: list[Any]) -> None:
        """Index all nodes; what one place leaves out of a node, another may say."""
        self._named: dict[str, Node] = {}
        self._values = values
        waiting: list[Any] = list(values)
        while waiting:
            each = waiting.pop()
            if isinstance(each, list):
                waiting.extend(each)
            elif isinstance(each, dict):
                waiting.extend(each.values())
                name = each.get("@id")
                if isinstance(name, str) and len(each) > 1:
                    self._named[name] = {**self._named.get(name, {}), **each}

    def whole(self, node: Any) -> Any:
        """The node with everything that is said of it; other values as they are."""
        name = node.get("@id") if isinstance(node, dict) else None
        return self._named.get(name, node) if isinstance(name, str) else node

    def nodes(self, value: Any) -> list[Node]:
        """The nodes of a property that has one, several or none."""
        several = value if isinstance(value, list) else [value]
        return [whole for each in several if isinstance(whole := self.whole(each), dict)]

    def products(self) -> list[Node]:
        """The products and groups that the file is about, in its order, each once; not what they are compared to."""
        found: dict[str | int, Node] = {}
        seen: set[int] = set()
        waiting: list[tuple[Any, int]] = [(each, 0) for each in reversed(self._values)]
        while waiting:
            value, depth = waiting.pop()
            if isinstance(value, list):
                waiting += [(each, depth + 1) for each in reversed(value)]
                continue
            node = self.whole(value)
            if not isinstance(node, dict) or id(node) in seen or depth > _DEEPEST:
                continue
            seen.add(id(node))
            if types(node) & _PRODUCTS:
                found[key(node)] = node
            else:
                waiting += [(node[name], depth + 1) for name in reversed(_CONTAINERS) if name in node]
        return list(found.values())


def types(node: Node) -> set[str]:
    """The types of a node without their vocabulary's address: `Product` for `http://schema.org/Product`."""
    given = node.get("@type")
    return {last(each) for each in (given if isinstance(given, list) else [given]) if isinstance(each, str)}


def last(address: str) -> str:
    """What stands behind the vocabulary's address."""
    return re.split(r"[/#:]", address.strip())[-1]


def key(node: Node) -> str | int:
    """What a node is known by."""
    name = node.get("@id")
    return name if isinstance(name, str) and name else id(node)


def first(values: Iterable[str]) -> str:
    """The first text that says anything."""
    return next(filter(None, values), "")
