"""However large a catalog is, its first items are those that sorting all scores finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizbot.advice.hearing.refining import Refining, resolved
from quizbot.advice.history import recall
from quizbot.advice.preference import Preference, prefer
from quizbot.advice.ranking.rank import candidates, forget, place, rank
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.ranking.shortlist import prepare, shortlist, use
from quizbot.advice.refine import relative
from quizbot.advice.turn import Past, Refinement
from quizbot.content.answers import Picks
from quizbot.content.edition import Edition
from tests.worlds import label_trait, level_trait, option, single, world

LEVELS = ("warmth", "weight", "style", "shine")
COLORS = ("black", "navy", "white", "red")
SIZE = 1500
UNKNOWN = 0.15


@contextmanager
def large() -> Iterator[None]:
    """Every catalog counts as large, has blocks, and a filter never leaves so few that they need no screening."""
    few = patch("quizbot.advice.ranking.shortlist._FEW", 0)
    blocks = patch("quizbot.advice.ranking.shortlist._BLOCKS", 8)
    with patch("quizbot.advice.ranking.space.LARGE", 1), few, blocks:
        yield


@cache
def shop(kind: str) -> Edition:
    """Items on a grid of levels, so that many tie; nobody states everything, brands are `few` or one is of `most`."""
    random = Random(kind)
    rows = []
    for at in range(SIZE):
        row = {name: str(random.randrange(11) / 10) for name in LEVELS if random.random() > UNKNOWN}
        if random.random() > UNKNOWN:
            row["color"] = "/".join(random.sample(COLORS, random.choice((1, 1, 2))))
        if random.random() > UNKNOWN:
            row["brand"] = f"B{random.randrange(3)}" if kind == "few" or random.random() < 0.8 else f"C{at % 97}"
        if random.random() > UNKNOWN:
            row["price"] = str(random.randrange(10, 400))
        rows.append({"id": f"i{random.random()}", "available": random.choice(("yes", "yes", "no")), **row})
    traits = {name: level_trait(name) for name in LEVELS} | {"color": label_trait("color")}
    more: dict[str, Any] = (
        {} if kind == "plain" else {"results": {"per_brand": 2, "diversity": 0.3, "boost": {"shine": 0.3}}}
    )
    return world(rows, traits, questions(random), **more)


def questions(random: Random) -> list[dict[str, Any]]:
    """Every type of question there is."""

    def level() -> Any:
        one = str(random.randrange(21) / 20)
        return random.choice((one, {"min": one}, {"max": one}, {"level": one, "weight": str(random.randint(1, 4))}))

    def options() -> list[dict[str, Any]]:
        made = []
        for at in range(4):
            wishes: dict[str, Any] = {name: level() for name in random.sample(LEVELS, random.randint(1, 3))}
            if random.random() < 0.5:
                wishes["color"] = random.sample(COLORS, random.randint(1, 2))
            made.append(option(f"o{at}", prefer=wishes, avoid={"color": random.choice(COLORS)} if at == 1 else {}))
        return made

    return [
        *(single(name, *options(), weight=str(random.randint(1, 30) / 10)) for name in ("one", "two")),
        single("many", *options(), type="multiple"),
        single("order", *options(), type="ranking"),
        {"id": "step", "ask": "?", "type": "scale", "steps": "5", "low": "a", "high": "b", "prefer": {"style": [0, 1]}},
        {"id": "much", "ask": "?", "type": "number", "min": "0", "max": "1", "prefer": {"weight": "answer"}},
        {
            "id": "budget",
            "ask": "?",
            "type": "number",
            "min": "0",
            "max": "400",
            "require": {"price": {"max": "answer"}},
        },
        {"id": "taste", "ask": "?", "type": "products"},
    ]


def preference(edition: Edition, random: Random) -> Preference:
    """What somebody may say: some answers, refinements and history."""
    ids, names = edition.catalog.ids, [f"o{at}" for at in range(4)]
    shown = tuple(random.sample(ids, 4))
    answers: dict[str, Any] = {
        "one": random.choice(names),
        "two": random.choice(names),
        "many": tuple(random.sample(names, random.randint(1, 3))),
        "order": tuple(random.sample(names, random.randint(1, 4))),
        "step": random.randint(1, 5),
        "much": random.random(),
        "budget": random.choice((5.0, 11.0, 60.0, 300.0)),
        "taste": Picks(shown[:1], shown),
    }
    given_ones = {name: answers[name] for name in random.sample(sorted(answers), random.randint(0, 5))}
    refinements: list[dict[str, Any]] = [
        {"trait": random.choice(LEVELS), "direction": "more", "than": random.choice(ids)},
        {"trait": random.choice(LEVELS), "importance": "more"},
        {"column": "price", "max": random.choice((3, 150))},
        {"exclude": {"brand": ["B0"]}},
        {"avoid": {"color": ["red", "navy"]}},
        {"like": random.choice(ids)},
        {"dislike": random.choice(ids)},
        {"hide": random.choice(ids)},
    ]
    said = [Refinement.model_validate(each) for each in random.sample(refinements, random.choice((0, 0, 1, 3)))]
    laid = prefer(edition, given_ones)
    refining = Refining(edition, laid, resolved(edition, laid, said) if any(map(relative, said)) else said)
    past = [Past(item=random.choice(ids), kind=random.choice(("like", "view", "purchase"))) for _ in range(5)]
    refining.history = recall(edition, past if random.random() < 0.4 else [])
    return refining.preference


def everybody(edition: Edition, wanted: Preference) -> list[int]:
    """All items that meet what is demanded, as sorting them by the written rules puts them."""
    passing = requirements(edition).passing(wanted.clauses)
    items = np.arange(len(edition.catalog)) if passing is None else np.flatnonzero(passing)
    items = items[~np.isin(items, sorted(wanted.hidden))]
    rows = {name: edition.levels.level[at][items] for at, name in enumerate(edition.levels.names)}
    colors = edition.levels.families["color"]
    scores, silent = np.zeros(len(items)), np.zeros(len(items), dtype=int)
    for wish in wanted.wishes:
        assert wish.kind != "alike"
        if wish.kind in ("any", "avoid"):
            has = np.isin(items, colors.having(wish.labels))
            fits = np.where(colors.known[items], np.where(has, 1.0, -1.0), np.nan)
            fits = -fits if wish.kind == "avoid" else fits
        else:
            gap = np.maximum(np.maximum(wish.low - rows[wish.trait], rows[wish.trait] - wish.high), 0)
            fits = np.cos(np.pi * np.minimum(gap * wish.keen, 1))
        silent += np.isnan(fits)
        scores += np.nan_to_num(wish.amplitude * fits / (wanted.total or 1))
    excluded = [each for each in wanted.clauses if each.source == "refine" and each.negated]
    unstated = sum((requirements(edition).verdict(each).unknown[items].astype(int) for each in excluded), 0 * silent)
    ids = [edition.catalog.ids[each] for each in items]
    keys = zip(unstated, -np.round(scores, 9), ~edition.catalog.available[items], silent, ids, items, strict=True)
    return [int(each[-1]) for each in sorted(keys)]


@pytest.mark.parametrize("kind", ["plain", "few", "most"])
@settings(max_examples=60)
@given(seed=st.integers(0, 1 << 30), limit=st.integers(1, 30))
def test_a_large_catalog_is_ranked_as_a_small_one(kind: str, seed: int, limit: int) -> None:
    edition = shop(kind)
    wanted = preference(edition, Random(seed))
    usual = rank(edition, [wanted], limit)[0]
    plain = rank(edition, [wanted], limit, plain=True)[0]
    whole = rank(edition, [wanted], SIZE)[0]
    some = [int(each) for each in (*usual.items[:2], seed % SIZE)]
    places = [place(edition, wanted, each)[0] for each in some]
    forget(edition)
    with large():
        for expected, found in (
            (usual, rank(edition, [wanted], limit)[0]),
            (plain, rank(edition, [wanted], limit, plain=True)[0]),
        ):
            for name in ("items", "variants", "score", "points", "gap"):
                np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)
            assert (found.relaxed, found.passing) == (expected.relaxed, expected.passing)
        assert [place(edition, wanted, each)[0] for each in some] == places
        first = candidates(edition, wanted, limit)[0].tolist()
    forget(edition)
    assert usual.items.tolist() == whole.items.tolist()[:limit]
    if usual.passing and not any(each.kind == "alike" for each in wanted.wishes):
        expected_items = everybody(edition, wanted)
        assert plain.items.tolist() == expected_items[:limit]
        assert first[: len(expected_items)] == expected_items[:limit]
        assert all(
            expected_items[at - 1] == each for each, at in zip(some, places, strict=True) if each in expected_items
        )


def test_prepared_columns_find_the_same() -> None:
    edition = shop("plain")
    random = Random(7)
    wanted = [preference(edition, random) for _ in range(30)]
    usual = [each.items.tolist() for each in rank(edition, wanted, 10)]
    assert prepare(edition) is None
    assert shortlist(edition) is None
    with large():
        columns = prepare(edition)
        assert columns is not None
        assert columns.bytes.shape == (2 * 4 + 2 * 4 + 5, 2, SIZE)
        use(edition, columns)
        forget(edition)
        assert [each.items.tolist() for each in rank(edition, wanted, 10)] == usual


def test_more_than_fits_into_two_bytes_is_added_up_as_well() -> None:
    edition = shop("plain")
    answers: dict[str, Any] = {
        "one": "o1",
        "two": "o2",
        "many": ("o0", "o3"),
        "order": ("o1", "o2"),
        "step": 2,
        "much": 0.3,
    }
    base = prefer(edition, answers)
    usual = rank(edition, [base], 10)[0].items.tolist()
    forget(edition)
    for factor in (1, 3, 40, 1000):
        heavy = Preference(
            tuple(_times(each, factor) for each in base.wishes), (), sum(each.mass for each in base.wishes) * factor
        )
        with large():
            assert rank(edition, [heavy], 10)[0].items.tolist() == usual
            assert place(edition, heavy, usual[3])[0] == 4


def _times(wish: Any, factor: float) -> Any:
    return replace(wish, mass=wish.mass * factor, amplitude=wish.amplitude * factor)


def test_what_says_nothing_of_an_exclusion_comes_behind_all_that_does() -> None:
    rows = [{"id": f"silent-{at}", "warmth": "1"} for at in range(40)]
    rows += [{"id": f"stated-{at}", "warmth": "0.2", "brand": "Good"} for at in range(3)]
    edition = world(rows, {"warmth": level_trait("warmth")}, [single("cold", option("yes", prefer={"warmth": "1"}))])
    refining = Refining(edition, prefer(edition, {"cold": "yes"}), [Refinement(exclude={"brand": ["Bad"]})])
    found = rank(edition, [refining.preference], 4)[0].items.tolist()
    assert [edition.catalog.ids[each] for each in found] == ["stated-0", "stated-1", "stated-2", "silent-0"]
    assert place(edition, refining.preference, 0)[0] == 4
