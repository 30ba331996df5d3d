"""A mail server of the tests' own, on loopback: it takes mail, refuses it, or breaks off."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from socket import SHUT_RDWR
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import cast


@dataclass
class Postbox:
    """What a server was given, and how it answers: a reply by command (`RCPT`, `DATA`, `.`), for the next time only."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("8BITMIME",)
    logins: int = 0

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    box: Postbox
    context: ssl.SSLContext | None

    def get_request(self) -> tuple[ssl.SSLSocket, str]:
        socket, address = super().get_request()
        return (self.context.wrap_socket(socket, server_side=True) if self.context else socket), address  # type: ignore[return-value]

    def handle_error(self, *_: object) -> None:
        """A client that breaks off is no fault of the server's."""


class _Visit(StreamRequestHandler):
    def handle(self) -> None:
        box = cast("_Server", self.server).box
        self._say("220 here")
        while line := self.rfile.readline():
            word = line[:4].decode("latin-1").upper().strip()
            if word in box.replies:
                self._say(box.replies.pop(word))
            elif word == "EHLO":
                lines = ["here", *box.extensions]
                self._say(
                    "\r\n".join(f"250{' ' if at == len(lines) - 1 else '-'}{each}" for at, each in enumerate(lines))
                )
            elif word == "AUTH":
                box.logins += 1
                self._say("235 known")
            elif word == "DATA":
                self._say("354 go on")
                self._take(box)
            else:
                if word == "RCPT":
                    box.recipients.append(line.decode().partition("<")[2].partition(">")[0])
                self._say("221 bye" if word == "QUIT" else "250 fine")
                if word == "QUIT":
                    return

    def _take(self, box: Postbox) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        reply = box.replies.pop(".", "250 taken")
        if reply == "hang up":
            self.connection.shutdown(SHUT_RDWR)
            return
        if reply.startswith("250"):
            box.taken.append(message_from_bytes(b"".join(lines), policy=SMTP))
        self._say(reply)

    def _say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


@contextmanager
def postbox(certificate: Path | None = None, port: int = 0) -> Iterator[Postbox]:
    """A server that takes mail until the block ends; with a certificate it is encrypted from the start."""
    box = Postbox()
    with _Server(("127.0.0.1", port), _Visit) as server:
        server.box = box
        server.context = None
        if certificate:
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.context.load_cert_chain(certificate)
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield box
        server.shutdown()
        thread.join()
