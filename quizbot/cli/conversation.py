"""`quizbot ask`: the conversation in the terminal, one question at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from quizbot.advice.turn import Advice, AskedQuestion, Given, Refinement, Wrong
from quizbot.cli.recommending import make_turn
from quizbot.cli.showing import show_dropped, show_results
from quizbot.content.edition import Edition
from quizbot.content.texts import Speech
from quizbot.shop import Shop

SKIP = frozenset({"", "?"})


@dataclass
class Talk:
    """What was said so far: answers and skipped questions, in the order in which they came, and what was refined."""

    shop: Shop
    edition: Edition
    language: str | None
    said: list[tuple[str, Given | None]] = field(default_factory=list)
    chips: list[list[Refinement]] = field(default_factory=list)
    more: bool = False

    def advice(
        self, *, finish: bool = False, more: Sequence[tuple[str, Given | None]] = (), say: str | None = None
    ) -> Advice:
        """The advice on all that was said, and on what would be said next. Raises turn.Wrong."""
        said = [*self.said, *more]
        answers = {name: answer for name, answer in said if answer is not None}
        skipped = [name for name, answer in said if answer is None]
        refine = [each for chip in self.chips for each in chip]
        told = {"skipped": skipped, "refine": refine, "say": say, "language": self.language, "finish": finish}
        return self.shop.turn(self.edition, make_turn(self.edition, answers, **told, more=self.more))

    def hear(self, advice: Advice) -> None:
        """Keep what was understood of what was said: refinements, and answers that it changes."""
        for each in advice.understood:
            if each.source == "say":
                self.chips += [each.refine] if each.refine else []
                changed = each.answers or {}
                self.said = [(name, answer) for name, answer in self.said if name not in changed] + [*changed.items()]


def converse(shop: Shop, edition: Edition, language: str | None) -> None:
    """Ask until no question is left or the results are asked for, then show them; `q` leaves without."""
    console = Console(highlight=False)
    spoken = shop.site.speech(language or edition.quiz.language)
    edition = edition.spoken(language or edition.quiz.language)
    talk = Talk(shop, edition, language)
    console.print(Text(edition.quiz.title, style="bold"))
    if edition.quiz.welcome:
        console.print(Text(edition.quiz.welcome))
    if not _ask_all(console, talk, spoken):
        return
    advice = talk.advice(finish=True)
    console.print()
    show_dropped(console, advice, spoken)
    show_results(console, edition, advice, spoken)
    _survey(console, talk, spoken)
    _talk_back(console, talk, advice, spoken)


def _talk_back(console: Console, talk: Talk, advice: Advice, spoken: Speech) -> None:
    """Let the shopper argue with the results, by chips or in words, until nothing is typed."""
    while True:
        console.print()
        for number, chip in enumerate(advice.refinements, 1):
            console.print(Text.assemble((f"{number:>2} ", "bold cyan"), chip.text or chip.label))
        console.print(Text(spoken("terminal.talk"), style="dim"))
        said = _read(console, "q")
        if said in ("", "q"):
            return
        try:
            advice = _refined(talk, advice, said)
        except Wrong as wrong:
            for _, message in wrong.errors:
                console.print(Text(message, style="yellow"))
            continue
        if advice.reply:
            console.print(Text(advice.reply, style="italic"))
        if any(each.intent == "leave" for each in advice.understood):
            return
        show_results(console, talk.edition, advice, spoken)


def _refined(talk: Talk, advice: Advice, said: str) -> Advice:
    """The advice after a chip was chosen by its number, or something was said. Raises turn.Wrong."""
    if said.isdecimal() and 0 < int(said) <= len(advice.refinements):
        talk.chips.append(advice.refinements[int(said) - 1].refine)
        return talk.advice(finish=True)
    heard = talk.advice(finish=True, say=said)
    if any(each.intent == "restart" for each in heard.understood):
        talk.chips.clear()
        return talk.advice(finish=True)
    if any(each.intent == "undo" for each in heard.understood) and talk.chips:
        talk.chips.pop()
        return talk.advice(finish=True).model_copy(update={"reply": heard.reply})
    talk.hear(heard)
    return heard


def _survey(console: Console, talk: Talk, spoken: Speech) -> None:
    """What is asked after the results; whoever types anything but an answer is left in peace."""
    while survey := talk.advice(finish=True).survey:
        question = survey[0]
        console.print()
        console.print(Text(spoken("advice.survey.lead"), style="dim"))
        _show_words(console, question, spoken)
        console.print(Text(_hint(question, spoken, ("quit",)), style="dim"))
        said = _read(console)
        if said.casefold() in ("q", "r", "b"):
            return
        if _answer(console, talk, question, said, spoken):
            console.print(Text(spoken("advice.survey.thanks")))


def _ask_all(console: Console, talk: Talk, spoken: Speech) -> bool:
    """Ask question after question; False when the shopper leaves."""
    advice = talk.advice()
    while (question := advice.question) or advice.progress.remaining_at_most:
        if question is None:
            if not _goes_on(console, advice, spoken):
                return True
            talk.more = True
            advice = talk.advice()
            continue
        _show_question(console, question, talk, advice, spoken)
        said = _read(console)
        match said.casefold():
            case "q":
                return False
            case "r":
                return True
            case "b" if talk.said:
                talk.said.pop()
                advice = talk.advice()
            case "b":
                console.print(Text(spoken("terminal.no_way_back"), style="yellow"))
            case _ if said in SKIP and question.required:
                console.print(Text(spoken("terminal.required"), style="yellow"))
            case _:
                advice = _answer(console, talk, question, said, spoken) or advice
    return True


def _goes_on(console: Console, advice: Advice, spoken: Speech) -> bool:
    """Whether the shopper answers more, although enough is known."""
    console.print()
    console.print(Text(spoken("advice.stop", n=advice.progress.remaining_at_most)))
    console.print(Text(f"{spoken('terminal.hint.more')} · {spoken('terminal.hint.results')}", style="dim"))
    return _read(console).casefold() == "m"


def _answer(console: Console, talk: Talk, question: AskedQuestion, said: str, spoken: Speech) -> Advice | None:
    """Take an answer, or say why it is none."""
    try:
        step = question.id, None if said in SKIP else chosen(question, said)
        advice = talk.advice(more=[step])
    except Wrong as wrong:
        for _, message in wrong.errors:
            console.print(Text(message, style="yellow"))
        return None
    except ValueError as error:
        console.print(Text(spoken("terminal.not_an_option", given=spoken.quote(str(error))), style="yellow"))
        return None
    talk.said.append(step)
    if advice.reply and step[1] is not None:
        console.print(Text(advice.reply, style="italic"))
    return advice


def chosen(question: AskedQuestion, said: str) -> Given:
    """The answer that numbers (or ids) of a list stand for; what is no list is passed on as it was typed.

    Raises ValueError with the part that stands for nothing in the list.
    """
    names = [each.id for each in question.options or question.products or ()]
    if not names:
        return said
    if question.type == "single":
        return _named(said, names)
    picked = [_named(part, names) for part in said.replace(",", " ").split()]
    return {"liked": picked, "shown": names} if question.type == "products" else picked


def _named(part: str, names: Sequence[str]) -> str:
    if part in names:
        return part
    if part.isdecimal() and 0 < int(part) <= len(names):
        return names[int(part) - 1]
    raise ValueError(part)


def _read(console: Console, end: str = "r") -> str:
    """A typed line; at the end of the input, what stands for it."""
    try:
        return console.input(Text("> ", style="bold")).strip()
    except EOFError:
        console.print()
        return end


def _show_question(console: Console, question: AskedQuestion, talk: Talk, advice: Advice, spoken: Speech) -> None:
    number = len(talk.said) + 1
    most = len(talk.said) + advice.progress.remaining_at_most
    console.print()
    console.print(Text(spoken("terminal.progress", number=number, most=most), style="dim"))
    _show_words(console, question, spoken)
    console.print(Text(_hint(question, spoken, ("back", "results", "quit")), style="dim"))


def _show_words(console: Console, question: AskedQuestion, spoken: Speech) -> None:
    console.print(Text(question.ask, style="bold"))
    if question.because:
        console.print(Text(question.because, style="dim"))
    if question.why:
        console.print(Text(question.why, style="dim"))
    if question.sensitive:
        console.print(Text(spoken("advice.sensitive"), style="dim"))
    for line in _choices(question, spoken):
        console.print(Padding(line, (0, 0, 0, 2)))


def _choices(question: AskedQuestion, spoken: Speech) -> list[Text]:
    if question.type == "scale":
        return [Text(f"1 {question.low} … {question.steps} {question.high}")]
    if question.products:
        texts = [
            each.title if each.price is None else f"{each.title}  {spoken.money(each.price, each.currency or '')}"
            for each in question.products
        ]
    else:
        texts = [each.text for each in question.options or ()]
    return [Text.assemble((f"{number:>2} ", "bold cyan"), text) for number, text in enumerate(texts, 1)]


def _hint(question: AskedQuestion, spoken: Speech, ways: Sequence[str]) -> str:
    if question.type == "multiple" and question.max:
        how = spoken("terminal.hint.most", n=question.max)
    else:
        low, high = (spoken.measure(each or 0, question.unit or "") for each in (question.min, question.max))
        how = spoken(f"terminal.hint.{question.type}", steps=question.steps or 0, min=low, max=high)
    skip = [] if question.required else [spoken("terminal.hint.skip")]
    return " · ".join([how, *skip, *(spoken(f"terminal.hint.{each}") for each in ways)])
