"""The numbered attribute columns of a WooCommerce export: options where variations differ, columns elsewhere."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quizbot.content.feeds.draft import filled, put
from quizbot.content.feeds.findings import refusal
from quizbot.content.feeds.plain import NAMES
from quizbot.content.feeds.table import MOST_COLUMNS

_HEADER = re.compile(r"attribute? (\d{1,3}) (name|values?|wert|visible|sichtbar|global|default|standard)(?:\([es]\))?")
_VALUES = ("value", "values", "wert")
_COMMA = re.compile(r"(?<!\\),")


def listed(cell: str) -> list[str]:
    r"""The values of a cell: between commas, except for those written as `\,`."""
    return [text for each in _COMMA.split(cell) if (text := unescaped(each))]


def unescaped(text: str) -> str:
    r"""One value, with `\,` as a comma and HTML's entities as characters."""
    text = text.strip().replace("\\,", ",")
    return html.unescape(text) if "&" in text else text


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a table: for each number the columns of names and of values, (r,) texts each."""

    pairs: Sequence[tuple[Sequence[str], Sequence[str]]]
    headers: frozenset[str]

    def of(self, row: int) -> dict[str, str]:
        """Values as written, by name, of one row."""
        return {name: values[row] for names, values in self.pairs if (name := unescaped(names[row]))}


def attributes_of(texts: Mapping[str, Sequence[str]]) -> Attributes:
    """The attributes among the columns of a table."""
    parts: dict[str, dict[str, Sequence[str]]] = {}
    headers = set()
    for header, column in texts.items():
        found = _HEADER.fullmatch(header.casefold())
        if found:
            headers.add(header)
            parts.setdefault(found[1], {})["values" if found[2] in _VALUES else found[2]] = column
    pairs = [(each["name"], each["values"]) for each in parts.values() if "name" in each and "values" in each]
    return Attributes(pairs, frozenset(headers))


@dataclass(frozen=True, slots=True)
class Described:
    """`columns` (n,) texts of products, `options` (v,) texts of their variants, both by attribute."""

    columns: dict[str, list[str]]
    options: dict[str, list[str]]


def describe(attributes: Attributes, heads: Sequence[int], variants: Sequence[Sequence[int]], path: Path) -> Described:
    """What products and variants say of each attribute; a variation that leaves it open has all of the product's.

    Raises Refused when there are too many attributes.
    """
    own = [attributes.of(head) for head in heads]
    theirs = [
        [attributes.of(row) if row != head else {} for row in rows] for head, rows in zip(heads, variants, strict=True)
    ]
    spelled: dict[str, str] = {}
    for each in (*own, *(said for several in theirs for said in several)):
        for name in each:
            spelled.setdefault(name.casefold(), name)
        if len(spelled) > MOST_COLUMNS:
            raise refusal(path, "feed-columns", f"the feed has more than {MOST_COLUMNS} attributes")
    names = {folded: f"{name} (attribute)" if folded in NAMES else name for folded, name in spelled.items()}
    varying = {name.casefold() for several in theirs for said in several for name, value in said.items() if value}
    columns: dict[str, list[str]] = {}
    options: dict[str, list[str]] = {}
    at = 0
    for item, (mine, several) in enumerate(zip(own, theirs, strict=True)):
        general = {name.casefold(): ", ".join(listed(value)) for name, value in mine.items()}
        for folded, text in general.items():
            if folded not in varying:
                put(columns, names[folded], item, text)
        for said in several:
            special = {name.casefold(): unescaped(value) for name, value in said.items() if value}
            for folded, text in (general | special).items():
                if folded in varying:
                    put(options, names[folded], at, text)
            at += 1
    return Described(filled(columns, len(heads)), filled(options, at))


def brands(columns: dict[str, list[str]]) -> list[str]:
    """Take the brand out of the attributes, empty when there is none."""
    name = next((each for each in columns if each.casefold() in ("brand (attribute)", "brands", "marke")), None)
    return columns.pop(name) if name else []
