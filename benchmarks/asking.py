"""Asking: how many questions an adaptive quiz needs until its first three are those of the whole quiz.

Beside it stands what nobody can beat: somebody who knows all answers beforehand, asks only the fewest of them that give
the same first three, and gives up on the dearest tenth of the shoppers.

A simulated shopper looks for one product, gives the answer that fits it best, chance deciding between equal ones, skips
what nothing fits, and one time in ten answers at random.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import data, show
from quizbot.advice.agenda import counting
from quizbot.advice.asking.ask import Step, next_step
from quizbot.advice.asking.stopping import FIRST, SURE
from quizbot.advice.asking.ways import taste, ways
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.ranking.space import space
from quizbot.content.answers import Answer, Picks
from quizbot.content.edition import Edition
from quizbot.content.quiz import NumberQuestion, Products, Question
from quizbot.library.load import load
from quizbot.settings import bundled

SHOPPERS, NOISE = 2000, 0.1
FORESEEN = 100
"""Shoppers of whom the fewest questions are found, by trying all."""

GIVEN_UP = 0.1
NUMBERS = 21
"""Numbers on a question's span that a shopper chooses from."""

BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
QUIZZES = Path(__file__).parent / "quizzes"

Floats = NDArray[np.float64]
Choices = tuple[tuple[Answer, ...], Floats]
"""What may be answered, and the score of each item by each answer alone, (W, n); -1 where it breaks a demand."""


@dataclass
class Talk:
    """What was said so far."""

    answers: dict[str, Answer] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)

    @property
    def asked(self) -> int:
        """How many questions were put."""
        return len(self.answers) + len(self.skipped)


def main(shoppers: int = SHOPPERS) -> None:
    """Print what adaptive order with early stop saves, and whether `probability` holds."""
    rows: list[list[object]] = []
    told: list[tuple[float, bool]] = []
    for fixed in editions():
        adaptive = _ordered(fixed, "adaptive")
        ended = [_played(fixed, adaptive, seed) for seed in range(shoppers)]
        whole, short = (float(np.mean([getattr(each, name) for each in ended])) for name in ("whole", "short"))
        stops = [each.steps[-1] for each in ended if each.short < each.whole]
        same = float(np.mean([each.steps[-1][1] for each in ended]))
        stated, observed = (float(np.mean([float(each[at]) for each in stops])) for at in (0, 1))
        fewest = np.sort([each.fewest for each in ended[:FORESEEN]])
        fewest[round(len(fewest) * (1 - GIVEN_UP)) :] = 0
        least = 1 - float(fewest.mean()) / whole
        rows.append([fixed.id, whole, short, 1 - short / whole, least, same, len(stops) / shoppers, stated, observed])
        told += [step for each in ended for step in each.steps if each.short]
    show(
        f"Fewer questions: {shoppers} shoppers a quiz, {NOISE:.0%} of the answers at random, stop at {SURE}",
        ["quiz", "fixed", "adaptive", "saved", "at most", "same first three", "stopped early", "stated", "observed"],
        rows,
        "at most: by who knows all answers beforehand; same: the whole quiz's first three for the same answers, in "
        "whatever order; stated, observed: of early stops",
    )
    _show_calibration(told)


def _show_calibration(told: Sequence[tuple[float, bool]]) -> None:
    stated, held = np.array(told, dtype=np.float64).T
    rows: list[list[object]] = []
    for low, high in pairwise(BINS):
        inside = (stated >= low) & ((stated < high) | (high == BINS[-1]))
        if inside.any():
            rows.append([f"{low}..{high}", int(inside.sum()), float(stated[inside].mean()), float(held[inside].mean())])
    show("How often the first three stay, after every answer", ["stated", "turns", "mean stated", "observed"], rows)


def editions() -> Iterator[Edition]:
    """The example quizzes, whisky and beer, in fixed order."""
    for each in load(bundled("quizzes")).editions.values():
        yield _ordered(each, "fixed")
    for name in ("whisky", "beer"):
        catalog = next((data() / "catalogs").glob(f"{name}*.csv"))
        yield load(QUIZZES, catalog, only=[QUIZZES / f"{name}.yaml"]).editions[name]


