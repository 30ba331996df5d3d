"""How a server and its workers hear that they shall stop: each once, and not before they can.

The signals are held back in every thread and waited for in one of their own. Held back later, they could be
delivered to a thread of a library, where nobody hears them.
"""

import os
import signal
import threading
import time
from collections.abc import Callable

STOP = frozenset({signal.SIGINT, signal.SIGTERM})
SETTLE_SECONDS = 0.5


class Stopping:
    """The ear of a server's own process; made before anything that starts threads is imported."""

    def __init__(self) -> None:
        """Leave at once at a signal, until told otherwise."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
        self._stop: Callable[[], object] | None = None
        threading.Thread(target=self._heed, daemon=True).start()

    def by(self, stop: Callable[[], object]) -> None:
        """Stop by calling this from now on."""
        self._stop = stop

    def _heed(self) -> None:
        number = signal.sigwait(STOP)
        if self._stop is None:
            os._exit(128 + number)  # it only reads so far, so there is nothing to put in order
        self._stop()


def heed_one_signal() -> None:
    """Let only the first signal through to a worker, and not before the worker can hear it.

    A terminal, `timeout` and systemd send theirs to all processes, and then the server passes its own on; a second
    one, or one while it starts, leaves a worker of Granian waiting until it is killed.
    """
    of_the_server = signal.getsignal(signal.SIGTERM)

    def heed() -> None:
        while (handler := signal.getsignal(signal.SIGTERM)) is of_the_server:
            time.sleep(0.01)
        time.sleep(SETTLE_SECONDS)  # the worker has set its own and is a few lines from listening
        number = signal.sigwait(STOP)
        if callable(handler):
            handler(number, None)

    threading.Thread(target=heed, daemon=True).start()
