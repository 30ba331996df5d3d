"""What the documents say is there, and what is there is documented."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from quizbot.cli import main
from quizbot.content import quizfile
from quizbot.content.quiz import QUESTION_TYPES
from quizbot.settings import SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
}
PARAMETERS = {
    name: {each: option for option in command.params for each in option.opts} for name, command in main.commands.items()
}


def spans(text: str) -> list[str]:
    """What stands between backticks on one line."""
    return re.findall(r"`([^`\n]+)`", text)


def block(language: str) -> str:
    """The first block of a language in the README."""
    return README.partition(f"```{language}\n")[2].partition("```")[0]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_exists_with_its_options(document: str) -> None:
    for span in spans(DOCUMENTS[document]):
        words = span.replace("\\|", "|").split()
        if words[:1] == ["quizbot"] and len(words) > 1 and not words[1].startswith("-"):
            assert words[1] in main.commands, span
            options = re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", span)
            assert set(options) <= set(PARAMETERS[words[1]]), span


def test_every_command_and_option_is_in_the_readme() -> None:
    rows = {
        span.split()[1]: span
        for line in README.splitlines()
        if line.startswith("| `quizbot ")
        for span in spans(line)[:1]
    }
    assert set(rows) == set(main.commands)
    for name, command in main.commands.items():
        for each in command.params:
            if isinstance(each, click.Option):
                assert any(re.search(rf"(?<![\w-]){option}\b", rows[name]) for option in each.opts), (name, each.opts)
            else:
                assert each.make_metavar(click.Context(command)).strip("[].") in rows[name]


def test_every_setting_is_in_the_readme_and_none_that_is_not_there() -> None:
    assert set(re.findall(r"QUIZBOT_[A-Z_]+", README)) == set(SETTINGS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_relative_link_leads_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]+)\)", DOCUMENTS[document])
    assert [each for each in links if not (folder / each).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_a_document_names_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    lines = [line for line in DOCUMENTS[document].splitlines() if line.startswith("    make ")]
    assert {shlex.split(line)[1] for line in lines} <= targets


def test_the_quiz_in_the_readme_is_right(tmp_path: Path) -> None:
    (tmp_path / "winter-coat.yaml").write_text(block("yaml"), "utf-8")
    assert quizfile.parse(tmp_path / "winter-coat.yaml", tmp_path).quiz.title == "Find your winter coat"
    assert len(block("yaml").splitlines()) < 30


def test_the_question_types_in_the_readme_are_those_there_are() -> None:
    sentence = README.partition("Question types are")[2].partition(".")[0]
    assert set(spans(sentence.replace("\n", " "))) == set(QUESTION_TYPES)


def test_the_embed_tag_in_the_readme_names_a_bundled_quiz() -> None:
    quiz = re.search(r'<quiz-bot quiz="([^"]+)"', block("html"))
    assert quiz
    assert (ROOT / f"quizzes/{quiz[1]}.yaml").is_file()


@pytest.mark.parametrize(("name", "options"), [("quiz", []), ("overlay", ["--overlay"])])
def test_the_schemas_beside_the_example_quizzes_are_the_current_ones(name: str, options: list[str]) -> None:
    made = CliRunner().invoke(main, ["schema", *options]).stdout
    assert (ROOT / f"quizzes/{name}.schema.json").read_text("utf-8") == made, "run `make schema`"
