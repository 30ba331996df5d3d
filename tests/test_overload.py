"""A server that is asked for too much says so at once and goes on answering."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from quizbot.web.overload import shedding


class Slow:
    """An application that answers when it is let go."""

    def __init__(self) -> None:
        """Hold everybody."""
        self.go = threading.Event()
        self.most = self.now = 0
        self._lock = threading.Lock()

    def __call__(self, environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer after the release."""
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        if environment["PATH_INFO"] not in ("/healthz", "/readyz"):
            self.go.wait(20)
        with self._lock:
            self.now -= 1
        if environment["PATH_INFO"] == "/fails":
            raise ZeroDivisionError
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]


def asked(client: Client, count: int, path: str = "/") -> tuple[list[threading.Thread], list[int]]:
    """Requests that were sent at the same time, and the answers so far."""
    told: list[int] = []
    threads = [threading.Thread(target=lambda: told.append(client.get(path).status_code)) for _ in range(count)]
    for each in threads:
        each.start()
    return threads, told


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_what_is_too_much_is_told_so_at_once_and_the_rest_is_answered() -> None:
    slow = Slow()
    client = Client(shedding(slow, at_once=2, waiting=3, seconds=20))
    threads, told = asked(client, 9)
    until(lambda: len(told) == 4)
    assert told == [503] * 4
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/quiz")] == [200, 200, 503]
    slow.go.set()
    for each in threads:
        each.join()
    assert sorted(told) == [200] * 5 + [503] * 4
    assert slow.most <= 3, "two in work, and one who asked for health"
    assert client.get("/").status_code == 200


def test_nobody_waits_longer_than_they_should() -> None:
    slow = Slow()
    client = Client(shedding(slow, at_once=1, waiting=5, seconds=0.05))
    threads, told = asked(client, 4)
    until(lambda: len(told) == 3)
    slow.go.set()
    for each in threads:
        each.join()
    assert sorted(told) == [200, 503, 503, 503]


def test_a_request_that_fails_gives_its_place_back() -> None:
    slow = Slow()
    slow.go.set()
    client = Client(shedding(slow, at_once=1, waiting=0, seconds=1))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            client.get("/fails")
    assert client.get("/").status_code == 200


def test_a_refusal_says_when_to_come_again_and_nothing_else(tea_app: Flask) -> None:
    refusal = Client(shedding(tea_app.wsgi_app, at_once=1, waiting=-1, seconds=1)).get("/quiz/tea")
    assert (refusal.status_code, refusal.headers["Retry-After"]) == (503, "1")
    assert refusal.mimetype == "application/problem+json"
    assert refusal.get_json()["detail"] == "the server is busy; try again in a moment"
    answered = tea_app.test_client().get("/healthz").headers
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"):
        assert refusal.headers[name] == answered[name]
