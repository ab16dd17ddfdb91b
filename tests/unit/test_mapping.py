"""Headings and codes nobody has described: what is proposed, what is shown, what is kept, and from when it counts."""

import datetime
from pathlib import Path

import pytest

from dagster_project.exports.archive import deliveries
from dagster_project.exports.check import check_file
from dagster_project.exports.mappings import CodeMapping, HeadingMapping, Mappings, add, mapped
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.proposals import Proposal, accepted, propose, shape
from dagster_project.home import Home, make_home
from dagster_project.problems import SettingsProblem
from tests.conftest import Cli
from tests.unit.counter_reports import xlsx
from tests.unit.one_feed import CONTRACTS, Feed

SUPERVISION = CONTRACTS["supervision"]
TODAY = datetime.date(2026, 11, 22)
HEADINGS = "Supervision Ref,Staff ID Number,Supervision date,Kind of superv,Status,Room"
LINES = [
    HEADINGS,
    "S1,A1,2026-09-10,one to one,Held,Jo Bloggs",
    "S2,A2,2026-09-11,one-to-onee,heldd,Al Brown",
    "S3,A3,2026-09-12,group,Jo Bloggs,B 12",
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", {"max_rejected_share": 0.5})


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text("Report of supervision;made by a system\n\n" + "\n".join(LINES) + "\n", "utf-8")
    return path


def meanings(found: list[Proposal]) -> dict[tuple[str, str], str]:
    return {(one.kind, one.in_file): one.means for one in found}


def test_headings_and_codes_are_proposed_by_likeness(export: Path) -> None:
    found = meanings(propose(export, SUPERVISION))
    assert found == {
        ("heading", "Supervision Ref"): "supervision_id",
        ("heading", "Staff ID Number"): "person_id",
        ("heading", "Supervision date"): "supervision_date",
        ("heading", "Kind of superv"): "supervision_kind",
        ("code", "one-to-onee"): "one_to_one",
        ("heading", "Status"): "status",
        ("code", "heldd"): "held",
        ("code", "A A"): "",
        ("heading", "Room"): "",
    }


def test_no_value_is_shown_only_its_shape(export: Path) -> None:
    shown = str(propose(export, SUPERVISION))
    assert not [text for text in ("Bloggs", "Brown", "A1", "S2", "2026-09") if text in shown]
    shapes = {one.in_file: one.shape for one in propose(export, SUPERVISION)}
    assert shapes["Supervision date"] == "9999-99-99 100%"
    assert shapes["Staff ID Number"] == "A9 100%"
    assert shape("Zo\u00eb O'Brien, 12b") == "A A'A, 99A"
    assert len(shape("word " * 50)) < 40


def test_workbook_is_proposed_for_as_its_text_is(export: Path, tmp_path: Path) -> None:
    book = tmp_path / "export.xlsx"
    book.write_bytes(xlsx([["Notes"]], [line.split(",") for line in LINES]))
    assert meanings(propose(book, SUPERVISION)) == meanings(propose(export, SUPERVISION))


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("x,y\n1,2\n", "utf-8")
    with pytest.raises(RefusedFile, match="Is it a file of this feed"):
        propose(path, SUPERVISION)


def test_accepted_spellings_read_the_file(export: Path, home: Home) -> None:
    assert check_file(export, SUPERVISION, home)["layout"] is None
    add(home, SUPERVISION, accepted(propose(export, SUPERVISION), ["all"], None, None))
    result = check_file(export, mapped(home, SUPERVISION, TODAY), home)
    assert [(error["row"], error["column"], error["rule"]) for error in result["errors"]] == [
        (6, "Status", "unknown_choice")
    ]
    assert [one for one in propose(export, mapped(home, SUPERVISION, TODAY)) if one.means and one.likeness < 100] == []


def test_only_what_is_named_is_accepted(export: Path) -> None:
    found = propose(export, SUPERVISION)
    new = accepted(found, ["heldd"], None, None)
    assert (new.headings, new.codes) == ([], [CodeMapping(column="status", code="heldd", choice="held")])
    with pytest.raises(SettingsProblem, match="--accept Room: no proposal is listed for it; nothing was written"):
        accepted(found, ["heldd", "Room"], None, None)


def test_spelling_counts_for_files_delivered_on_its_days(home: Home) -> None:
    """An old file must be read again as it was then, and not by the new system's spellings."""
    start, end = datetime.date(2026, 4, 1), datetime.date(2026, 9, 30)
    heading = HeadingMapping(heading="Ref", column="supervision_id", valid_from=start, valid_to=end)
    add(home, SUPERVISION, Mappings(headings=[heading]))
    day = datetime.timedelta(days=1)
    known = [
        "ref" in mapped(home, SUPERVISION, when).column("supervision_id").spellings
        for when in (start - day, start, end, end + day)
    ]
    assert known == [False, True, True, False]


def test_contradiction_is_refused_and_nothing_is_written(home: Home) -> None:
    with pytest.raises(SettingsProblem, match=r"supervision[.]yml: .*heading `status` means both"):
        add(home, SUPERVISION, Mappings(headings=[HeadingMapping(heading="Status", column="supervision_id")]))
    with pytest.raises(SettingsProblem, match="there is no column nowhere"):
        add(home, SUPERVISION, Mappings(headings=[HeadingMapping(heading="X", column="nowhere")]))
    with pytest.raises(SettingsProblem, match="status has no choice lost; it has"):
        add(home, SUPERVISION, Mappings(codes=[CodeMapping(column="status", code="X", choice="lost")]))
    assert not (home.root / "mappings" / "supervision.yml").exists()


def test_delivered_file_is_read_by_the_homes_spellings(events: Feed) -> None:
    add(events.home, SUPERVISION, Mappings(codes=[CodeMapping(column="status", code="took place", choice="held")]))
    events.deliver({"Status": "Took place"})
    assert events.run() == 1
    assert events.current("status") == [("held",)]
    assert len(deliveries(events.home, "supervision", events.home.keys)) == 1


def test_command_lists_accepts_and_says_where(export: Path, home: Home, cli: Cli) -> None:
    done = cli("map", export, "--feed", "supervision", "--home", home.root, "--accept", "heldd", "--from", "2026-04-01")
    path = home.root / "mappings" / "supervision.yml"
    assert done.stdout.rstrip().endswith(str(path))
    assert "Bloggs" not in done.stdout + done.stderr
    assert "valid_from: 2026-04-01" in path.read_text("utf-8")
