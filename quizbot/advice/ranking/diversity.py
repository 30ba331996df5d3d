"""Variety in a list: no brand too often, no six times the same coat, and one wild card."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from quizbot.advice.ranking.space import is_large
from quizbot.content.catalog import Bools, Catalog, Floats, Ints, label_key
from quizbot.content.edition import Edition
from quizbot.content.families import Family
from quizbot.content.levels import Levels

_APART = 3.0  # more than two scores, or what diversity makes of them, can differ

POOL = 60
"""Variety is sought among this many of the nearest items, whatever is shown of them."""

WHOLE = 1000
"""Up to this many items, each is compared to each once and for all."""

SHORTEST = 4
"""A list has a wild card when it has as many places."""

BEHIND = 0.15
"""How far the score of a wild card may lie below the last that is shown without one."""

UNLIKE = 0.8
"""How alike a wild card may be to any other product of its list, in 0..1."""

_WORDS = 16  # of 64 labels each


@dataclass(frozen=True, eq=False, slots=True)
class Variety:
    """What a quiz wants of its lists.

    `diversity` 0..1 is the weight of being different against being near; `brands` (n,) numbers the brand of each
    item, -1 where it is unknown, and is None when a brand may come as often as it likes. `wild_card` puts one in the
    last place; `available` (n,) are the items in stock.
    """

    diversity: float
    per_brand: int
    brands: Ints | None
    levels: Levels
    available: Bools
    wild_card: bool = False

    def wanted(self, limit: int) -> int:
        """How many items must be known to choose `limit` of them."""
        return max(limit, POOL) if self.diversity or self.wild_card else limit

    def room(self, items: Ints) -> int:
        """How many of some items a list may hold."""
        return len(items) - int(np.count_nonzero(self._crowded(items)))

    def others(self, items: Ints) -> Bools:
        """Whether the brand of each item of the catalog may come more often than in this list, shape (n,)."""
        assert self.brands is not None
        known = self.brands[items]
        often = np.flatnonzero(np.bincount(known[known >= 0], minlength=1) >= self.per_brand)
        return np.isin(self.brands, often, invert=True)

    def arrange(self, items: Ints, scores: Floats, equals: int, limit: int) -> tuple[Ints, bool]:
        """The places in `items` (k,), which are ranked, of at most `limit` that are shown; the first stays the first.

        Items beyond what their brand may have come last. Only the first `equals`, which meet the demands equally
        well, are shown in another order than that of their scores. Also whether the last is a wild card.
        """
        crowded = self._crowded(items)
        places = np.arange(len(items))
        order = np.concatenate([places[~crowded], places[crowded]])
        if self.diversity:
            pool = order[: min(POOL, int(np.count_nonzero(~crowded[:equals])))]
            alike = likeness(self.levels, items[pool])
            taken = pool[marginal(scores[pool], alike, self.diversity, min(limit, len(pool)))]
            order = np.concatenate([taken, order[len(pool) :]])
        shown = order[:limit]
        near = order[order < equals][:POOL]
        wild = self._wild(items, scores, shown, near[~crowded[near]]) if self.wild_card else None
        return (shown, False) if wild is None else (np.append(shown[:-1], wild), True)

    def _wild(self, items: Ints, scores: Floats, shown: Ints, near: Ints) -> int | None:
        """The place of the item near a list that is most unlike what else it shows; None when none is unlike enough.

        It is in stock, fits more than not, and is at most BEHIND the last; it may be the one in the last place itself.
        """
        rest = shown[:-1]
        fits = scores[near] >= max(round(float(scores[shown].min()) - BEHIND, 9), 1e-9)
        found = near[fits & self.available[items[near]] & ~np.isin(near, rest)]
        if len(shown) < SHORTEST or not len(found):
            return None
        alike = likeness(self.levels, items[np.concatenate([found, rest])])[: len(found), len(found) :].max(axis=1)
        best = int(np.argmin(alike))  # of equals the one that fits better
        return int(found[best]) if alike[best] <= UNLIKE else None

    def firsts(self, items: Ints, scores: Floats, count: int) -> Bools:
        """Which of some items are the first `count` in each of S lists by these scores (S, k), as they are shown.

        Scores are in -1..1; of items that break demands, and are to come last, they are far below.
        """
        rows, relevance = np.arange(len(scores)), (1 - self.diversity) * (1 + scores) / 2
        order = np.argsort(-scores, axis=1, kind="stable")
        relevance[scores.max(axis=1, keepdims=True) - scores > _APART] -= _APART
        if self.brands is not None:
            brands = self.brands[items][order]
            before = np.tril(brands[:, :, None] == brands[:, None, :], -1).sum(axis=2)
            crowded = np.zeros(scores.shape, dtype=np.bool_)
            np.put_along_axis(crowded, order, (before >= self.per_brand) & (brands >= 0), axis=1)
            relevance[crowded] -= _APART
        alike = likeness(self.levels, items) if self.diversity else np.zeros((len(items), len(items)))
        nearest, first = np.zeros(scores.shape), np.zeros(scores.shape, dtype=np.bool_)
        following = order[:, 0]
        for _ in range(count):
            first[rows, following] = True
            relevance[rows, following] = -np.inf
            nearest = np.maximum(nearest, alike[following])
            following = np.argmax(np.round(relevance - self.diversity * nearest, 9), axis=1)
        return first

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
    sides = _sides.get(levels)
    if sides is None:
        sides = _sides[levels] = _Sides(levels)
    return sides.likeness(items)


class _Sides:
    """What the items of a catalog are compared by, worked out once."""

    def __init__(self, levels: Levels) -> None:
        self._level = levels.level
        n = self._level.shape[1]
        self._placed = None if is_large(n) else _placed(self._level)
        self._labels = [_Labels(each) for each in levels.families.values()]
        self._whole = self._measured(np.arange(n)) if n <= WHOLE else None

    def likeness(self, items: Ints) -> Floats:
        return self._measured(items) if self._whole is None else self._whole[np.ix_(items, items)]

    def _at(self, items: Ints) -> tuple[Floats, Floats | None]:
        """Waves of some items, and where their levels are known; of a large catalog they are not kept."""
        if self._placed is None:
            return _placed(self._level[:, items])
        waves, known = self._placed
        return waves[:, items], None if known is None else known[:, items]

    def _measured(self, items: Ints) -> Floats:
        waves, known = self._at(items)
        shared = np.full((len(items), len(items)), float(len(self._level))) if known is None else known.T @ known
        total = (shared + waves.T @ waves) / 2  # cos a cos b + sin a sin b = cos (a - b)
        for each in self._labels:
            both = each.stated(items)
            overlap = each.overlap(items)
            total += overlap if both is None else both * overlap
            shared += 1.0 if both is None else both
        alike: Floats = np.divide(total, shared, out=np.full_like(total, 0.5), where=shared > 0)
        return np.round(alike, 9)


def _placed(level: Floats) -> tuple[Floats, Floats | None]:
    """Waves (2T, k) of levels (T, k), 0 where unknown, and where they are known, None when all are."""
    known = ~np.isnan(level)
    angle = np.pi * np.where(known, level, 0.0)
    waves = np.concatenate([known * np.cos(angle), known * np.sin(angle)])
    return waves, None if known.all() else known.astype(np.float64)


class _Labels:
    """The labels of one family in the form that is quickest to compare: one number each, bits, or a table."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._stated: Floats | None = None if family.known.all() else family.known.astype(np.float64)
        self._only = _only(family)
        self._bits = _bits(family) if self._only is None else None

    def stated(self, items: Ints) -> Floats | None:
        """1 where the labels of both are known, shape (k, k); None where all are."""
        return None if self._stated is None else np.outer(self._stated[items], self._stated[items])

    def overlap(self, items: Ints) -> Floats:
        """Labels that two items share, of those that either has, shape (k, k); 1 when neither has any."""
        if self._only is not None:
            only = self._only[items]
            same: Floats = (only[:, None] == only[None, :]).astype(np.float64)
            return same
        if self._bits is not None:
            bits = self._bits[items]
            one, other = bits[:, None, :], bits[None, :, :]
            common = np.bitwise_count(one & other).sum(axis=2, dtype=np.float64)
            either = np.bitwise_count(one | other).sum(axis=2, dtype=np.float64)
        else:
            having = self._family.table(items).astype(np.float64)
            common, count = having @ having.T, having.sum(axis=1)
            either = count[:, None] + count[None, :] - common
        overlap: Floats = np.divide(common, either, out=np.ones_like(common), where=either > 0)
        return overlap


