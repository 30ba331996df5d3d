"""Two versions held against each other: worlds in which it is obvious what changes."""

import json
import re
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from quizbot.cli import main
from quizbot.content.answers import Picks
from quizbot.editorial.diff import Difference, GoldenChange, Move, ProductChange, Reason, carried, compare
from tests.worlds import level_trait, option, single, world

SHOP = Path(__file__).parent / "files/shop"
DOCUMENT = (Path(__file__).parent.parent / "docs/differences.md").read_text("utf-8")
TWO = [{"id": "cold", "warm": "0"}, {"id": "hot", "warm": "1"}]
THREE = [*TWO, {"id": "hottest", "warm": "1", "hood": "yes"}]
WARM = {"warm": level_trait("warm")}
MILD, ARCTIC = option("mild", prefer={"warm": "0"}), option("arctic", prefer={"warm": "1"})
CLIMATE = single("climate", MILD, ARCTIC, required="yes")
ONE: dict[str, Any] = {"results": {"show": "1"}}


def example(**answers: str) -> dict[str, Any]:
    """A golden shopper who expects nothing in particular."""
    return {"name": "golden", "answers": answers, "expect": {"never": ["nothing"]}}


def test_a_version_does_not_differ_from_itself() -> None:
    same = world(TWO, WARM, [CLIMATE], examples=[example(climate="arctic")])
    told = compare(same, same)
    assert (told.first, told.first_three, told.overlap, told.dropped) == (0, 0, 1, 0)
    assert (told.gone, told.added, told.moves, told.products) == ((), (), (), ())
    assert told.golden == (GoldenChange("golden", "hot", "hot", first_three=False, overlap=1, dropped=(), reason=None),)


def test_a_wish_that_turns_around_moves_the_first_place_and_its_trait_is_why() -> None:
    turned = single("climate", MILD, option("arctic", prefer={"warm": "0"}), required="yes")
    told = compare(world(TWO, WARM, [CLIMATE], **ONE), world(TWO, WARM, [turned], **ONE))
    assert (told.first, told.first_three, told.overlap) == (0.5, 0.5, 0.5)
    # hot had +1 and cold -1, and now it is the other way around: 2 - -2
    reason = Reason("trait", "warm", 4)
    assert told.moves == (Move("hot", "cold", 0.5, {"climate": "arctic"}, (), reason),)
    assert told.products == (
        ProductChange("cold", "", 0.5, 1, 0.5, 1),
        ProductChange("hot", "", 0.5, 0, 0.5, 0),
    )


def test_an_option_that_is_gone_is_named_and_its_answers_are_dropped_and_counted() -> None:
    before = world(TWO, WARM, [CLIMATE], examples=[example(climate="arctic")], **ONE)
    after = world(TWO, WARM, [single("climate", MILD, option("polar", prefer={"warm": "1"}))], **ONE)
    told = compare(before, after)
    assert (told.gone, told.added, told.dropped) == (("climate=arctic",), ("climate=polar",), 0.5)
    assert told.moves[0].dropped == told.golden[0].dropped == ("climate=arctic",)


def test_a_question_that_is_gone_drops_its_answers_by_its_own_name() -> None:
    other = single("place", MILD, ARCTIC)
    told = compare(world(TWO, WARM, [CLIMATE]), world(TWO, WARM, [other]))
    assert told.gone == ("climate", "climate=mild", "climate=arctic")
    assert told.added == ("place", "place=mild", "place=arctic")
    assert told.dropped == 1
    assert {each.dropped for each in told.moves} == {("climate",)}


def test_what_left_the_catalog_and_what_came_to_it_are_reasons() -> None:
    before = world(TWO, WARM, [CLIMATE], **ONE)
    without_hot = compare(before, world([TWO[0]], WARM, [CLIMATE], **ONE))
    assert without_hot.moves[0].reason == Reason("gone")
    hotter = [TWO[0], {"id": "hot", "warm": "0.8"}, {"id": "new", "warm": "1"}]
    with_new = compare(before, world(hotter, WARM, [CLIMATE], **ONE))
    assert (with_new.moves[0].after, with_new.moves[0].reason) == ("new", Reason("new"))


