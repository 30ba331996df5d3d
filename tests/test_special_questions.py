"""Questions of a special kind: after the results, about what is nobody's business, and for someone else."""

import html
import json
import re
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
from quizbot.content.problems import Refused
from quizbot.editorial.simulate import simulate
from quizbot.library.load import load
from quizbot.shop import Shop
from quizbot.web import create_app
from tests.worlds import label_trait, level_trait, option, single, world

ROWS = [
    {"id": "cape", "title": "Cape", "warmth": "0.1", "nuts": "yes", "skin": "dry", "brand": "Acme"},
    {"id": "coat", "title": "Coat", "warmth": "0.6", "nuts": "no", "skin": "oily", "brand": "Bolt"},
    {"id": "parka", "title": "Parka", "warmth": "0.9", "nuts": "no", "skin": "dry", "brand": "Bolt"},
]
TRAITS = {"warmth": level_trait("warmth"), "skin": label_trait("skin")}
WARM = single("warm", option("cold", prefer={"warmth": "1"}), option("mild", prefer={"warmth": "0"}))
HEARD = single("heard", option("street", says="Lovely."), option("paper"), ask_after="yes")
PAPER = single("paper", option("news"), option("comics"), ask_after="yes", **{"if": {"heard": "paper"}})


def told(edition: Edition, **turn: Any) -> Advice:
    return advise(edition, Turn.model_validate(turn))


def surveyed(edition: Edition, **turn: Any) -> list[str]:
    return [each.id for each in told(edition, **turn).survey]


# After the results --------------------------------------------------------------------------------


def test_a_survey_comes_with_the_results_wherever_it_stands_and_never_before() -> None:
    edition = world(ROWS, TRAITS, [HEARD, WARM, PAPER])
    start = told(edition)
    assert start.question is not None
    assert (start.question.id, start.survey, start.progress.remaining_at_most) == ("warm", [], 1)
    end = told(edition, answers={"warm": "cold"})
    assert (end.question, [each.id for each in end.survey]) == (None, ["heard"])
    assert end.results is not None
    assert (end.progress.answered, end.progress.remaining_at_most) == (1, 0)


def test_a_survey_question_is_asked_until_it_is_answered_or_skipped() -> None:
    edition = world(ROWS, TRAITS, [WARM, HEARD, PAPER])
    assert surveyed(edition, finish=True) == ["heard"]
    assert surveyed(edition, finish=True, answers={"heard": "paper"}) == ["paper"]
    assert surveyed(edition, finish=True, answers={"heard": "street"}) == []
    assert surveyed(edition, finish=True, skipped=["heard"]) == []


@given(st.sampled_from(["street", "paper"]), st.sampled_from([{}, {"warm": "cold"}, {"warm": "mild"}]))
def test_its_answer_changes_nothing_but_what_is_said_back(heard: str, answers: dict[str, str]) -> None:
    listed = [WARM, HEARD, {"id": "which", "ask": "?", "ask_after": "yes", "options": {"from": "brand"}}]
    taste = {"id": "taste", "ask": "?", "type": "products", "ask_after": "yes"}
    edition = world(ROWS, TRAITS, [*listed, taste])
    plain = told(edition, answers=answers, finish=True)
    more = {"heard": heard, "which": "bolt", "taste": {"liked": ["cape"], "shown": ["cape", "coat"]}}
    asked = told(edition, answers={**answers, **more}, finish=True)
    assert (asked.results, asked.question, asked.progress) == (plain.results, plain.question, plain.progress)
    assert (asked.survey, asked.version) == ([], plain.version)


def test_simulation_does_not_play_a_survey() -> None:
    played = simulate(world(ROWS, TRAITS, [WARM, HEARD]), 0)
    assert (played.possible, [each.id for each in played.questions]) == (3, ["warm"])


def test_a_quiz_that_only_asks_afterwards_is_refused(folder: Path) -> None:
    text = (
        QUIZ.partition("questions:")[0] + "questions:\n  - {id: a, ask: A?, ask_after: true, options: {from: brand}}\n"
    )
    assert problems(folder, text.replace("gift: {question: whom, option: friend}\n", "")) == [
        (6, "survey", "every question is asked after the results")
    ]


# In every home ------------------------------------------------------------------------------------

