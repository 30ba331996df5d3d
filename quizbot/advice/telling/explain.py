"""From a ranking to sentences that never claim more than the data: reasons, misses, headline, catch, what is shared."""

from collections import defaultdict
from typing import Any

import numpy as np

from quizbot.advice.card import card, followed
from quizbot.advice.preference import Preference, Wish
from quizbot.advice.ranking.rank import Ranking
from quizbot.advice.telling.demands import Demands
from quizbot.advice.telling.facts import Facts
from quizbot.advice.telling.reminders import Reminders
from quizbot.advice.telling.sentences import BANDS, Topic, fits, voice
from quizbot.advice.telling.shared import shared_sentence
from quizbot.advice.telling.wild import wild_sentence
from quizbot.advice.turn import Contribution, NotStated, Relaxed, ResultItem
from quizbot.content.answers import Picks
from quizbot.content.edition import Edition
from quizbot.content.quiz import Question
from quizbot.content.texts import Speech, speech

_MOST_SHARED = 3
_SAID = ("answer", "refine")
_FEWEST = 3  # being the only one of these needs others
_ENOUGH = 0.4  # of the most points a reason has; with as many, what sets the item apart is the better headline


def explain(
    edition: Edition, preference: Preference, ranking: Ranking, language: str, first: int = 0
) -> tuple[list[ResultItem], list[str], list[Relaxed]]:
    """The ranking's items with their reasons, what all of them share, and what was relaxed, told in a language.

    Of each item, `reasons` have points > 0 and `misses` points <= 0, both by falling weight; what the catalog does
    not say is `not_stated`. All points of an item add up to its score. `first` items are told before these: openings
    and the positions in links go on from there.
    """
    spoken = speech(language)
    told = _Explanation(edition, spoken, preference, ranking, first)
    everybody = _everybody(spoken, len(ranking.items))
    shared = told.said_once(everybody)
    if len(told.items) > 1:
        shared = told.demands.shared(everybody, preference.clauses, ranking) + shared
    items = [told.item(position) for position in range(len(told.items))]
    return items, list(dict.fromkeys(shared)), told.demands.relaxed(preference.clauses, ranking)


