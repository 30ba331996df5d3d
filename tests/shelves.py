"""Shops for phrases: the example's coats, malts, headphones and skin care in two languages, suitcases in German."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from quizbot.content.edition import Edition, edition
from quizbot.library.load import load
from quizbot.settings import bundled
from tests.worlds import catalog, label_trait, option, quiz, single

MALTS = (
    ("Ardnamor", "Islay", 3, 1, 4, 0, 46, 12, 54),
    ("Glen Tarvie", "Speyside", 2, 3, 0, 3, 40, 12, 48),
    ("Old Pultach", "Highland", 2, 2, 1, 1, 43, 10, 39),
    ("Strathlinn", "Lowland", 1, 2, 0, 0, 40, 10, 34),
    ("Kilbrannan", "Campbeltown", 3, 2, 2, 2, 46, 15, 72),
    ("Ben Corrie", "Highland", 4, 4, 0, 4, 48, 18, 99),
    ("Lagamhor", "Islay", 4, 1, 4, 1, 57, 8, 61),
    ("Auchnagar", "Lowland", 1, 3, 0, 1, 40, 8, 29),
    ("Dunskail", "Islands", 3, 2, 3, 2, 46, 16, 68),
    ("Craigellow", "Speyside", 3, 4, 0, 3, 43, 15, 64),
)
HEADPHONES = (
    ("Murmur One", "Auralis", "over-ear", "yes", "yes", 30, 254, 0.9, "black/silver", 199),
    ("Murmur Lite", "Auralis", "on-ear", "yes", "no", 40, 166, 0.6, "white", 89),
    ("Pebble", "Tonwerk", "in-ear", "yes", "yes", 8, 12, 0.5, "black/blue", 149),
    ("Pebble Sport", "Tonwerk", "in-ear", "yes", "no", 10, 14, 0.7, "red", 119),
    ("Studio 80", "Tonwerk", "over-ear", "no", "no", "", 290, 0.4, "black", 139),
    ("Basshaus", "Kolibri", "over-ear", "yes", "no", 50, 310, 1.0, "red/black", 79),
    ("Nightjar", "Kolibri", "over-ear", "yes", "yes", 24, 230, 0.8, "blue", 249),
    ("Twig", "Kolibri", "in-ear", "no", "no", "", 9, 0.3, "white", 19),
)
SKIN = (
    (
        "Dew Cleanser",
        "Oluma",
        "cleanser",
        "dry/sensitive",
        "A mild milk, fragrance-free, with oats.",
        0.2,
        "150 ml",
        14,
    ),
    ("Clear Gel", "Oluma", "cleanser", "oily", "A foaming gel with salicylic acid and perfume.", 0.1, "200 ml", 12),
    ("Night Serum", "Halcyon", "serum", "normal/dry", "Retinol in squalane. No perfume.", 0.5, "30 ml", 48),
    ("Bright Serum", "Halcyon", "serum", "normal/oily", "Vitamin C and niacinamide. Parfum.", 0.3, "30 ml", 39),
    ("Rich Cream", "Oluma", "cream", "dry", "Shea butter and ceramides, with perfume.", 1.0, "50 ml", 27),
    ("Calm Cream", "Fennwick", "cream", "sensitive/dry", "Oats and panthenol. Without fragrance.", 0.8, "50 ml", 31),
    ("Day Fluid", "Fennwick", "cream", "oily/normal", "Light fluid with zinc and SPF 30.", 0.2, "40 ml", 22),
)


@cache
def coats() -> Edition:
    """The example shop's winter coats."""
    return load(bundled("quizzes")).editions["winter-coat"]


def _leveled(words: Sequence[Any], column: str, top: str, **other: Any) -> dict[str, Any]:
    """A trait on a scale from 0, with its label and what is said for more and less of it."""
    label, more, less = words[:3]
    source = {"column": column, "range": ["0", top]}
    return {"label": label, "from": source, "more": more, "less": less, **other}


