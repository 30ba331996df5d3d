"""`quizbot diff`: what the same shoppers are shown by two versions, for people and for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from quizbot.cli.mistakes import counted
from quizbot.cli.shops import open_quiz
from quizbot.cli.simulating import percent
from quizbot.content.edition import Edition
from quizbot.editorial.diff import Difference, GoldenChange, ProductChange, Reason, compare

MOST_LISTED = 5


def run(old: str, new: str | None, catalog: Path | None, seed: int, *, as_json: bool) -> None:
    """Compare two versions and print. Raises click.UsageError when there is only one."""
    if new is None and catalog is None:
        raise click.UsageError("there is nothing to compare with; name a second quiz, or a feed with --catalog")
    before = open_quiz(old, golden="warning")[1]
    after = open_quiz(new or old, catalog, golden="warning")[1]
    changed = compare(before, after, seed)
    if as_json:
        click.echo(json.dumps(asdict(changed), ensure_ascii=False, indent=2))
    else:
        _Page(before, after, changed).show(Console(highlight=False))


class _Page:
    """A difference in the words of both editions."""

    def __init__(self, before: Edition, after: Edition, changed: Difference) -> None:
        self.changed = changed
        self.titles = {
            name: title or name
            for each in (before, after)
            for name, title in zip(each.catalog.ids, each.catalog.columns["title"].texts, strict=True)
        }
        self.labels = {name: trait.label for each in (before, after) for name, trait in each.quiz.traits.items()}
        self.heading = after.quiz.title

    def show(self, console: Console) -> None:
        """Print everything, what matters most first."""
        changed = self.changed
        console.print(Text(self.heading, style="bold"))
        console.print(Text(_extent(changed)))
        for names, what in ((changed.gone, "no longer asked"), (changed.added, "asked now")):
            if names:
                console.print(Text(f"{what}: {_listed(names)}", style="yellow"))
        console.print()
        console.print(_summary(changed))
        if changed.golden:
            console.print(Text("\ngolden shoppers", style="dim"))
            for each in changed.golden:
                console.print(self._golden(each))
        if changed.moves:
            console.print(Text("\nanother first product", style="dim"))
            self._moves(console)
        if changed.products:
            console.print()
            console.print(self._products())

    def _moves(self, console: Console) -> None:
        for each in self.changed.moves[:MOST_LISTED]:
            share = (f"{percent(each.share)}  ", "green")
            console.print(Text.assemble(share, self._instead(each.before, each.after, each.reason)))
            lost = f"; dropped: {_listed(each.dropped)}" if each.dropped else ""
            console.print(Padding(Text(f"such as {answered(each.answers)}{lost}", style="dim"), (0, 0, 0, 2)))

    def _golden(self, each: GoldenChange) -> Text:
        lost = f"; dropped: {_listed(each.dropped)}" if each.dropped else ""
        if each.reason is not None:
            told = self._instead(each.before, each.after, each.reason)
            return Text.assemble((f"{each.name}: ", "yellow"), told, lost)
        if each.first_three:
            return Text(f"{each.name}: '{self._title(each.after)}' stays first, others follow{lost}")
        return Text(f"{each.name}: the first three stay{lost}", style="dim")

    def _instead(self, before: str, after: str, reason: Reason) -> str:
        return f"'{self._title(after)}' instead of '{self._title(before)}', {self._because(before, after, reason)}"

    def _because(self, before: str, after: str, reason: Reason) -> str:
        match reason.kind:
            case "gone":
                return f"because '{self._title(before)}' is gone"
            case "new":
                return f"because '{self._title(after)}' is new"
            case "fails":
                return f"because '{self._title(before)}' does not meet {reason.name} now"
            case "meets":
                return f"because '{self._title(after)}' meets {reason.name} now"
            case "trait":
                return f"because {self.labels.get(reason.name, reason.name)} counts {reason.points:.2f} more for it"
            case "tie":
                return "because what settles ties is different"

    def _title(self, name: str) -> str:
        return self.titles.get(name, "nothing")

    def _products(self) -> Table:
        """Those that gain most, then those that lose most."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        for at, head in enumerate(("product", "first", "of places", "")):
            table.add_column(head, justify="left" if at in (0, 3) else "right", no_wrap=True, overflow="ellipsis")
        gain = [each for each in self.changed.products if each.gain > (0, 0)]
        lose = [each for each in self.changed.products if each.gain < (0, 0)]
        for each in (*gain[:MOST_LISTED], *lose[-MOST_LISTED:]):
            first = f"{percent(each.first_before)} → {percent(each.first_after)}"
            shown = f"{percent(each.shown_before)} → {percent(each.shown_after)}"
            table.add_row(Text(each.title or each.id), first, shown, _direction(each))
        if (more := len(self.changed.products) - min(len(gain), MOST_LISTED) - min(len(lose), MOST_LISTED)) > 0:
            table.add_row(Text(f"and {more:,} more", style="dim"), "", "", "")
        return table


def _extent(changed: Difference) -> str:
    if changed.before == changed.after:
        return "both are the same version"
    if changed.whole:
        return f"all {counted(changed.played, 'path')} of the version before played in both"
    return f"{counted(changed.played, 'path')} of about {changed.possible:,} played in both (seed {changed.seed})"


def _summary(changed: Difference) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_row("another first product", percent(changed.first))
    table.add_row("another first three", percent(changed.first_three))
    table.add_row("shown by both", percent(changed.overlap))
    if changed.dropped:
        table.add_row("an answer is dropped", percent(changed.dropped))
    return table


def _direction(each: ProductChange) -> Text:
    gains = each.gain > (0, 0)
    return Text("gains" if gains else "loses", style="green" if gains else "red")


def answered(answers: Mapping[str, Any]) -> str:
    """Answers as `quizbot recommend` takes them."""
    return " ".join(f"-a {name}={_typed(answer)}" for name, answer in answers.items()) or "no answer at all"


def _typed(answer: Any) -> str:
    if isinstance(answer, Mapping):
        return ",".join(answer["liked"])
    return ",".join(answer) if isinstance(answer, list) else f"{answer:g}" if isinstance(answer, float) else str(answer)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 2 * MOST_LISTED:,} more" if len(names) > 2 * MOST_LISTED else ""
    return ", ".join(names[: 2 * MOST_LISTED]) + more
