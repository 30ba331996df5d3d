"""What is kept prepared is what the feed says, to the bit, or it is made again."""

from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.content.catalog import Catalog, Column
from quizbot.content.edition import Edition
from quizbot.content.feeds import Feed, read_feed
from quizbot.content.levels import measure
from quizbot.content.problems import Problem
from quizbot.content.quiz import CatalogSource
from quizbot.library.arrays import Damaged, Texts, packed, read_arrays, write_arrays
from quizbot.library.prepared import Prepared
from quizbot.library.shelf import Shelf
from tests.exports import PAGE, RSS, TSV, WOO
from tests.feeding import LEGACY
from tests.worlds import label_trait, level_trait, quiz

TRAITS = {"title": label_trait("title"), "price": level_trait("price"), "none": label_trait("description")}


def told(column: Column) -> tuple[str, list[str], list[float]]:
    """All that a column says."""
    return column.name, list(column.texts), column.flags.tolist()


def everything(catalog: Catalog) -> object:
    """All that a catalog says."""
    variants = catalog.variants
    arrays = [repr(each.tolist()) for each in (variants.item, variants.price, variants.available)]
    columns = {name: repr(told(each)) for name, each in (*catalog.columns.items(), *variants.options.items())}
    texts = [list(each) for each in (catalog.ids, variants.ids, variants.images)]
    return arrays, columns, texts, catalog.currency, catalog.digest, catalog.file, dict(catalog.aliases)


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    """An empty folder of prepared feeds that must not complain."""

    def complain(sentence: str) -> None:
        raise AssertionError(sentence)

    return Prepared(tmp_path / "data", complain)


@pytest.mark.parametrize("text", [LEGACY, RSS, TSV, WOO, PAGE], ids=["shopify", "rss", "tsv", "woocommerce", "page"])
def test_a_prepared_feed_says_the_same_as_the_feed(prepared: Prepared, tmp_path: Path, text: str) -> None:
    path = tmp_path / "feed"
    path.write_text(text, "utf-8")
    source = CatalogSource(file="feed")
    read, first = prepared.feed(path, source)
    again, second = prepared.feed(path, source)
    assert first == second
    assert again is not read
    assert isinstance(again.catalog.columns["title"].texts, Texts)
    assert everything(again.catalog) == everything(read.catalog)
    assert again.problems == read.problems
    made = quiz(
        TRAITS, [{"id": "a", "ask": "A?", "type": "scale", "low": "a", "high": "b", "prefer": {"price": [0, 1]}}]
    )
    one, other = measure(made, read.catalog), measure(made, again.catalog)
    np.testing.assert_array_equal(one.level, other.level)
    problems = [Problem("tea.yaml", 1, 2, "rule", "text", "remedy", "warning")]
    kept = prepared.kept_levels(prepared.keep_levels(one, problems, "these"))
    assert kept is not None
    np.testing.assert_array_equal(kept[0].level, one.level)
    assert kept[1] == problems
    for name, family in one.families.items():
        also = kept[0].families[name]
        assert (also.labels, also.known.tolist()) == (family.labels, family.known.tolist())
        assert [each.tolist() for each in also.items] == [each.tolist() for each in family.items]
    assert {name: each.values.tolist() for name, each in kept[0].scales.items()} == {
        name: each.values.tolist() for name, each in one.scales.items()
    }


def test_another_byte_another_way_to_read_or_another_program_is_another_feed(
    prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("id,title,price\na,A,1\nb,B,2\n", "utf-8")
    keys = [prepared.feed(path, CatalogSource(file="feed.csv"))[1]]
    keys.append(prepared.feed(path, CatalogSource(file="feed.csv", currency="USD"))[1])
    path.write_text("id,title,price\na,A,1\nb,B,3\n", "utf-8")
    keys.append(prepared.feed(path, CatalogSource(file="feed.csv"))[1])
    monkeypatch.setattr("quizbot.library.prepared.program", lambda: "another")
    keys.append(prepared.feed(path, CatalogSource(file="feed.csv"))[1])
    assert len(set(keys)) == 4


def test_what_is_damaged_anywhere_is_made_again_with_a_sentence(tmp_path: Path) -> None:
    said: list[str] = []
    prepared = Prepared(tmp_path / "data", said.append)
    path = tmp_path / "feed.csv"
    path.write_text("id,title,price\na,Äpfel,1\nb,B,2\n", "utf-8")
    source, random = CatalogSource(file="feed.csv"), Random(0)
    expected = everything(prepared.feed(path, source)[0].catalog)
    kept = next((tmp_path / "data/prepared").iterdir())
    whole = kept.read_bytes()
    for at in (0, 5, 20, len(whole) - 1, *random.sample(range(len(whole)), 60)):
        kept.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1 :])
        said.clear()
        assert everything(prepared.feed(path, source)[0].catalog) == expected
        assert len(said) == 1, at
        assert kept.read_bytes() == whole
    for length in (0, 1, 30, len(whole) // 2, len(whole) - 1):
        kept.write_bytes(whole[:length])
        assert everything(prepared.feed(path, source)[0].catalog) == expected


def test_nothing_that_python_could_run_is_in_a_prepared_file(tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        write_and_read(tmp_path, {"a": np.array([{}], dtype=object)})


def write_and_read(folder: Path, arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.object_]]]) -> object:
    """What comes back of arrays."""
    write_arrays(folder / "x", {}, arrays)
    return read_arrays(folder / "x")


