"""Which items go together: item-to-item models from who likes what.

Up to DENSE items the model is EASE (Steck 2019, "Embarrassingly shallow autoencoders for sparse data"): with G = X'X +
ridge I and P its inverse, item j goes with item i by -P[i, j] / P[j, j]. Beyond, it is the root of the
degree-normalized product D_i^-.7 X' D_u^-.5 X D_i^-rarity: the larger the rarity, the more it finds what few know, and
the root keeps two items that are always together from outweighing all others. Of both, each item keeps its NEIGHBORS
strongest neighbors. Ridge and rarity are chosen on hidden likes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from quizbot.content.catalog import Bools, Floats, Ints
from quizbot.content.learned import flat

DENSE = 5_000
"""Up to as many items the model is EASE, which takes time with their third power."""

NEIGHBORS = 400
RIDGES = (100.0, 250.0, 500.0, 1000.0)
RARITIES = (0.5, 0.65, 0.8, 1.0, 1.2)

HELD_OUT = 1_000
"""People at most that are judged."""

HIDDEN = 0.2
"""The share of what they like that is hidden for it."""

_TRIED = 1_500  # the ridge is chosen on this many of the most popular items
_BLOCK = 20_000_000  # numbers held at once
_ITEMS_DAMPED, _PEOPLE_DAMPED = 0.7, 0.5

Rows = list[tuple[Ints, Floats]]


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
        yield np.sqrt((across[start : start + step] @ damped).toarray())


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
    kept, wanted = split(likes, seed) if hidden is None else (likes, hidden)
    people = np.flatnonzero(np.diff(wanted.indptr))[: most(likes)]
    constants = RIDGES if dense else RARITIES
    if not len(people):
        return constants[0]
    known = kept[people]

    def found(constant: float) -> float:
        model = ease(kept, constant) if dense else matrix(neighbors(kept, constant))
        return float(gains(_dense(known @ model), known, wanted[people]).mean())

    return max(constants, key=found)


def most(likes: Any) -> int:
    """How many people are judged: as many as their scores fit in memory."""
    return int(max(1, min(HELD_OUT, _BLOCK // max(1, likes.shape[1]))))


# Judging ------------------------------------------------------------------------------------------


def split(likes: Any, seed: int) -> tuple[Any, Any]:
    """The likes without what is hidden of them, and what is hidden: a fifth."""
    hide = np.random.default_rng(seed).random(likes.nnz) < HIDDEN
    return part(likes, ~hide), part(likes, hide)


def part(likes: Any, wanted: Bools) -> Any:
    """Some of the likes, by whether each of them is wanted."""
    from scipy.sparse import csr_array  # noqa: PLC0415

    owner, item = likes.nonzero()
    return csr_array((likes.data[wanted], (owner[wanted], item[wanted])), shape=likes.shape)


def _dense(scores: Any) -> Floats:
    """Scores as an array, whatever they come as."""
    found: Floats = scores.toarray() if hasattr(scores, "toarray") else scores
    return found


def gains(scores: Floats, known: Any, hidden: Any, top: int = 10) -> Floats:
    """The nDCG at `top` of each person's hidden items among all that are not known of them, shape (people,)."""
    scores = np.array(scores)
    scores[known.nonzero()] = -np.inf
    discount = 1 / np.log2(np.arange(2, top + 2))
    found = np.zeros(len(scores))
    items = np.arange(scores.shape[1])
    for person, item in zip(*hidden.nonzero(), strict=True):
        row, own = scores[person], scores[person, item]
        place = np.count_nonzero(row > own)
        if place < top:
            place += np.count_nonzero((row == own) & (items < item))
        if place < top:
            found[person] += discount[place]
    count = np.minimum(np.diff(hidden.indptr), top)
    ideal = np.concatenate([[1.0], np.cumsum(discount)])[count]
    gained: Floats = found / ideal
    return gained


def matrix(rows: Sequence[tuple[Ints, Floats]]) -> Any:
    """The rows of a model as one, sparse (n, n)."""
    from scipy.sparse import csr_array  # noqa: PLC0415

    starts, items, values = flat(rows)
    return csr_array((values, items, starts), shape=(len(rows), len(rows)))
