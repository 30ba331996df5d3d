"""What the columns of a catalog say: numbers, yes and no, names, prices and stock."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.content.catalog import Catalog, Column, Variants, number, numbers, says_yes, yes_or_no
from quizbot.content.feeds import read_feed, write_jsonl
from quizbot.content.quiz import CatalogSource


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("189", 189),
        ("-5", -5),
        ("\u22125 °C", -5),
        ("+4", 4),
        (".5", 0.5),
        ("1.", 1),
        ("0,125", 0.125),
        ("12,5", 12.5),
        ("12.50", 12.5),
        ("1.299", 1.299),
        ("1,299", 1299),
        ("1.299.000", 1_299_000),
        ("1,299.50", 1299.5),
        ("1.299,50", 1299.5),
        ("1 299,50", 1299.5),
        ("1\u202f299,50", 1299.5),
        ("1'299.50", 1299.5),
        ("1,00,000", 100_000),
        ("1,450 g", 1450),
        ("450g", 450),
        ("7.5%", 7.5),
        ("15.00 EUR", 15),
        ("EUR 15.00", 15),
        ("$15", 15),
        ("$.99", 0.99),
        ("US$ 1,299.00", 1299),
        ("€ 1.299,00", 1299),
        ("1.299,00 €", 1299),
        ("£9.99", 9.99),
        ("Rs.500", 500),
        ("CHF 15.\u2013", 15),
        ("15,-", 15),
        ("300 g/m2", 300),
        ("1e3", 1000),
    ],
)
def test_a_number_is_read_in_both_conventions_with_unit_and_currency(text: str, value: float) -> None:
    assert number(text) == value


NO_NUMBERS = (
    *("", " ", "abc", "nan", "inf", "-infinity", "1_000", "10-20", "1 2 3", "5, 6", "1,2,3", "1..2", "2026-01-05"),
    *("12:30", "<5", "1e400", "9" * 400, "€", "12 x 5", "\0", "4" * 10_000 + "!"),
)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_single_number_is_unknown(text: str) -> None:
    assert math.isnan(number(text))


@given(st.text())
def test_any_text_is_a_finite_number_or_unknown(text: str) -> None:
    assert not math.isinf(number(text))


@given(st.floats(0, 1e9).map(lambda each: round(each, 2)))
def test_a_price_means_the_same_written_in_english_and_in_german(value: float) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert number(f"${english}") == number(f"{german} €") == value


def test_one_cell_that_can_only_have_a_decimal_comma_settles_its_column() -> None:
    np.testing.assert_array_equal(numbers(["12,50", "1.299", "1,250", ""]), [12.5, 1299, 1.25, np.nan])
    np.testing.assert_array_equal(numbers(["12.50", "1.299", "1,250", "?"]), [12.5, 1.299, 1250, np.nan])


def test_plain_numbers_are_read_alike_alone_and_in_a_column() -> None:
    texts = ["1", "2.5", "", "1e3", "nan", "1_0", "-4", "1e300"]
    np.testing.assert_array_equal(numbers(texts), [number(each) for each in texts])


def test_yes_and_no_are_understood_in_their_usual_spellings() -> None:
    assert [yes_or_no(each) for each in (" Yes", "TRUE", "1", "ja", "no", "Falsch", "0", "", "maybe")] == [
        *[True] * 4,
        *[False] * 3,
        None,
        None,
    ]
    assert [says_yes(each) for each in ("3", "0.0", "yes", "n", "2 g", "red")] == [True, False, True, False, True, None]


def test_the_kind_of_a_column_follows_from_all_of_its_known_cells() -> None:
    assert Column("hood", ("yes", "", "No")).is_yes_or_no
    assert not Column("hood", ("yes", "detachable")).is_yes_or_no
    assert not Column("hood", ("", "")).is_yes_or_no
    assert Column("weight", ("450 g", "")).is_number
    assert not Column("weight", ("450 g", "light")).is_number
    assert not Column("weight", ()).is_number


def a_catalog() -> Catalog:
    columns = {
        "title": ("Coat", "Cape", "Mug"),
        "tags": ("Warm, Rain", "", "gift"),
        "description": ("", "a & b < c\nsecond line", "x &amp; y"),
        "Weight": ("900", "", "300"),
        "Hood (product.metafields.custom.has_hood)": ("yes", "no", ""),
        "Nothing": ("", "", ""),
    }
    columns |= dict.fromkeys(("brand", "type", "url", "image"), ("", "", ""))
    variants = Variants(
        item=np.array([0, 0, 1, 2]),
        ids=("coat-s", "coat-l", "cape", "mug"),
        price=np.array([120.0, 99.5, np.nan, 8]),
        available=np.array([False, True, False, True]),
        options={"Size": Column("Size", ("S", "L", "", ""))},
        images=("", "https://pictures.example/l.jpg", "", ""),
    )
    return Catalog(
        ids=("b", "a", "c"),
        columns={name: Column(name, texts) for name, texts in columns.items()},
        variants=variants,
        currency="EUR",
        aliases={"Gewicht": "Weight"},
    )


def test_an_item_costs_its_cheapest_variant_and_is_available_when_any_is() -> None:
    catalog = a_catalog()
    np.testing.assert_array_equal(catalog.price, [99.5, np.nan, 8])
    assert catalog.available.tolist() == [True, False, True]
    assert catalog.first_variant.tolist() == [0, 2, 3, 4]
    assert catalog.order.tolist() == [1, 0, 2]


def test_a_column_is_found_by_name_alias_and_metafield_key_whatever_the_case() -> None:
    catalog = a_catalog()
    weight, hood = catalog.columns["Weight"], catalog.columns["Hood (product.metafields.custom.has_hood)"]
    assert catalog.column("weight") is catalog.column("GEWICHT") is weight
    assert catalog.column("hood") is catalog.column("has_hood") is catalog.column("custom.has_hood") is hood
    assert catalog.column("height") is None


def test_cells_are_looked_up_as_column_then_option_then_tag() -> None:
    catalog = a_catalog()

    def said(name: str) -> list[tuple[int, str]]:
        cells = catalog.cells(name)
        assert cells is not None
        return list(cells)

    assert said("weight") == [(0, "900"), (2, "300")]
    assert said("size") == [(0, "S"), (0, "L")]
    assert said("rain") == [(0, "yes")]
    assert said("tags") == [(0, "Warm"), (0, "Rain"), (2, "gift")]
    assert said("price") == [(0, "99.5"), (2, "8.0")]
    assert said("available") == [(0, "yes"), (1, "no"), (2, "yes")]
    assert catalog.cells("unheard of") is None


def as_values(catalog: Catalog) -> tuple[object, ...]:
    """All that a catalog says, as values that can be compared."""
    variants = catalog.variants
    images = variants.images or ("",) * len(variants.ids)
    return (
        catalog.ids,
        {name: each.texts for name, each in catalog.columns.items()},
        (variants.item.tolist(), variants.ids, [repr(each) for each in variants.price.tolist()]),
        (variants.available.tolist(), images, {name: each.texts for name, each in variants.options.items()}),
        catalog.currency,
    )


def test_a_catalog_written_as_json_lines_reads_back_equal(tmp_path: Path) -> None:
    catalog = a_catalog()
    write_jsonl(catalog, tmp_path / "out.jsonl")
    read = read_feed(tmp_path / "out.jsonl", CatalogSource(file="out.jsonl"))
    assert read.problems == []
    assert as_values(read.catalog) == as_values(catalog)


def test_a_description_with_signs_of_markup_keeps_its_spaces_and_lines(tmp_path: Path) -> None:
    """No-break spaces, several in a row and empty lines, which HTML's own rules would collapse."""
    texts = ("below\u00a0< 5 g", "a  &  b\n\n<c>")
    like = a_catalog()
    description = Column("description", (*texts, "plain  text"))
    catalog = replace(like, columns={**like.columns, "description": description})
    write_jsonl(catalog, tmp_path / "out.jsonl")
    read = read_feed(tmp_path / "out.jsonl", CatalogSource(file="out.jsonl")).catalog
    assert as_values(read) == as_values(catalog)


cell = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip)


@given(data=st.data(), n=st.integers(1, 4))
def test_whatever_a_catalog_says_survives_being_written(
    data: st.DataObject, n: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Texts with markup, quotes and every script included; addresses are checked elsewhere."""
    like = a_catalog()
    texts = {name: tuple(data.draw(st.lists(cell, min_size=n, max_size=n))) for name in ("brand", "description", "X")}
    columns = {name: Column(name, texts.get(name, ("",) * n)) for name in (*like.columns, "X")}
    columns["title"] = Column("title", tuple(f"Coat {at}" for at in range(n)))
    variants = Variants(
        item=np.arange(n),
        ids=tuple(f"v{at}" for at in range(n)),
        price=np.array(data.draw(st.lists(st.floats(0, 1e6) | st.just(math.nan), min_size=n, max_size=n))),
        available=np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n))),
    )
    catalog = replace(like, ids=tuple(f"i{at}" for at in range(n)), columns=columns, variants=variants)
    path = tmp_path_factory.getbasetemp() / "written.jsonl"
    write_jsonl(catalog, path)
    assert as_values(read_feed(path, CatalogSource(file="written.jsonl")).catalog) == as_values(catalog)
