"""`quizbot check`: every problem of quiz files and folders."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from quizbot.cli.mistakes import counted, listed
from quizbot.content.problems import Problem, Refused, Severity, as_github, as_json
from quizbot.content.quizfile import translated_path
from quizbot.library.load import SITE, load, quiz_paths

FORMS = {"text": listed, "json": as_json, "github": as_github}


def check(paths: Sequence[Path], catalog: Path | None, form: str) -> int:
    """Print the problems of quiz files and folders in a form; the exit code is 1 when one is an error."""
    problems: set[Problem] = set()
    checked = 0
    golden: Severity = "warning" if catalog else "error"  # another feed may break an example, a quiz may not
    for folder, files in _by_folder(paths).items():
        checked += len({translated_path(each) for each in files} or quiz_paths(folder))
        try:
            problems.update(load(folder, catalog, files, golden, thorough=True).problems)
        except Refused as refused:
            problems.update(refused.problems)
    if text := FORMS[form](sorted(problems)):
        click.echo(text)
    errors = sum(each.severity == "error" for each in problems)
    found = f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"
    click.echo(f"checked {counted(checked, 'quiz', 'quizzes')}: {found}", err=form != "text")
    return 1 if errors else 0


def _by_folder(paths: Iterable[Path]) -> dict[Path, list[Path]]:
    """Files by their folder; no files stand for all of it."""
    found: dict[Path, list[Path]] = {}
    whole: set[Path] = set()
    for path in paths:
        if path.is_dir() or path.suffix != ".yaml":
            whole.add(path)
        elif path.name == SITE:
            found.setdefault(path.parent, [])
        else:
            found.setdefault(path.parent, []).append(path)
    return found | {each: [] for each in whole}
