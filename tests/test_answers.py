"""Answers: whatever a form, a command or the API brings is a checked answer, or a sentence that says why not."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizbot.content.answers import Answer, Picks, applicable, read
from quizbot.content.catalog import STANDARD, Catalog, Column, Variants
from quizbot.content.quiz import Question, Quiz

ITEMS = ("storm-shell", "city-coat", "Glen, No. 5", "mist-cape")
OPTIONS = [{"id": each, "text": each.title()} for each in ("wet", "cold", "dry")]
QUIZ = Quiz.model_validate(
    {
        "title": "Coats",
        "catalog": "coats.csv",
        "traits": {"warmth": {"label": "Warmth", "from": {"column": "fill"}}},
        "questions": [
            {"id": "climate", "ask": "?", "options": OPTIONS},
            {"id": "style", "ask": "?", "type": "multiple", "max": 2, "options": OPTIONS},
            {"id": "matters", "ask": "?", "type": "ranking", "options": OPTIONS},
            {"id": "dressed", "ask": "?", "type": "scale", "steps": 5, "low": "trail", "high": "opera"},
            {"id": "budget", "ask": "?", "type": "number", "min": 50, "max": 600, "step": 10},
            {"id": "taste", "ask": "?", "type": "products"},
            {"id": "words", "ask": "?", "type": "text"},
        ],
    }
)


def question(name: str) -> Question:
    found = QUIZ.question(name)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Four coats."""
    count = len(ITEMS)
    return Catalog(
        ids=ITEMS,
        columns={name: Column(name, ("",) * count) for name in STANDARD},
        variants=Variants(np.arange(count), ITEMS, np.full(count, 100.0), np.ones(count, bool)),
    )


@pytest.mark.parametrize(
    ("name", "given", "answer"),
    [
        ("climate", "wet", "wet"),
        ("climate", [" wet "], "wet"),
        ("style", ["wet", "dry"], ("wet", "dry")),
        ("style", "wet, dry", ("wet", "dry")),
        ("style", "dry", ("dry",)),
        ("matters", ["dry", "wet"], ("dry", "wet")),
        ("matters", "cold,dry,wet", ("cold", "dry", "wet")),
        ("dressed", 3, 3),
        ("dressed", 3.0, 3),
        ("dressed", "3", 3),
        ("dressed", ("5",), 5),
        ("budget", 180, 180.0),
        ("budget", "185.5", 185.5),
        ("budget", ["600"], 600.0),
        ("taste", {"liked": ["city-coat"], "shown": ["storm-shell", "city-coat"]},
         Picks(("city-coat",), ("storm-shell", "city-coat"))),
        ("taste", "city-coat,mist-cape", Picks(("city-coat", "mist-cape"), ("city-coat", "mist-cape"))),
        ("taste", "Glen, No. 5", Picks(("Glen, No. 5",), ("Glen, No. 5",))),
        ("taste", ["mist-cape"], Picks(("mist-cape",), ("mist-cape",))),
        ("words", " no wool ", "no wool"),
    ],
    ids=repr,
)  # fmt: skip
def test_an_answer_is_read_from_json_forms_and_commands(
    name: str, given: Any, answer: Answer, catalog: Catalog
) -> None:
    found = read(question(name), given, catalog)
    assert found == answer
    assert type(found) is type(answer)
    assert read(question(name), found, catalog) == found


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("climate", "wett", "unknown option 'wett'; choose from wet, cold, dry (did you mean 'wet'?)"),
        ("climate", "", "the answer is empty; give one, or skip the question"),
        ("climate", None, "the answer is empty; give one, or skip the question"),
        ("climate", [], "'' is not one answer; give exactly one"),
        ("climate", ["wet", "dry"], "'wet, dry' is not one answer; give exactly one"),
        ("climate", True, "unknown option 'True'; choose from wet, cold, dry"),
        ("climate", {"wet": 1}, "unknown option '{'wet': 1}'; choose from wet, cold, dry"),
        ("style", ["wet", "wet"], "'wet' is given twice; give it once"),
        ("style", "wet,cold,dry", "'wet, cold, dry' is 3 options; choose at most 2"),
        ("style", [], "nothing is chosen; choose at least one, or skip the question"),
        ("style", ",", "nothing is chosen; choose at least one, or skip the question"),
        ("style", "wet,,dry", "unknown option ''; choose from wet, cold, dry"),
        ("matters", ["wet", ["dry"]], "unknown option '['dry']'; choose from wet, cold, dry"),
        ("dressed", 6, "step '6' is not on the scale; give a whole number from 1 to 5"),
        ("dressed", 0, "step '0' is not on the scale; give a whole number from 1 to 5"),
        ("dressed", 2.5, "step '2.5' is not on the scale; give a whole number from 1 to 5"),
        ("dressed", True, "'True' is not a number; write it in digits, such as 12 or 12.5"),
        ("budget", "12,5", "'12,5' is not a number; write it in digits, such as 12 or 12.5"),
        ("budget", "1_0", "'1_0' is not a number; write it in digits, such as 12 or 12.5"),
        ("budget", "nan", "'nan' is not a number; write it in digits, such as 12 or 12.5"),
        ("budget", float("nan"), "'nan' is not a finite number; write it in digits, such as 12 or 12.5"),
        ("budget", float("inf"), "'inf' is not a finite number; write it in digits, such as 12 or 12.5"),
        ("budget", 601, "'601' is out of range; give a number from 50 to 600"),
        ("taste", ["mist-kape"], ("unknown product 'mist-kape'; "
          "choose from storm-shell, city-coat, 'Glen, No. 5', mist-cape (did you mean 'mist-cape'?)")),
        ("taste", {"liked": ["mist-cape"], "shown": ["city-coat"]},
         "product 'mist-cape' is liked but was not shown; list it under 'shown', too"),
        ("taste", {"like": ["mist-cape"]}, "unknown key 'like'; choose from liked, shown (did you mean 'liked'?)"),
        ("taste", {"liked": []}, "nothing is chosen; choose at least one, or skip the question"),
        ("taste", {"liked": "mist-cape", "shown": []}, "nothing is chosen; choose at least one, or skip the question"),
        ("words", 5, "'5' is not text; say it in words"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_wrong_answer_is_told_with_value_and_remedy(name: str, given: Any, message: str, catalog: Catalog) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read(question(name), given, catalog)
    assert str(caught.value) == message


def test_a_number_too_large_for_a_float_is_not_finite(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="is not a finite number"):
        read(question("budget"), 10**400, catalog)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["wet", *ITEMS]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["liked", "shown", "x"]), inner),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from([each.id for each in QUIZ.questions]), given=JSON)
