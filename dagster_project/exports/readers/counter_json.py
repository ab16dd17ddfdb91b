"""The JSON form of a COUNTER report, as its API answers: release 5 and release 5.1.

Belongs here: the two shapes, both brought to the names the tabular form has for its columns.
Does not belong here: the text of an item, months and metrics (counter_rows), what a header means (counter_header).
"""

import json
import re
from collections.abc import Iterator, Mapping

from dagster_project.exports.contract import spelling
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_header import (
    ASK_AGAIN,
    ReportException,
    error_answer,
    no_header,
    read_header,
    refuse_error_answer,
    shown,
)
from dagster_project.exports.readers.counter_report import CounterReport, Row, finished_report, with_noughts
from dagster_project.exports.readers.counter_rows import (
    INSTITUTION,
    clean_text,
    known_name,
    read_month,
    refuse_other_months,
    refuse_several_institutions,
    usage_of,
    with_count,
)

Json = Mapping[str, object]
Usage = tuple[dict[str, str], list[tuple[str, object]]]  # attributes of one item and metric; its months and counts

# What holds several attributes of an item. Everything else that is no single value (usage, items within items,
# authors) is no attribute.
NAMED_VALUES = ("Item_ID", "Item_Dates", "Item_Attributes")


def read_json(text: str) -> CounterReport:
    """The report in `text`; raises RefusedFile."""
    answer = parsed(text)
    if isinstance(answer, list) and len(answer) == 1 and "Report_Header" in mapping(answer[0], "the answer"):
        answer = answer[0]
    if not isinstance(answer, dict) or "Report_Header" not in answer:
        refuse_bare_exception(answer)
        raise no_header()
    head = mapping(answer["Report_Header"], "Report_Header")
    exceptions = [*declared(head), *declared(answer)]
    if "Report_Items" not in answer and not exceptions:
        raise wrong_shape("Report_Items", "a list")
    items = as_list(answer.get("Report_Items"), "Report_Items")
    if not items:
        refuse_error_answer(exceptions)
    header = read_header(header_fields(head), exceptions)
    rows: list[Row] = []
    institutions: set[tuple[str, ...]] = set()
    for ordinal, item in enumerate(items, start=1):
        where = f"report item {ordinal}"
        for attributes, counts in item_usage(mapping(item, where), where):
            institution = tuple(attributes.pop(name, "") for name in INSTITUTION)
            institutions.update([institution] if any(institution) else [])
            usage = usage_of(header, attributes)
            for month, count in counts:
                if isinstance(count, dict | list):
                    raise wrong_shape(f"every count of {where}", "a number")
                rows.append((ordinal, with_count(usage, month, scalar_text(count) or "null")))
    refuse_other_months(header, {row["month"] for _, row in rows})
    refuse_several_institutions(institutions)
    return finished_report(header, with_noughts(header, rows), [])


def parsed(text: str) -> object:
    """The JSON value; raises RefusedFile saying where it breaks off."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise RefusedFile(
            "counter_json_unreadable",
            f"Not readable as JSON: line {error.lineno}, column {error.colno}: {error.msg}. Was the download cut "
            f"short? {ASK_AGAIN}",
        ) from None
    except (ValueError, RecursionError):
        raise RefusedFile("counter_json_unreadable", f"Not readable as JSON of a COUNTER report. {ASK_AGAIN}") from None


def declared(holder: Json) -> list[ReportException]:
    """The exceptions that a header or an answer lists; raises RefusedFile."""
    return [as_exception(item) for key in ("Exceptions", "Exception") for item in as_list(holder.get(key), key)]


def answer_exceptions(answer: object) -> list[ReportException]:
    """The exceptions in whatever an API answered: in a report's header, alone or in a list; raises RefusedFile."""
    found = []
    for item in answer if isinstance(answer, list) else [answer]:
        if isinstance(item, dict):
            found += declared(mapping(item.get("Report_Header", {}), "Report_Header")) + declared(item)
            if {"code", "message"} & {spelling(key) for key in item}:
                found.append(as_exception(item))
    return found


def refuse_bare_exception(answer: object) -> None:
    """Raise RefusedFile where the answer is an exception (or a list of them) without a report around it."""
    for exception in answer_exceptions(answer):
        raise error_answer(exception)


def as_exception(value: object) -> ReportException:
    """The exception in a COUNTER exception object, whatever the case of its keys."""
    given = {spelling(key): field for key, field in mapping(value, "an exception in the header").items()}
    code = scalar_text(given.get("code", given.get("number")))
    number = int(code) if re.fullmatch("[0-9]{1,5}", code) else 0
    return ReportException(number, scalar_text(given.get("message")), scalar_text(given.get("data")))


def header_fields(head: Json) -> dict[str, str]:
    """The header's fields as a tabular report has them."""
    filters = named_values(head.get("Report_Filters"), "Report_Filters")
    period = {**named_values(head.get("Reporting_Period"), "Reporting_Period"), **filters}
    fields = {name: scalar_text(head.get(name)) for name in ("Report_ID", "Release", "Created", "Created_By")}
    fields["Reporting_Period"] = "; ".join(period[name] for name in ("Begin_Date", "End_Date") if name in period)
    fields["Report_Filters"] = "; ".join(f"{name}={text}" for name, text in filters.items())
    return fields