class _Explanation:
    """One ranking being explained; wishes and items are named by their positions in it."""

    def __init__(self, edition: Edition, spoken: Speech, preference: Preference, ranking: Ranking, first: int) -> None:
        self.shown, self.first = edition.shown, first
        self.sentences, self.demands = voice(edition, spoken), Demands(edition, spoken)
        self.quiz, self.link = edition.id, edition.quiz.results.link or ""
        self.wishes, self.clauses = preference.wishes, preference.clauses
        self.answered = any(each.source in _SAID for each in self.wishes)
        self.items: list[int] = ranking.items.tolist()
        self.variants: list[int] = ranking.variants.tolist()
        self.scores: list[float] = ranking.score.tolist()
        self.points: list[list[float]] = (np.round(ranking.points, 9) + 0.0).tolist()
        self.fits = fits(ranking.gap)
        self.told = [at for at, each in enumerate(self.wishes) if each.kind not in ("alike", "appeal")]
        self.reminders = Reminders(self.sentences, self.wishes)
        self.wild = self._wild(ranking, spoken) if ranking.wild else ""
        self.frames = {
            at: _frame(self.wishes[at], self.sentences.facts, edition.questions.get(self.wishes[at].question))
            for at in self.told
        }
        self.topics = self._topics()
        self.shared = self._shared()

    def _wild(self, ranking: Ranking, spoken: Speech) -> str:
        wished = {each.trait for each in self.wishes if each.source in _SAID}
        missed = {each.trait for each, points in zip(self.wishes, self.points[-1], strict=True) if points <= 0}
        return wild_sentence(self.sentences.facts, ranking, wished, missed, spoken)

    def _topics(self) -> dict[int, Topic]:
        traits: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
        for each in self.wishes:
            traits[each.question, each.options].add(each.trait)
        return {
            at: self.sentences.topic(wish, broad=len(traits[wish.question, wish.options]) > 1)
            for at in self.told
            if (wish := self.wishes[at])
        }

    def _shared(self) -> list[int]:
        """Wishes that are close on all shown items, the weightiest first; said once for all of them."""
        if len(self.items) < 2:  # noqa: PLR2004 (alone, nothing is shared)
            return []
        weights = {
            at: -sum(row[at] for row in self.points)
            for at, wish in enumerate(self.wishes)
            if wish.kind != "avoid"
            and wish.source in _SAID
            and all(row[at] > 0 for row in self.points)
            and all(row[at] == "close" for row in self.fits)
        }
        ordered = sorted(weights, key=lambda at: (weights[at], at))
        traits = list(dict.fromkeys(self.wishes[at].trait for at in ordered))[:_MOST_SHARED]
        return [at for at in ordered if self.wishes[at].trait in traits]

    def said_once(self, everybody: str) -> list[str]:
        """A sentence for each trait whose wishes are close on all shown items."""
        first: dict[str, Topic] = {}
        for at in self.shared:
            first.setdefault(self.wishes[at].trait, self.topics[at])
        return [shared_sentence(self.sentences, everybody, each, self.items) for each in first.values()]

    def item(self, position: int) -> ResultItem:
        """One item with its reasons."""
        best = self._best(position)
        bands = self.fits[position]
        unknown = [at for at in self.told if bands[at] == "unknown" and self.wishes[at].source in _SAID]
        told = [self._contribution(position, at, best) for at in self.told if bands[at] != "unknown"]
        told += self.reminders.contributions(self.items[position], self.points[position])
        told.sort(key=lambda each: (-abs(each.points), each.trait or "", each.question or ""))
        own = [each for each in told if each.source in _SAID]
        reasons = [each for each in told if each.points > 0]
        misses = [each for each in told if each.points <= 0]
        not_stated = [
            NotStated(trait=trait, text=self.sentences.unknown(trait))
            for trait in dict.fromkeys(self.wishes[at].trait for at in unknown)
        ]
        headline = self._text(position, best, best) if best is not None else None
        wild = self.wild if position == len(self.items) - 1 else ""
        shown = card(self.shown, self.items[position], self.variants[position])
        return ResultItem(
            **followed(shown, self.link, self.quiz, self.first + position + 1),
            score=self.scores[position],
            wild=bool(wild),
            wild_text=wild or None,
            asked=len(own) + len(unknown),
            met=sum(each.fit in ("close", "near") for each in own),
            stated=len(own),
            headline=headline or self.demands.limit(self.clauses, self.variants[position]),
            catch=next((each.text for each in own if each.points <= 0), None) or self._catch(unknown),
            reasons=reasons,
            misses=misses,
            not_stated=not_stated,
        )

    def _best(self, position: int) -> int | None:
        """The wish that deserves the headline: it cost something and is not said of all of them.

        It is the one with most points, or one with not much fewer that sets the item apart.
        """
        points = self.points[position]
        praised = [
            at
            for at, wish in enumerate(self.wishes)
            if points[at] > 0
            and wish.kind != "avoid"
            and at not in self.shared
            and not (self.answered and wish.source not in _SAID)
        ]
        enough = _ENOUGH * max((points[at] for at in praised), default=0.0)
        return max(
            praised,
            key=lambda at: (points[at] >= enough and self._sets_apart(position, at), points[at], -at),
            default=None,
        )

    def _sets_apart(self, position: int, at: int) -> bool:
        """Whether an item has of a wish what few of the catalog, or no other shown item, have."""
        wish, item = self.wishes[at], self.items[position]
        if wish.source not in _SAID or self.fits[position][at] != "close":
            return False
        return bool(self._alone(wish, item) or self.sentences.facts.contrast(wish, item))

    def _catch(self, unknown: list[int]) -> str | None:
        """Without a miss, the weightiest wish that the catalog says nothing about."""
        if not unknown:
            return None
        return self.sentences.unknown(self.wishes[max(unknown, key=lambda at: (self.wishes[at].mass, -at))].trait)

    def _contribution(self, position: int, at: int, best: int | None) -> Contribution:
        wish, item = self.wishes[at], self.items[position]
        fact = self.sentences.facts.of(wish.trait, item)
        return Contribution.model_validate(
            {
                **self.frames[at],
                "level": fact.level,
                "fit": self.fits[position][at],
                "evidence": fact.shown,
                "points": self.points[position][at],
                "text": self._text(position, at, best),
            }
        )

    def _text(self, position: int, at: int, best: int | None) -> str:
        """The sentence; the best reason of the item at position p opens in the p-th way."""
        wish, item = self.wishes[at], self.items[position]
        if wish.kind in ("alike", "appeal"):
            return self.reminders.sentence(wish, item, self.points[position][at])
        band = BANDS[self.fits[position][at]]
        if wish.source == "prior":
            return self.sentences.pushed(wish, item, band, self.points[position][at], too=self.answered)
        if at == best and band == "close" and (alone := self._alone(wish, item)):
            return self.sentences.only(wish, alone)
        return self.sentences.tell(self.topics[at], item, band, self.first + position + at - (best or 0))

    def _alone(self, wish: Wish, item: int) -> str:
        """What this item has of what was wished for, and no other shown item; empty when there is no such thing."""
        if len(self.items) < _FEWEST:
            return ""
        facts = self.sentences.facts
        others = [facts.of(wish.trait, each) for each in self.items if each != item]
        own = facts.of(wish.trait, item)
        if wish.kind == "any":
            known = facts.levels.families[wish.trait].known
            stated = all(known[each] for each in self.items)
            wanted = facts.wanted(wish)
            alone = [
                each for each in own.labels if each in wanted and not any(each in other.labels for other in others)
            ]
            return facts.listed(facts.label_texts(wish.trait, alone[:1])) if stated else ""
        if own.value or wish.low + wish.high <= 1 or not own.level:
            return ""
        said = {phrase.casefold() for other in others for phrase in other.phrases}
        return facts.listed([each for each in own.phrases if each.casefold() not in said][:1])


def _frame(wish: Wish, facts: Facts, question: Question | None) -> dict[str, Any]:
    """What a contribution says of its wish, the same for every item; a sensitive answer is not repeated."""
    wanted: float | dict[str, float] | list[str]
    if wish.kind == "level":
        wanted = round(wish.low, 9)
    elif wish.kind == "bounds":
        wanted = {"max": round(wish.high, 9)} if wish.high < 1 else {}
        if wish.low > 0 or not wanted:
            wanted = {"min": round(wish.low, 9), **wanted}
    else:
        wanted = sorted(facts.label_texts(wish.trait, facts.wanted(wish)))
    told = question is None or not question.sensitive
    alone = wish.options[0] if told and len(wish.options) == 1 else None
    picked = isinstance(wish.answer, Picks)
    return {
        "source": wish.source,
        "question": wish.question or None,
        "option": None if picked else alone,
        "trait": wish.trait,
        "item": alone if picked else None,
        "wanted": wanted,
    }


def _everybody(spoken: Speech, count: int) -> str:
    """All shown items, as a subject."""
    if count == 2:  # noqa: PLR2004 (both)
        return spoken("advice.everybody.both")
    return spoken("advice.everybody.all", count=spoken.count(count))
