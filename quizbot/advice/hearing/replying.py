"""What the bot says to what a shopper said: brief, in one voice, and nothing that was not computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizbot.advice.hearing.chips import tried
from quizbot.advice.hearing.listening import Listening
from quizbot.advice.refine import level
from quizbot.advice.telling.facts import cut
from quizbot.advice.turn import Refinement, RefinementChip, ResultItem, Results, Turn
from quizbot.advice.understand.reading import Meaning
from quizbot.content.answers import Answer
from quizbot.content.edition import Edition
from quizbot.content.lexicon import spoken, tokens
from quizbot.content.texts import Speech

_LONGEST = 5  # words of a title or of what was said
_FEWEST = 2  # things that are worth summing up
_MOST_QUOTED = 3  # wishes repeated in a reply
_OFFERED = 2  # words that a shopper could use instead


def reply(edition: Edition, turn: Turn, heard: Listening, results: Results | None, speech: Speech) -> str | None:
    """The answer to what was said; None when nothing was said."""
    if not turn.say:
        return None
    items = results.items if results else []
    return _Reply(edition, heard, items, speech, len(turn.refine) + len(turn.answers)).whole()


def doubted(edition: Edition, heard: Listening, speech: Speech) -> list[RefinementChip]:
    """Chips for the meanings of words that could mean several things, and for what was asked about."""
    return tried(edition, heard.refining, [each for _, readings in heard.doubts for each in readings], speech)


def acknowledged(
    edition: Edition, answers: Mapping[str, Answer], speech: Speech, *, done: bool, left: int
) -> str | None:
    """What is said to the last answer; when it is the last of all, what was heard is summed up, too.

    `left` is how many questions need no answer any more, since enough is known.
    """
    if not answers:
        return speech("advice.stop", n=left) if left else None
    last = [*answers][-1]
    parts = [_says(edition, last, answers[last]), speech("advice.stop", n=left) if left else None]
    parts += [_summary(edition, answers, speech)] if done else []
    return " ".join(filter(None, parts)) or (None if done else speech("reply.heard", len(answers)))


def _says(edition: Edition, question: str, answer: Answer) -> str | None:
    """What the chosen options say."""
    chosen = answer if isinstance(answer, tuple) else (answer,)
    says = {each.id: each.says for each in edition.questions[question].offered}
    return next((said for each in chosen if isinstance(each, str) and (said := says.get(each))), None)


def _summary(edition: Edition, answers: Mapping[str, Answer], speech: Speech) -> str:
    """The first things that were chosen, in the shopper's own words; nothing sensitive, nothing when it is little."""
    heard = []
    for name, answer in answers.items():
        question = edition.questions[name]
        texts = {each.id: each.text for each in question.offered}
        first = answer[0] if isinstance(answer, tuple) else answer
        if question.sensitive is None and isinstance(first, str) and len(texts.get(first, "").split()) in range(1, 8):
            heard.append(speech.quote(texts[first]))
    if len(heard) < _FEWEST:
        return ""
    return speech("reply.summary", heard=speech.listing(heard[:_MOST_QUOTED]))


