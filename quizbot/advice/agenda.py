"""What an edition can ask, as arrays: a quiz of ten thousand questions is looked through without a loop over them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from quizbot.content.answers import Answer, Answers, applies, contains
from quizbot.content.catalog import Bools, Ints
from quizbot.content.edition import Edition
from quizbot.content.quiz import Question


@dataclass(frozen=True)
class Agenda:
    """The k questions of an edition that lead to suggestions, and the survey, both in the quiz's order.

    `order` is the place of every question among all of the quiz.
    """

    questions: tuple[Question, ...]
    survey: tuple[Question, ...]
    order: Mapping[str, int]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each of the k questions among these."""
        return {each.id: at for at, each in enumerate(self.questions)}

    @cached_property
    def required(self) -> Bools:
        """Which must be answered, shape (k,)."""
        return np.array([each.required for each in self.questions], dtype=np.bool_)

    @cached_property
    def conditional(self) -> tuple[int, ...]:
        """Places of the questions that hang on other answers."""
        return tuple(at for at, each in enumerate(self.questions) if each.condition)

    @cached_property
    def named(self) -> frozenset[str]:
        """The questions that others hang on."""
        return frozenset(name for each in self.questions for name in each.condition)

    @cached_property
    def plain(self) -> Bools:
        """Which hang on no answer, and no question on them, shape (k,)."""
        return np.array([not each.condition and each.id not in self.named for each in self.questions], dtype=np.bool_)

    @cached_property
    def branching(self) -> tuple[Question, ...]:
        """The questions that are not plain, in order."""
        return tuple(self.questions[at] for at in np.flatnonzero(~self.plain))

    def left(self, answers: Answers, skipped: Collection[str]) -> Bools:
        """Which of the k were neither answered nor skipped."""
        left = np.ones(len(self.questions), dtype=np.bool_)
        left[[self.places[each] for each in (*answers, *skipped) if each in self.places]] = False
        return left

    def open(self, answers: Answers, skipped: Collection[str]) -> tuple[Ints, Ints]:
        """Places of the questions that can be asked now, and of these with the ones that their answers may open."""
        open_ones = self.left(answers, skipped)
        ready = open_ones.copy()
        for at in self.conditional:
            if ready[at] and not applies(self.questions[at], answers):
                ready[at] = False
                open_ones[at] = all(
                    (name in self.places and open_ones[self.places[name]]) or _opened(answers, name, listed)
                    for name, listed in self.questions[at].condition.items()
                )
        return np.flatnonzero(ready), np.flatnonzero(open_ones)


def _opened(answers: Answers, name: str, listed: Collection[str]) -> bool:
    return name in answers and any(contains(answers[name], each) for each in listed)


def counting(edition: Edition, answers: Answers) -> dict[str, Answer]:
    """The answers to questions that apply; others do not count."""
    order, counted = agenda(edition).order, dict[str, Answer]()
    for name in sorted(answers, key=order.__getitem__):
        if applies(edition.questions[name], counted):
            counted[name] = answers[name]
    return {name: answer for name, answer in answers.items() if name in counted}


_made: WeakKeyDictionary[Edition, Agenda] = WeakKeyDictionary()


def agenda(edition: Edition) -> Agenda:
    """The agenda of an edition, made once."""
    found = _made.get(edition)
    if found is None:
        questions = edition.quiz.questions
        order = {each.id: at for at, each in enumerate(questions)}
        found = _made[edition] = Agenda(edition.quiz.advising, edition.quiz.survey, order)
    return found
