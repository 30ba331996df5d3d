"""Two editions of a quiz held against each other: what the same shoppers were shown, and are shown now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from quizbot.advice.hearing.listening import wanted
from quizbot.advice.preference import Clause
from quizbot.advice.ranking.rank import place, rank
from quizbot.content.answers import Answer, Answers, Picks, applicable, read
from quizbot.content.edition import Edition
from quizbot.content.quiz import Question
from quizbot.editorial.golden import restocked
from quizbot.editorial.paths import paths

MOST = 2000
"""Sampled shoppers at most."""

FIRST = 3
"""The places that most shoppers look at."""

MOVES = 20
"""Changes of the first place that are told one by one."""

_Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why another product is first, as far as one thing can say it.

    `gone` and `new`: the catalog has the one before no longer, or the one now only now. `fails` and `meets`: the one
    before breaks a demand on the column `name` since, or the one now does so no more. `trait`: of all traits, the one
    called `name` moved the points between the two most, by `points`. `tie`: a rule for ties decides.
    """

    kind: Literal["gone", "new", "fails", "meets", "trait", "tie"]
    name: str = ""
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """The first place going from one product to another, ids; empty where nothing is shown.

    `share` of sampled shoppers, with the answers of one of them and those of these that are `dropped`.
    """

    before: str
    after: str
    share: float
    answers: Mapping[str, Any]
    dropped: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class GoldenChange:
    """A golden shopper, with everything in stock: ids of what is first, and the part of what is shown that both show.

    `reason` is None where the first product stays.
    """

    name: str
    before: str
    after: str
    first_three: bool
    overlap: float
    dropped: tuple[str, ...]
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class ProductChange:
    """The share of first places and of all places of a product before and after, 0..1."""

    id: str
    title: str
    first_before: float
    first_after: float
    shown_before: float
    shown_after: float

    @property
    def gain(self) -> tuple[float, float]:
        """What it gains of all places, and of the first ones."""
        return round(self.shown_after - self.shown_before, 9), round(self.first_after - self.first_before, 9)


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed for the shoppers of the edition before; shares are of sampled shoppers, 0..1.

    `first` and `first_three` are shares whose first product, or first three in their order, are others; `overlap` is
    the mean Jaccard index of what is shown (both over either); `dropped` the share with an answer that is none any
    more. `gone` and `added` are questions (`climate`) and options (`climate=wet`).
    """

    before: str
    after: str
    seed: int
    played: int
    possible: int
    whole: bool
    first: float
    first_three: float
    overlap: float
    dropped: float
    gone: tuple[str, ...]
    added: tuple[str, ...]
    moves: tuple[Move, ...]
    products: tuple[ProductChange, ...]
    golden: tuple[GoldenChange, ...]


@dataclass(frozen=True, slots=True)
class _Led:
    """What a shopper's answers lead to: the answers that count, those that are dropped, and ids of products."""

    answers: Answers
    dropped: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def first(self) -> str:
        return self.items[0] if self.items else ""


def compare(before: Edition, after: Edition, seed: int = 0, most: int = MOST) -> Difference:
    """Play the paths of the edition before, or a sample of `most` that the seed decides, in both editions."""
    ways = paths(before, seed, most)
    weights = ways.weights.tolist()
    given = [each.answers for each in ways.played]
    pairs = list(zip(_led(before, given), _led(after, given), strict=True))
    told = list(zip(pairs, weights, strict=True))
    old, new = _named(before), _named(after)
    return Difference(
        before=before.version,
        after=after.version,
        seed=seed,
        played=len(pairs),
        possible=ways.possible,
        whole=ways.whole,
        first=_sum(weight for (one, two), weight in told if one.first != two.first),
        first_three=_sum(weight for (one, two), weight in told if one.items[:FIRST] != two.items[:FIRST]),
        overlap=_sum(_overlap(one, two) * weight for (one, two), weight in told),
        dropped=_sum(weight for (_, two), weight in told if two.dropped),
        gone=tuple(each for each in old if each not in new),
        added=tuple(each for each in new if each not in old),
        moves=tuple(_moves(before, after, pairs, weights)),
        products=tuple(_products(before, after, pairs, weights)),
        golden=tuple(_golden(before, after)),
    )


