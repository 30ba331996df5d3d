"""The rail on pages of another site: an invitation that leaves no trace, picks for who agreed, and nothing moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from quizbot.shop import Shop
from quizbot.web import create_app
from tests.visiting import remembering
from tests.walking import PATIENCE, STORED, WIDER, faults

pytestmark = pytest.mark.browser

WATCH = """() => { window.moved = 0; window.heard = [];
    new PerformanceObserver(list => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) moved += each.value;
    }).observe({type: 'layout-shift', buffered: true});
    for (const each of 'ready start complete refine select error'.split(' '))
        addEventListener('quiz:' + each, event => { heard.push([each, event.detail]);
            if (each === 'select') event.preventDefault() }) }"""
KEPT_PLACE = "quiz-bot { display: block; min-height: 320px }"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which somebody would be remembered."""
    return tmp_path_factory.mktemp("rail")


@pytest.fixture(scope="module")
def host(serve: Callable[[Flask], str], tea_shop: Shop, records: Path) -> tuple[str, str]:
    """Where a shop's page with the rail is served, under a strict policy, and where the quiz is: another site."""
    app = Flask("host")
    place = serve(app)
    embed = tea_shop.site.embed.model_copy(update={"origins": (place,), "product_url": f"{place}/p/{{id}}"})
    library = replace(tea_shop.library, site=tea_shop.site.model_copy(update={"embed": embed}))
    quizzes = serve(create_app(remembering(Shop(library), records))).replace("127.0.0.1", "localhost")

    @app.get("/")
    def page() -> tuple[str, dict[str, str]]:
        """A page with the rail at its top or, far below, behind a long text."""
        policy = f"default-src 'none'; script-src 'nonce-x'; frame-src {quizzes}; style-src 'nonce-x'; img-src data:"
        far = "<p>Much to read.</p>" * (60 if request.args.get("far") else 0)
        rail = f'<quiz-bot rail="tea" data-layer><a href="{quizzes}/quiz/tea">Find your tea</a></quiz-bot>'
        html = (
            '<!doctype html><html lang="en"><meta name=viewport content="width=device-width"><title>shop</title>'
            f'<link rel=icon href="data:,"><style nonce=x>{request.args.get("css", KEPT_PLACE)}</style>'
            f"<script nonce=x defer src='{quizzes}/embed.js'></script>"
            f"<main><h1>A tea</h1>{far}{rail}<p>Below<p><a href='#'>A link</a>{far}</main>"
        )
        return html, {"Content-Security-Policy": policy}

    @app.get("/quiz")
    def quiz() -> str:
        """A page with the quiz in a frame."""
        return f'<!doctype html><title>shop</title><iframe title=Quiz height=900 src="{quizzes}/quiz/tea?embed=1">'

    return place, quizzes


@contextmanager
def visitor(browser: Browser, size: int = 900, **settings: str) -> Iterator[BrowserContext]:
    """Somebody new."""
    context = browser.new_context(locale="en-US", viewport={"width": size, "height": 740}, **settings)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def visited(context: BrowserContext, place: str, query: str = "") -> tuple[Page, FrameLocator]:
    """The shop's page, watched, and its rail's frame."""
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{place}/{query}", wait_until="networkidle")
    return page, page.locator("quiz-bot").frame_locator("iframe")


def agree(page: Page, view: Page | FrameLocator, *, stays: bool = False) -> None:
    """Answer a question and let the answers be remembered; the page is closed then, unless one stays."""
    view.locator("[name=answer]").first.press("Space")
    view.locator("[name=step][value=next]").press("Enter")
    view.locator("[name=step][value=finish]").press("Enter")
    view.locator(".consent [name=purposes]").press("Space")
    view.locator("[name=step][value=consent]").press("Enter")
    expect(view.get_by_text("Kept, as you agreed")).to_be_visible()
    if not stays:
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [320, 1280])
def test_somebody_new_is_invited_and_leaves_no_trace(
    chromium: Browser, host: tuple[str, str], records: Path, size: int, scheme: str
) -> None:
    with visitor(chromium, size, color_scheme=scheme) as context:
        before = list(records.iterdir())
        page, frame = visited(context, host[0])
        expect(frame.get_by_role("heading", name="Find your tea")).to_be_visible()
        expect(frame.get_by_role("link", name="Begin")).to_have_attribute("href", "/quiz/tea")
        assert faults(page) == []
        inner = next(each for each in page.frames if "/rail/" in each.url)
        assert inner.evaluate(WIDER) <= 0
        assert inner.evaluate("document.cookie") == ""  # its storages are out of reach there
        assert page.evaluate(STORED) == ["", 0, 0, 0]
        assert page.evaluate("moved") == 0
        assert [name for name, _ in page.evaluate("heard")] == ["ready"]
        assert page.evaluate("window.dataLayer") is None
        assert context.cookies() == []
        assert list(records.iterdir()) == before


