"""Speed: all rules of a check, simulation among them, beside ranking the same paths one by one."""

from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.table import show
from quizbot.advice.preference import prefer
from quizbot.advice.rank import rank
from quizbot.content.catalog import STANDARD, Catalog, Column, Variants
from quizbot.content.edition import Edition, edition
from quizbot.content.quiz import Quiz
from quizbot.content.site import Site
from quizbot.editorial.checks import RULES
from quizbot.editorial.checks.rule import Seen

SIZE, VARIANTS, LEVELS, FAMILIES, LABELS = 10_000, 3, 6, 3, 8
ALONE = 300
"""Rankings that are made one by one; the time of all is this time multiplied."""


def main() -> None:
    """Print the seconds of a check of ten questions on 10,000 items, and of its rankings one by one."""
    rows = []
    for kind, questions in (("levels", leveled()), ("labels and demands", labeled())):
        made = synthetic(questions)
        start = perf_counter()
        seen = Seen(made, Site())
        for rule in RULES:
            list(rule.findings(seen))
        checked = perf_counter() - start
        rankings = len(seen.played.rankings)
        start = perf_counter()
        for answers in seen.played.rankings[:: max(1, rankings // ALONE)][:ALONE]:
            rank(made, [prefer(made, answers)], made.quiz.results.show)
        alone = (perf_counter() - start) / ALONE * rankings
        rows.append([kind, len(seen.played.ways.played), rankings, checked, alone, alone / checked])
    show(
        f"Checking 10 questions on {SIZE:,} items of {VARIANTS} variants: seconds",
        ["questions", "paths", "rankings", "all rules", "rankings one by one", "ratio"],
        rows,
        f"one by one is estimated from {ALONE} of the rankings",
    )


def leveled() -> list[dict[str, Any]]:
    """Ten questions that wish for levels."""
    chosen = [
        [{"id": f"o{at}", "text": f"{at}", "prefer": {f"n{which}": f"{at / 3}"}} for at in range(4)]
        for which in range(LEVELS)
    ]
    asked = [{"id": f"q{at}", "ask": "?", "options": options} for at, options in enumerate(chosen)]
    scale = {"ask": "?", "type": "scale", "low": "l", "high": "h"}
    return asked + [{**scale, "id": f"s{at}", "prefer": {f"n{at}": ["0", "1"]}} for at in range(4)]


def labeled() -> list[dict[str, Any]]:
    """Ten questions that wish for labels and demand much."""
    several = [
        {
            "id": f"m{which}",
            "ask": "?",
            "type": "multiple",
            "options": [{"id": f"o{at}", "text": f"{at}", "prefer": {f"l{which}": f"v{at}"}} for at in range(6)],
        }
        for which in range(FAMILIES)
    ]
    sizes = [{"id": each.lower(), "text": each, "require": {"Size": each, "available": "yes"}} for each in "SML"]
    hood = [
        {"id": "hood", "text": "y", "require": {"hood": "yes"}},
        {"id": "not", "text": "n", "exclude": {"l0": "v1"}},
    ]
    ranked = [{"id": f"r{at}", "text": f"{at}", "prefer": {f"n{at}": {"min": "0.7"}}} for at in range(5)]
    budget = {"id": "budget", "ask": "?", "type": "number", "min": "50", "max": "400", "step": "10"}
    return [
        *several,
        *leveled()[:3],
        {"id": "size", "ask": "?", "options": sizes},
        {"id": "hood", "ask": "?", "options": hood},
        {**budget, "require": {"price": {"max": "answer"}}},
        {"id": "rank", "ask": "?", "type": "ranking", "options": ranked},
    ]


def synthetic(questions: list[dict[str, Any]], seed: int = 0) -> Edition:
    """A catalog of numbers, labels, sizes and prices, and a quiz of some questions."""
    random = np.random.default_rng(seed)
    columns = {name: Column(name, ("",) * SIZE) for name in STANDARD}
    columns["title"] = Column("title", tuple(f"Item {at}" for at in range(SIZE)))
    numbers, labels = [f"n{at}" for at in range(LEVELS)], [f"l{at}" for at in range(FAMILIES)]
    for name in numbers:
        columns[name] = Column(name, tuple(map(str, np.round(random.random(SIZE), 6))))
    for name in labels:
        columns[name] = Column(name, tuple(f"v{at}" for at in random.integers(0, LABELS, SIZE)))
    columns["hood"] = Column("hood", tuple("yes" if each else "no" for each in random.random(SIZE) < 0.5))
    many = SIZE * VARIANTS
    variants = Variants(
        item=np.repeat(np.arange(SIZE), VARIANTS),
        ids=tuple(f"variant-{at}" for at in range(many)),
        price=np.round(random.random(many) * 400 + 20, 2),
        available=random.random(many) < 0.9,
        options={"Size": Column("Size", ("S", "M", "L") * SIZE)},
    )
    ids = tuple(f"item-{at}" for at in range(SIZE))
    catalog = Catalog(ids=ids, columns=columns, variants=variants, currency="EUR", digest=str(seed))
    traits: dict[str, Any] = {name: {"label": name, "from": {"column": name}} for name in numbers}
    traits |= {name: {"label": name, "kind": "labels", "from": {"column": name}} for name in labels}
    raw = {"title": "Speed", "catalog": "items.csv", "traits": traits, "questions": questions}
    return edition("speed", Quiz.model_validate(raw, context={"label_traits": set(labels)}), catalog)


if __name__ == "__main__":
    main()
