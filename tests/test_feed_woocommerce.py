"""WooCommerce's product export."""

from pathlib import Path

import pytest

from quizbot.content.feeds import write_jsonl
from tests.exports import WOO
from tests.feeding import read, refused, said, warned

HEADERS = Path(__file__).with_name("files").joinpath("headers", "woocommerce.txt").read_text("utf-8").splitlines()
"""One for each language besides English and German."""
HEADER = "ID,Type,SKU,Name,Published,Visibility in catalog,In stock?,Stock,Backorders allowed?,Regular price,Parent"


def test_an_export_is_read_whole(tmp_path: Path) -> None:
    feed = read(tmp_path, WOO)
    catalog, variants = feed.catalog, feed.catalog.variants
    assert warned(feed) == [(10, "parent", "the product 'nope' of this variation is missing")]
    assert catalog.ids == ("44", "47", "48", "49", "53")
    assert variants.item.tolist() == [0, 0, 1, 2, 3, 4]
    assert variants.ids == ("coat-b", "46", "gift", "set", "ext", "bo")
    assert variants.price.tolist() == [90, 110, 12.5, 12.5, 5, 5]
    assert variants.available.tolist() == [True, False, True, True, True, True]
    assert variants.images == ("https://x/b.jpg", "", "https://x/g.jpg", "", "", "")
    assert {name: each.texts for name, each in variants.options.items()} == {
        "Color": ("Blue, dark", "Blue, dark, Green, Red", "Gold", "", "", "")
    }
    assert {name: each.texts for name, each in catalog.columns.items()} == {
        "title": ("Coat & more", "Gift", "Set", "Ext", "=Back"),
        "brand": ("", "", "", "Acme", ""),
        "type": ("Coats", "Gifts", "Sets", "Sets", "Sets"),
        "tags": ("warm, dry", "", "", "", ""),
        "description": ("Short\nWarm\nLong", "", "", "", ""),
        "url": ("", "", "", "https://other.example/x", ""),
        "image": ("https://x/1.jpg", "https://x/g.jpg", "", "", ""),
        "Material": ("Wool", "", "", "", ""),
        "Short description": ("Short", "", "", "", ""),
        "SKU": ("coat", "gift", "set", "ext", "bo"),
        "Is featured?": ("0", "0", "0", "0", "0"),
        "Weight (kg)": ("1.2", "", "", "", ""),
        "Sale price": ("90", "", "", "", ""),
        "Regular price": ("100", "12,50", "", "5", "5"),
        "Categories": ("Clothing, Clothing > Coats", "Gifts", "Sets", "Sets", "Sets"),
        "Images": ("https://x/1.jpg", "https://x/g.jpg, https://x/h.jpg", "", "", ""),
        "Grouped products": ("", "", "gift, id:44", "", ""),
        "External URL": ("", "", "", "https://other.example/x", ""),
        "Meta: _fill": ("160", "", "", "", ""),
    }


def test_the_header_may_be_in_any_case(tmp_path: Path) -> None:
    head, rest = WOO.split("\n", 1)
    assert read(tmp_path, head.upper() + "\n" + rest).catalog.variants.price.tolist() == [90, 110, 12.5, 12.5, 5, 5]


def test_an_export_in_german_is_read(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
        "ID;Typ;Artikelnummer;Name;Veröffentlicht;Vorrätig?;Angebotspreis;Regulärer Preis;Kategorien;"
        "Übergeordnetes Produkt;Attribut 1 Name;Attribut 1 Wert(e)\n"
        "1;variable;m;Mantel;1;1;;;Mäntel;;Farbe;Blau, Rot\n"
        "2;variation;m-b;Mantel;1;0;1.099,50;1.200,00;;m;Farbe;Blau\n",
    )
    assert feed.problems == []
    variants = feed.catalog.variants
    assert (variants.price.tolist(), variants.available.tolist()) == ([1099.5], [False])
    assert variants.options["Farbe"].texts == ("Blau",)
    assert said(feed.catalog, "type") == ("Mäntel",)


@pytest.mark.parametrize("header", HEADERS)
def test_an_export_is_read_in_the_language_of_the_shop(tmp_path: Path, header: str) -> None:
    rows = (
        '1,variable,m,Coat,1,visible,1,,,,"Clothing, Clothing > Coats",warm,https://x/1.jpg,,Color,"Blue, Red"\n'
        "2,variation,m-b,,1,visible,1,3,90,100,,,,m,Color,Blue\n"
        "3,variation,m-r,,1,visible,0,0,,110,,,,id:1,Color,Red\n"
        "4,simple,d,Draft,-1,visible,1,,,5,,,,,,\n"
    )
    feed = read(tmp_path, f"{header}\n{rows}")
    catalog, variants = feed.catalog, feed.catalog.variants
    assert (feed.problems, catalog.ids, variants.ids) == ([], ("1",), ("m-b", "m-r"))
    assert (variants.price.tolist(), variants.available.tolist()) == ([90, 110], [True, False])
    assert {name: each.texts for name, each in variants.options.items()} == {"Color": ("Blue", "Red")}
    assert [said(catalog, each) for each in ("title", "type", "tags", "image")] == [
        ("Coat",),
        ("Coats",),
        ("warm",),
        ("https://x/1.jpg",),
    ]


