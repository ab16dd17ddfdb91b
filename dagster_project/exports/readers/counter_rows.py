"""Rows of usage under the contract's column names, the same text from the tabular and the JSON form of a report.

Belongs here: the report as the reader gives it, months, and what becomes of a title's or item's attributes.
Does not belong here: file formats (counter_tabular, counter_json), judging values (the contract does).
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dagster_project.exports.coerce import MAX_TEXT
from dagster_project.exports.contract import spelling
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_header import ASK_AGAIN, Header, exception_warnings

IDENTIFIERS = ("DOI", "Proprietary_ID", "ISBN", "Print_ISSN", "Online_ISSN", "Linking_ISSN")
DETAILS = (*IDENTIFIERS, "Publication_Date", "Article_Version")

# What names an item, in the order in which it is joined. The publisher's codes and the authors are left out: they are
# written differently from form to form and tell no two items apart. A URI is used only where no identifier is given.
ITEM_ATTRIBUTES = (
    *("Item", "Database", "Title", "Publisher", *DETAILS, "URI"),
    *("Parent_Title", "Parent_Data_Type", *(f"Parent_{name}" for name in DETAILS), "Parent_URI"),
    *("Component_Title", "Component_Data_Type", *(f"Component_{name}" for name in DETAILS), "Component_URI"),
    *("YOP", "Section_Type", "Access_Type"),
)
LEFT_OUT = (
    *("Publisher_ID", "Authors", "Parent_Authors", "Component_Authors", "Book_Segment_Count"),
    *("Institution_ID", "Reporting_Period_Total"),
)
INSTITUTION = ("Institution_Name", "Customer_ID")
ROW_ATTRIBUTES = ("Platform", "Data_Type", "Access_Method", "Metric_Type")

VARIANTS = {
    "Printed_ISSN": "Print_ISSN",
    "Proprietary": "Proprietary_ID",
    "Proprietary_Identifier": "Proprietary_ID",
    "Item_Name": "Item",
    "Parent_Item": "Parent_Title",
    "Parent_Item_Name": "Parent_Title",
    "Component_Item": "Component_Title",
    "Component_Item_Name": "Component_Title",
    **{f"{prefix}_Proprietary": f"{prefix}_Proprietary_ID" for prefix in ("Parent", "Component")},
    **{f"{prefix}_Printed_ISSN": f"{prefix}_Print_ISSN" for prefix in ("Parent", "Component")},
}
KNOWN = {spelling(name): name for name in (*ITEM_ATTRIBUTES, *LEFT_OUT, *INSTITUTION, *ROW_ATTRIBUTES)} | {
    spelling(variant): name for variant, name in VARIANTS.items()
}
KNOWN_NAMES = frozenset(KNOWN.values())

METRICS = {
    spelling(name): name
    for name in (
        *("Searches_Regular", "Searches_Automated", "Searches_Federated", "Searches_Platform"),
        *("Total_Item_Investigations", "Unique_Item_Investigations", "Unique_Title_Investigations"),
        *("Total_Item_Requests", "Unique_Item_Requests", "Unique_Title_Requests", "Limit_Exceeded", "No_License"),
    )
}
ACCESS_METHODS = {"regular": "Regular", "tdm": "TDM"}
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


@dataclass(frozen=True)
class CounterReport:
    """One COUNTER report as read.

    `rows` are (row number as an editor shows it, or the ordinal of the report item in JSON; text by contract column).
    The period (`YYYY-MM`, both included) and the exception codes say which months without a row mean no usage.
    """

    release: str
    report_id: str
    created_at: str
    first_month: str
    last_month: str
    exceptions: tuple[int, ...]
    warnings: list[str]
    rows: list[tuple[int, dict[str, str]]]


def usage_of(header: Header, attributes: Mapping[str, str]) -> dict[str, str]:
    """What all counts of one metric of one item share, by contract column; what is not given has no key."""
    access_method = attributes.get("Access_Method", "")
    if not access_method and len(header.access_methods) == 1:
        access_method = header.access_methods[0]
    metric = attributes.get("Metric_Type", "")
    row = {
        "report_id": header.report_id,
        "release": header.release,
        "platform": attributes.get("Platform", ""),
        "item": item_text(attributes),
        "data_type": attributes.get("Data_Type", ""),
        "access_method": ACCESS_METHODS.get(spelling(access_method), access_method),
        "metric_type": METRICS.get(spelling(metric), metric),
        "created_at": header.created_at,
    }
    return {name: text for name, text in row.items() if text}


def with_count(usage: Mapping[str, str], month: str, count: str) -> dict[str, str]:
    """The row of one month's count."""
    return {**usage, "month": month, "n_uses": plain_count(count)}


