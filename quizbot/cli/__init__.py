"""The terminal's door: each command turns options into values, calls the program and prints.

`quizbot --help` answers at once because everything heavy is imported inside the commands.
"""

import os
from pathlib import Path
from typing import Any

import click

from quizbot import __version__

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
ANY = click.Path(path_type=Path)


class _Commands(click.Group):
    """What a person did wrong is told in sentences, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:
            from quizbot.cli.mistakes import told

            if sentence := told(error):
                raise sentence from error
            raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="quizbot")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Quizzes that recommend a shop's products and say why."""
    if ctx.invoked_subcommand != "learn":
        # Matrices are small everywhere else: threads that share one wait for each other longer than they work.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@main.command()
@click.option("--quizzes", type=FOLDER, metavar="DIR", help="Content folder (default: QUIZBOT_QUIZZES or the example).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that answer.")
@click.option("--reload", is_flag=True, help="Look for changed files ten times a second, for writing.")
def serve(quizzes: Path | None, host: str, port: int, workers: int, reload: bool) -> None:
    """Serve the quizzes over HTTP."""
    from quizbot.cli.stopping import Stopping

    stopping = Stopping()
    from quizbot.cli.serving import Listening
    from quizbot.cli.serving import serve as run
    from quizbot.settings import read_settings

    settings = read_settings()
    run(settings, quizzes or settings.quizzes, Listening(host, port, workers), stopping, reload=reload)


@main.command()
@click.argument("paths", nargs=-1, type=ANY, metavar="[PATH]...")
@click.option("--catalog", type=FILE, metavar="FEED", help="Check against this catalog instead of the quiz's own.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--rules", is_flag=True, help="Print what every rule means, and check nothing.")
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], catalog: Path | None, form: str, rules: bool) -> None:
    """Check quizzes against their catalogs.

    A PATH is a quiz file or a content folder (default: QUIZBOT_QUIZZES or the example).
    Exits with 1 when something is wrong, with 0 when there are only warnings.
    """
    from quizbot.cli.checking import check as run
    from quizbot.editorial.checks.document import as_markdown
    from quizbot.settings import read_settings

    if rules:
        click.echo(as_markdown(), nl=False)
        return
    ctx.exit(run(paths or (read_settings().quizzes,), catalog, form))


