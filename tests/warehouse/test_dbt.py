"""The models as dbt runs them: on nothing at all, unit tests included; incremental as a full refresh would be."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dagster_project import parsed_models, steps, warehouse
from dagster_project.dbt_call import METRICS_DIR
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.metric_records import load_records
from expectations.gate import spanning_rules
from tests.conftest import make_council
from tests.council import council
from tests.dbt_home import dbt, load_everything, prepare, prepared_home

SCENARIOS = {scenario.name: scenario for scenario in council.load_scenarios()}
CORRECTIONS = SCENARIOS["before_the_corrections"]
LATE = (*CORRECTIONS.leave_out, "resource_usage/2025-07.csv")
FACTS = ("marts.fct_evidence_use_month", "metrics.fct_metric_values")


def test_home_never_fed_builds_and_every_unit_test_passes(tmp_path: Path) -> None:
    """On a council's first day there are no rows anywhere: no model may fail, and no figure may be zero for that."""
    home = prepared_home(tmp_path / "home")
    done = dbt(home, "build")
    assert done.returncode == 0, done.stdout[-3000:]
    results = json.loads((home.state / "dbt" / "target" / "run_results.json").read_text("utf-8"))["results"]
    unit_tests = [result for result in results if result["unique_id"].startswith("unit_test.")]
    assert len(unit_tests) > 15
    assert {result["status"] for result in unit_tests} == {"pass"}
    with warehouse.opened(home.warehouse) as connection:
        assert connection.execute(
            "select count(*) from metrics.fct_metric_values where value is not null"
        ).fetchall() == [(0,)]


def rows_of(home: Home, table: str) -> list[tuple[object, ...]]:
    with warehouse.opened(home.warehouse) as connection:
        return connection.execute(f"select * from {table} order by all").fetchall()


def assert_answers(home: Home, scenario: council.Scenario) -> None:
    """The figures of the warehouse are the scenario's hand-worked ones."""
    records = load_records(METRICS_DIR)
    with warehouse.opened(home.warehouse) as connection:
        for answer in scenario.answers:
            (found,) = connection.execute(
                "select numerator, denominator, value_state from metrics.fct_metric_values where metric_id = ? and "
                "period_start = ? and unit_level = ? and unit_id = ? and breakdown = ? and breakdown_value = ?",
                [answer.metric_id, answer.month, answer.unit_level, answer.unit_id, answer.breakdown,
                 answer.breakdown_value],
            ).fetchall()  # fmt: skip
            worked = answer.at_minimum(records[answer.metric_id].minimum_n)
            assert found == (worked.numerator, worked.denominator, worked.value_state), answer.because


@pytest.mark.whole_runs
@pytest.mark.parametrize("name", ["usage_not_due", "usage_late"])
def test_month_without_usage_is_not_due_and_then_stale_never_zero(name: str, late_home: Home) -> None:
    """Data that is late was shown as nobody using evidence."""
    prepare(late_home, as_at=SCENARIOS[name].as_at)
    assert dbt(late_home, "run").returncode == 0
    assert_answers(late_home, SCENARIOS[name])


@pytest.fixture(scope="module")
def late_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The council with October's usage not delivered."""
    home = make_council(tmp_path_factory.mktemp("late") / "home")
    for name in SCENARIOS["usage_late"].leave_out:
        (home.inbox / name).unlink()
    load_everything(home)
    return home


