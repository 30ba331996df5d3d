"""From a tree to a model, or what is wrong with its shape: every fault once, at its place, in the house's words."""

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import Tag, ValidationError
from pydantic_core import ErrorDetails

from quizbot.content.problems import KEY, Finding, Loc, choose_from, nearest, quoted
from quizbot.content.written import Written

Model = TypeVar("Model", bound=Written)
MOST = 100  # findings of one file; more help nobody
_COMPARED = {
    "greater_than": ("gt", "is not above"),
    "greater_than_equal": ("ge", "is below"),
    "less_than": ("lt", "is not below"),
    "less_than_equal": ("le", "is above"),
}
_MAPPING = ("wrong-type", "is not a mapping", "write lines of 'key: value'")
_LIST = ("wrong-type", "is not a list", "write it as [a, b], or as lines that begin with '- '")
_YES_NO = ("wrong-type", "is neither yes nor no", "write yes or no")
_SAYINGS = {
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "bool_parsing": _YES_NO,
    "bool_type": _YES_NO,
    "string_type": ("wrong-type", "is not a text", "write one text, in quotes when it has brackets or braces"),
    "finite_number": ("not-finite", "is not a finite number", "write a number in digits"),
    "too_short": ("empty", "is empty", "add at least one"),
    "string_too_short": ("empty", "is empty", "write a text"),
}


def shaped(
    model: type[Model], raw: Any, context: Mapping[str, Any] | None = None
) -> tuple[Model | None, list[Finding]]:
    """The model that a tree spells, or what keeps it from being one."""
    try:
        return model.model_validate(raw, context=dict(context or {}), by_alias=True, by_name=False), []
    except ValidationError as error:
        errors = faults(error)
    return None, list(_once(_findings(model, errors[: 10 * MOST])))[:MOST]


def faults(error: ValidationError) -> list[ErrorDetails]:
    """The errors, without those that call a list empty because of the faults of its items."""
    errors = error.errors(include_url=False)
    above = {each["loc"][:n] for each in errors for n in range(len(each["loc"]))}
    return [each for each in errors if each["type"] != "too_short" or each["loc"] not in above]


def is_tag(part: str | int) -> bool:
    """Whether a part of an error's place names the form of a union, not a key of the file."""
    return isinstance(part, str) and part.startswith("<") and part.endswith(">")


