"""`quizbot serve` as a process: it starts, refuses, reads again and stops."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest

SHOP = Path(__file__).parent / "files/shop"
PATIENCE = 20


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int

    def get(self, path: str) -> str:
        """The body of a page."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def wait_for(self, path: str, holds: Callable[[str], bool]) -> None:
        """Ask until the body is as it shall be."""
        until = time.monotonic() + PATIENCE
        while not holds(self.get(path)):
            assert time.monotonic() < until, f"{path} has not changed"
            time.sleep(0.1)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    monkeypatch.setenv("QUIZBOT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def command(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A started `quizbot serve`, in a group of its own."""
    words = [sys.executable, "-m", "quizbot", "serve", "--quizzes", str(folder), *arguments]
    clean = {
        name: value
        for name, value in os.environ.items()
        if name in ("QUIZBOT_DATA_DIR", "QUIZBOT_DATABASE") or not name.startswith("QUIZBOT_")
    }
    return subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**clean, **environment},
    )


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Server]:
    """A server on a free port that answers, and is no more afterwards."""
    with command(folder, "--port", "0", *arguments) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert " at http://127.0.0.1:" in line
            server = Server(process, int(line.rpartition(":")[2]))
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    server.get("/healthz")
                    break
                except OSError:
                    assert time.monotonic() < until, "it does not answer"
                    time.sleep(0.05)
            yield server
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def refused(folder: Path, *arguments: str, **environment: str) -> str:
    """What a start that must not happen says."""
    process = command(folder, *arguments, **environment)
    output, sentence = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert output == ""
    assert "Traceback" not in sentence
    return sentence


def test_it_serves_and_sigterm_ends_it_with_0_and_without_a_word_about_visitors() -> None:
    with serving(SHOP) as server:
        assert "Find your tea" in server.get("/quiz/tea")
        server.process.send_signal(signal.SIGTERM)
        output, errors = server.process.communicate(timeout=PATIENCE)
    assert (server.process.returncode, output, errors) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_all_of_its_processes_ends_it_as_quickly(number: signal.Signals) -> None:
    with serving(SHOP, "--workers", "2") as server:
        started = time.monotonic()
        os.killpg(server.process.pid, number)
        assert server.process.wait(timeout=PATIENCE) == 0
        assert time.monotonic() - started < 10


@pytest.mark.parametrize("path", ["/api/v1/quizzes/tea/turn", "/api/v1/consents"])
def test_twenty_who_ask_in_the_same_moment_are_no_overload(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZBOT_DATABASE", str(tmp_path / "quizbot.db"))
    said = {"quiz": "tea", "purposes": ["remember"], "notice": "1"} if path.endswith("consents") else {}
    headers = {"Content-Type": "application/json", "Idempotency-Key": "the-same-key-of-one-visitor"}
    answers = set[tuple[int, str]]()

    def ask(port: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("POST", path, json.dumps(said), headers)
        answer = connection.getresponse()
        answers.add((answer.status, json.dumps(json.load(answer), sort_keys=True)))
        connection.close()

    with serving(SHOP) as server:
        ask(server.port)  # makes the database, which takes its time
        visitors = [threading.Thread(target=ask, args=(server.port,)) for _ in range(20)]
        for each in visitors:
            each.start()
        for each in visitors:
            each.join()
    assert [status for status, _ in answers] == [201 if said else 200]


def test_what_is_in_flight_is_finished_before_it_stops() -> None:
    with serving(SHOP) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        body = b'{"answers": {"hour": "morning"}}'
        connection.putrequest("POST", "/api/v1/quizzes/tea/turn")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:10])
        time.sleep(1)  # the worker waits for the rest
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.send(body[10:])
        answer = connection.getresponse()
        assert answer.status == 200
        assert b"Chimney" in answer.read()
        connection.close()
        assert server.process.wait(timeout=PATIENCE) == 0


