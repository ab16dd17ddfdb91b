"""What keeps a workbook from ending the process: the library that reads workbooks holds each sheet whole in memory.

Belongs here: opening workbooks, refusing the ones that are none or too large. Does not belong here: what cells say.
"""

import io
import re
import zipfile
from typing import Any

from dagster_project.exports.problems import RefusedFile

ZIP_MARK = b"PK\x03\x04"

# Far larger than any real export; one stray cell in the last row and column of a sheet would ask for more memory than
# any machine has, and the library ends the process when it is refused.
MAX_CELLS = 20_000_000
MAX_PART_BYTES = 1_000_000_000


def workbook_sheets(content: bytes) -> list[list[list[Any]]]:
    """The cells of every sheet of an XLSX, XLS or ODS workbook, from the first row and column; raises RefusedFile."""
    return list(named_sheets(content).values())


def named_sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """The same by the sheets' names, in the workbook's order."""
    import python_calamine

    if content.startswith(ZIP_MARK):
        refuse_unsafe_workbook(content)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {n: workbook.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in workbook.sheet_names}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic inside the library is no Exception
        raise damaged_workbook(error) from None


def refuse_unsafe_workbook(content: bytes) -> None:
    """Raise RefusedFile for an archive that is no XLSX or ODS workbook, or one that cannot be held in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names and "content.xml" not in names:
                raise RefusedFile(
                    "unreadable_workbook",
                    "This is an archive or a kind of workbook that is not read. Take the export out of it, or save it "
                    "as XLSX, and send that.",
                )
            for info in archive.infolist():
                if info.file_size > MAX_PART_BYTES:
                    raise RefusedFile(
                        "workbook_too_large", "The workbook is larger than can be read. Send it as CSV or TSV."
                    )
                if info.filename.lower().endswith(".xml"):  # a sheet may lie anywhere in the archive
                    refuse_far_cells(*sheet_extent(archive, info))
    except RefusedFile:
        raise
    except Exception as error:  # damaged archives raise half a dozen kinds
        raise damaged_workbook(error) from None


def refuse_far_cells(rows: int, columns: int) -> None:
    """Raise RefusedFile for a sheet that reaches too far. An ODS sheet that does is refused by the library itself."""
    if rows * columns > MAX_CELLS:
        raise RefusedFile(
            "workbook_too_large",
            f"A sheet of the workbook reaches to row {rows}, column {columns}, more than can be read. "
            "Delete stray cells far below or beside the table, or send it as CSV or TSV.",
        )


def damaged_workbook(error: BaseException) -> RefusedFile:
    """The refusal of a workbook that does not open."""
    return RefusedFile(
        "unreadable_workbook",
        f"The workbook cannot be opened ({type(error).__name__}). Is it protected by a password, or cut short? "
        "Save it again without one.",
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
