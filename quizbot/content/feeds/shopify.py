"""Shopify's product CSV, both generations of its header: rows of one handle are the variants of one product."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from quizbot.content.catalog import NO, STANDARD, YES, number
from quizbot.content.feeds.draft import LONGEST_ID, Draft
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.plain import spelled_names, standard_columns
from quizbot.content.feeds.table import Table
from quizbot.content.problems import choose_from

_NAMES = {
    "handle": ("url handle", "handle"),
    "title": ("title",),
    "description": ("description", "body (html)", "body html"),
    "brand": ("vendor",),
    "type": ("type",),
    "tags": ("tags",),
    "image": ("product image url", "image src"),
    "published": ("published on online store", "published"),
    "status": ("status",),
    "gift card": ("gift card",),
    "sku": ("sku", "variant sku"),
    "price": ("price", "variant price"),
    "quantity": ("inventory quantity", "variant inventory qty"),
    "policy": ("continue selling when out of stock", "variant inventory policy"),
    "tracker": ("inventory tracker", "variant inventory tracker"),
    "variant image": ("variant image url", "variant image"),
    "position": ("image position",),
    "image text": ("image alt text",),
    **{
        f"option{n} {part}": (f"option{n} {part}",)
        for n in (1, 2, 3)
        for part in ("name", "value", "linked to")
    },
}  # fmt: skip
_DIGEST = 12
_SIGNS = frozenset(
    {"vendor", "variant price", "option1 name", "option1 value", "body (html)", "variant sku", "published"}
)


def is_shopify(header: Iterable[str]) -> bool:
    """Whether a header is one of Shopify's."""
    folded = {each.casefold() for each in header}
    return "title" in folded and ("url handle" in folded or ("handle" in folded and bool(folded & _SIGNS)))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The table by the names used here; a column that is not there is empty."""

    cells: Mapping[str, list[str]]
    empty: list[str]

    def __getitem__(self, name: str) -> list[str]:
        return self.cells.get(name, self.empty)


def read_shopify(table: Table, stated: Mapping[str, str], path: Path, findings: Findings) -> Draft:
    """The products that are for sale: active, published, no gift cards."""
    own = _own_names(table.header, stated, path)
    texts = dict(zip(table.header, table.columns, strict=True))
    rows = _Rows({name: texts[column] for name, column in own.items()}, [""] * len(table.lines))
    heads, item_of = _products(rows, table.lines, findings)
    sold = [item for item, head in enumerate(heads) if _for_sale(rows, head)]
    if heads and not sold:
        text = f"none of the feed's {len(heads)} products is for sale"
        raise refusal(path, "feed-rows", text, "publish some, and give them the status 'active'")
    heads = [heads[item] for item in sold]
    variants = _variants(rows, heads, item_of, {item: at for at, item in enumerate(sold)})
    columns = {name: [rows[name][head] for head in heads] for name in STANDARD}
    columns["image"] = _pictures(rows, heads, item_of)
    kept = [name for name in table.header if name not in own.values()]
    columns |= {name: _metafield([texts[name][head] for head in heads]) for name in kept}
    items, order = [item for item, _ in variants], [row for _, row in variants]
    return Draft(
        columns=columns,
        ids=_ids(rows["handle"], table.lines, heads, findings),
        lines=[table.lines[head] for head in heads],
        variant_items=items,
        variant_ids=[rows["sku"][row] for row in order],
        variant_lines=[table.lines[row] for row in order],
        prices=[rows["price"][row] for row in order],
        available=_available(rows, order, tracked="tracker" in own),
        options=_options(rows, heads, items, order),
        images=[rows["variant image"][row] for row in order],
        aliases={column: name for name, column in own.items() if name in STANDARD and column != name},
    )


def _own_names(header: list[str], stated: Mapping[str, str], path: Path) -> dict[str, str]:
    """The header's own name for each column that has a meaning here."""
    found = spelled_names(header, _NAMES)
    named = standard_columns(header, stated, path)
    found |= {"handle" if name == "id" else name: named[name] for name in stated}
    for name in ("handle", "title"):
        if name not in found:
            raise refusal(path, "feed-column", f"the feed has no column '{name}'", choose_from(name, header, 20), 1)
    return found


