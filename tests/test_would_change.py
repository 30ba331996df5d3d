"""What would change the first place: every claim is played, and nothing smaller would have done."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.hearing.listening import wanted
from quizbot.advice.history import History, recall
from quizbot.advice.ranking.rank import rank
from quizbot.advice.telling.moves import Move, moves
from quizbot.advice.turn import Advice, Past, Refinement, Results, Turn, WouldChange
from quizbot.cli import main
from quizbot.content.answers import Answer, applicable, read
from quizbot.content.edition import Edition
from quizbot.content.learned import Learned, nothing_learned
from tests.test_pages import state_of
from tests.worlds import label_trait, level_trait, option, single, world

TRAITS = {"warmth": level_trait("warmth"), "light": level_trait("light"), "color": label_trait("color")}


def finished(edition: Edition, answers: Mapping[str, Any], **more: Any) -> Advice:
    return advise(edition, Turn(version=edition.version, answers=dict(answers), finish=True, **more))


def shown(edition: Edition, answers: Mapping[str, Any], **more: Any) -> Results:
    results = finished(edition, answers, **more).results
    assert results is not None
    return results


def told(edition: Edition, answers: Mapping[str, Any], language: str = "en") -> dict[str, str | None]:
    """What is said of each item."""
    items = shown(edition, answers, language=language).items
    return {each.id: each.would_change.text if each.would_change else None for each in items}


# Random worlds ------------------------------------------------------------------------------------------

level = st.sampled_from(["0", "0.2", "0.5", "0.8", "1"])
cell = st.sampled_from(["", "0", "0.1", "0.3", "0.6", "0.9", "1"])
COLORS = st.sampled_from(["", "black", "navy", "black/navy"])
row = st.fixed_dictionaries(
    {"warmth": cell, "light": cell, "color": COLORS, "wool": st.sampled_from(["", "yes", "no"])}
)
variant = st.fixed_dictionaries(
    {"Size": st.sampled_from("ML"), "price": st.sampled_from(["", "20", "35", "60", "90"]), "available": st.just("yes")}
)
LANGUAGES = st.sampled_from(["en", "de"])


@st.composite
def effects(draw: st.DrawFn) -> dict[str, Any]:
    effect: dict[str, Any] = {"prefer": {draw(st.sampled_from(["warmth", "light"])): draw(level)}}
    if draw(st.booleans()):
        effect[draw(st.sampled_from(["prefer", "avoid"]))] = {"color": draw(st.sampled_from(["black", "navy"]))}
    if draw(st.integers(0, 3)) == 0:
        effect["require"] = draw(st.sampled_from([{"wool": "no"}, {"Size": "M"}, {"Size": "L"}]))
    return effect


@st.composite
def tied(draw: st.DrawFn) -> list[dict[str, str]]:
    """Items of which many score the same."""
    return draw(st.lists(row, min_size=2, max_size=9))


@st.composite
def distinct(draw: st.DrawFn) -> list[dict[str, str]]:
    """Items of which no two score the same."""
    rows = draw(tied())
    numbers = draw(st.lists(st.integers(0, 99_991), min_size=2 * len(rows), max_size=2 * len(rows), unique=True))
    levels = [str(each / 99_991) for each in numbers]
    return [
        {**each, "warmth": warmth, "light": light}
        for each, warmth, light in zip(rows, levels[::2], levels[1::2], strict=True)
    ]


@st.composite
def worlds(draw: st.DrawFn, stocks: st.SearchStrategy[list[dict[str, str]]]) -> Edition:
    """A few items in variants, and a question of every type that can be answered otherwise."""
    stock = draw(stocks)
    variants = [draw(st.lists(variant, min_size=1, max_size=3)) for _ in stock]
    listed = [[option(f"o{at}", **draw(effects())) for at in range(3)] for _ in range(3)]
    questions: list[dict[str, Any]] = [
        single("one", *listed[0], weight=draw(st.sampled_from(["0.5", "1", "7"]))),
        single("many", *listed[1], type="multiple", max=draw(st.sampled_from([None, "2"]))),
        single("order", *listed[2], type="ranking", **{"if": draw(st.sampled_from([{}, {"one": ["o0", "o1"]}]))}),
        {
            "id": "step",
            "ask": "?",
            "type": "scale",
            "steps": "3",
            "low": "a",
            "high": "b",
            "prefer": {"light": ["0", "1"]},
            "if": draw(st.sampled_from([{}, {"many": ["o0"]}, {"one": ["o2"], "many": ["o1", "o2"]}])),
        },
        {
            "id": "budget",
            "ask": "?",
            "type": "number",
            "unit": "EUR",
            "min": "10",
            "max": "100",
            "step": "10",
            "require": {"price": {"max": "answer"}},
        },
        {"id": "taste", "ask": "?", "type": "products"},
    ]
    boost = draw(st.sampled_from([{}, {"light": "0.3"}]))
    made = world(stock, TRAITS, questions, variants, results={"boost": boost})
    return replace(made, learned=draw(st.sampled_from([None, draw(learned(made))])))


@st.composite
def learned(draw: st.DrawFn, edition: Edition) -> Learned:
    """What people may have taught of these items."""
    appeal = draw(st.lists(st.sampled_from([-1.0, -0.3, 0.0, 0.7]), min_size=len(edition.catalog.ids), max_size=99))
    return replace(
        nothing_learned(edition.id, edition.catalog.ids),
        appeal=np.array(appeal[: len(edition.catalog.ids)]),
        kappa=draw(st.sampled_from([0.0, 0.4, 1.7])),
        weights={"warmth": draw(st.sampled_from([0.5, 1.3]))},
        trust=draw(st.sampled_from([None, 0.2, 1.0])),
    )


@st.composite
def pasts(draw: st.DrawFn, edition: Edition) -> list[dict[str, str]]:
    """What a shopper may have done before."""
    kinds = st.sampled_from(["view", "like", "cart", "dislike"])
    done = draw(st.lists(st.tuples(st.sampled_from(edition.catalog.ids), kinds), max_size=3))
    return [{"item": item, "kind": kind} for item, kind in done]


@st.composite
def given_answers(draw: st.DrawFn, edition: Edition) -> dict[str, Any]:
    ids = [f"o{at}" for at in range(3)]
    everything: dict[str, Any] = {
        "one": draw(st.sampled_from(ids)),
        "many": draw(st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True)),
        "order": draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True)),
        "step": draw(st.integers(1, 3)),
        "budget": draw(st.sampled_from([30, 44, 100])),
        "taste": {"liked": [edition.catalog.ids[0]], "shown": list(edition.catalog.ids[:2])},
    }
    names = draw(st.lists(st.sampled_from(sorted(everything)), min_size=1, max_size=4, unique=True))
    return {name: everything[name] for name in names}


def checked(edition: Edition, answers: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers that count."""
    known = {name: read(edition.questions[name], each, edition.catalog) for name, each in answers.items()}
    return {each.id: known[each.id] for each in applicable(edition.quiz, known) if each.id in known}


