"""Products for a taste that is remembered, outside the conversation: their reasons speak of the product alone."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quizbot.advice.advise import understood
from quizbot.advice.card import card, followed
from quizbot.advice.hearing.listening import listen
from quizbot.advice.history import known, recall
from quizbot.advice.preference import Preference, Wish
from quizbot.advice.ranking.rank import Ranking, rank
from quizbot.advice.telling.reminders import Reminders
from quizbot.advice.telling.sentences import Sentences, voice
from quizbot.advice.turn import ItemCard, Past, Turn
from quizbot.content.answers import is_gift
from quizbot.content.edition import Edition
from quizbot.content.texts import speech

MOST = 4
"""Products that are picked at once."""

_SPARE = 5  # times as many are looked at: some are sold out, or nothing can be said of them
_WORTH = 0.5  # of an item's best reason: as much must another add to be told for a change


Reason = tuple[float, Wish]
"""What speaks for an item, with its points."""


class Pick(ItemCard):
    """A product with the reason why it is picked."""

    reason: str


def picks(edition: Edition, turn: Turn, remembered: Sequence[Past], besides: Collection[str] = ()) -> list[Pick]:
    """The products that a remembered turn and remembered events speak for, at most MOST, in the turn's language.

    None without a taste to go by, for a gift, and where nothing meets what was demanded. What was looked at before is
    not shown again: nobody is to be followed around by it. `besides` are other ids to leave out.
    """
    language = turn.language or edition.quiz.language
    _, answers, _, fitting, _ = understood(edition, turn)
    past, _ = known(edition, remembered)
    heard = listen(edition, turn, answers, fitting, recall(edition, past))
    preference = heard.refining.preference
    if is_gift(edition.quiz, heard.answers) or not (preference.own.wishes or heard.refining.history.wishes):
        return []
    positions = edition.catalog.positions
    seen = {positions[each] for each in (*(each.item for each in past), *besides) if each in positions}
    ranking = rank(edition, [replace(preference, hidden=preference.hidden | seen)], MOST * _SPARE)[0]
    if ranking.relaxed:
        return []
    told = edition.spoken(language)
    return list(_Telling(told, voice(told, speech(language)), preference, ranking).picks(seen))


@dataclass(frozen=True, slots=True)
class _Telling:
    """A ranking told in one language; wishes and items are named by their places in it."""

    edition: Edition
    sentences: Sentences
    preference: Preference
    ranking: Ranking

    def picks(self, seen: Collection[int]) -> Iterator[Pick]:
        """Products in stock that fit and that something can be said of, each with another reason where there is one."""
        told: set[str] = set()
        position = 0
        variants = self.edition.catalog.variants
        for at, item in enumerate(self.ranking.items.tolist()):
            fits = item not in seen and self.ranking.score[at] > 0
            reason = self._reason(at, told) if fits and variants.available[self.ranking.variants[at]] else None
            if reason and position < MOST:
                position += 1
                told.add(_subject(reason[1]))
                yield self._pick(at, item, reason, position)

    def _pick(self, at: int, item: int, reason: Reason, position: int) -> Pick:
        shown = card(self.edition.shown, item, int(self.ranking.variants[at]))
        linked = followed(shown, self.edition.quiz.results.link or "", self.edition.id, position)
        return Pick(**linked, reason=self._sentence(reason, item))

    def _reason(self, at: int, told: Collection[str]) -> Reason | None:
        """The wish that speaks most for an item; one that was not told yet, where it adds nearly as much."""
        row = np.round(self.ranking.points[at], 9).tolist()
        speaking = [(points, wish) for points, wish in zip(row, self.preference.wishes, strict=True) if points > 0]
        found = sorted((each for each in speaking if self._may_tell(each[1])), key=lambda each: -each[0])
        if not found:
            return None
        fresh = (each for each in found if each[0] >= _WORTH * found[0][0] and _subject(each[1]) not in told)
        return next(fresh, found[0])

    def _may_tell(self, wish: Wish) -> bool:
        """Whether it praises the product; the shop's push does not, and of a sensitive answer not even that is said."""
        question = self.edition.questions.get(wish.question)
        if wish.source == "prior" or (question is not None and question.sensitive):
            return False
        return wish.amplitude > 0 if wish.kind == "alike" else wish.kind != "avoid"

    def _sentence(self, reason: Reason, item: int) -> str:
        """What the catalog says; nothing is claimed of a wish, so it is the bare fact, near or close."""
        points, wish = reason
        if wish.kind == "alike":
            return Reminders(self.sentences, [wish]).sentence(wish, item, points)
        unsaid = replace(wish, source="answer", question="", options=(), answer=None)
        return self.sentences.tell(self.sentences.topic(unsaid, broad=False), item, "close", 0)


def _subject(wish: Wish) -> str:
    """What a reason is about: a trait, or a remembered product."""
    return wish.trait or f"item {wish.item}"
