"""From a draft to a catalog: what is unknown, what cannot be used, what the quiz keeps out."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

import numpy as np

from quizbot.content.catalog import Bools, Catalog, Column, Variants, number
from quizbot.content.feeds.also import More, joined
from quizbot.content.feeds.draft import LONGEST_ID, Draft
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.markup import plain
from quizbot.content.feeds.only import keeps, kept
from quizbot.content.feeds.prices import read_prices
from quizbot.content.problems import Refused, quoted
from quizbot.content.quiz import CatalogSource, Names

LONGEST_ADDRESS = 2000
_LOOKED_AT = 1000  # titles that are looked at for garbled letters

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def assemble(draft: Draft, source: CatalogSource, digest: str, findings: Findings, more: More | None = None) -> Catalog:
    """A catalog of the products that can be used, with more columns. Raises Refused when there are none."""
    if not draft.ids:
        raise _useless(findings)
    patterns = {name.casefold(): each for name, each in source.unknown.items()}
    prices = read_prices(_cleared(draft.prices, patterns.get("price", ())), draft.currencies, source.currency)
    good = np.ones(len(draft.prices), dtype=np.bool_)
    for at, fault in prices.faults.items():
        good[at] = False
        findings.row(draft.variant_lines[at], "price", fault)
    variants = Variants(
        item=np.array(draft.variant_items, dtype=np.int64),
        ids=tuple(draft.variant_ids),
        price=prices.values,
        available=np.array(draft.available, dtype=np.bool_),
        options={name: Column(name, tuple(texts)) for name, texts in draft.options.items()},
        images=tuple(draft.images),
    )
    columns = {name: Column(name, tuple(texts)) for name, texts in draft.columns.items()}
    columns["description"] = _plain(columns["description"])
    catalog = Catalog(tuple(draft.ids), columns, variants, prices.currency, digest, str(findings.path), draft.aliases)
    _tell_garbled(catalog, findings)
    catalog = _identified(_without_unknown(catalog, source), draft.has_ids)
    if more is not None:
        catalog = _without_unknown(joined(catalog, more), source)
    catalog = _addressed(catalog, draft, findings)
    good &= _usable(catalog, draft, findings)[variants.item]
    if not good.any():
        raise _useless(findings)
    return _only(kept(catalog, good), source, findings)


def _useless(findings: Findings) -> Refused:
    """The refusal of a feed without a usable product, with the first row that was left out, if there was one."""
    first = findings.first()
    if first is None:
        return refusal(findings.path, "feed-rows", "the feed has no product", "export it again")
    text = f"no product of the feed can be used; the first: {first}"
    return refusal(findings.path, "feed-rows", text, "mend its rows or export it again")


def _only(catalog: Catalog, source: CatalogSource, findings: Findings) -> Catalog:
    """What the quiz's `only` keeps."""
    if not source.only:
        return catalog
    keeping: Bools = np.ones(len(catalog.variants.item), dtype=np.bool_)
    for name, requirement in source.only.items():
        keeping &= keeps(catalog, name, requirement, findings.path)
    if not keeping.any():
        remedy = "say what the catalog has, or leave it out"
        raise refusal(findings.path, "only", f"none of the {len(catalog)} products meets `only`", remedy)
    return kept(catalog, keeping)


def _plain(column: Column) -> Column:
    read = {each: plain(each) for each in set(column.texts)}
    return Column(column.name, tuple(read[each] for each in column.texts))


def _tell_garbled(catalog: Catalog, findings: Findings) -> None:
    """Tell of letters that were UTF-8 and were read as Windows-1252 before they came here: `KrÃ¤ftig`."""
    for text in (*catalog.columns, *catalog.columns["title"].texts[:_LOOKED_AT]):
        try:
            meant = text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        if meant != text:
            remedy = "export the feed again as UTF-8; a program on the way read it as something else"
            findings.feed("garbled", f"{quoted(text)} seems to be {quoted(meant)} with its letters garbled", remedy)
            return


# Unknown ------------------------------------------------------------------------------------------


def _without_unknown(catalog: Catalog, source: CatalogSource) -> Catalog:
    """Empty the cells that say what the quiz declares to mean unknown."""
    columns, options = dict(catalog.columns), dict(catalog.variants.options)
    for name, patterns in source.unknown.items():
        column, option = catalog.column(name), catalog.option(name)
        if column is not None:
            key = next(key for key, each in columns.items() if each.name == column.name)
            columns[key] = Column(column.name, tuple(_cleared(columns[key].texts, patterns)))
        elif option is not None:
            key = next(key for key, each in options.items() if each.name == option.name)
            options[key] = Column(option.name, tuple(_cleared(options[key].texts, patterns)))
    return replace(catalog, columns=columns, variants=replace(catalog.variants, options=options))


