"""A run that breaks: readers still see what arrived, and the data team is told until a run gets to its end."""

import datetime
import json
from collections.abc import Iterator

import dagster as dg
import pytest

from dagster_project.chase import status
from dagster_project.defs import ingest, publish, validate
from dagster_project.defs.jobs import refresh_warehouse
from dagster_project.defs.resources import MonthRun
from dagster_project.digest import digest
from dagster_project.exports.contract import load_contracts
from tests.gates.conftest import GOOD, SmallHome, post

pytestmark = pytest.mark.whole_runs

CONTRACTS = load_contracts()
TODAY = datetime.date(2026, 11, 22)
NINE = [post("2026-10", number) for number in range(9)]
BUSY = [post("2026-10", number, available=21) for number in range(9)]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@dg.asset(key=publish.SIGNALS, deps=[ingest.raw_key(feed) for feed in CONTRACTS])
def signals() -> None:
    """In place of the models and what is made of them."""


def refresh(small: SmallHome, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """The refresh as the sensor asks for it, without its models."""
    contracts = CONTRACTS.values()
    defs = dg.Definitions(
        assets=[
            ingest.archived_deliveries, *ingest.feed_assets(contracts), signals, publish.read_copy, publish.draft,
        ],
        asset_checks=validate.feed_gates(contracts),
        jobs=[refresh_warehouse],
        resources={"month_run": MonthRun(home=str(small.home.root), as_at=TODAY.isoformat())},
    )  # fmt: skip
    job = defs.resolve_job_def("refresh_warehouse")
    return job.execute_in_process(instance=instance, raise_on_error=False)


def break_state(small: SmallHome) -> None:
    """A folder where a file of the archive must be: reading the feed's deliveries breaks."""
    (small.home.archive / "supervision" / ("0" * 64 + ".delivery.age")).mkdir(parents=True)


def test_refresh_that_a_gate_stops_is_seen_by_readers_and_is_no_crash(
    small_home: SmallHome, instance: dg.DagsterInstance
) -> None:
    small_home.deliver("workforce", BUSY)
    assert not refresh(small_home, instance).success
    assert [row["status"] for row in status(small_home.home)["deliveries"]] == ["held"]
    told = digest(small_home.home, TODAY).troubles
    assert any(line.startswith("workforce from default: a file (") for line in told)
    assert not any("failed at" in line for line in told)


def test_refresh_that_breaks_is_told_until_one_gets_to_its_end(
    small_home: SmallHome, instance: dg.DagsterInstance
) -> None:
    small_home.deliver("workforce", NINE)
    assert refresh(small_home, instance).success
    break_state(small_home)
    small_home.deliver("workforce", [*NINE, post("2026-10", 10)])
    broken = refresh(small_home, instance)
    assert not broken.success
    facts = json.loads((small_home.home.state / "failed_run.json").read_text("utf-8"))
    assert facts == {
        "run_id": broken.run_id, "as_at": "2026-11-22", "job": "refresh_warehouse", "step": "archive__deliveries",
        "error": "IsADirectoryError",
    }  # fmt: skip
    said = "The run of 2026-11-22 (refresh_warehouse) failed at archive__deliveries (IsADirectoryError)"
    assert digest(small_home.home, TODAY).troubles[0].startswith(said)
    assert status(small_home.home)["run_id"] == broken.run_id, "the read copy is of the run that broke"
    (small_home.home.archive / "supervision" / ("0" * 64 + ".delivery.age")).rmdir()
    small_home.deliver("supervision", GOOD)
    assert refresh(small_home, instance).success
    assert not any("failed at" in line for line in digest(small_home.home, TODAY).troubles)
