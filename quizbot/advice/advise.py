"""advise(): one turn of the conversation in, one piece of advice out."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import cos, pi

from quizbot.advice.agenda import counting
from quizbot.advice.asking.ask import Step, asked, next_step, progress, survey
from quizbot.advice.hearing.chips import chips
from quizbot.advice.hearing.disliking import whys
from quizbot.advice.hearing.listening import Listening, listen, wanted
from quizbot.advice.hearing.replying import acknowledged, doubted, reply
from quizbot.advice.history import NOTHING, known, recall
from quizbot.advice.preference import Preference
from quizbot.advice.ranking.rank import rank
from quizbot.advice.refine import misfits
from quizbot.advice.telling.explain import explain
from quizbot.advice.telling.facts import cut
from quizbot.advice.telling.reminders import moved, taught
from quizbot.advice.telling.routine import routine, total
from quizbot.advice.telling.standing import standing
from quizbot.advice.telling.would_change import with_changes
from quizbot.advice.turn import (
    Advice,
    AskedQuestion,
    Blend,
    Dropped,
    Past,
    PersonaShown,
    Recalled,
    Refinement,
    Results,
    Turn,
    Wrong,
)
from quizbot.content.answers import Answer, Answers, is_gift, read
from quizbot.content.edition import Edition
from quizbot.content.problems import quoted
from quizbot.content.texts import speech


def advise(edition: Edition, turn: Turn, remembered: Sequence[Past] = ()) -> Advice:
    """Answer a turn. Raises Wrong when it contradicts the version it names.

    `remembered` is what the shopper let be kept; it counts beside the history that the turn brings for this view alone.
    """
    language = turn.language or edition.quiz.language
    whole, edition = edition, edition.spoken(language)  # the same wishes and levels: one ranking for every language
    given, answers, skipped, fitting, dropped = understood(edition, turn)
    if turn.product not in edition.catalog.positions:
        turn = turn.model_copy(update={"product": None})
    past, strange = known(edition, [*remembered, *(Past(item=each.item, kind=each.kind) for each in turn.history)])
    history = recall(edition, past) if turn.use_history else NOTHING
    heard = listen(whole, turn, answers, fitting, history)
    refining = heard.refining.spoken(edition)
    preference = refining.preference
    step = next_step(edition, heard.answers, skipped, preference, more=turn.more)
    far = progress(edition, heard.answers, skipped, step)
    shown = turn.finish or step.question is None
    wished = preference.own.wishes or preference.clauses or heard.refinements or refining.history.wishes
    shown = shown or bool(wished)
    found = results(edition, preference, turn, language) if shown else None
    if found and past and not is_gift(edition.quiz, heard.answers):
        found = found.model_copy(update={"history": _recalled(edition, heard, found, past, turn)})
    offered = chips(edition, refining, found.items, speech(language)) if found else []
    if found and (turn.finish or step.question is None):
        preferring = partial(wanted, whole, refinements=heard.refinements, language=language, history=refining.history)
        found = with_changes(whole, found, preferring, {**given, **heard.answers}, language)
    said = reply(edition, turn, heard, found, speech(language))
    if said is None and not turn.refine:
        ends = step.question is None
        left = far.remaining_at_most if ends else 0
        said = acknowledged(edition, heard.answers, speech(language), done=ends or turn.finish, left=left)
    return Advice.model_construct(
        quiz=edition.id,
        version=edition.version,
        reply=said,
        progress=far,
        question=_asked(edition, step, heard.answers, language),
        survey=survey(edition, heard.answers, skipped) if step.question is None or turn.finish else [],
        gift=is_gift(edition.quiz, heard.answers),
        results=found,
        refinements=[*doubted(edition, heard, speech(language)), *offered],
        understood=heard.understood,
        not_understood=heard.unread,
        dropped=dropped + _strangers(strange),
    )


def _asked(edition: Edition, step: Step, answers: Answers, language: str) -> AskedQuestion | None:
    """The question of a step, with the reason why it is asked now."""
    if step.question is None:
        return None
    shown = asked(edition, step.question, answers)
    if step.in_play < 2:  # noqa: PLR2004 (nothing to tell apart)
        return shown
    return shown.model_copy(update={"because": speech(language)("advice.because", n=step.in_play)})


def results(edition: Edition, preference: Preference, turn: Turn, language: str) -> Results:
    """The suggestions for a preference, told in a language."""
    ranking = rank(edition, [preference], turn.limit or edition.quiz.results.show)[0]
    items, shared, relaxed = explain(edition, preference, ranking, language)
    items = [each.model_copy(update={"why_not": whys(edition, each, speech(language))}) for each in items]
    slots = routine(edition, preference, language) if edition.quiz.results.slots else None
    return Results.model_construct(
        items=items,
        blend=_blend(preference),
        learned=taught(edition, preference, speech(language)),
        relaxed=relaxed,
        shared=shared,
        persona=nearest_persona(edition, preference.own),
        this=standing(edition, preference, turn.product, items[0].id, language) if turn.product else None,
        slots=slots,
        total=total(edition, slots, language) if slots else None,
    )


def _blend(preference: Preference) -> Blend:
    """The weight of what was said, of history and of the shop's push in the score; without any, the answers'."""
    if not preference.total:
        return Blend(answers=1.0, history=0.0, prior=0.0)
    answers = round(preference.own.total / preference.total, 9)
    remembered = sum(each.mass for each in preference.wishes if each.source == "history")
    history = round(remembered / preference.total, 9)
    return Blend(answers=answers, history=history, prior=round(1 - answers - history, 9) + 0.0)


def _recalled(edition: Edition, heard: Listening, found: Results, past: Sequence[Past], turn: Turn) -> Recalled:
    """What history does, told by the list as it would be with it switched the other way."""
    other = heard.refining.remembering(NOTHING if turn.use_history else recall(edition, past)).preference
    shown = [each.id for each in found.items]
    items = rank(edition, [other], len(shown))[0].items.tolist()
    title = edition.shown.columns["title"].texts[items[0]]
    ids = [edition.catalog.ids[each] for each in items]
    spoken = speech(turn.language or edition.quiz.language)
    text = moved(shown, ids, cut(title or ids[0], 6), spoken, used=turn.use_history)
    return Recalled(used=turn.use_history, items=len({each.item for each in past}), text=text)


def nearest_persona(edition: Edition, preference: Preference) -> PersonaShown | None:
    """The persona with the largest cosine to the preference, as if it were an item; None while nothing is wished."""
    found: tuple[float, PersonaShown] | None = None
    if not any(wish.kind in ("level", "bounds") for wish in preference.wishes):
        return None
    for persona in edition.quiz.personas:
        similarity = round(_similarity(preference, persona.levels), 9)
        if found is None or similarity > found[0]:
            shown = PersonaShown(
                id=persona.id, title=persona.title, text=persona.text, image=persona.image, similarity=similarity
            )
            found = similarity, shown
    return found[1] if found else None


def _similarity(preference: Preference, levels: Mapping[str, float]) -> float:
    points = 0.0
    for wish in preference.wishes:
        if wish.kind in ("level", "bounds") and wish.trait in levels:
            level = levels[wish.trait]
            points += wish.amplitude * cos(pi * max(wish.low - level, level - wish.high, 0.0))
    return points / preference.total


# Understanding what was sent ------------------------------------------------------------------------


def understood(
    edition: Edition, turn: Turn
) -> tuple[dict[str, Answer], dict[str, Answer], frozenset[str], list[Refinement], list[Dropped]]:
    """Checked answers as they were given, those that count, what was skipped, refinements, and what no longer fits."""
    wrong: list[tuple[str, str]] = []
    faults: list[tuple[str, str]] = []
    given: dict[str, Answer] = {}
    for name, value in turn.answers.items():
        question = edition.questions.get(name)
        if question is None:
            faults.append((f"answers.{name}", f"unknown question '{name}'"))
            continue
        try:
            given[name] = read(question, value, edition.catalog)
        except ValueError as error:
            faults.append((f"answers.{name}", str(error)))
    for name in turn.skipped:
        question = edition.questions.get(name)
        if question is None or question.required:
            faults.append(("skipped", f"question '{name}' is {'required' if question else 'unknown'}"))
    unfit = list(misfits(edition, turn.refine))
    faults += [(field, message) for _, field, message in unfit]
    if turn.product is not None and turn.product not in edition.catalog.positions:
        faults.append(("product", f"unknown product '{turn.product}'"))
    if turn.version == edition.version:
        wrong += faults
        faults = []
    if wrong:
        raise Wrong(wrong)
    answers = counting(edition, given)
    faults += [(f"answers.{each}", "this question no longer applies") for each in given if each not in answers]
    skipped = frozenset(name for name in turn.skipped if name in edition.questions and name not in answers)
    lost = {at for at, _, _ in unfit}
    fitting = [each for at, each in enumerate(turn.refine) if at not in lost]
    return given, answers, skipped, fitting, [Dropped(field=field, message=message) for field, message in faults]


def _strangers(items: Sequence[str]) -> list[Dropped]:
    """What to say of remembered items that the catalog lacks."""
    if not items:
        return []
    what = "unknown product" if len(items) == 1 else f"{len(items)} unknown products:"
    return [Dropped(field="history", message=f"{what} {', '.join(map(quoted, items[:5]))}")]