@main.command()
@click.argument("quiz")
@click.option("-a", "--answer", "answers", multiple=True, metavar="QUESTION=ANSWER", help="Repeat for each answer.")
@click.option("--say", metavar="TEXT", help="Something in your own words, such as 'under 150, no wool'.")
@click.option("--history", metavar="ID,ID", help="Products that the shopper likes, for this once.")
@click.option("--limit", type=click.IntRange(1, 50), help="How many products (default: as the quiz says).")
@click.option("--catalog", type=FILE, metavar="FEED", help="Recommend from this catalog instead of the quiz's own.")
@click.option("--language", help="Language to speak (default: the quiz's own).")
@click.option("--json", "as_json", is_flag=True, help="Print what the API would answer.")
def recommend(
    quiz: str,
    answers: tuple[str, ...],
    say: str | None,
    history: str | None,
    limit: int | None,
    catalog: Path | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Suggest products for a set of answers, with reasons.

    QUIZ is the id of a quiz in the content folder, or a path to a quiz file. An ANSWER is an option id, ids joined
    by commas, a step, or a number.
    """
    from quizbot.cli.recommending import answered, liked, make_turn
    from quizbot.cli.recommending import recommend as run
    from quizbot.cli.shops import open_taught, require_language

    shop, edition = open_taught(quiz, catalog)
    require_language(edition, language)
    more = {"say": say, "history": liked(history), "limit": limit, "language": language}
    turn = make_turn(edition, answered(edition, answers), **more, finish=True)
    run(shop, edition, turn, as_json=as_json)


@main.command()
@click.option("--quiz", help="The quiz to learn for (default: all).")
@click.option("--events", type=FILE, help="JSON Lines of events and lists, instead of the database.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would come of it, and publish nothing.")
@click.option("--rollback", is_flag=True, help="Go back to the model before.")
def learn(quiz: str | None, events: Path | None, dry: bool, rollback: bool) -> None:
    """Learn from those who agreed to it: what goes together, what counts, and how products please.

    Only what is better on what was hidden from it is published.
    """
    from quizbot.cli.learning import learn as run

    run(quiz, events, dry=dry, rollback=rollback)


@main.command()
@click.argument("quiz")
@click.option("--catalog", type=FILE, metavar="FEED", help="Recommend from this catalog instead of the quiz's own.")
@click.option("--language", help="Language to speak (default: the quiz's own).")
def ask(quiz: str, catalog: Path | None, language: str | None) -> None:
    """Take a quiz in the terminal.

    QUIZ is the id of a quiz in the content folder, or a path to a quiz file.
    """
    from quizbot.cli.conversation import converse
    from quizbot.cli.shops import open_taught, require_language

    shop, edition = open_taught(quiz, catalog)
    require_language(edition, language)
    converse(shop, edition, language)


@main.command()
@click.argument("quiz")
@click.option("--catalog", type=FILE, metavar="FEED", help="Play with this catalog instead of the quiz's own.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure.")
@click.option("--picture", type=FILE, metavar="FILE", help="Draw it, too, as .svg or .html.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Draws another sample of paths.")
def simulate(quiz: str, catalog: Path | None, as_json: bool, picture: Path | None, seed: int) -> None:
    """Play a quiz by all answers, or by a sample of them.

    Tells which products come first, what each question does, which answers change nothing, and what is never shown.
    QUIZ is the id of a quiz in the content folder, or a path to a quiz file.
    """
    from quizbot.cli.shops import open_quiz
    from quizbot.cli.simulating import check_picture, run

    check_picture(picture)
    run(open_quiz(quiz, catalog)[1], seed, picture, as_json=as_json)


@main.command()
@click.argument("quiz")
@click.option("--catalog", type=FILE, metavar="FEED", help="Measure on this catalog instead of the quiz's own.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure.")
def traits(quiz: str, catalog: Path | None, as_json: bool) -> None:
    """Show what the levels of each trait mean in the catalog, with a product at each.

    QUIZ is the id of a quiz in the content folder, or a path to a quiz file.
    """
    from quizbot.cli.measuring import show_traits
    from quizbot.cli.shops import open_quiz

    show_traits(open_quiz(quiz, catalog)[1], as_json=as_json)


@main.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--catalog", type=FILE, metavar="FEED", help="NEW on this catalog; without NEW, OLD on it.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Draws another sample of shoppers.")
def diff(old: str, new: str | None, catalog: Path | None, as_json: bool, seed: int) -> None:
    """Show what changes for shoppers between two versions of a quiz, or of its catalog.

    OLD and NEW are ids of quizzes in the content folder, or paths to quiz files. The golden shoppers and a sample of
    all others take both.
    """
    from quizbot.cli.comparing import run

    run(old, new, catalog, seed, as_json=as_json)


@main.command(name="import")
@click.argument("feed", type=FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "shopify", "google", "woocommerce", "schemaorg", "jsonl"]),
    help="When the format cannot be recognized by content.",
)
@click.option("--out", type=FILE, metavar="FILE", help="Write the catalog as JSON Lines.")
def import_feed(feed: Path, form: str | None, out: Path | None) -> None:
    """Read a product feed and say what is in it."""
    from quizbot.cli.importing import import_feed as run

    run(feed, form, out)


@main.command()
@click.argument("name", metavar="ID")
@click.option("--catalog", type=FILE, metavar="FEED", help="The feed of the products; asked for when it is not named.")
@click.option("--title", help="What the quiz is called; asked for when it is not named.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
def new(name: str, catalog: Path | None, title: str | None, yes: bool) -> None:
    """Write a commented starting quiz for a catalog, as ID.yaml in the working folder.

    Its traits and questions are proposed from the catalog's columns. Nothing is ever overwritten. Where no feed is
    named, the coats of the example shop are put beside it as catalogs/ID.csv.
    """
    from quizbot.cli.starting import start

    start(name, catalog, title, ask=not yes)


@main.command()
@click.option("--overlay", is_flag=True, help="The schema of a translation instead.")
@click.option("--reference", is_flag=True, help="Print every word of the format as one page instead.")
def schema(overlay: bool, reference: bool) -> None:
    """Print the JSON Schema of a quiz file."""
    import json

    from quizbot.content import overlay as translation
    from quizbot.content import quiz
    from quizbot.content.reference import as_markdown

    if reference:
        click.echo(as_markdown(), nl=False)
        return
    click.echo(json.dumps((translation if overlay else quiz).schema(), ensure_ascii=False, indent=2))


@main.group()
def data() -> None:
    """Export, erase, sweep, send, back up, restore and migrate what is kept of those who opted in."""


@data.command()
@click.argument("person")
def export(person: str) -> None:
    """Print everything that is held about a PERSON: the subject on a receipt, or the key itself."""
    from quizbot.cli import records
    from quizbot.settings import read_settings

    with records.opened(read_settings()) as store:
        records.export(store, person)


@data.command()
@click.argument("person")
def erase(person: str) -> None:
    """Delete everything about a PERSON: the subject on a receipt, or the key itself."""
    from quizbot.cli import records
    from quizbot.settings import read_settings

    with records.opened(read_settings()) as store:
        records.erase(store, person)


@data.command()
def sweep() -> None:
    """Delete what has been kept as long as was agreed; `quizbot serve` does so daily."""
    from quizbot.cli import records
    from quizbot.settings import read_settings

    with records.opened(read_settings()) as store:
        records.sweep(store)


@data.command()
@click.option("--follow", is_flag=True, help="Go on until standard input ends.")
def send(follow: bool) -> None:
    """Send the mail that waits; `quizbot serve` does so by itself."""
    from quizbot.cli.posting import send as run
    from quizbot.settings import read_settings

    run(read_settings(), follow=follow)


@data.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write everything to a new FILE, and prove it by restoring it."""
    from quizbot.cli import records
    from quizbot.settings import read_settings

    with records.opened(read_settings()) as store:
        records.backup(store, file)


@data.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Replace everything by a backup FILE; who was erased since stays erased."""
    from quizbot.cli import records
    from quizbot.settings import read_settings

    with records.opened(read_settings()) as store:
        records.restore(store, file)


@data.command()
def migrate() -> None:
    """Bring the database up to date after a backup; `quizbot serve` does so when it starts."""
    from quizbot.cli import records
    from quizbot.settings import read_settings

    with records.opened(read_settings()) as store:
        records.migrate(store)
