"""Options made from the catalog: its most frequent values, in every home and language."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.turn import Advice, Turn
from quizbot.cli import main
from quizbot.content.edition import Edition
from quizbot.content.made import made
from quizbot.content.problems import Refused
from quizbot.content.quiz import OptionsFrom
from quizbot.editorial.simulate import simulate
from quizbot.library.load import load
from quizbot.shop import Shop
from quizbot.web import create_app
from tests.worlds import catalog, label_trait, option, quiz, single, world

TRAITS = {"color": label_trait("color", **{"as": {"navy": ["Marine", "Navy"]}})}
ROWS = [
    {"id": "a", "title": "Alpine", "brand": "Harbor", "color": "Marine"},
    {"id": "b", "title": "Breeze", "brand": "harbor", "color": "black/Navy"},
    {"id": "c", "title": "Cape", "brand": "Acme", "color": "red"},
    {"id": "d", "title": "Dune", "brand": "Acme", "color": "black"},
    {"id": "e", "title": "Eider", "brand": "Bolt & Co.", "color": ""},
    {"id": "f", "title": "Fen", "brand": "bolt co", "color": "black"},
]


def asking(source: str, **more: Any) -> dict[str, Any]:
    """A question whose options are made."""
    own = {key: more.pop(key) for key in ("most", "require") if key in more}
    return {"id": "which", "ask": "Which?", "options": {"from": source, **own}, **more}


def offered(edition: Edition) -> list[tuple[str, str]]:
    """Ids and texts of the made options."""
    return [(each.id, each.text) for each in edition.questions["which"].offered]


def first(edition: Edition, answer: str | list[str], **more: Any) -> list[str]:
    results = advise(edition, Turn.model_validate({"answers": {"which": answer}, "finish": True, **more})).results
    assert results is not None
    return [each.id for each in results.items]


# What is offered ----------------------------------------------------------------------------------


def test_the_most_frequent_values_come_first_and_ties_in_the_order_of_their_texts() -> None:
    assert offered(world(ROWS, TRAITS, [asking("brand")])) == [
        ("acme", "Acme"),
        ("harbor", "Harbor"),
        ("bolt-co", "Bolt & Co."),
        ("bolt-co-2", "bolt co"),
    ]


def test_accents_are_left_out_of_ids_and_names_with_numbers_are_choices() -> None:
    rows = [
        {"id": "a", "brand": "Müller", "model": "A-1"},
        {"id": "b", "brand": "Señor Größe", "model": "B-1"},
        {"id": "c", "brand": "日本", "model": "A-2"},
    ]
    assert offered(world(rows, TRAITS, [asking("brand")])) == [
        ("muller", "Müller"),
        ("senor-grosse", "Señor Größe"),
        ("x", "日本"),
    ]
    assert offered(world(rows, TRAITS, [asking("model")])) == [("a-1", "A-1"), ("a-2", "A-2"), ("b-1", "B-1")]


def test_only_so_many_are_offered() -> None:
    assert offered(world(ROWS, TRAITS, [asking("brand", most="2")])) == [("acme", "Acme"), ("harbor", "Harbor")]


@pytest.mark.parametrize("source", ["color", "Color"])
def test_where_a_trait_reads_the_column_its_labels_are_the_options(source: str) -> None:
    traits = {"color": {**TRAITS["color"], "labels": {"navy": "Navy blue"}}}
    edition = world(ROWS, traits, [asking(source)])
    assert offered(edition) == [("black", "black"), ("navy", "Navy blue"), ("red", "red")]
    assert list(edition.quiz.traits) == ["color"]


def test_a_label_trait_of_words_can_be_asked_for_by_its_name() -> None:
    rows = [{"title": "Wool hat"}, {"title": "Wool cap"}, {"title": "Silk cap"}]
    traits = {"cloth": {"label": "Cloth", "kind": "labels", "from": {"words": {"silk": ["silk"], "wool": ["wool"]}}}}
    edition = world(rows, traits, [asking("cloth")])
    assert offered(edition) == [("wool", "wool"), ("silk", "silk")]
    assert first(edition, "silk")[0] == "item-0002"


def test_tags_are_counted_each_by_itself() -> None:
    rows = [{"tags": "rain, vegan"}, {"tags": "rain"}, {"tags": "snow,rain"}]
    edition = world(rows, TRAITS, [asking("tags", require="yes")])
    assert offered(edition) == [("rain", "rain"), ("snow", "snow"), ("vegan", "vegan")]
    assert first(edition, "snow") == ["item-0002"]


def sized() -> list[dict[str, str]]:
    return [{"id": "boot"}, {"id": "clog"}, {"id": "pump"}]


SIZES = [[{"Size": "38"}, {"Size": "39", "available": "no"}], [{"Size": "39"}], [{"Size": "40"}, {"Size": "39"}]]


def test_values_of_a_variant_option_count_once_for_each_product_and_may_be_sizes() -> None:
    edition = world(sized(), TRAITS, [asking("size", require="yes")], SIZES)
    assert offered(edition) == [("39", "39"), ("38", "38"), ("40", "40")]
    results = advise(edition, Turn(answers={"which": "40"}, finish=True)).results
    assert results is not None
    assert [(each.id, each.variant and each.variant.options) for each in results.items] == [("pump", {"Size": "40"})]


def test_a_wish_for_an_option_shows_the_variant_that_has_it() -> None:
    edition = world(sized(), TRAITS, [asking("Size")], SIZES)
    results = advise(edition, Turn(answers={"which": "40"}, finish=True)).results
    assert results is not None
    assert results.items[0].variant is not None
    assert results.items[0].variant.options == {"Size": "40"}


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=70), min_size=2, max_size=12),
    st.integers(2, 9),
)
def test_ids_are_unique_and_options_are_as_frequent_as_any_that_is_left_out(texts: list[str], most: int) -> None:
    rows = [{"brand": " ".join(each.split())} for each in texts]
    raw = quiz(TRAITS, [asking("brand", most=str(most))])
    told, findings = made(raw, catalog(rows))
    options = told.questions[0].offered
    assert bool(options) != bool(findings)
    assert len({each.id for each in options}) == len(options) <= most
    if options:
        whole = world(rows, TRAITS, [asking("brand", most=str(most))])
        family = whole.levels.families["brand"]
        counts = dict(zip(family.labels, map(len, family.items), strict=True))
        shown = [counts[each.label] for each in options]  # type: ignore[attr-defined]
        assert shown == sorted(shown, reverse=True)
        assert sorted(counts.values(), reverse=True)[: len(shown)] == shown


# What choosing does -------------------------------------------------------------------------------


def test_a_choice_is_a_wish_that_adds_up_and_quotes_the_shopper() -> None:
    edition = world(ROWS, TRAITS, [asking("brand")])
    results = advise(edition, Turn(answers={"which": "harbor"}, finish=True)).results
    assert results is not None
    assert [each.id for each in results.items][:2] == ["a", "b"]
    best = results.items[0]
    assert best.score == pytest.approx(sum(each.points for each in (*best.reasons, *best.misses)))
    assert [(each.question, each.option, each.trait, each.level) for each in best.reasons] == [
        ("which", "harbor", "brand", ["Harbor"])
    ]


def test_a_hard_choice_keeps_the_others_out() -> None:
    edition = world(ROWS, TRAITS, [asking("brand", require="yes")])
    assert first(edition, "acme") == ["c", "d"]
    assert edition.quiz.traits.keys() == {"color", "brand"}


def test_several_hard_choices_are_united_and_several_soft_ones_have_one_vote() -> None:
    hard = world(ROWS, TRAITS, [asking("brand", require="yes", type="multiple")])
    assert first(hard, ["acme", "harbor"]) == ["a", "b", "c", "d"]
    soft = world(ROWS, TRAITS, [asking("brand", type="multiple")])
    results = advise(soft, Turn(answers={"which": ["acme", "harbor"]}, finish=True)).results
    assert results is not None
    assert [each.score for each in results.items[:5]] == [1, 1, 1, 1, -1]


def test_a_hard_choice_finds_every_spelling_of_its_label() -> None:
    assert first(world(ROWS, TRAITS, [asking("color", require="yes")]), "navy") == ["a", "b"]


def test_a_ranking_takes_made_options() -> None:
    edition = world(ROWS, TRAITS, [asking("brand", type="ranking")])
    assert first(edition, ["harbor", "acme"])[:4] == ["a", "b", "c", "d"]


def test_two_questions_about_one_column_share_a_trait() -> None:
    edition = world(ROWS, TRAITS, [asking("brand"), {**asking("brand", require="yes"), "id": "again"}])
    assert list(edition.quiz.traits) == ["color", "brand"]


def test_a_branch_hangs_on_a_made_option() -> None:
    edition = world(
        ROWS, TRAITS, [asking("brand"), single("more", option("x"), option("y"), **{"if": {"which": "acme"}})]
    )

    def next_one(answer: str) -> str | None:
        question = advise(edition, Turn(answers={"which": answer})).question
        return question.id if question else None

    assert (next_one("acme"), next_one("harbor")) == ("more", None)


def test_simulation_plays_made_options() -> None:
    played = simulate(world(ROWS, TRAITS, [asking("brand")]), 0)
    assert (played.possible, played.whole) == (5, True)
    assert played.questions[0].bits > 1


def test_other_products_make_another_version() -> None:
    edition = world(ROWS, TRAITS, [asking("brand")])
    assert edition.version == world(ROWS, TRAITS, [asking("brand")]).version
    assert edition.version != world(ROWS[:4], TRAITS, [asking("brand")]).version


def test_one_value_is_no_choice() -> None:
    raw = quiz(TRAITS, [asking("brand"), {**asking("brand"), "id": "again"}])
    told, findings = made(raw, catalog(ROWS[:2]))
    text = "'brand' has only one value, 'Harbor'"
    assert [(each.loc, each.rule, each.text) for each in findings] == [
        (("questions", at, "options", "from"), "few-values", text) for at in (0, 1)
    ]
    assert (told.traits, told.questions) == (raw.traits, raw.questions)


def test_a_quiz_without_such_questions_stays_the_same_object() -> None:
    written = quiz(TRAITS, [single("which", option("x"))])
    assert made(written, catalog(ROWS))[0] is written


# In every home ------------------------------------------------------------------------------------

QUIZ = """title: Hats
catalog: hats.csv
traits:
  cloth: {label: Cloth, kind: labels, from: {column: cloth}, labels: {wool: Warm wool}}
