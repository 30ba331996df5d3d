"""`quizbot serve`: worker processes answer until they are told to stop, from content that is kept current."""

import socket
from collections.abc import Callable, Sequence
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
from quizbot.cli.posting import send_alongside
from quizbot.cli.records import bring_up_to_date, sweep_daily
from quizbot.cli.stopping import Stopping, heed_one_signal
from quizbot.content.problems import Problem
from quizbot.library.load import Library
from quizbot.library.models import Models
from quizbot.library.shelf import Shelf
from quizbot.library.watch import POLL_SECONDS, QUICK_SECONDS, watch
from quizbot.memory import models_folder, open_memory
from quizbot.settings import Misconfigured, Settings, check_exposure
from quizbot.shop import Shop
from quizbot.web import create_app
from quizbot.web.metrics import Totals
from quizbot.web.overload import shedding
from quizbot.web.proxies import behind

AT_ONCE = 4
WAITING = 60
WAIT_SECONDS = 0.8
THREADS = 96  # more than work and wait, so that one is always free to say that the server is busy
BACKLOG = 128  # connections that wait to be taken; Granian's least
CONNECTIONS = 256  # taken at a time by one worker, those that are kept open by their client included
DRAIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and how many processes answer."""

    host: str
    port: int
    workers: int = 1


def serve(settings: Settings, folder: Path, listening: Listening, stopping: Stopping, *, reload: bool = False) -> None:
    """Serve a content folder until SIGTERM or SIGINT; what changes in it is served as soon as it is good.

    Raises Refused when a quiz is not valid and never was, and Misconfigured when the address cannot be used.
    """
    check_exposure(settings, listening.host)
    port = free_port(listening.host, listening.port)
    bring_up_to_date(settings)
    sweep_daily(settings)
    send_alongside(settings, folder)
    shelf = Shelf(folder, settings.data_dir, partial(click.echo, err=True))
    _tell(shelf.library.problems, shelf.held)
    seconds = QUICK_SECONDS if reload else POLL_SECONDS
    server = _server(listening, port)
    server.on_startup(partial(_announce, shelf.library, listening.host, port))
    server.on_reload(shelf.again)
    watch(partial(_look, shelf), seconds)
    stopping.by(server.signal_handler_interrupt)
    loader = partial(_application, shelf, settings, seconds, Totals())
    server.serve(target_loader=loader, wrap_loader=False)


def _look(shelf: Shelf) -> None:
    """Look at the files, and tell what came of it."""
    try:
        news = shelf.look()
    except Exception as error:  # noqa: BLE001 (what is served stays, and the next look may go better)
        click.echo(f"the changed content cannot be read: {type(error).__name__}; what was good keeps serving", err=True)
        return
    if news is None:
        return
    _tell(news.problems, news.held if news.problems else ())
    if news.changed:
        click.echo(f"read {_contents(shelf.library)} again", err=True)


def _tell(problems: Sequence[Problem], held: Sequence[str]) -> None:
    if problems:
        click.echo(listed(problems), err=True)
    for name in held:
        click.echo(f"of '{name}', what was good before this keeps serving", err=True)


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
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        workers_kill_timeout=DRAIN_SECONDS,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,  # addresses and answers are in no log
    )


def _application(shelf: Shelf, settings: Settings, seconds: float, totals: Totals) -> Callable[..., Any]:
    """The application of one worker process; each reads changes for itself, and the server's own process tells them."""
    heed_one_signal()
    shelf.hush()
    models = Models(models_folder(settings), partial(click.echo, err=True))
    shop = Shop(shelf.library, open_memory(settings), models, settings.mail_server is not None)

    def look() -> None:
        with suppress(Exception):  # the server's own process tells it
            if shelf.look() is not None:
                shop.library = shelf.library

    watch(look, seconds)
    app = create_app(shop, secret_key=settings.secret_key or None, totals=totals)
    return shedding(behind(app.wsgi_app, settings.trusted_proxies), AT_ONCE, WAITING, WAIT_SECONDS)


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
