"""One ranking for everybody: a batch of preferences in, the nearest items with their points out."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from weakref import WeakKeyDictionary

import numpy as np

from quizbot.advice.preference import Clause, Preference
from quizbot.advice.ranking.diversity import Variety, variety
from quizbot.advice.ranking.requirements import Requirements, requirements
from quizbot.advice.ranking.shortlist import Screened, effect, shortlist
from quizbot.advice.ranking.space import Space, space, total
from quizbot.content.catalog import Bools, Catalog, Floats, Ints
from quizbot.content.edition import Edition

BATCH = 1_000_000
"""Scores held at once, as a number of items times preferences: 4 MB, which stays near the processor."""

_CROWD = 4096  # from as many items that may come first on, those that tie are told apart before all are put in order
_ABREAST = 1 << 16  # items scored at once
_NUMBERS = 1_000_000  # in one generation of rankings that are kept
_BESIDE = 250  # what the key of a ranking takes, in numbers

Key = Floats | Ints | Bools
Nearest = Callable[[Bools | None, int], Ints]
"""Every item that may be one of the first by score, of all or among some."""


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """The k best items of n for one preference of W wishes.

    `items` (k,) positions in the catalog; `variants` (k,) the variant each is shown as; `score` (k,) in [-1, 1],
    rounded to 1e-9; `points` (k, W) what each wish adds, a row sums to the score; `gap` (k, W) distance between
    wish and level in 0..1, NaN where the catalog does not say; `relaxed` the clauses that nothing meets and the
    shown items break; `passing` how many items meet everything. Items come by falling score, but for what a quiz
    wants of the variety of its lists; `wild` tells that the last is the wild card.
    """

    items: Ints
    variants: Ints
    score: Floats
    points: Floats
    gap: Floats
    relaxed: tuple[Clause, ...]
    passing: int
    wild: bool = False


def rank(
    edition: Edition, preferences: Sequence[Preference], limit: int, *, plain: bool = False, variants: bool = True
) -> list[Ranking]:
    """Rank the catalog for each preference: filter, screen in single precision, then score the candidates exactly.

    A longer list begins with the shorter one, but for its wild card. A `plain` ranking is by score alone, whatever
    variety the quiz wants; what comes first is the same. Without `variants` nobody asks as which variant an item is
    shown, and none is found.
    """
    if not variants:
        return _ranked(edition, preferences, limit, plain=plain, variants=False)
    recent = _recent.setdefault(edition, Recent())
    keys = [_asked(each, limit, plain=plain) for each in preferences]
    found = [recent.get(each) for each in keys]
    lacking = [at for at, each in enumerate(found) if each is None]
    made = _ranked(edition, [preferences[at] for at in lacking], limit, plain=plain, variants=True)
    for at, each in zip(lacking, made, strict=True):
        recent.keep(keys[at], each)
        found[at] = each
    return [each for each in found if each is not None]


def _ranked(
    edition: Edition, preferences: Sequence[Preference], limit: int, *, plain: bool, variants: bool
) -> list[Ranking]:
    varied = None if plain else variety(edition)
    return [
        _search(edition, preference, nearest, varied, variants=variants).best(limit)
        for preference, nearest in zip(preferences, _nearest(edition, preferences), strict=True)
    ]


def _asked(preference: Preference, limit: int, *, plain: bool) -> Hashable:
    """All that a ranking depends on, without the words it was said in; None where something is remembered."""
    if any(each.kind == "alike" for each in preference.wishes):
        return None
    demands = tuple((each.demand, each.source, each.binding) for each in preference.clauses)
    return tuple(map(effect, preference.wishes)), preference.total, demands, preference.hidden, limit, plain


class Recent:
    """The rankings of one edition that were asked for lately: many shoppers answer alike. It holds at most 16 MB.

    There are two generations: what is asked for of the older one joins the younger, and when that is full, it becomes
    the older. What broke a demand is not kept, for it says who demanded that.
    """

    def __init__(self) -> None:
        """Nothing was asked for yet."""
        self._young: dict[Hashable, Ranking] = {}
        self._old: dict[Hashable, Ranking] = {}
        self._numbers = 0

    def get(self, key: Hashable) -> Ranking | None:
        """The ranking kept under a key."""
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.keep(key, found)
        return found

    def keep(self, key: Hashable, ranking: Ranking) -> None:
        """Keep a ranking, unless it is too large or names a shopper's demands."""
        numbers = 2 * ranking.points.size + 4 * len(ranking.items) + _BESIDE
        if key is None or ranking.relaxed or numbers > _NUMBERS // 16:
            return
        for each in (ranking.items, ranking.variants, ranking.score, ranking.points, ranking.gap):
            each.setflags(write=False)
        if self._numbers + numbers > _NUMBERS:
            self._old, self._young, self._numbers = self._young, {}, 0
        self._young[key] = ranking
        self._numbers += numbers


