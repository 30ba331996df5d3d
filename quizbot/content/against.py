"""A quiz held against its catalog: names the catalog lacks, traits and values that no product has."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from quizbot.content.answers import awaits_catalog, refused
from quizbot.content.catalog import Catalog, Column, label_key, split, yes_or_no
from quizbot.content.effects import Requirement
from quizbot.content.families import SEPARATORS, Family
from quizbot.content.levels import Levels, measure
from quizbot.content.made import made
from quizbot.content.problems import KEY, Finding, Loc, choose_from, quoted
from quizbot.content.quiz import Products, Question, Quiz, Source, Trait
from quizbot.content.walk import demands, effects
from quizbot.content.wellsprings import listed_labels

_LISTED = 20


def against_catalog(quiz: Quiz, catalog: Catalog, levels: Levels | None = None) -> Iterator[Finding]:
    """Everything in a quiz that its catalog does not bear out.

    Errors where advice would silently lose something; warnings where a product may come back with the next feed.
    `levels` saves measuring again what is measured already.
    """
    written = quiz
    quiz, unmade = made(written, catalog)
    yield from unmade
    measured = levels or measure(quiz, catalog)
    for name in quiz.catalog.unknown:
        if catalog.column(name) is None and catalog.option(name) is None:
            yield _unknown_column(catalog, ("catalog", "unknown", name, KEY), name)
    for name, trait in quiz.traits.items():
        lacking = list(_source(catalog, name, trait))
        yield from lacking
        if not any(each.severity == "error" for each in lacking):
            yield from _measured(measured, name, trait)
    yield from _wishes(quiz, measured)
    for loc, name, demand in demands(quiz):
        yield from _Demanded(quiz, catalog, measured).findings(loc, name, demand)
    waiting = frozenset(each.id for each in written.questions if awaits_catalog(each))
    answerable = {each.id: each for each in quiz.questions if each.id in waiting and each.options_from is None}
    yield from _conditions(quiz, catalog, answerable)
    yield from _gift(quiz, catalog, answerable)
    yield from _examples(quiz, catalog, answerable)


def _unknown_column(catalog: Catalog, loc: Loc, name: str, more: Iterable[str] = ()) -> Finding:
    known = list(dict.fromkeys((*catalog.names(), *more)))
    text = f"the catalog has no column {quoted(name)}"
    return Finding(loc, "unknown-column", text, choose_from(name, known, _LISTED))


# Traits -------------------------------------------------------------------------------------------


def _source(catalog: Catalog, name: str, trait: Trait) -> Iterator[Finding]:
    """Columns, options and tags that a trait is read from and the catalog lacks."""
    source = trait.source
    loc: Loc = ("traits", name, "from")
    for key, wanted in (("column", source.column), ("option", source.option)):
        if wanted is not None:
            yield from _told_by(catalog, loc, key, wanted, trait)
    for at, wanted in enumerate(source.columns or ()):
        if catalog.cells(wanted) is None:
            yield _unknown_column(catalog, (*loc, "columns", at), wanted)
    for at, wanted in enumerate(source.tags or ()):
        spellings = {each.casefold() for each in (wanted, *source.spelled.get(wanted, ()))}
        if not spellings & catalog.all_tags:
            remedy = choose_from(wanted, sorted(catalog.all_tags))
            yield Finding(
                (*loc, "tags", at), "unknown-tag", f"no product has the tag {quoted(wanted)}", remedy, "warning"
            )
    for at, wanted in enumerate(source.where if source.words is not None else ()):
        if catalog.cells(wanted) is None:
            yield _unknown_column(catalog, (*loc, "in", at), wanted)


def _told_by(catalog: Catalog, loc: Loc, key: str, name: str, trait: Trait) -> Iterator[Finding]:
    """Whether there is a column or option, and whether its cells say what the trait makes of them."""
    if catalog.cells(name) is None:
        yield _unknown_column(catalog, (*loc, key), name)
    elif trait.kind == "level" and trait.source.levels is None:
        yield from _numbers(catalog, (*loc, key), name)
    else:
        yield from _unsaid(catalog, loc, name, trait.source)


def _unsaid(catalog: Catalog, loc: Loc, name: str, source: Source) -> Iterator[Finding]:
    """Texts that stand for a level or a label, and no cell of the column says."""
    cells = catalog.cells(name)
    texts = {each for _, each in cells or ()} if source.levels or source.spelled else set()
    said = {
        label_key(part): part for each in texts for part in (split(each, source.split) if source.split else (each,))
    }
    listed = {each: (each,) for each in source.levels or ()} | {
        label: (label, *spelled) for label, spelled in source.spelled.items()
    }
    for label, spellings in listed.items():
        if not any(label_key(each) in said for each in spellings):
            here = (*loc, "levels" if label in (source.levels or ()) else "as", label, KEY)
            what = " or ".join(map(quoted, spellings[:3]))
            remedy = choose_from(spellings[-1], sorted(said.values()))
            yield Finding(here, "unknown-label", f"no product says {what} in '{name}'", remedy, "warning")


def _numbers(catalog: Catalog, loc: Loc, name: str) -> Iterator[Finding]:
    """A level is read from numbers or from yes and no."""
    cells = catalog.cells(name)
    if cells is None or cells.column.is_yes_or_no:
        return
    wrong = cells.column.known & np.isnan(cells.column.numbers)
    if not wrong.any():
        return
    first = cells.column.texts[int(np.flatnonzero(wrong)[0])]
    if not (cells.column.known & ~wrong).any():
        remedy = "name a column of numbers, give `levels` for its texts, or make the trait `kind: labels`"
        yield Finding(loc, "no-numbers", f"column '{name}' says {quoted(first)}, which is no number", remedy)
    else:
        text = f"column '{name}' says {quoted(first)} in a cell, which is no number (cells like it: {int(wrong.sum())})"
        remedy = "such cells are unknown; list them under `unknown` of the catalog"
        yield Finding(loc, "no-number", text, remedy, "warning")


def _measured(levels: Levels, name: str, trait: Trait) -> Iterator[Finding]:
    if name in levels.families:
        known = any(len(each) for each in levels.families[name].items)
    else:
        known = bool((~np.isnan(levels.level[levels.names.index(name)])).any())
    if not known:
        text = f"no product has the trait '{name}': its source finds nothing in the catalog"
        yield Finding(("traits", name, "from"), "empty-trait", text, "read it from something that products say")
    elif trait.kind == "labels":
        family = levels.families[name]
        for label in trait.labels:
            if family.position(label) is None:
                remedy = _instead(label, family)
                text = f"no product has the label {quoted(label)} of trait '{name}'"
                yield Finding(("traits", name, "labels", label, KEY), "unknown-label", text, remedy, "warning")


def _wishes(quiz: Quiz, levels: Levels) -> Iterator[Finding]:
    for loc, _, effect in effects(quiz):
        for word in ("prefer", "avoid"):
            for name, wanted in getattr(effect, word).items():
                here = (*loc, word, name)
                family = levels.families.get(name)
                listed = listed_labels(quiz.traits[name].source) if name in quiz.traits else None
                for at, label in enumerate(wanted.labels or ()):
                    lacking = family is not None and family.position(label) is None
                    if family is not None and lacking and (listed is None or listed.has(label)):
                        text = f"no product has the label {quoted(label)} of trait '{name}'"
                        remedy = _instead(label, family)
                        yield Finding((*here, "labels", at), "unknown-label", text, remedy, "warning")
                asked = "answer" in (wanted.level, wanted.min, wanted.max)
                column = quiz.traits[name].source.column if name in levels.names else None
                if asked and column is not None and name not in levels.scales:
                    text = f"`answer` is a number in a column's unit, and trait '{name}' is not read from numbers"
                    yield Finding(here, "answer", text, "read the trait from a numeric column, or give a level")


def _instead(label: str, family: Family) -> str:
    """What to do about a label that no product has: part the lists it stands in, or choose another."""
    for separator in SEPARATORS:
        for each in family.labels:
            if label_key(label) in map(label_key, split(each, separator)):
                return f"""it stands within {quoted(each)}: say `split: "{separator}"` in the trait's `from`"""
    return choose_from(label, family.labels)


