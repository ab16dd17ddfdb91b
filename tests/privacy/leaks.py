"""Looking for direct identifiers of made-up people wherever a home keeps or shows anything.

Belongs here: reading the identifiers out of exports, and finding them in bytes, in every way a file may hide them:
letter case, encodings, archives, compressed blobs, databases that compress their columns, names of files.
Does not belong here: which places must be free of them (the tests).
"""

import csv
import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from python_calamine import CalamineWorkbook

from dagster_project.exports.contract import load_contracts, spelling

PDF_TEXTS = ("/Alt", "/ActualText", "/Title", "/T")
PAYROLL = re.compile(r"[a-z]\d+")


def identifiers(exports: Path) -> set[str]:
    """Every number of a person or case, name, e-mail address and registration number in `exports`/<feed>/<file>."""
    found: set[str] = set()
    for feed, contract in load_contracts().items():
        personal = {text for column in [*contract.keyed, *contract.identifiers] for text in column.spellings}
        for path in sorted((exports / feed).rglob("*.*")) if contract.keyed else []:
            if path.suffix == ".xml":
                elements = re.findall(r"<(\w+)>([^<]+)</\1>", path.read_text("utf-8"))
                found |= {text for name, text in elements if spelling(name) in personal}
                continue
            heading, *rows = cells(path)
            places = [place for place, text in enumerate(heading) if spelling(text) in personal]
            assert places, f"{path.name} names nobody"
            found |= {row[place].strip() for row in rows for place in places if place < len(row)}
    return found - {""}


def cells(path: Path) -> list[list[str]]:
    """A CSV or the first sheet of a workbook as text, without the project's own readers."""
    if path.suffix == ".xlsx":
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return [[str(cell) for cell in row] for row in sheet]
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return list(csv.reader(io.StringIO(text)))


def surnames(found: Iterable[str]) -> set[str]:
    return {text.rsplit(" ", 1)[1] for text in found if " " in text}


def needles(found: Iterable[str]) -> dict[bytes, str]:
    """The bytes that would give an identifier away, in lower-case ASCII, and the identifier each belongs to."""
    forms: dict[bytes, str] = {}
    for text in found:
        first, _, last = text.rpartition(" ")
        orders = {text, f"{last}, {first}", f"{first}.{last}", f"{first}_{last}"} if first else {text}
        for form in {case for order in orders for case in (order, order.lower(), order.upper())}:
            for encoding in ("utf-8", "utf-16-le", "cp1252"):
                forms[form.encode(encoding).lower()] = text
            forms[json.dumps(form)[1:-1].encode().lower()] = text
    return forms


def in_bytes(content: bytes, forms: dict[bytes, str]) -> set[str]:
    lowered = content.lower()
    return {text for form, text in forms.items() if form in lowered and not only_within_hexadecimal(lowered, form)}


def only_within_hexadecimal(lowered: bytes, form: bytes) -> bool:
    """A pseudonym is `p` and hexadecimal digits; it may begin like a payroll number by chance."""
    if not PAYROLL.fullmatch(form.decode("latin-1")):
        return False
    return re.search(re.escape(form) + rb"(?![0-9a-f])", lowered) is None


def layers(content: bytes) -> Iterator[bytes]:
    """`content`, and what is inside it where it is an archive or compressed, however deep."""
    yield content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from layers(archive.read(name))
    elif content[:5] == b"%PDF-":
        yield from pdf_words(PdfReader(io.BytesIO(content)))
    elif content[:1] == b"\x78" or content[:2] == b"\x1f\x8b":
        try:
            yield from layers(zlib.decompress(content, wbits=47))
        except zlib.error:
            return


def pdf_words(reader: PdfReader) -> Iterator[bytes]:
    """What a reader sees, what a screen reader says of drawings, and titles."""
    yield " ".join(page.extract_text() for page in reader.pages).encode()
    numbers = {*reader.xref_objStm, *(number for of in reader.xref.values() for number in of)}
    for number in sorted(numbers - {0}):
        found = reader.get_object(number)
        if isinstance(found, DictionaryObject):
            yield " ".join(
                str(found[name]) for name in ("/Alt", "/ActualText", "/Title", "/T") if name in found
            ).encode()


def database_rows(path: Path, content: bytes) -> Iterator[bytes]:
    """Every cell of a DuckDB or SQLite file: their pages may hold text in compressed form."""
    if content[8:12] == b"DUCK":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
            for schema, table in tables:
                yield repr(connection.execute(f'select * from "{schema}"."{table}"').fetchall()).encode()
    elif content[:15] == b"SQLite format 3":
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            tables = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (table,) in tables:
                for row in connection.execute(f'select * from "{table}"'):
                    for cell in row:
                        yield cell if isinstance(cell, bytes) else str(cell).encode()


def in_file(path: Path, forms: dict[bytes, str], seen: set[int]) -> set[str]:
    """Identifiers in one file and in its name; `seen` holds hashes of content that has been looked through."""
    found = in_bytes(path.name.encode(), forms)
    content = path.read_bytes()
    if hash(content) in seen:
        return found
    seen.add(hash(content))
    for part in [*layers(content), *(layer for cell in database_rows(path, content) for layer in layers(cell))]:
        found |= in_bytes(part, forms)
    return found


def in_folders(folders: Iterable[Path], forms: dict[bytes, str]) -> dict[str, set[str]]:
    """{file: identifiers in it} for the files of `folders` that hold any, by the path below the home."""
    seen: set[int] = set()
    found = {}
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            leaked = in_file(path, forms, seen)
            if leaked:
                found[f"{folder.name}/{path.relative_to(folder)}"] = leaked
    return found
