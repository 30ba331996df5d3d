"""Plain feeds as shops export them: what is read, what is left out and said, what is refused."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from quizbot.content.feeds import document, read_feed, table
from quizbot.content.problems import Refused
from quizbot.content.quiz import CatalogSource
from tests.feeding import LEGACY, read, refused, said, warned

BENCHMARK_DATA = Path(os.environ.get("BENCHMARK_DATA", Path(__file__).parents[2] / "shared" / "data")) / "catalogs"


def test_a_german_table_needs_no_word_on_its_columns(tmp_path: Path) -> None:
    header = "Artikelnummer;Bezeichnung;Marke;Preis;Lieferbar;Beschreibung;Menge"
    text = f"{header}\nT-1;Assam;Morgenrot;8,90;nein;Malzig.;100 g\n"
    catalog = read(tmp_path, text).catalog
    assert catalog.ids == ("T-1",)
    assert catalog.variants.price.tolist() == [8.9]
    assert catalog.variants.available.tolist() == [False]
    said = {name: column.texts[0] for name, column in catalog.columns.items()}
    assert said["title"] == "Assam"
    assert said["brand"] == "Morgenrot"
    assert said["description"] == "Malzig."
    assert said["Menge"] == "100 g"


@pytest.mark.parametrize(
    ("said", "available"),
    [
        *(("zurzeit nicht verfügbar", False), ("Derzeit ausverkauft!", False), ("currently out of stock", False)),
        *(("sofort lieferbar", True), ("in 3 Tagen lieferbar", True), ("ja", True), ("0", False), ("", True)),
    ],
)
def test_availability_is_read_from_sentences_too(tmp_path: Path, said: str, available: bool) -> None:
    catalog = read(tmp_path, f"title;available\nCoat;{said}\nCape;ja\n").catalog
    assert catalog.variants.available.tolist() == [available, True]


def test_a_conflict_that_is_left_after_merging_is_told_as_such(tmp_path: Path) -> None:
    problems = read(tmp_path, "id,title\na,A\n<<<<<<< ours\nb,B\n=======\nb,C\n>>>>>>> theirs\n").problems
    conflict = ("fields", "two versions were merged, and a conflict is left", "keep one of both sides")
    told = [(each.line, each.rule, each.text, each.remedy) for each in problems if each.rule == "fields"]
    assert told == [(line, *conflict) for line in (3, 5, 7)]


def test_letters_that_were_garbled_on_the_way_are_told_once(tmp_path: Path) -> None:
    problems = read(tmp_path, "title,St\u00c3\u00a4rke\nKr\u00c3\u00a4ftig,9\nM\u00c3\u00bcde,2\n").problems
    said = "'St\u00c3\u00a4rke' seems to be 'St\u00e4rke' with its letters garbled"
    assert [(each.rule, each.text) for each in problems] == [("garbled", said)]
    assert read(tmp_path, "title,Größe\nS\u00c3O,9\nCafé,2\n").problems == []


def test_a_price_that_may_have_thousands_or_decimals_is_told_where_the_others_speak_for_thousands(
    tmp_path: Path,
) -> None:
    feed = read(tmp_path, "title,price\nCity,649.00\nTour,1399.00\nE-bike,2.399\n")
    assert feed.catalog.columns["title"].texts == ("City", "Tour")
    assert [(each.line, each.text) for each in feed.problems] == [(4, "the price '2.399' may mean 2399 or 2.399")]
    fuel = read(tmp_path, "title,price\nDiesel,1.699\nPetrol,1.80\n")
    assert fuel.problems == []


def test_every_column_of_a_plain_csv_keeps_its_name(tmp_path: Path) -> None:
    feed = read(tmp_path, 'title,Weight (g),Notes\nCoat,900,"soft, ""warm"""\nCape,,\n')
    assert feed.problems == []
    assert list(feed.catalog.columns)[7:] == ["Weight (g)", "Notes"]
    assert said(feed.catalog, "weight (G)") == ("900", "")
    assert said(feed.catalog, "Notes") == ('soft, "warm"', "")


def test_standard_columns_are_always_there(tmp_path: Path) -> None:
    catalog = read(tmp_path, "title\nCoat\n").catalog
    assert [said(catalog, name) for name in ("brand", "type", "tags", "description", "url", "image")] == [("",)] * 6
    assert np.isnan(catalog.price).all()
    assert catalog.available.all()


def test_columns_are_mapped_onto_standard_names_and_keep_their_own(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
        "Model,Code,Cost,Stock\nFox,f1,10.50,3\nOwl,o2,12,0\n",
        columns={"title": "Model", "id": "code", "price": "Cost", "available": "Stock"},
    )
    catalog = feed.catalog
    assert catalog.ids == ("f1", "o2")
    assert said(catalog, "title") == said(catalog, "Model") == ("Fox", "Owl")
    assert said(catalog, "Cost") == ("10.50", "12")
    assert catalog.price.tolist() == [10.5, 12]
    assert catalog.available.tolist() == [True, False]


