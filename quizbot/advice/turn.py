"""The shapes that travel: a turn of the conversation in, advice out; they are also the API's models."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from quizbot.advice.writing import Picture, Sparse

SourceName = Literal["answer", "refine", "history", "prior"]
Fit = Literal["close", "near", "halfway", "off", "opposite", "unknown"]
Intent = Literal[
    "refine", "why", "compare", "question", "more", "surprise", "undo", "restart", "talk", "leave", "my-data"
]

EventKind = Literal["view", "like", "dislike", "cart", "purchase"]

Finite = Annotated[float, Field(allow_inf_nan=False)]
LONGEST_NAME = 128
Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
Words = Annotated[str, StringConstraints(max_length=500)]
Given = str | int | float | list[str] | dict[str, list[str]]
"""An answer as it travels: option id, ids, step or number, words, or `{"liked": [...], "shown": [...]}`."""

Part = Name | bool | Annotated[float, Field(ge=-1e15, le=1e15)]
Parts = Annotated[list[Part], Field(max_length=50)]
Written = Annotated[dict[Name, Part | Parts | dict[Name, Part | Parts]], Field(max_length=20)]
"""By trait or column what a quiz would write there: a value, several, or `{min: ..}` and the like."""


class Closed(BaseModel):
    """A shape from outside: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shape(BaseModel):
    """A shape that the program itself makes."""

    model_config = ConfigDict(frozen=True)


class Remembered(Closed):
    """Something the shopper did with an item."""

    item: Name
    kind: EventKind = "view"


class Past(Remembered):
    """The same with what a memory adds: `days` ago, the month (1..12) to name, the place in a list it was found at."""

    days: Annotated[float, Field(ge=0)] = 0.0
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    position: Annotated[int, Field(ge=1)] | None = None


class Refinement(Closed, Sparse):
    """One critique in the closed vocabulary of the contract; exactly one of its forms."""

    trait: Name | None = None
    direction: Literal["more", "less"] | None = None
    than: Name | None = None
    level: Annotated[float, Field(ge=0, le=1)] | None = None
    amount: Literal["slightly", "much"] | None = None
    importance: Literal["more", "less"] | None = None
    column: Name | None = None
    min: Finite | None = None
    max: Finite | None = None
    about: Finite | None = None
    require: Written | None = None
    exclude: Written | None = None
    prefer: Written | None = None
    avoid: Written | None = None
    like: Name | None = None
    dislike: Name | None = None
    why: Words | None = None
    hide: Name | None = None
    drop: Name | None = None


class Turn(Closed):
    """One turn of the conversation, whole and stateless; `{}` starts it."""

    version: Annotated[str, StringConstraints(max_length=64)] | None = None
    answers: dict[str, Given] = {}
    skipped: Annotated[list[Name], Field(max_length=100)] = []
    refine: Annotated[list[Refinement], Field(max_length=50)] = []
    say: Words | None = None
    history: Annotated[list[Remembered], Field(max_length=500)] = []
    product: Name | None = None
    use_history: bool = True
    finish: bool = False
    more: Annotated[bool, Field(description="Go on asking in adaptive order, although enough is known.")] = False
    limit: Annotated[int, Field(ge=1, le=50)] | None = None
    language: Annotated[str, StringConstraints(max_length=35)] | None = None


# What comes back ----------------------------------------------------------------------------------


class Progress(Shape):
    """How far the conversation is; `remaining_at_most` never grows while questions are answered in turn.

    `probability` is that the same three products come first when all the rest is answered; `confident` when that is
    enough, so that an adaptive quiz asks on only when told to.
    """

    answered: int
    remaining_at_most: int
    confident: bool = False
    probability: Annotated[float, Field(ge=0, le=1)] = 0.0


class AskedOption(Shape):
    """An option as the shopper sees it: never its weights."""

    id: str
    text: str
    image: Picture = None


class VariantShown(Shape):
    """The variant an item is shown as: one that meets all requirements together."""

    id: str
    options: dict[str, str]


class ItemCard(Shape):
    """An item as the shopper sees it."""

    id: str
    title: str
    url: str | None = None
    image: Picture = None
    price: float | None = None
    currency: str | None = None
    available: bool = True
    variant: VariantShown | None = None
    query: Annotated[str, Field(exclude=True)] = ""  # part of `url`; for who makes an address of the id


class AskedQuestion(Shape):
    """A question as the shopper sees it; the fields of other types are None.

    `sensitive` is the special category of its answer, which is never stored or quoted; `ask_after` tells that it comes
    with the results and changes nothing of them.
    """

    id: str
    type: str
    ask: str
    why: str | None = None
    because: str | None = None  # why it is asked now, in adaptive order
    required: bool = False
    sensitive: str | None = None
    ask_after: bool = False
    options: list[AskedOption] | None = None
    max: int | float | None = None
    min: float | None = None
    step: float | None = None
    unit: str | None = None
    steps: int | None = None
    low: str | None = None
    high: str | None = None
    products: list[ItemCard] | None = None


