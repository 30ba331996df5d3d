"""The wild card of a list: high in score, unlike the rest, marked, told why, and only where there is one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.diversity import BEHIND, SHORTEST, UNLIKE, likeness
from quizbot.advice.ranking.rank import rank
from quizbot.advice.turn import ResultItem, Turn
from quizbot.content.edition import Edition
from quizbot.content.edition import edition as made
from quizbot.editorial.golden import broken
from tests.shelves import SHELVES
from tests.worlds import catalog, label_trait, level_trait, option, quiz, single

TRAITS: dict[str, Any] = {
    "warmth": level_trait("warmth"),
    "shine": level_trait("shine", low="matt", high="like a mirror"),
    "color": label_trait("color"),
}
QUESTIONS = [single("climate", option("cold", prefer={"warmth": "1"}))]
RED = [
    {"id": f"red-{at}", "warmth": str(1 - at / 100), "shine": "0.1", "color": "red", "price": str(9 + at)}
    for at in range(6)
]
ODD = {"id": "violet", "warmth": "0.85", "shine": "1", "color": "violet", "price": "9"}


def listed(
    *stock: dict[str, str], language: str = "en", results: dict[str, Any] | None = None, **more: Any
) -> list[ResultItem]:
    """What somebody is shown who is cold."""
    wanted = {"show": "5", "wild_card": "yes"} | (results or {})
    world = made("world", quiz(TRAITS, QUESTIONS, results=wanted, language=language), catalog(stock or [*RED, ODD]))
    found = advise(world, Turn.model_validate({"answers": {"climate": "cold"}, "finish": True} | more)).results
    assert found
    return found.items


def wild(items: list[ResultItem]) -> list[str]:
    return [each.id for each in items if each.wild]


def test_one_that_fits_nearly_as_well_and_is_unlike_the_rest_takes_the_last_place() -> None:
    items = listed()
    assert [each.id for each in items] == ["red-0", "red-1", "red-2", "red-3", "violet"]
    assert wild(items) == ["violet"]
    assert items[-1].wild_text == "The wild card: nearly as fitting, and alone among these: violet."
    assert [each.wild_text for each in items[:-1]] == [None] * 4
    points = sum(each.points for each in (*items[-1].reasons, *items[-1].misses))
    assert round(points - items[-1].score, 6) == 0


def test_it_is_off_unless_the_quiz_asks_for_it() -> None:
    items = listed(results={"wild_card": "no"})
    assert [each.id for each in items] == [f"red-{at}" for at in range(5)]
    assert wild(items) == []


@pytest.mark.parametrize(
    "odd",
    [
        ODD | {"warmth": "0.6"},  # more than BEHIND the last
        ODD | {"available": "no"},
        ODD | {"color": "red", "shine": "0.2"},  # like the others
    ],
)
def test_without_an_honest_one_there_is_none_and_the_list_is_what_it_is_without(odd: dict[str, str]) -> None:
    items = listed(*RED, odd)
    assert [each.id for each in items] == [f"red-{at}" for at in range(5)]
    assert wild(items) == []


def test_a_short_list_has_none() -> None:
    assert wild(listed(limit=SHORTEST - 1)) == []
    assert wild(listed(limit=SHORTEST)) == ["violet"]


def test_what_would_be_last_anyway_is_marked_where_it_is() -> None:
    items = listed(*RED[:4], ODD)
    assert [each.id for each in items][-1] == "violet"
    assert wild(items) == ["violet"]


def test_it_meets_what_is_demanded_like_the_others() -> None:
    dear = ODD | {"price": "90"}
    assert wild(listed(*RED, dear, refine=[{"column": "price", "max": 50}])) == []
    assert wild(listed(*RED, dear)) == ["violet"]


def test_the_sentence_says_the_most_telling_difference_in_both_languages() -> None:
    level = [{**each, "color": "red"} for each in (*RED, ODD)]
    assert (
        listed(*level)[-1].wild_text == "The wild card: nearly as fitting, and quite different on Shine: like a mirror."
    )
    assert listed(*level, language="de")[-1].wild_text == (
        "Der Joker: passt fast so gut und ist bei Shine ganz anders: like a mirror."
    )
    equal = [{**each, "warmth": "1"} for each in (*RED, ODD)]
    assert listed(*equal)[-1].wild_text == "The wild card: as fitting as the others, and alone among these: violet."


def test_nothing_is_said_of_a_level_that_was_wished_for() -> None:
    stock = [{"id": each["id"], "warmth": each["warmth"], "shine": each["shine"]} for each in (*RED, ODD)]
    wish = [{"trait": "shine", "level": 0}, {"trait": "warmth", "importance": "more"}]
    for each in listed(*stock, refine=wish):
        assert each.wild_text in (None, "The wild card: nearly as fitting, and unlike the others.")


def with_wild_card(edition: Edition, **more: Any) -> Edition:
    """The same quiz with a wild card in its lists."""
    results = edition.quiz.results.model_copy(update={"wild_card": True, **more})
    return made(edition.id, edition.quiz.model_copy(update={"results": results}), edition.catalog)


@given(st.sampled_from(sorted(SHELVES)), st.data(), st.integers(1, 8), st.sampled_from([0.0, 0.3]))
def test_only_the_last_place_of_a_list_changes_and_what_takes_it_keeps_every_bound(
    shelf: str, data: st.DataObject, limit: int, diversity: float
) -> None:
    edition = SHELVES[shelf]()
    question = next(each for each in edition.quiz.questions if each.type == "single")
    answers = {question.id: data.draw(st.sampled_from([each.id for each in question.offered]))}
    results = edition.quiz.results.model_copy(update={"diversity": diversity})
    plain = made(edition.id, edition.quiz.model_copy(update={"results": results}), edition.catalog)
    before = rank(plain, [prefer(plain, answers)], limit)[0]
    other = with_wild_card(edition, diversity=diversity)
    after = rank(other, [prefer(other, answers)], limit)[0]
    if not after.wild:
        assert after.items.tolist() == before.items.tolist()
        return
    assert len(after.items) >= SHORTEST
    assert after.items[:-1].tolist() == before.items[:-1].tolist()
    assert after.score[-1] >= before.score.min() - BEHIND
    assert after.score[-1] > 0
    assert likeness(other.levels, after.items)[-1, :-1].max() <= UNLIKE
    assert round(float(after.points[-1].sum()), 9) == after.score[-1]


def test_golden_shoppers_are_shown_it_too() -> None:
    examples = [{"name": "cold", "answers": {"climate": "cold"}, "expect": {"never": ["violet"]}}]
    stock = catalog([*RED, ODD])
    for wild_card, sentences in (("no", []), ("yes", ["'violet' is shown"])):
        results = {"show": "5", "wild_card": wild_card}
        edition = made("world", quiz(TRAITS, QUESTIONS, results=results, examples=examples), stock)
        assert list(broken(edition, edition.quiz.examples[0])) == sentences
