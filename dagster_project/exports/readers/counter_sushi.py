"""The XML in which COUNTER release 4 answers (SUSHI): JR1, BR1, BR2 and DB1.

Belongs here: finding report, items and counts in the XML. Does not belong here: what the counts are called
(counter_release_4), the JSON of release 5 (counter_json).
"""

import re
from collections.abc import Iterator

from lxml import etree

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_header import (
    ASK_AGAIN,
    Header,
    ReportException,
    read_period,
    refuse_error_answer,
)
from dagster_project.exports.readers.counter_release_4 import METRICS, release_4_row
from dagster_project.exports.readers.counter_report import CounterReport, Row, finished_report
from dagster_project.exports.readers.counter_rows import (
    clean_text,
    known_name,
    read_month,
    refuse_other_months,
    usage_of,
    with_count,
)

ACTIVITIES = {
    "search_reg": "Regular Searches",
    "search_fed": "Searches-federated and automated",
    "result_click": "Result Clicks",
    "record_view": "Record Views",
}
REPORTS = (*METRICS, "DB1")
ATTRIBUTES = {"ItemName": "Title", "ItemPlatform": "Platform", "ItemPublisher": "Publisher"}


def read_sushi(content: bytes) -> CounterReport:
    """The report in `content`; raises RefusedFile. Nothing outside the file is ever read."""
    root = _parsed(content)
    exceptions = [
        ReportException(int(code) if code.isdigit() else 0, _text(found, "Message"))
        for found in _all(root, "Exception")
        for code in [_text(found, "Number")]
    ]
    items = list(_all(root, "ReportItems"))
    if not items:
        refuse_error_answer(exceptions)
    report = next((found for found in _all(root, "Report") if str(found.get("Name", "")).upper() in REPORTS), None)
    if report is None:
        raise RefusedFile(
            "counter_release",
            f"The file is XML, as COUNTER release 4 answered, but holds no report {', '.join(REPORTS)}; releases 5 and "
            f"5.1 are TSV, CSV, XLSX or JSON. {ASK_AGAIN}",
        )
    header = _header(root, report, exceptions)
    rows: list[Row] = []
    for ordinal, item in enumerate(items, start=1):
        rows += [(ordinal, release_4_row(header, row)) for row in _usage(header, item)]
    refuse_other_months(header, {row["month"] for _, row in rows})
    return finished_report(header, rows, [])


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedFile(
            "counter_unreadable",
            f"Line {error.lineno}: not readable as XML. Was the download cut short? {ASK_AGAIN}",
        ) from None


def _header(root: etree._Element, report: etree._Element, exceptions: list[ReportException]) -> Header:
    asked = next(_all(root, "UsageDateRange"), None)
    begin, end = read_period("" if asked is None else f"{_text(asked, 'Begin')} to {_text(asked, 'End')}")
    vendor = next(_all(report, "Vendor"), None)
    return Header(
        release="4",
        report_id=str(report.get("Name")).upper(),
        created_at=str(report.get("Created", "")),
        created_by="" if vendor is None else _text(vendor, "Name"),
        begin=begin,
        end=end,
        exceptions=tuple(exceptions),
        filters={},
    )


def _usage(header: Header, item: etree._Element) -> Iterator[dict[str, str]]:
    """A row for each month and count of the item; of full texts only the total, which its formats are parts of."""
    attributes = {name: _text(item, tag) for tag, name in ATTRIBUTES.items()}
    for identifier in _all(item, "ItemIdentifier"):
        kind = _text(identifier, "Type")
        attributes[known_name(kind) or kind] = _text(identifier, "Value")
    attributes = {name: text for name, text in attributes.items() if text}
    for performance in _all(item, "ItemPerformance"):
        month = read_month(_text(performance, "Begin")[:7])
        if month is None or read_month(_text(performance, "End")[:7]) != month:
            raise RefusedFile("counter_no_months", f"An ItemPerformance is not of one month. {ASK_AGAIN}")
        for instance in _all(performance, "Instance"):
            metric = _text(instance, "MetricType")
            if metric == "ft_total" or metric in ACTIVITIES:
                usage = usage_of(header, {**attributes, "Metric_Type": ACTIVITIES.get(metric, "")})
                yield with_count(usage, month, _text(instance, "Count") or "null")


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Every element of that name below, in any namespace: publishers disagree about namespaces."""
    return element.iter(f"{{*}}{name}")


def _text(element: etree._Element, name: str) -> str:
    found = next((child for child in _all(element, name) if not len(child)), None)
    return "" if found is None or found.text is None else clean_text(found.text)


def is_sushi(text: str) -> bool:
    """Whether XML is a COUNTER answer, and no web page."""
    start = text[:5000]
    return bool(re.search(r"counter|sushi", start, re.IGNORECASE)) and not re.search(r"<html", start, re.IGNORECASE)
