"""Numbers in another unit: a cell of `1.2 kg` says 1,200 where the trait reads grams, and so does a shopper."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from quizbot.content.catalog import Floats

_SIZES: tuple[Mapping[str, float], ...] = (  # units of one kind, each in the smallest
    {"mg": 0.001, "g": 1, "gr": 1, "kg": 1000, "oz": 28.349523125, "lb": 453.59237, "lbs": 453.59237},
    {"mm": 1, "cm": 10, "dm": 100, "m": 1000, "in": 25.4, "inch": 25.4, "zoll": 25.4, "ft": 304.8, "km": 1e6},
    {"ml": 1, "cl": 10, "dl": 100, "l": 1000},
    {"min": 1, "h": 60, "days": 1440},
    {"months": 1, "years": 12},
)
_UNIT = re.compile(r"[0-9][\s\u00a0\u202f]*([a-z]+)\.?\s*$")


def factor(unit: str, other: str) -> float | None:
    """What a number in a unit is multiplied by to be in the other; None where they do not measure the same."""
    sizes = next((each for each in _SIZES if unit in each and other in each), None)
    return sizes[unit] / sizes[other] if sizes else None


def in_unit(values: Floats, texts: Sequence[str], unit: str) -> Floats:
    """What cells say, shape (rows,), in a unit; a cell without one, or of one that is not known, is in it already."""
    sizes = next((each for each in _SIZES if unit.casefold() in each), None)
    if sizes is None:
        return values
    factors = {each: _factor(each, sizes, unit.casefold()) for each in set(texts)}
    if all(each == 1 for each in factors.values()):
        return values
    told: Floats = np.round(values * [factors[each] for each in texts], 9)
    return told


def _factor(text: str, sizes: Mapping[str, float], unit: str) -> float:
    found = _UNIT.search(text.casefold())
    return sizes.get(found[1], sizes[unit]) / sizes[unit] if found else 1.0
