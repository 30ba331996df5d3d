"""JSON Lines: one product per line with its attributes and variants; also how a catalog is written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from quizbot.content.catalog import STANDARD, Catalog, split
from quizbot.content.feeds.document import Document, Progress
from quizbot.content.feeds.draft import Draft, filled, put
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.markup import marked
from quizbot.content.feeds.plain import NAMES, in_stock
from quizbot.content.feeds.table import LONGEST_FIELD, MOST_COLUMNS, MOST_ROWS
from quizbot.content.problems import choose_from

_OWN = frozenset({*STANDARD, "id", "price", "currency", "available", "attributes", "variants"})


class Unusable(ValueError):
    """A line that is left out, with the reason."""


def read_jsonl(
    document: Document, stated: Mapping[str, str], findings: Findings, progress: Progress | None = None
) -> Draft:
    """The products of a file of JSON Lines. Raises Refused when a column named in `columns:` never occurs."""
    gathering = Gathering(stated)
    for line, text in enumerate(document.lines(progress), 1):
        if not text.strip():
            continue
        try:
            gathering.add(line, _object(text))
        except Unusable as reason:
            findings.row(line, "json-line", str(reason))
        if len(gathering.lines) > MOST_ROWS:
            raise refusal(document.path, "feed-rows", f"the feed has more than {MOST_ROWS} rows", "split it")
        if len(gathering.columns) > MOST_COLUMNS:
            raise refusal(document.path, "feed-columns", f"the feed has more than {MOST_COLUMNS} attributes", "", line)
    return gathering.draft(document.path)


def _object(text: str) -> dict[str, Any]:
    """The object of one line; its numbers stay the texts they are written as."""
    if len(text) > 4 * LONGEST_FIELD:
        raise Unusable("the line is longer than 4 MB")
    try:
        read = json.loads(text.strip("\ufeff \r\n"), parse_int=str, parse_float=str, parse_constant=_refuse)
        if "\\u" in text:
            json.dumps(read, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unusable("half a character (a lone surrogate) stands in a text") from None
    except json.JSONDecodeError as error:
        raise Unusable(f"the line is no JSON: {error.msg.lower()} at column {error.colno}") from None
    except RecursionError:
        raise Unusable("the line is nested too deeply") from None
    if not isinstance(read, dict):
        raise Unusable("the line is no JSON object")
    return read


def _refuse(constant: str) -> NoReturn:
    raise Unusable(f"'{constant}' is no number")


@dataclass(frozen=True, slots=True)
class _Variant:
    """One variant as written."""

    name: str
    price: str
    currency: str
    available: bool
    image: str
    options: Mapping[str, str]


@dataclass(slots=True)
class Gathering:
    """The products read so far, as columns."""

    stated: Mapping[str, str]
    columns: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in STANDARD})
    ids: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    variants: list[_Variant] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, line: int, given: dict[str, Any]) -> None:
        """Take one product; raises Unusable before anything of it is kept."""
        texts = {name: _text(name, value) for name, value in _mapping(given.get("attributes"), "attributes").items()}
        texts |= {name: _text(name, value) for name, value in given.items() if name not in ("attributes", "variants")}
        for name, own in self.stated.items():
            if own in texts:
                self.seen.add(own)
                texts[name] = texts[own]
        variants = _variants(given.get("variants"), texts)
        item = len(self.ids)
        self.ids.append(texts.get("id", ""))
        self.lines.append(line)
        self.items += [item] * len(variants)
        self.variants += variants
        for name, text in texts.items():
            if name in STANDARD or name not in _OWN:
                put(self.columns, name, item, text)

    def draft(self, path: Path) -> Draft:
        """All products, once every line was read."""
        self._check(path)
        options: dict[str, list[str]] = {}
        for at, each in enumerate(self.variants):
            for name, value in each.options.items():
                put(options, name, at, value)
        return Draft(
            columns=filled(self.columns, len(self.ids)),
            ids=self.ids,
            lines=self.lines,
            variant_items=self.items,
            variant_ids=[each.name for each in self.variants],
            variant_lines=[self.lines[item] for item in self.items],
            prices=[each.price for each in self.variants],
            available=[each.available for each in self.variants],
            options=filled(options, len(self.items)),
            images=[each.image for each in self.variants],
            aliases={own: name for name, own in self.stated.items() if name in STANDARD and own != name},
            has_ids=any(self.ids),
            currencies=[each.currency for each in self.variants],
        )

    def _check(self, path: Path) -> None:
        """What `columns:` names must have occurred."""
        for name, own in self.stated.items():
            if name not in NAMES:
                raise refusal(path, "standard-column", f"'{name}' is no standard column", choose_from(name, NAMES, 20))
            if own not in self.seen:
                known = sorted({*self.columns, *NAMES})
                raise refusal(path, "feed-column", f"the feed has no '{own}' for {name}", choose_from(own, known, 20))


def _variants(given: Any, item: Mapping[str, str]) -> list[_Variant]:
    """The variants of a product; what they do not say is what the product says."""
    if not isinstance(given, list | None):
        raise Unusable("'variants' is no list")
    read = []
    for each in given or [{}]:
        texts = {name: _text(name, value) for name, value in _mapping(each, "a variant").items() if name != "options"}
        options = _mapping(each.get("options"), "options")
        read.append(
            _Variant(
                name=texts.get("id", ""),
                price=texts.get("price", item.get("price", "")),
                currency=texts.get("currency", item.get("currency", "")),
                available=in_stock(texts.get("available", item.get("available", ""))),
                image=texts.get("image", ""),
                options={option: _text(option, value) for option, value in options.items()},
            )
        )
    return read


def _mapping(given: Any, name: str) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Unusable(f"{name if ' ' in name else repr(name)} is no JSON object")
    return given


def _text(name: str, value: Any) -> str:
    """The text of a value; a list becomes its texts with commas between them."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        texts = [text for each in value if (text := _text(name, each))]
        return texts[0] if name == "image" and texts else ", ".join(texts)
    raise Unusable(f"'{name}' is nested; a text, a number, yes or no, or a list of them is needed")


