"""What a shop says of itself in site.yaml: its name, currency, languages, who may embed, the theme, the notice."""

from collections.abc import Mapping
from pathlib import Path
from re import fullmatch
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from quizbot.content.problems import Refused
from quizbot.content.quiz import CurrencyCode, LanguageCode, SpecialCategory
from quizbot.content.shape import shaped
from quizbot.content.texts import FALLBACK, Speech, matching, speech
from quizbot.content.written import AnyScalar, Between, Pattern, Text, Written
from quizbot.content.yamltree import read_bytes, read_tree

MAILBOX = r"[^@\s\x00-\x1f\x7f-\x9f<>,;:\"()\[\]\\]{1,64}@[^@\s\x00-\x1f\x7f-\x9f<>,;:\"()\[\]\\]{1,190}"
"""What an e-mail address looks like; only the server of its domain knows more."""

_HOST = r"([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])"

Color = Annotated[str, Pattern("^#[0-9a-fA-F]{6}$", "a color", "#2f5d50")]
Origin = Annotated[
    str, Pattern(rf"^https?://{_HOST}(:[0-9]{{1,5}})?$", "an origin (scheme, host, port)", "https://shop.example")
]
Address = Annotated[str, Pattern(rf"^https?://{_HOST}(:[0-9]{{1,5}})?(/\S*)?$", "an address", "https://shop.example/")]
Mailbox = Annotated[str, Pattern(rf"^{MAILBOX}$", "an e-mail address", "quiz@shop.example")]
Revision = Annotated[str, Pattern("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", "a revision", "2026-11"), AnyScalar()]
Days = Annotated[int, Between(1, 3650)]


class ShopDetails(Written):
    """Who runs the shop."""

    model_config = ConfigDict(title="the shop")

    name: Text = Field("Quizbot", description="What the shop is called.")
    contact: Text | None = Field(None, description="Address for questions about privacy.")
    privacy: Address | None = Field(None, description="The shop's privacy page.")


class Embed(Written):
    """Which sites may embed the quizzes, and where products lead."""

    model_config = ConfigDict(title="the embed")

    origins: tuple[Origin, ...] = Field((), description="Exact origins whose pages may embed a quiz.")
    product_url: Address | None = Field(None, description="Address of a product's page; `{id}` stands for its id.")


class Mail(Written):
    """Results by mail; sent when QUIZBOT_SMTP_URL names a server."""

    model_config = ConfigDict(title="mail")

    sender: Mailbox | None = Field(None, description="Who it comes from; the shop's contact when it is an address.")
    home: Address | None = Field(None, description="Where the quizzes are served, for the links in a mail.")


class Theme(Written):
    """Three colors."""

    model_config = ConfigDict(title="the theme")

    accent: Color = Field("#2f5d50", description="Buttons, bars and links.")
    paper: Color = Field("#fbf9f5", description="The background.")
    ink: Color = Field("#1d1d1b", description="The text.")


Worded = dict[LanguageCode, Text]
"""The shop's own words, by language."""


class Retention(Written):
    """How long what one purpose stores is kept, and the shop's own words for it."""

    model_config = ConfigDict(title="a purpose")

    retention_days: Days = Field(description="Days until it is deleted.")
    title: Worded = Field({}, description="What the box says, by language, instead of the product's own words.")
    text: Worded = Field({}, description="What for, and which data, by language.")


Purpose = Literal["remember", "history", "improve", "email"]
Statement = Literal["controller", "contact", "recipients", "profiling", "rights", "withdraw", "sensitive"]
DAYS: Mapping[str, int] = {"remember": 365, "history": 180, "improve": 730, "email": 30}


def _with_days(raw: Any) -> Any:
    """Each purpose with its retention; what is not stated is the default."""
    if not isinstance(raw, Mapping):
        return raw
    return {name: _dated(name, each) if name in DAYS else each for name, each in raw.items()}


def _dated(name: str, raw: Any) -> Any:
    if not raw:
        return {"retention_days": DAYS[name]}
    return {"retention_days": DAYS[name], **raw} if isinstance(raw, Mapping) else raw


def _all_purposes() -> dict[Purpose, Retention]:
    return {
        "remember": Retention(retention_days=DAYS["remember"]),
        "history": Retention(retention_days=DAYS["history"]),
        "improve": Retention(retention_days=DAYS["improve"]),
        "email": Retention(retention_days=DAYS["email"]),
    }


def _for_all(raw: Any) -> Any:
    """A single text stands for every language."""
    return {FALLBACK: raw} if isinstance(raw, str) else raw


class Notice(Written):
    """What people agree to, and under which revision of its text."""

    model_config = ConfigDict(title="the notice")

    revision: Revision = Field("1", description="A new revision asks everybody again.")
    purposes: Annotated[dict[Purpose, Retention], BeforeValidator(_with_days)] = Field(
        default_factory=_all_purposes, description="The purposes people may agree to, each with its retention."
    )
    statements: dict[Statement, Worded] = Field({}, description="What is said beside them, in the shop's own words.")
    sensitive: dict[SpecialCategory, Annotated[Worded, BeforeValidator(_for_all)]] = Field(
        {}, description="What is said beside a sensitive question, by category: one text, or texts by language."
    )

    def told(self, category: SpecialCategory, language: str) -> str:
        """What is said beside a question of a special category; empty when nothing is."""
        texts = self.sensitive.get(category, {})
        return texts.get(matching(language, list(texts)) or "", next(iter(texts.values()), ""))


class Site(Written):
    """The shop a content folder belongs to; every field has a default."""

    model_config = ConfigDict(title="the site")

    shop: ShopDetails = Field(ShopDetails(), description="Who runs the shop.")
    currency: CurrencyCode = Field("EUR", description="ISO 4217 code of prices that name none.")
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = Field(
        ("en",), description="Languages of the pages, the preferred one first."
    )
    address: Literal["du", "sie"] = Field("du", description="How the product's own German sentences address shoppers.")
    embed: Embed = Field(Embed(), description="Which sites may embed the quizzes, and where products lead.")
    mail: Mail = Field(Mail(), description="Results by mail.")
    theme: Theme = Field(Theme(), description="Three colors.")
    notice: Notice = Field(Notice(), description="What people agree to.")

    def addressing(self, language: str) -> str:
        """A language in the shop's form of address, for `speech`: `de-x-sie` where the shop says Sie."""
        return language if self.address == "du" else f"{language}-x-{self.address}"

    def speech(self, language: str) -> Speech:
        """The speech of the nearest language, in the shop's form of address."""
        return speech(self.addressing(language))

    @property
    def sender(self) -> str | None:
        """The address that mail comes from, None when there is none."""
        contact = self.shop.contact or ""
        return self.mail.sender or (contact if fullmatch(MAILBOX, contact) else None)


def read_site(path: Path) -> Site:
    """What site.yaml says, or the defaults when there is none. Raises Refused with every problem of the file."""
    if not path.exists():
        return Site()
    file = str(path)
    tree, problems = read_tree(file, read_bytes(path, file))
    if tree is None:
        raise Refused(problems)
    site, findings = shaped(Site, tree.value)
    problems += [tree.problem(*each) for each in findings]
    if site is None or problems:
        raise Refused(problems)
    return site
