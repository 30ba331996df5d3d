"""Whether a trait's source goes with its kind, and the labels that a source lists itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from quizbot.content.catalog import label_key
from quizbot.content.problems import KEY, Finding, Loc
from quizbot.content.traits import Source, Trait
from quizbot.content.written import slug


@dataclass(frozen=True, slots=True)
class Listed:
    """Labels in the order they are listed; they compare without case and as slugs."""

    names: tuple[str, ...]

    def has(self, label: str) -> bool:
        """Whether a label is one of them."""
        return any(label_key(each) == label_key(label) or slug(each) == label for each in self.names)


def listed_labels(source: Source) -> Listed | None:
    """All labels of a source that lists them itself; None when the catalog's own texts are the labels."""
    if isinstance(source.words, dict):
        return Listed(tuple(source.words))
    named = source.tags or source.columns
    return Listed(tuple(named)) if named else None


def told_levels(trait: Trait) -> tuple[str, ...]:
    """The words, tags and texts of a column that a trait with levels is read from, and told by; empty for labels."""
    source = trait.source
    if trait.kind == "labels":
        return ()
    return (*(source.words or ()), *(source.tags or ()), *(source.levels or {}))


def source_mistakes(name: str, trait: Trait) -> Iterator[Finding]:
    """Fields of a trait and its source that do not go together."""
    loc: Loc = ("traits", name)
    here: Loc = (*loc, "from")
    source, given = trait.source, trait.source.model_fields_set
    if trait.kind == "labels":
        yield from _of_labels(loc, trait)
    else:
        yield from _of_levels(loc, trait)
    where = next(each for each in ("column", "columns", "tags", "option", "words") if getattr(source, each) is not None)
    of_levels = {"range": ("column", "option"), "levels": ("column", "option", "tags")}
    goes_with = {
        **(of_levels if trait.kind == "level" else {}),
        "split": ("column", "option"),
        "spelled": ("column", "option", "tags"),
        "where": ("words",),
        "unit": ("column", "option"),
    }
    for field, sources in goes_with.items():
        if field in given and where not in sources:
            key = Source.model_fields[field].alias or field
            text = f"`{key}` says nothing about `{where}`"
            yield Finding((*here, key, KEY), "source", text, f"leave it out, or read from {' or '.join(sources)}")
    if source.range is not None and source.levels is not None:
        yield Finding((*here, "range", KEY), "source", "`range` and `levels` are two scales", "keep one of them")


def _of_labels(loc: Loc, trait: Trait) -> Iterator[Finding]:
    remedy = "leave it out, or make the trait `kind: level`"
    for field in ("low", "middle", "high", "more", "less"):
        if getattr(trait, field):
            yield Finding(
                (*loc, field, KEY), "trait-kind", f"`{field}` needs levels, and this trait has labels", remedy
            )
    source, here = trait.source, (*loc, "from")
    for field in ("range", "levels"):
        if getattr(source, field) is not None:
            yield Finding(
                (*here, field, KEY), "trait-kind", f"`{field}` makes levels, and this trait has labels", remedy
            )
    if isinstance(source.words, tuple):
        text = "a list of words does not say which label each of them shows"
        yield Finding((*here, "words"), "trait-kind", text, "write phrases by label: words: {perfume: [parfum]}")
    if source.missing:
        text = f"missing {source.missing:g} is a level, and this trait has labels"
        yield Finding((*here, "missing"), "trait-kind", text, "write `missing: 0` when silence means none of them")


def _of_levels(loc: Loc, trait: Trait) -> Iterator[Finding]:
    remedy = "leave it out, or make the trait `kind: labels`"
    source, here = trait.source, (*loc, "from")
    if trait.labels:
        yield Finding((*loc, "labels", KEY), "trait-kind", "`labels` needs a trait with labels", remedy)
    if source.spelled:
        yield Finding((*here, "as", KEY), "trait-kind", "`as` spells labels, and this trait has levels", remedy)
    if source.split is not None and source.levels is None:
        yield Finding((*here, "split", KEY), "trait-kind", "`split` parts labels, and this trait has levels", remedy)
    if isinstance(source.words, dict):
        text = "words by label belong to a trait with labels"
        yield Finding((*here, "words"), "trait-kind", text, "write a list of words, or `kind: labels`")
