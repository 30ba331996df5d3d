"""Plain CSV: any header, one product per row, every column an attribute that keeps its name."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from quizbot.content.catalog import STANDARD, says_yes
from quizbot.content.feeds.draft import Draft
from quizbot.content.feeds.findings import refusal
from quizbot.content.feeds.table import Table
from quizbot.content.problems import choose_from

NAMES = (*STANDARD, "id", "price", "available", "currency")
"""What `columns:` can name."""

_USUAL = {
    "title": (
        *("name", "product name", "product title", "product"),
        *("titel", "bezeichnung", "artikelbezeichnung", "artikelname", "produktname", "produkt"),
    ),
    "brand": ("vendor", "manufacturer", "marke", "hersteller"),
    "url": ("link", "product url", "produktlink"),
    "image": ("image url", "image link", "image_link", "picture", "bild", "bild-url"),
    "tags": ("schlagwörter", "schlagworte"),
    "description": ("beschreibung", "artikelbeschreibung", "produktbeschreibung"),
    "id": ("artikelnummer", "artikelnr", "artikelnr.", "artikel-nr", "artikel-nr.", "art.-nr."),
    "price": ("preis", "verkaufspreis", "bruttopreis"),
    "available": ("lieferbar", "verfügbar", "verfügbarkeit", "lagerbestand"),
    "currency": ("währung",),
}
"""What headers of tables call them, in English and German."""
_SOLD_OUT = frozenset(
    {"out of stock", "outofstock", "sold out", "unavailable", "not available", "discontinued"}
    | {"ausverkauft", "nicht lieferbar", "nicht vorrätig", "vergriffen", "épuisé", "rupture de stock", "agotado"}
    | {"sin existencias", "esaurito", "non disponibile", "uitverkocht", "niet op voorraad", "esgotado", "wyprzedane"}
)


_SAYS_SOLD_OUT = re.compile(
    r"\b(?:out of stock|sold out|unavailable|not available|not in stock|ausverkauft|vergriffen)\b"
    r"|\bnicht (?:mehr )?(?:lieferbar|vorrätig|verfügbar|auf lager)\b"
)


def in_stock(text: str) -> bool:
    """What a cell says about availability; a number is a stock, silence means available."""
    folded = text.replace("_", " ").casefold().rpartition("/")[2].strip()
    return folded not in _SOLD_OUT and not _SAYS_SOLD_OUT.search(folded) and says_yes(folded) is not False


def spelled_names(header: list[str], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The header's own name for each name that it has in one of its (folded) spellings, the first one first."""
    folded = {each.casefold(): each for each in reversed(header)}
    return {
        name: next(folded[each] for each in spelled if each in folded)
        for name, spelled in names.items()
        if any(each in folded for each in spelled)
    }


def standard_columns(header: list[str], stated: Mapping[str, str], path: Path) -> dict[str, str]:
    """The header's name for each standard column it has: as stated, of the same name, or the usual one.

    Raises Refused when a stated one is not there.
    """
    folded = {each.casefold(): each for each in reversed(header)}
    found: dict[str, str] = {}
    for name, own in stated.items():
        if name not in NAMES:
            raise refusal(path, "standard-column", f"'{name}' is no standard column", choose_from(name, NAMES, 20))
        column = own if own in header else folded.get(own.casefold())
        if column is None:
            raise refusal(
                path, "feed-column", f"the feed has no column '{own}' for {name}", choose_from(own, header, 20)
            )
        found[name] = column
    for name in NAMES:
        usual = next((folded[each] for each in (name, *_USUAL.get(name, ())) if each in folded), None)
        if name not in found and usual is not None and usual not in found.values():
            found[name] = usual
    return found


def read_plain(table: Table, stated: Mapping[str, str], path: Path) -> Draft:
    """The products of a plain table. Raises Refused when no column can be the title."""
    own = standard_columns(table.header, stated, path)
    if "title" not in own:
        remedy = f"say in the quiz `columns: {{title: ...}}`; {choose_from('title', table.header, 20)}"
        raise refusal(path, "feed-title", "the feed has no column 'title'", remedy, 1)
    cells = dict(zip(table.header, table.columns, strict=True))
    rows = len(table.lines)
    empty = [""] * rows
    columns = {name: cells[own[name]] if name in own else empty for name in STANDARD}
    columns["tags"] = _tags(columns["tags"])
    special = {column for name, column in own.items() if name in STANDARD or column.casefold() == name}
    columns |= {name: texts for name, texts in cells.items() if name not in special}
    prices = cells[own["price"]] if "price" in own else empty
    ids = cells[own["id"]] if "id" in own else empty
    stock = {each: in_stock(each) for each in set(cells[own["available"]])} if "available" in own else {}
    return Draft(
        columns=columns,
        ids=ids,
        lines=table.lines,
        variant_items=list(range(rows)),
        variant_ids=empty,
        variant_lines=table.lines,
        prices=prices,
        available=[stock[each] for each in cells[own["available"]]] if stock else [True] * rows,
        aliases={column: name for name, column in own.items() if name in STANDARD and column != name},
        has_ids="id" in own,
        currencies=cells[own["currency"]] if "currency" in own else [],
    )


def _tags(texts: list[str]) -> list[str]:
    """Tags separated by commas, also where the feed uses semicolons or bars."""
    if any("," in each for each in texts):
        return texts
    other = next((mark for mark in ";|" if any(mark in each for each in texts)), None)
    return [", ".join(part.strip() for part in each.split(other)) for each in texts] if other else texts
