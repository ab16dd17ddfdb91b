"""Tabular files as numbered rows of text: CSV and TSV by what is in them, workbooks by their cells.

Belongs here: encodings, separators, quotation marks, workbook cells. Does not belong here: what a cell means
(counter_tabular).
"""

import codecs
import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterator

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_header import ASK_AGAIN

Grid = list[tuple[int, list[str]]]

ZIP_MARK = b"PK\x03\x04"
XLS_MARK = b"\xd0\xcf\x11\xe0"
NOT_UTF8 = "The file is not in UTF-8, so accented letters may be wrong. COUNTER asks publishers for UTF-8."

# A workbook is read whole into memory. Far larger than any real report; one stray cell in the last row and column of a
# sheet would ask for more memory than any machine has, and the workbook library ends the process when it is refused.
MAX_CELLS = 20_000_000
MAX_SHEET_BYTES = 1_000_000_000


def decoded(content: bytes) -> tuple[str, list[str]]:
    """The text of `content` and what to warn of: UTF-8 or UTF-16 with a mark, otherwise the Windows code page."""
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return content.decode("utf-16", "replace"), []
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), [NOT_UTF8]


def text_grid(text: str) -> Grid:
    """The rows of tab-, comma- or semicolon-separated text; raises RefusedFile for broken quotation marks."""
    top = text[:10_000]
    found = re.search(r"(?i)report_id\"?([\t,;])", top) or re.search(r"([\t,;])", top)
    separator = found[1] if found else ","
    if separator == "\t":
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return [(number, tab_cells(line)) for number, line in enumerate(lines, start=1)]
    return list(separated_rows(text, separator))


def tab_cells(line: str) -> list[str]:
    """The cells of one line of a TSV file, in which a quotation mark is a letter unless it closes within its cell."""
    if '"' in line:
        try:
            return next(csv.reader([line], delimiter="\t", strict=True))
        except csv.Error:
            pass
    return line.split("\t")


def separated_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which it begins, cells) of every record; raises RefusedFile."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        raise RefusedFile(
            "counter_unreadable",
            f"Row {begins}: a quotation mark does not close, or stands inside a cell that has none around it. Mend "
            f"that row, or ask the publisher for the TSV form of the report.",
        ) from None


def workbook_grids(content: bytes) -> list[Grid]:
    """The rows of every sheet of an XLSX or XLS workbook; raises RefusedFile."""
    import python_calamine

    if content.startswith(ZIP_MARK):
        refuse_unsafe_workbook(content)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic inside the library is no Exception
        raise damaged_workbook(error) from None
    return [[(number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows, 1)] for rows in sheets]


def refuse_unsafe_workbook(content: bytes) -> None:
    """Raise RefusedFile for an archive that is no XLSX workbook, or one with a sheet that cannot be held in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise RefusedFile(
                    "counter_unreadable",
                    "This is an archive or a kind of workbook that is not read. Take the report out of it, or save it "
                    "as XLSX, and send that.",
                )
            for info in archive.infolist():
                if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                    rows, columns = sheet_extent(archive, info)
                    if rows * columns > MAX_CELLS or info.file_size > MAX_SHEET_BYTES:
                        raise RefusedFile(
                            "counter_too_large",
                            f"A sheet of the workbook reaches to row {rows}, column {columns}, more than can be read. "
                            "Delete stray cells far below or beside the report, or send it as TSV.",
                        )
    except RefusedFile:
        raise
    except Exception as error:  # damaged archives raise half a dozen kinds
        raise damaged_workbook(error) from None


def damaged_workbook(error: BaseException) -> RefusedFile:
    """The refusal of a workbook that does not open."""
    return RefusedFile(
        "counter_unreadable",
        f"The workbook cannot be opened ({type(error).__name__}). Is it protected by a password, or cut short? "
        f"{ASK_AGAIN}",
    )


def sheet_extent(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[int, int]:
    """The last row and column that the sheet's cells name."""
    last_row, last_column, tail = 0, 0, b""
    with archive.open(info) as sheet:
        while chunk := sheet.read(1 << 20):
            for letters, digits in set(re.findall(rb"\sr=[\"']([A-Z]{0,3})([0-9]{1,7})[\"']", tail + chunk)):
                last_row = max(last_row, int(digits))
                last_column = max(last_column, column_number(letters.decode()))
            tail = chunk[-20:]
    return last_row, last_column


def column_number(letters: str) -> int:
    """The number of a spreadsheet column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_name(index: int) -> str:
    """How a message names the column at `index`: its number from 1, and its letters in a spreadsheet."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"column {index + 1} ({letters})"


def cell_text(cell: object) -> str:
    """A workbook cell as text: whole numbers without a point, dates as ISO."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return "" if cell is None else str(cell)
