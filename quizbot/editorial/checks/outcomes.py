"""Rules on what comes of a quiz when everybody plays it; all of them share one simulation."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from quizbot.advice.preference import Clause, prefer
from quizbot.advice.ranking.requirements import requirements
from quizbot.content.answers import Answer
from quizbot.content.edition import Edition
from quizbot.content.problems import KEY, Finding, Loc, quoted
from quizbot.content.quiz import NumberQuestion, Question, TextQuestion
from quizbot.content.walk import is_neutral, named
from quizbot.editorial.checks.rule import SEED, Seen, found, rule
from quizbot.editorial.favored import hidden
from quizbot.editorial.simulate import QuestionEffect

NEARLY_NOTHING = 0.02
OFTEN_FIRST = 0.75
OFTEN_TIED = 0.25
OFTEN_EMPTY = 1 / 3
PLACES = 50
"""Places that a sample must have for each product before one that has none is worth a word."""

_NAMED = 5
_FEW = 10

Said = tuple[str, Answer]
"""A question and its answer."""


@rule("dead-question")
def dead_question(seen: Seen) -> Iterator[Finding]:
    """A question whose answer hardly ever changes the first three products (on fewer than 2 % of paths).

    Why: it costs the shopper a step and decides nothing.
    Remedy: let its options want different things, raise its `weight`, or delete it.
    """
    for at, question in _dead(seen):
        effect = _effects(seen)[question.id]
        share = "never changes" if not effect.changes else f"changes on {effect.changes:.1%} of paths only"
        text = f"question '{question.id}' {share} the first three products"
        if effect.changes:
            text = f"question '{question.id}' changes the first three products on {effect.changes:.1%} of paths only"
        yield found(("questions", at), text, "let its answers want different things, raise its `weight`, or delete it")


@rule("idle-option")
def idle_option(seen: Seen) -> Iterator[Finding]:
    """An option that changes nothing that is shown, on any path.

    Why: who chooses it is not heard. One option without any wish is allowed beside others: it says "no matter".
    Remedy: let it want what products differ in, raise the weight of its wish, or delete it.
    """
    dead, branches = {each.id for _, each in _dead(seen)}, named(seen.edition.quiz)
    for at, question in enumerate(seen.edition.quiz.questions):
        idle = _effects(seen)[question.id].idle if _must_matter(seen, question) and question.id not in dead else ()
        options = {each.id: (place, each) for place, each in enumerate(question.offered)}
        neutral = [each for each in idle if each in options and is_neutral(options[each][1])]
        for name in idle:
            if name not in options or (question.id, name) in branches or neutral == [name]:
                continue
            place, option = options[name]
            remedy = "let it `prefer` what products differ in, or delete it"
            if not is_neutral(option):
                remedy = "what it wants moves no product that is shown: raise its weight, want more of it, or delete it"
            yield found(("questions", at, "options", place), f"option '{name}' changes nothing that is shown", remedy)


def _effects(seen: Seen) -> Mapping[str, QuestionEffect]:
    return {each.id: each for each in seen.simulation.questions}


def _dead(seen: Seen) -> Iterator[tuple[int, Question]]:
    for at, question in enumerate(seen.edition.quiz.questions):
        effect = _effects(seen)[question.id] if _must_matter(seen, question) else None
        if effect and effect.answered and effect.changes < NEARLY_NOTHING:
            yield at, question


def _must_matter(seen: Seen, question: Question) -> bool:
    """Whether a question is there for what is shown: not for a branch, a gift, a size or the stock."""
    quiz, options = seen.edition.quiz, seen.edition.catalog.variants.options
    gives = not isinstance(quiz.gift, bool) and quiz.gift.question == question.id
    if gives or question.ask_after or isinstance(question, TextQuestion):
        return False
    of_variants = {"available", *(each.casefold() for each in options)}
    demanded = {name.casefold() for each in question.offered for name in (*each.require, *each.exclude)}
    return not demanded & of_variants


# Demands that nothing meets -----------------------------------------------------------------------


@rule("impossible")
def impossible(seen: Seen) -> Iterator[Finding]:
    """An answer, or two answers together, whose demands no product meets.

    Why: the shopper asks for something and is shown what gave way. That three or more demands meet in no product is
    in the nature of demands, and numbers count at their most generous.
    Remedy: let one of the two `prefer` instead of `require`, ask only where it applies (`if`), or add products.
    """
    found_ones = _conflicts(seen)
    for said, share in list(found_ones.items())[:_FEW]:
        last, answer = said[-1]
        names = " and ".join(f"'{_spoken(each)}'" for each in said)
        alone = len(said) == 1 and not (isinstance(answer, tuple) and len(answer) > 1)
        text = f"no product meets {names}" + ("" if alone else " together") + f", on {_percent(share)} of paths"
        remedy = "`prefer` instead of `require`, ask one only where it applies (`if`), or add products"
        yield found(_place(seen.edition, last, answer), text, remedy)
    if len(found_ones) > _FEW:
        more = len(found_ones) - _FEW
        text = f"no product meets {more} more {'pair' if more == 1 else 'pairs'} of answers"
        yield found(("questions", KEY), text, "`prefer` instead of `require`, or add products")


@rule("often-empty")
def often_empty(seen: Seen) -> Iterator[Finding]:
    """Demands that give way on more than a third of the paths.

    Why: where nothing meets all demands, the nearest misses are shown; as a rule this is no advice.
    Remedy: the message says which questions give way most; let their answers `prefer` instead of `require`.
    """
    played = seen.simulation
    if played.relaxed > OFTEN_EMPTY:
        way = [f"'{each.id}'" for each in sorted(played.questions, key=lambda each: -each.relaxed) if each.relaxed]
        text = f"nothing meets all demands on {_percent(played.relaxed)} of paths; what gives way: {', '.join(way[:3])}"
        yield found(("questions", KEY), text, "`prefer` instead of `require` in these questions, or add products")


def _conflicts(seen: Seen) -> Mapping[tuple[Said, ...], float]:
    """The smallest sets of one or two answers that nothing meets, with their share of paths, largest first."""
    edition, judged = seen.edition, _Judged(seen.edition)
    conflicts: dict[tuple[Said, ...], float] = {}
    ways = seen.played.ways
    for path, weight in zip(ways.played, ways.weights.tolist(), strict=True):
        if not seen.played.of(path).empty:
            continue
        said = [each for name, answer in path.answers.items() if (each := _generous(edition, name, answer))]
        alone = [each for each in said if judged.nothing_meets((each,))]
        rest = [each for each in said if each not in alone]
        pairs = [pair for pair in combinations(rest, 2) if judged.nothing_meets(pair)]
        for conflict in [*((each,) for each in alone if not _is_number(edition, each)), *pairs]:
            conflicts[conflict] = conflicts.get(conflict, 0.0) + weight
    smallest = {each: share for each, share in conflicts.items() if not _follows(each, conflicts)}
    return dict(sorted(smallest.items(), key=lambda each: -each[1]))


def _follows(said: tuple[Said, ...], conflicts: Mapping[tuple[Said, ...], float]) -> bool:
    """Whether a conflict is there already with one of several chosen options alone."""
    for at, (name, answer) in enumerate(said):
        if isinstance(answer, tuple) and len(answer) > 1:
            fewer = ((*said[:at], (name, (option,)), *said[at + 1 :]) for option in answer)
            if any(each in conflicts for each in fewer):
                return True
    return False


class _Judged:
    """Whether answers of one edition are met by any product, each asked once."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._clauses: dict[Said, tuple[Clause, ...]] = {}
        self._nothing: dict[tuple[Said, ...], bool] = {}

    def nothing_meets(self, said: tuple[Said, ...]) -> bool:
        if said not in self._nothing:
            parts = [self._demands(each) for each in said]
            passing = requirements(self._edition).passing([clause for each in parts for clause in each])
            self._nothing[said] = all(parts) and passing is not None and not passing.any()
        return self._nothing[said]

    def _demands(self, said: Said) -> tuple[Clause, ...]:
        if said not in self._clauses:
            self._clauses[said] = prefer(self._edition, dict([said])).clauses
        return self._clauses[said]


