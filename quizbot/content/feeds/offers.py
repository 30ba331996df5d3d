"""What a product costs and whether it can be had, from schema.org's many ways to say it."""

import math
from dataclasses import dataclass

from quizbot.content.catalog import number
from quizbot.content.feeds.linked import Graph, Node, first, last
from quizbot.content.feeds.said import address, raw, text_of

_SOLD_OUT = frozenset({"outofstock", "soldout", "discontinued", "reserved"})
_FORMER = frozenset({"listprice", "strikethroughprice", "msrp", "srp", "regularprice", "invoiceprice"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to buy a product; texts are empty where nothing is said."""

    id: str = ""
    price: str = ""
    currency: str = ""
    available: bool = True
    url: str = ""


def read_offers(graph: Graph, node: Node) -> list[Offer]:
    """The offers of a product, each different one once; an AggregateOffer that lists none has its lowest price."""
    offers: list[Offer] = []
    for given in graph.nodes(node.get("offers")):
        inner = graph.nodes(given.get("offers"))
        offers += [_offer(graph, each, given) for each in inner] or [_offer(graph, given, {})]
    return list(dict.fromkeys(offers)) or [Offer()]


def _offer(graph: Graph, given: Node, around: Node) -> Offer:
    price, currency = _price(graph, given)
    return Offer(
        id=text_of(given.get("sku")),
        price=price,
        currency=currency or text_of(around.get("priceCurrency")),
        available=_available(given, around),
        url=address(given.get("url")),
    )


def _price(graph: Graph, given: Node) -> tuple[str, str]:
    """What is to be paid, and its currency: not a list price, nor one for members."""
    currency = text_of(given.get("priceCurrency"))
    stated = first(text_of(given.get(name)) for name in ("price", "lowPrice"))
    if stated:
        return stated, currency
    parts = [each for each in graph.nodes(given.get("priceSpecification")) if "validForMemberTier" not in each]
    parts.sort(key=lambda each: last(text_of(each.get("priceType"))).casefold() in _FORMER)
    for each in parts:
        stated = first(text_of(each.get(name)) for name in ("price", "minPrice"))
        if stated:
            return stated, text_of(each.get("priceCurrency")) or currency
    return text_of(given.get("highPrice")), currency


def _available(given: Node, around: Node) -> bool:
    """In stock unless the offer, or what it is listed in, says otherwise."""
    said = given.get("availability") or around.get("availability")
    several = said if isinstance(said, list) else [said]
    words = [first([raw(each.get("@id")), text_of(each)]) if isinstance(each, dict) else raw(each) for each in several]
    folded = [_folded(each) for each in words if each]
    if folded:
        return any(each not in _SOLD_OUT for each in folded)
    left = number(text_of(given.get("inventoryLevel")))
    return math.isnan(left) or left > 0


def _folded(word: str) -> str:
    return last(word).casefold().replace("_", "").replace(" ", "").replace("-", "")
