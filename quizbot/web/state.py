"""What was said so far, as it travels in a hidden field of the page: nothing of it is kept here."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from quizbot.advice.refine import misfits
from quizbot.advice.turn import Given, Refinement, Turn
from quizbot.consent import PURPOSES
from quizbot.content.answers import Answer, Picks, applicable, read
from quizbot.content.edition import Edition
from quizbot.content.quiz import Question
from quizbot.web.body import Unreadable, read_object

LONGEST_STATE = 16 * 1024


LONGEST_WORDS = 200
MOST_REFINEMENTS = 50  # as many as a turn takes; the oldest give way


@dataclass(frozen=True, slots=True)
class Kept:
    """A refinement that holds until it is taken back, and the words it came from."""

    refinement: Refinement
    words: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Answers as they travel, in the order they were given, the questions that were skipped, and refinements.

    `order` names questions in the order they were first answered or skipped, as far as the others do not tell; `more`
    is whether the shopper goes on although enough is known.
    `asked` are the purposes that the page has asked for already; `use_history` is the switch of what is remembered;
    `right` is whether the shopper said that the suggestions are.
    """

    answers: Mapping[str, Given] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    refine: tuple[Kept, ...] = ()
    order: tuple[str, ...] = ()
    more: bool = False
    asked: tuple[str, ...] = ()
    use_history: bool = True
    right: bool = False

    def answering(self, question: str, answer: Given) -> "State":
        """The state after an answer; an earlier answer to the question gives way."""
        rest = {name: given for name, given in self.answers.items() if name != question}
        skipped = tuple(each for each in self.skipped if each != question)
        return replace(self, answers={**rest, question: answer}, skipped=skipped, order=(*self.said, question))

    def skipping(self, question: str) -> "State":
        """The state after a question was skipped."""
        rest = {name: given for name, given in self.answers.items() if name != question}
        skipped = (*(each for each in self.skipped if each != question), question)
        return replace(self, answers=rest, skipped=skipped, order=(*self.said, question))

    def refining(self, refinements: Iterable[Refinement], words: str) -> "State":
        """The state after refinements that came from these words."""
        kept = (*self.refine, *(Kept(each, words[:LONGEST_WORDS]) for each in refinements))
        return replace(self, refine=kept[-MOST_REFINEMENTS:])

    def without(self, at: int) -> "State":
        """The state after the refinement at a place was taken back, with its neighbors from the same words."""
        if not 0 <= at < len(self.refine):
            return self
        words = self.refine[at].words
        first = last = at
        while words and first and self.refine[first - 1].words == words:
            first -= 1
        while words and last + 1 < len(self.refine) and self.refine[last + 1].words == words:
            last += 1
        return replace(self, refine=(*self.refine[:first], *self.refine[last + 1 :]))

    def asking(self, purposes: Iterable[str]) -> "State":
        """The state after purposes were asked for."""
        asked = {*self.asked, *purposes}
        return replace(self, asked=tuple(each for each in PURPOSES if each in asked))

    def unsaying(self, question: str) -> "State":
        """The state as if a question had neither been answered nor skipped."""
        rest = {name: given for name, given in self.answers.items() if name != question}
        return replace(self, answers=rest, skipped=tuple(each for each in self.skipped if each != question))

    def text(self, version: str) -> str:
        """The state as compact JSON."""
        told: dict[str, Any] = {"version": version, "answers": dict(self.answers), "skipped": self.skipped}
        if self.refine:
            told["refine"] = [each.refinement.model_dump(exclude_none=True) for each in self.refine]
            told["words"] = [each.words for each in self.refine]
        if self.said != (*self.answers, *self.skipped):
            told["order"] = self.said
        if self.more:
            told["more"] = True
        if self.asked:
            told["asked"] = self.asked
        if not self.use_history:
            told["use_history"] = False
        if self.right:
            told["right"] = True
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @property
    def said(self) -> tuple[str, ...]:
        """The questions that were answered or skipped, in the order in which they first were."""
        found = dict.fromkeys((*self.order, *self.answers, *self.skipped))
        return tuple(each for each in found if each in self.answers or each in self.skipped)


def read_state(text: str) -> State | None:
    """The state a hidden field holds, None when it cannot be read."""
    if not text:
        return State()
    if len(text) > LONGEST_STATE:
        return None
    try:
        raw = read_object(text)
        names = ("answers", "skipped", "refine", "more", "use_history")
        turn = Turn.model_validate({name: raw[name] for name in names if name in raw})
        order = Turn.model_validate({"skipped": raw.get("order", [])}).skipped
    except (Unreadable, ValidationError):
        return None
    listed = raw.get("words")
    words = [str(each)[:LONGEST_WORDS] for each in listed] if isinstance(listed, list) else []
    words += [""] * len(turn.refine)
    kept = tuple(Kept(*each) for each in zip(turn.refine, words, strict=False))
    asked = raw.get("asked")
    skipped = tuple(dict.fromkeys(turn.skipped))
    right = raw.get("right") is True
    state = State(turn.answers, skipped, kept, tuple(order), turn.more, use_history=turn.use_history, right=right)
    return state.asking(map(str, asked)) if isinstance(asked, list) else state


def sift(edition: Edition, state: State) -> tuple[State, dict[str, Answer], tuple[str, ...]]:
    """What of a state the quiz still knows and asks, its answers checked, and the names of what was set aside."""
    checked = dict(_checked(edition, state))
    asked = {each.id: each for each in applicable(edition.quiz, checked)}
    answers = {name: answer for name, answer in checked.items() if name in asked}
    skipped = tuple(each for each in state.skipped if each in asked and not asked[each].required)
    kept = replace(state, answers={name: state.answers[name] for name in answers}, skipped=skipped)
    lost = tuple(each for each in (*state.answers, *state.skipped) if each not in kept.said)
    return kept, answers, lost


def fitting(edition: Edition, state: State) -> State:
    """The part of a state that the quiz knows and asks, its refinements too."""
    kept, _, _ = sift(edition, state)
    lost = {at for at, _, _ in misfits(edition, [each.refinement for each in kept.refine])}
    return replace(kept, refine=tuple(each for at, each in enumerate(kept.refine) if at not in lost))


def _checked(edition: Edition, state: State) -> Iterator[tuple[str, Answer]]:
    for name, given in state.answers.items():
        question = edition.questions.get(name)
        if question:
            try:
                yield name, read(question, given, edition.catalog)
            except ValueError:
                continue


def travelling(answer: Answer) -> Given:
    """A checked answer as it travels."""
    if isinstance(answer, Picks):
        return {"liked": list(answer.liked), "shown": list(answer.shown)}
    return list(answer) if isinstance(answer, tuple) else answer


def thread(edition: Edition, state: State, answers: Mapping[str, Answer], *, whole: bool = False) -> list[Question]:
    """The questions that were answered or skipped, in the order they are asked; on `whole` the survey's, too, last."""
    asked = {each.id: each for each in applicable(edition.quiz, answers)}
    names: Iterable[str] = asked if edition.quiz.order == "fixed" else state.said
    said = [asked[each] for each in names if each in asked and each in state.said]
    survey = [each for each in said if each.ask_after] if whole else []
    return [each for each in said if not each.ask_after] + survey


def earlier(edition: Edition, state: State, question: Question) -> list[str]:
    """The questions that were answered or skipped before one is, or was, asked; no survey."""
    names: Sequence[str] = list(edition.questions) if edition.quiz.order == "fixed" else state.said
    until = names.index(question.id) if question.id in names else len(names)
    return [each for each in names[:until] if each in state.said and not edition.questions[each].ask_after]
