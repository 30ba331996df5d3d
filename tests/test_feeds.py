"""Feeds as shops export them: what is read, what is left out and said, what is refused."""

import contextlib
import csv
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizbot.content.catalog import Catalog
from quizbot.content.feeds import Feed, document, read_feed, table
from quizbot.content.problems import Refused
from quizbot.content.quiz import CatalogSource

BENCHMARK_DATA = Path(os.environ.get("BENCHMARK_DATA", Path(__file__).parents[2] / "shared" / "data")) / "catalogs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(folder: Path, content: str | bytes, **options: object) -> Feed:
    path = folder / "feed.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_feed(path, CatalogSource.model_validate({"file": "feed.csv", **options}))


def refused(folder: Path, content: str | bytes, **options: object) -> str:
    """The one sentence a feed is refused with, and its remedy."""
    with pytest.raises(Refused) as caught:
        read(folder, content, **options)
    (problem,) = caught.value.problems
    assert problem.file == str(folder / "feed.csv")
    assert problem.severity == "error"
    return f"{problem.text} | {problem.remedy}" if problem.remedy else problem.text


def warned(feed: Feed) -> list[tuple[int, str, str]]:
    assert all(each.severity == "warning" for each in feed.problems)
    return [(each.line, each.rule, each.text) for each in feed.problems]


def said(catalog: Catalog, name: str) -> tuple[str, ...]:
    column = catalog.column(name)
    assert column is not None
    return column.texts


# Plain CSV ----------------------------------------------------------------------------------------


def test_every_column_of_a_plain_csv_keeps_its_name(folder: Path) -> None:
    feed = read(folder, 'title,Weight (g),Notes\nCoat,900,"soft, ""warm"""\nCape,,\n')
    assert feed.problems == []
    assert list(feed.catalog.columns)[7:] == ["Weight (g)", "Notes"]
    assert said(feed.catalog, "weight (G)") == ("900", "")
    assert said(feed.catalog, "Notes") == ('soft, "warm"', "")


def test_standard_columns_are_always_there(folder: Path) -> None:
    catalog = read(folder, "title\nCoat\n").catalog
    assert [said(catalog, name) for name in ("brand", "type", "tags", "description", "url", "image")] == [("",)] * 6
    assert np.isnan(catalog.price).all()
    assert catalog.available.all()


def test_columns_are_mapped_onto_standard_names_and_keep_their_own(folder: Path) -> None:
    feed = read(
        folder,
        "Model,Code,Cost,Stock\nFox,f1,10.50,3\nOwl,o2,12,0\n",
        columns={"title": "Model", "id": "code", "price": "Cost", "available": "Stock"},
    )
    catalog = feed.catalog
    assert catalog.ids == ("f1", "o2")
    assert said(catalog, "title") == said(catalog, "Model") == ("Fox", "Owl")
    assert said(catalog, "Cost") == ("10.50", "12")
    assert catalog.price.tolist() == [10.5, 12]
    assert catalog.available.tolist() == [True, False]


def test_without_an_id_it_is_made_from_brand_and_title_and_unique(folder: Path) -> None:
    catalog = read(folder, "brand,title\nÉclat,Été 2\nÉclat,Été 2\n,Été 2\nÉclat,Été-2-2\n,日本 酒\n").catalog
    assert catalog.ids == ("eclat-ete-2", "eclat-ete-2-2", "ete-2", "eclat-ete-2-2-2", "日本-酒")
    assert catalog.variants.ids == catalog.ids


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognized(folder: Path, delimiter: str) -> None:
    rows = [["title", "price", "notes"], ["Coat", "12", "a b"], ["Cape", "13", '"c" d']]
    path = folder / "feed.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert said(read_feed(path, CatalogSource(file="x")).catalog, "notes") == ("a b", '"c" d')


