"""What shoppers say, by language: small words, numbers, units and whole sentences that mean one thing.

The words live in `words.<language>.yaml`; a new language is a new file. Words of a shop are none of these: they come
from its quiz and its catalog.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from quizbot.content.texts import FALLBACK, languages

FOLDER = Path(__file__).parent

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)*|[^\w\s]")
_SETS = (
    "ignore",
    "please",
    "colors",
    "stuff",
    "units",
    "number",
    "ordinals",
    "opposites",
    "same",
    "ones",
    "halves",
    "moments",
    "filler",
)
_PATTERNS = ("questions", "requests", "hypothetical", "remarks", "states")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark of a text: as it is compared, and where it stands."""

    key: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters."""
        return self.key[0].isalpha()

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits."""
        return self.key[0].isdigit()


def tokens(text: str) -> list[Token]:
    """The tokens of a text, hyphens within words left out."""
    found = [Token(key(each[0]), each.start(), each.end()) for each in _TOKEN.finditer(text)]
    return [
        each
        for at, each in enumerate(found)
        if each.key not in "-\u2010\u2011" or not (at and at + 1 < len(found) and _within(text, each))
    ]


def _within(text: str, hyphen: Token) -> bool:
    return text[hyphen.start - 1].isalpha() and text[hyphen.end : hyphen.end + 1].isalpha()


def key(word: str) -> str:
    """A word as it is compared, whatever its case."""
    return word.lower().replace("\u2019", "'").replace("\u00df", "ss")


def phrase(text: str) -> tuple[str, ...]:
    """A phrase as the keys of its tokens."""
    return tuple(each.key for each in tokens(text))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of one language.

    `meanings` are the meanings of each phrase, `ignored` the words that carry none of their own, `filler` those
    that carry none where a shop gives them none, `numbers` and
    `ordinals` what such words stand for, `ones` and `halves` what may stand before a unit alone,
    `moments` what makes an ordinal one of time, `units` the unit of each spelling, `other` the same in another
    language, `opposites` adjectives of the other end, `intents` the sentences of each intent, `patterns` other kinds of
    sentences.
    """

    language: str
    meanings: Mapping[tuple[str, ...], tuple[str, ...]]
    ignored: frozenset[str]
    filler: frozenset[str]
    requests: frozenset[tuple[str, ...]]
    numbers: Mapping[str, float]
    ones: frozenset[str]
    halves: frozenset[str]
    moments: frozenset[str]
    ordinals: Mapping[tuple[str, ...], int]
    units: Mapping[tuple[str, ...], tuple[str, ...]]
    other: Mapping[str, tuple[str, ...]]
    opposites: Mapping[str, tuple[str, ...]]
    intents: Mapping[str, tuple[re.Pattern[str], ...]]
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    longest: int

    def says(self, kind: str, text: str) -> bool:
        """Whether a text is a sentence of this kind."""
        return any(each.search(text) for each in self.patterns[kind])


@cache
def lexicon(language: str) -> Lexicon:
    """The words of a language."""
    raw: Mapping[str, Any] = yaml.load((FOLDER / f"words.{language}.yaml").read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 (makes texts only)
    meanings: dict[tuple[str, ...], list[str]] = {}
    for meaning, phrases in raw.items():
        if meaning not in (*_SETS, *_PATTERNS, "intents"):
            for each in phrases:
                meanings.setdefault(phrase(each), []).append(meaning)
    ordinals = {phrase(name): int(place) for name, place in raw["ordinals"].items()}
    units: dict[tuple[str, ...], list[str]] = {}
    for unit, spellings in raw["units"].items():
        for each in spellings:
            units.setdefault(phrase(each), []).append(unit)
    return Lexicon(
        language=language,
        meanings={name: tuple(each) for name, each in meanings.items()},
        ignored=frozenset(key(each) for each in raw["ignore"]),
        filler=frozenset(key(each) for each in raw["filler"]),
        requests=frozenset(map(phrase, raw["please"])),
        numbers=_numbers({key(name): float(value) for name, value in raw["number"].items()}, raw["joined"]),
        ones=frozenset(map(key, raw["ones"])),
        halves=frozenset(map(key, raw["halves"])),
        moments=frozenset(map(key, raw["moments"])),
        ordinals=ordinals,
        units={name: tuple(each) for name, each in units.items()},
        other=_both_ways(
            [(name, other) for part in ("colors", "stuff") for name, each in raw[part].items() for other in each]
            + [*raw["same"].items()]
        ),
        opposites=_both_ways(raw["opposites"].items()),
        intents={name: _patterns(each) for name, each in raw["intents"].items()},
        patterns={name: _patterns(raw[name]) for name in _PATTERNS},
        longest=max(map(len, (*meanings, *ordinals, *units))),
    )


def _numbers(words: dict[str, float], joined: Mapping[str, str]) -> dict[str, float]:
    """Numbers up to 999, where a language writes them as one word: `joined` is its "and" and its "hundred".

    Each also without the letters that some keyboards lack.
    """
    if not joined:
        return words
    ones = {name: value for name, value in words.items() if 1 <= value < 10} | {joined["one"]: 1.0}  # noqa: PLR2004 (digits)
    tens = {name: value for name, value in words.items() if value in range(20, 100, 10)}
    small = words | {f"{one}{joined['and']}{ten}": n + m for one, n in ones.items() for ten, m in tens.items()}
    small = {name: value for name, value in small.items() if 0 < value < 100}  # noqa: PLR2004 (hundred)
    hundreds = {f"{one}{joined['hundred']}": n * 100 for one, n in ones.items()} | {joined["hundred"]: 100.0}
    large = {f"{many}{few}": n + m for many, n in hundreds.items() for few, m in small.items()}
    plain = str.maketrans({each: pair for each, pair in joined.items() if len(each) == 1})
    found = {**small, **hundreds, **large, **words}
    return found | {each.translate(plain): value for each, value in found.items()}


def _both_ways(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one, other in [(key(one), key(other)) for one, other in pairs]:
        found[one] = (*found.get(one, ()), other)
        found[other] = (*found.get(other, ()), one)
    return found


def _patterns(texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each) for each in texts)


def spoken(text: str, language: str) -> Lexicon:
    """The words of the language that a text is in: that with most of its small words; in doubt, the one given."""
    said = {each.key for each in tokens(text)}
    own = language.partition("-")[0].casefold()
    known = sorted(languages(), key=lambda each: (each != own, each != FALLBACK, each))

    def familiar(name: str) -> int:
        words = lexicon(name)
        return sum(
            each in words.ignored or each in words.filler or (each,) in words.meanings or each in words.numbers
            for each in said
        )

    return lexicon(max(known, key=familiar))
