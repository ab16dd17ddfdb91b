"""The groups of comparisons as values of the metric that is compared, so that the audit knows what they tell.

Belongs here: which counts a row of a comparison publishes, and which parts of its metric each group adds up to.
Does not belong here: the comparisons themselves (associations), what can be worked out of them (statistics).
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dagster_project.breakdowns import breakdowns
from dagster_project.statistics.adding_up import Key, key_of
from dagster_project.statistics.disclosure import SUPPRESSED, TWELVE_MONTHS, MetricValue

COMPARED = "compared: "  # before the question, as the breakdown of a group

Row = Mapping[str, object]
_Part = tuple[str, datetime.date, str, str]  # metric, period's end, breakdown, its value


@dataclass(frozen=True)
class Group:
    """A group of the comparison at `place`, and the keys of the parts that make it up.

    The numerator of `value` is None where only its size is told.
    """

    place: int
    value: MetricValue
    parts: tuple[Key, ...]


def groups_of(rows: Sequence[Row], values: Iterable[MetricValue]) -> list[Group]:
    """The groups that `rows` tell of, beside the figures of their metrics in `values`; none of rows that are hidden."""
    figures = {
        (value.metric_id, value.period_end, value.breakdown, value.breakdown_value): value
        for value in values
        if value.unit_level == "organisation" and value.period_type != TWELVE_MONTHS
    }
    found: list[Group] = []
    for place, row in enumerate(rows):
        if row["state"] != SUPPRESSED:
            of_row = _of_association(place, row, figures) if "question" in row else _of_agreement(place, row, figures)
            found += of_row
    return found


def told_before(earlier: Iterable[MetricValue]) -> dict[Key, Group]:
    """The groups among the values that an earlier edition shows, by their keys: readers know them still."""
    groups = (value for value in earlier if value.breakdown.startswith(COMPARED))
    return {key_of(value): Group(-1, value, _parts(value)) for value in groups}


def _of_association(place: int, row: Row, figures: Mapping[_Part, MetricValue]) -> list[Group]:
    metric, end, question = str(row["metric_id"]), row["period_end"], str(row["question"])
    whole = figures.get((metric, end, "all", "all"))  # type: ignore[arg-type]
    if whole is None:
        return []
    groups = [_group(whole, question, name, row.get(f"{name}_with"), row[name]) for name in ("users", "others")]
    return [Group(place, value, _parts(value)) for value in groups]


def _parts(group: MetricValue) -> tuple[Key, ...]:
    compared = breakdowns().comparisons[group.breakdown.removeprefix(COMPARED)]
    parts = compared.users if group.breakdown_value == "users" else compared.others
    return tuple(key_of(replace(group, breakdown=compared.breakdown, breakdown_value=part)) for part in parts)


def _of_agreement(place: int, row: Row, figures: Mapping[_Part, MetricValue]) -> list[Group]:
    """Those of whom the manager says yes, and no: disagreements in each. Together they are the measure's whole."""
    compared = breakdowns().agreement
    ends = (end for metric, end, *_ in figures if metric == compared)
    end = next((end for end in ends if end.replace(day=1) == row["month"]), None)
    if end is None or row.get("n_both") is None:
        return []
    whole = figures[compared, end, "all", "all"]
    both, manager_only, record_only, neither = (
        int(str(row[name])) for name in ("n_both", "n_manager_only", "n_record_only", "n_neither")
    )
    return [
        Group(place, _group(whole, "agreement", "manager_says_yes", manager_only, both + manager_only), ()),
        Group(place, _group(whole, "agreement", "manager_says_no", record_only, record_only + neither), ()),
    ]


def _group(whole: MetricValue, question: str, name: str, n_with: object, n: object) -> MetricValue:
    size = int(str(n or 0))
    return replace(
        whole, breakdown=f"{COMPARED}{question}", breakdown_value=name,
        numerator=None if n_with is None else float(str(n_with)), denominator=float(size), people=size,
        numerator_people=None, rest_people=None, value=None, value_state="observed",
    )  # fmt: skip
