"""What can be said of a product with one tap: by keyboard, with and without scripts, and in a frame."""

import json
from base64 import urlsafe_b64encode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.walking import STORED, WIDER, faults, opened

pytestmark = pytest.mark.browser

ANSWERS = {
    "winter-coat": {"climate": "wet", "travel": "walk", "dress": 3, "budget": 250},
    "gift-finder": {"recipient": "someone-else", "bond": "family", "joys": ["dig"], "task": 5, "life": "there"},
}
LEAST = "each => Math.min(each.getBoundingClientRect().width, each.getBoundingClientRect().height)"


def shared(address: str, quiz: str, query: str = "") -> str:
    """A link that holds answers, as somebody would keep it."""
    state = json.dumps({"answers": ANSWERS[quiz]}).encode()
    return f"{address}/quiz/{quiz}{query}#said={urlsafe_b64encode(state).decode().rstrip('=')}"


def titles(page: Page) -> list[str]:
    return page.locator("article h3").all_text_contents()


def opinion(page: Page, at: int = 0) -> Locator:
    return page.locator(".best .opinion, .shelf .opinion").nth(at)


def test_the_reason_is_given_and_taken_back_by_keyboard_alone(chromium: Browser, example: str) -> None:
    with opened(chromium) as page:
        page.goto(shared(example, "winter-coat"))
        expect(page.locator(".best")).to_be_visible()
        before = titles(page)
        opinion(page).locator("summary").focus()
        page.keyboard.press("Enter")
        for _ in range(10):
            page.keyboard.press("Tab")
            if "Cheaper" in str(page.evaluate("document.activeElement.textContent")):
                break
        page.keyboard.press("Enter")
        expect(page.locator(".kept .chip")).to_have_text([f"Take back: Not {before[0]}: cheaper"])
        assert before[0] not in titles(page)
        assert page.evaluate("document.activeElement.id") == "now"
        expect(page.locator("#status")).to_contain_text(f"Updated: Not {before[0]}: cheaper.")
        page.locator(".kept .chip").press("Enter")
        expect(page.locator(".kept")).to_have_count(0)
        assert titles(page) == before
        assert page.evaluate(STORED) == ["", 0, 0, 0]


def test_whether_it_was_right_is_answered_by_keyboard_and_thanked_where_it_was_asked(
    chromium: Browser, example: str
) -> None:
    with opened(chromium) as page:
        page.goto(shared(example, "winter-coat"))
        page.locator(".right summary").focus()
        page.keyboard.press("Space")
        assert page.locator(".right .taps .chip").count() > 3
        page.get_by_role("button", name="Yes", exact=True).press("Enter")
        expect(page.get_by_text("Good to hear")).to_be_focused()
        assert page.locator(".right").count() == 0


@pytest.mark.parametrize(("quiz", "query"), [("winter-coat", ""), ("gift-finder", "?embed=1"), ("gift-finder", "")])
@pytest.mark.parametrize("size", [320, 1280])
def test_open_reasons_and_the_wild_card_have_no_barrier(
    chromium: Browser, example: str, quiz: str, query: str, size: int
) -> None:
    with opened(chromium, viewport={"width": size, "height": 800}) as page:
        page.goto(shared(example, quiz, query))
        expect(page.locator(".best")).to_be_visible()
        for each in page.locator(".opinion summary, .right summary").all():
            each.click()
        assert page.locator(".wild").count() == (quiz == "gift-finder")
        assert faults(page) == []
        assert page.evaluate(WIDER) <= 0
        for each in page.locator(".opinion :is(button, summary), .right :is(button, summary)").all():
            assert each.evaluate(LEAST) >= 43, each.text_content()


def test_a_reason_is_given_without_scripts(chromium: Browser, example: str) -> None:
    with opened(chromium, java_script_enabled=False) as page:
        page.goto(f"{example}/quiz/ice-cream")
        page.locator("[name=answer]").first.check()
        page.locator("[name=step][value=next]").click()
        page.locator("[name=step][value=finish]").click()
        first = titles(page)[0]
        opinion(page).locator("summary").click()
        opinion(page).locator(".taps .chip").first.click()
        expect(page.locator(".kept .chip")).to_contain_text(f"Not {first}")
        assert first not in titles(page)
        page.get_by_role("button", name="Yes", exact=True).click()
        expect(page.get_by_text("Good to hear")).to_be_visible()
