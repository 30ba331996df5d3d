"""A quiz named on the command line, opened."""

from pathlib import Path

import click

from quizbot.content.edition import Edition
from quizbot.content.problems import Severity, choose_from
from quizbot.content.texts import languages, matching
from quizbot.library.load import load, quiz_paths
from quizbot.library.models import Models
from quizbot.memory import models_folder
from quizbot.settings import read_settings
from quizbot.shop import Shop


def open_quiz(name: str, catalog: Path | None = None, golden: Severity | None = None) -> tuple[Shop, Edition]:
    """The quiz with this id in the content folder, or at this path, with a shop around it.

    `golden` is how severe a broken example is, None when examples are not played.

    Raises Refused when it has problems and click.UsageError when there is none of that name.
    """
    path = Path(name)
    if path.suffix != ".yaml":
        path = _in_content_folder(name)
    elif not path.is_file():
        raise click.UsageError(f"there is no quiz file '{name}'")
    library = load(path.parent, catalog, only=[path], golden=golden)
    return Shop(library), next(iter(library.editions.values()))


def open_taught(name: str, catalog: Path | None = None) -> tuple[Shop, Edition]:
    """The same with what was learned for it, as it is served. Raises as open_quiz does."""
    shop, edition = open_quiz(name, catalog)
    models = Models(models_folder(read_settings()), lambda reason: click.echo(reason, err=True))
    return shop, models.taught(edition)


def require_language(edition: Edition, language: str | None) -> None:
    """Raise click.UsageError when neither the quiz nor the product's own sentences are written in a language."""
    known = sorted({*edition.languages, *languages()})
    if language is not None and matching(language, known) is None:
        raise click.UsageError(f"nothing is written in the language '{language}'; {choose_from(language, known)}")


def _in_content_folder(name: str) -> Path:
    folder = read_settings().quizzes
    if not folder.is_dir():
        raise click.UsageError(f"there is no content folder '{folder}'")
    known = {each.stem: each for each in quiz_paths(folder)}
    if name not in known:
        beside = Path(f"{name}.yaml")
        remedy = f"name the file: '{beside}'" if beside.is_file() else choose_from(name, list(known))
        raise click.UsageError(f"unknown quiz '{name}' in '{folder}'; {remedy}")
    return known[name]
