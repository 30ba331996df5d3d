"""A database that others hold, or that is gone, full, read-only or away: quizzes go on, writes wait, all recovers."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from quizbot.shop import Shop
from tests.conftest import FILES
from tests.servers import Server, new_database
from tests.test_store_faults import nobody, plain_folder
from tests.visiting import MORNING, QUIZ, application, results, somebody

__all__ = ["nobody", "plain_folder"]

ROOT = Path(__file__).parent.parent
TURN, ME = "/api/v1/quizzes/tea/turn", "/api/v1/me"
LOCKED_SECONDS = float(os.environ.get("QUIZBOT_TEST_LOCKED_SECONDS", "15"))  # three times as long as a write waits
STRANGERS = 2


@contextmanager
def served(database: str, folder: Path, **more: str) -> Iterator[str]:
    """The tea shop, served by the command, with more settings; with its address."""
    there = {name: each for name, each in os.environ.items() if not name.startswith("QUIZBOT_")}
    there |= {
        "PYTHONPATH": str(ROOT),
        "QUIZBOT_DATABASE": database,
        "QUIZBOT_DATA_DIR": str(folder / "data"),
        "QUIZBOT_QUIZZES": str(FILES / "shop"),
        "QUIZBOT_SECRET_KEY": "s" * 40,
        **more,
    }
    words = [sys.executable, "-m", "quizbot", "serve", "--port", "0"]
    with subprocess.Popen(words, cwd=folder, env=there, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            address = f"http://127.0.0.1:{int(process.stdout.readline().rpartition(':')[2])}"
            for _ in range(200):
                with suppress(URLError):
                    assert ask(address, "/healthz").status == 200
                    break
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()


@dataclass(frozen=True)
class Told:
    """A response, read to its end."""

    status: int | None
    headers: Message
    text: str


def ask(address: str, path: str, body: Any = None, method: str | None = None, **headers: str) -> Told:
    """The response to JSON, to a form (bytes) or to a question."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    kind = {} if body is None else {"Content-Type": "application/json"}
    if isinstance(body, bytes):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
    named = {name.replace("_", "-"): each for name, each in headers.items()}
    request = Request(address + path, data, {**kind, **named}, method=method)
    try:
        with urlopen(request, timeout=60) as response:
            return Told(response.status, response.headers, response.read().decode())
    except HTTPError as error:
        with error:
            return Told(error.code, error.headers, error.read().decode())


def persist(address: str, path: str, body: Any, **headers: str) -> Told:
    """The response to who comes again, twice, when the server is busy: other programs share this machine."""
    for _ in range(3):
        response = ask(address, path, body, **headers)
        if response.headers["Retry-After"] != "1":
            break
        time.sleep(1)
    return response


def agreed(address: str, *purposes: str) -> str:
    """The key of somebody who opts in."""
    body = {"quiz": "tea", "purposes": purposes, "answers": MORNING, "notice": "1"}
    response = ask(address, "/api/v1/consents", body, Idempotency_Key=str(uuid4()))
    assert response.status == 201
    key: str = json.loads(response.text)["token"]
    return key


def liked(address: str, key: str) -> Told:
    """The response to a like."""
    body = {"events": [{"item": "petal", "kind": "like"}]}
    return ask(address, f"{ME}/events", body, Authorization=f"Bearer {key}", Idempotency_Key=str(uuid4()))


def page(address: str, key: str = "") -> tuple[int | None, str]:
    """The page of results, of who holds a key."""
    form = urlencode({"state": json.dumps({"answers": MORNING}), "step": "finish"}).encode()
    response = persist(address, QUIZ, form, Sec_Fetch_Site="same-origin", Cookie=f"quizbot={key}")
    return response.status, response.text


