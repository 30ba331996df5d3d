"""schema.org's products, in files and in pages."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from quizbot.content.feeds import linked, write_jsonl
from tests.exports import PAGE
from tests.feeding import read, refused, said, warned

IN_STOCK = "https://schema.org/InStock"


def product(**more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "Product", "name": "T", "sku": "1", **more}


def offer(**more: Any) -> dict[str, Any]:
    return {"@type": "Offer", "price": 3, "priceCurrency": "EUR", **more}


def test_a_page_is_read_whole(tmp_path: Path) -> None:
    feed = read(tmp_path, PAGE)
    catalog, variants = feed.catalog, feed.catalog.variants
    assert [(line, rule) for line, rule, _ in warned(feed)] == [(7, "json")]
    assert (catalog.ids, variants.ids, variants.item.tolist()) == (("coat", "m-1"), ("C-S", "C-M", "m-1"), [0, 0, 1])
    assert (variants.price.tolist(), catalog.currency) == ([99.5, 110, 7], "EUR")
    assert variants.available.tolist() == [True, False, False]
    assert variants.images == ("https://x/1.jpg", "", "")
    assert {name: each.texts for name, each in variants.options.items()} == {
        "color": ("Navy", "Red", "White"),
        "size": ("S", "M", ""),
    }
    assert {name: each.texts for name, each in catalog.columns.items() if any(each.texts)} == {
        "title": ("Coat & Cape", "Mug"),
        "brand": ("North", "North"),
        "type": ("", "Mugs"),
        "description": ("", "a b"),
        "image": ("https://x/1.jpg", "https://x/m.jpg"),
        "ratingValue": ("4.5", ""),
        "reviewCount": ("12", ""),
        "productID": ("", "m-1"),
        "Weight": ("", "300 g"),
    }


@pytest.mark.parametrize(
    "value",
    [
        product(offers=offer()),
        [product(offers=[offer()])],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, product(offers=offer())]},
        {"@type": "ItemPage", "mainEntity": product(offers=offer())},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": product(offers=offer())}]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": product(offers=offer())}]},
        {"@graph": [product(offers={"@id": "#o"}), offer(**{"@id": "#o"})]},
        product(**{"@type": ["Thing", "http://schema.org/Product"]}, offers=offer()),
        product(**{"@type": "schema:Product"}, offers=offer(price="3,00")),
        product(offers={"@type": "AggregateOffer", "lowPrice": "3.00", "highPrice": 9, "priceCurrency": "EUR"}),
        product(offers={"@type": "AggregateOffer", "priceCurrency": "EUR", "offers": [{"price": 3}]}),
        product(offers={"priceSpecification": {"price": 3, "priceCurrency": "EUR"}}),
        product(
            offers={
                "priceSpecification": [
                    {"price": 9, "priceCurrency": "EUR", "priceType": "https://schema.org/StrikethroughPrice"},
                    {"price": 1, "priceCurrency": "EUR", "validForMemberTier": {"@type": "MemberProgramTier"}},
                    {"price": 3, "priceCurrency": "EUR"},
                ]
            }
        ),
        product(offers=offer(), isSimilarTo=product(sku="2"), review={"itemReviewed": product(sku="3")}),
        product(offers=[offer(), offer()]),
    ],
)
def test_a_product_is_found_wherever_it_stands(tmp_path: Path, value: Any) -> None:
    page = f"<!-- page --><html><script type='application/ld+json; charset=utf-8'>{json.dumps(value)}</SCRIPT></html>"
    for text in (json.dumps(value), json.dumps(value, indent=2), page):
        catalog = read(tmp_path, text, format=None if "@" in text[:2000] else "schemaorg").catalog
        assert (catalog.ids, said(catalog, "title")) == (("1",), ("T",))
        assert (catalog.variants.price.tolist(), catalog.currency) == ([3], "EUR")


@pytest.mark.parametrize("space", ["", "https://schema.org/", "http://schema.org/", "schema:"])
def test_availability_may_be_an_address_or_a_word(tmp_path: Path, space: str) -> None:
    sold_out = ("OutOfStock", "SoldOut", "Discontinued", "out_of_stock")
    had = ("InStock", "PreOrder", "BackOrder", "LimitedAvailability", "OnlineOnly", "in stock")
    values: list[Any] = [f"{space}{word}" for word in (*sold_out, *had)]
    values += [{"@id": f"{space}OutOfStock"}, [f"{space}InStock"]]
    feed = [product(sku=str(at), offers=offer(availability=value)) for at, value in enumerate(values)]
    expected = [False] * len(sold_out) + [True] * len(had) + [False, True]
    assert read(tmp_path, json.dumps(feed)).catalog.available.tolist() == expected


def test_texts_lists_and_things_say_the_same(tmp_path: Path) -> None:
    things = [
        product(brand="North", image="https://x/1.jpg", category="A > Coats", keywords="warm, dry"),
        product(
            brand={"name": "North"}, image=["https://x/1.jpg"], category={"name": "A > Coats"}, keywords=["warm", "dry"]
        ),
        product(
            brand=[{"name": "North"}], image={"url": "https://x/1.jpg"}, category=["A > Coats"], keywords="warm, dry"
        ),
        product(
            manufacturer="North", image=[{"contentUrl": "https://x/1.jpg"}], category="Coats", keywords="warm, dry"
        ),
    ]
    catalog = read(tmp_path, json.dumps([{**each, "sku": str(at)} for at, each in enumerate(things)])).catalog
    for name, text in {"brand": "North", "image": "https://x/1.jpg", "type": "Coats", "tags": "warm, dry"}.items():
        assert set(said(catalog, name)) == {text}


def test_properties_become_columns(tmp_path: Path) -> None:
    value = product(
        weight={"@type": "QuantitativeValue", "value": 1.50, "unitCode": "KGM"},
        color=["Navy", "Red"],
        audience={"suggestedGender": "https://schema.org/Female"},
        additionalProperty=[
            {"name": "Fill", "value": 160, "unitText": "g"},
            {"name": "Hood", "value": True},
            {"propertyID": "cuff", "value": "knit"},
            {"name": "Price", "value": "low"},
            {"name": "Range", "minValue": 1, "maxValue": 3, "unitCode": "CMT"},
        ],
        aggregateRating={"ratingValue": "4.5", "ratingCount": 9},
    )
    catalog = read(tmp_path, json.dumps(value)).catalog
    assert {name: each.texts[0] for name, each in list(catalog.columns.items())[7:]} == {
        "sku": "1",
        "weight": "1.5 kg",
        "color": "Navy, Red",
        "gender": "Female",
        "Fill": "160 g",
        "Hood": "yes",
        "cuff": "knit",
        "Price (property)": "low",
        "Range": "1-3 cm",
        "ratingValue": "4.5",
        "ratingCount": "9",
    }


@pytest.mark.parametrize(
    "value",
    [
        [
            product(sku="a", size="S", isVariantOf={"@id": "#g"}),
            product(sku="b", size="M", isVariantOf={"@id": "#g"}),
            {"@type": "ProductGroup", "@id": "#g", "productGroupID": "g", "name": "G"},
        ],
        [
            product(sku="a", size="S", inProductGroupWithID="g"),
            product(sku="b", size="M", inProductGroupWithID="g"),
            {"@type": "ProductGroup", "productGroupID": "g", "name": "G"},
        ],
        [
            product(sku=name, size=size, isVariantOf={"@type": "ProductGroup", "productGroupID": "g", "name": "G"})
            for name, size in (("a", "S"), ("b", "M"))
        ],
        {
            "@type": "ProductGroup",
            "productGroupID": "g",
            "name": "G",
            "variesBy": "size",
            "hasVariant": [product(sku="a", size="S"), product(sku="b", size={"name": "M"})],
        },
        {
            "@graph": [
                {
                    "@type": "ProductGroup",
                    "productGroupID": "g",
                    "name": "G",
                    "hasVariant": [{"@id": "#a"}, {"@id": "#b"}],
                },
                product(**{"@id": "#b"}, sku="b", size="M"),
                product(**{"@id": "#a"}, sku="a", size="S"),
            ]
        },
    ],
)
def test_variants_stand_with_their_group_however_it_is_told(tmp_path: Path, value: Any) -> None:
    catalog = read(tmp_path, json.dumps(value)).catalog
    assert (catalog.ids, said(catalog, "title"), catalog.variants.ids) == (("g",), ("G",), ("a", "b"))
    assert catalog.variants.options["size"].texts == ("S", "M")


def test_different_offers_are_variants(tmp_path: Path) -> None:
    offers = [offer(sku="a"), offer(sku="b", price=5, availability="SoldOut")]
    variants = read(tmp_path, json.dumps(product(offers=offers))).catalog.variants
    assert (variants.ids, variants.price.tolist()) == (("a", "b"), [3, 5])
    assert variants.available.tolist() == [True, False]


def test_an_id_is_the_first_that_fits(tmp_path: Path) -> None:
    made = [
        {"@type": "Product", "name": "A", "productID": "p", "@id": "https://x/a"},
        {"@type": "Product", "name": "B", "@id": "https://x/b"},
        {"@type": "Product", "name": "C"},
        {"@type": "Product", "name": "D", "sku": "x" * 200, "mpn": "d"},
    ]
    assert read(tmp_path, json.dumps(made)).catalog.ids == ("p", "https://x/b", "C", "d")
    assert read(tmp_path, json.dumps(made[2])).catalog.ids == ("c",)


def test_one_product_per_line_is_read_around_a_broken_line(tmp_path: Path) -> None:
    lines = [json.dumps(product(sku="a")), '{"@type": "Product", }', json.dumps(product(sku="b"))]
    feed = read(tmp_path, "\n".join(lines))
    assert feed.catalog.ids == ("a", "b")
    assert [(line, rule) for line, rule, _ in warned(feed)] == [(2, "json")]


def test_items_that_cannot_be_used_are_listed_by_number(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
        json.dumps([product(), product(), product(sku="2", name=""), product(sku="3", offers=offer(price="?"))]),
    )
    assert [text for _, _, text in warned(feed)] == [
        "item 2: the id '1' is taken by item 1",
        "item 3: the product has no title",
        "item 4: the price '?' is not a price",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<html><body>Nothing</body></html>", "the feed is a web page without JSON-LD"),
        ('{"@context": "https://schema.org", "@type": "Organization"}', "the feed has no product"),
        ('{"@type": "Product", "name": }', "the feed is no JSON: expecting value at line 1, column 30"),
        ('{"@type": "Product",}\n{"@type": }', "no product of the feed can be used; the first: line 1: "),
        ('[{"@type": "Product", "name": "x"}', "the feed is no JSON: expecting ',' delimiter at line 1, column 35"),
        ('{"@type": "Product", "x": ' + "[" * 99_999, "the feed is no JSON: it is nested too deeply"),
    ],
)
def test_what_is_no_feed_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    assert refused(tmp_path, text).startswith(sentence)


def test_the_size_of_what_is_read_at_once_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linked, "MOST_TEXT", 50)
    assert refused(tmp_path, json.dumps(product(color="x" * 50))).startswith("the feed has more than 64 MB of JSON-LD")


def test_circles_end(tmp_path: Path) -> None:
    value = [
        {"@id": "a", "@type": "Product", "name": "x", "isVariantOf": {"@id": "b"}, "hasVariant": {"@id": "a"}},
        {"@id": "b", "@type": "ProductGroup", "hasVariant": [{"@id": "a"}, {"@id": "b"}], "brand": {"@id": "b"}},
        {"@id": "c", "@graph": [{"@id": "c"}], "mainEntity": {"@id": "c"}},
    ]
    assert read(tmp_path, json.dumps(value)).catalog.ids == ("b",)


SCRIPT = '<script type="application/ld+json">'


@pytest.mark.parametrize("piece", ["<script ", "<!--", SCRIPT, "<script>", "</script", "<?", "<!---->", f"{SCRIPT}//"])
def test_a_hostile_page_takes_no_longer_than_its_length(tmp_path: Path, piece: str) -> None:
    start = time.process_time()
    refused(tmp_path, "<html>" + piece * (1_000_000 // len(piece)), format="schemaorg")
    assert time.process_time() - start < 3


def test_written_as_json_lines_it_is_read_again_the_same(tmp_path: Path) -> None:
    first = read(tmp_path, PAGE).catalog
    write_jsonl(first, tmp_path / "again.jsonl")
    again = read(tmp_path, (tmp_path / "again.jsonl").read_bytes()).catalog
    assert (again.ids, again.variants.ids) == (first.ids, first.variants.ids)
    assert {name: each.texts for name, each in again.columns.items()} == {
        name: each.texts for name, each in first.columns.items()
    }