def played(edition: Edition, answers: Mapping[str, Answer], change: tuple[Move, ...], past: History) -> int:
    """What comes first after a change, by ranking alone; -1 where nothing meets all that is demanded."""
    changed = {**answers, **{each.question: each.answer for each in change}}
    counted = {each.id for each in applicable(edition.quiz, changed)}
    preference = wanted(edition, {name: each for name, each in changed.items() if name in counted}, history=past)
    ranking = rank(edition, [preference], 1)[0]
    return int(ranking.items[0]) if ranking.passing else -1


def all_changes(edition: Edition, answers: Mapping[str, Answer]) -> Iterator[tuple[Move, ...]]:
    """Every one and every two changes of answers that are given."""
    found = [move for name, each in answers.items() for move in moves(edition.questions[name], each)]
    yield from ((each,) for each in found)
    for pair in combinations(found, 2):
        rest = [{each.id for each in applicable(edition.quiz, {**answers, one.question: one.answer})} for one in pair]
        if pair[0].question != pair[1].question and pair[0].question in rest[1] and pair[1].question in rest[0]:
            yield pair


def size(change: tuple[Move, ...]) -> tuple[int, float]:
    return len(change), round(sum(each.distance for each in change), 9)


slow_to_draw = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=25, suppress_health_check=slow_to_draw)
@given(st.data())
def test_each_claim_comes_true(data: st.DataObject) -> None:
    edition = data.draw(worlds(tied()))
    answers, past = data.draw(given_answers(edition)), data.draw(pasts(edition))
    for each in shown(edition, answers, language=data.draw(LANGUAGES), history=past).items:
        if each.would_change:
            assert came_true(edition, answers, each.id, each.would_change, history=past)
            assert len(each.would_change.text.split()) <= 20


