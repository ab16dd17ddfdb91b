"""Association and agreement of a month: the counts that dbt made, compared, written beside the metric values.

Belongs here: reading those counts, what of a comparison may be told, the two tables. Does not belong here: who is
counted as what (dbt), how two groups or two views are compared (statistics), the audit (masking), words.

Nothing is told of a comparison with few people in it, nor of one that would give away a figure hidden elsewhere. What
a page says of it is "associated with". A survey's answers have no names, so nothing is compared with them.
"""

import datetime
import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import duckdb

from dagster_project.breakdowns import breakdowns
from dagster_project.statistics.disclosure import STATES_WITH_NUMBERS, SUPPRESSED, TWELVE_MONTHS, MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings

if TYPE_CHECKING:
    from dagster_project.statistics.agreement import Coefficient
    from dagster_project.statistics.association import Association, Estimate

COMPARED, TOO_FEW = "compared", "too_few"
PAIR = "managers_and_recorded_use"

TABLES = """
create or replace table metrics.fct_associations (
    question varchar, stage varchar, metric_id varchar, period_start date, period_end date, by_construction boolean,
    state varchar, users bigint, others bigint, detectable double, users_with bigint, others_with bigint,
    difference double, difference_lower double, difference_upper double,
    ratio double, ratio_lower double, ratio_upper double,
    stratified_difference double, stratified_difference_lower double, stratified_difference_upper double,
    stratified_ratio double, stratified_ratio_lower double, stratified_ratio_upper double, n_in_strata bigint
);
create or replace table metrics.fct_agreement (
    month date, pair varchar, state varchar, n bigint,
    n_both bigint, n_manager_only bigint, n_record_only bigint, n_neither bigint, observed double,
    kappa double, kappa_lower double, kappa_upper double, gwet double, gwet_lower double, gwet_upper double,
    says_more double
);
"""

STRATA_SQL = """
select
    question, stage, metric_id, period_start, period_end, is_by_construction, users_with, users, others_with, others
from marts.fct_association_strata
order by
    question desc, period_start, list_position(['applied', 'portfolio_complete', 'progressed'], stage), tenure_band,
    hours_band
"""

COUNTS_SQL = """
select month, last_day(month), n_both, n_manager_only, n_record_only, n_neither
from marts.fct_agreement_counts
order by month
"""

KEY = ("question", "stage", "metric_id", "period_start", "period_end", "by_construction")
AGREEMENT_KEY = ("month", "pair")
CELLS = ("n_both", "n_manager_only", "n_record_only", "n_neither")

# Of a rare outcome small groups show chance only: at a base of 22% two groups of a hundred show a difference of about
# 18 points, two of thirty one of 33.
LEAST = {"re_referral": 100}

_States = dict[tuple[str, datetime.date, str, str], str]
Row = dict[str, object]


def comparisons(
    connection: duckdb.DuckDBPyConnection,
    *,
    minimum: int,
    disclosure: DisclosureSettings,
    masked: Iterable[MetricValue],
) -> list[Row]:
    """The rows of `metrics.fct_associations` and `metrics.fct_agreement`, in which small numbers are hidden.

    A row is `compared`; `too_few` where a group, or of an agreement everybody, is below `minimum` (or the question's
    own LEAST): then only sizes and the detectable difference are there; or `suppressed`, without numbers. `masked` are
    the metric values with small numbers hidden: what is compared of a metric that is not among them is suppressed.
    """
    states = {
        (value.metric_id, value.period_end, value.breakdown, value.breakdown_value): value.value_state
        for value in masked
        if value.unit_level == "organisation" and value.period_type != TWELVE_MONTHS
    }
    return [
        *_associations(connection, minimum, disclosure, states), *_agreements(connection, minimum, disclosure, states)
    ]  # fmt: skip


def hidden(row: Row) -> Row:
    """The row without its numbers."""
    return {name: row[name] for name in (*KEY, *AGREEMENT_KEY) if name in row} | {"state": SUPPRESSED}


