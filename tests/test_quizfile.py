"""Quiz files: a good one is a quiz, a bad one tells every fault at its line and column, and nothing crashes."""

import re
import shutil
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizbot.content import yamltree
from quizbot.content.catalog import Catalog
from quizbot.content.feeds import read_feed
from quizbot.content.meaning import against_catalog
from quizbot.content.problems import KEY, Problem, Refused, as_text
from quizbot.content.quiz import CatalogSource, NumberQuestion, Option, Quiz, Single
from quizbot.content.quizfile import QuizFile, examine, parse
from tests.mutations import TEAS, mutations, read_damaged_quiz

BAD = Path(__file__).parent / "files" / "bad"
GOOD = Path(__file__).parent.parent / "quizzes" / "winter-coat.yaml"
SMALL = """title: Coats
catalog: coats.csv
traits:
  warmth: {label: Warmth, from: {column: fill}}
questions:
  - id: climate
    ask: Where?
    options:
      - {id: wet, text: Wet, prefer: {warmth: 0.3}}
      - {id: dry, text: Dry}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty content folder with a catalog."""
    shutil.copy(BAD / "coats.csv", tmp_path)
    return tmp_path


def write(folder: Path, text: str | bytes, name: str = "coats.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def parsed(folder: Path, text: str | bytes) -> Quiz:
    return parse(write(folder, text), folder).quiz


def refused(folder: Path, text: str | bytes, name: str = "coats.yaml") -> list[tuple[int, int, str, str]]:
    with pytest.raises(Refused) as caught:
        parse(write(folder, text, name), folder)
    return [(each.line, each.column, each.rule, each.text) for each in caught.value.problems]


def everything_wrong(path: Path) -> Iterator[Problem]:
    """All problems of a file, those that its catalog shows included."""
    file, problems = examine(path, path.parent)
    yield from problems
    if file is not None:
        source = file.quiz.catalog.model_copy(update={"format": None, "columns": {}, "file": "coats.csv"})
        yield from file.problems(against_catalog(file.quiz, read_feed(path.parent / "coats.csv", source).catalog))


def told(problem: Problem) -> str:
    severity = "" if problem.severity == "error" else "warning, "
    remedy = f" -> {problem.remedy}" if problem.remedy else ""
    return f"# expect: {problem.line}:{problem.column} {severity}{problem.rule}: {problem.text}{remedy}"


# Bad files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_file_tells_exactly_what_its_head_expects(path: Path) -> None:
    expected = [line for line in path.read_text("utf-8").splitlines() if line.startswith("# expect: ")]
    assert expected
    assert [told(each) for each in sorted(everything_wrong(path))] == expected


def test_rules_have_short_names_and_sentences_begin_small() -> None:
    for path in BAD.glob("*.yaml"):
        for problem in everything_wrong(path):
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem.rule)
            assert not problem.text[0].isupper()
            assert not problem.text.endswith(".")


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_parser_without_libyaml_finds_the_same_files_bad(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamltree, "_PARSER", yaml.Loader)
    assert any(everything_wrong(path))


def test_a_problem_is_shown_under_its_line(folder: Path) -> None:
    path = write(folder, SMALL.replace("0.3", "1.3"))
    with pytest.raises(Refused) as caught:
        parse(path, folder)
    assert as_text(caught.value.problems, {str(path): path.read_text("utf-8")}) == (
        f"{path}:9:47: error: level '1.3' is not between 0 and 1 [range]\n"
        "          - {id: wet, text: Wet, prefer: {warmth: 1.3}}\n"
        "                                                  ^\n"
        "    choose a number between them"
    )


# Bytes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"title: caf\xe9\n", (1, 11, "encoding", "the byte 'e9' is not UTF-8")),
        (b"a: b\ntitle: \xed\xa0\x80\n", (2, 8, "encoding", "the byte 'ed' is not UTF-8")),
        ("title: Coats".encode("utf-16"), (1, 1, "encoding", "the file is UTF-16, not UTF-8")),
        (b"title: a\x00b", (1, 9, "control-character", "the character U+0000 is not allowed in text")),
        (b"a: b\r\nc: \x1b[0m", (2, 4, "control-character", "the character U+001B is not allowed in text")),
        (b"\x89PNG\r\n\x1a\n", (1, 1, "encoding", "the byte '89' is not UTF-8")),
        (b"x" * (256 * 1024 + 1), (0, 0, "too-large", "the file is larger than 256 KB")),
        (b"[" * 100_000, (1, 21, "depth", "this is nested more than 20 deep")),
        (b"- " * 100_000, (1, 41, "depth", "this is nested more than 20 deep")),
        (b"a: [" + b"b," * 30_000 + b"]", (1, 40001, "too-large", "the file has more than 20000 values")),
    ],
)
def test_what_is_no_yaml_text_is_refused(folder: Path, data: bytes, expected: tuple[int, int, str, str]) -> None:
    assert refused(folder, data) == [expected]


