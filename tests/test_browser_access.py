"""What everybody needs between the questions: in trouble, without a match, on every way on and back, and time."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walking import answer, comes, faults, go_on, opened

pytestmark = pytest.mark.browser

QUERIES = ["", "?embed=1&lang=de&product=moss"]


def press(page: Page, step: str) -> None:
    """Press a button by its step, and wait for what comes."""
    with comes(page):
        page.locator(f"[name=step][value^='{step}']").first.click()


@pytest.mark.parametrize("query", QUERIES)
def test_axe_finds_nothing_when_the_server_is_gone_or_a_wish_is_met_by_nothing(
    chromium: Browser, address: str, query: str
) -> None:
    with opened(chromium, quiet=True, viewport={"width": 360, "height": 740}) as page:
        page.goto(f"{address}/quiz/tea{query}")
        answer(page)
        go_on(page)
        page.context.set_offline(True)
        page.locator("[value=skip]").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert faults(page) == [], "server gone"
        page.context.set_offline(False)
        with comes(page):
            page.locator("#trouble button").click()
        press(page, "finish")
        page.locator("#say").fill("unter 1 EUR" if "de" in query else "under 1 EUR")
        press(page, "say")
        expect(page.locator(".note").first).to_be_visible()
        expect(page.locator(".kept li")).to_have_count(1)
        assert faults(page) == [], "nothing left"
        press(page, "unrefine")
        assert faults(page) == [], "taken back"


@pytest.mark.parametrize("query", QUERIES)
def test_every_way_on_and_back_puts_the_focus_on_the_new_heading(chromium: Browser, address: str, query: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{address}/quiz/tea{query}")
        answer(page)
        go_on(page)
        page.locator("#say, [value=next]").first.focus()
        for step in ("skip", "back", "finish", "refine:", "like:", "unrefine:", "change:tastes", "skip"):
            page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
            press(page, step)
            focused = page.evaluate("[document.activeElement.tagName, document.activeElement.textContent.trim()]")
            assert focused[0] in ("H2", "H3"), (step, focused)
            assert focused[1], step


def test_nobody_is_hurried(chromium: Browser, address: str) -> None:
    with opened(chromium) as page:
        page.clock.install()
        page.goto(f"{address}/quiz/tea")
        answer(page)
        page.clock.fast_forward("23:59:00")
        expect(page.get_by_role("radio", checked=True)).to_have_count(1)
        go_on(page)
        page.clock.fast_forward("23:59:00")
        expect(page.locator(".thread li")).to_have_count(1)
        expect(page.get_by_role("alert")).to_be_hidden()
