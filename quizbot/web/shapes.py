"""The shapes of consent and own data, as they travel."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from quizbot.advice.turn import Closed, Given, Name, Refinement, Shape
from quizbot.consent import Purpose
from quizbot.visits import Recommendations

__all__ = ["Events", "Held", "OptedIn", "Opting", "Purposes", "Receipt", "Recommendations", "Recorded"]

_Printable = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
EventId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:~-]{1,128}$")]
Chosen = Annotated[list[Purpose], Field(max_length=4)]
Revision = Annotated[str, StringConstraints(max_length=64)]
Address = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$")
]


class Opting(Closed):
    """An opt-in: the purposes, the notice they were read under, and what is to be kept from the start.

    `sensitive` is the tick of its own for answers of special categories; `email` is where a result is to be sent.
    """

    quiz: Name
    purposes: Annotated[list[Purpose], Field(min_length=1, max_length=4)]
    notice: Revision
    answers: dict[str, Given] = Field({}, max_length=100)
    refine: list[Refinement] = Field([], max_length=50)
    email: Address | None = None
    sensitive: bool = False
    language: Annotated[str, StringConstraints(max_length=35)] | None = None


class Purposes(Closed):
    """The purposes that are to hold from now on; none withdraws all.

    `notice` is the revision they were read under; who only takes back needs none.
    """

    purposes: Chosen
    notice: Revision | None = None
    sensitive: bool = False


class Happened(Closed):
    """Something that was done with an item. `gift` tells that it was for somebody else, so that it is not kept.

    `position` is the place in the list it was found at.
    """

    item: _Printable
    kind: Literal["view", "like", "dislike", "cart", "purchase"]
    quiz: Name | None = None
    id: EventId | None = None
    position: Annotated[int, Field(ge=1, le=500)] | None = None
    gift: bool | None = None


class Events(Closed):
    """What was done, in order."""

    events: Annotated[list[Happened], Field(min_length=1, max_length=100)]


class OptedIn(Shape):
    """The visitor's key, which is told once and stored nowhere, and the receipt."""

    token: str
    receipt: dict[str, Any]


class Receipt(Shape):
    """What holds from now on."""

    receipt: dict[str, Any]


class Recorded(Shape):
    """The ids of what was kept; what was done for a gift is not."""

    ids: list[str]


class Held(Shape):
    """Everything that is held, by table, with the texts that were agreed to and the purposes that hold now."""

    purposes: list[Purpose]
    subjects: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    responses: list[dict[str, Any]]
    events: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    shown: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    outbox: list[dict[str, Any]]
    notices: dict[str, Any]
