"""A COUNTER report as the reader gives it: which of its months are whole, which counts of nought it does not spell out.

Belongs here: what holds for every form of a report once its rows are read. Does not belong here: file formats
(counter_tabular, counter_json), one row (counter_rows), what a header says (counter_header).
"""

from dataclasses import dataclass

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_header import (
    ASK_AGAIN,
    INCOMPLETE,
    NO_LONGER_KEPT,
    NO_USAGE,
    Header,
    exception_warnings,
)
from dagster_project.exports.readers.counter_rows import usage_of, whole_number, with_count

# Row number as an editor shows it, or the ordinal of the report item in JSON; text by contract column.
Row = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class CounterReport:
    """One COUNTER report as read. Its period is `YYYY-MM`, both included."""

    release: str
    report_id: str
    created_at: str
    first_month: str
    last_month: str
    exceptions: tuple[int, ...]
    warnings: list[str]
    rows: list[Row]


def no_usage_rows(header: Header) -> list[Row]:
    """A row of no requests for each month, of the platform for which a report declares no usage; raises RefusedFile.

    Such a report has no rows that name the platform: its filter names it, or else whoever created the report.
    """
    platform = "|".join(header.filters.get("Platform", ())) or header.created_by
    if not platform:
        raise RefusedFile(
            "counter_no_counts",
            f"Exception {NO_USAGE}: no usage, but the header does not say of which platform: it has no Created_By. "
            f"{ASK_AGAIN}",
        )
    usage = usage_of(header, {"Platform": platform, "Metric_Type": "Unique_Item_Requests", "Access_Method": "Regular"})
    return [(1, with_count(usage, month, "0")) for month in header.months]


def no_counts(header: Header, warnings: list[str]) -> RefusedFile:
    """The refusal of a report that says nothing: neither counts nor that there was no usage."""
    seen = "".join(f" {warning}" for warning in warnings)
    if header.codes & (INCOMPLETE | {NO_LONGER_KEPT}):
        codes = " and ".join(map(str, sorted(header.codes)))
        return RefusedFile(
            "counter_no_counts",
            f"Exception {codes}: the publisher has no counts for {header.first_month} to {header.last_month}, so there "
            f"is nothing to load; the months count as missing, not as 0.{seen} Ask for the report again in some days.",
        )
    return RefusedFile(
        "counter_no_counts",
        f"The report holds no counts and gives no exception to say why ({NO_USAGE} would mean no usage), so whether "
        f"{header.first_month} to {header.last_month} were without use or are missing cannot be told.{seen} "
        f"{ASK_AGAIN}",
    )


def used_months(rows: list[Row]) -> set[str]:
    """The months with a count other than nought."""
    return {row["month"] for _, row in rows if whole_number(row["n_uses"]) != 0}


def with_noughts(header: Header, rows: list[Row]) -> list[Row]:
    """`rows` of a JSON report and the noughts it leaves out, which the tabular form has, for months that are whole."""
    given: dict[tuple[tuple[str, str], ...], tuple[int, dict[str, str], set[str]]] = {}
    for number, row in rows:
        usage = {name: text for name, text in row.items() if name not in ("month", "n_uses")}
        given.setdefault(tuple(usage.items()), (number, usage, set()))[2].add(row["month"])
    whole = header.whole_months(used_months(rows))
    return rows + [
        (number, with_count(usage, month, "0"))
        for number, usage, months in given.values()
        for month in whole
        if month not in months
    ]


def finished_report(header: Header, rows: list[Row], warnings: list[str]) -> CounterReport:
    """The report, its months marked where they are not whole, with the warnings that hold for every form of it.

    Raises RefusedFile where it says nothing.
    """
    if not rows and NO_USAGE in header.codes:
        rows = no_usage_rows(header)
    if not rows:
        raise no_counts(header, warnings)
    warnings = exception_warnings(header) + warnings
    whole = header.whole_months(used_months(rows))
    if in_part := sorted({row["month"] for _, row in rows if row["month"] not in whole}):
        warnings.append(
            f"Months of which the report does not hold all use: {len(in_part)} ({in_part[0]} to {in_part[-1]}). They "
            "are kept apart and count as missing, never as 0."
        )
    if not header.is_standard_view and header.filters.keys() - {"Access_Method", "Metric_Type", "Platform"}:
        warnings.append("The report is filtered (Report_Filters): what the filter leaves out is not counted.")
    if not header.is_standard_view and not any("access_method" in row for _, row in rows):
        warnings.append(
            "The report does not show Access_Method, so machine reading (TDM) cannot be told from people's. Ask the "
            "publisher to include the attribute Access_Method."
        )
    return CounterReport(
        release=header.release,
        report_id=header.report_id,
        created_at=header.created_at,
        first_month=header.first_month,
        last_month=header.last_month,
        exceptions=tuple(exception.code for exception in header.exceptions),
        warnings=warnings,
        rows=[(number, row if row["month"] in whole else {**row, "is_whole": "no"}) for number, row in rows],
    )
