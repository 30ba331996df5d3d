"""An answer: from a form's, a command's or the API's value to a checked one, or why it cannot be."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizbot.content.catalog import Catalog
from quizbot.content.problems import choose_from, quoted
from quizbot.content.quiz import (
    Multiple,
    NumberQuestion,
    Products,
    Question,
    Quiz,
    Ranking,
    Scale,
    Single,
    TextQuestion,
)

LONGEST_WORDS = 500
_DECIMAL = re.compile(r"[+-]?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})")


@dataclass(frozen=True, slots=True)
class Picks:
    """Products that were liked among those that were shown; ids."""

    liked: tuple[str, ...]
    shown: tuple[str, ...]


Answer = str | int | float | tuple[str, ...] | Picks
"""single: option id; multiple, ranking: ids; scale: step from 1; number: float; text: words; products: Picks."""

Answers = Mapping[str, Answer]


def read(question: Question, given: Any, catalog: Catalog) -> Answer:
    """The checked answer. Raises ValueError, with a sentence that names value and remedy, when it is none.

    Accepts what JSON brings and the texts that forms and commands bring (`"180"`, `"plain,bold"`, `["plain"]`).
    """
    return _picks(given, catalog) if isinstance(question, Products) else read_own(question, given)


def read_own(question: Question, given: Any) -> Answer:
    """The checked answer to any question but `products`, which alone needs the catalog. Raises ValueError."""
    match question:
        case Single():
            return _chosen(question, [_one(given)])[0]
        case Multiple() | Ranking():
            return _chosen(question, _several(given))
        case Scale():
            return _step(question, _number(_one(given)))
        case NumberQuestion():
            return _within(question, _number(_one(given)))
        case TextQuestion():
            return _words(_one(given))
    raise ValueError(f"a question of type '{question.type}' is answered with products")


def awaits_catalog(question: Question) -> bool:
    """Whether only the catalog tells what can be answered: products, or options that are to be made from it."""
    return isinstance(question, Products) or question.options_from is not None


def refused(question: Question, given: Any, catalog: Catalog | None = None) -> tuple[str, str] | None:
    """Why a question does not take an answer, and the remedy; None when it does. `products` needs the catalog."""
    try:
        read_own(question, given) if catalog is None else read(question, given, catalog)
    except ValueError as error:
        text, _, remedy = str(error).partition("; ")
        return text, remedy
    return None


def applies(question: Question, answers: Answers) -> bool:
    """Whether the question is asked, given the answers to earlier ones that apply themselves."""
    return all(
        name in answers and any(contains(answers[name], each) for each in listed)
        for name, listed in question.condition.items()
    )


def applicable(quiz: Quiz, answers: Answers) -> tuple[Question, ...]:
    """The questions that apply, in order; answers to those that do not apply do not count."""
    found: list[Question] = []
    counted: dict[str, Answer] = {}
    for each in quiz.questions:
        if applies(each, counted):
            found.append(each)
            if each.id in answers:
                counted[each.id] = answers[each.id]
    return tuple(found)


def is_gift(quiz: Quiz, answers: Answers) -> bool:
    """Whether the quiz is taken for someone else: always, or by one of these answers."""
    gift = quiz.gift
    if isinstance(gift, bool):
        return gift
    return gift.question in answers and contains(answers[gift.question], gift.option)


def contains(answer: Answer, listed: str) -> bool:
    """Whether an answer is, or has among its picks, what an `if` lists."""
    if isinstance(answer, Picks):
        return listed in answer.liked
    if isinstance(answer, (str, tuple)):
        return listed == answer if isinstance(answer, str) else listed in answer
    return bool(_DECIMAL.fullmatch(listed)) and float(listed) == answer


# From what was given to what it means -------------------------------------------------------------


def _one(given: Any) -> Any:
    """The value itself; a form's list of one stands for it."""
    if isinstance(given, (list, tuple)):
        if len(given) != 1:
            raise ValueError(f"{quoted(given)} is not one answer; give exactly one")
        given = given[0]
    if isinstance(given, str):
        given = given.strip()
    if given is None or given == "":
        raise ValueError("the answer is empty; give one, or skip the question")
    return given


