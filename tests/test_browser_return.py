"""Back from a product leads to the results, out of the browser's memory: nothing that was said is on its disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests.walking import PATIENCE, answer, comes, go_on

pytestmark = pytest.mark.browser

MARKER = "zebrafish"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where a browser keeps what it keeps."""
    return tmp_path / "profile"


@pytest.fixture
def context(chromium_type: BrowserType, chromium_settings: dict[str, Any], profile: Path) -> Iterator[BrowserContext]:
    """A browser as people have it: with a folder of its own, and with pages in memory that one comes back to."""
    context = chromium_type.launch_persistent_context(
        profile, **chromium_settings, ignore_default_args=["--disable-back-forward-cache"], locale="en-US"
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def to_the_shop_and_back(context: BrowserContext, address: str) -> Page:
    """See results, say something to them, follow a product, and press the browser's Back."""
    page = context.pages[0]
    page.goto(f"{address}/quiz/tea")
    answer(page)
    go_on(page)
    with comes(page):
        page.get_by_role("button", name="Show me now").click()
    with comes(page):
        page.locator("#say").fill(f"under 30 EUR and no {MARKER}")
        page.get_by_role("button", name="Say it").click()
    expect(page.locator(".note")).to_contain_text(MARKER)
    page.route("https://kettle.example/**", lambda route: route.fulfill(body="<title>A tin</title><h1>A tin</h1>"))
    page.locator(".first a.button").click()
    expect(page.get_by_role("heading", name="A tin")).to_be_visible()
    page.evaluate("() => { setTimeout(() => history.back()) }")
    expect(page.locator(".first h3")).to_have_count(1)
    return page


def test_back_from_a_product_shows_the_results_again(context: BrowserContext, address: str) -> None:
    page = to_the_shop_and_back(context, address)
    expect(page.locator(".note")).to_contain_text(MARKER)
    expect(page.locator(".kept")).to_contain_text("30 EUR")
    with comes(page):
        page.locator(".kept button").first.click()
    expect(page.locator(".kept")).to_have_count(0)


def test_the_browser_writes_nothing_to_its_disk_that_was_said(
    context: BrowserContext, address: str, profile: Path
) -> None:
    page = to_the_shop_and_back(context, address)
    assert set(page.evaluate("history.state")) == {"life", "at"}
    page.goto("about:blank")
    context.close()
    kept = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    assert any(b"/quiz/tea" in text for text in kept.values()), "its history is there"
    for marker in (MARKER.encode(), MARKER.encode("utf-16-le"), b"morning", "morning".encode("utf-16-le")):
        assert [str(path) for path, text in kept.items() if marker in text] == []