class Strangers:
    """Visitors who take the quiz all the time; `refused` is whatever they were told but their suggestions."""

    def __init__(self, address: str) -> None:
        """Begin at an address."""
        self.address, self.answered = address, 0
        self.refused: list[tuple[int | None, float]] = []
        self._over = threading.Event()
        self._all = [threading.Thread(target=self._visit) for _ in range(STRANGERS)]

    def _visit(self) -> None:
        while not self._over.wait(0.05):
            begun = time.monotonic()
            response = persist(self.address, TURN, {"answers": MORNING, "finish": True})
            if response.status == 200 and json.loads(response.text)["results"]["items"]:
                self.answered += 1
            else:
                self.refused.append((response.status, time.monotonic() - begun))

    def __enter__(self) -> Self:
        """Let them come."""
        for each in self._all:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wait until they have left."""
        self._over.set()
        for each in self._all:
            each.join()


def while_it_is_away(address: str, key: str, seconds: float) -> None:
    """What holds as long as nothing can be written: known visitors have their page, writes are put off."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        known = [threading.Thread(target=page, args=(address, key)) for _ in range(5)]
        for each in known:
            each.start()
        status, text = page(address, key)
        assert (status, "Chimney Stack" in text, "Remembering is off" in text) == (200, True, True)
        refused = liked(address, key)
        assert (refused.status, int(refused.headers["Retry-After"]) > 0) == (503, True)
        for each in known:
            each.join()


def until_it_is_back(write: Callable[[], Told]) -> float:
    """The seconds until a write is taken again."""
    begun = time.monotonic()
    while write().status != 201:
        assert time.monotonic() < begun + 60
        time.sleep(0.2)
    return time.monotonic() - begun


