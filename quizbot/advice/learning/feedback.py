"""From lists that were shown and what was chosen of them: how products please, and by which traits people choose.

A product is chosen when it was looked at and pleases: P = examined(place) * sigma(a + b*score + sum of c*points of each
trait + d of the product), a regularized logistic regression behind a position-based model (Richardson et al. 2007,
"Predicting clicks"). So a product gets no credit for its place, nor for fitting the answers, nor for being shown often.
The c and d are drawn towards 0 as far as the data itself says (empirical Bayes, by expectation-maximization).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quizbot.advice.history import WORTH
from quizbot.advice.learning.lesson import Taught
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.space import space, total
from quizbot.content.answers import Answers
from quizbot.content.catalog import Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.learned import Learned, nothing_learned

LEAST_EXAMINED = 0.1
"""However far down, so many look."""

MOST_PRIOR = 0.5
"""How much what was learned of products may weigh at most, against the answers of a list."""

LIGHTEST, HEAVIEST = 0.5, 2.0
"""How much less or more than the quiz says a trait may count."""

_STEPS = 40
_VARIANCE = 0.25  # of c and d, before the data says more
_SLOPE = 0.25  # of the score, below which nothing can be put on its scale
_FAINT = 0.02  # weights and appeals that make no difference


def examined(place: Ints | Floats) -> Floats:
    """The share of people who look at a place of a list, from 1: 1/log2(1 + place), at least LEAST_EXAMINED."""
    looked: Floats = np.maximum(1 / np.log2(1 + np.asarray(place, dtype=np.float64)), LEAST_EXAMINED)
    return looked


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """A list that was shown: whose it is, the answers, places of the k items in the catalog, in order.

    `looked` (k,) is how surely each was looked at, `chosen` (k,) how much in 0..1 what was done with it says of taste.
    """

    person: int
    answers: Answers
    items: Ints
    looked: Floats
    chosen: Floats


def shown(edition: Edition, people: Sequence[Taught]) -> list[Shown]:
    """The lists of a quiz with two known items or more; what was disliked was looked at and not chosen."""
    found = []
    positions = edition.catalog.positions
    for number, person in enumerate(people):
        lists = person.lists_of(edition)
        outcomes = person.outcomes([each for each, _ in lists])
        for (listed, answers), done in zip(lists, outcomes, strict=True):
            items = np.array([positions.get(each, -1) for each in listed.items])
            looked, chosen = examined(np.arange(1, len(items) + 1)), np.zeros(len(items))
            for item, events in done.items():
                at = list(listed.items).index(item)
                worth = [WORTH[each.kind] for each in events]
                looked[at] = 1.0 if min(worth) < 0 else looked[at]
                chosen[at] = 0.0 if min(worth) < 0 else max(worth)
            known = items >= 0
            if np.count_nonzero(known) > 1:
                found.append(Shown(number, answers, items[known], looked[known], chosen[known]))
    return found


# The regression -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class _Rows:
    """Every shown item of some lists: where it is in the catalog, and its points by trait (rows, traits)."""

    item: Ints
    looked: Floats
    chosen: Floats
    points: Floats
    traits: tuple[str, ...]
    mass: float  # of the answers of a list, in the mean


def _rows(edition: Edition, lists: Sequence[Shown]) -> _Rows:
    traits = tuple(edition.quiz.traits)
    place = {name: at for at, name in enumerate(traits)}
    parts, masses = [], []
    for each in lists:
        preference = prefer(edition, each.answers).own
        by_wish, _ = space(edition).measure(preference, each.items)
        by_trait = np.zeros((len(each.items), len(traits)))
        for wish, points in zip(preference.wishes, by_wish, strict=True):
            by_trait[:, place[wish.trait]] += points
        parts.append(by_trait)
        masses.append(preference.total)
    item, looked, chosen = (
        np.concatenate([getattr(each, name) for each in lists]) for name in ("items", "looked", "chosen")
    )
    return _Rows(item, looked, chosen, np.concatenate(parts), traits, float(np.mean(masses)))


def fitted(edition: Edition, lists: Sequence[Shown]) -> Learned:
    """What some lists teach of the weights of traits and of how products please, on the scale of answers."""
    rows = _rows(edition, lists)
    common, own = _regression(rows, len(edition.catalog))
    slope = max(float(common[1]), _SLOPE)
    factor = np.clip(1 + common[2:] / slope, LIGHTEST, HEAVIEST)
    weights = {
        name: round(float(each), 3) for name, each in zip(rows.traits, factor, strict=True) if abs(each - 1) > _FAINT
    }
    largest = float(np.abs(own).max(initial=0.0))
    kappa = round(rows.mass * min(MOST_PRIOR, largest / slope), 6) if largest > _FAINT else 0.0
    appeal = own / largest if kappa else np.zeros(len(own))
    learned = nothing_learned(edition.id, edition.catalog.ids)
    return replace(learned, weights=weights, appeal=np.round(appeal, 6), kappa=kappa)


def _regression(rows: _Rows, count: int) -> tuple[Floats, Floats]:
    """The a, b and c of all items, and the d of each of `count` items, by Fisher scoring in turns."""
    design = np.column_stack([np.ones(len(rows.item)), rows.points.sum(axis=1), rows.points])
    common, own = np.zeros(design.shape[1]), np.zeros(count)
    seen = np.bincount(rows.item, minlength=count) > 0
    spread = {"traits": _VARIANCE, "items": _VARIANCE}

    def slopes() -> tuple[Floats, Floats]:
        """First derivative of the likelihood by the logit, and its Fisher information, (rows,)."""
        pleased = 1 / (1 + np.exp(-np.clip(design @ common + own[rows.item], -15, 15)))
        missed = np.maximum(1 - rows.looked * pleased, 1e-9)
        slope = rows.chosen * (1 - pleased) - (1 - rows.chosen) * rows.looked * pleased * (1 - pleased) / missed
        return slope, np.maximum(rows.looked * pleased * (1 - pleased) ** 2 / missed, 1e-9)

    for _ in range(_STEPS):
        slope, information = slopes()
        penalty = np.concatenate([[1e-3, 1e-3], np.full(design.shape[1] - 2, 1 / spread["traits"])])
        inverse = np.linalg.inv(design.T @ (information[:, None] * design) + np.diag(penalty))
        common += np.clip(inverse @ (design.T @ slope - penalty * common), -1, 1)
        slope, information = slopes()
        known = np.bincount(rows.item, information, count) + 1 / spread["items"]
        own += np.clip((np.bincount(rows.item, slope, count) - own / spread["items"]) / known, -1, 1)
        asked = np.abs(rows.points).sum(axis=0) > 0
        if asked.any():
            spread["traits"] = max(float((common[2:] ** 2 + np.diag(inverse)[2:])[asked].mean()), 1e-4)
        spread["items"] = max(float((own**2 + 1 / known)[seen].mean()), 1e-4)
    return common, own


# Judging --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """What one part adds on lists that it was not learned from: position-corrected gain before and after.

    `low` to `high` is the 95 % interval of the difference, by a bootstrap over people. `kept` when it is surely more.
    """

    part: str
    before: float
    after: float
    low: float
    high: float

    @property
    def kept(self) -> bool:
        """Whether it is surely better."""
        return self.low > 0


@dataclass(frozen=True, slots=True)
class Heeded:
    """What came of feedback: lists, people of whom something was chosen, and how many those are worth (`effective`).

    `learned` holds the parts that are worth having, None without any, and `why` says so.
    """

    lists: int
    people: int
    effective: float
    steps: tuple[Step, ...] = ()
    learned: Learned | None = None
    why: str = ""


def heed(edition: Edition, people: Sequence[Taught], fewest: float, seed: int = 0) -> Heeded:
    """What feedback teaches, part by part: each stays only when it is surely better on people it was not learned from.

    Half of the people teach what is judged on the other half, and the other way round. Nothing is concluded when the
    people of whom something was chosen are worth less than `fewest` equal ones.
    """
    plain = edition.without_learned
    lists = shown(plain, people)
    owners = np.array([each.person for each in lists], dtype=np.int64)
    chosen = np.array([float((each.chosen / each.looked).sum()) for each in lists])
    weights = np.bincount(owners, chosen) if len(lists) else np.zeros(0)
    effective = float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0
    judged = int(np.count_nonzero(weights))
    if effective < fewest:
        why = f"what was chosen is worth that of {effective:.0f} equal people; it takes {fewest:g} to conclude anything"
        return Heeded(len(lists), judged, effective, why=why)
    return _heeded(plain, lists, np.random.default_rng(seed), Heeded(len(lists), judged, effective))


def _heeded(plain: Edition, lists: Sequence[Shown], random: np.random.Generator, begun: Heeded) -> Heeded:
    count = max(each.person for each in lists) + 1
    half = random.permutation(count) % 2
    folds = [[each for each in lists if half[each.person] == side] for side in (0, 1)]
    taught = [fitted(plain, fold) for fold in folds]
    now = [nothing_learned(plain.id, plain.catalog.ids)] * 2
    steps = []
    for part, names in (("weights", ("weights",)), ("prior", ("appeal", "kappa"))):
        more = [
            replace(held, **{name: getattr(each, name) for name in names})
            for held, each in zip(now, taught, strict=True)
        ]
        before, after = (_judged(plain, models, folds, count) for models in (now, more))
        step = Step(part, *_compared(before, after, random))
        steps.append(step)
        now = more if step.kept else now
    kept = {"weights": steps[0].kept, "appeal": steps[1].kept, "kappa": steps[1].kept}
    if not any(kept.values()):
        return replace(begun, steps=tuple(steps), why="it is not surely better than what the answers alone say")
    whole = fitted(plain, lists)
    made = replace(
        nothing_learned(plain.id, plain.catalog.ids),
        **{name: getattr(whole, name) for name, is_kept in kept.items() if is_kept},
    )
    return replace(begun, steps=tuple(steps), learned=made)


def _judged(plain: Edition, models: Sequence[Learned], folds: Sequence[Sequence[Shown]], count: int) -> Floats:
    """For each person what was chosen of their lists, and how high it would stand, (people, 2).

    What was chosen counts by how seldom its place is looked at, so that the places it was shown at don't matter.
    """
    found = np.zeros((count, 2))
    for model, fold in zip(models, reversed(folds), strict=True):
        edition = replace(plain, learned=model)
        for each in fold:
            if each.chosen.any():
                points, _ = space(edition).measure(prefer(edition, each.answers), each.items)
                places = np.empty(len(each.items))
                places[np.argsort(-total(points), kind="stable")] = np.arange(1, len(each.items) + 1)
                weight = each.chosen / each.looked
                found[each.person] += weight.sum(), weight @ (1 / np.log2(1 + places))
    return found


def _compared(before: Floats, after: Floats, random: np.random.Generator) -> tuple[float, float, float, float]:
    """Means before and after, and the 95 % interval of the difference, drawing people again 1,000 times."""
    draws = random.multinomial(len(before), np.full(len(before), 1 / len(before)), size=1_000)

    def mean(which: Any, found: Floats) -> Any:
        weighed = which @ found
        return weighed[..., 1] / np.maximum(weighed[..., 0], 1e-9)

    differences = mean(draws, after) - mean(draws, before)
    low, high = np.percentile(differences, [2.5, 97.5])
    once = np.ones(len(before))
    return float(mean(once, before)), float(mean(once, after)), float(low), float(high)
