"""Google's product feed, as text and as XML."""

import time
from pathlib import Path

import pytest

from quizbot.content.feeds import Feed, write_jsonl
from tests.exports import RSS, TSV
from tests.feeding import read, refused, said, warned

SPACE = 'xmlns:g="http://base.google.com/ns/1.0"'


def options(feed: Feed) -> dict[str, tuple[str, ...]]:
    return {name: tuple(each.texts) for name, each in feed.catalog.variants.options.items()}


def columns(feed: Feed) -> dict[str, tuple[str, ...]]:
    return {name: tuple(each.texts) for name, each in feed.catalog.columns.items() if any(each.texts)}


def test_rss_is_read_whole(tmp_path: Path) -> None:
    feed = read(tmp_path, RSS)
    catalog, variants = feed.catalog, feed.catalog.variants
    assert warned(feed) == [
        (15, "duplicate-id", "item 4: the id 'M' is taken by item 3"),
        (16, "price", "item 5: the price 'soon' is not a price"),
    ]
    assert (catalog.ids, variants.ids, variants.item.tolist()) == (("coat", "M"), ("C-S", "C-M", "M"), [0, 0, 1])
    assert (variants.price.tolist(), catalog.currency) == ([99, 120, 9.5], "EUR")
    assert variants.available.tolist() == [True, False, True]
    assert variants.images == ("https://x.example/1.jpg", "https://x.example/r.jpg", "")
    assert options(feed) == {"color": ("Navy", "Red", ""), "size": ("S", "M", "300 ml")}
    assert columns(feed) == {
        "title": ("City Coat", "Mug"),
        "brand": ("North", ""),
        "type": ("Parkas", ""),
        "description": ("Warm & dry", ""),
        "url": ("https://x.example/c?v=1&a=2", ""),
        "image": ("https://x.example/1.jpg", ""),
        "additional_image_link": ("https://x.example/2.jpg, https://x.example/3.jpg", ""),
        "sale_price": ("99.00 EUR", ""),
        "regular_price": ("120.00 EUR", "9,50 EUR"),
        "material": ("Wool", ""),
        "product_type": ("Apparel > Coats, Jackets > Parkas | Sale", ""),
        "shipping": ("DE:4.90 EUR", ""),
        "product_highlight": ("Warm, dry | Light", ""),
        "custom_label_0": ("winter\xa0one", ""),
        "Fill weight": ("160 g", ""),
        "Hood": ("yes", ""),
    }


def test_tab_separated_values_are_read_whole(tmp_path: Path) -> None:
    feed = read(tmp_path, TSV)
    catalog, variants = feed.catalog, feed.catalog.variants
    assert feed.problems == []
    assert (catalog.ids, variants.ids, variants.price.tolist()) == (("coat", "Q"), ("C-S", "C-M", "Q"), [15, 12, 3])
    assert variants.available.tolist() == [True, True, False]
    assert options(feed) == {"color": ("blue", "red", "")}
    assert columns(feed) == {
        "title": ("City Coat", '"Best" coat'),
        "type": ("B, C", ""),
        "description": ("x", ""),
        "url": ("https://x", "https://x"),
        "image": ("https://x/1.jpg", ""),
        "sale_price": ("12.00 EUR", ""),
        "regular_price": ("15.00 EUR", "3,00 EUR"),
        "product_type": ("A > B, C | D > E", ""),
        "Fill Weight": ("3", ""),
        "General: Type": ("Digital player", ""),
        "Memory": ("Flash, fast", ""),
        "Ratio": ("16:9, wide", ""),
    }
    assert said(catalog, "link") == ("https://x", "https://x")


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><item><id>1</id><title>T</title><link>/t</link><price>3 EUR</price></item></channel></rss>",
        (
            f"<rss {SPACE}><item><title>T</title><g:price>3 EUR</g:price><g:id>1</g:id><guid>9</guid>"
            "<link>/t</link></item></rss>"
        ),
        (
            '<products xmlns="http://base.google.com/ns/1.0"><product><id>1</id><title>T</title><link>/t</link>'
            "<price>3 EUR</price></product></products>"
        ),
        (
            f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACE}><id>x</id><title>Shop</title><entry><id>urn:1</id>'
            '<g:id>1</g:id><title>T</title><link rel="self" href="/s"/><link href="/t"/>'
            "<g:price>3 EUR</g:price></entry></feed>"
        ),
        "id,title,link,availability,price\n1,T,/t,in stock,3 EUR\n",
        "g:id|g:title|g:link|g:price\n1|T|/t|3 EUR\n",
        "ID\tTitle\tLink\tImage link\tPrice\n1\tT\t/t\t\t3 EUR\n",
    ],
)
def test_a_feed_is_recognized_in_every_dress(tmp_path: Path, text: str) -> None:
    feed = read(tmp_path, text)
    assert feed.problems == []
    assert (feed.catalog.ids, feed.catalog.price.tolist(), feed.catalog.currency) == (("1",), [3], "EUR")
    assert columns(feed) == {"title": ("T",), "url": ("/t",)}


