"""From what people did to a model of which items go together, how much history counts, and whether that is better.

Everything is judged on a fifth of the likes of some people, which were hidden before anything was learned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quizbot.advice.history import TRUST, evidence
from quizbot.advice.kinship import Kinship
from quizbot.advice.lesson import Taught
from quizbot.advice.preference import prefer
from quizbot.advice.space import space
from quizbot.advice.together import Rows, chosen, gains, matrix, most, neighbors, split
from quizbot.content.answers import Answers
from quizbot.content.catalog import Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.learned import DOUBT, Learned, flat, nothing_learned

SHARES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.97, 1.0)
TRUSTS = (0.125, 0.25, 0.5, 1.0, 2.0)
FEWEST = 50
"""People without whom nothing is concluded."""

_ABREAST = 128  # items compared at once
_Z = 1.96  # of a 95 % interval


def liked(people: Sequence[Taught], edition: Edition) -> tuple[Any, int]:
    """What each person likes of the n items, sparse (people, n) in 0..1, and how many events name unknown items."""
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 (only learning needs it)

    positions, rows, columns, values, unknown = edition.catalog.positions, [], [], [], 0
    for at, person in enumerate(people):
        for each in person.events:
            place = positions.get(each.item)
            if place is None:
                unknown += 1
                continue
            rows.append(at)
            columns.append(place)
            values.append(evidence(each))
    summed = csr_array(coo_array((np.array(values), (rows, columns)), shape=(len(people), len(edition.catalog))))
    summed.data = np.clip(summed.data, 0.0, 1.0)
    summed.eliminate_zeros()
    return summed, unknown


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
    likes, unknown = liked(people, edition)
    able = np.flatnonzero(np.diff(likes.indptr) > 1)
    some = np.sort(np.random.default_rng(seed).permutation(able)[: most(likes)])
    kept, hidden = split(likes, seed, some)
    judged = some[(np.diff(hidden.indptr)[some] > 0) & (np.diff(kept.indptr)[some] > 0)]
    if len(judged) < FEWEST:
        why = f"only {len(judged)} people like two products or more; it takes {FEWEST} to conclude anything"
        return Lessons(len(able), int(likes.nnz), unknown, why=why)
    constant = chosen(kept)
    known, wanted = kept[judged], hidden[judged]
    mixed = _Mixed(edition.without_learned, known, neighbors(kept, constant), _count(kept))
    found = [gains(mixed.scores(share), known, wanted) for share in SHARES]
    best = max(range(len(SHARES)), key=lambda at: (found[at].mean(), -at))
    popular = gains(np.tile(kept.sum(axis=0), (len(judged), 1)), known, wanted)
    gain = gained(found[0], found[best])
    lessons = Lessons(len(judged), int(likes.nnz), unknown, float(popular.mean()), gain)
    why = "" if gain.low > 0 else "it is not surely better than what the products alone say"
    if edition.learned and edition.learned.share:
        served = gains(summed(edition, known), known, wanted)
        why = why or ("it is surely worse than what is served" if gained(served, found[best]).high < 0 else "")
    share = 0.0 if why else SHARES[best]
    answers = [(people[at].lists_of(edition) or [(None, None)])[-1][1] for at in judged]
    trust, trusted, answered = _trusted(edition.without_learned, mixed.scores(share), answers, known, wanted)
    model = replace(nothing_learned(edition.id, edition.catalog.ids), trust=trust)
    if not why:
        starts, items, alike = flat(neighbors(likes, constant))
        model = replace(model, starts=starts, neighbors=items, alike=alike, share=share, likes=_count(likes))
    worth = trust is not None or not why
    return replace(lessons, trusted=trusted, answered=answered, model=model if worth else None, why=why)


def _count(likes: Any) -> Ints:
    """How many people like each item."""
    return np.bincount(likes.indices, minlength=likes.shape[1]).astype(np.int64)


class _Mixed:
    """What items say of all items to each person, and what people do, in whatever shares."""

    def __init__(self, edition: Edition, known: Any, rows: Rows, likes: Ints) -> None:
        """Measure both for people with these likes (people, n)."""
        from scipy.sparse import csr_array, diags_array, vstack  # noqa: PLC0415

        taught = csr_array(known @ diags_array(likes / (likes + DOUBT)))
        both = summed(edition, csr_array(vstack([known, taught])))
        self._items = both[: known.shape[0]]
        self._change = (taught @ matrix(rows)).toarray() - both[known.shape[0] :]

    def scores(self, share: float) -> Floats:
        """The scores of all items with this share of what people do, (people, n)."""
        return self._items + share * self._change if share else self._items


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
    edition: Edition, history: Floats, answers: Sequence[Answers | None], known: Any, wanted: Any
) -> tuple[float | None, Gain, int]:
    """What a like should weigh against an answer, where that is surely better than TRUST; what it adds, to how many.

    Chosen on every other person who answered, and judged on the others.
    """
    told = np.array([at for at, each in enumerate(answers) if each], dtype=np.int64)
    if len(told) < 2 * FEWEST:
        return None, Gain(), len(told)
    preferences = [prefer(edition, each) for each in answers if each]
    totals = np.array([each.total for each in preferences])
    said = space(edition).screen(preferences) * totals[:, None]
    found = {each: gains(said + each * history[told], known[told], wanted[told]) for each in TRUSTS}
    best = max(TRUSTS, key=lambda each: (found[each][::2].mean(), -abs(np.log(each / TRUST))))
    gain = gained(found[TRUST][1::2], found[best][1::2])
    return (best if gain.low > 0 else None), gain, len(told)
