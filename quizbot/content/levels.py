"""Quiz x catalog: the level of each trait of each item, unknown where the catalog does not say."""

from collections.abc import Mapping
from dataclasses import dataclass

from quizbot.content.catalog import Bools, Catalog, Floats, Ints
from quizbot.content.quiz import Quiz


@dataclass(frozen=True)
class Evidence:
    """What in the catalog a level was read from; empty parts do not apply."""

    column: str = ""
    value: float | str | None = None
    unit: str = ""
    phrases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Scale:
    """Stops of a numeric column, rising in value, with the level of each; between stops it is linear."""

    values: Floats
    levels: Floats

    def level(self, value: float) -> float:
        """The level of a value in the column's unit."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Family:
    """The labels of one trait over n items, sparse: for each label the items that have it."""

    labels: tuple[str, ...]
    known: Bools
    items: tuple[Ints, ...]

    def having(self, labels: frozenset[str]) -> Ints:
        """Items that have any of these (folded) labels, sorted."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Levels:
    """What the traits of a quiz are in a catalog of n items.

    `names` are the level traits in the quiz's order; `level` (traits, n) in 0..1, NaN where unknown;
    `families` the label traits; `scales` the level traits read from a numeric column.
    """

    names: tuple[str, ...]
    level: Floats
    families: Mapping[str, Family]
    scales: Mapping[str, Scale]


def measure(quiz: Quiz, catalog: Catalog) -> Levels:
    """Measure every trait of the quiz on the catalog."""
    raise NotImplementedError


def evidence(quiz: Quiz, catalog: Catalog, trait: str, item: int) -> Evidence:
    """What the level of one trait of one item was read from."""
    raise NotImplementedError
