"""Rules on what a shopper reads: too much of it, too little, and the same twice."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from quizbot.advice.asking.ask import progress
from quizbot.content.effects import Effect
from quizbot.content.made import MadeOption
from quizbot.content.problems import KEY, Finding, quoted
from quizbot.content.quiz import Option, Question, TextQuestion
from quizbot.content.texts import matching
from quizbot.content.walk import is_neutral, named
from quizbot.editorial.checks.rule import Seen, found, rule

QUESTIONS = 8
OPTIONS = 6
_ALIKE = 0.9
_SHORT = 8
_ARTICLES = frozenset(["a", "an", "the", "some", "ein", "eine", "einen", "der", "die", "das", "etwas"])


@rule("too-many-questions")
def too_many_questions(seen: Seen) -> Iterator[Finding]:
    """More than 8 questions on the longest way through a quiz.

    Why: people leave at the start and where a new topic begins; a ninth question has to be worth it.
    Remedy: leave out what `quizbot simulate` says changes least, or ask it only where it applies (`if`).
    """
    quiz = seen.edition.quiz
    asked = [at for at, each in enumerate(quiz.questions) if not each.ask_after]
    longest = progress(seen.edition, {}, {each.id for each in quiz.questions if each.ask_after}).remaining_at_most
    if longest > QUESTIONS:
        text = f"the longest way through this quiz has '{longest}' questions"
        remedy = f"ask at most {QUESTIONS}; `quizbot simulate` says which ones change least"
        yield found(("questions", asked[QUESTIONS]), text, remedy)


@rule("too-many-options")
def too_many_options(seen: Seen) -> Iterator[Finding]:
    """More than 6 options in one question.

    Why: a long list is read only in part, and what stands on top of it is chosen too often.
    Remedy: join options that lead to similar products, or ask in two steps.
    """
    for at, question in enumerate(seen.edition.quiz.questions):
        count = len(question.offered)
        if count > OPTIONS and not question.ask_after:
            text = f"question '{question.id}' has '{count}' options"
            yield found(("questions", at, "options", KEY), text, f"offer at most {OPTIONS}; join those that are alike")


@rule("no-why")
def no_why(seen: Seen) -> Iterator[Finding]:
    """A question that does not say why it is asked.

    Why: people answer what they see a use for, and they may ask what an answer is used for.
    Remedy: add `why:` with one sentence. Questions in the shopper's own words and those asked after the results may
    go without.
    """
    for at, question in enumerate(seen.edition.quiz.questions):
        if not question.why and not question.ask_after and not isinstance(question, TextQuestion):
            text = f"question '{question.id}' does not say why it is asked"
            yield found(("questions", at), text, "add `why: ...`, one sentence on what the answer decides")


@rule("no-way-out")
def no_way_out(seen: Seen) -> Iterator[Finding]:
    """A required question without an option that wants nothing.

    Why: who is not sure must guess or leave, and a guess makes the suggestions worse.
    Remedy: leave `required` out, so that the question can be skipped, or add an option without any wish.
    """
    for at, question in enumerate(seen.edition.quiz.questions):
        if question.required and not any(is_neutral(each) for each in question.offered):
            text = f"question '{question.id}' is required, and no answer says 'not sure'"
            remedy = "leave `required` out, or add an option that wants nothing"
            yield found(("questions", at, "required"), text, remedy)


@rule("alike-options")
def alike_options(seen: Seen) -> Iterator[Finding]:
    """Two options of one question with the same effect, or with nearly the same text.

    Why: a choice between two things that lead to the same products is none, and one between two texts that read
    alike is a guess.
    Remedy: join them, let them want different things, or word them apart.
    """
    branches = named(seen.edition.quiz)
    for at, question in enumerate(seen.edition.quiz.questions):
        for (_, one), (place, other) in combinations(enumerate(_written(question)), 2):
            loc = ("questions", at, "options", place)
            if _read_alike(one.text, other.text):
                text = f"option '{other.id}' reads nearly like '{one.id}': {quoted(other.text)} and {quoted(one.text)}"
                yield found((*loc, "text"), text, "word them apart, or join them")
            elif (
                _do_the_same(question, one, other) and not {(question.id, each.id) for each in (one, other)} & branches
            ):
                text = f"option '{other.id}' wants exactly what '{one.id}' wants"
                yield found(loc, text, "join them, or let them want different things")


def _written(question: Question) -> tuple[Option, ...]:
    """The options that an editor words."""
    return tuple(each for each in question.offered if not isinstance(each, MadeOption))


def _do_the_same(question: Question, one: Option, other: Option) -> bool:
    if question.ask_after or is_neutral(one):
        return False
    return all(getattr(one, each) == getattr(other, each) for each in Effect.model_fields)


def _read_alike(one: str, other: str) -> bool:
    """Whether two texts differ in no number and hardly in any letter."""
    first, second = _words(one), _words(other)
    if first == second:
        return bool(first) or one.strip() == other.strip()
    digits = [[each for each in words if any(map(str.isdigit, each))] for words in (first, second)]
    joined = ["".join(words) for words in (first, second)]
    if digits[0] != digits[1] or min(map(len, joined)) < _SHORT or len(first) != len(second):
        return False
    return SequenceMatcher(None, joined[0], joined[1], autojunk=False).ratio() >= _ALIKE


def _words(text: str) -> Sequence[str]:
    words = re.findall(r"\w+|[<>+]", text.casefold())
    return [each for each in words if each not in _ARTICLES] or words


@rule("missing-picture")
def missing_picture(seen: Seen) -> Iterator[Finding]:
    """An option without a picture beside options that have one.

    Why: what has no picture among pictures is overlooked. Pictures of options and personas stand beside their own text
    and need no other; those of products are called by their titles, without which no product is read from a feed.
    Remedy: give each option of a question a picture, or none. An option without any wish may go without.
    """
    for at, question in enumerate(seen.edition.quiz.questions):
        options = question.offered
        drawn = any(each.image for each in options)
        for place, option in enumerate(options if drawn else ()):
            if option.image is None and not is_neutral(option):
                text = f"option '{option.id}' has no picture, and other options of its question have one"
                yield found(("questions", at, "options", place), text, "add `image: ...`, or leave out the others")


@rule("missing-language")
def missing_language(seen: Seen) -> Iterator[Finding]:
    """A language of the site that a quiz is not translated into.

    Why: the page around the quiz speaks that language, and the questions do not.
    Remedy: add an overlay such as `winter-coat.de.yaml`, or take the language off `languages` in site.yaml.
    """
    if "languages" not in seen.site.model_fields_set:
        return
    edition = seen.edition
    for language in seen.site.languages:
        if matching(language, edition.languages) is None:
            text = f"the site speaks '{language}', and this quiz does not"
            remedy = f"add '{edition.id}.{language}.yaml', or take '{language}' off `languages` in site.yaml"
            yield found(("language" if "language" in edition.quiz.model_fields_set else "title",), text, remedy)
