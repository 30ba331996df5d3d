"""One ranking for everybody: a batch of preferences in, the nearest items with their points out."""

from collections.abc import Sequence
from dataclasses import dataclass

from quizbot.advice.preference import Clause, Preference
from quizbot.content.catalog import Floats, Ints
from quizbot.content.edition import Edition


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """The k best items of n for one preference of W wishes.

    `items` (k,) positions in the catalog; `variants` (k,) the variant each is shown as; `score` (k,) in [-1, 1],
    rounded to 1e-9; `points` (k, W) what each wish adds, a row sums to the score; `gap` (k, W) distance between
    wish and level in 0..1, NaN where the catalog does not say; `relaxed` the clauses that nothing meets and the
    shown items break; `passing` how many items meet everything.
    """

    items: Ints
    variants: Ints
    score: Floats
    points: Floats
    gap: Floats
    relaxed: tuple[Clause, ...]
    passing: int


def rank(edition: Edition, preferences: Sequence[Preference], limit: int) -> list[Ranking]:
    """Rank the catalog for each preference."""
    raise NotImplementedError


def place(edition: Edition, preference: Preference, item: int) -> tuple[int, Ranking]:
    """Where one item stands among all (from 1), and its own row as a ranking of one."""
    raise NotImplementedError
