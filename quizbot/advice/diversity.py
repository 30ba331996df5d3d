"""Variety in a list: no brand too often, and no six times the same coat."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from quizbot.content.catalog import Bools, Catalog, Floats, Ints, label_key
from quizbot.content.edition import Edition
from quizbot.content.families import Family
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

    def arrange(self, items: Ints, scores: Floats, equals: int) -> Ints:
        """The order in which ranked items (k,) are shown, as places in `items`; the first stays the first.

        Items beyond what their brand may have come last. Only the first `equals`, which meet the demands equally
        well, are shown in another order than that of their scores.
        """
        crowded = self._crowded(items)
        places = np.arange(len(items))
        order = np.concatenate([places[~crowded], places[crowded]])
        if self.diversity:
            pool = order[: min(POOL, int(np.count_nonzero(~crowded[:equals])))]
            order[: len(pool)] = pool[marginal(scores[pool], likeness(self.levels, items[pool]), self.diversity)]
        return order

    def _crowded(self, items: Ints) -> Bools:
        """Whether `per_brand` items of its brand come before an item, shape (k,)."""
        crowded = np.zeros(len(items), dtype=np.bool_)
        if self.brands is not None:
            brands = self.brands[items]
            order = np.argsort(brands, kind="stable")
            inside = np.arange(len(items)) - np.searchsorted(brands[order], brands[order])
            crowded[order] = (inside >= self.per_brand) & (brands[order] >= 0)
        return crowded


def marginal(scores: Floats, alike: Floats, diversity: float) -> list[int]:
    """Order by maximal marginal relevance (Carbonell and Goldstein 1998), for scores (k,) by falling rank in -1..1.

    `alike` (k, k) is the similarity of two items in 0..1. Each time that item comes next whose
    (1 - diversity) * (1 + score) / 2 - diversity * (similarity to the nearest one taken) is largest; ties go by rank.
    """
    relevance = (1 - diversity) * (1 + scores) / 2
    nearest = np.zeros(len(scores))
    taken: list[int] = []
    open_ones = np.ones(len(scores), dtype=np.bool_)
    while len(taken) < len(scores):
        gain = np.round(relevance - diversity * nearest, 9)
        following = int(np.argmax(np.where(open_ones, gain, -np.inf))) if taken else 0
        taken.append(following)
        open_ones[following] = False
        nearest = np.maximum(nearest, alike[following])
    return taken


def likeness(levels: Levels, items: Ints) -> Floats:
    """How alike each two of k items are in the preference space, in 0..1, shape (k, k).

    The mean over the traits that both are known to have: (1 + cos pi*(v1 - v2)) / 2 of two levels, and the share of
    two sets of labels that both have. Without such a trait, two items are halfway alike.
    """
    total, shared = np.zeros((len(items), len(items))), np.zeros((len(items), len(items)))
    for row in levels.level[:, items]:
        wave = (1 + np.cos(np.pi * (row[:, None] - row[None, :]))) / 2
        total += np.nan_to_num(wave, nan=0.0)
        shared += ~np.isnan(wave)
    for family in levels.families.values():
        known = family.known[items]
        both = known[:, None] & known[None, :]
        total += np.where(both, _overlap(family, items.tolist()), 0.0)
        shared += both
    alike: Floats = np.divide(total, shared, out=np.full_like(total, 0.5), where=shared > 0)
    return np.round(alike, 9)


def _overlap(family: Family, items: Sequence[int]) -> Floats:
    """Labels that two items share, of those that either has, shape (k, k); 1 when neither has any."""
    labels = [family.of(each) for each in items]
    column = {label: at for at, label in enumerate(dict.fromkeys(label for each in labels for label in each))}
    having = np.zeros((len(items), len(column)))
    for row, each in zip(having, labels, strict=True):
        row[[column[label] for label in each]] = 1
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
