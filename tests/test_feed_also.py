"""More columns from a second file, joined by id: what a shop adds by hand survives the next feed."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.turn import Turn
from quizbot.content.feeds import Feed, read_feed
from quizbot.content.problems import Problem, Refused
from quizbot.content.quiz import CatalogSource
from quizbot.library.load import load
from tests.feeding import LEGACY, lines_of, said, warned

FEED = "id,title,price,weight\ncape,Cape,90,400\nparka,Parka,300,\n"


def read(folder: Path, more: str | bytes, feed: str = FEED, **options: object) -> Feed:
    (folder / "feed.csv").write_text(feed, "utf-8")
    (folder / "more.csv").write_bytes(more.encode() if isinstance(more, str) else more)
    source = CatalogSource.model_validate({"file": "feed.csv", "also": "more.csv", **options})
    return read_feed(folder / "feed.csv", source, also=folder / "more.csv")


def refused(folder: Path, more: str | bytes, feed: str = FEED) -> Problem:
    with pytest.raises(Refused) as caught:
        read(folder, more, feed)
    (problem,) = caught.value.problems
    assert problem.file == str(folder / "more.csv")
    return problem


def test_new_columns_stand_beside_those_of_the_feed(tmp_path: Path) -> None:
    feed = read(tmp_path, "id;warmth;mood\nparka;5;grand\ncape;1;\n")
    assert (said(feed.catalog, "warmth"), said(feed.catalog, "mood")) == (("1", "5"), ("", "grand"))
    assert warned(feed) == []


def test_a_column_of_both_fills_empty_cells_and_tells_where_the_two_disagree(tmp_path: Path) -> None:
    feed = read(tmp_path, "id,Weight\ncape,450\nparka,1900\n")
    assert said(feed.catalog, "weight") == ("400", "1900")
    assert warned(feed) == [(2, "also-cell", "the feed says '400' of 'cape' in 'weight', and this '450'")]


def test_a_title_only_says_which_row_is_which(tmp_path: Path) -> None:
    feed = read(tmp_path, "id,title,mood\ncape,The old cape,calm\n")
    assert said(feed.catalog, "title") == ("Cape", "Parka")
    assert warned(feed) == []


def test_unknown_and_doubled_ids_are_told_by_line(tmp_path: Path) -> None:
    feed = read(tmp_path, "id,mood\ncape,calm\nhat,merry\ncape,grand\n,sad\n")
    assert said(feed.catalog, "mood") == ("calm", "")
    assert warned(feed) == [
        (3, "unknown-product", "the feed has no product 'hat'"),
        (4, "duplicate-id", "the id 'cape' is taken by line 2"),
        (5, "id", "the row has no product id"),
    ]


def test_prices_and_stock_stay_with_the_feed(tmp_path: Path) -> None:
    feed = read(tmp_path, "id,Price,mood,available\ncape,1,calm,no\n")
    assert (feed.catalog.price.tolist(), feed.catalog.available.tolist()) == ([90, 300], [True, True])
    assert [text for _, _, text in warned(feed)] == [
        "'Price' stays with the feed: prices and stock are its alone",
        "'available' stays with the feed: prices and stock are its alone",
    ]


def test_a_variant_option_is_not_hidden(tmp_path: Path) -> None:
    problem = refused(tmp_path, "handle,Size\ncoat,S\n", LEGACY)
    assert problem.text == "'Size' is a variant option of the feed, which one text per product would hide"


def test_a_metafield_of_the_feed_is_filled_under_its_short_name(tmp_path: Path) -> None:
    feed = read(tmp_path, "handle,fill_weight,mood\nmug,12,warm\n", LEGACY)
    assert dict(zip(feed.catalog.ids, said(feed.catalog, "custom.fill_weight"), strict=True))["mug"] == "12"
    assert dict(zip(feed.catalog.ids, said(feed.catalog, "mood"), strict=True)) == {"coat": "", "mug": "warm"}


def test_ids_may_stand_under_the_name_that_the_feed_has_for_them(tmp_path: Path) -> None:
    feed = "SKU,title\nc-1,Cape\n"
    assert said(read(tmp_path, "sku,mood\nc-1,calm\n", feed, columns={"id": "SKU"}).catalog, "mood") == ("calm",)


def test_json_lines_and_packed_files_are_read_too(tmp_path: Path) -> None:
    more = lines_of({"id": "cape", "mood": "calm"}, {"id": "parka", "attributes": {"stars": 4}})
    feed = read(tmp_path, gzip.compress(more.encode()))
    assert (said(feed.catalog, "mood"), said(feed.catalog, "stars")) == (("calm", ""), ("", "4"))


def test_what_means_unknown_and_what_is_kept_speak_of_more_columns_too(tmp_path: Path) -> None:
    more = "id,mood,kind\ncape,none,coat\nparka,grand,mug\n"
    feed = read(tmp_path, more, unknown={"mood": ["none"]}, only={"kind": {"values": ["coat"]}})
    assert (feed.catalog.ids, said(feed.catalog, "mood")) == (("cape",), ("",))


def test_an_address_of_the_second_file_is_checked_like_the_feeds_own(tmp_path: Path) -> None:
    feed = read(tmp_path, "id,url\ncape,javascript:alert(1)\nparka,https://shop.example/p\n")
    assert said(feed.catalog, "url") == ("", "https://shop.example/p")


def test_other_words_in_the_second_file_are_another_version(tmp_path: Path) -> None:
    digests = {read(tmp_path, f"id,mood\ncape,{each}\n").catalog.digest for each in ("calm", "grand", "calm")}
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ("sku,mood\ncape,calm\n", "the file has no column 'id'"),
        ("<rss></rss>", "a file of more columns is a table or JSON Lines, and this is neither"),
        ("", "the feed is empty"),
    ],
)
def test_a_file_that_cannot_be_joined_is_refused(tmp_path: Path, more: str, text: str) -> None:
    assert refused(tmp_path, more).text == text


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80) | st.lists(st.lists(texts, max_size=4).map(",".join)).map("\n".join).map(str.encode))
def test_whatever_stands_there_only_problems_come_of_it_and_the_feed_stays(tmp_path: Path, tail: bytes) -> None:
    try:
        feed = read(tmp_path, b"id,weight,mood\n" + tail)
    except Refused:
        return
    assert (feed.catalog.ids, said(feed.catalog, "weight")[0]) == (("cape", "parka"), "400")


# In a content folder ------------------------------------------------------------------------------

QUIZ = """title: Coats
catalog: {file: feed.csv, also: more.csv}
traits:
  mood: {label: Mood, from: {column: mood, range: [0, 10]}}
