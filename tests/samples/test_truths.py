"""What is planted in the samples is found again: cases the metrics must get right, levels, answers, a wrong rate."""

import duckdb

from dagster_project.samples import truths
from tests.samples.year import END

EVENT_DATES = {
    "resource_usage": "usage_date", "supervision": "supervision_date", "audits": "audit_date",
    "protected_time": "session_date", "learning": "learning_date", "cpd": "entry_date",
}  # fmt: skip


def test_workforce_holds_the_cases_the_metrics_must_get_right(read: duckdb.DuckDBPyConnection) -> None:
    def count(query: str) -> int:
        return read.execute(f"select count(*) from ({query})").fetchone()[0]

    month_sizes = read.execute("select count(distinct person_id) from workforce group by month").fetchall()
    assert all(160 <= n <= 180 for (n,) in month_sizes)
    assert count("select distinct service_id from workforce") == len(truths.SERVICES)
    assert count("select month, person_id from workforce group by all having count(*) = 2") > 12
    assert count("select month, person_id from workforce group by all having sum(contracted_fte) > 1") == 0
    assert count("select person_id from workforce where available_days = 0 and contracted_days > 0") > 0
    assert count("select person_id from workforce where available_days between 0.1 and contracted_days - 0.1") > 0
    assert count("from workforce where available_days > contracted_days") == 0
    assert count("select distinct person_id from workforce where is_agency") > 3
    assert count("select distinct person_id from workforce where contracted_fte between 0.4 and 0.8") > 20
    assert (
        count("select person_id from workforce where post_id < '7' group by 1 having count(distinct team_id) > 1") > 2
    )
    assert count("select person_id from workforce group by 1 having max(month) < '2025-09-01'") > 5
    assert count("select person_id from workforce where start_date > '2024-10-31' group by 1") > 5
    assert count("select person_id from workforce group by 1 having count(distinct role) = 2") > 2
    teams = read.execute(
        "select count(distinct person_id) from workforce where month = '2025-09-01' group by team_id"
    ).fetchall()
    assert all(5 <= n <= 22 for (n,) in teams)
    assert min(teams) < (10,)
    assert count(
        "select m.manager_person_id from workforce m where manager_person_id is not null and not exists"
        " (from workforce w where w.month = m.month and w.person_id = m.manager_person_id)"
    ) == 0  # fmt: skip


def test_events_lie_within_employment(read: duckdb.DuckDBPyConnection) -> None:
    """Nobody uses anything before joining, nor is supervised in a month of absence."""
    spine = "(select distinct month, person_id, start_date, available_days from workforce)"
    for feed, column in EVENT_DATES.items():
        early = read.execute(
            f"select count(*) from {feed} e join {spine} w on w.person_id = e.person_id"
            f" and w.month = date_trunc('month', {column}) where {column} < start_date or available_days = 0"
        ).fetchone()
        assert early == (0,), feed


def test_planted_levels_can_be_found_again(read: duckdb.DuckDBPyConnection) -> None:
    """Use on two or more days, first and last three months of each service."""
    rows = read.execute(
        """
        with days as (
            select person_id, date_trunc('month', usage_date) as month, count(distinct usage_date) as n
            from resource_usage where resource_type not in ('policy', 'search', 'log_in') group by all
        ), shares as (
            select service_id, month, avg((coalesce(n, 0) >= 2)::integer) as share
            from (select distinct service_id, month, person_id, role from workforce where available_days > 0)
            left join days using (person_id, month) group by all
        )
        select service_id,
            avg(share) filter (month < '2025-01-01'), avg(share) filter (month > '2025-06-01'), avg(share)
        from shares group by all
        """
    ).fetchall()
    first = {service: share for service, share, _, _ in rows}
    last = {service: share for service, _, share, _ in rows}
    mean = {service: share for service, _, _, share in rows}
    assert last[truths.RISING_USE] - first[truths.RISING_USE] > 0.12
    assert mean[truths.LOW_USE] < 0.25
    assert 0.35 < mean[truths.STEADY] < 0.6
    assert 0.35 < sum(mean.values()) / len(mean) < 0.6


