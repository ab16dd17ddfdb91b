"""Which figures of the warehouse may be shown: small numbers hidden, or counts rounded, until none can be worked out.

Belongs here: choosing between the two, what the audit goes by, what it hides of figures and of comparisons.
Does not belong here: the rules themselves (statistics/disclosure, edition_audit, rounding), holding a month (steps).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from dagster_project import associations
from dagster_project.compared_groups import groups_of, told_before
from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.adding_up import key_of
from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue, TeamService, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dagster_project.statistics.rounding import rounded_values, rule_of


@dataclass(frozen=True)
class Masked:
    """Figures and comparisons as they may leave the warehouse, and how many hidden numbers can be worked out still."""

    values: list[MetricValue]
    comparisons: list[associations.Row]
    n_recoverable: int


def masked_figures(
    connection: duckdb.DuckDBPyConnection,
    values: Sequence[MetricValue],
    records: Mapping[str, MetricRecord],
    disclosure: DisclosureSettings,
    month: datetime.date,
    earlier: Sequence[MetricValue],
) -> Masked:
    """The true `values`, and the comparisons of the month, with small numbers hidden until none can be worked out."""

    def compared(beside: Sequence[MetricValue]) -> list[associations.Row]:
        minimum = disclosure.minimum_denominator
        return associations.comparisons(connection, minimum=minimum, disclosure=disclosure, masked=beside)

    if not disclosure.is_on:
        return Masked(list(values), compared(values), 0)
    from dagster_project.statistics.edition_audit import Known, hide_until_safe

    kinds = {metric_id: record.kind for metric_id, record in records.items()}
    rows = connection.execute("select distinct month, team_id, service_id from marts.dim_unit").fetchall()
    teams = [TeamService(*row) for row in rows]
    if disclosure.rounding:
        masked = rounded_values(values, rule_of(disclosure), kinds)
        comparisons = compared([])  # beside rounded counts, an exact comparison would undo them
    else:
        masked = mask_values(values, disclosure, kinds, teams)
        comparisons = compared(masked)
    groups = groups_of(comparisons, values)
    by_key = {key_of(group.value): group for group in groups}
    known_groups = [group for key, group in told_before(earlier).items() if key not in by_key]
    told = [group.value for group in (*groups, *known_groups)]
    months = {month} | {max((value.month for value in earlier), default=month)}
    parts_of = {key_of(group.value): group.parts for group in (*groups, *known_groups)}
    known = Known(disclosure, kinds, teams, months, earlier, parts_of)
    safe, findings = hide_until_safe([*values, *told], [*masked, *told], known)
    away = {
        group.place
        for group, value in zip(groups, safe[len(values) :], strict=False)
        if value.value_state == SUPPRESSED
    }
    shown = [associations.hidden(row) if place in away else row for place, row in enumerate(comparisons)]
    return Masked(safe[: len(values)], shown, len(findings))
