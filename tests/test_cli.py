"""The commands as somebody types them."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizbot.cli import main

SHOP = Path(__file__).parent / "files/shop"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tea shop that the environment names, in a terminal of 100 columns."""
    copy = shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.setenv("QUIZBOT_QUIZZES", str(copy))
    monkeypatch.setenv("COLUMNS", "100")
    return copy


def run(*arguments: str | Path, typed: str | None = None) -> Result:
    """The result of a command that was typed."""
    return CliRunner().invoke(main, [str(each) for each in arguments], input=typed, catch_exceptions=False)


def results(*arguments: str) -> dict[str, object]:
    """What `recommend --json` answers."""
    told = run("recommend", "tea", *arguments, "--json")
    assert told.exit_code == 0, told.output
    answer: dict[str, object] = json.loads(told.stdout)
    return answer


# recommend ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_recommend_names_products_with_prices_reasons_and_points() -> None:
    told = run("recommend", "tea", "-a", "hour=morning", "-a", "tastes=smoke", "--limit", "2")
    assert told.exit_code == 0
    assert told.stderr == ""
    lines = told.stdout.splitlines()
    assert lines[0] == "Find your tea"
    assert sum(line.startswith((" 1. ", " 2. ")) for line in lines) == 2
    assert "Chimney Stack  9.50 EUR" in told.stdout
    assert "█ +0.5" in told.stdout
    assert "fits 2 of 2 wishes" in told.stdout


@pytest.mark.usefixtures("folder")
def test_recommend_answers_in_json_what_the_api_would_and_its_points_add_up() -> None:
    answer = results("-a", "hour=evening", "-a", "order=sweet,green,strong", "-a", "budget=12.5", "--limit", "3")
    assert answer["quiz"] == "tea"
    assert isinstance(answer["results"], dict)
    items = answer["results"]["items"]
    assert len(items) == 3
    for item in items:
        assert item["price"] <= 12.5
        assert sum(each["points"] for each in item["reasons"] + item["misses"]) == pytest.approx(
            item["score"], abs=1e-6
        )


def test_a_quiz_file_in_the_working_folder_is_guessed_from_its_id(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(folder / "tea.yaml", tmp_path / "rooibos.yaml")
    monkeypatch.chdir(tmp_path)
    assert "unknown quiz 'rooibos' in" in (told := run("recommend", "rooibos")).stderr
    assert told.stderr.endswith("name the file: 'rooibos.yaml'\n")


def test_what_the_shop_does_not_say_is_told_once(folder: Path) -> None:
    feed = folder / "teas.csv"
    feed.write_text(feed.read_text("utf-8").replace("images/cup.svg,5,5,", "images/cup.svg,5,,", 1), "utf-8")
    told = run("recommend", "tea", "-a", "tastes=smoke", "--limit", "50").stdout
    assert told.count("the shop does not say") == 1


def test_a_quiz_is_named_by_its_path_as_well_as_by_its_id(folder: Path) -> None:
    by_id = run("recommend", "tea", "-a", "hour=morning")
    assert run("recommend", folder / "tea.yaml", "-a", "hour=morning").stdout == by_id.stdout


def test_another_quiz_that_is_broken_is_no_obstacle(folder: Path) -> None:
    (folder / "broken.yaml").write_text("title: [", "utf-8")
    assert run("recommend", "tea", "-a", "hour=morning").exit_code == 0


def test_another_catalog_can_be_tried(folder: Path, tmp_path: Path) -> None:
    rows = (folder / "teas.csv").read_text("utf-8").splitlines()
    (tmp_path / "one.csv").write_text("\n".join(rows[:7]), "utf-8")
    told = run("recommend", "tea", "-a", "hour=morning", "--limit", "50", "--catalog", tmp_path / "one.csv")
    assert " 6. " in told.stdout
    assert " 7. " not in told.stdout


@pytest.mark.usefixtures("folder")
def test_sentences_come_in_the_language_that_is_asked_for() -> None:
    told = run("recommend", "tea", "-a", "hour=morning", "--language", "de")
    assert "passt zu 1 von 1 Wunsch" in told.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", ["recommend", "ask"])
def test_a_language_that_nothing_is_written_in_is_told(command: str) -> None:
    told = run(command, "tea", "--language", "fr")
    assert told.exit_code == 2
    assert told.stderr.endswith("Error: nothing is written in the language 'fr'; choose from de, en\n")


@pytest.mark.usefixtures("folder")
def test_an_answer_to_a_question_that_is_not_asked_is_left_out_and_said_so() -> None:
    told = run("recommend", "tea", "-a", "hour=morning", "-a", "fire=3")
    assert told.exit_code == 0
    assert "answers.fire" in told.stderr


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("te", "-a", "hour=morning"), "did you mean 'tea'?"),
        (("nope.yaml",), "there is no quiz file 'nope.yaml'"),
        (("tea", "-a", "hours=morning"), "unknown question 'hours'; choose from hour"),
        (("tea", "-a", "hour=mourning"), "(did you mean 'morning'?)"),
        (("tea", "-a", "hour"), "'hour' is no answer; write QUESTION=ANSWER"),
        (("tea", "-a", "hour=morning", "-a", "hour=evening"), "'hour' is answered twice"),
        (("tea", "-a", "budget=cheap"), "'cheap'"),
        (("tea", "-a", "tastes=smoke,flowers,fruit"), "2"),
        (("tea", "--limit", "0"), "--limit"),
        (("tea", "--catalog"), "--catalog"),
    ],
)
def test_what_was_mistyped_is_told_with_its_remedy_and_exit_code_2(arguments: tuple[str, ...], sentence: str) -> None:
    told = run("recommend", *arguments)
    assert told.exit_code == 2
    assert told.stdout == ""
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr


