"""The API: strict bodies in, advice out, problem documents for everything else."""

import json
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from werkzeug.test import TestResponse

from quizbot.advice.advise import advise
from quizbot.advice.turn import Turn
from quizbot.content.site import Site
from quizbot.library.load import Library
from quizbot.shop import Shop
from quizbot.web import create_app

TURN = "/api/v1/quizzes/tea/turn"
JSON = "application/json"
REFUSALS = [400, 401, 403, 404, 405, 413, 415, 422]  # too much at once is refused before it is read


def send(client: FlaskClient, body: str | bytes, path: str = TURN, content_type: str = JSON) -> TestResponse:
    """The response to a raw body."""
    return client.post(path, data=body, content_type=content_type)


def turn(client: FlaskClient, **said: Any) -> dict[str, Any]:
    """The advice on a turn."""
    response = send(client, json.dumps(said))
    assert response.status_code == 200
    assert response.content_type == JSON
    told: dict[str, Any] = response.get_json()
    return told


def problem_of(response: TestResponse) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert response.content_type == "application/problem+json"
    document: dict[str, Any] = response.get_json()
    assert document["status"] == response.status_code
    assert set(document) == {"type", "title", "status", "detail", "errors"}
    return document


def test_the_quizzes_are_listed(client: FlaskClient, tea_shop: Shop) -> None:
    version = tea_shop.library.editions["tea"].version
    told: dict[str, Any] = {"id": "tea", "title": "Find your tea", "welcome": "Six questions and a kettle."}
    told |= {"language": "en", "languages": ["en"], "version": version}
    assert client.get("/api/v1/quizzes").get_json() == {"quizzes": [told]}


def test_a_quiz_tells_its_questions_but_never_its_weights(client: FlaskClient) -> None:
    questions = client.get("/api/v1/quizzes/tea").get_json()["questions"]
    first = questions[0]
    assert first == {
        "id": "hour",
        "type": "single",
        "ask": "When do you drink it?",
        "why": "An evening tea should let you sleep.",
        "required": True,
        "options": [
            {"id": "morning", "text": "Before anybody speaks", "image": "http://localhost/content/images/cup.svg"},
            {"id": "evening", "text": "When the lamps are lit", "image": "http://localhost/content/images/cup.svg"},
        ],
    }
    shared = {"id", "type", "ask", "why", "required"}
    assert {each["type"]: sorted(set(each) - shared) for each in questions} == {
        "single": ["options"],
        "multiple": ["max", "options"],
        "scale": ["high", "low", "steps"],
        "ranking": ["options"],
        "number": ["max", "min", "step", "unit"],
        "products": ["products"],
    }
    counted = next(each["max"] for each in questions if each["type"] == "multiple")
    assert isinstance(counted, int)  # so many options, never `2.0` of them


def test_an_empty_turn_starts_the_conversation(client: FlaskClient) -> None:
    told = turn(client)
    assert told["question"]["id"] == "hour"
    assert told["results"] is None
    assert 0 <= told["progress"].pop("probability") < 0.5
    assert told["progress"] == {"answered": 0, "remaining_at_most": 6, "confident": False}


def test_a_whole_conversation_ends_in_results(client: FlaskClient) -> None:
    answers: dict[str, Any] = {"hour": "morning", "tastes": ["smoke"], "fire": 5, "order": ["strong"], "budget": 20}
    told = turn(client, answers=answers)
    shown = [each["id"] for each in told["question"]["products"]]
    told = turn(client, answers={**answers, "cups": {"liked": shown[:1], "shown": shown}})
    assert told["question"] is None
    assert told["results"]["items"][0]["id"] == "stack"
    assert told["results"]["slots"] is None
    assert told["results"]["this"] is None


def test_pictures_and_links_can_be_followed_from_anywhere(client: FlaskClient) -> None:
    items = turn(client, answers={"hour": "morning"}, finish=True)["results"]["items"]
    assert items[0]["image"] == "http://localhost/content/images/cup.svg"
    assert items[0]["url"].startswith("https://kettle.example/p/")


def test_the_points_of_every_item_add_up_to_its_score(client: FlaskClient) -> None:
    for item in turn(client, answers={"hour": "morning", "tastes": ["fruit"]}, finish=True)["results"]["items"]:
        points = sum(each["points"] for each in [*item["reasons"], *item["misses"]])
        assert points == pytest.approx(item["score"], abs=1e-6)


def test_refinements_and_evidence_are_written_without_what_they_do_not_say(client: FlaskClient) -> None:
    told = turn(client, answers={"hour": "morning"}, say="under 20")
    assert [each["refine"] for each in told["understood"]] == [[{"column": "price", "max": 20}]]
    again = turn(client, answers={"hour": "morning"}, refine=told["understood"][0]["refine"])
    assert again["results"] == told["results"]
    assert None not in [said for chip in told["refinements"] for each in chip["refine"] for said in each.values()]
    evidence = [each["evidence"] for each in told["results"]["items"][0]["reasons"]]
    assert evidence == [{"column": "strength", "value": 5}]


