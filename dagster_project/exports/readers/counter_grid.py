"""Tabular files as numbered rows of text: CSV and TSV by what is in them, workbooks by their cells.

Belongs here: encodings, separators, quotation marks, workbook cells. Does not belong here: what a cell means
(counter_tabular).
"""

import codecs
import csv
import datetime
import io
import re
from collections.abc import Iterator

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.workbook_guard import workbook_sheets

Grid = list[tuple[int, list[str]]]

XLS_MARK = b"\xd0\xcf\x11\xe0"
NOT_UTF8 = "The file is not in UTF-8, so accented letters may be wrong. COUNTER asks publishers for UTF-8."


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
    """The rows of every sheet of a workbook; raises RefusedFile."""
    return [
        [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows, 1)]
        for rows in workbook_sheets(content)
    ]


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
