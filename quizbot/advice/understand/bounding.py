"""Prices and numbers in a sentence: bounds of a column, in its unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from quizbot.advice.turn import Refinement
from quizbot.advice.understand.clauses import Ambiguous, Wish, Work
from quizbot.advice.understand.headers import canonical, converted
from quizbot.advice.understand.marks import Mark
from quizbot.advice.understand.senses import Level, Name, Noun, Side
from quizbot.advice.understand.vocabulary import vocabulary

_CENT = 0.01
_CURRENCIES = frozenset({"EUR", "USD", "GBP", "CHF", "SEK"})
_EDGES = {"most": "max", "least": "min", "about": "about"}
_FAR = 2.0  # how far beyond all values of a column a number of it may be
_NEAR = 2  # marks between a measure and the name of what it measures
_SIDES = (Side, Level, Noun)


class Bounding(Work):
    """Makes bounds of numbers."""

    def priced(self, at: int, mark: Mark) -> None:
        """Cheaper or dearer than what comes first."""
        cheaper = mark.is_a("cheaper", "cheap") != (self.clause.denied or self.clause.averse)
        if self.clause.too and mark.is_a("cheap", "dear"):
            cheaper = mark.is_a("dear")
        if self.clause.direction < 0 and mark.is_a("cheap", "dear"):
            cheaper = mark.is_a("dear")
        elif self.clause.direction > 0 and mark.is_a("dear"):
            cheaper = False
        item = self.screen.at(1)
        refine = self.beside(item, cheaper=cheaper) if item is not None else None
        if refine is not None:
            self.emit(refine, at)
        else:  # nothing here has a price
            self.marks[at] = replace(mark, kinds=("unknown",))

    def beside(self, item: str, *, cheaper: bool) -> Refinement | None:
        """The bound just beside the price of an item; None where it has none."""
        price = self.screen.price(item)
        if price is None:
            return None
        edge = round(price - _CENT if cheaper else price + _CENT, 2)
        return Refinement(column="price", max=edge) if cheaper else Refinement(column="price", min=edge)

    def before_number(self, at: int) -> bool:
        """Whether a number comes next."""
        following = self.following(at)
        return following is not None and following.is_a("number")

    def span(self, at: int) -> int | None:
        """Two numbers with a word between, as in between 80 and 120 EUR; the place after them."""
        places = [place for place in range(at + 1, len(self.marks)) if not self.marks[place].is_a("noise")][:3]
        if len(places) < 3:  # noqa: PLR2004 (a number, a word, a number)
            return None
        low, word, high = (self.marks[each] for each in places)
        if not (low.is_a("number") and high.is_a("number") and word.is_a("to", "and", "most")):
            return None
        column, factor = self._column(high if high.units else low, at)
        if column is None:
            return None
        first, last = sorted((round(low.value * factor, 9), round(high.value * factor, 9)))
        self.emit(Refinement(column=column, min=first, max=last), places[2])
        return places[2] + 1

    def bounded(self, at: int, mark: Mark) -> int:
        """A number: bound of a column, side of what was compared with it, or a value."""
        clause = self.clause
        if (span := self._plain_span(at)) is not None:
            return span
        after = self.following(at)
        if after is not None and any(isinstance(each, Name | Noun) for each in after.senses):
            after = self.following(self.marks.index(after)) or after  # 3 cm of heel or less
        place = self.marks.index(after) if after is not None else at
        bound = clause.bound
        behind = after is not None and after.is_a("afterwards_most", "afterwards_least")
        if bound is None and after is not None and behind and not self.before_number(place):
            bound = "most" if after.is_a("afterwards_most") else "least"
            at = place
        compared = clause.made[-1] if clause.than and clause.made else None
        column, factor = self._column(mark, at)
        if compared is not None and (compared.sign or compared.refine.column == "price"):
            self._beyond(compared, mark, at)
            return at + 1
        if bound is None and clause.direction and clause.than:
            bound = "least" if clause.direction > 0 else "most"
        if bound is None and column is not None and (set(mark.units) & _CURRENCIES):
            bound = "most" if clause.must else "about"
        if bound is not None and (clause.denied or clause.averse):
            bound = {"most": "least", "least": "most"}.get(bound, bound)
        if bound is not None and column is None and mark.units:
            self._unclear(at, mark, bound)
            return at + 1
        if bound is None or column is None:
            clause.bound = None
            return self._demanded(at, mark)
        value = round(mark.value * factor, 9)
        self.emit(Refinement.model_validate({"column": column, _EDGES[bound]: value}), at)
        clause.bound = clause.name = None
        return at + 1

    def _unclear(self, at: int, mark: Mark, bound: str) -> None:
        """A measure that several columns may have: each is offered."""
        readings = [
            Refinement.model_validate({"column": column, _EDGES[bound]: round(mark.value * factor, 9)})
            for column, factor in self._fitting(mark).items()
        ]
        if readings:
            self.ambiguous.append(Ambiguous(readings, self.clause.start, at))
            self.clause.bound = None

    def _plain_span(self, at: int) -> int | None:
        """Two numbers with a dash between, as in 80-120 EUR; the place after them."""
        if at + 2 >= len(self.marks) or not self.marks[at + 2].is_a("number") or not self.marks[at + 1].is_a("to"):
            return None
        if self.marks[at + 1].is_a("and") or self.clause.bound == "about":
            return None
        low, high = self.marks[at], self.marks[at + 2]
        column, factor = self._column(high if high.units else low, at)
        if column is None:
            return None
        self.emit(
            Refinement(column=column, min=round(low.value * factor, 9), max=round(high.value * factor, 9)), at + 2
        )
        return at + 3

    def _demanded(self, at: int, mark: Mark) -> int:
        """A number that is a value, as in size 42, or in 42; or that counts what is named next, as in four wheels."""
        text = f"{mark.value:g}"
        if (counted := self._counted(at, mark)) is not None:
            self.emit(Refinement(column=counted, min=mark.value, max=mark.value), at + 1)
            return at + 2
        sizes = [key for key, each in self.edition.catalog.variants.options.items() if text in each.texts]
        name = self.clause.name or (sizes[0] if mark.is_a("within") and len(sizes) == 1 else None)
        column = (self.edition.catalog.option(name) or self.edition.catalog.column(name)) if name else None
        if name and column is not None and text in column.texts:
            refine = Refinement(exclude={name: [text]}) if self.clause.denied else Refinement(require={name: [text]})
            self.emit(refine, at)
        return at + 1

    def _counted(self, at: int, mark: Mark) -> str | None:
        """The column of countable things that stands right behind a number."""
        following = self.marks[at + 1] if at + 1 < len(self.marks) else None
        if following is None or mark.units or self.clause.bound or self.clause.denied:
            return None
        names = [each.name for each in following.senses if isinstance(each, Name)]
        names += [str(self.scale(each.trait)[0]) for each in following.senses if isinstance(each, Noun)]
        return next((each for each in names if each not in self._measures and self._is_numeric(each)), None)

    def counts_none(self, at: int, name: str) -> bool:
        """Whether a column counts things, some items have none, and no number follows: without wheels."""
        column = self.edition.catalog.column(name)
        counts = column is not None and column.is_number and name not in self._measures
        return counts and column is not None and bool((column.numbers == 0).any()) and not self._number_follows(at)

    def _beyond(self, wish: Wish, mark: Mark, at: int) -> None:
        """A comparison with a number bounds the column that the trait is read from: lighter than 800 g."""
        trait = wish.refine.trait
        if trait is None:
            edge = {"max": mark.value} if wish.refine.max is not None else {"min": mark.value}
            wish.refine = Refinement.model_validate({"column": "price", **edge})
        else:
            column, rising = self.scale(trait)
            if column is None:
                return
            unit = canonical(self.edition.quiz.traits[trait].source.unit)
            value = converted(mark.value, mark.units, unit)
            edge = {"min" if (wish.sign > 0) == rising else "max": mark.value if value is None else round(value, 9)}
            wish.refine = Refinement.model_validate({"column": column, **edge})
            wish.sign = 0
        wish.last = at

    def scale(self, trait: str) -> tuple[str | None, bool]:
        """The column a trait is read from, and whether its level rises with the number."""
        scale = self.edition.levels.scales.get(trait)
        source = self.edition.quiz.traits[trait].source
        rising = scale is None or bool(scale.levels[0] <= scale.levels[-1])
        return (source.column if scale is not None else None), rising

    def _column(self, mark: Mark, at: int) -> tuple[str | None, float]:
        """The column that a number with its unit speaks of, and what to multiply it by."""
        if mark.units and not set(mark.units) & _CURRENCIES:
            return self._measure(mark, at)
        named = self._neighbor(at)
        if named is not None and not mark.units:
            return named, 1.0
        if not mark.units and any(each.is_a("unknown", "relatives", "someone") for each in self._beside(mark)):
            return None, 1.0  # of what is not known: ages 8 and up
        if not mark.units and self.clause.bound in ("about", "least") and not self._is_plausible("price", mark.value):
            return None, 1.0  # at 8 in the evening, from 2020
        priced = any(price == price for price in self.edition.catalog.price.tolist())  # noqa: PLR0124 (NaN)
        return ("price" if priced else None), 1.0

    def _beside(self, mark: Mark) -> Sequence[Mark]:
        at = self.marks.index(mark)
        return [*self.marks[max(0, at - 1) : at], *self.marks[at + 1 : at + 2]]

    def _measure(self, mark: Mark, at: int) -> tuple[str | None, float]:
        """The column that a unit measures: the one that is named beside the number, else that of a trait."""
        fitting, named = self._fitting(mark), self._neighbor(at)
        if named is not None and (named in fitting or named not in self._measures):
            return named, fitting.get(named, 1.0)
        own = {each.source.column for each in self.edition.quiz.traits.values()}
        fitting = {name: factor for name, factor in fitting.items() if name in own} or fitting
        near = self._near_trait(at)
        if near is not None and (column := self.scale(near)[0]) in fitting:
            return column, fitting[str(column)]
        return (*fitting.items(),)[0] if len(fitting) == 1 else (None, 1.0)

    def _fitting(self, mark: Mark) -> Mapping[str, float]:
        """The columns that a number with its unit may be of, with what to multiply it by."""
        factors = {column: converted(1.0, mark.units, unit) for column, unit in self._measures.items()}
        return {
            column: factor
            for column, factor in factors.items()
            if factor is not None and (factor == 1 or self._is_plausible(column, mark.value * factor))
        }

    def _is_plausible(self, name: str, value: float) -> bool:
        """Whether a number said in another unit may be of a column: no whisky is aged for a month."""
        column, price = self.edition.catalog.column(name), self.edition.catalog.price
        known = price[price == price] if name == "price" else None  # noqa: PLR0124 (NaN)
        if known is None and column is not None and column.is_number:
            known = column.numbers[column.known]
        return known is None or not known.size or bool(known.min() / _FAR <= value <= known.max() * _FAR)

    @cached_property
    def _measures(self) -> Mapping[str, str]:
        return vocabulary(self.edition).measures

    def _near_trait(self, at: int) -> str | None:
        """The trait that is named in the same clause as a number."""
        for place in [*range(at - 1, max(-1, at - 4), -1), *range(at + 1, min(len(self.marks), at + 3))]:
            for sense in self.marks[place].senses:
                if isinstance(sense, _SIDES):
                    return sense.trait
        return None

    def _neighbor(self, at: int) -> str | None:
        """The numeric column that is named in the same clause as a number."""
        if self.clause.name is not None and self._is_numeric(self.clause.name):
            return self.clause.name
        for place in [*range(at - 1, max(-1, at - 4), -1), *range(at + 1, min(len(self.marks), at + 3))]:
            if self.marks[place].is_a("comma", "but", "and", "or", "number"):
                break
            for sense in self.marks[place].senses:
                if isinstance(sense, Name) and self._is_numeric(sense.name):
                    return sense.name
                if isinstance(sense, Noun) and (column := self.scale(sense.trait)[0]):
                    return column
        return None

    def _is_numeric(self, name: str) -> bool:
        column = self.edition.catalog.column(name)
        return name.casefold() == "price" or (column is not None and column.is_number)

    def measured(self, trait: str, at: int) -> bool:
        """Whether a name only says what a number beside it measures."""
        column = self.scale(trait)[0]
        return (
            column is not None
            and any(
                wish.refine.column == column and at - wish.last <= _NEAR for wish in [*self.wishes, *self.clause.made]
            )
        ) or (column is not None and self._number_follows(at))

    def _number_follows(self, at: int) -> bool:
        for mark in self.marks[at + 1 : at + 4]:
            if mark.is_a("number"):
                return True
            if not mark.is_a("noise", "most", "least", "about", "between", "than", "more", "less"):
                return False
        return False
