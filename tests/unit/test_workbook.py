"""Workbooks: cells as the text a person sees, the sheet with the headings, and none that ends the process."""

import datetime
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.contract import Column, Contract
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.text_table import TextTable
from dagster_project.exports.readers.workbook import cell_text, read_workbook
from dagster_project.exports.readers.workbook_guard import column_number, workbook_sheets

CONTRACT = Contract(
    feed="visits", title="t", about="a", owner="o", controller="c", lawful_basis="l", retention_class="hr",
    audience=["hr"], domain="d",
    delivery="append", period="day", key=["visit_id"], due_days=5,
    columns=[
        Column(name="visit_id", header="Visit ID", type="text", description="d", purpose="p", required=True),
        Column(name="day", header="Date", type="date", description="d", purpose="p", required=True),
        Column(name="team", header="Team", type="text", description="d", purpose="p"),
    ],
)  # fmt: skip
HEAD = ["Visit ID", "Date", "Team"]
ROW = ["V1", "2026-09-01", "North"]

Sheets = dict[str, list[list[Any]]]
Reader = Callable[[bytes], tuple[TextTable, list[tuple[Any, ...]]]]


def xlsx(sheets: Sheets, far: tuple[int, int] | None = None) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for index, cell in enumerate(row):
                    write(sheet, number, index, cell)
            if far:
                sheet.write(*far, "x")
    return content.getvalue()


def write(sheet: Any, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, str) and cell.startswith("#"):
        sheet.write_formula(row, column, "=NA()", None, cell)  # what the cell holds when the file is saved
    else:
        sheet.write(row, column, cell)


def ods(row_xml: str) -> bytes:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="a">{row_xml}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return content.getvalue()


def ods_row(cells: list[str]) -> str:
    made = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row>{made}</table:table-row>"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("workbook")
    connection = duckdb.connect()

    def run(content: bytes) -> tuple[TextTable, list[tuple[Any, ...]]]:
        path = folder / "file.xlsx"
        path.write_bytes(content)
        table = read_workbook(connection, path, CONTRACT, folder)
        query = f"select {table.row_number}, {', '.join(table.columns)} from text_rows order by 1"
        return table, [
            tuple("" if cell is None else cell for cell in row) for row in connection.execute(query).fetchall()
        ]

    yield run
    connection.close()


def refusal(read: Reader, content: bytes) -> RefusedFile:
    with pytest.raises(RefusedFile) as refused:
        read(content)
    return refused.value


def test_cells_are_the_text_a_person_would_write() -> None:
    at = datetime.datetime(2026, 3, 31, 9, 30, 0, 400)
    for cell, text in {
        1234.0: "1234", 0.6: "0.6", 1e22: "1" + "0" * 22, 1e-05: "1e-05", -0.0: "0", "": "", "x ": "x ",
        at: "2026-03-31 09:30:00", datetime.datetime(2026, 3, 31): "2026-03-31", at.date(): "2026-03-31",
    }.items():  # fmt: skip
        assert cell_text(cell) == text
    assert [cell_text(cell) for cell in (True, False, None)] == ["yes", "no", ""]


def test_workbook_reads_as_its_csv_would(read: Reader) -> None:
    day = datetime.date(2026, 9, 1)
    rows = [[1234.0, day, "North"], [" 0042", datetime.datetime(2026, 9, 2, 14, 5), "#N/A"], ["V3", 46266, True]]
    table, found = read(xlsx({"data": [HEAD, *rows]}))
    assert (table.layout, table.columns) == ("workbook", ["visit_id", "day", "team"])
    assert found == [
        (2, "1234", "2026-09-01", "North"), (3, " 0042", "2026-09-02 14:05:00", ""), (4, "V3", "46266", "yes"),
    ]  # fmt: skip


def test_row_numbers_are_the_ones_the_sheet_shows(read: Reader) -> None:
    table, found = read(
        xlsx({"data": [[], ["", "Visits"], [], ["", *HEAD], [], ["", *ROW], ["", "", " "], ["x", *ROW]]})
    )
    assert found == [(6, *ROW), (8, *ROW)]
    assert table.n_unused == 1


def test_cell_beside_the_headings_is_a_column_nobody_uses(read: Reader) -> None:
    """A sheet has no separators to go wrong, so a longer row is no sign of a fault as it is in a CSV."""
    table, found = read(xlsx({"data": [HEAD, [*ROW, "aside"], ["V2", "2026-09-02"]]}))
    assert (table.problems, found) == ([], [(2, *ROW), (3, "V2", "2026-09-02", "")])


def test_first_sheet_with_the_headings_is_read(read: Reader) -> None:
    sheets: Sheets = {
        "cover": [["Visits of September"]],
        "empty": [],
        "data": [HEAD, ROW],
        "old": [HEAD, ["V0", "", ""]],
    }
    assert read(xlsx(sheets))[1] == [(2, *ROW)]


