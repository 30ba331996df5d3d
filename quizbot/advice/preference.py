"""Answers to a preference: wishes with masses, and hard clauses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import atan2, cos, hypot, inf, pi, sin
from typing import Literal
from weakref import WeakKeyDictionary

from quizbot.advice.agenda import agenda
from quizbot.advice.turn import Past, SourceName
from quizbot.content.answers import Answer, Answers, Picks
from quizbot.content.edition import Edition
from quizbot.content.quiz import Effect, Option, Question, Requirement, Scale, TextQuestion, Wanted


@dataclass(frozen=True, slots=True)
class Wish:
    """What one answer wants of one trait.

    Its points for an item are `amplitude * g / N`, where N is the sum of the masses of all wishes and g in [-1, 1]
    follows from `kind`: `level` and `bounds` cos(pi * distance of the item's level to low..high), where a wanted level
    is low = high; `any` +1 for an item with one of `labels`, -1 for one known to have none; `avoid` the reverse;
    `alike` how like `item` it is, by its kinship; `appeal` what was learned of it; unknown 0. `amplitude` is the mass,
    but for wishes merged from several products. `keen` multiplies the distance of `bounds`, up to 1: a comparison wants
    to be felt.
    """

    source: SourceName
    question: str
    options: tuple[str, ...]  # option ids (ids of liked items for products); empty for a scale or a number
    answer: Answer | None  # what was given, for scale, number and products
    trait: str
    kind: Literal["level", "bounds", "any", "avoid", "alike", "appeal"]
    mass: float
    amplitude: float
    low: float = 0.0
    high: float = 1.0
    labels: frozenset[str] = frozenset()  # folded
    keen: float = 1.0
    item: int = -1  # place in the catalog of the item that `alike` compares with
    past: Past | None = None  # the event that makes it remembered

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
    negated: bool = False
    question: str = ""
    options: tuple[str, ...] = ()
    answer: Answer | None = None
    source: SourceName = "answer"
    binding: bool = False  # never relaxed: what a slot is for

    @property
    def demand(self) -> tuple[str, frozenset[str], tuple[tuple[float, float], ...], bool]:
        """What is demanded, whoever demands it."""
        return (self.column, self.values, self.ranges, self.negated)


@dataclass(frozen=True)
class Preference:
    """All that counts for a shopper. `total` is N, the sum of the masses."""

    wishes: tuple[Wish, ...] = ()
    clauses: tuple[Clause, ...] = ()
    total: float = 0.0
    hidden: frozenset[int] = frozenset()  # places in the catalog of what is not to be shown

    @cached_property
    def own(self) -> "Preference":
        """What the shopper says, without what is remembered and what the shop pushes."""
        wishes = tuple(each for each in self.wishes if each.source in ("answer", "refine"))
        if len(wishes) == len(self.wishes):
            return self
        return replace(self, wishes=wishes, total=sum(each.mass for each in wishes))


def prefer(edition: Edition, answers: Answers) -> Preference:
    """The preference that checked answers express, in the order of the quiz's questions, and then the shop's push.

    A push of a weight is a wish for the highest level with this mass. So a score is the answers' score and the
    push's score, each in -1..1, blended by their masses.
    """
    wishes: list[Wish] = []
    clauses: list[Clause] = []
    for name in sorted(answers, key=agenda(edition).order.__getitem__):
        question = edition.questions[name]
        if not question.ask_after:
            soft, hard = wanted(edition, question, answers[name])
            wishes += soft
            clauses += hard
    wishes += _pushed(edition)
    return Preference(tuple(wishes), tuple(clauses), sum(each.mass for each in wishes))


_REMEMBERED = 10_000  # answers kept at once; products can be picked in many ways
_known: WeakKeyDictionary[Edition, dict[tuple[str, Answer], tuple[tuple[Wish, ...], tuple[Clause, ...]]]] = (
    WeakKeyDictionary()
)


def wanted(edition: Edition, question: Question, answer: Answer) -> tuple[tuple[Wish, ...], tuple[Clause, ...]]:
    """What one answer wants and demands, whatever else was answered; found out once."""
    known = _known.setdefault(edition, {})
    found = known.get((question.id, answer))
    if found is None:
        if len(known) >= _REMEMBERED:
            known.clear()
        wishes = _weighed(edition, _wishes(edition, question, answer))
        soft = tuple(_one_vote(wishes) if question.type == "multiple" else wishes)
        found = known[question.id, answer] = soft, tuple(_clauses(question, answer))
    return found


def _weighed(edition: Edition, wishes: Iterable[Wish]) -> Iterator[Wish]:
    """Wishes with the weights of their traits that were learned."""
    weights = edition.learned.weights if edition.learned else {}
    for each in wishes:
        weight = weights.get(each.trait, 1.0)
        yield each if weight == 1 else replace(each, mass=each.mass * weight, amplitude=each.amplitude * weight)


def _pushed(edition: Edition) -> Iterator[Wish]:
    """What the shop itself pushes, and what was learned of how its items please."""
    if edition.learned and edition.learned.kappa:
        yield Wish("prior", "", (), None, "", "appeal", edition.learned.kappa, edition.learned.kappa)
    for trait, weight in edition.quiz.results.boost.items():
        yield Wish("prior", "", (), None, trait, "level", weight, weight, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Said:
    """Where a wish or clause comes from, and its share of the question's weight."""

    question: Question
    options: tuple[str, ...]
    answer: Answer | None
    share: float = 1.0


def _effects(question: Question, answer: Answer) -> Iterator[tuple[Effect, _Said]]:
    """What an answer wants and demands, option by option."""
    if isinstance(question, Effect):
        yield question, _Said(question, (), answer)
    elif not isinstance(answer, Picks) and not isinstance(question, TextQuestion):
        for option, share in _chosen(question, answer):
            yield option, _Said(question, (option.id,), None, share)


# Wishes -------------------------------------------------------------------------------------------


def _wishes(edition: Edition, question: Question, answer: Answer) -> Iterator[Wish]:
    if isinstance(answer, Picks):
        yield from picked(edition, question.id, question.weight, answer)
    for effect, said in _effects(question, answer):
        for trait, wish in effect.prefer.items():
            if wish.labels is not None:
                yield _labeled(trait, wish, said, "any")
            else:
                yield _leveled(edition, trait, wish, said)
        for trait, wish in effect.avoid.items():
            yield _labeled(trait, wish, said, "avoid")


def _one_vote(wishes: Iterable[Wish]) -> Iterator[Wish]:
    """Labels of one family in one answer become any of them, with one vote: "black" and "navy" is met by either."""
    votes: dict[tuple[str, str], Wish] = {}
    for wish in wishes:
        first = votes.get((wish.trait, wish.kind))
        if wish.kind in ("level", "bounds"):
            yield wish
        elif first is None:
            votes[wish.trait, wish.kind] = wish
        else:
            mass, options, labels = first.mass + wish.mass, first.options + wish.options, first.labels | wish.labels
            votes[wish.trait, wish.kind] = replace(first, mass=mass, amplitude=mass, options=options, labels=labels)
    yield from votes.values()


def _labeled(trait: str, wanted: Wanted, said: _Said, kind: Literal["any", "avoid"]) -> Wish:
    mass = said.question.weight * said.share * wanted.weight
    labels = frozenset(each.casefold() for each in wanted.labels or ())
    return Wish("answer", said.question.id, said.options, said.answer, trait, kind, mass, mass, labels=labels)


def _leveled(edition: Edition, trait: str, wanted: Wanted, said: _Said) -> Wish:
    mass = said.question.weight * said.share * wanted.weight
    one_sided = wanted.min is not None or wanted.max is not None
    kind: Literal["level", "bounds"] = "bounds" if one_sided else "level"
    low, high = _bounds(edition, trait, wanted, said)
    return Wish("answer", said.question.id, said.options, said.answer, trait, kind, mass, mass, low, high)


def _bounds(edition: Edition, trait: str, wanted: Wanted, said: _Said) -> tuple[float, float]:
    """Lowest and highest level that are fully right."""

    def resolved(written: float | str) -> float:
        if written != "answer":
            return float(written)
        assert isinstance(said.answer, int | float)
        return edition.levels.scales[trait].level(float(said.answer))

    if wanted.first is not None and wanted.last is not None:
        assert isinstance(said.question, Scale)
        assert isinstance(said.answer, int)
        level = wanted.first + (said.answer - 1) / (said.question.steps - 1) * (wanted.last - wanted.first)
        return level, level
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
    options: Mapping[str, Option] = {each.id: each for each in question.offered}
    count = len(chosen)
    for at, name in enumerate(chosen):
        ranked = question.type == "ranking"
        yield options[name], 2 * (count - at) / (count * (count + 1)) if ranked else 1 / count


def picked(
    edition: Edition, question: str, weight: float, picks: Picks, source: SourceName = "answer"
) -> Iterator[Wish]:
    """Wishes of products that were picked among those shown, one for each trait.

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
        yield Wish(source, question, picks.liked, picks, trait, "level", mass, hypot(x, y), level, level)
    for (trait, found), mass in families.items():
        yield Wish(source, question, picks.liked, picks, trait, "any", mass, mass, labels=found)


def _labels(edition: Edition, trait: str, item: int) -> frozenset[str]:
    return frozenset(each.casefold() for each in edition.levels.families[trait].of(item))


# Clauses ------------------------------------------------------------------------------------------


def _clauses(question: Question, answer: Answer) -> Iterator[Clause]:
    """Hard clauses of one answer; values for one column are united."""
    united: dict[tuple[str, bool], list[tuple[tuple[str, ...], Requirement]]] = {}
    for effect, said in _effects(question, answer):
        for negated, demands in ((False, effect.require), (True, effect.exclude)):
            for column, demand in demands.items():
                united.setdefault((column, negated), []).append((said.options, demand))
    for (column, negated), demanded in united.items():
        options = tuple(option for options, _ in demanded for option in options)
        made = clause(column, [each for _, each in demanded], answer)
        yield replace(made, negated=negated, question=question.id, options=options, answer=answer)


def clause(column: str, demands: Sequence[Requirement], answer: Answer | None = None) -> Clause:
    """One clause out of the demands on one column, united; `answer` stands for the number given."""
    values = frozenset(value.casefold() for each in demands for value in each.values)
    ranges = tuple((_edge(each.min, answer, -inf), _edge(each.max, answer, inf)) for each in demands if not each.values)
    return Clause(column, values, ranges)


def _edge(written: float | str | None, answer: Answer | None, otherwise: float) -> float:
    if written is None:
        return otherwise
    if written == "answer":
        assert isinstance(answer, int | float)
        return float(answer)
    return float(written)
