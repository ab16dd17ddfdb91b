"""One workbook of registers: each sheet reaches its feed, and what is no register is told in words."""

import csv
import io
from pathlib import Path

import pytest
import xlsxwriter

from dagster_project.exports import archive, load, registers
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.templates import CREATED, write_register_template
from tests.unit.one_feed import CONTRACTS, Feed

TARGETS = ["Measure", "In force from", "Target", "Set by", "Why"]
TARGET = ["supervision_on_time", "01/04/2026", "0.9", "Director", "Local plan"]
CHANGES = ["Measure", "Unit", "Month", "Change", "Reason", "Decided by", "Decided on"]
CHANGE = ["supervision_on_time", "all", "2026-05", "Leave out", "Exceptional event", "Director", "02/06/2026"]


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as made:
        made.set_properties({"created": CREATED})
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


class Lead:
    """Somebody who drops workbooks into inbox/registers."""

    def __init__(self, root: Path) -> None:
        self.feed = Feed(root, CONTRACTS["targets"], {})
        self.home: Home = self.feed.home

    def drop(self, sheets: dict[str, list[list[str]]], name: str = "registers.xlsx") -> None:
        workbook(self.home.inbox / registers.FOLDER / name, sheets)
        self.land()

    def land(self) -> None:
        with self.feed.opened() as connection:
            overtaken = {feed: load.overtaken(connection, feed) for feed in CONTRACTS}
        registers.land_workbooks(self.home, CONTRACTS, overtaken)

    def delivered(self) -> dict[str, int]:
        """How many deliveries each register has in the archive."""
        found = {feed: len(archive.deliveries(self.home, feed, self.home.keys)) for feed in CONTRACTS}
        return {feed: n for feed, n in found.items() if n}

    def told(self) -> list[tuple[str, str]]:
        """Rule and message of every line of the reports to who keeps the workbook."""
        reports = sorted((self.home.rejected / registers.FOLDER).rglob("*.csv"))
        return [
            (row["rule"], row["message"])
            for path in reports
            for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
        ]


@pytest.fixture
def lead(tmp_path: Path) -> Lead:
    return Lead(tmp_path / "home")


def test_sheets_of_one_workbook_become_rows_of_their_feeds(lead: Lead) -> None:
    """The feed's own sheet is read, also where another sheet before it has headings it would take."""
    later = [*TARGET[:1], "01/05/2026", *TARGET[2:]]
    lead.drop({"Changes to charts": [CHANGES, CHANGE], "TARGETS": [TARGETS, TARGET, [""], later]})
    assert lead.delivered() == {"chart_changes": 1, "targets": 1}
    lead.feed.run()
    assert lead.feed.current("from_date, value::double, _row_number") == [
        (lead.feed.ask("select date '2026-04-01'")[0][0], 0.9, 2),
        (lead.feed.ask("select date '2026-05-01'")[0][0], 0.9, 4),
    ]
    assert lead.told() == []
    assert list((lead.home.inbox / registers.FOLDER).iterdir()) == []


def test_sheet_that_is_no_register_is_refused_in_words_and_the_others_go_on(lead: Lead) -> None:
    """A misspelt sheet was lost without a word."""
    lead.drop({"Jo Quillfeather": [["Cases"], ["A-1"]], "Targets": [TARGETS, TARGET], "dictionary": [["x"], ["y"]]})
    assert lead.delivered() == {"targets": 1}
    ((rule, message),) = lead.told()
    assert rule == "unknown_sheet"
    assert message.startswith("Sheet 1 is no register")
    assert "Targets" in message
    assert "Quillfeather" not in message


@pytest.mark.parametrize(
    ("content", "rule"), [(b"Measure,Target\n", "unreadable_workbook"), (None, "no_register")], ids=["csv", "strange"]
)
def test_file_without_any_register_is_refused_whole_and_kept(lead: Lead, content: bytes | None, rule: str) -> None:
    path = workbook(lead.home.inbox / registers.FOLDER / "x.xlsx", {"Sheet1": [TARGETS, TARGET]})
    if content:
        path.write_bytes(content)
    lead.land()
    assert lead.delivered() == {}
    assert [told for told, _ in lead.told()] == [rule]
    assert [d.left_out for d in archive.deliveries(lead.home, registers.FOLDER, lead.home.keys)] == [rule]


def test_workbook_killed_before_it_was_shared_out_is_shared_out_by_the_next_run(
    lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = {"Changes to charts": [CHANGES, CHANGE], "Targets": [TARGETS, TARGET]}
    with monkeypatch.context() as killed:
        killed.setattr(archive, "mark_passed", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            lead.drop(sheets)
    lead.land()
    lead.drop(sheets, "the_same_again.xlsx")
    assert lead.delivered() == {"chart_changes": 1, "targets": 1}


def test_sheet_that_was_left_out_is_taken_when_the_workbook_comes_again(lead: Lead) -> None:
    lead.drop({"Targets": [TARGETS, TARGET]})
    (delivery,) = archive.deliveries(lead.home, "targets", lead.home.keys)
    archive.leave_out(lead.home, lead.home.keys, delivery, "withdrawn")
    lead.drop({"Targets": [TARGETS, TARGET]})
    (again,) = archive.deliveries(lead.home, "targets", lead.home.keys)
    assert again.left_out is None


def test_template_has_a_sheet_for_every_register_and_sends_nothing_as_it_is(lead: Lead, tmp_path: Path) -> None:
    path = write_register_template(load_contracts(), tmp_path)
    before = path.read_bytes()
    feeds, others = registers.register_sheets(before, CONTRACTS)
    assert (feeds, others) == ([], [])
    assert write_register_template(load_contracts(), tmp_path).read_bytes() == before
    for contract in CONTRACTS.values():
        if contract.is_register:
            filled = workbook(tmp_path / "f.xlsx", {contract.title: [[c.header for c in contract.columns], ["x"]]})
            assert registers.register_sheets(filled.read_bytes(), CONTRACTS) == ([contract.feed], [])
