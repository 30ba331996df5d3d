"""One-tap refinements near what is shown: each is tried before it is offered, and says what it leads to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from quizbot.advice.hearing.refining import Refining
from quizbot.advice.ranking.rank import Ranking, rank
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.refine import compared, level
from quizbot.advice.telling.facts import cut
from quizbot.advice.turn import LONGEST_NAME, Refinement, RefinementChip, ResultItem
from quizbot.content.catalog import Bools, Floats, Ints, label_key
from quizbot.content.edition import Edition
from quizbot.content.quiz import Trait
from quizbot.content.texts import Speech

ROOM = {"price": 1, "level": 2, "brand": 1, "label": 1, "without": 1, "like": 1, "dislike": 1}
"""How many chips of each kind are offered at once."""

MOST = 9
"""Chips offered at once; the room that is left goes to those that take two directions."""

TRIED = 8
"""Directions that are tried."""

SPARE = 2
"""Chips in two directions that are tried beyond those there is room for."""

NEAR = 200
"""A chip is the more telling the more evenly it splits this many of the nearest items."""

_CENT = 0.01
_LABELS = 30  # of a family are thought of, the most frequent ones
_LONGEST = 5  # words of a title
_NOTICED = 0.05  # a difference in level that is worth a tap


@dataclass(frozen=True, slots=True)
class Offer:
    """A chip before it is tried: its words, what a tap would send, and what it promises of the first item.

    `sides` are (trait, +1 or -1): the first item will have more, or less, of it than the first has now; the trait
    `price` of a promise is the price. `helps` says of some items whether the tap leads towards them.
    """

    kind: str
    label: str
    refine: tuple[Refinement, ...]
    sides: tuple[tuple[str, int], ...]
    helps: Callable[[Ints], Bools]


Tried = tuple[Offer, Ranking]


def chips(edition: Edition, refining: Refining, shown: Sequence[ResultItem], speech: Speech) -> list[RefinementChip]:
    """What can be tapped when these items are shown; only what leads somewhere and keeps its promise."""
    if not shown or len(edition.catalog) < 2:  # noqa: PLR2004 (without another there is nowhere to lead)
        return []
    making = _Making(edition, refining, shown, speech)
    if not len(making.near):
        return []
    units = making.tried(making.units())
    offered = making.chosen(units)
    room = MOST - len(offered)
    pairs = making.tried(islice(making.pairs([offer for offer, _ in units]), room + SPARE))
    return [making.chip(offer, tried) for offer, tried in [*offered, *pairs[:room]]]


def tried(edition: Edition, refining: Refining, wanted: Sequence[Refinement], speech: Speech) -> list[RefinementChip]:
    """Chips for refinements that a shopper may have meant, each with what it would lead to."""
    if not wanted or not len(edition.catalog):
        return []
    rankings = rank(edition, [refining.preference, *(refining.trying([each]) for each in wanted)], 1, plain=True)
    titles = edition.shown.columns["title"].texts
    found = []
    for each, ranking in zip(wanted, rankings[1:], strict=True):
        label = _label(edition, each, speech)
        title = cut(titles[int(ranking.items[0])], _LONGEST)
        text = speech("refine.promise.doubt", label=label, title=title)
        found.append(RefinementChip(label=label, count=max(1, ranking.passing), refine=[each], text=text))
    return found


def _label(edition: Edition, each: Refinement, speech: Speech) -> str:
    """A refinement that was said, as the label of a chip."""
    if each.trait is not None and each.direction is not None:
        return speech(f"refine.{each.direction}", trait=edition.quiz.traits[each.trait].label)
    if each.column is not None:
        is_cheaper = each.column == "price" and each.max is not None
        return speech("refine.cheaper") if is_cheaper else speech("refine.bound", column=each.column.replace("_", " "))
    if each.trait is not None:
        return edition.quiz.traits[each.trait].label
    named = each.require or each.prefer or each.exclude or each.avoid or {}
    texts = [f"{name}: {', '.join(map(str, said)) if isinstance(said, list) else said}" for name, said in named.items()]
    return ", ".join(texts) or speech("refine.like")


class _Making:
    """Chips for one list of items.

    `open` are the places of all items that meet what is demanded, `near` of those that the ranking puts first.
    """

    def __init__(self, edition: Edition, refining: Refining, shown: Sequence[ResultItem], speech: Speech) -> None:
        self.edition, self.catalog, self.speech, self.refining = edition, edition.catalog, speech, refining
        self.id, self.price = shown[0].id, shown[0].price
        self.first = self.catalog.positions[self.id]
        preference = refining.preference
        passing = requirements(edition).passing(preference.clauses)
        self.clauses = frozenset(preference.clauses)
        everybody = np.arange(len(self.catalog)) if passing is None else np.flatnonzero(passing)
        self.open: Ints = everybody[~np.isin(everybody, sorted(preference.hidden))]
        self.near: Ints = rank(edition, [preference], NEAR, plain=True)[0].items if len(self.open) else self.open

    # What could be offered ------------------------------------------------------------------------

    def units(self) -> Iterator[Offer]:
        """Chips that say one thing, the most telling first."""
        yield from self._cheaper()
        yield from self._levels()
        yield from self._brands()
        yield from self._labels()
        yield from self._likes()

    def _cheaper(self) -> Iterator[Offer]:
        if self.price is not None:
            most = round(self.price - _CENT, 2)
            refine, helps = Refinement(column="price", max=most), _below(self.catalog.price, most)
            yield Offer("price", self.speech("refine.cheaper"), (refine,), (("price", -1),), helps)

    def _levels(self) -> Iterator[Offer]:
        """The TRIED directions that split what is near most evenly, more or less of a trait."""
        levels, traits = self.edition.levels, self.edition.quiz.traits
        own = levels.level[:, [self.first]]
        priced = [(traits[each].source.column or "").casefold() == "price" for each in levels.names]
        apart = np.stack([levels.level[:, self.near] - own, own - levels.level[:, self.near]], axis=1)
        share = np.count_nonzero(np.round(apart - _NOTICED, 9) >= 0, axis=2) / len(self.near)
        share[np.array(priced, dtype=np.bool_)] = 0
        for at in np.argsort(-share * (1 - share), axis=None, kind="stable")[:TRIED].tolist():
            row, sign = at // 2, -1 if at % 2 else 1
            if share[row, at % 2]:
                trait, said = levels.names[row], traits[levels.names[row]]
                helps = _below(-sign * levels.level[row], float(-sign * own[row, 0]) - _NOTICED)
                name = self._named(said, said.more if sign > 0 else said.less, sign)
                yield Offer("level", name, (self._step(trait, sign),), ((trait, sign),), helps)

    def _step(self, trait: str, sign: int) -> Refinement:
        each = Refinement(trait=trait, direction="more" if sign > 0 else "less", than=self.id)
        return each.model_copy(update={"level": compared(self.edition, each, self.first)})

    def _named(self, trait: Trait, words: Sequence[str], sign: int) -> str:
        if words:
            return words[0][:1].upper() + words[0][1:]
        return self.speech(f"refine.{'more' if sign > 0 else 'less'}", trait=trait.label)

    def _brands(self) -> Iterator[Offer]:
        brands = self.catalog.columns["brand"].texts
        own = brands[self.first]

        def helps(items: Ints) -> Bools:
            found = [brands[each] for each in items.tolist()]
            return np.array([bool(each) and label_key(each) != label_key(own) for each in found], dtype=np.bool_)

        if 0 < len(own) <= LONGEST_NAME:
            yield Offer("brand", self.speech("refine.brand"), (Refinement(exclude={"brand": [own]}),), (), helps)

    def _labels(self) -> Iterator[Offer]:
        """For each family the most telling label that the first item lacks, on, and of those it has, off."""
        for trait, family in self.edition.levels.families.items():
            said = self.edition.quiz.traits[trait]
            own = set(family.of(self.first))
            share = family.counts(self.near)[:_LABELS] / len(self.near)
            named = [at for at, each in enumerate(family.labels[:_LABELS]) if len(each) <= LONGEST_NAME]
            telling = sorted((at for at in named if len(family.items[at])), key=lambda at: abs(share[at] - 0.5))
            texts = {family.position(name): text for name, text in said.labels.items()}
            for at in [at for at in telling if family.labels[at] not in own][:1]:
                name = self.speech("refine.label", trait=said.label, label=texts.get(at, family.labels[at]))
                refine = Refinement(prefer={trait: [family.labels[at]]})
                yield Offer("label", name, (refine,), (), _among(family.items[at], len(self.catalog)))
            for at in [at for at in telling if family.labels[at] in own and share[at] < 1][:1]:
                name = self.speech("refine.without", label=texts.get(at, family.labels[at]))
                refine = Refinement(exclude={trait: [family.labels[at]]})
                helps = _among(family.items[at], len(self.catalog), outside=True)
                yield Offer("without", name, (refine,), (), helps)

    def _likes(self) -> Iterator[Offer]:
        others = _but(self.first)
        yield Offer("like", self.speech("refine.like"), (Refinement(like=self.id),), (), others)
        yield Offer("dislike", self.speech("refine.dislike"), (Refinement(dislike=self.id),), (), others)

    def pairs(self, units: Sequence[Offer]) -> Iterator[Offer]:
        """Two directions in one tap, where many items go both ways."""
        directed = [each for each in units if each.sides]
        both = [
            Offer(
                "pair",
                self.speech.listing([one.label, other.label[:1].lower() + other.label[1:]]),
                one.refine + other.refine,
                one.sides + other.sides,
                _both(one.helps, other.helps),
            )
            for one, other in combinations(directed, 2)
            if one.sides[0][0] != other.sides[0][0]
        ]
        if not both:
            return
        sides = np.array([each.helps(self.near) for each in both])
        narrow = 1 - np.count_nonzero(sides, axis=1) / len(self.near)
        covered, left = np.zeros(len(self.near), dtype=np.bool_), np.ones(len(both), dtype=np.bool_)
        for _ in both:
            # How many near items it leads to that no earlier one does; narrower ones count more.
            best = int(np.argmax(np.where(left, np.count_nonzero(sides & ~covered, axis=1) * narrow, -1.0)))
            covered |= sides[best]
            left[best] = False
            yield both[best]

    # Trying ---------------------------------------------------------------------------------------

    def tried(self, offers: Iterable[Offer]) -> list[Tried]:
        """The offers that lead somewhere and keep what they promise, with what they lead to."""
        leading = [each for each in offers if each.helps(self.near).any() or each.helps(self.open).any()]
        rankings = rank(self.edition, [self.refining.trying(each.refine) for each in leading], 1, plain=True)
        return [pair for pair in zip(leading, rankings, strict=True) if self._kept(*pair)]

    def _kept(self, offer: Offer, ranking: Ranking) -> bool:
        if not self.clauses.issuperset(ranking.relaxed):
            return False
        new = int(ranking.items[0])
        if offer.kind == "without" and not offer.helps(ranking.items[:1])[0]:
            return False
        return all(self._moved(trait, sign, new, int(ranking.variants[0])) for trait, sign in offer.sides)

    def _moved(self, trait: str, sign: int, item: int, variant: int) -> bool:
        if trait == "price":
            return self.price is not None and float(self.catalog.variants.price[variant]) < self.price
        now, then = level(self.edition, trait, self.first), level(self.edition, trait, item)
        return now is not None and then is not None and (then - now) * sign > 0

    def chosen(self, tried: Iterable[Tried]) -> list[Tried]:
        """As many of each kind as there is room for, and one for each trait."""
        room, taken, found = dict(ROOM), set[str](), list[Tried]()
        for offer, ranking in tried:
            traits = {trait for trait, _ in offer.sides} if offer.kind == "level" else set()
            if room[offer.kind] and not traits & taken:
                room[offer.kind] -= 1
                taken |= traits
                found.append((offer, ranking))
        return found

    def chip(self, offer: Offer, ranking: Ranking) -> RefinementChip:
        """A chip with its promise in a sentence."""
        hard = any(each.column or each.exclude for each in offer.refine)
        count = ranking.passing if hard else int(np.count_nonzero(offer.helps(self.open)))
        text = self._promise(offer, ranking, count)
        return RefinementChip(label=offer.label, count=count, refine=list(offer.refine), text=text)

    def _promise(self, offer: Offer, ranking: Ranking, count: int) -> str:
        first = offer.refine[0]
        if first.column:
            lowest = float(np.nanmin(self.catalog.price[self.open[offer.helps(self.open)]]))
            price = self.speech.money(lowest, self.catalog.currency)
            return self.speech("refine.promise.price", label=offer.label, n=count, price=price)
        title = cut(self.edition.shown.columns["title"].texts[int(ranking.items[0])], _LONGEST)
        key = "like" if first.like else "dislike" if first.dislike else "side"
        return self.speech(f"refine.promise.{key}", label=offer.label, n=count, title=title)


def _below(values: Floats, most: float) -> Callable[[Ints], Bools]:
    """Whether items have at most a value; what is unknown has not."""
    return lambda items: np.round(values[items] - most, 9) <= 0


def _among(places: Ints, size: int, *, outside: bool = False) -> Callable[[Ints], Bools]:
    """Whether items are among some places of `size`, or outside of them."""
    helps = np.full(size, outside)
    helps[places] = not outside
    return lambda items: helps[items]


def _but(place: int) -> Callable[[Ints], Bools]:
    return lambda items: items != place


def _both(one: Callable[[Ints], Bools], other: Callable[[Ints], Bools]) -> Callable[[Ints], Bools]:
    return lambda items: one(items) & other(items)