def test_decimal_commas_beside_semicolons_are_prices(folder: Path) -> None:
    catalog = read(folder, "title;price\nCoat;1.299,00 €\nCape;12,50 €\nHat;1.050 €\n").catalog
    assert catalog.price.tolist() == [1299, 12.5, 1050]
    assert catalog.currency == "EUR"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_recognized(folder: Path, encoding: str) -> None:
    feed = read(folder, "Title,Größe\nMäntel für 5 €,groß\n".encode(encoding))
    assert feed.problems == []
    assert said(feed.catalog, "Größe") == ("groß",)
    assert said(feed.catalog, "title") == ("Mäntel für 5 €",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_one_line(folder: Path, end: str) -> None:
    feed = read(folder, end.join(["title,price", "Coat,1", "Cape,x", "", "Hat,3,", "Cap,4,5", ""]))
    assert said(feed.catalog, "title") == ("Coat", "Hat")
    assert [each.line for each in feed.problems] == [3, 6]


def test_tags_may_be_separated_by_semicolons(folder: Path) -> None:
    catalog = read(folder, "title,tags\nCoat,Warm; dry\nCape,dry\n").catalog
    assert catalog.tags == (frozenset({"warm", "dry"}), frozenset({"dry"}))


def test_availability_is_understood_in_words_and_numbers(folder: Path) -> None:
    words = [
        "in stock",
        "out_of_stock",
        "yes",
        "no",
        "0",
        "12",
        "",
        "sold out",
        "https://schema.org/InStock",
        "preorder",
    ]
    catalog = read(folder, "title,available\n" + "".join(f"T{at},{word}\n" for at, word in enumerate(words))).catalog
    assert catalog.available.tolist() == [True, False, True, False, False, True, True, False, True, True]


def test_rows_that_cannot_be_used_are_listed_by_line_and_left_out(folder: Path) -> None:
    feed = read(
        folder,
        'id,title,price\na,Coat,10\nb,,11\n,Cape,12\nc,"Two\nlines",13\nd,Hat,cheap\ne,Cap\nf,Bag,1,2\na,Again,5\ng,Sack,-3\nh,Sock,7\n',
    )
    assert feed.catalog.ids == ("a", "c", "h")
    assert warned(feed) == [
        (3, "title", "the product has no title"),
        (4, "id", "the product has no id"),
        (7, "price", "the price 'cheap' is not a price"),
        (8, "fields", "the row has 2 fields; the header has 3"),
        (9, "fields", "the row has 4 fields; the header has 3"),
        (10, "duplicate-id", "the id 'a' is taken by line 2"),
        (11, "price", "the price '-3' is not a price"),
    ]


def test_an_open_quote_costs_one_row_not_the_rest(folder: Path) -> None:
    feed = read(folder, 'title,notes\nCoat,warm\nCape,"open\nHat,a "b" c\nCap,"d"\nBag,"e"f\nSock,g\n')
    assert said(feed.catalog, "title") == ("Coat", "Hat", "Cap", "Sock")
    assert [(line, rule) for line, rule, _ in warned(feed)] == [(3, "quotes"), (6, "quotes")]


def test_a_zero_byte_costs_its_row(folder: Path) -> None:
    feed = read(folder, "title,notes\nCoat,warm\nCape,a\0b\nHat,c\n" + "x,y\n" * 50)
    assert warned(feed) == [(3, "binary-row", "the row holds a zero byte")]


def test_two_columns_of_one_name_are_both_kept(folder: Path) -> None:
    feed = read(folder, "title,size,Size,\nCoat,1,2,\n")
    assert list(feed.catalog.columns)[7:] == ["size", "Size (3)"]
    assert [each.rule for each in feed.problems] == ["column-twice"]


def test_what_means_unknown_is_empty(folder: Path) -> None:
    text = "title,Weight,Ingredients,price\nA,0,No Info,n/a\nB,0.0 g,Visit the shop.,5\nC,10,visit THE\nlong page,6\n"
    text = text.replace("visit THE\nlong page", '"visit THE\nlong page"')
    unknown = {"weight": "0", "Ingredients": ["no info", "Visit the *"], "price": "n/a"}
    catalog = read(folder, text, unknown=unknown).catalog
    assert said(catalog, "Weight") == ("", "", "10")
    assert said(catalog, "Ingredients") == ("", "", "")
    np.testing.assert_array_equal(catalog.price, [np.nan, 5, 6])


def test_a_question_mark_in_unknown_is_only_itself(folder: Path) -> None:
    catalog = read(folder, "title,Fit\nA,?\nB,L\nC,[L]\n", unknown={"Fit": ["?", "[L]"]}).catalog
    assert said(catalog, "Fit") == ("", "L", "")


@pytest.mark.parametrize(
    ("only", "left"),
    [
        ({"type": ["coat", "Parka"]}, ["A", "B"]),
        ({"Weight": {"min": 500, "max": 900}}, ["A"]),
        ({"Weight": "900.0"}, ["A"]),
        ({"Hood": "ja"}, ["B", "D"]),
        ({"price": {"max": 20}}, ["A", "B"]),
        ({"tags": "Rain-proof"}, ["C"]),
        ({"Made of": ["wool", "silk"]}, ["A", "D"]),
        ({"warm": "yes"}, ["A", "C"]),
        ({"available": "yes", "type": "coat"}, ["A"]),
    ],
)
def test_only_keeps_what_meets_it_and_unknown_does_not(folder: Path, only: object, left: list[str]) -> None:
    rows = [
        "title,type,Weight,Hood,price,tags,available,Made of",
        "A,Coat,900,no,10,warm,yes,Wool / Nylon",
        "B,PARKA,,yes,20,,yes,",
        'C,Mug,300,,30,"Rain proof, Warm",,clay',
        "D,Bag,450,yes,,,0,silk",
    ]
    text = "\n".join(rows)
    assert list(said(read(folder, text, only=only).catalog, "title")) == left


# Shopify ------------------------------------------------------------------------------------------

LEGACY = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src,\
Image Position,Variant Image,Gift Card,Status,Fill weight (product.metafields.custom.fill_weight)
coat,City Coat,"<p>Warm &amp; dry</p><ul><li>No hood</li><li>Two pockets</li></ul><script>x()</script>",North,Coat,\
"warm, city",true,Size,S,Color,Navy,C-S,900,shopify,0,deny,120.00,https://cdn.example/2.jpg,2,,false,active,\
"{""value"":160.0,""unit"":""g""}"
coat,,,,,,,,M,,Navy,C-M,900,shopify,3,deny,110.00,https://cdn.example/1.jpg,1,https://cdn.example/m.jpg,,,
coat,,,,,,,,L,,Navy,,900,shopify,0,continue,130.00,,,,,,
coat,,,,,,,,,,,,,,,,,https://cdn.example/3.jpg,3,,,,
mug,Mug,,North,Mug,,true,Title,Default Title,,,,300,,0,deny,9.00,//cdn.example/mug.jpg,1,,false,active,
draft,Draft,,North,Coat,,true,Title,Default Title,,,,1,,1,deny,9.00,,,,false,draft,
hidden,Hidden,,North,Coat,,false,Title,Default Title,,,,1,,1,deny,9.00,,,,false,active,
card,Card,,North,Card,,true,Amount,10,,,,0,,1,deny,10.00,,,,true,active,
"""

NEW = """\
title,URL HANDLE,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Option1 name,\
Option1 value,Price,Inventory quantity,Continue selling when out of stock,Weight value (grams),Product image URL,\
Image position,Variant image URL,Gift card
City Coat,coat,<b>Warm</b>,North,Apparel > Coats,Coat,warm,TRUE,Active,C-S,size,S,120.00,0,DENY,900,https://cdn.example/1.jpg,1,,FALSE
,coat,,,,,,,,C-M,,M,110.00,-2,deny,900,,,,
,coat,,,,,,,,C-L,,L,130.00,,deny,900,,,,
Mug,mug,,North,,Mug,,TRUE,Archived,,Title,Default Title,9,5,deny,300,,,,FALSE
Cape,cape,,North,,Cape,,TRUE,Active,,Size,M,9,0,TRUE,300,,,,FALSE
"""


def test_shopify_rows_of_one_handle_are_one_product_with_variants(folder: Path) -> None:
    feed = read(folder, LEGACY)
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


def test_shopify_stock_follows_tracking_quantity_and_policy(folder: Path) -> None:
    assert read(folder, LEGACY).catalog.variants.available.tolist() == [False, True, True, True]
    assert read(folder, NEW).catalog.variants.available.tolist() == [False, False, True, True]


def test_shopify_metafields_keep_their_header_and_answer_to_their_key(folder: Path) -> None:
    catalog = read(folder, LEGACY).catalog
    assert "Fill weight (product.metafields.custom.fill_weight)" in catalog.columns
    assert said(catalog, "fill_weight") == said(catalog, "custom.fill_weight") == ("160.0 g", "")


def test_the_new_generation_of_shopify_headers_is_read_in_any_case(folder: Path) -> None:
    catalog = read(folder, NEW).catalog
    assert catalog.ids == ("coat", "cape")
    assert said(catalog, "description") == ("Warm", "")
    assert said(catalog, "Weight value (grams)") == ("900", "300")
    assert catalog.variants.options["size"].texts == ("S", "M", "L", "M")


def test_shopify_rows_may_come_in_any_order(folder: Path) -> None:
    lines = LEGACY.splitlines(keepends=True)
    shuffled = read(folder, "".join([lines[0], *reversed(lines[1:])])).catalog
    assert sorted(shuffled.ids) == ["coat", "mug"]
    assert said(shuffled, "title")[shuffled.positions["coat"]] == "City Coat"


def test_a_shopify_variant_with_a_wrong_price_costs_only_itself(folder: Path) -> None:
    feed = read(folder, LEGACY.replace("110.00", "soon").replace("\ncoat,,,,,,,,L", "\n,,,,,,,,L"))
    assert feed.catalog.variants.ids == ("C-S", "mug")
    assert warned(feed) == [(3, "price", "the price 'soon' is not a price"), (4, "id", "the row has no handle")]


def test_a_shopify_feed_with_nothing_for_sale_is_refused(folder: Path) -> None:
    text = refused(folder, LEGACY.replace(",active,", ",archived,"))
    assert text == "none of the feed's 5 products is for sale | publish some, and give them the status 'active'"


def test_only_keeps_the_variants_that_meet_it(folder: Path) -> None:
    catalog = read(folder, LEGACY, only={"size": ["M", "L"], "available": "yes"}).catalog
    assert catalog.variants.ids == ("C-M", "coat-3")
    assert catalog.ids == ("coat",)


# JSON Lines ---------------------------------------------------------------------------------------


def lines_of(*products: object) -> str:
    return "".join(json.dumps(each) + "\n" for each in products)


def test_json_lines_bring_attributes_and_variants(folder: Path) -> None:
    feed = read(
        folder,
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


def test_json_lines_that_cannot_be_used_are_listed(folder: Path) -> None:
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
    feed = read(folder, good + "\n".join(bad))
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


def test_json_names_are_mapped_like_columns(folder: Path) -> None:
    text = lines_of({"sku": "a", "attributes": {"name": "Coat"}})
    catalog = read(folder, text, columns={"id": "sku", "title": "name"}).catalog
    assert catalog.ids == ("a",)
    assert said(catalog, "title") == said(catalog, "name") == ("Coat",)


# Texts ---------------------------------------------------------------------------------------------


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
def test_html_is_reduced_to_the_text_a_reader_sees(folder: Path, description: str, text: str) -> None:
    feed = read(folder, lines_of({"id": "a", "title": "A", "description": description}))
    assert said(feed.catalog, "description") == (text,)


@pytest.mark.parametrize("piece", ["<a ", "<a b='", '<a b="x', "<!--", "<script>", "</", "<![CDATA[", "&#", "<p>"])
def test_hostile_html_takes_no_longer_than_its_length(folder: Path, piece: str) -> None:
    start = time.process_time()
    read(folder, lines_of({"id": "a", "title": "A", "description": piece * (300_000 // len(piece))}))
    assert time.process_time() - start < 1


# Safe values --------------------------------------------------------------------------------------


HOSTILE = (
    *("javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:x", "data:text/html,x", "\\\\evil.example", "http:"),
    *("ftp://x", "https://[", "vbscript:x"),
)


@pytest.mark.parametrize("address", HOSTILE)
def test_addresses_that_are_not_http_or_relative_are_dropped_with_a_warning(folder: Path, address: str) -> None:
    feed = read(
        folder, lines_of({"id": "a", "title": "A", "url": address, "image": address, "variants": [{"image": address}]})
    )
    assert said(feed.catalog, "url") == said(feed.catalog, "image") == feed.catalog.variants.images == ("",)
    assert [each.rule for each in feed.problems] == ["image", "image", "url"]


def test_http_and_relative_addresses_are_kept(folder: Path) -> None:
    text = "title,url,image\nA,https://x.example/p?a=b#c,images/my coat.svg\nB,/p/2,//cdn.example/x.jpg\n"
    catalog = read(folder, text).catalog
    assert said(catalog, "url") == ("https://x.example/p?a=b#c", "/p/2")
    assert said(catalog, "image") == ("images/my%20coat.svg", "https://cdn.example/x.jpg")


def test_product_ids_are_printable_and_of_128_characters_at_most(folder: Path) -> None:
    longest = "x" * 128
    feed = read(folder, f"id,title\nGlen Ord / 12 °,A\n{longest},B\n{longest}x,C\na\tb,D\nInchgower \u202e,E\n")
    assert feed.catalog.ids == ("Glen Ord / 12 °", longest)
    assert [each.line for each in feed.problems] == [4, 5, 6]


def test_prices_in_another_currency_are_left_out(folder: Path) -> None:
    feed = read(folder, "title,price\nA,15.00 EUR\nB,€16\nC,USD 17\nD,18\n")
    assert feed.catalog.price.tolist() == [15, 16, 18]
    assert warned(feed) == [(4, "price", "the price 'USD 17' is in USD, the catalog's in EUR")]
    assert read(folder, "title,price\nA,$15\n").catalog.currency == "USD"
    assert read(folder, "title,price\nA,$15\n", currency="CAD").catalog.currency == "CAD"


# Whole feeds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the feed is empty | export it again"),
        (" \n\r\n\t", "the feed is empty | export it again"),
        (b"\x1f\x8b\x08\0\0", "the feed is a gzip file | export it as text: CSV or JSON Lines"),
        (b"PK\x03\x04" + b"\0" * 50, "the feed is a zip file | export it as text: CSV or JSON Lines"),
        (b"\xff\0\x81title" * 9, "the feed is not text | save it as UTF-8"),
        (b"title\n\x81\xc3\n", "the feed is neither UTF-8, UTF-16 nor Windows-1252 | save it as UTF-8"),
        ("title,price\n", "the feed has no product | export it again"),
        ("title,price\nA\nB\n", "the feed has no product | export it again"),
        ("title,price\nA,x\n", "no product of the feed can be used; the first: line 2: the price 'x' is not a price"),
        ("<rss></rss>", "XML feeds are not supported yet | use CSV or JSON Lines"),
        ('[{"id": 1}]', "the feed is one JSON list | write one product per line"),
        ('{"@context": "https://schema.org"}', "schema.org data is not supported yet | use CSV or JSON Lines"),
        ("1,2\n3,4\n", "the feed has no column 'title' | say in the quiz `columns: {title: ...}`; choose from 1, 2"),
        (",".join(f"c{n}" for n in range(501)), "the feed has 501 columns | 500 are the most"),
    ],
)  # fmt: skip
def test_a_feed_that_cannot_be_read_is_refused_with_one_sentence(
    folder: Path, content: str | bytes, sentence: str
) -> None:
    assert refused(folder, content) == sentence


def test_a_feed_that_is_not_there_is_refused(folder: Path) -> None:
    for path in (folder / "none.csv", folder):
        with pytest.raises(Refused) as caught:
            read_feed(path, CatalogSource(file="x"))
        assert [each.rule for each in caught.value.problems] == ["feed-missing"]


def test_what_the_quiz_says_about_the_feed_must_be_true(folder: Path) -> None:
    text = "Models,Weight\nA,1\n"
    wrong = refused(folder, text, columns={"title": "Model"})
    assert wrong == "the feed has no column 'Model' for title | choose from Models, Weight (did you mean 'Models'?)"
    assert refused(folder, text, columns={"titles": "Models"}).startswith(
        "'titles' is no standard column | choose from title"
    )
    stated = {"title": "Models"}
    assert refused(folder, text, columns=stated, only={"Height": {"max": 3}}).startswith(
        "`only` asks for 'Height' | choose"
    )
    assert refused(folder, text, columns=stated, only={"Weight": {"max": 0}}).startswith("none of the 1 products meets")
    assert refused(folder, text, format="shopify").startswith("the feed has no column 'handle' | choose from Models")
    assert refused(folder, text, format="google") == "the format 'google' is not supported yet"


def test_the_stated_format_wins_over_the_recognized_one(folder: Path) -> None:
    assert read(folder, LEGACY).catalog.ids == ("coat", "mug")
    plain = read(folder, LEGACY, format="csv", columns={"id": "Handle"})
    assert plain.catalog.ids == ("coat", "mug", "draft", "hidden", "card")


def test_limits_of_size_rows_and_fields_hold(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = csv.field_size_limit()
    feed = read(folder, f"title,notes\nA,b\nB,{'x' * (table.LONGEST_FIELD + 1)}\nC,d\n")
    assert said(feed.catalog, "title") == ("A", "C")
    assert warned(feed) == [(3, "quotes", "a field is longer than 1 MB")]
    assert csv.field_size_limit() == before
    monkeypatch.setattr(table, "MOST_ROWS", 2)
    assert refused(folder, "title\na\nb\nc\n") == "the feed has more than 2 rows | split it"
    monkeypatch.setattr(document, "MOST_BYTES", 5)
    assert refused(folder, "title\na\n") == "the feed has 8 bytes | split it; 512 MB are the most"


def test_the_digest_follows_the_bytes_and_the_options_alone(folder: Path) -> None:
    one = read(folder, "title,x\nA,1\n").catalog.digest
    assert one == read(folder, "title,x\nA,1\n", file="elsewhere.csv").catalog.digest
    others = [read(folder, "title,x\nA,2\n"), read(folder, "title,x\nA,1\n", unknown={"x": "0"})]
    assert len({one, *(each.catalog.digest for each in others)}) == 3


def test_many_bad_rows_are_counted_rather_than_listed(folder: Path) -> None:
    feed = read(folder, "title,price\nA,1\n" + "B,x\n" * 1500)
    assert len(feed.problems) == 1001
    assert feed.problems[-1].text == "500 more rows have problems"


def test_progress_ends_where_the_file_ends(folder: Path) -> None:
    path = folder / "feed.csv"
    path.write_text("title\n" + "A\n" * 12_000)
    seen: list[tuple[int, int]] = []
    read_feed(path, CatalogSource(file="x"), lambda done, size: seen.append((done, size)))
    assert seen == sorted(seen)
    assert len(seen) > 2
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


# Nothing but a refusal ----------------------------------------------------------------------------

PIECES = (
    *(
        *",;\t|\"\n\r'\0{}[]:<&",
        '""',
        "title",
        "id",
        "price",
        "Handle",
        "Variant Price",
        "Option1 Name",
        "1,50",
        "€",
        "é",
    ),
    *(
        '{"title": "a", "id": "b"}',
        "\ufeff",
        "a",
        "-1e309",
        "javascript:x",
        "<p>",
        "&#x1;",
        "9" * 30,
        " ",
        "\U0001f600",
    ),
)
pieces = st.sampled_from(PIECES)


def only_refused(folder: Path, content: bytes, form: str | None) -> None:
    path = folder / "fuzz"
    path.write_bytes(content)
    with contextlib.suppress(Refused):
        feed = read_feed(path, CatalogSource.model_validate({"file": "fuzz", "format": form}))
        assert len(feed.catalog) > 0
        assert len(set(feed.catalog.ids)) == len(feed.catalog)
        assert all(len(column.texts) == len(feed.catalog) for column in feed.catalog.columns.values())
        assert set(feed.catalog.variants.item.tolist()) == set(range(len(feed.catalog)))
        json.dumps([each.text for each in feed.problems], ensure_ascii=False).encode()


forms = st.sampled_from([None, "csv", "shopify", "jsonl"])


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300), form=forms)
def test_no_bytes_crash_the_reader(content: bytes, form: str | None, tmp_path_factory: pytest.TempPathFactory) -> None:
    only_refused(tmp_path_factory.getbasetemp(), content, form)


@settings(max_examples=300, deadline=None)
@given(content=st.lists(pieces, max_size=40).map("".join), form=forms)
@example(content='title\n"', form=None)
@example(content="title,price\nA,1\nA,1e400\n", form=None)
def test_no_text_crashes_the_reader(content: str, form: str | None, tmp_path_factory: pytest.TempPathFactory) -> None:
    only_refused(tmp_path_factory.getbasetemp(), content.encode("utf-8", "replace"), form)


@settings(max_examples=300, deadline=None)
@given(start=st.sampled_from([LEGACY, NEW]), at=st.integers(0, len(NEW)), cut=st.integers(0, 40), piece=pieces)
def test_no_damaged_feed_crashes_the_reader(
    start: str, at: int, cut: int, piece: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    damaged = start[:at] + piece + start[at + cut :]
    only_refused(tmp_path_factory.getbasetemp(), damaged.encode("utf-8", "replace"), None)


# Real feeds, where they are at hand ----------------------------------------------------------------


@pytest.mark.skipif(not BENCHMARK_DATA.is_dir(), reason="needs the catalogs that BENCHMARK_DATA points to")
@pytest.mark.parametrize(
    ("file", "columns", "products", "variants"),
    [
        ("apparel.shopify.csv", {}, 20, 22),
        ("beer.csv", {"brand": "Brewery"}, 3197, 3197),
        ("cameras.csv", {"title": "Model", "price": "Price"}, 1038, 1038),
        ("whisky.csv", {"title": "Distillery"}, 86, 86),
    ],
)
def test_real_feeds_are_read_whole(file: str, columns: dict[str, str], products: int, variants: int) -> None:
    feed = read_feed(BENCHMARK_DATA / file, CatalogSource(file=file, columns=columns))
    assert feed.problems == []
    assert (len(feed.catalog), len(feed.catalog.variants.item)) == (products, variants)
