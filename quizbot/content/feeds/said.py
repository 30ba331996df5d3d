"""What the properties of a schema.org node say, as texts."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

from quizbot.content.feeds.draft import LONGEST_ID
from quizbot.content.feeds.linked import Node, first, last

_UNITS = {
    "GRM": "g", "KGM": "kg", "MGM": "mg", "LBR": "lb", "ONZ": "oz",
    "MMT": "mm", "CMT": "cm", "MTR": "m", "INH": "in", "FOT": "ft",
    "MLT": "ml", "CLT": "cl", "LTR": "l", "CEL": "°C", "FAH": "°F", "P1": "%", "WTT": "W", "VLT": "V",
}  # fmt: skip
_SURROGATES = re.compile("[\ud800-\udfff]")
_IDS = ("sku", "productID", "@id", "gtin14", "gtin13", "gtin12", "gtin8", "gtin", "mpn", "url")
_DEEPEST = 5
# What is read elsewhere, or speaks of something else than the product.
_OTHERS = frozenset(
    {"name", "description", "brand", "category", "keywords", "url", "image", "offers", "additionalProperty"}
    | {"hasVariant", "isVariantOf", "variesBy", "productGroupID", "inProductGroupWithID", "aggregateRating"}
    | {"review", "reviews", "isRelatedTo", "isSimilarTo", "isAccessoryOrSparePartFor", "isConsumableFor", "subjectOf"}
    | {"mainEntityOfPage", "potentialAction", "hasMerchantReturnPolicy", "video", "model", "audience", "@context"}
    | {"@id", "@type", "@graph"}
)


def text_of(value: Any, depth: int = 0) -> str:
    """The text of a value: itself, its name, a measure with its unit, or several with commas between them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(text for each in value if (text := text_of(each, depth + 1))))
    if not isinstance(value, dict):
        return ""
    own = first(text_of(value.get(name), depth + 1) for name in ("name", "@value", "value"))
    low, high = (text_of(value.get(name), depth + 1) for name in ("minValue", "maxValue"))
    own = own or (f"{low}-{high}" if low and high else low or high)
    return f"{own} {unit}" if own and (unit := _unit(value)) else own


def clean(text: str) -> str:
    """A text without HTML's entities, spaces around it and halves of characters."""
    text = html.unescape(text) if "&" in text else text
    return _SURROGATES.sub("\ufffd", text).strip()


def _unit(value: Node) -> str:
    given = first(raw(value.get(name)) for name in ("unitText", "unitCode"))
    return _UNITS.get(given.upper(), given)


def raw(value: Any) -> str:
    """A text as it stands: an address, a code."""
    return _SURROGATES.sub("\ufffd", value).strip() if isinstance(value, str) else ""


def names(value: Any) -> str:
    """The text of a value that is a thing: its name rather than its address."""
    several = value if isinstance(value, list) else [value]
    return ", ".join(
        text for each in several if (text := text_of(each)) and not text.startswith(("http://", "https://"))
    )


def address(value: Any) -> str:
    """The first address that a text, a thing or several of them give."""
    several = value if isinstance(value, list) else [value]
    found = (
        first(raw(each.get(name)) for name in ("url", "contentUrl", "@id", "thumbnailUrl"))
        if isinstance(each, dict)
        else raw(each)
        for each in several
    )
    return first(found)


def identifier(node: Node) -> str:
    """The first of a node's identifiers that a catalog can have."""
    return first(text for name in _IDS if len(text := text_of(node.get(name))) <= LONGEST_ID and text.isprintable())


def properties(node: Node) -> Iterator[tuple[str, str]]:
    """Names and texts of what else a node says of the product."""
    for name, value in node.items():
        bare = last(name)
        if bare not in _OTHERS and name not in _OTHERS and (text := text_of(value)):
            yield bare, text
    yield from _audience(node.get("audience"))
    for each in _dicts(node.get("additionalProperty")):
        name, text = first(text_of(each.get(part)) for part in ("name", "propertyID")), _value(each)
        if name and text:
            yield name, text
    for each in _dicts(node.get("aggregateRating")):
        for name in ("ratingValue", "reviewCount", "ratingCount"):
            if text := text_of(each.get(name)):
                yield name, text


def _value(given: Node) -> str:
    """What an additional property says; its name is not its value."""
    return text_of({name: value for name, value in given.items() if name != "name"})


def _audience(value: Any) -> Iterator[tuple[str, str]]:
    for each in _dicts(value):
        for name, shown in (("suggestedGender", "gender"), ("suggestedAge", "age")):
            text = text_of(each.get(name))
            if text:
                yield shown, last(text) if text.startswith("http") else text


def _dicts(value: Any) -> Iterable[Node]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
