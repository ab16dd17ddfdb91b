"""What a failed gate holds back, step by step, without models: a delivery, or the month."""

import pytest

from dagster_project import steps, warehouse
from dagster_project.verdicts import failures, passed
from tests.council import council
from tests.gates.conftest import GOOD, OF_ONESELF, SOURCE_WITHOUT_DISCUSSION, SmallHome, post

STAGED = "select count(*) from information_schema.tables where contains(table_name, '__incoming')"
LOADED = "select count(*) from raw.supervision where _superseded_by is null"
DELIVERIES = "select status, message from ledger.deliveries where feed = 'supervision' order by rowid"


def holding_month(small: SmallHome, run: steps.Run) -> list[str]:
    with warehouse.opened(small.home.warehouse) as connection:
        return failures(connection, run.run_id)


def test_batch_that_fails_its_gate_is_held_and_the_month_is_not(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD)
    small_home.load("supervision")
    small_home.deliver("supervision", OF_ONESELF)
    run = small_home.load("supervision")
    assert small_home.ask(LOADED) == [(6,)]
    assert small_home.ask(STAGED) == [(0,)]
    statuses = small_home.ask(DELIVERIES)
    assert [status for status, _ in statuses] == ["loaded", "held"]
    assert "same person" in str(statuses[1][1])
    assert holding_month(small_home, run) == []


def test_held_file_comes_back_only_when_it_is_delivered_again(small_home: SmallHome) -> None:
    small_home.deliver("supervision", OF_ONESELF, "first.csv")
    small_home.load("supervision")
    run = small_home.run()
    assert steps.stage_feed(run, "supervision").n_files == 0
    assert steps.judge_feed(run, "supervision") == []
    small_home.deliver("supervision", OF_ONESELF, "again.csv")
    assert steps.stage_feed(small_home.run(), "supervision").n_files == 1


def test_failed_warning_is_told_and_holds_nothing(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD + SOURCE_WITHOUT_DISCUSSION)
    run = small_home.load("supervision")
    assert small_home.ask(LOADED) == [(7,)]
    failed = "select rule, severity from ledger.verdicts where not is_passed"
    assert small_home.ask(failed) == [("supervision_source_needs_discussion", "warning")]
    assert holding_month(small_home, run) == []


def test_rows_that_no_gate_of_the_run_judged_are_not_loaded(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD)
    run = small_home.run()
    steps.stage_feed(run, "supervision")
    with pytest.raises(RuntimeError, match="supervision: rows are staged that the gate has not judged"):
        steps.load_feed(run, "supervision")
    assert small_home.ask(LOADED) == [(0,)]
    steps.judge_feed(run, "supervision")
    assert steps.load_feed(run, "supervision").change == 6


def test_verdict_of_an_earlier_run_lets_nothing_in(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD)
    small_home.load("supervision")
    small_home.deliver("supervision", OF_ONESELF)
    run = small_home.run()
    steps.stage_feed(run, "supervision")
    with pytest.raises(RuntimeError, match="has not judged in this run"):
        steps.load_feed(run, "supervision")
    assert small_home.ask(LOADED) == [(6,)]


def test_month_without_its_workforce_is_held_until_it_comes(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-09", n) for n in range(3)])
    run = small_home.run()
    steps.stage_feed(run, "workforce")
    verdicts = steps.judge_feed(run, "workforce")
    assert [verdict.rule for verdict in verdicts if not verdict.is_passed] == ["workforce_covers_month"]
    assert ["October 2026" in reason for reason in holding_month(small_home, run)] == [True]
    small_home.deliver("workforce", [post("2026-10", n) for n in range(3)])
    run = small_home.load("workforce")
    assert holding_month(small_home, run) == []
    months = "select distinct strftime(month, '%Y-%m') from raw.workforce order by 1"
    assert small_home.ask(months) == [("2026-09",), ("2026-10",)]
    run = small_home.load("workforce")  # nothing new: what was loaded still covers the month
    assert holding_month(small_home, run) == []


def test_workforce_that_fails_its_gate_holds_the_month(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", n, available=21) for n in range(3)])
    run = small_home.run()
    steps.stage_feed(run, "workforce")
    steps.judge_feed(run, "workforce")
    assert ["Available days exceed" in reason for reason in holding_month(small_home, run)] == [True]
    assert small_home.ask("select count(*) from raw.workforce") == [(0,)]


def test_corrected_workforce_lets_the_month_go_on(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", n, available=21) for n in range(3)])
    run = small_home.run()
    steps.stage_feed(run, "workforce")
    assert not passed(steps.judge_feed(run, "workforce"))
    small_home.deliver("workforce", [post("2026-10", n, available=19) for n in range(3)])
    run = small_home.load("workforce")
    assert holding_month(small_home, run) == []
    current = "select distinct available_days::integer from raw.workforce where _superseded_by is null"
    assert small_home.ask(current) == [(19,)]
    assert small_home.ask(STAGED) == [(0,)]


def test_faulty_workforce_is_not_excused_by_another_month_or_sender(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", n, available=21) for n in range(3)], sender="north")
    small_home.deliver("workforce", [post("2026-10", n) for n in range(3, 6)], sender="south")
    small_home.deliver("workforce", [post("2026-09", n) for n in range(3)], sender="north")
    run = small_home.run()
    steps.stage_feed(run, "workforce")
    failed = [verdict.rule for verdict in steps.judge_feed(run, "workforce") if not verdict.is_passed]
    assert failed == ["workforce_available_within_contracted"]


def test_feed_that_is_off_is_not_opened_read_or_loaded(small_home: SmallHome) -> None:
    small_home.deliver("resource_usage", ["not,even,a,file,of,usage"])
    run = small_home.run()
    assert not run.is_on(run.contracts["resource_usage"])
    assert [path.name for path in (small_home.home.inbox / "resource_usage").iterdir()] == ["1.csv"]
    assert not (small_home.home.archive / "resource_usage").exists()
    assert steps.stage_feed(run, "resource_usage").n_files == 0
    assert steps.judge_feed(run, "resource_usage") == []
    assert steps.load_feed(run, "resource_usage").change == 0


@pytest.mark.parametrize(("day", "is_on"), [("2025-04-01", True), ("2025-03-31", False), ("2027-03-16", False)])
def test_monitoring_feed_is_on_only_under_a_current_assessment(small_home: SmallHome, day: str, is_on: bool) -> None:
    council.write_assessment(small_home.home.root)
    run = small_home.run(as_at=council.AS_AT.fromisoformat(day))
    assert run.is_on(run.contracts["resource_usage"]) == is_on
    monitoring = sorted((feed,) for feed, contract in run.contracts.items() if contract.monitoring)
    assert sorted(small_home.ask("select feed from ledger.feeds where not is_on")) == ([] if is_on else monitoring)
