"""`quizbot import`: a feed read once, with what is in it and what looks wrong."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from quizbot.cli.mistakes import counted, listed
from quizbot.content.catalog import Catalog, Column
from quizbot.content.feeds import read_feed, write_jsonl
from quizbot.content.problems import Problem
from quizbot.content.quiz import CatalogSource
from quizbot.content.texts import FALLBACK, speech

MOST_LISTED = 20
LONGEST_EXAMPLE = 36


def import_feed(feed: Path, form: str | None, out: Path | None) -> None:
    """Read a feed, print its summary, and write it as JSON Lines when `out` is given.

    Raises Refused when the feed cannot be read.
    """
    source = CatalogSource.model_validate({"file": str(feed), "format": form})
    with _bar(f"reading {feed.name}") as progress:
        read = read_feed(feed, source, progress)
    _show_problems(read.problems)
    _show(Console(highlight=False), feed, read.catalog)
    if out:
        _write(read.catalog, out)
        click.echo(f"wrote {out}", err=True)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def show(done: int, size: int) -> None:
            bar.update(task, completed=done, total=size)

        yield show


def _write(catalog: Catalog, out: Path) -> None:
    """Write beside the file and put it in place when it is whole."""
    part = out.with_name(f".{out.name}.part")
    try:
        write_jsonl(catalog, part)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _show_problems(problems: list[Problem]) -> None:
    if problems:
        click.echo(listed(problems[:MOST_LISTED]), err=True)
    if len(problems) > MOST_LISTED:
        click.echo(f"and {counted(len(problems) - MOST_LISTED, 'more problem')}", err=True)


def _show(console: Console, feed: Path, catalog: Catalog) -> None:
    variants = catalog.variants
    facts = [counted(len(catalog), "product"), counted(len(variants.ids), "variant"), _prices(catalog)]
    sold_out = int(len(catalog) - catalog.available.sum())
    facts += [f"{sold_out:,} out of stock"] if sold_out else []
    console.print(Text(f"{feed}: {', '.join(facts)}", style="bold"), soft_wrap=True)
    columns = list(chain(catalog.columns.values(), variants.options.values()))
    console.print(_table(each for each in columns if any(each.texts)))
    if empty := [each.name for each in columns if not any(each.texts)]:
        console.print(Text(f"empty: {', '.join(empty)}", style="dim"))


def _table(columns: Iterable[Column]) -> Table:
    """What share of each column is filled, as what it is read, and the first value."""
    table = Table("column", box=None, pad_edge=False, header_style="dim")
    table.add_column("filled", justify="right")
    table.add_column("kind", no_wrap=True)
    table.add_column("for example", no_wrap=True, overflow="ellipsis", max_width=LONGEST_EXAMPLE)
    for each in columns:
        kind = "yes or no" if each.is_yes_or_no else "number" if each.is_number else "text"
        example = " ".join(next(filter(None, each.texts)).split())
        table.add_row(Text(each.name), f"{np.mean(each.known):.0%}", kind, Text(example))
    return table


def _prices(catalog: Catalog) -> str:
    prices = catalog.variants.price[~np.isnan(catalog.variants.price)]
    if not len(prices):
        return "no prices"
    low, high = (speech(FALLBACK).money(float(each), catalog.currency) for each in (prices.min(), prices.max()))
    return f"prices {low} to {high}" if low != high else f"price {low}"
