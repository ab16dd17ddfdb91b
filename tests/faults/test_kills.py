"""A run that is killed: nothing is lost, nothing half is seen, and the next run is right.

One home, the council after its month. The usage of October is withdrawn and sent again in a dozen files, which all say
the same, so that the run has something to do in every step and must come to the figures worked out by hand. It is
killed in each of its steps in turn, then left alone.
"""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest

from dagster_project import replay
from dagster_project.exports import archive
from dagster_project.home import Home
from tests.council import council
from tests.faults import survival
from tests.faults.command import GOOD_DISK, Command, Disk

WHEN = ("--month", "2026-10", "--as-at", "2026-11-22")
SIGNED = ("--month", "2026-10", "--signed-off-by", "Director of a fictional council")
FEED, FILE = "resource_usage", "resource_usage/2026-10.csv"
N_FILES = 12
PUBLISHED = ["2026-10/01"]
BIGGEST_FILE = 1_000_000  # bytes; the charts' program is bigger, and all that comes before it smaller

pytestmark = pytest.mark.whole_runs


@dataclass
class Found:
    """What there was after a step."""

    values: survival.Values
    wrong: list[str]
    holders: list[int]
    n_inbox: int
    n_archived: int


@dataclass
class Story:
    """What was found before, after each kill by the step it came in, and in the end; what commands said meanwhile."""

    after: dict[str, Found] = field(default_factory=dict)
    second: tuple[int, str] = (0, "")
    read_only: tuple[int, str] = (0, "")
    full_disk: tuple[int, str] = (0, "")
    runs: list[str] = field(default_factory=list)
    editions: dict[str, list[str]] = field(default_factory=dict)


def deliver(home: Home) -> None:
    text = (council.EXPORTS / FILE).read_text("utf-8")
    for number in range(1, N_FILES + 1):
        (home.inbox / FEED / f"{number}.csv").write_text(text + "\n" * number, "utf-8")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, council_home: Home) -> Story:
    folder = tmp_path_factory.mktemp("kills") / "council"
    shutil.copytree(council_home.root.parent, folder, symlinks=True)
    home = Home(folder / council_home.root.name)
    told = Story()

    def start(*arguments: str, disk: Disk = GOOD_DISK) -> Command:
        return Command(folder / "said", *arguments, "--home", home.root, disk=disk)

    def note(step: str) -> None:
        told.after[step] = Found(
            survival.published_values(home),
            survival.unreadable(home, PUBLISHED),
            survival.holders(home),
            len(archive.inbox_files(home, FEED)),
            len(archive.deliveries(home, FEED, home.keys)),
        )
        told.editions[step] = sorted(path.name for path in (home.published / "2026-10").glob("[0-9]*"))

    [sent] = [found for found in archive.deliveries(home, FEED, home.keys) if found.file_name == Path(FILE).name]
    replay.withdraw_file(home, sent.file_hash, "sent by mistake")
    deliver(home)
    note("withdrawing")

    (home.archive / FEED).chmod(0o555)
    run = start("run", *WHEN, disk=Disk(obeys_modes=True))
    told.read_only = run.ended(), run.said.replace(str(home.root), "HOME")
    (home.archive / FEED).chmod(0o700)
    note("read-only archive")

    run = start("run", *WHEN)
    run.wait_for(lambda: "ready" in run.said)
    run.wait_for(lambda: len(os.listdir(home.inbox / FEED)) < N_FILES, look_every=0.001)  # noqa: PTH208  is quick
    run.kill()
    note("landing")

    run = start("run", *WHEN)
    run.wait_for(lambda: f"read {FEED}: " in run.said, look_every=0.01)
    run.kill()
    note("loading")

    run = start("run", *WHEN)
    run.wait_for(lambda: "landed" in run.said)
    second = Command(folder / "second", "run", *WHEN, "--home", home.root)
    told.second = second.ended(), second.said
    run.wait_for(lambda: run.holds_in_dbt(home.warehouse))
    run.kill()
    note("dbt")
    with dg.DagsterInstance.from_config(str(home.state / "dagster")) as instance:
        told.runs = [found.status.value for found in instance.get_runs()]

    run = start("run", *WHEN)
    assert run.ended() == 0, run.said
    note("running")

    publish = start("publish", *SIGNED, disk=Disk(biggest_file=BIGGEST_FILE))
    told.full_disk = publish.ended(), publish.said
    note("full disk")

    publish = start("publish", *SIGNED)
    publish.wait_for(lambda: (home.published / "2026-10" / ".02.part" / "index.html").exists())
    publish.kill()
    note("publishing")

    publish = start("publish", *SIGNED)
    assert publish.ended() == 0, publish.said
    note("the end")
    return told


KILLED_IN = ("landing", "loading", "dbt", "publishing")


@pytest.mark.parametrize("step", [*KILLED_IN, "full disk"])
def test_readers_have_the_edition_and_all_values_as_before(story: Story, step: str) -> None:
    assert story.after[step].wrong == []
    assert story.editions[step] == ["01"]
    before = "withdrawing" if step in ("landing", "loading", "dbt") else "running"
    assert story.after[step].values == story.after[before].values


@pytest.mark.parametrize("step", KILLED_IN)
def test_nothing_holds_the_warehouse_once_its_run_is_killed(story: Story, step: str) -> None:
    """dbt is a process of its own: where it goes on, it holds the file and changes it."""
    assert story.after[step].holders == []


def test_file_of_a_killed_landing_is_in_the_inbox_or_in_the_archive(story: Story) -> None:
    before, killed, later = (story.after[step] for step in ("withdrawing", "landing", "loading"))
    assert 0 < killed.n_inbox < before.n_inbox == N_FILES, "it was killed between two files"
    assert killed.n_inbox + killed.n_archived - before.n_archived in (N_FILES, N_FILES + 1), "one may be in both"
    assert (later.n_inbox, later.n_archived) == (0, before.n_archived + N_FILES)


def test_figures_after_the_kills_are_those_of_a_run_left_alone(story: Story, council_home: Home) -> None:
    expected = survival.published_values(council_home)
    assert len(expected) > 300
    assert story.after["running"].values == expected
    assert story.after["the end"].values == expected


def test_edition_comes_once_publishing_is_left_alone(story: Story) -> None:
    assert story.editions["the end"] == ["01", "02"]
    assert story.after["the end"].wrong == []


def test_second_run_at_once_is_told_who_runs_since_when(story: Story) -> None:
    code, said = story.second
    assert code == 4
    since = r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
    assert re.fullmatch(rf"the warehouse is held by `practice-metrics run` \(process \d+, since {since}\)\n", said)


def test_killed_run_keeps_no_place(story: Story) -> None:
    """The daemon runs one at a time, and would wait for ever for one that Dagster still takes to be running."""
    assert story.runs[:4] == ["STARTED", "FAILURE", "FAILURE", "FAILURE"], "newest first: the newest was just killed"


def test_archive_that_may_not_be_written_is_told_and_the_files_stay(story: Story) -> None:
    code, said = story.read_only
    assert code == 2
    assert said.splitlines()[-1] == (
        "HOME/archive/resource_usage: Permission denied. Let the account that runs this read and write there, then run "
        "again; nothing delivered is lost."
    )
    assert "Traceback" not in said
    assert (story.after["read-only archive"].n_inbox, story.editions["read-only archive"]) == (N_FILES, ["01"])


def test_disk_that_is_full_while_publishing_is_told_in_one_line(story: Story) -> None:
    code, said = story.full_disk
    assert code == 2
    assert said.startswith("The disk is full (")
    assert said.count("\n") == 1
