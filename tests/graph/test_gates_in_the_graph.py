"""What a failed gate blocks in the graph: the staff spine all that follows, any other feed its own delivery only."""

from collections.abc import Iterator

import dagster as dg
import pytest

from dagster_project.defs import ingest, validate
from dagster_project.defs.resources import MonthRun
from dagster_project.exports.contract import load_contracts
from tests.gates.conftest import GOOD, OF_ONESELF, SOURCE_WITHOUT_DISCUSSION, SmallHome, post

pytestmark = pytest.mark.whole_runs

CONTRACTS = load_contracts()
NINE = [post("2026-10", number) for number in range(9)]
BUSY = [post("2026-10", number, available=21) for number in range(9)]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def load_all(small: SmallHome, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """The path up to `raw` as the graph runs it."""
    contracts = CONTRACTS.values()
    return dg.materialize(
        [ingest.archived_deliveries, *ingest.feed_assets(contracts), *validate.feed_gates(contracts)],
        instance=instance,
        resources={"month_run": MonthRun(home=str(small.home.root), as_at="2026-11-22")},
        raise_on_error=False,
    )


def gates(result: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, str]]:
    return {
        evaluation.check_name: (evaluation.passed, evaluation.severity.value)
        for evaluation in result.get_asset_check_evaluations()
        if evaluation.check_name.endswith("_gate")
    }


def test_failed_gate_of_the_staff_spine_stops_what_follows(small_home: SmallHome, instance: dg.DagsterInstance) -> None:
    small_home.deliver("workforce", BUSY)
    small_home.deliver("supervision", GOOD)
    result = load_all(small_home, instance)
    assert not result.success
    assert gates(result)["workforce_gate"] == (False, "ERROR")
    assert small_home.ask("select count(*) from raw.workforce") == [(0,)]
    assert small_home.ask("select count(*) from raw.supervision") == [(6,)]


def test_failed_gate_of_another_feed_holds_its_delivery_only(
    small_home: SmallHome, instance: dg.DagsterInstance
) -> None:
    small_home.deliver("workforce", NINE)
    small_home.deliver("supervision", OF_ONESELF)
    result = load_all(small_home, instance)
    assert result.success
    passed = {f"{feed}_gate": (True, "ERROR" if feed == "workforce" else "WARN") for feed in CONTRACTS}
    assert gates(result) == passed | {"supervision_gate": (False, "WARN")}
    assert small_home.ask("select count(*) from raw.workforce") == [(9,)]
    assert small_home.ask("select count(*) from raw.supervision") == [(0,)]
    statuses = "select feed, status from ledger.deliveries order by feed"
    assert small_home.ask(statuses) == [("supervision", "held"), ("workforce", "loaded")]


def test_failed_warning_passes_the_gate_and_is_shown(small_home: SmallHome, instance: dg.DagsterInstance) -> None:
    small_home.deliver("workforce", NINE)
    small_home.deliver("supervision", GOOD + SOURCE_WITHOUT_DISCUSSION)
    result = load_all(small_home, instance)
    assert result.success
    [shown] = [e for e in result.get_asset_check_evaluations() if e.check_name == "supervision_gate"]
    assert shown.passed
    assert "row_number 8" in str(shown.metadata["supervision_source_needs_discussion"].value)
    assert small_home.ask("select count(*) from raw.supervision") == [(7,)]


def test_feed_that_is_late_is_stale_and_stops_nothing(small_home: SmallHome, instance: dg.DagsterInstance) -> None:
    small_home.deliver("workforce", NINE)
    small_home.deliver("supervision", [row.replace("/10/2026", "/08/2026") for row in GOOD])
    result = load_all(small_home, instance)
    assert result.success
    found = {e.check_name: e for e in result.get_asset_check_evaluations() if e.check_name.endswith("_fresh")}
    assert set(found) == {f"{feed}_fresh" for feed in CONTRACTS}
    words = {name: str(check.metadata["freshness"].value) for name, check in found.items()}
    assert {name for name, check in found.items() if not check.passed} == {"supervision_fresh"}
    assert words["supervision_fresh"] == "stale"
    assert words["workforce_fresh"] == "fresh"
    assert words["audits_fresh"] == "never loaded"


def test_gate_that_compares_with_the_staff_spine_waits_for_it(
    small_home: SmallHome, instance: dg.DagsterInstance
) -> None:
    """Asked too early, the gate of a manager's return finds no staff of the month and lets any number in."""
    small_home.deliver("workforce", NINE)
    path = small_home.home.inbox / "manager_classification" / "return.csv"
    path.parent.mkdir(parents=True)
    path.write_text("Month,Manager staff ID,Regularly using evidence\n2026-10,Z1,1\n", encoding="utf-8")
    result = load_all(small_home, instance)
    assert gates(result)["manager_classification_gate"] == (False, "WARN")
    assert small_home.ask("select count(*) from raw.manager_classification") == [(0,)]
