"""Speed: ranking with reasons, variety and what would change the first place, beside plain numpy."""

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.table import interleaved, show
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import forget, rank
from quizbot.advice.telling.counterfactual import Instead, instead
from quizbot.advice.telling.explain import explain
from quizbot.content.catalog import STANDARD, Catalog, Column, Variants
from quizbot.content.edition import Edition, edition
from quizbot.content.quiz import Quiz
from quizbot.content.quiz import Results as Wanted

TRAITS, SHOWN, SIX = 12, 10, 6
SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    """Print the cost of ranking with reasons beside matrix-vector and argpartition, and of what stands on it."""
    rows = []
    for size in SIZES:
        made = synthetic(size)
        levels = np.ascontiguousarray(made.levels.level.T)
        wanted = np.random.default_rng(1).random(TRAITS)
        answers: dict[str, Any] = {f"trait-{at}": at % 5 + 1 for at in range(TRAITS)}
        preference = prefer(made, answers)

        def ranked(made: Edition = made, answers: dict[str, Any] = answers) -> object:
            forget(made)
            preference = prefer(made, answers)
            return explain(made, preference, rank(made, [preference], SHOWN)[0], "en")

        def points(made: Edition = made, preference: Any = preference) -> object:
            forget(made)
            return rank(made, [preference], SHOWN)

        def plain(levels: Any = levels, wanted: Any = wanted) -> object:
            scores = levels @ wanted
            best = np.argpartition(-scores, SHOWN)[:SHOWN]
            return best[np.argsort(-scores[best])]

        full, bare, peer = interleaved(31, ranked, points, plain)
        rows.append([size, full * 1e3, bare * 1e3, peer * 1e3, full / peer, bare / peer])
    show(
        f"Ranking {TRAITS} traits, {SHOWN} results: median milliseconds",
        ["items", "rank and reasons", "rank and points", "numpy matvec + argpartition", "ratio", "ratio of points"],
        rows,
        "reasons are the sentences and points of every wish of every shown item",
    )
    _what_would_change()
    _variety()


def _what_would_change() -> None:
    """Print the cost of finding what would change the first place, beside one product of all single changes."""
    rows = []
    for size in (100, 1_000, 10_000):
        made = synthetic(size)
        levels = np.ascontiguousarray(made.levels.level.T)
        answers: dict[str, Any] = {f"trait-{at}": at % 5 + 1 for at in range(TRAITS)}
        shown = rank(made, [prefer(made, answers)], SIX)[0].items.tolist()
        singles = np.random.default_rng(2).random((TRAITS, 4 * TRAITS))  # four other steps of each question

        def whole(
            made: Edition = made, answers: dict[str, Any] = answers, shown: list[int] = shown
        ) -> dict[int, Instead]:
            forget(made)
            return instead(made, lambda said: prefer(made, said), answers, shown)

        def plain(levels: Any = levels, singles: Any = singles) -> object:
            return (levels @ singles).argmax(axis=0)

        ours, peer = interleaved(21, whole, plain)
        rows.append([size, len(whole()), ours * 1e3, peer * 1e3, ours / peer])
    show(
        f"What would change the first place, {SIX} results, {TRAITS} answers: median milliseconds",
        ["items", "found", "one change, then two, ranked", "numpy: all single changes, argmax", "ratio"],
        rows,
        "found counts the results for which a change of one or two answers is claimed",
    )


def _variety() -> None:
    """Print what variety costs a ranking."""
    rows = []
    for size in (100, 10_000):
        made = synthetic(size)
        varied = replace(made, quiz=made.quiz.model_copy(update={"results": Wanted(diversity=0.3)}))
        preference = prefer(made, {f"trait-{at}": at % 5 + 1 for at in range(TRAITS)})

        def ranked(made: Edition = made, preference: Any = preference) -> object:
            forget(made)
            return rank(made, [preference], SIX)

        def unlike(made: Edition = varied, preference: Any = preference) -> object:
            forget(made)
            return rank(made, [preference], SIX)

        ours, peer = interleaved(51, unlike, ranked)
        rows.append([size, ours * 1e3, peer * 1e3, ours / peer])
    show(
        f"Ranking {TRAITS} traits, {SIX} results: median milliseconds",
        ["items", "diversity 0.3", "no diversity", "ratio"],
        rows,
    )


def synthetic(size: int, seed: int = 0) -> Edition:
    """`size` items with 12 numeric traits, and a scale question for each."""
    random = np.random.default_rng(seed)
    names = [f"Column {at}" for at in range(TRAITS)]
    columns = {name: Column(name, ("",) * size) for name in STANDARD}
    columns["title"] = Column("title", tuple(f"Item {at}" for at in range(size)))
    for name in names:
        columns[name] = Column(name, tuple(map(str, np.round(random.random(size), 6))))
    variants = Variants(
        item=np.arange(size),
        ids=tuple(f"item-{at}" for at in range(size)),
        price=np.round(random.random(size) * 400 + 20, 2),
        available=random.random(size) < 0.95,
    )
    catalog = Catalog(
        ids=tuple(f"item-{at}" for at in range(size)),
        columns=columns,
        variants=variants,
        currency="EUR",
        digest=str(seed),
    )
    traits = {f"trait-{at}": {"label": name, "from": {"column": name}} for at, name in enumerate(names)}
    questions = [
        {"id": trait, "ask": trait, "type": "scale", "low": "little", "high": "much", "prefer": {trait: ["0", "1"]}}
        for trait in traits
    ]
    quiz = Quiz.model_validate({"title": "Speed", "catalog": "items.csv", "traits": traits, "questions": questions})
    return edition("speed", quiz, catalog)


if __name__ == "__main__":
    main()