@settings(max_examples=25, suppress_health_check=slow_to_draw)
@given(st.data())
def test_nothing_smaller_would_do_and_silence_means_that_nothing_does(data: st.DataObject) -> None:
    edition = data.draw(worlds(distinct()))
    known = checked(edition, answers := data.draw(given_answers(edition)))
    answers, done = {name: answers[name] for name in known}, data.draw(pasts(edition))
    items = shown(edition, answers, history=done).items
    first = edition.catalog.positions[items[0].id]
    past = recall(edition, [Past.model_validate(each) for each in done])
    changes = [(size(each), played(edition, known, each, past)) for each in all_changes(edition, known)]
    tried = [(big, came) for big, came in changes if came != -1]
    for each in items:
        item = edition.catalog.positions[each.id]
        does = [big for big, came in tried if (came != first if item == first else came == item)]
        found = each.would_change
        assert (found and claimed(edition, known, found)) == min(does, default=None)


def came_true(edition: Edition, answers: Mapping[str, Any], item: str, found: WouldChange, **more: Any) -> bool:
    """Whether the one who comes first after a change is the one who was promised."""
    changed = {**answers, **{each.question: each.answer for each in found.changes}}
    before, after = (shown(edition, each, **more).items[0].id for each in (answers, changed))
    return after == found.first_instead and (after != before if item == before else after == item)


def claimed(edition: Edition, known: Mapping[str, Answer], found: WouldChange) -> tuple[int, float]:
    """The size of a change that was told."""
    told = {
        each.question: read(edition.questions[each.question], each.answer, edition.catalog) for each in found.changes
    }
    near = [
        next(move for move in moves(edition.questions[name], known[name]) if move.answer == answer)
        for name, answer in told.items()
    ]
    return size(tuple(near))


# Word by word --------------------------------------------------------------------------------------------

COATS = [
    {"id": "parka", "title": "Arctic Parka", "warmth": "1", "light": "0", "price": "240"},
    {"id": "shell", "title": "Storm Shell", "warmth": "0.6", "light": "0.6", "price": "180"},
    {"id": "cape", "title": "Light Cape", "warmth": "0", "light": "1", "price": "90"},
]
CLIMATE = single(
    "climate",
    {**option("wet"), "text": "Mild and wet", "prefer": {"warmth": "0.6"}},
    {**option("cold"), "text": "Properly arctic", "prefer": {"warmth": "1"}},
)
BUDGET = {
    "id": "budget",
    "ask": "?",
    "type": "number",
    "unit": "EUR",
    "min": "50",
    "max": "400",
    "step": "10",
    "require": {"price": {"max": "answer"}},
}


def asking(*questions: Mapping[str, Any], **more: Any) -> Edition:
    return world(COATS, TRAITS, questions, **more)


def test_another_option_is_quoted() -> None:
    edition = asking(CLIMATE)
    assert told(edition, {"climate": "wet"}) == {
        "shell": 'If you had said "Properly arctic", the Arctic Parka would be first.',
        "parka": 'First, if you had said "Properly arctic".',
        "cape": None,
    }
    assert told(edition, {"climate": "wet"}, "de")["shell"] == (
        "Wenn du „Properly arctic“ gesagt hättest, wäre Arctic Parka vorn."
    )
    (change,) = [each.would_change for each in shown(edition, {"climate": "wet"}).items if each.id == "shell"]
    assert change is not None
    assert change.model_dump(exclude={"text"}) == {
        "changes": [{"question": "climate", "answer": "cold"}],
        "first_instead": "parka",
    }


