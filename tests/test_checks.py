"""The rules that say what makes a quiz poor: each finds its fault at its line, and none finds one in a good quiz."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from quizbot.cli import main
from quizbot.content import shape, yamlerrors
from quizbot.content.problems import Problem, Refused
from quizbot.content.rules import KNOWN
from quizbot.content.site import Site
from quizbot.editorial.checks import RULES, SITE_RULES, lost, outcomes, sensitive, wishes, wording
from quizbot.editorial.checks.rule import Rule, Seen
from quizbot.editorial.golden import disappointed
from quizbot.library.load import load
from tests.worlds import label_trait, level_trait, option, single, world

FILES = Path(__file__).parent / "files"
ROOT = Path(__file__).parent.parent


def problems(folder: Path) -> tuple[Problem, ...]:
    """All problems of a content folder."""
    try:
        return load(folder, golden="error", thorough=True).problems
    except Refused as refused:
        return refused.problems


def marked(folder: Path) -> Iterator[tuple[str, int, str]]:
    """File, line and rule of every comment `breaks: rule` in a folder."""
    for path in folder.glob("*.yaml"):
        for line, text in enumerate(path.read_text("utf-8").splitlines(), 1):
            comment = re.search(r"# breaks: (.*)", text)
            for rule in comment[1].split(", ") if comment else ():
                yield path.name, line, rule


def test_a_deliberately_poor_quiz_gets_each_of_its_faults_named_at_its_line_and_no_other() -> None:
    found = sorted((Path(each.file).name, each.line, each.rule) for each in problems(FILES / "poor"))
    assert found == sorted(marked(FILES / "poor"))


def test_every_rule_is_broken_by_the_poor_quizzes() -> None:
    broken = {rule for _, _, rule in marked(FILES / "poor")}
    assert broken == {each.id for each in RULES} | {each.id for each in SITE_RULES}


def test_the_bundled_quizzes_break_no_rule() -> None:
    assert problems(ROOT / "quizzes") == ()


# Single rules ---------------------------------------------------------------------------------------

WARM = {"warm": level_trait("warm"), "color": label_trait("color")}
ROWS = [
    {"id": "a", "warm": "0", "color": "red", "hood": "yes", "wash": "no", "price": "20"},
    {"id": "b", "warm": "0.5", "color": "blue", "hood": "no", "wash": "yes", "price": "60"},
    {"id": "c", "warm": "1", "color": "green", "hood": "no", "wash": "no", "price": "90"},
]
COLD = option("cold", prefer={"warm": "0"})
HOT = option("hot", prefer={"warm": "1"})


def found(rule: Rule[Seen], *questions: Mapping[str, Any], **more: Any) -> list[str]:
    """What a rule says of a quiz of these questions."""
    edition = world(ROWS, {**WARM, **more.pop("traits", {})}, questions, **more)
    return [each.text for each in rule.findings(Seen(edition, Site()))]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("A warm coat", "The warm coat", True),
        ("Warm, dry and quiet", "warm dry and quiet!", True),
        ("Something for the rain", "Something for the rains", True),
        ("Up to 100 EUR", "Up to 200 EUR", False),
        ("S", "XS", False),
        ("With a hood", "Without a hood", False),
        ("< 50", "> 50", False),
        ("Indoors, mostly", "Outdoors, mostly", False),
    ],
)
def test_texts_are_alike_that_differ_in_no_number_and_hardly_in_a_letter(one: str, other: str, alike: bool) -> None:
    said = found(wording.alike_options, single("q", {**COLD, "text": one}, {**HOT, "text": other}))
    assert bool(said) is alike


def test_options_that_want_the_same_are_no_fault_where_a_branch_hangs_on_one_of_them() -> None:
    first = single("for", option("me", prefer={"warm": "1"}), option("you", prefer={"warm": "1"}))
    branch = single("who", COLD, HOT, **{"if": {"for": "you"}})
    assert found(wording.alike_options, first) == ["option 'you' wants exactly what 'me' wants"]
    assert found(wording.alike_options, first, branch) == []


def test_one_option_without_a_wish_says_no_matter_and_two_are_idle() -> None:
    assert found(outcomes.idle_option, single("q", COLD, HOT, option("either"))) == []
    assert len(found(outcomes.idle_option, single("q", COLD, HOT, option("either"), option("both")))) == 2


def test_a_required_question_is_none_to_guess_at_when_an_option_wants_nothing() -> None:
    assert found(wording.no_way_out, single("q", COLD, option("not-sure"), required="yes")) == []
    assert len(found(wording.no_way_out, single("q", COLD, HOT, required="yes"))) == 1


def test_a_broken_example_says_what_was_shown_and_what_it_has() -> None:
    expect = {"first": "c", "every": {"price": {"max": "50"}}, "none": {"hood": "yes", "color": "blue"}}
    examples = [{"name": "one", "answers": {"q": "cold"}, "expect": expect}]
    rows = [{**each, "title": each["id"]} for each in ROWS]
    edition = world(rows, WARM, [single("q", COLD, HOT)], results={"show": "2"}, examples=examples)
    assert list(disappointed(edition)) == [
        (0, "'c' is not first; shown are 'a', 'b'"),
        (0, "'a' has 'yes' in 'hood', which `none` rules out"),
        (0, "'b' has '60' in 'price', which `every` rules out"),
        (0, "'b' has 'blue' in 'color', which `none` rules out"),
    ]


@pytest.mark.parametrize(
    ("labels", "separator"),
    [
        (["dry, oily", "dry"], ","),
        (["Dry,oily", "OILY, normal", "dry, normal", "normal, oily"], ","),
        (["black/white", "black"], "/"),
        (["red;blue", "blue"], ";"),
        (["Boston, MA", "Salem, MA"], None),
        (["red", "navy blue", "blue"], None),
        ([], None),
    ],
)
def test_labels_are_lists_when_their_parts_stand_elsewhere(labels: list[str], separator: str | None) -> None:
    rows = [{"id": f"a{at}", "room": each, "warm": "1", "color": "red"} for at, each in enumerate(["", *labels])]
    traits = {**WARM, "room": label_trait("room", split=None)}
    seen = Seen(world(rows, traits, [single("q", COLD)]), Site())
    remedies = [each.remedy for each in lost.joined_labels.findings(seen)]
    assert remedies == ([f'say `split: "{separator}"` there'] if separator else [])


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        (["mustard", "mustard, celery", "none"], []),
        (
            ["mustard", "may contain mustard", "none"],
            ["'mustard' is excluded, and 'may contain mustard' in 'note' is not"],
        ),
        (["mustard", "free of mustard", "without mustard"], []),
        (["mustard", "mustard-free", "mustardy"], []),
    ],
)
def test_what_is_excluded_is_looked_for_in_longer_texts_but_not_where_it_is_denied(
    cells: list[str], left: list[str]
) -> None:
    rows = [{"id": name, "note": cell} for name, cell in zip("abc", cells, strict=True)]
    asked = single("mustard", option("no", exclude={"note": {"values": ["mustard"]}}), option("yes"))
    seen = Seen(world(rows, {"note": label_trait("note")}, [asked]), Site())
    assert [each.text for each in lost.left_in.findings(seen)] == left


@pytest.mark.parametrize(
    ("numbers", "odd"),
    [
        ("0 140 150 165 170 180", True),
        ("140 150 165 170 180", False),
        ("0 0 0 140 150", False),  # so many are meant
        ("0 1 2 3 4 2 3 1", False),  # a scale
        ("0 2 40 150 300 700", False),  # all the way down
        ("0 -5 100 110 120 130", False),
    ],
)
def test_a_few_zeros_far_from_all_other_numbers_may_be_unknown(numbers: str, odd: bool) -> None:
    rows = [{"id": f"a{at}", "heft": each, "warm": "1", "color": "red"} for at, each in enumerate(numbers.split())]
    heft = {"label": "Heft", "from": {"column": "heft"}}
    seen = Seen(world(rows, {**WARM, "heft": heft}, [single("q", COLD)]), Site())
    assert [each.text for each in lost.zeros.findings(seen)] == (
        ["1 of 6 numbers in 'heft' are 0, and the next is 140"] if odd else []
    )


def test_a_wish_is_far_from_all_when_every_known_level_counts_against_it() -> None:
    rows = [{"id": "a", "warm": "0.7"}, {"id": "b", "warm": "1"}, {"id": "c", "warm": ""}]
    asked = single("heat", option("no", prefer={"warm": "0"}), option("less", prefer={"warm": {"max": "0.25"}}), HOT)
    seen = Seen(world(rows, {"warm": level_trait("warm")}, [asked]), Site())
    (far,) = lost.nobody_near.findings(seen)
    assert far.text == "no product is near level '0' of trait 'warm': they are at 0.7 to 1"


def test_a_number_in_another_unit_than_the_catalogs_is_told() -> None:
    asked: dict[str, Any] = {"id": "most", "ask": "?", "type": "number", "unit": "USD", "min": "20", "max": "100"}
    priced = world(ROWS, WARM, [{**asked, "require": {"price": {"max": "answer"}}}])
    dollars = replace(priced, catalog=replace(priced.catalog, currency="EUR"))
    said = [each.text for each in wishes.number_range.findings(Seen(dollars, Site()))]
    assert said == ["the number is in 'USD', and the catalog's prices are in 'EUR'"]
    wish = {**asked, "unit": "kg", "prefer": {"warm": "answer"}}
    assert found(wishes.number_range, wish) == [
        "no number from '20' to '100' is one of the catalog's: it has 0 to 1 in 'warm'"
    ]


def test_two_demands_that_no_product_meets_together_are_named_with_both_answers() -> None:
    hood = single("hood", option("must", require={"hood": "yes"}), option("any"))
    wash = single("wash", option("easy", require={"wash": "yes"}), option("hand"))
    assert found(outcomes.impossible, hood, wash) == [
        "no product meets 'hood=must' and 'wash=easy' together, on 11 % of paths"
    ]
    rules = {**single("rules", hood["options"][0], wash["options"][0]), "type": "multiple"}
    assert found(outcomes.impossible, rules) == ["no product meets 'rules=must,easy' together, on 25 % of paths"]


@pytest.mark.parametrize(
    ("low", "high", "side", "said"),
    [
        (10, 100, "max", ""),
        (1, 10, "max", "no answer from '1' to '10' leaves anything: the catalog has 20 to 90 in 'price'"),
        (20, 50, "max", "67% of the products are above '50' in 'price', and no answer reaches them"),
        (70, 200, "min", "67% of the products are below '70' in 'price', and no answer reaches them"),
        (10, 400, "max", "most numbers from '10' to '400' are beyond the catalog: the catalog has 20 to 90 in 'price'"),
    ],
)
def test_a_budget_is_held_against_the_prices_of_the_catalog(low: int, high: int, side: str, said: str) -> None:
    budget = {"id": "budget", "ask": "?", "type": "number", "min": str(low), "max": str(high)}
    assert found(wishes.number_range, {**budget, "require": {"price": {side: "answer"}}}) == ([said] if said else [])


def test_a_question_behind_several_answers_of_one_question_is_reachable_where_that_many_may_be_chosen() -> None:
    pick = {**single("pick", COLD, HOT, option("c")), "type": "multiple"}
    one = single("one", COLD, HOT, **{"if": {"pick": "cold"}})
    both = single("both", COLD, HOT, **{"if": {"pick": "hot", "one": "hot"}})
    assert found(wishes.unreachable_question, pick, one, both) == []
    assert len(found(wishes.unreachable_question, {**pick, "max": "1"}, one, both)) == 1


def test_a_trait_that_shoppers_can_refine_by_is_of_use_without_an_answer_that_wants_it() -> None:
    ask = single("q", COLD, HOT)
    plain, spoken = level_trait("price"), level_trait("price", more=["dearer"])
    assert found(
        wishes.unused_trait, ask, traits={"color": label_trait("color", **{"as": {"red": ["red"]}}), "p": plain}
    )
    assert not found(
        wishes.unused_trait, ask, traits={"color": label_trait("color", **{"as": {"red": ["red"]}}), "p": spoken}
    )


def test_a_quiz_that_speaks_all_languages_of_its_site_lacks_none() -> None:
    edition = world(ROWS, WARM, [single("q", COLD, HOT)])
    for languages, lacking in ((("en", "en-GB"), 0), (("en", "de", "fr"), 2)):
        assert len(list(wording.missing_language.findings(Seen(edition, Site(languages=languages))))) == lacking


def test_a_question_asked_after_the_suggestions_need_change_nothing_and_say_no_why() -> None:
    heard = single("heard", option("friend"), option("street"), ask_after="yes")
    edition = world(ROWS, WARM, [{**single("q", COLD, HOT), "why": "Why not."}, heard])
    seen = Seen(edition, Site())
    assert [each.rule for rule in RULES for each in rule.findings(seen)] == ["unused-trait"]


# Special categories ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "ask"),
    [
        ("health", "How does your skin feel?"),
        ("health", "Do you have any allergies?"),
        ("health", "Which diet do you follow?"),
        ("health", "Wie ist deine Haut?"),
        ("health", "Bist du gerade schwanger?"),
        ("health", "Hast du eine Lebensmittelallergie?"),
        ("religion", "What is your religion?"),
        ("religion", "Soll es koscher sein?"),
        ("origin", "Where does your family come from?"),
        ("origin", "Welche Hautfarbe hast du?"),
        ("sexuality", "What is your sexual orientation?"),
        ("politics", "Which party would you vote for?"),
        ("politics", "Wie politisch darf das T-Shirt sein?"),
    ],
)
def test_a_question_on_a_special_category_is_refused_until_it_says_so(category: str, ask: str) -> None:
    asked = {**single("q", COLD, HOT), "ask": ask}
    said = found(sensitive.special_category, asked)
    assert [each.partition(":")[0] for each in said] == [f"question 'q' seems to ask about {category}"]
    assert found(sensitive.special_category, {**asked, "sensitive": category}) == []


@pytest.mark.parametrize(
    "ask",
    [
        "Single-origin or a blend?",
        "A party dress, or one for the office?",
        "A vest of sheepskin?",
        "Running your first race?",
        "Wie wichtig ist dir das Gewicht?",
        "Mit Kapuze zum Abnehmen?",
        "Was würdest du schmerzlich vermissen?",
        "Haute couture or a hoodie?",
        "Which notes: medicinal, honey, smoke?",
        "Which flavor gets your vote?",
    ],
)
def test_a_question_about_something_else_is_none(ask: str) -> None:
    assert found(sensitive.special_category, {**single("q", COLD, HOT), "ask": ask}) == []


def test_options_are_searched_too() -> None:
    assert found(sensitive.special_category, single("q", {**COLD, "text": "For my acne"}, HOT))


def test_of_a_wish_that_may_tell_of_the_shopper_an_editor_is_warned() -> None:
    trait = {"care": {**level_trait("warm"), "label": "Skin type"}}
    dry = single("q", option("dry", prefer={"care": "1"}))
    assert found(sensitive.special_wish, dry, traits=trait) == ["an answer to 'q' may tell of health: 'Skin'"]
    nuts = single("q", option("nuts", exclude={"allergens": "nuts"}))
    vegan = single("q", {**COLD, "text": "Vegan and gluten-free"}, HOT)
    for each, word in ((nuts, "allergens"), (vegan, "Vegan")):
        assert found(sensitive.special_wish, each) == [f"an answer to 'q' may tell of health: '{word}'"]
        assert found(sensitive.special_category, each) == []
        assert found(sensitive.special_wish, {**each, "sensitive": "health"}) == []
    acne = single("q", {**COLD, "text": "For my acne"}, option("nuts", exclude={"allergens": "nuts"}))
    assert found(sensitive.special_wish, acne) == [], "it is refused already"


# Saying "I know" ------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A content folder with a quiz that asks about skin, and does not say why."""
    (tmp_path / "items.csv").write_text("title,price,warm\nOne,10,0\nTwo,20,0.5\nThree,30,1\n", "utf-8")
    (tmp_path / "q.yaml").write_text(QUIZ, "utf-8")
    return tmp_path


