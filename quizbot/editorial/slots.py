"""Slots of a routine that nothing in the catalog fits."""

from collections.abc import Iterator

from quizbot.advice.preference import Preference
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.telling.routine import required
from quizbot.content.edition import Edition


def unfilled(edition: Edition) -> Iterator[tuple[int, str]]:
    """Position and sentence for each slot that no product fits, in stock or not."""
    for at, slot in enumerate(edition.quiz.results.slots):
        fitting = requirements(edition).passing(required(Preference(), slot).clauses)
        if fitting is not None and not fitting.any():
            yield at, f"no product fits the slot '{slot.id}'" + (" in all it requires" if len(slot.require) > 1 else "")
