"""The few items of a catalog that may come first: screened in single precision, in a large catalog by bytes.

What the wishes of one option add to the scores of n items is kept as whole numbers of two bytes: a column of high bytes
and one of low bytes. A turn adds the columns of its answers, first the high bytes alone, of which a lower bound of the
last score that counts rules out nearly everything, then both for what is left. The ranking scores that exactly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from quizbot.advice.preference import Preference, Wish, wanted
from quizbot.advice.ranking.space import MARGIN, Single, Space, is_large, space
from quizbot.content.answers import Answer
from quizbot.content.catalog import Bools, Ints
from quizbot.content.edition import Edition
from quizbot.content.levels import Levels
from quizbot.content.quiz import Question, Scale
from quizbot.content.quiz import Single as OneChoice

Bytes = NDArray[np.uint8]
Whole = NDArray[np.unsignedinteger[Any]]
_Numbers = TypeVar("_Numbers", Single, Whole)
Effects = tuple[tuple[Any, ...], ...]
"""What some wishes do to scores, whoever said them."""

effect = attrgetter("kind", "trait", "amplitude", "low", "high", "labels", "keen", "item")
"""What one wish does to scores."""

MOST_COLUMNS = 256
"""As many columns of a quiz are prepared."""

_KEPT = 64_000_000  # bytes of columns kept at once that are not prepared
_LARGEST = 0xFFFF
_MOSTLY = 0.85  # the share of a quiz's masses that fits into two bytes
_FEW = 256  # that are scored exactly without being screened
_BLOCKS = 1024  # of items, and more: as many maxima tell a bound well
_BLOCK = 64
_SMALL_BLOCK = 16  # for bytes: maxima of these are found fast, and few items are looked at for each that may come first
_PRUNED = 2  # low bytes that are added before what falls short is left out


@dataclass(frozen=True, eq=False, slots=True)
class Screened:
    """Scores of all items that are at most `margin` off the exact ones, shape (n,)."""

    scores: Single
    margin: float = MARGIN

    def nearest(self, among: Bools | None, count: int) -> Ints:
        """Every item that may be one of the first `count` by score, of all or `among` some (n,)."""
        scores = self.scores if among is None else np.where(among, self.scores, np.float32(-np.inf))
        maxima = _maxima(scores, count)
        floor = _last(maxima, count) if len(maxima) >= count else -np.inf
        if not np.isfinite(floor):
            return _all(among, len(scores))
        return np.flatnonzero(scores >= floor - 2 * self.margin)


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """What each option of a quiz adds to the scores of n items, shape (options, 2, n).

    They are the high and the low bytes of round(unit * (weight + sum of amplitude * g)) over the option's wishes, where
    the weight is the sum of the amplitudes without their signs, and `unit` what a mass of 1 weighs.
    """

    unit: float
    bytes: Bytes


class Shortlist:
    """The items of one large edition that may come first.

    Columns that are not prepared are measured when they are wanted, and some of them are kept.
    """

    def __init__(self, placed: Space, unit: float, prepared: Mapping[Effects, Bytes]) -> None:
        """Look for items of this space; `unit` is what a mass of 1 weighs in whole numbers."""
        self._space, self._unit = placed, unit
        self._prepared = {effects: _Part(each, _largest(unit, effects)) for effects, each in prepared.items()}
        self._measured = lru_cache(maxsize=max(4, _KEPT // max(1, 2 * placed.size)))(self._measure)

    def nearest(self, preference: Preference, among: Bools | None, count: int) -> Ints:
        """Every item that may be one of the first `count` by score, of all or `among` some (n,)."""
        said = _said(preference)
        if not said or (among is not None and np.count_nonzero(among) <= max(_FEW, count)):
            return _all(among, self._space.size)
        parts = [self._part(each) for each in said]
        if any(each.column is None for each in parts):
            return self.screened(preference).nearest(among, count)
        columns = [each.column for each in parts if each.column is not None]
        high = _sum([each[0] for each in columns], among, wide=sum(each.largest for each in parts) > _LARGEST)
        maxima = _maxima(high, count, _SMALL_BLOCK)
        coarse = _maxima(maxima, count)
        floor = int(_last(coarse, count)) if len(coarse) >= count else 0
        if not floor:
            return _all(among, self._space.size)
        # High bytes lack less than one for each column, and rounding makes whole numbers differ by less than two.
        lows = [each[1] for each in columns]
        _, whole = _whole(high, lows, _reaching(floor, high, maxima))
        least = int(_last(whole, count)) - 2 * len(said)
        items = _reaching(max(1, -(-(least - 255 * len(said)) // 256)), high, maxima)
        items, whole = _whole(high, lows, items, least)
        return items[whole >= int(_last(whole, count)) - 2 * len(said)]

    def screened(self, preference: Preference) -> Screened:
        """The scores of all items, as near as columns say them."""
        said, total = _said(preference), np.float32(preference.total or 1.0)
        scores = np.zeros(self._space.size, dtype=np.float32)
        for each in said:
            column = self._part(each).column
            if column is None:
                scores += self._space.column(_wishes(each))
            else:
                scores += (column[0] * np.float32(256) + column[1]) / np.float32(self._unit) - np.float32(_weight(each))
        return Screened(scores / total, MARGIN + len(said) / (self._unit * float(total)))

    def _part(self, effects: Effects) -> "_Part":
        return self._prepared.get(effects) or self._measured(effects)

    def _measure(self, effects: Effects) -> "_Part":
        largest = _largest(self._unit, effects)
        return _Part(None if largest > _LARGEST else measured(self._space, self._unit, effects), largest)


@dataclass(frozen=True, eq=False, slots=True)
class _Part:
    """The column of some wishes, None when its numbers are too large for it, and more than any of these."""

    column: Bytes | None
    largest: float


def _all(among: Bools | None, size: int) -> Ints:
    return np.arange(size) if among is None else np.flatnonzero(among)


def _sum(columns: Sequence[Bytes], among: Bools | None, *, wide: bool) -> Whole:
    """The sum of some columns, 0 for what is not among some items."""
    first, *others = columns
    added: Whole = np.add(first, others.pop() if others else np.uint8(0), dtype=np.uint16 if wide else np.uint8)
    for each in others:
        added += each
    if among is not None:
        added *= among.view(np.uint8)
    return added


def _maxima(scores: _Numbers, count: int, most: int = _BLOCK) -> _Numbers:
    """The maxima of blocks, which are interleaved: block b holds the items b, b + blocks, b + 2 blocks, ..."""
    block = max(1, min(most, len(scores) // max(_BLOCKS, 8 * count)))
    whole = len(scores) - len(scores) % block
    maxima: _Numbers = scores[:whole].reshape(block, -1).max(axis=0)
    return maxima


def _last(numbers: Single | Whole, count: int) -> float:
    """The count-th best of some numbers; of the maxima of blocks, at least so many items reach it."""
    return float(np.partition(numbers, len(numbers) - count)[len(numbers) - count])


def _reaching(bound: int, high: Whole, maxima: Whole) -> Ints:
    """The items that reach a bound, sorted: looked for in the blocks whose maximum does."""
    blocks = np.flatnonzero(maxima >= bound)
    if 8 * len(blocks) > len(maxima):
        return np.flatnonzero(high >= bound)
    rows = len(high) // len(maxima)
    whole = rows * len(maxima)
    inside = np.flatnonzero(high[:whole].reshape(rows, -1).take(blocks, axis=1) >= bound)
    row, column = np.divmod(inside, max(1, len(blocks)))
    return np.concatenate([row * len(maxima) + blocks[column], np.flatnonzero(high[whole:] >= bound) + whole])


def _whole(high: Whole, lows: Sequence[Bytes], items: Ints, least: int = 0) -> tuple[Ints, Whole]:
    """Sums of both bytes for some items, but for those of which a part of the sum tells that it is below `least`."""
    kind = np.uint16 if high.dtype == np.uint8 else np.uint32
    if 4 * len(items) > len(high):  # then it costs less to add all than to gather some
        every: Whole = high * kind(256)
        for each in lows:
            every += each
        return items, every[items]
    whole: Whole = high[items] * kind(256)
    for at, each in enumerate(lows, 1):
        whole += each[items]
        left = len(lows) - at
        if least and left and not at % _PRUNED:
            able = np.flatnonzero(whole >= max(0, least - 255 * left))
            items, whole = items[able], whole[able]
    return items, whole


# Columns ------------------------------------------------------------------------------------------


def measured(placed: Space, unit: float, effects: Effects) -> Bytes:
    """The column of some wishes, shape (2, n)."""
    added = placed.column(_wishes(effects))
    added += np.float32(_weight(effects))
    added *= np.float32(unit)
    whole = np.rint(added, out=added).astype(np.uint16)
    column = np.empty((2, placed.size), dtype=np.uint8)
    np.right_shift(whole, 8, out=column[0], casting="unsafe")
    np.bitwise_and(whole, 255, out=column[1], casting="unsafe")
    return column


def _said(preference: Preference) -> list[Effects]:
    """The wishes of a preference, together what one option says, all that is remembered, or else each by itself."""
    groups: dict[object, list[tuple[Any, ...]]] = {}
    for at, wish in enumerate(preference.wishes):
        alone = not (wish.question or wish.options or wish.kind == "alike")
        group = at if alone else (wish.source, wish.question, wish.options)
        groups.setdefault(group, []).append(effect(wish))
    return [tuple(each) for each in groups.values()]


def _wishes(effects: Effects) -> Iterator[Wish]:
    for kind, trait, amplitude, low, high, labels, keen, item in effects:
        yield Wish("answer", "", (), None, trait, kind, abs(amplitude), amplitude, low, high, labels, keen, item)


def _largest(unit: float, effects: Effects) -> float:
    """More than any number of a column."""
    return 2 * unit * _weight(effects) + 1


def _weight(effects: Effects) -> float:
    return float(sum(abs(each[2]) for each in effects))


def _offered(question: Question) -> Iterator[Answer]:
    """The answers of which columns are prepared: each option alone, each step."""
    if isinstance(question, Scale):
        yield from range(1, question.steps + 1)
    for each in question.offered:
        yield each.id if isinstance(question, OneChoice) else (each.id,)


def _options(edition: Edition) -> dict[Effects, None]:
    """What the options of a quiz do, in its order."""
    found: dict[Effects, None] = {}
    for question in edition.quiz.advising:
        for answer in _offered(question):
            wishes, _ = wanted(edition, question, answer)
            found |= dict.fromkeys(_said(Preference(wishes)))
    return dict(list(found.items())[:MOST_COLUMNS])


def _unit(edition: Edition) -> float:
    """What a mass of 1 weighs, so that the answers to most of a quiz fit into two bytes; all may need wider sums."""
    masses = [1.0, *edition.quiz.results.boost.values()]
    for question in edition.quiz.advising:
        found = [sum(each.mass for each in wanted(edition, question, answer)[0]) for answer in _offered(question)]
        masses.append(max(found, default=question.weight))
    return _LARGEST / (2 * _MOSTLY * sum(masses))


def prepare(edition: Edition) -> Columns | None:
    """The columns of a quiz's options; None where the catalog is too small to need them."""
    if not is_large(len(edition.catalog)):
        return None
    placed, unit = space(edition), _unit(edition)
    options = _options(edition)
    columns = np.empty((len(options), 2, placed.size), dtype=np.uint8)
    for column, each in zip(columns, options, strict=True):
        column[:] = measured(placed, unit, each)
    return Columns(unit, columns)


_prepared: WeakKeyDictionary[Levels, Columns] = WeakKeyDictionary()
_made: WeakKeyDictionary[Space, Shortlist] = WeakKeyDictionary()


def use(edition: Edition, columns: Columns) -> None:
    """Use prepared columns for all editions with the same levels."""
    _prepared[edition.levels] = columns
    _made.pop(space(edition), None)


def shortlist(edition: Edition) -> Shortlist | None:
    """The shortlist of a large edition, made once for all its languages; None for a small one."""
    if not is_large(len(edition.catalog)):
        return None
    placed = space(edition)
    made = _made.get(placed)
    if made is None:
        columns = _prepared.get(edition.levels)
        prepared = dict(zip(_options(edition), columns.bytes, strict=True)) if columns else {}
        made = _made[placed] = Shortlist(placed, columns.unit if columns else _unit(edition), prepared)
    return made
