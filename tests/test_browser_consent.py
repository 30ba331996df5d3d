"""In a real browser: nothing is anywhere before an opt-in, and afterwards all works without scripts, in a frame too."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask import Flask
from playwright.sync_api import Browser, Frame, Page

from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import create_app
from tests.visiting import remembering
from tests.walking import MOST, WIDER, answer, faults, go_on, kind_of

pytestmark = pytest.mark.browser

MARKER, AGENT = "zebrafish", "Ostrich/77.7"
STORED = """async () => [document.cookie, localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length, window.caches ? (await caches.keys()).length : 0]"""
QUIZZES = sorted(
    path.stem for path in bundled("quizzes").glob("*.yaml") if path.stem != "site" and "." not in path.stem
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The example shop, served by the command with every folder it could write to below one; with its address."""
    folder = tmp_path_factory.mktemp("nothing")
    for each in ("temp", "records"):
        (folder / each).mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUIZBOT_")}
    environment |= {
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "TMPDIR": str(folder / "temp"),
        "QUIZBOT_DATABASE": str(folder / "records/quizbot.db"),
        "QUIZBOT_DATA_DIR": str(folder / "data"),
    }
    words = [sys.executable, "-m", "quizbot", "serve", "--port", "0"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        ) as process,
    ):
        assert process.stdout
        try:
            address = f"http://127.0.0.1:{int(process.stdout.readline().rpartition(':')[2])}"
            for _ in range(300):  # it is said a moment before the workers listen
                with suppress(OSError), urlopen(f"{address}/healthz", timeout=10):
                    break
                time.sleep(0.1)
            yield address, folder
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def files(folder: Path) -> dict[str, bytes]:
    """The bytes of every file below a folder."""
    return {str(each): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("quiz", QUIZZES)
def test_nothing_is_kept_anywhere_before_an_opt_in(chromium: Browser, server: tuple[str, Path], quiz: str) -> None:
    address, folder = server
    context = chromium.new_context(locale="en-US", user_agent=AGENT)
    page = context.new_page()
    page.goto(f"{address}/quiz/{quiz}")
    before = files(folder)
    for _ in range(MOST):
        if not kind_of(page):
            break
        if page.locator("fieldset textarea, fieldset input:not([type])").count():
            page.locator("fieldset textarea, fieldset input:not([type])").first.fill(MARKER)
        else:
            answer(page)
        go_on(page)
    page.locator("#say").fill(f"warmer, and no {MARKER}")
    page.get_by_role("button", name="Say it").click()
    page.wait_for_selector(f"main:has-text('{MARKER}')")
    refuse = page.get_by_role("button", name="No, keep nothing")
    assert refuse.count() == (quiz != "gift-finder"), "a gift leaves no trace, so nothing is asked about one"
    if refuse.count():
        refuse.click()
        page.wait_for_selector("main:has-text('Nothing was kept')")
    assert page.evaluate(STORED) == ["", 0, 0, 0, 0]
    assert context.cookies() == []
    context.close()
    assert files(folder) == before, "no file is written to, and none is new"
    assert not (folder / "records/quizbot.db").exists()
    with urlopen(f"{address}/metrics", timeout=20) as told:
        figures = told.read()
    for mark in (MARKER.encode(), AGENT.encode(), b"127.0.0.1"):
        assert mark not in figures
        hits = [
            path for path, text in files(folder).items() if mark in text and not path.startswith(str(folder / "data"))
        ]
        assert hits == []


@pytest.fixture(scope="module")
def remembered(
    serve: Callable[[Flask], str], tea_shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """Where the tea shop is served that remembers, and where a page of another site has it in a frame."""
    outer = Flask("outer")
    elsewhere = serve(outer).replace("127.0.0.1", "localhost")
    embed = tea_shop.site.embed.model_copy(update={"origins": (elsewhere,)})
    library = replace(tea_shop.library, site=tea_shop.site.model_copy(update={"embed": embed}))
    there = remembering(Shop(library), tmp_path_factory.mktemp("frame"))
    there.sends_mail = True
    here = serve(create_app(there))
    body = (
        f'<!doctype html><title>Shop</title><iframe title="Quiz" src="{here}/quiz/tea?embed=1" height="900"></iframe>'
    )
    outer.add_url_rule("/", view_func=lambda: body)
    shop = (
        f'<!doctype html><title>Shop</title><script defer src="{here}/embed.js"></script>'
        f'<quiz-bot quiz="tea" cart><a href="{here}/quiz/tea">Find your tea</a></quiz-bot>'
    )
    outer.add_url_rule("/shop", "shop", view_func=lambda: shop)
    return here, elsewhere


def to_results(view: Page | Frame) -> None:
    """Answer one question and see the results, without scripts."""
    view.locator("[name=answer]").first.press("Space")
    view.locator("[name=step][value=next]").press("Enter")
    view.locator("[name=step][value=finish]").press("Enter")
    view.wait_for_selector(".consent")


def whole_flow(view: Page | Frame, again: Callable[[], Page | Frame]) -> None:
    """Opt in, come back, see what is kept, take it back, and come back once more."""
    to_results(view)
    assert not view.locator(".consent [type=checkbox]").first.is_checked()
    view.locator(".consent [name=purposes]").press("Space")
    view.locator(".consent [value=consent]").press("Enter")
    view.wait_for_selector("text=Kept, as you agreed")
    view = again()
    view.wait_for_selector("text=Welcome back")
    view.locator(".returning a").press("Enter")
    view.wait_for_selector("text=What you agreed to")
    assert "Before anybody speaks" in str(view.text_content("main"))
    view.get_by_role("button", name="Take everything back").press("Enter")
    view.wait_for_selector("text=Everything was taken back")
    view = again()
    view.wait_for_selector("fieldset")


def test_the_whole_of_consent_works_without_scripts(chromium: Browser, remembered: tuple[str, str]) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()

    def again() -> Page:
        page.goto(f"{remembered[0]}/quiz/tea")
        return page

    whole_flow(again(), again)
    context.close()


def test_the_whole_of_consent_works_in_a_frame_of_another_site_without_scripts(
    chromium: Browser, remembered: tuple[str, str]
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()

    def again() -> Frame:
        page.goto(remembered[1])
        page.wait_for_selector("iframe")
        frame = page.frames[1]
        frame.wait_for_selector("main")
        return frame

    assert context.cookies() == []
    whole_flow(again(), again)
    context.close()


def agree_to(view: Page | Frame, purpose: str) -> None:
    """Tick what is asked for now."""
    view.locator(f".consent [name=purposes][value={purpose}]").press("Space")
    view.locator(".consent [value=consent]").press("Enter")
    view.wait_for_selector("text=Kept, as you agreed")


def test_what_is_looked_at_is_kept_under_history_and_counts_next_time(
    chromium: Browser, remembered: tuple[str, str]
) -> None:
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.route("https://kettle.example/**", lambda route: route.fulfill(body="a tea"))
    page.goto(f"{remembered[0]}/quiz/tea")
    to_results(page)
    page.locator("a[data-item]").first.click()
    page.wait_for_url("https://kettle.example/**")
    page.goto(f"{remembered[0]}/quiz/tea")
    to_results(page)
    agree_to(page, "remember")
    page.goto(f"{remembered[0]}/quiz/tea")
    agree_to(page, "history")
    with page.expect_request(lambda request: "/did" in request.url):
        page.locator("a[data-item]").nth(1).click()
    page.wait_for_url("https://kettle.example/**")
    for _ in range(100):  # the note is on its way while the shop's page opens
        page.goto(f"{remembered[0]}/quiz/tea")
        if page.locator("text=Leave my history out").count():
            break
    assert "for your history" in str(page.text_content(".used"))
    page.get_by_role("button", name="Leave my history out").click()
    page.wait_for_selector("text=With your history,")
    page.goto(f"{remembered[0]}/my-data")
    assert page.locator("#events ~ .happened li").count() == 1, "what came before the grant is not there"
    assert "viewed" in str(page.text_content("#events ~ .happened li"))
    page.get_by_role("button", name="Forget this").click()
    page.wait_for_selector("text=Nothing so far.")
    context.close()


def test_what_goes_into_the_cart_from_a_frame_is_kept_under_history(
    chromium: Browser, remembered: tuple[str, str]
) -> None:
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{remembered[1]}/shop")
    page.locator("quiz-bot a").click()
    page.wait_for_selector("quiz-bot iframe")
    frame = page.frames[1]
    frame.wait_for_selector("fieldset")
    to_results(frame)
    agree_to(frame, "remember")
    frame.goto(f"{remembered[0]}/quiz/tea?embed=1")
    agree_to(frame, "history")
    with page.expect_response(lambda response: "/did" in response.url) as noted:
        frame.get_by_role("button", name="Add to cart").first.press("Enter")
    assert noted.value.status == 204
    frame.goto(f"{remembered[0]}/my-data?embed=1")
    assert "put into the cart" in str(frame.text_content("#events ~ .happened li"))
    context.close()


def test_the_page_stops_saying_that_nothing_is_stored_in_the_moment_it_is(
    chromium: Browser, remembered: tuple[str, str]
) -> None:
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{remembered[0]}/quiz/tea")
    to_results(page)
    promise = page.locator(".colophon", has_text="Nothing is stored")
    assert promise.count() == 1
    agree_to(page, "remember")
    assert promise.count() == 0
    assert page.locator(".colophon").count() == 1
    context.close()


def test_axe_finds_nothing_in_what_is_asked_and_shown(
    chromium: Browser, remembered: tuple[str, str], request: pytest.FixtureRequest
) -> None:
    context = chromium.new_context(locale="en-US", viewport={"width": 360, "height": 800})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{remembered[0]}/quiz/tea")
    to_results(page)
    folder = os.environ.get("QUIZBOT_TEST_PICTURES")

    def seen(state: str) -> None:
        page.evaluate("() => document.querySelectorAll('main details').forEach(each => { each.open = true })")
        assert faults(page) == [], state
        assert page.evaluate(WIDER) <= 0, state
        if folder:
            page.screenshot(path=f"{folder}/{request.node.name}-{state}.png", full_page=True)

    seen("asked")
    page.locator(".mail [name=email]").fill("nobody")
    page.locator(".mail [name=purposes]").check()
    page.locator(".mail [value=consent]").click()
    page.wait_for_selector(".mail .mistake")
    assert page.evaluate("() => document.activeElement.id") == "now"
    seen("no address")
    page.locator(".consent [value=consent]").click()
    page.wait_for_selector(".consent .mistake")
    seen("unticked")
    page.locator(".consent [name=purposes]").check()
    page.locator(".consent [value=consent]").click()
    page.wait_for_selector("text=Kept, as you agreed")
    assert page.evaluate("() => document.activeElement.id") == "now"
    seen("receipt")
    page.goto(f"{remembered[0]}/quiz/tea")
    page.wait_for_selector("text=Welcome back")
    seen("welcome")
    page.goto(f"{remembered[0]}/my-data")
    seen("my data")
    page.get_by_role("button", name="Delete everything").click()
    page.wait_for_selector("text=Everything was deleted")
    seen("nobody")
    context.close()
