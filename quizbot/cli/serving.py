"""`quizbot serve`: the content is read once, then worker processes answer until they are told to stop."""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from quizbot.cli.mistakes import counted, listed
from quizbot.cli.records import bring_up_to_date, sweep_daily
from quizbot.cli.stopping import Stopping, heed_one_signal
from quizbot.content.problems import Refused
from quizbot.library.load import Library, load
from quizbot.library.watch import watch
from quizbot.memory import open_memory
from quizbot.settings import Misconfigured, Settings, check_exposure
from quizbot.shop import Shop
from quizbot.web import create_app

THREADS = 4
DRAIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and how many processes answer."""

    host: str
    port: int
    workers: int = 1


@dataclass
class Shelf:
    """What workers are started with: the newest library that was valid."""

    folder: Path
    library: Library

    def renew(self) -> None:
        """Read the folder again; what is not valid is told, and the last good library stays."""
        try:
            self.library = load(self.folder, golden="warning")
        except Refused as refused:
            click.echo(f"{listed(refused.problems)}\nthe content before this change keeps serving", err=True)
        else:
            click.echo(f"read {_contents(self.library)} again", err=True)


def serve(settings: Settings, folder: Path, listening: Listening, stopping: Stopping, *, reload: bool = False) -> None:
    """Serve a content folder until SIGTERM or SIGINT; SIGHUP reads it again.

    Raises Refused when a quiz is not valid and Misconfigured when the address cannot be used.
    """
    check_exposure(settings, listening.host)
    port = free_port(listening.host, listening.port)
    bring_up_to_date(settings)
    sweep_daily(settings)
    shelf = Shelf(folder, load(folder, golden="warning"))
    if shelf.library.problems:
        click.echo(listed(shelf.library.problems), err=True)
    server = _server(listening, port)
    server.on_startup(partial(_announce, shelf.library, listening.host, port))
    server.on_reload(shelf.renew)
    if reload:
        watch(folder, shelf.renew)
    stopping.by(server.signal_handler_interrupt)
    loader = partial(_application, shelf, settings, reload)
    server.serve(target_loader=loader, wrap_loader=False)


def _announce(library: Library, host: str, port: int) -> None:
    click.echo(f"{_contents(library)} at http://{f'[{host}]' if ':' in host else host}:{port}")


def _server(listening: Listening, port: int) -> MPServer:
    return MPServer(
        "quizbot",
        address=listening.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=listening.workers,
        blocking_threads=THREADS,
        workers_kill_timeout=DRAIN_SECONDS,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,  # addresses and answers are in no log
    )


def _application(shelf: Shelf, settings: Settings, reload: bool) -> Callable[..., Any]:
    """The application of one worker process; each reads changes for itself, and the server's own process tells them."""
    heed_one_signal()
    shop = Shop(shelf.library, open_memory(settings))

    def renew() -> None:
        with suppress(Refused):
            shop.library = load(shelf.folder, golden="warning")

    if reload:
        watch(shelf.folder, renew)
    return create_app(shop, secret_key=settings.secret_key or None).wsgi_app


def _contents(library: Library) -> str:
    catalogs = {each.catalog.digest: len(each.catalog) for each in library.editions.values()}
    return f"{counted(len(library.editions), 'quiz', 'quizzes')} with {counted(sum(catalogs.values()), 'product')}"


def free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises Misconfigured when it cannot be listened on.

    Asked before the server starts, because a server that shares its port among workers would share it with a
    stranger just as well.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise Misconfigured(f"cannot listen on '{host}' port {port}: {why}; choose another --port") from error
        return int(probe.getsockname()[1])
