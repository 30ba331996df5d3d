"""How alike two items are, in [-1, 1]: what the quiz measures of them, their labels and their texts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from quizbot.content.catalog import Bools, Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.families import Family
from quizbot.content.levels import Levels

Single = NDArray[np.float32]

TEXTS = ("title", "brand", "type", "tags", "description")
"""The columns whose words count."""

MOST_ITEMS = 100_000
"""Beyond as many items only levels and labels are compared: the words of more would not fit beside them."""

_COMMON = 0.5  # a word that more of the items have says nothing
_WORDS = 30_000
_SOME = 256  # items of which the words are gathered; for more the library's product is quicker
_KEPT = 500_000  # likenesses of the items of one turn to all


@dataclass(frozen=True, eq=False, slots=True)
class _Measured:
    """k items: waves of their levels (2T, k), labels and words (V, k), how much is known (k,), what was learned."""

    waves: Floats
    words: Floats
    parts: Ints
    learned: Sequence[Floats | None]


class Kinship:
    """The likeness of each item of an edition to any of its n items.

    The mean over what is known of the first: cos pi*(v1 - v2) of two levels, the cosine of two sets of labels (rare
    ones weigh more, by their inverse document frequency), and the TF-IDF cosine of two texts. What is unknown of the
    second counts 0. An item is wholly like itself. Of what was learned from people, a share comes in: as far as it is
    believed of both items, and for the rest what it says in the mean of items so alike.
    """

    def __init__(self, edition: Edition) -> None:
        """Compare the items of this edition; nothing is measured yet."""
        self.learned = edition.learned
        self._level, self._catalog = edition.levels.level, edition.catalog
        self._families: Collection[Family] = edition.levels.families.values()
        self._measured = lru_cache(maxsize=4)(self._measure)
        self._kept = lru_cache(maxsize=4)(self._nothing_kept)

    def alike(self, items: Sequence[int], others: Ints | None = None) -> Floats:
        """How like each of k items others are, all without a choice of m; shape (k, m).

        Rounded to 1e-6, so that it is the same on every machine. In a small catalog it is kept: one turn asks many
        times for the same few others.
        """
        if others is None or len(items) * len(self._catalog) > _KEPT:
            return self._alike(items, others)
        alike, measured = self._kept(tuple(items))
        lacking = others[~measured[others]]
        if len(lacking):
            alike[lacking] = self._alike(items, lacking).T
            measured[lacking] = True  # only now: another thread may look
        return alike[others].T

    def _nothing_kept(self, items: tuple[int, ...]) -> tuple[Floats, Bools]:
        """Room for how like k items each of all is, shape (n, k), and for which it was measured (n,)."""
        n = len(self._catalog)
        return np.empty((n, len(items))), np.zeros(n, dtype=np.bool_)

    def _alike(self, items: Sequence[int], others: Ints | None) -> Floats:
        of = self._measured(tuple(items))
        alike: Floats = of.waves.T @ _waves(self._level if others is None else self._level[:, others])
        alike += self._worded(of.words, others)
        alike /= of.parts[:, None]
        places = np.arange(len(self._catalog)) if others is None else others
        if self.learned:
            share, slope = self.learned.share, self.learned.slope
            for at, row in enumerate(of.learned):
                if row is not None:
                    believed = share * self._believed[items[at]] * self._believed[places]
                    alike[at] *= 1 - share + share * slope - believed * slope
                    alike[at] += believed * row[places]
        alike[np.array(items)[:, None] == places] = 1.0
        return np.asarray(np.round(np.clip(alike, -1, 1), 6), dtype=np.float64)

    @cached_property
    def appeal(self) -> Single:
        """How much more or less each item is chosen than its fit and its place explain, in [-1, 1], shape (n,)."""
        learned = self.learned
        found = np.zeros(len(self._catalog)) if learned is None else learned.appeals(self._catalog.ids)
        return np.round(np.clip(found, -1, 1), 6).astype(np.float32)

    def toward(self, items: Sequence[int], amplitudes: Floats, turned: Callable[[Floats], Single]) -> Single:
        """The sum of what is like k items, each with its amplitude, in single precision, shape (n,).

        `turned` makes the sum of the waves (2T, n) of all levels with some weights (2T,), shape (n,).
        """
        of = self._measured(tuple(items))

        def like(amplitudes: Floats) -> Floats:
            weights = amplitudes / of.parts
            return np.asarray(turned(of.waves @ weights) + self._words[0] @ (of.words @ weights), dtype=np.float64)

        if self.learned and self.learned.share:
            share, slope = self.learned.share, self.learned.slope
            of_row = np.array([row is not None for row in of.learned])
            believed = share * amplitudes * self._believed[list(items)] * of_row
            column = like(amplitudes * np.where(of_row, 1 - share + share * slope, 1.0))
            taught = sum((believed[at] * row for at, row in enumerate(of.learned) if row is not None), np.zeros(1))
            column += self._believed * (taught - slope * like(believed))
        else:
            column = like(amplitudes)
        column[list(items)] = amplitudes @ self.alike(items, np.array(items))
        return column.astype(np.float32)

    @cached_property
    def _believed(self) -> Floats:
        """How far what was learned of each item is believed, shape (n,)."""
        return self.learned.evidences(self._catalog.ids) if self.learned else np.zeros(len(self._catalog))

    def _measure(self, items: tuple[int, ...]) -> "_Measured":
        words, parts = self._words
        level = self._level[:, list(items)]
        known = np.count_nonzero(~np.isnan(level), axis=0) + parts[list(items)]
        learned = [self._taught(each) for each in items]
        return _Measured(_waves(level), words[list(items)].toarray().T, np.maximum(known, 1), learned)

    def _worded(self, own: Floats, others: Ints | None) -> Floats:
        """What others (m,) share with the labels and words (V, k) of some items, shape (k, m)."""
        words, _ = self._words
        if others is None or len(others) > _SOME:
            whole: Floats = ((words if others is None else words[others]) @ own).T
            return whole
        counts = words.indptr[others + 1] - words.indptr[others]
        starts = np.cumsum(counts) - counts
        places = np.repeat(words.indptr[others] - starts, counts) + np.arange(counts.sum())
        shared = np.zeros((len(others), own.shape[1]))
        terms = words.data[places][:, None] * own[words.indices[places]]
        shared[counts > 0] = np.add.reduceat(terms, starts[counts > 0])
        return shared.T

    def _taught(self, item: int) -> Floats | None:
        """What was learned of an item, shape (n,); None where nothing was."""
        row = self.learned.row(self._catalog.ids[item]) if self.learned else None
        if row is None:
            return None
        places = self._places[row[0]]
        found = np.zeros(len(self._catalog))
        found[places[places >= 0]] = row[1][places >= 0]
        return found

    @cached_property
    def _places(self) -> Ints:
        """Where each item of the model is in the catalog, -1 where it is gone, shape (m,)."""
        ids = self.learned.ids if self.learned else ()
        return np.array([self._catalog.positions.get(each, -1) for each in ids], dtype=np.int64)

    @cached_property
    def _words(self) -> tuple[Any, Ints]:
        """The labels and the text of each item, each of length 1 in its own columns, and how many of these it has."""
        from scipy.sparse import csr_array, hstack  # noqa: PLC0415 (only history needs it)

        n = len(self._catalog)
        counts = [_labels(each.items, n) for each in self._families]
        texts = _texts([self._catalog.columns[name].texts for name in TEXTS]) if n <= MOST_ITEMS else None
        counts += [] if texts is None else [texts]
        if not counts:
            return csr_array((n, 1)), np.zeros(n, dtype=np.int64)
        parts = sum((np.diff(each.indptr) > 0).astype(np.int64) for each in counts)
        return csr_array(hstack([_weighed(each) for each in counts], format="csr")), np.asarray(parts)


def _waves(level: Floats) -> Floats:
    """Levels (T, n) on the half circle, 0 where unknown, (2T, n)."""
    angle = np.pi * level
    waves: Floats = np.nan_to_num(np.concatenate([np.cos(angle), np.sin(angle)]), copy=False, nan=0.0)
    return waves


def _labels(items: Sequence[Ints], n: int) -> Any:
    """Which of n items have which label, sparse."""
    from scipy.sparse import csr_array  # noqa: PLC0415

    rows = np.concatenate([*items, np.zeros(0, dtype=np.int64)])
    columns = np.repeat(np.arange(len(items)), [len(each) for each in items])
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(n, max(1, len(items))))


def _texts(columns: Sequence[Sequence[str]]) -> Any | None:
    """How often each item says which word, sparse; None when no word tells items apart."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 (takes over a second to import)

    texts = [" ".join(parts) for parts in zip(*columns, strict=True)]
    words = CountVectorizer(min_df=2, max_df=_COMMON, max_features=_WORDS, dtype=np.float64)
    try:
        return words.fit_transform(texts)
    except ValueError:  # its way to say that no word is left
        return None


def _weighed(counts: Any) -> Any:
    """TF-IDF: frequencies 1 + ln tf times the smoothed inverse document frequency, each row of length 1 or empty."""
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415

    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


_made: WeakKeyDictionary[Levels, Kinship] = WeakKeyDictionary()


def kinship(edition: Edition) -> Kinship:
    """The kinship of an edition's items, made once for all its languages."""
    found = _made.get(edition.levels)
    if found is None or found.learned is not edition.learned:
        found = _made[edition.levels] = Kinship(edition)
    return found