def _several(given: Any) -> list[Any]:
    """The values of a list, or of a text that joins them by commas."""
    if isinstance(given, str):
        given = given.split(",")
    listed = list(given) if isinstance(given, (list, tuple)) else [given]
    listed = [each.strip() if isinstance(each, str) else each for each in listed]
    if not any(each not in ("", None) for each in listed):
        raise ValueError("nothing is chosen; choose at least one, or skip the question")
    return listed


def _chosen(question: Single | Multiple | Ranking, given: Sequence[Any]) -> tuple[str, ...]:
    known = [each.id for each in question.offered]
    for each in given:
        if str(each) not in known or isinstance(each, bool):
            raise ValueError(f"unknown option {quoted(str(each))}; {choose_from(str(each), known)}")
    ids = tuple(str(each) for each in given)
    _distinct(ids)
    if isinstance(question, Multiple) and question.max is not None and len(ids) > question.max:
        raise ValueError(f"{quoted(', '.join(ids))} is {len(ids)} options; choose at most {question.max}")
    return ids


def _distinct(ids: Sequence[str]) -> None:
    twice = next((each for at, each in enumerate(ids) if each in ids[:at]), None)
    if twice is not None:
        raise ValueError(f"{quoted(twice)} is given twice; give it once")


def _number(given: Any) -> float:
    """The finite number that is given as one, or as its decimal text."""
    if isinstance(given, str) and _DECIMAL.fullmatch(given):
        return float(given)
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise ValueError(f"{quoted(given)} is not a number; write it in digits, such as 12 or 12.5")  # noqa: TRY004
    try:
        value = float(given)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ValueError(f"{quoted(given)} is not a finite number; write it in digits, such as 12 or 12.5")
    return value


def _step(question: Scale, value: float) -> int:
    if value != int(value) or not 1 <= value <= question.steps:
        raise ValueError(f"step '{value:g}' is not on the scale; give a whole number from 1 to {question.steps}")
    return int(value)


def _within(question: NumberQuestion, value: float) -> float:
    if not question.min <= value <= question.max:
        raise ValueError(f"'{value:g}' is out of range; give a number from {question.min:g} to {question.max:g}")
    return value


def _words(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{quoted(given)} is not text; say it in words")  # noqa: TRY004 (a wrong answer)
    if len(given) > LONGEST_WORDS:
        raise ValueError(f"{quoted(given)} has {len(given)} characters; say it in at most {LONGEST_WORDS}")
    return given


def _picks(given: Any, catalog: Catalog) -> Picks:
    """Liked and shown products; without `shown`, those that are liked were shown. Passing all of them over counts."""
    if isinstance(given, Picks):
        given = {"liked": given.liked, "shown": given.shown}
    if not isinstance(given, Mapping):
        liked = _items(given, catalog)
        return Picks(liked, liked)
    strange = [each for each in given if each not in ("liked", "shown")]
    if strange:
        raise ValueError(f"unknown key {quoted(strange[0])}; {choose_from(str(strange[0]), ['liked', 'shown'])}")
    shown = _items(given["shown"], catalog) if given.get("shown") is not None else ()
    liked = (
        _items(given.get("liked", ()), catalog) if given.get("liked") or not shown else ()
    )  # none of those shown is an answer
    shown = shown or liked
    stray = next((each for each in liked if each not in shown), None)
    if stray is not None:
        raise ValueError(f"product {quoted(stray)} is liked but was not shown; list it under 'shown', too")
    return Picks(liked, shown)


def _items(given: Any, catalog: Catalog) -> tuple[str, ...]:
    """Known products; an id may itself hold a comma, so the whole text is tried first."""
    listed = [given] if isinstance(given, str) and given in catalog.positions else _several(given)
    for each in listed:
        if not isinstance(each, str) or each not in catalog.positions:
            raise ValueError(f"unknown product {quoted(each)}; {choose_from(str(each), catalog.ids)}")
    _distinct(listed)
    return tuple(listed)
