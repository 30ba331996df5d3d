"""The answers that favor a product most: when even these do not show it, hardly any will."""

from collections.abc import Sequence

import numpy as np

from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.ranking.space import space
from quizbot.content.answers import Answer, applies
from quizbot.content.catalog import Floats, Ints
from quizbot.content.edition import Edition
from quizbot.editorial.paths import tries


def hidden(edition: Edition, items: Ints, seed: int) -> list[int]:
    """Those of some items (k,) that are not shown even to whom each question's best answer for them is given.

    The best answer is the one whose points for the item are most above its points for the catalog's mean, and above
    nothing; asked are the questions that apply. Two readings are tried: against the mean, and the item's own points.
    """
    random = np.random.default_rng(seed)
    offered = {
        each.id: [one for one in tries(edition, each, random) if one is not None] for each in edition.quiz.advising
    }
    gains = {name: _gains(edition, name, answers, items) for name, answers in offered.items()}
    show = edition.quiz.results.show
    left: list[int] = items.tolist()
    for reading in (0, 1):
        column = {item: at for at, item in enumerate(items.tolist())}
        given = [
            _best(edition, offered, {name: each[reading][:, column[item]] for name, each in gains.items()})
            for item in left
        ]
        rankings = rank(edition, [prefer(edition, each) for each in given], show)
        left = [item for item, ranking in zip(left, rankings, strict=True) if item not in ranking.items]
    return left


def _gains(edition: Edition, name: str, answers: Sequence[Answer], items: Ints) -> tuple[Floats, Floats]:
    """What each answer adds to items, over the mean of the catalog and alone, shape (answers, items) each.

    Minus infinity where an item does not meet what the answer demands.
    """
    preferences = [prefer(edition, {name: each}) for each in answers]
    mass = np.array([each.total for each in preferences])[:, None]
    points = space(edition).screen(preferences) * mass
    own = points[:, items].astype(np.float64)
    for row, preference in zip(own, preferences, strict=True):
        passing = requirements(edition).passing(preference.clauses)
        if passing is not None:
            row[~passing[items]] = -np.inf
    return own - points.mean(axis=1, keepdims=True), own


def _best(edition: Edition, offered: dict[str, list[Answer]], gains: dict[str, Floats]) -> dict[str, Answer]:
    """The best answer to each question that applies; none where nothing is gained and it may be skipped."""
    given: dict[str, Answer] = {}
    for question in edition.quiz.advising:
        gain = gains[question.id]
        if applies(question, given) and len(gain):
            at = int(np.argmax(gain))
            if gain[at] > 0 or (question.required and np.isfinite(gain[at])):
                given[question.id] = offered[question.id][at]
    return given
