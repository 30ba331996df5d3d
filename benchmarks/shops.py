"""Shops for benchmarks, and the server that serves them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from time import sleep

TRAITS = 12


def write_shop(folder: Path, items: int) -> None:
    """A quiz named `items` of 12 scale questions, and a feed with a column for each."""
    random = Random(0)
    folder.mkdir(parents=True)
    names = [f"Column {at}" for at in range(TRAITS)]
    with (folder / "items.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(("id", "title", "price", "brand", "description", *names)) + "\n")
        for at in range(items):
            told = [f"item-{at}", f"Item {at}", f"{random.uniform(20, 420):.2f}", f"Brand {at % 90}"]
            told.append(f"Item number {at} is made of wool and good for days of {at % 30} degrees.")
            file.write(",".join((*told, *(f"{random.random():.4f}" for _ in names))) + "\n")
    traits = {f"trait-{at}": {"label": name, "from": {"column": name}} for at, name in enumerate(names)}
    scale = {"type": "scale", "low": "little", "high": "much"}
    questions = [{"id": each, "ask": each, **scale, "prefer": {each: [0, 1]}} for each in traits]
    quiz = {"title": "Items", "catalog": "items.csv", "traits": traits, "questions": questions}
    (folder / "items.yaml").write_text(json.dumps(quiz, indent=1), "utf-8")


def turn(port: int) -> bytes:
    """A request with all answers over a connection of its own, as bytes."""
    body = json.dumps({"answers": {f"trait-{at}": at % 5 + 1 for at in range(TRAITS)}, "finish": True}).encode()
    lines = (
        "POST /api/v1/quizzes/items/turn HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    process: subprocess.Popen[str]
    port: int

    def memory(self) -> float:
        """Megabytes that its workers hold."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text("ascii").split()
        lines = [line for each in children for line in Path(f"/proc/{each}/status").read_text("ascii").splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[Server]:
    """`quizbot serve` with one worker, once it is ready."""
    command = [sys.executable, "-m", "quizbot", "serve", "--quizzes", str(folder / "shop"), "--port", str(port)]
    environment = os.environ | {"QUIZBOT_DATA_DIR": str(folder / "data")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            server = Server(process, int(process.stdout.readline().rpartition(":")[2]))
            while not _is_ready(server.port):
                sleep(0.05)
            yield server
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


def _is_ready(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