@pytest.mark.slow
def test_a_database_that_others_hold_keeps_no_quiz_from_being_answered(tmp_path: Path) -> None:
    with served(str(tmp_path / "quizbot.db"), tmp_path) as address:
        key = agreed(address, "remember", "history")
        with Strangers(address) as strangers, closing(sqlite3.connect(tmp_path / "quizbot.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            while_it_is_away(address, key, LOCKED_SECONDS)
            other.rollback()
            assert until_it_is_back(lambda: liked(address, key)) < 10
        assert strangers.refused == []
        assert strangers.answered > 10
        assert "for your history" in page(address, key)[1]


@pytest.mark.slow
def test_a_database_server_that_stops_keeps_no_quiz_from_being_answered(tmp_path: Path) -> None:
    with Server() as server, served(server.address, tmp_path) as address:
        key = agreed(address, "remember", "history")
        with Strangers(address) as strangers:
            server.stop()
            while_it_is_away(address, key, 12)
            server.start()
            assert until_it_is_back(lambda: liked(address, key)) < 30
        assert strangers.refused == []
        assert strangers.answered > 10
        assert "for your history" in page(address, key)[1]


def test_a_database_that_is_deleted_is_made_anew_by_the_next_who_agrees(tea_shop: Shop, tmp_path: Path) -> None:
    client = application(tea_shop, tmp_path).test_client()
    who = somebody(client, "remember", "history")
    for each in tmp_path.glob("quizbot.db*"):
        each.unlink()
    client.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    assert "Chimney Stack" in results(client)
    assert client.post(TURN, json={"answers": MORNING, "finish": True}, headers=who).status_code == 200
    refused = client.delete(ME, headers=who)
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (503, True)
    assert client.get(ME, headers=somebody(client, "remember")).status_code == 200


def test_a_database_that_cannot_be_written_to_is_used_again_when_it_can(
    tea_shop: Shop,
    plain_folder: Path,
    nobody: None,  # noqa: ARG001
) -> None:
    folder = plain_folder / "records"
    client = application(tea_shop, folder).test_client()
    who = somebody(client, "remember", "history")
    client.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    event = {"events": [{"item": "petal", "kind": "like"}]}
    for each in folder.glob("quizbot.db*"):
        each.chmod(0o400)
    folder.chmod(0o500)
    again = application(tea_shop, folder).test_client()  # that has no connection from before
    again.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    page_of_results = results(again)
    assert "Chimney Stack" in page_of_results
    assert "Remembering is off" in page_of_results
    refused = again.post(f"{ME}/events", json=event, headers={**who, "Idempotency-Key": "k"})
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (503, True)
    folder.chmod(0o700)
    for each in folder.glob("quizbot.db*"):
        each.chmod(0o600)
    assert again.post(f"{ME}/events", json=event, headers={**who, "Idempotency-Key": "k"}).status_code == 201


FULL = """
import json, sys
from contextlib import suppress
from pathlib import Path
from quizbot.library.load import load
from quizbot.shop import Shop
from tests.conftest import FILES
from tests.visiting import HERE, MORNING, QUIZ, application, results, somebody
folder = Path(sys.argv[1])
client = application(Shop(load(FILES / "shop")), folder).test_client()
marked = {"answers": {**MORNING, "budget": 17.25}}
people = [somebody(client, "remember", "history", **marked) for _ in range(3)]
client.set_cookie("quizbot", people[0]["Authorization"].partition(" ")[2])
with suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
    while filler.write(b"x" * 4096):
        pass
def like(who, key):
    event = {"events": [{"item": "petal", "kind": "like"}] * 100}
    return client.post("/api/v1/me/events", json=event, headers={**who, "Idempotency-Key": key})
refused = next(each for at in range(200) if (each := like(people[0], str(at))).status_code != 201)
pages = [results(client) for _ in range(20)]
turns = [client.post("/api/v1/quizzes/tea/turn", json={"answers": MORNING, "finish": True}) for _ in range(20)]
erased = [client.delete("/api/v1/me", headers=each).status_code for each in people[:2]]
gone = [client.get("/api/v1/me", headers=each).status_code for each in people[:2]]
(folder / "filler").unlink()
back = like(people[2], "back").status_code
print(json.dumps({
    "refused": [refused.status_code, int(refused.headers["Retry-After"]) > 0],
    "pages": sum("Chimney Stack" in each for each in pages),
    "off": sum("Remembering is off" in each for each in pages),
    "turns": sum(each.status_code == 200 for each in turns), "erased": erased, "gone": gone, "back": back,
}))
"""


def test_on_a_full_disk_quizzes_are_answered_erasing_works_and_writing_when_there_is_room(tmp_path: Path) -> None:
    script = 'mount -t tmpfs -o size=6m tmpfs "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if subprocess.run([*command, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small file system")
    told = subprocess.run(
        [*command, script, "sh", str(tmp_path), sys.executable, FULL],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "refused": [503, True],
        "pages": 20,
        "off": 20,
        "turns": 20,
        "erased": [204, 204],
        "gone": [401, 401],
        "back": 201,
    }


# Several processes --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_what_is_taken_back_in_one_process_holds_in_another_from_the_next_request_on(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with ExitStack() as stack:
        database = str(tmp_path / "quizbot.db")
        if engine == "postgres":
            database = stack.enter_context(new_database(request.getfixturevalue("postgres")))
        one, other = (stack.enter_context(served(database, tmp_path)) for _ in range(2))
        for _ in range(5):
            key = agreed(one, "remember", "history", "improve")
            who = {"Authorization": f"Bearer {key}"}
            assert liked(other, key).status == 201
            known = json.loads(ask(other, TURN, {"answers": MORNING, "finish": True}, **who).text)
            assert known["results"]["blend"]["history"] > 0
            assert ask(one, f"{ME}/consents", {"purposes": ["remember"]}, "PATCH", **who).status == 200
            assert liked(other, key).status == 403
            known = json.loads(ask(other, TURN, {"answers": MORNING, "finish": True}, **who).text)
            assert known["results"]["blend"]["history"] == 0
            assert ask(other, ME, None, "DELETE", **who).status == 204
            assert ask(one, ME, None, **who).status == 401
            assert liked(one, key).status == 401
