"""What is served is kept current: what is good of a change is swapped in, what is broken stays as it was."""

import re
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quizbot.content.problems import Problem, Refused
from quizbot.library.arrays import UNFINISHED
from quizbot.library.shelf import News, Shelf
from quizbot.library.watch import Stamps, stamps
from quizbot.shop import Shop
from quizbot.web import create_app

SHOP = Path(__file__).parent / "files/shop"
EXAMPLE = "\nexamples:\n  - {name: early, answers: {hour: morning}, expect: {first: %s}}\n"


class Scene:
    """A tea shop that can be changed, its data folder, and what is told."""

    def __init__(self, place: Path) -> None:
        """Copy the shop to a place."""
        self.folder = Path(shutil.copytree(SHOP, place / "shop"))
        self.data = place / "data"
        self.said: list[str] = []

    def open(self) -> Shelf:
        """A start of the server."""
        return Shelf(self.folder, self.data, self.said.append)

    def change(self, name: str, old: str, new: str) -> None:
        """Replace one text of a file."""
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        (self.folder / name).write_text(text.replace(old, new, 1), "utf-8")

    def add(self, name: str, text: str) -> None:
        """Put a text at the end of a file."""
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def keep_rows(self, count: int) -> None:
        """Cut the feed to its first products."""
        lines = (self.folder / "teas.csv").read_text("utf-8").splitlines()
        (self.folder / "teas.csv").write_text("\n".join(lines[: count + 1]) + "\n", "utf-8")

    def second_quiz(self) -> None:
        """Another quiz on the same catalog."""
        shutil.copy(self.folder / "tea.yaml", self.folder / "second-tea.yaml")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A tea shop that can be changed."""
    return Scene(tmp_path)


def settled(shelf: Shelf) -> News:
    """What the shelf says once it has seen the files twice."""
    assert shelf.look() is None
    news = shelf.look()
    assert news is not None
    return news


def titles(shelf: Shelf) -> dict[str, str]:
    """The quizzes that are served, with their titles."""
    return {name: each.quiz.title for name, each in shelf.library.editions.items()}


def rules(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Rules and severities of problems."""
    return [(each.rule, each.severity) for each in problems]


def products(shelf: Shelf, quiz: str = "tea") -> int:
    """How many products a quiz has."""
    return len(shelf.library.editions[quiz].catalog)


def test_a_change_is_read_when_two_looks_find_it_the_same(scene: Scene) -> None:
    shelf = scene.open()
    assert (shelf.look(), shelf.look()) == (None, None)
    scene.change("tea.yaml", "Find your tea", "Find your t")
    assert shelf.look() is None
    scene.change("tea.yaml", "Find your t\n", "Find your tea again\n")
    assert shelf.look() is None
    assert titles(shelf) == {"tea": "Find your tea"}
    assert shelf.look() == News(("tea",), (), ())
    assert titles(shelf) == {"tea": "Find your tea again"}
    assert shelf.look() is None


def test_a_file_that_is_written_all_the_time_does_not_hold_up_the_others(scene: Scene) -> None:
    scene.second_quiz()
    shelf = scene.open()
    scene.change("tea.yaml", "Find your tea", "Meet your tea")
    for at in range(3):
        (scene.folder / "second-tea.yaml").write_text("title: half" + "." * at, "utf-8")
        shelf.look()
    assert titles(shelf) == {"second-tea": "Find your tea", "tea": "Meet your tea"}
    assert shelf.held == ()


def test_a_broken_quiz_keeps_its_last_good_version_while_the_others_and_its_prices_move_on(scene: Scene) -> None:
    scene.second_quiz()
    shelf = scene.open()
    scene.change("tea.yaml", "title: Find your tea", "titel: Find your tea")
    scene.change("second-tea.yaml", "Find your tea", "Find another tea")
    scene.change("teas.csv", "Chimney Stack,9.50", "Chimney Stack,9.90")
    news = settled(shelf)
    assert titles(shelf) == {"tea": "Find your tea", "second-tea": "Find another tea"}
    assert shelf.library.editions["tea"].catalog.price[0] == 9.9
    assert (news.changed, news.held) == (("second-tea", "tea"), ("tea",))
    assert ("unknown-key", "error") in rules(news.problems)