def carried(edition: Edition, given: _Given) -> tuple[Answers, tuple[str, ...]]:
    """Answers to another version of a quiz, carried over by id, and what of them is dropped because nobody asks it."""
    kept: dict[str, Answer] = {}
    dropped: list[str] = []
    for name, answer in given.items():
        question = edition.questions.get(name)
        rest, gone = (None, ()) if question is None else _remaining(edition, question, answer)
        dropped += gone
        try:
            if question is None or rest is None:
                raise ValueError(name)  # noqa: TRY301 (dropped like an answer that is none any more)
            kept[name] = read(question, rest, edition.catalog)
        except ValueError:
            dropped += [] if gone else [name]
    asked = {each.id for each in applicable(edition.quiz, kept)}
    dropped += [name for name in kept if name not in asked]
    return {name: answer for name, answer in kept.items() if name in asked}, tuple(dropped)


def _remaining(edition: Edition, question: Question, answer: Any) -> tuple[Any, tuple[str, ...]]:
    """What is left of an answer when options and products are gone, None for nothing; and which are gone."""
    if isinstance(answer, Picks):
        known = edition.catalog.positions
        liked, shown = ([each for each in listed if each in known] for listed in (answer.liked, answer.shown))
        gone = tuple(f"{question.id}={each}" for each in answer.shown if each not in known)
        return ({"liked": liked, "shown": shown} if shown else None), gone
    if not question.offered or isinstance(answer, int | float):
        return list(answer) if isinstance(answer, tuple) else answer, ()
    options = {each.id for each in question.offered}
    listed = [answer] if isinstance(answer, str) else list(answer)
    gone = tuple(f"{question.id}={each}" for each in listed if each not in options)
    return [each for each in listed if each in options] or None, gone


def _led(edition: Edition, shoppers: Sequence[_Given]) -> list[_Led]:
    """What each shopper is shown."""
    ids, limit = edition.catalog.ids, edition.quiz.results.show
    answered = [carried(edition, each) for each in shoppers]
    rankings = rank(edition, [wanted(edition, answers) for answers, _ in answered], max(limit, FIRST), variants=False)
    return [
        _Led(answers, dropped, tuple(ids[each] for each in ranking.items.tolist()[:limit]))
        for (answers, dropped), ranking in zip(answered, rankings, strict=True)
    ]


def _named(edition: Edition) -> dict[str, None]:
    """Questions and options by the names that are told."""
    names: dict[str, None] = {}
    for question in edition.quiz.questions:
        names[question.id] = None
        names.update(dict.fromkeys(f"{question.id}={each.id}" for each in question.offered))
    return names


def _sum(shares: Iterable[float]) -> float:
    return round(float(sum(shares)), 9)


def _overlap(one: _Led, two: _Led) -> float:
    """The Jaccard index of what is shown; 1 where neither shows anything."""
    either = set(one.items) | set(two.items)
    return len(set(one.items) & set(two.items)) / len(either) if either else 1.0


# What changes -----------------------------------------------------------------------------------------


def _moves(
    before: Edition, after: Edition, pairs: Sequence[tuple[_Led, _Led]], weights: Sequence[float]
) -> Iterator[Move]:
    """The changes of the first place, most frequent first, each with the shopper who answered least."""
    shares: dict[tuple[str, str], float] = {}
    examples: dict[tuple[str, str], tuple[_Led, _Led]] = {}
    for (one, two), weight in zip(pairs, weights, strict=True):
        if one.first != two.first:
            move = one.first, two.first
            shares[move] = shares.get(move, 0.0) + weight
            if move not in examples or len(one.answers) < len(examples[move][0].answers):
                examples[move] = one, two
    for move in sorted(shares, key=lambda each: (-round(shares[each], 9), each))[:MOVES]:
        one, two = examples[move]
        answers = {name: _plain(answer) for name, answer in one.answers.items()}
        yield Move(*move, round(shares[move], 9), answers, two.dropped, _reason(before, after, one, two))


def _plain(answer: Answer) -> Any:
    """An answer as the API takes it."""
    if isinstance(answer, Picks):
        return {"liked": list(answer.liked), "shown": list(answer.shown)}
    return list(answer) if isinstance(answer, tuple) else answer


