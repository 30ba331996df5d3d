"""History: what a shopper did before counts like an answer, with exact points, a switch and a word on what it moves."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.history import MOST, evidence
from quizbot.advice.ranking.kinship import kinship
from quizbot.advice.turn import Advice, EventKind, Past, Results, Turn
from quizbot.content.edition import Edition
from tests.worlds import label_trait, level_trait, option, single, world

TRAITS = {
    "warmth": level_trait("warm", low="airy", high="warm"),
    "weight": {
        "label": "Weight",
        "more": ["heavier"],
        "less": ["lighter"],
        "from": {"column": "grams", "range": ["0", "1000"], "unit": "g"},
    },
    "color": label_trait("color"),
}
QUESTIONS = [
    single("climate", option("cold", prefer={"warmth": 1}), option("mild", prefer={"warmth": 0})),
    single("who", option("me"), option("friend")),
]


def row(name: str, warm: str, grams: str, color: str, **more: str) -> dict[str, str]:
    """An item."""
    return {"id": name, "title": name.replace("-", " ").title(), "warm": warm, "grams": grams, "color": color, **more}


SHELVES = [
    *(row(f"winter-{at}", "1", str(900 - at), "black", description="wool felt lining storm") for at in range(4)),
    *(row(f"summer-{at}", "0", str(100 + at), "white", description="linen breeze picnic") for at in range(4)),
]
EDITION = world(SHELVES, TRAITS, QUESTIONS, gift={"question": "who", "option": "friend"})


def shown(edition: Edition = EDITION, *events: tuple[str, EventKind], **turn: Any) -> Results:
    """The results of a turn with history for this view."""
    results = told(edition, *events, **turn).results
    assert results is not None
    return results


def told(edition: Edition = EDITION, *events: tuple[str, EventKind], **turn: Any) -> Advice:
    """The advice on a turn with history for this view."""
    history = [{"item": item, "kind": kind} for item, kind in events]
    return advise(edition, Turn.model_validate({"history": history, "limit": 8, **turn}))


def order(results: Results) -> list[str]:
    """The shown ids."""
    return [each.id for each in results.items]


def test_who_likes_one_of_a_shelf_is_shown_that_shelf_first() -> None:
    """Two shelves, and nothing else known of the shopper."""
    winter, summer = {f"winter-{at}" for at in range(4)}, {f"summer-{at}" for at in range(4)}
    assert set(order(shown(EDITION, ("winter-2", "like")))[:4]) == winter
    assert set(order(shown(EDITION, ("summer-2", "view")))[:4]) == summer
    assert set(order(shown(EDITION, ("summer-2", "dislike")))[:4]) == winter


def test_every_kind_of_event_says_as_much_as_it_costs_to_do() -> None:
    said = [evidence(Past(item="x", kind=kind)) for kind in ("view", "cart", "like", "purchase")]
    assert said == sorted(said)
    assert said[0] > 0 > evidence(Past(item="x", kind="dislike"))
    old = [evidence(Past(item="x", kind="like", days=days)) for days in (0, 90, 180)]
    assert old == [1, 0.5, 0.25]
    places = [evidence(Past(item="x", kind="view", position=at)) for at in (1, 5, 16, 500)]
    assert places == sorted(places)
    assert places[-1] == 2 * places[0]


def test_what_was_bought_or_disliked_is_not_suggested_again() -> None:
    ids = order(shown(EDITION, ("winter-0", "purchase"), ("winter-1", "dislike"), ("winter-2", "like")))
    assert len(ids) == 6
    assert not {"winter-0", "winter-1"} & set(ids)
    assert "winter-2" in ids


def test_without_history_the_ranking_is_the_answers_and_the_blend_says_so() -> None:
    plain = advise(EDITION, Turn(answers={"climate": "cold"}, limit=8)).results
    assert plain is not None
    assert plain.history is None
    assert plain.blend.model_dump() == {"answers": 1, "history": 0, "prior": 0}
    off = shown(EDITION, ("summer-1", "like"), answers={"climate": "cold"}, use_history=False)
    assert [each.model_dump() for each in off.items] == [each.model_dump() for each in plain.items]
    assert off.blend == plain.blend


def test_the_weights_follow_the_evidence_and_add_up_to_one() -> None:
    one = shown(EDITION, ("summer-1", "like"), answers={"climate": "cold"}).blend
    two = shown(EDITION, ("summer-1", "like"), ("summer-2", "like"), answers={"climate": "cold"}).blend
    assert one.answers + one.history + one.prior == pytest.approx(1, abs=1e-9)
    assert 0 < one.history < two.history < 1
    assert one.history / one.answers == pytest.approx(two.history / two.answers / 2)


def test_the_result_says_what_history_moves() -> None:
    rows = [row("wool-coat", "1", "900", "black"), row("linen-coat", "0", "100", "white")]
    small = world(rows, TRAITS, QUESTIONS)
    answers = {"climate": "cold"}
    events: list[tuple[str, EventKind]] = [("linen-coat", "like"), ("linen-coat", "cart")] * 3
    used = shown(small, *events, answers=answers)
    assert order(used) == ["linen-coat", "wool-coat"]
    assert used.history is not None
    assert used.history.model_dump() == {
        "used": True,
        "items": 1,
        "text": "Without your history, the first two would change places.",
    }
    off = shown(small, *events, answers=answers, use_history=False, language="de")
    assert off.history is not None
    assert off.history.text == "Mit deinem Verlauf tauschten die ersten beiden die Plätze."
    assert not off.history.used
    same = shown(small, ("wool-coat", "like"), answers=answers).history
    assert same is not None
    assert same.text == "Without your history, the same would be shown."


def test_a_gift_ignores_history() -> None:
    gift = told(EDITION, ("summer-1", "like"), answers={"climate": "cold", "who": "friend"}, finish=True)
    plain = told(EDITION, answers={"climate": "cold", "who": "friend"}, finish=True)
    assert gift.results == plain.results
    mine = told(EDITION, ("summer-1", "like"), answers={"climate": "cold", "who": "me"}, finish=True)
    assert mine.results is not None
    assert mine.results.blend.history > 0


def test_unknown_items_are_left_out_and_counted_with_any_version() -> None:
    advice = told(EDITION, ("gone", "like"), ("winter-1", "like"), ("gone", "view"), version=EDITION.version)
    assert [(each.field, each.message) for each in advice.dropped] == [("history", "unknown product 'gone'")]
    known = told(EDITION, ("winter-1", "like"), version=EDITION.version)
    assert advice.results == known.results


def test_a_reason_names_the_product_what_both_share_and_the_difference() -> None:
    item = shown(EDITION, ("winter-3", "view")).items[1]
    assert item.id == "winter-2"
    (reason,) = item.reasons
    assert (reason.source, reason.item) == ("history", "winter-3")
    assert reason.text == "You looked at the Winter 3; same Color: black, 1 g heavier."
    assert item.headline == reason.text
    german = shown(EDITION, ("winter-3", "view"), language="de").items[1].reasons[0]
    assert german.text == "Angesehen hast du dir Winter 3; ebenso bei Color: black."


def test_a_month_is_named_where_it_is_remembered() -> None:
    past = Past(item="winter-3", kind="purchase", days=200, month=3)
    results = advise(EDITION, Turn(), [past]).results
    assert results is not None
    assert results.items[0].reasons[0].text.startswith("You bought the Winter 3 in March; same Color: black")


def test_history_is_no_wish_that_could_be_met() -> None:
    for item in shown(EDITION, ("summer-1", "like"), answers={"climate": "cold"}).items:
        assert (item.asked, item.stated) == (1, 1)
        assert "climate" in {each.question for each in item.reasons + item.misses}


def test_a_long_history_is_told_as_the_weightiest_and_a_sum() -> None:
    rows = [row(f"coat-{at:03}", str(at % 7 / 6), str(100 + at), "black") for at in range(MOST + 20)]
    many = world(rows, TRAITS, QUESTIONS)
    events: list[tuple[str, EventKind]] = [(each["id"], "like") for each in rows]
    for item in shown(many, *events, answers={"climate": "cold"}).items:
        parts = item.reasons + item.misses
        assert sum(each.points for each in parts) == pytest.approx(item.score, abs=1e-6)
        told_of = [each for each in parts if each.source == "history"]
        assert [each.item is None for each in told_of].count(True) == 1
        assert len(told_of) == 4
        rest = next(each for each in told_of if each.item is None)
        assert rest.text == f"{MOST - 3} more products of your history count, too."


def test_refinements_stand_on_top_of_history_and_leaving_them_out_restores_it() -> None:
    events: list[tuple[str, EventKind]] = [("summer-1", "like")]
    before = shown(EDITION, *events)
    after = shown(EDITION, *events, refine=[{"trait": "warmth", "level": 1}])
    assert order(before)[0].startswith("summer")
    assert order(after)[0].startswith("winter")
    assert shown(EDITION, *events) == before


def test_an_item_is_wholly_like_itself_and_nothing_is_more_so() -> None:
    alike = kinship(EDITION).alike(range(len(SHELVES)))
    assert np.all(np.diagonal(alike) == 1)
    assert np.all(np.abs(alike) <= 1)


def test_words_tell_items_apart_where_nothing_is_measured() -> None:
    rows = [
        row(f"item-{at}", "", "", "", description=text)
        for at, text in enumerate(["red fox", "blue jay", "grey owl"] * 2)
    ]
    wordy = world(rows, TRAITS, QUESTIONS)
    assert set(order(shown(wordy, ("item-0", "like")))[:2]) == {"item-0", "item-3"}


def test_items_of_which_nothing_is_known_are_like_themselves_alone() -> None:
    blank = world([{"id": "a"}, {"id": "b"}, {"id": "c"}], TRAITS, QUESTIONS)
    assert order(shown(blank, ("c", "like"))) == ["c", "a", "b"]


KINDS = st.sampled_from(["view", "like", "cart", "purchase", "dislike"])
HISTORY = st.lists(st.tuples(st.sampled_from([each["id"] for each in SHELVES]), KINDS), max_size=12)
PUSHED = world(SHELVES, TRAITS, QUESTIONS, results={"boost": {"weight": 0.3}, "diversity": 0.3})


@given(HISTORY, st.sampled_from([{}, {"climate": "cold"}, {"climate": "mild"}]))
def test_points_add_up_to_the_score_with_all_parts_on(events: Any, answers: Any) -> None:
    results = shown(PUSHED, *events, answers=answers, refine=[{"trait": "warmth", "level": 0.5}])
    blend = results.blend
    assert blend.answers + blend.history + blend.prior == pytest.approx(1, abs=1e-9)
    for item in results.items:
        parts = item.reasons + item.misses
        assert sum(each.points for each in parts) == pytest.approx(item.score, abs=1e-6)
        assert all(each.points > 0 for each in item.reasons)
        assert {each.source for each in parts} <= {"refine", "answer", "history", "prior"}
        assert all(len(each.text.split()) <= 20 for each in parts)


@given(HISTORY, st.sampled_from([each["id"] for each in SHELVES]), st.sampled_from([{}, {"climate": "cold"}]))
def test_one_more_like_of_an_item_never_lowers_its_rank(events: Any, item: str, answers: Any) -> None:
    before = order(shown(EDITION, *events, answers=answers, finish=True))
    after = order(shown(EDITION, *events, (item, "like"), answers=answers, finish=True))
    assert (item in after) == (item in before)
    if item in before:
        assert after.index(item) <= before.index(item)
