"""Hard requirements: which variants meet a clause, and how far the others miss it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from quizbot.advice.preference import Clause, Preference, Wish
from quizbot.content.catalog import Bools, Catalog, Column, Floats, Ints, number, yes_or_no
from quizbot.content.edition import Edition
from quizbot.content.quiz import Quiz

_REMEMBERED = 16_000_000
"""Items, over all sets of clauses, for which it is remembered whether they meet them: 16 MB."""

_JUDGED = 64_000_000
"""Variants, over all clauses, of which it is remembered how they stand: 128 MB."""

_Demanded = tuple[str, frozenset[str], tuple[tuple[float, float], ...], bool, bool]
"""A clause's demand, and whether unknown passes."""


@dataclass(frozen=True, eq=False, slots=True)
class Verdict:
    """How each variant (or item, when `by_item`) stands to a clause.

    `met` is whether it meets it; `unknown` whether the catalog does not say.
    """

    met: Bools
    unknown: Bools
    by_item: bool


@dataclass(frozen=True, eq=False, slots=True)
class _Field:
    """What a name stands for: texts, numbers or sets of labels, for each item or each variant."""

    column: Column | None
    by_item: bool
    numbers: Floats | None = None
    label_items: tuple[Bools, Bools] | None = None  # has it, known

    @property
    def values(self) -> Floats | None:
        """What it says in numbers."""
        if self.numbers is not None or self.column is None:
            return self.numbers
        return self.column.numbers


