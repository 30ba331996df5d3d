"""Talking back to the results: what a chip, a card's button or the text box says in, and what is kept of it."""

from dataclasses import dataclass, replace

from pydantic import ValidationError

from quizbot.advice.hearing.disliking import label
from quizbot.advice.refine import relative
from quizbot.advice.turn import Advice, Closed, Refinement, Words
from quizbot.content.edition import Edition
from quizbot.content.texts import Speech
from quizbot.web.body import Unreadable, read_object
from quizbot.web.forms import Form
from quizbot.web.state import State

LONGEST_SAYING = 500
STEPS = frozenset({"refine", "unrefine", "say", "like", "dislike", "why", "hide", "compare"})
"""Steps that are taken at the results and lead to results again."""


class Chip(Closed):
    """A refinement that was offered, as its hidden field holds it."""

    label: Words
    refine: list[Refinement]


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said to the results: the state after it, words still to be understood, and what to tell at once."""

    state: State
    say: str | None = None
    news: str | None = None
    compared: tuple[str, ...] = ()
    note: str | None = None


def talk(form: Form, state: State, edition: Edition, speech: Speech) -> Talk:
    """What one of STEPS means; what cannot be read changes nothing and is told."""
    step, _, name = form.get("step", "").partition(":")
    match step:
        case "refine":
            return _tapped(name, state, form, speech)
        case "unrefine":
            after = state.without(int(name) if name.isdecimal() and len(name) <= 3 else -1)  # noqa: PLR2004 (50 at most)
            return Talk(after, news=speech("page.undone"))
        case "say":
            say = form.get("say", "").strip()[:LONGEST_SAYING]
            return Talk(state, say=say) if say else Talk(state, note=speech("page.say-empty"))
        case "compare":
            return _compared(state, form, edition, speech)
    return _opinion(step, name, state, edition, speech)


def _opinion(step: str, name: str, state: State, edition: Edition, speech: Speech) -> Talk:
    """What was said of a product; with `why`, `<why>:<item>` that it is not it for a reason that a card can offer."""
    why, item = (name.partition(":")[0], name.partition(":")[2]) if step == "why" else (None, name)
    place = edition.catalog.positions.get(item)
    reason = "" if why is None or place is None else label(edition, place, why, speech)
    if place is None or (why is not None and not reason):
        return Talk(state, note=speech("page.not-heard"))
    said = Refinement(dislike=item, why=why) if why else Refinement.model_validate({step: item})
    title = edition.shown.columns["title"].texts[place]
    words = speech(f"page.said-{step}", title=title, why=f"{reason[:1].lower()}{reason[1:]}")
    return Talk(state.refining([said], words), news=words)


def spoken(refinement: Refinement, edition: Edition, speech: Speech) -> str:
    """A remembered opinion of a product in words; empty for any other refinement, and for a product that is gone."""
    for step in ("like", "dislike", "hide"):
        place = edition.catalog.positions.get(getattr(refinement, step) or "")
        if place is not None:
            return speech(f"page.said-{step}", title=edition.shown.columns["title"].texts[place])
    return ""


def _tapped(name: str, state: State, form: Form, speech: Speech) -> Talk:
    chips = dict(enumerate(form.getlist("chip")))
    try:
        chip = Chip.model_validate(read_object(chips.get(int(name) if name.isdecimal() else -1, "")))
    except (Unreadable, ValidationError, ValueError):
        return Talk(state, note=speech("page.not-heard"))
    return Talk(state.refining(chip.refine, chip.label), news=chip.label)


def _compared(state: State, form: Form, edition: Edition, speech: Speech) -> Talk:
    chosen = tuple(dict.fromkeys(each for each in form.getlist("compare") if each in edition.catalog.positions))
    if len(chosen) != 2:  # noqa: PLR2004 (side by side)
        return Talk(state, note=speech("page.compare-two"))
    return Talk(state, compared=chosen)


def heard(state: State, advice: Advice) -> State:
    """The state with what was understood: relative wishes resolved, new refinements and changed answers kept."""
    resolved = iter(each.refine[0] for each in advice.understood if each.source == "refine" and each.refine)
    kept = tuple(
        replace(each, refinement=next(resolved, each.refinement)) if relative(each.refinement) else each
        for each in state.refine
    )
    state = replace(state, refine=kept)
    for each in advice.understood:
        if each.source == "say":
            state = state.refining(each.refine, each.text)
            for question, answer in (each.answers or {}).items():
                state = state.answering(question, answer)
    return state
