"""What shoppers say to two of the example quizzes, gifts and ice cream, and sentences that mean nothing to any shop.

The phrases were written with the catalogs at hand and without the code; the forms are those of tests/phrases.py.
"""

from typing import Any

from tests.phrases import BELOW, FIRST, SECOND, THIRD, less, likes, more, must, price, without

Refines = list[tuple[str, str, str, list[dict[str, Any]]]]


def wish(trait: str, level: float) -> dict[str, Any]:
    return {"trait": trait, "level": level}


REFINES: Refines = [
    ("gifts", "en", "under 40 euros", [price(max=40)]),
    ("gifts", "en", "not more than fifty", [price(max=50)]),
    ("gifts", "en", "twenty to thirty euros", [price(min=20, max=30)]),
    ("gifts", "en", "about 25", [price(about=25)]),
    ("gifts", "en", "a couple of euros more than 30", [price(min=30)]),
    ("gifts", "en", "something useful", [wish("useful", 0.8)]),
    ("gifts", "en", "more playful", [more("playful")]),
    ("gifts", "en", "less serious", [more("playful")]),
    ("gifts", "en", "not so calm", [more("playful")]),
    ("gifts", "en", "a bit more practical", [more("useful", amount="slightly")]),
    ("gifts", "en", "as playful as the second", [wish("playful", 1.0)]),
    ("gifts", "en", "not as playful as the second", [less("playful", than=SECOND)]),
    ("gifts", "en", "nothing for the kitchen", [without(joys=["kitchen"])]),
    ("gifts", "en", "she loves gardening", [likes(joys=["garden"])]),
    ("gifts", "en", "music or games", [likes(joys=["music", "games"])]),
    ("gifts", "en", "it should stay", [likes(life=["stays"])]),
    ("gifts", "en", "something that gets used up", [likes(life=["is used up"])]),
    ("gifts", "en", "from Studio Halm", [likes(brand=["Studio Halm"])]),
    ("gifts", "en", "anything but Ferrous & Co", [without(brand=["Ferrous & Co"])]),
    ("gifts", "en", "like the first but cheaper", [{"like": FIRST}, price(max=BELOW)]),
    ("gifts", "en", "he has the first one already", [{"hide": FIRST}]),
    ("gifts", "en", "I know the second one", [{"hide": SECOND}]),
    ("gifts", "en", "a small gesture", [wish("price", 0.0)]),
    ("gifts", "en", "the price does not matter", [{"trait": "price", "importance": "less"}]),
    ("gifts", "en", "only what is in stock", [must(available=["yes"])]),
    ("gifts", "en", "stop asking about usefulness", [{"drop": "useful"}]),
    ("gifts", "de", "unter 40 Euro", [price(max=40)]),
    ("gifts", "de", "fünfunddreißig Euro höchstens", [price(max=35)]),
    ("gifts", "de", "ca. 25 Euro", [price(about=25)]),
    ("gifts", "de", "mindestens 20, höchstens 60 Euro", [price(min=20), price(max=60)]),
    ("gifts", "de", "verspielter", [more("playful")]),
    ("gifts", "de", "nicht ganz so ernst", [more("playful")]),
    ("gifts", "de", "etwas praktischer als das zweite", [more("useful", than=SECOND, amount="slightly")]),
    ("gifts", "de", "gar nicht verspielt", [wish("playful", 0.0)]),
    ("gifts", "de", "keine Spiele", [without(joys=["games"])]),
    ("gifts", "de", "nichts für den Garten", [without(joys=["garden"])]),
    ("gifts", "de", "Musik oder Reisen", [likes(joys=["music", "travel"])]),
    ("gifts", "de", "etwas zum Behalten", [likes(life=["stays"])]),
    ("gifts", "de", "nicht von Studio Halm", [without(brand=["Studio Halm"])]),
    ("gifts", "de", "wie das erste, nur billiger", [{"like": FIRST}, price(max=BELOW)]),
    ("gifts", "de", "das erste hat er schon", [{"hide": FIRST}]),
    ("gifts", "de", "den zweiten kenne ich schon", [{"hide": SECOND}]),
    ("gifts", "de", "der Preis ist egal", [{"trait": "price", "importance": "less"}]),
    ("gifts", "de", "nur was lieferbar ist", [must(available=["yes"])]),
    ("ices", "en", "no nuts", [without(family=["nut"])]),
    ("ices", "en", "hardly any nuts", [without(family=["nut"])]),
    ("ices", "de", "kaum Nüsse", [without(family=["nut"])]),
    ("ices", "en", "nut free", [without(family=["nut"])]),
    ("ices", "en", "I'm allergic to nuts", [without(family=["nut"])]),
    ("ices", "en", "anything but coffee", [without(family=["coffee"])]),
    ("ices", "en", "fruit or herbs", [likes(family=["fruit", "herb"])]),
    ("ices", "en", "creamier", [more("creaminess")]),
    ("ices", "en", "less sweet than the first", [less("sweetness", than=FIRST)]),
    ("ices", "en", "crunchier but not sweeter", [more("crunch"), less("sweetness")]),
    ("ices", "en", "not too daring", [less("daring")]),
    ("ices", "en", "as tart as the second", [wish("tartness", 1.0)]),
    ("ices", "en", "in a cone", [must(served=["in a cone"])]),
    ("ices", "en", "from Milk Moon", [must(brand=["Milk Moon"])]),
    ("ices", "en", "under 3.50", [price(max=3.5)]),
    ("ices", "en", "at most 15 grams of sugar", [{"column": "sugar", "max": 15}]),
    ("ices", "en", "chocolat", [likes(family=["chocolate"])]),
    ("ices", "en", "smooth, no crunch", [wish("crunch", 0.2), wish("crunch", 0.0)]),
    ("ices", "de", "ohne Nüsse", [without(family=["nut"])]),
    ("ices", "de", "cremiger", [more("creaminess")]),
    ("ices", "de", "knuspriger als das dritte", [more("crunch", than=THIRD)]),
    ("ices", "de", "ein bisschen weniger süß", [less("sweetness", amount="slightly")]),
    ("ices", "de", "nicht so süß wie das erste", [less("sweetness", than=FIRST)]),
    ("ices", "de", "Schokolade oder Kaffee", [likes(family=["chocolate", "coffee"])]),
    ("ices", "de", "bloß keine Kräuter", [without(family=["herb"])]),
    ("ices", "de", "unter 3,50 €", [price(max=3.5)]),
    ("ices", "de", "mehr wie das zweite", [{"like": SECOND}]),
]
INTENTS = [
    ("gifts", "en", "what would be cheaper?", "question"),
    ("gifts", "en", "goodbye", "leave"),
    ("gifts", "en", "what do you know about me?", "my-data"),
    ("gifts", "de", "Vergleiche die ersten beiden", "compare"),
    ("gifts", "de", "warum das?", "why"),
    ("gifts", "de", "zurück", "undo"),
]
ANSWERS = [
    ("gifts", "en", "actually it is for me", {"recipient": "me"}),
    ("gifts", "en", "it is for my colleague", {"recipient": "someone-else"}),
    ("gifts", "de", "doch für mich selbst", {"recipient": "me"}),
]
_NOTHING = {
    "en": [
        "my flight leaves at noon tomorrow",
        "who won the election?",
        "a few hundred",
        "10x",
        "the cat sat on the mat",
        "remind me to water the plants on Friday",
        "is this thing even on?",
        "pi is roughly a number",
        "we had snow in April last year",
        "can somebody fix the printer on my floor?",
        "la vita e bella",
        "print('hello world')",
        "SELECT * FROM users",
        "wibble-wobble",
        "tell the driver to ring twice",
        "the password reset mail never came",
        "do you take credit cards?",
        "how many employees work for you?",
        "please forward this to accounting",
        "my dog ate the instructions yesterday",
        "meet me at the station at nine",
    ],
    "de": [
        "mein Flug geht morgen Mittag",
        "wer hat die Wahl gewonnen?",
        "ein paar Hundert",
        "die Katze lag auf dem Teppich",
        "erinner mich morgen ans Gießen",
        "der Drucker im dritten Stock klemmt",
        "im April hat es noch geschneit",
        "wie viele Leute arbeiten bei euch?",
        "kann ich mit Karte zahlen?",
        "der Hund hat die Anleitung gefressen",
        "wir treffen uns um neun am Bahnhof",
        "leite das bitte an die Buchhaltung weiter",
        "die Rechnung ist nie angekommen",
        "schnickschnackig",
        "Kauderwelsch und Larifari",
        "gibt es bei euch einen Parkplatz?",
        "sag dem Fahrer, er soll zweimal klingeln",
        "heute ist Feiertag in Bayern",
        "mein Handy hat keinen Empfang",
    ],
}
NOTHING = [
    (("gifts", "ices", "coats", "malts")[at % 4], language, text)
    for language, texts in _NOTHING.items()
    for at, text in enumerate(texts)
]