def test_without_an_id_it_is_made_from_brand_and_title_and_unique(tmp_path: Path) -> None:
    catalog = read(tmp_path, "brand,title\nÉclat,Été 2\nÉclat,Été 2\n,Été 2\nÉclat,Été-2-2\n,日本 酒\n").catalog
    assert catalog.ids == ("eclat-ete-2", "eclat-ete-2-2", "ete-2", "eclat-ete-2-2-2", "日本-酒")
    assert catalog.variants.ids == catalog.ids


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognized(tmp_path: Path, delimiter: str) -> None:
    rows = [["title", "price", "notes"], ["Coat", "12", "a b"], ["Cape", "13", '"c" d']]
    path = tmp_path / "feed.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert said(read_feed(path, CatalogSource(file="x")).catalog, "notes") == ("a b", '"c" d')


def test_decimal_commas_beside_semicolons_are_prices(tmp_path: Path) -> None:
    catalog = read(tmp_path, "title;price\nCoat;1.299,00 €\nCape;12,50 €\nHat;1.050 €\n").catalog
    assert catalog.price.tolist() == [1299, 12.5, 1050]
    assert catalog.currency == "EUR"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_recognized(tmp_path: Path, encoding: str) -> None:
    feed = read(tmp_path, "Title,Größe\nMäntel für 5 €,groß\n".encode(encoding))
    assert feed.problems == []
    assert said(feed.catalog, "Größe") == ("groß",)
    assert said(feed.catalog, "title") == ("Mäntel für 5 €",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_one_line(tmp_path: Path, end: str) -> None:
    feed = read(tmp_path, end.join(["title,price", "Coat,1", "Cape,x", "", "Hat,3,", "Cap,4,5", ""]))
    assert said(feed.catalog, "title") == ("Coat", "Hat")
    assert [each.line for each in feed.problems] == [3, 6]


def test_tags_may_be_separated_by_semicolons(tmp_path: Path) -> None:
    catalog = read(tmp_path, "title,tags\nCoat,Warm; dry\nCape,dry\n").catalog
    assert catalog.tags == (frozenset({"warm", "dry"}), frozenset({"dry"}))


def test_availability_is_understood_in_words_and_numbers(tmp_path: Path) -> None:
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
    catalog = read(tmp_path, "title,available\n" + "".join(f"T{at},{word}\n" for at, word in enumerate(words))).catalog
    assert catalog.available.tolist() == [True, False, True, False, False, True, True, False, True, True]


def test_rows_that_cannot_be_used_are_listed_by_line_and_left_out(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
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


def test_an_open_quote_costs_one_row_not_the_rest(tmp_path: Path) -> None:
    feed = read(tmp_path, 'title,notes\nCoat,warm\nCape,"open\nHat,a "b" c\nCap,"d"\nBag,"e"f\nSock,g\n')
    assert said(feed.catalog, "title") == ("Coat", "Hat", "Cap", "Sock")
    assert [(line, rule) for line, rule, _ in warned(feed)] == [(3, "quotes"), (6, "quotes")]


def test_a_zero_byte_costs_its_row(tmp_path: Path) -> None:
    feed = read(tmp_path, "title,notes\nCoat,warm\nCape,a\0b\nHat,c\n" + "x,y\n" * 50)
    assert warned(feed) == [(3, "binary-row", "the row holds a zero byte")]


def test_two_columns_of_one_name_are_both_kept(tmp_path: Path) -> None:
    feed = read(tmp_path, "title,size,Size,\nCoat,1,2,\n")
    assert list(feed.catalog.columns)[7:] == ["size", "Size (3)"]
    assert [each.rule for each in feed.problems] == ["column-twice"]


def test_what_means_unknown_is_empty(tmp_path: Path) -> None:
    text = "title,Weight,Ingredients,price\nA,0,No Info,n/a\nB,0.0 g,Visit the shop.,5\nC,10,visit THE\nlong page,6\n"
    text = text.replace("visit THE\nlong page", '"visit THE\nlong page"')
    unknown = {"weight": "0", "Ingredients": ["no info", "Visit the *"], "price": "n/a"}
    catalog = read(tmp_path, text, unknown=unknown).catalog
    assert said(catalog, "Weight") == ("", "", "10")
    assert said(catalog, "Ingredients") == ("", "", "")
    np.testing.assert_array_equal(catalog.price, [np.nan, 5, 6])


def test_a_question_mark_in_unknown_is_only_itself(tmp_path: Path) -> None:
    catalog = read(tmp_path, "title,Fit\nA,?\nB,L\nC,[L]\n", unknown={"Fit": ["?", "[L]"]}).catalog
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
def test_only_keeps_what_meets_it_and_unknown_does_not(tmp_path: Path, only: object, left: list[str]) -> None:
    rows = [
        "title,type,Weight,Hood,price,tags,available,Made of",
        "A,Coat,900,no,10,warm,yes,Wool / Nylon",
        "B,PARKA,,yes,20,,yes,",
        'C,Mug,300,,30,"Rain proof, Warm",,clay',
        "D,Bag,450,yes,,,0,silk",
    ]
    text = "\n".join(rows)
    assert list(said(read(tmp_path, text, only=only).catalog, "title")) == left


# Whole feeds --------------------------------------------------------------------------------------

USELESS, MEND = "no product of the feed can be used; the first:", "mend its rows or export it again"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the feed is empty | export it again"),
        (" \n\r\n\t", "the feed is empty | export it again"),
        (b"\x1f\x8b\x08\0\0", "the gzip file is cut off or damaged | pack it again"),
        (b"PK\x03\x04" + b"\0" * 50, "the feed is a zip file | export it as text: CSV or JSON Lines"),
        (b"\xff\0\x81title" * 9, "the feed is not text | save it as UTF-8"),
        (b"title\n\x81\xc3\n", "the feed is neither UTF-8, UTF-16 nor Windows-1252 | save it as UTF-8"),
        ("title,price\n", "the feed has no product | export it again"),
        ("title,price\nA\nB\n", f"{USELESS} line 2: the row has 1 field; the header has 2 | {MEND}"),
        ("title,price\nA,x\n", f"{USELESS} line 2: the price 'x' is not a price | {MEND}"),
        ("<rss></rss>", "the feed has no product | export it again"),
        ('[{"id": 1}]', "the feed is one JSON list | write one product per line"),
        ('{"@context": "https://schema.org"}', "the feed has no product | export it again"),
        ("1,2\n3,4\n", "the feed has no column 'title' | say in the quiz `columns: {title: ...}`; choose from 1, 2"),
        (",".join(f"c{n}" for n in range(501)), "the feed has 501 columns | 500 are the most"),
    ],
)  # fmt: skip
def test_a_feed_that_cannot_be_read_is_refused_with_one_sentence(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    assert refused(tmp_path, content) == sentence


def test_a_feed_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(Refused) as caught:
            read_feed(path, CatalogSource(file="x"))
        assert [each.rule for each in caught.value.problems] == ["feed-missing"]


def test_what_the_quiz_says_about_the_feed_must_be_true(tmp_path: Path) -> None:
    text = "Models,Weight\nA,1\n"
    wrong = refused(tmp_path, text, columns={"title": "Model"})
    assert wrong == "the feed has no column 'Model' for title | choose from Models, Weight (did you mean 'Models'?)"
    assert refused(tmp_path, text, columns={"titles": "Models"}).startswith(
        "'titles' is no standard column | choose from title"
    )
    stated = {"title": "Models"}
    assert refused(tmp_path, text, columns=stated, only={"Height": {"max": 3}}).startswith(
        "`only` asks for 'Height', which the feed lacks | choose"
    )
    assert refused(tmp_path, text, columns=stated, only={"Weight": {"max": 0}}).startswith(
        "none of the 1 products meets"
    )
    assert refused(tmp_path, text, format="shopify").startswith("the feed has no column 'handle' | choose from Models")
    assert refused(tmp_path, text, format="woocommerce").startswith(
        "the feed has no column 'Name' | choose from Models"
    )
    assert refused(tmp_path, text, format="schemaorg").startswith("the feed is no JSON: ")


def test_the_stated_format_wins_over_the_recognized_one(tmp_path: Path) -> None:
    assert read(tmp_path, LEGACY).catalog.ids == ("coat", "mug")
    plain = read(tmp_path, LEGACY, format="csv", columns={"id": "Handle"})
    assert plain.catalog.ids == ("coat", "mug", "draft", "hidden", "card")


def test_limits_of_size_rows_and_fields_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = csv.field_size_limit()
    feed = read(tmp_path, f"title,notes\nA,b\nB,{'x' * (table.LONGEST_FIELD + 1)}\nC,d\n")
    assert said(feed.catalog, "title") == ("A", "C")
    assert warned(feed) == [(3, "quotes", "a field is longer than 1 MB")]
    assert csv.field_size_limit() == before
    monkeypatch.setattr(table, "MOST_ROWS", 2)
    assert refused(tmp_path, "title\na\nb\nc\n") == "the feed has more than 2 rows | split it"
    monkeypatch.setattr(document, "MOST_BYTES", 5)
    assert refused(tmp_path, "title\na\n") == "the feed has 8 bytes | split it; 512 MB are the most"


def test_the_digest_follows_the_bytes_and_the_options_alone(tmp_path: Path) -> None:
    one = read(tmp_path, "title,x\nA,1\n").catalog.digest
    assert one == read(tmp_path, "title,x\nA,1\n", file="elsewhere.csv").catalog.digest
    others = [read(tmp_path, "title,x\nA,2\n"), read(tmp_path, "title,x\nA,1\n", unknown={"x": "0"})]
    assert len({one, *(each.catalog.digest for each in others)}) == 3


def test_many_bad_rows_are_counted_rather_than_listed(tmp_path: Path) -> None:
    feed = read(tmp_path, "title,price\nA,1\n" + "B,x\n" * 1500)
    assert len(feed.problems) == 1001
    assert feed.problems[-1].text == "500 more rows have problems"


def test_progress_ends_where_the_file_ends(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("title\n" + "A\n" * 12_000)
    seen: list[tuple[int, int]] = []
    read_feed(path, CatalogSource(file="x"), lambda done, size: seen.append((done, size)))
    assert seen == sorted(seen)
    assert len(seen) > 2
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


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
