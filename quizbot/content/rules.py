"""Every rule by which a file is judged while it is read: its id, how severe it is, and what it says."""

from collections.abc import Mapping
from typing import NamedTuple


class Described(NamedTuple):
    """A rule for its documentation. `severity` is `error`, `warning`, or both where it depends on what is meant."""

    severity: str
    what: str


_E, _W, _B = "error", "warning", "error or warning"

YAML: Mapping[str, Described] = {
    "alias": Described(_E, "Aliases (`*name`) are not read; write the content out."),
    "block-text": Described(_E, "A text after `|` or `>` begins on the next line."),
    "bracket": Described(_E, "A bracket or brace is not closed, or closed twice."),
    "colon": Described(_E, "A `:` lacks its space, or a second one stands in a line; put the text in quotes."),
    "comma": Described(_E, "A comma ended a text within braces, or stands in a decimal; use quotes, or a point."),
    "conflict": Described(_E, "Two versions of the file were merged, and a conflict is left; keep one side."),
    "control-character": Described(_E, "A character that is not allowed in text; delete it."),
    "cut-text": Described(_E, "A `#` after a space cut a text off; put the text in quotes."),
    "depth": Described(_E, "The file is nested more than 20 deep."),
    "directive": Described(_E, "A line begins with `%`; put the text in quotes."),
    "documents": Described(_E, "A second document begins in the file; keep one."),
    "duplicate-key": Described(_E, "A key stands twice; keep one."),
    "empty": Described(_E, "The file, a text or a list is empty."),
    "encoding": Described(_E, "The file is not UTF-8; save it as UTF-8."),
    "escape": Described(_E, "A backslash in double quotes begins no escape; double it."),
    "indentation": Described(_E, "A line is indented unlike those around it."),
    "key": Described(_E, "A key is missing, or is no plain text."),
    "list-item": Described(_E, "A list item begins where none can."),
    "merge-key": Described(_E, "The merge key `<<` is not read; write the content out."),
    "no-file": Described(_E, "There is no such file, or it cannot be read."),
    "quote": Described(_E, "A quote is never closed, or a text goes on after it."),
    "tab": Described(_E, "A tab cannot indent; use spaces."),
    "tag": Described(_E, "Tags such as `!!int` are not read; every value is its text."),
    "text-start": Described(_E, "A text begins with a character that means something else; put it in quotes."),
    "too-large": Described(_E, "The file is larger than 256 KB, or has more than 20,000 values."),
    "yaml": Described(_E, "The file is no YAML for another reason; the message says which."),
}

SHAPE: Mapping[str, Described] = {
    "bounds": Described(_E, "A `min` is not below its `max`."),
    "form": Described(_E, "A text has not the form that is wanted; the message shows an example."),
    "id": Described(
        _B, "An id has other characters than small letters, digits and `-`; in a feed, a product has none."
    ),
    "missing-key": Described(_E, "A key that must be there is missing."),
    "no-value": Described(_E, "A key has no value."),
    "not-a-number": Described(_E, "A text stands where a number is wanted."),
    "not-finite": Described(_E, "A number is infinite, or none."),
    "range": Described(_E, "A number is outside of what is allowed."),
    "requirement": Described(_E, "A demand has no values and no range, or both."),
    "source": Described(_E, "A trait's `from` does not name exactly one source, or has a key that does not fit it."),
    "stops": Described(_E, "A trait's `range` neither rises nor falls all the way."),
    "too-long": Described(_E, "A text or list is too long."),
    "unknown-key": Described(_E, "A key that the format does not have; the message guesses which was meant."),
    "unknown-type": Described(_E, "A question has a type that there is not."),
    "unknown-word": Described(_E, "A word that is not one of those to choose from."),
    "wish": Described(_E, "A wish wants nothing, or two things at once."),
    "wrong-type": Described(_E, "A list, mapping or text stands where something else is wanted."),
}

MEANING: Mapping[str, Described] = {
    "answer": Described(_E, "`answer` stands where no number is given, or alone where a side must be said."),
    "duplicate-id": Described(_B, "An id stands twice; in a feed, the second row is left out."),
    "example-answer": Described(_E, "An example gives an answer that its question does not take."),
    "expects-nothing": Described(_E, "An example says nothing of what must come of it."),
    "expects-too-much": Described(_E, "More products than places are expected."),
    "file-name": Described(
        _B, "The name of a file is no id, or its language is none; a file that ends in `.yml` is not read (warning)."
    ),
    "if-later": Described(_E, "An `if` names a question that does not come before."),
    "if-words": Described(_E, "An `if` depends on a question that is answered in words."),
    "link": Described(_E, "`results.link` cannot be the query of an address."),
    "max": Described(_E, "`max` is more than there are options."),
    "no-notice": Described(_W, "A question is `sensitive`, and site.yaml says nothing of its own about its category."),
    "not-asked": Described(_W, "An example answers a question that is not asked after its other answers."),
    "not-supported": Described(_E, "A word of the format that this version does not act on yet."),
    "picture": Described(_E, "A picture is not there, lies outside of the content folder, or is no https address."),
    "standard-column": Described(_E, "`columns` names something that is no standard column."),
    "survey": Described(_E, "A question asked after the results does what only others can, or there are no others."),
    "trait-kind": Described(_E, "A trait with levels is described by labels, or the other way round."),
    "unknown-label": Described(_B, "A label that the trait does not have (error), or no product (warning)."),
    "unknown-option": Described(_E, "An option that its question does not have."),
    "unknown-question": Described(_E, "A question that the quiz does not have."),
    "unknown-trait": Described(_E, "A trait that the quiz does not have."),
    "wish-kind": Described(_E, "A level is wanted of a trait with labels, or a label of one with levels."),
}