QUIZ = """\
title: A quiz
catalog: items.csv
traits:
  warm: {label: Warmth, from: {column: warm}}
questions:
  - id: phone
    ask: A skin for your phone?
    options:
      - {id: yes, text: "Yes", prefer: {warm: 1}}
      - {id: no, text: "No", prefer: {warm: 0}}
"""


def rules(shop: Path, *replacements: tuple[str, str]) -> list[tuple[int, str]]:
    """Line and rule of what is found in a changed quiz."""
    text = QUIZ
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    (shop / "q.yaml").write_text(text, "utf-8")
    return [(each.line, each.rule) for each in problems(shop)]


SKIN = ("phone?\n", "phone?  # quizbot: allow special-category (a case)\n")


def test_a_special_category_is_refused_when_served_too_and_allowed_by_a_comment(shop: Path) -> None:
    with pytest.raises(Refused, match="seems to ask about health: 'skin'"):
        load(shop)
    rules(shop, SKIN)
    assert load(shop).problems == ()


def test_a_comment_silences_a_warning_from_its_line_or_from_the_line_above(shop: Path) -> None:
    assert rules(shop, SKIN) == [(6, "no-why")]
    assert rules(shop, SKIN, ("id: phone", "id: phone  # quizbot: allow no-why")) == []
    above = "  # quizbot: allow no-why, idle-option: the pictures say it\n  # and more\n  - id: phone"
    assert rules(shop, SKIN, ("  - id: phone", above)) == [(6, "unused-allow")]


