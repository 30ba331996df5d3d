"""One step of the conversation as a page: what a form says in, a scene to show out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from quizbot.advice.asking.ask import asked
from quizbot.advice.turn import Advice, AskedQuestion, Past, Remembered, ResultItem, Turn, Wrong
from quizbot.content.answers import Answer, Answers, Picks
from quizbot.content.edition import Edition
from quizbot.content.quiz import NumberQuestion, Question, Ranking, Scale
from quizbot.content.texts import Speech
from quizbot.shop import Shop
from quizbot.visits import beside
from quizbot.web.forms import Form, Mistake, answer, filled, filled_before
from quizbot.web.refining import STEPS, heard, talk
from quizbot.web.state import Kept, State, earlier, read_state, sift, thread, travelling

CONSENT = {"consent": "purposes", "refuse": "offered"}
"""Answers to the question whether anything may be kept, and the field that says what was asked for."""

_SWITCHED = {True: "own.history-on", False: "own.history-off"}


@dataclass(frozen=True, slots=True)
class Said:
    """One question that was asked, what was answered (None: skipped) and what the bot said to it."""

    question: Question
    answer: str | None
    says: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a page of the conversation shows.

    `question` is asked now, as number `number` of at most `total`; None shows the results, and below them `survey`,
    when there is such a question; `surveyed` tells that the last step answered one. `asks_right` tells that it was not
    said yet that the suggestions are right, `thanked` that it was said just now. `fields` are what its controls hold;
    `mistake` is what to mend. `notes` say what was set aside. `later` tells that answers follow.
    `kept` are the refinements that hold, `news` what a refinement just did, `compared` two items side by side.
    """

    edition: Edition
    state: str
    said: list[Said]
    advice: Advice
    question: AskedQuestion | None
    number: int
    total: int
    fields: Mapping[str, str] = field(default_factory=dict)
    mistake: str | None = None
    notes: tuple[str, ...] = ()
    later: bool = False
    kept: tuple[Kept, ...] = ()
    news: str | None = None
    compared: tuple[ResultItem, ...] = ()
    survey: AskedQuestion | None = None
    surveyed: bool = False
    asks_right: bool = False
    thanked: bool = False


