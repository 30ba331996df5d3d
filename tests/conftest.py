"""What several tests share: a small shop with every question type, its web application, and a real browser."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Error, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from quizbot.library.load import load
from quizbot.shop import Shop
from quizbot.web import create_app

FILES = Path(__file__).parent / "files"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def tea_shop() -> Shop:
    """A shop with ten teas and a quiz that has every question type."""
    return Shop(load(FILES / "shop"))


@pytest.fixture(scope="session")
def tea_app(tea_shop: Shop) -> Flask:
    """The web application of the tea shop."""
    return create_app(tea_shop)


@pytest.fixture
def client(tea_app: Flask) -> FlaskClient:
    """A client of the tea shop."""
    return tea_app.test_client()


class Quiet(WSGIRequestHandler):
    """Answers requests without a line for each."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address(tea_app: Flask) -> Iterator[str]:
    """Where the tea shop is served for real, on a free port of this machine."""
    server = make_server("127.0.0.1", 0, tea_app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser: the one that came with playwright, else the system's; without one the test fails."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        path = str(own) if own.exists() else shutil.which("chromium")
        if path is None:
            pytest.fail("no browser was found; `make test` installs one")
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            pytest.fail(f"the browser does not start: {error}")
        yield browser
        browser.close()
