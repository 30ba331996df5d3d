"""What can still be read of a file with faults, so that one reading tells of faults of every kind.

Faulty nodes are taken out until the rest is a model. What then seems to be unknown may be among what was
taken out, so its names are kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from quizbot.content.problems import Loc, nearest
from quizbot.content.shape import expected_words, faults, is_tag
from quizbot.content.written import Written
from quizbot.content.yamltree import Place, Tree

Model = TypeVar("Model", bound=Written)
ROUNDS = 16
MOST_ERRORS = 200  # a file with more is no quiz
_FILLING = "unnamed-"
_FILLED_WITH = {"min": "-1e9", "max": "1e9"}  # where a number is missing, one that excludes nothing


def without_fillings(remedy: str) -> str:
    """A remedy that does not offer what only fills a gap."""
    return re.sub(rf"{_FILLING}\d+, |(, )?{_FILLING}\d+", "", remedy)


class _Gone:
    """Stands where an item of a list was taken out, so that the others keep their positions until the end."""


def salvaged(model: type[Model], tree: Tree, context: Mapping[str, Any]) -> tuple[Model | None, Tree, frozenset[str]]:
    """The rest as a model, with its tree, and the names that were taken out; no model when too little is left."""
    work = _Work(tree)
    for _ in range(ROUNDS):
        value, rest = work.rest()
        try:
            return model.model_validate(value, context=dict(context), by_alias=True, by_name=False), rest, work.lost
        except ValidationError as error:
            errors = faults(error)
        if len(errors) > MOST_ERRORS or not work.mend(errors):
            break
    return None, tree, frozenset()


class _Work:
    """A copy of a tree under repair."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.value = deepcopy(tree.value)
        self.names: set[str] = set()
        self.filled: set[Loc] = set()
        self.origins: dict[Loc, Loc] = {}

    @property
    def lost(self) -> frozenset[str]:
        """Every text that was taken out."""
        return frozenset(self.names)

    def rest(self) -> tuple[Any, Tree]:
        """What is left, compact, and the tree that knows its places."""
        self.origins = {}
        value = self._compact(self.value, (), ())
        values: dict[Loc, Place] = {}
        keys: dict[Loc, Place] = {}
        for here, origin in self.origins.items():
            if origin in self.tree.values:
                values[here] = self.tree.values[origin]
            if origin in self.tree.keys:
                keys[here] = self.tree.keys[origin]
        return value, replace(self.tree, values=values, keys=keys)

    def mend(self, errors: Sequence[ErrorDetails]) -> bool:
        """Take each fault out, or fill a gap; False when the root itself is at fault."""
        places = [self._existing(each["loc"]) for each in errors]  # before anything is taken out
        mended = [self._mend(each, place) for each, place in zip(errors, places, strict=True)]
        return all(mended)

    def _mend(self, error: ErrorDetails, loc: Loc) -> bool:
        meant = nearest(str(error["input"]), expected_words(error.get("ctx", {})))
        if error["type"] == "literal_error" and meant:
            return self._put(loc, meant)
        if error["type"] != "missing":
            return self._take(loc)
        key = error["loc"][-1]
        if (*loc, key) in self.filled:
            return self._take(loc)
        self.filled.add((*loc, key))
        return self._put((*loc, key), _FILLED_WITH.get(str(key), f"{_FILLING}{len(self.filled)}"))

    def _put(self, loc: Loc, value: str) -> bool:
        container = self._at(loc[:-1])
        if isinstance(container, dict):
            container[str(loc[-1])] = value
        return True

    def _take(self, loc: Loc) -> bool:
        if not loc:
            return False
        container = self._at(loc[:-1])
        if isinstance(container, dict):
            self.names.update(_texts({loc[-1]: container.pop(loc[-1], None)}))
        elif isinstance(container, list) and isinstance(loc[-1], int):
            self.names.update(_texts(container[loc[-1]]))
            container[loc[-1]] = _Gone()
        return True

    def _existing(self, loc: Loc) -> Loc:
        """The deepest node on the way to an error, as a place in the work."""
        here: Loc = ()
        for part in loc:
            if not is_tag(part) and (*here, part) in self.origins:
                here = (*here, part)
        return self.origins[here]

    def _at(self, loc: Loc) -> Any:
        """The node at a place; None when it was taken out."""
        node = self.value
        for part in loc:
            if isinstance(node, dict):
                node = node.get(str(part))
            else:
                node = node[part] if isinstance(node, list) and isinstance(part, int) else None
        return node

    def _compact(self, node: Any, here: Loc, origin: Loc) -> Any:
        self.origins[here] = origin
        if isinstance(node, dict):
            return {key: self._compact(each, (*here, key), (*origin, key)) for key, each in node.items()}
        if isinstance(node, list):
            kept = [(at, each) for at, each in enumerate(node) if not isinstance(each, _Gone)]
            return [self._compact(each, (*here, to), (*origin, at)) for to, (at, each) in enumerate(kept)]
        return node


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, each in node.items():
            yield str(key)
            yield from _texts(each)
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each)
    elif isinstance(node, str):
        yield node
