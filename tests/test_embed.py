"""What the server does for pages of others: who may embed and read, and what a framed page tells."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from quizbot.library.load import load
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import create_app
from quizbot.web.pages import loader_version

SHOP = "https://kettle.example"
TURN = "/api/v1/quizzes/tea/turn"
ALLOW = "Access-Control-Allow-Origin"
GUIDE = (Path(__file__).parent.parent / "docs/embedding.md").read_text("utf-8")


def hostile() -> Iterator[str]:
    """Origins that are none of the list, however near they come."""
    yield from ("null", "*", "", " ", "https://", "file://", "data:", "about:blank", "javascript:alert(1)")
    yield from (
        f"https://{host}" for host in ("evil.example", "localhost", "127.0.0.1", "[::1]", "kettle.example.evil")
    )
    yield from (
        f"{SHOP}{end}" for end in (".", "/", ":443", ":8443", ".evil.example", "@evil.example", "%00", "#", "?", "\\")
    )
    yield from (f"https://{start}kettle.example" for start in ("www.", "evil-", "evil", "x@", "*.", ".", "-", "%2e"))
    yield from ("http://kettle.example", "HTTPS://kettle.example", "https://KETTLE.example", "ftp://kettle.example")
    yield from (
        "//kettle.example",
        "kettle.example",
        f"{SHOP} {SHOP}",
        f"{SHOP},{SHOP}",
        f" {SHOP},null",
        f"{SHOP}\t.x",
    )
    yield from ("https://kettle.examp1e", "https://kettle\u3002example".encode().decode("latin-1"))


@pytest.mark.parametrize("origin", sorted(set(hostile())))
def test_only_listed_origins_may_read_the_api(client: FlaskClient, origin: str) -> None:
    for response in (
        client.get("/api/v1/quizzes", headers={"Origin": origin}),
        client.post(TURN, json={}, headers={"Origin": origin}),
        client.options(TURN, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
    ):
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]
        assert "Origin" in response.vary


def test_there_are_forty_hostile_origins() -> None:
    assert len(set(hostile())) >= 40


def test_a_listed_origin_may_read_the_api_and_send_json_without_cookies(client: FlaskClient) -> None:
    asks = {"Origin": SHOP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = client.options(TURN, headers=asks)
    assert (preflight.status_code, preflight.data) == (204, b"")
    assert preflight.headers[ALLOW] == SHOP
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    for response in (
        client.post(TURN, json={}, headers={"Origin": SHOP}),
        client.get("/api/v1/x", headers={"Origin": SHOP}),
    ):
        assert response.headers[ALLOW] == SHOP
        assert "Origin" in response.vary
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_pages_are_shared_with_no_script_of_another_origin(client: FlaskClient) -> None:
    for path in ("/", "/quiz/tea", "/quiz/tea?embed=1"):
        assert ALLOW not in client.get(path, headers={"Origin": SHOP}).headers
    assert client.post(TURN, data="answers=1", headers={"Origin": SHOP}).status_code == 415


def test_the_loader_has_an_address_that_never_changes_its_content(client: FlaskClient) -> None:
    page = client.get("/demo-shop", base_url="http://127.0.0.1:8000").text
    found = re.search(r'src="http://localhost:8000(/embed/\w+/embed\.js)" integrity="(sha384-[^"]+)"', page)
    assert found
    response = client.get(found[1], headers={"Origin": SHOP}, buffered=True)
    assert response.data == client.get("/embed.js", buffered=True).data
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers[ALLOW] == SHOP, "a hash is looked at only where the script may be read"
    for unknown in ("0", "embed", "..", "%2e%2e%2fquiz", "eb0e61c0cfe"):
        assert client.get(f"/embed/{unknown}/embed.js").status_code == 404


def test_every_loader_that_was_ever_served_stays_where_pages_pinned_it(client: FlaskClient) -> None:
    kept = {path.stem: path.read_bytes() for path in (bundled("static") / "loaders").iterdir()}
    assert loader_version() in kept, "run `make loader`: pages will pin this one, too"
    assert len(kept) > 1
    for version, script in kept.items():
        assert sha256(script).hexdigest()[:12] == version, "what is pinned never changes"
        response = client.get(f"/embed/{version}/embed.js", headers={"Origin": SHOP}, buffered=True)
        assert response.data == script
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers[ALLOW] == SHOP
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_demo_shop_frames_its_quiz_from_the_other_loopback_name(client: FlaskClient) -> None:
    response = client.get("/demo-shop?product=moss", base_url="http://127.0.0.1:8000")
    policy = response.headers["Content-Security-Policy"]
    assert "frame-src http://localhost:8000;" in policy
    assert "frame-ancestors 'none'" in policy
    assert 'product="moss"' in response.text
    elsewhere = client.get("/demo-shop", base_url="https://quiz.example")
    assert "frame-src 'self';" in elsewhere.headers["Content-Security-Policy"]


def told(page: str) -> dict[str, Any]:
    """What a framed page says to the page around it."""
    found = re.search(r'data-told="([^"]*)"', page)
    assert found
    news: dict[str, Any] = json.loads(unescape(found[1]))
    return news


def test_a_framed_page_tells_items_and_positions_and_no_answer(client: FlaskClient) -> None:
    form = {"step": "finish", "state": '{"answers": {"hour": "morning"}}'}
    news = told(client.post("/quiz/tea?embed=1", data=form).text)
    assert set(news) == {"quiz", "version", "position", "title", "items"}
    assert [each["position"] for each in news["items"]] == list(range(1, len(news["items"]) + 1))
    assert set(news["items"][0]) == {"item", "variant", "title", "price", "currency", "position"}
    assert "morning" not in json.dumps(news)
    assert told(client.get("/quiz/tea?embed=1").text).keys() == {"quiz", "version", "position"}
    assert "data-told" not in client.get("/quiz/tea").text


def test_a_history_for_one_view_is_read_strictly_and_strangers_are_left_out(client: FlaskClient) -> None:
    for history in (
        "",
        "{",
        "[1]",
        '[{"item":"nobody"}]',
        '[{"item":"moss","kind":"x"}]',
        '[{"item":"moss","kind":"view"}]',
    ):
        form = {"step": "finish", "state": '{"answers": {"hour": "morning"}}', "history": history}
        page = client.post("/quiz/tea?embed=1", data=form)
        assert page.status_code == 200
        assert told(page.text)["items"], history


def test_a_page_around_that_is_always_dark_gets_a_dark_frame(client: FlaskClient) -> None:
    page = client.get("/quiz/tea?embed=1&theme=dark").text
    sheet = re.search(r'href="(/theme.css[^"]+)"', page)
    assert sheet
    assert client.get(unescape(sheet[1])).text.startswith(":root{color-scheme:dark;")
    assert "prefers-color-scheme" in client.get("/theme.css?theme=x").text


def test_the_turn_in_the_guide_is_answered() -> None:
    client = create_app(Shop(load(bundled("quizzes")))).test_client()
    example = GUIDE.partition("```json\n")[2].partition("```")[0]
    answer = client.post("/api/v1/quizzes/winter-coat/turn", json=json.loads(example)).get_json()
    assert len(answer["results"]["items"]) == 3
    body = re.search(r"body: JSON\.stringify\((\{ answers.*\})\)", GUIDE)
    assert body
    turn = json.loads(re.sub(r"(\w+):", r'"\1":', body[1]))
    assert client.post("/api/v1/quizzes/winter-coat/turn", json=turn).get_json()["results"]
