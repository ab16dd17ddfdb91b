"""What the evidence shows of each clause of the policy, for one person. Pure functions over plain values.

Belongs here: windows, scaled expectations, the state of a clause, eligibility by the policy. Does not belong here:
reading rows (records), words of a page (hr_pack). Nothing here adds clauses up or compares people: that is not done.
"""

import datetime
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dagster_project.people.bursts import burst
from dagster_project.people.policy import ROUTES_OF, Clause, Policy
from dagster_project.people.records import Record, StaffMonth

State = Literal["shown", "not_yet_shown", "not_applicable", "cannot_be_known"]


@dataclass(frozen=True)
class Finding:
    """One clause for one person: its state, the figures it rests on, and the rows they were counted from."""

    clause: Clause
    state: State
    figures: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What is known of one feed for one person.

    `why_unread` is set where the feed must not or cannot be read; `covered` are the months for which anything of the
    feed came, None for a feed that is only sent when there is something.
    """

    records: Sequence[Record] = ()
    covered: Collection[datetime.date] | None = None
    why_unread: str | None = None


def window(
    months: Sequence[StaffMonth], panel: datetime.date, n_months: int, covered: Collection[datetime.date] | None = None
) -> list[StaffMonth]:
    """The newest months before the panel's that come nearest to `n_months` of full-time work, oldest first (F1, F4).

    Months in which the person was not available are left out. At least `n_months` of the others are in; it reaches
    further back only over `covered` months (None: over any). With as much working time as everybody else, chance weighs
    no more for somebody part-time, which no scaling of a threshold can do.
    """
    before = [each for each in months if each.month < panel.replace(day=1) and each.available_days > 0]
    found = before[-n_months:]
    time = sum((each.scale for each in found), Decimal())
    for each in reversed(before[:-n_months]):
        if time + each.scale / 2 > n_months:
            break
        if covered is None or each.month in covered:
            found.insert(0, each)
            time += each.scale
    return found


def expected(clause: Clause, scales: Sequence[Decimal], n_months: int) -> int:
    """What is asked of somebody who was available as `scales` (0 to 1) say, of `n_months` in full (F1).

    The nearest whole number, at least 1: rounding only one way would favour some hours over others.
    """
    if not clause.is_scaled:
        return clause.at_least
    return max(1, math.floor(clause.at_least * sum(scales, Decimal()) / n_months + Decimal("0.5")))


def counted(clause: Clause, records: Sequence[Record], months: Collection[datetime.date]) -> tuple[int, list[Record]]:
    """How many rows, days or months count for the clause, and the rows."""
    held = {column: {str(value).lower() for value in values} for column, values in clause.where.items()}
    rows = [
        row
        for row in records
        if row.month in months and all(str(row.values[column]).lower() in values for column, values in held.items())
    ]
    if clause.count == "days":
        return len({row.day for row in rows}), rows
    return len({row.month for row in rows}) if clause.count == "months" else len(rows), rows


def find(
    policy: Policy,
    clause: Clause,
    *,
    route: str | None,
    panel: datetime.date,
    staff_months: Sequence[StaffMonth],
    evidence: Mapping[str, Evidence],
) -> Finding:
    """The state of one clause, whatever the person's other clauses are."""
    asking = policy.routes_of(clause)
    if asking and route in ROUTES_OF and not asking & set(ROUTES_OF[route]):
        return Finding(clause, "not_applicable", f"Asked on another route; the application is by {_words(route)}.")
    if asking and route not in ROUTES_OF:
        return Finding(clause, "not_yet_shown", "No route is named in the application. Either is accepted.")
    if clause.feed is None:
        return Finding(clause, "cannot_be_known", "A person judges this; no record shows it.")
    known = evidence.get(clause.feed, Evidence(why_unread=f"Not collected: nothing of {_words(clause.feed)} comes in."))
    if known.why_unread:
        return Finding(clause, "cannot_be_known", known.why_unread)
    frame = window(staff_months, panel, policy.window_months, known.covered)
    if not frame:
        return Finding(clause, "cannot_be_known", "The person is in no staff snapshot of the time before the panel.")
    months = [each.month for each in frame]
    asked = expected(clause, [each.scale for each in frame], policy.window_months)
    n, rows = counted(clause, known.records, _span(months, panel) if known.covered is None else months)
    missing = [] if known.covered is None else [month for month in months if month not in known.covered]
    figures = f"{n} {clause.count.removesuffix('s') if n == 1 else clause.count} of {asked} asked for" + (
        f" ({clause.at_least} for somebody full-time and never away)" if asked != clause.at_least else ""
    )
    if len(frame) > policy.window_months:
        figures += f". Counted from {frame[0].month:%B %Y} on: part-time work and time away reach further back"
    crowded = burst({row.day for row in rows}, frame) if clause.count == "days" else None
    if crowded:
        figures += f". {crowded}"
    if missing:
        figures += f". The records are in part: nothing came for {len(missing)} of {len(months)} months"
    state: State = "shown" if n >= asked else "cannot_be_known" if missing else "not_yet_shown"
    return Finding(clause, state, figures + ".", tuple(row.source for row in rows))


def _span(months: Sequence[datetime.date], panel: datetime.date) -> set[datetime.date]:
    """Every month from the window's first to the panel's: what is submitted, is submitted also while away."""
    first, last = months[0], panel.replace(day=1)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return {datetime.date(number // 12, number % 12 + 1, 1) for number in numbers}


def eligibility(policy: Policy, months: Sequence[StaffMonth], panel: datetime.date) -> tuple[bool | None, str]:
    """Whether the policy lets the person apply on the panel's day, by role, service and pay point; None: not known."""
    before = [each for each in months if each.month <= panel]
    if not before:
        return None, "in no staff snapshot up to the panel's day"
    now, asks = before[-1], policy.eligibility
    if now.role not in asks.roles:
        return False, f"the role is {_words(now.role)}"
    served = (panel.year - now.start_date.year) * 12 + panel.month - now.start_date.month
    served -= panel.day < now.start_date.day
    if served < asks.minimum_service_months:
        return False, f"{served} months of service of {asks.minimum_service_months}"
    if not asks.pay_points:
        return True, f"role and {served} months of service"
    if now.grade is None or now.pay_point is None:
        return None, "grade or pay point are not in the staff data"
    if now.pay_point not in asks.pay_points.get(now.grade, []):
        return False, f"{now.grade}, point {now.pay_point}, is none from which the policy lets people apply"
    return True, f"role, {served} months of service, {now.grade} point {now.pay_point}"


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ")
