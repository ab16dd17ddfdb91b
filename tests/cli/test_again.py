"""Going over the same month again: nothing new, a file taken back, the whole warehouse made anew.

One home, three runs, each after the one before; the last on the command line. The test of a claim asks only for what
it needs of them.
"""

import contextlib
import hashlib
import io
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Any

import pytest

from dagster_project import publishing, replay, summary, warehouse
from dagster_project.home import Home
from tests.conftest import Cli
from tests.council import council
from tests.dbt_home import run_month

FILE = "resource_usage/2026-10.csv"
KEY = ("metric_id", "period_type", "period_start", "unit_level", "unit_id", "breakdown", "breakdown_value")
Values = dict[tuple[str, ...], dict[str, Any]]

pytestmark = pytest.mark.whole_runs


@dataclass
class Story:
    """After each run, by its name: metric values, what its summary says, whether its edition is new, all editions."""

    withdrawn: str = ""
    rebuild: subprocess.CompletedProcess[str] | None = None
    made_again: subprocess.CompletedProcess[str] | None = None
    changes: str = ""
    values: dict[str, Values] = field(default_factory=dict)
    summary: dict[str, str] = field(default_factory=dict)
    new_edition: dict[str, bool] = field(default_factory=dict)
    editions: dict[str, list[str]] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)


def metric_values(home: Home) -> Values:
    rows = summary.metric_rows(home, None, None, False)
    return {tuple(str(row[name]) for name in KEY): row for row in rows}


def files_read(home: Home, run_id: str) -> int:
    with warehouse.read_only(home.read_copy) as connection:
        (found,) = connection.execute("select count(*) from ledger.deliveries where batch_id = ?", [run_id]).fetchall()
    return int(found[0])


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, council_home: Home, cli: Cli) -> Story:
    folder = tmp_path_factory.mktemp("again") / "council"
    shutil.copytree(council_home.root.parent, folder, symlinks=True)
    home = Home(folder / council_home.root.name)
    told = Story()
    told.values["before"] = metric_values(home)

    def publish(name: str) -> None:
        _, told.new_edition[name] = publishing.publish(home, council.MONTH, "Director", council.AS_AT)
        told.values[name] = metric_values(home)
        told.editions[name] = sorted(path.parent.name for path in (home.published / "2026-10").glob("*/manifest.json"))
        with contextlib.redirect_stdout(io.StringIO()) as said:
            summary.print_summary(home, council.MONTH)
        told.summary[name] = said.getvalue()

    told.read["again"] = files_read(home, run_month(home).run_id)
    publish("again")
    file_hash = hashlib.sha256((council.EXPORTS / FILE).read_bytes()).hexdigest()
    told.withdrawn = replay.withdraw_file(home, file_hash[:10], "sent by mistake")
    run_month(home)
    publish("without")
    told.changes = (home.published / "2026-10" / "02" / "changes.html").read_text("utf-8")
    told.made_again = cli("rebuild", "2026-10/01", "--home", home.root, check=False)
    council.write_export(council.EXPORTS / FILE, home.inbox, 100)
    home.warehouse.write_bytes(b"damaged")
    told.rebuild = cli("rebuild", "--home", home.root, "--month", "2026-10", "--as-at", "2026-11-22")
    publish("rebuilt")
    return told


def test_second_run_on_the_same_inputs_changes_no_value(story: Story) -> None:
    assert len(story.values["before"]) > 300
    assert story.values["again"] == story.values["before"]
    assert story.read["again"] == 0


def test_second_run_on_the_same_inputs_makes_no_new_edition(story: Story) -> None:
    assert not story.new_edition["again"]
    assert story.editions["again"] == ["01"]


def test_withdrawn_file_no_longer_counts(story: Story) -> None:
    assert story.withdrawn.startswith("Withdrawn from resource_usage")
    [late] = [each for each in council.load_scenarios() if each.name == "usage_late"]
    assert late.leave_out == (FILE,)
    found = story.values["without"]
    assert len(late.answers) >= 3
    for answer in late.answers:
        unit = (answer.unit_level, answer.unit_id, answer.breakdown, answer.breakdown_value)
        cell = found[answer.metric_id, answer.period_type, str(answer.month), *unit]
        assert cell["value_state"] == answer.value_state, answer
        assert cell["numerator"] == (None if answer.numerator is None else float(answer.numerator)), answer


def test_withdrawing_changes_only_the_months_the_file_reaches(story: Story) -> None:
    before, without = story.values["before"], story.values["without"]
    changed = [key for key in before if before[key] != without.get(key)]
    assert {key[0] for key in changed} >= {"using_evidence_this_month", "regularly_using_evidence"}
    assert {str(before[key]["period_end"]) for key in changed} == {"2026-10-31"}


def test_figures_that_changed_make_a_new_edition_beside_the_old(story: Story) -> None:
    assert story.new_edition["without"]
    assert story.editions["without"] == ["01", "02"]


def test_damaged_warehouse_rebuilt_gives_the_same_values(story: Story) -> None:
    assert story.values["rebuilt"] == story.values["before"]
    assert story.rebuild
    assert "read resource_usage: 1 files, 0 refused" in story.rebuild.stderr, "sent again"
    for feed, n_files in {"counter_usage": 7, "resource_usage": 16, "supervision": 3, "workforce": 18}.items():
        assert f"read {feed} again: {n_files} files" in story.rebuild.stderr
    assert story.summary["rebuilt"] == story.summary["again"]  # the same rows accepted, the same files missing


def test_new_edition_tells_every_value_it_restates_and_which_file_was_taken_back(story: Story) -> None:
    rows = story.changes[story.changes.index("<h2>Restated values</h2>") : story.changes.index("<h2>Changes of def")]
    assert "Using evidence this month" in rows
    assert "taken back" in rows
    assert "2026-10/01" in rows
    assert "no reason is recorded" not in rows


def test_old_edition_is_made_again_from_the_archive_though_its_file_was_taken_back(story: Story) -> None:
    assert story.made_again
    assert story.made_again.returncode == 0, story.made_again.stdout + story.made_again.stderr
    assert "2026-10/01: every value is as it was published" in story.made_again.stdout
