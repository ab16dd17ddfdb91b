"""The counts of a month, compared in a warehouse of nothing else: what tests of associations and agreement start from.

Belongs here: made-up counts and figures, the two tables as rows. Does not belong here: any claim.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from dagster_project.associations import comparisons, write
from dagster_project.statistics.disclosure import MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings

ON = DisclosureSettings()
OFF = DisclosureSettings(is_on=False)
PANEL = datetime.date(2026, 10, 14)
MONTH = datetime.date(2026, 10, 1)
YEAR = (datetime.date(2025, 11, 1), datetime.date(2026, 10, 31))


def figure(metric: str, end: datetime.date, breakdown: str, part: str, n_with: int, n: int) -> MetricValue:
    share = n_with / n if n else None
    return MetricValue(
        metric, "round", MONTH, end, "organisation", "all", breakdown, part, n_with, n, n, n_with,
        n - n_with, share, "observed",
    )  # fmt: skip


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    result = connection.execute(f"select * from metrics.{table}")
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def fill_marts(
    connection: duckdb.DuckDBPyConnection, strata: Iterable[Sequence[object]], counts: Iterable[Sequence[int]]
) -> None:
    """The counts that comparisons start from. `strata` are whole rows of the mart, `counts` one month's."""
    connection.execute(
        """
        create schema if not exists marts;
        create table marts.fct_association_strata (
            question varchar, stage varchar, metric_id varchar, period_start date, period_end date,
            tenure_band varchar, hours_band varchar, users_with bigint, users bigint, others_with bigint,
            others bigint, is_by_construction boolean
        );
        create table marts.fct_agreement_counts (
            month date, n_both bigint, n_manager_only bigint, n_record_only bigint, n_neither bigint
        );
        """
    )
    for row in strata:
        connection.execute(f"insert into marts.fct_association_strata values ({', '.join('?' * 12)})", row)
    for row in counts:
        connection.execute("insert into marts.fct_agreement_counts values (?, ?, ?, ?, ?)", [MONTH, *row])


def tables_of(
    strata: Iterable[Sequence[object]],
    counts: Iterable[Sequence[int]],
    disclosure: DisclosureSettings,
    figures: Iterable[MetricValue],
    minimum: int = 10,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the two tables. `strata` are whole rows of the mart, `counts` one month's."""
    with duckdb.connect() as connection:
        connection.execute("create schema metrics")
        fill_marts(connection, strata, counts)
        for _ in range(2):  # as a month that is run again
            write(connection, comparisons(connection, minimum=minimum, disclosure=disclosure, masked=figures))
        found = [rows_of(connection, table) for table in ("fct_associations", "fct_agreement")]
    return found[0], found[1]


def empty(row: dict[str, Any], *but: str) -> bool:
    """Whether a row tells nothing beside what it is about."""
    about = {"question", "stage", "metric_id", "period_start", "period_end", "by_construction", "month", "pair"}
    return all(value is None for name, value in row.items() if name not in {*about, "state", *but})