questions:
  - {id: how, ask: How?, options: [{id: grand, text: Grand, prefer: {mood: 1}}]}
  - {id: kind, ask: Which kind?, options: {from: kind, require: true}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop whose traits and options come from the second file."""
    (tmp_path / "coats.yaml").write_text(QUIZ, "utf-8")
    (tmp_path / "feed.csv").write_text(FEED, "utf-8")
    (tmp_path / "more.csv").write_text("id,mood,kind\ncape,2,light\nparka,9,heavy\n", "utf-8")
    return tmp_path


def test_traits_demands_and_options_are_read_from_the_second_file(folder: Path) -> None:
    edition = load(folder).editions["coats"]

    def first(**answers: str) -> list[str]:
        results = advise(edition, Turn.model_validate({"answers": answers, "finish": True})).results
        return [each.id for each in results.items] if results else []

    assert (first(how="grand"), first(kind="light")) == (["parka", "cape"], ["cape"])


def test_the_next_feed_keeps_what_was_added_by_hand(folder: Path) -> None:
    (folder / "next.csv").write_text(FEED.replace("Parka", "Great Parka") + "hat,Hat,20,90\n", "utf-8")
    catalog = load(folder, folder / "next.csv").editions["coats"].catalog
    assert (said(catalog, "title"), said(catalog, "mood")) == (("Cape", "Great Parka", "Hat"), ("2", "9", ""))


def test_a_second_file_that_is_not_there_is_a_problem_at_its_line(folder: Path) -> None:
    (folder / "more.csv").unlink()
    with pytest.raises(Refused) as caught:
        load(folder)
    assert [(Path(each.file).name, each.line, each.rule) for each in caught.value.problems] == [
        ("coats.yaml", 2, "catalog"),
        ("more.csv", 0, "feed-missing"),
    ]


def test_another_second_file_makes_another_version(folder: Path) -> None:
    before = load(folder).editions["coats"].version
    (folder / "more.csv").write_text("id,mood,kind\ncape,3,light\nparka,9,heavy\n", "utf-8")
    assert load(folder).editions["coats"].version != before
