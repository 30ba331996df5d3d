"""From what people did to an item-to-item model, and whether it is better than none.

Up to DENSE items the model is EASE (Steck 2019, "Embarrassingly shallow autoencoders for sparse data"): with G = X'X +
ridge I and P its inverse, item j goes with item i by -P[i, j] / P[j, j]. Beyond, it is the degree-normalized product
D_i^-.7 X' D_u^-.5 X D_i^-rarity: the larger the rarity, the more it finds what few know. Of both, each item keeps its
NEIGHBORS strongest neighbors. Ridge and rarity are chosen on hidden likes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quizbot.advice.history import evidence
from quizbot.advice.kinship import Kinship
from quizbot.advice.turn import Past
from quizbot.content.catalog import Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.learned import Learned, learned

DENSE = 5_000
"""Up to as many items the model is EASE, which takes time with their third power."""

NEIGHBORS = 400
RIDGES = (100.0, 250.0, 500.0, 1000.0)
RARITIES = (0.5, 0.75, 1.0)
SHARES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.97, 1.0)
FEWEST = 50
"""People without whom nothing is concluded."""

_TRIED = 1_500  # the ridge is chosen on this many of the most popular items
_HELD_OUT = 1_000  # people at most; a fifth of what each likes is hidden
_HIDDEN = 0.2
_BLOCK = 20_000_000  # numbers held at once
_ABREAST = 128  # items compared at once
_ITEMS_DAMPED, _PEOPLE_DAMPED = 0.7, 0.5
_Z = 1.96  # of a 95 % interval

Rows = list[tuple[Ints, Floats]]


def liked(people: Iterable[Iterable[Past]], edition: Edition) -> tuple[Any, int]:
    """What each person likes of the n items, sparse (people, n) in 0..1, and how many events name unknown items."""
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 (only learning needs it)

    positions, rows, columns, values, unknown = edition.catalog.positions, [], [], [], 0
    for at, events in enumerate(people):
        for each in events:
            place = positions.get(each.item)
            if place is None:
                unknown += 1
                continue
            rows.append(at)
            columns.append(place)
            values.append(evidence(each))
    shape = (max(rows, default=-1) + 1, len(edition.catalog))
    summed = csr_array(coo_array((np.array(values), (rows, columns)), shape=shape))
    summed.data = np.clip(summed.data, 0.0, 1.0)
    summed.eliminate_zeros()
    return summed, unknown


# Models -------------------------------------------------------------------------------------------


def neighbors(likes: Any, constant: float) -> Rows:
    """For each item those that go with it, strongest first, as shares of the strongest there is.

    `constant` is the ridge of EASE or the rarity of the sparse model.
    """
    dense = likes.shape[1] <= DENSE
    blocks = iter([ease(likes, constant)]) if dense else _normalized(likes, constant)
    rows = [_strongest(row, at) for at, row in enumerate(row for block in blocks for row in block)]
    scale = max((abs(values[0]) for _, values in rows if len(values)), default=1.0)
    return [(items, np.asarray(np.round(values / scale, 6), dtype=np.float64)) for items, values in rows]


def ease(likes: Any, ridge: float) -> Floats:
    """The weights of EASE, (n, n): row i what an item i that is liked says of all others."""
    from scipy.linalg import lapack  # noqa: PLC0415

    gram = np.asarray((likes.T @ likes).toarray(), dtype=np.float64)
    gram[np.diag_indices(len(gram))] += ridge
    lower, _ = lapack.dpotrf(gram, lower=1, overwrite_a=1)
    inverse, _ = lapack.dpotri(lower, lower=1, overwrite_c=1)
    inverse = np.tril(inverse)
    inverse += np.tril(inverse, -1).T
    weights: Floats = -inverse / np.diag(inverse)[None, :]
    weights[np.diag_indices(len(weights))] = 0.0
    return weights


def _normalized(likes: Any, rarity: float) -> Iterator[Floats]:
    from scipy.sparse import csr_array, diags_array  # noqa: PLC0415

    people = np.maximum(likes.sum(axis=1), 1e-9) ** -(_PEOPLE_DAMPED / 2)
    items = np.maximum(likes.sum(axis=0), 1e-9)
    across = csr_array((diags_array(people) @ likes @ diags_array(items**-_ITEMS_DAMPED)).T)
    damped = csr_array(diags_array(people) @ likes @ diags_array(items**-rarity))
    step = max(1, _BLOCK // damped.shape[1])
    for start in range(0, damped.shape[1], step):
        yield (across[start : start + step] @ damped).toarray()


def _strongest(row: Floats, own: int) -> tuple[Ints, Floats]:
    row[own] = 0.0
    strength = np.abs(row)
    found = np.argpartition(-strength, NEIGHBORS)[:NEIGHBORS] if len(row) > NEIGHBORS else np.arange(len(row))
    found = found[strength[found] > 0]
    found = found[np.lexsort((found, -strength[found]))]
    return found, row[found]


def chosen(likes: Any, hidden: Any = None, seed: int = 0) -> float:
    """The ridge or rarity that finds most of what is hidden: a fifth of the likes, when nothing else is given.

    A ridge is tried on the most popular items.
    """
    dense = likes.shape[1] <= DENSE
    if dense:
        popular = np.sort(np.argsort(-likes.sum(axis=0), kind="stable")[:_TRIED])
        likes, hidden = likes[:, popular], None if hidden is None else hidden[:, popular]
    kept, wanted = _split(likes, seed) if hidden is None else (likes, hidden)
    people = np.flatnonzero(np.diff(wanted.indptr))[: _most(likes)]
    constants = RIDGES if dense else RARITIES
    if not len(people):
        return constants[0]
    known = kept[people]

    def found(constant: float) -> float:
        model = ease(kept, constant) if dense else _matrix(neighbors(kept, constant))
        return float(gains(_dense(known @ model), known, wanted[people]).mean())

    return max(constants, key=found)


def _most(likes: Any) -> int:
    """How many people are judged: as many as their scores fit in memory."""
    return int(max(1, min(_HELD_OUT, _BLOCK // max(1, likes.shape[1]))))


# Judging ------------------------------------------------------------------------------------------


def _split(likes: Any, seed: int, people: Ints | None = None) -> tuple[Any, Any]:
    """The likes without what is hidden of them, and what is hidden: a fifth, of some people or of all."""
    from scipy.sparse import csr_array  # noqa: PLC0415

    likes = csr_array(likes)
    owner = np.repeat(np.arange(likes.shape[0]), np.diff(likes.indptr))
    hide = np.random.default_rng(seed).random(likes.nnz) < _HIDDEN
    if people is not None:
        hide &= np.isin(owner, people)

    def part(chosen: Any) -> Any:
        return csr_array((likes.data[chosen], (owner[chosen], likes.indices[chosen])), shape=likes.shape)

    return part(~hide), part(hide)


def _dense(scores: Any) -> Floats:
    """Scores as an array, whatever they come as."""
    found: Floats = scores.toarray() if hasattr(scores, "toarray") else scores
    return found


def gains(scores: Floats, known: Any, hidden: Any, top: int = 10) -> Floats:
    """The nDCG at `top` of each person's hidden items among all that are not known of them, shape (people,)."""
    scores = np.array(scores)
    rows, columns = known.nonzero()
    scores[rows, columns] = -np.inf
    best = np.argsort(-scores, axis=1, kind="stable")[:, :top]
    discount = 1 / np.log2(np.arange(2, top + 2))
    wanted = np.asarray(hidden.toarray() > 0)
    hits = np.take_along_axis(wanted, best, axis=1) * discount
    count = np.minimum(wanted.sum(axis=1), top)
    ideal = np.concatenate([[1.0], np.cumsum(discount)])[count]
    found: Floats = hits.sum(axis=1) / ideal
    return found


