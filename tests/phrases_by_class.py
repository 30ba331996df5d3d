"""What shoppers say, class by class: each form that was once misread, over several shops, and what only looks like it.

The forms are those of tests/phrases.py.
"""

from typing import Any

from tests.phrases import ABOVE, BELOW, FIRST, SECOND, THIRD, less, likes, more, must, price, without
from tests.phrases_of_examples import Refines, wish


def volume(**bounds: Any) -> dict[str, Any]:
    return {"column": "Volumen (l)", **bounds}


def weight(**bounds: Any) -> dict[str, Any]:
    return {"column": "Gewicht (kg)", **bounds}


def battery(**bounds: Any) -> dict[str, Any]:
    return {"column": "battery", **bounds}


REFINES: Refines = [
    # Units: of a header, in words, one or half of them, of another size
    ("cases", "de", "höchstens 3 Kilo", [weight(max=3)]),
    ("cases", "de", "nicht schwerer als 2500 g", [weight(max=2.5)]),
    ("cases", "de", "mit mindestens 60 Litern Volumen", [volume(min=60)]),
    ("cases", "de", "zwischen 30 und 40 l", [volume(min=30, max=40)]),
    ("cases", "de", "unter einem Kilo", [weight(max=1)]),
    ("headphones", "en", "half a day of battery at least", [battery(min=12)]),
    ("headphones", "en", "at least a day", [battery(min=24)]),
    ("malts", "en", "at least 120 months old", [{"column": "Age", "min": 10}]),
    # Numbers in words, as one language joins them
    ("cases", "de", "bis hundertfünfzig Euro", [price(max=150)]),
    ("cases", "de", "unter einhundertfuenfundzwanzig Euro", [price(max=125)]),
    ("cases", "de", "höchstens dreihundertneunundneunzig", [price(max=399)]),
    # Counted things
    ("cases", "de", "mit vier Rollen", [{"column": "Rollen", "min": 4, "max": 4}]),
    ("cases", "de", "2 Rollen", [{"column": "Rollen", "min": 2, "max": 2}]),
    ("cases", "de", "mindestens 4 Rollen", [{"column": "Rollen", "min": 4}]),
    ("cases", "de", "ohne Rollen", [{"column": "Rollen", "max": 0}]),
    # A column that repeats another is none
    ("cases", "de", "Handgepäck", [must(type=["Handgepäck"])]),
    ("cases", "de", "Handgepaeck unter 130 Euro", [must(type=["Handgepäck"]), price(max=130)]),
    ("cases", "de", "keine Reisetaschen", [without(type=["Reisetasche"])]),
    # Compounds, what is missing, what is made of something
    ("cases", "de", "Aluminiumkoffer", [must(material=["Aluminium"])]),
    ("cases", "de", "ein brauner Lederkoffer", [likes(farbe=["braun"]), must(material=["Leder"])]),
    ("cases", "de", "lederfrei", [without(material=["Leder"])]),
    ("cases", "de", "nicht lederfrei", [must(material=["Leder"])]),
    ("cases", "de", "unwaschbar", [without(waschbar=["yes"])]),
    ("cases", "de", "nichts Silbernes", [without(farbe=["silber"])]),
    ("skin", "de", "parfümfreie Creme", [without(perfume=["perfume"]), likes(kind=["cream"])]),
    ("skin", "en", "fragranceless", [without(perfume=["perfume"])]),
    # Another one of a column than the first has
    ("headphones", "en", "another brand", [without(brand=["Kolibri"])]),
    ("headphones", "en", "a different brand under 150", [without(brand=["Kolibri"]), price(max=150)]),
    ("cases", "de", "eine andere Marke", [without(brand=["Werkstatt Leichtfuß"])]),
    ("cases", "de", "andere Farbe bitte", [without(farbe=["weiß"])]),
    # All but one
    ("headphones", "en", "any color but white", [without(color=["white"])]),
    ("headphones", "en", "any brand except Kolibri", [without(brand=["Kolibri"])]),
    ("headphones", "en", "anyone but Tonwerk", [without(brand=["Tonwerk"])]),
    ("headphones", "en", "neither red nor white", [without(color=["red", "white"])]),
    ("cases", "de", "jede Farbe außer rot", [without(farbe=["rot"])]),
    # What matters, by the name of a trait or of its column, also where the name is a small word
    ("cases", "de", "die Farbe ist egal", [{"trait": "farbe", "importance": "less"}]),
    ("cases", "de", "das Gewicht ist mir egal", [{"trait": "leicht", "importance": "less"}]),
    ("cases", "de", "der Preis spielt keine Rolle", [{"drop": "price"}]),
    ("headphones", "en", "color doesn't matter", [{"trait": "color", "importance": "less"}]),
    ("headphones", "en", "weight matters most", [{"trait": "light", "importance": "more"}]),
    # Sizes and sides of a list
    ("coats", "en", "size S or M", [must(Size=["S", "M"])]),
    ("cases", "de", "ein ganz leichter Koffer", [wish("leicht", 1)]),
    ("cases", "de", "etwas Leichteres", [more("leicht")]),
    ("cases", "de", "minimal kleiner", [less("platz", amount="slightly")]),
    ("headphones", "en", "a tiny bit lighter", [more("light", amount="slightly")]),
    # Less money, in other words
    ("headphones", "en", "I'd rather spend less", [price(max=BELOW)]),
    ("headphones", "en", "150 at the very most", [price(max=150)]),
    ("headphones", "en", "not a cent over 100", [price(max=100)]),
    ("cases", "de", "darf ruhig teurer sein", [price(min=ABOVE)]),
    ("cases", "de", "ich möchte nicht mehr als 180 Euro ausgeben", [price(max=180)]),
    # Typos that end as the word does
    ("cases", "de", "leichtr", [more("leicht")]),
    # Products that are pointed at, and moments that are not
    ("headphones", "en", "not this one", [{"dislike": FIRST}]),
    ("headphones", "en", "we have the third one", [{"hide": THIRD}]),
    ("headphones", "en", "I bought the second one last year", [{"hide": SECOND}]),
    ("headphones", "en", "hide the second one", [{"hide": SECOND}]),
    # One rather than the other, a brand by the part that tells it
    ("cases", "de", "lieber Aluminium als Leder", [must(material=["Aluminium"]), without(material=["Leder"])]),
    ("cases", "de", "nichts von Leichtfuss", [without(brand=["Werkstatt Leichtfuß"])]),
    # A trait that is called what there is more of, a typo in a longer form, "no" to what was said before
    ("malts", "en", "at least 2 sherry", [{"column": "Sherry", "min": 2}]),
    ("malts", "en", "more sherry", [more("sherry")]),
    ("malts", "de", "Süße mindestens 3", [{"column": "Sweetness", "min": 3}]),
    ("cases", "de", "lecihteres Handgepäck", [more("leicht"), must(type=["Handgepäck"])]),
    ("headphones", "en", "no, under 120", [price(max=120)]),
    ("headphones", "en", "I don't care for the first one", [{"dislike": FIRST}]),
    ("cases", "de", "der zweite überzeugt mich nicht", [{"dislike": SECOND}]),
    # An adjective of a label
    ("ices", "en", "fruity or nutty", [likes(family=["fruit", "nut"])]),
    ("ices", "en", "nothing spicy", [without(family=["spice"])]),
    # What need not be, what is nobody's thing, what is compared together, and a day that is no unit
    ("headphones", "en", "it doesn't have to be wireless", [{"drop": "wireless"}]),
    ("cases", "de", "muss nicht waschbar sein", [{"drop": "waschbar"}]),
    ("headphones", "en", "red is not my thing", [{"avoid": {"color": ["red"]}}]),
    (
        "cases",
        "de",
        "leichter und größer als der dritte",
        [more("leicht", than=THIRD), more("platz", than=THIRD)],
    ),
    # Long and polite
    (
        "cases",
        "de",
        "Guten Tag, ich suche einen möglichst leichten Koffer, der unter 3 Kilo wiegt und höchstens 130 Euro kostet.",
        [wish("leicht", 1), weight(max=3), price(max=130)],
    ),
    (
        "headphones",
        "en",
        "Hi there, I was wondering whether you have something a bit lighter, ideally below 130 euros and in black?",
        [more("light", amount="slightly"), price(max=130), likes(color=["black"])],
    ),
]

