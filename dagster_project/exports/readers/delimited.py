"""Delimited text: CSV, TSV and their relatives, in the encodings councils' systems write.

Belongs here: encoding, separator, heading row, and two ways in: DuckDB's own reader for files in good order, and a
careful one, row by row, for files with blank rows, ragged rows or broken quotes.
Does not belong here: coercion. A column no contract names is never read.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from dagster_project.exports.contract import Contract
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.text_table import (
    HEADING_SEARCH_ROWS,
    Heading,
    TextTable,
    find_heading,
    load_rows,
)

SEPARATORS = (",", "\t", ";", "|")
CHUNK = 1 << 20
MAX_FIELD = 10_000_000

csv.field_size_limit(MAX_FIELD)


def read_delimited(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path
) -> TextTable:
    """`text_rows` from `path`; `folder` is a private place for a re-encoded copy; raises RefusedFile."""
    encoding, has_blank_rows = inspect_bytes(path)
    text = path if encoding == "utf-8" else reencode(path, encoding, folder / "utf8.csv")
    separator, heading = find_layout(text, contract)
    if not has_blank_rows:
        try:
            return read_in_order(connection, text, separator, heading)
        except duckdb.Error:
            pass  # not in good order: the careful reader finds out where
    return load_rows(connection, folder, "columns", heading, rows_below(text, separator, heading.row))


def inspect_bytes(path: Path) -> tuple[str, bool]:
    """The encoding (utf-8, utf-8-sig, utf-16 or cp1252) and whether a blank row may be in the file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_blank_rows, tail = True, False, b""
    with path.open("rb") as file:
        start = file.read(4)
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", True
        file.seek(0)
        while chunk := file.read(CHUNK):
            joined = (tail + chunk).replace(b"\r", b"")
            has_blank_rows = has_blank_rows or b"\n\n" in joined or b"\0" in chunk
            tail = chunk[-2:]
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    if not is_utf8:
        return "cp1252", has_blank_rows
    return ("utf-8-sig" if start[:3] == codecs.BOM_UTF8 else "utf-8"), has_blank_rows


def reencode(path: Path, encoding: str, target: Path) -> Path:
    """A UTF-8 copy of `path`; a byte the encoding does not know becomes a replacement character."""
    with (
        path.open("r", encoding=encoding, errors="replace", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        while part := source.read(CHUNK):
            copy.write(part)
    return target


def find_layout(path: Path, contract: Contract) -> tuple[str, Heading]:
    """The separator under which most headings are known, and the heading row; raises RefusedFile."""
    best: tuple[int, str, Heading] | None = None
    refusal: RefusedFile | None = None
    with path.open("r", encoding="utf-8", newline="") as file:
        start = file.read(CHUNK)
    for separator in SEPARATORS:
        rows = [row for _, row in zip(range(HEADING_SEARCH_ROWS), records(io.StringIO(start), separator), strict=False)]
        try:
            heading = find_heading(rows, contract)
        except RefusedFile as refused:
            if refusal is None or refusal.rule == "no_headings":
                refusal = refused
            continue
        if best is None or len(heading.named) > best[0]:
            best = len(heading.named), separator, heading
    if best is None:
        raise refusal or RefusedFile("empty_file", "The file is empty.")
    return best[1], best[2]


def records(file: Iterable[str], separator: str) -> Iterator[list[str]]:
    """The file's records; raises RefusedFile at a field that never ends."""
    try:
        yield from csv.reader((line.replace("\0", "") for line in file), delimiter=separator)
    except csv.Error:
        raise RefusedFile("broken_quotes", "A quotation mark is opened and never closed; no rows were read.") from None


def rows_below(path: Path, separator: str, heading_row: int) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of every record below the heading, in file order."""
    with path.open("r", encoding="utf-8", newline="") as file:
        for number, row in enumerate(records(file, separator), start=1):
            if number > heading_row:
                yield number, row


def read_in_order(
    connection: duckdb.DuckDBPyConnection, path: Path, separator: str, heading: Heading
) -> TextTable:
    """`text_rows` by DuckDB's reader; raises duckdb.Error on anything irregular. Unnamed columns are not read."""
    names = [name or f"_unused_{index}" for index, name in enumerate(heading.columns)]
    types = ", ".join(f"'{name}': 'varchar'" for name in names)
    connection.execute(
        f"create or replace temp table text_rows as select {', '.join(heading.named)} from read_csv(?, "
        f"auto_detect=false, header=false, skip={heading_line(path, separator, heading)}, delim='{separator}', "
        f"quote='\"', escape='\"', strict_mode=true, null_padding=false, columns={{{types}}})",
        [str(path)],
    )
    unused = len(heading.columns) - len(heading.named)
    return TextTable("columns", heading.named, f"rowid + {heading.row + 1}", unused)


def heading_line(path: Path, separator: str, heading: Heading) -> int:
    """The line on which the heading row ends: more than its row number where a cell above holds a line break."""
    with path.open("r", encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=separator)
        for _ in range(heading.row):
            next(reader)
        return reader.line_num

