"""Phrases looked for in a catalog's texts, and whether what is around them denies them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from quizbot.content.catalog import Bools, Catalog, Floats, Ints

# What ends the reach of a negation: punctuation, a new line, or a word that turns the sentence.
_BREAK = re.compile(
    r"[.,;:!?()\[\]{}|/\u2022\u00b7\n\t]|\s[-\u2013\u2014]\s|\b(?:but|yet|with|aber|sondern|doch|mit)\b"
)
_NEGATION = re.compile(
    r"\b(?:no|not|non|never|nor|neither|without|free (?:of|from)|cannot|\w+n't|(?:is|are|does)nt"
    r"|kein(?:e[mnrs]?)?|nicht|nie|niemals|ohne|frei von)\b"
    r"(?!\W+(?:only|just|merely|nur|blo\u00df))"
    r"(?:[\s-]+[\w'-]+){0,3}[\s-]*$"
)
_DENIED_AFTER = (
    r"(?P<denied>[\s-]*(?:free|frei(?:e[mnrs]?)?)(?!\w)|(?:less|los(?:e[mnrs]?)?)(?!\w)"
    r"|\s*[:=]\s*(?:no|none|nein)(?!\w))"
)
_REACH = 80
_SEPARATOR = "\n.\n"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a phrase stands in a text: `start` to `end`, with the words that deny it when `denied`."""

    start: int
    end: int
    denied: bool


def folded(text: str) -> str:
    """A text made ready for `mentions`; positions in it are positions in the NFC form of the text."""
    text = unicodedata.normalize("NFC", text)
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    return lowered.replace("\u2019", "'").replace("\u00a0", " ")


@lru_cache(maxsize=4096)
def pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as whole words: spaces and hyphens alike, a plural at the end tolerated."""
    words = re.split(r"([\s\u2010\u2011-]+)", folded(phrase).strip())
    parts = [
        re.escape(word).replace("ss", "(?:ss|\u00df)").replace("\u00df", "(?:ss|\u00df)")
        if at % 2 == 0
        else (r"[\s\u2010\u2011-]*" if word.strip() else r"[\s\u2010\u2011-]+")
        for at, word in enumerate(words)
    ]
    opening = r"(?<!\w)" if re.match(r"\w", words[0]) else ""
    plural = r"(?:e?s)?" if re.search(r"\w$", words[-1]) else ""
    return re.compile(rf"{opening}(?:{''.join(parts)}){plural}(?:{_DENIED_AFTER}|(?!\w))")


def mentions(phrase: re.Pattern[str], text: str) -> Iterator[Mention]:
    """Every mention of a phrase in a folded text."""
    for found in phrase.finditer(text):
        start, end = found.span()
        if found["denied"]:
            yield Mention(start, end, denied=True)
            continue
        before = text[max(0, start - _REACH) : start]
        clause = before[max((each.end() for each in _BREAK.finditer(before)), default=0) :]
        denial = _NEGATION.search(clause)
        yield Mention(start - len(clause) + denial.start() if denial else start, end, denied=denial is not None)


@dataclass(frozen=True, eq=False)
class Corpus:
    """The texts of n items as one folded text; `starts` (n,) says where each item begins."""

    text: str
    starts: Ints

    def items(self, phrase: str) -> tuple[Ints, Ints]:
        """Items that mention a phrase, once per mention, sorted: those that say it and those that deny it."""
        said: list[int] = []
        denied: list[int] = []
        for each in mentions(pattern(phrase), self.text):
            (denied if each.denied else said).append(each.end - 1)
        return self._holding(said), self._holding(denied)

    def _holding(self, positions: Sequence[int]) -> Ints:
        return np.searchsorted(self.starts, np.array(positions, dtype=np.int64), side="right") - 1


def corpus(catalog: Catalog, columns: Iterable[str]) -> Corpus:
    """The texts of some columns, item by item; columns that the catalog lacks say nothing."""
    found = [each.texts for each in map(catalog.column, columns) if each is not None]
    texts = [folded(_SEPARATOR.join(parts)) for parts in zip(*found, strict=True)] if found else [""] * len(catalog)
    lengths = np.array([len(each) + len(_SEPARATOR) for each in texts], dtype=np.int64)
    return Corpus(_SEPARATOR.join(texts), np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64))


def spoken_of(catalog: Catalog, columns: Iterable[str]) -> Bools:
    """Whether any of some columns says anything of an item, shape (n,): only there what is not mentioned is missing."""
    says = np.zeros(len(catalog), dtype=np.bool_)
    for each in map(catalog.column, columns):
        says |= each.known if each is not None else False
    return says


def strength(texts: Corpus, phrases: Sequence[str]) -> Floats:
    """How much each of n items speaks of any of the phrases, shape (n,): .5 to 1, 0 when only denied, else NaN.

    The sum of the TF-IDF weights of the phrases found (term frequency 1 + ln tf, smoothed idf), from .5 up to 1 at
    the 95th percentile among the items that have any. With a single phrase, found means 1.
    """
    n = len(texts.starts)
    level = np.full(n, np.nan)
    counts = np.zeros((n, len(phrases)))
    for at, phrase in enumerate(phrases):
        said, denied = texts.items(phrase)
        level[denied] = 0
        counts[:, at] += np.bincount(said, minlength=n)
    having = counts.any(axis=1)
    if len(phrases) == 1 or not having.any():
        level[having] = 1
        return level
    rarity = 1 + np.log((1 + n) / (1 + np.count_nonzero(counts, axis=0)))
    often = 1 + np.log(counts, out=np.full_like(counts, -1.0), where=counts > 0)
    weight = (often * rarity).sum(axis=1)[having]
    level[having] = 0.5 + 0.5 * np.minimum(weight / np.percentile(weight, 95), 1)
    return level


def quoted(catalog: Catalog, columns: Iterable[str], phrases: Iterable[str], item: int) -> tuple[str, ...]:
    """The phrases of one item as its texts spell them, in order; when all are denied, with the words that deny them."""
    found = [each.texts[item] for each in map(catalog.column, columns) if each is not None]
    text = unicodedata.normalize("NFC", _SEPARATOR.join(found))
    lowered = folded(text)
    places = sorted(
        (each.denied, each.start, each.end) for phrase in phrases for each in mentions(pattern(phrase), lowered)
    )
    said = [each for each in places if not each[0]] or places
    spelled: dict[str, str] = {}
    for _, start, end in said:
        spelled.setdefault(lowered[start:end].strip(), text[start:end].strip())
    return tuple(spelled.values())