# Demands ------------------------------------------------------------------------------------------


class _Demanded:
    """Demands on columns, variant options, tags and label traits, looked up in this order."""

    def __init__(self, quiz: Quiz, catalog: Catalog, levels: Levels) -> None:
        self.quiz = quiz
        self.catalog = catalog
        self.levels = levels

    def findings(self, loc: Loc, name: str, demand: Requirement) -> Iterator[Finding]:
        """What is wrong with one demand."""
        ranged = demand.min is not None or demand.max is not None
        catalog, here = self.catalog, (*loc, name)
        if name.casefold() == "price":
            if np.isnan(catalog.variants.price).all():
                yield Finding(
                    (*here, KEY), "no-numbers", "the catalog has no prices", "name its column under `columns`"
                )
            return
        column = self._column(name)
        if column is not None:
            yield from self._range(here, name, column) if ranged else self._values(here, name, demand, column)
        elif name.casefold() not in catalog.all_tags and name not in self.levels.families:
            yield self._unknown(here, name)
        elif ranged:
            text = f"'{name}' has no numbers that could be above or below anything"
            yield Finding(here, "no-numbers", text, "name values, or a column of numbers")
        elif name.casefold() not in catalog.all_tags:
            family = self.levels.families[name]
            yield from self._missing(
                here, name, demand, lambda value: family.position(value) is not None, family.labels
            )
        else:
            wrong = next((each for each in demand.values if yes_or_no(each) is None), None)
            if wrong is not None:
                yield Finding(
                    here, "tag-value", f"'{name}' is a tag, and {quoted(wrong)} neither yes nor no", "write yes"
                )

    def _column(self, name: str) -> Column | None:
        if name.casefold() == "available":
            return Column("available", ("yes", "no"))
        return self.catalog.column(name) or self.catalog.option(name)

    def _unknown(self, here: Loc, name: str) -> Finding:
        trait = self.quiz.traits.get(name)
        if trait is None:
            return _unknown_column(self.catalog, (*here, KEY), name, self.levels.families)
        column = trait.source.column
        remedy = f"demand its column: {column}: {{min: ...}}" if column else "use `prefer`"
        text = f"'{name}' is a trait with levels, and hard demands speak of columns"
        return Finding((*here, KEY), "unknown-column", text, remedy)

    def _range(self, here: Loc, name: str, column: Column) -> Iterator[Finding]:
        if np.isnan(column.numbers).all():
            said = next((each for each in column.texts if each), "")
            text = f"column '{name}' has no numbers" + (f"; it says {quoted(said)}" if said else "")
            yield Finding(here, "no-numbers", text, "name values, or a column of numbers")

    def _values(self, here: Loc, name: str, demand: Requirement, column: Column) -> Iterator[Finding]:
        trait = self.quiz.traits.get(name)
        spelled = trait.source.spelled if trait and trait.kind == "labels" else {}

        def stands(value: str) -> bool:
            spellings = [
                text for label, texts in spelled.items() if label.casefold() == value.casefold() for text in texts
            ]
            return any(_says(column, each) for each in (value, *spellings))

        known = sorted({each for each in column.texts if each})
        yield from self._missing(here, name, demand, stands, known)

    def _missing(
        self, here: Loc, name: str, demand: Requirement, stands: Callable[[str], bool], known: Sequence[str]
    ) -> Iterator[Finding]:
        for at, value in enumerate(demand.values):
            if not stands(value):
                text = f"no product has {quoted(value)} in '{name}'"
                remedy = choose_from(value, known) if known else "no product says anything there"
                yield Finding((*here, "values", at), "no-product", text, remedy, "warning")


