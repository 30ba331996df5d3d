"""`quizbot data send`: mail that waits, sent once or as long as a server runs."""

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click

from quizbot.audience.letter import letter
from quizbot.audience.outbox import Delivery, deliver
from quizbot.audience.post import Delayed, Rejected, hand_over
from quizbot.cli.mistakes import counted
from quizbot.content.problems import Refused
from quizbot.content.site import read_site
from quizbot.memory import Memory, open_memory
from quizbot.settings import Misconfigured, Settings
from quizbot.store.protocol import Message, Unavailable

LOOK_SECONDS = 5.0
RESTART_SECONDS = 30.0


def send(settings: Settings, *, follow: bool) -> None:
    """Send what is due; with `follow` again and again until standard input ends. Raises Misconfigured."""
    if settings.mail_server is None:
        raise Misconfigured("no mail server is named: set QUIZBOT_SMTP_URL, such as 'smtp://user:password@host:587'")
    memory = open_memory(settings)
    try:
        if not follow:
            click.echo(_told(_deliver(settings, memory)))
            return
        while not select.select([sys.stdin], [], [], LOOK_SECONDS)[0]:
            try:
                found = _deliver(settings, memory)
            except (Unavailable, Refused):
                continue  # whoever looks after the server hears of it elsewhere
            if found.why:
                click.echo(_told(found), err=True)
    finally:
        memory.store.close()


def _deliver(settings: Settings, memory: Memory) -> Delivery:
    return deliver(memory.store, _sender(settings, memory), memory.clock)


def _sender(settings: Settings, memory: Memory) -> Callable[[str, Message], None]:
    """Writes a mail and hands it over."""
    server = settings.mail_server
    assert server is not None

    def post(person: str, message: Message) -> None:
        site = read_site(settings.quizzes / "site.yaml")
        home = site.mail.home.rstrip("/") + "/" if site.mail.home else str(message.payload.get("home", ""))
        if not home or not site.sender:
            raise Delayed("site.yaml names no `mail.home` or no `mail.sender`")
        signed = memory.way_back(home).sign(person, memory.clock())
        way_back = f"{home}my-data?lang={message.payload.get('language', '')}&mail={signed}"
        try:
            mail = letter(message, site, home, way_back, memory.clock())
        except (ValueError, KeyError) as error:
            raise Rejected("no mail can be made of it") from error
        hand_over(server, mail)

    return post


def _told(found: Delivery) -> str:
    parts = [f"sent {counted(found.sent, 'mail')}"]
    parts += [f"put off {counted(found.put_off, 'mail')}"] if found.put_off else []
    parts += [f"gave up {counted(found.given_up, 'mail')}"] if found.given_up else []
    return ", ".join(parts) + (f": {found.why}" if found.why else "")


def send_alongside(settings: Settings, folder: Path) -> None:
    """Send in a process of its own for as long as this one runs: workers are forked from this one."""
    command = [sys.executable, "-m", "quizbot", "data", "send", "--follow"]
    there = {**os.environ, "QUIZBOT_DATABASE": settings.database, "QUIZBOT_QUIZZES": str(folder)}

    def forever() -> None:
        while True:
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=there) as process:  # noqa: S603 (our own command)
                process.wait()
            time.sleep(RESTART_SECONDS)

    if settings.mail_server:
        threading.Thread(target=forever, daemon=True).start()
