"""From what people did to a model of which items go together, how much history counts, and whether that is better.

It is judged on likes of some people that were hidden before anything was learned: what they liked after they had
answered the quiz, where that is known, else a fifth; and all likes of a tenth of the items, as if those were new.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quizbot.advice.history import TRUST, evidence
from quizbot.advice.learning.lesson import Taught
from quizbot.advice.learning.together import HIDDEN, Rows, chosen, gains, matrix, most, neighbors, part
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.kinship import Kinship
from quizbot.advice.ranking.space import space
from quizbot.content.answers import Answers
from quizbot.content.catalog import Bools, Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.learned import Learned, believed, flat, nothing_learned

SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
TRUSTS = (0.125, 0.25, 0.5, 1.0)
FEWEST = 50
"""People without whom nothing is concluded."""

NEW = 0.2
"""How much it counts to find new items, against finding known ones, when the share of the model is chosen."""

_FRESH = 0.1  # of the items, as if they were new
_ABREAST = 128  # items compared at once
_COMPARED = 512  # items of which it is seen how what people do follows from what they are
_Z = 1.96  # of a 95 % interval


@dataclass(frozen=True, eq=False, slots=True)
class Likes:
    """What each person likes of the n items, sparse (people, n) in 0..1.

    `early` tells of each like whether it was before the last list, (likes,); `unknown` counts events of unknown items.
    """

    of: Any
    early: Bools
    unknown: int


def liked(people: Sequence[Taught], edition: Edition) -> Likes:
    """What people like of the items of an edition."""
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 (only learning needs it)

    positions, rows, columns, values, early, unknown = edition.catalog.positions, [], [], [], [], 0
    for at, person in enumerate(people):
        last = min((each.days for each in person.lists if each.quiz == edition.id), default=-1.0)
        for each in person.events:
            place = positions.get(each.item)
            if place is None:
                unknown += 1
                continue
            rows.append(at)
            columns.append(place)
            values.append(evidence(each))
            early.append(each.days >= last)
    shape = len(people), len(edition.catalog)
    summed = csr_array(coo_array((np.array(values), (rows, columns)), shape=shape))
    summed.data = np.clip(summed.data, 0.0, 1.0)
    summed.eliminate_zeros()
    keys = np.array(rows, dtype=np.int64) * shape[1] + np.array(columns, dtype=np.int64)
    owner, item = summed.nonzero()
    before = np.isin(owner.astype(np.int64) * shape[1] + item, keys[np.array(early, dtype=np.bool_)])
    return Likes(summed, before, unknown)


@dataclass(frozen=True, eq=False, slots=True)
class _Trial:
    """Likes without what is hidden of them, those of the judged people that are `known`, and what is hidden of these.

    Of what is hidden, `old` are likes of items that the model knows, `new` those of items that it does not.
    """

    kept: Any
    judged: Ints
    known: Any
    old: Any
    new: Any

    def gains(self, scores: Floats) -> Floats:
        """The nDCG@10 of what is hidden of the items that are known, (judged,)."""
        return gains(scores, self.known, self.old)

    def of(self, some: Ints) -> "_Trial":
        """The same for some of the judged."""
        parts = (each[some] for each in (self.judged, self.known, self.old, self.new))
        return _Trial(self.kept, *parts)

    def worth(self, scores: Floats) -> float:
        """One number: the logarithm of the mean nDCG on known items and, by its weight, on new ones.

        What is found no better than by chance counts as much as chance would find.
        """
        chance = float((1 / np.log2(np.arange(2, 12))).sum()) / self.known.shape[1]
        means = []
        for hidden in (self.old, self.new):
            who = np.flatnonzero(np.diff(hidden.indptr))
            found = float(gains(scores[who], self.known[who], hidden[who]).mean()) if len(who) else 1.0
            means.append(float(np.log(max(found, chance))))
        return (1 - NEW) * means[0] + NEW * means[1]


def _tried(likes: Likes, seed: int) -> _Trial:
    random = np.random.default_rng(seed)
    whole = likes.of
    able = np.flatnonzero(np.diff(whole.indptr) > 1)
    some = np.sort(random.permutation(able)[: most(whole)])
    owner, item = whole.nonzero()
    late = ~likes.early
    timed = (np.bincount(owner, late, whole.shape[0]) > 0) & (np.bincount(owner, ~late, whole.shape[0]) > 0)
    among = np.isin(owner, some)
    hide = among & np.where(timed[owner], late, random.random(whole.nnz) < HIDDEN)
    fresh = (random.random(whole.shape[1]) < _FRESH)[item]
    kept, old, new = part(whole, ~hide & ~fresh), part(whole, hide & ~fresh), part(whole, among & fresh)
    judged = some[(np.diff(old.indptr)[some] > 0) & (np.diff(kept.indptr)[some] > 0)]
    return _Trial(kept, judged, kept[judged], old[judged], new[judged])


@dataclass(frozen=True, slots=True)
class Gain:
    """What something adds to nDCG@10: without it, with it, and the 95 % interval of the difference."""

    before: float = 0.0
    after: float = 0.0
    low: float = 0.0
    high: float = 0.0

    @property
    def mean(self) -> float:
        """The difference."""
        return self.after - self.before


def gained(before: Floats, after: Floats) -> Gain:
    """The gain of people whose nDCG was `before` and is `after`, each (people,)."""
    difference = after - before
    error = _Z * float(difference.std(ddof=1)) / len(difference) ** 0.5
    mean = float(difference.mean())
    return Gain(float(before.mean()), float(after.mean()), mean - error, mean + error)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What learning came to, on hidden likes of so many people: popularity, and what the model adds to the items alone.

    `trusted` is what another weight of history adds beside answers, on `answered` people. `model` is None where it is
    not worth having, and `why` says so.
    """

    people: int
    events: int
    unknown: int
    popularity: float = 0.0
    gain: Gain = Gain()
    trusted: Gain = Gain()
    answered: int = 0
    model: Learned | None = None
    why: str = ""


