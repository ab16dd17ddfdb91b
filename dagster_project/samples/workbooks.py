"""Workbooks (XLSX) of samples, with the same bytes every time.

Belongs here: writing cells. Does not belong here: what stands in them.
"""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

Cell = str | float | datetime.date
DAY_FORMAT = "dd/mm/yyyy"
MADE_AT = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)  # any fixed moment


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> Path:
    """A sheet for each of `sheets`, its rows as they are; real dates in date cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.set_properties({"created": MADE_AT})
        as_date = workbook.add_format({"num_format": DAY_FORMAT})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for index, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(number, index, cell, as_date)
                    else:
                        sheet.write(number, index, cell)
    return path
