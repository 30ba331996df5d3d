"""`quizbot traits`: what each level of each trait means in the catalog."""

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from quizbot.cli.bars import drawn
from quizbot.content.edition import Edition
from quizbot.content.texts import FALLBACK, speech
from quizbot.editorial.measure import Label, Stop, TraitMeasure, traits

BAR = 10
MOST_LABELS = 20
FAR = 0.1
"""A product that is further from a stop than this is named with its own level."""


def show_traits(edition: Edition, *, as_json: bool) -> None:
    """Print the traits of an edition."""
    measured = traits(edition)
    if as_json:
        told = {"quiz": edition.id, "version": edition.version, "traits": [asdict(each) for each in measured]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    console.print(Text(f"{edition.quiz.title}: {len(edition.catalog):,} products", style="bold"))
    for each in measured:
        console.print()
        unknown = f"{each.unknown:.0%}".replace("%", " %") + " unknown"
        console.print(Text.assemble((each.id, "bold"), f"  {each.label} · {each.source} · ", (unknown, _tone(each))))
        console.print(Padding(_labels(each) if each.kind == "labels" else _stops(each), (0, 0, 0, 2)))


def _tone(measured: TraitMeasure) -> str:
    return "yellow" if measured.unknown > 0.5 else "dim"  # noqa: PLR2004 (more unknown than known)


def _stops(measured: TraitMeasure) -> Table:
    table = _grid(right=2)
    most = max((each.products for each in measured.stops), default=0) or 1
    for each in measured.stops:
        table.add_row(
            f"{each.level:g}",
            _value(each, measured.unit),
            Text(drawn(each.products / most, BAR), style="green"),
            f"{each.products:,}",
            _product(each),
            Text(each.word, style="dim italic"),
        )
    return table


def _value(stop: Stop, unit: str) -> str:
    return "" if stop.value is None else speech(FALLBACK).measure(stop.value, unit)


def _product(stop: Stop) -> Text:
    if stop.at is None:
        return Text("no product", style="dim")
    far = f" at {stop.at:.2f}" if abs(stop.at - stop.level) > FAR else ""
    says = f" ({stop.says})" if stop.says else ""
    return Text.assemble(stop.title or stop.id or "", (says, "dim"), (far, "yellow"))


def _labels(measured: TraitMeasure) -> Table:
    table = _grid(right=0)
    most = max((each.products for each in measured.labels), default=0) or 1
    for each in measured.labels[:MOST_LABELS]:
        bar = Text(drawn(each.products / most, BAR), style="green")
        table.add_row(Text(each.label), "", bar, f"{each.products:,}", _text(each), "")
    if len(measured.labels) > MOST_LABELS:
        table.add_row(Text(f"and {len(measured.labels) - MOST_LABELS:,} more", style="dim"), "", "", "", "", "")
    return table


def _text(label: Label) -> Text:
    return Text(label.text if label.text != label.label else "", style="dim italic")


def _grid(right: int) -> Table:
    """Six columns: name or level, value, bar, count, product or text, level word; the first `right` to the right."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for at in range(6):
        side = "right" if at < right or at == 3 else "left"  # noqa: PLR2004 (the count)
        table.add_column(justify=side, no_wrap=at < 4, width=BAR if at == 2 else None)  # type: ignore[arg-type]  # noqa: PLR2004
    return table
