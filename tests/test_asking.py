"""What is asked next and when it is enough, in worlds where the answer is obvious."""

import gc
import html
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import ref

import numpy as np
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.asking.belief import ERROR, Beliefs, beliefs
from quizbot.advice.asking.stopping import SURE, questions_first
from quizbot.advice.turn import Advice, Given, Turn
from quizbot.cli import main
from quizbot.content.answers import Picks, applicable
from quizbot.content.edition import Edition
from quizbot.library.load import load
from quizbot.shop import Shop
from quizbot.web import create_app
from tests.conftest import FILES
from tests.test_conversation import branching
from tests.worlds import label_trait, level_trait, option, single, world

COATS = [
    {
        "id": f"coat-{at:02}",
        "color": "black" if at % 2 else "red",
        "kind": "coat",
        "warmth": str(at / 13),
        "price": f"{100 + 10 * at}",
    }
    for at in range(14)
]
TRAITS = {
    "color": label_trait("color"),
    "kind": label_trait("kind", missing="0"),
    "warmth": level_trait("warmth"),
    "tag": label_trait("tag", missing="0"),
}
IDLE = single("idle", option("yes", prefer={"kind": "coat"}), option("no", avoid={"kind": "coat"}))
HALVES = single("halves", option("black", prefer={"color": "black"}), option("red", prefer={"color": "red"}))
ONE_SIDE = {"low": "cool", "high": "warm", "prefer": {"warmth": ["0", "1"]}}
WARM, COOL = {"prefer": {"warmth": {"min": "0.6"}}}, {"prefer": {"warmth": {"max": "0.4"}}}
TELLING: dict[str, dict[str, Any]] = {
    "single": HALVES,
    "yes or no": single("one", option("yes", prefer={"color": "black"}), option("no", avoid={"color": "black"})),
    "multiple": {**HALVES, "type": "multiple"},
    "ranking": single("ranks", option("warm", **WARM), option("cool", **COOL), type="ranking"),
    "scale": {"id": "steps", "ask": "?", "type": "scale", **ONE_SIDE},
    "number": {
        "id": "most",
        "ask": "?",
        "type": "number",
        "min": "100",
        "max": "240",
        "require": {"price": {"max": "answer"}},
    },
    "products": {"id": "liked", "ask": "?", "type": "products"},
}


def adaptive(questions: list[dict[str, Any]], rows: Any = COATS, **more: Any) -> Edition:
    """A world that asks what matters most."""
    return world(rows, TRAITS, questions, order="adaptive", **more)


def asked_first(edition: Edition) -> str | None:
    question = advise(edition, Turn()).question
    return question.id if question else None


@pytest.mark.parametrize("kind", TELLING)
def test_what_tells_products_apart_is_asked_before_what_fits_all_or_none(kind: str) -> None:
    edition = adaptive([IDLE, TELLING[kind]])
    assert asked_first(edition) == TELLING[kind]["id"]


def test_the_evener_split_is_asked_first() -> None:
    rows = [{**each, "tag": "x" if at == 0 else "y"} for at, each in enumerate(COATS)]
    rare = single("rare", option("yes", prefer={"tag": "x"}), option("no", avoid={"tag": "x"}))
    assert asked_first(adaptive([rare, TELLING["yes or no"]], rows)) == "one"


def test_fixed_order_stays_the_editors() -> None:
    advice = advise(world(COATS, TRAITS, [IDLE, HALVES]), Turn())
    assert advice.question is not None
    assert (advice.question.id, advice.question.because) == ("idle", None)


def test_the_reason_counts_the_products_that_are_in_play() -> None:
    edition = adaptive([HALVES, TELLING["scale"]])
    first = advise(edition, Turn(finish=True)).question
    assert first is not None
    assert first.because == "This splits the 14 products still in play."
    half = advise(edition, Turn(answers={"halves": "red"}, language="de")).question
    assert half is not None
    assert half.because == "Das trennt die 14 Produkte, die noch in Frage kommen."  # people err


