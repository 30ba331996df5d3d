"""Rules on what answers want and demand: contradictions, ways nobody can take, traits without a use."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from math import prod

import numpy as np

from quizbot.content.answers import Answer, applicable
from quizbot.content.catalog import Floats, label_key
from quizbot.content.edition import Edition
from quizbot.content.problems import KEY, Finding, quoted
from quizbot.content.quiz import Multiple, NumberQuestion, Products, Question, Quiz, Ranking, Scale, Trait
from quizbot.content.texts import CURRENCIES
from quizbot.content.walk import effects
from quizbot.editorial.checks.rule import Seen, found, rule

_MOST_WAYS = 5000
_BEYOND = 0.25
_ELSEWHERE = 0.5


@rule("contradiction")
def contradiction(seen: Seen) -> Iterator[Finding]:
    """An answer that wants and shuns the same: in `prefer` and `avoid`, or in `require` and `exclude`.

    Why: the two take each other's effect away, or leave no product at all.
    Remedy: keep one of them.
    """
    for loc, _, effect in effects(seen.edition.quiz):
        for name, avoided in effect.avoid.items():
            wanted = effect.prefer.get(name)
            both = _common(wanted.labels or () if wanted else (), avoided.labels or ())
            for each in both:
                text = f"{quoted(each)} of trait '{name}' is preferred and avoided by the same answer"
                yield found((*loc, "avoid", name), text, "keep one of them")
        for name, excluded in effect.exclude.items():
            required = effect.require.get(name)
            for each in _common(required.values if required else (), excluded.values):
                text = f"{quoted(each)} in '{name}' is required and excluded by the same answer"
                yield found((*loc, "exclude", name), text, "keep one of them")


def _common(some: Sequence[str], others: Sequence[str]) -> list[str]:
    keys = {label_key(each) for each in some}
    return [each for each in others if label_key(each) in keys]


@rule("unreachable-question")
def unreachable_question(seen: Seen) -> Iterator[Finding]:
    """A question that no way through the quiz comes to.

    Why: its `if` names answers that nobody can give together.
    Remedy: let its `if` name answers that can be given, or delete the question.
    """
    quiz = seen.edition.quiz
    for at, question in enumerate(quiz.questions):
        if question.condition and not _can_come(quiz, question):
            wanted = " and ".join(f"'{name}={','.join(each)}'" for name, each in question.condition.items())
            text = f"question '{question.id}' is never asked: nobody can answer {wanted}"
            yield found(("questions", at, "if", KEY), text, "name answers that can be given together")


def _can_come(quiz: Quiz, question: Question) -> bool:
    """Whether some answers lead to a question; taken for granted where there are too many to try."""
    places = {each.id: each for each in quiz.questions}
    needed: dict[str, set[str]] = {}
    waiting = [question]
    while waiting:
        for name, on in waiting.pop().condition.items():
            if name in places:
                if name not in needed:
                    waiting.append(places[name])
                needed.setdefault(name, set()).update(on)
    ways = {name: _ways(places[name], on) for name, on in needed.items()}
    if prod(len(each) for each in ways.values()) > _MOST_WAYS:
        return True
    return any(
        question in applicable(quiz, dict(zip(ways, answers, strict=True))) for answers in product(*ways.values())
    )


def _ways(question: Question, named: set[str]) -> Sequence[Answer]:
    """The answers that something depends on; where several can be given, all of them at once do what each does."""
    if isinstance(question, Scale | NumberQuestion):
        return [float(each) for each in sorted(named)]
    if isinstance(question, Multiple | Ranking | Products):
        most = question.max if isinstance(question, Multiple) else None
        return list(combinations(sorted(named), min(most or len(named), len(named))))
    return sorted(named)


@rule("unused-trait")
def unused_trait(seen: Seen) -> Iterator[Finding]:
    """A trait that no answer, persona or push speaks of, and shoppers have no words for.

    Why: it is read from the catalog for nothing, and mostly it was forgotten in an option.
    Remedy: let an answer `prefer` it, give it words to refine by (`more` and `less`, or `labels`), or delete it.
    """
    quiz = seen.edition.quiz
    used = {*quiz.results.boost, *(name for each in quiz.personas for name in each.levels)}
    for _, _, effect in effects(quiz):
        used |= {*effect.prefer, *effect.avoid, *effect.require, *effect.exclude}
    for slot in quiz.results.slots:
        used |= {*slot.require}
    picked = any(isinstance(each, Products) for each in quiz.questions)
    for name, trait in quiz.traits.items():
        if name not in used and not picked and not (trait.more or trait.less or trait.labels or _spelled(trait)):
            text = f"no answer wants the trait '{name}'"
            yield found(("traits", name, KEY), text, f"let an option `prefer: {{{name}: ...}}`, or delete the trait")


def _spelled(trait: Trait) -> bool:
    """Whether a quiz gives a label trait words of its own, which shoppers can refine by."""
    return trait.kind == "labels" and (bool(trait.source.spelled) or isinstance(trait.source.words, Mapping))


@rule("flat-trait")
def flat_trait(seen: Seen) -> Iterator[Finding]:
    """A trait that is the same for all products of which the catalog says anything.

    Why: no answer can tell products apart by it.
    Remedy: read it from something in which products differ, or delete it.
    """
    levels = seen.edition.levels
    for name, row in zip(levels.names, levels.level, strict=True):
        known = row[~np.isnan(row)]
        if len(known) > 1 and len(known) == len(row) and float(np.ptp(known)) == 0:
            text = f"all {len(known)} products have the level '{known[0]:g}' of trait '{name}'"
            yield found(("traits", name, "from", KEY), text, "read it from something in which products differ")


@rule("number-range")
def number_range(seen: Seen) -> Iterator[Finding]:
    """A number question, such as a budget, whose range misses what the catalog has, or is in another unit.

    Why: shoppers are offered numbers that leave nothing, or cannot say the ones that fit most products.
    Remedy: set `min` and `max` to what the catalog has; the message says what that is.
    """
    for at, question in enumerate(seen.edition.quiz.questions):
        if isinstance(question, NumberQuestion):
            yield from _other_unit(seen.edition, question, ("questions", at))
            for column, word in _bounded(question):
                numbers = _numbers(seen.edition, column)
                if len(numbers):
                    yield from _missed(question, ("questions", at), column, word, numbers)


def _bounded(question: NumberQuestion) -> Iterator[tuple[str, str]]:
    """The columns that the number given bounds, and from which side."""
    for name, demand in question.require.items():
        for word in ("min", "max"):
            if getattr(demand, word) == "answer":
                yield name, word


def _other_unit(edition: Edition, question: NumberQuestion, loc: tuple[str | int, ...]) -> Iterator[Finding]:
    """Another currency than that of the prices, and wishes for numbers that the catalog has nowhere."""
    currency = edition.catalog.currency
    if any(name.casefold() == "price" for name, _ in _bounded(question)) and question.unit in CURRENCIES - {currency}:
        text = f"the number is in '{question.unit}', and the catalog's prices are in '{currency}'"
        yield found((*loc, "unit"), text, "say one currency in both; a feed that names none is in that of site.yaml")
    for name, wanted in question.prefer.items():
        source = edition.quiz.traits[name].source
        if "answer" in (wanted.level, wanted.min, wanted.max) and source.column is not None:
            numbers = _numbers(edition, source.column)
            if len(numbers) and (numbers.min() > question.max or numbers.max() < question.min):
                text = f"no number from '{question.min:g}' to '{question.max:g}' is one of the catalog's: "
                text += f"it has {numbers.min():g} to {numbers.max():g} in '{source.column}'"
                yield found((*loc, "prefer", name), text, "ask in the unit of the column")


def _numbers(edition: Edition, name: str) -> Floats:
    """The lowest number of each product that states one."""
    catalog = edition.catalog
    if name.casefold() == "price":
        numbers = catalog.price
    else:
        column = catalog.column(name) or catalog.option(name)
        numbers = column.numbers if column else np.zeros(0)
    return numbers[~np.isnan(numbers)]


def _missed(
    question: NumberQuestion, loc: tuple[str | int, ...], column: str, word: str, numbers: Floats
) -> Iterator[Finding]:
    low, high = float(numbers.min()), float(numbers.max())
    has = f"the catalog has {low:g} to {high:g} in '{column}'"
    beyond = numbers > question.max if word == "max" else numbers < question.min
    here = (*loc, word)
    if beyond.all():
        text = f"no answer from '{question.min:g}' to '{question.max:g}' leaves anything: {has}"
        yield found(here, text, "set `min` and `max` to numbers that the catalog has")
    elif (share := float(beyond.mean())) > _BEYOND:
        side = "above" if word == "max" else "below"
        edge = question.max if word == "max" else question.min
        text = f"{share:.0%} of the products are {side} '{edge:g}' in '{column}', and no answer reaches them"
        fitting = float(np.quantile(numbers, 0.95 if word == "max" else 0.05))
        yield found(here, text, f"{'raise' if word == 'max' else 'lower'} `{word}` to about {fitting:g}")
    else:
        inside = max(0.0, min(high, question.max) - max(low, question.min))
        if inside < _ELSEWHERE * (question.max - question.min):
            text = f"most numbers from '{question.min:g}' to '{question.max:g}' are beyond the catalog: {has}"
            yield found(loc, text, "set `min` and `max` to numbers that the catalog has")