def _says(column: Column, value: str) -> bool:
    """Whether any cell says a value, by the column's kind."""
    return bool(column.having([value]).any())


# Products that are named --------------------------------------------------------------------------


def _conditions(quiz: Quiz, catalog: Catalog, answerable: Mapping[str, Question]) -> Iterator[Finding]:
    for at, question in enumerate(quiz.questions):
        for name, listed in question.condition.items():
            asked = answerable.get(name)
            for place, each in enumerate(listed if asked else ()):
                loc: Loc = ("questions", at, "if", name, place)
                if isinstance(asked, Products):
                    if each not in catalog.positions:
                        yield _no_product(catalog, loc, each)
                elif asked and (problem := refused(asked, each)):
                    yield Finding(loc, "unknown-option", f"question '{name}': {problem[0]}", problem[1])


def _gift(quiz: Quiz, catalog: Catalog, answerable: Mapping[str, Question]) -> Iterator[Finding]:
    question = None if isinstance(quiz.gift, bool) else answerable.get(quiz.gift.question)
    if question is None or isinstance(quiz.gift, bool):
        return
    problem = refused(question, quiz.gift.option, catalog)
    if problem:
        yield Finding(("gift", "option"), "unknown-option", f"question '{question.id}': {problem[0]}", problem[1])


def _examples(quiz: Quiz, catalog: Catalog, answerable: Mapping[str, Question]) -> Iterator[Finding]:
    titles = frozenset(catalog.columns["title"].texts)
    for at, example in enumerate(quiz.examples):
        loc: Loc = ("examples", at)
        for name, given in example.answers.items():
            question = answerable.get(name)
            problem = refused(question, given, catalog) if question else None
            if problem:
                yield Finding((*loc, "answers", name), "example-answer", f"question '{name}': {problem[0]}", problem[1])
        expect = example.expect
        named: list[tuple[Loc, str]] = [(("first",), expect.first)] if expect.first else []
        named += [(("top", str(n), place), each) for n, top in expect.top.items() for place, each in enumerate(top)]
        named += [(("never", place), each) for place, each in enumerate(expect.never)]
        for part, item in named:
            if item not in catalog.positions and item not in titles:
                yield _no_product(catalog, (*loc, "expect", *part), item)


def _no_product(catalog: Catalog, loc: Loc, item: str) -> Finding:
    known = (*catalog.ids, *catalog.columns["title"].texts)
    return Finding(loc, "unknown-product", f"the catalog has no product {quoted(item)}", choose_from(item, known))