def test_a_demand_that_the_first_product_breaks_since_is_the_reason() -> None:
    demanding = single("climate", MILD, {**ARCTIC, "require": {"hood": "yes"}}, required="yes")
    free, strict = (world(THREE, WARM, [each], **ONE) for each in (CLIMATE, demanding))
    assert compare(free, strict).moves[0].reason == Reason("fails", "hood")
    assert compare(free, strict).moves[0].after == "hottest"


def test_a_demand_that_is_made_no_more_is_the_reason_when_its_victim_comes_first() -> None:
    rows = [{"id": "best", "warm": "1"}, {"id": "hooded", "warm": "0.7", "hood": "yes"}, TWO[0]]
    demanding = single("climate", MILD, {**ARCTIC, "require": {"hood": "yes"}}, required="yes")
    told = compare(world(rows, WARM, [demanding], **ONE), world(rows, WARM, [CLIMATE], **ONE))
    assert (told.moves[0].before, told.moves[0].after) == ("hooded", "best")
    assert told.moves[0].reason == Reason("meets", "hood")


def test_where_no_points_move_a_rule_for_ties_is_the_reason() -> None:
    twins = [*TWO, {"id": "hot-too", "warm": "1"}]
    sold_out = [TWO[0], {**TWO[1], "available": "no"}, twins[2]]
    told = compare(world(twins, WARM, [CLIMATE], **ONE), world(sold_out, WARM, [CLIMATE], **ONE))
    assert told.moves == (Move("hot", "hot-too", 0.5, {"climate": "arctic"}, (), Reason("tie")),)


def test_golden_shoppers_of_both_play_with_everything_in_stock() -> None:
    sold_out = [TWO[0], {**TWO[1], "available": "no"}]
    later = {**example(climate="mild"), "name": "later"}
    before = world(TWO, WARM, [CLIMATE], examples=[example(climate="arctic")])
    after = world(sold_out, WARM, [CLIMATE], examples=[later])
    assert {each.name: each.after for each in compare(before, after).golden} == {"golden": "hot", "later": "cold"}


def test_picks_of_products_that_are_gone_are_dropped_and_the_others_stay() -> None:
    taste = {"id": "taste", "ask": "Taste?", "type": "products", "show": "2"}
    edition = world(TWO, WARM, [taste])
    kept, dropped = carried(edition, {"taste": Picks(("gone", "hot"), ("gone", "hot", "cold"))})
    assert (kept, dropped) == ({"taste": Picks(("hot",), ("hot", "cold"))}, ("taste=gone",))
    assert carried(edition, {"taste": Picks(("gone",), ("gone",))}) == ({}, ("taste=gone",))


def test_a_number_out_of_the_new_range_is_dropped() -> None:
    budget = {"id": "budget", "ask": "?", "type": "number", "min": "10", "max": "100", "unit": "EUR"}
    edition = world(TWO, WARM, [{**budget, "require": {"price": {"max": "answer"}}}])
    assert carried(edition, {"budget": 500.0}) == ({}, ("budget",))
    assert carried(edition, {"budget": 50.0}) == ({"budget": 50.0}, ())


@given(
    levels=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=6),
    show=st.integers(1, 4),
)
@settings(max_examples=15, deadline=None)
def test_shares_are_shares_and_both_ways_agree(levels: list[tuple[int, int]], show: int) -> None:
    old, new = (
        world([{"id": f"i{at}", "warm": str(each[side] / 4)} for at, each in enumerate(levels)], WARM, [CLIMATE],
              results={"show": str(show)})
        for side in (0, 1)
    )  # fmt: skip
    there, back = compare(old, new), compare(new, old)
    assert (there.first, there.first_three, there.overlap) == (back.first, back.first_three, back.overlap)
    assert there == compare(old, new)
    assert 0 <= there.first <= there.first_three <= 1
    assert 0 <= there.overlap <= 1
    assert sum(each.share for each in there.moves) == pytest.approx(there.first)
    assert sum(each.shown_after - each.shown_before for each in there.products) == pytest.approx(0, abs=1e-6)
    assert all(each.reason.points > 0 for each in there.moves if each.reason.kind == "trait")


