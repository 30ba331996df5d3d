"""The quiz played by everybody: which products its paths lead to, and what each question does to that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, log2

import numpy as np

from quizbot.content.answers import Answer
from quizbot.content.catalog import Floats
from quizbot.content.edition import Edition
from quizbot.editorial.paths import Paths
from quizbot.editorial.playing import FIRST, Played, Shown, alone, play

MOST = 4000
"""Paths that are played at most."""


@dataclass(frozen=True, slots=True)
class ProductShare:
    """How often a product is the first one, and its part of all shown places; both 0..1 and adding up to 1."""

    id: str
    title: str
    first: float
    shown: float


@dataclass(frozen=True, slots=True)
class QuestionEffect:
    """What a question does: all parts are shares in 0..1, but for `bits`.

    `asked` and `answered` of all paths; `bits` what its answer tells about the first product (mutual information,
    over the paths in which it is asked, times `asked`); `changes` how often, where it is answered, leaving the answer
    out changes the first three products; `relaxed` how often a demand of its answer gives way; `idle` the answers
    that, wherever they are given alone, change nothing that is shown and decide no tie.
    """

    id: str
    ask: str
    asked: float
    answered: float
    bits: float
    changes: float
    relaxed: float
    idle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of playing a quiz. Shares are of paths, each weighted as somebody takes it who chooses blindly.

    `played` paths of `possible` (an estimate unless `whole`, when every path was played); `show` places in each.
    `empty` is the share of paths in which nothing meets all demands, `relaxed` of those that show products which
    break a demand, `tied` of those whose first two products have equal scores, so that a rule for ties decides.
    `lengths` is the share of paths by the number of questions asked. `products` come by share of the first place,
    largest first; `unreachable` are never shown; `always` are first whatever is answered.
    """

    quiz: str
    version: str
    seed: int
    played: int
    possible: int
    whole: bool
    show: int
    empty: float
    relaxed: float
    tied: float
    lengths: Mapping[int, float]
    questions: tuple[QuestionEffect, ...]
    products: tuple[ProductShare, ...]
    unreachable: tuple[str, ...]
    always: tuple[str, ...]


def simulate(edition: Edition, seed: int = 0, most: int = MOST) -> Simulation:
    """Play every path of a quiz, or a sample of `most` that the seed decides, and tell what came of it."""
    return summary(edition, play(edition, seed, most), seed)


def summary(edition: Edition, played: Played, seed: int) -> Simulation:
    """What came of playing a quiz."""
    ways = played.ways
    told = [played.of(each) for each in ways.played]
    products, unreachable = _products(edition, told, ways.weights)
    return Simulation(
        quiz=edition.id,
        version=edition.version,
        seed=seed,
        played=len(ways.played),
        possible=ways.possible,
        whole=ways.whole,
        show=edition.quiz.results.show,
        empty=_share(ways.weights, (each.empty for each in told)),
        relaxed=_share(ways.weights, (bool(each.relaxed) for each in told)),
        tied=_share(ways.weights, (each.tied for each in told)),
        lengths=_lengths(ways),
        questions=tuple(_effect(edition, each.id, played) for each in edition.quiz.advising),
        products=products,
        unreachable=unreachable,
        always=_always(edition, told),
    )


# Measuring ------------------------------------------------------------------------------------------


def _share(weights: Floats, chosen: Iterable[bool]) -> float:
    """The weight of what is chosen, 0..1."""
    return round(float(weights[np.fromiter(chosen, dtype=np.bool_, count=len(weights))].sum()), 9)


def _products(
    edition: Edition, told: Sequence[Shown], weights: Floats
) -> tuple[tuple[ProductShare, ...], tuple[str, ...]]:
    """The shares of every product, largest first, and the ids of those that are never shown."""
    ids, titles = edition.catalog.ids, edition.catalog.columns["title"].texts
    first, places = np.zeros(len(ids)), np.zeros(len(ids))
    for each, weight in zip(told, weights.tolist(), strict=True):
        items = list(each.items[: edition.quiz.results.show])
        first[items[:1]] += weight
        places[items] += weight
    whole = float(places.sum()) or 1.0
    shares = [
        ProductShare(name, title, round(one, 9), round(place / whole, 9))
        for name, title, one, place in zip(ids, titles, first.tolist(), places.tolist(), strict=True)
    ]
    unreachable = tuple(name for name, place in zip(ids, places.tolist(), strict=True) if not place)
    return tuple(sorted(shares, key=lambda each: (-each.first, -each.shown, each.id))), unreachable


def _always(edition: Edition, told: Sequence[Shown]) -> tuple[str, ...]:
    """The product that is first whatever is answered, where answers could choose."""
    first = {each.first for each in told}
    return (edition.catalog.ids[first.pop()],) if len(first) == 1 and -1 not in first else ()


def _lengths(ways: Paths) -> dict[int, float]:
    lengths = np.array([len(each.asked) for each in ways.played])
    return {int(each): _share(ways.weights, lengths == each) for each in np.unique(lengths)}


def _effect(edition: Edition, name: str, played: Played) -> QuestionEffect:
    """What one question does over all paths."""
    ways, show = played.ways, edition.quiz.results.show
    asked = [
        (path, float(weight)) for path, weight in zip(ways.played, ways.weights, strict=True) if name in path.asked
    ]
    answering = [(path, weight) for path, weight in asked if name in path.answers]
    compared = changed = 0.0
    moves_first = False
    idle: dict[str, bool] = {}
    for at, (path, weight) in enumerate(answering):
        full, rest = played.of(path), played.without(path, name)
        if rest is None:
            continue
        if at < played.compared(name):
            compared += weight
            changed += weight * (full.items[:FIRST] != rest.items[:FIRST])
        moves_first |= full.first != rest.first
        if lone := alone(path.answers[name]):
            idle[lone] = idle.get(lone, True) and full.alike(rest, show)
    pairs = [(path.answers.get(name), played.of(path).first, weight) for path, weight in asked]
    return QuestionEffect(
        id=name,
        ask=edition.questions[name].ask,
        asked=round(sum(weight for _, weight in asked), 9),
        answered=round(sum(weight for _, weight in answering), 9),
        bits=_bits(pairs, estimated=not ways.whole) if moves_first else 0.0,
        changes=round(changed / compared, 9) if compared else 0.0,
        relaxed=round(sum(weight for path, weight in answering if name in played.of(path).relaxed), 9),
        idle=tuple(each for each, nothing in idle.items() if nothing),
    )


def _bits(pairs: Sequence[tuple[Answer | None, int, float]], *, estimated: bool) -> float:
    """What an answer tells about the first product, in bits, times the share of paths that are asked.

    A sample tells too much, because rare pairs look as if they meant something; it is lowered as Miller and Madow do
    (Note on the bias of information estimates, 1955).
    """
    asked = sum(weight for _, _, weight in pairs)
    entropies: list[float] = []
    kinds: list[int] = []
    for values in ([a for a, _, _ in pairs], [f for _, f, _ in pairs], [(a, f) for a, f, _ in pairs]):
        masses: dict[object, float] = {}
        for value, (_, _, weight) in zip(values, pairs, strict=True):
            masses[value] = masses.get(value, 0.0) + weight / asked
        entropies.append(-sum(each * log2(each) for each in masses.values()))
        kinds.append(len(masses))
    bits = entropies[0] + entropies[1] - entropies[2]
    if estimated:
        bits -= max(0, kinds[2] - kinds[0] - kinds[1] + 1) / (2 * len(pairs) * log(2))
    return round(max(0.0, bits) * asked, 9) + 0.0