def _generous(edition: Edition, name: str, answer: Answer) -> Said | None:
    """The answer, a number in favor of most products; None where a number bounds from both sides."""
    question = edition.questions[name]
    if not isinstance(question, NumberQuestion):
        return name, answer
    demands = [*question.require.values()]
    upper, lower = (any(getattr(each, word) == "answer" for each in demands) for word in ("max", "min"))
    return None if upper == lower else (name, question.max if upper else question.min)


def _is_number(edition: Edition, said: Said) -> bool:
    return isinstance(edition.questions[said[0]], NumberQuestion)


def _spoken(said: Said) -> str:
    name, answer = said
    return f"{name}={','.join(answer) if isinstance(answer, tuple) else answer}"


def _place(edition: Edition, name: str, answer: Answer) -> Loc:
    """The option that was chosen last, else the question."""
    at = list(edition.questions).index(name)
    chosen = answer[-1] if isinstance(answer, tuple) else answer
    places = [place for place, each in enumerate(edition.questions[name].offered) if each.id == chosen]
    return ("questions", at, "options", places[0]) if places else ("questions", at)


# Products -----------------------------------------------------------------------------------------


@rule("unreachable-product")
def unreachable_product(seen: Seen) -> Iterator[Finding]:
    """Products that no path shows, not even the answers that favor them most.

    Why: nobody will meet them through this quiz. Where not all paths can be played, each product that the sample
    leaves out is tried with the answers that speak for it. In a catalog so large that a sample has fewer than 50
    places for each product, most are rarely shown and nothing is said.
    Remedy: let an answer want what is special about them, raise `results.show`, or leave them out with `only`.
    """
    played, catalog = seen.simulation, seen.edition.catalog
    items = np.array([catalog.positions[each] for each in played.unreachable], dtype=np.int64)
    if not played.whole:
        dense = played.played * played.show >= PLACES * len(catalog)
        items = np.array(hidden(seen.edition, items, SEED) if dense and len(items) else [], dtype=np.int64)
    if len(items):
        titles = [catalog.columns["title"].texts[each] or catalog.ids[each] for each in items]
        more = ", ..." if len(titles) > _NAMED else ""
        names = ", ".join(quoted(each) for each in titles[:_NAMED])
        text = f"nobody is shown {len(titles)} of {len(catalog)} products: {names}{more}"
        remedy = "let an answer want what is special about them, raise `results.show`, or leave them out with `only`"
        yield found(("catalog", KEY), text, remedy)


