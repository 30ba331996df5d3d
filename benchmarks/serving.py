"""Serving: what a turn costs in process and over HTTP, beside an empty route."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from flask import Flask

from benchmarks.table import interleaved, show
from quizbot.advice.advise import advise
from quizbot.advice.turn import Turn
from quizbot.library.load import load
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import create_app

QUIZ = "winter-coat"
SECONDS, CLIENTS = 4.0, 4


def main() -> None:
    """Print both tables."""
    shop = Shop(load(bundled("quizzes")))
    edition = shop.library.editions[QUIZ]
    answers = {}
    for example in edition.quiz.examples[:1]:
        answers = {name: list(given) if len(given) > 1 else given[0] for name, given in example.answers.items()}
    body = json.dumps({"version": edition.version, "answers": answers, "finish": True}).encode()
    _in_process(shop, body)
    _over_http(body)


def _in_process(shop: Shop, body: bytes) -> None:
    app, empty = create_app(shop), Flask("empty")
    empty.add_url_rule("/", "empty", lambda: ({}, 200), methods=["POST"])
    turn = Turn.model_validate_json(body)
    edition = shop.library.editions[QUIZ]
    advice = advise(edition, turn)
    kind: dict[str, Any] = {"content_type": "application/json", "data": body}
    ours, theirs = app.test_client(), empty.test_client()
    whole, route, advised, written = interleaved(
        200,
        lambda: ours.post(f"/api/v1/quizzes/{QUIZ}/turn", **kind),
        lambda: theirs.post("/", **kind),
        lambda: advise(edition, turn),
        advice.model_dump_json,
    )
    parts = route + advised + written
    show(
        "A turn with 6 results in process: median microseconds",
        ["turn", "empty route", "advise()", "its JSON", "sum of the three", "ratio"],
        [[*(f"{each * 1e6:.0f}" for each in (whole, route, advised, written, parts)), whole / parts]],
    )


_EMPTY = """
from flask import Flask
app = Flask("empty")
app.add_url_rule("/", "empty", lambda: ({}, 200), methods=["POST"])
"""
_OURS = """
from quizbot.library.load import load
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import create_app
app = create_app(Shop(load(bundled("quizzes"))))
"""


def _over_http(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "empty_route.py").write_text(_EMPTY)
        Path(folder, "turn_route.py").write_text(_OURS)
        rates: dict[str, list[float]] = {"empty_route": [], "turn_route": []}
        for _ in range(3):
            for name, path in (("empty_route", "/"), ("turn_route", f"/api/v1/quizzes/{QUIZ}/turn")):
                rates[name].append(_rate(folder, name, path, body))
    empty, turn = (median(each) for each in rates.values())
    show(
        f"Requests a second under Granian, 1 worker, {CLIENTS} clients: medians of 3",
        ["turn with 6 results", "route that returns {}", "ratio"],
        [[f"{turn:.0f}", f"{empty:.0f}", turn / empty]],
    )


def _rate(folder: str, name: str, path: str, body: bytes) -> float:
    port = 8765
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws", f"{name}:app"]
    server = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{folder}:{Path.cwd()}"},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port, path, body)
        counts = [0] * CLIENTS
        clients = [Thread(target=_client, args=(port, path, body, counts, at)) for at in range(CLIENTS)]
        start = time.perf_counter()
        for each in clients:
            each.start()
        for each in clients:
            each.join()
        return sum(counts) / (time.perf_counter() - start)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


def _client(port: int, path: str, body: bytes, counts: list[int], at: int) -> None:
    """Ask over one kept connection with bytes made beforehand, so that the client costs little of the machine."""
    headers = f"Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    request = f"POST {path} HTTP/1.1\r\n{headers}".encode() + body
    until = time.perf_counter() + SECONDS
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        while time.perf_counter() < until:
            connection.sendall(request)
            _receive(connection)
            counts[at] += 1


def _receive(connection: socket.socket) -> None:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, rest = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"the server answered {head[:60]!r}")
    length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))[15:])
    while len(rest) < length:
        rest += connection.recv(65536)


def _wait(port: int, path: str, body: bytes) -> None:
    for _ in range(200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
