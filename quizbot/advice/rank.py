"""One ranking for everybody: a batch of preferences in, the nearest items with their points out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizbot.advice.diversity import Variety, variety
from quizbot.advice.preference import Clause, Preference
from quizbot.advice.requirements import Requirements, requirements
from quizbot.advice.space import MARGIN, Single, Space, space, total
from quizbot.content.catalog import Bools, Catalog, Floats, Ints
from quizbot.content.edition import Edition

BATCH = 1_000_000
"""Scores held at once, as a number of items times preferences: 4 MB, which stays near the processor."""


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """The k best items of n for one preference of W wishes.

    `items` (k,) positions in the catalog; `variants` (k,) the variant each is shown as; `score` (k,) in [-1, 1],
    rounded to 1e-9; `points` (k, W) what each wish adds, a row sums to the score; `gap` (k, W) distance between
    wish and level in 0..1, NaN where the catalog does not say; `relaxed` the clauses that nothing meets and the
    shown items break; `passing` how many items meet everything. Items come by falling score, but for what a quiz
    wants of the variety of its lists.
    """

    items: Ints
    variants: Ints
    score: Floats
    points: Floats
    gap: Floats
    relaxed: tuple[Clause, ...]
    passing: int


def rank(
    edition: Edition, preferences: Sequence[Preference], limit: int, *, plain: bool = False, variants: bool = True
) -> list[Ranking]:
    """Rank the catalog for each preference: filter, screen in single precision, then score the candidates exactly.

    A longer list begins with the shorter one. A `plain` ranking is by score alone, whatever variety the quiz wants;
    what comes first is the same. Without `variants` nobody asks as which variant an item is shown, and none is found.
    """
    nearby, demands, varied = space(edition), requirements(edition), None if plain else variety(edition)
    step = max(1, BATCH // max(1, len(edition.catalog)))
    ranked = []
    for start in range(0, len(preferences), step):
        batch = preferences[start : start + step]
        for preference, screened in zip(batch, nearby.screen(batch), strict=True):
            ranked.append(
                _Search(edition.catalog, nearby, demands, preference, screened, varied, variants=variants).best(limit)
            )
    return ranked


def place(edition: Edition, preference: Preference, item: int) -> tuple[int, Ranking]:
    """Where one item stands among all by its score (from 1), and its own row as a ranking of one."""
    nearby = space(edition)
    screened = nearby.screen([preference])[0]
    return _Search(edition.catalog, nearby, requirements(edition), preference, screened).place(item)


def candidates(edition: Edition, preference: Preference, limit: int) -> tuple[Ints, list[tuple[int, ...]]]:
    """The first `limit` items that meet the binding clauses, and what each is ranked by, in exact numbers >= 0.

    Smaller is better: how far it is off what else is demanded, how much of this is unknown, how much of the shopper's
    own exclusions, the lack of score (all in 1e-9), the place. Lists of one catalog may be compared.
    """
    nearby = space(edition)
    screened = nearby.screen([preference])[0]
    return _Search(edition.catalog, nearby, requirements(edition), preference, screened).candidates(limit)


@dataclass(frozen=True, eq=False, slots=True)
class _Search:
    """The ranking of one preference, with the screened scores (n,) at hand."""

    catalog: Catalog
    space: Space
    requirements: Requirements
    preference: Preference
    screened: Single
    variety: Variety | None = None
    variants: bool = True

    def best(self, limit: int) -> Ranking:
        passing = self._passing()
        if passing is None:
            return self._ranking(self._candidates(None, limit), limit, (), len(self.catalog))
        count = int(np.count_nonzero(passing))
        if count:
            return self._ranking(self._candidates(passing, limit), limit, (), count)
        relaxed, nearest, loss = self._relax()
        return self._ranking(nearest, limit, relaxed, 0, loss)

    def place(self, item: int) -> tuple[int, Ranking]:
        passing = self._passing(item)
        everybody = np.arange(len(self.catalog))
        alone = np.array([item])
        if passing is not None and not passing[item]:
            missed, unknown = self.requirements.losses(self.preference.clauses)
            missed[self._hidden(item)] = np.inf
            alike = ~passing & (missed == missed[item])
            above = everybody[passing | (missed < missed[item]) | (alike & (unknown < unknown[item]))]
            near = everybody[alike & (unknown == unknown[item])]
        else:
            theirs = self.screened if passing is None else np.where(passing, self.screened, -np.inf)
            above = everybody[theirs > self.screened[item] + 2 * MARGIN]
            near = everybody[np.abs(theirs - self.screened[item]) <= 2 * MARGIN]
        ordered = self._order(near)[0]
        position = len(above) + int(np.flatnonzero(near[ordered] == item)[0]) + 1
        broken = () if passing is None or passing[item] else self._broken(item)
        return position, self._ranking(alone, 1, broken, 0 if passing is None else int(passing.sum()))

    def candidates(self, limit: int) -> tuple[Ints, list[tuple[int, ...]]]:
        clauses, passing = self.preference.clauses, self._passing()
        if passing is None or np.count_nonzero(passing) >= limit:
            items = self._candidates(passing, limit)
            unknown, missed = np.zeros(len(items), dtype=np.int64), np.zeros(len(items))
        else:
            missed, unknown = self.requirements.losses(clauses)
            missed[self._hidden()] = np.inf
            items = np.flatnonzero(np.isfinite(missed))
            unknown, missed = unknown[items], missed[items]
        ordered, scores, _, _ = self._order(items, (unknown, missed))
        first = ordered[:limit]
        silent = self.requirements.unknowns(clauses, items) or [np.zeros(len(items), dtype=np.int64)]
        ranked_by = np.rint(np.array([each[first] for each in (missed, unknown, *silent, 1 - scores)]) * 1e9)
        return items[first], [(*map(int, each), place) for place, each in enumerate(ranked_by.T)]

    # Steps ----------------------------------------------------------------------------------------

    def _passing(self, wanted: int | None = None) -> Bools | None:
        """Items that meet every demand and are not hidden, but for a `wanted` one; None when these are all."""
        passing = self.requirements.passing(self.preference.clauses)
        hidden = self._hidden(wanted)
        if passing is None and not hidden:
            return None
        passing = np.ones(len(self.catalog), dtype=np.bool_) if passing is None else passing
        passing[hidden] = False
        return passing

    def _hidden(self, wanted: int | None = None) -> list[int]:
        """What is not to be shown; where that is everything, nothing is hidden."""
        hidden = self.preference.hidden - {wanted}
        return sorted(hidden) if len(hidden) < len(self.catalog) else []

    def _candidates(self, passing: Bools | None, limit: int) -> Ints:
        """Every item that may be among the first `limit`: not surely below a lower bound of the last score."""
        scores = self.screened if passing is None else np.where(passing, self.screened, np.float32(-np.inf))
        size = wanted = self.variety.wanted(limit) if self.variety else limit
        floor = _lower_bound(scores, size)
        while self.variety and np.isfinite(floor) and self.variety.room(np.flatnonzero(scores >= floor)) < wanted:
            size *= 4
            floor = _lower_bound(scores, size)
        return np.flatnonzero(scores >= floor - 2 * MARGIN) if np.isfinite(floor) else self._all(passing)

    def _all(self, passing: Bools | None) -> Ints:
        return np.arange(len(self.catalog)) if passing is None else np.flatnonzero(passing)

    def _relax(self) -> tuple[tuple[Clause, ...], Ints, tuple[Ints, Floats]]:
        """The clauses that the nearest miss breaks, the items that break no other, and how far each of them is off.

        The nearest miss loses least; what is only not stated loses nothing, so unknown is relaxed first.
        """
        clauses = self.preference.clauses
        missed, unknown = self.requirements.losses(clauses)
        missed[self._hidden()] = np.inf
        nearest = np.lexsort((unknown, missed))
        tied = nearest[(missed[nearest] == missed[nearest[0]]) & (unknown[nearest] == unknown[nearest[0]])]
        best = int(tied[self._order(tied)[0][0]])
        relaxed = self._broken(best)
        if missed[best] == 0:
            items = np.flatnonzero(missed == 0)
        else:
            items = self._all(self.requirements.passing([each for each in clauses if each not in relaxed]))
            items = items[np.isfinite(missed[items])]
        return relaxed, items, (unknown[items], missed[items])

    def _broken(self, item: int) -> tuple[Clause, ...]:
        clauses = self.preference.clauses
        variant = int(self.requirements.shown_variants(self.preference, np.array([item]))[0])
        return tuple(each for each in clauses if self.requirements.unmet(each, variant))

    def _order(self, items: Ints, loss: tuple[Ints, Floats] | None = None) -> tuple[Ints, Floats, Floats, Floats]:
        """Order of some items with their scores, points and gaps: nearest miss, what states more, score, then ties.

        Ties go to what is in stock, then to more asked levels known, then to the id.
        """
        points, gap = self.space.measure(self.preference, items)
        scores = total(points)
        silent = np.isnan(gap).sum(axis=0)
        keys: list[Floats | Ints | Bools] = [self.catalog.order[items], silent, ~self.catalog.available[items], -scores]
        return np.lexsort(keys + self._standing(items, loss)), scores, points, gap

    def _standing(self, items: Ints, loss: tuple[Ints, Floats] | None) -> list[Floats | Ints | Bools]:
        """How well some items meet what is demanded, each (items,): what counts before any score."""
        return [*self.requirements.unknowns(self.preference.clauses, items), *(loss or ())]

    def _ranking(
        self,
        items: Ints,
        limit: int,
        relaxed: tuple[Clause, ...],
        passing: int,
        loss: tuple[Ints, Floats] | None = None,
    ) -> Ranking:
        ordered, scores, points, gap = self._order(items, loss)
        if self.variety:
            equal = np.ones(len(items), dtype=np.bool_)
            for each in self._standing(items, loss):
                equal &= each[ordered] == each[ordered[0]]
            equals = int(np.count_nonzero(equal))
            ordered = ordered[self.variety.arrange(items[ordered], scores[ordered], equals, limit)]
        first = ordered[:limit]
        shown = items[first]
        variants = self.requirements.shown_variants(self.preference, shown) if self.variants else shown[:0]
        return Ranking(shown, variants, scores[first], points.T[first], gap.T[first], relaxed, passing)


def _lower_bound(scores: Single, limit: int) -> float:
    """A number that at least `limit` scores reach: the limit-th best of the maxima of blocks, which are interleaved."""
    size = len(scores)
    if size <= limit:
        return -np.inf
    block = max(1, size // max(1024, 8 * limit))
    whole = size - size % block
    maxima = scores[:whole].reshape(block, -1).max(axis=0)
    at = len(maxima) - limit
    return float(np.partition(maxima, at)[at])
