"""The API of consent and own data: no token, no record; what is granted is kept, and nothing else."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizbot.consent import PURPOSES
from quizbot.shop import Shop
from tests.visiting import MORNING, application, opt_in, somebody

ME = "/api/v1/me"


@pytest.fixture
def app(tea_shop: Shop, tmp_path: Path) -> Flask:
    return application(tea_shop, tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def files(folder: Path) -> dict[str, bytes]:
    """The bytes of every file below a folder, but for the one in which readers lock each other out."""
    return {str(each): each.read_bytes() for each in folder.rglob("*") if each.is_file() and each.suffix != ".db-shm"}


def held(client: FlaskClient, who: dict[str, str]) -> dict[str, Any]:
    """Everything that is held of somebody."""
    response = client.get(ME, headers=who)
    assert response.status_code == 200
    told: dict[str, Any] = response.get_json()
    return told


def happened(client: FlaskClient, who: dict[str, str], *events: dict[str, Any], key: str = "") -> Any:
    """The response to events."""
    return client.post(
        f"{ME}/events", json={"events": list(events)}, headers={**who, "Idempotency-Key": key or str(uuid4())}
    )


def test_an_opt_in_hands_over_a_token_and_a_receipt_that_no_cache_keeps(client: FlaskClient) -> None:
    response = opt_in(client, "remember")
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    told = response.get_json()
    assert set(told) == {"token", "receipt"}
    assert len(told["token"]) == 64
    assert told["token"] not in str(told["receipt"])
    assert [each["purpose"] for each in told["receipt"]["purposes"]] == ["remember"]
    kept = held(client, {"Authorization": f"Bearer {told['token']}"})
    assert kept["purposes"] == ["remember"]
    assert kept["responses"][0]["answers"] == MORNING


@pytest.mark.parametrize("purposes", [each for n in range(1, 5) for each in combinations(PURPOSES, n)])
def test_only_what_was_granted_is_kept(client: FlaskClient, purposes: tuple[str, ...]) -> None:
    who = somebody(client, *purposes, email="a@b.example")
    status = happened(client, who, {"item": "stack", "kind": "like", "quiz": "tea"}).status_code
    assert status == (201 if {"history", "improve"} & set(purposes) else 403)
    kept = held(client, who)
    tables = {"remember": "responses", "history": "events", "improve": "outcomes", "email": "outbox"}
    assert {name for name, table in tables.items() if kept[table]} == set(purposes)
    assert bool(kept["shown"]) is ("improve" in purposes)


@pytest.mark.parametrize(
    "token",
    ["", "x", "0" * 64, "\u00fc" * 64, "a" * 5000, "' OR 1=1 --", "{token}x", "{upper}", "{short}", "Bearer {token}"],
)
def test_every_bad_token_is_refused_in_one_way_and_writes_nothing(
    client: FlaskClient, tmp_path: Path, token: str
) -> None:
    good = somebody(client, "remember", "history")["Authorization"].partition(" ")[2]
    bad = token.format(token=good, upper=good.upper().replace("0", "O"), short=good[:-1])
    who = {"Authorization": f"Bearer {bad}".encode().decode("latin-1")}
    before, told = files(tmp_path), set()
    for method, path in (
        ("GET", ME),
        ("DELETE", ME),
        ("PATCH", f"{ME}/consents"),
        ("POST", f"{ME}/events"),
        ("DELETE", f"{ME}/events/one"),
        ("GET", f"{ME}/recommendations?quiz=tea"),
    ):
        response = client.open(path, method=method, json={"purposes": []}, headers=who)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer"), path
        assert response.headers["Cache-Control"] == "no-store"
        told.add(response.text)
    assert len(told) == 1
    assert files(tmp_path) == before


def test_without_a_token_the_database_is_not_even_made(client: FlaskClient, tmp_path: Path) -> None:
    for headers in ({}, {"Authorization": "Basic eDp4"}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert client.get(ME, headers=headers).status_code == 401
    assert list(tmp_path.iterdir()) == []


def test_a_token_of_another_shop_is_refused(client: FlaskClient, tea_shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = application(tea_shop, tmp_path / "other").test_client()
    assert client.get(ME, headers=somebody(other, "remember")).status_code == 401


def test_an_opt_in_that_is_sent_again_is_one_record_and_another_under_its_key_is_refused(
    app: Flask, client: FlaskClient
) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(20) as pool:
        sent = pool.map(lambda _: opt_in(app.test_client(), "remember", key=key).get_json(), range(100))
        told = {json.dumps(each, sort_keys=True) for each in sent}
    assert len(told) == 1
    assert opt_in(client, "remember", key=key, answers={"hour": "evening"}).status_code == 422


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"quiz": "coffee"}, 404),
        ({"purposes": []}, 422),
        ({"purposes": ["sell"]}, 422),
        ({"notice": "older"}, 422),
        ({"notice": None}, 422),
        ({"email": "nobody"}, 422),
        ({"answers": "wet"}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_an_opt_in_that_does_not_fit_is_refused_and_nothing_is_made(
    client: FlaskClient, tmp_path: Path, change: dict[str, Any], status: int
) -> None:
    assert opt_in(client, "remember", **change).status_code == status
    assert list(tmp_path.iterdir()) == []


def test_an_opt_in_needs_a_key(client: FlaskClient, tmp_path: Path) -> None:
    body = {"quiz": "tea", "purposes": ["remember"], "notice": "1"}
    for headers in ({}, {"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 200}):
        assert client.post("/api/v1/consents", json=body, headers=headers).status_code == 422
    assert list(tmp_path.iterdir()) == []


def test_purposes_change_at_once_and_taking_back_needs_no_notice(client: FlaskClient) -> None:
    who = somebody(client, "remember", "history")
    more = {"purposes": ["remember", "history", "improve"]}
    assert client.patch(f"{ME}/consents", json=more, headers=who).status_code == 422
    assert client.patch(f"{ME}/consents", json=more | {"notice": "1"}, headers=who).status_code == 200
    happened(client, who, {"item": "stack", "kind": "like"})
    told = client.patch(f"{ME}/consents", json={"purposes": ["remember"]}, headers=who).get_json()
    assert told["receipt"]["state"] == "changed"
    kept = held(client, who)
    assert (kept["purposes"], kept["events"], kept["outcomes"], kept["shown"]) == (["remember"], [], [], [])
    assert (
        client.patch(f"{ME}/consents", json={"purposes": []}, headers=who).get_json()["receipt"]["state"] == "withdrawn"
    )
    for response in (
        happened(client, who, {"item": "stack", "kind": "like"}),
        client.get(f"{ME}/recommendations?quiz=tea", headers=who),
    ):
        assert response.status_code == 403


def test_erasing_leaves_nothing_to_ask_for(client: FlaskClient) -> None:
    who = somebody(client, "remember")
    assert client.delete(ME, headers=who).status_code == 204
    assert client.get(ME, headers=who).status_code == 401


def test_events_are_added_once_and_forgotten_one_by_one(client: FlaskClient) -> None:
    who = somebody(client, "history")
    event = {"item": "stack", "kind": "purchase", "quiz": "tea", "id": "order-1"}
    for _ in range(3):
        assert happened(client, who, event, {"item": "mist", "kind": "view"}, key="k").get_json()["ids"][0] == "order-1"
    assert {each["item"] for each in held(client, who)["events"]} == {"stack", "mist"}
    assert happened(client, who, {"item": "other", "kind": "view"}, key="k").status_code == 422
    assert client.delete(f"{ME}/events/order-1", headers=who).status_code == 204
    assert client.delete(f"{ME}/events/order-1", headers=who).status_code == 404
    assert [each["item"] for each in held(client, who)["events"]] == ["mist"]
    assert happened(client, who, event | {"quiz": "coffee"}).status_code == 422


def test_the_warm_start_is_the_turn_of_the_last_answers_with_what_changed(client: FlaskClient) -> None:
    who = somebody(client, "remember")
    told = client.get(f"{ME}/recommendations?quiz=tea", headers=who).get_json()
    again = client.post("/api/v1/quizzes/tea/turn", json={"answers": MORNING, "finish": True}).get_json()
    assert told["answers"] == MORNING
    assert told["since"] | {"at": ""} == {"at": "", "new": [], "sold_out": [], "cheaper": []}
    assert {name: told[name] for name in again} == again
    assert client.get(f"{ME}/recommendations?quiz=coffee", headers=who).status_code == 404


def test_without_a_database_writes_wait_and_quizzes_answer(tea_shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "quizbot.db").write_bytes(b"no database at all" * 1000)
    client = application(tea_shop, tmp_path).test_client()
    for response in (
        opt_in(client, "remember"),
        client.get(ME, headers={"Authorization": "Bearer x"}),
        client.delete(ME, headers={"Authorization": "Bearer x"}),
    ):
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
    assert client.post("/api/v1/quizzes/tea/turn", json={"answers": MORNING, "finish": True}).status_code == 200


def test_a_grant_that_is_taken_back_counts_in_every_thread_at_once(app: Flask, client: FlaskClient) -> None:
    who, refused = somebody(client, "history"), []
    client.patch(f"{ME}/consents", json={"purposes": []}, headers=who)
    others = [
        threading.Thread(
            target=lambda: refused.append(happened(app.test_client(), who, {"item": "a", "kind": "view"}).status_code)
        )
        for _ in range(4)
    ]
    for each in others:
        each.start()
    for each in others:
        each.join()
    assert refused == [403] * 4
