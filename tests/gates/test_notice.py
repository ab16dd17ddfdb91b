"""The notice of a held month and the link to the newest month: which page leaders see first."""

from datetime import date
from pathlib import Path

import pytest

from dagster_project import publishing, steps
from dagster_project.steps import Run
from tests.gates.conftest import SmallHome

OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)


def held_run(small: SmallHome, month: date) -> Run:
    """A run of a month that has no workforce."""
    run = small.run()
    run = Run(run.home, run.contracts, month, run.as_at, f"run of {month}")
    steps.stage_feed(run, "workforce")
    steps.judge_feed(run, "workforce")
    return run


def make_edition(small: SmallHome, month: str, number: str) -> Path:
    folder = small.home.published / month / number
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("An edition.")
    (folder / "manifest.json").write_text("{}")
    return folder


def latest(small: SmallHome) -> str:
    page = small.home.published / "latest" / "index.html"
    return page.read_text("utf-8").split("url=")[1].split('"')[0]


def test_run_that_nothing_holds_publishes_no_notice(small_home: SmallHome) -> None:
    assert publishing.publish_notice(small_home.run()) is None
    assert list(small_home.home.published.iterdir()) == []


def test_notice_becomes_the_newest_page_where_there_is_no_edition(small_home: SmallHome) -> None:
    notice = publishing.publish_notice(held_run(small_home, OCTOBER))
    assert notice == small_home.home.published / "2026-10" / "held.html"
    assert latest(small_home) == "../2026-10/held.html"


def test_edition_of_the_held_month_stays_the_newest_page(small_home: SmallHome) -> None:
    make_edition(small_home, "2026-10", "01")
    publishing.publish_notice(held_run(small_home, OCTOBER))
    assert latest(small_home) == "../2026-10/01/index.html"


def test_notice_of_an_older_month_leaves_the_newest_page(small_home: SmallHome) -> None:
    make_edition(small_home, "2026-10", "01")
    publishing.publish_notice(held_run(small_home, SEPTEMBER))
    assert (small_home.home.published / "2026-09" / "held.html").exists()
    assert latest(small_home) == "../2026-10/01/index.html"


@pytest.mark.parametrize(("numbers", "newest"), [(["01", "02"], "02"), (["09", "10"], "10"), (["99", "100"], "100")])
def test_newest_edition_is_the_one_with_the_highest_number(
    small_home: SmallHome, numbers: list[str], newest: str
) -> None:
    folders = [make_edition(small_home, "2026-10", number) for number in numbers]
    found = publishing.newest_edition(small_home.home.published / "2026-10")
    assert found == small_home.home.published / "2026-10" / newest
    (folders[-1] / "manifest.json").unlink()  # what has no manifest is no edition
    assert publishing.newest_edition(small_home.home.published / "2026-10") == folders[0]


def test_second_notice_replaces_the_first_and_says_todays_reason(small_home: SmallHome) -> None:
    publishing.publish_notice(held_run(small_home, OCTOBER))
    notice = publishing.publish_notice(held_run(small_home, OCTOBER))
    assert notice
    assert notice.read_text("utf-8").count("nothing for October 2026") == 1
    assert sorted(path.name for path in notice.parent.iterdir()) == ["held.html"]