@dataclass(frozen=True, slots=True)
class _Move:
    """Where a step leads: the state after it, and the question it asks for, if it asks for one."""

    state: State
    target: str | None = None
    finish: bool = False
    mistake: Mistake | None = None
    notes: tuple[str, ...] = ()
    say: str | None = None
    news: str | None = None
    compared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is spoken to: with which sentences, the product their page is about, and what it says they did there.

    `remembered` is what they let the shop remember.
    """

    speech: Speech
    product: str | None = None
    history: tuple[Remembered, ...] = ()
    remembered: Sequence[Past] = ()


def play(shop: Shop, edition: Edition, form: Form, listener: Listener) -> Scene:
    """The scene after a form was sent; an empty form starts the conversation."""
    return _Step(edition, form, listener).scene(shop)


@dataclass(frozen=True, slots=True)
class _Step:
    """One press of a button, with all that the page sent along."""

    edition: Edition
    form: Form
    listener: Listener

    def scene(self, shop: Shop) -> Scene:
        """What the page shows next."""
        sent = read_state(self.form.get("state", ""))
        state, _, lost = sift(self.edition, sent or State())
        move = self._move(state)
        kept, answers, lost_now = sift(self.edition, move.state)
        notes = (*self._unread(sent), *self._aside((*lost, *lost_now)), *move.notes)
        try:
            turn = self._turn(kept, move)
            said = [*turn.refine, *(each.refinement for each in state.refine)]  # now, and until this step
            advice = shop.turn(self.edition, turn, beside(self.listener.remembered, self.edition, said))
        except Wrong:  # of what was sifted only refinements can be strange; without any, the conversation begins again
            form = self._unrefined(state, kept, move)
            return replace(self, form=form).scene(shop) if form else self._begun_again().scene(shop)
        if turned := self._turned(kept, advice):
            return replace(self, form=turned).scene(shop)
        kept, answers, _ = sift(self.edition, heard(kept, advice))
        return self._shown(replace(move, state=kept, notes=notes), answers, advice)

    def _turned(self, state: State, advice: Advice) -> Form | None:
        """The button that words stand for, when they ask to begin again or to take the last wish back."""
        meant = {each.intent for each in advice.understood if each.source == "say"}
        if "restart" in meant:
            return Form({"step": "restart"})
        last = len(state.refine) - 1
        kept = state.text(self.edition.version)
        return Form({"state": kept, "step": f"unrefine:{last}"}) if "undo" in meant and last >= 0 else None

    def _begun_again(self) -> "_Step":
        return replace(self, form=Form(), listener=replace(self.listener, history=()))

    def _unrefined(self, before: State, after: State, move: _Move) -> Form | None:
        """The form that asks again without what could not be understood; None when it was something else."""
        if not (move.say or after.refine):
            return None
        state = before if len(after.refine) > len(before.refine) or move.say else replace(after, refine=())
        return Form({"state": state.text(self.edition.version), "step": "unheard"})

    def _turn(self, state: State, move: _Move) -> Turn:
        return Turn(
            answers=dict(state.answers),
            skipped=list(state.skipped),
            refine=[each.refinement for each in state.refine],
            say=move.say,
            finish=move.finish,
            more=state.more,
            history=list(self.listener.history),
            use_history=state.use_history,
            product=self.listener.product,
            language=self.listener.speech.language,
        )

    def _move(self, state: State) -> _Move:
        """Where the pressed button leads."""
        step, _, name = self.form.get("step", "").partition(":")
        question = self.edition.questions.get(self.form.get("question", ""))
        if step == "restart":
            return _Move(State(use_history=state.use_history))
        if question and step in ("next", "skip"):
            return replace(self._answered(state, question, step), finish=question.ask_after)
        if step == "change" and name in self.edition.questions and self.edition.questions[name].ask_after:
            return _Move(state.unsaying(name), finish=True)
        if step in (*STEPS, "unheard", "history", "right", *CONSENT):
            return self._talked(state, step)
        if question and step == "back":
            name = next(reversed(earlier(self.edition, state, question)), "")
        if step == "more":
            return _Move(replace(state, more=True))
        target = name if step in ("change", "back") and name in state.said else None
        return _Move(state, target=target, finish=step == "finish")

    def _talked(self, state: State, step: str) -> _Move:
        speech = self.listener.speech
        if step in CONSENT:
            return _Move(state.asking(self.form.getlist(CONSENT[step])), finish=True)
        if step == "history":
            used = not self.form.get("step", "").endswith(":off")
            return _Move(replace(state, use_history=used), finish=True, news=speech(_SWITCHED[used]))
        if step == "right":
            return _Move(replace(state, right=True), finish=True)
        if step == "unheard":
            return _Move(state, finish=True, notes=(speech("page.not-heard"),))
        heard = talk(self.form, state, self.edition, speech)
        notes = (heard.note,) if heard.note else ()
        return _Move(heard.state, finish=True, say=heard.say, news=heard.news, compared=heard.compared, notes=notes)

    def _answered(self, state: State, question: Question, step: str) -> _Move:
        try:
            if step == "skip":
                return _Move(_skipped(state, question))
            given = answer(question, self.form, self.edition.catalog)
        except Mistake as mistake:
            return _Move(state, target=question.id, mistake=mistake)
        return _Move(state.answering(question.id, travelling(given)))

    def _shown(self, move: _Move, answers: Mapping[str, Answer], advice: Advice) -> Scene:
        before = thread(self.edition, move.state, answers)
        target = self._target(move, before)
        position = before.index(target) if target in before else len(before)
        question = advice.question
        fields: Mapping[str, str] = {}
        if target:
            question = asked(self.edition, target, self._until(move.state, answers, target))
            fields = filled(target, self.form) if move.mistake else filled_before(target, answers.get(target.id))
        if move.finish:
            question = None
        if question is None:
            before = thread(self.edition, move.state, answers, whole=True)
        survey = [] if question else [each for each in advice.survey if not target or each.id == target.id]
        return Scene(
            edition=self.edition,
            state=move.state.text(self.edition.version),
            said=[
                said(self.edition, each, answers.get(each.id), self.listener.speech)
                for each in (before[:position] if question else before)
            ],
            advice=advice,
            question=question,
            number=position + 1,
            total=max(len(before) + advice.progress.remaining_at_most, position + 1),
            fields=fields,
            mistake=self._mistake(move.mistake, target),
            notes=(*move.notes, *self._replied(move, advice), *self._enough(move, advice)),
            later=position < len(before) - 1,
            kept=move.state.refine,
            news=self._news(move, advice),
            compared=_items(advice, move.compared),
            survey=survey[0] if survey else None,
            surveyed=self._surveyed,
            asks_right=not move.state.right,
            thanked=self.form.get("step") == "right",
        )

    @property
    def _surveyed(self) -> bool:
        """Whether this step is about a question below the results."""
        question = self.edition.questions.get(self.form.get("question", ""))
        return question is not None and question.ask_after

    def _until(self, state: State, answers: Answers, question: Question) -> Answers:
        """What was known when a question was asked."""
        known = earlier(self.edition, state, question)
        return {name: given for name, given in answers.items() if name in known}

    def _target(self, move: _Move, before: list[Question]) -> Question | None:
        """The question a step asks for, as long as it is still asked."""
        question = self.edition.questions.get(move.target or "")
        return question if question and (move.mistake or question in before) else None

    def _replied(self, move: _Move, advice: Advice) -> tuple[str, ...]:
        """What is said to the shopper's own words, and to the part of them that means nothing here."""
        if move.say is None:
            return ()
        unheard = self.listener.speech.listing([self.listener.speech.quote(each) for each in advice.not_understood])
        told = self.listener.speech("page.not-understood", words=unheard) if unheard else None
        return tuple(each for each in (advice.reply or told,) if each)

    def _news(self, move: _Move, advice: Advice) -> str | None:
        words = [each.text for each in advice.understood if each.source == "say" and (each.refine or each.answers)]
        return move.news or (self.listener.speech.listing(words) if move.say and words else None)

    def _unread(self, sent: State | None) -> tuple[str, ...]:
        return () if sent is not None else (self.listener.speech("page.lost-state"),)

    def _enough(self, move: _Move, advice: Advice) -> list[str]:
        """That enough is known, where that is why nothing more is asked."""
        left = advice.progress.remaining_at_most
        return [] if move.finish or advice.question or not left else [self.listener.speech("advice.stop", n=left)]

    def _aside(self, names: tuple[str, ...]) -> list[str]:
        """What to say about answers that were set aside."""
        speech, questions = self.listener.speech, self.edition.questions
        known = [questions[each].ask for each in dict.fromkeys(names) if each in questions]
        told = [speech("page.lost-answer", question=each) for each in known]
        return told if all(each in questions for each in names) else [*told, speech("page.lost-unknown")]

    def _mistake(self, mistake: Mistake | None, question: Question | None) -> str | None:
        if mistake is None or question is None:
            return None
        unit, speech = getattr(question, "unit", ""), self.listener.speech
        values: dict[str, Any] = {
            name: speech.measure(value, unit) if isinstance(value, float) else value
            for name, value in mistake.values.items()
        }
        return speech(f"page.{mistake.key}", **values)


