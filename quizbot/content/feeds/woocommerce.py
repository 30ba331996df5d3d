"""WooCommerce's product CSV in the language of the shop: variations point to their product, attributes have numbers."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quizbot.content.catalog import NO, STANDARD, YES, number, split
from quizbot.content.feeds.draft import Draft
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.markup import plain
from quizbot.content.feeds.plain import NAMES, in_stock, standard_columns
from quizbot.content.feeds.table import MOST_COLUMNS, Table
from quizbot.content.feeds.woocommerce_attributes import attributes_of, brands, describe, listed
from quizbot.content.feeds.woocommerce_headers import meanings
from quizbot.content.problems import choose_from

_SIGNS = ("published", "visibility", "in stock", "backorders", "regular price", "short")
_FEWEST_SIGNS = 2
_ALIASES = ("title", "description", "tags", "brand", "url")
_SPENT = frozenset(
    {*_ALIASES, "id", "kind", "published", "visibility", "in stock", "parent", "short"} | {"stock", "backorders"}
)
_STATED = {
    "id": "stated id",
    "price": "regular price",
    "available": "in stock",
    "type": "categories",
    "image": "images",
}
_NEW_LINE = re.compile(r"(\\+)n")
_ESCAPED = ("'=", "'+", "'-", "'@")  # so that no spreadsheet takes the cell for a formula


def is_woocommerce(header: Iterable[str]) -> bool:
    """Whether a header is one of WooCommerce's."""
    named = set(meanings(header))
    return {"kind", "title"} <= named and len(named.intersection(_SIGNS)) >= _FEWEST_SIGNS


@dataclass(frozen=True, slots=True)
class _Rows:
    """The table by the names used here; a column that is not there is empty."""

    cells: Mapping[str, list[str]]
    lines: list[int]
    variations: list[bool]
    empty: list[str]

    def __getitem__(self, name: str) -> list[str]:
        return self.cells.get(name, self.empty)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The products that shoppers can see: the row that describes each, and the rows of its variants."""

    heads: list[int]
    variants: list[list[int]]

    @property
    def order(self) -> list[int]:
        """The rows of all variants."""
        return [row for rows in self.variants for row in rows]


def read_woocommerce(table: Table, stated: Mapping[str, str], path: Path, findings: Findings) -> Draft:
    """The products that shoppers can see, with their variations. Raises Refused when there are none."""
    own = _own_names(table.header, stated, path)
    texts = {name: _unescaped(column) for name, column in zip(table.header, table.columns, strict=True)}
    cells = {name: texts[column] for name, column in own.items()}
    is_variation = {each: "variation" in split(each.casefold(), ",") for each in set(cells["kind"])}
    rows = _Rows(cells, table.lines, [is_variation[each] for each in cells["kind"]], [""] * len(table.lines))
    place = _places(rows)
    shown = _shown(rows, place, path, findings)
    order = shown.order
    columns, options = _columns(rows, own, texts, shown, findings)
    ids = rows[next((name for name in ("stated id", "id") if name in own), "sku")]
    numbers = rows["id"] if "id" in own else ids
    prices, available = _offers(rows, shown, place, stated)
    currency = standard_columns(table.header, {}, path).get("currency", "") if "currency" not in stated else ""
    currencies = texts.get(stated.get("currency", currency), [])
    return Draft(
        columns=columns,
        ids=[ids[head] for head in shown.heads],
        lines=[rows.lines[head] for head in shown.heads],
        variant_items=[item for item, several in enumerate(shown.variants) for _ in several],
        variant_ids=[rows["sku"][row] or numbers[row] for row in order],
        variant_lines=[rows.lines[row] for row in order],
        prices=prices,
        available=available,
        options=options,
        images=[_first(rows["images"][row]) for row in order],
        aliases={own[name]: name for name in _ALIASES if name in own and own[name] != name},
        has_ids=any(ids),
        currencies=[currencies[row] for row in order] if currencies else [],
    )


def _own_names(header: list[str], stated: Mapping[str, str], path: Path) -> dict[str, str]:
    """The header's own name for each column that has a meaning here."""
    found = meanings(header)
    named = standard_columns(header, stated, path)
    found |= {_STATED.get(name, name): named[name] for name in stated}
    for name, called in (("title", "Name"), ("kind", "Type")):
        if name not in found:
            raise refusal(path, "feed-column", f"the feed has no column '{called}'", choose_from(called, header, 20), 1)
    return found


def _unescaped(column: list[str]) -> list[str]:
    return [each[1:] if each.startswith(_ESCAPED) else each for each in column]


# Products -----------------------------------------------------------------------------------------


def _places(rows: _Rows) -> dict[str, int]:
    """The row of each product by its SKU and by `id:44`."""
    found: dict[str, int] = {}
    for row, (name, sku) in enumerate(zip(rows["id"], rows["sku"], strict=True)):
        if not rows.variations[row]:
            found |= {key: row for key in (sku, f"id:{name}") if key not in ("", "id:") and key not in found}
    return found