_recent: WeakKeyDictionary[Edition, Recent] = WeakKeyDictionary()


def forget(edition: Edition) -> None:
    """Forget the rankings of an edition that were asked for lately: who measures one wants it made anew."""
    _recent.pop(edition, None)


def place(edition: Edition, preference: Preference, item: int) -> tuple[int, Ranking]:
    """Where one item stands among all by its score (from 1), and its own row as a ranking of one."""
    short = shortlist(edition)
    screened = short.screened(preference) if short else Screened(space(edition).screen([preference])[0])
    return _search(edition, preference, screened.nearest).place(item, screened)


def candidates(edition: Edition, preference: Preference, limit: int) -> tuple[Ints, list[tuple[int, ...]]]:
    """The first `limit` items that meet the binding clauses, and what each is ranked by, in exact numbers >= 0.

    Smaller is better: how far it is off what else is demanded, how much of this is unknown, how much of the shopper's
    own exclusions, the lack of score (all in 1e-9), the place. Lists of one catalog may be compared.
    """
    return _search(edition, preference, next(_nearest(edition, [preference]))).candidates(limit)


def _nearest(edition: Edition, preferences: Sequence[Preference]) -> Iterator[Nearest]:
    """The way to the nearest items for each preference: in a large catalog one by one, else screened in batches."""
    short, size = shortlist(edition), max(1, len(edition.catalog))
    if short:
        yield from (partial(short.nearest, each) for each in preferences)
        return
    step = max(1, BATCH // size)
    for start in range(0, len(preferences), step):
        for scores in space(edition).screen(preferences[start : start + step]):
            yield Screened(scores).nearest


def _search(
    edition: Edition, preference: Preference, nearest: Nearest, varied: Variety | None = None, *, variants: bool = True
) -> "_Search":
    return _Search(edition.catalog, space(edition), requirements(edition), preference, nearest, varied, variants)


@dataclass(frozen=True, eq=False, slots=True)
class _Search:
    """The ranking of one preference.

    What some items are `behind` by are keys of all items (n,) that count before any score, the first one most.
    """

    catalog: Catalog
    space: Space
    requirements: Requirements
    preference: Preference
    nearest: Nearest
    variety: Variety | None = None
    variants: bool = True

    def best(self, limit: int) -> Ranking:
        passing, behind = self._passing(), self._silence()
        count = len(self.catalog) if passing is None else int(np.count_nonzero(passing))
        relaxed: tuple[Clause, ...] = ()
        if not count and passing is not None:
            relaxed, passing, loss = self._relax()
            behind = [*loss, *behind]
        if self.variety is None:
            return self._ranking(self._foremost(passing, behind, limit), relaxed, count)
        found = self._varied(passing, behind, self.variety.wanted(limit))
        alike = np.ones(len(found.items), dtype=np.bool_)
        for each in behind:
            alike &= each[found.items] == each[found.items[0]]
        chosen, wild = self.variety.arrange(found.items, found.scores, int(np.count_nonzero(alike)), limit)
        return replace(self._ranking(found.at(chosen), relaxed, count), wild=wild)

    def place(self, item: int, screened: Screened) -> tuple[int, Ranking]:
        passing, behind = self._passing(item), self._silence()
        if passing is not None and not passing[item]:
            behind = [*self._losses(item), *behind]
        above, near = _before(behind if passing is None else [~passing, *behind], np.arange(len(self.catalog)), item)
        apart = screened.scores[near] - screened.scores[item]
        above += int(np.count_nonzero(apart > 2 * screened.margin))
        near = near[np.abs(apart) <= 2 * screened.margin]
        own = int(np.flatnonzero(near == item)[0])
        above += _before(self._keys(near, *self._scored(near)), np.arange(len(near)), own)[0]
        broken = () if passing is None or passing[item] else self._broken(item)
        count = 0 if passing is None else int(passing.sum())
        return above + 1, self._ranking(self._ordered(np.array([item]), []), broken, count)

    def candidates(self, limit: int) -> tuple[Ints, list[tuple[int, ...]]]:
        among, silence = self._passing(), self._silence()
        loss: tuple[Key, ...] = ()
        if among is not None and np.count_nonzero(among) < limit:
            missed, unknown = self._losses()
            loss = missed, np.where(among, 0, unknown)  # what passes lacks nothing: exclusions let unknown pass
            among = np.isfinite(missed)
        found = self._foremost(among, [*loss, *silence], limit)
        nothing = np.zeros(len(found.items))
        keys = [[each[found.items] for each in some] for some in (loss, silence)]
        ranked_by = np.array([*(keys[0] or [nothing, nothing]), *(keys[1] or [nothing]), 1 - found.scores])
        exact = np.rint(ranked_by * 1e9).T
        return found.items, [(*map(int, each), place) for place, each in enumerate(exact)]

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

    def _silence(self) -> list[Key]:
        """How many of the shopper's own exclusions an item says nothing of, (n,); nothing when there are none."""
        return list(self.requirements.unknowns(self.preference.clauses))

    def _losses(self, wanted: int | None = None) -> tuple[Floats, Ints]:
        """How far each item misses what is demanded, infinitely when it is not to be shown, and how much is unknown."""
        missed, unknown = self.requirements.losses(self.preference.clauses)
        missed[self._hidden(wanted)] = np.inf
        return missed, unknown

    def _relax(self) -> tuple[tuple[Clause, ...], Bools, tuple[Floats, Ints]]:
        """The clauses that the nearest miss breaks, the items that break no other, and how far each item is off.

        The nearest miss loses least; what is only not stated loses nothing, so unknown is relaxed first.
        """
        missed, unknown = self._losses()
        best = int(self._foremost(None, [missed, unknown], 1).items[0])
        relaxed = self._broken(best)
        if missed[best] == 0:
            return relaxed, missed == 0, (missed, unknown)
        left = self.requirements.passing([each for each in self.preference.clauses if each not in relaxed])
        return relaxed, np.isfinite(missed) & (True if left is None else left), (missed, unknown)

    def _broken(self, item: int) -> tuple[Clause, ...]:
        clauses = self.preference.clauses
        variant = int(self.requirements.shown_variants(self.preference, np.array([item]))[0])
        return tuple(each for each in clauses if self.requirements.unmet(each, variant))

    # Order ----------------------------------------------------------------------------------------

    def _foremost(self, among: Bools | None, behind: Sequence[Key], count: int) -> "_Ordered":
        """The first `count` items."""
        items = self._candidates(among, behind, count)
        if len(items) > max(_CROWD, 4 * count):
            keys = [*(each[items] for each in behind), *self._keys(items, *self._scored(items))]
            items = items[np.concatenate(_parted(keys, np.arange(len(items)), count))]
        return self._ordered(items, behind, count)

    def _candidates(self, among: Bools | None, behind: Sequence[Key], count: int) -> Ints:
        """Every item that may be among the first `count`."""
        if not behind:
            return self.nearest(among, count)
        everybody = np.arange(len(self.catalog)) if among is None else np.flatnonzero(among)
        sure, tied = _parted(behind, everybody, count)
        if len(sure) + len(tied) <= count:
            return np.concatenate([sure, tied])
        alike = np.zeros(len(self.catalog), dtype=np.bool_)
        alike[tied] = True
        return np.concatenate([sure, self.nearest(alike, count - len(sure))])

    def _varied(self, among: Bools | None, behind: Sequence[Key], count: int) -> "_Ordered":
        """The first `count` items, and more until there is room for `count` that are not too often of one brand."""
        found = last = self._foremost(among, behind, count)
        while self.variety and len(last.items) == count and self.variety.room(found.items) < count:
            others = self.variety.others(found.items)
            last = self._foremost(others if among is None else others & among, behind, count)
            found = self._ordered(np.union1d(found.items, last.items), behind)
        return found

    def _scored(self, items: Ints) -> tuple[Floats, Ints]:
        """Scores of many items, and how much that is asked they do not state."""
        scores, silent = np.empty(len(items)), np.empty(len(items), dtype=np.int64)
        for start in range(0, len(items), _ABREAST):
            points, gap = self.space.measure(self.preference, items[start : start + _ABREAST])
            scores[start : start + _ABREAST] = total(points)
            silent[start : start + _ABREAST] = np.isnan(gap).sum(axis=0)
        return scores, silent

    def _keys(self, items: Ints, scores: Floats, silent: Ints) -> list[Key]:
        """By what some items are put in order: score, and then ties, which go to what is in stock and states more."""
        return [-scores, ~self.catalog.available[items], silent, self.catalog.order[items]]

    def _ordered(self, items: Ints, behind: Sequence[Key], count: int | None = None) -> "_Ordered":
        """Some items put in order, and the first `count` of them."""
        points, gap = self.space.measure(self.preference, items)
        scores = total(points)
        keys = [*(each[items] for each in behind), *self._keys(items, scores, np.isnan(gap).sum(axis=0))]
        return _Ordered(items, scores, points, gap).at(np.lexsort(keys[::-1])[:count])

    def _ranking(self, found: "_Ordered", relaxed: tuple[Clause, ...], passing: int) -> Ranking:
        shown = found.items
        variants = self.requirements.shown_variants(self.preference, shown) if self.variants else shown[:0]
        return Ranking(shown, variants, found.scores, found.points.T, found.gap.T, relaxed, passing)


@dataclass(frozen=True, eq=False, slots=True)
class _Ordered:
    """k items in their order: places in the catalog and scores (k,), points and gaps (wishes, k)."""

    items: Ints
    scores: Floats
    points: Floats
    gap: Floats

    def at(self, places: Ints) -> "_Ordered":
        """Some of them."""
        return _Ordered(self.items[places], self.scores[places], self.points[:, places], self.gap[:, places])


def _before(keys: Iterable[Key], places: Ints, one: int) -> tuple[int, Ints]:
    """How many places some keys put before one of them, the first key counting most, and those that are equal to it."""
    before = 0
    for key in keys:
        values = key[places]
        before += int(np.count_nonzero(values < key[one]))
        places = places[values == key[one]]
    return before, places


def _parted(keys: Iterable[Key], places: Ints, count: int) -> tuple[Ints, Ints]:
    """The places that are surely among the first `count` by some keys, and those that tie for what is left of these."""
    sure = []
    for key in keys:
        if len(places) <= count:
            break
        values = key[places]
        bound = np.partition(values, count - 1)[count - 1]
        sure.append(places[values < bound])
        count -= len(sure[-1])
        places = places[values == bound]
    return np.concatenate([*sure, places[:0]]), places
