"""When to stop: how surely the questions that are left would not move the first products."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizbot.advice.agenda import agenda
from quizbot.advice.asking.belief import SAMPLES, Beliefs, Prospect, beliefs
from quizbot.advice.asking.ways import taste
from quizbot.advice.preference import Preference
from quizbot.advice.ranking.diversity import Variety, variety
from quizbot.advice.ranking.rank import rank
from quizbot.advice.ranking.requirements import requirements
from quizbot.content.answers import Answers
from quizbot.content.catalog import Bools, Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.quiz import Products, Question

FIRST = 3
"""As many products must stay for the questions left to be of no use."""

SURE = 0.85
"""Enough is known when the first products stay with this probability: on average over all stops it is above 0.9."""

POOL = 60
"""Only this many of the nearest products are thought to come into question."""

MOST = 16
"""Of more questions, only this many that tell most are thought to be answered."""


SHARPENING = 1.6
"""A question of b bits is taken to gather the belief in 2**(SHARPENING * b) times fewer products."""

MISSED = 4.0
"""What never finding the product costs, in turns, beside those that were spent."""

_NOT_UNLIKELY = 0.1
_LEAST = 1e-9


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
    future = _Future(thought, answers, belief, ranking.items)
    added = future.play([(questions[at], _prospect(thought, edition, answers, questions[at])) for at in telling])
    lists = _Lists(variety(edition), ranking.items)
    now = _Sums(ranking.score[None] * preference.total, np.array([preference.total]))
    end = now.plus(added)
    stays = float(lists.stay(end, lists.shown(now))) if ranking.passing else 0.0
    if edition.quiz.order == "fixed":
        return Foresight(stays, gains, moves)
    moves[telling] = 1 - lists.stay(end.without(added), lists.first(end))
    in_play = np.count_nonzero(belief >= _NOT_UNLIKELY * belief.max()) * len(edition.catalog) / len(belief)
    return Foresight(stays, gains, moves, round(in_play))


def _prospect(thought: Beliefs, edition: Edition, answers: Answers, question: Question) -> Prospect:
    """The answers to a question as it would be asked now, with the products that it would show."""
    if isinstance(question, Products) and answers:
        return thought.prospect(question.id, tuple(taste(edition, answers, question.show)))
    return thought.prospect(question.id)


@dataclass(frozen=True, eq=False, slots=True)
class _Sums:
    """Scores of k products times the sum of all masses, (..., S, k), and these sums, (..., S), of S shoppers."""

    scores: Floats
    masses: Floats

    def plus(self, added: "_Sums") -> "_Sums":
        """With what q answers added to both, (q, S, ...)."""
        return _Sums(self.scores + added.scores.sum(axis=0), self.masses + added.masses.sum(axis=0))

    def without(self, added: "_Sums") -> "_Sums":
        """Without what each of q answers added, (q, S, ...)."""
        return _Sums(self.scores - added.scores, self.masses - added.masses)


@dataclass(frozen=True, eq=False, slots=True)
class _Future:
    """Shoppers drawn from the posterior, evenly and always the same ones, who answer what is open.

    Scores are sums of what answers add, so each end is an addition for each of the nearest products.
    """

    beliefs: Beliefs
    answers: Answers
    belief: Floats
    items: Ints

    def play(self, questions: Sequence[tuple[Question, Prospect]]) -> _Sums:
        """What the answer to each of q questions adds for each of SAMPLES shoppers."""
        quantiles = (np.arange(SAMPLES) + 0.5) / SAMPLES
        shoppers = np.minimum(np.searchsorted(np.cumsum(self.belief), quantiles), len(self.belief) - 1)
        given: dict[str, tuple[Prospect, Ints]] = {}
        tables = self.beliefs.adding([each for _, each in questions], self.items)
        scores = np.empty((len(questions), SAMPLES, len(self.items)))
        masses = np.empty((len(questions), SAMPLES))
        for at, ((question, prospect), table) in enumerate(zip(questions, tables, strict=True)):
            chosen = prospect.answered(shoppers)
            for name, listed in question.condition.items():
                if name in given:
                    earlier, said = given[name]
                    chosen[~earlier.opening(tuple(listed))[said]] = -1
                elif name not in self.answers:
                    chosen[:] = -1
            given[question.id] = prospect, chosen
            scores[at], masses[at] = table[chosen], prospect.masses[chosen]
        return _Sums(scores, masses)


@dataclass(frozen=True, eq=False, slots=True)
class _Lists:
    """The first products of lists of k items, as they are shown: by score, or with the variety that the quiz wants."""

    variety: Variety | None
    items: Ints

    @property
    def _count(self) -> int:
        """How many products are the first ones; in a small catalog there is always one that could take their place."""
        return max(1, min(FIRST, len(self.items) - 1))

    def shown(self, now: _Sums) -> Bools:
        """Which items are first in the list as it is, (1, k); the items are in its order."""
        return self.first(now) if self.variety else np.arange(len(self.items))[None] < self._count

    def first(self, sums: _Sums) -> Bools:
        """Which items are first in S lists, shape (S, k); where scores are equal, all of them."""
        if self.variety:
            scores = sums.scores / np.maximum(sums.masses, _LEAST)[..., None]
            flat = self.variety.firsts(self.items, scores.reshape(-1, len(self.items)), self._count)
            return flat.reshape(scores.shape)
        bound = np.partition(sums.scores, -self._count, axis=-1)[..., -self._count]
        found: Bools = sums.scores >= bound[..., None]
        return found

    def stay(self, sums: _Sums, first: Bools) -> Floats:
        """How often products are first in S lists, in whatever order, shape (...)."""
        if self.variety:
            kept: Floats = (self.first(sums) == first).all(axis=-1).mean(axis=-1)
            return kept
        least = np.where(first, sums.scores, np.inf).min(axis=-1)
        others = np.where(first, -np.inf, sums.scores).max(axis=-1)
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
