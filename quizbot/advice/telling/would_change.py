"""What would change the first place, in a sentence: computed, or not said."""

from collections.abc import Sequence
from dataclasses import dataclass

from quizbot.advice.telling.counterfactual import Instead, Preferring, instead
from quizbot.advice.telling.facts import cut
from quizbot.advice.telling.moves import Move
from quizbot.advice.telling.sentences import MOST_WORDS, Sentences, voice
from quizbot.advice.turn import Change, Given, Results, WouldChange
from quizbot.content.answers import Answer, Answers
from quizbot.content.edition import Edition
from quizbot.content.quiz import NumberQuestion, Question, Ranking
from quizbot.content.texts import Speech, speech

_LONGEST_QUOTE = 9  # words
_LONGEST_TITLE = 6  # words
_MOST = 12  # results that are looked at; nobody reads on for what would put the thirteenth first


def with_changes(
    edition: Edition, results: Results, preferring: Preferring, answers: Answers, language: str
) -> Results:
    """The results with what would change each: for the first what puts another there, for the others what puts them.

    The edition is the whole one; `preferring` gives the preference that other answers express.
    """
    positions = edition.catalog.positions
    shown = [positions[each.id] for each in results.items[:_MOST]]
    asked = [*shown, *([positions[results.this.item]] if results.this else [])]
    found = instead(edition, preferring, answers, list(dict.fromkeys(asked)))
    if not found:
        return results
    telling = _Telling(edition.spoken(language), answers, speech(language))
    told = {item: telling.told(each, is_first=item == shown[0]) for item, each in found.items()}
    items = [each.model_copy(update={"would_change": told.get(positions[each.id])}) for each in results.items]
    this = results.this and results.this.model_copy(update={"would_change": told.get(positions[results.this.item])})
    return results.model_copy(update={"items": items, "this": this})


class _Telling:
    """Tells changes of some answers in one language."""

    def __init__(self, edition: Edition, answers: Answers, spoken: Speech) -> None:
        self.edition, self.answers, self.speech = edition, answers, spoken
        self.sentences: Sentences = voice(edition, spoken)

    def told(self, found: Instead, *, is_first: bool) -> WouldChange:
        """A change with the item that it puts first."""
        changes = [Change(question=each.question, answer=_travelling(each.answer)) for each in found.moves]
        text = self._text(found, is_first=is_first)
        return WouldChange(changes=changes, first_instead=self.edition.catalog.ids[found.first], text=text)

    def _text(self, found: Instead, *, is_first: bool) -> str:
        conditions = [self._condition(each) for each in found.moves]
        title = self.edition.shown.columns["title"].texts[found.first]
        product = self.sentences.entitled(cut(title, _LONGEST_TITLE)) if is_first else ""
        key = f"advice.would_change.{'other' if is_first else 'this'}"
        if None not in conditions:
            joined = self._joined([each for each in conditions if each])
            text = self.speech(f"{key}.said", changes=joined, product=product)
            if len(text.split()) <= MOST_WORDS:
                return text
        return self.speech(f"{key}.counted", n=len(conditions), product=product)

    def _joined(self, conditions: Sequence["_Condition"]) -> str:
        """What completes "First, if ...": conditions of one form share their verb."""
        forms: dict[tuple[str, str], list[str]] = {}
        for each in conditions:
            forms.setdefault((each.form, each.other), []).append(each.heard)
        told = [
            self.speech(f"advice.would_change.{form}", heard=self.speech.listing(heard), other=other)
            for (form, other), heard in forms.items()
        ]
        return self.speech.listing(told)

    def _condition(self, move: Move) -> "_Condition | None":
        """What would have to be said; None where it is too long to quote."""
        question, before = self.edition.questions[move.question], self.answers[move.question]
        if not question.offered:
            heard = self.sentences.given(question, move.answer)
            if heard is None:
                return None
            key = "allowed" if _allows(question, before, move.answer) else "chosen" if heard.form == "chose" else "said"
            return _Condition(key, heard.words)
        key, names = _changed(question, before, move.answer)
        texts = {each.id: each.text for each in question.offered}
        if any(len(texts[each].split()) > _LONGEST_QUOTE for each in names):
            return None
        return _Condition(key, *(self.speech.quote(texts[each]) for each in names))


@dataclass(frozen=True, slots=True)
class _Condition:
    """What would have to be said: the form of the sentence, what is heard in it, and what that comes before."""

    form: str
    heard: str
    other: str = ""


def _changed(question: Question, before: Answer, after: Answer) -> tuple[str, Sequence[str]]:
    """How two answers of one question differ, and the options it is about."""
    if isinstance(before, str) or isinstance(after, str):
        return "said", (str(after),)
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    if isinstance(question, Ranking):
        place = next(at for at, (one, other) in enumerate(zip(before, after, strict=True)) if one != other)
        return "ranked", (after[place], before[place])
    if len(after) > len(before):
        return "added", (next(each for each in after if each not in before),)
    return "dropped", (next(each for each in before if each not in after),)


def _allows(question: Question, before: Answer, after: Answer) -> bool:
    """Whether a number lifts a limit: a larger one where it is the most, a smaller one where it is the least."""
    if not isinstance(question, NumberQuestion):
        return False
    assert isinstance(before, int | float)
    assert isinstance(after, int | float)
    lifted = "max" if after > before else "min"
    return any(getattr(each, lifted) == "answer" for each in question.require.values())


def _travelling(answer: Answer) -> Given:
    """An answer as it travels."""
    if isinstance(answer, tuple):
        return list(answer)
    assert isinstance(answer, str | int | float)
    return answer
