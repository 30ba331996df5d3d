"""`quizbot learn`: from what people agreed to teach to a model for each quiz, with before and after."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from quizbot.advice.history import TRUST
from quizbot.advice.learning.feedback import Heeded, heed
from quizbot.advice.learning.learn import FEWEST, Lessons
from quizbot.advice.learning.learn import learn as learned
from quizbot.advice.learning.lesson import Listed, Taught
from quizbot.advice.turn import Past
from quizbot.cli.records import opened
from quizbot.cli.shops import open_quiz
from quizbot.content.edition import Edition
from quizbot.content.learned import Learned, nothing_learned
from quizbot.editorial.golden import disappointed
from quizbot.library.load import load
from quizbot.library.models import Models
from quizbot.memory import Standing, models_folder, now, taught
from quizbot.settings import read_settings

People = Sequence[Taught]


def people_of(file: Path, quiz: str | None = None) -> People:
    """What each person in a file of JSON Lines teaches, event by event and list by list.

    An event has person, item and kind, a list person, shown and answers; both have days, and an event a position, where
    they are known. A list without a quiz is of `quiz`.
    """
    events: dict[str, list[Past]] = defaultdict(list)
    lists: dict[str, list[Listed]] = defaultdict(list)
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                said = json.loads(line)
                person = str(said.pop("person"))
                if "shown" in said:
                    lists[person].append(_list_of(said, quiz))
                else:
                    events[person].append(Past.model_validate(said))
            except (ValueError, KeyError, AttributeError, TypeError, ValidationError) as error:
                event, shown = (
                    '{"person": .., "item": .., "kind": ..}',
                    '{"person": .., "shown": [..], "answers": {..}}',
                )
                raise click.ClickException(
                    f"{file}:{number}: no event and no list; write {event} or {shown}"
                ) from error
    return [Taught(events[each], lists[each]) for each in dict.fromkeys([*events, *lists])]


def _list_of(said: dict[str, Any], quiz: str | None) -> Listed:
    name = said.get("quiz", quiz)
    if name is None or not all(isinstance(each, str) for each in said["shown"]):
        raise ValueError
    return Listed(str(name), dict(said["answers"]), tuple(said["shown"]), float(said.get("days", 0)))


def teach(
    models: Models, editions: Iterable[Edition], people: People, *, dry: bool, standing: Standing | None = None
) -> None:
    """Learn a model for each edition, tell what came of it, and publish what is worth it.

    `standing` tells of what was learned before whether those it came from still agree to it; what they do not agree to
    any more is withdrawn, and is no measure of what is new either.
    """
    for edition in editions:
        gone = [each for each in models.marks(edition.id) if standing and not standing.holds(each)]
        if gone and standing and not dry:
            models.withdraw(edition.id, standing.holds)
            click.echo("what was learned before is withdrawn: some of what it came from is gone")
        known = edition if gone else models.taught(edition)
        lessons, heeded = learned(known, people), heed(known, people, FEWEST)
        _tell(known, lessons)
        _tell_feedback(heeded)
        model = merged(known, lessons.model, _unbroken(known, heeded.learned))
        if model is None:
            click.echo("  nothing is published")
        elif dry:
            click.echo("  it would be published; this was a dry run")
        else:
            models.publish(replace(model, mark=standing.mark if standing else ""))
            click.echo(f"  published in '{models.path(edition.id)}'; go back with --rollback")


def merged(edition: Edition, history: Learned | None, feedback: Learned | None) -> Learned | None:
    """What was learned from history and from feedback as one; None where neither is worth having."""
    if feedback is None:
        return history
    known = history or nothing_learned(edition.id, edition.catalog.ids)
    return replace(known, appeal=feedback.appeal, kappa=feedback.kappa, weights=feedback.weights)


def _unbroken(edition: Edition, feedback: Learned | None) -> Learned | None:
    """What feedback taught, unless golden shoppers are led elsewhere by it."""
    if feedback is None:
        return None
    plain = edition.without_learned
    before = set(disappointed(plain))
    broken = [each for each in disappointed(replace(plain, learned=feedback)) if each not in before]
    for at, sentence in broken:
        click.echo(
            f"  what was chosen is left out: it breaks the example '{edition.quiz.examples[at].name}': {sentence}"
        )
    return None if broken else feedback


def _tell(edition: Edition, lessons: Lessons) -> None:
    click.echo(f"{edition.id}: {lessons.events} likes of products, judged on those of {lessons.people} people")
    if lessons.unknown:
        click.echo(f"  events of products that the catalog lacks, left out: {lessons.unknown}")
    if lessons.gain.after or lessons.model:
        click.echo("  which products go together: nDCG@10 on likes that were hidden from the model")
        click.echo(f"    popularity {lessons.popularity:.4f}")
        _tell_gain(lessons.gain.before, lessons.gain.after, lessons.gain.low, lessons.gain.high)
    if lessons.trusted.before:
        trust = lessons.model.trust if lessons.model else None
        click.echo(
            f"  what a like weighs against an answer, on {lessons.answered} people who answered: {trust or TRUST:g}"
        )
        _tell_gain(lessons.trusted.before, lessons.trusted.after, lessons.trusted.low, lessons.trusted.high)
    if lessons.why:
        click.echo(f"  not learned from likes: {lessons.why}")


def _tell_feedback(heeded: Heeded) -> None:
    click.echo(f"  {heeded.lists} lists that were shown; of those of {heeded.people} people something was chosen")
    for step in heeded.steps:
        click.echo(f"  {_PARTS[step.part]}: how high what was chosen stands, places corrected, on other people's lists")
        _tell_gain(step.before, step.after, step.low, step.high)
    if heeded.learned:
        for name, times in heeded.learned.weights.items():
            click.echo(f"    '{name}' counts {times:g} times")
        if heeded.learned.kappa:
            click.echo(
                f"    how products please weighs {heeded.learned.kappa:.2f}, where an answer of weight 1 weighs 1"
            )
    if heeded.why:
        click.echo(f"  not learned from lists: {heeded.why}")


_PARTS = {"weights": "weights of traits", "prior": "how products please"}


def _tell_gain(before: float, after: float, low: float, high: float) -> None:
    click.echo(f"    before     {before:.4f}")
    click.echo(f"    after      {after:.4f}")
    click.echo(f"    gain       {after - before:+.4f} (95 %: {low:+.4f} to {high:+.4f})")


def learn(quiz: str | None, events: Path | None, *, dry: bool, rollback: bool) -> None:
    """Learn for one quiz or all of the content folder. Raises Refused and store.protocol.Unavailable."""
    settings = read_settings()
    models = Models(models_folder(settings), lambda reason: click.echo(reason, err=True))
    if quiz:
        shop, _ = open_quiz(quiz)
        editions = shop.library.editions
    else:
        editions = load(settings.quizzes).editions
    if rollback:
        roll_back(models, editions.values())
        return
    if events:
        people = people_of(events, next(iter(editions)) if len(editions) == 1 else None)
        teach(models, editions.values(), people, dry=dry)
        return
    at = now()
    standing = Standing(at, (mark for each in editions for mark in models.marks(each) if mark))
    with opened(settings) as store:
        people = [taught(standing.hear(each), at) for each in store.lessons(at)]
    teach(models, editions.values(), people, dry=dry, standing=standing)


def roll_back(models: Models, editions: Iterable[Edition]) -> None:
    """Go back to the model before."""
    for edition in editions:
        done = models.roll_back(edition.id)
        click.echo(f"{edition.id}: {'went back' if done else 'there is no model'}")
