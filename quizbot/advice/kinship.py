"""How alike two items are, in [-1, 1]: what the quiz measures of them, their labels and their texts."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from quizbot.content.catalog import Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.families import Family
from quizbot.content.levels import Levels

Single = NDArray[np.float32]

TEXTS = ("title", "brand", "type", "tags", "description")
"""The columns whose words count."""

MOST_ITEMS = 100_000
"""Beyond as many items only levels and labels are compared: the words of more would not fit beside them."""

_KEPT = 64_000_000  # bytes of columns kept at once; there is always room for the history of one shopper
_KEPT_LEVELS = 2_000_000  # levels of which the waves are kept, too
_FEWEST = 128
_COMMON = 0.5  # a word that more of the items have says nothing
_WORDS = 30_000


class Kinship:
    """The likeness of each item of an edition to any of its n items.

    The mean over what is known of the first: cos pi*(v1 - v2) of two levels, the cosine of two sets of labels (rare
    ones weigh more, by their inverse document frequency), and the TF-IDF cosine of two texts. What is unknown of the
    second counts 0. An item is wholly like itself. Of what was learned from people, a share comes in.
    """

    def __init__(self, edition: Edition) -> None:
        """Compare the items of this edition; nothing is measured yet."""
        self.learned = edition.learned
        self._level, self._catalog = edition.levels.level, edition.catalog
        self._families: Collection[Family] = edition.levels.families.values()
        self._columns: dict[int, Single] = {}
        self._most = max(_FEWEST, _KEPT // max(1, 4 * len(edition.catalog)))

    def columns(self, items: Sequence[int]) -> list[Single]:
        """For each of some items how like it all items are, shape (n,) each.

        Rounded to 1e-6 before they are kept in single precision, so that they are the same on every machine.
        """
        found = {each: self._columns.get(each) for each in items}
        missing = [each for each, column in found.items() if column is None]
        if missing:
            measured = dict(zip(missing, self._measure(np.array(missing)), strict=True))
            if len(self._columns) + len(missing) > self._most:
                self._columns.clear()
            self._columns |= measured
            found |= measured
        return [column for each in items if (column := found[each]) is not None]

    def _measure(self, items: Ints) -> Single:
        """The columns of k items, shape (k, n)."""
        level = self._level
        known = ~np.isnan(level)
        waves = self._waves if level.size <= _KEPT_LEVELS else _waves(level)
        alike: Floats = waves[:, items].T @ waves
        words, parts = self._words
        alike += (words[items] @ words.T).toarray()
        alike /= np.maximum(known.sum(axis=0) + parts, 1)[items][:, None]
        self._mix(alike, items)
        alike[np.arange(len(items)), items] = 1.0
        return np.round(np.clip(alike, -1, 1), 6).astype(np.float32)

    def _mix(self, alike: Floats, items: Ints) -> None:
        """Give what was learned its share of some items' likeness to all, (k, n)."""
        if self.learned is None:
            return
        for at, item in enumerate(items.tolist()):
            row = self.learned.row(self._catalog.ids[item], self._catalog.positions)
            if row is not None:
                alike[at] *= 1 - self.learned.share
                alike[at, row[0]] += self.learned.share * row[1]

    @cached_property
    def _waves(self) -> Floats:
        return _waves(self._level)

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
