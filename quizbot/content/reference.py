"""The format of quizzes, translations and `site.yaml` on one page, made from the models that read them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from quizbot.content import overlay, quiz
from quizbot.content.site import Site

Schema = Mapping[str, Any]

_HEAD = """\
# The format of a quiz

Every word of the files that an editor writes, made from what reads them by `quizbot schema --reference`. The
[tutorial](writing-a-quiz.md) leads through a quiz step by step, `quizbot schema` gives the same in your editor while
you type, and `quizbot check` says at which line and column something is amiss ([all rules](checks.md)).

- **Every value is its written text** until the format, or the catalog's column, asks for a number or for yes or no. So
  `id: no` and `text: 1.10` mean what they look like. Nothing after the colon, `~` and `null` say nothing.
- **Ids** of quizzes, questions, options, traits, personas and slots are made of small letters, digits and hyphens, and
  the file's name is the quiz's id. Products are called by id or exact title, labels by their text in any case.
- **Two words are wishes, two are demands.** `prefer` and `avoid` speak of traits and move the ranking; `require` and
  `exclude` speak of columns, variant options, tags and traits of labels, and keep products out. What the catalog does
  not state fails both demands, and is the first thing that gives way when nothing is left.
- **Names** in `from`, `require` and `exclude` are looked up as a column (metafields by their key, too), then as a
  variant option, then as a tag, then as a trait of labels.
- **Quotes** are needed around a text with `: ` or ` #` in it, and within braces around one with a comma, a brace or a
  bracket.

Most of the words at a glance:

```yaml
title: Find your coat
catalog: {file: coats.csv, only: {type: [Coat, Scarf]}}
traits:
  warmth: {label: Warmth, low: a light layer, high: arctic, more: [warmer], from: {column: fill, unit: g}}
  light: {label: Lightness, from: {column: Weight, unit: g, range: [1800, 900, 400]}}
  rainproof: {label: Rain protection, from: {words: [waterproof, taped seams]}}
  color: {label: Color, kind: labels, from: {column: Color, split: "/"}}
questions:
  - id: climate
    ask: What is winter like?
    why: It decides how much warmth is worth carrying.
    options:
      - {id: wet, text: Mild and wet, prefer: {warmth: 0.3, rainproof: {min: 0.7}}, says: Then dry comes first.}
      - {id: arctic, text: Properly arctic, prefer: {warmth: 1, color: [black, navy]}, require: {hood: yes}}
  - {id: dress, ask: How dressed-up?, type: scale, low: trail, high: opera, prefer: {light: [0, 1]}}
  - {id: budget, ask: How much at most?, type: number, min: 50, max: 600, require: {price: {max: answer}}}
  - {id: brand, ask: A brand you trust?, type: multiple, options: {from: brand, most: 6}}
  - {id: taste, ask: Which would you wear?, type: products, show: 4, if: {climate: [wet, arctic]}}
personas:
  - {id: commuter, title: The Commuter, text: You own three umbrellas., levels: {warmth: 0.4, rainproof: 1}}
results: {show: 6, diversity: 0.3, per_brand: 3}
examples:
  - {name: wet commuter, answers: {climate: wet, budget: 200}, expect: {first: storm-shell, none: {hood: no}}}
```

