"""A result as a mail: products with links, never an answer; in plain text, and in HTML that loads nothing."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape
from typing import Any
from urllib.parse import urljoin

from quizbot.content.site import Site
from quizbot.content.texts import Speech
from quizbot.store.protocol import Message


def letter(waiting: Message, site: Site, home: str, way_back: str, now: datetime) -> EmailMessage:
    """The mail of what waits in the outbox, the same when it is sent twice.

    `home` is where the quizzes are served, `way_back` leads to where the mail is taken back. Raises ValueError for an
    address that no mail can go to or come from, and KeyError for a message that is no result.
    """
    payload, sender = waiting.payload, site.sender or ""
    told = site.speech(payload["language"])
    words = {"shop": site.shop.name, "title": payload["title"]}
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((site.shop.name, sender))
    message["To"] = payload["to"]
    message["Subject"] = told("mail.subject", **words)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{waiting.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    lead, goods = told("mail.lead", **words), [_good(told, home, each) for each in payload["items"]]
    again = urljoin(home, f"quiz/{payload['quiz']}?lang={payload['language']}")
    once, back = told("mail.once"), told("mail.back")
    by = told("mail.by", contact=site.shop.contact or sender, **words)
    listed = [f"{at}. {each}\n   {link}" if link else f"{at}. {each}" for at, (each, link) in enumerate(goods, 1)]
    message.set_content(
        "\n\n".join([lead, *listed, f"{told('mail.again')}\n{again}", once, f"{back}\n{way_back}", by]) + "\n"
    )
    items = "".join(f"<li>{_linked(each, link)}</li>" for each, link in goods)
    body = (
        f"<p>{escape(lead)}</p><ol>{items}</ol><p>{_linked(told('mail.again'), again)}</p>"
        f"<p>{escape(once)}</p><p>{_linked(back, way_back)}</p><p>{escape(by)}</p>"
    )
    title = escape(told("mail.subject", **words))
    message.add_alternative(
        f'<!doctype html><html lang="{told.language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{body}</body></html>",
        subtype="html",
    )
    return message


def _good(told: Speech, home: str, item: Mapping[str, Any]) -> tuple[str, str]:
    """A product in words, and where it is found."""
    price = f", {told.money(item['price'], item['currency'] or '')}" if item["price"] is not None else ""
    return f"{item['title']}{price}", urljoin(home, item["url"]) if item["url"] else ""


def _linked(words: str, address: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>' if address else escape(words)
