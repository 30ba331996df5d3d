"""`quizbot recommend`: one set of suggestions for a set of answers."""

from collections.abc import Iterable, Mapping

import click
from pydantic import ValidationError
from rich.console import Console

from quizbot.advice.turn import Given, Turn, Wrong
from quizbot.cli.showing import show_dropped, show_results
from quizbot.content.edition import Edition
from quizbot.content.problems import choose_from
from quizbot.shop import Shop


def answered(edition: Edition, texts: Iterable[str]) -> dict[str, str]:
    """Answers by question from texts such as `climate=wet`. Raises click.UsageError for other texts."""
    found: dict[str, str] = {}
    for text in texts:
        question, equals, answer = (part.strip() for part in text.partition("="))
        if not (question and equals and answer):
            raise click.UsageError(f"'{text}' is no answer; write QUESTION=ANSWER, such as climate=wet")
        if question not in edition.questions:
            known = choose_from(question, list(edition.questions))
            raise click.UsageError(f"unknown question '{question}'; {known}")
        if question in found:
            raise click.UsageError(f"question '{question}' is answered twice; join several ids by commas")
        found[question] = answer
    return found


def liked(texts: str | None) -> list[dict[str, str]]:
    """History of ids joined by commas, each a like."""
    return [{"item": each.strip(), "kind": "like"} for each in (texts or "").split(",") if each.strip()]


def make_turn(edition: Edition, answers: Mapping[str, Given], **more: object) -> Turn:
    """A turn with the current version. Raises turn.Wrong when a value is beyond what may travel."""
    try:
        return Turn.model_validate({"version": edition.version, "answers": answers, **more})
    except ValidationError as error:
        fields = [(".".join(map(str, each["loc"])), each["msg"].lower()) for each in error.errors()]
        raise Wrong([(field, f"'{field}': {message}") for field, message in fields]) from error


def recommend(shop: Shop, edition: Edition, turn: Turn, *, as_json: bool) -> None:
    """Print the advice on a turn. Raises turn.Wrong for an answer that is none."""
    advice = shop.turn(edition, turn)
    edition = edition.spoken(turn.language or edition.quiz.language)
    if as_json:
        click.echo(advice.model_dump_json(indent=2))
        return
    spoken = shop.site.speech(turn.language or edition.quiz.language)
    show_dropped(Console(stderr=True, highlight=False), advice, spoken)
    if turn.say and advice.reply:
        click.echo(advice.reply)
    show_results(Console(highlight=False), edition, advice, spoken)