def test_a_limit_that_would_have_to_give_way_is_said_in_money() -> None:
    results = shown(asking(CLIMATE, BUDGET), {"climate": "cold", "budget": 220}, product="parka")
    assert results.items[0].would_change
    assert results.items[0].would_change.text == "If 240 EUR were all right, the Arctic Parka would be first."
    assert results.this
    assert results.this.would_change
    assert results.this.would_change.text == "First, if 240 EUR were all right."
    german = shown(asking(CLIMATE, BUDGET), {"climate": "cold", "budget": 220}, product="parka", language="de").this
    assert german
    assert german.would_change
    assert german.would_change.text == "Wäre vorn, wenn 240 € gingen."


def test_a_fine_grid_is_told_to_its_next_step() -> None:
    fine = {**BUDGET, "min": "0", "max": "4000", "step": "0.5"}
    stock = [{**each, "price": price} for each, price in zip(COATS, ("1937.3", "180", "90"), strict=True)]
    edition = world(stock, TRAITS, [CLIMATE, fine])
    results = shown(edition, {"climate": "cold", "budget": 200}, product="parka")
    assert results.this
    assert results.this.would_change
    assert results.this.would_change.text == "First, if 1,937.50 EUR were all right."
    assert results.items[0].would_change
    assert results.items[0].would_change.text == "If you had said 179.50 EUR, the Light Cape would be first."


def test_one_change_is_told_where_many_leave_a_tie_as_it_is() -> None:
    rows = [
        {"id": "a", "title": "Coat a", "warmth": "1", "light": "0", "price": "20"},
        {"id": "b", "title": "Coat b", "warmth": "1", "light": "0", "price": "20"},
        {"id": "c", "title": "Coat c", "warmth": "0", "light": "1", "price": "20"},
    ]
    kind = single("kind", option("warm", prefer={"warmth": "1"}), option("light", prefer={"light": "1"}))
    budget = {"id": "budget", "ask": "Budget?", "type": "number", "min": "20", "max": "90"}
    edition = world(rows, TRAITS, [kind, {**budget, "require": {"price": {"max": "answer"}}}])
    assert told(edition, {"kind": "warm", "budget": 60})["a"] == 'If you had said "Light", the Coat c would be first.'


def test_options_more_or_less_and_swapped_ranks_are_told_as_such() -> None:
    warm, light = {"prefer": {"warmth": {"level": "1", "weight": "1.1"}}}, {"prefer": {"light": "1"}}
    options = [{**option("warm"), "text": "Warm", **warm}, {**option("light"), "text": "Light", **light}]
    several = asking(single("like", *options, type="multiple"))
    assert told(several, {"like": ["light"]})["cape"] == 'If you had added "Warm", the Storm Shell would be first.'
    assert told(several, {"like": ["warm", "light"]})["cape"] == 'First, if you had left out "Warm".'
    ranked = asking(single("order", *options, type="ranking"))
    assert told(ranked, {"order": ["light", "warm"]})["parka"] == 'First, if "Warm" came before "Light".'
    assert told(ranked, {"order": ["light", "warm"]}, "de")["parka"] == "Wäre vorn, wenn „Warm“ vor „Light“ käme."


def test_a_step_is_told_with_its_ends_and_two_changes_are_told_together() -> None:
    step = {"id": "step", "ask": "?", "type": "scale", "low": "trail", "high": "opera", "prefer": {"light": ["0", "1"]}}
    size = single("who", *({**option(each), "require": {"for": each}} for each in ("me", "you")))
    stock = [{**COATS[0], "for": "you"}, {**COATS[1], "for": "me"}, {**COATS[2], "for": "you"}]
    edition = world(stock, TRAITS, [step, size])
    assert told(edition, {"step": 2, "who": "you"}) == {
        "parka": "If you had chosen 3 of 5 from trail to opera, the Light Cape would be first.",
        "cape": "First, if you had chosen 3 of 5 from trail to opera.",
    }
    both = shown(edition, {"step": 1, "who": "me"}, product="cape").this
    assert both
    assert both.would_change
    assert both.would_change.text == 'First, if you had chosen 3 of 5 from trail to opera and you had said "You".'


