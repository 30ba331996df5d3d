"""Rules on what is quietly lost between an answer and the catalog: nothing breaks, and the suggestions are wrong."""

from collections.abc import Iterator

import numpy as np

from quizbot.content.catalog import Column, Floats, split
from quizbot.content.effects import Wanted
from quizbot.content.families import joining
from quizbot.content.problems import Finding, quoted
from quizbot.content.quiz import Trait
from quizbot.content.walk import effects
from quizbot.content.words import folded, mentions, pattern
from quizbot.editorial.checks.rule import Seen, found, rule

_NEAR = 0.5  # beyond it, what a product has counts against it
_FEW = 0.2  # share of zeros among the numbers
_FAR = 0.2  # of the median, from 0
_DISTINCT = 3


@rule("joined-labels")
def joined_labels(seen: Seen) -> Iterator[Finding]:
    """Labels that are lists: `dry, oily` is read as one label, which neither `dry` nor `oily` is.

    Why: who wants one of them is shown products that have it last.
    Remedy: say in the trait's `from` what separates them: `split: ","`. Where a label has such a character within it
    and is one, `# quizbot: allow joined-labels` says so.
    """
    for name, family in seen.edition.levels.families.items():
        source = seen.edition.quiz.traits[name].source
        separator = joining(family.labels) if source.column or source.option else None
        if separator is not None:
            joined = next(each for each in family.labels if len(split(each, separator)) > 1)
            text = f"{quoted(joined)} is read as one label of trait '{name}', and its parts are labels elsewhere"
            yield found(("traits", name, "from"), text, f"""say `split: "{separator}"` there""")


@rule("left-in")
def left_in(seen: Seen) -> Iterator[Finding]:
    """A value that is excluded where it stands alone or in a list, while other texts of the column say it, too.

    Why: `exclude: {Allergens: mustard}` leaves in what says `may contain mustard`, and shoppers are told it is without.
    Remedy: list such texts, too, or exclude a trait of labels that is read from `words`. Where they are meant to stay,
    `# quizbot: allow left-in` says so.
    """
    catalog = seen.edition.catalog
    for loc, _, effect in effects(seen.edition.quiz):
        for name, demand in effect.exclude.items():
            column = catalog.column(name) or catalog.option(name)
            if column is None or not demand.values or column.is_yes_or_no or column.is_number:
                continue
            left = Column(
                name, np.where(column.having(demand.values), "", np.array(column.texts, dtype=object)).tolist()
            )
            for at, value in enumerate(demand.values):
                saying = _saying(left, value)
                if saying:
                    text = f"{quoted(value)} is excluded, and {quoted(saying[0])} in '{name}' is not"
                    more = f" (cells like it: {len(saying)})" if len(saying) > 1 else ""
                    remedy = "list such texts, too, or exclude a trait of labels that is read from `words`"
                    yield found((*loc, "exclude", name, "values", at), text + more, remedy)


def _saying(column: Column, value: str) -> list[str]:
    """The cells that say a value among other words, and do not deny it."""
    phrase = pattern(value)
    said = {each for each in set(column.texts) if any(not one.denied for one in mentions(phrase, folded(each)))}
    return [each for each in column.texts if each in said]


@rule("zeros")
def zeros(seen: Seen) -> Iterator[Finding]:
    """A few zeros in a column of numbers in which everything else is far from 0, such as a weight of 0 g.

    Why: they mostly mean that nobody knew, and make a product the lightest of all.
    Remedy: say so at the catalog: `unknown: {Weight: [0]}`. Where 0 is meant, a `range` that begins there says so, or
    `# quizbot: allow zeros`.
    """
    catalog = seen.edition.catalog
    for name, trait in seen.edition.quiz.traits.items():
        written, stops = trait.source.column or "", trait.source.range or ()
        column = catalog.column(written) if name in seen.edition.levels.scales else None
        numbers = column.numbers[~np.isnan(column.numbers)] if column else np.zeros(0)
        if _odd_zeros(numbers) and 0 not in stops:
            count, least = int((numbers == 0).sum()), numbers[numbers > 0].min()
            text = f"{count} of {len(numbers)} numbers in '{written}' are 0, and the next is {least:g}"
            remedy = f"when 0 means unknown, say `unknown: {{{written}: [0]}}` of the catalog"
            yield found(("traits", name, "from", "column"), text, remedy)


def _odd_zeros(numbers: Floats) -> bool:
    """Whether few numbers are 0 and the others lie close together, far from it."""
    share = float((numbers == 0).mean()) if len(numbers) else 0.0
    distinct = np.unique(numbers[numbers > 0])
    if not 0 < share <= _FEW or len(distinct) < _DISTINCT or bool((numbers < 0).any()):
        return False
    return bool(distinct[0] >= _FAR * np.median(numbers[numbers > 0]) and distinct[0] > 3 * (distinct[1] - distinct[0]))


@rule("nobody-near")
def nobody_near(seen: Seen) -> Iterator[Finding]:
    """A level is wanted of a trait, and all products of which it is known are far from it.

    Why: the wish then counts against them all, and what comes first is what says nothing of the trait.
    Remedy: want a level that products have (`quizbot traits` shows where they are), or let silence mean one: words and
    tags that are not found say nothing unless `from` has `missing: 0`.
    """
    levels = seen.edition.levels
    for loc, _, effect in effects(seen.edition.quiz):
        for name, wanted in effect.prefer.items():
            if name not in levels.names:
                continue
            row = levels.level[levels.names.index(name)]
            known = row[~np.isnan(row)]
            for low, high in _spans(wanted):
                if len(known) and float(np.maximum(low - known, known - high).min()) > _NEAR:
                    level, there = _span(low, high), _span(float(known.min()), float(known.max()))
                    text = f"no product is near level '{level}' of trait '{name}': they are at {there}"
                    remedy = _nearer(seen.edition.quiz.traits[name], len(known) < len(row))
                    yield found((*loc, "prefer", name), text, remedy)


def _spans(wanted: Wanted) -> Iterator[tuple[float, float]]:
    """The levels that a wish is content with."""
    for each in (wanted.level, wanted.first, wanted.last):
        if isinstance(each, float):
            yield each, each
    if isinstance(wanted.min, float) or isinstance(wanted.max, float):
        low = wanted.min if isinstance(wanted.min, float) else 0.0
        yield low, wanted.max if isinstance(wanted.max, float) else 1.0


def _span(low: float, high: float) -> str:
    return f"{low:.2g}" if low == high else f"{low:.2g} to {high:.2g}"


def _nearer(trait: Trait, some_unknown: bool) -> str:
    silent = trait.source.missing is None and (trait.source.words is not None or trait.source.tags is not None)
    if silent and some_unknown:
        return "say `missing: 0` in its `from`, when products that do not say it are without it"
    return "want a level that products have; `quizbot traits` shows where they are"
