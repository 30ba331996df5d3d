"""The preference space: items as points on half circles, wishes as directions, points as cosines.

A level v stands at (cos pi*v, sin pi*v), so that opposite ends are opposite vectors and the middle is orthogonal to
both; unknown is a third direction, orthogonal to these two. With each trait's coordinates scaled by the square root
of what the shopper put on it, the cosine of shopper and item is the sum of `amplitude * g / N` over the wishes.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from math import atan2, cos, hypot, pi, sin
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from quizbot.advice.preference import Preference, Wish
from quizbot.advice.ranking.kinship import Kinship, kinship
from quizbot.content.catalog import Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.levels import Levels

Single = NDArray[np.float32]
Signs = NDArray[np.int8]

MARGIN = 1e-5
"""More than single precision can be wrong about a score: a few dozen terms whose amplitudes add up to at most 1."""

LARGE = 50_000
"""A catalog of as many items is large: it is screened by columns of bytes, and its waves are not kept."""

_KEPT = 64_000_000  # bytes of columns of each kind that are kept at once
_GAP_OF_SIGN = np.array([np.nan, 0.0, 1.0])  # of unknown, right, and -1: wrong


class Space:
    """The n items of an edition in the preference space of its T level traits and its label families."""

    def __init__(self, levels: Levels, size: int, kin: Kinship) -> None:
        """Place `size` items; `kin` knows how alike they are."""
        self._levels, self.kin = levels, kin
        self._row = {name: at for at, name in enumerate(levels.names)}
        self.size = size
        kept = max(1, size)
        self._signs = lru_cache(maxsize=min(512, max(4, _KEPT // kept)))(self._measure_signs)
        self._one_sided = lru_cache(maxsize=min(64, max(4, _KEPT // (4 * kept))))(self._measure_one_sided)
        self._remembered = lru_cache(maxsize=8)(self._measure_remembered)

    @cached_property
    def waves(self) -> Single:
        """Cos pi*v and sin pi*v of each level trait, 0 where unknown, shape (2T, n).

        In single precision: good enough to find candidates, never to rank them.
        """
        return _waves(self._levels.level)

    def screen(self, preferences: Sequence[Preference], items: Ints | None = None) -> Single:
        """Scores of all items, or some, within MARGIN, shape (preferences, n)."""
        if items is not None:
            return self._screened(preferences, _waves(self._levels.level[:, items]), items)
        return self._screened(preferences, self.waves, slice(None))

    def _screened(self, preferences: Sequence[Preference], items_waves: Single, items: Ints | slice) -> Single:
        waves = np.zeros((len(preferences), len(items_waves)), dtype=np.float32)
        rows: dict[tuple[object, ...], int] = {}
        columns: list[Single | Signs] = []
        others: list[tuple[int, int, float]] = []
        for at, preference in enumerate(preferences):
            for wish in preference.wishes:
                if wish.kind == "level":
                    row, share = self._row[wish.trait], wish.amplitude / preference.total if preference.total else 0.0
                    waves[at, row] += share * cos(pi * wish.low)
                    waves[at, row + len(self._row)] += share * sin(pi * wish.low)
            for key, column, amplitude in self._others(preference):
                if key not in rows:
                    rows[key] = len(columns)
                    columns.append(column[items])
                others.append((at, rows[key], amplitude / preference.total if preference.total else 0.0))
        scores = waves @ items_waves
        if columns and len(columns) <= len(preferences):
            shares = np.zeros((len(preferences), len(columns)), dtype=np.float32)
            for at, row, share in others:
                shares[at, row] += share
            scores += shares @ np.stack(columns).astype(np.float32)
        else:  # for a few preferences it costs less to add than to gather
            for at, row, share in others:
                scores[at] += np.float32(share) * columns[row]
        return scores

    def measure(self, preference: Preference, items: Ints) -> tuple[Floats, Floats]:
        """Points and gaps of some items, each (wishes, items): exact, and the same on every machine.

        A gap is the distance between wish and level in 0..1, NaN where the catalog does not say.
        """
        wishes = preference.wishes
        gap = np.empty((len(wishes), len(items)))
        keen = np.array([wish.keen for wish in wishes])[:, None]
        sided = [at for at, wish in enumerate(wishes) if wish.kind in ("level", "bounds")]
        if sided:
            rows = np.array([self._row[wishes[at].trait] for at in sided])
            low = np.array([[wishes[at].low] for at in sided])
            high = np.array([[wishes[at].high] for at in sided])
            level = self._levels.level[rows[:, None], items]
            gap[sided] = np.maximum(np.maximum(low - level, level - high), 0.0)
        labeled = [at for at, wish in enumerate(wishes) if wish.kind in ("any", "avoid")]
        if labeled:
            columns = (self._column(wishes[at]) for at in labeled)
            gap[labeled] = _GAP_OF_SIGN[np.stack([each[items] for each in columns])]
        alike = [at for at, wish in enumerate(wishes) if wish.kind == "alike"]
        if alike:
            gap[alike] = np.arccos(self.kin.alike([wishes[at].item for at in alike], items)) / np.pi
        for at, wish in enumerate(wishes):
            if wish.kind == "appeal":
                gap[at] = np.arccos(self.kin.appeal[items].astype(np.float64)) / np.pi
        amplitude = np.array([wish.amplitude for wish in wishes])[:, None]
        points = amplitude * np.cos(np.pi * np.minimum(gap * keen, 1.0)) / (preference.total or 1.0)
        points[np.isnan(gap)] = 0.0
        return points, gap

    def _others(self, preference: Preference) -> Iterator[tuple[tuple[object, ...], Single | Signs, float]]:
        """What is no level: the same key for the same column, the column (n,) and its amplitude; history as one."""
        remembered = []
        for wish in preference.wishes:
            if wish.kind == "alike":
                remembered.append((wish.item, wish.amplitude))
            elif wish.kind == "appeal":
                yield ("appeal",), self.kin.appeal, wish.amplitude
            elif wish.kind != "level":
                key = (wish.kind, wish.trait, wish.labels, wish.low, wish.high, wish.keen)
                yield key, self._column(wish), wish.amplitude
        if remembered:
            yield tuple(remembered), self._remembered(tuple(remembered)), 1.0

    def _column(self, wish: Wish) -> Single | Signs:
        if wish.kind == "bounds":
            return self._one_sided(wish.trait, wish.low, wish.high, wish.keen)
        return self._signs(wish.trait, wish.labels, wish.kind == "avoid")

    def column(self, wishes: Iterable[Wish]) -> Single:
        """What some wishes add to the scores of all items, times all masses, in single precision, shape (n,)."""
        added = np.zeros(self.size, dtype=np.float32)
        remembered = []
        for wish in wishes:
            if wish.kind == "alike":
                remembered.append((wish.item, wish.amplitude))
            elif wish.kind in ("any", "avoid"):
                signs = self._measure_signs(wish.trait, wish.labels, wish.kind == "avoid")
                added += np.float32(wish.amplitude) * signs
            else:
                column = self._measure_one_sided(wish.trait, wish.low, wish.high, wish.keen)
                column *= np.float32(wish.amplitude)
                added += column
        return added + self._remembered(tuple(remembered)) if remembered else added

    def _measure_one_sided(self, trait: str, low: float, high: float, keen: float) -> Single:
        level = self._levels.level[self._row[trait]].astype(np.float32)
        gap = level - np.float32(low)
        if low == high:
            np.abs(gap, out=gap)
        else:
            np.maximum(np.maximum(-gap, level - np.float32(high)), np.float32(0), out=gap)
        np.minimum(gap * np.float32(keen), np.float32(1), out=gap)
        gap *= np.float32(pi)
        column: Single = np.cos(gap, out=gap)
        column[np.isnan(column)] = 0
        return column

    def _measure_remembered(self, items: tuple[tuple[int, float], ...]) -> Single:
        """The sum of what is alike to some items, each with its amplitude, shape (n,)."""
        places, amplitudes = zip(*items, strict=True)
        return self.kin.toward(places, np.array(amplitudes), self._turned)

    def _turned(self, weights: Floats) -> Single:
        """The sum of all waves with some weights (2T,), shape (n,): of one trait a cosine again, shifted."""
        if not is_large(self.size):
            return weights.astype(np.float32) @ self.waves
        turned = np.zeros(self.size, dtype=np.float32)
        for level, x, y in zip(self._levels.level, *np.split(weights, 2), strict=True):
            angle = level.astype(np.float32)
            angle *= np.float32(pi)
            angle -= np.float32(atan2(y, x))
            wave = np.cos(angle, out=angle)
            wave[np.isnan(wave)] = 0
            wave *= np.float32(hypot(x, y))
            turned += wave
        return turned

    def _measure_signs(self, trait: str, labels: frozenset[str], avoided: bool) -> Signs:
        """+1 right, -1 wrong, 0 unknown."""
        family = self._levels.families[trait]
        right = np.int8(-1 if avoided else 1)
        signs = np.where(family.known, -right, np.int8(0)).astype(np.int8)
        signs[family.having(labels)] = right
        return signs


def is_large(size: int) -> bool:
    """Whether a catalog of so many items is screened by columns of bytes."""
    return size >= LARGE


def _waves(level: Floats) -> Single:
    """Levels (T, n) on the half circle, 0 where unknown, shape (2T, n)."""
    angle = np.pi * level
    waves: Single = np.concatenate([np.cos(angle), np.sin(angle)]).astype(np.float32)
    return np.nan_to_num(waves, copy=False, nan=0.0)


_spaces: WeakKeyDictionary[Levels, Space] = WeakKeyDictionary()


def space(edition: Edition) -> Space:
    """The preference space of an edition, made once for all its languages."""
    kin = kinship(edition)
    made = _spaces.get(edition.levels)
    if made is None or made.kin is not kin:
        made = _spaces[edition.levels] = Space(edition.levels, len(edition.catalog), kin)
    return made


def total(points: Floats) -> Floats:
    """Scores from points (wishes, items): added in the wishes' order and rounded to 1e-9, the same on every machine."""
    scores = points.cumsum(axis=0)[-1] if len(points) else np.zeros(points.shape[1])
    return np.round(scores, 9) + 0.0
