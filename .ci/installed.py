"""What an installed quizbot must show: the wheel carries the bundled folders, and one quiz is taken to its results."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from zipfile import ZipFile

SECONDS_TO_START = 60


def wheel(path: str) -> None:
    """Every bundled file of the checkout is in the wheel."""
    listed = subprocess.run(
        ["git", "ls-files", "templates", "static", "quizzes", "quizbot"], check=True, capture_output=True, text=True
    )
    wanted = {each if each.startswith("quizbot/") else f"quizbot/{each}" for each in listed.stdout.splitlines()}
    missing = wanted - set(ZipFile(path).namelist())
    assert wanted, "nothing is tracked"
    assert not missing, f"not in the wheel: {sorted(missing)}"


def conversation(said: str) -> None:
    """A quiz is taken over HTTP, from what the server said at its start to the results."""
    address = started(Path(said))
    assert b"<html" in fetch(f"{address}/")
    quiz = json.loads(fetch(f"{address}/api/v1/quizzes"))["quizzes"][0]["id"]
    assert b"<form" in fetch(f"{address}/quiz/{quiz}")
    answers: dict[str, Any] = {}
    advice = turn(address, quiz, answers)
    while question := advice["question"]:
        answers[question["id"]] = answer(question)
        advice = turn(address, quiz, answers)
    items = advice["results"]["items"]
    assert items, "no results"
    for item in items:
        points = sum(each["points"] for each in item["reasons"] + item["misses"])
        assert abs(points - item["score"]) < 1e-6, item["id"]
    print(f"{quiz}: {len(answers)} answers, first {items[0]['title']!r}")


def started(said: Path) -> str:
    """The address that the server printed, once it answers."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        address = said.read_text().partition(" at ")[2].strip()
        try:
            if address:
                fetch(f"{address}/healthz")
                return address
        except OSError:
            pass  # it listens in a moment
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def turn(address: str, quiz: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The advice on some answers."""
    body = json.dumps({"answers": answers}).encode()
    advice: dict[str, Any] = json.loads(fetch(f"{address}/api/v1/quizzes/{quiz}/turn", body))
    return advice


def answer(question: dict[str, Any]) -> Any:
    """Some answer to a question of any type."""
    match question["type"]:
        case "single":
            return question["options"][0]["id"]
        case "multiple":
            return [question["options"][0]["id"]]
        case "ranking":
            return [each["id"] for each in question["options"]]
        case "scale":
            return 1
        case "number":
            return question["max"]
        case "products":
            shown = [each["id"] for each in question["products"]]
            return {"liked": shown[:1], "shown": shown}
    raise AssertionError(question["type"])


def fetch(address: str, body: bytes | None = None) -> bytes:
    """The body of an answer; JSON is posted when there is some."""
    request = Request(address, body, {"Content-Type": "application/json"} if body else {})
    with urlopen(request, timeout=30) as response:
        content: bytes = response.read()
        return content


if __name__ == "__main__":
    {"wheel": wheel, "conversation": conversation}[sys.argv[1]](sys.argv[2])