def learn(edition: Edition, people: Sequence[Taught], seed: int = 0) -> Lessons:
    """A model from what people did, if on what was hidden of it it is better than what the items alone say.

    Where the edition has a model already, the new one must not be surely worse than that one either.
    """
    likes = liked(people, edition)
    trial = _tried(likes, seed)
    count = len(trial.judged)
    if count < FEWEST:
        why = f"only {count} people like two products or more; it takes {FEWEST} to conclude anything"
        return Lessons(count, int(likes.of.nnz), likes.unknown, why=why)
    constant = chosen(trial.kept)
    mixed = _Mixed(edition.without_learned, trial.known, neighbors(trial.kept, constant), _count(trial.kept))
    share = max(SHARES, key=lambda each: (trial.worth(mixed.scores(each)), -each))
    after = trial.gains(mixed.scores(share))
    gain = gained(trial.gains(mixed.scores(0)), after)
    why = "" if gain.low > 0 else "it is not surely better than what the products alone say"
    if edition.learned and edition.learned.share:
        served = gained(trial.gains(summed(edition, trial.known)), after)
        why = why or ("it is surely worse than what is served" if served.high < 0 else "")
    share = 0.0 if why else share
    answers = [(people[at].lists_of(edition) or [(None, None)])[-1][1] for at in trial.judged]
    trust, trusted, answered = _trusted(edition.without_learned, mixed.scores(share), answers, trial)
    model = replace(nothing_learned(edition.id, edition.catalog.ids), trust=trust)
    if not why:
        starts, items, alike = flat(neighbors(likes.of, constant))
        model = replace(model, starts=starts, neighbors=items, alike=alike, likes=_count(likes.of))
        model = replace(model, share=share, slope=mixed.slope)
    popular = trial.gains(np.tile(trial.kept.sum(axis=0), (count, 1)))
    return Lessons(
        count,
        int(likes.of.nnz),
        likes.unknown,
        float(popular.mean()),
        gain,
        trusted,
        answered,
        model=None if why and trust is None else model,
        why=why,
    )


def _count(likes: Any) -> Ints:
    """How many people like each item."""
    return np.bincount(likes.indices, minlength=likes.shape[1]).astype(np.int64)


class _Mixed:
    """What items say of all items to each person, and what people do, in whatever shares."""

    def __init__(self, edition: Edition, known: Any, rows: Rows, likes: Ints) -> None:
        """Measure both for people with these likes (people, n)."""
        from scipy.sparse import csr_array, diags_array, vstack  # noqa: PLC0415

        belief = believed(likes) * np.array([len(items) > 0 for items, _ in rows])
        learned = matrix(rows)
        taught = csr_array(known @ diags_array(belief))
        both = summed(edition, csr_array(vstack([known, taught])))
        self.slope = _slope(edition, learned, belief)
        self._items = both[: known.shape[0]]
        self._change = ((taught @ learned).toarray() - self.slope * both[known.shape[0] :]) * belief

    def scores(self, share: float) -> Floats:
        """The scores of all items with this share of what people do, (people, n)."""
        return (1 - share + share * self.slope) * self._items + share * self._change if share else self._items


def _slope(edition: Edition, learned: Any, belief: Floats) -> float:
    """What a model says of two items for how alike they are, in 0..1: least squares, by how far it is believed."""
    items = np.argsort(-belief, kind="stable")[:_COMPARED]
    kin = Kinship(edition)
    said = squared = 0.0
    for start in range(0, len(items), _ABREAST):
        some = items[start : start + _ABREAST]
        alike = kin.alike(some.tolist())
        alike[np.arange(len(some)), some] = 0.0
        weighed = alike * belief
        said += float((weighed * learned[some].toarray()).sum())
        squared += float((weighed * alike).sum())
    return round(min(1.0, max(0.0, said / squared)), 6) if squared else 0.0


def summed(edition: Edition, known: Any) -> Floats:
    """What the items that are known of each person say of all items, as it is served, shape (people, n)."""
    kin = Kinship(edition)
    total = np.zeros(known.shape)
    items = np.unique(known.indices)
    for start in range(0, len(items), _ABREAST):
        some = items[start : start + _ABREAST]
        total += known[:, some] @ kin.alike(some.tolist())
    return total


def _trusted(
    edition: Edition, history: Floats, answers: Sequence[Answers | None], trial: _Trial
) -> tuple[float | None, Gain, int]:
    """What a like should weigh against an answer, where that is surely better than TRUST; what it adds, to how many.

    Chosen on every other person who answered, and judged on the others.
    """
    told = np.array([at for at, each in enumerate(answers) if each], dtype=np.int64)
    if len(told) < 2 * FEWEST:
        return None, Gain(), len(told)
    preferences = [prefer(edition, each) for each in answers if each]
    said = space(edition).screen(preferences) * np.array([each.total for each in preferences])[:, None]

    def scores(trust: float, some: slice) -> Floats:
        return np.asarray(said[some] + trust * history[told[some]], dtype=np.float64)

    one, other = slice(0, None, 2), slice(1, None, 2)
    best = max(TRUSTS, key=lambda each: (trial.of(told[one]).worth(scores(each, one)), -abs(np.log(each / TRUST))))
    judged = trial.of(told[other])
    gain = gained(judged.gains(scores(TRUST, other)), judged.gains(scores(best, other)))
    return (best if gain.low > 0 else None), gain, len(told)
