"""What an answer does to every item, whoever gives it: a column of points, and one of broken demands, both kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from quizbot.advice.preference import Preference, wanted
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.ranking.space import Single, space
from quizbot.content.answers import Answer
from quizbot.content.edition import Edition

_CELLS = 4_000_000
"""Numbers kept at once for one edition: 16 MB of scores."""


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """What one part of a preference does to n items in v variants.

    `score` (n,) is the sum of amplitude * g over its wishes, not yet divided by the sum of all masses; `mass` its own
    share of these. `broken` (v,) counts the clauses that a variant does not pass, None where there is no clause.
    """

    score: Single
    broken: Single | None
    mass: float


def measured(edition: Edition, parts: Sequence[Preference]) -> list[Column]:
    """The columns of some parts of preferences."""
    scores = space(edition).screen([replace(each, total=1.0) for each in parts])
    judge = requirements(edition)
    found = []
    for part, score in zip(parts, scores, strict=True):
        broken = [~judge.met(each) for each in part.clauses]
        count: Single = np.add.reduce(broken, axis=0, dtype=np.float32) if broken else np.zeros(0, np.float32)
        found.append(Column(score, count if broken else None, sum(each.mass for each in part.wishes)))
    return found


_kept: WeakKeyDictionary[Edition, dict[tuple[str, Answer], Column]] = WeakKeyDictionary()


def columns(edition: Edition, answers: Sequence[tuple[str, Answer]]) -> list[Column]:
    """The columns of some answers to questions, measured once."""
    kept = _kept.setdefault(edition, {})
    lacking = [each for each in answers if each not in kept]
    if len(kept) + len(lacking) > max(len(answers), _CELLS // len(edition.catalog.variants.item)):
        kept.clear()
        lacking = list(answers)
    parts = [Preference(*wanted(edition, edition.questions[question], answer)) for question, answer in lacking]
    if parts:
        kept.update(zip(lacking, measured(edition, parts), strict=True))
    return [kept[each] for each in answers]