def test_problems_are_news_once(scene: Scene) -> None:
    shelf = scene.open()
    scene.change("tea.yaml", "title: Find your tea", "titel: Find your tea")
    assert settled(shelf).problems
    assert (shelf.look(), shelf.look()) == (None, None)
    scene.change("teas.csv", "9.50", "9.60")
    assert settled(shelf).problems == ()
    assert shelf.held == ("tea",)


def test_a_good_quiz_moves_on_with_the_feed_before_a_broken_one(scene: Scene) -> None:
    shelf = scene.open()
    scene.change("tea.yaml", "Find your tea", "Meet your tea")
    (scene.folder / "teas.csv").write_bytes(b"\x89PNG")
    news = settled(shelf)
    assert titles(shelf) == {"tea": "Meet your tea"}
    assert products(shelf) == 10
    assert rules(news.problems) == [("catalog", "error"), ("feed-binary", "error")]


def test_a_feed_that_loses_half_of_its_products_is_refused_with_a_sentence(scene: Scene) -> None:
    shelf = scene.open()
    scene.keep_rows(6)
    assert settled(shelf).problems == ()
    scene.keep_rows(3)
    news = settled(shelf)
    assert products(shelf) == 6
    assert [each.text for each in news.problems] == ["3 of the 6 products are gone from the feed"]
    assert news.problems[0].file == str(scene.folder / "teas.csv")


def test_products_that_are_meant_to_be_gone_come_under_another_name(scene: Scene) -> None:
    shelf = scene.open()
    scene.keep_rows(3)
    (scene.folder / "teas.csv").rename(scene.folder / "few-teas.csv")
    scene.change("tea.yaml", "catalog: teas.csv", "catalog: few-teas.csv")
    assert settled(shelf).held == ()
    assert products(shelf) == 3


def test_a_column_that_is_gone_holds_only_the_quiz_that_needs_it(scene: Scene) -> None:
    scene.second_quiz()
    text = (scene.folder / "second-tea.yaml").read_text("utf-8")
    (scene.folder / "second-tea.yaml").write_text(
        text.replace("from: {column: spice}", "from: {column: fruit}"), "utf-8"
    )
    shelf = scene.open()
    scene.change("teas.csv", ",fruit,spice,", ",fruit,heat,")
    scene.change("teas.csv", "9.50", "9.90")
    news = settled(shelf)
    prices = {name: each.catalog.price[0] for name, each in shelf.library.editions.items()}
    assert prices == {"tea": 9.5, "second-tea": 9.9}
    assert rules(news.problems) == [("unknown-column", "error")]
    assert news.held == ("tea",)


def test_a_broken_example_blocks_a_quiz_and_only_warns_of_a_feed(scene: Scene) -> None:
    scene.add("tea.yaml", EXAMPLE % "brass")
    shelf = scene.open()
    scene.change("teas.csv", "Brass Band,6,images/cup.svg,5", "Brass Band,6,images/cup.svg,1")
    news = settled(shelf)
    assert (rules(news.problems), news.held, news.changed) == ([("example", "warning")], (), ("tea",))
    scene.change("tea.yaml", "Find your tea", "Meet your tea")
    news = settled(shelf)
    assert (rules(news.problems), news.held, news.changed) == ([("example", "error")], ("tea",), ())
    assert titles(shelf) == {"tea": "Find your tea"}


def test_a_product_that_an_example_names_may_sell_out_for_good(scene: Scene) -> None:
    scene.add("tea.yaml", EXAMPLE % "brass")
    shelf = scene.open()
    lines = (scene.folder / "teas.csv").read_text("utf-8").splitlines()
    (scene.folder / "teas.csv").write_text("\n".join([*lines[:3], *lines[4:]]), "utf-8")
    news = settled(shelf)
    assert products(shelf) == 9
    assert {each.severity for each in news.problems} == {"warning"}
    assert news.held == ()