def test_what_a_demand_rules_out_is_no_longer_in_play() -> None:
    cheap = {"id": "cheap", "text": "Cheap", "require": {"price": {"max": "149"}}}
    edition = adaptive([single("budget", cheap, option("any")), HALVES])
    question = advise(edition, Turn(answers={"budget": "cheap"})).question
    assert question is not None
    assert question.because == "This splits the 5 products still in play."


def test_a_question_that_can_change_nothing_ends_the_quiz_which_may_go_on() -> None:
    edition = adaptive([IDLE, TELLING["scale"]])
    stopped = advise(edition, Turn(answers={"steps": 5}))
    assert stopped.question is None
    assert (stopped.progress.confident, stopped.progress.remaining_at_most) == (True, 1)
    assert stopped.progress.probability >= SURE
    assert stopped.results is not None
    assert (
        stopped.reply == "I'm sure enough; the last question would hardly move the first three. Answer it if you like."
    )
    onward = advise(edition, Turn(answers={"steps": 5}, more=True))
    assert onward.question is not None
    assert (onward.question.id, onward.question.because) == ("idle", None)  # it tells nothing, so no reason is claimed
    answered = advise(edition, Turn(answers={"steps": 5, "idle": "no"}))
    assert (answered.question, answered.reply) == (None, None)


def test_in_fixed_order_the_quiz_goes_on_and_tells_that_it_is_sure() -> None:
    advice = advise(world(COATS, TRAITS, [TELLING["scale"], IDLE]), Turn(answers={"steps": 5}))
    assert advice.progress.confident
    assert advice.question is not None
    assert advice.question.id == "idle"


def test_nothing_is_sure_before_the_first_answer_or_while_a_required_one_is_missing() -> None:
    few = COATS[:2]
    assert asked_first(adaptive([IDLE], few)) == "idle"
    advice = advise(adaptive([TELLING["scale"], {**IDLE, "required": "yes"}]), Turn(answers={"steps": 5}))
    assert not advice.progress.confident
    assert advice.question is not None
    assert advice.question.id == "idle"


def test_one_wrong_answer_rules_no_product_out() -> None:
    edition = adaptive([HALVES, TELLING["scale"], TELLING["yes or no"]])
    belief = beliefs(edition).posterior({"halves": "red", "one": "no", "steps": 1})
    assert belief.min() > 0
    assert belief.sum() == pytest.approx(1)
    assert int(belief.argmax()) == 0


def test_two_answers_that_contradict_each_other_weigh_alike() -> None:
    edition = adaptive([HALVES, {**TELLING["yes or no"]}])
    belief = Beliefs(edition, ERROR).posterior({"one": "yes"})
    assert belief[1] / belief[0] == pytest.approx((1 - ERROR) / ERROR)


# Information ----------------------------------------------------------------------------------------


@given(
    tags=st.lists(st.sets(st.integers(0, 3)), min_size=2, max_size=9),
    weights=st.lists(st.floats(0.01, 1), min_size=9, max_size=9),
    error=st.floats(0.01, 0.4),
    silent=st.booleans(),
)
def test_the_sparse_gain_of_label_questions_is_what_bayes_rule_says_item_by_item(
    tags: list[set[int]], weights: list[float], error: float, *, silent: bool
) -> None:
    rows = [{"tag": "/".join(f"t{each}" for each in sorted(listed))} for listed in tags]
    traits = {"tag": label_trait("tag", **({} if silent else {"missing": "0"}))}
    questions = [
        single(f"q{at}", option("yes", prefer={"tag": f"t{at}"}), option("no", avoid={"tag": f"t{at}"}))
        for at in range(4)
    ]
    edition = world(rows, traits, questions)
    thought = Beliefs(edition, error)
    belief = np.array(weights[: len(rows)]) / sum(weights[: len(rows)])
    for at, gain in enumerate(thought.gains(belief, np.arange(4))):
        says_yes = np.array([0.5 if silent and not each else 1 - error if at in each else error for each in tags])
        expected = _entropy(belief)
        for likely in (says_yes, 1 - says_yes):
            expected -= (belief @ likely) * _entropy(belief * likely / (belief @ likely))
        assert gain == pytest.approx(max(expected, 0), abs=1e-8)


