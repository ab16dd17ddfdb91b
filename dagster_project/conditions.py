"""Conditions to look into: services where use of evidence is low and nothing but practice is left to explain it.

Belongs here: which causes have to be ruled out first, the reason codes, the table `metrics.fct_conditions`; and where
work is done in time without evidence being named, `metrics.fct_quadrants`. Does not belong here: how use, audits and
timeliness are measured (dbt), small numbers (masking), words.

Nobody is named, no services are ranked, and a service that is not raised says why not. Where its numbers are too small
to say anything of it, the notice rolls up: the whole organisation is judged too, beside its services. What is told of
use has been masked; of audits and work in time only the side of a threshold is told, and of no fewer than the minimum
denominator.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue

MONTHS = 3
USE, AUDITS, IN_TIME = "regularly_using_evidence", "audits_naming_evidence", "work_in_time"
RAISED, NOT_RAISED = "raised", "not_raised"
WHOLE = "all"  # the unit that is judged where a service is too small
TOO_SMALL = {"small_numbers", "too_few", "audits_too_few"}

TABLES = """
create or replace table metrics.fct_conditions (
    month date, service_id varchar, state varchar, reasons varchar, use_share double, threshold double
);
create or replace table metrics.fct_quadrants (
    month date, service_id varchar, quadrant varchar
);
"""

ACCESS_SQL = """
select service_id, month, is_working, n_connected
from staging.stg_access_checks
where month between ? and ?
"""

# A sender whose newest month is before the one reported, and who was still sending when the three months began.
LATE_SQL = """
with late as (
    select sender
    from ledger.sender_months
    where feed = 'resource_usage' and is_current
    group by sender
    having max(month) >= ? and max(month) < ?
)

select distinct staff.service_id
from raw.resource_usage__known as used
inner join late on used._sender = late.sender
inner join intermediate.int_staff__months as staff on used.person_id = staff.person_id and staff.month = ?
where used._superseded_by is null
"""

WEAK_SQL = """
select distinct unit_id
from metrics.fct_metric_signals
where
    metric_id = ? and period_type = 'month' and breakdown = 'all' and quality = 'weak' and period_start between ? and ?
"""

SUMS_SQL = """
select unit_id, cast(sum(numerator) as double), cast(sum(denominator) as double)
from metrics.fct_metric_values
where
    metric_id = ? and period_type = 'month' and unit_level in ('organisation', 'service') and breakdown = 'all'
    and value_state in ('observed', 'too_few') and period_start between ? and ?
group by unit_id
"""


@dataclass(frozen=True)
class AccessOfMonth:
    """Whether a service's access worked in a month, and of how many of its practitioners use would reach us."""

    is_working: bool
    n_connected: int


@dataclass(frozen=True)
class Evidence:
    """What is known of a service, or of all: use and access in each month, audits over them (naming, of how many).

    `is_late`: somebody who sends use of its staff has not sent that of the newest month.
    `is_weak` where the data on use are, of any of the months: such use is provisional, and raises nothing.
    """

    use: Sequence[MetricValue | None]
    access: Sequence[AccessOfMonth | None]
    audits: tuple[float, float]
    is_late: bool = False
    is_weak: bool = False


@dataclass(frozen=True)
class Limits:
    """The thresholds in force, and of how few audits nothing is told."""

    low_use: float
    low_naming: float
    coverage: float
    minimum_audits: int


