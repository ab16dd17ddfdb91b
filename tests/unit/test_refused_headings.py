"""Survey answers carry no person: a file that brings a heading for one is refused whole, however it is spelt."""

from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import Reading, read_file

CONTRACTS = load_contracts()
SURVEYS = CONTRACTS["surveys"]
HEAD = ["Wave", "Closing day", "Response", "Role", "Service", "Item", "Answer"]
ROW = ["Autumn 2026", "30/09/2026", "R1", "Social worker", "Safeguarding", "regular_use", "Yes"]
OF_PEOPLE = sorted(
    text
    for column in [*CONTRACTS["workforce"].people, *CONTRACTS["workforce"].identifiers]
    for text in [column.name, column.header, *column.aliases]
)
SPELT = st.builds(
    lambda text, mark, case: case(text).replace(" ", mark),
    st.sampled_from(OF_PEOPLE), st.sampled_from([" ", "_", "-", "  ", ".", ""]),
    st.sampled_from([str, str.upper, str.title]),
)  # fmt: skip


def read(path: Path, rows: list[list[str]]) -> Reading:
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as workbook:
            sheet = workbook.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    else:
        path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    with duckdb.connect() as connection:
        return read_file(connection, path, SURVEYS, path.parent, max_rejected_share=1)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(heading=SPELT, place=st.integers(0, len(HEAD)), suffix=st.sampled_from(["csv", "csv", "csv", "xlsx"]))
def test_survey_file_with_any_heading_of_a_person_is_refused_whole(
    heading: str, place: int, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    head, row = list(HEAD), list(ROW)
    head.insert(place, heading)
    row.insert(place, "Z900001")
    reading = read(tmp_path_factory.mktemp("survey") / f"answers.{suffix}", [head, row])
    assert reading.refusal is not None
    assert reading.refusal.rule == "refused_heading"
    assert reading.n_accepted == 0
    assert "Take the column out" in reading.refusal.message
    assert "Z900001" not in reading.refusal.message


def test_heading_of_a_person_above_the_heading_row_is_seen_too(tmp_path: Path) -> None:
    """Survey tools write two or three heading rows."""
    reading = read(tmp_path / "answers.csv", [[*["Q"] * 7, "Recipient Email"], [*HEAD, "who"], [*ROW, "a@b.example"]])
    assert reading.refusal is not None
    assert reading.refusal.rule == "refused_heading"


def test_survey_file_without_a_person_is_read(tmp_path: Path) -> None:
    reading = read(tmp_path / "answers.csv", [HEAD, ROW])
    assert (reading.refusal, reading.n_accepted) == (None, 1)


def test_word_of_an_answer_is_no_heading(tmp_path: Path) -> None:
    """`Name` or `Staff ID` below the heading row is an answer, and free text: it is read as `other`."""
    reading = read(tmp_path / "answers.csv", [HEAD, [*ROW[:5], "Which column is missing?", "Staff ID"]])
    assert (reading.refusal, reading.n_accepted) == (None, 1)


@pytest.mark.parametrize(
    "heading", ["RecipientEmail", "RecipientLastName", "ExternalReference", "IPAddress", "LocationLatitude"]
)
def test_columns_a_survey_tool_adds_by_itself_are_refused(heading: str, tmp_path: Path) -> None:
    reading = read(tmp_path / "answers.csv", [[*HEAD, heading], [*ROW, ""]])
    assert reading.refusal is not None
    assert reading.refusal.rule == "refused_heading"


@pytest.mark.parametrize("heading", ["NHS Number", "Social worker", "Case_reference", "DOB", "FirstName"])
def test_feedback_that_says_who_or_which_case_is_refused(heading: str, tmp_path: Path) -> None:
    path = tmp_path / "forms.csv"
    path.write_text(f"Form,Date,{heading},Understood why\nF1,01/07/2026,somebody,Yes\n", encoding="utf-8")
    with duckdb.connect() as connection:
        reading = read_file(connection, path, CONTRACTS["feedback"], tmp_path, max_rejected_share=1)
    assert reading.refusal is not None
    assert "must not say who a row is about" in reading.refusal.message
    assert "somebody" not in reading.refusal.message
