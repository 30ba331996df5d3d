"""A sentence as marks: small words by their meaning, numbers with units, and words of the shop with their senses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quizbot.advice.understand.compounds import compound, lacking
from quizbot.advice.understand.senses import Item, Name, Noun, Sense, Side, Value
from quizbot.advice.understand.vocabulary import Vocabulary
from quizbot.content.catalog import number
from quizbot.content.lexicon import Lexicon, Token

SEPARATORS = {",": "comma", ";": "comma", ".": "comma", ":": "comma", "!": "comma", "?": "comma", "\n": "comma"}
_BEFORE_SENSE = ("slightly", "much")
_ALWAYS_SMALL = frozenset({"not", "than", "too", "and", "or", "with", "cheaper", "dearer", "cheap", "dear"})
_BEFORE_POSITIVE = frozenset({"ein", "kein", "sehr", "so", "richtig", "mein", "ganz", "besonders", "wirklich", "super"})
_NAMING = ("matters", "indifferent", "other", "every")  # words that speak of a column or a trait by its name
_SHORTEST_UNIT = 3  # letters of a unit that "a" counts one of
_CERTAIN = 8  # letters of a product's name, or of a longer form of a word, that a typo may be in
_FORMS = ("es", "en", "em", "er", "e", "n", "s")
_HUNDRED, _THOUSAND = 100.0, 1000.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Some tokens, `first` to `last`, that mean something together.

    `kinds` are the meanings of a small word, or one of `sense`, `number`, `item`, `comma`, `noise` and `unknown`.
    `senses` are equally likely; `value` is a number, or the place of an item in the list; `units` what may follow it.
    """

    kinds: tuple[str, ...]
    first: int
    last: int
    senses: tuple[Sense, ...] = ()
    value: float = 0.0
    units: tuple[str, ...] = ()

    def is_a(self, *kinds: str) -> bool:
        """Whether it is of any of these kinds."""
        return any(each in self.kinds for each in kinds)


