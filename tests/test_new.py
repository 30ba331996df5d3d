"""A starting quiz: it fits whatever catalog it was made for, and says plainly where nothing can be made."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizbot.cli import main
from quizbot.content.quizfile import parse
from quizbot.editorial.propose import propose
from tests import exports
from tests.worlds import catalog

ROOT = Path(__file__).parent.parent
FEEDS = {
    "rss.xml": exports.RSS,
    "google.tsv": exports.TSV,
    "woo.csv": exports.WOO,
    "page.html": exports.PAGE,
}
BUNDLED = sorted(
    path for path in (ROOT / "quizzes/catalogs").iterdir() if path.suffix in (".csv", ".jsonl", ".xml", ".tsv")
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str | Path, typed: str = "") -> Result:
    """The result of a command."""
    return CliRunner().invoke(main, list(map(str, arguments)), input=typed, catch_exceptions=False)


def feed(text: str, name: str = "items.csv") -> Path:
    """A feed in the working folder."""
    Path(name).write_text(text, "utf-8")
    return Path(name)


def started(path: Path) -> str:
    """The text of a quiz that was started for a feed, and that `quizbot check` finds no error in."""
    told = run("new", "first", "--catalog", path, "--yes")
    assert told.exit_code == 0, told.output
    checked = run("check", "first.yaml", "--format", "json")
    assert checked.exit_code == 0, checked.output
    return Path("first.yaml").read_text("utf-8")


WINES = "id,title,brand,sweetness,color,price\n" + "".join(
    f"w{at},Wine {at},{'Hill' if at % 2 else 'Lake'},{at % 9},{'red' if at % 3 else 'white'},{5 + at}\n"
    for at in range(60)
)


def test_numbers_labels_brand_and_prices_become_traits_and_questions() -> None:
    text = started(feed(WINES))
    file = parse(Path("first.yaml"), Path()).quiz
    assert list(file.traits) == ["sweetness", "brand", "color"]
    assert [each.id for each in file.questions] == ["sweetness", "brand", "color", "budget"]
    assert (file.traits["sweetness"].low, file.traits["sweetness"].high) == ("low in sweetness", "high in sweetness")
    assert (
        "min: 5\n    max: 65\n    step: 5" in text
    )  # 5 to 64, of which the 5th and 95th percentiles are 7.95 and 61.05


def test_every_part_is_explained_and_editors_complete_the_format() -> None:
    lines = started(feed(WINES)).splitlines()
    assert lines[0] == "# yaml-language-server: $schema=quiz.schema.json"
    for part in ("title:", "catalog:", "traits:", "questions:", "results:"):
        at = next(at for at, line in enumerate(lines) if line.startswith(part))
        assert lines[at - 1].startswith("#"), part


@pytest.mark.parametrize("path", BUNDLED, ids=lambda each: each.name)
def test_the_start_fits_every_catalog_that_comes_along(path: Path) -> None:
    assert "questions:" in started(path)


@pytest.mark.parametrize("name", FEEDS)
def test_the_start_fits_the_exports_of_every_kind_of_shop(name: str) -> None:
    assert "questions:" in started(feed(FEEDS[name], name))


def test_a_cell_that_lists_several_labels_is_parted() -> None:
    rows = "".join(f'c{at},Cream {at},"{"day, night" if at % 2 else "night"}",{at}\n' for at in range(20))
    text = started(feed("id,title,time,richness\n" + rows))
    assert 'from: {column: "time", split: ","}' in text


def test_what_needs_a_notice_is_left_to_the_editor() -> None:
    rows = "".join(f"c{at},Cream {at},{'dry' if at % 2 else 'oily'},{at}\n" for at in range(20))
    text = started(feed("id,title,skin type,richness\n" + rows))
    assert "richness" in text
    assert "skin type" not in text
    assert "`sensitive: health`" in text


def test_a_german_table_is_asked_about_what_products_differ_in() -> None:
    rows = "".join(f"T-{at};Tee {at};{at},50;{at % 7};ja\n" for at in range(3, 40))
    started(feed("Artikelnummer;Bezeichnung;Preis;Stärke;Lieferbar\n" + rows))
    quiz = parse(Path("first.yaml"), Path()).quiz
    assert (list(quiz.traits), [each.id for each in quiz.questions]) == (["starke"], ["starke", "budget"])
    assert quiz.catalog.columns == {}


def test_without_prices_nobody_is_asked_for_a_budget() -> None:
    assert "budget" not in started(feed("id,title,weight\n" + "".join(f"{at},T{at},{at * 10}\n" for at in range(1, 9))))


def test_prices_alone_become_a_trait_and_a_budget() -> None:
    started(feed("id,title,price\na,A,5\nb,B,20\nc,C,90\n"))
    file = parse(Path("first.yaml"), Path()).quiz
    assert (list(file.traits), [each.id for each in file.questions]) == (["price"], ["budget"])


@pytest.mark.parametrize(
    "text", ["title\nA\nB\nC\n", "id,title,price\na,A,5\nb,B,5\n", "id,title,sku\na,A,1\nb,B,2\nc,C,3\n"]
)
def test_a_catalog_that_nothing_can_be_made_of_is_told_so_and_nothing_is_written(text: str) -> None:
    told = run("new", "first", "--catalog", feed(text), "--yes")
    assert told.exit_code == 1
    assert "there is nothing to ask about" in told.stderr
    assert not Path("first.yaml").exists()


def test_where_no_column_is_the_title_the_first_one_names_the_products() -> None:
    rows = "".join(f"Malt {at},{at % 5},{'Islay' if at % 2 else 'Speyside'}\n" for at in range(12))
    text = started(feed("Distillery,Body,Region\n" + rows))
    assert 'columns: {title: "Distillery"}' in text
    assert list(parse(Path("first.yaml"), Path()).quiz.traits) == ["body", "region"]


def test_what_is_there_stays_as_it_is() -> None:
    Path("first.yaml").write_text("mine", "utf-8")
    told = run("new", "first", "--catalog", feed(WINES), "--yes")
    assert (told.exit_code, Path("first.yaml").read_text("utf-8")) == (2, "mine")
    assert "is there already" in told.stderr


def test_it_asks_for_catalog_and_title_and_takes_what_is_typed() -> None:
    feed(WINES)
    assert run("new", "first", typed="items.csv\nA wine for you\n").exit_code == 0
    assert 'title: "A wine for you"' in Path("first.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["Coat", "site", "a b", "../x", ""])
def test_a_name_that_is_no_id_is_refused(name: str) -> None:
    assert run("new", name, "--catalog", feed(WINES), "--yes").exit_code == 2


def test_ten_thousand_rows_are_proposed_for_like_ten() -> None:
    rows = [
        {"id": f"i{at}", "price": str(at % 97 + 1), "size": str(at % 13), "kind": "ab"[at % 2]} for at in range(10_000)
    ]
    assert [each.id for each in propose(catalog(rows)).axes] == ["size", "kind"]


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
CELLS = st.lists(
    st.sampled_from(["", "1", "2", "3,5", "yes", "no", "Red", "a: b", "#x", "- y", "~", "{z}"]), min_size=4, max_size=4
)


@given(columns=st.dictionaries(NAMES, CELLS, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_catalog_the_start_has_no_error(columns: dict[str, list[str]]) -> None:
    rows = [
        {"id": f"i{at}", "title": f"T{at}", "attributes": {name: cells[at] for name, cells in columns.items()}}
        for at in range(4)
    ]
    path = feed("".join(json.dumps(row) + "\n" for row in rows), "items.jsonl")
    Path("first.yaml").unlink(missing_ok=True)
    if run("new", "first", "--catalog", path, "--yes").exit_code == 0:
        checked = run("check", "first.yaml")
        assert checked.exit_code == 0, checked.output


def test_columns_are_chosen_that_tell_products_apart_each_in_another_way() -> None:
    """`breadth` says what `size` does, and `coarse` hardly tells anything."""
    names = ("size", "breadth", "coarse", "taste", "age", "tone", "light")
    rows = ((at, 2 * at, at // 30, at * 37 % 60, at * 23 % 60, at * 7 % 60, at * 11 % 60) for at in range(60))
    cells = "".join(f"i{at},T,{','.join(map(str, row))}\n" for at, row in enumerate(rows))
    quiz = started(feed(f"id,title,{','.join(names)}\n{cells}"))
    assert [name for name in names if f"  {name}:\n" in quiz] == ["size", "taste", "age", "tone", "light"]


def test_tags_are_asked_about_where_the_columns_say_little() -> None:
    tags = ("men", "women", "men; sale")
    quiz = started(feed("id,title,tags,price\n" + "".join(f"i{at},T{at},{tags[at % 3]},{at}\n" for at in range(30))))
    assert 'from: {tags: ["men", "women", "sale"]}' in quiz
    assert '- {id: tag-1, text: "men", prefer: {kind: "men"}}' in quiz


def test_where_nobody_is_at_the_keyboard_the_title_is_made_from_the_id() -> None:
    assert run("new", "find-a-wine", "--catalog", feed(WINES)).exit_code == 0
    assert 'title: "Find what fits: find a wine"' in Path("find-a-wine.yaml").read_text("utf-8")


@pytest.mark.parametrize("more", [[], ["--yes"]])
def test_where_no_feed_is_named_it_begins_with_the_coats_of_the_example_shop(more: list[str]) -> None:
    told = run("new", "first", *more)
    assert told.exit_code == 0
    assert "wrote catalogs/first.csv" in told.stdout
    assert run("check", "first.yaml").exit_code == 0
    assert run("recommend", "first.yaml", "--limit", "1", "--json").exit_code == 0
    Path("catalogs/first.csv").write_text(WINES, "utf-8")
    Path("first.yaml").unlink()
    assert run("new", "first", "--yes").exit_code == 0
    assert Path("catalogs/first.csv").read_text("utf-8") == WINES  # what is there is never overwritten