def _entropy(chances: Any) -> float:
    return float(-(chances * np.log2(chances)).sum())


def test_beliefs_go_with_their_edition() -> None:
    edition = adaptive([IDLE, HALVES])
    advise(edition, Turn())
    gone = ref(beliefs(edition))
    del edition
    gc.collect()
    assert gone() is None


def test_products_are_shown_when_few_hold_the_belief_and_asked_for_while_many_do() -> None:
    sure, open_minded = np.r_[np.full(5, 0.19), np.full(995, 0.05 / 995)], np.full(1000, 0.001)
    assert questions_first(sure, 1.0, 14, 10) == 0
    assert questions_first(open_minded, 1.0, 14, 10) > 3
    assert questions_first(open_minded, 1.0, 1, 10) == 0  # the last turn is no good for a question
    assert questions_first(open_minded, 0.0, 14, 10) == 0


# Whole conversations --------------------------------------------------------------------------------


@st.composite
def telling(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Branching questions with wishes, some of them required."""
    questions: list[dict[str, Any]] = draw(branching())
    for each in questions:
        if draw(st.booleans()):
            each["required"] = "yes"
        for one in each["options"]:
            wish = draw(st.sampled_from(["color", "warmth", "none"]))
            if wish == "color":
                one["prefer"] = {"color": draw(st.sampled_from(["black", "red"]))}
            elif wish == "warmth":
                one["prefer"] = {"warmth": str(draw(st.integers(0, 4)) / 4)}
    return questions


@given(questions=telling(), more=st.booleans(), data=st.data())
def test_an_adaptive_quiz_ends_asks_what_is_required_and_never_grows(
    questions: list[dict[str, Any]], data: st.DataObject, *, more: bool
) -> None:
    edition = adaptive(questions)
    answers: dict[str, Given] = {}
    skipped: list[str] = []
    advice = advise(edition, Turn(more=more))
    while advice.question:
        asked = edition.questions[advice.question.id]
        assert asked in _applying(edition, answers)
        assert asked.id not in (*answers, *skipped)
        if not asked.required and data.draw(st.booleans()):
            skipped.append(asked.id)
        else:
            ids = [each.id for each in asked.offered]
            chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
            answers[asked.id] = chosen[0] if asked.type == "single" else chosen
        before = advice.progress.remaining_at_most
        advice = _same(edition, Turn(answers=answers, skipped=skipped, more=more))
        assert advice.progress.remaining_at_most < before
    left = [each for each in _applying(edition, answers) if each.id not in answers and each.id not in skipped]
    assert not any(each.required for each in left)
    assert not left or (advice.progress.confident and not more)


def _same(edition: Edition, turn: Turn) -> Advice:
    """The advice on a turn, which another edition of the same quiz gives word for word."""
    advice = advise(edition, turn)
    assert advise(replace(edition), turn) == advice
    return advice


def _applying(edition: Edition, answers: dict[str, Given]) -> list[Any]:
    read = {name: tuple(each) if isinstance(each, list) else each for name, each in answers.items()}
    return list(applicable(edition.quiz, {name: each for name, each in read.items() if not isinstance(each, dict)}))


# The same conversation on the page, over the API and in the terminal -----------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tea shop's content, its quiz in adaptive order."""
    made = shutil.copytree(FILES / "shop", tmp_path_factory.mktemp("adaptive") / "shop")
    (made / "tea.yaml").write_text("order: adaptive\n" + (made / "tea.yaml").read_text("utf-8"), "utf-8")
    return made


@pytest.fixture(scope="module")
def teas(folder: Path) -> FlaskClient:
    """A client of the adaptive tea shop."""
    return create_app(Shop(load(folder))).test_client()


def over_api(client: FlaskClient, **said: Any) -> Any:
    response = client.post("/api/v1/quizzes/tea/turn", json=said)
    assert response.status_code == 200, response.text
    return response.get_json()


def found_in(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def press(client: FlaskClient, page: str, step: str, **fields: Any) -> str:
    asked = found_in(page, r'<form class="question".*?name="question" value="([^"]*)"')
    state = found_in(page, r'name="state" value="([^"]*)"')
    return client.post("/quiz/tea", data={"state": state, "question": asked, "step": step} | fields).text


FORMS: dict[str, dict[str, Any]] = {
    "hour": {"answer": "morning"},
    "tastes": {"answer": ["smoke"]},
    "fire": {"answer": "4"},
    "order": {"rank.strong": "1"},
    "budget": {"answer": "12"},
}


def heading(page: str) -> str:
    return found_in(page, r'<form class="question".*?name="question" value="([^"]*)"')


def test_the_page_asks_what_the_api_asks_and_goes_back_in_the_order_of_the_conversation(teas: FlaskClient) -> None:
    page, walked = teas.get("/quiz/tea").text, []
    for _ in range(4):
        page = page if heading(page) else press(teas, page, "more")
        asked = heading(page)
        state = found_in(page, r'name="state" value="([^"]*)"')
        assert over_api(teas, **_as_turn(state))["question"]["id"] == asked
        walked.append(asked)
        page = press(teas, page, "next" if asked in FORMS else "skip", **FORMS.get(asked, {}))
    assert len(walked) >= 3
    back = page
    for asked in reversed(walked):
        back = press(teas, back, "back")
        assert heading(back) == asked
    assert '<button class="quiet back"' not in back


def _as_turn(state: str) -> dict[str, Any]:
    told = json.loads(state or "{}")
    return {name: told[name] for name in ("answers", "skipped", "more") if name in told}


def test_the_page_stops_when_it_is_sure_says_so_and_goes_on_when_asked_to(teas: FlaskClient) -> None:
    page = teas.get("/quiz/tea").text
    for _ in range(6):
        if not heading(page):
            break
        shown = re.findall(r'name="shown" value="([^"]*)"', page)
        page = press(teas, page, "next", **FORMS.get(heading(page), {"shown": shown, "liked": shown[:1]}))
    assert heading(page) == ""
    assert "sure enough" in html.unescape(page)
    onward = press(teas, page, "more")
    assert heading(onward)
    assert "sure enough" not in html.unescape(onward)


def test_the_terminal_stops_when_it_is_sure_and_goes_on_with_m(tmp_path: Path) -> None:
    rows = "\n".join(f"{each['id']},{each['id']},{each['kind']},{each['warmth']}" for each in COATS)
    (tmp_path / "coats.csv").write_text(f"id,title,kind,warmth\n{rows}\n", "utf-8")
    (tmp_path / "coat.yaml").write_text(
        """\
title: Coats
order: adaptive
catalog: coats.csv
traits:
  warmth: {label: Warmth, from: {column: warmth, range: [0, 1]}}
  kind: {label: Kind, kind: labels, from: {column: kind}}
questions:
  - id: idle
    ask: Is it a coat?
    options:
      - {id: yes, text: Yes, prefer: {kind: coat}}
      - {id: no, text: No, avoid: {kind: coat}}
  - {id: steps, ask: How warm?, type: scale, low: cool, high: warm, prefer: {warmth: [0, 1]}}
""",
        "utf-8",
    )
    arguments = ["ask", "coat"]
    settings = {"QUIZBOT_QUIZZES": str(tmp_path)}
    stopped = CliRunner(env=settings).invoke(main, arguments, input="5\nr\n").output
    assert "How warm?" in stopped
    assert "I'm sure enough" in stopped
    assert "Is it a coat?" not in stopped
    onward = CliRunner(env=settings).invoke(main, arguments, input="5\nm\n1\n").output
    assert "Is it a coat?" in onward


def test_products_that_were_picked_are_evidence_too() -> None:
    edition = adaptive([TELLING["products"], IDLE])
    shelf = tuple(edition.catalog.ids[at] for at in (0, 13))
    belief = beliefs(edition).posterior({"liked": Picks(("coat-13",), shelf)})
    assert belief[12] > belief[1]


def test_a_demand_that_no_product_of_the_catalog_states_is_foreseen_without_an_error() -> None:
    size = single("size", {"id": "s", "text": "S", "require": {"Size": "S"}}, option("any"))
    advice = advise(adaptive([size, HALVES]), Turn())
    assert advice.question is not None
    assert advice.question.id == "halves"


# One conversation in three homes ----------------------------------------------------------------------


def titles(page: str) -> list[str]:
    return [html.unescape(each) for each in re.findall(r"<h3>([^<]*)</h3>", page)]


def test_the_same_conversation_is_had_on_the_page_over_the_api_and_in_the_terminal(
    folder: Path, teas: FlaskClient
) -> None:
    """Answers, words, a chip that is tapped and one that is taken back lead to the same list everywhere."""
    answers = {"hour": "morning", "tastes": ["smoke"]}
    said = "more fruit, and under 12"
    api = [over_api(teas, answers=answers, finish=True)]
    api.append(over_api(teas, answers=answers, finish=True, say=said))
    words = [each for one in api[1]["understood"] for each in one["refine"]]
    chip = api[1]["refinements"][0]["refine"]
    api.append(over_api(teas, answers=answers, finish=True, refine=[*words, *chip]))
    api.append(over_api(teas, answers=answers, finish=True, refine=words))
    lists = [[each["title"] for each in one["results"]["items"]] for one in api]
    assert lists[3] == lists[1] != lists[0]

    page = teas.post("/quiz/tea", data={"state": json.dumps({"answers": answers}), "step": "finish"}).text
    pages = [page]
    for step, fields in (("say", {"say": said}), ("refine:0", {}), ("say", {"say": "undo"})):
        chips = [html.unescape(each) for each in re.findall(r'name="chip" value="([^"]*)"', pages[-1])]
        state = found_in(pages[-1], r'name="state" value="([^"]*)"')
        pages.append(teas.post("/quiz/tea", data={"state": state, "step": step, "chip": chips, **fields}).text)
    assert [titles(each) for each in pages] == lists

    settings = {"QUIZBOT_QUIZZES": str(folder), "COLUMNS": "200"}
    typed = "\n".join([*_typed(teas, answers), said, "1", "undo", "q"])
    told = CliRunner(env=settings).invoke(main, ["ask", "tea"], input=typed).output.split("Find your tea\n")[2:]
    shown = [re.findall(r"^ ?\d+\. (.+?)  ", each, re.MULTILINE) for each in told]
    assert shown == lists


def _typed(client: FlaskClient, answers: dict[str, Any]) -> list[str]:
    """What is typed to answer what is asked, and then to see the results."""
    typed: list[str] = []
    given: dict[str, Any] = {}
    skipped: list[str] = []
    while (question := over_api(client, answers=given, skipped=skipped)["question"]) and len(given) < len(answers):
        if question["id"] in answers:
            given[question["id"]] = answers[question["id"]]
            wanted = answers[question["id"]]
            names = [each["id"] for each in question["options"]]
            typed.append(str(names.index(wanted if isinstance(wanted, str) else wanted[0]) + 1))
        else:
            skipped.append(question["id"])
            typed.append("?")
    return [*typed, "r"]