QUIZ = """title: Creams
catalog: creams.csv
gift: {question: whom, option: friend}
traits:
  rich: {label: Richness, from: {column: rich, range: [0, 10]}}
  smell: {label: Smell, kind: labels, from: {column: smell}}
questions:
  - {id: whom, ask: For whom?, options: [{id: me, text: Me}, {id: friend, text: A friend}]}
  - id: skin
    ask: How does your skin feel?
    sensitive: health
    type: multiple
    options:
      - {id: xerosis, text: Marker sore, says: Poor you., prefer: {rich: 1}}
      - {id: acne, text: Marker spots, prefer: {rich: {max: 0.2}}, avoid: {smell: rose}}
      - {id: nuts, text: Marker nuts, exclude: {nuts: yes}, prefer: {smell: rose}}
      - {id: cheap, text: Marker poor, require: {price: {max: 1}}}
  - id: scale
    ask: How bad?
    sensitive: health
    type: scale
    low: Marker low
    high: Marker high
    prefer: {rich: [0, 1]}
  - id: heard
    ask: Where did you hear of us?
    ask_after: true
    options: [{id: street, text: In the street}, {id: paper, text: In a paper}]
  - {id: stars, ask: How many stars?, ask_after: true, type: number, min: 1, max: 5}
"""
FEED = """id,title,price,rich,smell,nuts,brand
balm,Balm,9,9,rose,no,Acme
milk,Milk,7,2,none,yes,Bolt
lotion,Lotion,8,5,rose,no,Bolt
"""
SITE = """languages: [en, de]
notice:
  sensitive: {health: {en: Skin stays between us., de: Die Haut bleibt unter uns.}}
"""
GERMAN = """title: Cremes
traits: {rich: {label: Reichhaltigkeit}, smell: {label: Duft}}
questions: {skin: {ask: Wie ist deine Haut?, options: {xerosis: {text: Marker wund, says: Ach je.}}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop for creams."""
    named = {"creams.yaml": QUIZ, "creams.csv": FEED, "site.yaml": SITE, "creams.de.yaml": GERMAN}
    for name, text in named.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def shop(folder: Path) -> FlaskClient:
    """A client of the shop for creams."""
    return create_app(Shop(load(folder))).test_client()


def problems(folder: Path, quiz: str = QUIZ) -> list[tuple[int, str, str]]:
    (folder / "creams.yaml").write_text(quiz, "utf-8")
    (folder / "creams.de.yaml").unlink()
    with pytest.raises(Refused) as caught:
        load(folder)
    return [(each.line, each.rule, each.text) for each in caught.value.problems if each.severity == "error"]


def press(shop: FlaskClient, page: str, step: str, **fields: str | list[str]) -> str:
    state = re.search(r'name="state" value="([^"]*)"', page)
    question = re.search(r'<form class="[^"]*question".*?name="question" value="([^"]*)"', page, re.DOTALL)
    sent = {"state": html.unescape(state[1]) if state else "", "question": question[1] if question else ""}
    response = shop.post("/quiz/creams", data={**sent, "step": step, **fields})
    assert response.status_code == 200
    return response.text


def results_page(shop: FlaskClient) -> str:
    page = press(shop, shop.get("/quiz/creams").text, "next", answer="friend")
    return press(shop, page, "finish")


def test_the_page_asks_below_the_results_and_comes_back_to_them(shop: FlaskClient) -> None:
    page = results_page(shop)
    assert "One more question, if you like" in page
    assert "Where did you hear of us?" in page
    answered = press(shop, page, "next", answer="paper")
    assert "Thank you." in answered
    assert "Best match" in answered
    assert "How many stars?" in answered
    assert '<p class="answer">In a paper</p>' in answered
    assert answered.count('id="now"') == 1
    done = press(shop, answered, "skip")
    assert "One more question" not in done
    assert "Best match" in done
    assert done.count('id="now"') == 1


def test_a_mistake_below_the_results_is_told_there(shop: FlaskClient) -> None:
    page = press(shop, results_page(shop), "next", answer="paper")
    wrong = press(shop, page, "next", answer="9")
    assert "9 lies outside 1 to 5" in wrong
    assert "Best match" in wrong
    assert 'value="9"' in wrong
    assert "Thank you." not in wrong


def test_an_answer_below_the_results_can_be_changed(shop: FlaskClient) -> None:
    page = press(shop, results_page(shop), "next", answer="paper")
    again = press(shop, page, "change:heard")
    assert "Best match" in again
    assert "Where did you hear of us?" in again
    assert "In a paper</p>" not in again


def test_going_back_never_leads_to_a_survey_question(shop: FlaskClient) -> None:
    page = press(shop, press(shop, results_page(shop), "next", answer="paper"), "more")
    assert "Question 2 of at most 3" in page
    assert "For whom?" in press(shop, page, "back").partition("<legend>")[2].partition("</legend>")[0]


def test_the_api_gives_the_survey_with_the_results(shop: FlaskClient) -> None:
    turn = "/api/v1/quizzes/creams/turn"
    assert shop.post(turn, json={"answers": {"skin": ["acne"]}}).get_json()["survey"] == []
    told = shop.post(turn, json={"finish": True, "answers": {"heard": "paper"}}).get_json()
    assert told["survey"] == [
        {
            "id": "stars",
            "type": "number",
            "ask": "How many stars?",
            "why": None,
            "required": False,
            "ask_after": True,
            "min": 1.0,
            "max": 5.0,
            "step": 1.0,
            "unit": "",
        }
    ]


