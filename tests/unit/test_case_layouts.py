"""Referrals and closures as case systems really give them: Annex A, the census in XML, a plain table."""

import datetime
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import Reading, read_file
from tests.unit.one_feed import CONTRACTS, Feed

CASES = load_contracts()["cases"]
DAY = datetime.date
LIST_3 = ["Child Unique ID", "Gender", "Date of Birth", "Date of Referral", "Referral NFA?", "Allocated Team",
          "Allocated Worker"]  # fmt: skip
LIST_6 = ["Child Unique ID", "CIN Start Date", "CIN Closure Date", "Reason for Closure", "Case Status",
          "Allocated Team"]  # fmt: skip
CENSUS = """<?xml version="1.0"?>
<Message><Header><CollectionDetails><ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails></Header>
<Children>
<Child><ChildIdentifiers><LAchildID>kid1</LAchildID><PersonBirthDate>2015-02-03</PersonBirthDate></ChildIdentifiers>
<CINdetails><CINreferralDate>2025-05-06</CINreferralDate><CINclosureDate>01/09/2025</CINclosureDate>
<ReasonForClosure>RC7</ReasonForClosure><ReferralNFA>0</ReferralNFA></CINdetails>
<CINdetails><CINreferralDate>2026-01-07</CINreferralDate><ReferralNFA>TRUE</ReferralNFA></CINdetails></Child>
<Child>stray<ChildIdentifiers><LAchildID>kid2</LAchildID></ChildIdentifiers>
<CINdetails><CINreferralDate>31/02/2026</CINreferralDate></CINdetails></Child>
</Children></Message>
"""


def read(path: Path) -> tuple[Reading, list[tuple[Any, ...]]]:
    with duckdb.connect() as connection:
        reading = read_file(connection, path, CASES, path.parent, max_rejected_share=0.5)
        if reading.refusal is not None:
            return reading, []
        rows = connection.execute(
            "select record, child_id, start_date, is_nfa, closure_date, closure_reason, team_id, _row_number "
            "from typed_rows order by _row_number"
        ).fetchall()
    return reading, rows


def annex(path: Path, *sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        date = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for rows in sheets:
            sheet = workbook.add_worksheet()
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(number, place, datetime.datetime.combine(cell, datetime.time()), date)
                    elif isinstance(cell, tuple):
                        sheet.write_formula(number, place, cell[0], date, cell[1])
                    else:
                        sheet.write(number, place, cell)
    return path


def test_annex_a_gives_its_referrals_and_its_episodes_and_nobody_else(tmp_path: Path) -> None:
    """Formulas are read as their results, #N/A as empty, a no-break space as a space; other lists are not read."""
    contacts = [["Child Unique ID", "Date of Contact"], [1, DAY(2026, 9, 1)]]
    referrals = [LIST_3, [77, "b) Female", DAY(2015, 1, 2), DAY(2026, 9, 3), "No", "Duty\xa0Team", "Somebody\xa0Named"],
                 [78, "a) Male", DAY(2016, 1, 2), ("=D2+5", 46273), "a) Yes", "#N/A", "#N/A"]]  # fmt: skip
    episodes = [LIST_6, [77, DAY(2024, 5, 6), DAY(2026, 8, 1), "g) RC7 - Services ceased", "Closed", "Duty Team"]]
    reading, rows = read(annex(tmp_path / "annex.xlsx", contacts, referrals, episodes))
    assert rows == [
        ("referral", "77", DAY(2026, 9, 3), False, None, None, "Duty Team", 2),
        ("referral", "78", DAY(2026, 9, 8), True, None, None, None, 3),
        ("episode", "77", DAY(2024, 5, 6), None, DAY(2026, 8, 1), "no_longer_in_need", "Duty Team", 100_002),
    ]
    assert (reading.layout, reading.n_read, reading.n_rejected) == ("annex_a", 3, 0)
    assert reading.warnings == ["Rows of the list of episodes are numbered on from 100000: row 2 of it is 100002."]


def test_annex_a_without_a_column_of_its_list_is_refused(tmp_path: Path) -> None:
    reading, _ = read(annex(tmp_path / "annex.xlsx", [LIST_3[1:], ["b) Female"]]))
    assert reading.refusal is not None
    assert "Child ID" in reading.refusal.message


def test_census_gives_a_row_a_referral_with_its_child(tmp_path: Path) -> None:
    """Dates come in both forms, truth in all of them; a date that is none rejects its row at its own line."""
    path = tmp_path / "census.xml"
    path.write_text(CENSUS, encoding="utf-8")
    reading, rows = read(path)
    assert rows == [
        ("referral", "KID1", DAY(2025, 5, 6), False, DAY(2025, 9, 1), "no_longer_in_need", None, 5),
        ("referral", "KID1", DAY(2026, 1, 7), True, None, None, None, 7),
    ]
    assert [(p.row, p.column, p.rule) for p in reading.problems] == [(9, "start_date", "not_a_date")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<Message><Children>", "damaged at line 1"),
        ('<!DOCTYPE Message [<!ENTITY a SYSTEM "file:///etc/passwd">]><Message>&a;</Message>', "document type"),
        ("<Message><Header/></Message>", "no element CINdetails"),
        ("<Message><CINdetails><CINclosureDate>2026-01-01</CINclosureDate></CINdetails></Message>", "Referral date"),
    ],
)
def test_xml_that_is_no_census_is_refused_with_advice(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "census.xml"
    path.write_text(text, encoding="utf-8")
    reading, _ = read(path)
    assert reading.refusal is not None
    assert said in reading.refusal.message
    assert "passwd" not in reading.refusal.message


def test_numbers_of_children_are_loaded_as_pseudonyms_of_their_own(tmp_path: Path) -> None:
    """P: a child's number stood in the warehouse, and one that was also a payroll number could be told from it."""
    feed = Feed(tmp_path / "home", CONTRACTS["cases"], {"Child ID": "", "Family ID": "", "Referral date": "2026-09-10"})
    feed.deliver({"Child ID": "0042", "Family ID": "0042"}, {"Child ID": " 0043 ", "Family ID": ""})
    feed.run()
    keys = feed.home.keys
    assert feed.current("child_id, family_id") == sorted([
        (keys.reference_id("child_id", "0042"), keys.reference_id("family_id", "0042")),
        (keys.reference_id("child_id", "0043"), None),
    ])  # fmt: skip
    of_one_number = [keys.person_id("0042"), *(keys.reference_id(name, "0042") for name in ("child_id", "family_id"))]
    assert len({pseudonym[1:] for pseudonym in of_one_number}) == 3


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 40), st.binary(max_size=6)), min_size=1, max_size=4),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_damaged_census_is_read_or_refused(damage: list[tuple[int, int, bytes]], encoding: str) -> None:
    content = CENSUS.encode(encoding)
    for start, length, bits in damage:
        content = content[:start] + bits + content[start + length :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "census.xml"
        path.write_bytes(content)
        reading, rows = read(path)
    assert reading.refusal is not None or reading.n_accepted == len(rows)