questions:
  - {id: cloth, ask: Which cloth?, options: {from: cloth}}
  - {id: brand, ask: Which brand?, type: multiple, options: {from: brand, most: 3, require: true}}
examples:
  - {name: silken, answers: {cloth: silk, brand: [acme, bolt]}, expect: {first: beret, every: {brand: [Acme, Bolt]}}}
"""
FEED = """id,title,brand,cloth
cap,Cap,Acme,wool
beret,Beret,Acme,silk
tophat,Top Hat,Bolt,silk
beanie,Beanie,Cole,wool
bonnet,Bonnet,Dune,wool
"""
GERMAN = """title: Hüte
catalog: hats.de.csv
traits: {cloth: {label: Stoff}}
questions: {cloth: {ask: Welcher Stoff?}, brand: {ask: Welche Marke?}}
labels: {cloth: {wool: Warme Wolle}}
"""
GERMAN_FEED = FEED.replace("silk", "Seide").replace("wool", "Wolle").replace("Bolt", "Bolzen")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop with hats."""
    for name, text in {"hats.yaml": QUIZ, "hats.csv": FEED, "hats.de.yaml": GERMAN, "hats.de.csv": GERMAN_FEED}.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "site.yaml").write_text("languages: [en, de]\n", "utf-8")
    return tmp_path


