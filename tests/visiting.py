"""A shop that can remember, for tests of its pages and its API."""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quizbot.memory import open_memory
from quizbot.settings import read_settings
from quizbot.shop import Shop
from quizbot.web import create_app

QUIZ = "/quiz/tea"
HERE = {"Sec-Fetch-Site": "same-origin"}
MORNING: dict[str, Any] = {"hour": "morning", "tastes": ["smoke"]}


def remembering(shop: Shop, folder: Path) -> Shop:
    """The same shop with a database in a folder."""
    settings = read_settings({"QUIZBOT_DATABASE": str(folder / "quizbot.db"), "QUIZBOT_SECRET_KEY": "s" * 40})
    return Shop(shop.library, open_memory(settings))


def application(shop: Shop, folder: Path) -> Flask:
    """Its web application."""
    return create_app(remembering(shop, folder))


def opt_in(client: FlaskClient, *purposes: str, key: str = "", **more: Any) -> TestResponse:
    """The response to an opt-in by the API."""
    body = {"quiz": "tea", "purposes": list(purposes), "answers": MORNING, "notice": "1"} | more
    return client.post("/api/v1/consents", json=body, headers={"Idempotency-Key": key or str(uuid4())})


def somebody(client: FlaskClient, *purposes: str, **more: Any) -> dict[str, str]:
    """The headers of somebody who opted in by the API."""
    response = opt_in(client, *purposes, **more)
    assert response.status_code == 201, response.text
    return {"Authorization": f"Bearer {response.get_json()['token']}"}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the question whether anything may be kept; empty when it is not asked."""
    asked = re.search(r'<section class="consent" aria-labelledby="consent">.*?</section>', page, re.DOTALL)
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', asked[0]) if asked else []
    return {name: html.unescape(value) for name, value in found}


def results(
    client: FlaskClient, path: str = QUIZ, answers: Mapping[str, Any] = MORNING, headers: Mapping[str, str] = HERE
) -> str:
    """The page of results for some answers."""
    state = json.dumps({"answers": answers})
    return client.post(path, data={"state": state, "step": "finish"}, headers={**HERE, **headers}).text


def agree(client: FlaskClient, page: str, *purposes: str, path: str = QUIZ, **more: Any) -> TestResponse:
    """The response to ticking purposes below the results."""
    form = {**hidden(page), "step": "consent", "purposes": list(purposes), **more}
    return client.post(path, data=form, headers=HERE)
