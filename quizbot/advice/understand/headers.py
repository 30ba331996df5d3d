"""What shoppers call the columns of a catalog, and the units that their numbers are in."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from quizbot.content.catalog import STANDARD, Catalog, Column, split
from quizbot.content.edition import Edition
from quizbot.content.lexicon import lexicon, phrase
from quizbot.content.texts import languages
from quizbot.content.units import factor


@cache
def canonical(unit: str) -> str:
    """A unit as it is compared, however a quiz or a header spells it."""
    for name in sorted(languages()):
        if any(unit in each for each in lexicon(name).units.values()):
            return unit
        if found := lexicon(name).units.get(phrase(unit)):
            return found[0]
    return unit.strip().casefold()


def converted(value: float, units: tuple[str, ...], unit: str) -> float | None:
    """A number in one of some units as it is in another; None where none of them measures the same."""
    if not units or unit in units:
        return value
    return next((value * found for each in units if (found := factor(each, unit)) is not None), None)


def columns(catalog: Catalog) -> Iterator[tuple[str, Column]]:
    """What has a name of its own: options, type, brand and further columns, those that repeat another left out."""
    yield from catalog.variants.options.items()
    seen = set()
    for name in ("type", "brand", *(each for each in catalog.columns if each not in STANDARD)):
        column = catalog.columns[name]
        told = tuple(column.texts)
        prose = not column.is_number and not column.is_yes_or_no
        if not (prose and len(set(told)) > 1 and told in seen) and not _is_price(catalog, column):
            yield name, column
        seen.add(told)


def _is_price(catalog: Catalog, column: Column) -> bool:
    """Whether a column only says again what the products cost."""
    if not column.is_number:
        return False
    known = catalog.price == catalog.price
    return bool(known.any() and (column.numbers[known] == catalog.price[known]).all())


def called(catalog: Catalog, name: str) -> str:
    """A column as demands call it: a metafield by its key."""
    inside = name.partition("(product.metafields.")[2].rstrip(") ")
    short = inside.rpartition(".")[2]
    return short if short and catalog.column(short) is catalog.column(name) else name


def spoken(name: str) -> tuple[tuple[str, ...], str]:
    """A header as shoppers say it, and the unit it names: of `Weight (g)` and `age_months` the words before it."""
    words = tuple(each for each in phrase(name.replace("_", " ")) if each[0].isalnum() or each == "%")
    units = [words[-1]] if len(words) > 1 else []
    for each in units:
        if any((each,) in lexicon(language).units for language in languages()):
            bare = words[:-1]
            return (bare[:-1] if len(bare) > 1 and bare[-1] == "in" else bare), canonical(each)
    return words, ""


def measures(edition: Edition) -> Mapping[str, str]:
    """The unit of each numeric column that has one: what its trait says, else its header."""
    catalog = edition.catalog
    sources = [each.source for each in edition.quiz.traits.values() if each.kind == "level" and each.source.column]
    found = {str(each.column): canonical(each.unit) for each in sources if each.unit}
    own = [catalog.column(name) for name in found]
    for name, column in columns(catalog):
        short = called(catalog, name)
        if column.is_number and (unit := spoken(short)[1]) and not any(column is each for each in own):
            found[short] = unit
    return found


def parts(text: str) -> Iterable[str]:
    """The values of a cell that lists several."""
    for sign in ("/", ";", "|", ","):
        if sign in text:
            return split(text, sign)
    return (text,)
