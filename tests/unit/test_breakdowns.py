"""What breakdowns add up to is said of breakdowns that records have, and a slip is told with its line."""

from pathlib import Path

import pytest

from dagster_project.breakdowns import FILE, Breakdowns, breakdowns
from dagster_project.dbt_call import METRICS_DIR
from dagster_project.metric_records import load_records
from dagster_project.problems import SettingsProblem
from dagster_project.typed_yaml import load_typed_yaml


def test_each_name_is_a_breakdown_or_a_metric_of_the_records() -> None:
    records = load_records(METRICS_DIR)
    known = {breakdown for record in records.values() for breakdown in record.breakdowns}
    rules = breakdowns()
    compared = {each.breakdown for each in rules.comparisons.values()}
    assert {*rules.stands_apart, *rules.may_add_up, *compared} - known == set()
    assert rules.agreement in records


def test_group_without_values_or_with_a_wrong_name_is_refused_with_its_line(tmp_path: Path) -> None:
    path, text = tmp_path / "breakdowns.yml", FILE.read_text("utf-8")
    for slip in (
        text.replace("users: [regular]", "users: []", 1),
        text.replace("others: [some, none]", "other: [some]", 1),
    ):
        path.write_text(slip, "utf-8")
        with pytest.raises(SettingsProblem, match=r"breakdowns\.yml.*\d+"):
            load_typed_yaml(path, Breakdowns)
