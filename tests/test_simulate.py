"""A quiz played by everybody: worlds in which it is obvious what comes of it."""

import json
import re
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.cli import main
from quizbot.content.answers import applicable, read
from quizbot.content.edition import Edition
from quizbot.editorial import playing
from quizbot.editorial.paths import paths
from quizbot.editorial.simulate import ProductShare, QuestionEffect, Simulation, simulate
from quizbot.shop import Shop
from tests.worlds import label_trait, level_trait, option, single, world

SHOP = Path(__file__).parent / "files/shop"
DOCUMENT = (Path(__file__).parent.parent / "docs/simulation.md").read_text("utf-8")
TWO = [{"id": "cold", "warm": "0"}, {"id": "hot", "warm": "1"}]
WARM = {"warm": level_trait("warm")}
CLIMATE = single(
    "climate", option("mild", prefer={"warm": "0"}), option("arctic", prefer={"warm": "1"}), required="yes"
)
DEAD = single("mood", option("good"), option("bad"))


def question(played: Simulation, name: str) -> QuestionEffect:
    """One question of a simulation."""
    return next(each for each in played.questions if each.id == name)


def product(played: Simulation, name: str) -> ProductShare:
    """One product of a simulation."""
    return next(each for each in played.products if each.id == name)


def big(seed: int = 3, **more: Any) -> Edition:
    """A world with too many paths to play them all."""
    random = np.random.default_rng(seed)
    names = [f"t{at}" for at in range(6)]
    rows = [dict(zip(names, map(str, row), strict=True)) for row in np.round(random.random((40, 6)), 2)]
    questions = [
        {"id": each, "ask": each, "type": "scale", "low": "l", "high": "h", "prefer": {each: ["0", "1"]}}
        for each in names
    ]
    return world(rows, {each: level_trait(each) for each in names}, [*questions, DEAD], **more)


# What is obvious ------------------------------------------------------------------------------------


def test_two_products_and_one_question_that_chooses_between_them_are_one_bit() -> None:
    played = simulate(world(TWO, WARM, [CLIMATE], results={"show": "1"}))
    assert (played.played, played.possible, played.whole, played.show) == (2, 2, True, 1)
    assert played.products == (ProductShare("cold", "", 0.5, 0.5), ProductShare("hot", "", 0.5, 0.5))
    assert played.questions == (QuestionEffect("climate", "Climate?", 1, 1, 1, 0.5, 0, ()),)
    assert (played.empty, played.relaxed, played.tied, played.lengths) == (0, 0, 0, {1: 1})
    assert (played.unreachable, played.always) == ((), ())


def test_a_dead_question_tells_nothing_changes_nothing_and_all_its_answers_are_idle() -> None:
    mood = question(simulate(world(TWO, WARM, [CLIMATE, DEAD])), "mood")
    assert (mood.bits, mood.changes, mood.idle) == (0, 0, ("good", "bad"))
    assert mood.answered == pytest.approx(2 / 3)


def test_a_dead_question_tells_nothing_in_a_sample_either() -> None:
    played = simulate(big(), most=500)
    assert not played.whole
    assert (question(played, "mood").bits, question(played, "mood").changes) == (0, 0)
    assert all(each.bits > 0.1 and each.changes > 0.5 for each in played.questions if each.id != "mood")


def test_an_option_without_effect_among_others_is_named_and_the_others_are_not() -> None:
    choosing = single("climate", *CLIMATE["options"], option("whatever"), required="yes")
    assert question(simulate(world(TWO, WARM, [choosing])), "climate").idle == ("whatever",)


def test_a_product_between_two_wishes_that_are_never_halfway_is_never_shown() -> None:
    rows = [*TWO, {"id": "lukewarm", "warm": "0.5"}]
    played = simulate(world(rows, WARM, [CLIMATE], results={"show": "1"}))
    assert played.unreachable == ("lukewarm",)
    assert (product(played, "lukewarm").first, product(played, "lukewarm").shown) == (0, 0)


