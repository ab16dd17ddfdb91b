"""Finished files of samples in which one cell at a time is changed: delimited text, workbooks and census XML.

Belongs here: which columns a file has, which of its rows may be spoilt, writing it again. Does not belong here: what is
wrong with a cell (faults.py).
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from dagster_project.exports.contract import Contract, spelling
from dagster_project.samples.workbooks import Cell, write_workbook

LEAF = re.compile(r"<(\w+)>([^<]*)</\1>")
BYTES = "latin-1"  # every byte is a character of its own, so that text comes back as it was, whatever its encoding
MARK = "\xef\xbb\xbf"  # of UTF-8, at the beginning of a file
HEADINGS_WITHIN = 20  # lines


class FaultyFile:
    """A file of a feed: `columns` has the place of each column of the contract that it holds, `n_rows` its rows.

    A row is known by its line, as an editor shows it.
    """

    path: Path
    columns: Mapping[str, int]
    n_rows: int

    def __init__(self, path: Path, contract: Contract) -> None:
        self.path, self.contract = path, contract

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        raise NotImplementedError

    def replace(self, line: int, place: int, value: str) -> None:
        raise NotImplementedError

    def spoil(self, column: str, value: str, taken: Collection[int]) -> int | None:
        """Write `value` into a filled cell of the first row of the second half that may be spoilt; the row's line."""
        place = self.columns[column]
        for number, (line, row) in enumerate(self.rows(), start=1):
            is_late = 2 * number >= self.n_rows and line not in taken
            if is_late and len(row) > place and row[place] and self._may_be_missed(row):
                self.replace(line, place, value)
                return line
        return None

    def _may_be_missed(self, row: list[str]) -> bool:
        """In a snapshot, whether its person stands nowhere else: without a manager's row, a team would have none."""
        subject = self.contract.subject
        if self.contract.delivery != "snapshot" or subject is None or len(self.contract.people) < 2:
            return True
        person = row[self.columns[subject.name]]
        return sum(cells.count(person) for _, cells in self.rows()) == 1

    def find_columns(self, headings: list[str]) -> dict[str, int]:
        means = {text: column.name for column in self.contract.columns for text in column.spellings}
        return {means[text]: place for place, text in enumerate(map(spelling, headings)) if text in means}


class TextFile(FaultyFile):
    """Delimited text, read line by line however long it is; no cell holds a line break."""

    def __init__(self, path: Path, contract: Contract) -> None:
        super().__init__(path, contract)
        self._separator = "\t" if path.suffix == ".tsv" else ","
        self._heading, self.columns, n_lines = 0, {}, 0
        with path.open(encoding=BYTES, newline="") as file:
            for n_lines, content in enumerate(file, start=1):
                if n_lines <= HEADINGS_WITHIN and len(found := self.find_columns(self._cells(content))) > len(
                    self.columns
                ):
                    self._heading, self.columns = n_lines, found
        self.n_rows = n_lines - self._heading

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        with self.path.open(encoding=BYTES, newline="") as file:
            for line, content in enumerate(file, start=1):
                if line > self._heading:
                    yield line, self._cells(content)

    def replace(self, line: int, place: int, value: str) -> None:
        part = self.path.with_name(f".{self.path.name}.part")
        with self.path.open(encoding=BYTES, newline="") as source, part.open("w", encoding=BYTES, newline="") as target:
            for number, content in enumerate(source, start=1):
                target.write(self._with(content, place, value) if number == line else content)
        part.replace(self.path)

    def _with(self, content: str, place: int, value: str) -> str:
        cells = self._cells(content)
        cells[place] = value
        ending = content[len(content.rstrip("\r\n")) :]
        return self._separator.join(f'"{cell}"' if "," in cell else cell for cell in cells) + ending

    def _cells(self, content: str) -> list[str]:
        text = content.removeprefix(MARK).rstrip("\r\n")
        return text.split(self._separator) if '"' not in text else next(csv.reader([text], delimiter=self._separator))


class SheetFile(FaultyFile):
    """A sheet of a workbook; the other sheets stay as they are."""

    def __init__(self, path: Path, contract: Contract, sheet: str) -> None:
        super().__init__(path, contract)
        self._sheet = sheet
        heading, *rows = self._sheets()[sheet]
        self.columns, self.n_rows = self.find_columns([str(cell) for cell in heading]), len(rows)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        for line, row in enumerate(self._sheets()[self._sheet][1:], start=2):
            yield line, [str(cell) for cell in row]

    def replace(self, line: int, place: int, value: str) -> None:
        sheets = self._sheets()
        sheets[self._sheet][line - 1][place] = value
        write_workbook(self.path, sheets)

    def _sheets(self) -> dict[str, list[list[Cell]]]:
        with CalamineWorkbook.from_path(self.path) as workbook:
            sheets: Any = {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}
        return dict(sheets)  # of the library's many types of cells those that samples hold


class XmlFile(FaultyFile):
    """A census with an element a line, as the samples write it."""

    def __init__(self, path: Path, contract: Contract) -> None:
        super().__init__(path, contract)
        self._lines = path.read_text("utf-8").splitlines(keepends=True)
        self._begins = [n for n, text in enumerate(self._lines, start=1) if f"<{contract.xml_record}>" in text]
        names = [name for name, _ in self._leaves(self._begins[0])]
        self.columns, self.n_rows = self.find_columns(names), len(self._begins)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        for line in self._begins:
            yield line, [text for _, text in self._leaves(line)]

    def replace(self, line: int, place: int, value: str) -> None:
        name, text = self._leaves(line)[place]
        self._lines[line + place] = self._lines[line + place].replace(f">{text}</{name}>", f">{value}</{name}>")
        self.path.write_text("".join(self._lines), encoding="utf-8")

    def _leaves(self, line: int) -> list[tuple[str, str]]:
        end = self._lines.index(f"  </{self.contract.xml_record}>\n", line)
        return [(found[1], found[2]) for text in self._lines[line:end] if (found := LEAF.search(text))]


def opened(path: Path, folder: str, contracts: Mapping[str, Contract]) -> Iterator[FaultyFile]:
    """The file under each feed of which it holds rows: one of the feed `folder`, of a workbook of registers several."""
    if path.suffix == ".xml":
        yield XmlFile(path, contracts[folder])
    elif path.suffix == ".xlsx":
        with CalamineWorkbook.from_path(path) as workbook:
            names = workbook.sheet_names
        for name in names:
            register = next((each for each in contracts.values() if each.has_sheet(name)), None)
            yield SheetFile(path, register or contracts[folder], name)
    else:
        yield TextFile(path, contracts[folder])
