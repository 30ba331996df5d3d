"""What every response promises a browser, and that content and forms cannot break it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quizbot.content.catalog import Column
from quizbot.library.load import Library
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import LARGEST_FORM, create_app
from quizbot.web.addresses import link, picture, picture_hosts

PACKAGE = Path(__file__).parent.parent / "quizbot"
POLICY = "Content-Security-Policy"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "{{ 7919 * 7907 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "\u202e<b>",
]


def every_response(app: Flask) -> Iterator[tuple[str, TestResponse]]:
    """A response of every route, and of every kind of error."""
    client = app.test_client()
    filled = {"quiz": "tea", "path": "images/cup.svg", "filename": "quiz.css", "event": "one", "version": "1"}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: filled[found[1]], rule.rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield f"{method} {path}", client.open(path, method=method, buffered=True)
        yield f"OPTIONS {path}", client.options(path)
        yield f"DELETE {path}", client.delete(path)
    for path in ("/nope", "/quiz/nope", "/api/v1/nope", "/static/nope", "/content/site.yaml", "/content/images/"):
        yield path, client.get(path)
    yield "large form", client.post("/quiz/tea", data={"state": "x" * (LARGEST_FORM + 1)})
    yield "many parts", client.post("/quiz/tea", data=_many_parts(), content_type="multipart/form-data; boundary=b")
    yield "no json", client.post("/api/v1/quizzes/tea/turn", data="{")


def _many_parts() -> bytes:
    return b"".join(b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(600)) + b"--b--\r\n"


def test_every_response_carries_the_headers(tea_app: Flask) -> None:
    for name, response in every_response(tea_app):
        headers = response.headers
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert "camera=()" in headers["Permissions-Policy"], name
        assert "default-src 'none'" in headers[POLICY], name
        assert "base-uri 'none'" in headers[POLICY], name
        assert "object-src 'none'" in headers[POLICY], name
        assert "frame-ancestors 'none'" in headers[POLICY], name
        assert "unsafe" not in headers[POLICY], name
        assert headers["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin"), name
        assert headers["Cache-Control"], name
        assert "Strict-Transport-Security" not in headers, name
        assert "Set-Cookie" not in headers, name
        assert "Access-Control-Allow-Origin" not in headers, name
        assert response.status_code < 500, name


def test_a_failure_carries_the_headers_too(tea_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Shop, "turn", fail)
    response = create_app(tea_shop).test_client().get("/quiz/tea")
    assert response.status_code == 500
    assert "Something went wrong here" in response.text
    assert "default-src 'none'" in response.headers[POLICY]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_errors_of_pages_are_friendly_pages(client: FlaskClient) -> None:
    missing = client.get("/nope", headers={"Accept-Language": "de"})
    assert missing.status_code == 404
    assert "Diese Seite gibt es nicht" in missing.text
    large = client.post("/quiz/tea", data={"state": "x" * (LARGEST_FORM + 1)})
    assert large.status_code == 413
    assert "too much at once" in large.text
    assert client.delete("/quiz/tea").status_code == 405


def test_only_an_embedded_page_may_be_framed_and_only_by_the_shop(client: FlaskClient) -> None:
    embedded = client.get("/quiz/tea?embed=1").headers[POLICY]
    assert "frame-ancestors https://kettle.example" in embedded
    for path in ("/quiz/tea", "/quiz/tea?embed=0", "/?embed=1", "/nope?embed=1"):
        assert "frame-ancestors 'none'" in client.get(path).headers[POLICY]


def test_without_origins_nobody_may_frame(tea_shop: Shop) -> None:
    site = tea_shop.site.model_copy(update={"embed": tea_shop.site.embed.model_copy(update={"origins": ()})})
    client = create_app(Shop(replace(tea_shop.library, site=site))).test_client()
    for host in ("quiz.example", "localhost.quiz.example"):
        policy = client.get("/quiz/tea?embed=1", base_url=f"https://{host}").headers[POLICY]
        assert "frame-ancestors 'none'" in policy
    policy = client.get("/quiz/tea?embed=1", base_url="http://localhost:8000").headers[POLICY]
    assert policy.endswith("frame-ancestors http://127.0.0.1:8000"), "the demo shop, on the machine of a developer"


def test_transport_security_is_said_only_over_tls(client: FlaskClient) -> None:
    assert "max-age" in client.get("/", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_unknown_hosts_are_refused(tea_shop: Shop) -> None:
    client = create_app(tea_shop, trusted_hosts=["quiz.example"]).test_client()
    assert client.get("/", base_url="http://quiz.example").status_code == 200
    for path in ("/", "/api/v1/quizzes", "/quiz/tea"):
        refused = client.get(path, base_url="http://evil.example")
        assert refused.status_code == 400
        assert "default-src 'none'" in refused.headers[POLICY]


def test_the_content_folder_gives_pictures_and_nothing_else(client: FlaskClient) -> None:
    picture = client.get("/content/images/cup.svg", buffered=True)
    assert picture.status_code == 200
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers[POLICY].endswith("sandbox")
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for path in (
        "site.yaml",
        "tea.yaml",
        "teas.csv",
        "images",
        "../conftest.py",
        "images/../site.yaml",
        "%2e%2e/x.svg",
    ):
        assert client.get(f"/content/{path}").status_code == 404


PLAIN = re.compile(
    r"html|head|meta|title|link|body|a|header|main|h[123]|p|b|span|form|input|button|ol|ul|li|div|fieldset|legend|label"
    r"|img|select|option|section|article|details|summary|svg|desc|path|rect|circle|polygon|footer"
)


class Elements(HTMLParser):
    """The elements of a page, their attributes, and the addresses they hold."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        if tag == "script":
            self.scripts += [dict(attrs).get("src") or "within the page"]
        else:
            self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def with_texts(shop: Shop, hostile: str) -> Shop:
    """The tea shop with one text in place of every text that content can hold."""
    edition = shop.library.editions["tea"]
    raw: dict[str, Any] = edition.quiz.model_dump()
    quiz = edition.quiz.model_validate(
        _replaced(raw, hostile) | {"catalog": raw["catalog"], "language": "en"},
        context={"label_traits": frozenset({"leaf"})},
    )
    columns = {
        name: Column(name, tuple(hostile for _ in column.texts))
        if name in ("title", "brand", "image", "url")
        else column
        for name, column in edition.catalog.columns.items()
    }
    catalog = replace(edition.catalog, columns=columns)
    made = replace(edition, quiz=quiz, catalog=catalog, shown=catalog)
    return Shop(Library({"tea": made}, shop.site, shop.library.folder))


