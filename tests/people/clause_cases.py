"""Staff months and records of use for tests of clauses. Does not belong here: the policy they are held against."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from dagster_project.people.clauses import Evidence, Finding, find
from dagster_project.people.policy import Policy
from dagster_project.people.records import Record, StaffMonth

PANEL = datetime.date(2026, 10, 21)
MONTHS = [datetime.date(2024 + number // 12, number % 12 + 1, 1) for number in range(-14, 34)]  # November 2022 on
FULL_TIME_DAYS = 20


def staff(fte: str = "1", away: Sequence[int] = (), half: Sequence[int] = ()) -> list[StaffMonth]:
    """Months in post; `away` and `half`: how many months before the panel's month nothing or half was available."""
    found = []
    for number, month in enumerate(reversed(MONTHS)):
        share = Decimal(0) if number in away else Decimal("0.5") if number in half else Decimal(1)
        days = FULL_TIME_DAYS * Decimal(fte)
        found.append(
            StaffMonth(month, "social_worker", "G9", "31", datetime.date(2020, 3, 21), Decimal(fte), days, days * share,
                       Decimal(fte) * share)
        )  # fmt: skip
    return found[::-1]


def used(*days: str, kind: str = "research", feed: str = "resource_usage", **values: object) -> list[Record]:
    dates = [datetime.date.fromisoformat(text) for text in days]
    return [
        Record(feed, day.replace(day=1), day, {"resource_type": kind, **values}, "f" * 64, number)
        for number, day in enumerate(dates, start=2)
    ]


ALL_MONTHS = set(MONTHS)


def found(
    policy: Policy,
    clause_id: str,
    evidence: dict[str, Evidence],
    route: str | None = "usage",
    months: list[StaffMonth] | None = None,
) -> Finding:
    return find(
        policy, policy.clause(clause_id), route=route, panel=PANEL,
        staff_months=staff() if months is None else months, evidence=evidence,
    )  # fmt: skip


def days_of(n: int, month: str = "2026-05") -> list[str]:
    return [f"{month}-{day:02}" for day in range(1, n + 1)]
