"""What can truly be said of one trait of one item: its level, the evidence for it, and its place in the catalog."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from quizbot.advice.preference import Wish
from quizbot.advice.turn import EvidenceShown
from quizbot.content.catalog import Catalog, Floats, yes_or_no
from quizbot.content.levels import Evidence, Family, Levels, evidence
from quizbot.content.quiz import Quiz, Trait
from quizbot.content.texts import CURRENCIES, Speech

BAND = 0.15
"""A level word is true of levels this near to the one it names."""

REMEMBERED = 50_000
"""Facts kept at once; beyond that they are gathered anew."""

Band = Literal["close", "near", "halfway", "catch"]
"""What a sentence may claim, by the gap between wish and level."""

_SHARES = ((0.95, 19, 20), (0.9, 9, 10), (0.8, 4, 5))
_FEW = 10  # a catalog smaller than this has no "9 in 10"
_MOST_LISTED = 3
_LONGEST = 6  # words of one phrase, label or level word


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known about one trait of one item, in one language.

    `level` is what the item has: 0..1, or the texts of its labels; `labels` are these as the catalog spells them.
    `value` is the value with its unit, or as the catalog writes it; `named` the same behind the name of its trait,
    for where the value alone could mean anything; a number without a unit has that form only. `phrases` is what its
    text or its tags say, `word` the level word, where the level allows it. `lower` and `higher` count the items of the
    catalog that are known to have less of it, or more.
    """

    level: float | list[str]
    shown: EvidenceShown | None
    value: str = ""
    named: str = ""
    number: float | None = None
    phrases: tuple[str, ...] = ()
    word: str = ""
    lower: int = 0
    higher: int = 0
    labels: tuple[str, ...] = ()


