"""What the documents say of what is kept is what the tables are, and the sample proxy logs nobody."""

import re
from pathlib import Path

from quizbot.content.site import DAYS
from quizbot.store.inventory import inventory, renewed
from quizbot.store.tables import PERSONAL

ROOT = Path(__file__).parent.parent
PRIVACY = (ROOT / "docs/privacy.md").read_text("utf-8")


def test_the_inventory_is_the_one_of_the_tables() -> None:
    assert renewed(PRIVACY) == PRIVACY, "run `make privacy`"
    for table in PERSONAL:
        assert f"### `{table.name}`" in inventory()
        for column in table.columns:
            assert f"| `{column}` |" in inventory()


def test_the_days_are_the_defaults() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (\d+) \|$", PRIVACY, re.MULTILINE)
    assert {name: int(days) for name, days in rows} == DAYS


def test_the_sample_proxy_keeps_the_figures_from_visitors_and_is_believed_by_the_sample_service() -> None:
    proxy, service = ((ROOT / "deploy" / name).read_text("utf-8") for name in ("nginx.conf", "quizbot.service"))
    (closed,) = re.findall(r"location ~ (\S+) \{\s+allow 127\.0\.0\.1;\s+deny all;", proxy)
    assert all(re.search(closed, each) for each in ("/readyz", "/metrics"))
    assert not re.search(closed, "/quiz/metrics")
    assert "Environment=QUIZBOT_TRUSTED_PROXIES=127.0.0.1" in service


def test_the_sample_proxy_logs_no_address_query_or_browser() -> None:
    sample = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    (form,) = re.findall(r"^log_format (\w+) '([^']*)';$", sample, re.MULTILINE)
    assert set(re.findall(r"\$\w+", form[1])) == {
        *("$time_iso8601", "$request_method", "$uri", "$status", "$body_bytes_sent", "$request_time")
    }
    assert re.findall(r"^\s*access_log +\S+ +(\w+);", sample, re.MULTILINE) == [form[0]]
    assert re.findall(r"^\s*error_log +\S+ +(\w+);", sample, re.MULTILINE) == ["crit"]
