"""What was learned about items from people who agreed to it: for each, the items that go with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from quizbot.content.catalog import Floats, Ints


@dataclass(frozen=True, eq=False)
class Learned:
    """An item-to-item model of m items, sparse: row i says what else is liked by those who like item i.

    `ids` are the items; `starts` (m + 1,), `neighbors` and `alike` (in [-1, 1]) hold the rows one after the other.
    `share` in 0..1 is what the model makes of the likeness of two items; what they are makes the rest.
    """

    quiz: str
    ids: tuple[str, ...]
    starts: Ints
    neighbors: Ints
    alike: Floats
    share: float

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each item by id."""
        return {each: at for at, each in enumerate(self.ids)}

    def row(self, item: str, positions: Mapping[str, int]) -> tuple[Ints, Floats] | None:
        """The places in a catalog of the items that go with one, and how well; None where nothing was learned."""
        at = self.rows.get(item)
        if at is None or self.starts[at] == self.starts[at + 1]:
            return None
        part = slice(self.starts[at], self.starts[at + 1])
        places = np.array([positions.get(self.ids[each], -1) for each in self.neighbors[part]], dtype=np.int64)
        return places[places >= 0], self.alike[part][places >= 0]


def learned(quiz: str, ids: Sequence[str], rows: Sequence[tuple[Ints, Floats]], share: float) -> Learned:
    """The model of a quiz with these rows."""
    starts = np.concatenate([[0], np.cumsum([len(neighbors) for neighbors, _ in rows])]).astype(np.int64)
    neighbors = np.concatenate([np.zeros(0, dtype=np.int64), *(each for each, _ in rows)])
    alike = np.concatenate([np.zeros(0), *(each for _, each in rows)])
    return Learned(quiz, tuple(ids), starts, neighbors, alike, share)
