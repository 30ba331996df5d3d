"""What other answers would put first: all single changes, then pairs, screened at once and then ranked for real.

Scores are sums over answers, so what a change does to an item is a difference of columns, and what two do is the sum
of two differences. The columns are in single precision and find candidates, no more: each change that is told was
ranked like any other preference, and what came first there is what is claimed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quizbot.advice.agenda import counting
from quizbot.advice.preference import Preference, wanted
from quizbot.advice.ranking.rank import rank
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.ranking.space import MARGIN, Single
from quizbot.advice.telling.columns import columns, measured
from quizbot.advice.telling.moves import Move, moves
from quizbot.content.answers import Answer, Answers
from quizbot.content.catalog import Bools, Floats, Ints
from quizbot.content.edition import Edition

MOST_VARIANTS = 50_000
"""In a larger catalog nothing is claimed, so that a turn stays quick."""

_BROKEN = 4.0  # a broken demand outweighs every difference of scores, which lie in -1..1
_TRIES = 12  # changes ranked for real, for each item
_SINGLES = 32  # the same among single changes, since where products tie many look as if they did
_POOL = 128  # nearest items that stand for the catalog among pairs of changes
_ROUNDS = 3  # how often items that were missing in the pool may join it
_MOST_PAIRED = 160  # nearest moves of which pairs are made
_CELLS = 8_000_000  # scores held at once: the nearest moves by all variants
_CHUNK = 1 << 20  # scores of pairs held at once

Preferring = Callable[[Answers], Preference]
"""The whole preference of somebody who gives these answers."""


@dataclass(frozen=True, slots=True)
class Instead:
    """Other answers, to one question each, and the item that comes first with them."""

    moves: tuple[Move, ...]
    first: int


def instead(edition: Edition, preferring: Preferring, answers: Answers, shown: Sequence[int]) -> dict[int, Instead]:
    """For the first of some items the smallest change that puts another first, for the others that which puts them.

    The smallest is that of fewest answers, and then of the shortest distance. An item for which neither one change
    nor two are found has no entry.
    """
    if not shown or len(edition.catalog.variants.item) > MOST_VARIANTS:
        return {}
    search = _Search(edition, preferring, answers, shown)
    if not search.moves:
        return {}
    search.settle(search.singles())
    search.seen |= {*shown, *search.nearest(_POOL)}
    for _ in range(_ROUNDS):
        size = len(search.seen)
        if len(search.found) == len(shown):
            break
        search.settle(search.pairs(sorted(search.seen)))
        if len(search.seen) == size:
            break
    return {item: search.nearer(item) for item in search.found}


@dataclass(frozen=True, eq=False, slots=True)
class _Plans:
    """Some changes: the moves of each (p, 1 or 2), its distance (p,), and whether it may do for an item (p, items).

    `scores` (p, n), where they are kept, tell changes apart: of those that score all alike the smallest stands for all.
    """

    moves: Ints
    distance: Floats
    may: Bools
    scores: Single | None = None

    def of(self, place: int, every: Sequence[Move]) -> tuple[Move, ...]:
        """The moves of one of the changes, out of all there are."""
        return tuple(every[at] for at in self.moves[place])

    def smallest(self, item: int) -> list[int]:
        """The changes that may do for one of the items, the smallest first."""
        places = np.flatnonzero(self.may[:, item])
        places = places[np.argsort(self.distance[places], kind="stable")]
        if self.scores is None:
            return [int(each) for each in places[:_TRIES]]
        apart: dict[bytes, int] = {}
        for each in places:
            apart.setdefault(self.scores[each].tobytes(), int(each))
            if len(apart) == _SINGLES:
                break
        return list(apart.values())


class _Search:
    """A search among the changes of some answers.

    `given` (q, n) and `changed` (m, n) are what each answer adds to the scores of the n items, and what each move
    would; `touched` (m, q) is 1 where a move takes an answer's part away, for its own question and those no longer
    asked, and -1 where it brings one back, for an answer to a question that was not asked any more.
    """

    def __init__(self, edition: Edition, preferring: Preferring, answers: Answers, shown: Sequence[int]) -> None:
        """Look at every move there is, for some shown items."""
        self.shown, self.first = list(shown), shown[0]
        self.edition, self.preferring, self.said = edition, preferring, answers
        self.answers = self._asked([])
        self.found: dict[int, Instead] = {}
        self.seen: set[int] = set()
        names = [each for each in edition.questions if each in answers]
        found = (
            each for name in names if name in self.answers for each in moves(edition.questions[name], answers[name])
        )
        self.moves = sorted(found, key=lambda each: each.distance)[: _CELLS // len(edition.catalog.variants.item)]
        self.base = preferring(self.answers)
        if self.moves:
            self._measure(names)

    def _measure(self, names: Sequence[str]) -> None:
        """Columns of what was said, as it stands in the whole, and of what might have been."""
        parts = [self._part(each) for each in names]
        whole, *given = measured(self.edition, [self.base, *parts])
        changed = columns(self.edition, [(each.question, each.answer) for each in self.moves])
        scale = np.float32(self.base.total + 2 * max(each.mass for each in changed) or 1.0)
        self.score: Single = whole.score / scale
        self.given: Single = np.stack([each.score for each in given]) / scale
        self.changed: Single = np.stack([each.score for each in changed]) / scale
        nothing = np.zeros(len(self.edition.catalog.variants.item), dtype=np.float32)
        self.broken = nothing if whole.broken is None else whole.broken
        self.hidden = sorted(self.base.hidden)
        self.given_broken = [each.broken for each in given]
        self.changed_broken = [each.broken for each in changed]
        self.distance = np.array([each.distance for each in self.moves])
        self.touched = self._touched(names)

    def _touched(self, names: Sequence[str]) -> Single:
        named = {name for each in self.edition.quiz.questions for name in each.condition}
        touched = np.zeros((len(self.moves), len(names)), dtype=np.float32)
        for at, move in enumerate(self.moves):
            touched[at, names.index(move.question)] = 1
            if move.question in named:
                asked = self._asked([move])
                touched[at] += [
                    (each in self.answers and each not in asked) - (each in asked and each not in self.answers)
                    for each in names
                ]
        return touched

    def _part(self, question: str) -> Preference:
        """What the answer to one question has in the whole, or would have if the question were asked."""
        if question not in self.answers:
            return Preference(*wanted(self.edition, self.edition.questions[question], self.said[question]))
        wishes = tuple(each for each in self.base.wishes if each.question == question)
        return Preference(wishes, tuple(each for each in self.base.clauses if each.question == question))

    # All changes at once --------------------------------------------------------------------------

    def singles(self) -> _Plans:
        """Every single change."""
        scores = self.score + self.changed - self.touched @ self.given
        hard = np.array([each is not None for each in self.given_broken])
        harder = np.array([each is not None for each in self.changed_broken]) | (np.abs(self.touched) @ hard > 0)
        scores[np.ix_(~harder, ~self._shown(self.broken))] = -np.inf
        if harder.any():
            everybody = np.arange(len(self.broken))
            broken = self.broken + self._more_broken(np.flatnonzero(harder), everybody)
            scores[harder] = np.where(self._shown(broken), scores[harder], -np.inf)
        self.seen |= {int(each) for each in scores.argmax(axis=1)}
        may = self._may(scores, np.arange(scores.shape[1]))
        return _Plans(np.arange(len(self.moves))[:, None], self.distance, may, scores)

    def _may(self, scores: Single, owners: Ints) -> Bools:
        """Whether each row of scores (p, r) may put each shown item first, or for the first one another: (p, items).

        Single precision cannot tell near scores apart, so what is nearly the best may be.
        """
        best = scores.max(axis=1) - 2 * MARGIN
        fits = scores.max(axis=1) > -_BROKEN / 2
        may = [fits & (scores[:, owners == each].max(axis=1, initial=-np.inf) >= best) for each in self.shown]
        may[0] = fits & (scores[:, owners != self.first].max(axis=1, initial=-np.inf) >= best)
        return np.stack(may, axis=1)

    def _shown(self, broken: Single) -> Bools:
        """Items that may be shown while their variants break so many demands, shape (..., v) and (..., n)."""
        shown = requirements(self.edition).any_variant(broken == 0)
        shown[..., self.hidden] = False
        return shown

    def _more_broken(self, chosen: Ints, variants: Ints) -> Single:
        """How many demands more some variants break after each of some moves, shape (moves, variants)."""

        def counted(counts: Sequence[Single | None]) -> Single:
            table = np.zeros((len(counts), len(variants)), dtype=np.float32)
            for at, each in enumerate(counts):
                if each is not None:
                    table[at] = each[variants]
            return table

        more = counted([self.changed_broken[at] for at in chosen])
        more -= self.touched[chosen] @ counted(self.given_broken)
        return more

    def nearest(self, count: int) -> list[int]:
        """The nearest items that may be shown."""
        scores = np.where(self._shown(self.broken), self.score, self.score - np.float32(_BROKEN))
        return [int(each) for each in np.argsort(-scores, kind="stable")[:count]]

    def pairs(self, pool: Sequence[int]) -> _Plans:
        """Every two changes of different questions, as they rank the items of a pool among themselves."""
        owners, base, change = self._pool(np.array(pool))
        kept = _distinct(self.touched, change)[:_MOST_PAIRED]
        one, other = np.triu_indices(len(kept), 1)
        both = np.abs(self.touched[kept])
        apart = (both @ both.T)[one, other] == 0
        chosen = np.stack([kept[one[apart]], kept[other[apart]]], axis=1)
        may = np.zeros((len(chosen), len(self.shown)), dtype=np.bool_)
        step = max(1, _CHUNK // len(base))
        for start in range(0, len(chosen), step):
            some = chosen[start : start + step]
            may[start : start + step] = self._may(base + change[some[:, 0]] + change[some[:, 1]], owners)
        return _Plans(chosen, self.distance[chosen].sum(axis=1), may)

    def _pool(self, items: Ints) -> tuple[Ints, Single, Single]:
        """Variants of some items: whose each is, its score with broken demands, and how each move changes it."""
        starts = self.edition.catalog.first_variant
        rows = np.concatenate([np.arange(starts[each], starts[each + 1]) for each in items])
        inside = np.repeat(np.arange(len(items)), starts[items + 1] - starts[items])
        more = self._more_broken(np.arange(len(self.moves)), rows)
        change = (self.changed[:, items] - self.touched @ self.given[:, items])[:, inside] - np.float32(_BROKEN) * more
        base = self.score[items][inside] - np.float32(_BROKEN) * self.broken[rows]
        base[np.isin(items[inside], self.hidden)] = -np.inf
        kept = _distinct(inside, np.column_stack([self.broken[rows], more.T]))
        return items[inside[kept]], base[kept], np.ascontiguousarray(change[:, kept])

    # One change for real --------------------------------------------------------------------------

    def settle(self, plans: _Plans) -> None:
        """Find the smallest of some changes for each shown item that has none yet, trying the first few for real."""
        left = [each for each in self.shown if each not in self.found]
        chosen = {item: plans.smallest(self.shown.index(item)) for item in left}
        came: dict[int, int] = {}
        for turn in range(max(_TRIES, _SINGLES)):
            tried = {item: each[turn] for item, each in chosen.items() if item not in self.found and turn < len(each)}
            if not tried:
                break
            new = {each: plans.of(each, self.moves) for each in tried.values() if each not in came}
            came |= dict(zip(new, self._ranked(list(new.values())), strict=True)) if new else {}
            for item, each in tried.items():
                if self._does(item, came[each]):
                    self.found[item] = Instead(plans.of(each, self.moves), came[each])
        self.seen |= set(came.values()) - {-1}

    def nearer(self, item: int) -> Instead:
        """The change found for an item, with numbers as near to those given as can be, where a grid was passed over."""
        found = self.found[item]
        for at, move in enumerate(found.moves):
            low, high = 0, len(move.passed)
            while low < high:
                middle = (low + high) // 2
                change = list(found.moves)
                change[at] = replace(move, answer=move.passed[middle])
                came = self._ranked([change])[0]
                if self._does(item, came):
                    found, high = Instead(tuple(change), came), middle
                else:
                    low = middle + 1
        return found

    def _does(self, item: int, came: int) -> bool:
        """Whether what came first is what was looked for: the item, or for the first one any other."""
        return came >= 0 and (came != self.first if item == self.first else came == item)

    def _ranked(self, changes: Sequence[Sequence[Move]]) -> list[int]:
        """What comes first after each change, as for any shopper; -1 where nothing meets all demands."""
        preferences = [self.preferring(self._asked(each)) for each in changes]
        rankings = rank(self.edition, preferences, 1, plain=True)
        return [int(each.items[0]) if each.passing else -1 for each in rankings]

    def _asked(self, change: Iterable[Move]) -> dict[str, Answer]:
        """The answers after a change, without those to questions that are no longer asked."""
        answers = {**self.said, **{each.question: each.answer for each in change}}
        return counting(self.edition, answers)


def _distinct(whose: Single | Ints, rows: Single) -> Ints:
    """Places of rows (r, c), but of those that say of the same owner what an earlier one does."""
    first: dict[bytes, int] = {}
    for at, (owner, row) in enumerate(zip(whose, rows, strict=True)):
        first.setdefault(owner.tobytes() + row.tobytes(), at)
    return np.array(list(first.values()), dtype=np.int64)