class EvidenceShown(Shape, Sparse):
    """What in the catalog a level was read from."""

    column: str | None = None
    value: float | str | None = None
    unit: str | None = None
    phrases: list[str] | None = None
    labels: list[str] | None = None
    tags: list[str] | None = None


class Contribution(Shape):
    """What one wish added to the score of one item; `points` of all of them add up to the score.

    `wanted` is a level in 0..1, a bound `{"min": .., "max": ..}`, or labels; `level` what the item has,
    None when the catalog does not say. `fit` is the band of the gap between the two.
    """

    source: SourceName
    question: str | None = None
    option: str | None = None
    trait: str | None = None
    item: str | None = None
    wanted: float | dict[str, float] | list[str] | None = None
    level: float | list[str] | None = None
    fit: Fit | None = None
    evidence: EvidenceShown | None = None
    points: float
    text: str = ""


class NotStated(Shape):
    """A wish the catalog says nothing about."""

    trait: str
    text: str


class Change(Shape):
    """One other answer."""

    question: str
    answer: Given


class WouldChange(Shape):
    """The smallest change of answers that puts another item first, or on any other place this one.

    `first_instead` is the item that comes first with these answers: whatever follows the first, or the item itself.
    """

    changes: list[Change]
    first_instead: str
    text: str


class ResultItem(ItemCard):
    """An item with its score and the reasons that add up to it.

    `why_not` are reasons against it to tap: what `{dislike: item, why}` says then, and what it is called. The `wild`
    card of a list is unlike the rest of it; `wild_text` says how.
    """

    score: float
    wild: bool = False
    wild_text: str | None = None
    asked: int
    met: int
    stated: int
    headline: str | None = None
    catch: str | None = None
    reasons: list[Contribution]
    misses: list[Contribution]
    not_stated: list[NotStated]
    why_not: dict[str, str] = {}
    would_change: WouldChange | None = None


class Blend(Shape):
    """Weight of each part of the score; they add up to 1."""

    answers: float
    history: float
    prior: float


class Recalled(Shape):
    """What history does to the list: whether it is `used`, how many of its items are known, and what that moves."""

    used: bool
    items: int
    text: str


class Relaxed(Shape):
    """A hard requirement that is not met, and what to say of it: by all, or by the page's own product."""

    column: str
    wanted: dict[str, Any]
    text: str


class PersonaShown(Shape):
    """The portrait nearest to the answers; `similarity` is the cosine in the preference space."""

    id: str
    title: str
    text: str
    image: Picture = None
    similarity: float


class ThisProduct(Shape):
    """How the page's own product stands; `excluded` is what it breaks or does not state of what is demanded."""

    item: str
    title: str
    place: int
    of: int
    asked: int
    met: int
    available: bool = True
    catch: str | None = None
    excluded: list[Relaxed] = []
    beaten_by: str | None = None
    would_change: WouldChange | None = None
    text: str = ""


class SlotShown(Shape):
    """One place of a routine with the product for it; `relaxed` is what the shopper demands and it does not meet.

    `item` is None where nothing is left that belongs here, and `text` says so.
    """

    id: str
    title: str
    item: ResultItem | None = None
    relaxed: list[Relaxed] = []
    text: str | None = None


class Total(Shape):
    """What the products of a routine cost together; the price of `unpriced` of them is not known and not in it."""

    price: float
    currency: str | None = None
    unpriced: int = 0
    text: str


class Results(Shape):
    """Suggestions with their reasons; `learned` says in sentences what others taught, where that counts."""

    items: list[ResultItem]
    blend: Blend
    learned: list[str] = []
    history: Recalled | None = None
    relaxed: list[Relaxed]
    shared: list[str]
    persona: PersonaShown | None = None
    this: ThisProduct | None = None
    slots: list[SlotShown] | None = None
    total: Total | None = None


class RefinementChip(Shape):
    """A refinement that can be tapped, with what it leads to.

    `count` is how many products are left by a hard one, and how many are on the side a soft one leads to; `text`
    says it in a sentence.
    """

    label: str
    count: int
    refine: list[Refinement]
    text: str = ""


class Understood(Shape):
    """Words that were understood, and as what; without words, a relative wish of the turn's own `refine`, resolved."""

    text: str
    source: Literal["say", "answer", "refine"]
    refine: list[Refinement]
    answers: dict[str, Given] | None = None
    intent: Intent


class Dropped(Shape):
    """Something in the turn that this version of the quiz no longer knows or asks."""

    field: str
    message: str


class Advice(Shape):
    """The answer to a turn.

    `survey` are the questions that come with the results and change nothing; `gift` tells that the quiz is taken for
    someone else, so that nothing of it is the taker's own taste.
    """

    quiz: str
    version: str
    reply: str | None = None
    progress: Progress
    question: AskedQuestion | None = None
    results: Results | None = None
    survey: list[AskedQuestion] = []
    gift: bool = False
    refinements: list[RefinementChip] = []
    understood: list[Understood] = []
    not_understood: list[str] = []
    dropped: list[Dropped] = []


class Wrong(Exception):
    """A turn that contradicts the quiz it names; `errors` are (field, message) pairs."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        """Keep what is wrong, field by field."""
        self.errors = errors
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors))
