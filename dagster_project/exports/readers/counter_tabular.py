"""The tabular form of a COUNTER report: header rows, a row of headings, rows of usage with a column for each month.

Belongs here: finding the header and the headings, reading months from headings, taking rows apart.
Does not belong here: encodings and workbooks (counter_grid), the text of an item (counter_rows).
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from dagster_project.exports.contract import spelling
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_grid import Grid, column_name
from dagster_project.exports.readers.counter_header import (
    ASK_AGAIN,
    NO_USAGE,
    Header,
    no_header,
    read_exceptions,
    read_header,
    refuse_error_answer,
    shown,
)
from dagster_project.exports.readers.counter_report import CounterReport, Row, finished_report
from dagster_project.exports.readers.counter_rows import (
    IDENTIFIERS,
    INSTITUTION,
    clean_text,
    known_name,
    month_name,
    read_month,
    refuse_other_months,
    refuse_several_institutions,
    usage_of,
    whole_number,
    with_count,
)

HEADER_ROWS = {
    spelling(name): name
    for name in (
        *("Report_Name", "Report_ID", "Release", "Institution_Name", "Institution_ID", "Metric_Types"),
        *("Report_Filters", "Report_Attributes", "Exceptions", "Reporting_Period", "Created", "Created_By"),
        "Registry_Record",
    )
}
HEADER_ROWS["metric type"] = "Metric_Types"
ONE_VALUE = ("Report_ID", "Release", "Created", "Created_By")
REQUIRED_HEADINGS = ("Platform", "Metric_Type")
NAMES = ("Item", "Database", "Title", "Platform")
OLD_RELEASE = re.compile(r"\(\s*R\s*[1-4]\s*\)", re.IGNORECASE)
TOTAL = re.compile(r"(?:grand |sub)?totals?(?: for all .*)?:?", re.IGNORECASE)


@dataclass(frozen=True)
class Headings:
    """The row of headings: what each column holds. `months` are (column, `YYYY-MM`), in the order of the file."""

    row: int
    attributes: dict[int, str]
    months: list[tuple[int, str]]
    total: int | None

    @cached_property
    def headed(self) -> frozenset[int]:
        """The columns that have a heading."""
        total = [] if self.total is None else [self.total]
        return frozenset([*self.attributes, *(index for index, _ in self.months), *total])

    def unheaded(self, cells: list[str]) -> int | None:
        """The first filled cell that no heading stands over."""
        return next((index for index, cell in enumerate(cells) if cell and index not in self.headed), None)


@dataclass
class Findings:
    """What the rows gave, and what is to be said of them."""

    rows: list[Row] = field(default_factory=list)
    institutions: set[tuple[str, ...]] = field(default_factory=set)
    n_total_rows: int = 0
    n_short: int = 0
    n_not_given: int = 0
    n_other_sum: int = 0

    def warnings(self) -> list[str]:
        said = (
            ("Rows of the publisher's own totals, left out", self.n_total_rows, ""),
            ("Rows that end before the last month's column", self.n_short, " Was the file cut short?"),
            ("Empty count cells, read as not given and not as zero", self.n_not_given, ""),
            (
                "Rows whose Reporting_Period_Total is not the sum of their months",
                self.n_other_sum,
                " The months were read; ask the publisher which is right.",
            ),
        )
        return [f"{what}: {n}.{advice}" for what, n, advice in said if n]


def has_header(grid: Grid) -> bool:
    """Whether the rows begin with a COUNTER header, of a release that can be read or not."""
    top = [cell for _, cells in grid[:10] for cell in cells[:2]]
    return any(spelling(cell) in ("report id", "report name") or OLD_RELEASE.search(cell) for cell in top)


def read_tabular(grid: Grid) -> CounterReport:
    """The report in `grid`; raises RefusedFile."""
    filled = [(number, [clean_text(cell) for cell in cells]) for number, cells in grid]
    filled = [(number, cells) for number, cells in filled if any(cells)]
    if filled and any(OLD_RELEASE.search(cell) for cell in filled[0][1]):
        raise RefusedFile(
            "counter_release",
            f"Row {filled[0][0]} says it is a COUNTER report of release 3 or older; releases 4, 5 and 5.1 can be "
            f"read. {ASK_AGAIN}",
        )
    n_header = next((n for n, (_, cells) in enumerate(filled) if is_heading_row(cells)), len(filled))
    header = header_of(filled[:n_header])
    rows = filled[n_header + 1 :]
    if not rows:
        refuse_error_answer(header.exceptions)
    if not rows and NO_USAGE in header.codes:
        return finished_report(header, [], [])
    if n_header == len(filled):
        raise RefusedFile(
            "counter_no_headings",
            f"The header is there, but no row of headings with {' and '.join(REQUIRED_HEADINGS)} below it. Send the "
            f"file as the publisher gave it. {ASK_AGAIN}",
        )
    headings = read_headings(*filled[n_header], header)
    findings = Findings()
    for number, cells in rows:
        read_row(number, cells, headings, header, findings)
    refuse_several_institutions(findings.institutions)
    return finished_report(header, findings.rows, missing_month_warnings(headings, header) + findings.warnings())


def is_heading_row(cells: list[str]) -> bool:
    """Whether the row holds the headings: Metric_Type beside others, which no header row has."""
    names = {known_name(cell) for cell in cells if cell}
    return "Metric_Type" in names and len(names) >= 3


def header_of(rows: Grid) -> Header:
    """The header in the rows above the headings; raises RefusedFile."""
    fields: dict[str, str] = {}
    for _, cells in rows:
        label, *values = [cell for cell in cells if cell]
        name = HEADER_ROWS.get(spelling(label))
        if name and values:
            # Begin and end may stand in cells of their own, where a comma between them was read as a separator.
            fields.setdefault(name, values[0] if name in ONE_VALUE else "; ".join(values))
    if not fields:
        raise no_header()
    return read_header(fields, read_exceptions(fields.get("Exceptions", "")))


def read_headings(row: int, cells: list[str], header: Header) -> Headings:
    """What each column holds; raises RefusedFile for headings that leave it open."""
    attributes: dict[int, str] = {}
    months: list[tuple[int, str]] = []
    unread: list[int] = []
    total: int | None = None
    metric_at = next(index for index, cell in enumerate(cells) if known_name(cell) == "Metric_Type")
    for index, cell in enumerate(cells):
        name, month = known_name(cell), read_month(cell)
        if name == "Reporting_Period_Total":
            total = index
        elif name is not None or (cell and month is None and index < metric_at):
            attributes[index] = name or cell
        elif month is not None:
            months.append((index, month))
        elif cell:
            unread.append(index)
    refuse_unread_months(row, cells, unread, len(months), header)
    refuse_headings_twice(row, list(attributes.values()), [month for _, month in months])
    missing = [name for name in REQUIRED_HEADINGS if name not in attributes.values()]
    if missing:
        raise RefusedFile("counter_no_headings", f"Row {row} has no heading {' and '.join(missing)}. {ASK_AGAIN}")
    if not months:
        raise RefusedFile(
            "counter_no_months",
            f"Row {row} has no column for any month, only the total of the period (the report was made with "
            "Exclude_Monthly_Details or the like). Ask the publisher for the report with monthly details.",
        )
    refuse_other_months(header, [month for _, month in months])
    return Headings(row, attributes, months, total)


def refuse_unread_months(row: int, cells: list[str], unread: list[int], n_months: int, header: Header) -> None:
    """Raise RefusedFile naming each heading after Metric_Type that is no month, and the month its place calls for."""
    if not unread:
        return
    first = next(index for index, cell in enumerate(cells) if index in unread or read_month(cell))
    expected = header.months if len(unread) + n_months == len(header.months) else []
    named = []
    for index in unread[:6]:
        place = index - first
        wanted = f", expected {month_name(expected[place])}" if 0 <= place < len(expected) else ""
        named.append(f"{shown(cells[index], 30)} in {column_name(index)}{wanted}")
    more = f" and {len(unread) - 6} more" if len(unread) > 6 else ""
    raise RefusedFile(
        "counter_month_unreadable",
        f"Row {row}: headings that are not months: {'; '.join(named)}{more}. Months are written like Jan-2022 or "
        "2022-01, in English; a spreadsheet may have changed them. Ask the publisher for the file again and send it "
        "without opening it in a spreadsheet.",
    )


def refuse_headings_twice(row: int, names: list[str], months: list[str]) -> None:
    """Raise RefusedFile where two columns would hold the same thing."""
    for name in [*names, *map(month_name, months)]:
        if [*names, *map(month_name, months)].count(name) > 1:
            raise RefusedFile(
                "counter_heading_twice", f"Row {row}: two columns are headed {shown(name, 40)}. {ASK_AGAIN}"
            )


def read_row(number: int, cells: list[str], headings: Headings, header: Header, findings: Findings) -> None:
    """Add to `findings` a row for each month that the report's row gives a count for; raises RefusedFile."""
    attributes = {name: cells[index] for index, name in headings.attributes.items() if index < len(cells)}
    attributes = {name: text for name, text in attributes.items() if text}
    if is_total_row(attributes):
        findings.n_total_rows += 1
        return
    if (index := headings.unheaded(cells)) is not None:
        raise RefusedFile(
            "counter_ragged_row",
            f"Row {number} has a cell in {column_name(index)}, where row {headings.row} has no heading: its counts may "
            "stand under the wrong month. Look for a stray separator or quotation mark, or ask for the TSV form of the "
            "report.",
        )
    institution = tuple(attributes.pop(name, "") for name in INSTITUTION)
    findings.institutions.update([institution] if any(institution) else [])
    given = [(month, cells[index]) for index, month in headings.months if index < len(cells) and cells[index]]
    findings.n_short += len(cells) <= max(index for index, _ in headings.months)
    findings.n_not_given += len(headings.months) - len(given)
    findings.n_other_sum += has_other_sum(cells, headings.total, [count for _, count in given])
    usage = usage_of(header, attributes)
    findings.rows += [(number, with_count(usage, month, count)) for month, count in given]


