"""A content folder is loaded whole, or every problem of every file is told."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from quizbot.content.problems import Problem, Refused
from quizbot.library import load as loading
from quizbot.library.load import load
from quizbot.settings import Misconfigured, bundled, check_exposure, is_loopback, read_settings

SHOP = Path(__file__).parent / "files/shop"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tea shop that can be spoiled."""
    return shutil.copytree(SHOP, tmp_path / "shop")


def change(file: Path, old: str, new: str) -> None:
    """Replace one text of a file."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def refusals(read: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems a folder is refused for."""
    with pytest.raises(Refused) as refused:
        read()
    return refused.value.problems


def test_a_library_holds_every_quiz_of_the_folder_but_not_the_site(folder: Path) -> None:
    shutil.copy(folder / "tea.yaml", folder / "second-tea.yaml")
    (folder / ".hidden.yaml").write_text("title: [", "utf-8")
    library = load(folder)
    assert list(library.editions) == ["second-tea", "tea"]
    assert library.site.shop.name == "The Kettle"
    assert library.problems == ()


def test_a_catalog_that_two_quizzes_share_is_read_once(folder: Path) -> None:
    shutil.copy(folder / "tea.yaml", folder / "second-tea.yaml")
    first, second = load(folder).editions.values()
    assert first.catalog is second.catalog


def test_a_catalog_that_is_read_with_other_options_is_another_one(folder: Path) -> None:
    shutil.copy(folder / "tea.yaml", folder / "second-tea.yaml")
    change(folder / "tea.yaml", "catalog: teas.csv", "catalog: {file: teas.csv, currency: USD}")
    second, first = load(folder).editions.values()
    assert (first.catalog.currency, second.catalog.currency) == ("USD", "EUR")


def test_prices_without_a_currency_are_in_the_currency_of_the_site(folder: Path) -> None:
    change(folder / "site.yaml", "shop:", "currency: CHF\nshop:")
    assert load(folder).editions["tea"].catalog.currency == "CHF"


def test_the_problems_of_all_files_are_told_together(folder: Path) -> None:
    shutil.copy(folder / "tea.yaml", folder / "second-tea.yaml")
    change(folder / "tea.yaml", "title: Find your tea", "titel: Find your tea")
    change(folder / "second-tea.yaml", "from: {column: smoke}", "from: {column: smokes}")
    change(folder / "site.yaml", '"#8a4b2d"', '"brown"')
    problems = refusals(lambda: load(folder))
    assert {Path(each.file).name for each in problems} == {"site.yaml", "tea.yaml", "second-tea.yaml"}


def test_a_quiz_that_is_wrong_is_held_against_its_catalog_all_the_same(folder: Path) -> None:
    change(folder / "tea.yaml", "title: Find your tea", "titel: Find your tea")
    change(folder / "tea.yaml", "from: {column: smoke}", "from: {column: smokes}")
    texts = " ".join(each.text for each in refusals(lambda: load(folder)))
    assert "'titel'" in texts
    assert "'smokes'" in texts


def test_a_catalog_that_cannot_be_read_is_told_at_its_own_place_and_where_the_quiz_names_it(folder: Path) -> None:
    (folder / "teas.csv").unlink()
    places = [(Path(each.file).name, each.line, each.rule) for each in refusals(lambda: load(folder))]
    assert places == [("tea.yaml", 4, "catalog"), ("teas.csv", 0, "feed-missing")]


def test_a_feed_that_is_not_there_is_guessed_from_those_beside_it(folder: Path) -> None:
    change(folder / "tea.yaml", "teas.csv", "tea.csv")
    lacking = next(each for each in refusals(lambda: load(folder)) if each.rule == "feed-missing")
    assert lacking.remedy == "choose from teas.csv (did you mean 'teas.csv'?)"


def test_a_file_that_ends_in_yml_is_said_to_be_unread(folder: Path) -> None:
    (folder / "site.yml").write_text("currency: CHF\n", "utf-8")
    assert [(each.severity, each.text, each.remedy) for each in load(folder).problems] == [
        ("warning", "'site.yml' is not read", "name it 'site.yaml'")
    ]


def test_a_wrong_site_is_not_also_said_to_lack_a_notice(folder: Path) -> None:
    change(folder / "tea.yaml", "    why:", "    sensitive: health\n    why:")
    (folder / "site.yaml").write_text(
        "currency: Euro\nnotice: {sensitive: {health: It stays on this page.}}\n", "utf-8"
    )
    assert [each.rule for each in refusals(lambda: load(folder))] == ["form"]
    change(folder / "site.yaml", "Euro", "EUR")
    load(folder)