def test_two_changes_of_one_form_share_their_verb() -> None:
    who, where = (
        single(name, option("here"), option(f"{name}-else", require={name: "you"})) for name in ("who", "where")
    )
    cold = single("cold", option("yes", prefer={"warmth": "1"}))
    warmer = [{**COATS[0], "id": name, name: "you"} for name in ("who", "where")]
    edition = world([*warmer, {**COATS[1], "who": "you", "where": "you"}], TRAITS, [cold, who, where])
    answers = {"cold": "yes", "who": "here", "where": "here"}
    assert told(edition, answers)["shell"] == 'First, if you had said "Who-Else" and "Where-Else".'
    assert told(edition, answers, "de")["shell"] == "Wäre vorn, wenn du „Who-Else“ und „Where-Else“ gesagt hättest."


def test_what_is_too_long_to_quote_is_counted() -> None:
    long = single(
        "how",
        {**option("wet"), "text": "Wet", "prefer": {"warmth": "0.6"}},
        {**option("cold"), "text": "So cold that nobody would want to say it all again", "prefer": {"warmth": "1"}},
    )
    assert told(asking(long), {"how": "wet"}) == {
        "shell": "With one other answer, the Arctic Parka would be first.",
        "parka": "First, with one other answer.",
        "cape": None,
    }


def test_sensitive_answers_and_picked_products_are_left_alone() -> None:
    edition = asking({**CLIMATE, "sensitive": "health"}, {"id": "taste", "ask": "?", "type": "products"})
    answers = {"climate": "wet", "taste": {"liked": ["shell"], "shown": ["shell", "cape"]}}
    assert set(told(edition, answers).values()) == {None}


def test_nothing_is_computed_while_questions_are_open() -> None:
    other = single("other", {**option("yes"), "prefer": {"light": "1"}})
    turn = Turn(answers={"climate": "wet"})
    open_one = advise(asking(CLIMATE, other), turn).results
    last = advise(asking(CLIMATE), turn).results
    assert open_one
    assert last
    assert [each.would_change for each in open_one.items] == [None, None, None]
    assert last.items[0].would_change


def test_what_was_refined_stays_refined() -> None:
    """Who has hidden the parka is never promised it."""
    hiding = shown(asking(CLIMATE), {"climate": "wet"}, refine=[Refinement(hide="parka")])
    assert [each.id for each in hiding.items] == ["shell", "cape"]
    assert [each.would_change for each in hiding.items] == [None, None]


def test_what_was_said_in_words_counts_for_every_promise() -> None:
    """Under 200 EUR there is no parka, whatever the climate."""
    words = {"id": "words", "ask": "?", "type": "text"}
    edition = asking(CLIMATE, words, single("weight", {**option("light"), "prefer": {"light": "1"}}))
    assert told(edition, {"climate": "wet"})["shell"] is not None
    assert set(told(edition, {"climate": "wet", "words": "under 200 EUR"}).values()) == {None}
    said = shown(edition, {"climate": "wet"}, say="under 200 EUR")
    assert [(each.id, each.would_change) for each in said.items] == [("shell", None), ("cape", None)]


def test_an_answer_that_counts_again_after_a_change_is_counted_with_it() -> None:
    """The climate decides whether the weight is asked; it was said before, and comes back to life."""
    weight = single("weight", option("light", prefer={"light": "1"}), weight="9")
    edition = asking(CLIMATE, {**weight, "if": {"climate": ["cold"]}})
    results = shown(edition, {"climate": "wet", "weight": "light"})
    assert results.items[0].id == "shell"
    assert results.items[0].would_change
    assert results.items[0].would_change.first_instead == "cape"


def test_page_and_terminal_say_it(client: FlaskClient) -> None:
    page = client.post("/quiz/tea", data={"step": "next", "question": "hour", "answer": "morning"}).text
    page = client.post("/quiz/tea", data={"step": "finish", "state": state_of(page)}).text
    assert "would be first." in page
    told_there = CliRunner().invoke(main, ["recommend", "winter-coat", "-a", "climate=wet", "-a", "dress=3"]).output
    assert "would be first." in told_there