def test_supervision_answers_are_as_planted(read: duckdb.DuckDBPyConnection) -> None:
    cancelled, blank, discussed = read.execute(
        "select avg((status = 'cancelled')::integer),"
        " avg((is_evidence_discussed is null)::integer) filter (status = 'held'),"
        " avg(is_evidence_discussed::integer) from supervision"
    ).fetchone()
    assert 0.05 < cancelled < 0.11
    assert 0.07 < blank < 0.13
    assert 0.4 < discussed < 0.6


def test_managers_return_what_their_gate_lets_in_and_some_are_silent(read: duckdb.DuckDBPyConnection) -> None:
    """No count is higher than the direct reports at work, nobody names a stranger, and about a fifth send nothing."""
    too_high, n_returned, n_asked = read.execute(
        """
        with asked as (
            select month, manager_person_id, count(distinct person_id) as n_reports from workforce
            where available_days >= 0.5 * contracted_days and manager_person_id is not null
            and month(month) in (3, 6, 9, 12) group by all
        ), returned as (
            select month, manager_person_id, max(n_regular) as n_regular from manager_classification group by all
            union all
            select month, manager_person_id, count(*) from manager_classification_reports group by all
        )
        select count(*) filter (n_regular > n_reports or n_reports is null), count(n_regular), count(n_reports)
        from asked full join returned using (month, manager_person_id)
        """
    ).fetchone()
    assert too_high == 0
    assert 0.65 < n_returned / n_asked < 0.9
    strangers = read.execute(
        "select count(*) from manager_classification_reports as r anti join workforce as w"
        " on w.month = r.month and w.person_id = r.person_id and w.manager_person_id = r.manager_person_id"
    ).fetchone()
    assert strangers == (0,)


def test_what_people_say_of_themselves_has_nothing_to_do_with_their_service(read: duckdb.DuckDBPyConnection) -> None:
    """The planted null: the service with low use says yes as often as the others, within chance of about 60 answers."""
    rows = read.execute(
        "select service_id, avg((answer = 'yes')::integer) from surveys"
        " where item = 'regular_use' and answer is not null group by service_id"
    ).fetchall()
    assert len(rows) == len(truths.SERVICES)
    assert all(abs(share - truths.SAYS_REGULAR / 1000) < 0.16 for _, share in rows)
    no_time = read.execute(
        "select avg((answer = 'no_time')::integer) from surveys where item = 'first_barrier' and answer is not null"
    ).fetchone()[0]
    assert abs(no_time - truths.NO_TIME_FIRST / 1000) < 0.08
    (n_previews,) = read.execute("select count(*) from surveys where response_id = 'R_preview'").fetchone()
    assert n_previews == 0


def test_managers_think_better_of_policies_than_practitioners_and_alike_of_group_supervision(
    read: duckdb.DuckDBPyConnection,
) -> None:
    """Planted gaps of 28 and 2 points, within chance of about 25 managers' answers."""
    gaps = dict(
        read.execute(
            "select item, avg((answer = 'yes')::integer) filter (where role in ('team_manager', 'senior_manager')) -"
            " avg((answer = 'yes')::integer) filter (where role not in ('team_manager', 'senior_manager', 'other'))"
            " from surveys where answer is not null group by item"
        ).fetchall()
    )
    for item in ("policies_help", "group_supervision_helps"):
        practitioners, managers = truths.AGREE[item]
        assert abs(gaps[item] - (managers - practitioners) / 1000) < 0.25, item


def test_published_rates_are_what_their_parts_give_but_for_the_planted_one(read: duckdb.DuckDBPyConnection) -> None:
    rows = read.execute(
        "with wide as (pivot (from published_statistics) on measure using max(value) group by period_end, area_name)"
        " select year(period_end), area_name, turnover_rate_fte - round(100 * leavers_fte / inpost_fte, 1)"
        " from wide where turnover_rate_fte <> round(100 * leavers_fte / inpost_fte, 1)"
    ).fetchall()
    [(year, area, difference)] = rows
    assert (year, area) == (END.year - 2, "England")
    assert abs(difference - float(truths.RESTATED_TURNOVER)) < 0.01
