"""Rows of usage under the contract's column names, the same text from the tabular and the JSON form of a report.

Belongs here: months, counts, and what becomes of a title's or item's attributes. Does not belong here: file formats
(counter_tabular, counter_json), the report as a whole (counter_report), judging values (the contract does).
"""

import hashlib
import re
from collections.abc import Collection, Mapping

from dagster_project.exports.coerce import MAX_TEXT
from dagster_project.exports.contract import spelling
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_header import ASK_AGAIN, Header

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
    *("Institution_ID", "Reporting_Period_Total", "Reporting_Period_HTML", "Reporting_Period_PDF"),
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


def usage_of(header: Header, attributes: Mapping[str, str]) -> dict[str, str]:
    """What all counts of one metric of one item share, by contract column; what is not given has no key."""
    access_method = attributes.get("Access_Method", "")
    if not access_method and len(header.filters.get("Access_Method", ())) == 1:
        access_method = header.filters["Access_Method"][0]
    metric = attributes.get("Metric_Type", "")
    row = {
        "report_id": header.report_id,
        "release": header.release,
        "filters": filters_text(header),
        "platform": attributes.get("Platform", ""),
        "item": item_text(attributes),
        "data_type": attributes.get("Data_Type", ""),
        "access_method": ACCESS_METHODS.get(spelling(access_method), access_method),
        "metric_type": METRICS.get(spelling(metric), metric),
        "created_at": header.created_at,
        "created_by": header.created_by,
    }
    return {name: text for name, text in row.items() if text}


def filters_text(header: Header) -> str:
    """What a report of everything was restricted to, joined; empty for a standard view, whose name says it."""
    if header.is_standard_view:
        return ""
    return shortened("; ".join(f"{name}={'|'.join(values)}" for name, values in sorted(header.filters.items())))


def with_count(usage: Mapping[str, str], month: str, count: str) -> dict[str, str]:
    """The row of one month's count."""
    return {**usage, "month": month, "n_uses": plain_count(count)}


def item_text(attributes: Mapping[str, str]) -> str:
    """What tells one title, database or item from another, joined; `-` where a platform is all there is.

    Attributes COUNTER does not know come last, by name, so that two rows they tell apart stay apart.
    """
    others = sorted(name for name in attributes if name not in KNOWN_NAMES)
    names = [name for name in (*ITEM_ATTRIBUTES, *others) if attributes.get(name) and not is_spare(name, attributes)]
    return shortened(" | ".join(attributes[name] for name in names)) or "-"


def shortened(text: str) -> str:
    """Text that fits a column; what is too long ends in a mark that keeps it apart from others that begin alike."""
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
