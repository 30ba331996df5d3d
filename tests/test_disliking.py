"""Disliking a product for a reason: what the reason wishes for, and the reasons that can be tapped."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.hearing.disliking import MOST
from quizbot.advice.turn import Advice, Refinement, ResultItem, Turn
from quizbot.content.edition import edition as made
from tests.shelves import coats, headphones
from tests.test_refine import EDITION, TRAITS, ids, items, refined
from tests.worlds import catalog, label_trait, level_trait, option, quiz, single, world

COLUMNS = ("warmth", "heft", "material")


def first(*refine: dict[str, Any]) -> ResultItem:
    return items(refined(*refine))[0]


@pytest.mark.parametrize("why", ["heft", "Heft", "less heft", "the heft", "not this heft"])
def test_what_is_too_much_of_something_gives_way_to_what_has_less(why: str) -> None:
    disliked = {"dislike": "parka", "why": why}
    assert "parka" not in ids(disliked)
    found = [each for each in first(disliked).reasons if each.source == "refine"]
    assert [(each.trait, each.wanted) for each in found] == [("heft", {"max": 0.5})]


def test_more_of_it_is_asked_for_by_saying_so_or_where_the_answers_want_more() -> None:
    assert first({"dislike": "parka", "why": "more heft"}).id == "arctic"
    cold = refined({"dislike": "city", "why": "warmth"})
    wishes = {(each.trait, str(each.wanted)) for each in items(cold)[0].reasons if each.source == "refine"}
    assert wishes == {("warmth", "{'min': 0.7}")}, "the answer wants .8, and the city coat has .5"


def test_a_reason_that_is_a_label_avoids_it_softly() -> None:
    order = ids({"dislike": "arctic", "why": "material"})
    assert order[-1] == "city", "the other one of wool"
    assert len(order) == len(EDITION.catalog) - 1


@pytest.mark.parametrize("why", ["price", "the price", "too expensive", "zu teuer"])
def test_what_is_too_dear_leaves_what_is_cheaper(why: str) -> None:
    assert set(ids({"dislike": "parka", "why": why})) == {"city", "rain"}


@pytest.mark.parametrize("why", ["brand", "not this brand", "die Marke"])
def test_what_is_of_the_wrong_brand_leaves_other_brands(why: str) -> None:
    assert set(ids({"dislike": "parka", "why": why})) == {"city", "rain", "secret"}


def test_other_words_are_understood_as_said_of_the_disliked_product() -> None:
    assert ids({"dislike": "city", "why": "too warm"})[0] == "rain"
    assert "wool" not in {each["material"] for each in map(of, ids({"dislike": "city", "why": "no wool"}))}


def of(item: str) -> dict[str, str]:
    """An item's cells."""
    at = EDITION.catalog.positions[item]
    return {name: EDITION.catalog.columns[name].texts[at] for name in COLUMNS}


def test_a_reason_that_means_nothing_is_told_and_the_whole_product_counts() -> None:
    strange = refined({"dislike": "parka", "why": "it hums at night"})
    assert strange.not_understood == ["it hums at night"]
    assert strange.results
    assert strange.results == refined({"dislike": "parka"}).results
    assert refined({"dislike": "parka", "why": "heft"}).not_understood == []
    assert refined({"dislike": "secret", "why": "material"}).not_understood == ["material"], "which is not stated"


def test_what_was_disliked_for_a_reason_can_be_taken_back_exactly() -> None:
    for why in ("heft", "material", "price", "brand", "too warm"):
        both = refined({"hide": "rain"}, {"dislike": "parka", "why": why})
        assert both.results != refined({"hide": "rain"}).results
    assert refined({"hide": "rain"}).results == refined({"hide": "rain"}).results


