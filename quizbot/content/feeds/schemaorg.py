"""schema.org's products as JSON-LD, from a file or out of a page; a ProductGroup is a product with variants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizbot.content.feeds.document import Document, Progress
from quizbot.content.feeds.draft import Draft
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.jsonl import Gathering, Unusable
from quizbot.content.feeds.linked import Graph, Node, first, key, last, read_nodes, types
from quizbot.content.feeds.offers import read_offers
from quizbot.content.feeds.plain import NAMES
from quizbot.content.feeds.said import address, clean, identifier, names, properties, raw, text_of
from quizbot.content.feeds.table import MOST_COLUMNS

_VARYING = ("color", "size", "material", "pattern", "gender", "age")
_NUMBERS = ("sku", "productid", "mpn", "gtin", "gtin8", "gtin12", "gtin13", "gtin14")


def read_schemaorg(
    document: Document, stated: Mapping[str, str], findings: Findings, progress: Progress | None = None
) -> Draft:
    """The products of a file. Raises Refused when it has no JSON-LD."""
    graph = Graph(read_nodes(document, findings, progress))
    products = [_Reading(graph, each) for each in _grouped(graph)]
    findings.number_items([0] * len(products))
    options = {name for each in products for name in each.varying()}
    has_ids = any(each.id for each in products)
    gathering = Gathering(stated)
    for number, each in enumerate(products, 1):
        try:
            gathering.add(number, each.given(options, has_ids=has_ids))
        except Unusable as reason:  # pragma: no cover - what is given is flat
            findings.row(number, "json", str(reason))
        if len(gathering.columns) > MOST_COLUMNS:
            raise refusal(document.path, "feed-columns", f"the feed has more than {MOST_COLUMNS} attributes")
    return gathering.draft(document.path)


# Groups -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Product:
    """A product with its variants by what they are known by; none when it is bought as it is."""

    node: Node
    variants: dict[str | int, Node] = field(default_factory=dict)


def _grouped(graph: Graph) -> list[_Product]:
    """Products and groups in the order of the file; what is a variant of a group stands with it."""
    listed = graph.products()
    groups: dict[str | int, _Product] = {}
    owners: dict[str | int, str | int] = {}
    for node in listed:
        for group in [node] if _is_group(node) else graph.nodes(node.get("isVariantOf"))[:1]:
            found = groups.setdefault(_name(group), _Product(group))
            found.node = {**group, **found.node}
            for variant in graph.nodes(group.get("hasVariant")):
                found.variants.setdefault(key(variant), variant)
                owners[key(variant)] = _name(group)
    placed: dict[str | int, _Product] = {}
    for node in listed:
        above = graph.nodes(node.get("isVariantOf"))
        name = (
            _name(node) if _is_group(node) else owners.get(key(node)) or (_name(above[0]) if above else _number(node))
        )
        if name not in groups:
            placed[key(node)] = _Product(node)
            continue
        placed.setdefault(f"group {name}", groups[name])
        if not _is_group(node):
            groups[name].variants.setdefault(key(node), node)
    return list(placed.values())


def _is_group(node: Node) -> bool:
    return "ProductGroup" in types(node)


def _name(group: Node) -> str | int:
    """What a group is known by."""
    return text_of(group.get("productGroupID")) or key(group)


def _number(node: Node) -> str:
    return text_of(node.get("inProductGroupWithID"))


# Products -----------------------------------------------------------------------------------------


class _Reading:
    """One product as JSON Lines have it."""

    def __init__(self, graph: Graph, product: _Product) -> None:
        """Read a product of a graph."""
        self._graph, self._node = graph, product.node
        self._variants = list(product.variants.values()) or [product.node]
        self._properties = [_by_name(each) for each in self._variants]
        self._own = _by_name(product.node)
        number = text_of(product.node.get("productGroupID")) if product.variants else ""
        self.id = number or identifier(product.node) or identifier(self._variants[0])

    def varying(self) -> set[str]:
        """The folded names of the properties that tell the variants apart."""
        if self._variants[0] is self._node:
            return set()
        stated = self._node.get("variesBy")
        wanted = {_property(each).casefold() for each in (stated if isinstance(stated, list) else [stated])} - {""}
        wanted |= {name for name in _VARYING if len({each[name][1] for each in self._properties if name in each}) > 1}
        return {name for name in wanted if any(name in each for each in self._properties)}

    def given(self, options: set[str], *, has_ids: bool) -> dict[str, Any]:
        """The product, with these properties as options of its variants."""
        node, several = self._node, [self._node, *self._variants]
        attributes: dict[str, str] = {}
        for each in (self._own, *self._properties):
            for folded, (name, text) in each.items():
                if folded not in options and (each is self._own or folded not in _NUMBERS):
                    attributes.setdefault(f"{name} (property)" if folded in NAMES else name, text)
        return {
            "attributes": attributes,
            "id": self.id or (text_of(node.get("name"))[:100] if has_ids else ""),
            "title": first(text_of(each.get("name")) for each in several),
            "brand": first(names(each.get(name)) for name in ("brand", "manufacturer") for each in several),
            "type": first(_type(each.get("category")) for each in several),
            "tags": first(text_of(each.get("keywords")) for each in several),
            "description": first(raw(each.get("description")) for each in several),
            "url": first(_address(self._graph, each) for each in several),
            "image": first(address(self._whole(each.get("image"))) for each in several),
            "variants": [
                variant
                for each, said in zip(self._variants, self._properties, strict=True)
                for variant in self._bought(each, said, options)
            ],
        }

    def _whole(self, value: Any) -> Any:
        return [self._graph.whole(each) for each in value] if isinstance(value, list) else self._graph.whole(value)

    def _bought(self, node: Node, said: Mapping[str, tuple[str, str]], options: set[str]) -> list[dict[str, Any]]:
        """A variant, as often as it is offered."""
        offers = read_offers(self._graph, node if node.get("offers") else self._node)
        own = "" if node is self._node and len(offers) > 1 else identifier(node)
        return [
            {
                "id": each.id or (own if len(offers) == 1 else ""),
                "price": each.price,
                "currency": each.currency,
                "available": each.available,
                "image": address(self._whole(node.get("image"))) if node is not self._node else "",
                "options": {name: (said.get(name) or self._own.get(name) or ("", ""))[1] for name in sorted(options)},
            }
            for each in offers
        ]


def _by_name(node: Node) -> dict[str, tuple[str, str]]:
    """Name and text of each property by folded name."""
    found: dict[str, tuple[str, str]] = {}
    for name, text in properties(node):
        shown = clean(name)
        found.setdefault(shown.casefold(), (shown, text))
    return found


def _property(value: Any) -> str:
    """The name of a property that a group varies by; ages and genders are those of its audience."""
    name = last(text_of(value.get("@id") or value.get("name")) if isinstance(value, dict) else text_of(value))
    return {"suggestedGender": "gender", "suggestedAge": "age"}.get(name, name)


def _type(category: Any) -> str:
    """The last part of `Clothing > Coats`, of the first category when there are several."""
    several = category if isinstance(category, list) else [category]
    return first(names(each).rpartition(">")[2].strip() for each in several)


def _address(graph: Graph, node: Node) -> str:
    """Where the product is shown: its own address, its offer's or its page's."""
    page = node.get("mainEntityOfPage")
    offered = (each.url for each in read_offers(graph, node))
    named = raw(node.get("@id"))
    return first((address(node.get("url")), *offered, address(page), named if named.startswith("http") else ""))
