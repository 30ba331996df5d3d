"""The forms of words: comparatives and inflections back to what they are forms of, and nouns to their adjectives."""

from collections.abc import Iterator
from typing import Literal

Degree = Literal["positive", "comparative", "superlative"]

_SHORTEST = 3
_SHORTEST_GERUND = 7
_PLAIN = str.maketrans("\u00e4\u00f6\u00fc", "aou")
_COMPARATIVE = ("eren", "erer", "eres", "erem", "ere", "er")
_SUPERLATIVE = ("esten", "ester", "estes", "este", "est", "sten", "ster", "stes", "ste", "st")
_INFLECTION = ("en", "em", "es", "er", "e", "s", "n")
_ENDINGS = ("es", "en", "em", "s", "e", "n")
_IRREGULAR = {
    "length": ("long",),
    "width": ("wide",),
    "depth": ("deep",),
    "strength": ("strong",),
    "height": ("high", "tall"),
    "weight": ("heavy",),
    "gewicht": ("schwer",),
    "age": ("old",),
    "alter": ("alt",),
    "size": ("big", "large"),
    "gr\u00f6sse": ("gross",),
    "st\u00e4rke": ("stark",),
    "s\u00e4ure": ("sauer",),
    "h\u00f6he": ("hoch",),
    "speed": ("fast", "quick"),
    "heat": ("hot",),
}
_NOUNS = (  # ending of a noun, endings of the adjectives it may come from
    ("iness", ("y",)),
    ("ness", ("",)),
    ("ility", ("le", "ile")),
    ("icity", ("ic",)),
    ("ity", ("", "e")),
    ("ence", ("ent",)),
    ("ance", ("ant",)),
    ("anz", ("ant",)),
    ("enz", ("ent",)),
    ("igkeit", ("", "ig")),
    ("heit", ("",)),
    ("keit", ("",)),
    ("th", ("",)),
    ("e", ("", "y", "ig")),
    ("", ("y", "ig", "able", "ish", "ful", "lich")),
)
_NAMED = {"better": "good", "best": "good", "besser": "gut", "h\u00f6her": "hoch", "worse": "bad"}


def stem(word: str) -> str:
    """A word without a plural, an ending of case or an English "-ing", the same for all of its forms."""
    if word.endswith("ing") and len(word) >= _SHORTEST_GERUND:
        bare = word.removesuffix("ing")
        return bare[:-1] if bare[-1] == bare[-2] else bare
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word


def readings(word: str) -> Iterator[tuple[str, Degree]]:
    """What a word may be a form of, the likeliest first: `cozier` of `cozy`, `warme` of `warm`."""
    yield word, "positive"
    for ending in _COMPARATIVE:
        if word.endswith(ending):
            yield from ((each, "comparative") for each in _compared(word.removesuffix(ending)))
    for ending in _SUPERLATIVE:
        if word.endswith(ending):
            yield from ((each, "superlative") for each in _compared(word.removesuffix(ending)))
    for ending in _INFLECTION:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST:
            yield rest, "positive"


def _compared(rest: str) -> Iterator[str]:
    """What stands before `er` or `est`, as the word itself is written."""
    if len(rest) < 2:  # noqa: PLR2004 (no word is that short)
        return
    yield rest
    yield rest + "e"
    plain = rest.translate(_PLAIN)
    if plain != rest:
        yield plain
    if rest.endswith("i"):
        yield rest[:-1] + "y"
    if rest[-1] == rest[-2]:
        yield rest[:-1]
    if rest.endswith("l"):
        yield rest[:-1] + "el"
    if rest.endswith("r"):
        yield rest[:-1] + "er"


def compared(word: str) -> tuple[str, ...]:
    """What a comparative is of, empty where the word is none."""
    found = [base for base, degree in readings(word) if degree == "comparative"]
    return tuple(dict.fromkeys(found))


def adjectives(noun: str) -> tuple[str, ...]:
    """Adjectives that a noun may stand for: `lightness` light, `smoke` smoky, `L\u00e4nge` lang."""
    found = list(_IRREGULAR.get(noun, ()))
    for ending, others in _NOUNS:
        base = noun.removesuffix(ending) if ending else noun
        if noun.endswith(ending) and len(base) >= _SHORTEST:
            found += [base + other for other in others if base + other != noun]
            plain = base.translate(_PLAIN)
            if plain != base:
                found += [plain + other for other in others]
    return tuple(dict.fromkeys(found))


def nouns(adjective: str) -> tuple[str, ...]:
    """Nouns that an adjective may be of: `nutty` of nuts, `rauchig` of Rauch."""
    ending = next((each for each in ("y", "ig", "ige", "iger", "iges", "igen") if adjective.endswith(each)), "")
    base = adjective.removesuffix(ending)
    if not ending or len(base) < _SHORTEST:
        return ()
    bases = (base, base[:-1]) if base[-1] == base[-2] else (base,)
    return tuple(each + plural for each in bases if len(each) >= _SHORTEST for plural in ("", "s", "e", "en", "es"))


def surfaces(adjective: str) -> tuple[str, ...]:
    """How an adjective may be spelled when it compares, for telling typos from other words."""
    if adjective.endswith("y"):
        return adjective, adjective[:-1] + "ier"
    return adjective, adjective + ("r" if adjective.endswith("e") else "er")
