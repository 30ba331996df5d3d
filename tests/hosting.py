"""Pages of shops that embed a quiz from another site under a strict policy, and what browser tests do in them.

What is in a frame of another process is pressed by its key: a pointer lands where things were before they scrolled.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from playwright.sync_api import Browser, FrameLocator, Page, expect

from quizbot.shop import Shop
from quizbot.web import create_app
from tests.walking import opened

WATCH = """() => { window.moved = 0; window.violations = []; window.heard = [];
    new PerformanceObserver(list => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) moved += each.value;
    }).observe({type: 'layout-shift', buffered: true});
    addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + event.blockedURI));
    for (const each of 'ready start answer complete refine select add consent error'.split(' '))
        addEventListener('quiz:' + each, event => heard.push([each, event.detail])) }"""
# Only what stands above is turned: a turned box counts as moved whenever it, or what is above it, grows.
HOSTILE_CSS = """* { font: 900 40px fantasy !important; color: red !important }
    header, h1 { transform: rotate(1deg) } quiz-bot { display: block; padding: 9px }
    iframe, button, div, slot { display: none !important }"""
STICKY_CSS = """html { scroll-padding-top: 80px }
    header { position: sticky; top: 0; height: 80px; background: gold; z-index: 9 }"""


def hosting(
    serve: Callable[[Flask], str], shop: Shop, dress: Callable[[Flask], None] = lambda _: None
) -> tuple[str, str]:
    """Where a shop's page with a quiz in it is served, and where the quiz is: another site; `dress` changes that."""
    app = Flask("host")
    place = serve(app)
    embed = shop.site.embed.model_copy(update={"origins": (place,)})
    library = replace(shop.library, site=shop.site.model_copy(update={"embed": embed}))
    made = create_app(replace(shop, library=library))
    dress(made)
    quizzes = serve(made).replace("127.0.0.1", "localhost")

    @app.get("/")
    def page() -> tuple[str, dict[str, str]]:
        """A page whose policy lets nothing pass but the loader, by its nonce, and the frame."""
        asked = request.args
        policy = (
            f"default-src 'none'; script-src 'nonce-x'; frame-src {quizzes}; style-src 'nonce-x'; img-src data:; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        home, quiz = asked.get("home", quizzes), asked.get("quiz", "tea")
        bot = f'<quiz-bot quiz="{quiz}" {asked.get("bot", "")}><a href="{home}/quiz/{quiz}">Find yours</a></quiz-bot>'
        html = (
            f'<!doctype html><html lang="en" dir="{asked.get("dir", "ltr")}">'
            '<meta name=viewport content="width=device-width">'
            f'<title>shop</title><link rel=icon href="data:,"><style nonce=x>{asked.get("css", "")}</style>'
            f'<script nonce=x defer src="{home}/{asked.get("loader", "embed.js")}" {asked.get("script", "")}></script>'
            f"<header>A shop</header><main><h1>A tea</h1>{bot * int(asked.get('times', 1))}"
            "<p><a href='#'>Below</a></main>"
        )
        return html, {} if asked.get("policy") == "open" else {"Content-Security-Policy": policy}

    return place, quizzes


@contextmanager
def visiting(
    browser: Browser,
    place: str,
    *,
    quiet: bool = False,
    size: int = 900,
    **asked: Any,
) -> Iterator[Page]:
    """A shop's page, watched from its first moment; its link has not been pressed."""
    with opened(browser, quiet=quiet, viewport={"width": size, "height": 740}) as page:
        page.add_init_script(f"({WATCH})()")
        page.goto(f"{place}/?{urlencode(asked)}", wait_until="networkidle")
        yield page


def framed(page: Page, at: int = 0) -> FrameLocator:
    """The frame of an element on the page."""
    return page.locator("quiz-bot").nth(at).frame_locator("iframe")


def press(page: Page, at: int = 0) -> FrameLocator:
    """Press the link, and wait until the frame is ready."""
    before = names(page).count("ready")
    page.wait_for_timeout(300)  # until a step of another frame has come into view
    page.locator("quiz-bot").nth(at).locator("a").press("Enter")
    until(page, "ready", before)
    return framed(page, at)


def until(page: Page, name: str, before: int = 0) -> None:
    """Wait for an event; the page's policy forbids the browser to wait for a script of ours."""
    for _ in range(300):
        if names(page).count(name) > before:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"no {name}, but {names(page)}")


def names(page: Page) -> list[str]:
    """The events so far."""
    return [name for name, _ in page.evaluate("heard")]


def go_on(frame: FrameLocator) -> None:
    """Answer the question in a frame whose options are single choices."""
    asked = frame.locator("[name=question]").first.get_attribute("value")
    frame.locator("input[type=radio]").first.press("Space")
    frame.locator("[value=next]").press("Enter")
    expect(frame.locator(f"[name=question][value='{asked}']")).to_have_count(0)
