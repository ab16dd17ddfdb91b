"""What leaves the house when a gate fails, in whole runs of the fictional council: nothing, or all but one delivery.

One home, two runs. The first has no workforce of the month reported: the month is held. Then the workforce comes, and
with it supervisions that fail their gate: the month goes on without them.
"""

import html
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dagster_project import publishing, summary
from dagster_project.home import Home, make_home
from tests.conftest import Cli, make_council
from tests.council import council
from tests.dbt_home import run_month

WHEN = ("--month", "2026-10", "--as-at", "2026-11-22")
SIGNED = ("--month", "2026-10", "--signed-off-by", "Director of a fictional council")
WORKFORCE, SUPERVISION = "workforce/2026-10.csv", "supervision/2026-10.csv"
Done = subprocess.CompletedProcess[str]

pytestmark = pytest.mark.whole_runs


@dataclass
class Held:
    """What the run of a held month left behind, and what `publish` said then."""

    home: Home
    run: Done
    publish: Done
    notice: str
    latest: str
    drafts: list[str]
    status: dict[str, Any]


@pytest.fixture(scope="module")
def held_month(tmp_path_factory: pytest.TempPathFactory, cli: Cli) -> Held:
    home = make_home(tmp_path_factory.mktemp("held") / "home", council.CONFIG)
    council.write_assessment(home.root)
    council.write_council_inbox(home.inbox, [WORKFORCE, SUPERVISION])
    run = cli("run", "--home", home.root, *WHEN, check=False)
    publish = cli("publish", "--home", home.root, *SIGNED, check=False)
    notice = home.published / "2026-10" / "held.html"
    return Held(
        home,
        run,
        publish,
        notice.read_text("utf-8") if notice.exists() else "",
        (home.published / "latest" / "index.html").read_text("utf-8"),
        sorted(path.name for path in home.drafts.iterdir()),
        json.loads(cli("status", "--home", home.root, "--format", "json").stdout),
    )


