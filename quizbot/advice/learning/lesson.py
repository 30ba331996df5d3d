"""What one person teaches: what they did, and the lists they were shown with what they chose of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizbot.advice.turn import Past
from quizbot.content.answers import Answers, applicable, is_gift, read
from quizbot.content.edition import Edition

WINDOW = 30.0
"""Days after which what is done with an item no longer comes of the list it was shown in."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that was shown `days` ago: ids in their order, and the answers to a quiz as they travel."""

    quiz: str
    answers: Mapping[str, Any]
    items: Sequence[str]
    days: float = 0.0


@dataclass(frozen=True, slots=True)
class Taught:
    """The events and lists of one person, who is not named."""

    events: Sequence[Past]
    lists: Sequence[Listed] = ()

    def lists_of(self, edition: Edition) -> Sequence[tuple[Listed, Answers]]:
        """The lists of a quiz, the oldest first, with what is still understood of the answers; none that is a gift."""
        found = []
        for each in sorted(self.lists, key=lambda each: -each.days):
            if each.quiz == edition.id:
                answers = _readable(edition, each.answers)
                if answers and not is_gift(edition.quiz, answers):
                    found.append((each, answers))
        return found

    def outcomes(self, lists: Sequence[Listed]) -> list[dict[str, list[Past]]]:
        """For each list, the oldest first, what was done with its items: each event belongs to the last one before."""
        found: list[dict[str, list[Past]]] = [{} for _ in lists]
        for event in self.events:
            for at in range(len(lists) - 1, -1, -1):
                if 0 <= lists[at].days - event.days <= WINDOW and event.item in lists[at].items:
                    found[at].setdefault(event.item, []).append(event)
                    break
        return found


def _readable(edition: Edition, given: Mapping[str, Any]) -> Answers:
    """The answers that this version of the quiz understands and asks for."""
    answers = {}
    for name, value in given.items():
        question = edition.questions.get(name)
        if question is not None:
            try:
                answers[name] = read(question, value, edition.catalog)
            except ValueError:  # of another version
                continue
    asked = {each.id for each in applicable(edition.quiz, answers)}
    return {name: each for name, each in answers.items() if name in asked}
