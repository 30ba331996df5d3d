"""Who asks too often waits, who asks is remembered by nobody, and totals name no person."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizbot.settings import Misconfigured, read_settings
from quizbot.shop import Shop
from quizbot.web import create_app
from quizbot.web.limits import SALT_SECONDS, Limit, Limiter, Rate, network
from quizbot.web.metrics import SLOT, SLOTS, Totals
from quizbot.web.proxies import behind

TURN = "/api/v1/quizzes/tea/turn"
FEW = {
    "asking": Limit(network=Rate(3, 1), stranger=False),
    "writing": Limit(network=Rate(2, 1), all=Rate(5, 1)),
}


@dataclass
class Clock:
    """A clock that is set."""

    now: float = 0.0

    def __call__(self) -> float:
        """The time that was set."""
        return self.now


def limiter(clock: Callable[[], float]) -> Limiter:
    """A limiter that lets few pass."""
    return Limiter({"asking": FEW["asking"], "writing": FEW["writing"]}, clock)


def passed(found: Limiter, kind: Any, *addresses: str) -> list[bool]:
    """Whether each of several requests may pass."""
    return [found.wait(kind, each) == 0 for each in addresses]


def test_a_network_may_ask_a_burst_and_then_as_often_as_its_rate() -> None:
    clock = Clock()
    found = limiter(clock)
    assert passed(found, "asking", *["192.0.2.1", "192.0.2.200"] * 2) == [True, True, True, False]
    assert passed(found, "asking", "192.0.3.1") == [True], "another network"
    assert found.wait("asking", "192.0.2.7") == 1
    clock.now = 1
    assert passed(found, "asking", "192.0.2.7", "192.0.2.7") == [True, False]


def test_all_together_are_limited_too() -> None:
    found = limiter(Clock())
    assert passed(found, "writing", *(f"198.51.{each}.1" for each in range(6))) == [True] * 5 + [False]


def test_reading_from_this_machine_is_not_limited_since_it_may_be_everybody() -> None:
    found = limiter(Clock())
    assert all(passed(found, "asking", *["127.0.0.1"] * 50))
    assert passed(found, "writing", *["127.0.0.1"] * 3) == [True, True, False]


def test_no_address_is_remembered_and_the_digests_have_a_new_key_every_hour() -> None:
    clock = Clock()
    found = limiter(clock)
    found.wait("asking", "192.0.2.1")
    before = set(found.levels)
    assert "192.0.2" not in repr(found)
    clock.now = SALT_SECONDS + 1
    found.wait("asking", "192.0.2.1")
    assert len(found.levels) == 1
    assert not before & set(found.levels)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_addresses_are_known_by_their_network(address: str, found: str) -> None:
    assert network(address) == found


def test_too_many_requests_are_told_when_to_come_again(tea_shop: Shop) -> None:
    client = create_app(tea_shop, limiter=limiter(Clock())).test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    answers = [client.post(TURN, json={}) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].content_type == "application/problem+json"
    page = client.get("/quiz/tea")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "1")
    assert "Many are asking at once" in page.text
    assert client.get("/healthz").status_code == client.get("/metrics").status_code == 200


def test_an_address_that_nobody_trusted_is_not_believed(tea_shop: Shop) -> None:
    app = create_app(tea_shop, limiter=limiter(Clock()))
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    told = [client.get("/", headers={"X-Forwarded-For": f"198.51.{each}.1"}).status_code for each in range(4)]
    assert told == [200, 200, 200, 429]


def test_a_trusted_proxy_is_believed_who_asks_and_over_which_scheme(tea_shop: Shop) -> None:
    app = create_app(tea_shop, limiter=limiter(Clock()))
    app.wsgi_app = behind(app.wsgi_app, [ip_network("10.0.0.0/8")])  # type: ignore[method-assign,assignment]
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "10.1.1.1"

    def heard(said: str) -> int:
        return client.get("/", headers={"X-Forwarded-For": said}).status_code

    assert [heard(f"203.0.113.9, 198.51.{each}.1, 10.2.2.2") for each in range(5)] == [200] * 5
    assert [heard(f"198.51.{each}.1, 203.0.113.9") for each in range(4)] == [200, 200, 200, 429]
    secure = client.get("/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.77.1"})
    assert "Strict-Transport-Security" in secure.headers


def test_proxies_are_networks_or_the_settings_are_refused() -> None:
    found = read_settings({"QUIZBOT_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8 ::1"}).trusted_proxies
    assert found == (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("::1/128"))
    with pytest.raises(Misconfigured, match="'proxy'"):
        read_settings({"QUIZBOT_TRUSTED_PROXIES": "proxy"})


# Totals -------------------------------------------------------------------------------------------


def figures(client: FlaskClient) -> dict[str, int]:
    """The totals of events by name."""
    lines = [each for each in client.get("/metrics").text.splitlines() if each.startswith("quizbot_events_total")]
    return {each.partition('event="')[2].partition('"')[0]: int(each.rpartition(" ")[2]) for each in lines}


def test_what_happens_in_a_quiz_is_counted_without_persons(tea_shop: Shop) -> None:
    client = create_app(tea_shop).test_client()
    client.get("/quiz/tea")
    client.post("/quiz/tea", data={"question": "hour", "answer": "morning", "step": "next"})
    client.post(TURN, json={"answers": {"hour": "morning"}, "finish": True})
    client.post(TURN, json={"refine": [{"column": "price", "max": 9}]})
    assert figures(client) == {"start": 1, "answer": 2, "complete": 1, "refine": 1}
    text = client.get("/metrics").text
    edition = tea_shop.library.editions["tea"]
    assert f'quizbot_events_total{{quiz="tea",version="{edition.version}",event="start"}} 1\n' in text
    assert "morning" not in text
    assert 'quizbot_requests_total{status="2xx"}' in text


def test_forked_processes_count_together() -> None:
    totals = Totals()
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            for each in range(250):
                totals.count("events", "tea", str(each % 2))
            os._exit(0)
        children.append(child)
    for each in children:
        os.waitpid(each, 0)
    assert totals.totals() == {("events", "tea", "0"): 500, ("events", "tea", "1"): 500}


def test_what_has_no_room_is_not_counted() -> None:
    totals = Totals()
    totals.count("x" * SLOT)
    assert totals.totals() == {}
    for each in range(SLOTS + 5):
        totals.count(str(each))
    assert len(totals.totals()) == SLOTS


def test_an_application_counts_for_itself(tea_app: Flask, tea_shop: Shop) -> None:
    tea_app.test_client().get("/quiz/tea")
    assert figures(create_app(tea_shop).test_client()) == {}
