"""Ways to answer a question: the few answers that stand for all a shopper may give."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.content.answers import Answer, Answers, Picks
from quizbot.content.edition import Edition
from quizbot.content.quiz import Multiple, NumberQuestion, Products, Question, Ranking, Scale

POOL = 48
"""A products question picks from this many of the nearest products."""


def ways(edition: Edition, question: Question, shelf: Sequence[int] = ()) -> tuple[Answer, ...]:
    """Each option, step or product, pairs of options where several may be chosen, some numbers; none for words.

    A ranked option stands for all orders that begin with it; a product is picked from the shelf, by default the one
    before anything was answered.
    """
    ids = [each.id for each in question.offered]
    match question:
        case Multiple():
            return picks(ids, question.max)
        case Ranking():
            return tuple((each,) for each in ids)
        case Scale():
            return tuple(range(1, question.steps + 1))
        case NumberQuestion():
            return numbers(question)
        case Products():
            shown = tuple(edition.catalog.ids[each] for each in shelf or taste(edition, {}, question.show))
            return tuple(Picks((each,), shown) for each in shown)
    return tuple(ids)


def picks(ids: Sequence[str], most: int | None) -> tuple[Answer, ...]:
    """Each option alone, then each pair where two may be chosen."""
    alone: list[Answer] = [(each,) for each in ids]
    return (*alone, *(combinations(ids, 2) if most is None or most > 1 else ()))


def numbers(question: NumberQuestion) -> tuple[float, ...]:
    """The smallest number, the quartiles on the question's steps, and the largest."""
    span = question.max - question.min
    quartiles = [question.min + round(span * part / question.step) * question.step for part in (0.25, 0.5, 0.75)]
    tried = [question.min, *(round(min(each, question.max), 9) for each in quartiles), question.max]
    return tuple(dict.fromkeys(tried))


def taste(edition: Edition, answers: Answers, count: int) -> list[int]:
    """Products to pick from: the nearest one, then each time the one of the pool that differs most from those taken."""
    pool = rank(edition, [prefer(edition, answers)], POOL)[0].items
    levels = edition.levels.level[:, pool]
    taken = [0]
    apart = np.full(len(pool), np.inf)
    while len(taken) < min(count, len(pool)):
        step = np.nan_to_num(np.abs(levels - levels[:, [taken[-1]]])).sum(axis=0)
        apart = np.minimum(apart, np.round(step, 9))
        apart[taken] = -1.0
        taken.append(int(np.argmax(apart)))
    return [int(pool[each]) for each in taken]
