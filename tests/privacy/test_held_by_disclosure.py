"""A month whose hidden numbers could be worked out is not published, whoever signs."""

import csv
import io
import json
import shutil
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from dagster_project import publishing, steps
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.problems import MonthHeld
from dagster_project.steps import Run
from tests.privacy.conftest import SamplesHome

pytestmark = pytest.mark.whole_runs

MONTH = date(2026, 10, 1)
WORKED_OUT = "A small number that is hidden could be worked out from those shown."


@pytest.fixture
def home(samples_home: SamplesHome, tmp_path: Path) -> Home:
    shutil.copytree(samples_home.home.root.parent, tmp_path / "copy", symlinks=True)
    return Home(tmp_path / "copy" / samples_home.home.root.name)


def analyse(home: Home) -> list[steps.Verdict]:
    run = Run(home, load_contracts(), MONTH, date(2026, 11, 22), "again")
    found = steps.analyse(run)
    steps.copy_for_readers(run)
    return found


def all_services_but_one(samples_home: SamplesHome) -> list[dict[str, object]]:
    """True values of the whole and its services, all but one of them, where services are hidden."""
    masked = {
        (row["metric_id"], row["unit_id"]) for row in json.loads(samples_home.said["metrics"])
        if row["suppressed"] and row["unit_level"] == "service" and row["breakdown"] == "all"
        and row["period_start"] == "2026-10-01"
    }  # fmt: skip
    groups = defaultdict(list)
    for row in csv.DictReader(io.StringIO(samples_home.said["metrics --unmasked"])):
        if row["unit_level"] != "team" and row["breakdown"] == "all" and row["period_start"] == "2026-10-01":
            groups[row["metric_id"]].append(row)
    metric_id, unit_id = min(masked)
    shown = [row for row in groups[metric_id] if row["unit_id"] != unit_id]
    numbers = {"numerator": float, "denominator": float, "people": int, "value": float}
    return [row | {name: kind(row[name]) for name, kind in numbers.items() if row[name]} for row in shown]


def test_editions_own_figures_give_nothing_away(home: Home) -> None:
    assert [verdict.is_passed for verdict in analyse(home)] == [True]


def test_month_is_held_where_an_earlier_edition_shows_all_but_one(home: Home, samples_home: SamplesHome) -> None:
    path = home.published / "2026-10" / "01" / "figures.json"
    figures = json.loads(path.read_text("utf-8"))
    figures["values"] = all_services_but_one(samples_home)
    path.write_text(json.dumps(figures), "utf-8")
    [verdict] = analyse(home)
    assert (verdict.is_passed, verdict.message) == (False, WORKED_OUT)
    with pytest.raises(MonthHeld, match="could be worked out"):
        publishing.publish(home, MONTH, "Director", MONTH)