def item_text(attributes: Mapping[str, str]) -> str:
    """What tells one title, database or item from another, joined; `-` where a platform is all there is.

    Attributes COUNTER does not know come last, by name, so that two rows they tell apart stay apart.
    """
    others = sorted(name for name in attributes if name not in KNOWN_NAMES)
    names = [name for name in (*ITEM_ATTRIBUTES, *others) if attributes.get(name) and not is_spare(name, attributes)]
    text = " | ".join(attributes[name] for name in names) or "-"
    if len(text) <= MAX_TEXT:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{text[: MAX_TEXT - 20]}... {digest}"


def is_spare(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether `name` is a URI beside a better identifier of the same item."""
    if not name.endswith("URI"):
        return False
    prefix = name.removesuffix("URI")
    return any(attributes.get(prefix + identifier) for identifier in IDENTIFIERS)


def known_name(heading: str) -> str | None:
    """The COUNTER name a heading means, whatever its case and punctuation; None where COUNTER has none."""
    return KNOWN.get(spelling(heading))


def clean_text(text: str) -> str:
    """Text with single spaces, so that one title is one text however it was exported."""
    return " ".join(text.split())


def plain_count(text: str) -> str:
    """A count without thousands commas or the quotes some spreadsheets leave; anything else as it stands."""
    bare = text.strip("'\" ")
    return bare.replace(",", "") if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]+", bare) else text


def whole_number(text: str) -> int | None:
    """The count as a number, or None where it is none."""
    bare = plain_count(text)
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 19 else None


def read_month(heading: str) -> str | None:
    """`YYYY-MM` from Jan-2022, January 2022, Jan-22, 2022-01, 2022-01-01 or 01/2022; None for anything else."""
    text = heading.strip().lower()
    if found := re.fullmatch(r"([a-z]+)\.?[-_ /]*(?:20)?([0-9]{2})", text):
        name = "sep" if found[1] == "sept" else found[1]
        numbers = [n for n, full in enumerate(MONTHS, start=1) if name in (full, full[:3])]
        return f"20{found[2]}-{numbers[0]:02}" if numbers else None
    if found := re.fullmatch(r"(20[0-9]{2})[-/]([0-9]{1,2})(?:[-/]01)?", text):
        year, month = found[1], int(found[2])
    elif found := re.fullmatch(r"([0-9]{1,2})[-/](20[0-9]{2})", text):
        year, month = found[2], int(found[1])
    else:
        return None
    return f"{year}-{month:02}" if 1 <= month <= 12 else None


def month_name(month: str) -> str:
    """`2022-01` as COUNTER heads its columns: Jan-2022."""
    return f"{MONTHS[int(month[5:]) - 1][:3].capitalize()}-{month[:4]}"


def refuse_other_months(header: Header, months: Collection[str]) -> None:
    """Raise RefusedFile where there is usage of months that the header's period does not hold."""
    outside = sorted(month for month in months if not header.first_month <= month <= header.last_month)
    if outside:
        raise RefusedFile(
            "counter_period_mismatch",
            f"The header's Reporting_Period is {header.first_month} to {header.last_month}, but there are counts for "
            f"other months ({outside[0]} to {outside[-1]}, {len(outside)} in all). One of the two is wrong, and which "
            f"cannot be told from the file. {ASK_AGAIN}",
        )


def refuse_several_institutions(institutions: Collection[tuple[str, ...]]) -> None:
    """Raise RefusedFile for a consortium's report: other members' use must not be counted as ours."""
    if len(institutions) > 1:
        raise RefusedFile(
            "counter_several_institutions",
            f"The columns {' and '.join(INSTITUTION)} name {len(institutions)} institutions or accounts. Ask the "
            "publisher for the report of your organisation alone.",
        )


def finished_report(header: Header, rows: list[tuple[int, dict[str, str]]], warnings: list[str]) -> CounterReport:
    """The report, with the warnings that hold for every form of it."""
    warnings = exception_warnings(header) + warnings
    if not rows and not header.exceptions:
        warnings.append("The report holds no counts and gives no exception to say why (3030 would mean no usage).")
    if rows and not header.is_standard_view and not any("access_method" in row for _, row in rows):
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
        rows=rows,
    )