# The command ----------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> Result:
    """The result of `quizbot diff`."""
    return CliRunner().invoke(main, ["diff", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A quiz, and the same with one option less and another."""
    for name, wish in (("old", "1"), ("new", "0")):
        (tmp_path / f"{name}.yaml").write_text(
            "title: Find your coat\ncatalog: coats.csv\n"
            "traits:\n  warm: {label: Warmth, from: {column: warm, range: [0, 1]}}\n"
            "questions:\n  - id: climate\n    ask: Climate?\n    why: Because.\n    options:\n"
            f"      - {{id: arctic, text: Arctic, prefer: {{warm: {wish}}}}}\n"
            f"      - {{id: {name}, text: Mild, prefer: {{warm: 0}}}}\n"
            "examples:\n  - name: in the north\n    answers: {climate: arctic}\n    expect: {first: parka}\n",
            "utf-8",
        )
    (tmp_path / "coats.csv").write_text("id,title,warm\nparka,Arctic parka,1\ncity,City coat,0\n", "utf-8")
    (tmp_path / "fewer.csv").write_text("id,title,warm\ncity,City coat,0\n", "utf-8")
    return tmp_path / "old.yaml", tmp_path / "new.yaml"


def test_the_command_tells_what_changed_why_and_for_whom(two: tuple[Path, Path]) -> None:
    told = run(*two)
    assert told.exit_code == 0
    assert "no longer asked: climate=old" in told.stdout
    assert "in the north: 'City coat' instead of 'Arctic parka', because Warmth counts 4.00 more for it" in " ".join(
        told.stdout.split()
    )
    assert "such as -a climate=arctic" in told.stdout
    assert re.search(r"City coat .*gains", told.stdout)
    assert re.search(r"Arctic parka .*loses", told.stdout)


def test_a_feed_that_lost_a_golden_product_is_compared_all_the_same(two: tuple[Path, Path]) -> None:
    told = run(two[0], "--catalog", two[0].parent / "fewer.csv")
    assert told.exit_code == 0
    assert "'City coat' instead of 'Arctic parka', because 'Arctic parka' is gone" in " ".join(told.stdout.split())


def test_a_second_version_is_asked_for(two: tuple[Path, Path]) -> None:
    told = run(two[0])
    assert told.exit_code == 2
    assert "name a second quiz, or a feed with --catalog" in told.stderr


def test_json_has_the_documented_keys_and_no_others(two: tuple[Path, Path]) -> None:
    told = json.loads(run(*two, "--json", "--seed", "4").stdout)
    assert (told["seed"], told["moves"][0]["reason"]["kind"]) == (4, "trait")
    documented = {
        key for row in re.findall(r"^\| (`.*?) \|", DOCUMENT, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)
    }
    kinds = (Difference, Move, GoldenChange, ProductChange, Reason)
    assert documented == {each.name for kind in kinds for each in fields(kind)}


def test_a_quiz_of_every_type_carries_over_to_a_copy_with_fewer_questions(tmp_path: Path) -> None:
    shop = shutil.copytree(SHOP, tmp_path / "shop")
    rows = (shop / "teas.csv").read_text("utf-8").splitlines()
    (shop / "few.csv").write_text("\n".join(rows[:5]), "utf-8")
    told = json.loads(run(shop / "tea.yaml", "--catalog", shop / "few.csv", "--json").stdout)
    assert (told["gone"], told["added"]) == ([], [])
    assert told["first"] > 0
    assert {each["reason"]["kind"] for each in told["moves"]} & {"gone", "trait"}