def test_refusal_is_about_the_sheet_that_comes_nearest(read: Reader) -> None:
    """The template's second sheet describes columns; what is missing on the first must not be told of that one."""
    described = [["column", "kind"], ["Visit ID", "Visit ID"], ["Date", "day"]]
    for sheets in ({"data": [["Visit ID", "Team"], ["V1", "North"]], "dictionary": described},
                   {"cover": [["x"]], "data": [["Visit ID", "Team"], ["V1", "North"]]}):  # fmt: skip
        refused = refusal(read, xlsx(sheets))
        assert (refused.rule, refused.message[:26]) == ("missing_columns", "Row 1 has no column Date. ")


def test_workbook_without_rows_is_refused_in_words(read: Reader) -> None:
    assert refusal(read, xlsx({"data": []})).rule == "no_headings"


def test_chart_sheets_are_no_tables(read: Reader) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "=data!$A$1:$A$2"})
        workbook.add_chartsheet("chart").set_chart(chart)
        sheet = workbook.add_worksheet("data")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
    assert read(content.getvalue())[1] == [(2, *ROW)]


@pytest.mark.parametrize("far", [(1048575, 16383), (1048575, 20), (1300, 16383)])
def test_stray_cell_far_away_is_refused_before_it_takes_all_memory(far: tuple[int, int], read: Reader) -> None:
    """The workbook library ends the process when a sheet with one cell in its last corner does not fit in memory."""
    refused = refusal(read, xlsx({"data": [HEAD, ROW]}, far))
    assert refused.rule == "workbook_too_large"
    assert f"row {far[0] + 1}, column {far[1] + 1}" in refused.message


def repacked(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return changed.getvalue()


def test_stray_cell_of_a_sheet_kept_elsewhere_is_refused_too(read: Reader) -> None:
    def move(name: str, part: bytes) -> tuple[str, bytes]:
        return name.replace("worksheets/sheet1", "parts/a"), part.replace(b"worksheets/sheet1", b"parts/a")

    assert read(repacked(xlsx({"data": [HEAD, ROW]}), move))[1] == [(2, *ROW)]
    far = repacked(xlsx({"data": [HEAD, ROW]}, (1048575, 16383)), move)
    assert refusal(read, far).rule == "workbook_too_large"


def test_other_archives_and_damaged_workbooks_are_refused_in_words(read: Reader) -> None:
    good = xlsx({"data": [HEAD, ROW]})
    binary = repacked(good, lambda name, part: (name.replace("workbook.xml", "workbook.bin"), part))
    for content, words in {
        binary: "save it as XLSX", good[: len(good) // 2]: "cut short", b"PK\x03\x04": "cut short",
        b"\xd0\xcf\x11\xe0" + b"\0" * 2000: "protected by a password", b"Visit ID,Date\n": "cannot be opened",
        b"<html>sign in</html>": "cannot be opened",
    }.items():  # fmt: skip
        refused = refusal(read, content)
        assert refused.rule == "unreadable_workbook"
        assert words in refused.message


def test_open_document_sheets_are_read_and_far_ones_refused(read: Reader) -> None:
    rows = ods_row(HEAD) + ods_row(ROW)
    padding = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    assert read(ods(rows + padding))[1] == [(2, *ROW)]
    far = '<table:table-row><table:table-cell table:number-columns-repeated="16383"/>'
    far += '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    refused = refusal(read, ods(rows + padding.replace("1048574", "1048573") + far))
    assert refused.rule == "unreadable_workbook"


def test_columns_are_numbered_as_spreadsheets_letter_them() -> None:
    assert [column_number(letters) for letters in ("", "A", "Z", "AA", "XFD")] == [0, 1, 26, 27, 16384]


GOOD = xlsx({"data": [HEAD, *([f"V{n}", datetime.date(2026, 9, 1), n / 4] for n in range(9))]})


@settings(max_examples=150, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), n_flips=st.integers(1, 6), cut=st.integers(0, len(GOOD)), is_packed=st.booleans())
def test_damaged_workbooks_are_read_or_refused_never_raised(seed: int, n_flips: int, cut: int, is_packed: bool) -> None:
    draw = random.Random(seed)
    content = bytearray(GOOD if is_packed else repacked(GOOD, lambda name, part: (name, damaged(part, draw, n_flips))))
    if is_packed:
        content = damaged(content, draw, n_flips)[: cut or None]
    try:
        workbook_sheets(bytes(content))
    except RefusedFile as refused:
        assert_refused_in_words(refused)


def damaged(content: bytes | bytearray, draw: random.Random, n_flips: int) -> bytearray:
    changed = bytearray(content)
    for _ in range(n_flips):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return changed


def assert_refused_in_words(refused: RefusedFile) -> None:
    assert refused.rule in ("unreadable_workbook", "workbook_too_large")
    assert refused.message.endswith((".", "?"))
