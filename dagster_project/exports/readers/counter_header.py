"""The header of a COUNTER report: what it is, which months it is about, and what its publisher says is missing.

Belongs here: the facts of a header, the same for tabular and JSON reports, and the refusals they call for.
Does not belong here: finding the header in a file (counter_tabular, counter_json), the rows of usage (counter_rows).
"""

import calendar
import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dagster_project.exports.problems import RefusedFile

REPORT_IDS = frozenset(
    {
        *("PR", "PR_P1", "DR", "DR_D1", "DR_D2", "TR", "TR_B1", "TR_B2", "TR_B3"),
        *("TR_J1", "TR_J2", "TR_J3", "TR_J4", "IR", "IR_A1", "IR_M1"),
    }
)
ASK_AGAIN = "Ask the publisher for a COUNTER release 5.1 report, or download it again from their statistics site."

# Exceptions that come with a report and say something about it; every other code stands in place of a report.
NO_USAGE = 3030
INCOMPLETE = frozenset({3031, 3040})
NO_LONGER_KEPT = 3032
ABOUT_THE_REQUEST = frozenset({3050, 3060, 3061, 3062, 3063, 3070})

ADVICE_BY_CODE = (
    (range(1000, 1010), "The publisher's service was not available. Ask again later."),
    (range(1010, 1030), "The publisher had not made the report yet. Ask again in some hours, and send that answer."),
    (range(1030, 2000), "The request did not say enough. Check the customer and requestor codes it was made with."),
    (range(2000, 3000), "The publisher refused access. Ask them for working customer and requestor codes."),
    (range(3000, 3020), "The publisher does not offer this report or release. Ask them which one they offer."),
    (range(3020, 3030), "The dates asked for were not accepted. Ask for whole months, first to last."),
    (range(3030, 3050), "It says nothing without the report and months it is about. Ask for the full report."),
)


@dataclass(frozen=True)
class ReportException:
    """One exception a publisher declares: its code, and its words as far as they were given."""

    code: int
    message: str = ""


@dataclass(frozen=True)
class Header:
    """What the header says. Months are `YYYY-MM`; `access_methods` are those the report is filtered to, if any."""

    release: str
    report_id: str
    created_at: str
    first_month: str
    last_month: str
    exceptions: tuple[ReportException, ...]
    access_methods: tuple[str, ...]
    has_part_months: bool

    @property
    def is_standard_view(self) -> bool:
        return "_" in self.report_id

    @property
    def is_without_usage(self) -> bool:
        return any(exception.code == NO_USAGE for exception in self.exceptions)

    @property
    def months(self) -> list[str]:
        """Every month of the reporting period, in order."""
        months = [self.first_month]
        while months[-1] < self.last_month:
            year, month = map(int, months[-1].split("-"))
            months.append(f"{year + month // 12}-{month % 12 + 1:02}")
        return months


def read_header(fields: Mapping[str, str], exceptions: Sequence[ReportException]) -> Header:
    """The header from its rows by COUNTER name (`Reporting_Period` holding two ISO dates); raises RefusedFile."""
    if not fields.get("Report_ID") and not fields.get("Release"):
        raise no_header()
    release = read_release(fields.get("Release", ""))
    begin, end = read_period(fields.get("Reporting_Period", ""))
    last_day = calendar.monthrange(end.year, end.month)[1]
    return Header(
        release=release,
        report_id=read_report_id(fields.get("Report_ID", "")),
        created_at=fields.get("Created", ""),
        first_month=f"{begin:%Y-%m}",
        last_month=f"{end:%Y-%m}",
        exceptions=tuple(exceptions),
        access_methods=read_access_methods(fields.get("Report_Filters", "")),
        has_part_months=begin.day != 1 or end.day != last_day,
    )


def no_header() -> RefusedFile:
    """The refusal of what is no COUNTER report, as far as can be seen."""
    return RefusedFile(
        "counter_no_header",
        "No COUNTER header: no rows Report_Name, Report_ID and Release at the top. Is it a COUNTER report, and is the "
        f"file in the right folder? Send it as the publisher gave it, with all its rows. {ASK_AGAIN}",
    )


def read_release(text: str) -> str:
    """`5` or `5.1`; raises RefusedFile."""
    found = re.fullmatch(r"(?:counter|release|r|c|\s)*([0-9]+)(?:\.([0-9]+))?(?:\.[0-9.]+)?", text.strip().lower())
    if found and found[1] == "5" and int(found[2] or 0) in (0, 1):
        return "5.1" if int(found[2] or 0) else "5"
    said = f"The header says Release {shown(text)}" if text else "The header has no Release"
    raise RefusedFile("counter_release", f"{said}; releases 5 and 5.1 can be read. {ASK_AGAIN}")


