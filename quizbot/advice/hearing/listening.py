"""All that a turn says in words and refinements, laid over its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from quizbot.advice.agenda import counting
from quizbot.advice.hearing.disliking import meant
from quizbot.advice.hearing.refining import Refining, resolved
from quizbot.advice.history import NOTHING, History
from quizbot.advice.preference import Preference, prefer
from quizbot.advice.ranking.rank import rank
from quizbot.advice.refine import relative
from quizbot.advice.turn import Refinement, Turn, Understood
from quizbot.advice.understand.reading import Meaning, Reading, understand
from quizbot.advice.understand.screen import Screen
from quizbot.content.answers import Answer, is_gift, read
from quizbot.content.edition import Edition
from quizbot.content.quiz import NumberQuestion, TextQuestion


@dataclass(slots=True)
class Listening:
    """What was heard: answers as they stand after all of it, and the preference with its refinements.

    `screen` is what was shown when `say` was said, `reading` what it means; `doubts` are words that could mean
    several things.
    """

    answers: dict[str, Answer]
    refining: Refining
    screen: Screen
    refinements: list[Refinement] = field(default_factory=list)
    understood: list[Understood] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    doubts: list[tuple[str, list[Refinement]]] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)


def listen(
    edition: Edition,
    turn: Turn,
    answers: Mapping[str, Answer],
    refinements: Sequence[Refinement],
    history: History = NOTHING,
) -> Listening:
    """Hear the words in answers, then the refinements, then what is said now. The edition is the whole one.

    A gift leaves history aside.
    """
    reading = Reading()
    if turn.say:
        before = _laid(edition, turn, answers, refinements, history)
        reading = understand(edition, turn.say, turn.language or edition.quiz.language, before.screen)
        reading.meanings = [_loosened(edition, answers, each) for each in reading.meanings]
        answers = _changed(edition, answers, reading.meanings)
        refinements = [*before.refinements, *(each for meaning in reading.meanings for each in meaning.refine)]
    heard = _laid(edition, turn, answers, refinements, history)
    if turn.say:
        heard.screen = before.screen
        heard.understood = [*before.understood, *(_told(each, "say") for each in reading.meanings)]
    heard.reading = reading
    heard.unread += reading.unread
    heard.doubts += reading.doubts
    return heard


def wanted(
    edition: Edition,
    answers: Mapping[str, Answer],
    refinements: Sequence[Refinement] = (),
    language: str | None = None,
    history: History = NOTHING,
) -> Preference:
    """The preference that checked answers express, those in words among them, with all that comes on top.

    Refinements are resolved. The edition is the whole one; words are in the language, by default the quiz's own.
    """
    turn = Turn(language=language)
    return _laid(edition, turn, answers, refinements, history).refining.preference


def _laid(
    edition: Edition, turn: Turn, answers: Mapping[str, Answer], refinements: Sequence[Refinement], history: History
) -> Listening:
    """Answers, what their words mean, and refinements on top; with what is on the screen then, when it is needed."""
    language = turn.language or edition.quiz.language
    refining = Refining(edition, prefer(edition, answers))
    refining.history = NOTHING if is_gift(edition.quiz, answers) else history
    heard = Listening(dict(answers), refining, Screen(edition.catalog))
    for name, answer in answers.items():
        if isinstance(edition.questions[name], TextQuestion):
            _hear(edition, heard, name, str(answer), language)
    worded = heard.refining.preference
    heard.refinements = resolved(edition, worded, refinements)
    heard.understood += [
        Understood(text="", source="refine", refine=[now], answers=None, intent="refine")
        for now, sent in zip(heard.refinements, refinements, strict=True)
        if relative(sent)
    ]
    for each in heard.refinements:
        if each.dislike and each.why and not meant(edition, each, heard.refining.wishes):
            heard.unread.append(each.why)
        heard.refining.take(each)
    if turn.say:
        heard.screen = _shown(edition, heard.refining.preference, turn)
    return heard


def _hear(edition: Edition, heard: Listening, question: str, words: str, language: str) -> None:
    """The words of an answer: understood like what is said, told as this answer."""
    reading = understand(edition, words, language, _shown(edition, heard.refining.preference, Turn()))
    for meaning in reading.meanings:
        for each in meaning.refine:
            heard.refining.take(each, question, meaning.text)
    heard.understood += [_told(each, "answer") for each in reading.meanings]
    heard.unread += reading.unread
    heard.doubts += reading.doubts


def _told(meaning: Meaning, source: str) -> Understood:
    return Understood.model_validate(
        {
            "text": meaning.text,
            "source": source,
            "refine": list(meaning.refine),
            "answers": dict(meaning.answers) if meaning.answers and source == "say" else None,
            "intent": meaning.intent,
        }
    )


def _shown(edition: Edition, preference: Preference, turn: Turn) -> Screen:
    """What is on the screen for a preference."""
    ranking = rank(edition, [preference], turn.limit or edition.quiz.results.show)[0]
    ids = tuple(edition.catalog.ids[each] for each in ranking.items.tolist())
    prices = [float(each) for each in edition.catalog.variants.price[ranking.variants]]
    return Screen(edition.catalog, ids, tuple(None if each != each else each for each in prices))  # noqa: PLR0124 (NaN)


def _loosened(edition: Edition, answers: Mapping[str, Answer], meaning: Meaning) -> Meaning:
    """A bound beyond the one that was answered before changes that answer: both could not hold."""
    for name, answer in answers.items():
        question = edition.questions[name]
        if not isinstance(question, NumberQuestion) or not isinstance(answer, int | float) or len(meaning.refine) != 1:
            continue
        refine = meaning.refine[0]
        asked = next((each for column, each in question.require.items() if refine.column == column), None)
        if asked is None:
            continue
        looser = refine.max if asked.max == "answer" and (refine.max or 0) > answer else None
        if asked.min == "answer" and refine.min is not None and refine.min < answer:
            looser = refine.min
        if looser is not None and question.min <= looser <= question.max:
            return replace(meaning, refine=(), answers={name: looser})
    return meaning


def _changed(edition: Edition, answers: Mapping[str, Answer], meanings: Sequence[Meaning]) -> dict[str, Answer]:
    """The answers with those that a sentence changed; what no longer applies is left out."""
    given = dict(answers)
    for meaning in meanings:
        for name, value in (meaning.answers or {}).items():
            given.pop(name, None)
            given[name] = read(edition.questions[name], value, edition.catalog)
    return counting(edition, given)
