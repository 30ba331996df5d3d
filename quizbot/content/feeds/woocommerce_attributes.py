"""The numbered attribute columns of a WooCommerce export: options where variations differ, columns elsewhere."""

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizbot.content.feeds.draft import filled, put
from quizbot.content.feeds.findings import Findings
from quizbot.content.feeds.plain import NAMES
from quizbot.content.feeds.woocommerce_headers import attribute_part

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
        found = attribute_part(header)
        if found:
            headers.add(header)
            parts.setdefault(found[0], {})[found[1]] = column
    pairs = [(each["name"], each["values"]) for each in parts.values() if "name" in each and "values" in each]
    return Attributes(pairs, frozenset(headers))


@dataclass(frozen=True, slots=True)
class Described:
    """`columns` (n,) texts of products, `options` (v,) texts of their variants, both by attribute."""

    columns: dict[str, list[str]]
    options: dict[str, list[str]]


def describe(
    attributes: Attributes, heads: Sequence[int], variants: Sequence[Sequence[int]], room: int, findings: Findings
) -> Described:
    """What products and variants say of each attribute; a variation that leaves it open has all of the product's.

    There is `room` for so many attributes.
    """
    own = [attributes.of(head) for head in heads]
    theirs = [
        [attributes.of(row) if row != head else {} for row in rows] for head, rows in zip(heads, variants, strict=True)
    ]
    names = _named(own, [said for several in theirs for said in several], room, findings)
    varying = {name.casefold() for several in theirs for said in several for name, value in said.items() if value}
    columns: dict[str, list[str]] = {}
    options: dict[str, list[str]] = {}
    at = 0
    for item, (mine, several) in enumerate(zip(own, theirs, strict=True)):
        general = {name.casefold(): ", ".join(listed(value)) for name, value in mine.items()}
        for folded, text in general.items():
            if folded in names and folded not in varying:
                put(columns, names[folded], item, text)
        for said in several:
            special = general | {name.casefold(): unescaped(value) for name, value in said.items() if value}
            for folded, text in special.items():
                if folded in names and folded in varying:
                    put(options, names[folded], at, text)
            at += 1
    return Described(filled(columns, len(heads)), filled(options, at))


def _named(
    own: Sequence[Mapping[str, str]], theirs: Sequence[Mapping[str, str]], room: int, findings: Findings
) -> dict[str, str]:
    """The names of the attributes by their folded ones: those of variations, then those that most products have."""
    spelled: dict[str, str] = {}
    for each in (*own, *theirs):
        for name in each:
            spelled.setdefault(name.casefold(), name)
    if len(spelled) > room:
        text, remedy = f"the products have {len(spelled)} attributes", f"the {room} most frequent ones are read"
        findings.feed("feed-columns", text, remedy)
        counted = Counter(name.casefold() for each in own for name in each)
        varied = Counter(name.casefold() for each in theirs for name in each)
        most = set(sorted(spelled, key=lambda name: (-varied[name], -counted[name]))[:room])
        spelled = {folded: name for folded, name in spelled.items() if folded in most}
    return {folded: f"{name} (attribute)" if folded in NAMES else name for folded, name in spelled.items()}


def brands(columns: dict[str, list[str]]) -> list[str]:
    """Take the brand out of the attributes, empty when there is none."""
    name = next((each for each in columns if each.casefold() in ("brand (attribute)", "brands", "marke")), None)
    return columns.pop(name) if name else []
