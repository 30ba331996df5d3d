"""From the fields of a form to an answer, or to what the shopper should do about it."""

from typing import Any

from werkzeug.datastructures import MultiDict

from quizbot.content.answers import Answer, read
from quizbot.content.catalog import Catalog, number
from quizbot.content.quiz import Multiple, NumberQuestion, Products, Question, Ranking, Single, TextQuestion

Form = MultiDict[str, str]


class Mistake(Exception):
    """Something a shopper can mend; `key` names the sentence, `values` fill its places."""

    def __init__(self, key: str, **values: Any) -> None:
        """Keep the sentence and its values."""
        self.key, self.values = key, values
        super().__init__(key)


def answer(question: Question, form: Form, catalog: Catalog) -> Answer:
    """The checked answer a form gives. Raises Mistake."""
    given = _given(question, form)
    try:
        return read(question, given, catalog)
    except ValueError:
        raise Mistake("error-answer") from None


def _given(question: Question, form: Form) -> Any:
    match question:
        case NumberQuestion():
            return _number(question, form.get("answer", ""))
        case Ranking():
            return _ranked(question, form)
        case Products():
            liked = _some(form.getlist("liked"), "error-pick", question)
            return {"liked": liked, "shown": form.getlist("shown")}
        case Multiple():
            picked = _some(form.getlist("answer"), "error-pick", question)
            if question.max is not None and len(picked) > question.max:
                raise Mistake("error-most", n=len(picked), most=question.max)
            return picked
        case TextQuestion():
            return _some([form.get("answer", "").strip()], "error-words", question)[0]
        case _:
            return _some(form.getlist("answer"), "error-choose", question)[0]


def _some(values: list[str], key: str, question: Question) -> list[str]:
    found = [each for each in values if each]
    if not found:
        raise Mistake(f"{key}-required" if question.required else key)
    return found


def _number(question: NumberQuestion, text: str) -> float:
    value = number(text)
    if value != value:  # noqa: PLR0124 (only NaN differs from itself)
        raise Mistake("error-number", min=question.min, max=question.max)
    if not question.min <= value <= question.max:
        raise Mistake("error-range", given=text.strip()[:20], min=question.min, max=question.max)
    return value


def _ranked(question: Ranking, form: Form) -> list[str]:
    """Options by their places; a place may stay empty, but none is given twice."""
    placed: dict[int, str] = {}
    for name, text in form.items():
        if name.startswith("rank.") and text:
            if not (text.isascii() and text.isdigit() and len(text) <= 3):  # noqa: PLR2004 (60 options at most)
                raise Mistake("error-answer")
            if int(text) in placed:
                raise Mistake("error-rank-twice", n=int(text))
            placed[int(text)] = name.removeprefix("rank.")
    return _some([placed[each] for each in sorted(placed)], "error-rank", question)


def filled(question: Question, form: Form) -> dict[str, str]:
    """What was in the fields, by field (`answer.<value>` for what was ticked), to show it again."""
    if isinstance(question, NumberQuestion):
        return {"answer": form.get("answer", "")[:40]}
    if isinstance(question, TextQuestion):
        return {"answer": form.get("answer", "")}
    if isinstance(question, Ranking):
        return {name: text for name, text in form.items() if name.startswith("rank.")}
    name = "liked" if isinstance(question, Products) else "answer"
    return {f"{name}.{each}": each for each in form.getlist(name)}


def filled_before(question: Question, given: Answer | None) -> dict[str, str]:
    """The same for an answer that was given before."""
    if given is None:
        return {}
    match question:
        case NumberQuestion() | TextQuestion():
            return {"answer": f"{given:g}" if isinstance(given, (int, float)) else str(given)}
        case Ranking():
            return {f"rank.{each}": str(at) for at, each in enumerate(_texts(given), 1)}
        case Products():
            return {f"liked.{each}": each for each in _texts(given)}
        case Single() | Multiple():
            return {f"answer.{each}": each for each in _texts(given)}
        case _:
            return {f"answer.{given}": str(given)}


def _texts(given: Answer) -> tuple[str, ...]:
    if isinstance(given, tuple):
        return given
    return given.liked if hasattr(given, "liked") else (str(given),)
