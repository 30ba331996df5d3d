"""The page: what it weighs beside its peers, what its script costs a slow phone, and how long a step takes."""

import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from statistics import median, quantiles
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.table import show
from quizbot.library.load import load
from quizbot.settings import bundled

QUIZ = "winter-coat"
PORT = 8767
SHOPPERS, SECONDS, PAUSE, WORKERS = 20, 10.0, 1.0, 2
SLOWER = 4  # times, as a phone of some years ago
RUNS = 5

PEERS = {"Typeform's embed": 14.2, "isso": 22.0, "Typebot": 196.0, "SurveyJS": 415.0}
"""Gzipped scripts in kB, as measured once and not again in this run; Typeform's embed still has to load its form."""


def main() -> None:
    """Print all three tables."""
    command = [sys.executable, "-m", "quizbot", "serve", "--port", str(PORT), "--workers", str(WORKERS)]
    server = subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": "."}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait()
        _weights()
        _script()
        _steps()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


def _get(path: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=10)
    connection.request("GET", path)
    return connection.getresponse().read()


def _wait() -> None:
    for _ in range(200):
        try:
            _get("/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


# Weight ----------------------------------------------------------------------------------------------


def _weights() -> None:
    page = _get(f"/quiz/{QUIZ}")
    html = page.decode()
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    scripts = re.findall(r'<script defer src="([^"]+)"', html)
    parts = {
        "the page": [page],
        "its style sheets": [_get(each) for each in sheets],
        "its script": [_get(each) for each in scripts],
    }
    sizes = {name: sum(len(gzip.compress(each, 9)) for each in bodies) / 1000 for name, bodies in parts.items()}
    whole = sum(sizes.values())
    rows: list[tuple[str, str, str]] = [(name, f"{size:.1f}", "") for name, size in sizes.items()]
    rows.append(("first question in all", f"{whole:.1f}", "1.0"))
    rows += [(name, f"{size:.1f}", f"{size / whole:.1f}") for name, size in PEERS.items()]
    loader, frame = (len(gzip.compress(_get(each), 9)) / 1000 for each in ("/embed.js", "/static/frame.js"))
    rows += [
        ("the same in a frame", f"{whole + frame:.1f}", f"{1 + frame / whole:.1f}"),
        ("embed.js", f"{loader:.1f}", ""),
    ]
    requests = 1 + len(sheets) + len(scripts)
    show(
        "The first question without pictures: kB, gzip -9",
        ["what", "kB", "ratio"],
        rows,
        f"{requests} requests to one host and the icon; of the peers only the script is counted",
    )


# Script ----------------------------------------------------------------------------------------------


def _script() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        begun, steps = [], []
        for _ in range(RUNS):
            page = browser.new_page()
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.goto(f"http://127.0.0.1:{PORT}/quiz/{QUIZ}")
            begun.append(_spent(session))
            steps += [_step(page) for _ in range(2)]
            page.close()
        browser.close()
    show(
        f"With the processor slowed {SLOWER} times: milliseconds, medians of {RUNS} visits",
        ["script until the first question", "a step, from press to focus"],
        [[f"{median(begun):.1f}", f"{median(steps):.1f}"]],
    )


def _spent(session: CDPSession) -> float:
    """Milliseconds that scripts of the page took so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(each["value"] for each in metrics if each["name"] == "ScriptDuration"))


def _step(page: Page) -> float:
    """Milliseconds from pressing "Not sure" until the next heading has the focus."""
    taken: float = page.evaluate(
        """() => new Promise(done => {
            const start = performance.now();
            document.addEventListener('focusin', each => each.target.matches('h2') && done(performance.now() - start));
            document.querySelector('[value=skip]').click();
        })"""
    )
    return taken


# Steps -----------------------------------------------------------------------------------------------


def _steps() -> None:
    quiz = load(bundled("quizzes")).editions[QUIZ].quiz
    walks = [_forms(each.answers) for each in quiz.examples]
    _measured(walks, pause=0.0, shoppers=1, seconds=3.0)  # the server's first requests are its slowest
    rows = []
    for name, shoppers, pause in (
        ("alone, without a pause", 1, 0.0),
        (f"{SHOPPERS} at once, a press each second", SHOPPERS, PAUSE),
        (f"{SHOPPERS} at once, without a pause", SHOPPERS, 0.0),
    ):
        taken = _measured(walks, pause=pause, shoppers=shoppers, seconds=SECONDS)
        cuts = quantiles(taken, n=100)
        rows.append((name, len(taken), *(f"{1000 * cuts[at]:.1f}" for at in (49, 94, 98))))
    show(
        f"A step of the page over HTTP, {WORKERS} workers: milliseconds",
        ["shoppers", "steps", "median", "95 %", "99 %"],
        rows,
        "every step posts the form and gets the next question or the results, with words and drawings",
    )


def _forms(answers: Any) -> list[str]:
    """The states of a conversation in which these answers are given one after the other, and the results."""
    given: dict[str, Any] = {}
    forms = []
    for name, listed in answers.items():
        forms.append(urlencode({"state": json.dumps({"answers": given}), "step": "x"}))
        given = {**given, name: list(listed) if len(listed) > 1 else listed[0]}
    return [*forms, urlencode({"state": json.dumps({"answers": given}), "step": "finish"})]


def _measured(walks: list[list[str]], *, pause: float, shoppers: int, seconds: float) -> list[float]:
    """Seconds of every step that shoppers took together."""
    taken: list[list[float]] = [[] for _ in range(shoppers)]
    until = time.perf_counter() + seconds
    threads = [Thread(target=_shop, args=(random.Random(at), walks, pause, until, taken[at])) for at in range(shoppers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return [each for listed in taken for each in listed]


def _shop(chance: random.Random, walks: list[list[str]], pause: float, until: float, taken: list[float]) -> None:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "quizbot"}
    time.sleep(chance.random() * pause)
    while time.perf_counter() < until:
        for form in chance.choice(walks):
            start = time.perf_counter()
            connection.request("POST", f"/quiz/{QUIZ}", form, kind)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise SystemExit(f"the server answered {response.status}")
            taken.append(time.perf_counter() - start)
            time.sleep(pause * 2 * chance.random())


if __name__ == "__main__":
    main()