def test_a_product_that_is_best_in_everything_is_always_first() -> None:
    rows = [{"id": "best", "warm": "1", "dry": "1"}, {"id": "poor", "warm": "0", "dry": "0"}]
    options = option("warm", prefer={"warm": "1"}), option("dry", prefer={"dry": "1"})
    played = simulate(world(rows, {**WARM, "dry": level_trait("dry")}, [single("wants", *options, required="yes")]))
    assert played.always == ("best",)
    assert product(played, "best").first == 1
    assert question(played, "wants").bits == 0


def test_twins_are_a_tie_wherever_one_of_them_wins() -> None:
    rows = [*TWO, {"id": "hot-too", "warm": "1"}]
    played = simulate(world(rows, WARM, [CLIMATE]))
    assert played.tied == 0.5
    assert (product(played, "hot").first, product(played, "hot-too").first) == (0.5, 0)


def test_a_demand_that_nothing_meets_is_empty_and_gives_way_where_it_is_made() -> None:
    rows = [{**each, "hood": "no"} for each in TWO]
    hood = single("hood", option("must", require={"hood": "yes"}), option("no-matter"), required="yes")
    played = simulate(world(rows, WARM, [CLIMATE, hood]))
    assert (played.empty, played.relaxed) == (0.5, 0.5)
    assert (question(played, "hood").relaxed, question(played, "climate").relaxed) == (0.5, 0)


def test_a_branch_is_asked_where_it_applies_and_blind_choice_weighs_the_paths() -> None:
    branch = single("snow", option("deep"), option("thin"), required="yes", **{"if": {"climate": "arctic"}})
    played = simulate(world(TWO, WARM, [CLIMATE, branch], results={"show": "1"}))
    assert (played.played, played.lengths) == (3, {1: 0.5, 2: 0.5})
    assert (question(played, "snow").asked, product(played, "hot").first) == (0.5, 0.5)
    assert (question(played, "climate").bits, question(played, "snow").bits) == (1, 0)


def test_leaving_out_an_answer_takes_along_what_is_asked_because_of_it() -> None:
    traits = {**WARM, "dry": level_trait("dry")}
    rows = [{"id": "a", "dry": "0"}, {"id": "b", "dry": "1"}]
    first = single("rain", option("some"), required="yes")
    branch = single("how", option("much", prefer={"dry": "1"}), required="yes", **{"if": {"rain": "some"}})
    played = simulate(world(rows, traits, [first, branch]))
    assert (question(played, "rain").changes, question(played, "how").changes) == (1, 1)


# What holds of every simulation ---------------------------------------------------------------------


@given(
    levels=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=7),
    most=st.sampled_from([5, 30, 4000]),
    seed=st.integers(0, 9),
)
def test_shares_add_up_and_bits_stay_within_the_entropy_of_the_answers(
    levels: list[tuple[int, int]], most: int, seed: int
) -> None:
    rows = [{"warm": str(a / 4), "dry": str(b / 4), "color": "red" if a else ""} for a, b in levels]
    style = [option("dry", prefer={"dry": "1"}), option("red", prefer={"color": "red"}), option("none")]
    questions = [CLIMATE, {"id": "style", "ask": "s", "type": "multiple", "options": style, "if": {"climate": "mild"}}]
    traits = {**WARM, "dry": level_trait("dry"), "color": label_trait("color")}
    played = simulate(world(rows, traits, questions), seed, most)
    assert sum(each.first for each in played.products) == pytest.approx(1, abs=1e-6)
    assert sum(each.shown for each in played.products) == pytest.approx(1, abs=1e-6)
    assert sum(played.lengths.values()) == pytest.approx(1, abs=1e-6)
    assert question(played, "climate").bits <= 1 + 1e-9
    assert all(0 <= each.bits <= np.log2(7) * each.asked + 1e-9 for each in played.questions)


