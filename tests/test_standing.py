"""How the product of the shop's page stands, in a shop where it is obvious."""

from typing import Any

import pytest

from quizbot.advice.advise import advise
from quizbot.advice.turn import ThisProduct, Turn
from quizbot.content.edition import Edition
from tests.worlds import level_trait, option, single, world

TRAITS = {"warmth": level_trait("warmth"), "weight": {**level_trait("weight"), "label": "Lightness"}}
COATS = [
    {"id": "best", "title": "Best Coat", "warmth": "1", "weight": "1", "wool": "no"},
    {"id": "heavy", "title": "Heavy Coat", "warmth": "1", "weight": "0", "wool": "no"},
    {"id": "woolen", "title": "Woolen Coat", "warmth": "0.9", "weight": "1", "wool": "yes"},
    {"id": "silent", "title": "Silent Coat", "warmth": "0.9", "weight": "0.9"},
    {"id": "gone", "title": "Gone Coat", "warmth": "0.9", "weight": "0.9", "wool": "no"},
    {"id": "split", "title": "Split Coat", "warmth": "0.8", "weight": "0.9", "wool": "no"},
]
VARIANTS = [
    [{"Size": "M", "price": "100"}, {"Size": "L", "price": "100"}],
    [{"Size": "M", "price": "240"}],
    [{"Size": "M", "price": "100"}],
    [{"Size": "M", "price": "100"}],
    [{"Size": "M", "price": "100", "available": "no"}],
    [{"Size": "M", "price": "300"}, {"Size": "L", "price": "100"}],
]
QUESTIONS: list[dict[str, Any]] = [
    single("climate", {**option("cold"), "prefer": {"warmth": "1", "weight": "1"}}),
    single("rules", {**option("wool"), "text": "No wool", "exclude": {"wool": "yes"}}),
    single("size", {**option("m"), "text": "M", "require": {"Size": "M"}}),
    {
        "id": "budget",
        "ask": "?",
        "type": "number",
        "unit": "EUR",
        "min": "50",
        "max": "500",
        "require": {"price": {"max": "answer"}},
    },
]
EDITION = world(COATS, TRAITS, QUESTIONS, VARIANTS)


def stands(product: str, language: str = "en", edition: Edition = EDITION, **answers: Any) -> ThisProduct:
    turn = Turn(answers=answers, product=product, finish=True, language=language)
    results = advise(edition, turn).results
    assert results is not None
    assert results.this is not None
    return results.this


def test_the_first_of_the_list_is_beaten_by_nothing() -> None:
    assert stands("best", climate="cold") == ThisProduct(
        item="best",
        title="Best Coat",
        place=1,
        of=6,
        asked=2,
        met=2,
        text="This one meets 2 of your 2 wishes.",
    )


def test_the_largest_miss_is_named() -> None:
    this = stands("heavy", climate="cold")
    assert (this.place, this.asked, this.met, this.beaten_by, this.excluded) == (6, 2, 1, "best", [])
    assert this.text == "This one meets 1 of your 2 wishes; the catch: Lightness."
    assert this.catch == 'The catch: Lightness 0, and you said "Cold".'
    assert stands("heavy", "de", climate="cold").text == (
        "Dieses hier erfüllt 1 deiner 2 Wünsche; der Haken: Lightness."
    )


def test_a_product_that_breaks_a_demand_stands_behind_all_that_keep_it_and_is_told_which() -> None:
    this = stands("woolen", climate="cold", rules="wool")
    assert (this.place, this.met, this.beaten_by) == (6, 2, "best")
    assert this.text == 'This one meets 2 of your 2 wishes, but not this: "No wool".'
    assert [each.model_dump() for each in this.excluded] == [
        {"column": "wool", "wanted": {"values": ["yes"], "exclude": True}, "text": 'Not met: "No wool".'}
    ]


def test_a_product_over_the_limit_is_told_by_how_much() -> None:
    this = stands("heavy", budget=200)
    assert this.text == "This one does not meet this: under 200 EUR."
    assert [each.text for each in this.excluded] == ["240 EUR, 40 over your limit."]
    german = stands("heavy", "de", budget=200)
    assert [each.text for each in german.excluded] == ["240 €, 40 über deiner Grenze."]


def test_what_the_shop_does_not_say_is_told_as_not_stated() -> None:
    this = stands("silent", climate="cold", rules="wool")
    assert this.place == 5, "ahead of what is known to break the rule"
    assert this.text == 'This one meets 2 of your 2 wishes; not stated: "No wool".'
    assert [each.text for each in this.excluded] == ['Not stated: "No wool".']


def test_a_product_that_is_sold_out_says_so() -> None:
    this = stands("gone", climate="cold")
    assert not this.available
    assert this.text == "This one meets 2 of your 2 wishes, but is sold out."
    assert stands("gone", "de", climate="cold").text.endswith(", ist aber ausverkauft.")


def test_a_product_is_judged_in_the_variant_that_comes_nearest() -> None:
    assert stands("split", size="m").excluded == []
    assert stands("split", budget=150).excluded == []
    both = stands("split", size="m", budget=150)
    assert both.text == "This one does not meet this: under 150 EUR."
    assert [each.column for each in both.excluded] == ["price"]
    assert stands("best", size="m", budget=150).excluded == []


def test_several_broken_demands_are_all_listed() -> None:
    sized = stands("woolen", rules="wool", budget=60, climate="cold")
    assert {each.column for each in sized.excluded} == {"wool", "price"}
    assert sized.text == 'This one meets 2 of your 2 wishes, but not this: "No wool" and under 60 EUR.'


@pytest.mark.parametrize(("answers", "text"), [({}, "You have wished for nothing yet."), ({"budget": 500}, "has all")])
def test_without_wishes_nothing_is_counted(answers: dict[str, Any], text: str) -> None:
    assert text in stands("best", **answers).text


def test_one_wish_is_not_told_as_several() -> None:
    single_wish = world(COATS, TRAITS, [single("q", {**option("warm"), "prefer": {"warmth": "1"}})])
    assert stands("best", edition=single_wish, q="warm").text == "This one meets 1 of 1 wish."
