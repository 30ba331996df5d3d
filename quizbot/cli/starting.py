"""`quizbot new`: a starting quiz for a catalog."""

import os
import re
import sys
from pathlib import Path

import click

from quizbot.cli.mistakes import counted
from quizbot.content.catalog import Catalog
from quizbot.content.feeds import read_feed
from quizbot.content.feeds.document import inspect
from quizbot.content.feeds.table import header_of
from quizbot.content.problems import Refused
from quizbot.content.quiz import CatalogSource
from quizbot.editorial.propose import propose, written
from quizbot.settings import bundled

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def start(name: str, feed: Path | None, title: str | None, *, ask: bool) -> None:
    """Write the quiz with this id for a feed; what is not named is asked for, where one may ask.

    Raises Refused when the feed cannot be read and click.ClickException when nothing can be written.
    """
    path = Path(f"{name}.yaml")
    if not _ID.fullmatch(name) or name == "site":
        raise click.UsageError(
            f"'{name}' is no id of a quiz; take small letters, digits and hyphens, such as find-a-coat"
        )
    if path.exists():
        raise click.UsageError(f"'{path}' is there already and stays as it is; take another id, or move it away")
    typed = _asked("Which catalog is it for? The file of a product feed") if feed is None and ask else ""
    feed = feed or (Path(typed) if typed else _example(Path("catalogs") / f"{name}.csv"))
    catalog, named = _read(feed)
    try:
        proposal = propose(catalog)
    except ValueError as error:
        raise click.ClickException(f"{feed}: {error}") from error
    otherwise = f"Find what fits: {name.replace('-', ' ')}"
    title = title or (_asked("What is it called?", otherwise) if ask else "") or otherwise
    text = written(proposal, title, Path(os.path.relpath(feed)).as_posix(), named)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"wrote {path}: {_told(len(proposal.axes), len(catalog))}")
    click.echo(f"now change its words, and run `quizbot check {path}` and `quizbot traits {path}`")


def _asked(question: str, otherwise: str | None = None) -> str:
    """What a person types; nothing where nobody is at the keyboard."""
    try:
        return str(click.prompt(question, default=otherwise))
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo()
        return ""


def _example(path: Path) -> Path:
    """The example shop's catalog at this place, for who has no feed at hand; what is there stays."""
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((bundled("quizzes") / "catalogs" / "coats.csv").read_bytes())
        click.echo(f"wrote {path}: the coats of the example shop; `--catalog FEED` begins with a feed of your own")
    return path


def _read(feed: Path) -> tuple[Catalog, str]:
    """The catalog, and the first column, which then names the products, where no column is the title."""
    try:
        return read_feed(feed, CatalogSource(file=str(feed))).catalog, ""
    except Refused as refused:
        named = next(filter(None, header_of(inspect(feed))[1]), "") if _lacks_title(refused) else ""
        if not named:
            raise
    return read_feed(feed, CatalogSource(file=str(feed), columns={"title": named})).catalog, named


def _lacks_title(refused: Refused) -> bool:
    return any(each.rule == "feed-title" for each in refused.problems)


def _told(traits: int, products: int) -> str:
    return f"{counted(traits, 'trait')} of {counted(products, 'product')}"
