"""What levels mean in a catalog, told so that an editor can write one."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from quizbot.cli import main
from quizbot.editorial.measure import STOPS, Label, TraitMeasure, traits
from tests.worlds import label_trait, level_trait, option, single, world

SHOP = Path(__file__).parent / "files/shop"
ASK = single("ask", option("yes"))


def measured(rows: list[dict[str, str]], trait: Mapping[str, object]) -> TraitMeasure:
    """The one trait of a world."""
    return traits(world(rows, {"trait": trait}, [ASK]))[0]


def test_stops_are_told_in_the_unit_of_the_column_with_the_product_nearest_to_each() -> None:
    rows = [{"id": f"w{grams}", "weight": str(grams)} for grams in (0, 50, 100, 200, 290)]
    trait = {"label": "Warmth", "from": {"column": "weight", "unit": "g", "range": ["0", "100", "300"]}}
    found = measured(rows, trait)
    assert [each.value for each in found.stops] == [0, 50, 100, 200, 300]
    assert [each.id for each in found.stops] == ["w0", "w50", "w100", "w200", "w290"]
    assert [each.says for each in found.stops] == ["0 g", "50 g", "100 g", "200 g", "290 g"]
    assert found.stops[4].at == pytest.approx(0.975)
    assert (found.unknown, found.unit, found.source) == (0, "g", "column weight")


def test_stops_that_fall_are_told_from_level_0_on() -> None:
    trait = {"label": "Light", "low": "heavy", "high": "airy", "from": {"column": "weight", "range": ["900", "100"]}}
    found = measured([{"weight": "300"}, {"weight": "900"}], trait)
    assert [each.value for each in found.stops] == [900, 700, 500, 300, 100]
    assert [each.word for each in found.stops] == ["heavy", "", "", "", "airy"]


def test_unknown_is_a_share_of_the_products_and_they_stand_at_no_stop() -> None:
    found = measured([{"warm": "1"}, {"warm": ""}, {"warm": ""}, {"warm": "0.2"}], level_trait("warm"))
    assert found.unknown == 0.5
    assert [each.products for each in found.stops] == [0, 1, 0, 0, 1]
    assert [each.id for each in found.stops] == ["item-0003", "item-0003", "item-0003", "item-0000", "item-0000"]


def test_a_trait_of_which_nothing_is_known_has_stops_without_products() -> None:
    found = measured([{"warm": ""}], level_trait("warm"))
    assert found.unknown == 1
    assert {(each.id, each.at, each.products) for each in found.stops} == {(None, None, 0)}


def test_a_trait_read_from_words_has_no_values_but_says_what_was_found() -> None:
    rows = [{"title": "a", "description": "waterproof"}, {"title": "b", "description": "not waterproof"}]
    found = measured(rows, {"label": "Rain", "from": {"words": ["waterproof"]}})
    assert [each.value for each in found.stops] == [None] * 5
    assert (found.stops[0].title, found.stops[0].says) == ("b", "not waterproof")
    assert (found.stops[4].title, found.stops[4].says) == ("a", "waterproof")


def test_labels_come_with_their_counts_the_most_frequent_first() -> None:
    rows = [{"color": "red/navy"}, {"color": "navy"}, {"color": ""}, {"color": "Navy"}]
    found = measured(rows, {**label_trait("color"), "labels": {"navy": "Navy blue"}})
    assert found.labels == (Label("navy", "Navy blue", 3), Label("red", "red", 1))
    assert (found.unknown, found.stops) == (0.25, ())


@given(st.lists(st.one_of(st.none(), st.integers(0, 1000)), min_size=1, max_size=30))
def test_every_known_product_is_counted_once_and_none_is_nearer_than_the_named(values: list[int | None]) -> None:
    rows = [{"size": "" if each is None else str(each)} for each in values]
    made = world(rows, {"size": {"label": "Size", "from": {"column": "size"}}}, [ASK])
    found, known = traits(made)[0], [float(each) for each in made.levels.level[0] if each == each]  # noqa: PLR0124 (NaN)
    assert sum(each.products for each in found.stops) == len(known)
    assert [each.level for each in found.stops] == list(STOPS)
    for stop in found.stops if known else ():
        assert stop.at is not None
        assert abs(stop.at - stop.level) <= min(abs(each - stop.level) for each in known) + 1e-9


def test_the_command_prints_each_trait_with_its_stops_and_labels() -> None:
    told = CliRunner().invoke(main, ["traits", str(SHOP / "tea.yaml")], catch_exceptions=False)
    assert told.exit_code == 0
    assert "Find your tea: 10 products" in told.stdout
    assert "strength  Strength · column strength · " in told.stdout
    assert "a brass band" in told.stdout
    assert "Chimney Stack" in told.stdout
    assert "green" in told.stdout.partition("leaf  Leaf")[2]


def test_the_command_prints_json_for_the_catalog_that_is_named(tmp_path: Path) -> None:
    rows = (SHOP / "teas.csv").read_text("utf-8").splitlines()
    (tmp_path / "few.csv").write_text("\n".join(rows[:4]), "utf-8")
    typed = ["traits", str(SHOP / "tea.yaml"), "--json", "--catalog", str(tmp_path / "few.csv")]
    told = json.loads(CliRunner().invoke(main, typed, catch_exceptions=False).stdout)
    assert [each["id"] for each in told["traits"]] == [
        "strength",
        "smoke",
        "sweetness",
        "flowers",
        "fruit",
        "spice",
        "leaf",
    ]
    assert sum(each["products"] for each in told["traits"][0]["stops"]) <= 3
