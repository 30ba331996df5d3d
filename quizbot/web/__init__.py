"""The only place with HTTP."""

import traceback
from collections.abc import Sequence
from types import TracebackType

from flask import Flask

from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import api, deeds, demo, errors, limits, me, metrics, mydata, origins, pages, rail, security
from quizbot.web.limits import Limiter
from quizbot.web.metrics import Totals

LARGEST_FORM = 64 * 1024


class QuizApp(Flask):
    """Flask, but what went wrong is logged without what the visitor said."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """Log the kind of a failure and its places in the code; its message may hold an answer."""
        kind, _, trace = exc_info
        name = kind.__name__ if kind else "failure"
        self.logger.error("%s\n%s", name, "".join(traceback.format_tb(trace)))


def create_app(
    shop: Shop,
    *,
    secret_key: str | None = None,
    trusted_hosts: Sequence[str] | None = None,
    totals: Totals | None = None,
    limiter: Limiter | None = None,
) -> Flask:
    """The web application of a shop.

    `trusted_hosts` are the host names it answers to (a leading dot takes subdomains along); None is any. `totals` is
    what other processes count in, too; `limiter` says how often who may ask.
    """
    app = QuizApp("quizbot", static_folder=str(bundled("static")), template_folder=str(bundled("templates")))
    app.config.update(
        SECRET_KEY=secret_key,
        TRUSTED_HOSTS=list(trusted_hosts) if trusted_hosts else None,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=500,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages.blueprint(shop))
    app.register_blueprint(mydata.blueprint(shop))
    app.register_blueprint(rail.blueprint(shop))
    app.register_blueprint(deeds.blueprint(shop))
    app.register_blueprint(demo.blueprint(shop))
    app.register_blueprint(api.blueprint(shop))
    app.register_blueprint(me.blueprint(shop))
    app.register_blueprint(metrics.blueprint(shop))
    metrics.counting(app, totals or Totals())
    limits.limited(app, limiter or Limiter())
    errors.register(app, shop)
    origins.share(app, shop)
    security.guard(app, shop)
    return app
