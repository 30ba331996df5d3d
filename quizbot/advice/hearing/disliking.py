"""Why a product is not it: what the reason wishes for, and the reasons that one tap can give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from quizbot.advice.preference import Wish
from quizbot.advice.refine import compared, level
from quizbot.advice.telling.facts import BAND, cut
from quizbot.advice.turn import LONGEST_NAME, Contribution, Refinement, ResultItem
from quizbot.advice.understand.reading import understand
from quizbot.advice.understand.screen import Screen
from quizbot.content.catalog import label_key
from quizbot.content.edition import Edition
from quizbot.content.lexicon import Lexicon, lexicon, phrase, tokens
from quizbot.content.quiz import Trait
from quizbot.content.texts import Speech, languages

MOST = 6
"""Reasons that are offered for one product."""

_SMALL = frozenset({"not", "this"})  # meanings of words beside what is named
_CENT = 0.01
_MIDDLE = 0.5
_LONGEST = 4  # words of a label

Way = Literal["more", "less"]


def meant(edition: Edition, dislike: Refinement, wishes: Sequence[Wish]) -> tuple[Refinement, ...]:
    """The refinements that the `why` of a dislike stands for, compared with its product; none without a meaning.

    A trait, as in "the color", wishes away from what the product has of it: towards what `wishes` want where it misses
    that, else to the other side; labels are to be avoided. `more` or `less` before it says which way. A price is to be
    lower, a brand another. Anything else is understood like words that are said of this product.
    """
    item, why = edition.catalog.positions[str(dislike.dislike)], dislike.why or ""
    way, name = _named(edition, why)
    if name in edition.levels.families:
        labels = edition.levels.families[name].of(item)
        return (Refinement(avoid={name: list(labels)}),) if labels else ()
    if name in edition.levels.names:
        own = level(edition, name, item)
        return () if own is None else (_step(edition, item, name, way or _away(name, own, wishes)),)
    return _of_shop(edition, item, name) if name else _in_words(edition, item, why)


def _named(edition: Edition, why: str) -> tuple[Way | None, str]:
    """The one thing that a reason names beside small words (a trait by id or label, `price` or `brand`), and which way.

    The empty text when it names nothing, or says more.
    """
    first, _, rest = why.strip().partition(" ")
    if first in ("more", "less") and rest in edition.levels.names:
        return ("more" if first == "more" else "less"), rest
    said = frozenset(each.key for each in tokens(why))
    found = (name for language in sorted(languages()) if (name := _alone(edition, lexicon(language), said)))
    return None, next(found, "")


def _alone(edition: Edition, words: Lexicon, said: frozenset[str]) -> str:
    """What some words name, when one language leaves nothing else of them."""
    meanings = {each: words.meanings.get((each,), () if each in words.ignored else (each,)) for each in said}
    telling = {each for each in said if not _SMALL.issuperset(meanings[each])}
    for language in edition.languages:
        for name, trait in edition.spoken(language).quiz.traits.items():
            if any(telling <= set(named) <= said for named in (phrase(name), phrase(trait.label))):
                return name
    left = {meaning for each in telling for meaning in meanings[each]}
    return left.pop() if left in ({"price"}, {"brand"}) else ""


def _away(trait: str, own: float, wishes: Sequence[Wish]) -> Way:
    """Where a level should lie instead: where it is wished for, else on the other side."""
    for wish in reversed(wishes):
        if wish.trait == trait and wish.source in ("answer", "refine") and wish.kind in ("level", "bounds"):
            if own < wish.low - BAND:
                return "more"
            if own > wish.high + BAND:
                return "less"
    return "less" if own >= _MIDDLE else "more"


def _step(edition: Edition, item: int, trait: str, way: Way) -> Refinement:
    step = Refinement(trait=trait, direction=way, than=edition.catalog.ids[item])
    return step.model_copy(update={"level": compared(edition, step, item)})


def _of_shop(edition: Edition, item: int, name: str) -> tuple[Refinement, ...]:
    """What is wrong with a price or a brand."""
    if name == "price":
        price = float(edition.catalog.price[item])
        return (Refinement(column="price", max=round(price - _CENT, 2)),) if price == price else ()  # noqa: PLR0124 (NaN)
    brand = edition.catalog.columns["brand"].texts[item]
    return (Refinement(exclude={"brand": [brand]}),) if name == "brand" and 0 < len(brand) <= LONGEST_NAME else ()


def _in_words(edition: Edition, item: int, why: str) -> tuple[Refinement, ...]:
    """What words say of a product, as if it were the only one on the screen."""
    price = float(edition.catalog.price[item])
    screen = Screen(edition.catalog, (edition.catalog.ids[item],), (price if price == price else None,))  # noqa: PLR0124
    found = understand(edition, why, edition.quiz.language, screen) if why else None
    said = [each for meaning in (found.meanings if found else ()) for each in meaning.refine]
    return tuple(each for each in said if not (each.like or each.dislike or each.hide or each.drop))


# Reasons to tap -------------------------------------------------------------------------------------


def whys(edition: Edition, item: ResultItem, speech: Speech) -> dict[str, str]:
    """The reasons against a result to tap, and what each is called: its own first, then price and brand.

    Of two that are called the same, as a trait that is the price and the price itself, the later one does.
    """
    telling, place = _Telling(edition, speech), edition.catalog.positions[item.id]
    called = {text: why for why in telling.whys(item, place) if (text := telling.label(place, why))}
    return {why: text for text, why in called.items()}


def label(edition: Edition, item: int, why: str, speech: Speech) -> str:
    """What a reason that was tapped is called; empty for any other."""
    return _Telling(edition, speech).label(item, why)


@dataclass(frozen=True, slots=True)
class _Telling:
    """Reasons of one edition, in one language."""

    edition: Edition
    speech: Speech

    def whys(self, item: ResultItem, place: int) -> Sequence[str]:
        """The traits that its own misses and reasons speak of, each once; room is kept for price and brand."""
        shop = [each for each in ("price", "brand") if self._can_differ(place, each)]
        traits: dict[str, str] = {}
        for each in (*item.misses, *item.reasons):
            if each.trait is not None and each.source in ("answer", "refine") and each.trait not in traits:
                traits[each.trait] = self._why(each)
        spoken_of = [each for each in traits.values() if each]
        others = [each for each in self.edition.levels.families if each not in traits]
        return [*[*spoken_of, *others][: MOST - len(shop)], *shop]

    def _why(self, told: Contribution) -> str:
        """A trait with the way away from what is told of it; empty where it is within bounds that were wished for."""
        assert told.trait is not None
        if not isinstance(told.level, float):
            return told.trait
        low, high = _span(told)
        off = told.level < low - BAND or told.level > high + BAND
        if not off and low < high:
            return ""
        lacking = told.level < low if off else told.level < _MIDDLE
        return f"{'more' if lacking else 'less'} {told.trait}"

    def label(self, item: int, why: str) -> str:
        """The words of a reason."""
        way, _, rest = why.partition(" ")
        traits = self.edition.quiz.traits
        if way in ("more", "less") and rest in traits:
            return self._compared(traits[rest], way == "more")
        if why in self.edition.levels.families:
            return self._unwanted(why, item)
        return self.speech(f"refine.why.{why}") if why in ("price", "brand") else ""

    def _compared(self, trait: Trait, more: bool) -> str:
        words = trait.more if more else trait.less
        said = words[0] if words else self.speech(f"refine.{'more' if more else 'less'}", trait=trait.label)
        return said[:1].upper() + said[1:]

    def _unwanted(self, trait: str, item: int) -> str:
        family, said = self.edition.levels.families[trait], self.edition.quiz.traits[trait]
        texts = {family.position(name): text for name, text in said.labels.items()}
        own = [cut(texts.get(family.position(each), each), _LONGEST) for each in family.of(item)]
        if len(own) == 1:
            return self.speech("refine.why.label", label=own[0])
        return self.speech("refine.why.labels", trait=said.label) if own else ""

    def _can_differ(self, item: int, name: str) -> bool:
        """Whether anything is cheaper, or of another brand."""
        if name == "price":
            return bool(self.edition.catalog.lowest_price < self.edition.catalog.price[item])
        brands = self.edition.catalog.columns["brand"]
        own = brands.texts[item]
        return 0 < len(own) <= LONGEST_NAME and any(each != label_key(own) for each in brands.unlike)


def _span(told: Contribution) -> tuple[float, float]:
    """The levels that what is told was held against."""
    if isinstance(told.wanted, dict):
        return told.wanted.get("min", 0.0), told.wanted.get("max", 1.0)
    return (told.wanted, told.wanted) if isinstance(told.wanted, float) else (0.0, 1.0)