def client(folder: Path) -> FlaskClient:
    return create_app(Shop(load(folder, golden="error"))).test_client()


def test_a_good_quiz_with_made_options_has_no_problem(folder: Path) -> None:
    assert load(folder, golden="error").problems == ()


def test_the_page_offers_made_options_as_plain_controls(folder: Path) -> None:
    page = client(folder).get("/quiz/hats").text
    assert '<span class="words">Warm wool</span>' in page
    assert 'name="answer" value="silk"' in page


def test_the_api_offers_made_options_and_takes_them(folder: Path) -> None:
    browser = client(folder)
    questions = browser.get("/api/v1/quizzes/hats").get_json()["questions"]
    assert [[each["id"] for each in question["options"]] for question in questions] == [
        ["wool", "silk"],
        ["acme", "bolt", "cole"],
    ]
    told = browser.post("/api/v1/quizzes/hats/turn", json={"answers": {"cloth": "silk", "brand": "bolt"}}).get_json()
    assert [each["id"] for each in told["results"]["items"]] == ["tophat"]
    version = told["version"]
    wrong = browser.post("/api/v1/quizzes/hats/turn", json={"version": version, "answers": {"brand": "dune"}})
    assert wrong.status_code == 422
    assert "choose from acme, bolt, cole" in wrong.text