class Scanner:
    """Reads the tokens of one sentence from left to right, the longest phrase first.

    `guessed` are the places of words that were taken for typos.
    """

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon, tokens: Sequence[Token], text: str) -> None:
        """Read these tokens of a text."""
        self._vocabulary, self._lexicon, self._text = vocabulary, lexicon, text
        self._tokens = tokens
        self._meant: dict[str, str] = {}
        self._keys = [self._corrected(at, each) for at, each in enumerate(tokens)]
        self._names = self._says(*_NAMING)
        self.guessed = frozenset(at for at, each in enumerate(tokens) if each.key != self._keys[at])

    def marks(self) -> list[Mark]:
        """Every token is in one mark."""
        found: list[Mark] = []
        at = 0
        while at < len(self._keys):
            mark = self._number(at) or self._longest(at)
            found.append(mark)
            at = mark.last + 1
        return found

    def _says(self, *kinds: str) -> bool:
        """Whether a small word of one of these kinds stands anywhere in the sentence."""
        runs = (tuple(self._keys[at : at + size]) for at in range(len(self._keys)) for size in range(1, 5))
        return any(kind in kinds for each in runs for kind in self._lexicon.meanings.get(each, ()))

    def _corrected(self, at: int, token: Token) -> str:
        """The key of a token, of the word that was meant where it is a typo; a unit is no name with a typo."""
        word = token.key
        if not token.is_word or self._is_known(word):
            return word
        if word not in self._meant:
            self._meant[word] = self._vocabulary.speller.meant(word) or self._declined(word) or word
        meant = self._meant[word]
        behind_number = at > 0 and self._tokens[at - 1].is_number
        return word if behind_number and any(map(_is_name, self._vocabulary.senses((meant,)))) else meant

    def _declined(self, word: str) -> str | None:
        """The form that a typo in a longer form of a word was meant to be."""
        ending = next((each for each in _FORMS if word.endswith(each)), None)
        if ending is None or len(word) < _CERTAIN:
            return None
        base = self._vocabulary.speller.meant(word.removesuffix(ending))
        return base + ending if base and self._vocabulary.senses((base + ending,)) else None

    def _is_known(self, word: str) -> bool:
        vocabulary = self._vocabulary
        return (
            word in vocabulary.words
            or word in vocabulary.small
            or word in vocabulary.familiar
            or any((word,) in each.meanings or (word,) in each.units for each in vocabulary.lexicons)
            or any(word in each.numbers or (word,) in each.ordinals for each in vocabulary.lexicons)
            or any(word in each.halves for each in vocabulary.lexicons)
            or bool(vocabulary.senses((word,)) or lacking(vocabulary, word) or compound(vocabulary, word))
            or any(word in part for part in self._small_parts())
        )

    def _small_parts(self) -> list[frozenset[str]]:
        return [frozenset(word for words in each.meanings for word in words) for each in (self._lexicon,)]

    # Numbers --------------------------------------------------------------------------------------

    def _number(self, at: int) -> Mark | None:
        """A number in digits or in words, with its unit; a currency may stand before it."""
        start = at
        before = self._unit(at)
        if before and before[1] == 1 and not self._tokens[at].is_word:
            at += 1
        else:
            before = None
        if at >= len(self._keys):
            return None
        value, last = self._written(at) if self._tokens[at].is_number else self._single(at) or self._spoken(at)
        if self._tokens[at].is_number and self._is_glued(at):
            return Mark(("unknown",), start, at + 1)
        if last < at or value != value:  # noqa: PLR0124 (NaN)
            return None
        if last + 1 < len(self._keys) and self._keys[last + 1] == "k" and not self._unit(last + 1):
            value, last = value * _THOUSAND, last + 1
        after = self._unit(last + 1)
        units = after[0] if after else before[0] if before else ()
        inside = start and self._keys[start - 1] == "in" and not units
        kinds = ("number", "within") if inside else ("number",)
        return Mark(kinds, start, last + (after[1] if after else 0), value=value, units=units)

    def _is_glued(self, at: int) -> bool:
        """Whether letters that are no unit stand close behind digits: 10x is no 10."""
        if at + 1 >= len(self._keys) or not self._tokens[at + 1].is_word:
            return False
        return (
            self._tokens[at].end == self._tokens[at + 1].start and not self._unit(at + 1) and self._keys[at + 1] != "k"
        )

    def _unit(self, at: int) -> tuple[tuple[str, ...], int] | None:
        for size in (2, 1):
            found = self._lexicon.units.get(tuple(self._keys[at : at + size]))
            if found and at + size <= len(self._keys):
                return found, size
        own = self._vocabulary.units.get(tuple(self._keys[at : at + 1]))
        return ((own,), 1) if own else None

    def _written(self, at: int) -> tuple[float, int]:
        key = self._keys[at]
        decimal = "," if self._lexicon.language != "en" else ""
        whole = key.replace(".", "").replace(",", "")
        parts = key.replace(",", ".").split(".")
        if len(parts) > 1 and all(len(each) == 3 for each in parts[1:]) and parts[0] not in ("", "0"):  # noqa: PLR2004 (thousands)
            return float(whole), at
        return number(key, decimal), at

    def _single(self, at: int) -> tuple[float, int] | None:
        """One or half of a unit, as in an hour, half an hour: the last token before the unit."""
        value, unit = 1.0, at
        for _ in range(2):
            if unit < len(self._keys) and self._keys[unit] in self._lexicon.halves:
                value, unit = 0.5, unit + 1
            elif unit < len(self._keys) and self._keys[unit] in self._lexicon.ones:
                unit += 1
        if unit == at or not self._unit(unit) or len(self._keys[unit]) < _SHORTEST_UNIT:
            return None
        if any(self._vocabulary.senses(tuple(self._keys[unit : unit + size])) for size in (2, 3)):
            return None  # a day pack
        if self._lexicon.meanings.get((self._keys[unit],)):
            return None  # a min, which may be a minimum
        return value, unit - 1

    def _spoken(self, at: int) -> tuple[float, int]:
        """A number in words: the last token that belongs to it, the one before `at` where there is none."""
        numbers = self._lexicon.numbers
        if (
            self._keys[at] in ("a", "one")
            and at + 1 < len(self._keys)
            and numbers.get(self._keys[at + 1], 0) >= _HUNDRED
        ):
            at += 1
            value = numbers[self._keys[at]]
        elif self._keys[at] in numbers and self._keys[at] != "one":
            value = numbers[self._keys[at]]
        else:
            return 0.0, at - 1
        if value >= _HUNDRED and at and self._lexicon.meanings.get((self._keys[at - 1],)) == ("vague",):
            return 0.0, at - 1  # "a few hundred"
        last = at
        while last + 1 < len(self._keys):
            joined = value >= _HUNDRED and self._lexicon.meanings.get((self._keys[last + 1],), ("",))[-1:] == ("and",)
            if joined and last + 2 < len(self._keys) and numbers.get(self._keys[last + 2], _HUNDRED) < _HUNDRED:
                last += 1
            following = numbers.get(self._keys[last + 1])
            if following is None or (self._keys[last + 1] == "one" and value < _HUNDRED / 5):
                break
            value = value * following if following >= _HUNDRED > value else value + following
            last += 1
        return value, last

    # Words ----------------------------------------------------------------------------------------

    def _longest(self, at: int) -> Mark:
        longest = max(self._vocabulary.longest, self._lexicon.longest)
        sizes = range(min(longest, len(self._keys) - at), 0, -1)
        return next(filter(None, (self._phrase(at, size) for size in sizes)), None) or self._word(at)

    def _phrase(self, at: int, size: int) -> Mark | None:
        """The mark of some words that are known together."""
        words = tuple(self._keys[at : at + size])
        if words in self._lexicon.ordinals:
            if self._keys[at + size : at + size + 1] and self._keys[at + size] in self._lexicon.moments:
                return Mark(("noise",), at, at + size)  # last year
            return Mark(("item",), at, at + size - 1, value=self._lexicon.ordinals[words])
        small = self._lexicon.meanings.get(words, ())
        known = "relatives" not in small or words in self._vocabulary.phrases  # a sister is no superlative
        senses = self._senses(words, at, at + size) if known else []
        if "reply" in small and at == 0 and self._keys[1:2] == [","]:
            return Mark(("noise",), at, at)  # "no, under 12": it denies what was said before
        if small and not (senses and self._prefers_sense(small, at + size)):
            return Mark(small, at, at + size - 1)
        if not senses and size == 2:  # noqa: PLR2004 (the words around a hyphen)
            senses = self._hyphened(at)
        if not senses:
            return None
        nominal = self._keys[at].endswith("eres")
        return Mark(("sense", "nominal") if nominal else ("sense",), at, at + size - 1, tuple(senses))

    def _word(self, at: int) -> Mark:
        """The mark of a word that is not known as it stands."""
        key, vocabulary = self._keys[at], self._vocabulary
        if key in SEPARATORS:
            return Mark((SEPARATORS[key],), at, at)
        if key not in vocabulary.small and (missing := lacking(vocabulary, key)):
            return Mark(("sense", "missing"), at, at, tuple(missing))
        if key not in vocabulary.small and (made := compound(vocabulary, key)):
            return Mark(("sense",), at, at, tuple(made))
        noise = key in vocabulary.small or key in vocabulary.familiar or not key[0].isalnum()
        noise = noise or (key.endswith("s") and key[:-1] in vocabulary.familiar)
        return Mark(("noise" if noise else "unknown",), at, at)

    def _senses(self, words: tuple[str, ...], start: int, end: int) -> list[Sense]:
        if len(words) > self._vocabulary.longest:
            return []
        found = self._vocabulary.senses(words)
        if not found or (len(words) > 1 and not self._joined(start, end)):
            return []
        if len(words) == 1 and words[0] in self._vocabulary.small:
            return [each for each in found if self._names and isinstance(each, Name | Noun)]
        if len(words) == 1 and len(words[0]) == 1:  # sizes are written large: in M
            return found if self._text[self._tokens[start].start].isupper() or self._tokens[start].is_number else []
        if isinstance(found[0], Item) and len(words) == 1:
            return found if self._is_named(start) else []
        return [self._inflected(each, start) for each in found]

    def _is_named(self, at: int) -> bool:
        """Whether a word is a name: written large or after an article, and no typo of a part of a title."""
        named = self._text[self._tokens[at].start].isupper() or self._after_article(at)
        return named and (at not in self.guessed or len(self._keys[at]) >= _CERTAIN)

    def _hyphened(self, at: int) -> list[Sense]:
        """What two words around a hyphen mean as one: co-operative."""
        first, second = self._tokens[at : at + 2]
        if self._text[first.end : second.start] not in ("-", "\u2010", "\u2011"):
            return []
        return self._vocabulary.senses((first.key + second.key,))

    def _inflected(self, sense: Sense, at: int) -> Sense:
        """German has one ending for two forms: `ein warmer` compares nothing."""
        declined = self._lexicon.language == "de" and self._keys[at].endswith("er")
        if isinstance(sense, Side) and declined and at and self._keys[at - 1] in _BEFORE_POSITIVE:
            return replace(sense, degree="positive")
        return sense

    def _after_article(self, at: int) -> bool:
        return at > 0 and self._keys[at - 1] in ("the", "der", "die", "das", "den", "dem", "than", "als", "like", "wie")

    def _joined(self, start: int, end: int) -> bool:
        """Whether no comma or the like stands within a phrase."""
        return not any(self._keys[at] in SEPARATORS for at in range(start, end))

    def _prefers_sense(self, small: Sequence[str], after: int) -> bool:
        """Whether a word that is both a small one and one of the shop is meant as the latter."""
        if any(each in _BEFORE_SENSE for each in small):  # "leicht wärmer"
            following = (
                self._senses(tuple(self._keys[after : after + 1]), after, after + 1) if after < len(self._keys) else []
            )
            return not any(isinstance(each, Side) for each in following)
        return not any(each in _ALWAYS_SMALL for each in small)


def _is_name(sense: Sense) -> bool:
    """Whether a word is a product or a brand."""
    return isinstance(sense, Item) or (isinstance(sense, Value) and sense.name == "brand")
