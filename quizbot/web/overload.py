"""Sheds early: when more requests wait than can be answered soon, the next one hears so at once.

Without it a server that is asked for five times what it can do answers nobody: each request waits until its visitor
has left, and is worked on all the same.
"""

import json
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from quizbot.web import security

_ALWAYS = ("/healthz", "/readyz")
_RETRY_SECONDS = 1
_BODY = json.dumps(
    {
        "type": "about:blank",
        "title": "Service unavailable",
        "status": HTTPStatus.SERVICE_UNAVAILABLE.value,
        "detail": "the server is busy; try again in a moment",
        "errors": [],
    }
).encode()

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def shedding(application: Application, at_once: int, waiting: int, seconds: float) -> Application:
    """The application with at most `at_once` requests in work and `waiting` behind them; others get a 503 at once.

    So do those that have waited for `seconds`. Health is told to whoever asks, however busy it is.
    """
    working = threading.BoundedSemaphore(at_once)
    places = threading.BoundedSemaphore(at_once + waiting)

    def shed(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environment.get("PATH_INFO") in _ALWAYS:
            return application(environment, start)
        if not places.acquire(blocking=False):
            return _busy(start)
        try:
            if not working.acquire(timeout=seconds):
                return _busy(start)
            try:
                return application(environment, start)
            finally:
                working.release()
        finally:
            places.release()

    return shed


def _busy(start: Callable[..., Any]) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(_BODY))),
        ("Retry-After", str(_RETRY_SECONDS)),
        ("Cache-Control", "no-store"),
        *security.FIXED.items(),
    ]
    start(f"{HTTPStatus.SERVICE_UNAVAILABLE.value} {HTTPStatus.SERVICE_UNAVAILABLE.phrase}", headers)
    return [_BODY]
