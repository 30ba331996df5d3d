"""History in sentences: what is remembered, and what others chose, says of an item, and what history moves."""

from collections.abc import Iterator, Sequence

import numpy as np

from quizbot.advice.preference import Preference, Wish
from quizbot.advice.telling.facts import BAND
from quizbot.advice.telling.sentences import MOST_WORDS, Sentences
from quizbot.advice.turn import Contribution
from quizbot.content.edition import Edition
from quizbot.content.texts import Speech

SINGLE = 3
"""Remembered products that are told one by one; what the others add is told as one sum."""

_LONGEST = 4  # words of a title


class Reminders:
    """What the remembered items among some wishes, and what was learned, say about items, in one language."""

    def __init__(self, sentences: Sentences, wishes: Sequence[Wish]) -> None:
        """Speak of these wishes."""
        self._sentences, self._speech = sentences, sentences.facts.speech
        self._wishes = {at: each for at, each in enumerate(wishes) if each.kind == "alike"}
        self._appeals = [(at, each) for at, each in enumerate(wishes) if each.kind == "appeal"]

    def contributions(self, item: int, points: Sequence[float]) -> list[Contribution]:
        """What history adds to the score of an item: the weightiest one by one, the rest as a sum; `points` by wish.

        What others chose comes after it.
        """
        counting = sorted((at for at in self._wishes if points[at]), key=lambda at: -abs(points[at]))
        told = []
        for at in counting[:SINGLE]:
            wish = self._wishes[at]
            name = wish.past.item if wish.past else None
            text = self.sentence(wish, item, points[at])
            told.append(Contribution(source="history", item=name, points=points[at], text=text))
        rest = counting[SINGLE:]
        if rest:
            text = self._speech("advice.history.rest", n=len(rest))
            told.append(Contribution(source="history", points=round(sum(points[at] for at in rest), 9), text=text))
        for at, wish in self._appeals:
            if points[at]:
                text = self.sentence(wish, item, points[at])
                told.append(Contribution(source="prior", points=points[at], text=text))
        return told

    def sentence(self, wish: Wish, item: int, points: float) -> str:
        """What a remembered item says about an item: what they share, and by how much they differ.

        Of what was learned: how others chose the item, and what that is worth.
        """
        if wish.kind == "appeal":
            worth = self._speech.number(round(abs(points) * 100, 1))
            return self._speech(f"advice.learned.{'more' if points > 0 else 'less'}", points=worth)
        assert wish.past is not None
        title = self._sentences.title(wish.item, _LONGEST)
        if item == wish.item:
            return self._speech(f"advice.history.{wish.past.kind}.itself", when=self._when(wish))
        alike = (points > 0) == (wish.amplitude > 0)
        for fact in self._facts(wish, item) if alike else ():
            told = self._speech(
                f"advice.history.{wish.past.kind}.other", product=title, when=self._when(wish), fact=fact
            )
            if len(told.split()) <= MOST_WORDS:
                return told
        fact = self._speech(f"advice.history.{'alike' if alike else 'unlike'}")
        return self._speech(f"advice.history.{wish.past.kind}.other", product=title, when=self._when(wish), fact=fact)

    def _facts(self, wish: Wish, item: int) -> Iterator[str]:
        """What an item and a remembered one share, with a difference, then without."""
        facts = self._sentences.facts
        gap = np.abs(facts.levels.level[:, item] - facts.levels.level[:, wish.item])
        near = [name for name, apart in zip(facts.levels.names, gap.tolist(), strict=True) if apart <= BAND]
        names = [*facts.levels.families, *near]
        common = next((said for each in names if (said := facts.common(each, item, wish.item))), "")
        if not common:
            return
        for each in facts.levels.names:
            if difference := facts.difference(each, item, wish.item):
                yield self._speech("advice.history.both", fact=common, difference=difference)
        yield common

    def _when(self, wish: Wish) -> str:
        month = wish.past.month if wish.past else None
        return self._speech("advice.history.when", month=self._speech(f"language.month.{month}")) if month else ""


def taught(edition: Edition, preference: Preference, speech: Speech) -> list[str]:
    """What others taught that counts for a preference: by what they chose, and how much more a trait counts."""
    if edition.learned is None:
        return []
    kept = [speech("advice.learned.prior")] if any(each.kind == "appeal" for each in preference.wishes) else []
    asked = dict.fromkeys(each.trait for each in preference.wishes if each.source == "answer")
    weights = {each: times for each in asked if (times := edition.learned.weights.get(each, 1.0)) != 1}
    labels = edition.quiz.traits
    return kept + [
        speech("advice.learned.weight", trait=labels[name].label, times=speech.number(round(times, 1)))
        for name, times in weights.items()
    ]


def moved(shown: Sequence[str], other: Sequence[str], title: str, speech: Speech, *, used: bool) -> str:
    """How the list of ids would differ with history the other way round; `title` is the other list's first."""
    word = "without" if used else "with"
    if shown == other:
        form = "same"
    elif shown[:2] == other[1::-1]:
        form = "swap"
    elif shown[0] != other[0]:
        form = "first"
    elif set(shown) == set(other):
        form = "order"
    else:
        form = "others"
    return speech(f"advice.history.{word}.{form}", product=title, n=len(set(other) - set(shown)))
