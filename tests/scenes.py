"""Random worlds with answers of every kind to quizzes of every kind, and what was said in them."""

from dataclasses import dataclass
from typing import Any

import sklearn.feature_extraction.text  # noqa: F401 (draws random numbers when it is imported, which no world may)
from hypothesis import strategies as st

from quizbot.advice.preference import Preference, prefer
from quizbot.advice.ranking.rank import Ranking, rank
from quizbot.advice.telling.explain import explain
from quizbot.advice.turn import Relaxed, ResultItem
from quizbot.content.answers import Answer, Picks
from quizbot.content.edition import Edition
from tests.worlds import label_trait, single, world

WORDS = {
    "warmth": ("warmthlow", "warmthmiddle", "warmthhigh"),
    "smoke": ("smokelow", "smokemiddle", "smokehigh"),
    "formal": ("formallow", "", "formalhigh"),
}
PHRASES = ("taped seams", "storm hood", "waterproof")

TRAITS: dict[str, Any] = {
    "warmth": {
        "label": "Warmth",
        **dict(zip(("low", "middle", "high"), WORDS["warmth"], strict=True)),
        "more": ["warmthmore"],
        "less": ["warmthless"],
        "from": {"column": "down", "unit": "g", "range": ["0", "400"]},
    },
    "smoke": {
        "label": "Smoky",
        **dict(zip(("low", "middle", "high"), WORDS["smoke"], strict=True)),
        "from": {"column": "smoke", "range": ["0", "4"]},
    },
    "rain": {"label": "Rain", "more": ["rainmore"], "from": {"words": list(PHRASES)}},
    "formal": {
        "label": "A rather long name for how very dressed-up it is",
        "low": WORDS["formal"][0],
        "high": WORDS["formal"][2],
        "from": {"column": "dress", "levels": {"Trail": "0", "Office": "0.7", "Evening": "1"}},
    },
    "hood": {"label": "Hood", "low": "hoodlow", "high": "hoodhigh", "from": {"column": "hood"}},
    "color": label_trait("color"),
    "scent": {
        "label": "Scent",
        "kind": "labels",
        "from": {"words": {"rose": ["rose"], "musk": ["musk", "ambrette"]}, "missing": "0"},
    },
}
LEVELS = ("warmth", "smoke", "rain", "formal", "hood")
LABELS = {"color": ("black", "white", "blue as the sea at night"), "scent": ("rose", "musk")}
TEXTS = (
    "Yes",
    "Mild and {wet}",
    "Something one might say in exactly nine words indeed",
    "So many words " * 5 + "that nobody repeats them",
)

level = st.sampled_from(["0", "0.1", "0.3", "0.5", "0.65", "0.7", "0.85", "1"])
weight = st.sampled_from(["0.1", "1", "2.5", "40"])


@st.composite
def effects(draw: st.DrawFn) -> dict[str, Any]:
    """What an option wants, softly."""
    prefer: dict[str, Any] = {}
    for trait in draw(st.lists(st.sampled_from(LEVELS), max_size=3, unique=True)):
        kind = draw(st.sampled_from(["level", "min", "max", "both"]))
        low, high = sorted((draw(level), draw(level)), key=float)
        bounds = {"level": {"level": low}, "min": {"min": low}, "max": {"max": high}, "both": {"min": low, "max": high}}
        prefer[trait] = {**bounds[kind], "weight": draw(weight)}
    avoid: dict[str, Any] = {}
    for trait, labels in LABELS.items():
        wanted = draw(st.lists(st.sampled_from(labels), max_size=2, unique=True))
        if wanted:
            (avoid if draw(st.booleans()) else prefer)[trait] = {"labels": wanted, "weight": draw(weight)}
    return {"prefer": prefer, "avoid": avoid}


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    """An item, in cells that may be empty."""
    mentions = draw(
        st.lists(st.sampled_from([*PHRASES, "not waterproof", "rose", "musk", "no rose"]), max_size=4, unique=True)
    )
    return {
        "title": draw(st.sampled_from(["Cape", "Storm Shell", "The Long Name of a Coat in Blue", "{brace}"])),
        "down": draw(st.integers(-30, 400).map(lambda each: str(each) if each >= 0 else "")),
        "smoke": draw(st.sampled_from(["", "0", "1", "2.5", "4"])),
        "dress": draw(st.sampled_from(["", "Trail", "Office", "Evening", "Beach"])),
        "hood": draw(st.sampled_from(["", "yes", "no"])),
        "color": "/".join(draw(st.lists(st.sampled_from(LABELS["color"]), max_size=2, unique=True))),
        "description": ". ".join(mentions),
    }


