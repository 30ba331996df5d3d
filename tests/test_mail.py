"""A result by mail: offered where it can be sent, sent with products and no answer, and forgotten when it is sent."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from quizbot.audience.letter import letter
from quizbot.audience.outbox import LONGEST, SOON, Delivery, deliver
from quizbot.audience.post import Delayed, Rejected, hand_over
from quizbot.cli import main
from quizbot.content.site import Mail, ShopDetails, Site
from quizbot.memory import open_memory
from quizbot.settings import MailServer, Misconfigured, read_settings
from quizbot.shop import Shop
from quizbot.store.protocol import Message
from quizbot.store.records import Records
from quizbot.web import create_app
from tests.conftest import FILES
from tests.people import NOW, changed, mail, somebody
from tests.postbox import Postbox, postbox
from tests.test_outages import ask as ask_server
from tests.test_outages import served
from tests.visiting import HERE, MORNING, QUIZ, hidden, opt_in, remembering, results
from tests.visiting import somebody as visitor

TO = "nadja@mail.example"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as made:
        yield made


@pytest.fixture
def app(tea_shop: Shop, tmp_path: Path) -> Flask:
    """The tea shop that remembers and has a server for mail."""
    shop = remembering(tea_shop, tmp_path)
    shop.sends_mail = True
    return create_app(shop)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def environment(folder: Path, box: Postbox | None = None) -> dict[str, str]:
    """Settings of the shop in a folder."""
    said = {
        "QUIZBOT_DATABASE": str(folder / "quizbot.db"),
        "QUIZBOT_QUIZZES": str(FILES / "shop"),
        "QUIZBOT_SECRET_KEY": "s" * 40,
    }
    return said | ({"QUIZBOT_SMTP_URL": box.address} if box else {})


def send(folder: Path, box: Postbox | None) -> Result:
    """The outcome of `quizbot data send`."""
    return CliRunner(env=environment(folder, box)).invoke(main, ["data", "send"])


def mail_form(page: str) -> dict[str, Any]:
    """The hidden fields of the form that sends a mail; empty when it is not offered."""
    asked = re.search(r'<details class="mail".*?</form>', page, re.DOTALL)
    return hidden(f'<section class="consent" aria-labelledby="consent">{asked[0]}</section>') if asked else {}


def ask(client: FlaskClient, page: str, *purposes: str, email: str = TO, headers: dict[str, str] = HERE) -> Any:
    """The response to asking for a mail."""
    form = {**mail_form(page), "step": "consent", "purposes": list(purposes), "email": email}
    return client.post(QUIZ, data=form, headers=headers)


def waiting(client: FlaskClient) -> list[dict[str, Any]]:
    """What waits in the outbox of who holds the cookie."""
    held = client.post("/my-data", data={"do": "export"}, headers=HERE).get_json()
    return [each["payload"] for each in held["outbox"]]


def parts(message: EmailMessage) -> tuple[str, str]:
    """The plain text and the HTML of a mail."""
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert html
    return plain.get_content().replace("\r\n", "\n"), html.get_content()


# Asking for it ------------------------------------------------------------------------------------


def test_a_mail_is_offered_only_where_it_can_be_sent(tea_shop: Shop, tmp_path: Path, app: Flask) -> None:
    assert mail_form(results(app.test_client()))["offered"] == "email"
    assert mail_form(results(create_app(remembering(tea_shop, tmp_path)).test_client())) == {}, "no server for mail"
    public = app.test_client()
    state = json.dumps({"answers": MORNING})
    page = public.post(QUIZ, data={"state": state, "step": "finish"}, headers=HERE, base_url="https://quiz.example")
    assert mail_form(page.text) == {}, "any host may be asked for, so none is believed"
    nobody = tea_shop.site.model_copy(update={"shop": ShopDetails(name="The Kettle", contact="on the phone")})
    shop = remembering(Shop(replace(tea_shop.library, site=nobody)), tmp_path)
    shop.sends_mail = True
    assert mail_form(results(create_app(shop).test_client())) == {}, "no sender"


def test_what_is_asked_names_what_for_and_how_long_and_is_unticked(client: FlaskClient) -> None:
    asked = re.search(r'<details class="mail".*?</form>', results(client), re.DOTALL)
    assert asked
    assert "checked" not in asked[0]
    buttons = re.findall(r"<button ([^>]*)>", asked[0])
    assert [re.sub(r'value="\w+"', "", each) for each in buttons] == ['class="button second" name="step" '] * 2
    for words in ("Keeps your address until", "30 days at most", "The Kettle decides", "none of your answers"):
        assert words in asked[0], words


@pytest.mark.parametrize(
    ("purposes", "email", "told"),
    [
        (["email"], "nadja", "That is no e-mail address"),
        (["email"], "a@b.example\nBcc: c@d.example", "That is no e-mail address"),
        (["email"], "", "That is no e-mail address"),
        ([], TO, "Tick what may be kept first"),
    ],
)
def test_what_is_wrong_is_told_where_it_was_typed_and_nothing_is_made(
    client: FlaskClient, tmp_path: Path, purposes: list[str], email: str, told: str
) -> None:
    page = ask(client, results(client), *purposes, email=email)
    assert re.search(rf'<details class="mail" open>.*{told}', page.text, re.DOTALL)
    assert f'value="{email.strip()}"' in page.text
    assert page.text.count('id="now"') == 1
    assert hidden(page.text)["offered"] == "remember", "what else there is to ask stays"
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_stores_nothing_and_the_offer_is_gone_from_the_page(client: FlaskClient, tmp_path: Path) -> None:
    form = {**mail_form(results(client)), "step": "refuse"}
    page = client.post(QUIZ, data=form, headers=HERE).text
    assert "Nothing was kept" in page
    assert mail_form(page) == {}
    assert list(tmp_path.iterdir()) == []


def test_an_address_waits_with_products_and_no_answer_and_nothing_else_is_kept(client: FlaskClient) -> None:
    page = ask(client, results(client), "email", headers=HERE | {"Sec-GPC": "1"})
    assert "The mail is on its way." in page.text
    (payload,) = waiting(client)
    assert payload["to"] == TO
    assert payload["items"][0] == {
        "title": "Chimney Stack",
        "url": "https://kettle.example/p/stack",
        "price": 9.5,
        "currency": "EUR",
    }
    assert "morning" not in json.dumps(payload)
    held = client.post("/my-data", data={"do": "export"}, headers=HERE).get_json()
    assert held["responses"] == held["events"] == held["shown"] == []
    assert held["consents"][0]["record"]["signals"] == ["Sec-GPC"], "who asks for it gets it all the same"


def test_who_is_known_already_can_ask_for_a_mail_and_keeps_what_they_agreed_to(client: FlaskClient) -> None:
    who = visitor(client, "remember")
    client.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    before = client.get("/api/v1/me", headers=who).get_json()["consents"][0]["record"]["purposes"]["remember"]
    ask(client, results(client), "email")
    held = client.get("/api/v1/me", headers=who).get_json()
    assert held["purposes"] == ["email", "remember"]
    assert held["consents"][1]["record"]["purposes"]["remember"] == before, "it was not agreed to anew"
    assert len(held["outbox"]) == 1


def test_too_many_mails_from_one_network_are_refused(app: Flask) -> None:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    told = [ask(client, results(client), "email").status_code for _ in range(6)]
    assert told == [200] * 5 + [429]
    by_api = opt_in(client, "email", email=TO)
    assert by_api.status_code == 429
    assert int(by_api.headers["Retry-After"]) > 0


# Sending it ---------------------------------------------------------------------------------------


def test_a_mail_names_products_with_links_in_text_and_html_and_is_gone_when_it_is_sent(
    client: FlaskClient, tmp_path: Path, box: Postbox
) -> None:
    ask(client, results(client), "email")
    assert send(tmp_path, box).output == "sent 1 mail\n"
    (message,) = box.taken
    assert box.recipients == [TO]
    assert message["To"] == TO
    assert message["From"] == "The Kettle <privacy@kettle.example>"
    assert message["Subject"] == "Your suggestions from The Kettle"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = parts(message)
    for text in (plain, html):
        for words in ("Chimney Stack, 9.50 EUR", "https://kettle.example/p/stack", "http://localhost/quiz/tea?lang=en"):
            assert words in text, words
        assert "Before anybody speaks" not in text
        assert "morning" not in text
    assert "src=" not in html
    assert waiting(client) == []
    assert send(tmp_path, box).output == "sent 0 mails\n"
    assert len(box.taken) == 1


def test_the_mail_of_a_german_page_is_german(client: FlaskClient, tmp_path: Path, box: Postbox) -> None:
    path = f"{QUIZ}?lang=de"
    form = {**mail_form(results(client, path)), "step": "consent", "purposes": "email", "email": TO}
    client.post(path, data=form, headers=HERE)
    send(tmp_path, box)
    plain, html = parts(box.taken[0])
    assert box.taken[0]["Subject"] == "Deine Vorschläge von The Kettle"
    assert "Chimney Stack, 9,50" in plain
    assert 'lang="de"' in html


def test_the_link_in_a_mail_takes_it_back_by_a_press_and_opens_nothing(
    client: FlaskClient, app: Flask, tmp_path: Path, box: Postbox
) -> None:
    ask(client, results(client), "email")
    send(tmp_path, box)
    link = re.findall(r"http://localhost(/my-data\S*)", parts(box.taken[0])[0])[0]
    other = app.test_client()
    page = other.get(link)
    assert "take it back here" in page.text
    assert TO not in page.text
    signed = re.findall(r'name="mail" value="([^"]*)"', page.text)[0]
    assert "It was taken back." in other.post("/my-data", data={"mail": signed, "do": "unmail"}).text
    held = client.post("/my-data", data={"do": "export"}, headers=HERE).get_json()
    assert [each["act"] for each in held["consents"]] == ["given", "withdrawn"]
    for bad in (signed[:-3] + "AAA", "x", "x.y", signed.swapcase()):
        assert other.get("/my-data", query_string={"mail": bad}).status_code == 401
        assert other.post("/my-data", data={"mail": bad, "do": "unmail"}).status_code == 401
    client.post("/my-data", data={"do": "erase"}, headers=HERE)
    assert other.get(link).status_code == 401


def test_a_link_outlives_a_change_of_the_secret_as_long_as_the_old_one_is_named(
    client: FlaskClient, tea_shop: Shop, tmp_path: Path, box: Postbox
) -> None:
    ask(client, results(client), "email")
    send(tmp_path, box)
    link = re.findall(r"http://localhost(/my-data\S*)", parts(box.taken[0])[0])[0]
    said = environment(tmp_path) | {"QUIZBOT_SECRET_KEY": "n" * 40}
    for old, status in (("", 401), ("x" * 40 + " " + "s" * 40, 200)):
        memory = open_memory(read_settings(said | {"QUIZBOT_OLD_SECRET_KEYS": old}))
        assert create_app(Shop(tea_shop.library, memory)).test_client().get(link).status_code == status
        memory.store.close()


def test_a_link_of_nobody_makes_no_file(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/my-data?mail=x.y").status_code == 401
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("replies", "told", "left"),
    [
        ({"RCPT": "550 nobody here"}, "sent 0 mails, gave up 1 mail: the recipient is refused: [550]\n", 0),
        ({"RCPT": "451 greylisted"}, "sent 0 mails, put off 1 mail: the recipient is refused: [451]\n", 1),
        ({".": "554 no"}, "sent 0 mails, gave up 1 mail: the mail is refused: 554\n", 0),
        ({".": "452 full"}, "sent 0 mails, put off 1 mail: the mail is refused: 452\n", 1),
        ({".": "hang up"}, "sent 0 mails, put off 1 mail: SMTPServerDisconnected\n", 1),
        ({"MAIL": "421 busy"}, "sent 0 mails, put off 1 mail: SMTPSenderRefused 421\n", 1),
    ],
)
def test_what_cannot_be_sent_waits_or_is_given_up_as_the_server_says(
    client: FlaskClient, tmp_path: Path, replies: dict[str, str], told: str, left: int
) -> None:
    ask(client, results(client), "email")
    with postbox() as box:
        box.replies = dict(replies)
        assert send(tmp_path, box).output == told
        assert len(waiting(client)) == left
        assert box.taken == []
        assert send(tmp_path, box).output == "sent 0 mails\n", "it is not due again at once"


def test_without_a_server_the_command_says_what_to_set(tmp_path: Path) -> None:
    told = send(tmp_path, None)
    assert told.exit_code == 1
    assert "set QUIZBOT_SMTP_URL" in told.stderr


@pytest.mark.parametrize(
    "address", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h/path"]
)
def test_an_address_that_is_no_mail_server_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(Misconfigured, match="QUIZBOT_SMTP_URL is no mail server"):
        read_settings({"QUIZBOT_SMTP_URL": address})
    read = read_settings({"QUIZBOT_SMTP_URL": "smtps://me%40shop:p%2Fw@mail.example"}).mail_server
    assert read == MailServer("mail.example", 465, "me@shop", "p/w", is_tls=True)
    assert "p/w" not in repr(read)


# The outbox ---------------------------------------------------------------------------------------


class Clock:
    """A clock that is set."""

    now = NOW

    def __call__(self) -> datetime:
        """The time that was set."""
        return self.now


def test_a_delay_doubles_until_the_mail_is_given_up(fresh: Records) -> None:
    grant, clock, tries = somebody(fresh, "email"), Clock(), []
    fresh.queue(grant, mail())

    def late(_person: str, _message: Message) -> None:
        tries.append(clock.now - NOW)
        raise Delayed("busy")

    for _ in range(4 * 24 * 30):
        deliver(fresh, late, clock)
        clock.now += timedelta(minutes=2)
    assert tries[:5] == [timedelta(minutes=each) for each in (0, 2, 4, 8, 16)]
    assert tries[-1] == LONGEST
    assert len(tries) < 20
    assert fresh.export(grant.subject)["outbox"] == []


def test_of_two_senders_one_sends_and_a_sender_that_died_is_followed_by_another(fresh: Records) -> None:
    grant, sent = somebody(fresh, "email"), []
    fresh.queue(grant, mail())
    (message,) = (each for person, each in fresh.due(NOW, 100) if person == grant.subject)
    assert [fresh.postpone(grant, message, NOW + SOON) for _ in range(2)] == [True, False]
    assert deliver(fresh, lambda *_: sent.append(1), lambda: NOW) == Delivery()
    assert deliver(fresh, lambda *_: sent.append(1), lambda: NOW + SOON) == Delivery(sent=1)
    assert sent == [1]


def test_what_is_taken_back_or_erased_is_not_sent(fresh: Records) -> None:
    back, erased = somebody(fresh, "email"), somebody(fresh, "email")
    for each in (back, erased):
        fresh.queue(each, mail())

    class Late:
        """A store whose messages were read before they were taken back."""

        def __getattr__(self, name: str) -> Any:
            return getattr(fresh, name)

        def due(self, *_: Any) -> Any:
            return due

    due = fresh.due(NOW, 100)
    changed(fresh, back)
    fresh.erase(erased.subject, NOW)
    store: Any = Late()
    assert len(due) == 2
    assert deliver(store, lambda *_: pytest.fail("sent"), lambda: NOW) == Delivery()


def test_a_backup_brings_no_mail_back_that_was_sent(fresh: Records, tmp_path: Path) -> None:
    grant = somebody(fresh, "email")
    for _ in range(2):
        fresh.queue(grant, mail())
    fresh.backup(tmp_path / "backup.db", lambda *_: None)
    first = fresh.export(grant.subject)["outbox"][0]["id"]
    fresh.settle(grant.subject, first, NOW)
    fresh.restore(tmp_path / "backup.db", NOW, lambda *_: None)
    assert [each["id"] for each in fresh.export(grant.subject)["outbox"]] != [first]
    assert len(fresh.export(grant.subject)["outbox"]) == 1


# The server ---------------------------------------------------------------------------------------

SITE = Site(shop=ShopDetails(name="The Kettle", contact="kettle@shop.example"), mail=Mail(home="https://quiz.example"))


def message(**more: Any) -> EmailMessage:
    payload = {"to": TO, "quiz": "tea", "title": "Tea", "language": "en", "items": []} | more
    waits = Message(id="m", purpose="email", kind="mail", payload=payload, due=NOW)
    return letter(waits, SITE, "https://quiz.example/", "https://quiz.example/my-data", NOW)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that nobody trusts."""
    path = tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(path)]
    more = ["-out", str(tmp_path / "public.pem"), "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, *more], check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "public.pem").read_text())
    return path


def test_an_encrypted_server_must_be_who_it_says(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postbox(certificate) as box:
        server = MailServer("127.0.0.1", box.port, "me", "secret", is_tls=True)
        with pytest.raises(Delayed, match="SSLCertVerificationError"):
            hand_over(server, message())
        assert (box.taken, box.logins) == ([], 0)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        box.extensions = ("AUTH PLAIN",)
        hand_over(server, message())
        assert (len(box.taken), box.logins) == (1, 1)


def test_a_server_that_is_not_there_is_a_delay() -> None:
    with postbox() as box:
        port = box.port
    with pytest.raises(Delayed, match="ConnectionRefusedError"):
        hand_over(MailServer("127.0.0.1", port), message())


def test_an_address_in_other_letters_goes_where_the_server_can_write_it() -> None:
    with postbox() as box:
        with pytest.raises(Rejected, match="cannot write such an address"):
            hand_over(MailServer("127.0.0.1", box.port), message(to="jürgen@mail.example"))
        box.extensions = ("SMTPUTF8", "8BITMIME")
        hand_over(MailServer("127.0.0.1", box.port), message(to="jürgen@mail.example"))
        assert box.recipients == ["jürgen@mail.example"]


def test_no_header_can_be_smuggled_in_and_titles_are_escaped() -> None:
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        message(to="a@b.example\r\nBcc: c@d.example")
    item = {"title": "<script>alert(1)</script>", "url": 'javascript:alert("x")', "price": None, "currency": None}
    _, html = parts(message(title="<b>\r\nBcc: x", items=[item | {"url": '/p?a=1&b="2"'}]))
    assert "<script" not in html
    assert 'href="https://quiz.example/p?a=1&amp;b=&quot;2&quot;"' in html
    assert message(title="\r\nBcc: x")["Bcc"] is None


# A whole server -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_running_server_sends_by_itself(tmp_path: Path, box: Postbox) -> None:
    path = tmp_path / "quizbot.db"
    with served(str(path), tmp_path, QUIZBOT_SMTP_URL=box.address) as address:
        said = {"quiz": "tea", "purposes": ["email"], "email": TO, "answers": MORNING, "notice": "1"}
        told = ask_server(address, "/api/v1/consents", said, Idempotency_Key="k" * 32)
        who = {"Authorization": f"Bearer {json.loads(told.text)['token']}"}
        for _ in range(300):
            if not json.loads(ask_server(address, "/api/v1/me", **who).text)["outbox"]:
                break
            time.sleep(0.1)
        assert [each["To"] for each in box.taken] == [TO]
        assert f"{address}/quiz/tea" in parts(box.taken[0])[0]
    assert TO.encode() not in b"".join(each.read_bytes() for each in tmp_path.glob("*.jsonl"))