def test_the_terminal_asks_it_after_the_results(folder: Path) -> None:
    asked = CliRunner().invoke(main, ["ask", "creams"], input="1\nr\n2\n9\n5\n", env={"QUIZBOT_QUIZZES": str(folder)})
    assert asked.exit_code == 0, asked.output
    assert asked.stdout.index(" 1. ") < asked.stdout.index("Where did you hear of us?")
    assert "'9' is out of range" in asked.stdout
    assert asked.stdout.count("Thank you.") == 2


# Nobody's business --------------------------------------------------------------------------------


def test_a_sensitive_question_has_a_general_notice_and_asks_for_the_shops_own(folder: Path) -> None:
    (folder / "site.yaml").write_text("notice: {sensitive: {politics: Never kept.}}\n", "utf-8")
    text = "site.yaml has no notice of its own for questions on health; the general one is shown"
    found = [each for each in load(folder).problems if each.rule == "no-notice"]
    assert [(each.line, each.text, each.severity) for each in found] == [(11, text, "warning"), (20, text, "warning")]
    asked = create_app(Shop(load(folder))).test_client()
    page = press(asked, asked.get("/quiz/creams").text, "next", answer="me")
    assert "without a tick of its own it is not kept.</p>" in page


def test_the_page_says_beside_a_sensitive_question_that_it_is_not_kept(shop: FlaskClient) -> None:
    page = press(shop, shop.get("/quiz/creams").text, "next", answer="me")
    assert "without a tick of its own it is not kept. Skin stays between us." in page
    assert re.search(r'aria-describedby="[^"]*private', page)
    german = shop.post("/quiz/creams?lang=de", data={"question": "whom", "step": "next", "answer": "me", "state": ""})
    assert "Die Haut bleibt unter uns." in german.text
    assert "Skin stays" not in shop.get("/quiz/creams").text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "answers",
    [
        {"skin": ["xerosis"]},
        {"skin": ["acne"], "scale": 4},
        {"skin": ["nuts"], "scale": 1},
        {"skin": ["cheap", "nuts"]},
        {"skin": ["xerosis", "acne", "nuts"], "scale": 5},
    ],
)
def test_no_result_repeats_a_sensitive_answer(shop: FlaskClient, language: str, answers: dict[str, Any]) -> None:
    sent = {"answers": answers, "finish": True, "language": language}
    told = shop.post("/api/v1/quizzes/creams/turn", json=sent).get_json()
    written = json.dumps(told["results"], ensure_ascii=False)
    assert told["results"]["items"]
    assert "Marker" not in written
    for name in answers["skin"]:
        assert f'"{name}"' not in written
    for item in told["results"]["items"]:
        points = [each["points"] for each in (*item["reasons"], *item["misses"])]
        assert item["score"] == pytest.approx(sum(points))


def test_the_shoppers_own_thread_may_show_it(shop: FlaskClient) -> None:
    page = press(shop, shop.get("/quiz/creams").text, "next", answer="me")
    page = press(shop, press(shop, page, "next", answer=["xerosis"]), "finish")
    results, _, thread = page.partition('<form id="thread"')
    assert "Marker" not in results
    assert "Marker sore" in thread


# For someone else ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gift", "answers", "expected"),
    [
        ("yes", {}, True),
        ("no", {"warm": "cold"}, False),
        ({"question": "warm", "option": "cold"}, {"warm": "cold"}, True),
        ({"question": "warm", "option": "cold"}, {"warm": "mild"}, False),
        ({"question": "warm", "option": "cold"}, {}, False),
        ({"question": "brand", "option": "bolt"}, {"brand": ["acme", "bolt"]}, True),
    ],
)
def test_advice_tells_whether_it_is_a_gift(gift: Any, answers: dict[str, Any], *, expected: bool) -> None:
    brand = {"id": "brand", "ask": "?", "type": "multiple", "options": {"from": "brand"}}
    assert told(world(ROWS, TRAITS, [WARM, brand], gift=gift), answers=answers).gift is expected


def test_the_page_and_the_terminal_say_so(shop: FlaskClient, folder: Path) -> None:
    sentence = "This one is for someone else; nothing of it becomes your taste."
    assert sentence in results_page(shop)
    plain = press(shop, shop.get("/quiz/creams").text, "next", answer="me")
    assert sentence not in press(shop, plain, "finish")
    words = ["recommend", "creams", "-a", "whom=friend"]
    typed = CliRunner().invoke(main, words, env={"QUIZBOT_QUIZZES": str(folder), "COLUMNS": "100"})
    assert sentence in typed.stdout