def _only(family: Family) -> Ints | None:
    """The place of each item's label, -1 without any, shape (n,); None when an item has several."""
    only = np.full(len(family.known), -1, dtype=np.int64)
    for at, items in enumerate(family.items):
        if (only[items] >= 0).any():
            return None
        only[items] = at
    return only


def _bits(family: Family) -> NDArray[np.uint64] | None:
    """The labels of each item as bits, shape (n, words); None when there are too many labels."""
    words = max(1, -(-len(family.labels) // 64))
    if words > _WORDS or (words > 1 and is_large(len(family.known))):
        return None
    bits = np.zeros((len(family.known), words), dtype=np.uint64)
    for at, items in enumerate(family.items):
        bits[items, at // 64] |= np.uint64(1 << at % 64)
    return bits


_sides: WeakKeyDictionary[Levels, _Sides] = WeakKeyDictionary()
_made: WeakKeyDictionary[Edition, Variety | None] = WeakKeyDictionary()


def variety(edition: Edition) -> Variety | None:
    """What an edition wants of its lists, found out once; None when the nearest items are shown as they are ranked."""
    if edition not in _made:
        wanted = edition.quiz.results
        brands = _brands(edition.catalog) if wanted.per_brand is not None else None
        plain = brands is None and not wanted.diversity and not wanted.wild_card
        _made[edition] = (
            None
            if plain
            else Variety(
                diversity=wanted.diversity,
                per_brand=wanted.per_brand or 0,
                brands=brands,
                levels=edition.levels,
                available=edition.catalog.available,
                wild_card=wanted.wild_card,
            )
        )
    return _made[edition]


def _brands(catalog: Catalog) -> Ints:
    """The number of each item's brand, whatever its spelling; -1 where the catalog does not say. Shape (n,)."""
    numbers: dict[str, int] = {"": -1}
    texts = tuple(catalog.columns["brand"].texts)
    read = {each: numbers.setdefault(label_key(each), len(numbers)) for each in dict.fromkeys(texts)}
    return np.array([read[each] for each in texts], dtype=np.int64)
