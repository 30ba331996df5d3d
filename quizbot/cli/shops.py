"""A quiz named on the command line, opened."""

from pathlib import Path

import click

from quizbot.content.edition import Edition
from quizbot.content.problems import Severity, choose_from
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


def _in_content_folder(name: str) -> Path:
    folder = read_settings().quizzes
    if not folder.is_dir():
        raise click.UsageError(f"there is no content folder '{folder}'")
    known = {each.stem: each for each in quiz_paths(folder)}
    if name not in known:
        raise click.UsageError(f"unknown quiz '{name}' in '{folder}'; {choose_from(name, list(known))}")
    return known[name]
