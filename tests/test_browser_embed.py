"""The embed in pages of other sites, strict, hostile and small: nothing moves, nothing leaks, the link survives."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web.demo import integrity
from tests.hosting import HOSTILE_CSS, framed, go_on, hosting, names, press, until, visiting
from tests.walking import STORED, WIDER, faults, opened

pytestmark = pytest.mark.browser

STORM = """([target, origin]) => {
    const names = ['ready', 'here', 'height', 'close', 'event', 'hello', 'decision', null, {}, 7];
    for (let at = 0; at < 1000; at += 1) target.postMessage(at % 11 ? { quizbot: names[at % 10], name: 'quiz:add',
        height: 10 * at, call: at % 5, go: false, view: at, cart: true, pressed: true, history: [{ item: 'moss' }],
        detail: { item: '<img src=x onerror=alert(1)>' } } : names[at % 10], origin) }"""


@pytest.fixture(scope="module")
def host(serve: Callable[[Flask], str], tea_shop: Shop) -> tuple[str, str]:
    """Where a shop's page that embeds the tea quiz is served, and where the quiz is: another site."""
    return hosting(serve, tea_shop)


@pytest.mark.parametrize(("size", "css", "direction"), [(900, "", "ltr"), (320, HOSTILE_CSS, "rtl")])
def test_inline_nothing_moves_and_nothing_is_stored(
    chromium: Browser, host: tuple[str, str], size: int, css: str, direction: str
) -> None:
    place, quizzes = host
    with visiting(chromium, place, size=size, css=css, dir=direction, bot='data-layer="own" product="moss"') as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        assert page.evaluate("scrollY") == 0
        frame = press(page)
        assert asked[0].startswith(f"{quizzes}/quiz/tea?embed=1")
        assert all(each.startswith(quizzes) for each in asked)
        frame.locator("input[type=radio]").first.focus()
        page.keyboard.press("Space")
        frame.locator("[value=next]").press("Enter")
        expect(frame.locator("[value=finish]")).to_be_visible()
        frame.locator("[value=finish]").press("Enter")
        expect(frame.locator(".best")).to_be_visible()
        expect(frame.locator(".standing")).to_be_visible()
        until(page, "complete")
        assert names(page) == ["ready", "start", "answer", "complete"]
        assert page.evaluate("heard[2][1]") == {"quiz": "tea", "question": "hour", "position": 1}
        layer = page.evaluate("own")
        assert [each.get("event") for each in layer] == ["quiz_start", "quiz_complete", None, "view_item_list"]
        assert layer[2] == {"ecommerce": None}
        assert layer[3]["ecommerce"]["item_list_id"] == "quiz_tea"
        assert page.evaluate("moved") == 0
        assert page.evaluate(STORED) == ["", 0, 0, 0]
        if not css:
            assert faults(page) == []
            assert page.evaluate(WIDER) <= 0


@pytest.mark.parametrize("size", [360, 1280])
def test_axe_finds_nothing_where_two_are_compared_in_a_frame(
    chromium: Browser, host: tuple[str, str], size: int
) -> None:
    with visiting(chromium, host[0], size=size) as page:
        frame = press(page)
        go_on(frame)
        frame.locator("[value=finish]").press("Enter")
        frame.locator(".choose-two summary").press("Enter")
        for at in (0, 1):
            frame.locator("[name=compare]").nth(at).press("Space")
        frame.locator("[value=compare]").press("Enter")
        expect(frame.locator(".pair li")).to_have_count(2)
        assert faults(page) == []
        assert page.evaluate("moved") == 0


def test_a_dialog_returns_the_focus_and_keeps_what_was_said(chromium: Browser, host: tuple[str, str]) -> None:
    with visiting(chromium, host[0], bot='mode="dialog" lang="de"') as page:
        frame = press(page)
        expect(page.get_by_role("dialog", name="Find yours")).to_be_visible()
        expect(page.get_by_role("button", name="Schließen")).to_be_visible()
        go_on(frame)
        frame.locator("h2").first.focus()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("link", name="Find yours")).to_be_focused()
        page.keyboard.press("Enter")
        expect(frame.locator(".thread")).to_be_visible()
        page.get_by_role("button", name="Schließen").click()
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_keyboard_passes_the_frame_in_both_directions(chromium: Browser, host: tuple[str, str]) -> None:
    with visiting(chromium, host[0]) as page:
        press(page)
        for key in ("Tab", "Shift+Tab"):
            for _ in range(15):
                page.keyboard.press(key)
                if page.evaluate("document.activeElement.tagName") != "QUIZ-BOT":
                    break
            assert page.evaluate("document.activeElement.tagName") in ("A", "BODY"), key
            page.get_by_role("link", name="Below").focus()


def test_a_thousand_hostile_messages_change_nothing_on_either_side(chromium: Browser, host: tuple[str, str]) -> None:
    place, quizzes = host
    with visiting(chromium, place) as page:
        page.evaluate(
            STORM.replace("([target, origin])", "()").replace("target.", "window.").replace(", origin)", ", '*')")
        )
        assert page.locator("quiz-bot >> iframe").count() == 0
        frame = press(page)
        inside = next(each for each in page.frames if each.url.startswith(quizzes))
        before = (page.locator("quiz-bot >> iframe").bounding_box(), frame.locator("main").inner_html(), names(page))
        own = STORM.replace("([target, origin])", "()").replace(", origin)", ", '*')")
        page.evaluate(own.replace("target.", "window."))
        inside.evaluate(own.replace("target.", "window."))
        page.wait_for_timeout(300)
        after = (page.locator("quiz-bot >> iframe").bounding_box(), frame.locator("main").inner_html(), names(page))
        assert after == before