@cache
def malts() -> Edition:
    """Ten single malts on four scales."""
    columns = ("title", "Region", "Body", "Sweetness", "Smoky", "Sherry", "ABV", "Age", "price")
    rows = [dict(zip(columns, map(str, each), strict=True)) | {"id": each[0].split()[-1].lower()} for each in MALTS]

    def texts(words: Mapping[str, Any]) -> Any:
        traits = {
            "body": _leveled(words["body"], "Body", "4", low=words["body"][3]),
            "sweet": _leveled(words["sweet"], "Sweetness", "4", low=words["sweet"][3]),
            "smoke": _leveled(words["smoke"], "Smoky", "4", high=words["smoke"][3]),
            "sherry": _leveled(words["sherry"], "Sherry", "4"),
            "age": {
                "label": words["age"][0],
                "more": words["age"][1],
                "less": words["age"][2],
                "from": {"column": "Age", "unit": "years", "range": ["8", "18"]},
            },
            "region": {"label": "Region", "kind": "labels", "from": {"column": "Region"}, "labels": words["region"]},
        }
        questions: list[dict[str, Any]] = [
            single("smoke", *({**option(name, prefer=wish), "text": words[name]} for name, wish in SMOKE.items())),
            single("for", {**option("me"), "text": words["me"]}, {**option("someone"), "text": words["someone"]}),
            {
                "id": "budget",
                "ask": words["budget"],
                "type": "number",
                "min": "10",
                "max": "200",
                "require": {"price": {"max": "answer"}},
            },
        ]
        return quiz(traits, questions, language=words["language"])

    return edition("malts", texts(MALT_WORDS["en"]), catalog(rows), {"de": texts(MALT_WORDS["de"])})


SMOKE = {"none": {"smoke": {"max": "0.25"}}, "wisp": {"smoke": "0.5"}, "bonfire": {"smoke": {"min": "0.85"}}}
MALT_WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "language": "en",
        "body": ("Body", ["fuller", "heavier"], ["lighter"], "light on the tongue"),
        "sweet": ("Sweetness", ["sweeter"], ["drier"], "bone dry"),
        "smoke": ("Smoke", ["smokier", "peatier"], ["less smoky"], "a bonfire"),
        "sherry": ("Sherry", ["more sherry"], ["less sherry"]),
        "age": ("Age", ["older"], ["younger"]),
        "region": {"Islands": "from the islands"},
        "none": "None, please",
        "wisp": "A wisp from the chimney",
        "bonfire": "The whole bonfire",
        "me": "For myself",
        "someone": "For someone else",
        "budget": "What may a bottle cost?",
    },
    "de": {
        "language": "de",
        "body": ("Körper", ["voller", "schwerer"], ["leichter"], "leicht auf der Zunge"),
        "sweet": ("Süße", ["süßer"], ["trockener"], "knochentrocken"),
        "smoke": ("Rauch", ["rauchiger", "torfiger"], ["weniger rauchig"], "ein Lagerfeuer"),
        "sherry": ("Sherry", ["mehr Sherry"], ["weniger Sherry"]),
        "age": ("Alter", ["älter"], ["jünger"]),
        "region": {"Islands": "von den Inseln"},
        "none": "Bitte gar keinen",
        "wisp": "Ein Hauch aus dem Kamin",
        "bonfire": "Das ganze Lagerfeuer",
        "me": "Für mich selbst",
        "someone": "Für jemand anderen",
        "budget": "Was darf eine Flasche kosten?",
    },
}


