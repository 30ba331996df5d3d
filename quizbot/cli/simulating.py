"""`quizbot simulate`: what a quiz leads to, for people, for programs and as a picture."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quizbot.cli.bars import drawn
from quizbot.cli.mistakes import counted
from quizbot.content.edition import Edition
from quizbot.editorial.picture import as_html, as_svg
from quizbot.editorial.simulate import QuestionEffect, Simulation, simulate

FORMS = {".svg": as_svg, ".html": as_html}
BAR = 12
MOST_LISTED = 12


def check_picture(picture: Path | None) -> None:
    """Raises click.UsageError for a picture of another kind than can be drawn."""
    if picture is not None and picture.suffix.lower() not in FORMS:
        raise click.UsageError(f"'{picture}' is no picture that can be drawn; name a file that ends in .svg or .html")


def run(edition: Edition, seed: int, picture: Path | None, *, as_json: bool) -> None:
    """Simulate, draw when a picture is named, and print."""
    played = simulate(edition, seed)
    if picture is not None:
        picture.write_text(FORMS[picture.suffix.lower()](played, edition.quiz.title), "utf-8")
        click.echo(f"wrote {picture}", err=True)
    if as_json:
        click.echo(json.dumps(asdict(played), ensure_ascii=False, indent=2))
    else:
        _show(Console(highlight=False), edition, played)


def _show(console: Console, edition: Edition, played: Simulation) -> None:
    console.print(Text(edition.quiz.title, style="bold"))
    console.print(Text(_extent(played)))
    console.print()
    console.print(_questions(played.questions))
    console.print()
    console.print(_lengths(played))
    console.print()
    console.print(_products(played))
    console.print()
    for line in _findings(edition, played):
        console.print(line)


def _extent(played: Simulation) -> str:
    if played.whole:
        return f"all {counted(played.played, 'path')} played"
    return f"{counted(played.played, 'path')} played of about {played.possible:,} (seed {played.seed})"


def _table(*columns: str) -> Table:
    """A table without lines: the first column are names, the others figures."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for at, each in enumerate(columns):
        table.add_column(each, justify="left" if not at else "right", no_wrap=True, overflow="ellipsis")
    table.add_column("", no_wrap=True)
    return table


def _questions(questions: Sequence[QuestionEffect]) -> Table:
    table = _table("question", "asked", "bits", "changes first three")
    largest = max((each.bits for each in questions), default=0.0) or 1.0
    for each in questions:
        bar = Text(drawn(each.bits / largest, BAR), style="green")
        table.add_row(Text(each.id), percent(each.asked), f"{each.bits:.2f}", percent(each.changes), bar)
    return table


def _lengths(played: Simulation) -> Table:
    table = _table("questions asked", "of paths")
    for length, share in played.lengths.items():
        table.add_row(str(length), percent(share), Text(drawn(share, BAR), style="green"))
    return table


def _products(played: Simulation) -> Table:
    table = _table("product", "first", "of places")
    largest = max((each.first for each in played.products), default=0.0) or 1.0
    for each in played.products[:MOST_LISTED]:
        bar = Text(drawn(each.first / largest, BAR), style="green")
        table.add_row(Text(each.title or each.id), percent(each.first), percent(each.shown), bar)
    if len(played.products) > MOST_LISTED:
        table.add_row(Text(f"and {len(played.products) - MOST_LISTED:,} more", style="dim"), "", "", "")
    return table


def _findings(edition: Edition, played: Simulation) -> list[Text]:
    """What an editor may want to act on, worst first; shares of paths after it."""
    titles = {each.id: each.title or each.id for each in played.products}
    lines: list[Text] = []
    if played.always:
        lines.append(Text(f"always first: {_listed([titles[each] for each in played.always])}", style="red"))
    if played.unreachable:
        never = f"never shown, {len(played.unreachable):,} of {len(edition.catalog):,}: "
        lines.append(Text(never + _listed([titles[each] for each in played.unreachable]), style="yellow"))
    if idle := [f"{each.id}={answer}" for each in played.questions for answer in each.idle]:
        lines.append(Text(f"answers that change nothing: {_listed(idle)}", style="yellow"))
    gave_way = [f"{each.id} {percent(each.relaxed)}" for each in played.questions if each.relaxed]
    relaxed = f"nothing meets all demands on {percent(played.empty)} of paths"
    lines.append(Text(relaxed + (f"; gives way: {', '.join(gave_way)}" if gave_way else "")))
    lines.append(Text(f"a tie decides the first place on {percent(played.tied)} of paths"))
    return lines


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    return ", ".join(f"'{each}'" for each in names[:MOST_LISTED]) + more


def percent(share: float) -> str:
    """A share in words of a hundred; `0 %` and `100 %` are said of none and of all alone."""
    if 0 < share < 0.01:  # noqa: PLR2004 (one in a hundred)
        return "< 1 %"
    return "> 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")  # noqa: PLR2004 (the same)
