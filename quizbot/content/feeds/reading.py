"""Reads a feed: recognize the format, read it, assemble the catalog."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from quizbot.content.catalog import Catalog
from quizbot.content.feeds.assembly import assemble
from quizbot.content.feeds.document import Document, Progress, inspect
from quizbot.content.feeds.findings import Findings, refusal
from quizbot.content.feeds.jsonl import read_jsonl
from quizbot.content.feeds.plain import read_plain
from quizbot.content.feeds.shopify import is_shopify, read_shopify
from quizbot.content.feeds.table import header_of, read_table
from quizbot.content.problems import Problem
from quizbot.content.quiz import CatalogSource

Format = Literal["csv", "shopify", "jsonl"]


@dataclass(frozen=True, eq=False)
class Feed:
    """A catalog, and a warning for each row that was left out."""

    catalog: Catalog
    problems: list[Problem]


def read_feed(path: Path, source: CatalogSource, progress: Progress | None = None) -> Feed:
    """Read the feed at `path` (`source.file` is not looked at) as `source` says.

    Raises Refused, with one problem, when it cannot be read at all or holds no product that can be used.
    """
    document = inspect(path)
    findings = Findings(path)
    form = _format(document, source)
    try:
        if form == "jsonl":
            draft = read_jsonl(document, source.columns, findings, progress)
        else:
            table = read_table(document, findings, progress)
            if form == "shopify":
                draft = read_shopify(table, source.columns, path, findings)
            else:
                draft = read_plain(table, source.columns, path)
    except UnicodeDecodeError:
        raise refusal(path, "feed-encoding", f"the feed is not {document.encoding}", "save it as UTF-8") from None
    options = source.model_dump_json(exclude={"file"})
    digest = sha256(f"{document.digest}\0{form}\0{options}".encode()).hexdigest()
    catalog = assemble(draft, source, digest, findings)
    return Feed(catalog, findings.all())


def _format(document: Document, source: CatalogSource) -> Format:
    """The stated format, else the one the content looks like."""
    if source.format in ("csv", "shopify", "jsonl"):
        return source.format
    if source.format is not None:
        raise refusal(document.path, "feed-format", f"the format '{source.format}' is not supported yet")
    start = document.start.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        if '"@context"' in start or '"@graph"' in start:
            raise refusal(document.path, "feed-format", "schema.org data is not supported yet", "use CSV or JSON Lines")
        return "jsonl"
    if start.startswith("["):
        raise refusal(document.path, "feed-format", "the feed is one JSON list", "write one product per line")
    if start.startswith("<"):
        raise refusal(document.path, "feed-format", "XML feeds are not supported yet", "use CSV or JSON Lines")
    return "shopify" if is_shopify(header_of(document)[1]) else "csv"
