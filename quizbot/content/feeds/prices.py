"""Price cells to numbers in one currency."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from quizbot.content.catalog import Floats, numbers

_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN"}
_THREE_DECIMALS = re.compile(r"(?<![\d.,])\d{1,3}[.,]\d{3}(?![\d.,])")
_FEWEST_OTHERS = 2  # prices that say how large prices are here
_SHARED_SIGNS = {"$": "USD", "¥": "JPY"}  # other currencies write them too


@dataclass(frozen=True, slots=True)
class Prices:
    """`values` (v,) NaN where nothing is stated or it cannot be used, `currency` of them all, `faults` by row."""

    values: Floats
    currency: str
    faults: dict[int, str]


def read_prices(texts: Sequence[str], currencies: Sequence[str], stated: str | None) -> Prices:
    """Read price cells, with the currencies the feed states beside them, if it does.

    The currency of the catalog is the stated one, else the one most cells name, else empty.
    """
    values = numbers(texts)
    read = {each: _currency(each) for each in set(texts)}
    codes = [read[each] or beside.upper() for each, beside in zip_longest(texts, currencies, fillvalue="")]
    named = Counter(filter(None, codes))
    signs = Counter(code for each in texts for sign, code in _SHARED_SIGNS.items() if sign in each)
    frequent = sorted((named or signs).items(), key=lambda each: (-each[1], each[0]))
    currency = stated or (frequent[0][0] if frequent else "")
    faults: dict[int, str] = {}
    for at in np.flatnonzero(np.isnan(values) | (values < 0)).tolist():
        if texts[at]:
            faults[at] = f"the price '{texts[at][:40]}' is not a price"
    for at in _thousandths(texts, values):
        faults.setdefault(at, f"the price '{texts[at][:40]}' may mean {values[at] * 1000:g} or {values[at]:g}")
    if set(named) - {currency}:
        for at, (text, code) in enumerate(zip(texts, codes, strict=True)):
            if text and code not in ("", currency):
                faults.setdefault(at, f"the price '{text[:40]}' is in {code[:10]}, the catalog's in {currency}")
    values[list(faults)] = np.nan
    return Prices(values, currency, faults)


def _thousandths(texts: Sequence[str], values: Floats) -> list[int]:
    """Prices read with three decimals (`2.399`) that would be nearer to the others with thousands."""
    suspects = {each for each in set(texts) if _THREE_DECIMALS.search(each)}
    if not suspects:
        return []
    suspect = np.array([each in suspects for each in texts]) & (values > 0) & (values < 1000)  # noqa: PLR2004
    others = values[~suspect & (values > 0)]
    if len(others) < _FEWEST_OTHERS:
        return []
    away = np.log(values, out=np.zeros_like(values), where=suspect) - np.log(np.median(others))
    return [int(each) for each in np.flatnonzero(suspect & (np.abs(away + np.log(1000)) < np.abs(away)))]


def _currency(text: str) -> str:
    """The currency a price names without doubt, empty when it does not."""
    code = _CODE.search(text)
    return code[0] if code else next((name for sign, name in _SIGNS.items() if sign in text), "")