def _shown(rows: _Rows, place: Mapping[str, int], path: Path, findings: Findings) -> _Shown:
    """What is on show, each with its variations; without any it is bought as it is."""
    heads = [row for row, variation in enumerate(rows.variations) if not variation]
    variants: dict[int, list[int]] = {row: [] for row in heads}
    first: dict[str, int] = {}
    for row, variation in enumerate(rows.variations):
        if not variation:
            continue
        parent, name = rows["parent"][row], rows["id"][row]
        head = place.get(parent, place.get(f"id:{parent}"))
        if head is None:
            text = f"the product '{parent[:40]}' of this variation is missing" if parent else "the row has no parent"
            findings.row(rows.lines[row], "parent", text)
        elif name and first.setdefault(name, row) != row:
            text = f"the id '{name[:40]}' is taken by line {rows.lines[first[name]]}"
            findings.row(rows.lines[row], "duplicate-id", text)
        elif _is_public(rows, row):
            variants[head].append(row)
    kept = [row for row in heads if _is_public(rows, row) and rows["visibility"][row].casefold() != "hidden"]
    if heads and not kept:
        text = f"none of the feed's {len(heads)} products is on show"
        raise refusal(path, "feed-rows", text, "publish some, and let the catalog show them")
    return _Shown(kept, [variants[row] or [row] for row in kept])


def _is_public(rows: _Rows, row: int) -> bool:
    """Published: 1 is public, 0 private, -1 a draft."""
    return rows["published"][row].casefold() not in (*NO, "-1")


def _offers(
    rows: _Rows, shown: _Shown, place: Mapping[str, int], stated: Mapping[str, str]
) -> tuple[list[str], list[bool]]:
    """Price and availability of each variant; a grouped product has the lowest price of its members."""
    regular, sale = rows["regular price"], rows["sale price"]
    paid = regular if "price" in stated else [low or usual for low, usual in zip(sale, regular, strict=True)]
    variants = dict(zip(shown.heads, shown.variants, strict=True))
    prices, available = [], []
    for head, several in zip(shown.heads, shown.variants, strict=True):
        members = [place[each] for each in listed(rows["grouped"][head]) if each in place]
        for row in several:
            bought = [each for member in members for each in variants.get(member, ())] or [row]
            known = [paid[each] for each in bought if paid[each]]
            prices.append(paid[row] or min(known, key=_amount, default=""))
            available.append(any(_available(rows, each, place) for each in bought))
    return prices, available


def _amount(price: str) -> float:
    value = number(price)
    return np.inf if np.isnan(value) else value


def _available(rows: _Rows, row: int, place: Mapping[str, int]) -> bool:
    """In stock by word and by number; without stock only where it can be ordered all the same."""
    said, stock, backorders = rows["in stock"][row].casefold(), rows["stock"][row], rows["backorders"][row].casefold()
    if stock.casefold() == "parent":
        parent = rows["parent"][row]
        head = place.get(parent, place.get(f"id:{parent}", row))
        stock, backorders = rows["stock"][head], rows["backorders"][head].casefold()
    amount = number(stock)
    if said == "backorder" or (not np.isnan(amount) and (backorders == "notify" or backorders in YES)):
        return True
    return in_stock(said) and not amount <= 0


# Columns ------------------------------------------------------------------------------------------


def _columns(
    rows: _Rows, own: Mapping[str, str], texts: Mapping[str, list[str]], shown: _Shown, findings: Findings
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The columns of the products and the options of their variants."""
    heads = shown.heads
    attributes = attributes_of(texts)
    room = max(0, MOST_COLUMNS - len(STANDARD) - len(texts) + len(attributes.headers))
    described = describe(attributes, heads, shown.variants, room, findings)
    short, long = rows["short"], rows["description"]
    made = brands(described.columns) or [""] * len(heads)
    columns = {
        "title": [html.unescape(rows["title"][head]) for head in heads],
        "brand": [html.unescape(rows["brand"][head]) or other for head, other in zip(heads, made, strict=True)],
        "type": [_type(rows["categories"][head]) for head in heads],
        "tags": [", ".join(listed(rows["tags"][head])) for head in heads],
        "description": [_description(short[head], long[head]) for head in heads],
        "url": [rows["url"][head] or rows["external"][head] for head in heads],
        "image": [_image(rows["images"], several, head) for head, several in zip(heads, shown.variants, strict=True)],
    }
    columns |= described.columns
    if "short" in own:
        columns[own["short"]] = [plain(_with_lines(short[head])) for head in heads]
    taken = {each.casefold() for each in (*columns, *described.options)}
    spent = attributes.headers | {own[name] for name in _SPENT if name in own}
    for name, column in texts.items():
        if name not in spent and name.casefold() not in NAMES:
            columns[f"{name} (column)" if name.casefold() in taken else name] = _first_known(column, shown)
    return columns, described.options


def _type(categories: str) -> str:
    """The last part of the deepest of `Clothing, Clothing > Coats`."""
    paths = listed(categories)
    return max(paths, key=lambda each: each.count(">")).rpartition(">")[2].strip() if paths else ""


def _description(short: str, long: str) -> str:
    r"""Both descriptions, in which a line's end is written as `\n`."""
    parts = [_with_lines(each) for each in dict.fromkeys((short, long)) if each]
    return parts[0] if len(parts) == 1 else "<br>".join(parts)


def _with_lines(text: str) -> str:
    return _NEW_LINE.sub(lambda found: "\n" if len(found[1]) == 1 else "\\n", text)


def _first(images: str) -> str:
    return next(iter(listed(images)), "")


def _image(images: list[str], variants: list[int], head: int) -> str:
    """The first picture of a product, or of its variants when it has none itself."""
    return next(filter(None, (_first(images[row]) for row in (head, *variants))), "")


def _first_known(column: list[str], shown: _Shown) -> list[str]:
    """What the product's row says, or the first of its variations that says anything."""
    return [
        html.unescape(next(filter(None, (column[row] for row in (head, *several))), ""))
        for head, several in zip(shown.heads, shown.variants, strict=True)
    ]