def read_report_id(text: str) -> str:
    """The report's code, such as TR_J1; raises RefusedFile."""
    report_id = text.strip().upper().replace("-", "_").replace(" ", "_")
    if report_id in REPORT_IDS:
        return report_id
    said = f"The header says Report_ID {shown(text)}" if text else "The header has no Report_ID"
    raise RefusedFile(
        "counter_report_id",
        f"{said}; the COUNTER reports and standard views PR, DR, TR, IR, PR_P1, TR_J1 and so on can be read. "
        "Ask the publisher for PR, the platform report.",
    )


def read_period(text: str) -> tuple[datetime.date, datetime.date]:
    """First and last day of the reporting period; raises RefusedFile."""
    try:
        begin, end = (datetime.date.fromisoformat(day) for day in re.findall(r"\d{4}-\d{2}-\d{2}", text))
    except ValueError:
        begin, end = datetime.date.max, datetime.date.min
    if not (begin <= end and begin.year >= 2000 and end.year < 2100):
        said = f"The header says Reporting_Period {shown(text)}" if text else "The header has no Reporting_Period"
        raise RefusedFile(
            "counter_period",
            f"{said}; expected two dates such as Begin_Date=2026-01-01; End_Date=2026-03-31. {ASK_AGAIN}",
        )
    return begin, end


def read_access_methods(filters: str) -> tuple[str, ...]:
    """The values of the filter Access_Method, from text such as `Data_Type=Book; Access_Method=Regular|TDM`."""
    found = re.search(r"\baccess_method\s*=\s*([^;]*)", filters, re.IGNORECASE)
    return tuple(part.strip() for part in found[1].split("|") if part.strip()) if found else ()


def read_exceptions(text: str) -> tuple[ReportException, ...]:
    """The exceptions in a header row such as `3031: Usage Not Ready for Requested Dates; 3040: ...`."""
    found = re.findall(r"(?:^|[;,|])\s*([0-9]{1,4})\s*(?::\s*([^;|]*)|$|(?=[;,|]))", text.strip())
    return tuple(ReportException(int(code), message.strip()) for code, message in found)


def refuse_error_answer(exceptions: Sequence[ReportException]) -> None:
    """Raise RefusedFile where the publisher sent an error in place of a report; for reports without items only."""
    about_a_report = INCOMPLETE | ABOUT_THE_REQUEST | {NO_USAGE, NO_LONGER_KEPT}
    for exception in exceptions:
        if exception.code >= 1000 and exception.code not in about_a_report:
            raise error_answer(exception)


def error_answer(exception: ReportException) -> RefusedFile:
    """The refusal of a publisher's error answer, with its code and words."""
    advice = next((words for codes, words in ADVICE_BY_CODE if exception.code in codes), ASK_AGAIN)
    words = f", {shown(exception.message)}" if exception.message else ""
    return RefusedFile(
        "counter_error_answer",
        f"The publisher answered with exception {exception.code}{words}, in place of a report. {advice}",
    )


def exception_warnings(header: Header) -> list[str]:
    """What the header's exceptions mean for whoever reads the figures."""
    warnings = []
    for code in sorted({exception.code for exception in header.exceptions}):
        if code == NO_USAGE:
            warnings.append(
                f"Exception {code} in the header: the publisher declares no usage from {header.first_month} to "
                f"{header.last_month}."
            )
        elif code in INCOMPLETE:
            warnings.append(
                f"Exception {code} in the header: not all months are there. Ask for the report again when the "
                "publisher has the missing months."
            )
        elif code == NO_LONGER_KEPT:
            warnings.append(f"Exception {code} in the header: the publisher no longer keeps some of the months.")
        else:
            warnings.append(f"Exception {code} in the header: the publisher did not answer all that was asked for.")
    if header.has_part_months:
        warnings.append("The reporting period begins or ends inside a month: that month's counts are not complete.")
    return warnings


def shown(text: str, at_most: int = 80) -> str:
    """A heading or header field as a message quotes it: one line, short, between backticks."""
    clean = re.sub(r"[\s`]+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()
    return f"`{clean if len(clean) <= at_most else clean[: at_most - 3] + '...'}`"
