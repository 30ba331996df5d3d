"""The product's own sentences by language, and numbers, money and lists as the language writes them.

A text lives in `texts/<room>.<language>.yaml`; its key is the room and its path in the file, joined by dots.
It is a sentence with `{named}` places, a list of such sentences (variants to rotate through), or a pair
`one:` and `other:`, chosen by the value `n`. Adding a language is adding its files. What is said
otherwise in another form of address, and nothing else, stands in `texts/<form>/<room>.<language>.yaml`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "texts"
FALLBACK = "en"
CURRENCIES = frozenset({"EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "JPY"})

_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with places; `parts` alternates literal text and the names of places."""

    parts: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Template":
        """The template that a text writes. Raises ValueError for a brace that is no `{place}`."""
        parts = tuple(_PLACE.split(text))
        if any("{" in each or "}" in each for each in parts[::2]):
            raise ValueError(f"a brace that is no place in '{text}'; write places as {{name}}")
        return cls(parts)

    @property
    def places(self) -> tuple[str, ...]:
        """Names of the places, in order."""
        return self.parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """The sentence with every place filled, literally. Raises KeyError for a place without a value."""
        filled = list(self.parts)
        filled[1::2] = [values[name] for name in self.parts[1::2]]
        return "".join(filled)


@dataclass(frozen=True, slots=True)
class Text:
    """What one key says: variants, and the form for exactly one if there is such a form."""

    variants: tuple[Template, ...]
    one: Template | None = None


class Speech:
    """One language: sentences by key, numbers, units, money, lists and quotes."""

    def __init__(self, language: str, texts: Mapping[str, Text]) -> None:
        """Speak `language` with these texts."""
        self.language = language
        self.texts = texts
        self._decimal = self("language.decimal")
        self._marks = str.maketrans({",": self("language.thousands"), ".": self._decimal})

    def __call__(self, key: str, /, turn: int = 0, **values: Any) -> str:
        """The sentence of a key; `turn` rotates through its variants.

        Numbers among the values are written as the language writes them. Raises KeyError for an unknown key
        or a place without a value.
        """
        text = self.texts[key]
        template = text.one if text.one and values.get("n") == 1 else text.variants[turn % len(text.variants)]
        return template.fill({name: self._written(value) for name, value in values.items()})

    def variants(self, key: str) -> tuple[Template, ...]:
        """The templates of a key, for filling many times."""
        return self.texts[key].variants

    def number(self, value: float, *, grouped: bool = True) -> str:
        """A number with at most three decimals, or three significant ones below 1: `1,450`, `0.125`."""
        value = round(float(f"{value:.3g}") if abs(value) < 1 else value, 9) + 0.0  # never "-0"
        written = f"{value:,.3f}" if abs(value) >= 1 or not value else f"{value:.9f}"
        written = written.rstrip("0").rstrip(".")
        return (written if grouped else written.replace(",", "")).translate(self._marks)

    def money(self, value: float, currency: str) -> str:
        """An amount, with cents where there are any: `189 EUR`, `188.50 EUR`."""
        sign = self.texts.get(f"language.currency.{currency}")
        named = sign.variants[0].fill({}) if sign else currency
        amount = self.amount(value)
        return self("language.money", amount=amount, currency=named) if named else amount

    def amount(self, value: float) -> str:
        """An amount without its currency: whole, or with two decimals."""
        cents = round(value, 2)
        return f"{cents:,.0f}".translate(self._marks) if cents == int(cents) else f"{cents:,.2f}".translate(self._marks)

    def measure(self, value: float, unit: str) -> str:
        """A value in its unit: `1,450 g`, `85%`, `189 EUR`; without a unit `1999` stays a year."""
        if unit in CURRENCIES:
            return self.money(value, unit)
        if unit == "%":
            return self("language.percent", value=self.number(value))
        written = self.number(value, grouped=bool(unit) or abs(value) >= 10_000)  # noqa: PLR2004 (years have four digits)
        return f"{written} {unit}" if unit else written

    def date(self, moment: str | datetime) -> str:
        """A day with the name of its month: `28 November 2026`; of a text, as ISO 8601 writes it."""
        day = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        month = self(f"language.month.{day.month}")
        return self("language.date", day=str(day.day), month=month, year=str(day.year))

    def listing(self, items: Sequence[str], joined: str = "and") -> str:
        """Items as a list: `a, b and c`; `joined` is `and` or `or`."""
        if len(items) <= 1:
            return items[0] if items else ""
        return self(f"language.{joined}", items=", ".join(items[:-1]), last=items[-1])

    def quote(self, words: str) -> str:
        """Words in quotation marks, unchanged."""
        return self("language.quote", words=words)

    def count(self, number: int) -> str:
        """A small number in words."""
        known = self.texts.get(f"language.count.{number}")
        return known.variants[0].fill({}) if known else str(number)

    def _written(self, value: Any) -> str:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.number(value)
        return str(value)


def speech(language: str) -> Speech:
    """The speech of the nearest language: `de-AT` is spoken as `de`, what nobody speaks as English.

    A form of address is named behind `-x-`, as BCP 47 has it: `de-AT-x-sie` is `de` that says Sie.
    """
    wanted, _, form = language.casefold().replace("_", "-").partition("-x-")
    known = languages()
    while wanted not in known and "-" in wanted:
        wanted = wanted.rpartition("-")[0]
    wanted = wanted if wanted in known else FALLBACK
    return _speech(wanted, form if form in forms(wanted) else "")


def matching(wanted: str, known: Iterable[str]) -> str | None:
    """The known language that serves a wanted one, however that addresses: itself, else one of another region."""
    folded = {each.casefold(): each for each in known}
    name = wanted.replace("_", "-").casefold().partition("-x-")[0]
    related = (each for written, each in folded.items() if primary(written) == primary(name))
    return folded.get(name) or folded.get(primary(name)) or next(related, None)


def primary(language: str) -> str:
    """A language without its region: `de-AT` is `de`."""
    return language.replace("_", "-").partition("-")[0].casefold()


@cache
def languages() -> frozenset[str]:
    """The languages that the product speaks."""
    return frozenset(path.name.split(".")[1] for path in FOLDER.glob("language.*.yaml"))


@cache
def forms(language: str) -> frozenset[str]:
    """The other forms of address that a language has: `sie` for `de`, whose own texts say du."""
    return frozenset(path.parent.name for path in FOLDER.glob(f"*/*.{language}.yaml"))


def read_texts(language: str, form: str = "") -> dict[str, Text]:
    """Every text of one language by key, only what its own files say, or those of a form of address."""
    return {
        f"{path.name.split('.')[0]}.{key}": text
        for path in sorted((FOLDER / form).glob(f"*.{language}.yaml"))
        for key, text in _texts(yaml.load(path.read_text("utf-8"), yaml.BaseLoader))  # noqa: S506 (makes texts only)
    }


@cache
def _speech(language: str, form: str) -> Speech:
    texts = read_texts(FALLBACK) | read_texts(language)
    return Speech(language, texts | read_texts(language, form) if form else texts)


def _texts(raw: Any, key: str = "") -> Iterator[tuple[str, Text]]:
    if isinstance(raw, list):
        yield key, Text(tuple(Template.parse(each) for each in raw))
    elif not isinstance(raw, dict):
        yield key, Text((Template.parse(raw),))
    elif raw.keys() == {"one", "other"}:
        yield key, Text((Template.parse(raw["other"]),), Template.parse(raw["one"]))
    else:
        for name, each in raw.items():
            yield from _texts(each, f"{key}.{name}" if key else name)