def write_conditions(
    connection: duckdb.DuckDBPyConnection,
    *,
    masked: Iterable[MetricValue],
    thresholds: Mapping[str, object],
    minimum_audits: int,
    month: datetime.date,
) -> None:
    """Replace `metrics.fct_conditions` and `metrics.fct_quadrants`, each with a row for a service over three months.

    The conditions have one for the whole organisation ("all") too, where any service is too small to be judged.

    `masked` are the metric values as they leave the warehouse, `month` is the month reported.
    """
    shown = list(masked)
    months = [_back(month, n) for n in reversed(range(MONTHS))]
    limits = Limits(
        _share(thresholds, "low_use_share"), _share(thresholds, "low_naming_share"),
        _share(thresholds, "coverage_needed"), minimum_audits,
    )  # fmt: skip
    use = {
        (value.unit_id, value.period_start): value
        for value in shown
        if (value.metric_id, value.breakdown, value.period_type) == (USE, "all", "month") and value.unit_level != "team"
    }
    access: dict[tuple[str, datetime.date], AccessOfMonth | None] = {
        (service, of_month): AccessOfMonth(is_working, n_connected)
        for service, of_month, is_working, n_connected in connection.execute(ACCESS_SQL, [months[0], month]).fetchall()
    }
    sums = {
        metric: {
            service: (numerator, denominator)
            for service, numerator, denominator in connection.execute(SUMS_SQL, [metric, months[0], month]).fetchall()
        }
        for metric in (AUDITS, IN_TIME)
    }
    late = {service for (service,) in connection.execute(LATE_SQL, [_back(month, MONTHS), month, month]).fetchall()}
    services = sorted({service for service, of_month in use if of_month in months} - {WHOLE})
    access |= {(WHOLE, each): _access_of_all([access.get((service, each)) for service in services]) for each in months}
    weak = {unit for (unit,) in connection.execute(WEAK_SQL, [USE, months[0], month]).fetchall()}
    rows, is_any_too_small = [], False
    for unit in [*services, WHOLE]:
        if unit == WHOLE and not is_any_too_small:
            break
        values = [use.get((unit, each)) for each in months]
        checks = [access.get((unit, each)) for each in months]
        is_late = bool(late) if unit == WHOLE else unit in late
        found = Evidence(values, checks, sums[AUDITS].get(unit, (0, 0)), is_late, unit in weak)
        state, reasons = judge(found, limits)
        is_any_too_small |= not TOO_SMALL.isdisjoint(reasons)
        newest = values[-1].value if values[-1] and unit not in weak else None
        rows.append([month, unit, state, ", ".join(reasons), newest, limits.low_use])
    in_time_share = _share(thresholds, "in_time_share")
    quadrants = [
        [month, service, quadrant(work, sums[AUDITS].get(service, (0, 0)), in_time_share, limits)]
        for service, work in sorted(sums[IN_TIME].items())
        if service != WHOLE
    ]
    connection.execute("begin")
    connection.execute(TABLES)
    for row in rows:
        connection.execute("insert into metrics.fct_conditions values (?, ?, ?, ?, ?, ?)", row)
    for row in quadrants:
        connection.execute("insert into metrics.fct_quadrants values (?, ?, ?)", row)
    connection.execute("commit")


def _access_of_all(of_services: Sequence[AccessOfMonth | None]) -> AccessOfMonth | None:
    """Access of the whole organisation in a month; not known where it is not known of one service."""
    known = [each for each in of_services if each is not None]
    if len(known) < len(of_services):
        return None
    return AccessOfMonth(all(each.is_working for each in known), sum(each.n_connected for each in known))


def judge(found: Evidence, limits: Limits) -> tuple[str, list[str]]:
    """Whether the service is raised, and the reason codes: why, or all that speaks against it."""
    unknown = {_unknown(value) for value in found.use if value is None or value.value is None}
    if unknown or found.is_late:
        return NOT_RAISED, sorted(unknown | ({"feed_stale"} if found.is_late else set()))
    values = [value for value in found.use if value is not None]
    if any(value.value is not None and value.value >= limits.low_use for value in values):
        return NOT_RAISED, ["use_not_low"]
    if found.is_weak:
        return NOT_RAISED, ["data_weak"]
    against = [*_access(found, limits), *_audits(found, limits)]
    if against:
        return NOT_RAISED, against
    return RAISED, ["use_low", "access_works", "feeds_fresh", "coverage_enough", "audits_agree"]


def _unknown(value: MetricValue | None) -> str:
    if value is None or value.value_state in ("feed_stale", "not_due", "not_collected"):
        return "feed_stale"
    return "small_numbers" if value.value_state == SUPPRESSED else "too_few"


def _access(found: Evidence, limits: Limits) -> list[str]:
    checks = [check for check in found.access if check is not None]
    if len(checks) < len(found.access):
        return ["access_not_known"]
    reasons = [] if all(check.is_working for check in checks) else ["access_broken"]
    sizes = [value.denominator or 0 for value in found.use if value is not None]
    covered = all(check.n_connected >= limits.coverage * size for check, size in zip(checks, sizes, strict=True))
    return reasons if covered else [*reasons, "coverage_low"]


def _audits(found: Evidence, limits: Limits) -> list[str]:
    n_naming, n_audits = found.audits
    if n_audits < limits.minimum_audits:
        return ["audits_too_few"]
    return [] if n_naming / n_audits < limits.low_naming else ["audits_good"]


def quadrant(work: tuple[float, float], audits: tuple[float, float], in_time_share: float, limits: Limits) -> str:
    """Where a service stands by (in time, of how much work) and (naming evidence, of how many audits)."""
    (n_in_time, n_work), (n_naming, n_audits) = work, audits
    if n_audits < limits.minimum_audits or not n_work:
        return "not_known"
    named = "named" if n_naming / n_audits >= limits.low_naming else "not_named"
    return f"{'in_time' if n_in_time / n_work >= in_time_share else 'late'}_{named}"


def _share(thresholds: Mapping[str, object], name: str) -> float:
    return float(str(thresholds[name]))


def _back(month: datetime.date, n: int) -> datetime.date:
    number = month.year * 12 + month.month - 1 - n
    return datetime.date(number // 12, number % 12 + 1, 1)
