"""Refinements: what each word does, that leaving one out restores the result, and that chips keep their promises."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.turn import Advice, Refinement, RefinementChip, ResultItem, Turn, Wrong
from quizbot.content.edition import Edition
from tests.shelves import SHELVES, coats
from tests.worlds import label_trait, level_trait, option, single, world

STOCK = [
    {
        "id": "arctic",
        "title": "Arctic",
        "brand": "Nord",
        "warmth": "1",
        "heft": "0.9",
        "material": "wool",
        "price": "300",
    },
    {
        "id": "parka",
        "title": "Parka",
        "brand": "Nord",
        "warmth": "0.8",
        "heft": "0.7",
        "material": "down",
        "price": "200",
    },
    {"id": "city", "title": "City", "brand": "Ost", "warmth": "0.5", "heft": "0.4", "material": "wool", "price": "150"},
    {
        "id": "rain",
        "title": "Rain",
        "brand": "West",
        "warmth": "0.2",
        "heft": "0.1",
        "material": "nylon",
        "price": "80",
    },
    {"id": "secret", "title": "Secret", "warmth": "0.5", "heft": "0.5"},
]
TRAITS = {
    "warmth": level_trait("warmth", more=["warmer"], less=["cooler"]),
    "heft": level_trait("heft"),
    "material": label_trait("material"),
}
QUESTIONS = [single("climate", option("cold", prefer={"warmth": "0.8"}), option("mild", prefer={"warmth": "0.2"}))]
EDITION = world(STOCK, TRAITS, QUESTIONS)


def refined(*refine: dict[str, Any], edition: Edition = EDITION, **more: Any) -> Advice:
    turn = {"version": edition.version, "answers": {"climate": "cold"}, "refine": refine, "finish": True, "limit": 50}
    return advise(edition, Turn.model_validate({**turn, **more}))


def items(advice: Advice) -> list[ResultItem]:
    assert advice.results is not None
    return advice.results.items


def ids(*refine: dict[str, Any], **more: Any) -> list[str]:
    return [each.id for each in items(refined(*refine, **more))]


def test_a_bound_a_demand_and_an_exclusion_are_hard() -> None:
    assert set(ids({"column": "price", "max": 150})) == {"city", "rain"}
    assert set(ids({"column": "price", "min": 150, "max": 250})) == {"city", "parka"}
    assert ids({"column": "price", "about": 75}) == ["rain"]
    assert set(ids({"require": {"material": ["wool", "down"]}})) == {"arctic", "city", "parka"}
    assert ids({"require": {"price": {"max": 100}}}) == ["rain"]


def test_what_does_not_state_an_excluded_thing_stays_behind_what_states_another() -> None:
    assert ids({"exclude": {"material": ["wool"]}}) == ["parka", "rain", "secret"]


def test_a_newer_bound_on_the_same_side_takes_the_place_of_the_shoppers_own_older_one() -> None:
    assert set(ids({"column": "price", "max": 100}, {"column": "price", "max": 200})) == {"rain", "city", "parka"}
    assert set(ids({"column": "price", "max": 200}, {"column": "price", "min": 100})) == {"city", "parka"}


def test_a_shopper_who_demands_what_they_excluded_is_taken_at_the_newer_word() -> None:
    assert set(ids({"exclude": {"material": ["wool"]}}, {"require": {"material": ["wool"]}})) == {"arctic", "city"}


def test_wishes_for_traits_move_the_ranking_and_lose_nobody() -> None:
    assert ids()[0] == "parka"
    assert ids({"trait": "warmth", "level": 0.2})[0] == "rain"
    assert ids({"prefer": {"material": ["nylon"]}})[0] == "rain"
    assert ids({"avoid": {"material": ["down"]}})[0] == "arctic"
    for wish in (
        {"trait": "warmth", "level": 0},
        {"prefer": {"heft": {"min": 0.9}}},
        {"avoid": {"material": ["wool"]}},
    ):
        assert len(ids(wish)) == len(STOCK)


def test_a_relative_wish_comes_back_resolved_and_replays_alike() -> None:
    sent = {"trait": "warmth", "direction": "less", "than": "city", "amount": "slightly"}
    advice = refined(sent)
    (understood,) = advice.understood
    (resolved,) = understood.refine
    assert resolved.model_dump(exclude_none=True) == sent | {"level": 0.35}
    again = refined(resolved.model_dump(exclude_none=True))
    assert again.results == advice.results
    assert again.understood == []


def test_warmer_without_more_is_warmer_than_what_came_first() -> None:
    assert refined({"trait": "warmth", "direction": "more"}).understood[0].refine[0].level == 1.0
    assert ids({"trait": "warmth", "direction": "more"})[0] == "arctic"


def test_an_older_contrary_wish_fades_but_still_counts() -> None:
    reasons = [
        *items(refined({"trait": "warmth", "level": 0}))[0].reasons,
        *items(refined({"trait": "warmth", "level": 0}))[0].misses,
    ]
    assert {each.source for each in reasons if each.trait == "warmth"} == {"answer", "refine"}


def test_what_matters_more_weighs_more() -> None:
    before, after = (
        items(refined())[0],
        items(refined({"trait": "warmth", "importance": "more"}, {"trait": "heft", "level": 0})),
    )
    assert {each.id: each for each in after}[before.id].reasons[0].trait == "warmth"


def test_what_is_liked_comes_first_and_what_is_disliked_or_owned_goes() -> None:
    assert ids({"like": "rain"}, {"trait": "warmth", "importance": "less"})[0] == "rain"
    assert "parka" not in ids({"dislike": "parka"})
    assert ids({"hide": "parka"}) == [each for each in ids() if each != "parka"]


def test_to_hide_everything_hides_nothing() -> None:
    assert len(ids(*({"hide": each["id"]} for each in STOCK))) == len(STOCK)


def test_what_is_dropped_no_longer_counts() -> None:
    assert refined({"drop": "climate"}).results == refined(answers={}).results
    assert refined({"exclude": {"material": ["wool"]}}, {"drop": "material"}).results == refined().results


def test_refinements_are_explained_and_their_points_add_up() -> None:
    for each in items(
        refined({"trait": "heft", "direction": "less"}, {"like": "city"}, {"prefer": {"material": ["wool"]}})
    ):
        parts = [*each.reasons, *each.misses]
        assert sum(part.points for part in parts) == pytest.approx(each.score, abs=1e-6)
        assert "refine" in {part.source for part in parts}
        assert all(part.text for part in parts)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"trait": "weather", "level": 1}, "refine.0.trait"),
        ({"trait": "material", "level": 1}, "refine.0.trait"),
        ({"column": "weather", "max": 1}, "refine.0.column"),
        ({"column": "price"}, "refine.0"),
        ({"column": "price", "min": 3, "max": 2}, "refine.0.min"),
        ({}, "refine.0"),
        ({"trait": "warmth"}, "refine.0"),
        ({"trait": "warmth", "level": 1, "importance": "more"}, "refine.0"),
        ({"trait": "warmth", "direction": "more", "than": "gone"}, "refine.0.than"),
        ({"like": "gone"}, "refine.0.like"),
        ({"hide": "gone"}, "refine.0.hide"),
        ({"require": {"weather": "bad"}}, "refine.0.require.weather"),
        ({"require": {}}, "refine.0.require"),
        ({"require": {"price": {"max": "answer"}}}, "refine.0.require.price"),
        ({"prefer": {"weather": 1}}, "refine.0.prefer.weather"),
        ({"prefer": {"warmth": [0, 1]}}, "refine.0.prefer.warmth"),
        ({"prefer": {"material": {"level": 0.5}}}, "refine.0.prefer.material"),
        ({"avoid": {"warmth": ["wool"]}}, "refine.0.avoid.warmth"),
    ],
)
def test_what_the_quiz_cannot_take_is_wrong_with_the_current_version_and_dropped_with_another(
    wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Wrong) as told:
        refined(wrong)
    assert [each for each, _ in told.value.errors] == [field]
    advice = refined(wrong, {"column": "price", "max": 100}, version="older")
    assert [each.field for each in advice.dropped] == [field]
    assert [each.id for each in items(advice)] == ["rain"]


# Chips --------------------------------------------------------------------------------------------


def tapped(edition: Edition, refine: list[Refinement], answers: dict[str, Any]) -> Advice:
    return advise(edition, Turn(version=edition.version, answers=answers, refine=refine, finish=True, limit=50))


def check_promise(edition: Edition, before: Advice, chip: RefinementChip, after: Advice) -> None:
    first, new = items(before)[0], items(after)[0]
    assert chip.count >= 1
    assert after.results is not None
    assert before.results is not None
    known = {(each.column, str(each.wanted)) for each in before.results.relaxed}
    assert {(each.column, str(each.wanted)) for each in after.results.relaxed} <= known
    for each in chip.refine:
        if each.column == "price":
            assert first.price is not None
            assert new.price is not None
            assert new.price < first.price
            assert len(items(after)) == min(chip.count, 50)
        elif each.direction:
            row = edition.levels.level[edition.levels.names.index(each.trait or "")]
            then, now = (row[edition.catalog.positions[item.id]] for item in (first, new))
            assert (now > then) if each.direction == "more" else (now < then)
        elif each.exclude:
            assert len(items(after)) == min(chip.count, 50)
        elif each.dislike:
            assert each.dislike not in {item.id for item in items(after)}


@given(st.sampled_from(sorted(SHELVES)), st.data())
@settings(max_examples=25)
def test_a_chip_does_what_it_promises_and_leaving_it_out_restores_the_list(shop: str, data: st.DataObject) -> None:
    edition = SHELVES[shop]()
    question = edition.quiz.questions[0]
    answers = {question.id: data.draw(st.sampled_from([each.id for each in question.options]))}  # type: ignore[union-attr]
    refine: list[Refinement] = []
    lists = [tapped(edition, refine, answers)]
    for _ in range(3):
        before = lists[-1]
        if not before.refinements:
            break
        chip = data.draw(st.sampled_from(before.refinements))
        refine = [*refine, *chip.refine]
        lists.append(tapped(edition, refine, answers))
        check_promise(edition, before, chip, lists[-1])
        shorter = refine[: -len(chip.refine)]
        assert tapped(edition, shorter, answers).results == before.results


def test_chips_are_few_say_what_they_do_and_speak_the_quizs_own_words() -> None:
    for language, words in (("en", {"Cheaper", "Another brand"}), ("de", {"Günstiger", "Andere Marke"})):
        advice = advise(coats(), Turn(answers={"climate": "wet"}, finish=True, language=language))
        labels = {each.label for each in advice.refinements}
        assert words <= labels
        assert 4 <= len(labels) <= 9
        own = {word for each in coats().spoken(language).quiz.traits.values() for word in (*each.more, *each.less)}
        assert {each.casefold() for each in own} & {each.casefold() for each in labels}
        assert all(each.text.startswith(each.label) and len(each.text.split()) <= 20 for each in advice.refinements)


def test_without_results_there_is_nothing_to_tap() -> None:
    assert advise(coats(), Turn()).refinements == []


def test_a_shelf_of_one_offers_no_way_out() -> None:
    alone = world(STOCK[:1], TRAITS, QUESTIONS)
    assert refined(edition=alone).refinements == []
