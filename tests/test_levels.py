"""Levels and labels: what a quiz's traits are in a catalog, and what that was read from."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfTransformer

from quizbot.content.catalog import STANDARD, Catalog, Column, Variants
from quizbot.content.edition import edition
from quizbot.content.levels import Evidence, Family, Levels, Scale, evidence, measure
from quizbot.content.quiz import Quiz


def catalog(
    columns: Mapping[str, Sequence[str]],
    options: Mapping[str, Sequence[Sequence[str]]] | None = None,
    price: Sequence[float] = (),
) -> Catalog:
    """A catalog of the given columns; `options` and `price` make as many variants per item as they list."""
    n = len(next(iter(columns.values()))) if columns else len(next(iter((options or {}).values())))
    per_item = [len(each) for each in next(iter((options or {"": [[""]] * n}).values()))]
    texts = {name: Column(name, tuple(columns.get(name, [""] * n))) for name in (*STANDARD, *columns)}
    item = np.repeat(np.arange(n), per_item)
    variants = Variants(
        item=item,
        ids=tuple(f"v{at}" for at in range(len(item))),
        price=np.array(price if len(price) else [np.nan] * len(item)),
        available=np.ones(len(item), dtype=np.bool_),
        options={
            name: Column(name, tuple(text for texts in each for text in texts))
            for name, each in (options or {}).items()
        },
    )
    return Catalog(tuple(f"i{at}" for at in range(n)), texts, variants)


def quiz(traits: Mapping[str, Mapping[str, Any]]) -> Quiz:
    question = {"id": "q", "ask": "?", "options": [{"id": "o", "text": "O"}]}
    made = {name: {"label": name, **trait} for name, trait in traits.items()}
    return Quiz.model_validate({"title": "T", "catalog": "x.csv", "traits": made, "questions": [question]})


def measured(source: Mapping[str, Any], products: Catalog, kind: str = "level") -> Levels:
    return measure(quiz({"t": {"kind": kind, "from": source}}), products)


def level(source: Mapping[str, Any], products: Catalog) -> list[float]:
    found = measured(source, products)
    assert (found.names, found.level.shape) == (("t",), (1, len(products)))
    return [float(each) for each in found.level[0]]


def labels(source: Mapping[str, Any], products: Catalog) -> Family:
    return measured(source, products, "labels").families["t"]


def proof(source: Mapping[str, Any], products: Catalog, item: int, kind: str = "level") -> Evidence:
    return evidence(quiz({"t": {"kind": kind, "from": source}}), products, "t", item)


unknown = pytest.approx(float("nan"), nan_ok=True)


# Numbers ------------------------------------------------------------------------------------------


def test_percentiles_are_the_stops_of_a_column_without_a_range() -> None:
    products = catalog({"W": [*map(str, range(101)), ""]})
    found = measured({"column": "w"}, products)
    assert found.scales["t"].values.tolist() == [5, 25, 50, 75, 95]
    assert found.scales["t"].levels.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert found.level[0, [0, 5, 15, 50, 85, 95, 100]].tolist() == [0, 0, 0.125, 0.5, 0.875, 1, 1]
    assert np.isnan(found.level[0, 101])


def test_stated_stops_spread_evenly_rising_or_falling() -> None:
    products = catalog({"W": ["300", "400", "800", "1,000 g", "1800", "2500", ""]})
    falling = level({"column": "W", "range": [1800, 1200, 800, 400]}, products)
    assert falling == [1, 1, pytest.approx(2 / 3, abs=1e-6), 0.5, 0, 0, unknown]
    assert level({"column": "W", "range": [400, 800]}, products) == [0, 0, 1, 1, 1, 1, unknown]
    assert measured({"column": "W", "range": [1800, 400]}, products).scales["t"].level(1100) == 0.5


@pytest.mark.parametrize(
    ("values", "at", "expected"),
    [
        ("0 0 0 0 1 2 3 4", 0, 0),
        ("0 1 2 3 4 4 4 4", 7, 1),
        ("7 7 7 7", 0, 0.5),
        ("0 2 2 2 2 2 2 4", 3, 0.5),
        ("0 2 2 2 2 2 2 4", 0, 0),
        ("0 2 2 2 2 2 2 4", 7, 1),
    ],
)
def test_a_value_at_equal_percentiles_is_at_the_bottom_the_top_or_the_middle(
    values: str, at: int, expected: float
) -> None:
    assert level({"column": "W"}, catalog({"W": values.split()}))[at] == expected


def test_the_few_that_differ_from_a_constant_column_are_below_and_above() -> None:
    values = ["5"] * 98 + ["4", "6"]
    found = level({"column": "W"}, catalog({"W": values}))
    assert found[0] == 0.5
    assert found[98:] == [0, 1]


numbers = st.lists(st.floats(-1e6, 1e6) | st.integers(0, 4).map(float), min_size=1, max_size=40)
stops = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=2, max_size=6, unique=True).map(sorted)


@given(values=numbers, stated=st.none() | stops, falling=st.booleans())
def test_levels_stay_in_0_to_1_and_never_turn_back_as_the_value_rises(
    values: list[float], stated: list[float] | None, falling: bool
) -> None:
    source: dict[str, Any] = {"column": "W"}
    if stated:
        source["range"] = stated[::-1] if falling else stated
    found = np.array(level(source, catalog({"W": [repr(each) for each in values]})))
    assert ((found >= 0) & (found <= 1)).all()
    steps = np.diff(found[np.argsort(values, kind="stable")])
    assert (steps <= 0).all() if stated and falling else (steps >= 0).all()


@given(values=numbers)
def test_the_scale_gives_each_value_the_level_its_item_has(values: list[float]) -> None:
    found = measured({"column": "W"}, catalog({"W": [repr(each) for each in values]}))
    scale: Scale = found.scales["t"]
    assert [scale.level(each) for each in values] == found.level[0].tolist()


def test_cells_in_another_unit_than_the_trait_are_converted() -> None:
    products = catalog({"Weight": ["1.2 kg", "600 g", "300", "0.9kg", "1,500 mg", "2 pieces", ""]})
    source = {"column": "weight", "unit": "g", "range": [0, 1200]}
    assert level(source, products)[:6] == [1, 0.5, 0.25, 0.75, 0.00125, 0.001667]
    assert [proof(source, products, each).value for each in range(5)] == [1200, 600, 300, 900, 1.5]
    assert proof(source | {"unit": "kg"}, products, 1).value == 0.6
    assert proof(source | {"unit": "stars"}, products, 0).value == 1.2  # as it is written


def test_what_is_no_number_is_unknown_and_missing_fills_it() -> None:
    products = catalog({"W": ["1", "heavy", "", "3"]})
    assert level({"column": "W", "range": [1, 3]}, products) == [0, unknown, unknown, 1]
    assert level({"column": "W", "range": [1, 3], "missing": 0.5}, products) == [0, 0.5, 0.5, 1]
    assert level({"column": "absent"}, products) == [unknown] * 4


def test_the_price_of_an_item_is_its_lowest_and_so_is_a_number_among_options() -> None:
    products = catalog({}, {"Length": [["40 cm", "60 cm"], ["50 cm"], ["", "45"]]}, [30, 20, 25, float("nan"), 30])
    assert level({"column": "price", "range": [20, 30]}, products) == [0, 0.5, 1]
    assert level({"column": "Length", "range": [40, 50]}, products) == [0, 1, 0.5]
    assert level({"option": "length", "range": [40, 50]}, products) == [0, 1, 0.5]
    assert proof({"column": "price", "unit": "EUR"}, products, 0) == Evidence("price", 20.0, "EUR")
    assert proof({"option": "Length", "unit": "cm"}, products, 0) == Evidence("Length", 40.0, "cm")


# Yes and no, texts, tags --------------------------------------------------------------------------


def test_yes_is_1_and_no_is_0() -> None:
    products = catalog({"Hood": ["yes", "No", "", "ja"], "Flag": ["1", "0", "", "1"]})
    assert level({"column": "hood"}, products) == [1, 0, unknown, 1]
    assert level({"column": "Flag"}, products) == [1, 0, unknown, 1]
    assert level({"column": "available"}, products) == [1, 1, 1, 1]
    assert proof({"column": "hood"}, products, 1) == Evidence("hood", "No")
    assert proof({"column": "hood"}, products, 2) == Evidence()


def test_texts_have_the_levels_that_are_stated_for_them() -> None:
    products = catalog({"Body": ["light", "Full bodied", "odd", "", "Light; FULL-BODIED"]})
    stated = {"column": "Body", "levels": {"Light": 0, "Full bodied": 1}}
    assert level(stated, products) == [0, 1, unknown, unknown, unknown]
    assert level(stated | {"split": ";"}, products)[4] == 0.5
    assert proof(stated, products, 1) == Evidence("Body", "Full bodied")
    assert proof(stated, products, 2) == Evidence()
    assert proof(stated | {"split": ";"}, products, 4) == Evidence("Body", labels=("Light", "FULL-BODIED"))


def test_options_and_tags_can_have_stated_levels_too() -> None:
    products = catalog({"tags": ["Warm, dry", "cool", ""]}, {"Fit": [["Slim", "Wide"], ["slim"], ["?"]]})
    assert level({"option": "Fit", "levels": {"slim": 0, "wide": 1}}, products) == [0.5, 0, unknown]
    assert level({"tags": ["warm", "cool"], "levels": {"warm": 0.8, "cool": 0.2}}, products) == [0.8, 0.2, unknown]


def test_a_tag_shows_the_trait_and_its_absence_nothing_unless_missing_says_so() -> None:
    products = catalog({"tags": ["Warm, dry", "cool", "cosy"]})
    assert level({"tags": ["warm", "Cosy"]}, products) == [1, unknown, 1]
    assert level({"tags": ["warm", "Cosy"], "missing": 0}, products) == [1, 0, 1]
    assert proof({"tags": ["warm", "cosy"]}, products, 0) == Evidence(tags=("Warm",))


# Words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A waterproof coat", 1),
        ("Waterproofs for all", 1),
        ("WATERPROOF.", 1),
        ("Water-proof shell", unknown),
        ("waterproofed", unknown),
        ("This is not waterproof", 0),
        ("isn\u2019t really waterproof", 0),
        ("never fully waterproof", 0),
        ("Waterproof: no", 0),
        ("No hood, waterproof", 1),
        ("No hood. Waterproof", 1),
        ("no hood but waterproof", 1),
        ("not only waterproof", 1),
        ("not waterproof, though the hem is waterproof", 1),
        ("", unknown),
    ],
)
def test_a_phrase_is_found_as_words_and_denials_count_as_0(text: str, expected: float) -> None:
    products = catalog({"description": [text]})
    assert level({"words": ["waterproof"]}, products) == [expected]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("wool", "wool-free", 0),
        ("wool", "wool free", 0),
        ("wool", "free of wool", 0),
        ("wool", "woolen", unknown),
        ("Wolle", "ohne Wolle", 0),
        ("Wolle", "keine echte Wolle", 0),
        ("Wolle", "nicht aus Wolle", 0),
        ("Parfüm", "parfümfrei", 0),
        ("Parfüm", "Parfüm-freie Creme", 0),
        ("sleeve", "sleeveless", 0),
        ("taped seams", "Taped-seams inside", 1),
        ("gore-tex", "Gore Tex", 1),
        ("gore-tex", "GoreTex", 1),
        ("große Tasche", "GROSSE TASCHE", 1),
        ("c++", "C++ for all", 1),
        ("café", "cafe\u0301 au lait", 1),
    ],
)
def test_hyphens_spaces_case_and_two_languages_are_understood(phrase: str, text: str, expected: float) -> None:
    assert level({"words": [phrase]}, catalog({"description": [text]})) == [expected]


def test_a_denial_does_not_reach_from_one_column_or_item_into_the_next() -> None:
    products = catalog({"title": ["There is no", "waterproof"], "description": ["waterproof", ""]})
    assert level({"words": ["waterproof"]}, products) == [1, 1]


def test_words_are_looked_for_where_the_quiz_says() -> None:
    products = catalog({"title": ["wool", "x"], "tags": ["x", "wool"], "Ingredients": ["Wool", "silk"]})
    assert level({"words": ["wool"]}, products) == [1, 1]
    assert level({"words": ["wool"], "in": "ingredients", "missing": 0}, products) == [1, 0]


def test_where_nothing_is_written_nothing_is_missing() -> None:
    products = catalog({"title": ["a", "b", "c"], "Ingredients": ["Aqua, Parfum", "Aqua", ""]})
    source = {"words": {"perfume": ["parfum"]}, "in": ["Ingredients", "Allergens"], "missing": 0}
    assert labels(source, products).known.tolist() == [True, True, False]
    words = {"words": ["parfum"], "missing": 0}
    np.testing.assert_array_equal(level(words | {"in": "Ingredients"}, products), [1, 0, np.nan])
    assert level(words, products) == [0, 0, 0]  # each has a title, which does not say it


def test_rarer_and_more_phrases_weigh_more() -> None:
    texts = ["warm", "warm", "warm", "warm down", "warm down fleece", "not warm", "thin"]
    found = level({"words": ["warm", "down", "fleece"]}, catalog({"description": texts}))
    assert 0.5 < found[0] == found[1] < found[3] < found[4] <= 1
    assert found[5:] == [0, unknown]


@given(st.lists(st.lists(st.sampled_from(["wool", "down", "fleece"]), max_size=4), min_size=1, max_size=8))
def test_phrases_weigh_what_scikit_learn_makes_of_them(said: list[list[str]]) -> None:
    phrases = ["wool", "down", "fleece"]
    counts = np.array([[each.count(phrase) for phrase in phrases] for each in said])
    weight = TfidfTransformer(norm=None, sublinear_tf=True).fit_transform(counts).toarray().sum(axis=1)
    top = np.percentile(weight[weight > 0], 95) if weight.any() else 1
    expected = np.where(weight > 0, 0.5 + 0.5 * np.minimum(weight / top, 1), np.nan)
    found = level({"words": phrases}, catalog({"description": [". ".join(each) for each in said]}))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


words = st.sampled_from(["warm", "dry", "no", "not", "free", "hood", ",", ".", "-", "but", "seams", "taped"])


@given(st.lists(st.lists(words, max_size=8).map(" ".join), min_size=1, max_size=8))
def test_words_are_0_or_at_least_half_and_their_evidence_is_in_the_text(texts: list[str]) -> None:
    products = catalog({"description": texts})
    source = {"words": ["warm", "dry", "taped seams", "hood"]}
    for item, found in enumerate(level(source, products)):
        said = proof(source, products, item).phrases
        assert np.isnan(found) == (not said)
        assert np.isnan(found) or found == 0 or 0.5 <= found <= 1
        assert all(each in texts[item] for each in said)


def test_the_evidence_of_words_is_spelled_as_in_the_text() -> None:
    products = catalog({"title": ["Shell"], "description": ["Taped Seams, waterproof; taped seams. Not Windproof"]})
    assert proof({"words": ["waterproof", "taped seams", "windproof"]}, products, 0).phrases == (
        "Taped Seams",
        "waterproof",
    )
    assert proof({"words": ["windproof"]}, products, 0).phrases == ("Not Windproof",)


# Labels -------------------------------------------------------------------------------------------


def of_all(family: Family) -> list[tuple[str, ...]]:
    return [family.of(item) for item in range(len(family.known))]


def test_the_texts_of_a_column_are_its_labels_the_most_frequent_first() -> None:
    family = labels(
        {"column": "Color", "split": "/"}, catalog({"Color": ["Navy blue/Red", "red", "", "RED / green", "red/red"]})
    )
    assert family.labels == ("red", "green", "Navy blue")
    assert family.known.tolist() == [True, True, False, True, True]
    assert of_all(family) == [("red", "Navy blue"), ("red",), (), ("red", "green"), ("red",)]
    assert family.having(frozenset({"navy-blue"})).tolist() == [0]
    assert family.having(frozenset({"navy blue", "green"})).tolist() == [0, 3]
    assert family.having(frozenset({"pink"})).tolist() == []


def test_spellings_gather_under_their_label_and_others_stay() -> None:
    source = {"column": "Color", "as": {"navy": ["Marine", "Deep Navy"]}}
    family = labels(source, catalog({"Color": ["marine", "NAVY", "deep-navy", "black", "black"]}))
    assert family.labels == ("navy", "black")
    assert [each.tolist() for each in family.items] == [[0, 1, 2], [3, 4]]


def test_labels_that_only_differ_in_signs_stay_apart() -> None:
    family = labels({"column": "X"}, catalog({"X": ["C", "C++", "50", "50+", "日本", "中国"]}))
    assert len(family.labels) == 6
    assert family.having(frozenset({"c++"})).tolist() == [1]
    assert family.having(frozenset({"日本"})).tolist() == [4]
    assert family.having(frozenset({"x"})).tolist() == []


def test_an_item_has_all_labels_its_variants_have() -> None:
    products = catalog({}, {"Color": [["Red", "Blue"], ["blue"], [""]]})
    for source in ({"option": "color"}, {"column": "Color"}):
        family = labels(source, products)
        assert of_all(family) == [("Blue", "Red"), ("Blue",), ()]
        assert family.known.tolist() == [True, True, False]
    assert proof({"option": "color"}, products, 0, "labels") == Evidence("color", labels=("Red", "Blue"))


def test_tags_can_be_labels() -> None:
    products = catalog({"tags": ["Black, wool", "red", "wool", ""]})
    family = labels({"tags": ["black", "red", "blue"]}, products)
    assert family.labels == ("black", "red", "blue")
    assert of_all(family) == [("black",), ("red",), (), ()]
    assert family.known.tolist() == [True, True, False, False]
    assert labels({"tags": ["black", "red"], "missing": 0}, products).known.all()
    assert labels({"column": "tags"}, products).labels == ("wool", "Black", "red")


def test_one_column_per_label_is_known_once_any_of_them_says_something() -> None:
    products = catalog({"Dry": ["1", "0", "", ""], "Oily": ["yes", "", "2", ""]})
    family = labels({"columns": ["Dry", "Oily", "Absent"]}, products)
    assert family.labels == ("Dry", "Oily", "Absent")
    assert of_all(family) == [("Dry", "Oily"), (), ("Oily",), ()]
    assert family.known.tolist() == [True, True, True, False]
    assert proof({"columns": ["Dry", "Oily"]}, products, 2, "labels") == Evidence(labels=("Oily",))


def test_words_by_label_know_what_is_denied() -> None:
    products = catalog({"Ingredients": ["Aqua, Parfum", "fragrance-free", "Aqua", "alcohol; no parfum"]})
    source = {"words": {"perfume": ["parfum", "fragrance"], "alcohol": "alcohol"}, "in": "Ingredients"}
    family = labels(source, products)
    assert of_all(family) == [("perfume",), (), (), ("alcohol",)]
    assert family.known.tolist() == [True, True, False, True]
    assert labels(source | {"missing": 0}, products).known.tolist() == [True] * 4
    assert proof(source, products, 1, "labels").phrases == ("fragrance-free",)


@given(
    st.lists(st.lists(st.sampled_from(["a", "B", "b", "c c", "C-C"]), max_size=3), min_size=1, max_size=10),
    st.frozensets(st.sampled_from(["a", "b", "c c", "c-c", "d"])),
)
def test_having_agrees_with_the_labels_of_each_item(cells: list[list[str]], wanted: frozenset[str]) -> None:
    family = labels({"column": "L", "split": "/"}, catalog({"L": ["/".join(each) for each in cells]}))
    keys = {each.replace(" ", "-") for each in wanted}
    having = [at for at, own in enumerate(of_all(family)) if {each.lower().replace(" ", "-") for each in own} & keys]
    assert family.having(wanted).tolist() == having
    assert [bool(each) for each in of_all(family)] == family.known.tolist()


# Size ---------------------------------------------------------------------------------------------


def test_a_hundred_thousand_items_with_twelve_numbers_are_measured_within_a_second() -> None:
    drawn = [repr(each) for each in np.random.default_rng(1).gamma(2, 50, 100_000).round(1).tolist()]
    products = catalog({f"c{at}": drawn for at in range(12)})
    asked = quiz({f"t{at}": {"from": {"column": f"c{at}"}} for at in range(12)})
    for at in range(12):
        assert products.columns[f"c{at}"].is_number
    start = time.process_time()
    found = measure(asked, products)
    assert time.process_time() - start < 1
    assert found.level.shape == (12, 100_000)


def test_eight_thousand_labels_on_seven_thousand_items_are_gathered_within_a_second() -> None:
    draw = np.random.default_rng(1)
    cells = [",".join(f"label {each}" for each in row) for row in draw.zipf(1.3, (7000, 20)) % 8400]
    products = catalog({"L": cells, "tags": cells})
    listed = [f"label {at}" for at in range(8400)]
    start = time.process_time()
    for source in ({"column": "L", "split": ","}, {"tags": listed}):
        family = labels(source, products)
        assert sum(map(len, family.items)) == sum(len(set(each.split(","))) for each in cells)
    assert time.process_time() - start < 2


def test_an_edition_carries_the_version_of_quiz_and_catalog_together() -> None:
    products = catalog({"W": ["1", "2"]})
    one = edition("coats", quiz({"t": {"from": {"column": "W"}}}), products)
    other = edition("coats", quiz({"t": {"from": {"column": "W", "missing": 0}}}), products)
    assert len(one.version) == 16
    assert one.version != other.version
    np.testing.assert_array_equal(one.levels.level, other.levels.level)
    assert list(one.questions) == ["q"]
