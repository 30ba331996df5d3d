"""A text to what it means: sentence by sentence, with the words that each meaning came from."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from quizbot.advice.refine import Unfit, check, compared, relative
from quizbot.advice.turn import Given, Intent, Refinement
from quizbot.advice.understand.choosing import chosen
from quizbot.advice.understand.clauses import Ambiguous, Wish
from quizbot.advice.understand.composing import Composer
from quizbot.advice.understand.marks import Mark, Scanner
from quizbot.advice.understand.screen import Screen
from quizbot.advice.understand.vocabulary import Vocabulary, vocabulary
from quizbot.content.edition import Edition
from quizbot.content.lexicon import Lexicon, Token, spoken, tokens

_SENTENCE = re.compile(r"[^.!?;\n]*(?:[.](?=\S)[^.!?;\n]*)*[.!?;\n]*")
_UNSPOKEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SHORTENED = re.compile(r"\b(?:ca|max|min|approx|nr)[.](?=\s*\d)", re.IGNORECASE)
_CERTAIN = 6  # letters of a word that is taken for a typo beside a stranger
_ASIDE = 5  # what a sentence of somebody else counts as much as
_STRANGE = 2  # unknown words for each known one that make a sentence speak of something else


@dataclass(frozen=True, slots=True)
class Meaning:
    """Some words and what they mean: refinements, changed answers, or an intent."""

    text: str
    intent: Intent
    refine: tuple[Refinement, ...] = ()
    answers: Mapping[str, Given] | None = None


@dataclass(slots=True)
class Reading:
    """What a text means. `doubts` are words that could mean several things, with a refinement for each."""

    meanings: list[Meaning] = field(default_factory=list)
    doubts: list[tuple[str, list[Refinement]]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def understand(edition: Edition, text: str, language: str, screen: Screen) -> Reading:
    """What a text means to the quiz of an edition, in any of its languages.

    The edition is the whole one, with its translations; `language` decides where a sentence could be of several.
    Relative wishes are resolved against the items on the screen.
    """
    whole = _SHORTENED.sub(lambda found: found[0][:-1] + " ", unicodedata.normalize("NFC", _UNSPOKEN.sub(" ", text)))
    reading = Reading()
    for found in _SENTENCE.finditer(whole):
        if any(each.isalnum() for each in found[0]):
            _Sentence(edition, found[0].strip(), language, screen).read(reading)
    if whole.strip() and not any(each.isalnum() for each in whole):
        reading.unread.append(whole.strip())
    return reading


class _Sentence:
    """One sentence being read."""

    def __init__(self, edition: Edition, text: str, language: str, screen: Screen) -> None:
        self.edition, self.text, self.screen = edition, text, screen
        self.lexicon: Lexicon = spoken(text, language)
        self.vocabulary: Vocabulary = vocabulary(edition)
        self.tokens: Sequence[Token] = tokens(text)
        self.guessed: frozenset[int] = frozenset()
        self.plain = " ".join(each.key for each in self.tokens if each.is_word or each.is_number or each.key == ",")

    def read(self, reading: Reading) -> None:
        """Add what the sentence means to a reading."""
        intent = self._intent()
        if intent is not None:
            reading.meanings.append(Meaning(self.text, intent))
            return
        scanner = Scanner(self.vocabulary, self.lexicon, self.tokens, self.text)
        marks, self.guessed = scanner.marks(), scanner.guessed
        changed = chosen(self.edition, self.vocabulary, self.lexicon, self.tokens, marks)
        if changed is not None:
            reading.meanings.append(Meaning(self.text, "refine", answers=changed.answers))
            marks = [each for each in marks if not changed.first <= each.first <= changed.last]
        composer = Composer(self.edition, self.screen, marks)
        composer.compose()
        wishes = list(self._fitting(composer.wishes))
        if not wishes and self._asks(marks) and self._of_products(marks):
            reading.meanings.append(Meaning(self.text, "question"))
            return
        if self._speaks_of_something_else(marks, wishes, composer):
            if changed is None:
                reading.unread.append(self.text)
            return
        if self._asks(marks):
            readings = [self._resolved(each.refine) for each in wishes]
            reading.meanings.append(Meaning(self.text, "question", ()))
            reading.doubts += [("", readings)] if readings else []
            return
        reading.meanings += self._grouped(marks, wishes)
        reading.doubts += [self._doubt(marks, each) for each in composer.ambiguous]
        if not wishes and not composer.ambiguous and changed is None:
            reading.unread.append(self.text)
        else:
            reading.unread += self._unread(marks)

    # Kinds of sentences ---------------------------------------------------------------------------

    def _intent(self) -> Intent | None:
        """What a whole sentence is about when it is none of refining."""
        whole = self._intent_of(self.plain.replace(" ,", ","))
        parts = [self._intent_of(each.strip()) for each in self.plain.split(",")]
        return whole or (parts[-1] if all(parts) else None)

    def _intent_of(self, words: str) -> Intent | None:
        for name, patterns in self.lexicon.intents.items():
            if any(each.search(words) for each in patterns):
                return cast("Intent", {"show": "talk"}.get(name, name))
        return None

    def _asks(self, marks: Sequence[Mark]) -> bool:
        """Whether it is a question about products rather than a wish: nothing of it is applied."""
        if self.lexicon.says("hypothetical", self.plain):
            return True
        asks = self.text.endswith("?") and self.lexicon.says("questions", self.plain)
        return asks and not self.lexicon.says("requests", self.plain) and bool(marks)

    def _of_products(self, marks: Sequence[Mark]) -> bool:
        """Whether a question names products or something of theirs; a price alone may be that of shipping."""
        if any(each.is_a("item", "sense") for each in marks):
            return True
        return any(each.is_a("price") for each in marks) and not any(each.is_a("unknown") for each in marks)

    def _speaks_of_something_else(self, marks: Sequence[Mark], wishes: Sequence[Wish], composer: Composer) -> bool:
        """Whether known words stand among too many unknown ones to be meant."""
        strange = sum(each.is_a("unknown") for each in marks) + self._of_others(marks)
        used = {place for each in wishes for place in range(each.first, each.last + 1)}
        idle = sum(each.is_a("number") for at, each in enumerate(marks) if at not in used)
        known = len(wishes) + len(composer.ambiguous)
        if not known:
            return True
        asked = self.lexicon.says("requests", self.plain) or any(
            tuple(each.key for each in self.tokens[at : at + size]) in self.lexicon.requests
            for size in (1, 2, 3)
            for at in range(len(self.tokens))
        )
        bound = any(each.refine.column for each in wishes)
        if wishes and all(self._is_guess(marks, each) for each in wishes):
            short = all(len(self.tokens[at].key) < _CERTAIN for at in self.guessed)
            return strange + idle >= (1 if short and not asked else _STRANGE)
        return strange + idle >= _STRANGE * known + (3 if asked else 0) and not bound

    def _of_others(self, marks: Sequence[Mark]) -> int:
        """How much a sentence speaks of somebody, and not of what is for them: my aunt is from Japan."""
        if any(each.is_a("unknown") for each in marks) and self.lexicon.says("remarks", self.plain):
            return _ASIDE  # we have a big problem
        said = [found[1] for pattern in self.lexicon.patterns["states"] for found in pattern.finditer(self.plain)]
        if any(self.tokens[each.first].key in said for each in marks if each.is_a("unknown")):
            return _STRANGE  # the sky is blue
        told = next((each.first for each in marks if each.is_a("relatives")), None)
        if told is None or any(each.is_a("fond", "own", "known", "averse") for each in marks):
            return 0
        return 0 if {"for", "f\u00fcr"} & {each.key for each in self.tokens[:told]} else _STRANGE

    def _is_guess(self, marks: Sequence[Mark], wish: Wish) -> bool:
        """Whether a wish hangs on a word that was taken for a typo, or on a number alone: about nine, 30 euros."""
        own = marks[wish.first : wish.last + 1]
        if wish.refine.about is not None:
            return not (any(each.units for each in own) and any(each.is_a("about") for each in own))
        return any(at in self.guessed for at in range(own[0].first, own[-1].last + 1))

    # Putting together -----------------------------------------------------------------------------

    def _fitting(self, wishes: Sequence[Wish]) -> Iterator[Wish]:
        for each in wishes:
            try:
                check(self.edition, each.refine)
            except Unfit:
                continue
            yield each

    def _resolved(self, refine: Refinement) -> Refinement:
        if not relative(refine):
            return refine
        item = refine.than or self.screen.at(1)
        place = self.edition.catalog.positions[item] if item else 0
        return refine.model_copy(update={"level": compared(self.edition, refine, place)})

    def _grouped(self, marks: Sequence[Mark], wishes: Sequence[Wish]) -> Iterator[Meaning]:
        """One meaning for each wish; values of one list go together: "no wool or leather"."""
        pending: list[Wish] = []
        for each in wishes:
            if pending and not _joins(pending[-1].refine, each.refine):
                yield self._meaning(marks, pending)
                pending = []
            pending.append(each)
        if pending:
            yield self._meaning(marks, pending)

    def _meaning(self, marks: Sequence[Mark], wishes: Sequence[Wish]) -> Meaning:
        refine = wishes[0].refine
        for each in wishes[1:]:
            refine = _joined(refine, each.refine)
        return Meaning(self._words(marks, wishes[0].first, wishes[-1].last), "refine", (self._resolved(refine),))

    def _words(self, marks: Sequence[Mark], first: int, last: int) -> str:
        """The exact words of some marks, without noise at their ends."""
        within = [each for each in marks[first : last + 1] if not each.is_a("noise", "comma", "and", "or", "but")]
        within = within or [*marks[first : last + 1]]
        start, end = self.tokens[within[0].first].start, self.tokens[within[-1].last].end
        return self.text[start:end]

    def _doubt(self, marks: Sequence[Mark], each: Ambiguous) -> tuple[str, list[Refinement]]:
        return self._words(marks, each.last, each.last), [self._resolved(refine) for refine in each.readings]

    def _unread(self, marks: Sequence[Mark]) -> Iterator[str]:
        """Runs of words that nothing is known of."""
        run: list[Mark] = []
        for each in marks:
            if each.is_a("unknown"):
                run.append(each)
            elif run and not each.is_a("noise"):
                yield self._words(run, 0, len(run))
                run = []
        if run:
            yield self._words(run, 0, len(run))


def _joins(one: Refinement, other: Refinement) -> bool:
    """Whether two refinements are of one list: the same word about the same column."""
    for word in ("require", "exclude", "prefer", "avoid"):
        left, right = getattr(one, word), getattr(other, word)
        if left is not None and right is not None:
            return bool(left.keys() == right.keys())
    return False


def _joined(one: Refinement, other: Refinement) -> Refinement:
    word = next(each for each in ("require", "exclude", "prefer", "avoid") if getattr(one, each) is not None)
    left, right = getattr(one, word), getattr(other, word)
    return Refinement.model_validate(
        {word: {name: list(dict.fromkeys([*values, *right[name]])) for name, values in left.items()}}
    )
