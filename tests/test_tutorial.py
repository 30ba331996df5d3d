"""The tutorial is played: its files are written as they stand there, and its commands print what it shows."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizbot.cli import main

TUTORIAL = (Path(__file__).parent.parent / "docs/writing-a-quiz.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", TUTORIAL, re.MULTILINE | re.DOTALL)


def plain(text: str) -> list[str]:
    """Lines without the blanks at their ends."""
    return [line.rstrip() for line in text.strip().splitlines()]


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder with the files that the tutorial writes."""
    monkeypatch.chdir(tmp_path)
    files = zip(("coats.csv", "coat.yaml", "coat.de.yaml"), blocks("csv") + blocks("yaml"), strict=True)
    for name, text in files:
        Path(name).write_text(text, "utf-8")


@pytest.mark.parametrize("block", blocks("console"))
def test_a_command_prints_what_the_tutorial_shows(block: str) -> None:
    command, _, shown = block.partition("\n")
    told = CliRunner().invoke(main, shlex.split(command)[2:], catch_exceptions=False)
    assert (told.exit_code, plain(told.stdout)) == (0, plain(shown))


def test_a_first_quiz_for_its_catalog_has_no_error() -> None:
    assert CliRunner().invoke(main, ["new", "find-a-coat", "--catalog", "coats.csv", "--yes"]).exit_code == 0
    assert CliRunner().invoke(main, ["check", "find-a-coat.yaml"]).exit_code == 0
