"""When to stop: how surely the questions that are left would not move the first products."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizbot.advice.agenda import agenda
from quizbot.advice.belief import SAMPLES, Beliefs, beliefs
from quizbot.advice.preference import Preference
from quizbot.advice.rank import rank
from quizbot.advice.requirements import requirements
from quizbot.content.answers import Answers
from quizbot.content.catalog import Bools, Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.quiz import Question

FIRST = 3
"""As many products must stay for the questions left to be of no use."""

SURE = 0.85
"""Enough is known when the first products stay with this probability: on average over all stops it is above 0.9."""

POOL = 60
"""Only this many of the nearest products are thought to come into question."""

MOST = 24
"""Of more questions, only this many that tell most are thought to be answered."""


SHARPENING = 1.6
"""A question of b bits is taken to gather the belief in 2**(SHARPENING * b) times fewer products."""

MISSED = 4.0
"""What never finding the product costs, in turns, beside those that were spent."""

_NOT_UNLIKELY = 0.1


@dataclass(frozen=True, slots=True)
class Foresight:
    """What the open questions are expected to do.

    `stays` (0..1) is the probability that the same products, in whatever order, come first once all are answered.
    For each question of the agenda `bits` (k,) is what its answer is expected to tell about the product looked for, and
    `moves` (k,) in 0..1 the probability that leaving it out would change the first ones in the end; 0 where it is not
    open. `in_play` counts the products at least a tenth as likely as the likeliest; in a catalog of more than
    belief.CONSIDERED it is an estimate.
    """

    stays: float
    bits: Floats
    moves: Floats
    in_play: int = 0

    def best(self, places: Ints) -> int:
        """The place that is worth most: the bits that are expected to matter, then the bits, then the order."""
        bits = self.bits[places]
        worth = np.round(bits * self.moves[places], 9)
        return int(places[np.argmax(np.where(worth == worth.max(), bits, -1.0))])


def foresee(edition: Edition, answers: Answers, preference: Preference, places: Ints) -> Foresight:
    """Foresee the end of a quiz with open questions at these places; in fixed order only whether the first stay."""
    thought, questions = beliefs(edition), agenda(edition).questions
    gains, moves = np.zeros((2, len(questions)))
    if not len(places) or not len(thought.items):
        return Foresight(1.0, gains, moves)
    passing = requirements(edition).passing(preference.clauses)
    passing = None if passing is None else passing[thought.items]
    belief = thought.posterior(answers, thought.wanted(preference), passing)
    if edition.quiz.order == "adaptive":
        gains[places] = thought.gains(belief, thought.advising[places])
    telling = np.sort(places[np.argsort(-gains[places], kind="stable")[:MOST]])
    ranking = rank(edition, [preference], POOL, plain=True)[0]
    now = ranking.score * preference.total
    future = _Future(thought, answers, belief, ranking.items, now)
    first, ends, added = future.play([questions[at] for at in telling])
    stays = float(_stay(ends, np.arange(ends.shape[1]) < _count(ends))) if ranking.passing else 0.0
    if edition.quiz.order == "fixed":
        return Foresight(stays, gains, moves)
    moves[telling] = 1 - _stay(ends - added, first)
    in_play = np.count_nonzero(belief >= _NOT_UNLIKELY * belief.max()) * len(edition.catalog) / len(belief)
    return Foresight(stays, gains, moves, round(in_play))


@dataclass(frozen=True, eq=False, slots=True)
class _Future:
    """Shoppers drawn from the posterior, evenly and always the same ones, who answer what is open.

    Scores are sums of what answers add, so each end is an addition for each of the nearest products.
    """

    beliefs: Beliefs
    answers: Answers
    belief: Floats
    items: Ints
    now: Floats

    def play(self, questions: Sequence[Question]) -> tuple[Bools, Floats, Floats]:
        """Which of k products are first at each end, the ends (samples, k), and what each answer added to them."""
        quantiles = (np.arange(SAMPLES) + 0.5) / SAMPLES
        shoppers = np.minimum(np.searchsorted(np.cumsum(self.belief), quantiles), len(self.belief) - 1)
        given: dict[str, Ints] = {}
        tables = self.beliefs.adding([each.id for each in questions], self.items)
        added = np.empty((len(questions), SAMPLES, len(self.items)))
        for row, question, table in zip(added, questions, tables, strict=True):
            chosen = self.beliefs.answered(question.id, shoppers)
            for name, listed in question.condition.items():
                if name not in self.answers:
                    chosen[~self.beliefs.opening(name, tuple(listed))[given[name]] if name in given else True] = -1
            given[question.id] = chosen
            row[:] = table[chosen]
        ends = self.now + added.sum(axis=0)
        bound = np.partition(ends, -_count(ends), axis=1)[:, -_count(ends)]
        return ends >= bound[:, None], ends, added


def _count(ends: Floats) -> int:
    """How many products are the first ones; in a small catalog there is always one that could take their place."""
    return max(1, min(FIRST, int(ends.shape[-1]) - 1))


def _stay(ends: Floats, first: Bools) -> Floats:
    """How often products are first at these ends (..., samples, k), in whatever order."""
    least = np.where(first, ends, np.inf).min(axis=-1)
    others = np.where(first, -np.inf, ends).max(axis=-1)
    stays: Floats = (least >= others).mean(axis=-1)
    return stays


def questions_first(belief: Floats, bits: float, left: int, shown: int) -> int:
    """How many of the turns that are `left` to spend on questions of so many bits, before `shown` products a turn.

    The number that makes the expected count of turns least, where every product not found costs MISSED more. Only
    whether it is 0 matters, as it is found anew after each turn.
    """
    held = np.concatenate([[0.0], np.cumsum(np.sort(belief)[::-1])])
    costs = []
    for asked in range(left):
        seen = np.arange(left - asked + 1) * shown * 2 ** min(SHARPENING * bits * asked, 60.0)
        missing = 1 - np.interp(seen, np.arange(len(held)), held)
        costs.append(asked + missing[:-1].sum() + MISSED * missing[-1])
    return int(np.argmin(np.round(costs, 9)))
