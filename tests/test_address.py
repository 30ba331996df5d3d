"""A shop that says Sie says it everywhere a German shopper reads or is written to, and changes nothing else."""

import html
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from quizbot.audience.letter import letter
from quizbot.cli import main
from quizbot.content.site import Mail
from quizbot.shop import Shop
from quizbot.store.protocol import Message
from quizbot.web import create_app
from tests.test_mail import mail_form
from tests.test_texts import DU, says_du
from tests.visiting import HERE, MORNING, agree, hidden, remembering, results, somebody

TEA = "/quiz/tea?lang=de"
TURN = "/api/v1/quizzes/tea/turn"
SHOP = Path(__file__).parent / "files/shop"
SAID = (
    *(
        "unter 8",
        "rauchiger",
        "blorp",
        "laut",
        "stark",
        "hilfe",
        "danke",
        "warum das erste?",
        "vergleiche die ersten beiden",
    ),
    *("was wird gespeichert?", "überrasch mich", "mehr zeigen", "wann kommt das an?", "von vorn", "tschüss"),
)
WRONG: tuple[dict[str, Any], ...] = (
    {"answer": "noon"},
    {"answer": ["smoke", "flowers", "fruit"]},
    {},
    {"rank.sweet": "1", "rank.strong": "1"},
    {"answer": "900"},
)
ANSWERS: tuple[dict[str, Any], ...] = (
    {"answer": "morning"},
    {"answer": ["smoke", "fruit"]},
    {"answer": "4"},
    {"rank.strong": "1", "rank.sweet": "2"},
    {"answer": "12,5"},
)


def addressing(shop: Shop, address: Literal["du", "sie"], folder: Path) -> Shop:
    """The tea shop with this form of address, and a database and mail to remember and write with."""
    site = shop.site.model_copy(update={"address": address, "mail": Mail(home="https://quiz.example")})
    site = site.model_copy(update={"shop": site.shop.model_copy(update={"contact": "kettle@shop.example"})})
    folder.mkdir()
    made = remembering(replace(shop, library=replace(shop.library, site=site)), folder)
    made.sends_mail = True
    return made


def words(page: str) -> str:
    """What is read of a page, its attributes with it; `dir` is the name of one."""
    return html.unescape(re.sub(r"\bdir=", " ", page))


def press(client: FlaskClient, page: str, step: str, **fields: Any) -> str:
    """The page after a button was pressed, with everything a browser sends along."""
    state = re.search(r'name="state" value="([^"]*)"', page)
    asked = re.search(r'<form class="question".*?name="question" value="([^"]*)"', page, re.DOTALL)
    chips = [html.unescape(each) for each in re.findall(r'name="chip" value="([^"]*)"', page)]
    form = {"state": html.unescape(state[1]) if state else "", "question": asked[1] if asked else "", "chip": chips}
    return client.post(TEA, data=form | {"step": step} | fields, headers=HERE).text


def conversation(client: FlaskClient) -> Iterator[str]:
    """Every page of a conversation with a mistake at each question, to the results and what can be said of them."""
    yield client.get("/?lang=de").text
    yield (page := client.get(TEA).text)
    for wrong, answer in zip(WRONG, ANSWERS, strict=True):
        yield press(client, page, "next")
        yield press(client, page, "next", **wrong)
        yield (page := press(client, page, "next", **answer))
    yield press(client, page, "back")
    shown = re.findall(r'name="shown" value="([^"]*)"', page)
    yield (page := press(client, page, "next", shown=shown, liked=shown[:1]))
    item = re.findall(r'value="like:([^"]*)"', page)[0]
    for step in ("refine:0", f"like:{item}", f"dislike:{item}", f"hide:{item}", "change:hour", "compare", "right:no"):
        yield press(client, page, step)
    yield press(client, page, "say", say="")
    for each in SAID:
        yield press(client, page, "say", say=each)
    for item in ("stack", "pond"):
        yield results(client, f"{TEA}&product={item}")
    yield client.post(TEA, data={"state": "{", "step": "next"}, headers=HERE).text
    yield client.get("/rail/tea?lang=de").text
    yield client.get("/demo-shop?lang=de").text
    yield client.get("/nothing?lang=de").text
    yield client.get("/quiz/tea?lang=de", headers={"Host": "a b"}).text
    yield client.put(TEA).text
    yield client.post(TEA, data={"state": "x" * 2_000_000}).text


