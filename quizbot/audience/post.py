"""Handing a mail to the server that sends it, and what to make of its answer."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from quizbot.settings import MailServer, is_loopback

SECONDS = 20.0
_NEVER = 500  # replies from here on say that trying again changes nothing


class Delayed(Exception):
    """The server does not take it now; try again later."""


class Rejected(Exception):
    """The server will never take this mail."""


def hand_over(server: MailServer, message: EmailMessage) -> None:
    """Give a mail to the server; when this returns, the server has it. Raises Delayed and Rejected."""
    try:
        with _connected(server) as connection:
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise (Rejected if min(codes, default=0) >= _NEVER else Delayed)(f"the recipient is refused: {codes}") from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise Rejected("the server cannot write such an address") from None
    except smtplib.SMTPDataError as error:
        raise (Rejected if error.smtp_code >= _NEVER else Delayed)(f"the mail is refused: {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        code = getattr(error, "smtp_code", "")
        raise Delayed(f"{type(error).__name__} {code or getattr(error, 'strerror', None) or ''}".strip()) from None


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection, encrypted where the server can; a password goes over no other, but on this machine."""
    if server.is_tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    with connection:
        if not server.is_tls:
            connection.ehlo_or_helo_if_needed()
            if connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
            elif server.user and not is_loopback(server.host):
                raise Delayed("the server does not encrypt, so the password is not sent; use 'smtps://'")
        if server.user:
            connection.login(server.user, server.password)
        yield connection