def test_a_comment_is_no_new_quiz_that_an_example_could_block(scene: Scene) -> None:
    scene.add("tea.yaml", EXAMPLE % "brass")
    shelf = scene.open()
    scene.change("teas.csv", "Brass Band,6,images/cup.svg,5", "Brass Band,6,images/cup.svg,1")
    settled(shelf)
    scene.add("tea.yaml", "# so it is\n")
    assert settled(shelf).held == ()


def test_a_new_quiz_that_is_broken_is_not_served_and_a_removed_one_is_gone(scene: Scene) -> None:
    shelf = scene.open()
    (scene.folder / "coffee.yaml").write_text("title: [", "utf-8")
    assert settled(shelf).held == ()
    assert titles(shelf) == {"tea": "Find your tea"}
    scene.second_quiz()
    (scene.folder / "coffee.yaml").unlink()
    assert settled(shelf).changed == ("second-tea",)
    (scene.folder / "tea.yaml").unlink()
    assert settled(shelf).changed == ("tea",)
    assert list(titles(shelf)) == ["second-tea"]


def test_a_folder_that_is_empty_or_gone_changes_nothing(scene: Scene) -> None:
    shelf = scene.open()
    (scene.folder / "tea.yaml").unlink()
    assert rules(settled(shelf).problems) == [("no-quiz", "error")]
    shutil.rmtree(scene.folder)
    assert rules(settled(shelf).problems) == [("no-folder", "error")]
    assert titles(shelf) == {"tea": "Find your tea"}


def test_a_broken_translation_or_site_keeps_what_was_good(scene: Scene) -> None:
    shelf = scene.open()
    (scene.folder / "tea.de.yaml").write_text("titel: Finde deinen Tee\n", "utf-8")
    scene.change("site.yaml", '"#8a4b2d"', "brown")
    news = settled(shelf)
    assert shelf.library.site.theme.accent == "#8a4b2d"
    assert shelf.library.editions["tea"].languages == ("en",)
    assert {Path(each.file).name for each in news.problems} == {"site.yaml", "tea.de.yaml"}