def test_the_api_says_what_advise_says(client: FlaskClient, tea_shop: Shop) -> None:
    said = {"answers": {"hour": "evening"}, "finish": True}
    own = json.loads(advise(tea_shop.library.editions["tea"], Turn.model_validate(said)).model_dump_json())
    told = turn(client, **said)
    assert told["progress"] == own["progress"]
    for one, other in zip(told["results"]["items"], own["results"]["items"], strict=True):
        assert {**one, "image": None, "url": None} == {**other, "image": None, "url": None}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[1]", 422),
        ("null", 422),
        ("1e999", 422),
        ('"\\ud800"', 422),
        ("99999999999999999999", 422),
        ("[" * 50_000, 413),
        ("[" * 10_000, 422),
        ("1" * 16_000, 422),
        ('{"a":NaN}', 400),
        ('{"limit":-Infinity}', 400),
        ('{"answers":{"hour":"\\ud800"}}', 422),
        ('{"answers":{"budget":1e999}}', 422),
        ('{"answers":{"budget":99999999999999999999}}', 422),
        ('{"a":' * 9 + "1" + "}" * 9, 422),
        ('{"limit":2,"limit":3}', 422),
        ('{"limit":"2"}', 422),
        ('{"limit":51}', 422),
        ('{"finish":1}', 422),
        ('{"answers":{"hour":null}}', 422),
        (json.dumps({"say": "cheaper " * 63}), 422),
        ('{"refine":[{"column":"price","most":10}]}', 422),
        ('{"refine":[{"trait":"smoke","level":2}]}', 422),
        ('{"history":[{"item":"stack","kind":"stare"}]}', 422),
        (b"\xff\xfe", 400),
        (b'{"language":"\xe4"}', 400),
    ],
)
def test_a_body_that_does_not_fit_is_refused(client: FlaskClient, body: str | bytes, status: int) -> None:
    response = send(client, body)
    assert problem_of(response)["status"] == status


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_only_json_is_read(client: FlaskClient, content_type: str) -> None:
    assert problem_of(send(client, "{}", content_type=content_type))["status"] == 415


def test_a_body_that_is_too_large_hears_how_much_is_read(client: FlaskClient) -> None:
    assert problem_of(send(client, "[" * 50_000))["detail"] == "the body is too large; send at most 16 KB"


def test_an_unknown_field_is_refused_by_name(client: FlaskClient) -> None:
    document = problem_of(send(client, '{"answer": {"hour": "morning"}}'))
    assert document["errors"][0]["field"] == "answer"
    assert "unknown field 'answer'" in document["errors"][0]["message"]
    assert "did you mean 'answers'?" in document["errors"][0]["message"]


def test_a_wrong_answer_to_the_current_version_is_refused_by_name(client: FlaskClient) -> None:
    version = turn(client)["version"]
    document = problem_of(send(client, json.dumps({"version": version, "answers": {"hour": "noon", "age": 7}})))
    assert [each["field"] for each in document["errors"]] == ["answers.hour", "answers.age"]


def test_a_wrong_answer_to_an_older_version_is_dropped_and_told(client: FlaskClient) -> None:
    told = turn(client, version="older", answers={"hour": "noon", "age": 7})
    assert [each["field"] for each in told["dropped"]] == ["answers.hour", "answers.age"]


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/api/v1/quizzes/Coffee", 404, "there is no quiz 'Coffee'; /api/v1/quizzes lists them"),
        ("POST", "/api/v1/quizzes/coffee/turn", 404, "there is no quiz 'coffee'; /api/v1/quizzes lists them"),
        ("GET", "/api/v1/nothing", 404, "nothing at this address; /api/v1/openapi.json describes what there is"),
        ("GET", TURN, 405, "GET is not answered here; send POST"),
        ("DELETE", "/api/v1/quizzes", 405, "DELETE is not answered here; send GET"),
    ],
)
def test_every_refusal_is_a_problem_document_with_the_remedy(
    client: FlaskClient, method: str, path: str, status: int, detail: str
) -> None:
    response = client.open(path, method=method, data="{}", content_type=JSON)
    told = problem_of(response)
    assert told["status"] == status
    assert told["detail"].endswith(detail)
    assert status != 405 or response.headers["Allow"]


def test_a_failure_is_a_problem_document_that_tells_nothing(
    tea_shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_shop: Shop, _quiz: str, turn: Turn) -> None:
        raise RuntimeError(f"broken by {turn.answers['hour']}")

    monkeypatch.setattr(Shop, "turn", fail)
    client = create_app(tea_shop).test_client()
    document = problem_of(send(client, '{"answers": {"hour": "evening"}}'))
    assert document["status"] == 500
    assert "evening" not in json.dumps(document)
    assert "RuntimeError" in caplog.text
    assert "evening" not in caplog.text, "logs hold no answers"


def test_health_is_told(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_it_is_ready_when_its_content_is_there_and_says_nothing_else(client: FlaskClient) -> None:
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ok", "content": "ok", "database": "ok"})
    empty = create_app(Shop(Library({}, Site(), Path()))).test_client()
    unready = empty.get("/readyz")
    told = {"status": "not ready", "content": "missing", "database": "off"}
    assert (unready.status_code, unready.get_json()) == (503, told)
    assert empty.get("/healthz").status_code == 200


def test_the_description_is_valid_openapi(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    validate(document)
    limited = [each for path in document["paths"].values() for each in path.values() if "429" not in each["responses"]]
    assert limited == []  # any of them may be asked too often, and says then when to come again


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_the_api_keeps_to_its_description(tea_app: Flask, mode: GenerationMode) -> None:
    refusals = {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
    config = schemathesis.Config.from_dict(refusals)
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", tea_app, config=config)
    tried = 0
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode.is_negative and not (operation.body or operation.path_parameters):
            continue  # nothing can be wrong about it

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        def holds(case: schemathesis.Case[Any]) -> None:
            if not mode.is_negative and "Idempotency-Key" in case.headers:
                case.headers["Idempotency-Key"] = token_hex(16)  # another body under one key is refused, as it should
            answer = case.call()
            if answer.status_code != 413:  # too large to be read at all, whatever it says
                case.validate_response(answer)

        holds()
        tried += 1
    assert tried >= 2
