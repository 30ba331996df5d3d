"""The pages in a real browser: without scripts, by keyboard, on small screens, for everybody."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from quizbot.shop import Shop
from quizbot.web import create_app
from tests.walking import MOST, SPACED, STORED, TYPES, WIDER, answer, comes, every_state, faults, go_on, kind_of, opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("query", ["", "?embed=1&lang=de&product=moss"])
def test_axe_finds_nothing_in_any_state_and_nothing_is_stored(chromium: Browser, address: str, query: str) -> None:
    seen = set()
    with opened(chromium) as page:
        for state in every_state(page, f"{address}/quiz/tea{query}"):
            seen.add(state)
            assert faults(page) == [], state
            assert page.evaluate(STORED) == ["", 0, 0, 0], state
    assert seen == TYPES | {f"{each} with a mistake" for each in TYPES} | {"results"}


@pytest.mark.slow
def test_axe_finds_nothing_on_any_step_of_the_example_quiz(chromium: Browser, example: str) -> None:
    with opened(chromium, viewport={"width": 390, "height": 800}) as page:
        for state in every_state(page, f"{example}/quiz/winter-coat"):
            assert faults(page) == [], state


def test_axe_finds_nothing_on_the_other_pages(chromium: Browser, example: str) -> None:
    with opened(chromium) as page:
        for path in ("/", "/quiz/winter-coat", "/quiz/nothing"):
            page.goto(example + path)
            assert faults(page) == [], path


def test_the_example_quiz_can_be_taken_without_scripts(chromium: Browser, example: str) -> None:
    with opened(chromium, java_script_enabled=False) as page:
        page.goto(example)
        page.get_by_role("link", name="Find your winter coat").click()
        kinds: list[str] = []
        while (kind := kind_of(page)) and len(kinds) < MOST:
            kinds.append(kind)
            answer(page)
            go_on(page)
        assert set(kinds) == {"single", "scale", "multiple", "ranking", "number"}
        expect(page.get_by_role("heading", name="Best match")).to_be_visible()
        page.locator("summary").first.click()
        expect(page.locator(".sum").first).to_be_visible()
        page.get_by_role("button", name="Change your answer to “What is winter like where you live?”").click()
        expect(page.get_by_role("radio", checked=True)).to_have_count(1)


def test_the_example_quiz_can_be_taken_by_keyboard(chromium: Browser, example: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{example}/quiz/winter-coat")
        asked = 0
        while (kind := kind_of(page)) and asked < MOST:
            asked += 1
            if asked > 1:
                expect(page.locator("h2:focus")).to_have_count(1)
            by_keyboard(page, kind)
            with comes(page):
                page.keyboard.press("Enter")
        assert asked >= 7
        expect(page.locator("h2:focus")).to_have_count(1)
        expect(page.get_by_role("heading", name="Best match")).to_be_visible()


def by_keyboard(page: Page, kind: str) -> None:
    """Answer with keys alone, and leave the focus on Continue."""
    tab_to(page, "fieldset input:not([type=hidden]), fieldset .place")
    before = page.url
    if kind in ("single", "scale"):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio").nth(1)).to_be_checked()
    elif kind == "ranking":
        page.keyboard.press("Space")
    elif kind == "number":
        page.keyboard.type("300")
    else:
        page.keyboard.press("Space")
    assert page.url == before, "choosing never goes on by itself"
    tab_to(page, "[value=next]")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(20):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_mistake_moves_the_focus_to_the_first_control(chromium: Browser, address: str) -> None:
    with opened(chromium, java_script_enabled=True) as page:
        for state in every_state(page, f"{address}/quiz/tea"):
            if "mistake" in state:
                first = page.locator("fieldset .place, fieldset input:not([type=hidden])").first
                expect(first).to_be_focused()
                expect(first).to_have_attribute("aria-describedby", "mistake")
                assert page.title().startswith("Error: ")


def test_a_question_is_a_group_named_by_the_question(chromium: Browser, address: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{address}/quiz/tea")
        group = page.get_by_role("group", name="When do you drink it?")
        expect(group.get_by_role("heading", name="When do you drink it?")).to_be_visible()
        expect(group.get_by_role("radio")).to_have_count(2)
        expect(page.get_by_text("Question 1 of at most 6")).to_be_visible()
        expect(page.locator("[role=status]")).to_be_attached()


def test_small_screens_never_scroll_sideways(chromium: Browser, example: str, address: str) -> None:
    with opened(chromium, viewport={"width": 320, "height": 640}) as page:
        for start in (f"{address}/quiz/tea", f"{example}/quiz/winter-coat?lang=de"):
            for state in every_state(page, start):
                assert page.evaluate(WIDER) <= 0, (start, state)
                page.evaluate(SPACED)
                assert page.evaluate(WIDER) <= 0, (start, state, "with wide text spacing")
        for path in ("/", "/quiz/nothing"):
            page.goto(example + path)
            assert page.evaluate(WIDER) <= 0, path


def test_what_can_be_pressed_is_large_enough(chromium: Browser, address: str) -> None:
    small = """() => [...document.querySelectorAll('button, .option, select, summary, a, input[type=number]')]
        .filter(each => each.getClientRects().length && !each.matches('.skip-link'))
        .filter(each => each.getBoundingClientRect().height < 44 || each.getBoundingClientRect().width < 44)
        .map(each => each.outerHTML)"""
    with opened(chromium, viewport={"width": 360, "height": 740}) as page:
        for state in every_state(page, f"{address}/quiz/tea"):
            assert page.evaluate(small) == [], state


def test_pictures_reserve_their_place(chromium: Browser, example: str) -> None:
    shift = """() => new Promise(done => { let sum = 0; new PerformanceObserver(list => {
        for (const each of list.getEntries()) sum += each.value }).observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done(sum), 300) })"""
    with opened(chromium) as page:
        page.goto(f"{example}/quiz/winter-coat", wait_until="load")
        assert page.evaluate(shift) < 0.01


def test_the_first_question_needs_few_requests_to_one_host(chromium: Browser, example: str) -> None:
    with opened(chromium) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{example}/quiz/winter-coat", wait_until="networkidle")
        assert all(each.startswith(example) for each in asked)
        assert len([each for each in asked if "/content/" not in each]) <= 5


@pytest.fixture(scope="module")
def host(serve: Callable[[Flask], str], tea_shop: Shop) -> str:
    """A page of a shop that embeds the tea quiz, on another origin and under a strict policy."""
    app = Flask("host")
    place = serve(app)
    embed = tea_shop.site.embed.model_copy(update={"origins": (place,)})
    library = tea_shop.library
    site = tea_shop.site.model_copy(update={"embed": embed})
    quizzes = serve(create_app(Shop(type(library)(library.editions, site, library.folder))))

    @app.get("/<kind>")
    def page(kind: str) -> tuple[str, dict[str, str]]:
        script = f"{quizzes}/embed.js" if kind == "shop" else f"{quizzes}/nothing.js"
        policy = f"default-src 'none'; script-src {quizzes}; frame-src {quizzes}; style-src 'none'"
        link = f'<a href="{quizzes}/quiz/tea">Find your tea</a>'
        element = f'<script defer src="{script}"></script><quiz-bot quiz="tea" lang="de">{link}</quiz-bot>'
        html = f'<!doctype html><html lang="en"><title>shop</title><h1>A shop</h1>{element}'
        return html, {"Content-Security-Policy": policy}

    return place


def test_the_embed_opens_the_quiz_in_a_frame_when_it_is_pressed(chromium: Browser, host: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{host}/shop", wait_until="networkidle")
    assert not [each for each in asked if "/quiz/" in each], "nothing is asked before it is pressed"
    page.get_by_role("link", name="Find your tea").click()
    frame = page.frame_locator("iframe[title='Find your tea']")
    expect(frame.get_by_role("heading", name="When do you drink it?")).to_be_visible()
    expect(frame.get_by_role("button", name="Weiter")).to_be_visible()
    expect(page.get_by_role("link", name="Find your tea")).to_be_hidden()
    assert [each for each in complaints if "favicon" not in each and "404" not in each] == []
    context.close()


def test_the_link_stays_when_the_loader_does_not_come(chromium: Browser, host: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{host}/broken")
    page.get_by_role("link", name="Find your tea").click()
    expect(page.get_by_role("heading", name="When do you drink it?")).to_be_visible()
    assert "/quiz/tea" in page.url
    context.close()