def _products(
    before: Edition, after: Edition, pairs: Sequence[tuple[_Led, _Led]], weights: Sequence[float]
) -> Iterator[ProductChange]:
    """The products whose shares changed, largest gain of places first."""
    first_before, shown_before = _shares([one for one, _ in pairs], weights)
    first_after, shown_after = _shares([two for _, two in pairs], weights)
    titles = {**_titles(before), **_titles(after)}
    changes = [
        ProductChange(
            id=name,
            title=titles[name],
            first_before=first_before.get(name, 0.0),
            first_after=first_after.get(name, 0.0),
            shown_before=shown_before.get(name, 0.0),
            shown_after=shown_after.get(name, 0.0),
        )
        for name in {**shown_before, **shown_after}
        if (first_before.get(name), shown_before.get(name)) != (first_after.get(name), shown_after.get(name))
    ]
    yield from sorted(changes, key=lambda each: (-each.gain[0], -each.gain[1], each.id))


def _shares(told: Sequence[_Led], weights: Sequence[float]) -> tuple[dict[str, float], dict[str, float]]:
    """By id the share of first places and of all places."""
    first: dict[str, float] = {}
    shown: dict[str, float] = {}
    for each, weight in zip(told, weights, strict=True):
        for at, name in enumerate(each.items):
            shown[name] = shown.get(name, 0.0) + weight
            if not at:
                first[name] = first.get(name, 0.0) + weight
    whole = sum(shown.values()) or 1.0
    return (
        {name: round(part, 9) for name, part in first.items()},
        {name: round(part / whole, 9) for name, part in shown.items()},
    )


def _titles(edition: Edition) -> dict[str, str]:
    return dict(zip(edition.catalog.ids, edition.catalog.columns["title"].texts, strict=True))


def _golden(before: Edition, after: Edition) -> Iterator[GoldenChange]:
    """Golden shoppers of both, where one name stands for the shopper of the edition before."""
    examples = {each.name: each.answers for each in (*after.quiz.examples, *before.quiz.examples)}
    if not examples:
        return
    one, two = restocked(before), restocked(after)
    given = [
        {name: list(answer) if len(answer) > 1 else answer[0] for name, answer in answers.items()}
        for answers in examples.values()
    ]
    for name, was, now in zip(examples, _led(one, given), _led(two, given), strict=True):
        yield GoldenChange(
            name=name,
            before=was.first,
            after=now.first,
            first_three=was.items[:FIRST] != now.items[:FIRST],
            overlap=round(_overlap(was, now), 9),
            dropped=now.dropped,
            reason=_reason(one, two, was, now) if was.first != now.first else None,
        )


# Why ---------------------------------------------------------------------------------------------------


def _reason(before: Edition, after: Edition, one: _Led, two: _Led) -> Reason:
    """Why the first product of the one is not that of the other."""
    if one.first not in after.catalog.positions:
        return Reason("gone")
    if two.first not in before.catalog.positions:
        return Reason("new")
    old_was, old_now = (_standing(before, one.answers, each.first) for each in (one, two))
    new_was, new_now = (_standing(after, two.answers, each.first) for each in (one, two))
    if fails := [each.column for each in new_was.broken if each.column not in old_was.columns]:
        return Reason("fails", fails[0])
    if meets := [each.column for each in old_now.broken if each.column not in new_now.columns]:
        return Reason("meets", meets[0])
    traits = dict.fromkeys([*new_now.points, *new_was.points, *old_now.points, *old_was.points])
    gains = {
        each: round(new_now.of(each) - new_was.of(each) - (old_now.of(each) - old_was.of(each)), 9) for each in traits
    }
    most = max(gains, key=lambda each: gains[each], default="")
    return Reason("trait", most, gains[most]) if most and gains[most] > 0 else Reason("tie")


@dataclass(frozen=True, slots=True)
class _Standing:
    """The points of a product by trait, and the demands it breaks."""

    points: Mapping[str, float]
    broken: tuple[Clause, ...]

    @property
    def columns(self) -> set[str]:
        return {each.column for each in self.broken}

    def of(self, trait: str) -> float:
        return self.points.get(trait, 0.0)


def _standing(edition: Edition, answers: Answers, item: str) -> _Standing:
    preference = wanted(edition, answers)
    _, alone = place(edition, preference, edition.catalog.positions[item])
    points: dict[str, float] = {}
    for wish, each in zip(preference.wishes, alone.points[0].tolist(), strict=True):
        points[wish.trait] = points.get(wish.trait, 0.0) + each
    return _Standing(points, alone.relaxed)