def _ordered(edition: Edition, order: str) -> Edition:
    quiz = edition.quiz.model_copy(update={"order": order})
    return Edition(
        edition.id, quiz, edition.catalog, edition.levels, edition.version, edition.shown, edition.shown_language
    )


# Shoppers -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Played:
    """One shopper: questions of the whole and of the short quiz, and after each step what was stated and held.

    `fewest` is the number of answers that give the whole quiz's first three, for the first FORESEEN shoppers.
    """

    whole: int
    short: int
    fewest: int
    steps: tuple[tuple[float, bool], ...]


def _played(fixed: Edition, adaptive: Edition, seed: int) -> Played:
    random = np.random.default_rng(seed)
    target = int(random.integers(len(fixed.catalog)))
    said: dict[str, Answer | None] = {}

    def answer(question: Question, talk: Talk) -> Answer | None:
        if question.id not in said:
            said[question.id] = _answer(fixed, question, talk, target, random)
        return said[question.id]

    whole, _ = _walk(fixed, answer)
    last = _first(fixed, whole)
    short, steps = _walk(adaptive, answer)
    held = tuple((step.probability, first == last) for step, first in steps)
    return Played(whole.asked, short.asked, _fewest(fixed, whole, last) if seed < FORESEEN else 0, held)


def _fewest(edition: Edition, whole: Talk, last: frozenset[int]) -> int:
    """The fewest of a shopper's answers that give the same first products."""
    for count in range(1, len(whole.answers)):
        some = [dict(each) for each in combinations(whole.answers.items(), count)]
        some = [each for each in some if counting(edition, each) == each]
        rankings = rank(edition, [prefer(edition, each) for each in some], FIRST)
        if any(frozenset(each.items.tolist()) == last for each in rankings):
            return count
    return len(whole.answers)


def _walk(
    edition: Edition, answer: Callable[[Question, Talk], Answer | None]
) -> tuple[Talk, list[tuple[Step, frozenset[int]]]]:
    """Ask until nothing more is asked; each step with the first products at that time."""
    talk, steps = Talk(), []
    while True:
        step = next_step(edition, talk.answers, talk.skipped, prefer(edition, talk.answers))
        steps.append((step, _first(edition, talk)))
        if step.question is None:
            return talk, steps
        given = answer(step.question, talk)
        if given is None:
            talk.skipped.add(step.question.id)
        else:
            talk.answers[step.question.id] = given


def _first(edition: Edition, talk: Talk) -> frozenset[int]:
    return frozenset(rank(edition, [prefer(edition, talk.answers)], FIRST)[0].items.tolist())


def _answer(
    edition: Edition, question: Question, talk: Talk, target: int, random: np.random.Generator
) -> Answer | None:
    shelf = tuple(taste(edition, talk.answers, question.show)) if isinstance(question, Products) else ()
    answers, scores = _choices(edition, question.id, shelf)
    if not answers:
        return None
    if random.random() < NOISE:
        return answers[int(random.integers(len(answers)))]
    mine = np.round(scores[:, target], 6)
    if not question.required and mine.max() < 0:
        return None
    best = np.flatnonzero(mine == mine.max())
    return answers[int(best[random.integers(len(best))])]


@lru_cache(maxsize=1000)
def _choices(edition: Edition, name: str, shelf: tuple[int, ...]) -> Choices:
    question = edition.questions[name]
    answers = ways(edition, question)
    if isinstance(question, NumberQuestion):
        span = np.linspace(question.min, question.max, NUMBERS)
        steps = question.min + np.round((span - question.min) / question.step) * question.step
        answers = tuple(dict.fromkeys(np.minimum(steps, question.max).tolist()))
    elif shelf:
        ids = tuple(edition.catalog.ids[each] for each in shelf)
        answers = tuple(Picks((each,), ids) for each in ids)
    preferences = [prefer(edition, {name: each}).own for each in answers]
    scores = space(edition).screen(preferences).astype(np.float64) if preferences else np.zeros((0, 0))
    for row, preference in zip(scores, preferences, strict=True):
        passing = requirements(edition).passing(preference.clauses)
        if passing is not None:
            row[~passing] = -1.0
    return answers, scores


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
