"""What several tests share: a small shop with every question type, its web application, and a real browser."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserType, Error, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from quizbot.library.load import load
from quizbot.memory import open_memory
from quizbot.settings import bundled, read_settings
from quizbot.shop import Shop
from quizbot.store import open_store
from quizbot.store.records import Records
from quizbot.web import create_app
from tests.servers import Server, new_database

# A busy machine is no fault of the code: no deadline, and slow drawing is no failure.
settings.register_profile("quizbot", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("quizbot")

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
def tea_app(tea_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The web application of the tea shop, which could remember somebody."""
    database = tmp_path_factory.mktemp("tea") / "quizbot.db"
    return create_app(Shop(tea_shop.library, open_memory(read_settings({"QUIZBOT_DATABASE": str(database)}))))


@pytest.fixture
def client(tea_app: Flask) -> FlaskClient:
    """A client of the tea shop."""
    return tea_app.test_client()


class Quiet(WSGIRequestHandler):
    """Answers requests without a line for each."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Flask], str]]:
    """Serves an application for real, on a free port of this machine, and says at which address."""
    with ExitStack() as running:

        def start(app: Flask) -> str:
            server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            for end in (server.server_close, thread.join, server.shutdown):  # called from the last to the first
                running.callback(end)
            return f"http://127.0.0.1:{server.port}"

        yield start


@pytest.fixture(scope="session")
def address(serve: Callable[[Flask], str], tea_app: Flask) -> str:
    """Where the tea shop is served."""
    return serve(tea_app)


@pytest.fixture(scope="session")
def example(serve: Callable[[Flask], str]) -> str:
    """Where the example shop is served."""
    return serve(create_app(Shop(load(bundled("quizzes")))))


@pytest.fixture(scope="session")
def chromium_type() -> Iterator[BrowserType]:
    """What starts a real browser."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def chromium_settings(chromium_type: BrowserType) -> dict[str, Any]:
    """How it is started: the browser that came with playwright, else the system's; without one the test fails."""
    own = Path(chromium_type.executable_path)
    path = str(own) if own.exists() else shutil.which("chromium")
    if path is None:
        pytest.fail("no browser was found; `make test` installs one")
    return {"executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def chromium(chromium_type: BrowserType, chromium_settings: dict[str, Any]) -> Iterator[Browser]:
    """A real browser."""
    try:
        browser = chromium_type.launch(**chromium_settings)
    except Error as error:
        pytest.fail(f"the browser does not start: {error}")
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL: QUIZBOT_TEST_POSTGRES, else one of its own; without one the test fails."""
    address = os.environ.get("QUIZBOT_TEST_POSTGRES")
    if address:
        yield address
        return
    with Server() as server:
        yield server.address


@contextmanager
def new_store(engine: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Records]:
    """A store of an engine in which nothing is kept yet."""
    with ExitStack() as stack:
        database = str(folder / "quizbot.db")
        if engine == "postgres":
            database = stack.enter_context(new_database(request.getfixturevalue("postgres")))
        made = open_store(database, folder)
        stack.callback(made.close)
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def store(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Records]:
    """A store that the tests of a file share, of each engine."""
    with new_store(request.param, tmp_path_factory.mktemp("store"), request) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Records]:
    """A store in which nothing is kept yet, of each engine."""
    with new_store(request.param, tmp_path, request) as made:
        yield made
