"""Shopify exports and JSON Lines, and the texts and addresses in any feed."""

import time
from pathlib import Path

import numpy as np
import pytest

from tests.feeding import LEGACY, NEW, lines_of, read, refused, said, warned

# Shopify ------------------------------------------------------------------------------------------


def test_shopify_rows_of_one_handle_are_one_product_with_variants(tmp_path: Path) -> None:
    feed = read(tmp_path, LEGACY)
    catalog, variants = feed.catalog, feed.catalog.variants
    assert feed.problems == []
    assert catalog.ids == ("coat", "mug")
    assert variants.item.tolist() == [0, 0, 0, 1]
    assert variants.ids == ("C-S", "C-M", "coat-3", "mug")
    assert variants.price.tolist() == [120, 110, 130, 9]
    assert {name: each.texts for name, each in variants.options.items()} == {
        "Size": ("S", "M", "L", ""),
        "Color": ("Navy", "Navy", "Navy", ""),
    }
    assert said(catalog, "description") == ("Warm & dry\nNo hood\nTwo pockets", "")
    assert said(catalog, "brand") == said(catalog, "vendor") == ("North", "North")
    assert said(catalog, "image") == ("https://cdn.example/1.jpg", "https://cdn.example/mug.jpg")
    assert variants.images == ("", "https://cdn.example/m.jpg", "", "")


def test_shopify_stock_follows_tracking_quantity_and_policy(tmp_path: Path) -> None:
    assert read(tmp_path, LEGACY).catalog.variants.available.tolist() == [False, True, True, True]
    assert read(tmp_path, NEW).catalog.variants.available.tolist() == [False, False, True, True]


def test_shopify_metafields_keep_their_header_and_answer_to_their_key(tmp_path: Path) -> None:
    catalog = read(tmp_path, LEGACY).catalog
    assert "Fill weight (product.metafields.custom.fill_weight)" in catalog.columns
    assert said(catalog, "fill_weight") == said(catalog, "custom.fill_weight") == ("160.0 g", "")


def test_the_new_generation_of_shopify_headers_is_read_in_any_case(tmp_path: Path) -> None:
    catalog = read(tmp_path, NEW).catalog
    assert catalog.ids == ("coat", "cape")
    assert said(catalog, "description") == ("Warm", "")
    assert said(catalog, "Weight value (grams)") == ("900", "300")
    assert catalog.variants.options["size"].texts == ("S", "M", "L", "M")


def test_a_shopify_handle_that_is_too_long_for_an_id_is_shortened_and_told(tmp_path: Path) -> None:
    """Handles may have 255 characters; two that begin alike stay two products."""
    handles = ["x" * 200, "x" * 201]
    rows = "".join(f"{each},Coat,North,9.00\n" for each in handles)
    feed = read(tmp_path, f"Handle,Title,Vendor,Variant Price\n{rows}")
    assert [len(each) for each in feed.catalog.ids] == [128, 128]
    assert len(set(feed.catalog.ids)) == 2
    assert [(each.line, each.text) for each in feed.problems] == [
        (line, f"the handle '{'x' * 40}...' is longer than 128 characters") for line in (2, 3)
    ]
    assert feed.problems[0].remedy == f"its product is known as '{feed.catalog.ids[0]}'"


def test_the_first_shopify_picture_is_the_one_in_the_first_place(tmp_path: Path) -> None:
    rows = "c,Coat,N,9,b.jpg,2.0\nc,,,,a.jpg,1.0\nc,,,,z.jpg,\n"
    feed = read(tmp_path, f"Handle,Title,Vendor,Variant Price,Image Src,Image Position\n{rows}")
    assert said(feed.catalog, "image") == ("a.jpg",)


def test_a_mark_of_byte_order_hides_no_column(tmp_path: Path) -> None:
    catalog = read(tmp_path, "\n\t\ufefftitle,price\nA,1\n").catalog
    assert (said(catalog, "title"), catalog.price.tolist()) == (("A",), [1])


def test_shopify_rows_may_come_in_any_order(tmp_path: Path) -> None:
    lines = LEGACY.splitlines(keepends=True)
    shuffled = read(tmp_path, "".join([lines[0], *reversed(lines[1:])])).catalog
    assert sorted(shuffled.ids) == ["coat", "mug"]
    assert said(shuffled, "title")[shuffled.positions["coat"]] == "City Coat"