@rule("always-first")
def always_first(seen: Seen) -> Iterator[Finding]:
    """A product that comes first whatever is answered, or on three paths of four.

    Why: the quiz is then a long way to say one name, and the other products have no chance.
    Remedy: let answers want what other products have; `quizbot recommend` with such answers shows what carries it.
    """
    products = seen.simulation.products
    if len(products) > 1 and (seen.simulation.always or (len(products) >= _FEW and products[0].first >= OFTEN_FIRST)):
        best = products[0]
        often = "whatever is answered" if seen.simulation.always else f"on {_percent(best.first)} of paths"
        text = f"{quoted(best.title or best.id)} comes first {often}"
        yield found(("questions", KEY), text, "let answers want what other products have, or weigh them otherwise")


@rule("often-tied")
def often_tied(seen: Seen) -> Iterator[Finding]:
    """The first two products have the same score on more than a quarter of the paths on which something is wished.

    Why: stock and the alphabet then decide who is first, not the shopper.
    Remedy: let answers want traits in which products differ; a `boost` can settle what is left.
    """
    share = _tied(seen)
    if share > OFTEN_TIED and len(seen.edition.catalog) > 1:
        text = f"the first two products have equal scores on {_percent(share)} of paths"
        remedy = "want traits in which products differ, such as a number; `quizbot traits` shows how they spread"
        yield found(("traits", KEY), text, remedy)


def _tied(seen: Seen) -> float:
    """The share of ties among the paths on which something is wished, 0..1: without a wish all products are equal."""
    wished: dict[Said, bool] = {}
    tied = whole = 0.0
    for path, weight in zip(seen.played.ways.played, seen.played.ways.weights.tolist(), strict=True):
        for said in path.answers.items():
            if said not in wished:
                wished[said] = bool(prefer(seen.edition, dict([said])).own.wishes)
        if any(wished[said] for said in path.answers.items()):
            whole += weight
            tied += weight * seen.played.of(path).tied
    return tied / whole if whole else 0.0


def _percent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")  # noqa: PLR2004 (one in a hundred)
