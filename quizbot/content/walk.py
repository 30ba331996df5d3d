"""Walks over a quiz that several rules take: every effect, demand and picture with its place in the file."""

from collections.abc import Iterator, Mapping

from quizbot.content.effects import Effect, Requirement
from quizbot.content.problems import Loc
from quizbot.content.quiz import Question, Quiz


def effects(quiz: Quiz) -> Iterator[tuple[Loc, Question, Effect]]:
    """Whatever has an effect: options, scale and number questions; with the question it belongs to."""
    for at, question in enumerate(quiz.questions):
        loc: Loc = ("questions", at)
        if isinstance(question, Effect):
            yield loc, question, question
        for place, option in enumerate(question.offered):
            yield (*loc, "options", place), question, option


def demands(quiz: Quiz) -> Iterator[tuple[Loc, str, Requirement]]:
    """Every hard demand of a quiz: of its answers, its slots and its examples; the place is that of the word."""
    places: list[tuple[Loc, Mapping[str, Requirement]]] = [(("catalog", "only"), quiz.catalog.only)]
    for loc, _, effect in effects(quiz):
        places += [((*loc, "require"), effect.require), ((*loc, "exclude"), effect.exclude)]
    for at, slot in enumerate(quiz.results.slots):
        places.append((("results", "slots", at, "require"), slot.require))
    for at, example in enumerate(quiz.examples):
        here: Loc = ("examples", at, "expect")
        places += [((*here, "every"), example.expect.every), ((*here, "none"), example.expect.none)]
    for loc, listed in places:
        for name, demand in listed.items():
            yield loc, name, demand


def images(quiz: Quiz) -> Iterator[tuple[Loc, str]]:
    """Every picture that a quiz names."""
    for at, question in enumerate(quiz.questions):
        for place, option in enumerate(question.offered):
            if option.image:
                yield ("questions", at, "options", place, "image"), option.image
    for at, persona in enumerate(quiz.personas):
        if persona.image:
            yield ("personas", at, "image"), persona.image


def is_neutral(effect: Effect) -> bool:
    """Whether an answer wants nothing and demands nothing."""
    return not (effect.prefer or effect.avoid or effect.require or effect.exclude)


def named(quiz: Quiz) -> frozenset[tuple[str, str]]:
    """Question and option wherever an `if`, or the gift, hangs on one."""
    gift = [] if isinstance(quiz.gift, bool) else [(quiz.gift.question, quiz.gift.option)]
    branches = [(name, each) for question in quiz.questions for name, on in question.condition.items() for each in on]
    return frozenset(gift + branches)
