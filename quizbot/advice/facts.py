"""What can truly be said of one trait of one item: its level, the evidence for it, and its place in the catalog."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from quizbot.advice.preference import Wish
from quizbot.advice.turn import EvidenceShown
from quizbot.content.catalog import Catalog, Floats, yes_or_no
from quizbot.content.levels import Evidence, Family, Levels, evidence
from quizbot.content.quiz import Quiz, Trait
from quizbot.content.texts import Speech

BAND = 0.15
"""A level word is true of levels this near to the one it names."""

REMEMBERED = 50_000
"""Facts kept at once; beyond that they are gathered anew."""

_SHARES = ((0.95, 19, 20), (0.9, 9, 10), (0.8, 4, 5))
_FEW = 10  # a catalog smaller than this has no "9 in 10"
_MOST_LISTED = 3
_LONGEST = 6  # words of one phrase, label or level word


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known about one trait of one item, in one language.

    `level` is what the item has: 0..1, or the texts of its labels; `labels` are these as the catalog spells them.
    `value` is the value with its unit, or as the catalog writes it; `bare` the number without a unit, named by the
    trait; `phrases` what its text or its tags say. `word` is the level word, where the level allows it. `above` and
    `below` are the comparisons with the whole catalog that are true of it.
    """

    level: float | list[str]
    shown: EvidenceShown | None
    value: str = ""
    bare: str = ""
    number: float | None = None
    phrases: tuple[str, ...] = ()
    word: str = ""
    above: str = ""
    below: str = ""
    labels: tuple[str, ...] = ()


class Facts:
    """The facts of a quiz on its catalog, told in one language; each is gathered when it is first needed."""

    def __init__(self, quiz: Quiz, catalog: Catalog, levels: Levels, speech: Speech) -> None:
        """Look at one quiz and its catalog."""
        self.quiz, self.catalog, self.levels, self.speech = quiz, catalog, levels, speech
        self.labels = {name: cut(trait.label, _LONGEST) for name, trait in quiz.traits.items()}
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

    def told(self, wish: Wish, item: int, *, close: bool, catch: bool = False) -> str:
        """The one fact about what a wish wanted; the level word only where it is close."""
        fact = self.of(wish.trait, item)
        if wish.kind in ("any", "avoid"):
            return self._told_labels(wish, fact)
        high = wish.low + wish.high > 1
        phrases = self.listed(fact.phrases)
        if close:
            found = fact.value or (phrases if high else "") or fact.word or phrases
        else:
            assert isinstance(fact.level, float)
            only = catch and phrases and 0 < fact.level < wish.low
            found = fact.value or (self.speech("advice.fact.little", fact=phrases) if only else phrases)
        return found or fact.bare or self._nothing(wish.trait, fact)

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
            return self.of(wish.trait, item).above
        if wish.high <= 0.25 or (wish.kind == "bounds" and wish.high < 1 and wish.low == 0):  # noqa: PLR2004 (the lower quarter)
            return self.of(wish.trait, item).below
        return ""

    def listed(self, texts: Sequence[str]) -> str:
        """Some texts as a list, long ones cut at whole words and long lists counted."""
        shown = [cut(each, _LONGEST) for each in texts]
        if len(shown) > _MOST_LISTED:
            most = ", ".join(shown[: _MOST_LISTED - 1])
            return self.speech("advice.fact.many", labels=most, n=len(shown) - _MOST_LISTED + 1)
        return self.speech.listing(shown)

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
        value, bare, number = self._value(trait, found)
        phrases = (*found.phrases, *found.tags, *found.labels)
        word = _word(self.quiz.traits[trait], level)
        above, below = self._places(trait, level)
        return Fact(round(level, 9), _shown(found), value, bare, number, phrases, word, above, below)

    def _value(self, trait: str, found: Evidence) -> tuple[str, str, float | None]:
        """The value with its unit, or named by its trait when it has none, and the number itself."""
        if found.value is None or found.value == "":
            return "", "", None
        if isinstance(found.value, str):
            answer = yes_or_no(found.value)
            if answer is None:
                return cut(found.value, _LONGEST), "", None
            return (
                self.speech("advice.demand.yes" if answer else "advice.demand.no", column=self.labels[trait]),
                "",
                None,
            )
        number = float(found.value)
        unit = found.unit or (self.catalog.currency if found.column.casefold() == "price" else "")
        written = self.speech.measure(number, unit)
        if unit:
            return written, "", number
        return "", self.speech("advice.fact.named", trait=self.labels[trait], value=written), number

    def _places(self, trait: str, level: float) -> tuple[str, str]:
        """What is true of a level against those of the whole catalog; what is unknown is never counted as beaten."""
        known = self._sorted.get(trait)
        if known is None:
            row = self.levels.level[self._rows[trait]]
            known = self._sorted[trait] = np.sort(row[~np.isnan(row)])
        lower = int(known.searchsorted(level, "left"))
        higher = len(known) - int(known.searchsorted(level, "right"))
        spoken, name = self.quiz.traits[trait], self.labels[trait]
        return (
            self._place(lower, _short(spoken.more) or self.speech("advice.fact.higher", trait=name)),
            self._place(higher, _short(spoken.less) or self.speech("advice.fact.lower", trait=name)),
        )

    def _place(self, beaten: int, more: str) -> str:
        size = len(self.catalog)
        for share, part, whole in _SHARES:
            if size >= _FEW and beaten >= share * size:
                return self.speech("advice.fact.contrast", more=more, part=part, whole=whole)
        return ""


def cut(text: str, most: int) -> str:
    """A text of at most `most` words, cut between words."""
    words = text.split()
    return " ".join(words) if len(words) <= most else " ".join(words[:most]) + "…"


def _label_texts(trait: Trait, family: Family) -> dict[str, str]:
    """The texts of labels that have one other than their name."""
    places = {name: family.position(name) for name in trait.labels}
    return {name if at is None else family.labels[at]: trait.labels[name] for name, at in places.items()}


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
