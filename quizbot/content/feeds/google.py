"""Google's product feed, as text or XML: the rows of one `item_group_id` are the variants of one product."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quizbot.content.catalog import STANDARD
from quizbot.content.feeds.draft import Draft
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.google_details import Detail, described, read_details
from quizbot.content.feeds.plain import NAMES, in_stock
from quizbot.content.feeds.table import MOST_COLUMNS, Table
from quizbot.content.problems import choose_from

OPTIONS = ("color", "size", "material", "pattern", "gender", "age_group")
"""What tells the variants of a group apart; an attribute of the product where it never does."""

_SOURCES = {
    "id": ("id",),
    "title": ("title", "structured_title"),
    "brand": ("brand",),
    "type": ("product_type", "google_product_category", "type"),
    "tags": ("tags",),
    "description": ("description", "structured_description"),
    "url": ("link", "url"),
    "image": ("image_link", "image"),
    "price": ("price",),
    "available": ("availability", "available"),
    "currency": ("currency",),
}
_USED = frozenset(
    {"id", "item_group_id", "item_group_title", "title", "brand", "tags", "description", "link", "image_link"}
    | {"price", "availability", "product_detail", "structured_title", "structured_description"}
)
_SIGNS = frozenset(
    {"image_link", "item_group_id", "google_product_category", "additional_image_link", "product_highlight"}
    | {"product_detail", "custom_label_0", "identifier_exists"}
)
_OWN = re.compile(
    r"custom_label_\d|additional_image_link|product_(type|highlight|length|width|height|weight)|google_product_category|"
    r"sale_price(_effective_date)?|identifier_exists|(size|energy_efficiency|age)_\w+|unit_pricing_\w+|"
    r"shipping_\w+|lifestyle_image_link|mobile_link|availability_date|expiration_date|is_bundle|"
    r"color|size|material|pattern|gender|condition|gtin|mpn|multipack|adult|shipping|tax"
)
BETWEEN = " | "
"""Stands between several values of an attribute whose values have commas."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The rows of a feed: `cells` by attribute (r,), `details` by row, `lines` (r,), `spelled` as the feed does."""

    cells: Mapping[str, list[str]]
    lines: list[int]
    details: Mapping[int, list[Detail]] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> list[str]:
        """The texts of an attribute, empty ones when the feed has none."""
        return self.cells.get(name) or [""] * len(self.lines)


def attribute(header: str) -> str:
    """The name of an attribute however a header spells it: `g:Image link`, `product_detail(section_name:...)`."""
    name = header.casefold().removeprefix("g:").strip()
    if not name.startswith("product_detail"):
        return "_".join(name.replace("-", " ").split()) if name[:1] != "(" else name
    return "product_detail"


def is_google(header: Iterable[str]) -> bool:
    """Whether a header is one of a product feed for Google."""
    names = {attribute(each) for each in header}
    marked = any(each.casefold().startswith("g:") for each in header)
    return {"id", "title"} <= names and (marked or bool(names & _SIGNS) or {"link", "availability"} <= names)


def entries(table: Table) -> Entries:
    """The rows of a feed that is text."""
    cells: dict[str, list[str]] = {}
    details: dict[int, list[Detail]] = {}
    spelled: dict[str, str] = {}
    for header, texts in zip(table.header, table.columns, strict=True):
        name = attribute(header)
        if name == "product_detail":
            for row, text in enumerate(texts):
                if text:
                    details.setdefault(row, []).extend(read_details(text))
        elif name in cells:
            cells[header] = texts
        else:
            cells[name], spelled[name] = texts, header
    for name in ("product_type", "product_highlight"):
        if name in cells:
            cells[name] = [_listed(each) if '"' in each else each for each in cells[name]]
    return Entries(cells, table.lines, details, spelled)


def read_google(rows: Entries, stated: Mapping[str, str], path: Path, findings: Findings) -> Draft:
    """The products of a feed, grouped. Raises Refused when a column named in `columns:` is not there."""
    source = _sources(rows, stated, path)
    ids, names = _spaced(source["id"]), _spaced(rows.column("item_group_id"))
    groups = _groups(rows, ids, names, findings)
    heads = [group[0] for group in groups]
    varying = [name for name in OPTIONS if name in rows.cells and _varies(rows.cells[name], groups)]
    variants = [row for group in groups for row in group]
    prices = source["price"] if "price" in stated else _prices(rows, source["price"])
    stock = {each: in_stock(each) for each in set(source["available"])}
    return Draft(
        columns=_columns(rows, source, groups, varying, findings),
        ids=[names[head] or ids[head] for head in heads],
        lines=[rows.lines[head] for head in heads],
        variant_items=[item for item, group in enumerate(groups) for _ in group],
        variant_ids=[ids[row] for row in variants],
        variant_lines=[rows.lines[row] for row in variants],
        prices=[prices[row] for row in variants],
        available=[stock[source["available"][row]] for row in variants],
        options={name: [rows.cells[name][row] for row in variants] for name in varying},
        images=[source["image"][row] for row in variants],
        aliases=_aliases(rows, stated),
        has_ids=any(ids) or any(names),
        currencies=[source["currency"][row] for row in variants],
    )