def _once(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Each finding once; that of a key speaks for its value, too."""
    listed = list(dict.fromkeys(findings))
    keys = {each.loc[:-1] for each in listed if each.loc[-1:] == (KEY,)}
    for each in listed:
        if each.loc[-1:] == (KEY,) or not any(each.loc[:n] in keys for n in range(1, len(each.loc) + 1)):
            yield each


def _findings(model: type[Written], errors: Sequence[ErrorDetails]) -> Iterator[Finding]:
    misspelled = _misspelled(errors)
    for error in errors:
        if error["type"] != "missing" or error["loc"] not in misspelled:
            yield _finding(model, error)


def _misspelled(errors: Sequence[ErrorDetails]) -> set[Loc]:
    """Missing keys that stand there under a name close to theirs."""
    missing: dict[Loc, list[str]] = {}
    for each in errors:
        if each["type"] == "missing":
            missing.setdefault(each["loc"][:-1], []).append(str(each["loc"][-1]))
    found: set[Loc] = set()
    for each in errors:
        if each["type"] == "extra_forbidden":
            *container, key = each["loc"]
            guess = nearest(str(key), missing.get(tuple(container), ()))
            if guess:
                found.add((*container, guess))
    return found


def _finding(model: type[Written], error: ErrorDetails) -> Finding:
    kind, loc, given = error["type"], error["loc"], error["input"]
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        container = _model_at(model, loc[:-1])
        text = f"unknown key {quoted(loc[-1])} in {_title(container)}"
        return Finding((*_path(loc), KEY), "unknown-key", text, choose_from(str(loc[-1]), _keys(container), most=30))
    if kind == "missing":
        container = _model_at(model, loc[:-1])
        only = get_args(_inside(container, loc[-1]))  # the one word that may stand there, of a `Literal`
        value = only[0] if len(only) == 1 and isinstance(only[0], str) else "..."
        text = f"{_title(container)} needs '{loc[-1]}'"
        return Finding(_path(loc), "missing-key", text, f"add '{loc[-1]}: {value}'")
    if kind == "union_tag_invalid":
        name = str(context["tag"]).strip("<>")
        known = re.findall("<([^>]*)>", str(context["expected_tags"]))
        return Finding((*_path(loc), "type"), "unknown-type", f"unknown type {quoted(name)}", choose_from(name, known))
    if given is None:
        text = f"{_name(loc)} has no value"
        return Finding(_path(loc), "no-value", text, "write a value after it, or delete it")
    if loc[-1:] == (KEY,):
        subject, place = f"the key {quoted(given)}", (*_path(loc[:-1]), KEY)
    else:
        subject, place = _subject(model, loc, given), _path(loc)
    rule, predicate, remedy = _predicate(kind, given, context)
    return Finding(place, rule, f"{subject} {predicate}", remedy)


def _predicate(kind: str, given: Any, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Rule, what is wrong with the value, and what to do."""
    if "predicate" in context:
        return kind, str(context["predicate"]), str(context["remedy"])
    if kind in _COMPARED:
        name, words = _COMPARED[kind]
        return "range", f"{words} {context[name]:g}", "choose another number"
    if kind == "literal_error":
        return "unknown-word", "is not known here", choose_from(str(given), expected_words(context))
    if kind in ("too_long", "string_too_long"):
        return "too-long", f"is longer than {context['max_length']}", "shorten it"
    if kind.startswith(("int", "float")):
        return _no_number(kind, str(given))
    return _SAYINGS.get(kind, ("wrong-type", "cannot be read", "write it as the documentation shows"))


def _no_number(kind: str, given: str) -> tuple[str, str, str]:
    whole = kind.startswith("int")
    predicate = "is not a whole number" if whole else "is not a number"
    if re.fullmatch(r"[+-]?\d+,\d+", given):
        return "not-a-number", predicate, f"write decimals with a point: {given.replace(',', '.')}"
    number = re.match(r"[+-]?\d+(\.\d+)?(?=\s*[^\d\s.,])", given)
    if number and given.endswith("%") and not whole:
        return "not-a-number", predicate, f"write a share of 1: {float(number[0]) / 100:g}"
    if number:
        return "not-a-number", predicate, f"write the number alone: {number[0]}"
    return "not-a-number", predicate, "write it in digits" if whole else "write it in digits, with a point for decimals"


def expected_words(context: Mapping[str, Any]) -> list[str]:
    """The words that a field takes, from the context of an error."""
    return re.findall("'([^']*)'", str(context.get("expected", "")))


# Names and places ---------------------------------------------------------------------------------


def _path(loc: Loc) -> Loc:
    """The place in the file: without the forms of unions."""
    return tuple(each for each in loc if not is_tag(each))


def _name(loc: Loc) -> str:
    """What a message calls the value: the nearest key."""
    named = [each for each in _path(loc) if isinstance(each, str) and each != KEY]
    return named[-1] if named else "the file"


def _subject(model: type[Written], loc: Loc, given: Any) -> str:
    """How the sentence begins: with the model's title, or the key and its value."""
    if isinstance(given, (Mapping, Written)):
        found = _model_at(model, loc)
        return _title(found) if found else _name(loc)
    name, last = _name(loc), _path(loc)[-1:]
    if last and isinstance(last[0], int):
        name = f"item {last[0] + 1} of {name}"
    return name if isinstance(given, (list, tuple)) else f"{name} {quoted(given)}"


def _title(model: type[Written] | None) -> str:
    return str(model.model_config.get("title") or model.__name__) if model else "the file"


def _keys(model: type[Written] | None) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model_at(model: type[Written], loc: Loc) -> type[Written] | None:
    """The model that describes the node at a place."""
    annotation: Any = model
    for part in loc:
        annotation = _inside(annotation, part)
    return _as_model(annotation)


def _as_model(annotation: Any) -> type[Written] | None:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, Written):
        return annotation
    members = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else ()
    return next((found for each in members if (found := _as_model(each))), None)


def _inside(annotation: Any, part: str | int) -> Any:
    """The type of what stands under a key, at a position, or in the form of a union."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, Written):
        fields = annotation.model_fields.items()
        return next((field.annotation for name, field in fields if part == (field.alias or name)), None)
    origin, members = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        if is_tag(part):
            return next((each for each in members if Tag(str(part)) in get_args(each)), annotation)
        return next((found for each in members if (found := _inside(each, part)) is not None), None)
    if origin is Literal or not members:
        return None
    return members[-1] if origin is dict else members[0]