def test_ten_megabytes_are_refused_unread(folder: Path) -> None:
    started = time.process_time()
    assert refused(folder, b"a: &a [*a]\n" * 1_000_000)[0][2] == "too-large"
    assert time.process_time() - started < 1


@pytest.mark.parametrize("pattern", ["a: b\n", "{a,", "? ", "- {}\n", "&a ", "!a ", "'", "a #b\n", ": ", "k: [{a: b},"])
def test_a_flood_of_anything_is_refused_within_a_second(folder: Path, pattern: str) -> None:
    started = time.process_time()
    assert refused(folder, (pattern * 200_000)[: 256 * 1024])
    assert time.process_time() - started < 1


def test_a_byte_order_mark_and_windows_lines_are_welcome(folder: Path) -> None:
    assert parsed(folder, b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()) == parsed(folder, SMALL)


def test_a_missing_file_and_a_folder_are_refused(folder: Path) -> None:
    for name in ("none.yaml", "."):
        with pytest.raises(Refused, match="there is no file"):
            parse(folder / name, folder)


def test_the_file_name_is_the_id(folder: Path) -> None:
    assert parse(write(folder, SMALL, "winter-coat.yaml"), folder).name == "winter-coat"
    assert refused(folder, SMALL, "Winter Coat.yaml") == [
        (0, 0, "file-name", "the file name 'Winter Coat' is not an id")
    ]


def test_a_translation_is_no_quiz(folder: Path) -> None:
    assert refused(folder, SMALL, "winter-coat.de.yaml") == [
        (0, 0, "file-name", "the file name 'winter-coat.de' is not an id")
    ]


# Good files ---------------------------------------------------------------------------------------


def test_every_scalar_is_its_written_text(folder: Path) -> None:
    text = SMALL.replace("{id: dry, text: Dry}", "{id: no, text: 1.10}\n      - {id: '010', text: 12:30}").replace(
        "ask: Where?", "ask: =\n    if: {}"
    )
    question = parsed(folder, text).questions[0]
    assert isinstance(question, Single)
    assert question.ask == "="
    assert [(each.id, each.text) for each in question.options if isinstance(each, Option)] == [
        ("wet", "Wet"),
        ("no", "1.10"),
        ("010", "12:30"),
    ]


def test_yes_and_no_may_be_keys_and_values(folder: Path) -> None:
    text = SMALL.replace("{id: dry, text: Dry}", "{id: yes, text: Yes, require: {hood: no, on: off}}")
    question = parsed(folder, text).questions[0]
    assert isinstance(question, Single)
    option = question.options[1]  # type: ignore[index]
    assert {name: demand.values for name, demand in option.require.items()} == {"hood": ("no",), "on": ("off",)}


@pytest.mark.parametrize("nothing", ["", "~", "null", " # a comment"])
def test_plain_nothing_is_missing(folder: Path, nothing: str) -> None:
    assert parsed(folder, f"{SMALL}welcome: {nothing}\nresults:\n").welcome is None


def test_quoted_null_is_text(folder: Path) -> None:
    assert parsed(folder, SMALL + 'welcome: "null"\n').welcome == "null"


def test_short_forms_mean_what_the_long_ones_say(folder: Path) -> None:
    short = SMALL + (
        "  - {id: style, ask: How?, type: scale, low: a, high: b, prefer: {warmth: [0, 1]}}\n"
        "  - {id: budget, ask: How much?, type: number, min: 0, max: 9, require: {price: {max: answer}, hood: yes}}\n"
    )
    long = (
        short.replace("catalog: coats.csv", "catalog: {file: coats.csv}")
        .replace("{warmth: 0.3}", "{warmth: {level: 0.3, weight: 1}}")
        .replace("[0, 1]", "{first: 0, last: 1}")
        .replace("hood: yes", "hood: {values: [yes]}")
    )
    assert parsed(folder, short) == parsed(folder, long)
    budget = parsed(folder, short).questions[2]
    assert isinstance(budget, NumberQuestion)
    assert budget.require["price"].max == "answer"