@pytest.fixture(scope="module")
def corrected_in_steps(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The council modelled before its corrections came, then again after them, incrementally."""
    root = tmp_path_factory.mktemp("steps") / "home"
    home = make_council(root)
    for name in LATE:
        (home.inbox / name).unlink()
    run = load_everything(home)
    assert dbt(home, "build", "--exclude-resource-type", "unit_test").returncode == 0
    steps.modelled(run)
    assert_answers(home, CORRECTIONS)
    for second, name in enumerate(LATE):
        council.write_export(council.EXPORTS / name, home.inbox, 1000 + second)
    load_everything(home)
    return home


@pytest.mark.whole_runs
def test_incremental_replaces_exactly_the_touched_months_and_equals_full_refresh(corrected_in_steps: Home) -> None:
    """A late row of an old month was missed by models that look back from the newest month."""
    home = corrected_in_steps
    touched = {row[1] for row in rows_of(home, "ledger.touched_months")}
    all_months = {row[1] for row in rows_of(home, "ledger.feed_months")}
    assert touched < all_months, "the corrections touch some months, not all"
    before = rows_of(home, FACTS[0])
    assert dbt(home, "build", "--exclude-resource-type", "unit_test").returncode == 0
    incremental = {fact: rows_of(home, fact) for fact in FACTS}
    assert incremental[FACTS[0]] != before, "the corrections change the fact"
    assert dbt(home, "run", "--full-refresh").returncode == 0
    assert {fact: rows_of(home, fact) for fact in FACTS} == incremental


@pytest.mark.whole_runs
def test_month_that_lost_all_its_rows_leaves_the_fact(corrected_in_steps: Home) -> None:
    """Replacing by key keeps the rows of a month that has become empty; replacing by month does not."""
    home = corrected_in_steps
    prepare(home)
    with warehouse.opened(home.warehouse) as connection:
        (month,) = connection.execute("select max(month) from marts.fct_evidence_use_month").fetchone() or (None,)
        for feed, period in (
            ("resource_usage", "usage_date"), ("supervision", "supervision_date"), ("learning", "learning_date"),
            ("cpd", "entry_date"),
        ):  # fmt: skip
            connection.execute(
                f"update raw.{feed} set _superseded_by = 'gone' where date_trunc('month', {period}) = ?", [month]
            )
        connection.execute("delete from ledger.touched_months")
        connection.execute("insert into ledger.touched_months values ('supervision', ?)", [month])
    assert dbt(home, "run", "--select", "+fct_evidence_use_month").returncode == 0
    with warehouse.opened(home.warehouse) as connection:
        left = connection.execute(
            "select count(*) from marts.fct_evidence_use_month where month = ?", [month]
        ).fetchall()
    assert left == [(0,)]


def descending(manifest: dict[str, Any], key: str) -> set[str]:
    """Every model that is made from the source or model `key`, however far on."""
    found: set[str] = set()
    queue = [key]
    while queue:
        models = {child for child in manifest["child_map"].get(queue.pop(), []) if child.startswith("model.")}
        queue += models - found
        found |= models
    return found


def test_counter_models_never_meet_a_person(council_home: Home) -> None:
    """P12: nothing that descends from COUNTER has a column about a person, and it reads staff as one monthly total."""
    manifest = json.loads(parsed_models.manifest_path(council_home).read_text("utf-8"))
    (counter,) = [key for key in manifest["sources"] if key.endswith(".raw.counter_usage")]
    descendants = descending(manifest, counter)
    # Figures of all metrics meet in the union, where no row is about a person.
    metric = next(key for key in descendants if key.endswith(".met_unique_item_requests_per_fte"))
    before_union = descendants - descending(manifest, metric)
    names = {key.split(".")[-1] for key in descendants}
    assert names >= {"stg_counter_usage", "fct_counter_month", "int_counter__month_coverage", "fct_metric_values"}
    about_people = {column.name for contract in load_contracts().values() for column in contract.people}
    with warehouse.opened(council_home.warehouse) as connection:
        columns = connection.execute("select table_name, column_name from information_schema.columns").fetchall()
        staff = connection.execute("describe intermediate.int_staff__organisation_months").fetchall()
        most_rows = connection.execute(
            "select max(n) from (select count(*) as n from intermediate.int_staff__organisation_months group by month)"
        ).fetchall()
    of_descendants = [(table, name) for table, name in columns if table in names]
    assert {table for table, _ in of_descendants} == names
    assert [found for found in of_descendants if "person" in found[1] or found[1] in about_people] == []
    others = {parent for key in before_union for parent in manifest["parent_map"][key]} - descendants - {counter}
    assert {key.split(".")[-1] for key in others} <= {
        "int_staff__organisation_months", "int_feeds__month_coverage", "feeds", "run_parameters", "stg_licences",
        "int_registers__month_coverage",
    }  # fmt: skip
    assert ({name for name, *_ in staff}, most_rows) == ({"month", "n_staff", "contracted_fte"}, [(1,)])


def test_counter_gate_reads_no_other_feed() -> None:
    """P12 holds for the gate too: its rules read COUNTER reports only."""
    rules = " ".join(str(rule.arguments) for rule in spanning_rules("counter_usage"))
    assert set(re.findall(r"raw[.](\w+)", rules)) == {"counter_usage"}
