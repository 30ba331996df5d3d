"""What to ask next, how far the conversation is, and when enough is known."""

from collections.abc import Collection
from dataclasses import dataclass
from math import prod

import numpy as np

from quizbot.advice.agenda import agenda
from quizbot.advice.asking.stopping import SURE, foresee
from quizbot.advice.asking.ways import taste
from quizbot.advice.card import card
from quizbot.advice.preference import Preference
from quizbot.advice.turn import AskedOption, AskedQuestion, ItemCard, Progress
from quizbot.content.answers import Answer, Answers, applies
from quizbot.content.edition import Edition
from quizbot.content.quiz import Multiple, NumberQuestion, Products, Question, Scale, Single

_MOST_BRANCHES = 2000


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: a question, if any, and how surely the suggestions would stay whatever is answered yet.

    `probability` (0..1) that the first products stay; `confident` when that is enough and nothing required is open.
    `in_play` is how many products the question is to tell apart: those at least a tenth as likely as the likeliest;
    0 where the order is the editor's, or the answer is not expected to tell anything.
    """

    question: Question | None
    probability: float
    confident: bool
    in_play: int = 0


def next_step(
    edition: Edition, answers: Answers, skipped: Collection[str], preference: Preference, *, more: bool = False
) -> Step:
    """The question to ask next: in the quiz's order, or the one that is expected to tell most of what matters.

    `preference` is that of the answers so far, with what was refined. In adaptive order nothing is asked when enough is
    known, unless `more` is wanted.
    """
    asking = agenda(edition)
    ready, open_ones = asking.open(answers, skipped)
    foreseen = foresee(edition, answers, preference, open_ones)
    demanded = ready[asking.required[ready]]
    confident = bool(answers or not len(ready)) and not len(demanded) and foreseen.stays >= SURE
    if edition.quiz.order == "fixed":
        return Step(asking.questions[ready[0]] if len(ready) else None, foreseen.stays, confident)
    if not len(ready) or (confident and not more):
        return Step(None, foreseen.stays, confident)
    best = foreseen.best(demanded if len(demanded) and foreseen.stays >= SURE and not more else ready)
    in_play = foreseen.in_play if foreseen.bits[best] else 0
    return Step(asking.questions[best], foreseen.stays, confident, in_play)


def survey(edition: Edition, answers: Answers, skipped: Collection[str]) -> list[AskedQuestion]:
    """The questions to ask after the results that apply and were neither answered nor skipped."""
    after = (each for each in agenda(edition).survey if applies(each, answers))
    return [asked(edition, each, answers) for each in after if each.id not in answers and each.id not in skipped]


def progress(edition: Edition, answers: Answers, skipped: Collection[str], step: Step | None = None) -> Progress:
    """How many questions are answered, how many can still come on the longest way, and how sure the next step is.

    The survey does not count.
    """
    asking = agenda(edition)
    questions = asking.branching
    ways = {
        each.id: _ways(each)
        for each in questions
        if each.id in asking.named and each.id not in answers and each.id not in skipped
    }
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

    remaining = np.count_nonzero(asking.left(answers, skipped) & asking.plain) + longest(0, dict(answers))
    return Progress.model_construct(
        answered=sum(each in asking.places for each in answers),
        remaining_at_most=int(remaining),
        confident=step is not None and step.confident,
        probability=round(step.probability, 3) if step else 0.0,
    )


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
