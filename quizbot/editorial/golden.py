"""Golden shoppers: what each example of a quiz must lead to, and whether it does."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from quizbot.advice.hearing.listening import wanted
from quizbot.advice.preference import clause
from quizbot.advice.ranking.rank import rank
from quizbot.advice.ranking.requirements import requirements
from quizbot.content.answers import applicable, read
from quizbot.content.edition import Edition, edition
from quizbot.content.quiz import Example


def restocked(played: Edition) -> Edition:
    """The same quiz and catalog with everything in stock: golden shoppers don't mind what sold out today."""
    variants = played.catalog.variants
    full = replace(variants, available=np.ones_like(variants.available))
    made = edition(played.id, played.quiz, replace(played.catalog, variants=full))
    return replace(made, learned=played.learned)


def disappointed(played: Edition) -> Iterator[tuple[int, str]]:
    """Position and sentence for each expectation of an example that does not hold, whatever is in stock."""
    if played.quiz.examples:
        stocked = restocked(played)
        for at, example in enumerate(played.quiz.examples):
            try:
                yield from ((at, sentence) for sentence in broken(stocked, example))
            except ValueError as error:  # an answer names a product that is gone
                yield at, str(error)


def broken(played: Edition, example: Example) -> Iterator[str]:
    """A sentence for each expectation of an example that does not hold; `played` is restocked."""
    expect, show = example.expect, played.quiz.results.show
    items, variants = _suggested(played, example, max([show, *expect.top]))
    ids, titles = played.catalog.ids, played.catalog.columns["title"].texts
    shown = [(ids[each], titles[each]) for each in items]
    if expect.first is not None and not _among(expect.first, shown[:1]):
        yield f"'{expect.first}' is not first; shown are {_listed(shown[:show])}"
    for count, names in expect.top.items():
        for name in names:
            if not _among(name, shown[:count]):
                yield f"'{name}' is not among the first {count}: {_listed(shown[:count])}"
    yield from (f"'{name}' is shown" for name in expect.never if _among(name, shown[:show]))
    judge = requirements(played)
    for item, variant in zip(items[:show], variants, strict=False):
        fails = [name for name, demand in expect.every.items() if judge.unmet(clause(name, [demand]), variant)]
        has = [name for name, demand in expect.none.items() if not judge.unmet(clause(name, [demand]), variant)]
        yield from (f"'{titles[item]}' {_says(played, name, item, variant)}, which `every` rules out" for name in fails)
        yield from (f"'{titles[item]}' {_says(played, name, item, variant)}, which `none` rules out" for name in has)


def _says(played: Edition, name: str, item: int, variant: int) -> str:
    """What the catalog says of an item, as it is shown, under a name."""
    variants = played.catalog.variants
    option, cells = variants.options.get(name), played.catalog.cells(name)
    if name == "price":
        said = [f"{price:g}"] if not np.isnan(price := variants.price[variant]) else []
    elif option is not None:
        said = [option.texts[variant]]
    else:
        said = list(played.levels.families[name].of(item)) if name in played.levels.families else []
        said = list(cells.of(item)) if cells is not None else said
    return f"has '{', '.join(said)}' in '{name}'" if any(said) else f"says nothing of '{name}'"


def _suggested(played: Edition, example: Example, limit: int) -> tuple[list[int], list[int]]:
    """Items and variants that the example's shopper is shown."""
    read_ones = {
        name: read(played.questions[name], list(given) if len(given) > 1 else given[0], played.catalog)
        for name, given in example.answers.items()
    }
    asked = {each.id for each in applicable(played.quiz, read_ones)}
    answers = {name: answer for name, answer in read_ones.items() if name in asked}
    ranking = rank(played, [wanted(played, answers)], limit)[0]
    return ranking.items.tolist(), ranking.variants.tolist()


def _among(name: str, items: Sequence[tuple[str, str]]) -> bool:
    return any(name in each for each in items)


def _listed(items: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"'{title}'" for _, title in items)