class Facts:
    """The facts of a quiz on its catalog, told in one language; each is gathered when it is first needed."""

    def __init__(self, quiz: Quiz, catalog: Catalog, levels: Levels, speech: Speech) -> None:
        """Look at one quiz and its catalog."""
        self.quiz, self.catalog, self.levels, self.speech = quiz, catalog, levels, speech
        self.labels = {name: cut(trait.label, _LONGEST) for name, trait in quiz.traits.items()}
        self._native = quiz.language.partition("-")[0] == speech.language  # else "cheaper als 9 von 10 hier"
        self._spelled = {name: _spelled(trait) for name, trait in quiz.traits.items()}
        self._rows = {name: at for at, name in enumerate(levels.names)}
        self._sorted: dict[str, Floats] = {}
        self._known: dict[tuple[str, int], Fact] = {}
        self._texts = {name: _label_texts(quiz.traits[name], family) for name, family in levels.families.items()}
        self._wanted: dict[tuple[str, frozenset[str]], frozenset[str]] = {}

    def of(self, trait: str, item: int) -> Fact:
        """The fact about a trait that the catalog states for an item."""
        found = self._known.get((trait, item))
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[trait, item] = self._gather(trait, item)
        return found

    def wanted(self, wish: Wish) -> frozenset[str]:
        """The labels that a wish names, as the catalog spells them where it knows them."""
        key = (wish.trait, wish.labels)
        found = self._wanted.get(key)
        if found is None:
            family = self.levels.families[wish.trait]
            places = {each: family.position(each) for each in wish.labels}
            found = frozenset(each if at is None else family.labels[at] for each, at in places.items())
            self._wanted[key] = found
        return found

    def label_texts(self, trait: str, labels: Iterable[str]) -> list[str]:
        """The texts of some labels, for people."""
        texts = self._texts[trait]
        return [texts.get(each, each) for each in labels]

    # Telling --------------------------------------------------------------------------------------

    def told(self, wish: Wish, item: int, band: Band, *, named: bool = False) -> str:
        """The one fact about what a wish wanted: evidence first, the level word only where it is close."""
        fact = self.of(wish.trait, item)
        if wish.kind in ("any", "avoid"):
            return self._told_labels(wish, fact)
        high = wish.low + wish.high > 1
        assert isinstance(fact.level, float)
        phrases = self.listed(fact.phrases)
        value = fact.named if named and fact.named else fact.value
        if band == "close":
            found = value or (phrases if high or not fact.level else "") or fact.word or phrases
        else:
            only = band == "catch" and phrases and 0 < fact.level < wish.low
            found = value or (self.speech("advice.fact.little", fact=phrases) if only else phrases)
        return found or fact.named or self._nothing(wish.trait, fact)

    def _told_labels(self, wish: Wish, fact: Fact) -> str:
        wanted = self.wanted(wish)
        shared = [each for each in fact.labels if each in wanted]
        if shared or (wish.kind == "any" and fact.labels):
            return self.listed(self.label_texts(wish.trait, shared or fact.labels))
        texts = sorted(self.label_texts(wish.trait, wanted))[:_MOST_LISTED]
        missing = self.speech.listing([cut(each, _LONGEST) for each in texts], "or")
        return self.speech("advice.fact.without", labels=missing)

    def contrast(self, wish: Wish, item: int) -> str:
        """How the item compares with the whole catalog in the direction of the wish; empty when nothing is true."""
        if wish.kind not in ("level", "bounds"):
            return ""
        if wish.low >= 0.75 or (wish.kind == "bounds" and wish.low > 0 and wish.high == 1):  # noqa: PLR2004 (the upper quarter)
            return self._place(wish.trait, item, up=True)
        if wish.high <= 0.25 or (wish.kind == "bounds" and wish.high < 1 and wish.low == 0):  # noqa: PLR2004 (the lower quarter)
            return self._place(wish.trait, item, up=False)
        return ""

    def common(self, trait: str, item: int, other: int) -> str:
        """What two items have in common of a trait, empty when nothing is certain to be the same."""
        one = self.of(trait, item)
        if not (one.labels or one.value or one.phrases or one.word):
            return ""
        two = self.of(trait, other)
        if trait in self.levels.families:
            shared = [each for each in one.labels if each in two.labels]
            texts = self.listed(self.label_texts(trait, shared))
            return self.speech("advice.history.same", trait=self.labels[trait], fact=texts) if shared else ""
        if one.value and one.value == two.value:
            return self.speech("advice.history.same", trait=self.labels[trait], fact=one.value)
        said = {each.casefold() for each in two.phrases}
        phrases = [each for each in one.phrases if each.casefold() in said][:1]
        word = one.word if one.word == two.word else ""
        fact = self.listed(phrases) if one.level else ""
        return self.speech("advice.history.also", fact=fact or word) if fact or word else ""

    def difference(self, trait: str, item: int, other: int) -> str:
        """By how much an item has more or less of a trait than another, as in "200 g lighter"; empty when unsaid."""
        one, spoken = self.of(trait, item), self.quiz.traits[trait]
        if one.number is None or not (one.value and self._native):
            return ""
        two = self.of(trait, other)
        if two.number is None or one.level == two.level:
            return ""
        assert isinstance(one.level, float)
        assert isinstance(two.level, float)
        more = _short(spoken.more if one.level > two.level else spoken.less)
        unit = (one.shown.unit if one.shown else "") or self.catalog.currency
        amount = self.speech.measure(abs(one.number - two.number), unit)
        return self.speech("advice.history.difference", amount=amount, more=more) if more else ""

    def listed(self, texts: Sequence[str]) -> str:
        """Some texts as a list, long ones cut at whole words and long lists counted."""
        if len(texts) > _MOST_LISTED:
            most = ", ".join(cut(each, _LONGEST) for each in texts[: _MOST_LISTED - 1])
            return self.speech("advice.fact.many", labels=most, n=len(texts) - _MOST_LISTED + 1)
        return self.speech.listing([cut(each, _LONGEST) for each in texts])

    def _nothing(self, trait: str, fact: Fact) -> str:
        source = self.quiz.traits[trait].source
        name = self.labels[trait]
        if source.words is not None or source.tags is not None:
            return self.speech("advice.fact.nothing", trait=name)
        assert isinstance(fact.level, float)
        return self.speech("advice.fact.named", trait=name, value=fact.level)

    # Gathering ------------------------------------------------------------------------------------

    def _gather(self, trait: str, item: int) -> Fact:
        found = evidence(self.quiz, self.catalog, trait, item)
        if trait in self.levels.families:
            labels = self.levels.families[trait].of(item)
            return Fact(self.label_texts(trait, labels), _shown(found), labels=labels)
        level = float(self.levels.level[self._rows[trait], item])
        value, named, number = self._value(trait, found)
        spelled = self._spelled[trait]
        phrases = tuple(spelled.get(each.casefold(), each) for each in (*found.phrases, *found.tags, *found.labels))
        word = _word(self.quiz.traits[trait], level)
        lower, higher = self._beaten(trait, level)
        return Fact(round(level, 9), _shown(found), value, named, number, phrases, word, lower, higher)

    def _value(self, trait: str, found: Evidence) -> tuple[str, str, float | None]:
        """The value with its unit, the same named by its trait, and the number itself."""
        if found.value is None or found.value == "":
            return "", "", None
        if isinstance(found.value, str):
            answer = yes_or_no(found.value)
            if answer is None:
                return cut(self._spelled[trait].get(found.value.casefold(), found.value), _LONGEST), "", None
            return (
                self.speech("advice.demand.yes" if answer else "advice.demand.no", column=self.labels[trait]),
                "",
                None,
            )
        number = float(found.value)
        unit = found.unit or (self.catalog.currency if found.column.casefold() == "price" else "")
        written = self.speech.measure(number, unit)
        named = self.speech("advice.fact.named", trait=self.labels[trait], value=written)
        if unit in CURRENCIES:
            return written, "", number
        return written if unit else "", named, number

    def _beaten(self, trait: str, level: float) -> tuple[int, int]:
        """How many items are lower and how many higher; what is unknown is neither."""
        known = self._sorted.get(trait)
        if known is None:
            row = self.levels.level[self._rows[trait]]
            known = self._sorted[trait] = np.sort(row[~np.isnan(row)])
        return int(known.searchsorted(level, "left")), len(known) - int(known.searchsorted(level, "right"))

    def _place(self, trait: str, item: int, *, up: bool) -> str:
        """The comparison with the whole catalog, empty where too few are beaten."""
        fact, spoken, size = self.of(trait, item), self.quiz.traits[trait], len(self.catalog)
        beaten = fact.lower if up else fact.higher
        found = next(((part, whole) for share, part, whole in _SHARES if size >= _FEW and beaten >= share * size), None)
        if found is None:
            return ""
        more = _short(spoken.more if up else spoken.less) if self._native else ""
        more = more or self.speech(f"advice.fact.{'higher' if up else 'lower'}", trait=self.labels[trait])
        return self.speech("advice.fact.contrast", more=more, part=found[0], whole=found[1])


