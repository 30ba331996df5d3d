"""Other answers near a given one: what a shopper might have said instead, and how far off that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from quizbot.content.answers import Answer
from quizbot.content.quiz import Multiple, NumberQuestion, Question, Ranking, Scale, Single

_SIDE = 32  # numbers looked at above the one that was given, and below it

_ROUND_OFF = 1e-9


@dataclass(frozen=True, slots=True)
class Move:
    """Another answer to one question.

    `distance` in 0..1 is how far off it is, of as far as an answer can be. `passed` are the numbers between it and the
    next nearer move, the nearest first: a fine grid is not looked at in full.
    """

    question: str
    answer: Answer
    distance: float
    passed: Sequence[float] = ()


def moves(question: Question, answer: Answer) -> list[Move]:
    """The answers that are one change away, the nearest first.

    One change is another option, an option more or less, two places of a ranking swapped, another step, or another
    number on the question's grid. Words and picked products are left alone, and so is what is sensitive.
    """
    if question.sensitive is not None or question.ask_after:
        return []
    return sorted(_others(question, answer), key=lambda each: each.distance)


def _others(question: Question, answer: Answer) -> Iterator[Move]:
    ids = [each.id for each in question.offered]
    match question, answer:
        case Single(), _:
            yield from (Move(question.id, each, 1.0) for each in ids if each != answer)
        case Multiple(), tuple():
            yield from (Move(question.id, each, 1 / len(ids)) for each in _toggled(ids, answer, question.max))
        case Ranking(), tuple():
            yield from _swapped(question.id, ids, answer)
        case Scale(), int():
            steps = range(1, question.steps + 1)
            yield from (
                Move(question.id, each, abs(each - answer) / (question.steps - 1)) for each in steps if each != answer
            )
        case NumberQuestion(), int() | float():
            yield from _numbers(question, answer)


def _toggled(ids: Sequence[str], picked: tuple[str, ...], most: int | None) -> Iterator[tuple[str, ...]]:
    """One option more, where another may be picked, or one less, where one is left."""
    for each in ids:
        if each not in picked and (most is None or len(picked) < most):
            yield (*picked, each)
        elif each in picked and len(picked) > 1:
            yield tuple(other for other in picked if other != each)


def _swapped(question: str, ids: Sequence[str], ranked: tuple[str, ...]) -> Iterator[Move]:
    """Two places swapped; what is not ranked stands below all that is."""
    whole = [*ranked, *(each for each in ids if each not in ranked)]
    for high in range(len(ranked)):
        for low in range(high + 1, len(whole)):
            order = list(whole)
            order[high], order[low] = order[low], order[high]
            yield Move(question, tuple(order[: len(ranked)]), (low - high) / len(whole))


def _numbers(question: NumberQuestion, given: float) -> Iterator[Move]:
    """Numbers of the grid below and above the given one: the nearest, and then fewer and fewer up to the last."""
    here = (given - question.min) / question.step
    last = floor((question.max - question.min) / question.step + _ROUND_OFF)
    width = question.max - question.min
    for side in (range(ceil(here - _ROUND_OFF) - 1, -1, -1), range(floor(here + _ROUND_OFF) + 1, last + 1)):
        numbers = [round(question.min + each * question.step, 9) for each in side]
        before = -1
        for at in _spaced(len(numbers)):
            yield Move(question.id, numbers[at], abs(numbers[at] - given) / width, numbers[before + 1 : at])
            before = at


def _spaced(count: int) -> list[int]:
    """Places among `count`: all of them, or the first ones and then ever fewer, the last among them."""
    if count <= _SIDE:
        return list(range(count))
    return [int(each) - 1 for each in np.unique(np.rint(np.geomspace(1, count, _SIDE)))]