def write(connection: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> None:
    """Replace `metrics.fct_associations` and `metrics.fct_agreement`."""
    connection.execute("begin")
    connection.execute(TABLES)
    for row in rows:
        table = "metrics.fct_associations" if "question" in row else "metrics.fct_agreement"
        values = ", ".join(f"${name}" for name in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({values})", row)
    connection.execute("commit")


def _associations(
    connection: duckdb.DuckDBPyConnection, minimum: int, disclosure: DisclosureSettings, states: _States
) -> Iterator[Row]:
    from dagster_project.statistics.association import Stratum, associate  # slow to import

    rows = connection.execute(STRATA_SQL).fetchall()
    for key, of_stage in groupby(rows, key=lambda row: row[: len(KEY)]):
        strata = [Stratum(*row[len(KEY) :]) for row in of_stage]
        row: Row = dict(zip(KEY, key, strict=True))
        question, _, metric_id, period_start, period_end, _ = key
        found = associate(
            strata,
            # Use is counted up to the round's month (int_progression__evidence_use) or the year; audited work was over
            # before anybody graded it, and so was a closure before anybody was referred again.
            use_until=period_start - datetime.timedelta(days=1),
            outcome_from=period_start,
            minimum=max(minimum, LEAST.get(question, 0)),
        )
        users_with, others_with = sum(s.users_with for s in strata), sum(s.others_with for s in strata)
        is_small = any(
            n and (n < disclosure.minimum_denominator or _has_small((n_with, n - n_with), disclosure))
            for n_with, n in ((users_with, found.users), (others_with, found.others))
        )
        if disclosure.is_on and (is_small or _gives_away(question, metric_id, period_end, states)):
            yield row | {"state": SUPPRESSED}
            continue
        row |= {"users": found.users, "others": found.others, "detectable": found.detectable}
        if found.difference is None:
            yield row | {"state": TOO_FEW}
        else:
            yield (
                row
                | {"state": COMPARED, "users_with": users_with, "others_with": others_with}
                | _estimates(found, disclosure)
            )


def _estimates(found: "Association", disclosure: DisclosureSettings) -> Row:
    n_apart = found.users + found.others - found.n_in_strata
    is_small = disclosure.is_on and 0 < n_apart <= disclosure.threshold
    estimates: Row = {} if is_small else {"n_in_strata": found.n_in_strata}
    for name in ("difference", "ratio", "stratified_difference", "stratified_ratio"):
        estimates |= _with_limits(name, getattr(found, name))
    return estimates


def _agreements(
    connection: duckdb.DuckDBPyConnection, minimum: int, disclosure: DisclosureSettings, states: _States
) -> Iterator[Row]:
    from dagster_project.statistics.agreement import agreement  # slow to import

    for month, month_end, *counts in connection.execute(COUNTS_SQL).fetchall():
        both, manager_only, record_only, neither = counts
        row: Row = {"month": month, "pair": PAIR}
        is_small = sum(counts) < disclosure.minimum_denominator or _has_small(counts, disclosure)
        is_told = states.get((breakdowns().agreement, month_end, "all", "all")) in STATES_WITH_NUMBERS
        if disclosure.is_on and (is_small or not is_told):
            yield row | {"state": SUPPRESSED}
        elif sum(counts) < max(2, minimum):
            yield row | {"state": TOO_FEW, "n": sum(counts)}
        else:
            found = agreement([[both, manager_only], [record_only, neither]])
            yield (
                row
                | {"state": COMPARED, "n": found.n, "observed": found.observed, "says_more": found.says_more}
                | dict(zip(CELLS, counts, strict=True))
                | _with_limits("kappa", found.kappa)
                | _with_limits("gwet", found.gwet)
            )


def _has_small(counts: Iterable[int], disclosure: DisclosureSettings) -> bool:
    return any(0 < n <= disclosure.threshold or (n == 0 and not disclosure.zeros_ok) for n in counts)


def _gives_away(question: str, metric_id: str, period_end: datetime.date, states: _States) -> bool:
    """Whether the comparison would tell a hidden figure of its metric: a group is the sum of its parts."""
    compared = breakdowns().comparisons[question]
    told = {
        part: states.get((metric_id, period_end, compared.breakdown, part))
        for group in compared.groups
        for part in group
    }
    if states.get((metric_id, period_end, "all", "all")) not in STATES_WITH_NUMBERS or not any(told.values()):
        return True
    return any([told[part] for part in group].count(SUPPRESSED) == 1 for group in compared.groups)


def _with_limits(name: str, found: "Estimate | Coefficient | None") -> Row:
    """The columns of an estimate; what has no value, or none that is finite, stays empty."""
    if found is None:
        return {}
    numbers = {name: found.value, f"{name}_lower": found.lower, f"{name}_upper": found.upper}
    return {column: number for column, number in numbers.items() if math.isfinite(number)}