@dataclass(frozen=True, slots=True)
class _Reply:
    """The answer to one saying; `number` rotates its variants."""

    edition: Edition
    heard: Listening
    items: Sequence[ResultItem]
    speech: Speech
    number: int

    def whole(self) -> str | None:
        """Everything there is to say, each thing once."""
        reading = self.heard.reading
        refined = [each for each in reading.meanings if each.refine or each.answers]
        said = [self._done(refined)] if refined else []
        said += [self._talk(each) for each in reading.meanings if each.intent != "refine"]
        said += [self._doubt(*each) for each in reading.doubts if each[0]]
        said += [self._unread(each) for each in reading.unread[:1]]
        return " ".join(dict.fromkeys(said)) or None

    def _done(self, meanings: Sequence[Meaning]) -> str:
        """What was understood, and what came of it."""
        quotes = [self.speech.quote(cut(each.text, _LONGEST)) for each in meanings[:_MOST_QUOTED]]
        words = self.speech.listing(quotes)
        if not self.items:
            return self.speech("reply.noted", self.number, words=words)
        if dead_end := self._dead_end(meanings):
            return dead_end
        before = self.heard.screen.items
        moved = sum(each.id not in before for each in self.items)
        title = cut(self.items[0].title, _LONGEST)
        stays = self.items[0].id == self.heard.screen.at(1)
        if moved and stays:
            return self.speech("reply.moved_below", self.number, words=words, n=moved, title=title)
        if moved:
            return self.speech("reply.moved", self.number, words=words, n=moved, title=title) + self._price()
        if stays:
            return self.speech("reply.same", self.number, words=words)
        return self.speech("reply.first", self.number, words=words, title=title) + self._price()

    def _dead_end(self, meanings: Sequence[Meaning]) -> str | None:
        """That nothing goes further in a direction than what it was compared with."""
        for each in [refine for meaning in meanings for refine in meaning.refine]:
            item = each.than or self.heard.screen.at(1)
            if each.trait is None or each.direction is None or item is None:
                continue
            place = self.edition.catalog.positions[item]
            own, levels = level(self.edition, each.trait, place), self.edition.levels
            row = levels.level[levels.names.index(each.trait)]
            sign = 1 if each.direction == "more" else -1
            if own is not None and not bool(((row - own) * sign > 0).any()):
                title = cut(self.edition.shown.columns["title"].texts[place], _LONGEST)
                trait = self.edition.quiz.traits[each.trait].label
                return self.speech(f"reply.dead_end_{each.direction}", trait=trait, title=title)
        return None

    def _price(self) -> str:
        """How much less or more the first costs than the one that was first before."""
        first, item = self.items[0], self.heard.screen.at(1)
        before = self.heard.screen.price(item) if item else None
        if first.price is None or before is None or first.price == before:
            return ""
        amount = self.speech.money(abs(round(first.price - before, 2)), first.currency or "")
        return " " + self.speech(f"reply.{'less' if first.price < before else 'dearer'}", amount=amount)

    def _doubt(self, words: str, readings: Sequence[Refinement]) -> str:
        chips = doubted(self.edition, self.heard, self.speech)[: len(readings)]
        meanings = self.speech.listing([each.label for each in chips], "or")
        return self.speech("reply.doubt", words=self.speech.quote(cut(words, _LONGEST)), meanings=meanings)

    def _unread(self, words: str) -> str:
        """That it cannot be read, with words that can be."""
        quoted = self.speech.quote(cut(words, _LONGEST))
        known = [self.speech.quote(each.more[0]) for each in self.edition.quiz.traits.values() if each.more]
        if not known:
            return self.speech("reply.unread_plain", self.number, words=quoted)
        return self.speech("reply.unread", self.number, words=quoted, known=self.speech.listing(known[:_OFFERED], "or"))

    def _talk(self, meaning: Meaning) -> str:
        """An answer to a question or to small talk."""
        if meaning.intent == "question":
            offered = doubted(self.edition, self.heard, self.speech)
            return offered[0].text if offered else self.speech("reply.question", self.number)
        if meaning.intent == "why":
            return self._why(self._pointed(meaning)[:1] or self.items[:1])
        if meaning.intent == "compare" and len(self.items) > 1:
            pointed = self._pointed(meaning)
            return self._compared(*sorted(pointed[:2] if len(pointed) > 1 else self.items[:2], key=self.items.index))
        kind = "talk" if meaning.intent == "compare" else meaning.intent.replace("-", "_")
        return self.speech(f"reply.{kind}", self.number)

    def _pointed(self, meaning: Meaning) -> list[ResultItem]:
        """The items that a sentence names by their places: the second, the third."""
        ordinals = spoken(meaning.text, self.speech.language).ordinals
        places = [ordinals.get((each.key,), 0) for each in tokens(meaning.text)]
        return [self.items[each - 1] for each in dict.fromkeys(places) if 0 < each <= len(self.items)]

    def _compared(self, one: ResultItem, other: ResultItem) -> str:
        """Which of two comes first, and what speaks against the other."""
        first, second = cut(one.title, _LONGEST), cut(other.title, _LONGEST)
        if fact := other.catch or other.headline:
            return self.speech("reply.compare", one=first, other=second, fact=fact)
        return self.speech("reply.alike", one=first, other=second)

    def _why(self, items: Sequence[ResultItem]) -> str:
        """What speaks for an item that comes first, and against one that does not."""
        if not items:
            return self.speech("reply.why_not")
        item = items[0]
        against = item.catch if item is not self.items[0] else None
        reason = item.headline or next((each.text for each in item.reasons), None)
        told = [each for each in (reason, against) if each]
        if not told:
            return self.speech("reply.why_not")
        return self.speech("reply.why", title=cut(item.title, _LONGEST), reason=" ".join(dict.fromkeys(told)))