@pytest.fixture(scope="module")
def held_delivery(held_month: Held, cli: Cli) -> tuple[Home, Done, Done]:
    """The same home after the workforce came, with supervisions of oneself; the run and the publishing."""
    home = held_month.home
    council.write_export(council.EXPORTS / WORKFORCE, home.inbox, 100)
    path = council.write_export(council.EXPORTS / SUPERVISION, home.inbox, 101)
    heading, *rows = path.read_text("utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    spoilt = [",".join([number, person, person, *rest]) for number, person, _, *rest in cells]
    path.write_text("\n".join([heading, *spoilt]) + "\n", encoding="utf-8")
    os.utime(path, (council.FIRST_DELIVERY.timestamp() + 101,) * 2)
    run = cli("run", "--home", home.root, *WHEN, check=False)
    return home, run, cli("publish", "--home", home.root, *SIGNED, check=False)


def critical(status: dict[str, Any]) -> list[str]:
    return [rule["rule"] for rule in status["failed_rules"] if rule["severity"] == "critical"]


def values(cli: Cli, home: Home, metric: str) -> dict[str, dict[str, Any]]:
    """The organisation's values of a metric by month."""
    rows = json.loads(cli("metrics", "--home", home.root, "--metric", metric, "--format", "json").stdout)
    monthly = [row for row in rows if row["period_type"] == "month"]
    whole = [row for row in monthly if row["unit_level"] == "organisation" and row["breakdown"] == "all"]
    return {row["period_end"][:7]: row for row in whole}


def test_month_without_workforce_is_held_with_the_reason_in_words(held_month: Held) -> None:
    assert held_month.run.returncode == 3, held_month.run.stderr
    assert "The month is held:" in held_month.run.stderr
    assert "Workforce snapshot: nothing for October 2026" in held_month.run.stderr
    assert "A bug" not in held_month.run.stderr
    assert held_month.drafts == []
    assert "Draft:" not in held_month.run.stdout


def test_held_month_publishes_a_notice_that_says_why(held_month: Held) -> None:
    text = html.unescape(held_month.notice)
    assert "The figures for October 2026 are held" in text
    assert "nothing for October 2026, so no share of staff can be worked out. Send it." in text
    assert "22 November 2026" in text
    assert "../2026-10/held.html" in held_month.latest


def test_held_month_cannot_be_published(held_month: Held) -> None:
    assert held_month.publish.returncode in (2, 3)
    assert "There is no draft of 2026-10" in held_month.publish.stderr


def test_status_of_a_held_month_names_the_failed_rule(held_month: Held) -> None:
    assert critical(held_month.status) == ["workforce_covers_month"]
    assert (held_month.status["drafts"], held_month.status["editions"]) == ([], [])


def test_delivery_that_fails_its_gate_is_held_and_the_run_succeeds(
    held_delivery: tuple[Home, Done, Done], cli: Cli
) -> None:
    home, run, publish = held_delivery
    assert (run.returncode, publish.returncode) == (0, 0), run.stderr + publish.stderr
    status = json.loads(cli("status", "--home", home.root, "--format", "json").stdout)
    assert {feed["feed"]: feed["held"] for feed in status["feeds"] if feed["held"]} == {"supervision": 1}
    assert [feed["freshness"] for feed in status["feeds"] if feed["feed"] == "supervision"] == ["stale"]
    assert critical(status) == ["supervision_of_oneself"]


def test_summary_of_a_run_names_the_held_feed_and_why(held_delivery: tuple[Home, Done, Done]) -> None:
    _, run, _ = held_delivery
    summary = [line for line in run.stdout.splitlines() if line.startswith("supervision: stale;")]
    assert [line.endswith("1 files held") for line in summary] == [True]
    chased = [line for line in run.stdout.splitlines() if line.startswith("Not sent") and "supervision" in line]
    assert len(chased) == 1
    assert "(overdue, due 2026-11-10)" in chased[0]
    assert "The newest delivery was held: Supervisor and supervisee are the same person" in chased[0]


def test_metrics_of_a_held_feed_keep_their_last_good_data_and_say_so(
    held_delivery: tuple[Home, Done, Done], cli: Cli
) -> None:
    home = held_delivery[0]
    found = values(cli, home, "supervisions_evidence_discussed")
    assert found["2026-10"]["value_state"] == "feed_stale"
    assert found["2026-10"]["value"] is None
    assert found["2026-09"]["numerator"] is not None
    others = values(cli, home, "using_evidence_this_month")
    assert others["2026-10"]["denominator"] == 8


def test_held_months_notice_goes_when_the_month_is_published(held_delivery: tuple[Home, Done, Done]) -> None:
    home = held_delivery[0]
    assert not (home.published / "2026-10" / "held.html").exists()
    assert "../2026-10/01/index.html" in (home.published / "latest" / "index.html").read_text("utf-8")
    page = (home.published / "2026-10" / "01" / "quality.html").read_text("utf-8")
    assert ", 1 left out" in page


def test_without_an_assessment_use_stays_unopened_and_the_rest_is_published(
    tmp_path: Path, cli: Cli, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("INFO", logger="dagster_project")
    home = make_council(tmp_path / "home")
    (home.root / "assessment.yml").unlink()
    waiting = {path: path.read_bytes() for path in (home.inbox / "resource_usage").iterdir()}
    run_month(home)
    publishing.publish(home, council.MONTH, "Director", council.AS_AT)
    assert {path: path.read_bytes() for path in (home.inbox / "resource_usage").iterdir()} == waiting
    assert not (home.archive / "resource_usage").exists()
    assert "resource_usage is off: assessment.yml names no current assessment" in caplog.text
    summary.print_summary(home, council.MONTH)
    assert "resource_usage: off: no current assessment" in capsys.readouterr().out
    for metric in ("using_evidence_this_month", "regularly_using_evidence"):
        assert {row["value_state"] for row in values(cli, home, metric).values()} == {"not_collected"}
    supervision = values(cli, home, "supervisions_evidence_discussed")["2026-10"]
    assert (supervision["value_state"], supervision["numerator"], supervision["denominator"]) == ("observed", 4, 6)
    assert (home.published / "2026-10" / "01" / "index.html").exists()