def test_a_seed_decides_the_sample_and_another_draws_another() -> None:
    assert simulate(big(), 7, 200) == simulate(big(), 7, 200)
    assert simulate(big(), 7, 200) != simulate(big(), 8, 200)


def test_a_sample_comes_near_to_what_all_paths_say_and_estimates_how_many_there_are() -> None:
    climate = single("climate", *CLIMATE["options"], option("either"), required="yes")
    moods = [single(f"m{at}", *(option(f"o{each}") for each in range(5))) for at in range(3)]
    branch = single("snow", option("deep", prefer={"warm": "1"}), **{"if": {"climate": ["arctic", "either"]}})
    edition = world(TWO, WARM, [climate, branch, *moods])
    whole, sample = simulate(edition, most=5000), simulate(edition, most=900)
    assert (whole.whole, whole.possible, sample.whole, sample.played) == (True, 5 * 6**3, False, 900)
    assert sample.possible == pytest.approx(whole.possible, rel=0.1)
    assert question(sample, "climate").bits == pytest.approx(question(whole, "climate").bits, abs=0.08)
    assert product(sample, "hot").first == pytest.approx(product(whole, "hot").first, abs=0.08)


@pytest.mark.parametrize("most", [60, 4000])
def test_paths_hold_only_answers_that_a_shopper_can_give(tea_shop: Shop, most: int) -> None:
    edition = tea_shop.library.editions["tea"]
    drawn = paths(edition, 1, most)
    assert drawn.weights.sum() == pytest.approx(1)
    answered = {name for path in drawn.played for name in path.answers}
    assert answered == set(edition.questions)
    for path in drawn.played:
        assert [each.id for each in applicable(edition.quiz, path.answers)] == list(path.asked)
        for name, answer in path.answers.items():
            given = list(answer) if isinstance(answer, tuple) else answer
            assert read(edition.questions[name], given, edition.catalog) == answer


def test_the_shares_are_those_of_the_one_ranking(tea_shop: Shop) -> None:
    edition = tea_shop.library.editions["tea"]
    drawn = paths(edition, 0, 150)
    first = [
        edition.catalog.ids[rank(edition, [prefer(edition, each.answers)], 4)[0].items[0]] for each in drawn.played
    ]
    for each in simulate(edition, 0, 150).products:
        assert each.first == pytest.approx(first.count(each.id) / 150, abs=1e-6)


def test_the_shop_pushes_once_in_a_simulation_as_in_a_ranking() -> None:
    traits = {**WARM, "dry": level_trait("dry")}
    rows = [{"id": "a", "warm": "1", "dry": "0.4"}, {"id": "b", "warm": "0.6", "dry": "1"}]
    questions = [CLIMATE, single("again", option("hot", prefer={"warm": "1"}), required="yes")]
    edition = world(rows, traits, questions, results={"boost": {"dry": "0.6"}})
    ways = paths(edition, 0, 10).played
    first = [edition.catalog.ids[rank(edition, [prefer(edition, each.answers)], 1)[0].items[0]] for each in ways]
    assert {each.id: each.first for each in simulate(edition).products} == {
        name: first.count(name) / len(first) for name in ("a", "b")
    }
    assert set(first) == {"a", "b"}


# The command ----------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> Result:
    """The result of `quizbot simulate` on the tea quiz."""
    typed = ["simulate", str(SHOP / "tea.yaml"), *map(str, arguments)]
    return CliRunner().invoke(main, typed, catch_exceptions=False)


def test_the_command_prints_a_page_with_every_question_and_the_first_products() -> None:
    told = run()
    assert told.exit_code == 0
    assert "4,000 paths played of about" in told.stdout
    assert all(f"\n{name}" in told.stdout for name in ("hour", "tastes", "fire", "order", "budget", "cups"))
    assert "█" in told.stdout
    assert "a tie decides the first place on" in told.stdout


