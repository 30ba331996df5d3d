"""The JSON Schema of a quiz: valid, described throughout, and no stricter than the program."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from quizbot.content import overlay
from quizbot.content.quiz import schema
from quizbot.content.quizfile import is_overlay, parse
from quizbot.content.reference import as_markdown

ROOT = Path(__file__).parent.parent
VALIDATOR = jsonschema_rs.Draft202012Validator(schema())
OVERLAYS = jsonschema_rs.Draft202012Validator(overlay.schema())
QUIZZES = sorted([*(ROOT / "quizzes").glob("*.yaml"), *(ROOT / "benchmarks" / "quizzes").glob("*.yaml")])
EVERYTHING = (ROOT / "tests" / "files" / "everything.yaml").read_text("utf-8")


def typed(text: str) -> Any:
    """A file as an editor's plugin sees it: numbers and booleans as such, every key a text."""
    return json.loads(json.dumps(yaml.load(text, yaml.CSafeLoader)))


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, each in node.get("properties", {}).items():
            yield f"{path}/{name}", each
        for key, each in node.items():
            yield from properties(each, f"{path}/{key}")
    elif isinstance(node, list):
        for at, each in enumerate(node):
            yield from properties(each, f"{path}/{at}")


@pytest.mark.parametrize("made", [schema(), overlay.schema()], ids=["quiz", "translation"])
def test_it_is_valid_draft_2020_12(made: dict[str, Any]) -> None:
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(made)


@pytest.mark.parametrize("made", [schema(), overlay.schema()], ids=["quiz", "translation"])
def test_every_field_and_every_definition_is_described(made: dict[str, Any]) -> None:
    assert not [path for path, each in properties(made) if not each.get("description")]
    assert not [name for name, each in made["$defs"].items() if not each.get("description")]


def test_the_page_of_the_format_is_made_from_it_and_its_example_is_right(tmp_path: Path) -> None:
    page = (ROOT / "docs/format.md").read_text("utf-8")
    assert page == as_markdown(), "run `make format`"
    example = page.partition("```yaml\n")[2].partition("```")[0]
    VALIDATOR.validate(typed(example))
    (tmp_path / "find-a-coat.yaml").write_text(example, "utf-8")
    assert parse(tmp_path / "find-a-coat.yaml", tmp_path).quiz.title == "Find your coat"


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)
def test_it_accepts_every_good_quiz(path: Path) -> None:
    if path.stem != "site":
        (OVERLAYS if is_overlay(path) else VALIDATOR).validate(typed(path.read_text("utf-8")))


def test_it_accepts_every_word_of_the_format_in_short_and_in_full() -> None:
    VALIDATOR.validate(typed(EVERYTHING))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: 1.10", "titel: Coats"),
        ("prefer: {warmth: 0.3,", "prefer: {warmth: {levle: 0.3},"),
        ("diversity: 0.3", "diversity: 1.3"),
        ("steps: 5", "steps: 1"),
        ("type: ranking", "type: rankign"),
        ("{id: 1, text: yes,", "{text: yes,"),
        ("currency: EUR", "currency: Euro"),
        ("kind: labels", "kind: label"),
        ("{id: fox,", "{id: Red Fox,"),
    ],
)
def test_it_refuses_what_the_program_refuses(old: str, new: str) -> None:
    assert old in EVERYTHING
    assert not VALIDATOR.is_valid(typed(EVERYTHING.replace(old, new)))
