"""Typos: the known word that one was probably meant to be, by character n-grams and edit distance."""

from collections.abc import Sequence
from typing import Any

import numpy as np

_LONG = 8  # letters; two edits are forgiven from here on, one in shorter words
_SHORT = 5  # letters of a word that another letter makes another word
_SHORTEST = 4
_VOWELS = frozenset("aeiouy\u00e4\u00f6\u00fc")
_ROWS = ("qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
_KEYS = [row[at : at + 2] for row in _ROWS for at in range(len(row) - 1)]  # beside each other
_TRIED = 12
_CLEAR = 0.02  # by how much one candidate must be likelier than another at the same distance


class Speller:
    """Known words as TF-IDF vectors of their character n-grams."""

    def __init__(self, words: Sequence[str]) -> None:
        """Learn the words, sorted."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (takes over a second to import)

        self._words = list(words)
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True)
        self._known: Any = self._vectorizer.fit_transform(self._words) if self._words else None

    def meant(self, word: str) -> str | None:
        """The known word that a typo stands for, None where none is near enough or two are equally near."""
        if len(word) < _SHORTEST or self._known is None or not word.isalpha():
            return None
        likeness = np.asarray((self._known @ self._vectorizer.transform([word]).T).todense()).ravel()
        most = 1 if len(word) < _LONG else 2
        near: list[tuple[int, bool, float, str]] = []
        for at in np.argsort(-likeness, kind="stable")[:_TRIED]:
            known = self._words[int(at)]
            edits = distance(word, known, most)
            if edits <= most and _begins_alike(word, known, edits) and _slips(word, known):
                near.append((edits, word[-1] != known[-1], -float(likeness[at]), known))
        near.sort()
        if not near or (len(near) > 1 and near[1][:2] == near[0][:2] and near[1][2] - near[0][2] < _CLEAR):
            return None
        return near[0][3]


def _begins_alike(word: str, known: str, edits: int) -> bool:
    """Typos are rare at the start of a word: `cool` is no `wool`, and `careless` no `wireless`."""
    alike = word[0] == known[0] or word[:2] == known[1::-1]
    return alike or (edits == 1 and min(len(word), len(known)) >= _LONG)


def _slips(word: str, known: str) -> bool:
    """Whether a short word may be the slip of a finger or an ear: `blavk` is black, but `cord` is not cold."""
    if len(word) != len(known) or len(word) > _SHORT:
        return True
    differ = [(a, b) for a, b in zip(word, known, strict=True) if a != b]
    return len(differ) != 1 or set(differ[0]) <= _VOWELS or any({*differ[0]} <= {*each} for each in _KEYS)


def distance(one: str, other: str, most: int) -> int:
    """Edits between two words: insertions, deletions, substitutions and swaps of neighbors (optimal alignment).

    `most` + 1 where there are more than `most`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for place, known in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != known))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == known:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