def test_json_has_the_documented_keys_and_the_seed_and_catalog_that_were_named(tmp_path: Path) -> None:
    rows = (SHOP / "teas.csv").read_text("utf-8").splitlines()
    (tmp_path / "few.csv").write_text("\n".join(rows[:5]), "utf-8")
    told = json.loads(run("--json", "--seed", "5", "--catalog", tmp_path / "few.csv").stdout)
    assert (told["seed"], len(told["products"])) == (5, 4)
    for keys in (told, told["questions"][0], told["products"][0]):
        assert all(f"`{key}`" in DOCUMENT for key in keys)
    documented = {
        key for row in re.findall(r"^\| (`.*?) \|", DOCUMENT, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)
    }
    known = {each.name for kind in (Simulation, QuestionEffect, ProductShare) for each in fields(kind)}
    assert documented == known


@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_the_picture_stands_alone_without_scripts_and_knows_the_dark(suffix: str, tmp_path: Path) -> None:
    told = run("--picture", tmp_path / f"tea{suffix}")
    assert told.exit_code == 0
    drawn = (tmp_path / f"tea{suffix}").read_text("utf-8")
    assert "prefers-color-scheme:dark" in drawn
    assert not re.search(r"<script|<link|<img|url\(|href|@import|\son\w+=", drawn)
    svg = ET.fromstring(drawn[drawn.index("<svg") : drawn.index("</svg>") + len("</svg>")])
    texts = ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "Find your tea" in texts
    assert "When do you drink it?" in texts


def test_a_title_with_markup_is_text_in_the_picture(tmp_path: Path) -> None:
    shop = shutil.copytree(SHOP, tmp_path / "shop")
    text = (shop / "tea.yaml").read_text("utf-8").replace("title: Find your tea", 'title: "<script>\'&"')
    (shop / "tea.yaml").write_text(text, "utf-8")
    typed = ["simulate", str(shop / "tea.yaml"), "--picture", str(tmp_path / "tea.svg")]
    assert CliRunner().invoke(main, typed, catch_exceptions=False).exit_code == 0
    root = ET.parse(tmp_path / "tea.svg").getroot()
    assert root.get("aria-label") == "<script>'&"


def test_a_picture_of_another_kind_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    told = run("--picture", tmp_path / "tea.png")
    assert told.exit_code == 2
    assert "name a file that ends in .svg or .html" in told.stderr
    assert told.stdout == ""


def test_in_a_sample_what_may_matter_to_nobody_is_tried_on_every_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer comparisons find the same questions dead and the same answers idle, with the same figures for the dead."""
    names = ("a", "b", "c", "d", "e")
    rows = [
        {each: f"{at * step % 23 / 22:.2f}" for each, step in zip(names, (1, 5, 7, 9, 11), strict=True)}
        for at in range(23)
    ]
    traits = {each: level_trait(each) for each in names}
    levels = ("0", "0.4", "0.7", "1")
    asked = [
        single(each, *(option(f"o{at}", prefer={each: level}) for at, level in enumerate(levels))) for each in names
    ]
    idle = single("idle", option("much", prefer={"a": "0"}), option("none"), weight="0.001")
    edition = world(rows, traits, [*asked, idle])
    found = []
    for compared in (40, 10**6):
        monkeypatch.setattr(playing, "COMPARED", compared)
        told = simulate(edition, most=400)
        assert not told.whole
        found.append({each.id: (each.changes, each.idle) for each in told.questions})
    few, every = found
    assert few["idle"] == every["idle"]
    assert every["idle"][0] < playing.NEAR_NOTHING
    assert every["idle"][1] == ("none",)
    assert {name: each[1] for name, each in few.items()} == {name: each[1] for name, each in every.items()}
    assert all(abs(few[name][0] - every[name][0]) < 0.3 for name in names)
    assert min(every[name][0] for name in names) > playing.NEAR_NOTHING