def test_a_shopify_variant_with_a_wrong_price_costs_only_itself(tmp_path: Path) -> None:
    feed = read(tmp_path, LEGACY.replace("110.00", "soon").replace("\ncoat,,,,,,,,L", "\n,,,,,,,,L"))
    assert feed.catalog.variants.ids == ("C-S", "mug")
    assert warned(feed) == [(3, "price", "the price 'soon' is not a price"), (4, "id", "the row has no handle")]


def test_a_shopify_feed_with_nothing_for_sale_is_refused(tmp_path: Path) -> None:
    text = refused(tmp_path, LEGACY.replace(",active,", ",archived,"))
    assert text == "none of the feed's 5 products is for sale | publish some, and give them the status 'active'"


def test_only_keeps_the_variants_that_meet_it(tmp_path: Path) -> None:
    catalog = read(tmp_path, LEGACY, only={"size": ["M", "L"], "available": "yes"}).catalog
    assert catalog.variants.ids == ("C-M", "coat-3")
    assert catalog.ids == ("coat",)


# JSON Lines ---------------------------------------------------------------------------------------


def test_json_lines_bring_attributes_and_variants(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
        lines_of(
            {
                "id": 7,
                "title": "Coat",
                "price": 1.299,
                "currency": "EUR",
                "tags": ["warm", "dry"],
                "description": "<p>A &lt; B</p>",
                "image": ["https://cdn.example/1.jpg", "https://cdn.example/2.jpg"],
                "attributes": {"Weight": 0.10, "Hood": True, "Colors": ["navy", "red"], "Empty": None},
                "season": "winter",
                "variants": [
                    {"id": "7-s", "price": 99.5, "available": False, "options": {"Size": "S"}},
                    {"options": {"Size": "M", "Color": "red"}},
                ],
            },
            {"id": "8", "title": "Cape", "available": False},
        ),
    )
    catalog, variants = feed.catalog, feed.catalog.variants
    assert feed.problems == []
    assert catalog.ids == ("7", "8")
    assert variants.ids == ("7-s", "7-2", "8")
    np.testing.assert_array_equal(variants.price, [99.5, 1.299, np.nan])
    assert variants.available.tolist() == [False, True, False]
    assert {name: each.texts for name, each in variants.options.items()} == {
        "Size": ("S", "M", ""),
        "Color": ("", "red", ""),
    }
    assert [said(catalog, name)[0] for name in ("Weight", "Hood", "Colors", "Empty", "season", "tags")] == [
        "0.1",
        "yes",
        "navy, red",
        "",
        "winter",
        "warm, dry",
    ]
    assert said(catalog, "description")[0] == "A < B"
    assert said(catalog, "image")[0] == "https://cdn.example/1.jpg"
    assert catalog.currency == "EUR"


def test_json_lines_that_cannot_be_used_are_listed(tmp_path: Path) -> None:
    good = '{"id": "a", "title": "A"}\n'
    bad = [
        "{",
        "[]",
        '{"id": "b", "title": "B", "price": NaN}',
        '{"id": "c", "title": "\\ud800"}',
        '{"id": "d", "title": "D", "attributes": {"x": {"y": 1}}}',
        '{"id": "e", "title": "E", "variants": {}, "attributes": 3}',
        '{"id": "f", "title": "F", "variants": "S"}',
        '{"x": ' + "[" * 100_000,
        '{"id": "g"}',
    ]
    feed = read(tmp_path, good + "\n".join(bad))
    assert feed.catalog.ids == ("a",)
    assert [(line, text) for line, _, text in warned(feed)] == [
        (2, "the line is no JSON: expecting property name enclosed in double quotes at column 2"),
        (3, "the line is no JSON object"),
        (4, "'NaN' is no number"),
        (5, "half a character (a lone surrogate) stands in a text"),
        (6, "'x' is nested; a text, a number, yes or no, or a list of them is needed"),
        (7, "'attributes' is no JSON object"),
        (8, "'variants' is no list"),
        (9, "the line is nested too deeply"),
        (10, "the product has no title"),
    ]


