"""Census returns of the Department for Education in XML: one row for each element that the contract names.

Belongs here: opening XML safely, the department's schema, which elements are a row's cells. Does not belong here:
spellings of elements and what their codes mean (contracts), any judgement of values (coercion).

A row's cells are the elements below its record, and those beside the record or beside what it lies in (the child's
identifiers, the return's reference date). Of an element that comes twice in a row, the first is read.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dagster_project.exports.contract import Contract
from dagster_project.exports.problems import RefusedFile, RowProblem
from dagster_project.exports.readers.text_table import Heading, TextTable, find_heading, load_rows
from dagster_project.problems import SettingsProblem

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_xml(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path, schema: Path | None
) -> TextTable:
    """`text_rows` of the XML file at `path`, numbered by the line a record begins on; raises RefusedFile.

    `schema` is the department's XSD of the return, which the file must fit where it is given.
    """
    root = parsed(path)
    if schema is not None:
        refuse_unfit(root, schema)
    records = [element for element in root.iter() if _name(element) == contract.xml_record]
    if not records:
        raise RefusedFile(
            "no_records",
            f"The file has no element {contract.xml_record}. Is it another return, or in the wrong folder?",
        )
    rows: list[tuple[Any, dict[str, str]]] = [(record.sourceline or 0, cells_of(record)) for record in records]
    names = list(dict.fromkeys(name for _, cells in rows for name in cells))
    heading = find_heading([names], contract)
    numbered = ((line, [cells.get(name, "") for name in names]) for line, cells in rows)
    return load_rows(connection, folder, "xml", Heading(0, heading.columns), numbered)


def parsed(path: Path) -> "_Element":
    """The root of the document; nothing outside the file is looked up, and no entity is expanded."""
    from lxml import etree  # slow to import

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        tree = etree.parse(str(path), parser)
    except (etree.XMLSyntaxError, OSError) as error:  # bytes that are no text are an OSError
        line = getattr(error, "lineno", None) or 1
        raise RefusedFile(
            "unreadable_xml", f"The XML is damaged at line {line}. Export it again; do not edit it by hand."
        ) from None
    if tree.docinfo.internalDTD is not None:
        raise RefusedFile("unreadable_xml", "The XML has a document type, which no census return has. Export it again.")
    return tree.getroot()


def refuse_unfit(root: "_Element", schema: Path) -> None:
    """Raise RefusedFile with every place that does not fit the XSD at `schema`; never with what stands there.

    Raises SettingsProblem where the XSD itself cannot be read.
    """
    from lxml import etree  # slow to import

    try:
        xsd = etree.XMLSchema(etree.parse(str(schema), etree.XMLParser(resolve_entities=False, no_network=True)))
    except (OSError, etree.LxmlError):
        raise SettingsProblem(
            f"config.yml: schemas: {schema} cannot be read as an XML schema (XSD); nothing was read"
        ) from None
    if xsd.validate(root):
        return
    errors: Any = xsd.error_log  # its type has no iterator, the log has
    problems = [RowProblem(error.line, _element_at(error.path or ""), "not_in_schema") for error in errors]
    raise RefusedFile(
        "not_in_schema",
        f"{len(problems)} places do not fit the department's schema ({schema.name}), the first at line "
        f"{problems[0].row}. Correct them in the system the return is made in, and export again; nothing was loaded.",
        problems,
    )


def _element_at(path: str) -> str:
    """The name at the end of a path such as /Message/CSWWWorker[4]/QualLevel."""
    return path.rpartition("/")[2].partition("[")[0]


def cells_of(record: "_Element") -> dict[str, str]:
    """The texts of the row's elements by name."""
    cells: dict[str, str] = {}
    for name, text in _leaves(record):
        cells.setdefault(name, text)
    inner = record
    for outer in record.iterancestors():
        for branch in outer:
            if branch is not inner and _name(branch) != _name(inner):
                for name, text in _leaves(branch):
                    cells.setdefault(name, text)
        inner = outer
    return cells


def _leaves(branch: "_Element") -> Iterator[tuple[str, str]]:
    for element in branch.iter():
        if not len(element):
            yield _name(element), element.text or ""


def _name(element: "_Element") -> str:
    """The element's name without its namespace; empty for a processing instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