def consenting(client: FlaskClient) -> Iterator[str]:
    """Every page of somebody who agrees, returns with a history, takes all back and is gone."""
    mine = "/my-data?lang=de"
    yield client.get(mine).text
    yield client.post(mine, data={"key": "nobody's"}, headers=HERE).text
    page = results(client, TEA)
    yield agree(client, page, path=TEA).text
    for address in ("nowhere", "a@mail.example"):
        form = {**mail_form(page), "step": "consent", "purposes": "email", "email": address}
        yield client.post(TEA, data=form, headers=HERE).text
    yield client.get(mine).text
    client.delete_cookie("quizbot")
    yield client.post(TEA, data={**hidden(page), "step": "refuse"}, headers=HERE).text
    yield agree(client, page, "remember", "history", "improve", path=TEA).text
    for item in ("orchard", "petal"):
        client.post("/quiz/tea/did", data={"kind": "like", "item": item}, headers=HERE)
    yield (page := client.get(TEA).text)
    for step in ("right:yes", "history:off", "history:on"):
        yield press(client, page, step)
    yield client.get("/rail/tea?lang=de").text
    yield client.get(mine).text
    yield client.post(mine, data={"do": "purposes"}, headers={"Sec-Fetch-Site": "cross-site"}).text
    yield client.post(mine, data={"do": "purposes", "purposes": ["remember"]}, headers=HERE).text
    yield client.post(mine, data={"do": "purposes", "purposes": ["email"], "notice": "0"}, headers=HERE).text
    yield client.post(mine, data={"do": "erase"}, headers=HERE).text
    yield client.get(f"{mine}&mail=forged").text


def turn(client: FlaskClient, **said: Any) -> str:
    """What the API answers to a turn in German."""
    response = client.post(TURN, json={"language": "de"} | said)
    assert response.status_code == 200, response.text
    return response.text


def turns(client: FlaskClient) -> Iterator[str]:
    """What the API answers from the first question to the results, by somebody with a history, and of a consent."""
    answers: dict[str, Any] = {}
    for name, answer in ((None, None), ("hour", "morning"), ("tastes", ["smoke"]), ("budget", 12)):
        answers |= {name: answer} if name else {}
        yield turn(client, answers=answers)
    for item, kind, used in product(
        ("brass", "orchard"), ("view", "like", "dislike", "cart", "purchase"), (True, False)
    ):
        past = {"item": item, "kind": kind}
        yield turn(client, answers=answers, finish=True, history=[past], use_history=used, product=item)
    for each in SAID:
        yield turn(client, answers=answers, finish=True, say=each)
    known = somebody(client, "remember", "history", language="de")
    for path in ("/api/v1/me", "/api/v1/me/recommendations?quiz=tea&lang=de"):
        yield client.get(path, headers=known).text


@pytest.mark.parametrize("read", [conversation, consenting, turns])
def test_a_shop_that_says_sie_never_says_du(tea_shop: Shop, tmp_path: Path, read: Any) -> None:
    """And what it says to a shop of du differs in nothing but the address: as many pages, in the same language."""
    du, sie = (
        list(map(words, read(create_app(addressing(tea_shop, each, tmp_path / each)).test_client())))
        for each in ("du", "sie")
    )
    assert len(du) == len(sie)
    assert sum(bool(DU.search(each)) for each in du) > len(du) / 2, "else this test would see nothing"
    for each in sie:
        assert (DU.search(each) or [""])[0] == "", each
        assert "x-sie" not in each, "the form of address is nobody's business"
    for before, now in zip(du, sie, strict=True):
        assert re.findall(r'<html lang="(\w+)"', now) == re.findall(r'<html lang="(\w+)"', before)
        assert before == now or re.search(r"\b(Sie|Ihnen|Ihre?[mnrs]?)\b", now), now


