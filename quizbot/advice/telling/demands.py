"""Hard requirements in words: what all shown items meet, how far one stays under its limit, and what was relaxed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf, isnan
from typing import Any

import numpy as np

from quizbot.advice.preference import Clause
from quizbot.advice.ranking.rank import Ranking
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.telling.facts import cut
from quizbot.advice.turn import Relaxed
from quizbot.content.catalog import Floats, Ints, yes_or_no
from quizbot.content.edition import Edition
from quizbot.content.quiz import Effect, NumberQuestion, Requirement
from quizbot.content.texts import Speech

MOST_WORDS = 20
_SPELLINGS = 20_000  # texts of a column among which the spelling of a value is looked for
_LONGEST = 5
_LONGEST_QUOTE = 9


@dataclass(frozen=True, slots=True)
class Demand:
    """A clause with what is needed to speak of it: the editor's spelling of values, the column's unit and kind."""

    clause: Clause
    values: tuple[str, ...]
    unit: str
    name: str
    kind: str  # number, option, flag, tag, stock, text


class Demands:
    """Speaks of the hard requirements of one edition in one language."""

    def __init__(self, edition: Edition, speech: Speech) -> None:
        """Speak of one edition."""
        self._edition, self._speech = edition, speech

    # What all meet ----------------------------------------------------------------------------------

    def shared(self, everybody: str, clauses: Sequence[Clause], ranking: Ranking) -> list[str]:
        """Sentences about the clauses that every shown item meets, none of more than 20 words.

        What the catalog says in numbers, sizes or stock is told as such; other demands in the shopper's own words.
        """
        variants = ranking.variants.tolist()
        met = [each for each in clauses if each not in ranking.relaxed and self._met(each, variants)]
        met = [each for each in met if not any(_is_tighter(other, each) for other in met)]
        broken = {each.question for each in clauses if each not in met}
        quotes = {each: [] if each.question in broken else self._quotes(each) for each in met}
        phrases = [self.phrase(self.demand(each), variants) for each in met if not quotes[each]]
        heard = [quote for each in met for quote in quotes[each]]
        return [*self._packed("hard", everybody, phrases), *self._packed("kept", everybody, heard)]

    def _packed(self, key: str, everybody: str, parts: Iterable[str]) -> Iterator[str]:
        """As few sentences as hold all the parts."""
        pending: list[str] = []
        for part in dict.fromkeys(parts):
            if pending and len(self._shared(key, everybody, [*pending, part]).split()) > MOST_WORDS:
                yield self._shared(key, everybody, pending)
                pending = []
            pending.append(part)
        if pending:
            yield self._shared(key, everybody, pending)

    def _shared(self, key: str, everybody: str, parts: Sequence[str]) -> str:
        return self._speech(f"advice.shared.{key}", everybody=everybody, facts=self._speech.listing(parts))

    def _quotes(self, clause: Clause) -> list[str]:
        """The chosen options in quotes, where they say it better than a column's name; empty where they do not."""
        question = self._edition.questions.get(clause.question)
        if question is None or question.sensitive or self._kind(clause) in ("number", "option", "stock"):
            return []
        texts = {each.id: each.text for each in question.offered}
        quotes = [self._speech.quote(texts[each]) for each in clause.options if each in texts]
        return quotes if all(len(each.split()) <= _LONGEST_QUOTE for each in quotes) else []

    def _met(self, clause: Clause, variants: Iterable[int]) -> bool:
        judge = requirements(self._edition)
        return not any(judge.unmet(clause, each) for each in variants)

    def limit(self, clauses: Iterable[Clause], variant: int) -> str | None:
        """How far a variant stays under the first stated limit it keeps; None when no limit was stated."""
        for clause in clauses:
            demand = self.demand(clause)
            value = self.number(clause, variant)
            top = clause.ranges[0][1] if len(clause.ranges) == 1 and not clause.values else inf
            if clause.negated or not demand.unit or value is None or not clause.ranges or not value <= top < inf:
                continue
            written = self._speech.measure(value, demand.unit)
            left = round(top - value, 2)
            if not left:
                return self._speech("advice.limit.at", value=written)
            return self._speech("advice.limit.below", value=written, difference=self._speech.amount(left))
        return None

    # What one product misses ------------------------------------------------------------------------

    def missed(self, clauses: Iterable[Clause], variant: int) -> list[Relaxed]:
        """For each clause that a variant does not meet what was wanted, and how the variant stands to it."""
        return [
            Relaxed(column=each.column, wanted=self._wanted(each), text=self._missed(each, variant)) for each in clauses
        ]

    def named(self, clauses: Sequence[Clause], variant: int) -> tuple[str, list[str]]:
        """What a variant is known to miss, as `excluded`, or else what it does not state, as `unstated`; in words."""
        known = [each for each in clauses if not self._unstated(each, variant)]
        return "excluded" if known else "unstated", list(dict.fromkeys(map(self._heard, known or clauses)))

    def _heard(self, clause: Clause) -> str:
        """What is demanded, in the shopper's own words where they say it."""
        return self._speech.listing(self._quotes(clause), "or") or self.phrase(self.demand(clause))

    def _missed(self, clause: Clause, variant: int) -> str:
        if self._unstated(clause, variant):
            return self._speech("advice.missed.unstated", demand=self._heard(clause))
        value, unit = self.number(clause, variant), self.demand(clause).unit
        if (
            value is not None
            and unit
            and len(clause.ranges) == 1
            and not clause.negated
            and clause.ranges[0][1] < value
        ):
            over = self._speech.amount(round(value - clause.ranges[0][1], 2))
            return self._speech("advice.missed.above", value=self._speech.measure(value, unit), difference=over)
        return self._speech("advice.missed.plain", demand=self._heard(clause))

    # What was relaxed -------------------------------------------------------------------------------

    def relaxed(self, clauses: Sequence[Clause], ranking: Ranking) -> list[Relaxed]:
        """For each relaxed clause what was wanted and what is shown instead."""
        return [
            Relaxed(column=each.column, wanted=self._wanted(each), text=self._relaxed(each, clauses, ranking))
            for each in ranking.relaxed
        ]

    def _wanted(self, clause: Clause) -> dict[str, Any]:
        wanted: dict[str, Any] = {}
        if clause.values:
            wanted["values"] = list(self.demand(clause).values)
        ranges = [
            {name: edge for name, edge in (("min", low), ("max", high)) if abs(edge) < inf}
            for low, high in clause.ranges
        ]
        wanted |= ranges[0] if len(ranges) == 1 else {"ranges": ranges} if ranges else {}
        return wanted | ({"exclude": True} if clause.negated else {})

    def _relaxed(self, clause: Clause, clauses: Sequence[Clause], ranking: Ranking) -> str:
        demand = self.demand(clause)
        key, value = "closest", ""
        if all(self._unstated(clause, each) for each in ranking.variants.tolist()):
            key = "unstated"
        elif demand.kind == "number" and not clause.negated:
            # With several clauses relaxed, what is nearest in one may be far in another: only what is shown counts.
            kept = [each for each in clauses if each not in ranking.relaxed]
            alone = len(ranking.relaxed) == 1
            nearest = self._nearest(clause, self._meeting(kept) if alone else ranking.variants)
            if nearest is not None:
                key = "nearest" if alone else "nearest_shown"
                value = self._speech.amount(nearest) if demand.unit else self._speech.number(nearest)
        own = self.phrase(demand)
        others = [self.demand(each) for each in clauses if each != clause]
        options = dict.fromkeys(self.phrase(each) for each in others if each.kind == "option")
        rest = dict.fromkeys(self.phrase(each) for each in others if each.kind != "option")
        whole = self._tell(key, self._speech.listing([" ".join([own, *options]), *rest]), value)
        if len(whole.split()) <= MOST_WORDS:
            return whole
        return self._tell(key, self._speech("advice.relaxed.rest", demand=own), value)

    def _tell(self, key: str, demands: str, value: str) -> str:
        return self._speech(f"advice.relaxed.{key}", demands=demands, value=value)

    def _meeting(self, clauses: Iterable[Clause]) -> Ints:
        """The variants that meet all of these clauses."""
        variants = self._edition.catalog.variants
        met = np.ones(len(variants.item), dtype=np.bool_)
        for each in clauses:
            verdict = requirements(self._edition).verdict(each)
            met &= verdict.met[variants.item] if verdict.by_item else verdict.met
        return np.flatnonzero(met)

    def _nearest(self, clause: Clause, variants: Ints) -> float | None:
        """The number among some variants that is least outside of what was wanted; None when none is known."""
        numbers = self._numbers(clause, variants)
        numbers = numbers[~np.isnan(numbers)]
        if not len(numbers):
            return None
        outside = np.min([np.maximum(low - numbers, numbers - high) for low, high in clause.ranges], axis=0)
        return float(numbers[np.argmin(outside)])

    # Phrases ----------------------------------------------------------------------------------------

    def phrase(self, demand: Demand, variants: Iterable[int] | None = None) -> str:
        """What is demanded, as in "under 200 EUR"; with `variants` only what is true of all of them."""
        clause = demand.clause
        parts = [self._range(demand, low, high, variants) for low, high in clause.ranges]
        if demand.values:
            parts.append(self._values(demand))
        told = self._speech.listing(parts, "or")
        positive = bool(clause.ranges) or demand.kind == "option"
        return self._speech("advice.demand.not", demand=told) if clause.negated and positive else told

    def _range(self, demand: Demand, low: float, high: float, variants: Iterable[int] | None) -> str:
        def written(value: float, unit: str) -> str:
            return self._speech.measure(value, unit) if unit else self._speech.number(value)

        if low > -inf and high < inf:
            first = self._speech.amount(low) if demand.unit else written(low, "")
            told = self._speech("advice.demand.span", low=first, high=written(high, demand.unit))
        elif high < inf:
            reached = variants is not None and any(self.number(demand.clause, each) == high for each in variants)
            key = "advice.demand.most" if reached else "advice.demand.under"
            told = self._speech(key, limit=written(high, demand.unit))
        else:
            told = self._speech("advice.demand.least", limit=written(low, demand.unit))
        return told if demand.unit else self._speech("advice.demand.named", column=demand.name, value=told)

    def _values(self, demand: Demand) -> str:
        shown = [cut(each, _LONGEST) for each in demand.values[:4]]
        listed = self._speech.listing(shown, "or")
        if demand.kind in ("flag", "tag", "stock"):
            wanted = yes_or_no(demand.values[0]) is not demand.clause.negated
            key = {
                "flag": "yes" if wanted else "no",
                "tag": "tag" if wanted else "untagged",
                "stock": "stock" if wanted else "sold_out",
            }
            return self._speech(f"advice.demand.{key[demand.kind]}", column=demand.name)
        if demand.kind == "option":
            return self._speech("advice.demand.option", values=listed)
        if demand.clause.negated:
            return self._speech("advice.demand.no", column=listed)
        return self._speech("advice.demand.named", column=demand.name, value=listed)

    # Looking up -------------------------------------------------------------------------------------

    def demand(self, clause: Clause) -> Demand:
        """A clause with the words for it."""
        quiz, catalog = self._edition.quiz, self._edition.catalog
        written = {each.casefold(): each for demand in self._written(clause) for each in demand.values}
        trait = next((each for name, each in quiz.traits.items() if clause.column in (name, each.source.column)), None)
        if trait is not None:
            written |= {label.casefold(): text for label, text in trait.labels.items()}
        column = catalog.column(clause.column) or catalog.option(clause.column)
        if column is not None and not clause.values <= written.keys():
            spelled = {each.casefold(): each for each in islice(column.texts, _SPELLINGS)}
            written = {each: spelled[each] for each in clause.values if each in spelled} | written
        values = tuple(sorted(written.get(each, each) for each in clause.values))
        name = cut(trait.label if trait else clause.column.partition(" (")[0].replace("_", " "), _LONGEST)
        question = self._edition.questions.get(clause.question)
        unit = trait.source.unit if trait else ""
        if clause.column.casefold() == "price":
            unit = catalog.currency
        elif not unit and isinstance(question, NumberQuestion):
            unit = question.unit
        return Demand(clause, values, unit, name, self._kind(clause))

    def _kind(self, clause: Clause) -> str:
        catalog, name = self._edition.catalog, clause.column
        if clause.ranges and not clause.values:
            return "number"
        if name.casefold() == "available":
            return "stock"
        flags = {yes_or_no(each) for each in clause.values}
        column = catalog.column(name) or catalog.option(name)
        if column is None:
            return "tag" if name.casefold() in catalog.all_tags and len(flags) == 1 and None not in flags else "text"
        if column.is_yes_or_no and len(flags) == 1 and None not in flags:
            return "flag"
        return "text" if catalog.column(name) else "option"

    def _written(self, clause: Clause) -> Iterable[Requirement]:
        """The demands on the clause's column as the editor wrote them."""
        question = self._edition.questions.get(clause.question)
        effects: Sequence[Effect] = (
            (question,) if isinstance(question, Effect) else question.offered if question else ()
        )
        for effect in effects:
            demands = effect.exclude if clause.negated else effect.require
            if clause.column in demands:
                yield demands[clause.column]

    def number(self, clause: Clause, variant: int) -> float | None:
        """What a variant has in the clause's column, as a number; None when it states none."""
        value = float(self._numbers(clause, np.array([variant]))[0])
        return None if isnan(value) else value

    def _numbers(self, clause: Clause, variants: Ints) -> Floats:
        """What some variants have in the clause's column, as numbers; NaN where they state none."""
        catalog, name = self._edition.catalog, clause.column
        if name.casefold() == "price":
            return catalog.variants.price[variants]
        column, option = catalog.column(name), catalog.option(name)
        if column is not None:
            return column.numbers[catalog.variants.item[variants]]
        return option.numbers[variants] if option is not None else np.full(len(variants), np.nan)

    def _unstated(self, clause: Clause, variant: int) -> bool:
        judge = requirements(self._edition)
        verdict = judge.verdict(clause)
        return bool(verdict.unknown[self._edition.catalog.variants.item[variant] if verdict.by_item else variant])


def _is_tighter(one: Clause, other: Clause) -> bool:
    """Whether one bound of a column leaves nothing for another to say."""
    plain = not (one.values or other.values or one.negated or other.negated or one.ranges == other.ranges)
    if not plain or one.column.casefold() != other.column.casefold() or len(one.ranges) != 1 or len(other.ranges) != 1:
        return False
    (low, high), (least, most) = one.ranges[0], other.ranges[0]
    return low >= least and high <= most
