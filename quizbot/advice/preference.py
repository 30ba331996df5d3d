"""Answers to a preference: wishes with masses, and hard clauses."""

from dataclasses import dataclass, field
from typing import Literal

from quizbot.advice.turn import SourceName
from quizbot.content.answers import Answers
from quizbot.content.edition import Edition


@dataclass(frozen=True, slots=True)
class Wish:
    """What one answer wants of one trait.

    Its points for an item are `amplitude * g / N`, where N is the sum of the masses of all wishes and g in
    [-1, 1] follows from `kind`: `level` cos pi*(level - v); `bounds` 1 inside low..high, else cos pi*(distance);
    `any` +1 for an item with one of `labels`, -1 for one known to have none; `avoid` the reverse; unknown 0.
    `amplitude` is the mass, but for wishes merged from several products (their cosines add up to one cosine).
    """

    source: SourceName
    question: str
    options: tuple[str, ...]  # option ids (items for products); empty for a scale or a number
    answer: str | float | int | None  # what was given, for scale and number
    trait: str
    kind: Literal["level", "bounds", "any", "avoid"]
    mass: float
    amplitude: float
    level: float = 0.0
    low: float = 0.0
    high: float = 1.0
    labels: frozenset[str] = frozenset()  # folded


@dataclass(frozen=True, slots=True)
class Clause:
    """A hard requirement on one column: any of `values` or within any of `ranges`; `negated` for an exclusion.

    Values of one answer for one column are united here; different clauses must all hold, in one variant.
    """

    column: str
    values: frozenset[str]  # folded
    ranges: tuple[tuple[float, float], ...]
    negated: bool
    question: str
    options: tuple[str, ...]
    answer: str | float | int | None
    source: SourceName = "answer"


@dataclass(frozen=True, slots=True)
class Preference:
    """All that a shopper wants. `total` is N, the sum of the masses."""

    wishes: tuple[Wish, ...] = ()
    clauses: tuple[Clause, ...] = ()
    total: float = field(default=0.0)


def prefer(edition: Edition, answers: Answers) -> Preference:
    """The preference that checked answers express."""
    raise NotImplementedError
