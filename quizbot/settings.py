"""The environment (QUIZBOT_*), checked once, and where the bundled folders are."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

SECRET_LENGTH = 32
TOKEN_LENGTH = 16
DATABASE = "quizbot.db"
DATA_DIR = "quizbot-data"
_MAIL_PORTS = {"smtp": 587, "smtps": 465}


class Misconfigured(Exception):
    """The surroundings do not allow what was asked for; the message is a sentence with the remedy."""


def bundled(name: str) -> Path:
    """A folder that comes along (`templates`, `static`, `quizzes`).

    A wheel carries it inside the package; in a checkout it stands beside the package.
    """
    package = Path(__file__).resolve().parent
    home = package if (package / "templates").is_dir() else package.parent
    return home / name


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes mail: encrypted from the start when `is_tls`, else as soon as it offers it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; secrets stay out of the representation.

    `quizzes` is the content folder, `data_dir` where good versions of it are kept; no visitor's data goes there.
    `database` is a file path or a `postgresql://` URL, which may hold a password. `old_secret_keys` were used before,
    the newest first. Without a `mail_server` no mail is sent.
    """

    quizzes: Path
    data_dir: Path = Path(DATA_DIR)
    database: str = field(default=DATABASE, repr=False)
    secret_key: str = field(default="", repr=False)
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    studio_token: str = field(default="", repr=False)
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    mail_server: MailServer | None = None


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment; what is missing or blank has its default."""
    said = {name: environment.get(name, "").strip() for name in SETTINGS}
    database = said["QUIZBOT_DATABASE"] or DATABASE
    return Settings(
        quizzes=Path(said["QUIZBOT_QUIZZES"] or bundled("quizzes")),
        database=database,
        data_dir=Path(said["QUIZBOT_DATA_DIR"] or _beside(database)),
        secret_key=said["QUIZBOT_SECRET_KEY"],
        old_secret_keys=tuple(said["QUIZBOT_OLD_SECRET_KEYS"].split()),
        studio_token=said["QUIZBOT_STUDIO_TOKEN"],
        trusted_proxies=tuple(_network(each) for each in said["QUIZBOT_TRUSTED_PROXIES"].replace(",", " ").split()),
        mail_server=_mail_server(said["QUIZBOT_SMTP_URL"]) if said["QUIZBOT_SMTP_URL"] else None,
    )


def _mail_server(address: str) -> MailServer:
    """The server of an address; it may hold a password, so it is not repeated."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in _MAIL_PORTS or not host or parts.path.strip("/"):
        raise Misconfigured(
            "QUIZBOT_SMTP_URL is no mail server; write 'smtp://user:password@host:587' or 'smtps://...'"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host, port or _MAIL_PORTS[parts.scheme], user, password, is_tls=parts.scheme == "smtps")


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise Misconfigured(
            f"'{text}' in QUIZBOT_TRUSTED_PROXIES is no address;"
            " write addresses or networks such as '127.0.0.1, 10.0.0.0/8'"
        ) from None


def _beside(database: str) -> Path:
    """The data folder beside a database file, or in the working folder for one that is no file."""
    return Path(DATA_DIR) if "://" in database else Path(database).parent / DATA_DIR


SETTINGS: Mapping[str, str] = {
    "QUIZBOT_QUIZZES": "the content folder",
    "QUIZBOT_DATABASE": "a file or a `postgresql://` URL for those who opt in; the file is made at the first opt-in",
    "QUIZBOT_DATA_DIR": f"the folder of good versions and prepared catalogs; '{DATA_DIR}' beside the database",
    "QUIZBOT_SECRET_KEY": f"at least {SECRET_LENGTH} characters; needed to serve beyond this machine",
    "QUIZBOT_OLD_SECRET_KEYS": "secret keys of before, the newest first, for links that are already out",
    "QUIZBOT_STUDIO_TOKEN": f"at least {TOKEN_LENGTH} characters; needed to serve beyond this machine",
    "QUIZBOT_SMTP_URL": "the server that sends results by mail, `smtp://user:password@host:587` or `smtps://...`",
    "QUIZBOT_TRUSTED_PROXIES": "addresses or networks of proxies that are believed who asks, and over which scheme",
}


def is_loopback(host: str) -> bool:
    """Whether a host to listen on can be reached from this machine only."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_exposure(settings: Settings, host: str) -> None:
    """Raise Misconfigured when serving on `host` would put a server without secrets within reach of others."""
    if is_loopback(host):
        return
    lacking = [
        f"{name} of at least {least} characters"
        for name, value, least in (
            ("QUIZBOT_SECRET_KEY", settings.secret_key, SECRET_LENGTH),
            ("QUIZBOT_STUDIO_TOKEN", settings.studio_token, TOKEN_LENGTH),
        )
        if len(value) < least or len(set(value)) < least // 4
    ]
    if lacking:
        raise Misconfigured(
            f"'{host}' can be reached from other machines: set {' and '.join(lacking)}"
            " (python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one)"
        )
