"""What shoppers say is understood: phrases over seven shops in two languages."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.turn import Advice, Refinement, Turn
from quizbot.advice.understand.reading import Reading, understand
from quizbot.advice.understand.screen import Screen
from quizbot.content.edition import Edition
from quizbot.library.load import load
from quizbot.settings import bundled
from tests import phrases, phrases_by_class, phrases_of_examples
from tests.phrases import ABOVE, ANSWERS, BELOW, DOUBTS, FIRST, INTENTS, NOTHING, REFINES, SECOND, THIRD
from tests.shelves import SHELVES, SHOPS


def screen(edition: Edition) -> Screen:
    results = advise(edition, Turn(finish=True)).results
    assert results is not None
    return Screen(
        edition.catalog, tuple(each.id for each in results.items), tuple(each.price for each in results.items)
    )


def read(shop: str, language: str, text: str) -> tuple[Reading, Screen]:
    edition = SHOPS[shop]()
    shown = screen(edition)
    return understand(edition, text, language, shown), shown


def filled(value: Any, shown: Screen) -> Any:
    if isinstance(value, dict):
        return {name: filled(each, shown) for name, each in value.items()}
    first = shown.prices[0] or 0.0
    second = (shown.prices[1] if len(shown.prices) > 1 else None) or 0.0
    places: dict[str, Any] = {"<below second>": round(second - 0.01, 2)}
    places |= {BELOW: round(first - 0.01, 2), ABOVE: round(first + 0.01, 2)}
    places |= dict(zip((FIRST, SECOND, THIRD), shown.items, strict=False))
    return places.get(value, value) if isinstance(value, str) else value


def told(refine: Refinement) -> dict[str, Any]:
    """A refinement as a phrase expects it: a relative one without its level, which must be there."""
    said = refine.model_dump(exclude_none=True)
    if refine.direction is not None:
        assert refine.level is not None
        del said["level"]
    return said


def understood(shop: str, language: str, text: str, expected: list[dict[str, Any]]) -> bool:
    reading, shown = read(shop, language, text)
    found = [told(each) for meaning in reading.meanings for each in meaning.refine]
    return (
        found == [filled(each, shown) for each in expected]
        and not reading.doubts
        and not any(m.answers for m in reading.meanings)
    )


@pytest.mark.parametrize(
    "phrases", [phrases, phrases_of_examples, phrases_by_class], ids=["shelves", "examples", "classes"]
)
def test_at_least_95_in_100_phrases_are_understood_exactly(phrases: Any) -> None:
    missed = [each[:3] for each in phrases.REFINES if not understood(*each)]
    for shop, language, text, intent in phrases.INTENTS:
        if [each.intent for each in read(shop, language, text)[0].meanings] != [intent]:
            missed.append((shop, language, text))
    for shop, language, text, answers in phrases.ANSWERS:
        if [each.answers for each in read(shop, language, text)[0].meanings] != [answers]:
            missed.append((shop, language, text))
    count = len(phrases.REFINES) + len(phrases.INTENTS) + len(phrases.ANSWERS)
    assert len(missed) <= 0.05 * count, "\n".join(map(str, missed))


def test_there_are_200_phrases_and_80_sentences_that_mean_nothing() -> None:
    assert len(REFINES) + len(INTENTS) + len(ANSWERS) >= 200
    assert len(phrases_of_examples.REFINES) >= 60
    assert min(len(NOTHING), len(phrases_of_examples.NOTHING)) >= 40


@pytest.mark.parametrize(
    ("shop", "language", "text"), [*NOTHING, *phrases_of_examples.NOTHING, *phrases_by_class.NOTHING]
)
def test_what_speaks_of_something_else_is_not_understood_as_anything(shop: str, language: str, text: str) -> None:
    reading, _ = read(shop, language, text)
    assert reading.meanings == []
    assert reading.doubts == []
    assert reading.unread


@pytest.mark.parametrize(("shop", "language", "text", "traits"), DOUBTS)
def test_an_ambiguous_word_offers_its_meanings_and_applies_none(
    shop: str, language: str, text: str, traits: set[str]
) -> None:
    reading, _ = read(shop, language, text)
    assert [each for each in reading.meanings if each.refine] == []
    assert [{str(each.trait) for each in readings} for _, readings in reading.doubts] == [traits]


# Said in a turn -----------------------------------------------------------------------------------


def said(shop: str, say: str, **more: Any) -> Advice:
    edition = SHELVES[shop]()
    return advise(edition, Turn.model_validate({"version": edition.version, "say": say, "finish": True, **more}))


def items(advice: Advice) -> list[str]:
    assert advice.results is not None
    return [each.id for each in advice.results.items]


def test_what_was_understood_comes_back_with_its_words_and_works_at_once() -> None:
    advice = said("headphones", "Under 200 please, no red, and something frobnicated")
    assert [(each.text, each.source, each.intent) for each in advice.understood] == [
        ("Under 200", "say", "refine"),
        ("no red", "say", "refine"),
    ]
    assert advice.not_understood == ["frobnicated"]
    assert {"basshaus", "pebble-sport", "nightjar"}.isdisjoint(items(advice))
    assert advice.reply
    assert '"Under 200" and "no red"' in advice.reply


def test_what_was_understood_replays_to_the_same_list_without_the_words() -> None:
    for shop, say in (("coats", "warmer than the second one, cheaper"), ("malts", "smokier, under 70")):
        first = said(shop, say)
        refine = [each for meaning in first.understood for each in meaning.refine]
        again = said(shop, "", refine=refine)
        assert again.results == first.results
        assert said(shop, "").results != first.results


def test_a_sentence_about_an_earlier_question_changes_its_answer() -> None:
    advice = said("skin", "a serum instead", answers={"what": "cream", "feel": "dry"})
    assert [each.answers for each in advice.understood] == [{"what": "serum"}]
    assert advice.results == said("skin", "", answers={"feel": "dry", "what": "serum"}).results


def test_to_have_something_is_no_dislike() -> None:
    before = said("malts", "", answers={"smoke": "bonfire"})
    advice = said("malts", "I have it already", answers={"smoke": "bonfire"})
    first = items(before)[0]
    assert [each.refine[0].hide for each in advice.understood] == [first]
    assert items(advice)[:4] == items(before)[1:5]


def test_an_ambiguous_word_becomes_chips_in_a_turn() -> None:
    advice = said("skin", "lighter")
    assert [each.refine for each in advice.understood] == []
    assert advice.results == said("skin", "").results
    assert {each.refine[0].trait for each in advice.refinements[:2]} == {"rich", "scent"}
    assert advice.reply
    assert '"lighter"' in advice.reply


def test_a_question_is_answered_and_applies_nothing() -> None:
    advice = said("coats", "what would be cheaper?")
    assert [(each.intent, each.refine) for each in advice.understood] == [("question", [])]
    assert advice.results == said("coats", "").results
    assert advice.reply
    assert advice.refinements[0].refine[0].column == "price"


def test_small_talk_is_answered_in_character_and_in_the_language_that_is_spoken() -> None:
    english, german = said("coats", "thanks"), said("coats", "danke", language="de")
    assert english.results == said("coats", "").results
    assert english.reply != german.reply
    assert all(each.reply for each in (english, german, *(said("coats", text) for _, _, text, _ in INTENTS)))


def test_words_of_an_answer_count_as_this_answer() -> None:
    advice = said("headphones", "", answers={"words": "black ones, at least 20 hours"})
    assert [(each.text, each.source) for each in advice.understood] == [
        ("black", "answer"),
        ("at least 20 hours", "answer"),
    ]
    assert set(items(advice)) == {"murmur-one", "murmur-lite", "basshaus", "nightjar"}
    reasons = advice.results.items[0].reasons if advice.results else []
    assert [(each.source, each.question) for each in reasons] == [("answer", "words")]
    assert reasons[0].text == "As you said: black."


@given(st.text(max_size=500), st.sampled_from(sorted(SHELVES)), st.sampled_from(["en", "de"]))
@example("\u202ekoow on \U0001f9e5\x00 under 150", "coats", "en")
@example("999999999999999999999999 euro", "coats", "en")
@example("\u0660\u0661 \u0665 \u5341 kg", "skin", "de")
@settings(max_examples=60)
def test_any_text_has_an_answer(text: str, shop: str, language: str) -> None:
    advice = said(shop, text, language=language)
    assert advice.results is not None
    assert advice.understood or advice.not_understood or advice.refinements or not text.strip()


WORDS = sorted({word for _, _, text, _ in REFINES for word in text.split()} | {",", "and", "no", "than", "the"})


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(sorted(SHELVES)))
@settings(max_examples=60)
def test_known_words_in_any_order_have_an_answer_that_replays(words: list[str], shop: str) -> None:
    advice = said(shop, " ".join(words))
    refine = [each for meaning in advice.understood if meaning.source == "say" for each in meaning.refine]
    changed = {name: answer for each in advice.understood for name, answer in (each.answers or {}).items()}
    assert said(shop, "", refine=refine, answers=changed).results == advice.results


def test_a_limit_beyond_the_answered_one_changes_the_answer_and_a_tighter_one_refines() -> None:
    looser = said("malts", "up to 90 is fine", answers={"budget": 40})
    assert [(each.answers, each.refine) for each in looser.understood] == [({"budget": 90.0}, [])]
    tighter = said("malts", "under 35", answers={"budget": 40})
    assert [each.answers for each in tighter.understood] == [None]
    assert len(items(tighter)) == 2


def test_a_dead_end_names_what_nothing_goes_beyond() -> None:
    advice = said("malts", "smokier than Ardnamor")
    assert advice.reply == "Nothing here goes further on Smoke than Ardnamor; these come closest."


def test_answers_are_acknowledged_in_turn_and_summed_up_before_the_results() -> None:
    one = advise(SHELVES["skin"](), Turn(answers={"what": "cream"}))
    other = advise(SHELVES["malts"](), Turn(answers={"smoke": "wisp", "for": "me"}))
    done = advise(SHELVES["skin"](), Turn(answers={"what": "cream", "feel": "dry"}))
    assert (one.reply, other.reply) == ("Good to know.", "That helps.")
    assert done.reply == 'You said "A cream" and "Dry and tight"; this is what fits.'


def test_why_and_compare_speak_of_the_products_that_are_named() -> None:
    answers = {"climate": "wet"}
    first, second, third = said("coats", "", answers=answers).results.items[:3]  # type: ignore[union-attr]
    why = said("coats", "why the second?", answers=answers).reply or ""
    assert why.startswith(f"{second.title}: ")
    compared = said("coats", "what is the difference between the third and the first?", answers=answers).reply or ""
    assert compared.startswith(f"{first.title} before {third.title}")
    assert (third.catch or third.headline or "close") in compared
    german = said("coats", "warum der dritte?", answers=answers, language="de").reply or ""
    assert german.startswith(f"{third.title}: ")


def test_chips_for_a_bound_that_may_be_of_two_columns_are_told_apart() -> None:
    coats = load(bundled("quizzes")).editions["winter-coat"]
    advice = advise(coats, Turn(finish=True, say="less than 1200 g"))
    assert advice.understood == []
    assert [each.label for each in advice.refinements[:2]] == ["By fill weight", "By Weight value (grams)"]
    assert "By fill weight or By Weight value (grams)" in str(advice.reply)
