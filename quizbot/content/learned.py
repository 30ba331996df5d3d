"""What was learned from people who agreed to it: which items go together, how they please, and by what they choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from quizbot.content.catalog import Floats, Ints

DOUBT = 10.0
"""Of an item that so many people like, half is believed: few say little, and of a new one nothing is known."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Learned:
    """What people taught about m items, each part of it empty where it was not surely better than nothing.

    An item-to-item model, sparse: row i says what else is liked by those who like item i. `starts` (m + 1,),
    `neighbors` and `alike` (in [-1, 1]) hold the rows one after the other. `share` in 0..1 is what the model makes of
    the likeness of two items that many people like; what they are makes the rest. `likes` (m,) says how many that is,
    and `slope` in 0..1 what the model says in the mean of two items that are wholly alike: so much is taken for those
    of which it knows little.
    `trust` is what a like weighs against an answer, the lambda of the blend; None where the default is as good.
    `appeal` (m,) in [-1, 1] is how much more or less each is chosen than its fit and its place explain, and `kappa`
    what that weighs. `weights` says by trait how many times as much it counts as the quiz says.
    `mark` tells whether what it was learned from is still there, and nothing of whom; it is empty for a file's events.
    """

    quiz: str
    ids: tuple[str, ...]
    starts: Ints
    neighbors: Ints
    alike: Floats
    share: float = 0.0
    slope: float = 0.0
    likes: Ints
    trust: float | None = None
    appeal: Floats
    kappa: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    mark: str = ""

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each item by id."""
        return {each: at for at, each in enumerate(self.ids)}

    def row(self, item: str) -> tuple[Ints, Floats] | None:
        """The rows of the items that go with one, and how well; None where nothing was learned."""
        at = self.rows.get(item)
        if at is None or self.starts[at] == self.starts[at + 1]:
            return None
        part = slice(self.starts[at], self.starts[at + 1])
        return self.neighbors[part], self.alike[part]

    @cached_property
    def evidence(self) -> Floats:
        """How far the model is believed of each of its items, in 0..1, shape (m,)."""
        return believed(self.likes) * (np.diff(self.starts) > 0)

    def evidences(self, ids: Sequence[str]) -> Floats:
        """How far it is believed of each item of a catalog, 0 where nothing was learned, shape (n,)."""
        return self._of(self.evidence, ids)

    def appeals(self, ids: Sequence[str]) -> Floats:
        """How each item of a catalog appeals, 0 where nothing was learned, shape (n,)."""
        return self._of(self.appeal, ids)

    def _of(self, values: Floats, ids: Sequence[str]) -> Floats:
        return np.array([values[at] if (at := self.rows.get(each)) is not None else 0.0 for each in ids])


def believed(likes: Ints) -> Floats:
    """How far a model is believed of items that so many people like: 0 without any, 1/2 with DOUBT, up to 1."""
    found: Floats = likes / (likes + DOUBT)
    return found


def nothing_learned(quiz: str, ids: Sequence[str]) -> Learned:
    """What is known of these items before anything was learned."""
    none, no = np.zeros(0, dtype=np.int64), np.zeros(0)
    count = len(ids)
    return Learned(
        quiz=quiz,
        ids=tuple(ids),
        starts=np.zeros(count + 1, dtype=np.int64),
        neighbors=none,
        alike=no,
        likes=np.zeros(count, dtype=np.int64),
        appeal=np.zeros(count),
    )


def flat(rows: Sequence[tuple[Ints, Floats]]) -> tuple[Ints, Ints, Floats]:
    """Rows one after the other: where each starts, and all neighbors with how well they go with it."""
    starts = np.concatenate([[0], np.cumsum([len(items) for items, _ in rows])]).astype(np.int64)
    neighbors = np.concatenate([np.zeros(0, dtype=np.int64), *(each for each, _ in rows)])
    return starts, neighbors, np.concatenate([np.zeros(0), *(each for _, each in rows)])
