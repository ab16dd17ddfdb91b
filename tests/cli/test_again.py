"""Going over the same month again: nothing new, a file taken back, the whole warehouse made anew. Whole runs.

One home, three runs, each after the one before. The test of a claim asks only for what it needs of them.
"""

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Any

import pytest

from dagster_project.home import Home
from tests.conftest import Cli
from tests.council import council

WHEN = ("--month", "2026-10", "--as-at", "2026-11-22")
FILE = "resource_usage/2026-10.csv"
KEY = ("metric_id", "period_start", "unit_level", "unit_id", "breakdown", "breakdown_value", "period_type")
Values = dict[tuple[str, ...], dict[str, Any]]


@dataclass
class Story:
    """What each command said, and the metric values and editions after it, by its name."""

    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)
    editions: dict[str, list[str]] = field(default_factory=dict)


def metric_values(cli: Cli, home: Home) -> Values:
    rows = json.loads(cli("metrics", "--home", home.root, "--format", "json").stdout)
    return {tuple(row[name] for name in KEY): row for row in rows}


def editions(home: Home) -> list[str]:
    return sorted(path.parent.name for path in (home.published / "2026-10").glob("*/manifest.json"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, council_home: Home, cli: Cli) -> Story:
    folder = tmp_path_factory.mktemp("again") / "council"
    shutil.copytree(council_home.root.parent, folder, symlinks=True)
    home = Home(folder / council_home.root.name)
    told = Story()
    told.values["before"] = metric_values(cli, home)

    def tell(name: str, command: str, *arguments: str) -> None:
        told.said[name] = cli(command, "--home", home.root, *arguments)
        told.said[f"publish {name}"] = cli(
            "publish", "--home", home.root, "--month", "2026-10", "--signed-off-by", "Director of a fictional council"
        )
        told.values[name] = metric_values(cli, home)
        told.editions[name] = editions(home)

    tell("again", "run", *WHEN)
    file_hash = hashlib.sha256((council.EXPORTS / FILE).read_bytes()).hexdigest()
    told.said["withdraw"] = cli("withdraw", "--home", home.root, file_hash[:10], "--reason", "sent by mistake")
    tell("without", "run", *WHEN)
    council.write_export(council.EXPORTS / FILE, home.inbox, 100)
    tell("rebuilt", "rebuild", *WHEN)
    return told


def test_second_run_on_the_same_inputs_changes_no_value(story: Story) -> None:
    assert len(story.values["before"]) > 300
    assert story.values["again"] == story.values["before"]
    assert "0 files, 0 refused" in story.said["again"].stderr


def test_second_run_on_the_same_inputs_makes_no_new_edition(story: Story) -> None:
    assert "Nothing has changed; the edition stays" in story.said["publish again"].stdout
    assert story.editions["again"] == ["01"]


def test_withdrawn_file_no_longer_counts(story: Story) -> None:
    assert "Withdrawn from resource_usage" in story.said["withdraw"].stdout
    [late] = [each for each in council.load_scenarios() if each.name == "usage_late"]
    assert late.leave_out == (FILE,)
    found = story.values["without"]
    assert len(late.answers) >= 3
    for answer in late.answers:
        unit = (answer.unit_level, answer.unit_id, answer.breakdown, answer.breakdown_value)
        cell = found[answer.metric_id, str(answer.month), *unit]
        assert cell["value_state"] == answer.value_state, answer
        assert cell["numerator"] == (None if answer.numerator is None else float(answer.numerator)), answer


def test_withdrawing_changes_only_the_months_the_file_reaches(story: Story) -> None:
    before, without = story.values["before"], story.values["without"]
    changed = {(key[0], key[1]) for key in before if before[key] != without.get(key)}
    assert changed == {("using_evidence_this_month", "2026-10-01"), ("regularly_using_evidence", "2026-10-01")}


def test_figures_that_changed_make_a_new_edition_beside_the_old(story: Story) -> None:
    assert story.said["publish without"].stdout.startswith("Edition: ")
    assert story.editions["without"] == ["01", "02"]


def test_rebuilt_warehouse_gives_the_same_values(story: Story) -> None:
    assert story.values["rebuilt"] == story.values["before"]
    assert "read resource_usage: 1 files, 0 refused" in story.said["rebuilt"].stderr, "sent again"
    for feed, n_files in {"counter_usage": 6, "resource_usage": 16, "supervision": 3, "workforce": 18}.items():
        assert f"read {feed} again: {n_files} files" in story.said["rebuilt"].stderr
    assert story.said["rebuilt"].stdout == story.said["again"].stdout  # the same rows accepted, the same files missing
