"""Reads a feed: recognize the format, read it, assemble the catalog."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from quizbot.content.catalog import Catalog
from quizbot.content.feeds.also import read_more
from quizbot.content.feeds.assembly import assemble
from quizbot.content.feeds.document import Document, Progress, inspect
from quizbot.content.feeds.draft import Draft
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.google import entries, is_google, read_google
from quizbot.content.feeds.google_xml import read_xml
from quizbot.content.feeds.jsonl import read_jsonl
from quizbot.content.feeds.plain import read_plain
from quizbot.content.feeds.schemaorg import read_schemaorg
from quizbot.content.feeds.shopify import is_shopify, read_shopify
from quizbot.content.feeds.table import header_of, read_table
from quizbot.content.feeds.woocommerce import is_woocommerce, read_woocommerce
from quizbot.content.problems import Problem
from quizbot.content.quiz import CatalogSource

Format = Literal["csv", "shopify", "google", "woocommerce", "schemaorg", "jsonl"]

_PAGES = ("html", "head", "body", "script", "meta", "title", "link", "main", "div")
# What was read is never given back: linear time.
_FIRST_TAG = re.compile(
    r"(?:\s|<\?[^>]{0,1000}>|<!--.{0,5000}?-->)*+<(!doctype\s+)?([\w:.-]+)", re.IGNORECASE | re.DOTALL
)
_HEADERS: Mapping[Format, Callable[[list[str]], bool]] = {
    "shopify": is_shopify,
    "woocommerce": is_woocommerce,
    "google": is_google,
}
_LINKED = re.compile(r"""["']@(?:context|graph|type)["']""")


@dataclass(frozen=True, eq=False)
class Feed:
    """A catalog, and a warning for each row that was left out."""

    catalog: Catalog
    problems: list[Problem]


def read_feed(path: Path, source: CatalogSource, progress: Progress | None = None, also: Path | None = None) -> Feed:
    """Read the feed at `path`, and more columns at `also`, as `source` says; its own `file` and `also` are not opened.

    Raises Refused, with one problem, when it cannot be read at all or holds no product that can be used.
    """
    document = inspect(path)
    findings = Findings(path)
    more = read_more(also, source.columns) if also else None
    form = _format(document, source)
    try:
        draft = _draft(form, document, source.columns, findings, progress)
    except UnicodeDecodeError:
        raise refusal(path, "feed-encoding", f"the feed is not {document.encoding}", "save it as UTF-8") from None
    options = source.model_dump_json(exclude={"file"})
    digest = sha256(f"{document.digest}\0{form}\0{options}\0{more.digest if more else ''}".encode()).hexdigest()
    catalog = assemble(draft, source, digest, findings, more)
    return Feed(catalog, findings.all() + (more.problems if more else []))


def _draft(
    form: Format, document: Document, stated: Mapping[str, str], findings: Findings, progress: Progress | None
) -> Draft:
    """The feed in the shape that all formats share."""
    path = document.path
    if form == "jsonl":
        draft = read_jsonl(document, stated, findings, progress)
    elif form == "schemaorg":
        draft = read_schemaorg(document, stated, findings, progress)
    elif form == "google":
        is_xml = _starts(document).startswith("<")
        rows = read_xml(document, findings, progress) if is_xml else entries(read_table(document, findings, progress))
        draft = read_google(rows, stated, path, findings)
    elif form == "woocommerce":
        draft = read_woocommerce(read_table(document, findings, progress), stated, path, findings)
    elif form == "shopify":
        draft = read_shopify(read_table(document, findings, progress), stated, path, findings)
    else:
        draft = read_plain(read_table(document, findings, progress), stated, path)
    return draft


def _starts(document: Document) -> str:
    return document.start.lstrip("\ufeff \t\r\n")


def _format(document: Document, source: CatalogSource) -> Format:
    """The stated format, else the one the content looks like."""
    if source.format is not None:
        return source.format
    start = _starts(document)
    if start.startswith("<"):
        first = _FIRST_TAG.match(start)
        return "schemaorg" if first and first[2].casefold() in _PAGES else "google"
    if not start.startswith(("{", "[")):
        header = header_of(document)[1]
        return next((form for form, is_one in _HEADERS.items() if is_one(header)), "csv")
    if _LINKED.search(start):
        return "schemaorg"
    if start.startswith("["):
        raise refusal(document.path, "feed-format", "the feed is one JSON list", "write one product per line")
    return "jsonl"