def test_the_api_tells_the_same_products_points_and_languages_whatever_the_address(
    tea_shop: Shop, tmp_path: Path
) -> None:
    body = {"language": "de", "answers": MORNING, "finish": True, "say": "unter 8, rauchiger"}
    told = []
    for address in ("du", "sie"):
        client = create_app(addressing(tea_shop, address, tmp_path / address)).test_client()
        advice = client.post(TURN, json=body).get_json()
        receipt = client.get("/api/v1/me", headers=somebody(client, "remember", language="de")).get_json()
        items = [(each["id"], each["score"], len(each["reasons"])) for each in advice["results"]["items"]]
        languages = [each["receipt"]["notice"]["language"] for each in receipt["consents"]]
        told.append((items, advice["understood"], languages, [each["language"] for each in receipt["responses"]]))
    assert told[0] == told[1]
    assert told[1][2:] == (["de"], ["de"])


def test_english_pages_are_the_same_whatever_the_address(tea_shop: Shop, tmp_path: Path) -> None:
    pages = [
        results(create_app(addressing(tea_shop, each, tmp_path / each)).test_client(), "/quiz/tea?lang=en")
        for each in ("du", "sie")
    ]
    assert [re.sub(r'name="key" value="[^"]*"', "", each) for each in pages][1:] == [
        re.sub(r'name="key" value="[^"]*"', "", pages[0])
    ]


def test_a_mail_says_sie_and_leads_to_pages_in_german(tea_shop: Shop, tmp_path: Path) -> None:
    payload = {"to": "a@mail.example", "quiz": "tea", "title": "Tee", "language": "de", "items": []}
    waits = Message(id="m", purpose="email", kind="mail", payload=payload, due=datetime(2026, 11, 28, tzinfo=UTC))
    site = addressing(tea_shop, "sie", tmp_path / "shop").site
    mail = letter(
        waits, site, "https://quiz.example/", "https://quiz.example/my-data", datetime(2026, 11, 28, tzinfo=UTC)
    )
    assert mail["Subject"] == "Ihre Vorschläge von The Kettle"
    for part in mail.iter_parts():
        text = part.get_content()
        assert "Sie haben The Kettle gebeten" in text
        assert "tea?lang=de" in text
        assert not DU.search(text)


def test_the_terminal_says_sie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(SHOP, tmp_path / "shop")
    with (folder / "site.yaml").open("a") as site:
        site.write("address: sie\n")
    monkeypatch.setenv("QUIZBOT_QUIZZES", str(folder))
    typed = "\n".join(["1", "1,3", "4", "2,1", "12,5", "1", *SAID, "1", ""])
    asked = CliRunner().invoke(main, ["ask", "tea", "--language", "de"], input=typed, catch_exceptions=False)
    told = CliRunner().invoke(
        main,
        ["recommend", "tea", "--language", "de", "-a", "hour=morning", "--say", "unter 8", "--history", "pond"],
        catch_exceptions=False,
    )
    for each in (asked, told):
        assert each.exit_code == 0, each.output
        assert not DU.search(each.output), each.output
        assert re.search(r"\b(Sie|Ihnen|Ihre?[mnrs]?)\b", each.output)
        assert not any(says_du(line) for line in each.output.splitlines()), each.output
    as_json = CliRunner().invoke(
        main, ["recommend", "tea", "--language", "de", "-a", "hour=morning", "--json"], catch_exceptions=False
    )
    assert "Sie sagten" in json.dumps(json.loads(as_json.stdout), ensure_ascii=False)
