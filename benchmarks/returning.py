"""Somebody who is remembered beside a stranger: the same turn over the API, and the same steps of the page."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_hex

from flask.testing import FlaskClient

from benchmarks.table import interleaved, show
from quizbot.library.load import load
from quizbot.memory import open_memory
from quizbot.settings import bundled, read_settings
from quizbot.shop import Shop
from quizbot.web import create_app

RUNS, EVENTS = 201, 20
QUIZ, ANSWERS = "winter-coat", {"climate": "wet"}
HERE = {"Sec-Fetch-Site": "same-origin"}


def main() -> None:
    """Print what it costs to be remembered, in milliseconds beside a stranger's."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"QUIZBOT_DATABASE": str(Path(folder) / "quizbot.db")})
        memory = open_memory(settings)
        shop = Shop(load(bundled("quizzes")), memory)
        app = create_app(shop)
        stranger, known = app.test_client(), app.test_client()
        body = {"quiz": QUIZ, "purposes": ["remember", "history", "improve"], "answers": ANSWERS, "notice": "2026-11"}
        key = known.post("/api/v1/consents", json=body, headers={"Idempotency-Key": token_hex(16)}).get_json()["token"]
        known.set_cookie("quizbot", key)
        who = {"Authorization": f"Bearer {key}"}
        rows = []
        for events in (0, EVENTS):
            if events:
                _remember(known, who, shop.library.editions[QUIZ].catalog.ids[:EVENTS])
            for name, made in (("turn", _turn), ("first page", _first), ("page of results", _results)):
                one, other = interleaved(RUNS, made(stranger, {}), made(known, who))
                rows.append([f"{name}, {events} products remembered", one * 1e3, other * 1e3, other / one])
        memory.store.close()
    show(
        "Being remembered: median milliseconds",
        ["step", "stranger", "remembered", "ratio"],
        rows,
        "the first page of who is remembered holds suggestions; their page of results is kept before it is sent",
    )


def _remember(client: FlaskClient, who: dict[str, str], items: Sequence[str]) -> None:
    """Let some products be liked and others looked at."""
    events = [{"item": each, "kind": ("like", "view")[at % 2], "quiz": QUIZ} for at, each in enumerate(items)]
    client.post("/api/v1/me/events", json={"events": events}, headers={**who, "Idempotency-Key": token_hex(16)})


def _turn(client: FlaskClient, headers: dict[str, str]) -> Callable[[], object]:
    body = {"answers": ANSWERS, "finish": True}
    return lambda: client.post(f"/api/v1/quizzes/{QUIZ}/turn", json=body, headers=headers)


def _first(client: FlaskClient, _headers: dict[str, str]) -> Callable[[], object]:
    return lambda: client.get(f"/quiz/{QUIZ}")


def _results(client: FlaskClient, _headers: dict[str, str]) -> Callable[[], object]:
    form = {"state": json.dumps({"answers": ANSWERS}), "step": "finish"}
    return lambda: client.post(f"/quiz/{QUIZ}", data=form, headers=HERE)