@dataclass(frozen=True, slots=True)
class Lessons:
    """What learning came to: nDCG@10 on hidden likes with popularity, without the model and with it.

    `gain` is what the model adds, `low` to `high` its 95 % interval; `model` is None where it is not worth having,
    and `why` says so.
    """

    people: int
    events: int
    unknown: int
    popularity: float
    before: float
    after: float
    gain: float
    low: float
    high: float
    model: Learned | None
    why: str


def learn(edition: Edition, people: Iterable[Iterable[Past]], seed: int = 0) -> Lessons:
    """A model from what people did, if on what was hidden of it it is better than what the items alone say."""
    likes, unknown = liked(people, edition)
    able = np.flatnonzero(np.diff(likes.indptr) > 1)
    some = np.sort(np.random.default_rng(seed).permutation(able)[: _most(likes)])
    kept, hidden = _split(likes, seed, some)
    judged = some[(np.diff(hidden.indptr)[some] > 0) & (np.diff(kept.indptr)[some] > 0)]
    events = int(likes.nnz)
    if len(judged) < FEWEST:
        why = f"only {len(judged)} people like two products or more; it takes {FEWEST} to conclude anything"
        return Lessons(len(able), events, unknown, 0, 0, 0, 0, 0, 0, None, why)
    constant = chosen(kept)
    known, wanted = kept[judged], hidden[judged]
    by_items = _summed(edition, known)
    by_people = known @ _matrix(neighbors(kept, constant))
    found = [gains((1 - share) * by_items + share * by_people.toarray(), known, wanted) for share in SHARES]
    best = max(range(len(SHARES)), key=lambda at: (found[at].mean(), -at))
    popular = gains(np.tile(kept.sum(axis=0), (len(judged), 1)), known, wanted)
    difference = found[best] - found[0]
    error = _Z * float(difference.std(ddof=1)) / len(judged) ** 0.5
    gain = float(difference.mean())
    better = gain - error > 0
    model = learned(edition.id, edition.catalog.ids, neighbors(likes, constant), SHARES[best]) if better else None
    why = "" if better else "it is not surely better than what the products alone say"
    before, after = float(found[0].mean()), float(found[best].mean())
    interval = gain - error, gain + error
    return Lessons(
        len(judged), events, unknown, float(popular.mean()), before, after, gain, *interval, model=model, why=why
    )


def _summed(edition: Edition, known: Any) -> Floats:
    """What the items themselves say of all items to each person, shape (people, n)."""
    kin = Kinship(edition.without_learned)
    total = np.zeros(known.shape)
    items = np.unique(known.indices)
    for start in range(0, len(items), _ABREAST):
        some = items[start : start + _ABREAST]
        total += known[:, some] @ kin.alike(some.tolist())
    return total


def _matrix(rows: Sequence[tuple[Ints, Floats]]) -> Any:
    from scipy.sparse import csr_array  # noqa: PLC0415

    starts = np.concatenate([[0], np.cumsum([len(items) for items, _ in rows])])
    return csr_array(
        (np.concatenate([values for _, values in rows]), np.concatenate([items for items, _ in rows]), starts),
        shape=(len(rows), len(rows)),
    )