def test_a_quiz_with_problems_recommends_nothing_and_lists_them(folder: Path) -> None:
    text = (folder / "tea.yaml").read_text("utf-8").replace("prefer: {strength: 1}", "prefer: {strenght: 1}")
    (folder / "tea.yaml").write_text(text, "utf-8")
    told = run("recommend", "tea")
    assert told.exit_code == 1
    assert "unknown trait 'strenght'" in told.stderr
    assert "^" in told.stderr


# ask ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_a_conversation_goes_back_skips_refuses_what_is_no_answer_and_ends_with_results() -> None:
    typed = "?\n1\nb\n2\n9\n1,3\n?\nb\n2\n3,1,2\n12,5 tins\n20\n1\n"
    told = run("ask", "tea", typed=typed)
    assert told.exit_code == 0
    assert "this one needs an answer" in told.stdout  # the first question is required
    assert "Question 1 of at most" in told.stdout
    assert "Then it may be loud." in told.stdout
    assert "Something quiet then." in told.stdout
    assert '"9" is not in the list' in told.stdout
    assert " 1. " in told.stdout.rpartition("Find your tea")[2]


@pytest.mark.usefixtures("folder")
def test_the_end_of_the_input_asks_for_the_results_and_so_does_r() -> None:
    by_end, by_r = run("ask", "tea", typed="1\n"), run("ask", "tea", typed="1\nr\n")
    assert by_end.stdout.split() == by_r.stdout.split()
    assert " 1. " in by_end.stdout


@pytest.mark.usefixtures("folder")
def test_q_leaves_without_results() -> None:
    told = run("ask", "tea", typed="1\nq\n")
    assert told.exit_code == 0
    assert " 1. " not in told.stdout


@pytest.mark.usefixtures("folder")
def test_a_conversation_leads_to_what_the_same_answers_lead_to() -> None:
    asked = run("ask", "tea", typed="1\n1\n5\nr\n").stdout
    told = run("recommend", "tea", "-a", "hour=morning", "-a", "tastes=smoke", "-a", "fire=5").stdout
    assert told in asked


@pytest.mark.usefixtures("folder")
def test_what_is_longer_than_may_travel_is_told_by_name() -> None:
    told = run("recommend", "tea", "--say", "under 8 " * 80)
    assert (told.exit_code, told.stderr) == (2, "Error: 'say': string should have at most 500 characters\n")


@pytest.mark.usefixtures("folder")
def test_results_can_be_argued_with_in_words_and_by_the_number_of_a_chip() -> None:
    asked = run("ask", "tea", typed="1\nr\nunder 8\nblorp\n1\nundo\nstart over\n\n").stdout
    assert "“under 8”" in asked or '"under 8"' in asked
    assert '"blorp"' in asked
    said = run("recommend", "tea", "-a", "hour=morning", "--say", "under 8")
    assert '"under 8"' in said.stdout
    prices = [float(each) for each in re.findall(r"(\d+\.\d+) EUR\n", said.stdout)]
    assert prices
    assert max(prices) <= 8


# check ----------------------------------------------------------------------------------------------


def test_a_folder_that_is_right_is_one_line(folder: Path) -> None:
    told = run("check", folder)
    assert (told.exit_code, told.output) == (0, "checked 1 quiz: 0 errors, 0 warnings\n")