def test_rows_that_are_left_out_are_only_warned_of(folder: Path) -> None:
    with (folder / "teas.csv").open("a", encoding="utf-8") as feed:
        feed.write("too,few\n")
    library = load(folder)
    assert len(library.editions["tea"].catalog) == len(load(SHOP).editions["tea"].catalog)
    assert [(Path(each.file).name, each.severity) for each in library.problems] == [("teas.csv", "warning")]


def test_another_catalog_can_stand_in(folder: Path, tmp_path: Path) -> None:
    rows = (folder / "teas.csv").read_text("utf-8").splitlines()
    (tmp_path / "few.csv").write_text("\n".join(rows[:7]), "utf-8")
    assert len(load(folder, tmp_path / "few.csv").editions["tea"].catalog) == 6


@pytest.mark.parametrize("severity", ["warning", "error"])
def test_a_broken_example_is_as_severe_as_the_caller_says(folder: Path, severity: str) -> None:
    example = "\nexamples:\n  - {name: early, answers: {hour: morning}, expect: {never: [%s]}}\n"
    first = load(folder).editions["tea"].catalog.columns["title"].texts
    with (folder / "tea.yaml").open("a", encoding="utf-8") as file:
        file.write(example % ", ".join(f'"{each}"' for each in first))
    assert load(folder).problems == ()
    if severity == "warning":
        problems = load(folder, golden="warning").problems
    else:
        problems = refusals(lambda: load(folder, golden="error"))
    assert {(each.rule, each.severity) for each in problems} == {("example", severity)}


def test_a_folder_that_is_missing_or_empty_is_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    assert [each.text for each in refusals(lambda: load(missing))] == [f"there is no content folder '{missing}'"]
    assert [each.text for each in refusals(lambda: load(tmp_path))] == [f"no quiz in the content folder '{tmp_path}'"]


def test_the_example_shop_is_bundled_and_whole() -> None:
    library = load(bundled("quizzes"), golden="error")
    assert library.editions
    assert library.problems == ()
    assert bundled("templates").is_dir()
    assert bundled("static").is_dir()


def test_only_some_files_are_read_when_they_are_named(folder: Path) -> None:
    (folder / "broken.yaml").write_text("title: [", "utf-8")
    assert list(load(folder, only=[folder / "tea.yaml"]).editions) == ["tea"]
    assert loading.quiz_paths(folder) == [folder / "broken.yaml", folder / "tea.yaml"]


def test_blank_settings_have_their_defaults() -> None:
    assert read_settings({"QUIZBOT_QUIZZES": " "}).quizzes == bundled("quizzes")
    assert read_settings({"QUIZBOT_QUIZZES": "shop"}).quizzes == Path("shop")


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({}, "quizbot-data"),
        ({"QUIZBOT_DATABASE": "/srv/shop.db"}, "/srv/quizbot-data"),
        ({"QUIZBOT_DATABASE": "postgresql://localhost/shop"}, "quizbot-data"),
        ({"QUIZBOT_DATABASE": "/srv/shop.db", "QUIZBOT_DATA_DIR": "/var/data"}, "/var/data"),
    ],
)
def test_the_data_folder_lies_beside_the_database_unless_it_is_named(environment: dict[str, str], folder: str) -> None:
    assert read_settings(environment).data_dir == Path(folder)


def test_secrets_are_not_shown() -> None:
    assert "hush" not in repr(read_settings({"QUIZBOT_SECRET_KEY": "hush", "QUIZBOT_STUDIO_TOKEN": "hush"}))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_loopback_address_needs_no_secret(host: str) -> None:
    assert is_loopback(host)
    check_exposure(read_settings({}), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "shop.example", ""])
def test_an_address_that_others_reach_needs_a_long_secret_and_a_token(host: str) -> None:
    key, token = "k8sV0d9fjq2LmZx71TyUwRaPbC3eHgNi", "m4Qz8xWc1LpYt7Vb"
    with pytest.raises(Misconfigured, match="QUIZBOT_SECRET_KEY of at least 32 characters and QUIZBOT_STUDIO_TOKEN"):
        check_exposure(read_settings({}), host)
    with pytest.raises(Misconfigured, match="QUIZBOT_SECRET_KEY"):
        check_exposure(read_settings({"QUIZBOT_SECRET_KEY": "x" * 40, "QUIZBOT_STUDIO_TOKEN": token}), host)
    with pytest.raises(Misconfigured, match="QUIZBOT_STUDIO_TOKEN"):
        check_exposure(read_settings({"QUIZBOT_SECRET_KEY": key, "QUIZBOT_STUDIO_TOKEN": token[:15]}), host)
    check_exposure(read_settings({"QUIZBOT_SECRET_KEY": key, "QUIZBOT_STUDIO_TOKEN": token}), host)