def test_nothing_is_asked_of_the_server_before_the_rail_comes_near(chromium: Browser, host: tuple[str, str]) -> None:
    with visitor(chromium) as context:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page, frame = visited(context, host[0], "?far=1&css=x")
        assert [each for each in asked if each.startswith(host[1])] == [f"{host[1]}/embed.js"]
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(300)
        page.mouse.wheel(0, 1500)
        expect(frame.get_by_role("heading", name="Find your tea")).to_be_visible()
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(500)
        assert page.evaluate("moved") == 0, "although the shop keeps no place for it"
        assert page.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize("size", [320, 1280])
def test_who_agreed_in_the_frame_of_that_shop_finds_picks_with_reasons(
    chromium: Browser, host: tuple[str, str], size: int
) -> None:
    place, _ = host
    with visitor(chromium, size) as context:
        page = context.new_page()
        page.goto(f"{place}/quiz")
        agree(page, page.frame_locator("iframe"))
        page, frame = visited(context, place)
        expect(frame.get_by_role("heading", name="Picked for you")).to_be_visible()
        assert frame.locator(".pick").count() == 3
        assert "Strength: a brass band" in str(frame.locator(".reason").first.text_content())
        assert "Before anybody speaks" not in str(frame.locator("main").text_content())
        assert faults(page) == []
        assert page.evaluate("moved") == 0
        frame.locator(".pick a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        ready, selected = page.evaluate("heard")
        assert ready[0] == "ready"
        assert selected == ["select", selected[1] | {"quiz": "tea", "item": "brass", "position": 1}]
        assert len(context.pages) == 1, "the shop canceled it"
        assert [each.get("event") for each in page.evaluate("dataLayer")] == [None, "select_item"]


def test_a_pick_that_was_looked_at_is_not_shown_again(chromium: Browser, host: tuple[str, str]) -> None:
    place, _ = host
    with visitor(chromium) as context:
        page = context.new_page()
        page.goto(f"{place}/quiz")
        frame = page.frame_locator("iframe")
        agree(page, frame, stays=True)
        frame.get_by_role("link", name="My data").first.press("Enter")
        frame.locator("[name=purposes][value=history]").press("Space")
        frame.get_by_role("button", name="Save this choice").press("Enter")
        expect(frame.get_by_text("Your choice holds")).to_be_visible()
        page, rail = visited(context, place)
        with page.expect_request("**/did?own=1"):
            rail.locator(".pick a").first.press("Enter")
        page, rail = visited(context, place)
        expect(rail.get_by_role("heading", name="Picked for you")).to_be_visible()
        assert "Brass Band" not in rail.locator("h2").all_text_contents()


def test_not_now_closes_it_for_this_view_and_stores_nothing(chromium: Browser, host: tuple[str, str]) -> None:
    with visitor(chromium) as context:
        page, frame = visited(context, host[0])
        frame.get_by_role("button", name="Not now").focus()
        page.keyboard.down("Enter")
        expect(page.locator("quiz-bot")).to_have_count(0)
        page.keyboard.up("Enter")  # while the frame went, nobody would say that it came
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "A link"
        assert context.cookies() == []
        page.reload()
        expect(frame.get_by_role("heading", name="Find your tea")).to_be_visible()


def test_the_rail_works_as_a_page_of_its_own_without_scripts(chromium: Browser, host: tuple[str, str]) -> None:
    _, quizzes = host
    context = chromium.new_context(locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{quizzes}/quiz/tea")
    agree(page, page)
    page = context.new_page()
    page.goto(f"{quizzes}/rail/tea")
    expect(page.get_by_role("heading", name="Picked for you")).to_be_visible()
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_text("Nothing was noted")).to_be_visible()
    assert [each["name"] for each in context.cookies()] == ["quizbot"]
    context.close()


def test_the_link_leads_to_the_quiz_while_the_rail_cannot_be_had(chromium: Browser, host: tuple[str, str]) -> None:
    with visitor(chromium) as context:
        context.route("**/rail/**", lambda route: route.abort())
        page, _ = visited(context, host[0])
        expect(page.locator("quiz-bot >> iframe")).to_have_count(0)
        assert page.evaluate("heard") == [["error", {"quiz": "tea", "code": "unreachable"}]]
        page.get_by_role("link", name="Find your tea").click()
        expect(page.get_by_text("When do you drink it?")).to_be_visible()