def test_every_problem_of_every_path_is_told_once(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    for each in (folder, other):
        (each / "tea.yaml").write_text((each / "tea.yaml").read_text("utf-8").replace("title:", "titel:", 1), "utf-8")
    told = run("check", folder, folder / "tea.yaml", other / "tea.yaml", other / "site.yaml")
    assert told.exit_code == 1
    assert told.stdout.count("'titel'") == 2
    assert "    titel: Find your tea\n    ^" in told.stdout


def test_warnings_alone_are_no_failure(folder: Path) -> None:
    with (folder / "teas.csv").open("a", encoding="utf-8") as feed:
        feed.write("too,few\n")
    told = run("check", folder)
    assert told.exit_code == 0
    assert "teas.csv:12:1: warning:" in told.stdout
    assert told.stdout.endswith("checked 1 quiz: 0 errors, 1 warning\n")


def test_problems_come_as_json_and_as_workflow_commands(folder: Path) -> None:
    (folder / "tea.yaml").write_text("title: Tea\n", "utf-8")
    as_json = run("check", folder, "--format", "json")
    problems = json.loads(as_json.stdout)
    assert {each["severity"] for each in problems} == {"error"}
    assert as_json.stderr.startswith("checked 1 quiz: ")
    as_commands = run("check", folder, "--format", "github").stdout.splitlines()
    assert len(as_commands) == len(problems)
    assert all(line.startswith(f"::error file={folder}/tea.yaml,line=1,") for line in as_commands)


def test_a_broken_example_is_an_error_unless_another_catalog_is_tried(folder: Path) -> None:
    with (folder / "tea.yaml").open("a", encoding="utf-8") as file:
        file.write("examples:\n  - {name: early, answers: {hour: morning}, expect: {never: Chimney Stack}}\n")
    assert run("check", folder).exit_code == 1
    told = run("check", folder, "--catalog", folder / "teas.csv")
    assert told.exit_code == 0
    assert "warning: the example 'early' is broken: 'Chimney Stack' is shown" in told.stdout


@pytest.mark.parametrize("path", ["nowhere", "nowhere.yaml"])
def test_a_path_that_is_not_there_is_an_error(path: str) -> None:
    told = run("check", path)
    assert told.exit_code == 1
    assert f"'{path}'" in told.stdout


# import and schema ----------------------------------------------------------------------------------


def test_import_says_what_is_in_a_feed_and_what_looks_wrong(folder: Path) -> None:
    with (folder / "teas.csv").open("a", encoding="utf-8") as feed:
        feed.write("too,few\n")
    told = run("import", folder / "teas.csv")
    assert told.exit_code == 0
    assert "10 products, 10 variants, prices" in told.stdout
    assert "strength" in told.stdout
    assert "100%  number" in told.stdout
    assert "teas.csv:12:1: warning:" in told.stderr


def test_an_imported_catalog_recommends_as_the_feed_did(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "teas.jsonl"
    assert run("import", folder / "teas.csv", "--out", out).exit_code == 0
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["teas.jsonl"]
    before = run("recommend", "tea", "-a", "hour=morning").stdout
    assert run("recommend", "tea", "-a", "hour=morning", "--catalog", out).stdout == before


def test_an_imported_product_says_its_price_tags_and_text_as_programs_expect_them(tmp_path: Path) -> None:
    feed, out = tmp_path / "mugs.csv", tmp_path / "mugs.jsonl"
    feed.write_text(
        "Handle,Title,Body (HTML),Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,"
        "Variant Inventory Tracker,Variant Inventory Policy\n"
        'mug,Mug,"<p>Blue &amp; round</p><p>By hand</p>","new,gift",Size,S,m-s,9.50,0,shopify,deny\n'
        "mug,,,,,L,m-l,12,3,shopify,deny\n",
        encoding="utf-8",
    )
    assert run("import", feed, "--out", out).exit_code == 0
    told = json.loads(out.read_text("utf-8"))
    assert {name: told[name] for name in ("id", "tags", "description", "price", "available")} == {
        "id": "mug",
        "tags": ["new", "gift"],
        "description": "Blue & round\nBy hand",
        "price": 9.5,
        "available": True,
    }
    assert [(each["id"], each["price"], each["available"]) for each in told["variants"]] == [
        ("m-s", 9.5, False),
        ("m-l", 12.0, True),
    ]


def test_a_feed_that_cannot_be_read_and_a_place_that_cannot_be_written_are_sentences(folder: Path) -> None:
    for arguments in (("nowhere.csv",), (str(folder / "teas.csv"), "--out", "/nowhere/at/all.jsonl")):
        told = run("import", *arguments)
        assert told.exit_code == 1
        assert "no such file or directory" in told.stderr
        assert "Traceback" not in told.stderr


def test_the_schema_is_json() -> None:
    assert json.loads(run("schema").stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


# the door itself ------------------------------------------------------------------------------------


def test_python_dash_m_is_the_command_too() -> None:
    told = subprocess.run([sys.executable, "-m", "quizbot", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("quizbot, version ")


def test_help_is_quick_because_heavy_imports_wait() -> None:
    def work(*arguments: str) -> float:
        """Seconds of the processor, which others on the machine do not lengthen as they do a wait."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    pairs = [(work("-c", "import click, yaml"), work("-m", "quizbot", "--help")) for _ in range(5)]
    bare, ours = map(min, zip(*pairs, strict=True))
    assert ours < max(1.5 * bare, 0.05)
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, quizbot.cli; print({'numpy', 'flask', 'rich', 'yaml'} & set(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "set()\n"


@pytest.mark.parametrize(("stated", "threads"), [(None, "1"), ("4", "4")])
def test_matrices_are_multiplied_by_one_thread_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, stated: str | None, threads: str
) -> None:
    """Threads that share a small matrix wait for each other longer than they work."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", stated or "")
    if stated is None:
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    assert run("schema").exit_code == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == threads