def _replaced(raw: Any, hostile: str) -> Any:
    texts = ("title", "welcome", "ask", "why", "text", "says", "label", "low", "middle", "high", "unit", "image")
    if isinstance(raw, dict):
        return {
            name: hostile if name in texts and isinstance(value, str) else _replaced(value, hostile)
            for name, value in raw.items()
        }
    return [_replaced(each, hostile) for each in raw] if isinstance(raw, list | tuple) else raw


@pytest.mark.parametrize("hostile", HOSTILE)
def test_texts_of_content_and_shoppers_are_escaped(tea_shop: Shop, hostile: str) -> None:
    client = create_app(with_texts(tea_shop, hostile)).test_client()
    answers = '{"answers":{"hour":"morning","tastes":["smoke"],"fire":5,"budget":30,"order":["strong","sweet"]}'
    pages = [
        client.get("/").text,
        client.get(f"/quiz/tea?product={hostile}&lang={hostile}").text,
        client.post("/quiz/tea", data={"state": hostile, "step": hostile, "question": hostile}).text,
        client.post("/quiz/tea", data={"state": answers + "}", "step": "next"}).text,
        client.post("/quiz/tea", data={"state": answers + ',"skipped":["cups"]}', "step": "finish"}).text,
        client.post("/quiz/tea", data={"question": "budget", "step": "next", "answer": hostile}).text,
        client.get(f"/{hostile}").text,
    ]
    for page in pages:
        seen = Elements()
        seen.feed(page)
        assert all(map(PLAIN.fullmatch, seen.names))
        assert all(each.startswith("/static/quiz.js?v=") for each in seen.scripts)
        assert not {each for each in seen.attributes if each.startswith("on") or each == "style"}
        assert {urlsplit(each).scheme for each in seen.addresses} <= {"", "http", "https"}
        assert "62615533" not in page, "content is no template"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://[broken",
        "\\\\host\\share",
        "",
    ],
)
def test_only_addresses_of_the_web_are_linked(address: str) -> None:
    assert link(address) is None
    assert picture(address, "/") is None


def test_pictures_are_placed_in_the_content_folder() -> None:
    assert picture("images/a b.svg", "/") == "/content/images/a%20b.svg"
    assert picture("https://cdn.example/a.jpg", "/") == "https://cdn.example/a.jpg"
    assert picture("images/cup.svg", "https://quiz.example/") == "https://quiz.example/content/images/cup.svg"


def test_the_policy_names_the_hosts_of_the_catalog_and_no_more(tea_shop: Shop) -> None:
    edition = tea_shop.library.editions["tea"]
    hosts = [
        "https://cdn.example/a.jpg",
        "http://other.example:8080/b.jpg",
        "https://evil.example;script-src *",
        "//x.example/",
    ]
    texts = tuple((hosts + [""] * len(edition.catalog))[: len(edition.catalog)])
    columns = {**edition.catalog.columns, "image": Column("image", texts)}
    made = replace(edition, catalog=replace(edition.catalog, columns=columns))
    assert picture_hosts(made) == ("http://other.example:8080", "https://cdn.example", "https://x.example")
    client = create_app(Shop(Library({"tea": made}, tea_shop.site, tea_shop.library.folder))).test_client()
    policy = client.get("/quiz/tea").headers[POLICY]
    assert "img-src 'self' http://other.example:8080 https://cdn.example https://x.example;" in policy
    assert "img-src 'self';" in client.get("/").headers[POLICY]


def test_no_code_turns_texts_into_markup() -> None:
    forbidden = {"Markup", "render_template_string", "from_string"}
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        used = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
        used |= {each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
        assert not used & forbidden, path
    for path in bundled("templates").rglob("*"):
        if path.is_file():
            assert path.suffix == ".html", "only these are escaped by themselves"
            text = path.read_text("utf-8")
            assert not re.search(r"\|\s*safe|autoescape|<script(?! defer src=)|<style|\sstyle=|\son\w+=", text), path


def test_templates_escape(tea_app: Flask) -> None:
    assert tea_app.select_jinja_autoescape("page.html")