def is_total_row(attributes: dict[str, str]) -> bool:
    """Whether the row is a publisher's own total: a metric or a name says so, and no identifier says otherwise."""
    if spelling(attributes.get("Metric_Type", "")) in ("total", "totals", "grand total"):
        return True
    name = next((attributes[name] for name in NAMES if name in attributes), "")
    return bool(TOTAL.fullmatch(name)) and not any(identifier in attributes for identifier in (*IDENTIFIERS, "URI"))


def has_other_sum(cells: list[str], total: int | None, counts: list[str]) -> bool:
    """Whether the row's own total is a number and differs from the sum of its months."""
    stated = whole_number(cells[total]) if total is not None and total < len(cells) else None
    numbers = [whole_number(count) for count in counts]
    known = [number for number in numbers if number is not None]
    return stated is not None and bool(known) and len(known) == len(numbers) and stated != sum(known)


def missing_month_warnings(headings: Headings, header: Header) -> list[str]:
    """A warning where the header's period holds months that have no column."""
    missing = sorted(set(header.months) - {month for _, month in headings.months})
    if not missing:
        return []
    return [
        f"Months of the Reporting_Period without a column: {len(missing)} ({missing[0]} to {missing[-1]}). Not all "
        "months are there: ask for the report again when the publisher has them."
    ]