def test_a_comment_that_allows_nothing_or_names_no_rule_is_told(shop: Path) -> None:
    because = ("A skin for your phone?", "Warm?\n    why: To know.")
    assert rules(shop, because, ("title: A quiz", "title: A quiz  # quizbot: allow no-why")) == [(1, "unused-allow")]
    rules(shop, because, ("title: A quiz", "title: A quiz  # quizbot: allow no-wy"))
    (problem,) = problems(shop)
    assert (problem.text, problem.column) == ("there is no rule 'no-wy' to allow", 16)
    assert "did you mean 'no-why'?" in problem.remedy


def test_an_error_cannot_be_allowed(shop: Path) -> None:
    wrong = ("prefer: {warm: 1}}", "prefer: {worm: 1}}  # quizbot: allow unknown-trait")
    assert rules(shop, wrong) == [(9, "unknown-trait")]


# Documentation and the hook -------------------------------------------------------------------------

PLACES = {"Problem": 3, "Finding": 1, "problem": 1, "wrong": 0, "_report": 1, "refusal": 1, "row": 1, "rows": 1}
MADE = {"image", "url", *(f"unknown-{each}" for each in ("trait", "question", "option", "persona", "slot"))}


def named_rules() -> set[str]:
    """Every id that stands where a problem is made, and those in tables of them."""
    names: set[str] = set(MADE)
    for path in [*(ROOT / "quizbot/content").rglob("*.py"), *(ROOT / "quizbot/library").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                at = PLACES.get(called, len(node.args))
                argument = node.args[at] if at < len(node.args) else None
                values = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                names |= {
                    each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    tables = vars(shape)["_SAYINGS"].values(), (each[1:] for each in vars(yamlerrors)["_SAYINGS"])
    sayings = {rule for table in tables for rule, *_ in table}
    return names | sayings | set(re.findall(r'return "([a-z-]+)", predicate', Path(shape.__file__).read_text("utf-8")))


def test_every_rule_that_a_problem_can_carry_is_documented() -> None:
    own = {each.id for each in RULES} | {each.id for each in SITE_RULES}
    assert not own & set(KNOWN)
    assert named_rules() - {""} - set(KNOWN) == set()


def test_a_documented_rule_says_what_why_and_what_to_do() -> None:
    documented = [(each.what, each.more) for each in RULES]
    documented += [(each.what, each.more) for each in SITE_RULES]
    for what, more in documented:
        assert what.endswith(".")
        assert re.match(r"Why: .+\nRemedy: ", more, re.DOTALL)


def test_the_document_of_all_rules_is_the_current_one() -> None:
    made = CliRunner().invoke(main, ["check", "--rules"]).stdout
    assert (ROOT / "docs/checks.md").read_text("utf-8") == made, "run `make checks`"


def test_the_hook_checks_the_quizzes_of_a_repository(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    command, *rest = shlex.split(hook["entry"])
    rest += hook["args"]
    assert command in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    shop = shutil.copytree(FILES / "shop", tmp_path / "quizzes")
    assert all(re.search(hook["files"], f"quizzes/{each.name}") for each in shop.iterdir())

    def run() -> int:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-m", command, *rest], cwd=tmp_path, env=environment, check=False
        ).returncode

    assert run() == 0
    (shop / "tea.yaml").write_text((shop / "tea.yaml").read_text("utf-8").replace("ask:", "asked:", 1), "utf-8")
    assert run() == 1