def _sources(rows: Entries, stated: Mapping[str, str], path: Path) -> dict[str, list[str]]:
    """The texts behind each standard name, row by row: as stated, else the first usual one that says anything."""
    found: dict[str, list[str]] = {}
    for name, usual in _SOURCES.items():
        columns = [rows.cells[each] for each in usual if each in rows.cells]
        found[name] = columns[0] if len(columns) == 1 else _first_known(columns, len(rows.lines))
    found["type"] = [_leaf(each) for each in found["type"]]
    for name, own in stated.items():
        if name not in NAMES:
            raise refusal(path, "standard-column", f"'{name}' is no standard column", choose_from(name, NAMES, 20))
        key = own if own in rows.cells else attribute(own)
        if key not in rows.cells:
            known = [rows.spelled.get(each, each) for each in rows.cells]
            raise refusal(path, "feed-column", f"the feed has no '{own}' for {name}", choose_from(own, known, 20))
        found[name] = rows.cells[key]
    return found


def _first_known(columns: list[list[str]], rows: int) -> list[str]:
    if not columns:
        return [""] * rows
    return [next(filter(None, each), "") for each in zip(*columns, strict=True)]


def _leaf(path: str) -> str:
    """The last part of `Apparel > Coats > Parkas`; of several paths, the first one's. Numbers say nothing."""
    leaf = path.split(BETWEEN, maxsplit=1)[0].rpartition(">")[2].strip()
    return "" if leaf.isdecimal() else leaf


def _listed(cell: str) -> str:
    """Several quoted values as they are shown."""
    if not cell.startswith('"') or not cell.endswith('"'):
        return cell
    try:
        return BETWEEN.join(each.strip() for each in next(csv.reader([cell], skipinitialspace=True)))
    except csv.Error:
        return cell


def _spaced(names: list[str]) -> list[str]:
    """Ids in which a space is a space, where shops also write no-break ones."""
    return [each if each.isprintable() else " ".join(each.split()) for each in names]


def _groups(rows: Entries, ids: list[str], names: list[str], findings: Findings) -> list[list[int]]:
    """The rows of each product; an id that comes again is listed and left out."""
    groups: dict[str | int, list[int]] = {}
    first: dict[str, int] = {}
    for row, (name, group) in enumerate(zip(ids, names, strict=True)):
        if name and first.setdefault(name, row) != row:
            taken = findings.name(rows.lines[first[name]])
            findings.row(rows.lines[row], "duplicate-id", f"the id '{name}' is taken by {taken}")
        else:
            groups.setdefault(group or name or row, []).append(row)
    return list(groups.values())


def _varies(texts: list[str], groups: list[list[int]]) -> bool:
    return any(len({texts[row] for row in group} - {""}) > 1 for group in groups if len(group) > 1)


def _prices(rows: Entries, prices: list[str]) -> list[str]:
    """What is to be paid: the sale price where there is one."""
    if "sale_price" not in rows.cells:
        return prices
    return [sale or price for sale, price in zip(rows.cells["sale_price"], prices, strict=True)]


def _aliases(rows: Entries, stated: Mapping[str, str]) -> dict[str, str]:
    usual = {name: standard for standard, names in _SOURCES.items() for name in names if name in rows.cells}
    found = {name: standard for name, standard in usual.items() if name in _USED and name != standard}
    found |= {own: name for name, own in stated.items() if own != name}
    return {name: standard for name, standard in found.items() if standard in STANDARD}


# Columns ------------------------------------------------------------------------------------------


def _columns(
    rows: Entries, source: Mapping[str, list[str]], groups: list[list[int]], varying: list[str], findings: Findings
) -> dict[str, list[str]]:
    """The product's own texts: what its first row says, or the next one that says anything."""
    columns = {name: _of_groups(source[name], groups) for name in STANDARD}
    columns["title"] = _titles(source["title"], rows.column("item_group_title"), groups)
    for name, texts in rows.cells.items():
        if name in _USED or name in NAMES or name in varying:
            continue
        columns[_shown(name, rows.spelled)] = _of_groups(texts, groups)
    if "sale_price" in rows.cells:
        columns["regular_price"] = _of_groups(source["price"], groups)
    taken = {name.casefold() for name in (*columns, *NAMES, *varying)}
    room = max(0, MOST_COLUMNS - len(columns))
    return columns | described([_details(rows, group) for group in groups], taken, room, findings)


def _shown(name: str, spelled: Mapping[str, str]) -> str:
    """An attribute under Google's name when it is one, else under the feed's own."""
    own = spelled.get(name, name)
    return name if _OWN.fullmatch(name) else own[2:].strip() if own[:2].casefold() == "g:" else own


def _of_groups(texts: list[str], groups: list[list[int]]) -> list[str]:
    return [texts[group[0]] or next(filter(None, (texts[row] for row in group)), "") for group in groups]


def _details(rows: Entries, group: list[int]) -> list[Detail]:
    """What the rows of a product say in detail; of rows that say different things, the first counts."""
    found: list[Detail] = []
    for row in group:
        known = {detail[:2] for detail in found}
        found += [each for each in rows.details.get(row, ()) if each[:2] not in known]
    return found


def _titles(titles: list[str], stated: list[str], groups: list[list[int]]) -> list[str]:
    """A title for each group: the stated one, or what the titles of its rows share."""
    groups_stated = _of_groups(stated, groups)
    firsts = _of_groups(titles, groups)
    return [
        named or (_shared([titles[row] for row in group if titles[row]]) if len(group) > 1 else "") or first
        for named, first, group in zip(groups_stated, firsts, groups, strict=True)
    ]


def _shared(titles: list[str]) -> str:
    """The words all titles begin with, when they are at least half of the shortest; empty otherwise."""
    words = [each.split() for each in titles]
    count = 0
    for each in zip(*words, strict=False):
        if len(set(each)) > 1:
            break
        count += 1
    if not words or count * 2 < min(map(len, words)):
        return ""
    return " ".join(words[0][:count]).rstrip(" -\u2013|/,:;(")
