"""Ways through a quiz: the answers that are tried at each question, and every path of them or a seeded sample."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from quizbot.advice.asking.ways import ways
from quizbot.content.answers import Answer, Answers, Picks, applies
from quizbot.content.catalog import Floats
from quizbot.content.edition import Edition
from quizbot.content.quiz import Products, Question, Ranking

ORDERS = 6
"""Whole orders that are tried of a ranking question, besides each option first."""

SHELVES = 6
"""Shelves of products that are tried for a products question, each with one or two picks."""

Tries = tuple[Answer | None, ...]
"""What is tried at one question; None where it is skipped."""


@dataclass(frozen=True, slots=True)
class Path:
    """One way through a quiz: what was answered in the quiz's order, and what was asked.

    `chance` (0..1) is how often somebody takes this way who chooses blindly among what is tried at each question.
    """

    answers: Answers
    asked: tuple[str, ...]
    chance: float


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths to play with their weights, which add up to 1.

    `possible` is how many paths there are: counted when `whole`, else estimated from the sample (the mean of
    1 / chance; Knuth, Estimating the efficiency of backtrack programs, 1975).
    """

    played: tuple[Path, ...]
    weights: Floats
    possible: int
    whole: bool


def paths(edition: Edition, seed: int, most: int) -> Paths:
    """Every path when there are at most `most`, else a sample of `most` that the seed decides."""
    random = np.random.default_rng(seed)
    questions = edition.quiz.advising
    offered = {each.id: tries(edition, each, random) for each in questions}
    every = tuple(islice(_every(questions, offered, {}, ()), most + 1))
    if len(every) <= most:
        return Paths(every, np.array([each.chance for each in every]), len(every), whole=True)
    draws = random.random((most, len(questions))).tolist()
    sample = tuple(_drawn(questions, offered, draw) for draw in draws)
    possible = round(sum(1 / each.chance for each in sample) / most)
    return Paths(sample, np.full(most, 1 / most), possible, whole=False)


def _every(
    questions: Sequence[Question], tries: Mapping[str, Tries], given: Answers, asked: tuple[str, ...], chance: float = 1
) -> Iterator[Path]:
    """All paths from here on, depth first."""
    at = next((at for at, each in enumerate(questions) if applies(each, given)), None)
    if at is None:
        yield Path(given, asked, chance)
        return
    name = questions[at].id
    for answer in tries[name]:
        more = given if answer is None else {**given, name: answer}
        yield from _every(questions[at + 1 :], tries, more, (*asked, name), chance / len(tries[name]))


def _drawn(questions: Sequence[Question], tries: Mapping[str, Tries], draw: Sequence[float]) -> Path:
    """The path that numbers in 0..1, one for each question, choose."""
    given: dict[str, Answer] = {}
    asked: list[str] = []
    chance = 1.0
    for question, number in zip(questions, draw, strict=True):
        if applies(question, given):
            offered = tries[question.id]
            answer = offered[int(number * len(offered))]
            asked.append(question.id)
            chance /= len(offered)
            if answer is not None:
                given[question.id] = answer
    return Path(given, tuple(asked), chance)


# What is tried --------------------------------------------------------------------------------------


def tries(edition: Edition, question: Question, random: np.random.Generator) -> Tries:
    """The answers tried at a question, and to skip it where that is allowed."""
    match question:
        case Ranking():
            answers = _orders(edition, question, random)
        case Products():
            answers = _shelves(edition, question.show, random)
        case _:
            answers = ways(edition, question)
    return answers if question.required and answers else (*answers, None)


def _orders(edition: Edition, question: Ranking, random: np.random.Generator) -> tuple[Answer, ...]:
    """Each option first, and some whole orders."""
    ids = [each.id for each in question.offered]
    orders = [tuple(ids[at] for at in random.permutation(len(ids))) for _ in range(ORDERS)]
    return (*ways(edition, question), *dict.fromkeys(orders)) if len(ids) > 1 else ways(edition, question)


def _shelves(edition: Edition, show: int, random: np.random.Generator) -> tuple[Answer, ...]:
    """Some shelves of random products with one or two random picks each."""
    ids = edition.catalog.ids
    shelves: list[Answer] = []
    for _ in range(SHELVES if ids else 0):
        shown = tuple(ids[at] for at in random.choice(len(ids), min(show, len(ids)), replace=False))
        shelves.append(Picks(shown[: 1 + int(random.integers(min(2, len(shown))))], shown))
    return tuple(dict.fromkeys(shelves))
