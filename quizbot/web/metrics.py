"""`/metrics`: totals that name nobody, counted in memory that the worker processes of one server share."""

import fcntl
import json
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap
from threading import Lock

from flask import Blueprint, Flask, Response, current_app

from quizbot import __version__
from quizbot.content.edition import Edition
from quizbot.shop import Shop

SLOTS, SLOT = 2048, 192
_COUNT = struct.Struct("<QH")
_KEY = "totals"


class Totals:
    """Integers by label, a list of words. Processes that are forked from the one that made it count together.

    A label that does not fit, or comes when all places are taken, is not counted.
    """

    def __init__(self) -> None:
        """Make room in memory; no file of any disk has it."""
        self._room = os.memfd_create("quizbot-totals")
        os.ftruncate(self._room, SLOTS * SLOT)
        self._table = mmap(self._room, SLOTS * SLOT)
        self._lock = Lock()
        self._places: dict[bytes, int] = {}

    def __reduce__(self) -> tuple[type["Totals"], tuple[()]]:
        """A process that is not forked counts by itself."""
        return Totals, ()

    def count(self, *label: str) -> None:
        """Add one."""
        name = json.dumps(label).encode()
        with self._held():
            place = self._place(name)
            if place is not None:
                number, length = _COUNT.unpack_from(self._table, place)
                _COUNT.pack_into(self._table, place, number + 1, length)

    def totals(self) -> dict[tuple[str, ...], int]:
        """All that was counted, by label."""
        with self._held():
            return {tuple(json.loads(name)): number for _, name, number in self._taken()}

    def _place(self, name: bytes) -> int | None:
        """Where a label is counted; a free place when it is new, None when there is no room."""
        if name not in self._places:
            taken = {known: place for place, known, _ in self._taken()}
            self._places.update(taken)
            end = len(taken) * SLOT
            if name not in taken:
                if end >= SLOTS * SLOT or len(name) > SLOT - _COUNT.size:
                    return None
                _COUNT.pack_into(self._table, end, 0, len(name))
                self._table[end + _COUNT.size : end + _COUNT.size + len(name)] = name
                self._places[name] = end
        return self._places[name]

    def _taken(self) -> Iterator[tuple[int, bytes, int]]:
        """Place, label and number of all places that are taken; they are filled from the first on."""
        for place in range(0, SLOTS * SLOT, SLOT):
            number, length = _COUNT.unpack_from(self._table, place)
            if not length:
                return
            start = place + _COUNT.size
            yield place, self._table[start : start + length], number

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nobody else counts meanwhile; the lock of a process that is killed ends with it."""
        with self._lock:
            fcntl.lockf(self._room, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._room, fcntl.LOCK_UN)


def counting(app: Flask, totals: Totals) -> None:
    """Let an application count its answers and what happens in its quizzes."""
    app.extensions[_KEY] = totals

    @app.after_request
    def _answered(response: Response) -> Response:
        totals.count("requests", f"{response.status_code // 100}xx")
        return response


def happened(edition: Edition, event: str) -> None:
    """Count an event of a quiz: start, answer, complete, refine or consent; of whom and when is not known here."""
    totals: Totals = current_app.extensions[_KEY]
    totals.count("events", edition.id, edition.version, event)


def blueprint(shop: Shop) -> Blueprint:
    """The figures as a route."""
    metrics = Blueprint("metrics", __name__)

    @metrics.get("/metrics")
    def figures() -> Response:
        """Totals in the text format of Prometheus."""
        totals: Totals = current_app.extensions[_KEY]
        return Response(exposition(totals, shop), content_type="text/plain; version=0.0.4; charset=utf-8")

    return metrics


def exposition(totals: Totals, shop: Shop) -> str:
    """Every figure in Prometheus' text format."""
    counted = sorted(totals.totals().items())
    lines = [
        "# HELP quizbot_events_total What happened in quizzes, without persons.",
        "# TYPE quizbot_events_total counter",
        *(
            f'quizbot_events_total{{quiz="{label[1]}",version="{label[2]}",event="{label[3]}"}} {number}'
            for label, number in counted
            if label[0] == "events"
        ),
        "# HELP quizbot_requests_total Requests that were answered, by class of status.",
        "# TYPE quizbot_requests_total counter",
        *(
            f'quizbot_requests_total{{status="{label[1]}"}} {number}'
            for label, number in counted
            if label[0] != "events"
        ),
        "# HELP quizbot_quizzes Quizzes that are served.",
        "# TYPE quizbot_quizzes gauge",
        f"quizbot_quizzes {len(shop.library.editions)}",
        "# HELP quizbot_build_info The version that runs.",
        "# TYPE quizbot_build_info gauge",
        f'quizbot_build_info{{version="{__version__}"}} 1',
    ]
    return "\n".join(lines) + "\n"