def cut(text: str, most: int) -> str:
    """A text of at most `most` words, cut between words."""
    words = text.split()
    return " ".join(words) if len(words) <= most else " ".join(words[:most]) + "…"


def _label_texts(trait: Trait, family: Family) -> dict[str, str]:
    """The texts of labels that have one other than their name."""
    places = {name: family.position(name) for name in trait.labels}
    return {name if at is None else family.labels[at]: trait.labels[name] for name, at in places.items()}


def _spelled(trait: Trait) -> dict[str, str]:
    """Phrases and texts as the editor spells or translates them; a phrase may stand at the start of a sentence."""
    words = trait.source.words or ()
    phrases = [phrase for each in words.values() for phrase in each] if isinstance(words, dict) else words
    return {each.casefold(): each for each in phrases} | {name.casefold(): each for name, each in trait.labels.items()}


def _word(trait: Trait, level: float) -> str:
    """The level word that completes "It is ...", empty where the level allows none or the word is too long to say."""
    for at, word in ((0.0, trait.low), (0.5, trait.middle), (1.0, trait.high)):
        if word and round(abs(level - at), 9) <= BAND and len(word.split()) <= 2 * _LONGEST:
            return word
    return ""


def _short(words: Sequence[str]) -> str:
    return words[0] if words and len(words[0].split()) <= _MOST_LISTED else ""


def _shown(found: Evidence) -> EvidenceShown | None:
    """The evidence as it travels; None when there is none to show."""
    parts = {
        "column": found.column or None,
        "value": found.value,
        "unit": found.unit or None,
        "phrases": list(found.phrases) or None,
        "labels": list(found.labels) or None,
        "tags": list(found.tags) or None,
    }
    return EvidenceShown.model_validate(parts) if any(each is not None for each in parts.values()) else None
