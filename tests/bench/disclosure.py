"""Small numbers of 60 metrics, 10 services and 100 teams over two years: hidden or rounded, and audited.

Belongs here: those timings. Does not belong here: what is hidden (statistics).
"""

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dagster_project.statistics.disclosure import MetricValue, TeamService, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dagster_project.statistics.edition_audit import Known, hide_until_safe
from dagster_project.statistics.rounding import COUNT_RULES, rounded_values
from tests.bench.measure import Found, Spent, measured, spent

METRICS, SERVICES, TEAMS, ROLES, MONTHS = 60, 10, 100, 4, 24
LIMIT = "Linear programmes of HiGHS, some ten a metric, and Python's own loops over the values."

PERIODS = [datetime.date(2024 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(MONTHS)]
SERVICE_OF = np.arange(TEAMS) % SERVICES
KINDS = {f"m{number}": "proportion" for number in range(METRICS)}
TEAM_SERVICES = [TeamService(month, f"T{team}", f"S{team % SERVICES}") for month in PERIODS for team in range(TEAMS)]


def run(folder: Path) -> Found:
    hidden, rounded = measured(hide_and_audit), measured(round_and_audit)
    (mask_s, mask_cpu), (audit_s, audit_cpu) = hidden.result
    (_, _), (rounded_s, rounded_cpu) = rounded.result
    return {
        "mask_s": mask_s, "mask_cpu_s": mask_cpu, "audit_s": audit_s, "audit_cpu_s": audit_cpu,
        "rounded_audit_s": rounded_s, "rounded_audit_cpu_s": rounded_cpu, "peak_mb": hidden.peak_mb,
    }  # fmt: skip


def hide_and_audit() -> tuple[Spent, Spent]:
    settings, values = DisclosureSettings(), list(council())
    masked: list[MetricValue] = []
    hiding = spent(lambda: masked.extend(mask_values(values, settings, KINDS, TEAM_SERVICES)))
    return hiding, spent(lambda: hide_until_safe(values, masked, known(settings)))


def round_and_audit() -> tuple[Spent, Spent]:
    settings, values = DisclosureSettings(rounding="hes"), list(council())
    masked: list[MetricValue] = []
    rounding = spent(lambda: masked.extend(rounded_values(values, COUNT_RULES["hes"], KINDS)))
    return rounding, spent(lambda: hide_until_safe(values, masked, known(settings)))


def known(settings: DisclosureSettings) -> Known:
    return Known(settings, KINDS, TEAM_SERVICES, set(PERIODS[-2:]))


def council() -> Iterator[MetricValue]:
    """Of every metric the months of the organisation and its services by role, and the years of all three levels."""
    random = np.random.default_rng(1)
    for metric in KINDS:
        of_team = random.integers(3, 16, TEAMS)
        n = np.stack([random.multinomial(of_team, [0.4, 0.3, 0.2, 0.1]) for _ in PERIODS])
        both = np.stack([random.binomial(n, 0.6), n], axis=-1)  # month, team, role, (numerator, denominator)
        for place, month in enumerate(PERIODS):
            yield from _levels(metric, month, both[place].sum(axis=1), "all", "all")
            for role in range(ROLES):
                yield from _levels(metric, month, both[place][:, role], "role", f"r{role}")
            if place >= 11:
                year = both[place - 11 : place + 1].sum(axis=(0, 2))
                most = both[place - 11 : place + 1, :, :, 1].sum(axis=2).max(axis=0)
                yield from _year(metric, PERIODS[place - 11], month, year, most)


def _levels(
    metric: str, month: datetime.date, of_teams: NDArray[np.int64], breakdown: str, part: str
) -> Iterator[MetricValue]:
    for service in range(SERVICES):
        counts = of_teams[service == SERVICE_OF].sum(axis=0)
        yield _value(metric, "month", month, month, "service", f"S{service}", breakdown, part, counts, counts[1])
    whole = of_teams.sum(axis=0)
    yield _value(metric, "month", month, month, "organisation", "all", breakdown, part, whole, whole[1])


def _year(
    metric: str, start: datetime.date, end: datetime.date, of_teams: NDArray[np.int64], people: NDArray[np.int64]
) -> Iterator[MetricValue]:
    year = metric, "twelve_months", start, end
    for team in range(TEAMS):
        yield _value(*year, "team", f"T{team}", "all", "all", of_teams[team], people[team])
    for service in range(SERVICES):
        is_of = service == SERVICE_OF
        yield _value(*year, "service", f"S{service}", "all", "all", of_teams[is_of].sum(axis=0), people[is_of].sum())
    yield _value(*year, "organisation", "all", "all", "all", of_teams.sum(axis=0), people.sum())


def _value(
    metric: str, period: str, start: datetime.date, month: datetime.date, level: str, unit: str, breakdown: str,
    part: str, counts: NDArray[np.int64], people: int,
) -> MetricValue:  # fmt: skip
    numerator, denominator = map(float, counts)
    share = numerator / denominator if denominator else None
    return MetricValue(
        metric, period, start, month.replace(day=28), level, unit, breakdown, part, numerator, denominator, int(people),
        None, None, share, "observed",
    )  # fmt: skip
