"""The preference space, as properties of random worlds."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, isclose, pi, sin, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from quizbot.advice.preference import Preference, Wish, prefer
from quizbot.advice.ranking.rank import Ranking, place, rank
from quizbot.advice.ranking.space import space
from quizbot.content.answers import Answers, Picks
from quizbot.content.edition import Edition, edition
from quizbot.content.quiz import Results
from tests.worlds import label_trait, level_trait, option, single, world

TRAITS = ("warmth", "weight", "style")
COLORS = ("black", "navy", "white", "red")

levels = st.integers(0, 20).map(lambda each: each / 20)
cells = st.none() | levels
weights = st.integers(1, 30).map(lambda each: each / 10)


@dataclass(frozen=True)
class Shopper:
    """A random world and a shopper in it."""

    edition: Edition
    answers: Answers

    @property
    def preference(self) -> Preference:
        """What the shopper wants."""
        return prefer(self.edition, self.answers)

    @property
    def ranking(self) -> Ranking:
        """The whole catalog, ranked."""
        return rank(self.edition, [self.preference], len(self.edition.catalog))[0]

    @property
    def scores(self) -> Mapping[str, float]:
        """Scores by id, the best first."""
        ids = self.edition.catalog.ids
        return {ids[item]: float(score) for item, score in zip(self.ranking.items, self.ranking.score, strict=True)}


def traits() -> dict[str, Any]:
    return {name: level_trait(name) for name in TRAITS} | {"color": label_trait("color")}


@st.composite
def rows(draw: st.DrawFn, least: int = 2) -> list[dict[str, str]]:
    made = []
    for at in range(draw(st.integers(least, 9))):
        cell = {name: level for name in TRAITS if (level := draw(cells)) is not None}
        colors = draw(st.lists(st.sampled_from(COLORS), max_size=2, unique=True))
        made.append(
            {name: str(level) for name, level in cell.items()} | {"id": f"item-{at}", "color": "/".join(colors)}
        )
    made.append(dict.fromkeys(TRAITS, "0.5") | {"id": "stated", "color": "/".join(COLORS)})
    return made


@st.composite
def effects(draw: st.DrawFn) -> dict[str, Any]:
    wish = st.one_of(
        levels.map(str),
        levels.map(lambda low: {"min": str(low)}),
        levels.map(lambda high: {"max": str(high)}),
        st.tuples(levels, weights).map(lambda pair: {"level": str(pair[0]), "weight": str(pair[1])}),
    )
    prefer: dict[str, Any] = draw(st.dictionaries(st.sampled_from(TRAITS), wish, max_size=3))
    if draw(st.booleans()):
        prefer["color"] = draw(st.lists(st.sampled_from(COLORS), min_size=1, max_size=3, unique=True))
    avoid = {"color": draw(st.sampled_from(COLORS))} if draw(st.booleans()) else {}
    return {"prefer": prefer, "avoid": avoid}


@st.composite
def shoppers(draw: st.DrawFn) -> Shopper:
    def options() -> list[dict[str, Any]]:
        return [option(f"option-{at}", **draw(effects())) for at in range(4)]

    span = [str(draw(levels)), str(draw(levels))]
    questions: list[dict[str, Any]] = [
        single("one", *options(), weight=str(draw(weights))),
        single("many", *options(), type="multiple", weight=str(draw(weights))),
        single("order", *options(), type="ranking", weight=str(draw(weights))),
        {"id": "step", "ask": "?", "type": "scale", "steps": "5", "low": "a", "high": "b", "prefer": {"style": span}},
        {"id": "much", "ask": "?", "type": "number", "min": "0", "max": "1", "prefer": {"weight": "answer"}},
        {"id": "taste", "ask": "?", "type": "products", "weight": str(draw(weights))},
    ]
    stock = draw(rows())
    ids = [row["id"] for row in stock]
    names = [f"option-{at}" for at in range(4)]
    chosen = st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True).map(tuple)
    shown = draw(st.lists(st.sampled_from(ids), min_size=2, max_size=4, unique=True))
    everything: dict[str, Any] = {
        "one": draw(st.sampled_from(names)),
        "many": draw(chosen),
        "order": draw(chosen),
        "step": draw(st.integers(1, 5)),
        "much": draw(levels),
        "taste": Picks(liked=tuple(shown[: draw(st.integers(0, len(shown)))]), shown=tuple(shown)),
    }
    given_ones = draw(st.lists(st.sampled_from(sorted(everything)), unique=True))
    return Shopper(world(stock, traits(), questions), {name: everything[name] for name in given_ones})


@given(shoppers())
def test_the_points_of_an_item_add_up_to_its_score(shopper: Shopper) -> None:
    ranking = shopper.ranking
    assert np.abs(ranking.points.sum(axis=1) - ranking.score).max() <= 1e-6


@given(shoppers(), st.dictionaries(st.sampled_from(TRAITS), weights, min_size=1))
def test_a_push_is_blended_with_the_answers_by_their_masses(shopper: Shopper, boost: dict[str, float]) -> None:
    plain = shopper.edition
    quiz = plain.quiz.model_copy(update={"results": Results(boost=boost)})
    pushed = Shopper(edition("pushed", quiz, plain.catalog), shopper.answers)
    assert np.abs(pushed.ranking.points.sum(axis=1) - pushed.ranking.score).max() <= 1e-6
    assert np.abs(pushed.ranking.score).max() <= 1
    kappa, answered = sum(boost.values()), shopper.preference.total
    rows = [plain.levels.level[plain.levels.names.index(each)] for each in boost]
    terms = [
        weight * np.nan_to_num(np.cos(np.pi * (1 - row))) for weight, row in zip(boost.values(), rows, strict=True)
    ]
    prior = np.sum(terms, axis=0) / kappa
    for at, name in enumerate(plain.catalog.ids):
        blended = (answered * shopper.scores[name] + kappa * prior[at]) / (answered + kappa)
        assert pushed.scores[name] == pytest.approx(blended, abs=1e-6)


@given(shoppers())
def test_no_score_and_no_points_leave_minus_one_to_one(shopper: Shopper) -> None:
    ranking = shopper.ranking
    assert np.abs(ranking.score).max() <= 1
    assert np.abs(ranking.points).max(initial=0) <= 1


@given(shoppers())
def test_what_the_catalog_does_not_say_counts_nothing(shopper: Shopper) -> None:
    ranking = shopper.ranking
    assert (ranking.points[np.isnan(ranking.gap)] == 0).all()


@given(rows(), st.data())
def test_the_own_item_of_a_consistent_shopper_scores_one(stock: list[dict[str, str]], data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(stock))
    stated = {name: level for name in TRAITS if (level := target.get(name)) is not None}
    wanted: dict[str, Any] = dict(stated)
    if target["color"]:
        wanted["color"] = target["color"].split("/")
    if not wanted:
        return
    questions = [single(name, option("yes", prefer={name: wish})) for name, wish in wanted.items()]
    shopper = Shopper(world(stock, traits(), questions), dict.fromkeys(wanted, "yes"))
    assert shopper.scores[target["id"]] == 1
    assert max(shopper.scores.values()) == 1


@given(shoppers(), st.sampled_from([0.25, 2.0, 7.0]), st.randoms())
def test_scaling_all_weights_and_reordering_changes_nothing(shopper: Shopper, factor: float, random: Any) -> None:
    edition = shopper.edition
    raw = edition.quiz.model_dump(by_alias=True)
    for question in raw["questions"]:
        question["weight"] *= factor
    raw["questions"] = random.sample(list(raw["questions"]), len(raw["questions"]))
    stock = [
        {"id": name}
        | {column.name: column.texts[at] for column in edition.catalog.columns.values() if column.texts[at]}
        for at, name in enumerate(edition.catalog.ids)
    ]
    random.shuffle(stock)
    answers = dict(random.sample(list(shopper.answers.items()), len(shopper.answers)))
    other = Shopper(world(stock, raw["traits"], raw["questions"]), answers)
    assert list(other.scores) == list(shopper.scores)
    assert other.scores == pytest.approx(shopper.scores, abs=2e-9)


@given(levels, levels)
def test_the_wished_middle_is_never_behind_an_end(end: float, other: float) -> None:
    stock = [
        {"id": "middle", "warmth": "0.5", "style": str(other)},
        {"id": "a", "warmth": str(round(end)), "style": str(other)},
    ]
    edition = world(stock, traits(), [single("how", option("mid", prefer={"warmth": "0.5", "style": "1"}))])
    assert next(iter(Shopper(edition, {"how": "mid"}).scores)) == "middle"


def test_black_or_navy_is_fully_met_by_either() -> None:
    stock = [{"id": "a", "color": "Black"}, {"id": "b", "color": "navy"}, {"id": "c", "color": "white"}, {"id": "d"}]
    edition = world(stock, traits(), [single("color", option("dark", prefer={"color": ["black", "navy"]}))])
    assert Shopper(edition, {"color": "dark"}).scores == {"a": 1, "b": 1, "d": 0, "c": -1}


def test_colors_picked_one_by_one_are_fully_met_by_either_too() -> None:
    stock = [{"id": "a", "color": "Black"}, {"id": "b", "color": "navy"}, {"id": "c", "color": "white"}, {"id": "d"}]
    colors = [option(name, prefer={"color": name}) for name in COLORS]
    edition = world(stock, traits(), [single("color", *colors, type="multiple")])
    assert Shopper(edition, {"color": ("black", "navy")}).scores == {"a": 1, "b": 1, "d": 0, "c": -1}
    ranked = world(stock, traits(), [single("color", *colors, type="ranking")])
    assert list(Shopper(ranked, {"color": ("black", "navy")}).scores) == ["a", "d", "b", "c"], "order still counts"


def test_a_trait_nobody_asked_about_changes_nothing() -> None:
    stock = [{"id": "a", "warmth": "1"}, {"id": "b", "warmth": "1", "style": "0", "weight": "1", "color": "red"}]
    edition = world(stock, traits(), [single("how", option("warm", prefer={"warmth": "1"}))])
    assert Shopper(edition, {"how": "warm"}).scores == {"a": 1, "b": 1}


def _explicit(wish: Wish, item: float, size: int, at: int) -> tuple[list[float], list[float]]:
    """Shopper's and item's coordinates of one level wish: two of its half circle and one for unknown."""
    root = sqrt(wish.mass)
    mine, theirs = [0.0] * (3 * size), [0.0] * (3 * size)
    mine[3 * at : 3 * at + 2] = [root * cos(pi * wish.level), root * sin(pi * wish.level)]
    known = item == item  # noqa: PLR0124 (NaN)
    theirs[3 * at : 3 * at + 3] = [root * cos(pi * item), root * sin(pi * item), 0.0] if known else [0.0, 0.0, root]
    return mine, theirs


@given(rows(), st.dictionaries(st.sampled_from(TRAITS), st.tuples(levels, weights), min_size=1))
def test_the_score_is_the_cosine_of_the_explicit_vectors(
    stock: list[dict[str, str]], wishes: dict[str, tuple[float, float]]
) -> None:
    questions = [
        single(name, option("yes", prefer={name: str(level)}), weight=str(weight))
        for name, (level, weight) in wishes.items()
    ]
    shopper = Shopper(world(stock, traits(), questions), dict.fromkeys(wishes, "yes"))
    level = shopper.edition.levels
    for at, name in enumerate(shopper.edition.catalog.ids):
        pairs = [
            _explicit(wish, float(level.level[level.names.index(wish.trait), at]), len(wishes), row)
            for row, wish in enumerate(shopper.preference.wishes)
        ]
        mine, theirs = np.sum([pair[0] for pair in pairs], axis=0), np.sum([pair[1] for pair in pairs], axis=0)
        cosine = float(cosine_similarity([mine], [theirs])[0, 0])
        assert isclose(cosine, shopper.scores[name], abs_tol=1e-9)


@given(shoppers())
def test_merged_products_score_like_each_pick_on_its_own(shopper: Shopper) -> None:
    """The one wish per trait of a products question adds up the wishes of its items, as the formula writes them."""
    picks = shopper.answers.get("taste")
    if not isinstance(picks, Picks):
        return
    edition = shopper.edition
    level, color = edition.levels.level, edition.levels.families["color"]
    passed = [each for each in picks.shown if each not in picks.liked]
    points, total = np.zeros(len(edition.catalog)), 0.0
    for name in picks.shown:
        at, liked = edition.catalog.positions[name], name in picks.liked
        theirs = frozenset(each.casefold() for each in color.of(at))
        known = int(np.count_nonzero(~np.isnan(level[:, at]))) + bool(theirs)
        if not known:
            continue
        share = edition.questions["taste"].weight / known / (len(picks.liked) if liked else 2 * len(passed))
        for own, everyone in zip(level[:, at], level, strict=True):
            if np.isnan(own):
                continue
            wave = np.cos(np.pi * (own - everyone)) if liked else -np.cos(np.pi * own) * np.cos(np.pi * everyone)
            points += share * np.nan_to_num(wave)
            total += share if liked else share * abs(cos(pi * own))
        if liked and theirs:
            having = np.isin(np.arange(len(points)), color.having(theirs))
            points += share * np.where(having, 1.0, np.where(color.known, -1.0, 0.0))
            total += share
    only = Shopper(edition, {"taste": picks})
    expected = points / total if total > 1e-12 else points
    for at, name in enumerate(edition.catalog.ids):
        assert only.scores[name] == pytest.approx(expected[at], abs=1e-6)


@given(shoppers(), st.integers(1, 5))
def test_a_batch_ranks_like_one_by_one_and_the_first_k_are_the_head_of_all(shopper: Shopper, limit: int) -> None:
    whole, again = rank(shopper.edition, [shopper.preference, Preference()], limit)
    assert list(whole.items) == list(shopper.ranking.items[:limit])
    assert len(again.items) == min(limit, len(shopper.edition.catalog))


@given(shoppers())
def test_the_screening_is_within_its_margin_and_places_agree_with_the_ranking(shopper: Shopper) -> None:
    ranking = shopper.ranking
    screened = space(shopper.edition).screen([shopper.preference])[0]
    assert np.abs(screened[ranking.items] - ranking.score).max() < 1e-5
    places = [place(shopper.edition, shopper.preference, int(item))[0] for item in ranking.items]
    assert places == list(range(1, len(places) + 1))


@settings(max_examples=20)
@given(st.integers(3000, 9000), st.integers(0, 1000))
def test_a_large_catalog_ranks_as_sorting_all_scores_does(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    stock = [{"warmth": f"{a:.2f}", "style": f"{b:.2f}"} for a, b in random.random((size, 2))]
    questions = [
        single(
            "how", option("so", prefer={"warmth": "0.7", "style": {"max": "0.2"}}, require={"warmth": {"min": "0.3"}})
        )
    ]
    edition = world(stock, {name: level_trait(name) for name in ("warmth", "style")}, questions)
    found = rank(edition, [prefer(edition, {"how": "so"})], 12)[0]
    warmth, style = edition.levels.level
    scores = np.round((np.cos(np.pi * (0.7 - warmth)) + np.cos(np.pi * np.maximum(style - 0.2, 0))) / 2, 9)
    scores[warmth < 0.3] = -np.inf
    assert list(found.items) == list(np.lexsort((np.arange(size), -scores))[:12])