def said(edition: Edition, question: Question, given: Answer | None, speech: Speech) -> Said:
    """A question with its answer in words."""
    if given is None:
        return Said(question, None)
    options = {each.id: each for each in question.offered}
    if not options:
        return Said(question, _told(edition, question, given, speech))
    chosen = [options[each] for each in (given if isinstance(given, tuple) else (str(given),))]
    texts = [each.text for each in chosen]
    if isinstance(question, Ranking):
        texts = [speech("page.ranked", place=at, text=each) for at, each in enumerate(texts, 1)]
    return Said(question, ", ".join(texts), next((each.says for each in chosen if each.says), None))


def _items(advice: Advice, ids: tuple[str, ...]) -> tuple[ResultItem, ...]:
    """The results with these ids; none when one of them is no longer shown."""
    shown = {each.id: each for each in advice.results.items} if advice.results else {}
    return tuple(shown[each] for each in ids) if all(each in shown for each in ids) else ()


def _skipped(state: State, question: Question) -> State:
    if question.required:
        raise Mistake("error-required")
    return state.skipping(question.id)


def _told(edition: Edition, question: Question, given: Answer, speech: Speech) -> str:
    if isinstance(given, Picks):
        titles = edition.shown.columns["title"].texts
        return ", ".join(titles[edition.catalog.positions[each]] for each in given.liked)
    if isinstance(question, Scale):
        return speech("page.scale-said", step=given, steps=question.steps, low=question.low, high=question.high)
    if isinstance(question, NumberQuestion) and isinstance(given, (int, float)):
        return speech.measure(given, question.unit)
    return str(given)
