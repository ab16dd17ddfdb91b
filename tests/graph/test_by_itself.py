"""What happens without anybody: a refresh when files arrive, a draft each month, a digest each day."""

import datetime
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.definitions import build_defs
from dagster_project.defs.schedules import schedules
from dagster_project.defs.sensors import inbox_sensor
from dagster_project.home import Home
from dagster_project.settings import Settings
from tests.gates.conftest import GOOD, SmallHome

Look = Callable[..., dg.RunRequest | str]


@pytest.fixture
def look(small_home: SmallHome) -> Look:
    """One look of the sensor at the inbox, minutes after the first: the run it asks for, or why it asks for none."""
    clock = [datetime.datetime(2026, 11, 2, 9, 0, tzinfo=datetime.UTC)]
    sensor, cursor = inbox_sensor(small_home.home.root, lambda: clock[0]), [""]

    def once(minutes_later: int = 1) -> dg.RunRequest | str:
        clock[0] += datetime.timedelta(minutes=minutes_later)
        context = dg.build_sensor_context(cursor=cursor[0] or None)
        data = sensor.evaluate_tick(context)
        cursor[0] = data.cursor or ""
        return data.run_requests[0] if data.run_requests else str(data.skip_message)

    return once


def test_inbox_is_refreshed_once_its_files_are_settled(small_home: SmallHome, look: Look) -> None:
    assert look() == "nothing waits in the inbox of a feed that is on"
    small_home.deliver("supervision", GOOD)
    assert "still being written" in str(look())
    assert isinstance(look(), dg.RunRequest)
    assert "was asked for" in str(look())


def test_files_still_there_an_hour_after_a_refresh_was_asked_for_are_asked_for_again(
    small_home: SmallHome, look: Look
) -> None:
    """A refresh that failed because another run held the warehouse left its files behind, and nobody looked again."""
    small_home.deliver("supervision", GOOD)
    look()
    first = look()
    assert "was asked for" in str(look(59))
    second = look(1)
    assert isinstance(first, dg.RunRequest)
    assert isinstance(second, dg.RunRequest)
    assert first.run_key != second.run_key, "a key once used is dropped for ever"
    assert "was asked for" in str(look(1))


def test_files_of_a_feed_that_is_off_ask_for_nothing_until_it_is_on(small_home: SmallHome, look: Look) -> None:
    small_home.deliver("resource_usage", ["of no interest"])
    assert [look(), look(), look(61)] == ["nothing waits in the inbox of a feed that is on"] * 3
    example = (small_home.home.root / "assessment.example.yml").read_text("utf-8")
    (small_home.home.root / "assessment.yml").write_text(
        example.replace('reference: ""', "reference: A1").replace('approved_by_role: ""', "approved_by_role: Director")
    )
    look()
    assert isinstance(look(), dg.RunRequest)


def test_file_still_being_written_is_waited_for(small_home: SmallHome, look: Look) -> None:
    small_home.deliver("supervision", GOOD[:2], name="growing.csv")
    look()
    small_home.deliver("supervision", GOOD, name="growing.csv")
    assert "still being written" in str(look())
    assert isinstance(look(), dg.RunRequest)


def test_run_key_is_of_the_content_so_other_content_and_a_second_delivery_are_new(
    small_home: SmallHome, look: Look
) -> None:
    """A run key once used is dropped for ever: a file supplied again under its old name was never read."""
    keys = set()
    path = small_home.home.inbox / "supervision" / "same.csv"
    for rows, day in ((GOOD, 1), (GOOD[:3], 1), (GOOD, 2)):
        small_home.deliver("supervision", rows, name="same.csv")
        os.utime(path, (86400 * day, 86400 * day))
        look()
        asked = look()
        assert isinstance(asked, dg.RunRequest)
        keys.add(asked.run_key)
        path.unlink()
        look()
    assert len(keys) == 3


def test_draft_and_digest_are_made_at_the_times_of_the_settings() -> None:
    monthly, daily = schedules(Settings(draft_day=9, draft_time="05:30", digest_time="18:00"))
    assert (monthly.cron_schedule, daily.cron_schedule) == ("30 5 9 * *", "0 18 * * *")
    for each in (monthly, daily):
        assert each.execution_timezone == "Europe/London"
        assert each.default_status is dg.DefaultScheduleStatus.RUNNING
    new_year = datetime.datetime(2027, 1, 9, 5, 30, tzinfo=datetime.UTC)
    asked = monthly(dg.build_schedule_context(scheduled_execution_time=new_year))
    assert asked.partition_key == "2026-12"


def figures(home: Home) -> dict[str, object]:
    """What October's draft holds; with nothing new to read, fewer checks are asked."""
    found: dict[str, object] = json.loads((home.drafts / "2026-10" / "figures.json").read_text("utf-8"))
    return {name: value for name, value in found.items() if not name.startswith("n_checks")}


@pytest.mark.whole_runs
def test_month_run_from_the_interface_is_the_month_run_from_the_command_line(
    council_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A past month as a partition, over the same home: the draft is of that month and holds what `run` would give."""
    shutil.copytree(council_home.root.parent, tmp_path / "council", symlinks=True)
    home = Home(tmp_path / "council" / council_home.root.name)
    of_command_line = figures(home)
    shutil.rmtree(home.drafts)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    manifest = council_home.state / "dbt" / "target" / "manifest.json"
    defs = build_defs(home, manifest=manifest, as_at="2026-11-22")
    with dg.DagsterInstance.ephemeral() as instance:
        for month in ("2026-08", "2026-10"):
            result = defs.resolve_job_def("publish_month").execute_in_process(instance=instance, partition_key=month)
            assert result.success
    assert sorted(path.name for path in home.drafts.iterdir()) == ["2026-08", "2026-10"]
    assert figures(home) == of_command_line
