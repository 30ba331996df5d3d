"""Golden shoppers: what each example of a quiz must lead to, and whether it does.

Run as a benchmark it plays the examples of `benchmarks/quizzes` on the real catalogs of BENCHMARK_DATA.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.table import data
from quizbot.advice.advise import advise
from quizbot.advice.preference import clause
from quizbot.advice.requirements import requirements
from quizbot.advice.turn import ResultItem, Turn
from quizbot.content.edition import Edition, edition
from quizbot.content.quiz import Example, Requirement
from quizbot.library.load import load

QUIZZES = Path(__file__).parent / "quizzes"


def restocked(played: Edition) -> Edition:
    """The same quiz and catalog with everything in stock: golden shoppers don't mind what sold out today."""
    variants = played.catalog.variants
    full = replace(variants, available=np.ones_like(variants.available))
    return edition(played.id, played.quiz, replace(played.catalog, variants=full))


def broken(played: Edition, example: Example) -> Iterator[str]:
    """A sentence for each expectation of an example that does not hold; `played` is restocked."""
    expect = example.expect
    shown = suggestions(played, example, max([played.quiz.results.show, *expect.top]))
    results = shown[: played.quiz.results.show]
    titles = [each.title for each in results]
    if expect.first is not None and not _among(expect.first, shown[:1]):
        yield f"'{expect.first}' is not first but {titles}"
    for count, names in expect.top.items():
        yield from (
            f"'{name}' is not among the first {count} of {[each.title for each in shown[:count]]}"
            for name in names
            if not _among(name, shown[:count])
        )
    yield from (f"'{name}' is shown" for name in expect.never if _among(name, results))
    for item in results:
        fails = [name for name, demand in expect.every.items() if not _meets(played, item, name, demand)]
        has = [name for name, demand in expect.none.items() if _meets(played, item, name, demand)]
        yield from (f"'{item.title}' does not meet what is expected of {name}" for name in fails)
        yield from (f"'{item.title}' has what is unwanted of {name}" for name in has)


def suggestions(played: Edition, example: Example, limit: int) -> list[ResultItem]:
    """What an example's shopper is shown."""
    answers = {name: list(given) if len(given) > 1 else given[0] for name, given in example.answers.items()}
    results = advise(played, Turn(version=played.version, answers=answers, finish=True, limit=limit)).results
    return results.items if results else []


def _among(name: str, items: Sequence[ResultItem]) -> bool:
    return any(name in (each.id, each.title) for each in items)


def _meets(played: Edition, item: ResultItem, name: str, demand: Requirement) -> bool:
    met = requirements(played).passing([clause(name, [demand], negated=False)])
    return met is None or bool(met[played.catalog.positions[item.id]])


def main() -> None:
    """Play every example on its real catalog; the exit status is 1 when one does not hold."""
    catalogs = data() / "catalogs"
    failures = 0
    for path in sorted(QUIZZES.glob("*.yaml")):
        catalog = next(catalogs.glob(f"{path.stem}*.csv"))
        played = restocked(load(QUIZZES, catalog, only=[path]).editions[path.stem])
        for example in played.quiz.examples:
            found = list(broken(played, example))
            failures += bool(found)
            print(f"{path.stem:10} {'broken' if found else 'holds ':6}  {example.name}")
            print("".join(f"{'':20}{each}\n" for each in found), end="")
    if failures:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