INTENTS = [
    ("headphones", "en", "surprise us", "surprise"),
    ("headphones", "en", "what makes the first better than the second?", "compare"),
    ("headphones", "en", "how old are you", "talk"),
    ("headphones", "en", "I'd like to start again", "restart"),
    ("headphones", "en", "what data do you have about me?", "my-data"),
    ("cases", "de", "noch mehr zeigen", "more"),
    ("cases", "de", "was wisst ihr über mich", "my-data"),
    ("cases", "de", "das letzte rückgängig machen", "undo"),
]

ANSWERS = [
    ("headphones", "en", "I listen on the train", {"where": "train"}),
    ("headphones", "en", "they are for at my desk", {"where": "desk"}),
    ("cases", "de", "ich fliege mit dem Flugzeug", {"by": "plane"}),
    ("cases", "de", "ich reise meist mit der Bahn", {"by": "train"}),
]

NOTHING = [
    (shop, language, text)
    for shop, language, texts in (
        ("coats", "en", ("the train leaves at 9:40", "we were in a cotton field in 1999", "the trial of the century")),
        ("skin", "en", ("the serious side of life", "wet paint, keep off")),
        (
            "headphones",
            "en",
            (
                "2 + 2",
                "small talk is not my thing",
                "he is a black belt",
                "the sky is blue",
                "my aunt is in the red army",
                "at least 500 lumens",
                "from 2020",
                "a wooden spoon recipe from 1960",
                "he is 30 years old, ages 8 and up",
                "for ages 8 and up",
                "for 5 people or more",
                "last week I fell on my knee",
                "the second world war",
                "she is lighter than her sister",
                "I have two sisters",
                "I have run 3 marathons since 2019",
                "she paid 30 euros for lunch",
                "it will take half an hour by bus",
                "how long does delivery take",
                "not on the train",
                "homeless and careless",
                "sugarless gum recipe",
            ),
        ),
        (
            "cases",
            "de",
            (
                "letztes Jahr waren wir in Rom",
                "zum ersten Mal verreisen",
                "der Himmel ist rot",
                "Kuchen backen",
                "wir haben ein großes Problem",
                "meine Tante hat weiße Haare",
                "meine Schwester ist größer als ich",
                "ich habe zwei Kinder",
                "morgen um 8",
                "eine Stunde Yoga am Tag",
                "sorglos durchs Leben",
                "arbeitslos seit Mai",
                "das ist unglaublich",
                "was kostet der Versand",
                "nicht mit dem Flugzeug",
                "mein Geburtstag ist am 3. Mai",
            ),
        ),
    )
    for text in texts
]