@cache
def headphones() -> Edition:
    """Eight headphones, with brands, types, switches and variants of none."""
    columns = ("title", "brand", "type", "wireless", "noise_cancelling", "battery", "weight", "bass", "color", "price")
    rows = [dict(zip(columns, map(str, each), strict=True)) for each in HEADPHONES]
    rows = [
        row | {"id": row["title"].lower().replace(" ", "-"), "tags": "gift" if at % 2 else ""}
        for at, row in enumerate(rows)
    ]

    def texts(words: Mapping[str, Any]) -> Any:
        traits = {
            "bass": _leveled(words["bass"], "bass", "1", low=words["thin"], high=words["deep"]),
            "stamina": {
                "label": words["stamina"],
                "more": words["longer"],
                "from": {"column": "battery", "unit": "h", "range": ["5", "50"]},
            },
            "light": {
                "label": words["light"][0],
                "more": words["light"][1],
                "less": words["light"][2],
                "from": {"column": "weight", "unit": "g", "range": ["300", "10"]},
            },
            "color": label_trait("color") | {"label": words["color"], "labels": words["colors"]},
        }
        questions = [
            single("where", *({**option(name, prefer=wish), "text": words[name]} for name, wish in WHERE.items())),
            {"id": "words", "ask": words["words"], "type": "text"},
        ]
        return quiz(traits, questions, language=words["language"])

    return edition("headphones", texts(SOUND["en"]), catalog(rows), {"de": texts(SOUND["de"])})


WHERE = {"desk": {"bass": "0.4"}, "train": {"stamina": {"min": "0.6"}}, "run": {"light": {"min": "0.8"}}}
SOUND: dict[str, dict[str, Any]] = {
    "en": {
        "language": "en",
        "bass": ("Bass", ["more bass"], ["less bass"]),
        "thin": "thin as paper",
        "deep": "felt in the knees",
        "stamina": "Battery life",
        "longer": ["longer lasting"],
        "light": ("Lightness", ["lighter"], ["heavier", "sturdier"]),
        "color": "Color",
        "colors": {},
        "desk": "At my desk",
        "train": "On the train",
        "run": "On a run",
        "words": "Anything else?",
    },
    "de": {
        "language": "de",
        "bass": ("Bass", ["mehr Bass"], ["weniger Bass"]),
        "thin": "dünn wie Papier",
        "deep": "in den Knien zu spüren",
        "stamina": "Akkulaufzeit",
        "longer": ["ausdauernder"],
        "light": ("Leichtigkeit", ["leichter"], ["schwerer", "robuster"]),
        "color": "Farbe",
        "colors": {"black": "Schwarz", "white": "Weiß", "red": "Rot", "blue": "Blau", "silver": "Silber"},
        "desk": "Am Schreibtisch",
        "train": "In der Bahn",
        "run": "Beim Laufen",
        "words": "Noch etwas?",
    },
}


@cache
def skin() -> Edition:
    """Seven things for the skin, with an ambiguous word: lighter is less rich, or less perfume."""
    columns = ("title", "brand", "type", "skin", "description", "rich", "size", "price")
    rows = [dict(zip(columns, map(str, each), strict=True)) for each in SKIN]
    rows = [row | {"id": row["title"].lower().replace(" ", "-")} for row in rows]
    perfume = {"perfume": ["perfume", "parfum", "fragrance"]}

    def texts(words: Mapping[str, Any]) -> Any:
        traits = {
            "rich": _leveled(words["rich"], "rich", "1", low=words["thin"], high=words["thick"]),
            "scent": {
                "label": words["scent"][0],
                "more": words["scent"][1],
                "less": words["scent"][2],
                "from": {"words": ["perfume", "parfum", "fragrance"], "missing": "0"},
            },
            "perfume": {
                "label": words["perfume"],
                "kind": "labels",
                "from": {"words": perfume, "in": "description", "missing": "0"},
            },
            "skin": label_trait("skin") | {"label": words["skin"], "labels": words["skins"]},
            "kind": label_trait("type") | {"label": words["kind"], "labels": words["kinds"]},
        }
        questions = [
            single("what", *({**option(name, prefer={"kind": name}), "text": words[name]} for name in KINDS)),
            single("feel", *({**option(name, prefer={"skin": name}), "text": words[name]} for name in FEELS)),
        ]
        return quiz(traits, questions, language=words["language"])

    return edition("skin", texts(CARE["en"]), catalog(rows), {"de": texts(CARE["de"])})


