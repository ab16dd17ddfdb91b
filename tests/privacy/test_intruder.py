"""A motivated intruder (P11, P15, P16): has every published file and the organisation chart, and lacks the vault.

The chart is the staff snapshot itself, with names: who is in which team and service.
"""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.metric_records import load_records
from tests.privacy.conftest import SamplesHome
from tests.privacy.leaks import cells, identifiers, in_bytes, needles

pytestmark = pytest.mark.whole_runs

TOO_FEW = range(1, 5)


@pytest.fixture(scope="module")
def published(samples_home: SamplesHome) -> list[Path]:
    files = [path for path in (samples_home.home.root / "published").rglob("*") if path.is_file()]
    return [path for path in files if path.name != "plotly.min.js"]


@pytest.fixture(scope="module")
def chart(samples_home: SamplesHome) -> dict[str, set[str]]:
    """Whom the intruder knows to be in each unit, by the newest staff snapshot."""
    newest = max((samples_home.exports / "workforce").iterdir())
    heading, *rows = cells(newest)
    names = [name.lower() for name in heading]
    units: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        staff_id = row[next(i for i, name in enumerate(names) if "staff" in name or "employee" in name)]
        for unit in ("team", "service"):
            units[row[next(i for i, name in enumerate(names) if unit in name)]].add(staff_id)
    return units


def figures_of_all_trees(published: list[Path]) -> list[dict[str, Any]]:
    """Values and details of leadership, practice and staff, as the intruder has them."""
    paths = [path for path in published if path.name == "figures.json"]
    assert {tree for path in paths for tree in ("leadership", "practice", "staff") if tree in path.parts} == {
        "leadership", "practice", "staff"
    }  # fmt: skip
    figures = [json.loads(path.read_text("utf-8")) for path in paths]
    return [each for of_tree in figures for each in of_tree["values"] + of_tree["details"]]


def test_no_published_file_holds_anything_of_one_person(published: list[Path], samples_home: SamplesHome) -> None:
    forms = needles(identifiers(samples_home.exports))
    assert len(published) > 20
    for path in published:
        content = path.read_bytes()
        assert in_bytes(content, forms) == set(), path.name
        assert re.findall(rb"\bp[0-9a-f]{20}\b", content) == [], path.name
        told = content.replace(b'"given_by":"person_id"', b"")  # what a record counts by is no column of the file
        assert not re.search(rb"\bperson_id\b", told), path.name  # a rule's name may hold it


def test_no_figure_is_about_few_enough_people_to_know_one(published: list[Path], chart: dict[str, set[str]]) -> None:
    """Whoever knows all in a unit but one could else tell that one from the figure. About nobody, nothing is told."""
    figures = figures_of_all_trees(published)
    about_staff = {
        name for name, record in load_records(METRICS_DIR).items() if record.sources != ["published_statistics"]
    }
    shares = {name for name, record in load_records(METRICS_DIR).items() if record.kind == "proportion"}
    shown = [each for each in figures if each["people"] and each["metric_id"] in about_staff]
    assert len(shown) > 30
    for each in shown:
        assert each["people"] not in TOO_FEW, each
        of_people = each["metric_id"] in shares and each["denominator"] == each["people"]  # not hours or events of many
        assert not of_people or each["numerator"] not in TOO_FEW, each
        if each["unit_level"] in ("team", "service") and each["metric_id"] in shares:
            assert len(chart[each["unit_id"]]) >= 5, each


def test_no_page_tells_a_month_of_a_team(published: list[Path]) -> None:
    months = [each for each in figures_of_all_trees(published) if each["period_type"] == "month"]
    assert months
    assert {each["unit_level"] for each in months} <= {"organisation", "service"}
