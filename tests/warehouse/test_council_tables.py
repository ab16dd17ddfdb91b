"""What stands beside the council's figures, worked by hand: gaps of its survey, conditions of its services."""

import pytest
import yaml

from dagster_project.dbt_call import DBT_DIR
from dagster_project.home import Home
from dagster_project.warehouse import read_only


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with read_only(home.read_copy) as connection:
        return connection.execute(query).fetchall()


def test_gap_of_the_spring_wave_is_one_manager_beside_seven_practitioners(council_home: Home) -> None:
    """R08 agrees; R01 R03 R05 agree, R02 R06 R07 R09 disagree, R04 leaves it out. Small numbers are not hidden here."""
    [found] = rows(
        council_home,
        "select item, respondents, state, n_group, n_group_positive, n_practitioners, n_practitioners_positive, gap, "
        "is_small_sample from metrics.fct_gaps",
    )
    assert found[:7] == ("policies_help", "managers", "compared", 1, 1, 7, 3)
    assert found[7] == pytest.approx(4 / 7)
    assert found[8] is True


def test_no_service_of_the_council_is_raised_and_each_says_why_not(council_home: Home) -> None:
    """Fostering has four practitioners at most, under the five of the measure; Safeguarding's use is not low.

    Nor is that of all together, of whom it is said instead of Fostering.
    """
    query = "select service_id, state, reasons from metrics.fct_conditions order by 1"
    assert rows(council_home, query) == [
        ("Fostering", "not_raised", "too_few"), ("Safeguarding", "not_raised", "use_not_low"),
        ("all", "not_raised", "use_not_low"),
    ]  # fmt: skip
    assert rows(council_home, "select service_id, quadrant from metrics.fct_quadrants order by 1") == [
        ("Fostering", "not_known"), ("Safeguarding", "not_known")
    ]  # fmt: skip


def test_every_column_that_is_described_is_in_its_table(council_home: Home) -> None:
    """A column was renamed, and its description went on describing nothing."""
    described = {
        (model["name"], column["name"])
        for path in DBT_DIR.glob("models/*/**/*.yml") if "generated" not in path.parts
        for model in yaml.safe_load(path.read_text("utf-8")).get("models", [])
        for column in model.get("columns", [])
    }  # fmt: skip
    with read_only(council_home.warehouse) as connection:
        found = connection.execute("select table_name, column_name from information_schema.columns").fetchall()
    assert len(described) > 300
    assert sorted(described - {*found}) == []