def test_whatever_is_given_is_an_answer_or_a_value_error(name: str, given: Any, catalog: Catalog) -> None:
    message = "value; remedy"
    try:
        answer = read(question(name), given, catalog)
        assert read(question(name), answer, catalog) == answer
    except ValueError as error:
        message = str(error)
    assert "; " in message
    assert message.isprintable()


# Which questions apply ----------------------------------------------------------------------------


def asked(conditions: dict[str, dict[str, Any]], answers: dict[str, Answer]) -> list[str]:
    """Ids of the applicable questions when some of them have an `if`."""
    raw = QUIZ.model_dump(mode="json", by_alias=True, exclude_none=True)
    for each in raw["questions"]:
        each["if"] = conditions.get(each["id"], {})
    return [each.id for each in applicable(Quiz.model_validate(raw), answers)]


def test_without_conditions_every_question_applies() -> None:
    assert asked({}, {}) == [each.id for each in QUIZ.questions]


@pytest.mark.parametrize(
    ("condition", "answer", "applies"),
    [
        ({"climate": ["wet", "dry"]}, "dry", True),
        ({"climate": ["wet"]}, "dry", False),
        ({"style": ["wet"]}, ("dry", "wet"), True),
        ({"style": ["wet"]}, ("dry",), False),
        ({"matters": ["dry"]}, ("wet", "dry"), True),
        ({"dressed": ["1", "2"]}, 2, True),
        ({"dressed": ["1", "2"]}, 3, False),
        ({"budget": ["180"]}, 180.0, True),
        ({"budget": ["180.0"]}, 180.0, True),
        ({"budget": ["18"]}, 180.0, False),
        ({"taste": ["city-coat"]}, Picks(("city-coat",), ("city-coat", "mist-cape")), True),
        ({"taste": ["mist-cape"]}, Picks(("city-coat",), ("city-coat", "mist-cape")), False),
    ],
)
def test_a_question_applies_when_the_answer_has_a_listed_option(
    condition: dict[str, list[str]], answer: Answer, applies: bool
) -> None:
    (name,) = condition
    assert ("words" in asked({"words": condition}, {name: answer})) is applies
    assert "words" not in asked({"words": condition}, {})


def test_conditions_on_several_questions_all_hold() -> None:
    condition = {"words": {"climate": ["wet"], "dressed": ["5"]}}
    assert "words" in asked(condition, {"climate": "wet", "dressed": 5})
    assert "words" not in asked(condition, {"climate": "wet", "dressed": 4})


def test_an_answer_to_a_question_that_does_not_apply_opens_nothing() -> None:
    conditions = {"style": {"climate": ["wet"]}, "words": {"style": ["dry"]}}
    answers: dict[str, Answer] = {"climate": "cold", "style": ("dry",)}
    assert "words" not in asked(conditions, answers)
    assert "words" in asked(conditions, {**answers, "climate": "wet"})


def test_passing_over_everything_that_was_shown_is_an_answer(catalog: Catalog) -> None:
    given = {"liked": [], "shown": ["city-coat", "mist-cape"]}
    assert read(question("taste"), given, catalog) == Picks((), ("city-coat", "mist-cape"))