def test_a_failure_of_the_program_itself_is_raised_once_and_what_was_good_stays(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = scene.open()

    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr("quizbot.library.shelf.newest", fail)
        scene.change("tea.yaml", "Find your tea", "Meet your tea")
        assert shelf.look() is None
        with pytest.raises(MemoryError):
            shelf.look()
        assert shelf.look() is None
    assert titles(shelf) == {"tea": "Find your tea"}
    scene.add("tea.yaml", "# once more\n")
    assert settled(shelf).changed == ("tea",)


# Restarts -----------------------------------------------------------------------------------------


def test_a_quiz_that_is_broken_at_the_start_is_served_as_it_was_kept(scene: Scene) -> None:
    shelf = scene.open()
    before = shelf.library.editions["tea"]
    scene.change("tea.yaml", "title: Find your tea", "title: [")
    (scene.folder / "teas.csv").write_text("id\n", "utf-8")
    scene.change("site.yaml", '"#8a4b2d"', "brown")
    again = scene.open()
    after = again.library.editions["tea"]
    assert (again.held, again.library.site) == (("tea",), shelf.library.site)
    assert (after.version, after.quiz, after.catalog.ids) == (before.version, before.quiz, before.catalog.ids)
    assert after.catalog.currency == before.catalog.currency
    assert scene.said == []


def test_a_start_without_a_version_that_was_ever_good_is_refused(scene: Scene) -> None:
    scene.change("tea.yaml", "title: Find your tea", "titel: Find your tea")
    with pytest.raises(Refused) as refused:
        scene.open()
    assert "unknown-key" in [each.rule for each in refused.value.problems]


def test_a_quiz_whose_example_was_never_met_is_refused_at_the_start(scene: Scene) -> None:
    scene.add("tea.yaml", EXAMPLE % "pond")
    with pytest.raises(Refused):
        scene.open()


def test_a_feed_that_lost_its_products_between_two_starts_is_refused(scene: Scene) -> None:
    scene.open()
    scene.keep_rows(4)
    again = scene.open()
    assert products(again) == 10
    assert rules(again.library.problems) == [("feed-shrunk", "error")]


def test_what_was_kept_and_is_damaged_is_left_aside_with_a_sentence(scene: Scene) -> None:
    scene.open()
    kept = next(scene.data.glob("versions/*/tea.json"))
    for damaged in (b"", b"\xff\x00", kept.read_bytes()[:-5], b"[]\n[]"):
        kept.write_bytes(damaged)
        scene.said.clear()
        assert titles(scene.open()) == {"tea": "Find your tea"}
        assert [each for each in scene.said if "is left aside" in each]
        kept.write_bytes(damaged)
        with pytest.raises(Refused):
            broken_start(scene)
    scene.said.clear()
    scene.open()
    scene.said.clear()
    scene.open()
    assert scene.said == []


def broken_start(scene: Scene) -> None:
    """A start with a broken quiz, mended afterwards."""
    text = (scene.folder / "tea.yaml").read_text("utf-8")
    try:
        (scene.folder / "tea.yaml").write_text("title: [", "utf-8")
        scene.open()
    finally:
        (scene.folder / "tea.yaml").write_text(text, "utf-8")


def test_nothing_is_written_unless_the_content_changes(scene: Scene) -> None:
    shelf = scene.open()
    kept = stamps(scene.data)
    visitor = create_app(Shop(shelf.library)).test_client()
    for _ in range(3):
        assert visitor.post("/api/v1/quizzes/tea/turn", json={"answers": {"hour": "morning"}}).status_code == 200
        assert visitor.get("/quiz/tea").status_code == 200
        shelf.look()
    scene.open()
    assert stamps(scene.data) == kept


def test_a_data_folder_that_cannot_be_used_is_told_and_changes_nothing_else(scene: Scene) -> None:
    scene.data.write_text("a file in its place", "utf-8")
    shelf = scene.open()
    assert [each for each in scene.said if each.startswith("nothing can be kept in")]
    scene.change("tea.yaml", "Find your tea", "Meet your tea")
    assert settled(shelf).changed == ("tea",)
    assert titles(Shelf(scene.folder)) == {"tea": "Meet your tea"}


def test_what_nobody_needs_any_more_is_removed(scene: Scene) -> None:
    shelf = scene.open()
    (scene.data / "prepared" / f"x{UNFINISHED}").write_bytes(b"half")
    for price in range(10, 15):
        scene.change("teas.csv", "Chimney Stack,", f"Chimney Stack,{price}")
        settled(shelf)
    assert len(list((scene.data / "prepared").iterdir())) == 2
    other = Path(shutil.copytree(SHOP, scene.folder.parent / "other"))
    Shelf(other, scene.data)
    assert len(list((scene.data / "prepared").iterdir())) == 4
    scene.change("tea.yaml", "Find your tea", "Meet your tea")
    settled(shelf)
    (other / "tea.yaml").write_text("title: [", "utf-8")
    assert titles(Shelf(other, scene.data)) == {"tea": "Find your tea"}


def test_processes_on_one_data_folder_come_to_the_same(scene: Scene) -> None:
    first, second = scene.open(), scene.open()
    scene.change("tea.yaml", "Find your tea", "Meet your tea")
    settled(first)
    scene.change("tea.yaml", "title: Meet your tea", "title: [")
    settled(first)
    settled(second)
    assert titles(first) == titles(second) == {"tea": "Meet your tea"}
    versions = {each.library.editions["tea"].version for each in (first, second)}
    assert len(versions) == 1


def test_shelves_that_read_at_the_same_time_do_not_fight(scene: Scene) -> None:
    shelves = [scene.open() for _ in range(4)]
    scene.said.clear()
    failed: list[BaseException] = []

    def read(shelf: Shelf) -> None:
        try:
            for _ in range(12):
                shelf.look()
        except BaseException as error:  # noqa: BLE001 (whatever it is, the test must hear of it)
            failed.append(error)

    threads = [threading.Thread(target=read, args=(each,)) for each in shelves]
    scene.change("teas.csv", "9.50", "9.60")
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for shelf in shelves:
        shelf.look()
        shelf.look()
    assert (failed, scene.said) == ([], [])
    assert {each.library.editions["tea"].catalog.price[0] for each in shelves} == {9.6}


# Visitors -----------------------------------------------------------------------------------------


def swapped(scene: Scene) -> tuple[Shelf, Shop, Callable[[], None]]:
    """A shop, and what swaps its content for the files as they are now."""
    shelf = scene.open()
    shop = Shop(shelf.library)

    def swap() -> None:
        settled(shelf)
        shop.library = shelf.library

    return shelf, shop, swap


def test_a_shopper_in_mid_quiz_carries_over_and_hears_what_was_dropped(scene: Scene) -> None:
    _, shop, swap = swapped(scene)
    client = create_app(shop).test_client()
    first = client.post("/api/v1/quizzes/tea/turn", json={}).get_json()
    answers: dict[str, Any] = {"hour": "morning", "tastes": ["smoke"]}
    page = client.post("/quiz/tea", data={"question": "hour", "answer": "morning", "step": "next", "state": ""}).text
    state = re.search(r'name="state" value="([^"]*)"', page)
    assert state is not None
    held = state[1].replace("&#34;", '"').replace("&quot;", '"').replace('"hour"', '"tastes":["smoke"],"hour"')
    scene.change("tea.yaml", "- id: tastes", "- id: flavors")
    scene.change("tea.yaml", "{tastes: smoke}", "{flavors: smoke}")
    swap()
    second = client.post("/api/v1/quizzes/tea/turn", json={"version": first["version"], "answers": answers})
    told = second.get_json()
    assert second.status_code == 200
    assert told["version"] != first["version"]
    assert [each["field"] for each in told["dropped"]] == ["answers.tastes"]
    assert told["question"]["id"] == "flavors"
    assert told["progress"]["answered"] == 1
    page = client.post("/quiz/tea", data={"state": held, "step": "show"}).text
    assert "Before anybody speaks" in page
    assert "no longer" in page


def test_two_hundred_broken_reloads_under_load_never_show(scene: Scene) -> None:
    """Every answer comes from a version that was valid, and no request fails."""
    shelf, shop, _ = swapped(scene)
    app = create_app(shop)
    good, feed = (scene.folder / "tea.yaml").read_text("utf-8"), (scene.folder / "teas.csv").read_text("utf-8")
    valid = {shelf.library.editions["tea"].version}
    answered: set[str] = set()
    failed: list[object] = []
    done = threading.Event()

    def visit() -> None:
        client = app.test_client()
        while not done.is_set():
            answer = client.post("/api/v1/quizzes/tea/turn", json={"answers": {"hour": "morning"}, "finish": True})
            if answer.status_code != 200 or not answer.get_json()["results"]["items"]:
                failed.append(answer.status)
                return
            answered.add(answer.get_json()["version"])
            time.sleep(0.005)  # the machine is the test's, too

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for each in visitors:
        each.start()
    broken = ("title: [", "titel: a\n", good.replace("column: smoke", "column: smok"), good[: len(good) // 2], "")
    for at in range(200):
        if at % 10 == 5:
            (scene.folder / "teas.csv").write_text(feed[: len(feed) // 3], "utf-8")
        elif at % 10 == 9:
            (scene.folder / "teas.csv").write_text(feed, "utf-8")
            (scene.folder / "tea.yaml").write_text(good.replace("Find your tea", f"Tea {at}"), "utf-8")
        else:
            (scene.folder / "tea.yaml").write_text(broken[at % len(broken)] + f"# {at}\n", "utf-8")
        shelf.look()
        shelf.look()
        shop.library = shelf.library
        if at % 10 == 9:
            assert titles(shelf) == {"tea": f"Tea {at}"}
            valid.add(shelf.library.editions["tea"].version)
    done.set()
    for each in visitors:
        each.join()
    assert failed == []
    assert answered <= valid
    assert len(valid) == 21


def test_stamps_leave_out_what_is_hidden_and_databases(tmp_path: Path) -> None:
    for name in ("tea.yaml", ".tea.yaml.swp", "quizbot.db", "quizbot.db-wal", "images/cup.svg", ".git/HEAD", "data/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    seen: Stamps = stamps(tmp_path, [tmp_path / "nowhere"], [tmp_path / "data"])
    assert {path.relative_to(tmp_path).as_posix() for path in seen} == {"tea.yaml", "images/cup.svg"}