@pytest.mark.parametrize("asked", [{"home": "http://localhost:9"}, {"script": 'integrity="sha384-AAAA" crossorigin'}])
def test_the_link_stays_when_the_loader_is_refused_or_gone(
    chromium: Browser, host: tuple[str, str], asked: dict[str, Any]
) -> None:
    with visiting(chromium, host[0], quiet=True, **asked) as page:
        expect(page.get_by_role("link", name="Find yours")).to_be_visible()
        assert page.evaluate("customElements.get('quiz-bot') === undefined")


def test_the_link_comes_back_when_the_server_goes(chromium: Browser, host: tuple[str, str]) -> None:
    with visiting(chromium, host[0], quiet=True) as page:
        page.route("**/quiz/tea?embed=1*", lambda route: route.abort())
        page.get_by_role("link", name="Find yours").click()
        until(page, "error")
        assert page.evaluate("heard") == [["error", {"quiz": "tea", "code": "unreachable"}]]
        expect(page.get_by_role("link", name="Find yours")).to_be_visible()
        assert page.locator("quiz-bot >> iframe").count() == 0


def test_an_eager_frame_comes_by_itself_and_takes_no_focus(chromium: Browser, host: tuple[str, str]) -> None:
    with visiting(chromium, host[0], bot='loading="eager" theme="dark"') as page:
        expect(framed(page).get_by_role("heading", name="When do you drink it?")).to_be_visible()
        assert page.evaluate("[document.activeElement.tagName, scrollY]") == ["BODY", 0]
        assert "start" not in names(page)


def test_the_demo_shop_fills_its_cart_and_follows_to_its_own_page(chromium: Browser, example: str) -> None:
    with opened(chromium, viewport={"width": 360, "height": 740}) as page:
        page.goto(f"{example}/demo-shop", wait_until="networkidle")
        assert faults(page) == []
        assert page.evaluate(WIDER) <= 0
        page.locator(".ask a").click()
        frame = page.locator(".ask").frame_locator("iframe")
        frame.locator("[value=skip]").press("Enter")
        frame.locator("[value=finish]").press("Enter")
        frame.get_by_role("button", name="Add to cart").first.press("Enter")
        expect(page.locator("#cart li")).to_have_count(1)
        expect(frame.get_by_role("button", name="It is in your cart")).to_be_visible()
        with page.expect_navigation():
            frame.locator("a[data-item]").nth(1).press("Enter")
        assert "/demo-shop?product=" in page.url


@pytest.mark.parametrize("size", [360, 900])
def test_the_second_of_two_embeds_opens_after_one_went_on_in_the_first(
    chromium: Browser, host: tuple[str, str], size: int
) -> None:
    with visiting(chromium, host[0], times=2, size=size) as page:
        for at in (0, 1):
            frame = press(page, at)
            go_on(frame)
            expect(frame.locator(".thread")).to_be_visible()
        assert names(page) == ["ready", "start", "answer"] * 2
        expect(framed(page, 0).locator(".thread")).to_be_visible()
        assert page.evaluate("moved") == 0


@pytest.mark.parametrize(("size", "css"), [(360, ""), (900, ""), (900, "h1 { margin-top: 620px }")])
def test_the_frame_follows_each_step_instead_of_scrolling(
    chromium: Browser, host: tuple[str, str], size: int, css: str
) -> None:
    with visiting(chromium, host[0], size=size, css=css) as page:
        go_on(press(page))
        page.wait_for_timeout(300)
        inside = "() => [document.documentElement.scrollHeight - innerHeight, scrollY]"
        assert page.frames[1].evaluate(inside) == [0, 0]
        page.mouse.wheel(0, -60)
        page.wait_for_timeout(300)
        assert page.frames[1].evaluate(inside) == [0, 0]
        assert page.evaluate("moved") == 0


@pytest.mark.parametrize("loader", sorted(path.stem for path in (bundled("static") / "loaders").iterdir()))
def test_a_page_that_pinned_any_earlier_loader_still_works(
    chromium: Browser, host: tuple[str, str], loader: str
) -> None:
    script = f'integrity="{integrity(f"loaders/{loader}.js")}" crossorigin'
    bot = "data-layer=own cart product=moss"
    with visiting(chromium, host[0], loader=f"embed/{loader}/embed.js", script=script, bot=bot) as page:
        frame = press(page)
        go_on(frame)
        frame.locator("[value=finish]").press("Enter")
        expect(frame.locator(".standing")).to_be_visible()
        frame.get_by_role("button", name="Add to cart").first.press("Enter")
        expect(frame.get_by_role("button", name="It is in your cart")).to_be_visible()
        until(page, "add")
        assert names(page) == ["ready", "start", "answer", "complete", "add"]
        layer = [each["event"] for each in page.evaluate("own") if "event" in each]
        assert layer[:3] == ["quiz_start", "quiz_complete", "view_item_list"]
        assert page.evaluate("[moved, violations]") == [0, []]