def test_a_reason_is_understood_by_its_name_in_every_language_of_the_quiz() -> None:
    for edition, language, why, trait in ((headphones(), "de", "Leichtigkeit", "light"), (coats(), "en", "warmth", "")):
        item = edition.catalog.ids[0]
        turn = {"finish": True, "language": language, "refine": [{"dislike": item, "why": why}]}
        advice = advise(edition, Turn.model_validate(turn))
        assert advice.not_understood == []
        told = [each.trait for each in items(advice)[0].reasons if each.source == "refine"]
        assert not trait or told == [trait]


# What can be tapped ---------------------------------------------------------------------------------


def offered(advice: Advice) -> dict[str, list[tuple[str, str]]]:
    return {each.id: [(text, why) for why, text in each.why_not.items()] for each in items(advice)}


def test_the_reasons_to_tap_are_the_cards_own_and_then_price_and_brand() -> None:
    shown = offered(refined())
    assert shown["city"] == [
        ("Warmer", "more warmth"),
        ("Not wool", "material"),
        ("Cheaper", "price"),
        ("Another brand", "brand"),
    ]
    assert shown["rain"][0] == ("Warmer", "more warmth")
    assert ("Cheaper", "price") not in shown["rain"], "nothing is cheaper"
    assert "brand" not in {why for _, why in shown["secret"]}, "whose brand is not stated"


def test_a_trait_that_is_the_price_gives_no_second_cheaper() -> None:
    cheap = level_trait("cost", less=["cheaper"], more=["dearer"])
    rows = [{"cost": "0.9", "price": "90"}, {"cost": "0.2", "price": "20"}]
    edition = world(rows, {"cost": cheap}, [single("thrift", option("low", prefer={"cost": "0"}))])
    advice = advise(edition, Turn(answers={"thrift": "low"}, finish=True))
    assert offered(advice)["item-0000"] == [("Cheaper", "price")]


def test_what_is_within_the_bounds_that_were_wished_for_is_no_reason_against_it() -> None:
    questions = [single("rain", option("wet", prefer={"warmth": {"min": "0.5"}}))]
    edition = world([{"warmth": "0.9"}, {"warmth": "0.2"}], {"warmth": level_trait("warmth")}, questions)
    advice = advise(edition, Turn(answers={"rain": "wet"}, finish=True))
    assert offered(advice) == {"item-0000": [], "item-0001": [("More Warmth", "more warmth")]}


@given(st.sampled_from(["cold", "mild"]), st.integers(0, 4))
def test_every_reason_that_is_offered_is_understood_and_leads_away(climate: str, at: int) -> None:
    shown = items(refined(answers={"climate": climate}))[at]
    for why in shown.why_not:
        after = refined({"dislike": shown.id, "why": why}, answers={"climate": climate})
        assert after.not_understood == []
        assert shown.id not in {item.id for item in items(after)}
        way, _, trait = why.partition(" ")
        if way in ("more", "less"):
            wished = [told for told in (*items(after)[0].reasons, *items(after)[0].misses) if told.source == "refine"]
            assert {told.trait for told in wished} <= {trait}
    assert len(shown.why_not) <= MOST


def test_several_labels_are_one_reason_and_labels_are_called_what_the_quiz_calls_them() -> None:
    traits = {"color": label_trait("color") | {"labels": {"navy": "Navy blue"}}}
    questions = [single("any", option("navy", prefer={"color": "navy"}))]
    rows = [{"id": "one", "color": "navy"}, {"id": "two", "color": "navy/red"}]
    for language, one, two in (
        ("en", "Not Navy blue", "Color: something else"),
        ("de", "Nicht Navy blue", "Color: etwas anderes"),
    ):
        edition = made("world", quiz(traits, questions, language=language), catalog(rows))
        shown = offered(advise(edition, Turn(answers={"any": "navy"}, finish=True)))
        assert shown == {"one": [(one, "color")], "two": [(two, "color")]}


def test_a_dislike_without_a_reason_is_what_it_was() -> None:
    told = [each.trait for each in first({"dislike": "parka"}).reasons if each.source == "refine"]
    assert set(told) <= set(TRAITS)
    assert Refinement(dislike="parka").why is None
