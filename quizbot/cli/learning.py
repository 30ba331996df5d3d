"""`quizbot learn`: from what people agreed to teach to a model for each quiz, with before and after."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from pydantic import ValidationError

from quizbot.advice.learn import Lessons
from quizbot.advice.learn import learn as learned
from quizbot.advice.turn import Past
from quizbot.cli.records import opened
from quizbot.cli.shops import open_quiz
from quizbot.content.edition import Edition
from quizbot.library.load import load
from quizbot.library.models import Models
from quizbot.memory import models_folder, now, taught
from quizbot.settings import read_settings

People = Sequence[Sequence[Past]]


def people_of(file: Path) -> People:
    """The events of each person in a file of JSON Lines: person, item, kind, and days and position where known."""
    people: dict[object, list[Past]] = defaultdict(list)
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                event = json.loads(line)
                person = str(event.pop("person"))
                people[person].append(Past.model_validate(event))
            except (ValueError, KeyError, AttributeError, TypeError, ValidationError) as error:
                message = f'{file}:{number}: no event; write {{"person": .., "item": .., "kind": ..}}'
                raise click.ClickException(message) from error
    return list(people.values())


def teach(models: Models, editions: Iterable[Edition], people: People, *, dry: bool) -> None:
    """Learn a model for each edition, tell what came of it, and publish what is worth it."""
    for edition in editions:
        lessons = learned(edition, people)
        _tell(edition, lessons)
        if lessons.model is None:
            click.echo(f"  nothing is published: {lessons.why}")
        elif dry:
            click.echo("  it would be published; this was a dry run")
        else:
            models.publish(lessons.model)
            click.echo(f"  published in '{models.path(edition.id)}'; go back with --rollback")


def _tell(edition: Edition, lessons: Lessons) -> None:
    click.echo(f"{edition.id}: {lessons.people} people, {lessons.events} likes of products")
    if lessons.unknown:
        click.echo(f"  {lessons.unknown} events name products that the catalog lacks and were left out")
    if lessons.people and (lessons.model or lessons.after):
        click.echo("  nDCG@10 on a fifth of their likes, hidden from the model:")
        click.echo(f"    popularity {lessons.popularity:.4f}")
        click.echo(f"    before     {lessons.before:.4f}")
        click.echo(f"    after      {lessons.after:.4f}")
        click.echo(f"    gain       {lessons.gain:+.4f} (95 %: {lessons.low:+.4f} to {lessons.high:+.4f})")


def learn(quiz: str | None, events: Path | None, *, dry: bool, rollback: bool) -> None:
    """Learn for one quiz or all of the content folder. Raises Refused and store.protocol.Unavailable."""
    settings = read_settings()
    models = Models(models_folder(settings))
    if quiz:
        shop, _ = open_quiz(quiz)
        editions = shop.library.editions
    else:
        editions = load(settings.quizzes).editions
    if rollback:
        roll_back(models, editions.values())
        return
    if events:
        people = people_of(events)
    else:
        with opened(settings) as store:
            people = [taught(each, now()) for each in store.lessons(now())]
    teach(models, editions.values(), people, dry=dry)


def roll_back(models: Models, editions: Iterable[Edition]) -> None:
    """Go back to the model before."""
    for edition in editions:
        done = models.roll_back(edition.id)
        click.echo(f"{edition.id}: {'went back' if done else 'there is no model'}")
