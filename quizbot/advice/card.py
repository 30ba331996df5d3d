"""An item as the shopper sees it: what every card shows, whoever deals it."""

from math import isnan
from typing import Any

from quizbot.advice.turn import VariantShown
from quizbot.content.catalog import Catalog
from quizbot.content.links import appended, query


def card(catalog: Catalog, item: int, variant: int | None = None) -> dict[str, Any]:
    """The fields of an ItemCard for an item in one variant; without one, at the item's lowest price."""
    variants, columns = catalog.variants, catalog.columns
    alone = variant is not None
    price = float(variants.price[variant] if alone else catalog.price[item])
    image = variants.images[variant] if variant is not None and variants.images else ""
    return {
        "id": catalog.ids[item],
        "title": columns["title"].texts[item],
        "url": columns["url"].texts[item] or None,
        "image": image or columns["image"].texts[item] or None,
        "price": None if isnan(price) else price,
        "currency": catalog.currency or None,
        "available": bool(variants.available[variant] if alone else catalog.available[item]),
        "variant": _shown(catalog, variant) if variant is not None and variants.ids else None,
    }


def _shown(catalog: Catalog, variant: int) -> VariantShown:
    variants = catalog.variants
    options = {name: text for name, column in variants.options.items() if (text := column.texts[variant])}
    return VariantShown(id=variants.ids[variant], options=options)


def followed(shown: dict[str, Any], link: str, quiz: str, position: int) -> dict[str, Any]:
    """The same fields with the query that the shop wants on its links; `position` in the list counts from 1."""
    if not link:
        return shown
    added = query(link, quiz, shown["id"], position)
    return shown | {"url": appended(shown["url"], added) if shown["url"] else None, "query": added}
