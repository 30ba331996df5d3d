"""Refinements laid over answers: a refinement only adds to what was said before it.

So the result is a function of the list, and leaving one out gives the earlier result back. Wishes for traits are
soft; bounds, `require` and `exclude` are hard.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from math import cos, inf, pi
from typing import Any, Literal

from quizbot.advice.hearing.disliking import meant
from quizbot.advice.history import History
from quizbot.advice.preference import Clause, Preference, Wish, clause, picked
from quizbot.advice.ranking.rank import rank
from quizbot.advice.refine import STEPS, column, compared, effect_of, relative
from quizbot.advice.turn import Refinement
from quizbot.content.answers import Picks
from quizbot.content.edition import Edition
from quizbot.content.quiz import Requirement, Wanted

SHARE = 0.5
"""What a refinement weighs against all answers together; never less than one answer."""

KEEN = 2.5
"""How much more the distance to a comparison counts: what it is compared with meets it not at all."""

FAINTEST = 0.2
"""What is left of an older wish that a newer one contradicts."""

ABOUT = 0.15
"""How far from a number that is still about it, as a share of the number."""

IMPORTANT = 2.0
"""How much more a trait counts once it is said to matter, and how much less once it is said not to."""

_WISHED = 0.75  # the level from which on a trait is wished for that matters, without more being said

Span = tuple[Literal["level", "bounds"], float, float]
"""Kind of a wish, and the lowest and highest level that it is met by."""


def resolved(edition: Edition, preference: Preference, refinements: Sequence[Refinement]) -> list[Refinement]:
    """The refinements with a level for each relative one, compared with what was first before it, or with its item."""
    found: list[Refinement] = []
    for each in refinements:
        if relative(each):
            item = edition.catalog.positions[each.than] if each.than else _first(edition, preference, found)
            found.append(each.model_copy(update={"level": compared(edition, each, item)}))
        else:
            found.append(each)
    return found


def _first(edition: Edition, preference: Preference, refinements: Iterable[Refinement]) -> int:
    return int(rank(edition, [refined(edition, preference, refinements)], 1, plain=True)[0].items[0])


def refined(edition: Edition, preference: Preference, refinements: Iterable[Refinement]) -> Preference:
    """The preference with refinements on top, in their order. They are checked and resolved."""
    return Refining(edition, preference, refinements).preference


class Refining:
    """A preference to which refinements are added one by one."""

    def __init__(self, edition: Edition, preference: Preference, refinements: Iterable[Refinement] = ()) -> None:
        """Begin with what the answers want, and with refinements of it."""
        self.edition = edition
        self.wishes = list(preference.wishes)
        self.clauses = list(preference.clauses)
        self.hidden = preference.hidden
        self.history = History()
        self.mass = max(1.0, SHARE * sum(each.mass for each in self.wishes if each.source == "answer"))
        for each in refinements:
            self.take(each)

    def spoken(self, edition: Edition) -> "Refining":
        """The same in an edition of another language."""
        other = copy(self)
        other.edition = edition
        return other

    def remembering(self, history: History) -> "Refining":
        """The same with another history."""
        other = copy(self)
        other.history = history
        return other

    def trying(self, refinements: Iterable[Refinement]) -> Preference:
        """The preference as it would be with more refinements."""
        other = copy(self)
        other.wishes, other.clauses = [*self.wishes], [*self.clauses]
        for each in refinements:
            other.take(each)
        return other.preference

    @property
    def preference(self) -> Preference:
        """The preference so far."""
        wishes = (*self.wishes, *self.history.wishes)
        total = sum(each.mass for each in wishes)
        return Preference(wishes, tuple(self.clauses), total, self.hidden | self.history.hidden)

    def take(self, each: Refinement, question: str = "", words: str | None = None) -> None:
        """Add one refinement; with a question and words it is what an answer in words says."""
        wished, demanded = len(self.wishes), len(self.clauses)
        self._take(each)
        if question:
            said: dict[str, Any] = {"source": "answer", "question": question, "answer": words}
            self.wishes[wished:] = [replace(wish, **said) for wish in self.wishes[wished:]]
            self.clauses[demanded:] = [
                replace(made, question=question, answer=words) for made in self.clauses[demanded:]
            ]

    def _take(self, each: Refinement) -> None:
        positions = self.edition.catalog.positions
        if each.trait is not None:
            self._take_trait(each, each.trait)
        elif each.column is not None:
            self._bound(each.column, *_edges(each))
        elif each.like is not None:
            self._pick(Picks((each.like,), (each.like,)), self.mass)
        elif each.dislike is not None:
            self._dislike(each, each.dislike)
        elif each.hide is not None:
            self.hidden |= {positions[each.hide]}
        elif each.drop is not None:
            self._drop(each.drop)
        else:
            self._take_effect(each)

    # Wishes ---------------------------------------------------------------------------------------

    def _take_trait(self, each: Refinement, trait: str) -> None:
        if each.importance is not None:
            self._weigh(trait, IMPORTANT if each.importance == "more" else 1 / IMPORTANT)
        else:
            assert each.level is not None
            low, high = (each.level, 1.0) if each.direction == "more" else (0.0, each.level)
            if each.amount == "slightly":
                low, high = max(low, each.level - STEPS["slightly"]), min(high, each.level + STEPS["slightly"])
            if each.direction is None:
                self._wish(trait, ("level", each.level, each.level))
            else:
                self._wish(trait, ("bounds", low, high), keen=KEEN)

    def _weigh(self, trait: str, factor: float) -> None:
        own = [at for at, wish in enumerate(self.wishes) if wish.trait == trait and wish.source != "prior"]
        for at in own:
            self._scale(at, factor)
        if not own and factor > 1 and trait in self.edition.levels.names:
            self._wish(trait, ("bounds", _WISHED, 1.0))

    def _scale(self, at: int, factor: float) -> None:
        wish = self.wishes[at]
        self.wishes[at] = replace(wish, mass=wish.mass * factor, amplitude=wish.amplitude * factor)

    def _wish(self, trait: str, span: Span, weight: float = 1.0, keen: float = 1.0) -> None:
        """A new wish for levels; older ones of the trait fade as far as they are off it."""
        kind, low, high = span
        for at, older in enumerate(self.wishes):
            if older.trait == trait and older.source != "prior" and older.kind in ("level", "bounds"):
                gap = max(low - older.high, older.low - high, 0.0)
                self._scale(at, max(FAINTEST, cos(pi * gap)))
        mass = self.mass * weight
        self.wishes.append(Wish("refine", "", (), None, trait, kind, mass, mass, low, high, keen=keen))

    def _label(self, trait: str, kind: Literal["any", "avoid"], wanted: Wanted) -> None:
        """A new wish for or against labels; older contrary ones fade."""
        labels = frozenset(each.casefold() for each in wanted.labels or ())
        for at, older in enumerate(self.wishes):
            if older.trait == trait and older.source != "prior" and older.kind in ("any", "avoid"):
                contrary = not older.labels & labels if kind == older.kind == "any" else kind != older.kind
                if contrary and (kind == older.kind or older.labels & labels):
                    self._scale(at, FAINTEST)
        mass = self.mass * wanted.weight
        self.wishes.append(Wish("refine", "", (), None, trait, kind, mass, mass, labels=labels))

    def _dislike(self, each: Refinement, item: str) -> None:
        """Out of the list, and away from what was wrong with it, or from all of it when nothing is said."""
        why = meant(self.edition, each, self.wishes) if each.why else ()
        for wish in why:
            self._take(wish)
        if not why:
            self._pick(Picks((), (item,)), self.mass)
        self.hidden |= {self.edition.catalog.positions[item]}

    def _pick(self, picks: Picks, weight: float) -> None:
        """Wishes for the levels of an item, or away from them."""
        self.wishes += picked(self.edition, "", weight, picks, "refine")

    # Demands --------------------------------------------------------------------------------------

    def _take_effect(self, each: Refinement) -> None:
        word = next(name for name in ("prefer", "avoid", "require", "exclude") if getattr(each, name) is not None)
        effect = effect_of(self.edition, each, word)
        for trait, wanted in effect.prefer.items():
            if wanted.labels is not None:
                self._label(trait, "any", wanted)
            else:
                self._wish(trait, _span(wanted), wanted.weight)
        for trait, wanted in effect.avoid.items():
            self._label(trait, "avoid", wanted)
        for negated, demands in ((False, effect.require), (True, effect.exclude)):
            for name, demand in demands.items():
                self._demand(name, demand, negated=negated)

    def _demand(self, name: str, demand: Requirement, *, negated: bool) -> None:
        made = clause(column(self.edition, name) or name, [demand])
        if made.ranges and not negated:
            self._bound(name, *made.ranges[0])
            return
        self.clauses = [left for each in self.clauses if (left := _taken_back(each, made, negated=negated))]
        self.clauses.append(replace(made, negated=negated, source="refine"))

    def _bound(self, name: str, low: float, high: float) -> None:
        """A new bound; what the shopper said before about the same side of the same column gives way."""
        place = column(self.edition, name) or name
        kept: list[Clause] = []
        for each in self.clauses:
            if each.source == "refine" and each.ranges and not each.negated and _same(each.column, place):
                before = each.ranges[0]
                rest = (before[0] if low == -inf else -inf, before[1] if high == inf else inf)
                if rest != (-inf, inf):
                    low, high = max(low, rest[0]), min(high, rest[1])
            else:
                kept.append(each)
        if low > high:  # two of the shopper's own bounds that nothing can meet both stay to be told
            kept.append(Clause(place, frozenset(), ((low, inf),), source="refine"))
            low = -inf
        self.clauses = [*kept, Clause(place, frozenset(), ((low, high),), source="refine")]

    def _drop(self, name: str) -> None:
        """Forget what was said about a trait or a column, or answered to a question."""
        names = {name.casefold(), (column(self.edition, name) or name).casefold()}
        for trait, each in self.edition.quiz.traits.items():
            if trait in names or (each.source.column or each.source.option or "").casefold() in names:
                names |= {trait}
        self.wishes = [
            each for each in self.wishes if each.source == "prior" or not {each.trait, each.question} & names
        ]
        self.clauses = [each for each in self.clauses if not {each.column.casefold(), each.question} & names]


def _edges(each: Refinement) -> tuple[float, float]:
    if each.about is not None:
        margin = ABOUT * abs(each.about)
        return each.about - margin, each.about + margin
    return -inf if each.min is None else each.min, inf if each.max is None else each.max


def _span(wanted: Wanted) -> Span:
    if wanted.level is not None:
        return "level", float(wanted.level), float(wanted.level)
    low, high = (0.0 if wanted.min is None else float(wanted.min)), (1.0 if wanted.max is None else float(wanted.max))
    return "bounds", low, high


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _taken_back(older: Clause, newer: Clause, *, negated: bool) -> Clause | None:
    """What is left of a shopper's own older demand once a newer one says the contrary of the same values."""
    if older.source != "refine" or older.negated == negated or not _same(older.column, newer.column) or older.ranges:
        return older
    left = older.values - newer.values
    return replace(older, values=left) if left else None