CATALOG: Mapping[str, Described] = {
    "catalog": Described(_E, "The catalog of a quiz cannot be used; its own problems say why."),
    "empty-slot": Described(_B, "No product fits a slot of the routine; a warning after a feed update."),
    "empty-trait": Described(_E, "No product has the trait: its source finds nothing."),
    "few-values": Described(_E, "Options are to be made from something that has fewer than two values."),
    "numbers": Described(_E, "Options are to be made from numbers, which are no choices."),
    "example": Described(_B, "A golden shopper is not shown what they must be; a warning after a feed update."),
    "no-number": Described(_W, "Some cells of a column of numbers are none; they count as unknown."),
    "no-numbers": Described(_E, "Numbers are wanted of a column that has none."),
    "no-product": Described(_W, "No product has a value that is demanded."),
    "tag-value": Described(_E, "A tag is demanded with something else than yes or no."),
    "unknown-column": Described(_E, "The catalog has no such column, option, tag or label trait."),
    "unknown-product": Described(_E, "The catalog has no such product."),
    "unknown-tag": Described(_W, "No product has the tag."),
}

TRANSLATION: Mapping[str, Described] = {
    "language": Described(_W, "The page's own sentences are not written in this language; they will be in English."),
    "missing-translation": Described(_W, "A text of the quiz, or some products, are not translated."),
    "no-folder": Described(_E, "There is no content folder of this name."),
    "no-quiz": Described(_E, "A folder has no quiz, or a translation has none to belong to."),
    "own-language": Described(_E, "A translation is into the language that the quiz is written in."),
    "unknown-persona": Described(_E, "A translation names a persona that the quiz does not have."),
    "unknown-slot": Described(_E, "A translation names a slot that the quiz does not have."),
}

FEED: Mapping[str, Described] = {
    "also-cell": Described(_W, "The second file says something else of a product than the feed, whose text stays."),
    "also-column": Described(_B, "A column of the second file hides a variant option, or is prices or stock."),
    "binary-row": Described(_W, "A row has bytes that are no text; it is left out."),
    "column-twice": Described(_W, "Two columns have the same name; the first counts."),
    "feed-binary": Described(_E, "The feed is a packed or damaged file, or no text."),
    "feed-column": Described(_E, "The feed has no column that `columns` names."),
    "feed-columns": Described(_E, "The feed has too many columns."),
    "feed-empty": Described(_E, "The feed is empty."),
    "feed-encoding": Described(_E, "The encoding of the feed cannot be told; save it as UTF-8."),
    "feed-format": Described(_E, "The format of the feed cannot be recognized; name it with `format`."),
    "feed-json": Described(_E, "The feed is no JSON."),
    "feed-missing": Described(_E, "The feed cannot be opened."),
    "feed-rows": Described(_E, "The feed has no product that can be used, or too many rows."),
    "feed-shrunk": Described(_E, "A feed update has lost half of its products or more; the last good one stays."),
    "feed-size": Described(_E, "The feed is larger than 512 MB, packed or unpacked."),
    "feed-title": Described(_E, "The feed has no column for titles; name it under `columns`."),
    "feed-xml": Described(_E, "The feed is no XML, or declares a document type."),
    "fields": Described(_W, "A row has more or fewer fields than the header; it is left out."),
    "garbled": Described(_W, "Letters were garbled before the feed came here; export it again as UTF-8."),
    "image": Described(_W, "The address of a picture is not http(s) or relative; it is left out."),
    "item-size": Described(_W, "An item is longer than 1 MB; it is left out."),
    "json": Described(_W, "A part of the feed is no JSON; it is left out."),
    "json-line": Described(_W, "A line is no JSON object with what an item needs; it is left out."),
    "more-rows": Described(_W, "More rows have problems than are listed."),
    "only": Described(_E, "No product meets `only`."),
    "parent": Described(_W, "A variation's product is not in the feed; it is left out."),
    "price": Described(_W, "A price cannot be read in one way, or its currency is another one; the row is left out."),
    "quotes": Described(_W, "A quote in a row is never closed; the row is left out."),
    "title": Described(_W, "A product has no title; it is left out."),
    "url": Described(_W, "An address is not http(s) or relative; it is left out."),
}

ALLOWANCE: Mapping[str, Described] = {
    "unused-allow": Described(_W, "A comment allows a rule that nothing breaks there, or that does not exist."),
}

SECTIONS: Mapping[str, Mapping[str, Described]] = {
    "Is it YAML?": YAML,
    "Is it a quiz, a site, a translation?": SHAPE,
    "Does it mean something?": MEANING,
    "Does the catalog bear it out?": CATALOG,
    "Files and translations": TRANSLATION,
    "Can the feed be read?": FEED,
    "Comments that allow": ALLOWANCE,
}
KNOWN: Mapping[str, Described] = {name: each for rules in SECTIONS.values() for name, each in rules.items()}