def item_usage(item: Json, where: str, inherited: Mapping[str, str] | None = None) -> Iterator[Usage]:
    """Every count of a report item, of the items within it (5.1 nests them in their parent) and of its components."""
    if "Items" in item:
        parent = {**(inherited or {}), **attributes_of(item, where, "Parent_")}
        for inner in as_list(item["Items"], f"Items of {where}"):
            yield from item_usage(mapping(inner, where), where, parent)
        return
    attributes = {**(inherited or {}), **attributes_of(item, where)}
    for parent_item in as_list(item.get("Item_Parent"), f"Item_Parent of {where}"):
        attributes |= attributes_of(mapping(parent_item, where), where, "Parent_")
    yield from performances(item, attributes, where)
    for key in ("Item_Component", "Components"):
        for component in as_list(item.get(key), f"{key} of {where}"):
            part = mapping(component, where)
            described = {**attributes, **attributes_of(part, where, "Component_")}
            yield from performances(part, described, where, "Component_")


def performances(item: Json, attributes: dict[str, str], where: str, prefix: str = "") -> Iterator[Usage]:
    """The counts of one item: of release 5.1 below Attribute_Performance, of release 5 by period and instance."""
    for split in as_list(item.get("Attribute_Performance"), f"Attribute_Performance of {where}"):
        split_of = mapping(split, f"Attribute_Performance of {where}")
        described = {**attributes, **attributes_of(split_of, where, prefix)}
        for metric, months in mapping(split_of.get("Performance", {}), f"Performance of {where}").items():
            by_month = mapping(months, f"{shown(metric)} of {where}").items()
            counts = [(month_of(month, month, where), count) for month, count in by_month]
            yield {**described, "Metric_Type": clean_text(metric)}, counts
    for performance in as_list(item.get("Performance"), f"Performance of {where}"):
        by_period = mapping(performance, f"Performance of {where}")
        period = named_values(by_period.get("Period"), f"Period of {where}")
        month = month_of(period.get("Begin_Date", "")[:7], period.get("End_Date", "")[:7], where)
        for instance in as_list(by_period.get("Instance"), f"Instance of {where}"):
            counted = mapping(instance, f"Instance of {where}")
            metric = clean_text(scalar_text(counted.get("Metric_Type")))
            yield {**attributes, "Metric_Type": metric}, [(month, counted.get("Count"))]


def month_of(begin: str, end: str, where: str) -> str:
    """The month that a count is for; raises RefusedFile for a longer period or none."""
    month = read_month(begin)
    if month is None:
        raise RefusedFile(
            "counter_month_unreadable",
            f"In {where}, {shown(begin, 30)} is not a month; expected one such as 2022-01. {ASK_AGAIN}",
        )
    if read_month(end) != month:
        raise RefusedFile(
            "counter_no_months",
            f"In {where}, counts are given for {shown(begin, 30)} to {shown(end, 30)} together. Ask the publisher for "
            "the report by month (Granularity=Month).",
        )
    return month


def attributes_of(item: Json, where: str, prefix: str = "") -> dict[str, str]:
    """The attributes and identifiers of an item under their tabular names, those of a parent or component prefixed."""
    found: dict[str, str] = {}
    for key, value in item.items():
        texts = named_values(value, f"{key} of {where}") if key in NAMED_VALUES else {key: scalar_text(value)}
        for name, text in texts.items():
            if text:
                found[known_name(prefix + name) or prefix + name] = text
    return found


def named_values(value: object, where: str) -> dict[str, str]:
    """Named texts from an object, or from release 5's list of {Type or Name, Value}; several values joined."""
    if isinstance(value, list):
        pairs = [mapping(part, where) for part in value]
        named = [(scalar_text(pair.get("Type", pair.get("Name"))), pair.get("Value")) for pair in pairs]
    else:
        named = list(mapping({} if value is None else value, where).items())
    return {
        name: "|".join(scalar_text(text) for text in value) if isinstance(value, list) else scalar_text(value)
        for name, value in named
    }


def scalar_text(value: object) -> str:
    """A JSON value as text, empty for null and for what is no single value."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean_text(str(value)) if isinstance(value, str | int | float) else ""


def mapping(value: object, where: str) -> Json:
    """`value` if it is a JSON object; raises RefusedFile."""
    if isinstance(value, dict):
        return value
    raise wrong_shape(where, "an object")


def as_list(value: object, where: str) -> list[object]:
    """A list, the one object given in place of a list, or nothing; raises RefusedFile."""
    if value is None:
        return []
    if isinstance(value, list | dict):
        return value if isinstance(value, list) else [value]
    raise wrong_shape(where, "a list")


def wrong_shape(where: str, expected: str) -> RefusedFile:
    """The refusal of JSON that is not laid out as a COUNTER report."""
    return RefusedFile(
        "counter_json_shape", f"The JSON is not shaped as a COUNTER report: {where} should be {expected}. {ASK_AGAIN}"
    )
