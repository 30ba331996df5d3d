"""Speed: `quizbot check` of a whole folder, simulation included, beside ranking the same paths one by one."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.table import show
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.content.catalog import STANDARD, Catalog, Column, Variants
from quizbot.content.edition import Edition, edition
from quizbot.content.feeds import write_jsonl
from quizbot.content.quiz import Quiz
from quizbot.content.site import Site
from quizbot.editorial.checks.rule import Seen

SIZE, VARIANTS, LEVELS, FAMILIES, LABELS = 10_000, 3, 6, 3, 8
ALONE = 300
"""Rankings that are made one by one; the time of all is this time multiplied."""


def main() -> None:
    """Print the seconds of a check of ten questions on 10,000 items, and of its rankings one by one."""
    rows = []
    for kind, questions, results in (
        ("levels", leveled(), {}),
        ("labels and demands", labeled(), {}),
        ("the same, with diversity", labeled(), {"diversity": "0.3", "per_brand": "3"}),
    ):
        raw = quiz(questions, results)
        made = synthetic(raw)
        with TemporaryDirectory() as folder:
            checked, said = check(made.catalog, raw, Path(folder))
        played = Seen(made, Site()).played
        start = perf_counter()
        for answers in played.rankings[:: max(1, len(played.rankings) // ALONE)][:ALONE]:
            rank(made, [prefer(made, answers)], made.quiz.results.show)
        alone = (perf_counter() - start) / ALONE * len(played.rankings)
        rows.append([kind, len(played.ways.played), len(played.rankings), checked, said, alone, alone / checked])
    show(
        f"Checking 10 questions on {SIZE:,} items of {VARIANTS} variants: seconds",
        ["questions", "paths", "rankings", "quizbot check", "findings", "rankings one by one", "ratio"],
        rows,
        f"the whole command on a folder, the feed read as JSON Lines; one by one is estimated from {ALONE} rankings",
    )


def check(catalog: Catalog, raw: dict[str, Any], folder: Path) -> tuple[float, int]:
    """Seconds by the clock that the command takes, and how much it finds."""
    write_jsonl(catalog, folder / "items.jsonl")
    (folder / "site.yaml").write_text("languages: [en]\n")
    (folder / "speed.yaml").write_text(json.dumps(raw, indent=1))
    start = perf_counter()
    command = [sys.executable, "-m", "quizbot", "check", str(folder), "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return perf_counter() - start, len(json.loads(run.stdout))


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


def quiz(questions: list[dict[str, Any]], results: dict[str, str]) -> dict[str, Any]:
    """A quiz of some questions, as it is written."""
    traits: dict[str, Any] = {f"n{at}": {"label": f"n{at}", "from": {"column": f"n{at}"}} for at in range(LEVELS)}
    families = [f"l{at}" for at in range(FAMILIES)]
    traits |= {name: {"label": name, "kind": "labels", "from": {"column": name}} for name in families}
    return {"title": "Speed", "catalog": "items.jsonl", "traits": traits, "questions": questions, "results": results}


def synthetic(raw: dict[str, Any], seed: int = 0) -> Edition:
    """A catalog of numbers, labels, sizes and prices, with a quiz on it."""
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
    families = {name for name, trait in raw["traits"].items() if "kind" in trait}
    return edition("speed", Quiz.model_validate(raw, context={"label_traits": families}), catalog)


if __name__ == "__main__":
    main()
