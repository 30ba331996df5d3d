"""What was said so far, as it travels in a hidden field of the page: nothing of it is kept here."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from quizbot.advice.turn import Given, Turn
from quizbot.content.answers import Answer, Picks, applicable, read
from quizbot.content.edition import Edition
from quizbot.content.quiz import Question
from quizbot.web.body import Unreadable, read_object

LONGEST_STATE = 16 * 1024


@dataclass(frozen=True, slots=True)
class State:
    """Answers as they travel, in the order they were given, and the questions that were skipped."""

    answers: Mapping[str, Given] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    def answering(self, question: str, answer: Given) -> "State":
        """The state after an answer; an earlier answer to the question gives way."""
        rest = {name: given for name, given in self.answers.items() if name != question}
        return State({**rest, question: answer}, tuple(each for each in self.skipped if each != question))

    def skipping(self, question: str) -> "State":
        """The state after a question was skipped."""
        rest = {name: given for name, given in self.answers.items() if name != question}
        return State(rest, (*(each for each in self.skipped if each != question), question))

    def text(self, version: str) -> str:
        """The state as compact JSON."""
        told = {"version": version, "answers": dict(self.answers), "skipped": self.skipped}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @property
    def said(self) -> frozenset[str]:
        """The questions that were answered or skipped."""
        return frozenset((*self.answers, *self.skipped))


def read_state(text: str) -> State | None:
    """The state a hidden field holds, None when it cannot be read."""
    if not text:
        return State()
    if len(text) > LONGEST_STATE:
        return None
    try:
        raw = read_object(text)
        turn = Turn.model_validate({name: raw.get(name, empty) for name, empty in (("answers", {}), ("skipped", []))})
    except (Unreadable, ValidationError):
        return None
    return State(turn.answers, tuple(dict.fromkeys(turn.skipped)))


def sift(edition: Edition, state: State) -> tuple[State, dict[str, Answer], tuple[str, ...]]:
    """What of a state the quiz still knows and asks, its answers checked, and the names of what was set aside."""
    checked = dict(_checked(edition, state))
    asked = {each.id: each for each in applicable(edition.quiz, checked)}
    answers = {name: answer for name, answer in checked.items() if name in asked}
    skipped = tuple(each for each in state.skipped if each in asked and not asked[each].required)
    kept = replace(state, answers={name: state.answers[name] for name in answers}, skipped=skipped)
    lost = tuple(each for each in (*state.answers, *state.skipped) if each not in kept.said)
    return kept, answers, lost


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


def thread(edition: Edition, state: State, answers: Mapping[str, Answer]) -> list[Question]:
    """The questions that were answered or skipped, in the editor's order."""
    return [each for each in applicable(edition.quiz, answers) if each.id in state.said]
