"""Delimited text: CSV, TSV and their relatives, in the encodings councils' systems write.

Belongs here: encoding, separator, heading row, and two ways in: DuckDB's own reader for files in good order, and a
careful one, row by row, for files with blank rows, ragged rows, NULs or broken quotes.
Does not belong here: coercion. A column no contract names is never read.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
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
SPACED_MARK = re.compile(rb'[,\t;|\n ] "|" [,\t;|\r\n ]')
CHUNK = 1 << 20
MAX_FIELD = 10_000_000

csv.field_size_limit(MAX_FIELD)


def read_delimited(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path) -> TextTable:
    """`text_rows` from `path`; `folder` is a private place for a re-encoded copy; raises RefusedFile."""
    encoding, is_regular = inspect_bytes(path)
    text = path if encoding == "utf-8" else reencode(path, encoding, folder / "utf8.csv")
    separator, heading = find_layout(text, contract)
    if is_regular and has_plain_top(text, separator, heading):
        try:
            return read_in_order(connection, text, separator, heading)
        except duckdb.Error:
            pass  # not in good order: the careful reader finds out where
    return load_rows(connection, folder, "columns", heading, rows_below(text, separator, heading.row))


def inspect_bytes(path: Path) -> tuple[str, bool]:
    """The encoding (utf-8, utf-8-sig, utf-16 or cp1252) and whether the lines are regular.

    They are not where a line may be blank, where they end in different ways or in a lone carriage return, or where
    space surrounds a quotation: readers differ in what they make of those, and how many rows they count.
    Text with NUL bytes counts as utf-8-sig, so that they are dropped on re-encoding.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii, is_utf8, is_odd, has_nul, tail = True, True, False, False, b"\n"
    n_feeds = n_returns = n_pairs = 0
    with path.open("rb") as file:
        start = file.read(3)
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", False
        has_mark = start == codecs.BOM_UTF8
        file.seek(len(codecs.BOM_UTF8) if has_mark else 0)
        while True:
            chunk = file.read(CHUNK)
            is_odd = is_odd or has_oddity(tail + (chunk or b" "))
            n_feeds += chunk.count(b"\n")
            n_returns += chunk.count(b"\r")
            n_pairs += (tail[-1:] + chunk).count(b"\r\n") if n_returns else 0
            has_nul = has_nul or b"\0" in chunk
            tail = (tail + chunk)[-3:]
            is_ascii = is_ascii and chunk.isascii()
            if is_utf8 and not is_ascii:
                try:
                    decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
            if not chunk:
                break
    is_regular = not is_odd and not has_nul and n_returns == n_pairs and n_pairs in (0, n_feeds)
    if not is_utf8:
        return "cp1252", is_regular
    return ("utf-8-sig" if has_mark or has_nul else "utf-8"), is_regular


def has_oddity(lines: bytes) -> bool:
    """Whether a line is blank, or space stands beside a mark, which then quotes to DuckDB and does not to csv."""
    if b"\n\n" in lines or (b"\r" in lines and b"\n\r\n" in lines):
        return True
    return b'"' in lines and (b' "' in lines or b'" ' in lines) and SPACED_MARK.search(lines) is not None


def reencode(path: Path, encoding: str, target: Path) -> Path:
    """A UTF-8 copy of `path` without NULs; a byte the encoding does not know becomes a replacement character."""
    with (
        path.open("r", encoding=encoding, errors="replace", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        while part := source.read(CHUNK):
            copy.write(part.replace("\0", ""))
    return target


def find_layout(path: Path, contract: Contract) -> tuple[str, Heading]:
    """The separator under which most headings are known, and the heading row; raises RefusedFile."""
    best: tuple[int, str, Heading] | None = None
    refusal: RefusedFile | None = None
    with path.open("r", encoding="utf-8", newline="") as file:
        start = file.read(CHUNK)
    for separator in SEPARATORS:
        rows = first_rows(start, separator)
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


def first_rows(start: str, separator: str) -> list[list[str]]:
    """The rows among which the heading is looked for; quotation marks need not fit, as the separator may be wrong."""
    rows = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
    return [row for _, row in zip(range(HEADING_SEARCH_ROWS), rows, strict=False)]


def rows_below(path: Path, separator: str, heading_row: int) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of every record below the heading, in file order; raises RefusedFile at a broken quotation.

    Strict, because a mark that is never closed swallows every row up to the next mark, and nobody would miss them.
    """
    number = 0
    with path.open("r", encoding="utf-8", newline="") as file:
        try:
            for number, row in enumerate(csv.reader(file, delimiter=separator, strict=True), start=1):
                if number > heading_row:
                    yield number, row
        except csv.Error:
            raise RefusedFile(
                "broken_quotes",
                f"Row {number + 1}: a quotation mark does not close, or has text right behind it. Mend that row and "
                "send the file again; no rows were read.",
            ) from None


def read_in_order(connection: duckdb.DuckDBPyConnection, path: Path, separator: str, heading: Heading) -> TextTable:
    """`text_rows` by DuckDB's reader; raises duckdb.Error on anything irregular. Unnamed columns are not read."""
    names = [name or f"_unused_{index}" for index, name in enumerate(heading.columns)]
    types = ", ".join(f"'{name}': 'varchar'" for name in names)
    connection.execute(
        f"create or replace temp table text_rows as select {', '.join(heading.named)} from read_csv(?, "
        f"auto_detect=false, header=false, skip={heading.row}, delim='{separator}', "
        f"quote='\"', escape='\"', strict_mode=true, null_padding=false, columns={{{types}}})",
        [str(path)],
    )
    unused = len(heading.columns) - len(heading.named)
    return TextTable("columns", heading.named, f"rowid + {heading.row + 1}", unused)


def has_plain_top(path: Path, separator: str, heading: Heading) -> bool:
    """Whether each row down to the heading is one line: only then does DuckDB skip what the csv module skips."""
    with path.open("r", encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=separator, strict=True)
        try:
            for _ in range(heading.row):
                next(rows)
        except csv.Error:
            return False
        return rows.line_num == heading.row
