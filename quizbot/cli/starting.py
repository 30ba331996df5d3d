"""`quizbot new`: a starting quiz for a catalog."""

import os
import re
from pathlib import Path

import click

from quizbot.cli.mistakes import counted
from quizbot.content.feeds import read_feed
from quizbot.content.quiz import CatalogSource
from quizbot.editorial.propose import propose, written

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
    if feed is None and not ask:
        raise click.UsageError("there is no catalog to begin with; name a feed with --catalog")
    feed = feed or Path(click.prompt("Which catalog is it for? The file of a product feed"))
    read = read_feed(feed, CatalogSource(file=str(feed)))
    try:
        proposal = propose(read.catalog)
    except ValueError as error:
        raise click.ClickException(f"{feed}: {error}") from error
    otherwise = f"Find what fits: {name.replace('-', ' ')}"
    title = title or (click.prompt("What is it called?", default=otherwise) if ask else otherwise)
    text = written(proposal, title, Path(os.path.relpath(feed)).as_posix())
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"wrote {path}: {_told(len(proposal.axes), len(read.catalog))}")
    click.echo(f"now change its words, and run `quizbot check {path}` and `quizbot traits {path}`")


def _told(traits: int, products: int) -> str:
    return f"{counted(traits, 'trait')} of {counted(products, 'product')}"
