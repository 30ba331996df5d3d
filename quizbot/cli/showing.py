"""Advice as a person reads it in a terminal; texts from outside are never read as markup."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from quizbot.advice.turn import Advice, Contribution, ResultItem, Results
from quizbot.cli.bars import drawn
from quizbot.content.edition import Edition
from quizbot.content.texts import Speech

BAR = 12
_INDENT = 4


def show_results(console: Console, edition: Edition, advice: Advice, speech: Speech) -> None:
    """Print the results of advice: what is shared and relaxed, then each product with reasons that add up."""
    console.print(Text(edition.quiz.title, style="bold"))
    results = advice.results
    if results is None or not results.items:
        console.print(Text(speech("terminal.none")))
        return
    if advice.gift:
        console.print(Text(speech("advice.gift"), style="dim"))
    _show_frame(console, results)
    told = [*results.items, *(slot.item for slot in results.slots or () if slot.item)]
    largest = max((abs(each.points) for item in told for each in item.reasons + item.misses), default=0.0)
    for place, item in enumerate(results.items, 1):
        _show_item(console, f"{place:>2}. ", item, largest, speech)
    if results.slots:
        _show_routine(console, results, largest, speech)


def _show_routine(console: Console, results: Results, largest: float, speech: Speech) -> None:
    """Print what goes together: for each place its product with its reasons, then what all of them cost."""
    console.print()
    console.print(Text(speech("terminal.routine"), style="bold"))
    for slot in results.slots or ():
        if slot.item:
            _show_item(console, f" {slot.title}: ", slot.item, largest, speech)
        else:
            console.print()
            console.print(Text.assemble((f" {slot.title}: ", "bold"), slot.text or ""))
        for note in slot.relaxed:
            console.print(Padding(Text(note.text, style="yellow"), (0, 0, 0, _INDENT)))
    if results.total:
        console.print()
        console.print(Text(results.total.text, style="bold"))


def show_dropped(console: Console, advice: Advice, speech: Speech) -> None:
    """Print what was left out of the turn, and why."""
    for each in advice.dropped:
        console.print(Text(speech("terminal.dropped", field=each.field, message=each.message), style="yellow"))


def _show_frame(console: Console, results: Results) -> None:
    if results.persona:
        console.print(Text.assemble((results.persona.title, "bold magenta"), "  ", results.persona.text))
    for note in results.relaxed:
        console.print(Text(note.text, style="yellow"))
    if results.history:
        console.print(Text(results.history.text, style="dim"))
    for sentence in results.shared:
        console.print(Text(sentence, style="dim"))


def _show_item(console: Console, head: str, item: ResultItem, largest: float, speech: Speech) -> None:
    console.print()
    price = "" if item.price is None else speech.money(item.price, item.currency or "")
    console.print(Text.assemble((head, "bold"), (item.title, "bold"), "  ", (price, "green")))
    lines = [Text(item.wild_text, style="magenta")] if item.wild_text else []
    lines += [Text(item.headline)] if item.headline else []
    lines += [Text(item.catch, style="yellow")] if item.catch else []
    for line in lines:
        console.print(Padding(line, (0, 0, 0, _INDENT)))
    if item.reasons or item.misses:
        console.print(Padding(_table(item, largest), (0, 0, 0, _INDENT)))
    for line in _below(item, speech):
        console.print(Padding(line, (0, 0, 0, _INDENT)))


def _table(item: ResultItem, largest: float) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=BAR, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for each in (*item.reasons, *item.misses):
        table.add_row(_bar(each, largest), f"{each.points:+.2f}", Text(each.text))
    return table


def _bar(reason: Contribution, largest: float) -> Text:
    """A bar as long as the points are large against the largest of the page."""
    bar = drawn(abs(reason.points) / largest, BAR) if largest else ""
    return Text(bar, style="green" if reason.points >= 0 else "red")


def _below(item: ResultItem, speech: Speech) -> list[Text]:
    meets = speech("terminal.meets", met=item.met, n=item.asked) if item.asked else ""
    parts = [speech("terminal.score", score=f"{item.score:+.2f}"), meets, item.url or ""]
    lines = [Text(" · ".join(filter(None, parts)), style="dim")]
    if item.would_change:
        lines.insert(0, Text(item.would_change.text, style="dim"))
    unknown = [each.text or each.trait for each in item.not_stated]
    return [*(Text(each, style="dim") for each in unknown if each != item.catch), *lines]