Words in **bold** must be there. What stands in brackets counts when nothing is said.
"""

_QUESTIONS = ("Single", "Multiple", "Scale", "NumberQuestion", "Ranking", "TextQuestion", "Products")
_EFFECTS = ("prefer", "avoid", "require", "exclude")
_ORDER = (
    *("CatalogSource", "Trait", "Source"),
    *("Option", "OptionsFrom", "Wanted", "Requirement", "Gift", "Persona", "Results", "Slot", "Example", "Expectation"),
)
_SCALARS = 3  # kinds of a text, which may look like a number or like yes
_FORMS = {
    "prefer": "`trait:` a level 0 to 1, one label or several, or {Wanted}",
    "avoid": "`trait:` one label or several",
    "require": "`name:` one value or several, or {Requirement}",
    "exclude": "`name:` one value or several, or {Requirement}",
    "only": "`name:` one value or several, or {Requirement}",
    "every": "`name:` one value or several, or {Requirement}",
    "none": "`name:` one value or several, or {Requirement}",
    "if": "`question:` one option or several",
    "top": "`number:` one product or several",
}
"""What is written for words whose values have short forms."""
_NOTES = {
    "scale": " In `prefer`, two levels such as `[0, 1]` stand for the first and the last step.",
    "number": " In them `answer` stands for the number that is given: `require: {price: {max: answer}}`.",
}


def as_markdown() -> str:
    """The page."""
    made = quiz.schema()
    own = made["$defs"]
    parts = [_HEAD, _section("A quiz: `ID.yaml`", made, "##")]
    parts += [_section(_title(own[name]), own[name], "###") for name in _ORDER[:3]]
    parts += _questions(own)
    parts += [_section(_title(own[name]), own[name], "###") for name in _ORDER[3:]]
    translated, site = overlay.schema(), _site()
    parts.append(_section("A translation: `ID.LANGUAGE.yaml`", translated, "##"))
    parts += [_section(_title(each), each, "###") for each in translated["$defs"].values()]
    parts.append(_section("The shop: `site.yaml`", site, "##"))
    parts += [_section(_title(each), each, "###") for each in site["$defs"].values()]
    return "\n".join(parts)


def _site() -> dict[str, Any]:
    """The schema of `site.yaml`; a field that says what its model says has its words."""
    made = Site.model_json_schema()
    for name, each in made["properties"].items():
        each.setdefault("description", Site.model_fields[name].description)
    return made


def _title(node: Schema) -> str:
    title = str(node["title"])
    return title[:1].upper() + title[1:]


def _section(title: str, node: Schema, level: str, left_out: Iterable[str] = ()) -> str:
    rows = list(_rows(node, left_out))
    table = ["| word | what is written | what it is |", "|---|---|---|", *rows, ""] if rows else []
    return "\n".join([f"{level} {title}\n", f"{node['description']}\n", *table])


def _rows(node: Schema, left_out: Iterable[str]) -> Iterator[str]:
    required = node.get("required", ())
    for name, each in node.get("properties", {}).items():
        if name not in left_out:
            shown = f"**`{name}`**" if name in required else f"`{name}`"
            yield f"| {shown} | {_written(name, each)}{_otherwise(each)} | {each['description'].replace('|', '/')} |"


def _questions(own: Mapping[str, Schema]) -> Iterator[str]:
    """What all questions share, then what each type has besides."""
    kinds = [own[name] for name in _QUESTIONS]
    shared = [name for name in kinds[0]["properties"] if all(name in each["properties"] for each in kinds)]
    common = {name: kinds[0]["properties"][name] for name in shared if name != "type"}
    required = [name for name in kinds[0]["required"] if name in common]
    text = (
        "What every question may say; what its `type` has besides follows. Each can be skipped unless it is `required`."
    )
    yield _section("A question", {"description": text, "properties": common, "required": required}, "###")
    for each in kinds:
        word = each["properties"]["type"].get("const", "single")
        effects = [name for name in _EFFECTS if name in each["properties"]]
        besides = f" It takes {_listed([f'`{name}`' for name in effects])}, as an option does." if effects else ""
        node = {**each, "description": each["description"] + besides + _NOTES.get(word, "")}
        yield _section(f"`type: {word}`", node, "####", (*common, "type", *effects))


def _written(name: str, node: Schema) -> str:
    """What is written for a word."""
    if name not in _FORMS or "object" not in repr(node):
        return _form(node)
    return _FORMS[name].format(Wanted=_link("Wanted"), Requirement=_link("Requirement"))


# Forms ----------------------------------------------------------------------------------------------


def _form(node: Schema) -> str:
    """What may be written for a value, in words."""
    if "$ref" in node:
        return _link(node["$ref"].rpartition("/")[2])
    several = [each for part in ("anyOf", "oneOf") for each in node.get(part, ()) if each.get("type") != "null"]
    if several:
        return " or ".join(dict.fromkeys(map(_form, several)))
    if "enum" in node:
        words = [str(each) for each in node["enum"]]
        return "yes or no" if words[:2] == ["yes", "no"] else _listed([f"`{each}`" for each in words], "or")
    if "const" in node:
        return f"`{node['const']}`"
    return _of_type(node)


def _of_type(node: Schema) -> str:
    kind = node.get("type")
    if kind == "array":
        each = _form(node["items"])
        return {"text": "a list of texts", "a number": "a list of numbers"}.get(each, f"a list of {each}")
    if kind == "object":
        named, other = node.get("patternProperties", {}), node.get("additionalProperties")
        value = next(iter(named.values()), other)
        key = "id" if any("a-z0-9" in each for each in named) else "name"
        return f"`{key}:` {_form(value)}" if isinstance(value, Mapping) else "more words"
    if kind == "boolean":
        return "yes or no"
    kinds = kind if isinstance(kind, list) else [kind]
    if {"integer", "number"} & set(kinds) and len(kinds) < _SCALARS:
        return _number(node)
    return "an id" if str(node.get("pattern", "")).startswith("^[a-z0-9]") else "text"


def _number(node: Schema) -> str:
    low, high = node.get("minimum", node.get("exclusiveMinimum")), node.get("maximum")
    words = "a number"
    if low is not None and high is not None:
        words += f" above {low:g} to {high:g}" if "exclusiveMinimum" in node else f" {low:g} to {high:g}"
    elif low is not None:
        words += f" above {low:g}" if "exclusiveMinimum" in node else f" from {low:g}"
    return words


def _link(definition: str) -> str:
    """A link to the section of a definition."""
    title = _titles()[definition]
    place = "".join(each for each in title.lower().replace(" ", "-") if each.isalnum() or each == "-")
    return f"[{title}](#{place})"


def _otherwise(node: Schema) -> str:
    """What counts when nothing is said."""
    default = node.get("default")
    if isinstance(default, bool):
        return f" ({'yes' if default else 'no'})"
    if isinstance(default, (int, float)):
        return f" ({default:g})"
    return f" ({default})" if isinstance(default, str) and default else ""


def _listed(words: list[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


@cache
def _titles() -> dict[str, str]:
    schemas = (quiz.schema(), overlay.schema(), _site())
    found = {name: str(each["title"]) for made in schemas for name, each in made["$defs"].items()}
    return found | dict.fromkeys(_QUESTIONS, "a question")
