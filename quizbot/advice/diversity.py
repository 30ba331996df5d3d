"""Variety in a list: no brand too often, and no six times the same coat."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from quizbot.content.catalog import Bools, Catalog, Floats, Ints, label_key
from quizbot.content.edition import Edition
from quizbot.content.levels import Levels

POOL = 60
"""Variety is sought among this many of the nearest items, whatever is shown of them."""


@dataclass(frozen=True, eq=False, slots=True)
class Variety:
    """What a quiz wants of its lists.

    `diversity` 0..1 is the weight of being different against being near; `brands` (n,) numbers the brand of each
    item, -1 where it is unknown, and is None when a brand may come as often as it likes.
    """

    diversity: float
    per_brand: int
    brands: Ints | None
    levels: Levels

    def wanted(self, limit: int) -> int:
        """How many items must be known to choose `limit` of them."""
        return max(limit, POOL) if self.diversity else limit

    def room(self, items: Ints) -> int:
        """How many of some items a list may hold."""
        return len(items) - int(np.count_nonzero(self._crowded(items)))

    def others(self, items: Ints) -> Bools:
        """Whether the brand of each item of the catalog may come more often than in this list, shape (n,)."""
        assert self.brands is not None
        known = self.brands[items]
        often = np.flatnonzero(np.bincount(known[known >= 0], minlength=1) >= self.per_brand)
        return np.isin(self.brands, often, invert=True)

    def arrange(self, items: Ints, scores: Floats, equals: int, limit: int) -> Ints:
        """The places in `items` (k,), which are ranked, of at most `limit` that are shown; the first stays the first.

        Items beyond what their brand may have come last. Only the first `equals`, which meet the demands equally
        well, are shown in another order than that of their scores.
        """
        crowded = self._crowded(items)
        places = np.arange(len(items))
        order = np.concatenate([places[~crowded], places[crowded]])
        if self.diversity:
            pool = order[: min(POOL, int(np.count_nonzero(~crowded[:equals])))]
            alike = likeness(self.levels, items[pool])
            taken = pool[marginal(scores[pool], alike, self.diversity, min(limit, len(pool)))]
            order = np.concatenate([taken, order[len(pool) :]])
        return order[:limit]

    def _crowded(self, items: Ints) -> Bools:
        """Whether `per_brand` items of its brand come before an item, shape (k,)."""
        crowded = np.zeros(len(items), dtype=np.bool_)
        if self.brands is not None:
            brands = self.brands[items]
            order = np.argsort(brands, kind="stable")
            inside = np.arange(len(items)) - np.searchsorted(brands[order], brands[order])
            crowded[order] = (inside >= self.per_brand) & (brands[order] >= 0)
        return crowded


def marginal(scores: Floats, alike: Floats, diversity: float, count: int) -> list[int]:
    """The first `count` by maximal marginal relevance (Carbonell and Goldstein 1998), of scores (k,) by falling rank.

    `alike` (k, k) is the similarity of two items in 0..1, scores are in -1..1. Each time that item comes next whose
    (1 - diversity) * (1 + score) / 2 - diversity * (similarity to the nearest one taken) is largest; ties go by rank.
    """
    relevance = (1 - diversity) * (1 + scores) / 2
    nearest = np.zeros(len(scores))
    taken: list[int] = []
    while len(taken) < count:
        following = int(np.argmax(np.round(relevance - diversity * nearest, 9))) if taken else 0
        taken.append(following)
        relevance[following] = -np.inf
        nearest = np.maximum(nearest, alike[following])
    return taken


def likeness(levels: Levels, items: Ints) -> Floats:
    """How alike each two of k items are in the preference space, in 0..1, shape (k, k).

    The mean over the traits that both are known to have: (1 + cos pi*(v1 - v2)) / 2 of two levels, and the share of
    two sets of labels that both have. Without such a trait, two items are halfway alike.
    """
    level = levels.level[:, items]
    known = (~np.isnan(level)).astype(np.float64)
    angle = np.pi * np.where(known, level, 0.0)
    shared = known.T @ known
    waves = np.concatenate([known * np.cos(angle), known * np.sin(angle)])
    total = (shared + waves.T @ waves) / 2  # cos a cos b + sin a sin b = cos (a - b)
    for family in levels.families.values():
        both = np.logical_and.outer(family.known[items], family.known[items])
        total += np.where(both, _overlap(family.table(items).astype(np.float64)), 0.0)
        shared += both
    alike: Floats = np.divide(total, shared, out=np.full_like(total, 0.5), where=shared > 0)
    return np.round(alike, 9)


def _overlap(having: Floats) -> Floats:
    """Labels that two items share, of those that either has, shape (k, k); 1 when neither has any."""
    common = having @ having.T
    count = having.sum(axis=1)
    either = count[:, None] + count[None, :] - common
    overlap: Floats = np.divide(common, either, out=np.ones_like(common), where=either > 0)
    return overlap


_made: WeakKeyDictionary[Edition, Variety | None] = WeakKeyDictionary()


def variety(edition: Edition) -> Variety | None:
    """What an edition wants of its lists, found out once; None when the nearest items are shown as they are ranked."""
    if edition not in _made:
        wanted = edition.quiz.results
        brands = _brands(edition.catalog) if wanted.per_brand is not None else None
        plain = brands is None and not wanted.diversity
        _made[edition] = None if plain else Variety(wanted.diversity, wanted.per_brand or 0, brands, edition.levels)
    return _made[edition]


def _brands(catalog: Catalog) -> Ints:
    """The number of each item's brand, whatever its spelling; -1 where the catalog does not say. Shape (n,)."""
    numbers: dict[str, int] = {"": -1}
    keys = [label_key(each) for each in catalog.columns["brand"].texts]
    return np.array([numbers.setdefault(each, len(numbers)) for each in keys], dtype=np.int64)