@pytest.mark.parametrize(
    ("word", "available"),
    [
        ("in_stock", True),
        ("in stock", True),
        ("out_of_stock", False),
        ("out of stock", False),
        ("Out_Of_Stock", False),
        ("preorder", True),
        ("backorder", True),
        ("", True),
    ],
)
def test_every_word_for_availability_is_understood(tmp_path: Path, word: str, *, available: bool) -> None:
    catalog = read(tmp_path, f"id\ttitle\timage_link\tavailability\n1\tT\t\t{word}\n").catalog
    assert catalog.available.tolist() == [available]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("General:Weight:1,200 g", {"Weight": "1, 200 g"}),
        ('General:Weight:"1,200 g",General:Hood:yes', {"Weight": "1,200 g", "Hood": "yes"}),
        ('"General:Made of:Wool, silk"', {"Made of": "Wool, silk"}),
        ('General:Says:"a ""b"", c"', {"Says": 'a "b", c'}),
        (r"General:Ratio\:x:1\,5", {"Ratio:x": "1,5"}),
        (':Hood:yes,:Inches:12"', {"Hood": "yes", "Inches": '12"'}),
        ("Hood:yes", {"Hood": "yes"}),
        ("A:Weight:1,B:Weight:2", {"A: Weight": "1", "B: Weight": "2"}),
        ("A:Ports:x,A:Ports:y", {"Ports": "x, y"}),
        ("General:Title:x,:Price:y", {"General: Title": "x", "product_detail: Price": "y"}),
        ("nothing", {}),
    ],
)
def test_details_become_columns(tmp_path: Path, cell: str, found: dict[str, str]) -> None:
    header = "id\ttitle\timage_link\tproduct_detail(section_name:attribute_name:attribute_value)"
    quoted = '"' + cell.replace('"', '""') + '"'
    for written in {cell, quoted} if not cell.startswith('"') else {quoted}:
        feed = read(tmp_path, f"{header}\n1\tT\t\t{written}\n")
        assert {name: texts[0] for name, texts in columns(feed).items() if name != "title"} == found


def test_of_a_group_that_has_its_parents_row_nothing_is_lost(tmp_path: Path) -> None:
    text = "id\ttitle\titem_group_id\tsize\ncoat\tCoat\t\t\nc1\tCoat small\tcoat\tS\nc2\tCoat large\tcoat\tL\n"
    feed = read(tmp_path, text)
    assert feed.problems == []
    assert (feed.catalog.ids, feed.catalog.variants.ids) == (("coat",), ("coat", "c1", "c2"))
    assert options(feed) == {"size": ("", "S", "L")}


def test_columns_can_be_named(tmp_path: Path) -> None:
    catalog = read(tmp_path, TSV, columns={"title": "Fill Weight", "price": "price"}).catalog
    assert said(catalog, "title") == ("3",)
    assert catalog.variants.price.tolist() == [15, 15]
    assert refused(tmp_path, TSV, columns={"title": "Model"}).startswith("the feed has no 'Model' for title | choose")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<rss><item><id>1</id>\n<title>a & b</title></item></rss>", "the feed is no XML: not well-formed"),
        ("<rss><item><g:id>1</g:id></item></rss>", "the feed is no XML: unbound prefix | declare it: xmlns:g="),
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>', "the feed has a document type definition | leave out"),
        ('<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss/>', "the feed has a document type definition | leave out"),
        ("<a>" * 99, "the feed is nested too deeply | export"),
        ("<rss><item>", "the feed is no XML: no element found"),
        ("<rss>" + "<item/>" * 3, "the feed is no XML: no element found"),
    ],
)
def test_what_is_no_feed_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    assert refused(tmp_path, text).startswith(sentence)


def test_an_item_beyond_the_limit_costs_only_itself(tmp_path: Path) -> None:
    long = f"<item><id>1</id><title>{'x' * 2_000_000}</title></item>"
    feed = read(tmp_path, f"<rss>{long}<item><id>2</id><title>T</title></item></rss>")
    assert feed.catalog.ids == ("2",)
    assert warned(feed) == [(1, "item-size", "item 1: the item is longer than 1 MB")]


@pytest.mark.parametrize("piece", ['"', "a:", ",", "\\", '""a', ':"'])
def test_hostile_details_take_no_longer_than_their_length(tmp_path: Path, piece: str) -> None:
    cell = (piece * 200_000).replace('"', '""')
    text = f'id,title,image_link,product_detail\n1,T,,"{cell}"\n'
    start = time.process_time()
    read(tmp_path, text)
    assert time.process_time() - start < 3


@pytest.mark.parametrize("text", [RSS, TSV])
def test_written_as_json_lines_it_is_read_again_the_same(tmp_path: Path, text: str) -> None:
    first = read(tmp_path, text)
    write_jsonl(first.catalog, tmp_path / "again.jsonl")
    again = read(tmp_path, (tmp_path / "again.jsonl").read_bytes())
    assert again.problems == []
    assert (again.catalog.ids, again.catalog.variants.ids) == (first.catalog.ids, first.catalog.variants.ids)
    assert again.catalog.variants.price.tolist() == first.catalog.variants.price.tolist()
    assert (options(again), columns(again)) == (options(first), columns(first))


def test_a_no_break_space_in_an_id_is_a_space(tmp_path: Path) -> None:
    text = "id\ttitle\titem_group_id\timage_link\tprice\nA\u00a01\tCoat\tCity\u00a0\u00a0Coat\thttps://x/1.jpg\t9 EUR\n"
    feed = read(tmp_path, text)
    assert (feed.problems, feed.catalog.ids, feed.catalog.variants.ids) == ([], ("City Coat",), ("A 1",))


def test_of_too_many_details_the_rarest_are_left_out_and_no_product(tmp_path: Path) -> None:
    rows = "".join(f"{at}\tCoat {at}\tGeneral:Only {at}:x,General:Fill:160 g\n" for at in range(600))
    feed = read(tmp_path, f"id\ttitle\tproduct_detail\n{rows}")
    assert (len(feed.catalog), len(feed.catalog.columns)) == (600, 500)
    assert set(said(feed.catalog, "Fill")) == {"160 g"}
    assert warned(feed) == [(0, "feed-columns", "the products have 601 details")]