def test_the_terminal_takes_made_options(folder: Path) -> None:
    words = ["recommend", "hats", "-a", "cloth=silk", "-a", "brand=acme,bolt", "--json"]
    told = CliRunner().invoke(main, words, env={"QUIZBOT_QUIZZES": str(folder)})
    advice = Advice.model_validate(json.loads(told.stdout))
    assert advice.results is not None
    assert [each.id for each in advice.results.items] == ["beret", "tophat", "cap"]
    asked = CliRunner().invoke(main, ["ask", "hats"], input="2\n1\n", env={"QUIZBOT_QUIZZES": str(folder)})
    assert " 1 Warm wool" in asked.stdout
    assert "Beret" in asked.stdout


def german(folder: Path, overlay: str | None = None) -> Mapping[str, list[str]]:
    """The texts of the made options in German."""
    if overlay is not None:
        (folder / "hats.de.yaml").write_text(overlay, "utf-8")
    spoken = load(folder).editions["hats"].spoken("de")
    return {each.id: [option.text for option in each.offered] for each in spoken.quiz.questions}


def test_a_translation_names_labels_itself_or_lets_its_feed_name_them(folder: Path) -> None:
    assert german(folder) == {"cloth": ["Warme Wolle", "Seide"], "brand": ["Acme", "Bolzen", "Cole"]}


def test_a_translation_may_name_made_options_by_their_ids_too(folder: Path) -> None:
    overlay = GERMAN.replace("ask: Welche Marke?", "ask: Welche Marke?, options: {bolt: {text: Blitz}}")
    assert german(folder, overlay)["brand"] == ["Acme", "Blitz", "Cole"]


def test_a_translation_may_name_the_labels_of_a_column_that_no_trait_reads(folder: Path) -> None:
    overlay = GERMAN.replace("labels: {", "labels: {brand: {Cole: Kohle}, ").replace("catalog: hats.de.csv\n", "")
    assert german(folder, overlay) == {"cloth": ["Warme Wolle", "silk"], "brand": ["Acme", "Bolt", "Kohle"]}


def test_a_translation_of_an_option_that_is_not_made_is_a_problem(folder: Path) -> None:
    overlay = GERMAN.replace("ask: Welche Marke?", "ask: Welche Marke?, options: {dune: {text: Düne}}")
    (folder / "hats.de.yaml").write_text(overlay, "utf-8")
    with pytest.raises(Refused, match="unknown option 'dune'"):
        load(folder)


def test_the_language_has_its_own_word_for_what_every_catalog_has(folder: Path) -> None:
    edition = load(folder).editions["hats"]
    assert [edition.quiz.traits["brand"].label, edition.spoken("de").quiz.traits["brand"].label] == ["Brand", "Marke"]


def test_the_ranking_is_the_same_in_every_language(folder: Path) -> None:
    edition = load(folder).editions["hats"]
    told = [
        advise(edition, Turn(answers={"cloth": "silk"}, finish=True, language=each)).results for each in ("en", "de")
    ]
    assert [[(each.id, each.score) for each in one.items] for one in told if one] == 2 * [
        [("beret", 1.0), ("tophat", 1.0), ("beanie", -1.0), ("bonnet", -1.0), ("cap", -1.0)]
    ]


def test_nobody_meets_options_that_are_still_to_be_made(folder: Path) -> None:
    edition = load(folder).editions["hats"]
    for language in ("en", "de"):
        for each in edition.spoken(language).quiz.questions:
            assert not isinstance(getattr(each, "options", None), OptionsFrom)


def test_an_example_that_names_a_value_the_catalog_lost_is_told(folder: Path) -> None:
    (folder / "hats.csv").write_text(FEED.replace("Bolt", "Zinc"), "utf-8")
    with pytest.raises(Refused, match="question 'brand': unknown option 'bolt'"):
        load(folder)