@dataclass(frozen=True)
class Scene:
    """A world, what somebody answered in it, and what was said."""

    edition: Edition
    preference: Preference
    ranking: Ranking
    language: str
    items: list[ResultItem]
    shared: list[str]
    relaxed: list[Relaxed]

    @property
    def places(self) -> list[int]:
        """Where the shown items stand in the catalog."""
        return [self.edition.catalog.positions[each.id] for each in self.items]


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """A random world, answers to all kinds of questions, and the explanation."""
    size = draw(st.sampled_from([1, 3, 12, 20]))
    listed = draw(st.lists(rows(), min_size=size, max_size=size))
    stock = [
        [{"Size": size, "price": draw(st.sampled_from(["", "80", "99.5", "120", "1250"]))} for size in sizes]
        for sizes in (draw(st.lists(st.sampled_from("SML"), min_size=1, max_size=2, unique=True)) for _ in listed)
    ]
    options = [{"id": f"o{at}", "text": text, **draw(effects())} for at, text in enumerate(TEXTS)]
    number = {"type": "number", "min": "0", "max": "2000", "ask": "?"}
    questions = [
        single("one", *options),
        single("dry", {"id": "dry", "text": "Dry", "prefer": {"rain": {"min": "0.5"}}}),
        single("warm", *({"id": f"w{each}", "text": each, "prefer": {"warmth": each}} for each in "01")),
        single("smoky", *({"id": f"s{each}", "text": each, "prefer": {"smoke": f"0.{each}"}} for each in "0358")),
        single("many", *options, type=draw(st.sampled_from(["multiple", "ranking"])), weight=draw(weight)),
        {
            "id": "scale",
            "ask": "?",
            "type": "scale",
            "low": "trail",
            "high": draw(st.sampled_from(["opera", "a {b} c d"])),
            "prefer": {"formal": ["0", "1"]},
            "avoid": {"color": "white"},
        },
        {"id": "down", **number, "unit": "g", "prefer": {"warmth": "answer"}},
        {"id": "budget", **number, "unit": "EUR", "require": {"price": {"max": "answer"}}},
        single("size", *({"id": each.lower(), "text": each, "require": {"Size": each}} for each in "SMLX")),
        {"id": "likes", "ask": "?", "type": "products"},
    ]
    edition = world(listed, TRAITS, questions, stock, language=draw(st.sampled_from(["en", "de"])))
    preference = prefer(edition, draw(answers(edition)))
    language = draw(st.sampled_from(["en", "de"]))
    ranking = rank(edition, [preference], draw(st.integers(1, 6)))[0]
    return Scene(edition, preference, ranking, language, *explain(edition, preference, ranking, language))


@st.composite
def answers(draw: st.DrawFn, edition: Edition) -> dict[str, Answer]:
    ids = edition.catalog.ids
    shown = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True))
    liked = draw(st.lists(st.sampled_from(shown), max_size=3, unique=True))
    names = [f"o{at}" for at in range(len(TEXTS))]
    everything: dict[str, Answer] = {
        "dry": "dry",
        "warm": draw(st.sampled_from(["w0", "w1"])),
        "smoky": draw(st.sampled_from(["s0", "s3", "s5", "s8"])),
        "one": draw(st.sampled_from(names)),
        "many": tuple(draw(st.lists(st.sampled_from(names), min_size=1, unique=True))),
        "scale": draw(st.integers(1, 5)),
        "down": float(draw(st.integers(0, 400))),
        "budget": float(draw(st.sampled_from([50, 80, 100, 150, 2000]))),
        "size": draw(st.sampled_from("smlx")),
        "likes": Picks(tuple(liked), tuple(shown)),
    }
    given = draw(st.lists(st.sampled_from(sorted(everything)), min_size=1, unique=True))
    return {name: everything[name] for name in given}