def _cleared(texts: Iterable[str], patterns: Names | tuple[()]) -> list[str]:
    """Texts that match a pattern, or are the same number, are empty; `*` stands for anything, case does not count."""
    texts = list(texts)
    if not patterns:
        return texts
    forms = [_form(each) for each in patterns]
    values = {value for each in patterns if not np.isnan(value := number(each))}

    def says_unknown(text: str) -> bool:
        return any(form.fullmatch(text) for form in forms) or (bool(values) and number(text) in values)

    meanings = {each: "" if says_unknown(each) else each for each in set(texts)}
    return [meanings[each] for each in texts]


def _form(pattern: str) -> re.Pattern[str]:
    words = re.escape(" ".join(pattern.split()))
    return re.compile(words.replace(r"\*", ".*").replace(r"\ ", r"\s+"), re.IGNORECASE | re.DOTALL)


# Ids ----------------------------------------------------------------------------------------------


def _identified(catalog: Catalog, has_ids: bool) -> Catalog:
    """Every item and variant with an id: where the feed has none, an item's is made from brand and title."""
    ids = catalog.ids if has_ids else _made_ids(catalog)
    items = catalog.variants.item
    places = (np.arange(len(items)) - catalog.first_variant[items]).tolist()
    names = tuple(
        name or (ids[item] if place == 0 else f"{ids[item]}-{place + 1}")
        for name, item, place in zip(catalog.variants.ids, items.tolist(), places, strict=True)
    )
    return replace(catalog, ids=ids, variants=replace(catalog.variants, ids=names))


def _made_ids(catalog: Catalog) -> tuple[str, ...]:
    """Ids from brand and title, made unique in the order of the feed."""
    used: set[str] = set()
    times: dict[str, int] = {}
    ids: list[str] = []
    for brand, title in zip(catalog.columns["brand"].texts, catalog.columns["title"].texts, strict=True):
        wanted = name = _identifier(f"{brand} {title}")
        while name in used:
            times[wanted] = times.get(wanted, 1) + 1
            name = f"{wanted}-{times[wanted]}"
        used.add(name)
        ids.append(name)
    return tuple(ids)


def _identifier(text: str) -> str:
    """A readable id: letters and digits of any script, accents dropped, hyphens between."""
    plain_letters = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return re.sub(r"[\W_]+", "-", plain_letters.casefold()).strip("-")[:100] or "x"


def _usable(catalog: Catalog, draft: Draft, findings: Findings) -> Bools:
    """Whether each item has a title and an id of its own, shape (n,)."""
    usable = np.ones(len(catalog), dtype=np.bool_)
    first: dict[str, int] = {}
    for at, (name, title, line) in enumerate(
        zip(catalog.ids, catalog.columns["title"].texts, draft.lines, strict=True)
    ):
        if not title:
            findings.row(line, "title", "the product has no title")
        elif not name:
            findings.row(line, "id", "the product has no id")
        elif len(name) > LONGEST_ID or not name.isprintable():
            text = f"the id {name[:40]!r} is longer than {LONGEST_ID} characters or not printable"
            findings.row(line, "id", text)
        elif first.setdefault(name, line) != line:
            findings.row(line, "duplicate-id", f"the id '{name}' is taken by {findings.name(first[name])}")
        else:
            continue
        usable[at] = False
    return usable


# Addresses ----------------------------------------------------------------------------------------


def _addressed(catalog: Catalog, draft: Draft, findings: Findings) -> Catalog:
    """Links and pictures that are http(s) or relative; others are dropped."""
    columns = dict(catalog.columns)
    for name in ("url", "image"):
        columns[name] = Column(name, _addresses(columns[name].texts, draft.lines, name, findings))
    images = _addresses(catalog.variants.images, draft.variant_lines, "image", findings)
    return replace(catalog, columns=columns, variants=replace(catalog.variants, images=images))


def _addresses(texts: Sequence[str], lines: list[int], name: str, findings: Findings) -> tuple[str, ...]:
    read = {each: address(each) for each in set(texts)}
    for text, line in zip(texts, lines, strict=False):
        if text and not read[text]:
            findings.row(line, name, f"the {name} {text[:60]!r} is not http(s) or relative", f"the {name} is left out")
    return tuple(read[each] for each in texts)


def address(text: str) -> str:
    """An http(s) or relative address, ready for a page; empty for anything else."""
    text = text.strip().replace(" ", "%20")
    if not text.isprintable() or "\\" in text or len(text) > LONGEST_ADDRESS:
        return ""
    if text.startswith("//"):
        text = f"https:{text}"
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if _SCHEME.match(text) and not (parts.scheme in ("http", "https") and parts.netloc):
        return ""
    return text