KINDS, FEELS = ("cleanser", "serum", "cream"), ("dry", "oily", "sensitive")
CARE: dict[str, dict[str, Any]] = {
    "en": {
        "language": "en",
        "rich": ("Richness", ["richer"], ["lighter"]),
        "thin": "watery",
        "thick": "buttery",
        "scent": ("Scent", ["more scented"], ["lighter", "less scented"]),
        "perfume": "Perfume",
        "skin": "Skin",
        "skins": {},
        "kind": "Kind",
        "kinds": {},
        "cleanser": "A cleanser",
        "serum": "A serum",
        "cream": "A cream",
        "dry": "Dry and tight",
        "oily": "Oily by noon",
        "sensitive": "Sensitive",
    },
    "de": {
        "language": "de",
        "rich": ("Reichhaltigkeit", ["reichhaltiger"], ["leichter"]),
        "thin": "wässrig",
        "thick": "buttrig",
        "scent": ("Duft", ["duftender"], ["leichter", "weniger duftend"]),
        "perfume": "Parfüm",
        "skin": "Haut",
        "skins": {"dry": "trockene Haut", "oily": "fettige Haut", "sensitive": "empfindliche Haut"},
        "kind": "Art",
        "kinds": {"cleanser": "Reinigung", "serum": "Serum", "cream": "Creme"},
        "cleanser": "Eine Reinigung",
        "serum": "Ein Serum",
        "cream": "Eine Creme",
        "dry": "Trocken und gespannt",
        "oily": "Mittags schon fettig",
        "sensitive": "Empfindlich",
    },
}
CASES = (
    ("Zugvogel S", "Möwe", "Handgepäck", "Polycarbonat", "schwarz", "35", "2.4", "4", "ja", "nein", "119"),
    ("Zugvogel L", "Möwe", "Reisekoffer", "Polycarbonat", "rot", "98", "4.1", "4", "ja", "nein", "179"),
    ("Kiesel", "Steinbeck", "Reisekoffer", "Aluminium", "silber", "90", "5.8", "4", "ja", "nein", "399"),
    ("Satteltasche", "Leonhardt", "Reisetasche", "Leder", "braun", "40", "2.0", "0", "nein", "nein", "299"),
    ("Weekender", "Werkstatt Leichtfuß", "Reisetasche", "Segeltuch", "grün", "45", "1.1", "0", "nein", "ja", "69"),
    ("Ausroller", "Werkstatt Leichtfuß", "Handgepäck", "Segeltuch", "weiß", "38", "1.8", "2", "nein", "ja", "89"),
)


@cache
def cases() -> Edition:
    """Six suitcases in German: units in the headers, things to count, a type that a second column repeats."""
    counted = ("Volumen (l)", "Gewicht (kg)", "Rollen")
    names = ("title", "brand", "type", "material", "color", *counted, "Zahlenschloss", "waschbar", "price")
    rows = [dict(zip(names, each, strict=True)) for each in CASES]
    rows = [row | {"id": row["title"].lower().replace(" ", "-"), "product_type": row["type"]} for row in rows]
    traits = {
        "leicht": {
            "label": "Leichtigkeit",
            "more": ["leichter"],
            "less": ["schwerer"],
            "from": {"column": "Gewicht (kg)", "unit": "kg", "range": ["5", "1"]},
        },
        "platz": {
            "label": "Stauraum",
            "more": ["größer", "geräumiger"],
            "less": ["kleiner"],
            "from": {"column": "Volumen (l)", "unit": "l"},
        },
        "farbe": label_trait("color") | {"label": "Farbe"},
    }
    travels = {"plane": "Mit dem Flugzeug", "train": "Mit der Bahn"}
    answers = ({**option(name, prefer={"leicht": "0.8"}), "text": text} for name, text in travels.items())
    return edition("cases", quiz(traits, [single("by", *answers)], language="de"), catalog(rows), {})


SHELVES = {"coats": coats, "malts": malts, "headphones": headphones, "skin": skin}


@cache
def _example(name: str) -> Edition:
    return load(bundled("quizzes")).editions[name]


SHOPS: dict[str, Callable[[], Edition]] = {
    **SHELVES,
    "cases": cases,
    "gifts": lambda: _example("gift-finder"),
    "ices": lambda: _example("ice-cream"),
}
"""These five and two of the examples, to talk to."""