def test_a_variation_that_comes_again_is_listed_and_left_out(tmp_path: Path) -> None:
    rows = "1,variable,p,P,1,visible,1,,0,,\n2,variation,v,V,1,visible,1,,0,5,id:1\n"
    feed = read(tmp_path, f"{HEADER}\n{rows}2,variation,v,V,1,visible,1,,0,6,id:1\n")
    assert feed.catalog.variants.price.tolist() == [5]
    assert warned(feed) == [(4, "duplicate-id", "the id '2' is taken by line 3")]


def test_of_too_many_attributes_the_rarest_are_left_out_and_no_product(tmp_path: Path) -> None:
    header = f"{HEADER},Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)"
    rows = [f"{at},simple,,P{at},1,visible,1,,0,5,,Only {at},x,Color,Red" for at in range(600)]
    catalog = (feed := read(tmp_path, "\n".join([header, *rows]))).catalog
    assert (len(catalog), len(catalog.columns)) == (600, 491)
    assert set(said(catalog, "Color")) == {"Red"}
    assert warned(feed) == [(0, "feed-columns", "the products have 601 attributes")]
    write_jsonl(catalog, tmp_path / "again.jsonl")
    assert len(read(tmp_path, (tmp_path / "again.jsonl").read_bytes()).catalog) == 600


@pytest.mark.parametrize(
    ("cells", "available"),
    [
        (("1", "", "0"), True),
        (("0", "", "0"), False),
        (("backorder", "-2", "notify"), True),
        (("0", "0", "1"), True),
        (("1", "0", "0"), False),
        (("1", "5", "0"), True),
        (("", "", ""), True),
        (("", "0", "no"), False),
    ],
)
def test_stock_follows_word_number_and_backorders(tmp_path: Path, cells: tuple[str, ...], *, available: bool) -> None:
    feed = read(tmp_path, f"{HEADER}\n1,simple,a,A,1,visible,{','.join(cells)},5,\n")
    assert feed.catalog.available.tolist() == [available]


def test_a_variation_may_count_its_parents_stock(tmp_path: Path) -> None:
    rows = "1,variable,p,P,1,visible,1,0,0,,\n2,variation,v,V,1,visible,1,parent,0,5,id:1\n"
    assert read(tmp_path, f"{HEADER}\n{rows}").catalog.available.tolist() == [False]


def test_a_formula_and_line_ends_are_read_as_they_were_written(tmp_path: Path) -> None:
    text = f"{HEADER},Description\n1,simple,a,'-A,1,visible,1,,0,5,,'=one\\ntwo \\\\nthree\n"
    catalog = read(tmp_path, text).catalog
    assert said(catalog, "title") == ("-A",)
    assert said(catalog, "description") == ("=one\ntwo \\nthree",)


def test_attributes_never_hide_standard_columns(tmp_path: Path) -> None:
    text = f"{HEADER},Attribute 1 name,Attribute 1 value(s)\n1,simple,a,A,1,visible,1,,0,5,,Type,Red\n"
    catalog = read(tmp_path, text).catalog
    assert (said(catalog, "type"), said(catalog, "Type (attribute)")) == (("",), ("Red",))


def test_an_export_with_nothing_on_show_is_refused(tmp_path: Path) -> None:
    text = refused(tmp_path, f"{HEADER}\n1,simple,a,A,-1,visible,1,,0,5,\n2,simple,b,B,1,hidden,1,,0,5,\n")
    assert text == "none of the feed's 2 products is on show | publish some, and let the catalog show them"


def test_columns_can_be_named(tmp_path: Path) -> None:
    catalog = read(tmp_path, WOO, columns={"id": "SKU", "price": "Regular price"}).catalog
    assert catalog.ids == ("coat", "gift", "set", "ext", "bo")
    assert catalog.variants.price.tolist() == [100, 110, 12.5, 12.5, 5, 5]


def test_written_as_json_lines_it_is_read_again_the_same(tmp_path: Path) -> None:
    first = read(tmp_path, WOO).catalog
    write_jsonl(first, tmp_path / "again.jsonl")
    again = read(tmp_path, (tmp_path / "again.jsonl").read_bytes()).catalog
    assert (again.ids, again.variants.ids) == (first.ids, first.variants.ids)
    assert {name: each.texts for name, each in again.columns.items()} == {
        name: each.texts for name, each in first.columns.items()
    }
    assert again.variants.options["Color"].texts == first.variants.options["Color"].texts
