"""Sentences about an earlier question: "a serum instead", "it is for my brother after all"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizbot.advice.turn import Given
from quizbot.advice.understand.forms import stem
from quizbot.advice.understand.marks import Mark
from quizbot.advice.understand.senses import Choice
from quizbot.advice.understand.vocabulary import Vocabulary
from quizbot.content.edition import Edition
from quizbot.content.lexicon import Lexicon, Token
from quizbot.content.quiz import Gift, Multiple, Ranking

_TELLING = 4  # words of an option that is told by its small words alone


@dataclass(frozen=True, slots=True)
class Changed:
    """Answers that a sentence changes, and the tokens that say so."""

    answers: Mapping[str, Given]
    first: int
    last: int


def chosen(
    edition: Edition, vocabulary: Vocabulary, lexicon: Lexicon, tokens: Sequence[Token], marks: Sequence[Mark]
) -> Changed | None:
    """The option that a sentence chooses instead of an earlier one, or names whole; None when it names none."""
    corrects = any(each.is_a("instead") for each in marks)
    words = [each.key for each in tokens]
    found = _named(vocabulary, words) if corrects else _whole(vocabulary, words, marks)
    found = found or _verbatim(vocabulary, words, marks)
    if found is None:
        plain = corrects or not any(each.is_a("sense", "number", "item", "too") for each in marks)
        person = _person(edition, vocabulary, lexicon, words, corrects=corrects) if plain else None
        if person is None:
            return None
        choice, first, last = person
    else:
        choice, first, last = found
    question = edition.questions[choice.question]
    several = isinstance(question, Multiple | Ranking)
    if corrects:
        first, last = min(first, _first(marks, first)), max(last, _last(marks, last))
    return Changed({choice.question: [choice.option] if several else choice.option}, first, last)


def _first(marks: Sequence[Mark], first: int) -> int:
    return min((each.first for each in marks if each.is_a("instead") and each.last == first - 1), default=first)


def _last(marks: Sequence[Mark], last: int) -> int:
    return max((each.last for each in marks if each.is_a("instead") and each.first == last + 1), default=last)


def _named(vocabulary: Vocabulary, words: Sequence[str]) -> tuple[Choice, int, int] | None:
    """The longest option named anywhere in some words, when one question alone has it."""
    stems = {tuple(map(stem, each)): each for each in vocabulary.choices}
    for size in range(min(len(words), max(map(len, vocabulary.choices), default=0)), 0, -1):
        for at in range(len(words) - size + 1):
            run = tuple(words[at : at + size])
            if size == 1 and (run[0] in vocabulary.small or len(run[0]) == 1):
                continue
            known = vocabulary.choices.get(run) or vocabulary.choices.get(stems.get(tuple(map(stem, run)), ()))
            if known and len(known) == 1:
                return known[0], at, at + size - 1
    return None


def _whole(vocabulary: Vocabulary, words: Sequence[str], marks: Sequence[Mark]) -> tuple[Choice, int, int] | None:
    """An option that is all a sentence says, where its words mean nothing else."""
    if any(each.is_a("sense", "number", "item") for each in marks):
        return None
    content = tuple(each for each in words if each[0].isalnum())
    bare = tuple(each for each in content if each not in vocabulary.small)
    denied = any(each.is_a("not", "averse") for each in marks)
    for run in (content,) if denied else (content, bare):
        known = vocabulary.choices.get(run, [])
        if run and len(known) == 1 and len(run[-1]) > 1:
            return known[0], 0, len(words) - 1
    return None


def _verbatim(vocabulary: Vocabulary, words: Sequence[str], marks: Sequence[Mark]) -> tuple[Choice, int, int] | None:
    """An option whose own words, small ones and all, stand in a sentence of little else that is not denied."""
    if any(each.is_a("not", "averse", "too") for each in marks):
        return None
    for size in range(min(len(words), max(map(len, vocabulary.texts), default=0)), 1, -1):
        for at in range(len(words) - size + 1):
            run = tuple(words[at : at + size])
            known = vocabulary.texts.get(run, [])
            telling = sum(each not in vocabulary.small and each.isalpha() for each in run)
            outside = [each for each in marks if not at <= each.first < at + size]
            strange = sum(each.is_a("unknown") for each in outside)
            if len(known) != 1 or not (telling or size >= _TELLING) or strange > max(telling, 1):
                continue
            if all(each.is_a("sense") for each in marks if at <= each.first < at + size and not _is_small(each)):
                continue  # it is said of products too
            if not any(each.is_a("sense", "number", "item") for each in outside):
                return known[0], 0, len(words) - 1
    return None


def _is_small(mark: Mark) -> bool:
    return not mark.is_a("sense", "unknown", "number")


def _person(
    edition: Edition, vocabulary: Vocabulary, lexicon: Lexicon, words: Sequence[str], *, corrects: bool
) -> tuple[Choice, int, int] | None:
    """For whom it is: a relative is someone else, where an option says that."""
    kinds = {
        kind: [each for each, meant in lexicon.meanings.items() if kind in meant]
        for kind in ("relatives", "someone", "myself")
    }
    for kind in ("relatives", "myself"):
        for at in range(len(words)):
            run = next((each for each in kinds[kind] if tuple(words[at : at + len(each)]) == each), None)
            said_for = words[at] in ("for", "f\u00fcr") or any(
                each in ("for", "f\u00fcr") for each in words[max(0, at - 3) : at]
            )
            if run is None or not (said_for or (corrects and kind == "relatives")):
                continue
            choice = _for(edition, vocabulary, kinds["someone" if kind == "relatives" else "myself"], kind)
            if choice is not None:
                return choice, max(0, at - 3), at + len(run) - 1
    return None


def _for(edition: Edition, vocabulary: Vocabulary, spelled: Sequence[tuple[str, ...]], kind: str) -> Choice | None:
    gift = edition.quiz.gift
    if kind == "relatives" and isinstance(gift, Gift):
        return Choice(gift.question, gift.option)
    for words, choices in vocabulary.choices.items():
        if len(choices) == 1 and any(_holds(words, each) for each in spelled):
            return choices[0]
    return None


def _holds(words: Sequence[str], part: Sequence[str]) -> bool:
    return any(tuple(words[at : at + len(part)]) == tuple(part) for at in range(len(words) - len(part) + 1))