def test_a_place_is_that_of_the_deepest_node_there_is(folder: Path) -> None:
    file = parse(write(folder, SMALL), folder)

    def place(*loc: str | int) -> tuple[int, int]:
        problem = file.problem(loc, "rule", "text")
        return problem.line, problem.column

    assert place() == (1, 1)
    assert place("catalog", "file") == (2, 10)
    assert place("questions", 0, "options", 0, "prefer", "warmth") == (9, 47)
    assert place("questions", 0, "options", 0, "prefer", "warmth", KEY) == (9, 39)
    assert place("questions", 0, "options", 1, "says") == (10, 9)
    assert place("results", "show") == (1, 1)


def test_warnings_do_not_refuse_and_are_kept(folder: Path) -> None:
    text = SMALL + (
        "  - {id: style, ask: How?, type: scale, low: a, high: b, if: {climate: wet}}\n"
        "examples:\n  - {name: one, answers: {climate: dry, style: 2}, expect: {never: mist-cape}}\n"
    )
    file = parse(write(folder, text), folder)
    assert [each.rule for each in file.warnings] == ["not-asked"]


def test_what_can_be_read_of_a_faulty_file_is_held_against_its_catalog_too(folder: Path) -> None:
    file, problems = examine(write(folder, SMALL.replace("text: Wet", "txet: Wet")), folder)
    assert [each.rule for each in problems] == ["unknown-key"]
    assert isinstance(file, QuizFile)
    assert [each.id for each in file.quiz.questions] == ["climate"]


# Whatever the bytes -------------------------------------------------------------------------------


@cache
def coats() -> Catalog:
    """The catalog of the bad files."""
    return read_feed(BAD / "coats.csv", CatalogSource(file="coats.csv")).catalog


def only_problems(folder: Path, data: bytes) -> None:
    path = write(folder, data)
    file, problems = examine(path, folder)
    if file is not None:
        problems += file.problems(against_catalog(file.quiz, coats()))
    assert file is not None or problems
    assert all(each.text.isprintable() and each.remedy.isprintable() for each in problems)
    as_text(problems, {str(path): data.decode("utf-8", "replace")})


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for thousands of versions of one file."""
    return tmp_path_factory.mktemp("fuzz")


FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
YAML_BITS = st.sampled_from(
    [
        *":,[]{}#&*!|>'\"%@`?-\n\t ~=",
        "<<",
        "null",
        ".nan",
        "1e999",
        "answer",
        "id",
        "kind",
        "labels",
        "\u0085",
        "\ufeff",
    ]
)


@FUZZ
@given(data=st.binary(max_size=200))
def test_any_bytes_are_problems_at_worst(scratch: Path, data: bytes) -> None:
    only_problems(scratch, data)


@FUZZ
@given(text=st.lists(st.one_of(YAML_BITS, st.text(max_size=5)), max_size=60).map("".join))
def test_any_text_that_looks_like_yaml_is_problems_at_worst(scratch: Path, text: str) -> None:
    only_problems(scratch, text.encode("utf-8", "surrogatepass"))


@FUZZ
@given(cuts=st.lists(st.tuples(st.integers(0, 12_000), st.integers(0, 20), YAML_BITS), min_size=1, max_size=6))
def test_any_change_to_a_good_file_is_problems_at_worst(scratch: Path, cuts: list[tuple[int, int, str]]) -> None:
    text = GOOD.read_text("utf-8")
    for start, length, bit in cuts:
        at = start % len(text)
        text = text[:at] + bit + text[at + length :]
    only_problems(scratch, text.encode())


LEAVES = st.one_of(
    st.none(), st.text(max_size=6), st.sampled_from(["0.3", "wet", "warmth", "answer", "nan", "-1", "yes"])
)
KEYS = st.sampled_from(
    [
        *("title", "catalog", "file", "traits", "label", "kind", "from", "column", "questions", "id", "ask", "type"),
        *("options", "text", "prefer", "avoid", "require", "min", "max", "level", "labels", "steps", "if", "gift"),
        *("personas", "levels", "results", "show", "examples", "answers", "expect", "top", "words", "as", "columns"),
    ]
)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5))


@FUZZ
@given(tree=st.dictionaries(KEYS, TREES, max_size=6), which=st.integers(0, 3))
def test_any_tree_of_the_words_of_the_format_is_problems_at_worst(
    scratch: Path, tree: dict[str, object], which: int
) -> None:
    good = yaml.safe_load(SMALL)
    good.update(list(tree.items())[which:])
    only_problems(scratch, yaml.safe_dump(good, allow_unicode=True).encode())


def test_of_2500_mutated_quizzes_each_is_read_or_all_that_is_wrong_is_told(tmp_path: Path) -> None:
    good = [SMALL, (TEAS.parent / "tea.yaml").read_text("utf-8")]
    read = [read_damaged_quiz(tmp_path, each) for each in mutations(0, good, 2500)]
    assert 0 < sum(read) < len(read)