def test_arrays_come_back_and_cannot_be_written_to(tmp_path: Path) -> None:
    arrays = {"a": np.array([[1.5, np.nan], [0, -1]]), "none": np.zeros((0, 3)), "yes": np.array([True, False, True])}
    write_arrays(tmp_path / "x", {"told": "ä"}, arrays)
    head, found = read_arrays(tmp_path / "x")
    assert head == {"told": "ä"}
    for name, each in arrays.items():
        np.testing.assert_array_equal(found[name], each)
        assert found[name].dtype == each.dtype
    with pytest.raises(ValueError, match="read-only"):
        found["a"][0, 0] = 2
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


@given(texts=st.lists(st.text(st.characters(codec=None), max_size=20), max_size=20))
def test_texts_come_back_as_they_were(texts: list[str]) -> None:
    kept = Texts(*packed(texts))
    assert list(kept) == texts
    assert [kept[at] for at in range(len(kept))] == texts
    assert [kept[-at - 1] for at in range(len(kept))] == texts[::-1]
    assert list(kept[1:5:2]) == texts[1:5:2]
    with pytest.raises(IndexError):
        kept[len(texts)]


def test_a_slice_of_texts_decodes_no_others() -> None:
    data, ends = packed(["a", "b", "c"])
    damaged = data.copy()
    damaged[2] = 0xFF
    assert Texts(damaged, ends)[0:2] == ("a", "b")
    with pytest.raises(UnicodeDecodeError):
        Texts(damaged, ends)[0:3]


def test_a_feed_that_changes_while_it_is_read_is_not_kept(
    prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("id,title,price\na,A,1\n", "utf-8")

    def meanwhile(path: Path, source: CatalogSource, also: Path | None) -> Feed:
        feed = read_feed(path, source, also=also)
        path.write_text("id,title,price\nb,B,1\n", "utf-8")
        return feed

    monkeypatch.setattr("quizbot.library.prepared.read_feed", meanwhile)
    assert prepared.feed(path, CatalogSource(file="feed.csv"))[0].catalog.ids == ("a",)
    assert not (tmp_path / "data").exists()


def test_the_columns_of_a_large_catalog_are_kept_beside_its_levels_and_shared(tmp_path: Path) -> None:
    said: list[str] = []
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "stock.csv").write_text(
        "id,title,warmth\n" + "".join(f"i{at},Coat,{at % 7}\n" for at in range(40)), "utf-8"
    )
    (folder / "coats.yaml").write_text(COATS, "utf-8")
    usual = _first(Shelf(folder).library.editions["coats"])
    with patch("quizbot.advice.ranking.space.LARGE", 1):
        for _ in range(2):
            assert _first(Shelf(folder, tmp_path / "data", said.append).library.editions["coats"]) == usual
        kept = [each for each in (tmp_path / "data/prepared").iterdir() if each.stem.endswith(".columns")]
        assert len(kept) == 1
        written = kept[0].stat()
        with patch("quizbot.advice.ranking.shortlist.measured", side_effect=AssertionError("it is prepared")):
            assert _first(Shelf(folder, tmp_path / "data", said.append).library.editions["coats"]) == usual
        assert kept[0].stat() == written
        assert said == []
        kept[0].write_bytes(kept[0].read_bytes()[:-1])
        assert _first(Shelf(folder, tmp_path / "data", said.append).library.editions["coats"]) == usual
        assert len(said) == 1
        assert _first(Shelf(folder, tmp_path / "data", said.append).library.editions["coats"]) == usual
        assert len(said) == 1
        (folder / "coats.yaml").write_text(COATS.replace("warmth: 1", "warmth: 0"), "utf-8")
        assert _first(Shelf(folder, tmp_path / "data", said.append).library.editions["coats"]) != usual
        assert not kept[0].exists()


COATS = """
title: Coats
catalog: stock.csv
traits:
  warmth: {label: Warmth, from: {column: warmth}}
questions:
  - id: cold
    ask: How cold is it?
    options:
      - {id: yes, text: Very, prefer: {warmth: 1}}
      - {id: no, text: Not at all, prefer: {warmth: 0.3}}
"""


def _first(made: Edition) -> list[int]:
    return [int(each) for each in rank(made, [prefer(made, {"cold": "yes"})], 5)[0].items]
