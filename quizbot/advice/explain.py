"""From a ranking to sentences that never claim more than the data: reasons, misses, headline, catch, what is shared."""

from collections.abc import Collection
from dataclasses import dataclass
from math import isnan
from weakref import WeakKeyDictionary

from quizbot.advice.cards import card_fields
from quizbot.advice.demands import Demands
from quizbot.advice.facts import Facts
from quizbot.advice.preference import Preference, Wish
from quizbot.advice.rank import Ranking
from quizbot.advice.sentences import BANDS, MOST_WORDS, Sentences, fit
from quizbot.advice.turn import Contribution, Fit, NotStated, Relaxed, ResultItem
from quizbot.content.answers import Picks
from quizbot.content.edition import Edition
from quizbot.content.texts import Speech, speech

_MOST_SHARED = 3
_FEWEST_ALONE = 3  # "the only one of these" needs others


def explain(
    edition: Edition, preference: Preference, ranking: Ranking, language: str
) -> tuple[list[ResultItem], list[str], list[Relaxed]]:
    """The ranking's items with their reasons, what all of them share, and what was relaxed, told in a language."""
    teller = _teller(edition, speech(language))
    return _Explanation(teller, preference, ranking).told()


class _Teller:
    """All that speaks of one edition in one language; made once."""

    def __init__(self, edition: Edition, spoken: Speech) -> None:
        self.quiz, self.catalog, self.spoken = edition.quiz, edition.catalog, spoken
        self.facts = Facts(edition.quiz, edition.catalog, edition.levels, spoken)
        self.sentences = Sentences(edition, self.facts, spoken)

    def everybody(self, count: int) -> str:
        """All shown items, as a subject."""
        if count == 2:  # noqa: PLR2004 (both)
            return self.spoken("advice.everybody.both")
        return self.spoken("advice.everybody.all", count=self.spoken.count(count))