# Writing ------------------------------------------------------------------------------------------


def write_jsonl(catalog: Catalog, path: Path) -> None:
    """Write a catalog as JSON Lines; read again it has the same items, columns, variants and tags."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for item in range(len(catalog)):
            file.write(json.dumps(_written(catalog, item), ensure_ascii=False) + "\n")


def _written(catalog: Catalog, item: int) -> dict[str, Any]:
    cells = {name: column.texts[item] for name, column in catalog.columns.items()}
    cells["description"] = marked(cells["description"])
    own: dict[str, Any] = {"id": catalog.ids[item]} | {name: cells[name] for name in STANDARD if cells[name]}
    if tags := split(cells["tags"], ","):
        own["tags"] = tags
    start, end = catalog.first_variant[item : item + 2].tolist()
    if not np.isnan(catalog.variants.price[start:end]).any():  # a variant without a price would take it over
        own["price"] = float(catalog.price[item])
    if catalog.currency:
        own["currency"] = catalog.currency
    own["available"] = bool(catalog.available[item])
    # The first line names every column, so that one that nobody fills is not lost.
    attributes = {name: text for name, text in cells.items() if name not in STANDARD and (text or item == 0)}
    return {**own, "attributes": attributes, "variants": [_written_variant(catalog, at) for at in range(start, end)]}


def _written_variant(catalog: Catalog, at: int) -> dict[str, Any]:
    variants = catalog.variants
    options = {name: column.texts[at] for name, column in variants.options.items() if column.texts[at]}
    written: dict[str, Any] = {"id": variants.ids[at], "available": bool(variants.available[at]), "options": options}
    if not np.isnan(variants.price[at]):
        written["price"] = float(variants.price[at])
    if variants.images and variants.images[at]:
        written["image"] = variants.images[at]
    return written
