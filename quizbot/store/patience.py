"""How long to wait for a database that others hold or that is away, so that not everybody waits in vain."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from quizbot.store.engine import Busy

SHORT = 0.25
"""Seconds for what can do without, and for all but one while waiting is in vain."""


class Patience:
    """Everybody waits long until somebody waited in vain; then one at a time does, until it was worth it.

    Without it an outage would hold every thread of a server, those that need no database with them.
    """

    def __init__(self, seconds: float) -> None:
        """Wait so many seconds at most."""
        self.seconds = seconds
        self._vain = self._trying = False
        self._lock = Lock()

    @contextmanager
    def waiting(self, *, hurried: bool = False) -> Iterator[float]:
        """The seconds to wait now. A Busy that leaves the block means that it was in vain, its end that it was not."""
        with self._lock:
            tries = self._vain and not self._trying and not hurried
            long = tries or not (self._vain or hurried)
            self._trying = self._trying or tries
        try:
            yield self.seconds if long else min(SHORT, self.seconds)
            self._vain = False
        except Busy:
            self._vain = self._vain or long
            raise
        finally:
            if tries:
                self._trying = False
