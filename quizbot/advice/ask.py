"""What to ask next, and how far the conversation is."""

from collections.abc import Collection, Iterator
from math import prod

import numpy as np

from quizbot.advice.card import card
from quizbot.advice.preference import prefer
from quizbot.advice.rank import rank
from quizbot.advice.turn import AskedOption, AskedQuestion, ItemCard, Progress
from quizbot.content.answers import Answer, Answers, applicable, applies
from quizbot.content.edition import Edition
from quizbot.content.quiz import Multiple, NumberQuestion, Products, Question, Scale, Single

POOL = 48
"""A products question picks from this many of the nearest products."""

_MOST_BRANCHES = 2000


def next_question(edition: Edition, answers: Answers, skipped: Collection[str]) -> Question | None:
    """The first applicable question that was neither answered nor skipped, in the editor's order; no survey."""
    return next((each for each in _open(edition, answers, skipped) if not each.ask_after), None)


def survey(edition: Edition, answers: Answers, skipped: Collection[str]) -> list[AskedQuestion]:
    """The questions to ask after the results that apply and were neither answered nor skipped."""
    return [asked(edition, each, answers) for each in _open(edition, answers, skipped) if each.ask_after]


def _open(edition: Edition, answers: Answers, skipped: Collection[str]) -> Iterator[Question]:
    for question in applicable(edition.quiz, answers):
        if question.id not in answers and question.id not in skipped:
            yield question


def progress(edition: Edition, answers: Answers, skipped: Collection[str]) -> Progress:
    """How many questions are answered, and how many can still come on the longest way; the survey does not count."""
    questions = edition.quiz.advising
    named = {name for each in questions for name in each.condition}
    branching = [each for each in questions if each.id in named and each.id not in answers and each.id not in skipped]
    ways = {each.id: _ways(each) for each in branching}
    if prod(map(len, ways.values())) > _MOST_BRANCHES:
        ways = {name: ((tuple(option for way in choices for option in _ids(way))),) for name, choices in ways.items()}

    def longest(at: int, given: dict[str, Answer]) -> int:
        if at == len(questions):
            return 0
        question = questions[at]
        if question.id in given or question.id in skipped or not applies(question, given):
            return longest(at + 1, given)
        if question.id not in ways:
            return 1 + longest(at + 1, given)
        return 1 + max(longest(at + 1, {**given, question.id: way}) for way in ways[question.id])

    if not branching:
        remaining = sum(
            each.id not in answers and each.id not in skipped and applies(each, answers) for each in questions
        )
    else:
        remaining = longest(0, dict(answers))
    answered = sum(each.id in answers for each in questions)
    return Progress.model_construct(answered=answered, remaining_at_most=remaining, confident=False)


def _ids(way: Answer) -> tuple[str, ...]:
    return way if isinstance(way, tuple) else (str(way),)


def _ways(question: Question) -> tuple[Answer, ...]:
    """The answers a branch can hang on; several at once open at least as much as each alone."""
    if isinstance(question, Scale):
        return tuple(range(1, question.steps + 1))
    ids = tuple(each.id for each in question.offered)
    if ids:
        return ids if isinstance(question, Single) else (ids,)
    return ("",)


def asked(edition: Edition, question: Question, answers: Answers) -> AskedQuestion:
    """A question as the shopper sees it."""
    shown = AskedQuestion(
        id=question.id,
        type=question.type,
        ask=question.ask,
        why=question.why,
        required=question.required,
        sensitive=question.sensitive,
        ask_after=question.ask_after,
    )
    more: dict[str, object] = {}
    if question.offered:
        more["options"] = [AskedOption(id=each.id, text=each.text, image=each.image) for each in question.offered]
    if isinstance(question, Multiple):
        more["max"] = question.max
    elif isinstance(question, Scale):
        more |= {"steps": question.steps, "low": question.low, "high": question.high}
    elif isinstance(question, NumberQuestion):
        more |= {"min": question.min, "max": question.max, "step": question.step, "unit": question.unit}
    elif isinstance(question, Products):
        more["products"] = [ItemCard(**card(edition.shown, item)) for item in taste(edition, answers, question.show)]
    return shown.model_copy(update=more)


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
