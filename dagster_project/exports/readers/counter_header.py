"""The header of a COUNTER report: what it is, which months it is about, and what its publisher says is missing.

Belongs here: the facts of a header, the same for tabular and JSON reports, and the refusals they call for.
Does not belong here: finding the header in a file (counter_tabular, counter_json), the rows of usage (counter_rows).
"""

import calendar
import datetime
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dagster_project.exports.contract import spelling
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
NOT_READY = 3031
NO_LONGER_KEPT = 3032
PARTIAL = 3040
INCOMPLETE = frozenset({NOT_READY, PARTIAL})
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
    """One exception a publisher declares: its code, and its words and details as far as they were given."""

    code: int
    message: str = ""
    detail: str = ""

    @property
    def last_day(self) -> datetime.date | None:
        """The last day its words name, such as the last one processed."""
        days = [read_day(text) for text in re.findall(r"\d{4}-\d{2}-\d{2}", f"{self.message} {self.detail}")]
        return max((day for day in days if day), default=None)


@dataclass(frozen=True)
class Header:
    """What the header says. Months are `YYYY-MM`; `filters` are what the report is restricted to, by name."""

    release: str
    report_id: str
    created_at: str
    created_by: str
    begin: datetime.date
    end: datetime.date
    exceptions: tuple[ReportException, ...]
    filters: Mapping[str, tuple[str, ...]]

    @property
    def first_month(self) -> str:
        return f"{self.begin:%Y-%m}"

    @property
    def last_month(self) -> str:
        return f"{self.end:%Y-%m}"

    @property
    def is_standard_view(self) -> bool:
        return "_" in self.report_id

    @property
    def codes(self) -> frozenset[int]:
        return frozenset(exception.code for exception in self.exceptions)

    @property
    def months(self) -> list[str]:
        """Every month of the reporting period, in order."""
        months = [self.first_month]
        while months[-1] < self.last_month:
            year, month = map(int, months[-1].split("-"))
            months.append(f"{year + month // 12}-{month % 12 + 1:02}")
        return months

    def whole_months(self, used: Collection[str]) -> list[str]:
        """The months of which the report holds all use, given those in which it has any (`used`).

        None where data are declared partial: nobody says which month they are missing from. Where some months are not
        ready or no longer kept, a month without use may be one of them, unless the last day processed is named.
        """
        if PARTIAL in self.codes or self.is_without_requests:
            return []
        whole = [month for month in self.months if first_day(month) >= self.begin and last_day(month) <= self.end]
        if not self.codes & {NOT_READY, NO_LONGER_KEPT}:
            return whole
        ready = max((e.last_day for e in self.exceptions if e.code == NOT_READY and e.last_day), default=None)
        if ready is None or NO_LONGER_KEPT in self.codes:
            whole = [month for month in whole if month in used]
        return [month for month in whole if ready is None or last_day(month) <= ready]

    @property
    def is_without_requests(self) -> bool:
        """Whether a report of everything was asked for metrics other than the requests that are counted."""
        metrics = () if self.is_standard_view else self.filters.get("Metric_Type", ())
        return bool(metrics) and "unique item requests" not in {spelling(metric) for metric in metrics}


def read_header(fields: Mapping[str, str], exceptions: Sequence[ReportException]) -> Header:
    """The header from its rows by COUNTER name (`Reporting_Period` holding two ISO dates); raises RefusedFile."""
    if not fields.get("Report_ID") and not fields.get("Release"):
        raise no_header()
    release = read_release(fields.get("Release", ""))
    begin, end = read_period(fields.get("Reporting_Period", ""))
    return Header(
        release=release,
        report_id=read_report_id(fields.get("Report_ID", "")),
        created_at=fields.get("Created", ""),
        created_by=fields.get("Created_By", ""),
        begin=begin,
        end=end,
        exceptions=tuple(exceptions),
        filters=read_filters(fields.get("Report_Filters", ""), fields.get("Metric_Types", "")),
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
    raise RefusedFile("counter_release", f"{said}; releases 4, 5 and 5.1 can be read. {ASK_AGAIN}")


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


def read_filters(filters: str, metric_types: str) -> dict[str, tuple[str, ...]]:
    """Values by name, from text such as `Data_Type=Book; Access_Method=Regular|TDM` and `No_License; Limit_Exceeded`.

    The dates are left out: they are the reporting period.
    """
    found = [(name.strip(), values) for name, values in re.findall(r"([\w ]+)=([^;]*)", filters)]
    found.append(("Metric_Type", metric_types.replace(";", "|")))
    names = {spelling(name): name for name in ("Access_Method", "Metric_Type", "Platform")}
    named = [(names.get(spelling(name), name), values.split("|")) for name, values in found]
    cleaned = {name: tuple(sorted(text.strip() for text in values if text.strip())) for name, values in named}
    return {name: values for name, values in cleaned.items() if values and name not in ("Begin_Date", "End_Date")}


def read_day(text: str) -> datetime.date | None:
    """The day of an ISO date, None where there is no such day."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def first_day(month: str) -> datetime.date:
    """The first day of `YYYY-MM`."""
    return datetime.date.fromisoformat(f"{month}-01")


def last_day(month: str) -> datetime.date:
    """The last day of `YYYY-MM`."""
    first = first_day(month)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


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
    return warnings


def shown(text: str, at_most: int = 80) -> str:
    """A heading or header field as a message quotes it: one line, short, between backticks."""
    clean = re.sub(r"[\s`]+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()
    return f"`{clean if len(clean) <= at_most else clean[: at_most - 3] + '...'}`"
