"""Answers to a preference: wishes with masses, and hard clauses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import atan2, cos, hypot, inf, pi, sin
from typing import Literal

from quizbot.advice.turn import SourceName
from quizbot.content.answers import Answer, Answers, Picks
from quizbot.content.edition import Edition
from quizbot.content.quiz import Effect, Option, Question, Requirement, Wanted


@dataclass(frozen=True, slots=True)
class Wish:
    """What one answer wants of one trait.

    Its points for an item are `amplitude * g / N`, where N is the sum of the masses of all wishes and g in
    [-1, 1] follows from `kind`: `level` and `bounds` cos(pi * distance of the item's level to low..high), where a
    wanted level is low = high; `any` +1 for an item with one of `labels`, -1 for one known to have none; `avoid`
    the reverse; unknown 0. `amplitude` is the mass, but for wishes merged from several products.
    """

    source: SourceName
    question: str
    options: tuple[str, ...]  # option ids (ids of liked items for products); empty for a scale or a number
    answer: Answer | None  # what was given, for scale, number and products
    trait: str
    kind: Literal["level", "bounds", "any", "avoid"]
    mass: float
    amplitude: float
    low: float = 0.0
    high: float = 1.0
    labels: frozenset[str] = frozenset()  # folded

    @property
    def level(self) -> float:
        """The wanted level of a `level` wish."""
        return self.low


@dataclass(frozen=True, slots=True)
class Clause:
    """A hard requirement on one column: any of `values` or within any of `ranges`; `negated` for an exclusion.

    Values of one answer for one column are united here; different clauses must all hold, in one variant.
    """

    column: str
    values: frozenset[str]  # folded
    ranges: tuple[tuple[float, float], ...]
    negated: bool
    question: str
    options: tuple[str, ...]
    answer: Answer | None = None
    source: SourceName = "answer"

    @property
    def demand(self) -> tuple[str, frozenset[str], tuple[tuple[float, float], ...], bool]:
        """What is demanded, whoever demands it."""
        return (self.column, self.values, self.ranges, self.negated)


@dataclass(frozen=True, slots=True)
class Preference:
    """All that a shopper wants. `total` is N, the sum of the masses."""

    wishes: tuple[Wish, ...] = ()
    clauses: tuple[Clause, ...] = ()
    total: float = 0.0


def prefer(edition: Edition, answers: Answers) -> Preference:
    """The preference that checked answers express, in the order of the quiz's questions."""
    wishes: list[Wish] = []
    clauses: list[Clause] = []
    for name, question in edition.questions.items():
        if name in answers:
            wishes += _wishes(edition, question, answers[name])
            clauses += _clauses(question, answers[name])
    return Preference(tuple(wishes), tuple(clauses), sum(each.mass for each in wishes))


# Wishes -------------------------------------------------------------------------------------------


def _wishes(edition: Edition, question: Question, answer: Answer) -> Iterator[Wish]:
    if isinstance(answer, Picks):
        yield from _picked(edition, question.id, question.weight, answer)
    elif isinstance(question, Effect):
        for trait, wanted in question.prefer.items():
            bounds = _bounds(edition, question, trait, wanted, answer)
            yield _wish(question.id, (), answer, trait, wanted, question.weight, bounds)
        for trait, wanted in question.avoid.items():
            yield _wish(question.id, (), answer, trait, wanted, question.weight, None, avoided=True)
    else:
        for option, share in _chosen(question, answer):
            for trait, wanted in option.prefer.items():
                bounds = _bounds(edition, question, trait, wanted, None)
                yield _wish(question.id, (option.id,), None, trait, wanted, question.weight * share, bounds)
            for trait, wanted in option.avoid.items():
                yield _wish(question.id, (option.id,), None, trait, wanted, question.weight * share, None, avoided=True)


def _wish(
    question: str,
    options: tuple[str, ...],
    answer: Answer | None,
    trait: str,
    wanted: Wanted,
    share: float,
    bounds: tuple[float, float] | None,
    *,
    avoided: bool = False,
) -> Wish:
    mass = share * wanted.weight
    if bounds is None:
        labels = frozenset(each.casefold() for each in wanted.labels or ())
        kind: Literal["any", "avoid"] = "avoid" if avoided else "any"
        return Wish("answer", question, options, answer, trait, kind, mass, mass, labels=labels)
    one_sided = wanted.min is not None or wanted.max is not None
    return Wish("answer", question, options, answer, trait, "bounds" if one_sided else "level", mass, mass, *bounds)


def _bounds(
    edition: Edition, question: Question, trait: str, wanted: Wanted, answer: Answer | None
) -> tuple[float, float] | None:
    """Lowest and highest level that are fully right; None for labels."""
    if wanted.labels is not None:
        return None
    if wanted.first is not None and wanted.last is not None:
        assert isinstance(answer, int)
        steps = getattr(question, "steps", 2)
        level = wanted.first + (answer - 1) / (steps - 1) * (wanted.last - wanted.first)
        return level, level

    def resolved(written: float | str) -> float:
        if written != "answer":
            return float(written)
        assert isinstance(answer, int | float)
        return edition.levels.scales[trait].level(float(answer))

    if wanted.level is not None:
        level = resolved(wanted.level)
        return level, level
    low = 0.0 if wanted.min is None else resolved(wanted.min)
    high = 1.0 if wanted.max is None else resolved(wanted.max)
    return min(low, high), max(low, high)


def _chosen(question: Question, answer: Answer) -> Iterator[tuple[Option, float]]:
    """The chosen options with their shares: rank r of n counts 2(n + 1 - r) / (n(n + 1)), others 1/n."""
    chosen = (answer,) if isinstance(answer, str) else answer
    assert isinstance(chosen, tuple)
    options: Mapping[str, Option] = {each.id: each for each in getattr(question, "options", ())}
    count = len(chosen)
    for at, name in enumerate(chosen):
        ranked = question.type == "ranking"
        yield options[name], 2 * (count - at) / (count * (count + 1)) if ranked else 1 / count


def _picked(edition: Edition, question: str, weight: float, picks: Picks) -> Iterator[Wish]:
    """Wishes of a products question, one for each trait.

    A liked item wishes its own level, one that was passed over wishes away from it; each is a cosine of the level,
    and a sum of cosines of one frequency is a cosine again, so each trait has one wish with the same points.
    """
    catalog, levels = edition.catalog, edition.levels
    passed = [each for each in picks.shown if each not in picks.liked]
    waves: dict[str, list[float]] = {}  # trait: x, y, mass
    families: dict[tuple[str, frozenset[str]], float] = {}
    for item, liked in [(each, True) for each in picks.liked] + [(each, False) for each in passed]:
        at = catalog.positions[item]
        stated = {name: float(v) for name, v in zip(levels.names, levels.level[:, at], strict=True) if v == v}  # noqa: PLR0124 (NaN)
        labels = {name: found for name, family in levels.families.items() if (found := _labels(edition, name, at))}
        known = len(stated) + len(labels)
        if not known:
            continue
        share = weight / (len(picks.liked) * known) if liked else weight / (len(passed) * known) / 2
        for trait, level in stated.items():
            x, y = round(cos(pi * level), 12), round(sin(pi * level), 12)  # the middle is exactly nowhere
            wave = waves.setdefault(trait, [0.0, 0.0, 0.0])
            wave[0] += share * x if liked else -share * x
            wave[1] += share * y if liked else 0.0
            wave[2] += share if liked else share * abs(x)
        for trait, found in labels.items() if liked else ():
            families[trait, found] = families.get((trait, found), 0.0) + share
    for trait, (x, y, mass) in waves.items():
        if not mass:
            continue
        level = atan2(y, x) / pi
        yield Wish("answer", question, picks.liked, picks, trait, "level", mass, hypot(x, y), level, level)
    for (trait, found), mass in families.items():
        yield Wish("answer", question, picks.liked, picks, trait, "any", mass, mass, labels=found)


def _labels(edition: Edition, trait: str, item: int) -> frozenset[str]:
    return frozenset(each.casefold() for each in edition.levels.families[trait].of(item))


# Clauses ------------------------------------------------------------------------------------------


def _clauses(question: Question, answer: Answer) -> Iterator[Clause]:
    """Hard clauses of one answer; values for one column are united."""
    if isinstance(question, Effect):
        effects: list[tuple[str, Effect]] = [("", question)]
    elif isinstance(answer, Picks):
        return
    else:
        effects = [(option.id, option) for option, _ in _chosen(question, answer)]
    for negated in (False, True):
        united: dict[str, list[tuple[str, Requirement]]] = {}
        for option, effect in effects:
            for column, demand in (effect.exclude if negated else effect.require).items():
                united.setdefault(column, []).append((option, demand))
        for column, demands in united.items():
            options = tuple(option for option, _ in demands if option)
            yield clause(column, [each for _, each in demands], negated, question.id, options, answer)


def clause(
    column: str,
    demands: Iterable[Requirement],
    negated: bool,
    question: str = "",
    options: tuple[str, ...] = (),
    answer: Answer | None = None,
) -> Clause:
    """One clause out of the demands on one column, united; `answer` stands for the number given."""
    values: set[str] = set()
    ranges: list[tuple[float, float]] = []
    for each in demands:
        values.update(value.casefold() for value in each.values)
        if each.min is not None or each.max is not None:
            ranges.append((_edge(each.min, answer, -inf), _edge(each.max, answer, inf)))
    return Clause(column, frozenset(values), tuple(ranges), negated, question, options, answer)


def _edge(written: float | str | None, answer: Answer | None, otherwise: float) -> float:
    if written is None:
        return otherwise
    if written == "answer":
        assert isinstance(answer, int | float)
        return float(answer)
    return float(written)
