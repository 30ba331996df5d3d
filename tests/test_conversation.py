"""The conversation as values: what is asked next, how far it is, and what a turn answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.agenda import agenda
from quizbot.advice.asking.ask import progress
from quizbot.advice.asking.ways import taste
from quizbot.advice.turn import Turn, Wrong
from quizbot.content.answers import Answer, Answers
from tests.worlds import label_trait, level_trait, option, single, world

STOCK = [
    {"id": "warm", "title": "Warm Coat", "warmth": "1", "style": "0.2", "color": "black", "price": "200"},
    {"id": "light", "title": "Light Coat", "warmth": "0", "style": "0.9", "color": "red", "price": "100"},
    {"id": "plain", "title": "Plain Coat", "warmth": "0.5", "color": "red/black", "price": "150"},
]
TRAITS = {"warmth": level_trait("warmth"), "style": level_trait("style"), "color": label_trait("color")}
QUESTIONS: list[dict[str, Any]] = [
    single(
        "climate",
        option("cold", prefer={"warmth": "1"}, says="Then warmth first."),
        option("mild", prefer={"warmth": "0"}),
        required="yes",
    ),
    single("snow", option("much", prefer={"warmth": "1"}), **{"if": {"climate": "cold"}}),
    single("city", option("yes", prefer={"style": "1"}), **{"if": {"climate": "mild"}}),
    {"id": "taste", "ask": "Which?", "type": "products", "show": "2"},
]
PERSONAS = [
    {"id": "bear", "title": "The Bear", "text": "Sleeps.", "levels": {"warmth": "1"}},
    {"id": "fox", "title": "The Fox", "text": "Runs.", "levels": {"warmth": "0", "style": "1"}},
]
EDITION = world(STOCK, TRAITS, QUESTIONS, personas=PERSONAS)


def test_an_empty_turn_starts_the_conversation() -> None:
    advice = advise(EDITION, Turn())
    assert advice.question is not None
    assert advice.question.id == "climate"
    assert advice.results is None
    assert (advice.progress.answered, advice.progress.remaining_at_most) == (0, 3)


def test_a_branch_that_is_closed_is_not_asked_and_not_counted() -> None:
    advice = advise(EDITION, Turn(answers={"climate": "mild"}))
    assert advice.question is not None
    assert advice.question.id == "city"
    assert advice.progress.remaining_at_most == 2


def test_the_bot_replies_with_what_the_last_choice_says() -> None:
    assert advise(EDITION, Turn(answers={"climate": "cold"})).reply == "Then warmth first."


def test_skipped_questions_are_not_asked_again_and_finish_always_shows() -> None:
    advice = advise(EDITION, Turn(answers={"climate": "cold"}, skipped=["snow", "taste"]))
    assert advice.question is None
    assert advice.results is not None
    assert advise(EDITION, Turn(finish=True)).results is not None


def test_an_answer_that_no_longer_applies_is_dropped_and_said() -> None:
    advice = advise(EDITION, Turn(version=EDITION.version, answers={"climate": "mild", "snow": "much"}))
    assert [each.field for each in advice.dropped] == ["answers.snow"]
    assert advice.progress.answered == 1


@pytest.mark.parametrize(
    ("turn", "field"),
    [
        ({"answers": {"weather": "cold"}}, "answers.weather"),
        ({"answers": {"climate": "hot"}}, "answers.climate"),
        ({"answers": {"taste": {"liked": ["gone"], "shown": ["gone"]}}}, "answers.taste"),
        ({"skipped": ["weather"]}, "skipped"),
        ({"skipped": ["climate"]}, "skipped"),
        ({"product": "gone"}, "product"),
    ],
)
def test_what_is_unknown_is_wrong_with_the_current_version_and_dropped_with_another(
    turn: dict[str, Any], field: str
) -> None:
    with pytest.raises(Wrong) as wrong:
        advise(EDITION, Turn(version=EDITION.version, **turn))
    assert [each for each, _ in wrong.value.errors] == [field]
    for version in (None, "older"):
        assert [each.field for each in advise(EDITION, Turn(version=version, **turn)).dropped] == [field]


def test_the_first_is_explained_by_reasons_that_add_up() -> None:
    results = advise(EDITION, Turn(answers={"climate": "cold"}, finish=True)).results
    assert results is not None
    assert [each.id for each in results.items] == ["warm", "plain", "light"]
    for each in results.items:
        assert sum(part.points for part in each.reasons + each.misses) == pytest.approx(each.score, abs=1e-6)
    assert (results.blend.answers, results.blend.history, results.blend.prior) == (1, 0, 0)


def test_the_persona_is_the_one_nearest_in_the_preference_space() -> None:
    cold = advise(EDITION, Turn(answers={"climate": "cold"}, finish=True)).results
    mild = advise(EDITION, Turn(answers={"climate": "mild", "city": "yes"}, finish=True)).results
    nothing = advise(EDITION, Turn(finish=True)).results
    assert [each and each.persona and each.persona.id for each in (cold, mild, nothing)] == ["bear", "fox", None]


def test_the_product_of_the_page_is_told_its_place_its_catch_and_what_beats_it() -> None:
    results = advise(EDITION, Turn(answers={"climate": "cold"}, product="light", finish=True)).results
    this = results.this if results else None
    assert this is not None
    assert (this.item, this.place, this.of, this.met, this.asked, this.beaten_by) == ("light", 3, 3, 0, 1, "warm")
    assert this.catch


def test_products_to_like_are_different_from_each_other() -> None:
    assert {EDITION.catalog.ids[each] for each in taste(EDITION, {}, 2)} == {"light", "warm"}


@st.composite
def branching(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Questions of which some hang on options of earlier ones."""
    questions: list[dict[str, Any]] = []
    for at in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(["single", "multiple", "ranking"]))
        options = [option(f"o{each}") for each in range(draw(st.integers(1, 3)))]
        question = single(f"q{at}", *options, type=kind)
        for earlier in (
            draw(st.lists(st.sampled_from(questions), max_size=2, unique_by=lambda each: each["id"]))
            if questions
            else []
        ):
            ids = [each["id"] for each in earlier["options"]]
            question.setdefault("if", {})[earlier["id"]] = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
        questions.append(question)
    return questions


@given(branching(), st.data())
def test_every_path_of_a_quiz_ends_and_its_progress_never_grows(
    questions: list[dict[str, Any]], data: st.DataObject
) -> None:
    edition = world(STOCK, TRAITS, questions)
    answers: dict[str, Answer] = {}
    skipped: set[str] = set()
    before = progress(edition, answers, skipped)
    for _ in range(len(questions) + 1):
        ready, _ = agenda(edition).open(answers, skipped)
        if not len(ready):
            break
        question = agenda(edition).questions[ready[0]]
        if data.draw(st.booleans()):
            skipped.add(question.id)
        else:
            ids = [each["id"] for each in next(q for q in questions if q["id"] == question.id)["options"]]
            chosen = tuple(data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
            answers[question.id] = chosen[0] if question.type == "single" else chosen
        now = progress(edition, answers, skipped)
        assert now.remaining_at_most < before.remaining_at_most
        before = now
    assert [list(each) for each in agenda(edition).open(answers, skipped)] == [[], []]
    assert before.remaining_at_most == 0


def test_answers_are_taken_in_any_order() -> None:
    answers: Answers = {"snow": "much", "climate": "cold"}
    ready, _ = agenda(EDITION).open(answers, ())
    assert [EDITION.quiz.advising[each].id for each in ready] == ["taste"]