def test_json_names_are_mapped_like_columns(tmp_path: Path) -> None:
    text = lines_of({"sku": "a", "attributes": {"name": "Coat"}})
    catalog = read(tmp_path, text, columns={"id": "sku", "title": "name"}).catalog
    assert catalog.ids == ("a",)
    assert said(catalog, "title") == said(catalog, "name") == ("Coat",)


# Texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ("<p>Warm &amp;  dry</p>\n<ul><li>No hood<li>Wool&nbsp;lined</ul>", "Warm & dry\nNo hood\nWool lined"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ('<img alt="a > b" src=x>shown', "shown"),
        ("<p class=it's>x</p>", "x"),
        ("<script>if (a < b) { c }</script>kept<style>p{}</style >", "kept"),
        ("a<!-- <p>never</p> -->b<!-- open", "ab<!-- open"),
        ("weighs < 5 kg & I <3 it", "weighs < 5 kg & I <3 it"),
        ("&lt;b&gt; is bold", "<b> is bold"),
        ("no markup,\n two  spaces", "no markup,\n two  spaces"),
    ],
)
def test_html_is_reduced_to_the_text_a_reader_sees(tmp_path: Path, description: str, text: str) -> None:
    feed = read(tmp_path, lines_of({"id": "a", "title": "A", "description": description}))
    assert said(feed.catalog, "description") == (text,)


@pytest.mark.parametrize("piece", ["<a ", "<a b='", '<a b="x', "<!--", "<script>", "</", "<![CDATA[", "&#", "<p>"])
def test_hostile_html_takes_no_longer_than_its_length(tmp_path: Path, piece: str) -> None:
    start = time.process_time()
    read(tmp_path, lines_of({"id": "a", "title": "A", "description": piece * (300_000 // len(piece))}))
    assert time.process_time() - start < 1


# Safe values --------------------------------------------------------------------------------------

HOSTILE = (
    *("javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:x", "data:text/html,x", "\\\\evil.example", "http:"),
    *("ftp://x", "https://[", "vbscript:x"),
)


@pytest.mark.parametrize("address", HOSTILE)
def test_addresses_that_are_not_http_or_relative_are_dropped_with_a_warning(tmp_path: Path, address: str) -> None:
    feed = read(
        tmp_path,
        lines_of({"id": "a", "title": "A", "url": address, "image": address, "variants": [{"image": address}]}),
    )
    assert said(feed.catalog, "url") == said(feed.catalog, "image") == feed.catalog.variants.images == ("",)
    assert [each.rule for each in feed.problems] == ["image", "image", "url"]


def test_http_and_relative_addresses_are_kept(tmp_path: Path) -> None:
    text = "title,url,image\nA,https://x.example/p?a=b#c,images/my coat.svg\nB,/p/2,//cdn.example/x.jpg\n"
    catalog = read(tmp_path, text).catalog
    assert said(catalog, "url") == ("https://x.example/p?a=b#c", "/p/2")
    assert said(catalog, "image") == ("images/my%20coat.svg", "https://cdn.example/x.jpg")


def test_product_ids_are_printable_and_of_128_characters_at_most(tmp_path: Path) -> None:
    longest = "x" * 128
    feed = read(tmp_path, f"id,title\nGlen Ord / 12 °,A\n{longest},B\n{longest}x,C\na\tb,D\nInchgower \u202e,E\n")
    assert feed.catalog.ids == ("Glen Ord / 12 °", longest)
    assert [each.line for each in feed.problems] == [4, 5, 6]


def test_prices_in_another_currency_are_left_out(tmp_path: Path) -> None:
    feed = read(tmp_path, "title,price\nA,15.00 EUR\nB,€16\nC,USD 17\nD,18\n")
    assert feed.catalog.price.tolist() == [15, 16, 18]
    assert warned(feed) == [(4, "price", "the price 'USD 17' is in USD, the catalog's in EUR")]
    assert read(tmp_path, "title,price\nA,$15\n").catalog.currency == "USD"
    assert read(tmp_path, "title,price\nA,$15\n", currency="CAD").catalog.currency == "CAD"
