"""Words made of other words: `Lederkoffer` of what the shop sells, `parfümfrei` and `unscented` of what is missing."""

from collections.abc import Iterator

from quizbot.advice.understand.forms import stem
from quizbot.advice.understand.senses import Flag, Sense, Value
from quizbot.advice.understand.vocabulary import Vocabulary

_LACKS = ("frei", "los", "less", "free")
_ENDINGS = ("", "e", "es", "er", "en", "em")
_LINKS = ("", "s", "n", "en", "es")
_SHORTEST, _SHORTEST_GOODS, _SHORTEST_END = 3, 3, 5


def lacking(vocabulary: Vocabulary, word: str) -> list[Sense]:
    """The values and switches that a word denies; none where it denies nothing known."""
    if word in vocabulary.words or vocabulary.senses((word,)):
        return []
    heads = [word.removesuffix(f"{lack}{end}") for lack in _LACKS for end in _ENDINGS if word.endswith(lack + end)]
    readings = (_stated(vocabulary, each) for each in (*_linked(heads), *_opposed(word)))
    return next(filter(None, readings), [])


def compound(vocabulary: Vocabulary, word: str) -> list[Sense]:
    """The values and switches that a word says of the goods it ends with."""
    if word in vocabulary.words or word in vocabulary.familiar:
        return []
    for at in range(_SHORTEST, len(word) - _SHORTEST_GOODS + 1):
        if _is_goods(vocabulary, word[at:]):
            for head in _linked([word[:at], word[:at] + "e"]):
                if found := _stated(vocabulary, head):
                    return found
    return []


def _is_goods(vocabulary: Vocabulary, tail: str) -> bool:
    """Whether the end of a word names what the shop sells, or is the end of such a name: of a Reisekoffer too."""
    if {tail, stem(tail)} & (vocabulary.goods | vocabulary.families):
        return True
    ends = sum(each.endswith((tail, stem(tail))) for each in vocabulary.types)
    return ends > 1 or (ends == 1 and len(tail) >= _SHORTEST_END)


def _opposed(word: str) -> Iterator[str]:
    if word.startswith("un"):
        yield word.removeprefix("un")


def _linked(heads: list[str]) -> Iterator[str]:
    for head in heads:
        yield from (head.removesuffix(link) for link in _LINKS if not link or head.endswith(link))


def _stated(vocabulary: Vocabulary, word: str) -> list[Sense]:
    found = vocabulary.senses((word,)) if len(word) >= _SHORTEST and word not in vocabulary.small else []
    return found if all(isinstance(each, Value | Flag) for each in found) else []