class Requirements:
    """The clauses of one edition, judged once each and remembered."""

    def __init__(self, edition: Edition) -> None:
        """Judge for this edition."""
        self._catalog: Catalog = edition.catalog
        self._quiz: Quiz = edition.quiz
        self._levels = edition.levels
        variants = max(1, len(self._catalog.variants.item))
        self._judged = lru_cache(maxsize=min(512, max(16, _JUDGED // variants)))(self._judge)
        self._meeting = lru_cache(maxsize=max(1, _REMEMBERED // max(1, len(self._catalog))))(self._all_met)
        self._field = lru_cache(maxsize=64)(self._look_up)
        self._spread = lru_cache(maxsize=64)(self._measure_spread)

    def verdict(self, clause: Clause) -> Verdict:
        """How every variant stands to a clause."""
        return self._judged(clause.column, clause.values, clause.ranges, clause.negated)

    def passing(self, clauses: Sequence[Clause]) -> Bools | None:
        """Items with one variant that meets all clauses, shape (n,); None when there is no clause."""
        if not clauses:
            return None
        return self._meeting(tuple((*each.demand, _lenient(each)) for each in clauses)).copy()

    def _all_met(self, demands: Sequence[_Demanded]) -> Bools:
        items, variants = np.ones(len(self._catalog), bool), None
        for name, values, ranges, negated, lenient in demands:
            verdict = self._judged(name, values, ranges, negated)
            met = verdict.met | verdict.unknown if lenient else verdict.met
            if verdict.by_item:
                items &= met
            else:
                variants = met.copy() if variants is None else variants & met
        return items if variants is None else items & self.any_variant(variants)

    def shown_variants(self, preference: Preference, items: Ints) -> Ints:
        """The variant each item is shown as: least loss, in stock, with a wished label, cheapest, first."""
        if len(self._catalog.variants.item) == len(self._catalog):
            return items  # one variant each
        clauses = [each for each in preference.clauses if not self.verdict(each).by_item]
        wished = [found for wish in preference.wishes if (found := self._lacking(wish)) is not None]
        rows, owners = self._variants_of(items)
        variants = self._catalog.variants
        keys: list[Floats | Ints | Bools] = [rows, np.nan_to_num(variants.price[rows], nan=np.inf)]
        keys += [np.sum([each[rows] for each in wished], axis=0)] if wished else []
        keys.append(~variants.available[rows])
        if clauses:
            missed = [self._missed(each, rows) for each in clauses]
            keys.append(np.sum([unknown for _, unknown in missed], axis=0))
            keys.append(np.round(np.sum([loss for loss, _ in missed], axis=0), 9))
        ordered = np.lexsort([*keys, owners])
        return rows[ordered[np.searchsorted(owners, np.arange(len(items)))]]

    def _variants_of(self, items: Ints) -> tuple[Ints, Ints]:
        """The variants of k items, and which of the k each belongs to."""
        first = self._catalog.first_variant
        counts = first[items + 1] - first[items]
        owners = np.repeat(np.arange(len(items)), counts)
        return (first[items] - np.cumsum(counts) + counts)[owners] + np.arange(len(owners)), owners

    def _lacking(self, wish: Wish) -> Bools | None:
        """Variants without a wished label, or with an avoided one, of a trait that is read from a variant option."""
        option = self._quiz.traits[wish.trait].source.option if wish.kind in ("any", "avoid") else None
        if option is None:
            return None
        verdict = self._judged(option, wish.labels, (), wish.kind == "avoid")
        return None if verdict.by_item else ~verdict.met

    def losses(self, clauses: Sequence[Clause]) -> tuple[Floats, Ints]:
        """For each item the least loss of any of its variants over all clauses, and how much of it is unknown.

        The loss is infinite where no variant meets what is binding.
        """
        owners = self._catalog.variants.item
        everything = np.arange(len(owners))
        missed, unknown = np.zeros(len(owners)), np.zeros(len(owners), dtype=np.int64)
        for clause in clauses:
            loss, unstated = self._missed(clause, owners if self.verdict(clause).by_item else everything)
            missed += loss
            unknown += unstated
        missed = np.round(missed, 9)
        if len(owners) == len(self._catalog):
            return missed, unknown
        best = np.lexsort((unknown, missed, owners))[self._catalog.first_variant[:-1]]
        return missed[best], unknown[best]

    def _missed(self, clause: Clause, rows: Ints) -> tuple[Floats, Bools]:
        """How far some variants, or items, miss a clause, and whether the catalog does not say; each (rows,).

        The loss is 1 for another value, a range's distance in spreads of the column, 0 where it is met or unknown. What
        does not meet a binding clause is infinitely far off.
        """
        verdict = self.verdict(clause)
        met, unknown = verdict.met[rows], verdict.unknown[rows]
        if clause.binding:
            return np.where(met, 0.0, np.inf), np.zeros_like(unknown)
        far = 1.0 if clause.negated or not clause.ranges else self._distance(clause, rows)
        return np.where(met | unknown, 0.0, far), unknown

    def _distance(self, clause: Clause, rows: Ints) -> Floats:
        """How far some numbers are outside of a clause's ranges, in spreads of their column; 1 without a number."""
        numbers = self._field(clause.column).values
        if numbers is None:
            return np.ones(len(rows))
        distance = np.full(len(rows), np.inf)
        for low, high in clause.ranges:
            distance = np.fmin(distance, np.fmax(np.fmax(low - numbers[rows], numbers[rows] - high), 0.0))
        return np.where(np.isnan(numbers[rows]), 1.0, distance / self._spread(clause.column))

    def _measure_spread(self, name: str) -> float:
        numbers = self._field(name).values
        assert numbers is not None
        known = numbers[~np.isnan(numbers)]
        return float(np.ptp(known)) or 1.0 if len(known) else 1.0

    def unmet(self, clause: Clause, variant: int) -> bool:
        """Whether a variant does not meet a clause, or is not known to."""
        verdict = self.verdict(clause)
        return not verdict.met[self._catalog.variants.item[variant] if verdict.by_item else variant]

    def unknowns(self, clauses: Sequence[Clause]) -> list[Ints]:
        """How many of a shopper's own exclusions each item does not state, shape (n,); nothing when there are none."""
        found = []
        for clause in clauses:
            if _lenient(clause):
                verdict = self.verdict(clause)
                found.append(verdict.unknown if verdict.by_item else ~self.any_variant(verdict.met))
        return [np.sum(found, axis=0, dtype=np.int64)] if found else []

    def met(self, clause: Clause) -> Bools:
        """Whether each variant passes a clause, shape (v,)."""
        verdict = self.verdict(clause)
        met = verdict.met | verdict.unknown if _lenient(clause) else verdict.met
        return met[self._catalog.variants.item] if verdict.by_item else met

    def any_variant(self, variants: Bools) -> Bools:
        """Items of which any variant is among these, shape (..., v) and (..., n)."""
        if variants.shape[-1] == len(self._catalog):
            return variants
        return np.logical_or.reduceat(variants, self._catalog.first_variant[:-1], axis=-1)

    # Judging --------------------------------------------------------------------------------------

    def _judge(
        self, name: str, values: frozenset[str], ranges: tuple[tuple[float, float], ...], negated: bool
    ) -> Verdict:
        field = self._field(name)
        if field.label_items is not None:
            met, known = field.label_items
            wanted = {answer for answer in map(yes_or_no, values) if answer is not None} or {True}
            met = (met & (True in wanted)) | (~met & known & (False in wanted))
        else:
            met, known = self._matches(field, name, values)
        if ranges and field.values is not None:
            inside = np.zeros_like(met)
            for low, high in ranges:
                inside |= (field.values >= low) & (field.values <= high)
            met, known = met | inside, known | ~np.isnan(field.values)
        if negated:
            met = known & ~met
        return Verdict(met & known, ~known, field.by_item)

    def _look_up(self, name: str) -> _Field:
        """Looked up as column, then variant option, then tag, then label trait."""
        catalog, variants, folded = self._catalog, self._catalog.variants, name.casefold()
        if folded == "price":
            return _Field(None, by_item=False, numbers=variants.price)
        if folded == "available":
            texts = tuple("yes" if each else "no" for each in variants.available)
            return _Field(Column("available", texts), by_item=False)
        column = catalog.column(name)
        if column is not None:
            return _Field(column, by_item=True)
        option = catalog.option(name)
        if option is not None:
            return _Field(option, by_item=False)
        if folded in catalog.all_tags:
            has = np.array([folded in each for each in catalog.tags])
            return _Field(None, by_item=True, label_items=(has, np.array([bool(each) for each in catalog.tags])))
        return _Field(None, by_item=True)

    def _matches(self, field: _Field, name: str, values: frozenset[str]) -> tuple[Bools, Bools]:
        """Whether a cell has any of the values, and whether it is known."""
        if field.column is None:
            if field.numbers is not None:
                wanted = {number(each) for each in values}
                return np.isin(field.numbers, list(wanted)), ~np.isnan(field.numbers)
            met = np.zeros(len(self._catalog), bool)
            family = self._levels.families.get(name)
            if family is None:  # demanded by an answer, and no product of this catalog says it
                return met, met
            met[family.having(values)] = True
            return met, family.known
        return field.column.having(self._spellings(name, values)), field.column.known

    def _spellings(self, name: str, values: frozenset[str]) -> frozenset[str]:
        """The values and, where a label trait that reads this column spells them otherwise, its spellings too."""
        more: set[str] = set()
        for trait in self._quiz.traits.values():
            read = trait.source.column or trait.source.option
            if read is not None and read.casefold() == name.casefold() and trait.kind == "labels":
                for label, texts in trait.source.spelled.items():
                    if label.casefold() in values:
                        more.update(text.casefold() for text in texts)
        return values | more


def _lenient(clause: Clause) -> bool:
    """A shopper's own exclusion lets unknown pass; a quiz's does not."""
    return clause.negated and clause.source == "refine"


_made: WeakKeyDictionary[Edition, Requirements] = WeakKeyDictionary()


def requirements(edition: Edition) -> Requirements:
    """The requirements of an edition, made once."""
    found = _made.get(edition)
    if found is None:
        found = _made[edition] = Requirements(edition)
    return found