@pytest.mark.parametrize("flags", [("--reload",), ("--workers", "2")])
def test_what_changed_is_read_and_what_was_good_is_kept_while_nobody_is_turned_away(
    flags: tuple[str, ...], tmp_path: Path
) -> None:
    folder = shutil.copytree(SHOP, tmp_path / "shop")
    text = (folder / "tea.yaml").read_text("utf-8")
    failed: list[Exception] = []
    done = threading.Event()
    with serving(folder, *flags) as server:

        def visit() -> None:
            while not done.is_set():
                try:
                    server.get("/api/v1/quizzes")
                except OSError as error:
                    failed.append(error)

        visitor = threading.Thread(target=visit)
        visitor.start()
        (folder / "tea.yaml").write_text(text.replace("Find your tea", "Meet your tea"), "utf-8")
        server.wait_for("/api/v1/quizzes", lambda body: "Meet your tea" in body)
        (folder / "tea.yaml").write_text("title: [", "utf-8")
        time.sleep(2)
        assert "Meet your tea" in server.get("/api/v1/quizzes")
        done.set()
        visitor.join()
        server.process.send_signal(signal.SIGTERM)
        _, errors = server.process.communicate(timeout=PATIENCE)
    assert failed == []
    assert "read 1 quiz with 10 products again" in errors
    assert errors.count("tea.yaml:") == 1
    assert errors.count("of 'tea', what was good before this keeps serving") == 1


def test_a_start_with_a_broken_quiz_serves_the_version_that_was_good_before(tmp_path: Path) -> None:
    folder = shutil.copytree(SHOP, tmp_path / "shop")
    with serving(folder) as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=PATIENCE) == 0
    (folder / "tea.yaml").write_text("title: [", "utf-8")
    with serving(folder) as server:
        assert "Find your tea" in server.get("/quiz/tea")
        assert '"content": "ok"' in server.get("/readyz")
        server.process.send_signal(signal.SIGTERM)
        _, errors = server.process.communicate(timeout=PATIENCE)
    assert "tea.yaml:" in errors
    assert "of 'tea', what was good before this keeps serving" in errors


def test_a_worker_that_dies_is_replaced_by_one_that_serves_what_is_current(tmp_path: Path) -> None:
    folder = shutil.copytree(SHOP, tmp_path / "shop")
    text = (folder / "tea.yaml").read_text("utf-8")
    with serving(folder) as server:
        (folder / "tea.yaml").write_text(text.replace("Find your tea", "Meet your tea"), "utf-8")
        server.wait_for("/api/v1/quizzes", lambda body: "Meet your tea" in body)
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text("ascii").split()
        os.kill(int(children[0]), signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                assert "Meet your tea" in server.get("/api/v1/quizzes")
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)


def test_a_quiz_that_is_not_valid_stops_the_start_with_every_problem(tmp_path: Path) -> None:
    folder = shutil.copytree(SHOP, tmp_path / "shop")
    text = (folder / "tea.yaml").read_text("utf-8")
    (folder / "tea.yaml").write_text(text.replace("title:", "titel:", 1).replace("{smoke: 1}", "{smok: 1}", 1), "utf-8")
    sentence = refused(folder, "--port", "0")
    assert "'titel'" in sentence
    assert "'smok'" in sentence


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    assert refused(missing) == f"Error: {missing}: error: there is no content folder '{missing}' [no-folder]\n"


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refused(SHOP, "--port", str(port))
    expected = f"Error: cannot listen on '127.0.0.1' port {port}: address already in use; choose another --port\n"
    assert sentence == expected


def test_beyond_loopback_it_asks_for_secrets_first() -> None:
    sentence = refused(SHOP, "--host", "0.0.0.0", "--port", "0", QUIZBOT_SECRET_KEY="short")
    assert "'0.0.0.0' can be reached from other machines: set QUIZBOT_SECRET_KEY of at least 32" in sentence
    assert "short" not in sentence