def _products(rows: _Rows, lines: list[int], findings: Findings) -> tuple[list[int], list[int]]:
    """For each product the row that describes it, and for each row its product (-1 without a handle)."""
    place: dict[str, int] = {}
    item_of = [place.setdefault(handle, len(place)) if handle else -1 for handle in rows["handle"]]
    findings.rows((lines[row] for row, item in enumerate(item_of) if item < 0), "id", "the row has no handle")
    heads = [-1] * len(place)
    titled = [False] * len(place)
    for row, (item, title) in enumerate(zip(item_of, rows["title"], strict=True)):
        if item >= 0 and (heads[item] < 0 or (title and not titled[item])):
            heads[item], titled[item] = row, bool(title)
    return heads, item_of


def _for_sale(rows: _Rows, head: int) -> bool:
    return (
        rows["status"][head].casefold() in ("", "active")
        and rows["published"][head].casefold() not in NO
        and rows["gift card"][head].casefold() not in YES
    )


def _ids(handles: list[str], lines: list[int], heads: list[int], findings: Findings) -> list[str]:
    """The handles; Shopify's may have twice as many characters as an id, and such a one ends in its digest."""
    ids = []
    for head in heads:
        name = handles[head]
        if len(name) > LONGEST_ID:
            name = f"{name[: LONGEST_ID - _DIGEST - 1].rstrip('-')}-{sha256(name.encode()).hexdigest()[:_DIGEST]}"
            text = f"the handle '{handles[head][:40]}...' is longer than {LONGEST_ID} characters"
            findings.row(lines[head], "id", text, f"its product is known as '{name}'")
        ids.append(name)
    return ids


def _variants(rows: _Rows, heads: list[int], item_of: list[int], place: Mapping[int, int]) -> list[tuple[int, int]]:
    """Product and row of each variant, sorted; rows that only bring another picture are none."""
    prices, values, skus = rows["price"], rows["option1 value"], rows["sku"]
    describing = set(heads)
    return sorted(
        (place[item], row)
        for row, item in enumerate(item_of)
        if item in place and (row in describing or prices[row] or values[row] or skus[row])
    )


def _pictures(rows: _Rows, heads: list[int], item_of: list[int]) -> list[str]:
    """The first picture of each product."""
    place = {item_of[head]: at for at, head in enumerate(heads)}
    pictures = [""] * len(heads)
    positions = [float("inf")] * len(heads)
    ranks = {each: min(1e9, number(each)) for each in set(rows["position"])}  # 1e9 for what is no number
    for item, picture, position in zip(item_of, rows["image"], rows["position"], strict=True):
        if not picture or item not in place:
            continue
        if ranks[position] < positions[place[item]]:
            pictures[place[item]], positions[place[item]] = picture, ranks[position]
    return pictures


def _available(rows: _Rows, order: list[int], *, tracked: bool) -> list[bool]:
    """In stock, not counted, or sold without stock."""
    quantities, policies, trackers = rows["quantity"], rows["policy"], rows["tracker"]
    return [
        not quantities[row]
        or (tracked and not trackers[row])
        or not quantities[row].startswith(("-", "0"))
        or policies[row].casefold() == "continue"
        or policies[row].casefold() in YES
        for row in order
    ]


def _options(rows: _Rows, heads: list[int], items: list[int], order: list[int]) -> dict[str, list[str]]:
    """The texts of each option, one per variant; `Default Title` is what products without options have."""
    options: dict[str, list[str]] = {}
    spelled: dict[str, str] = {}
    for n in (1, 2, 3):
        names = [rows[f"option{n} name"][head] for head in heads]
        values = rows[f"option{n} value"]
        for at, (item, row) in enumerate(zip(items, order, strict=True)):
            name, value = names[item], values[row]
            if not value or not name or (value == "Default Title" and name == "Title"):
                continue
            name = spelled.setdefault(name.casefold(), name)
            if name not in options:
                options[name] = [""] * len(items)
            options[name][at] = value
    return options


def _metafield(texts: list[str]) -> list[str]:
    """Measures, which are exported as `{"value": 450, "unit": "g"}`, as `450 g`."""
    return [_measure(each) if each.startswith('{"') else each for each in texts]


def _measure(text: str) -> str:
    try:
        read = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return text
    if not isinstance(read.get("value"), str):
        return text
    return f"{read['value']} {read.get('unit') or ''}".strip()
