"""Figures come from the read copy masked, and records say where they are wrong."""

import datetime
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from dagster_project import analysis
from dagster_project.associations import TABLES as COMPARISON_TABLES
from dagster_project.metric_records import load_records
from dagster_project.problems import SettingsProblem
from dagster_project.statistics.data_quality import Rating
from dagster_project.statistics.disclosure import MetricValue, TeamService, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dashboards.read import ReadProblem, read_figures, read_values
from tests.unit.test_dashboards import MONTH, RECORD, VALUES, value

RECORDS = Path(__file__).parents[2] / "dbt" / "models"


def read_copy(folder: Path) -> Path:
    path = folder / "read_copy.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
        create schema ledger; create schema metrics; create schema marts;
        create table metrics.fct_metric_values (
          metric_id varchar, period_type varchar, period_start date, period_end date,
          unit_level varchar, unit_id varchar, breakdown varchar, breakdown_value varchar, numerator decimal(18, 4),
          denominator decimal(18, 4), people bigint, numerator_people bigint,
          rest_people bigint, value double, value_state varchar);
        create table metrics.fct_series_breaks as select * from (values
          ('reading', date '2024-07-01', date '2024-09-01', 'usage', 'channel', 'past'),
          ('reading', date '2024-09-01', date '2024-11-01', 'usage', 'channel', 'mixed'),
          ('reading', date '2026-08-01', date '2026-10-01', 'usage', 'channel', 'declared'),
          ('reading', date '2026-10-01', date '2026-12-01', 'usage', 'channel', 'seen'))
          t(metric_id, month, settled_month, feed, source_kind, source);
        create table marts.dim_unit as select date '2026-09-01' as month, 'T1' as team_id, 'Ash' as service_id;
        create table marts.fct_building_blocks as select * from (values
          ('a', 'budget', 'Director', date '2026-09-30', null, date '2026-03-31', true, 'overdue', true))
          t(action_id, block, owner, due_date, done_date, funding_end_date, is_enabler_in_place, state,
            is_funding_overdue);
        create table marts.fct_comments as select * from (values
          ('reading', 'all', date '2026-09-01', 'workload', 'Two days', 'Director', date '2026-12-01', 'open'),
          ('reading', 'all', date '2020-09-01', 'workload', 'Old', 'Director', date '2020-12-01', 'done'))
          t(metric_id, unit_id, month, cause, ask, owner_role, due_date, status);
        create table ledger.run_parameters as
          select 'r2' as run_id, date '2026-09-01' as month, date '2026-10-20' as as_at;
        create table ledger.verdicts as
          select * from (values ('r1', 'staff', 'warning', false, 'old'), ('r2', 'usage', 'critical', true, 'fine'),
          ('r2', 'staff', 'warning', false, 'Many leavers.')) t(run_id, gate, severity, is_passed, message);
        create table metrics.fct_data_quality as select * from (values
          ('staff', date '2026-09-01', 0.5, 'weak', ['half came']), ('staff', date '2026-08-01', 1.0, 'good', []))
          t(feed, month, coverage, grade, reasons);
        create table ledger.feeds as select *, feed || ' title' as title
          from (values ('counter', 30, true), ('managers', 100, true), ('off', 9, false), ('staff', 9, true),
          ('usage', 9, true), ('unsent', 9, true), ('yearly', null, true)) t(feed, due_days, is_on);
        create table ledger.sender_months as select * from (values
          ('counter', date '2026-08-01', true), ('managers', date '2025-09-01', true),
          ('staff', date '2026-09-01', true), ('usage', date '2026-08-01', true),
          ('usage', date '2026-09-01', false), ('yearly', date '2024-09-01', true)) t(feed, month, is_current);
        create table ledger.deliveries as select *, 'columns' as layout from (values
          ('staff', 'h1', 'loaded', date '2026-09-01', 90, 1, timestamp '2026-10-01 09:00:00'),
          ('staff', 'h2', 'held', date '2026-10-01', 80, 9, timestamp '2026-10-02 09:00:00'),
          ('usage', 'h3', 'loaded', date '2026-09-01', 70, 0, timestamp '2026-09-01 09:00:00'),
          ('counter', 'h4', 'loaded', date '2026-08-01', 60, 0, timestamp '2026-09-01 09:00:00')
        ) t(feed, file_hash, status, last_month, n_accepted, n_rejected, delivered_at);
        """)
        pooled = replace(value(0, 30, 480), period_type="twelve_months", period_start=datetime.date(2025, 10, 1))
        team = replace(pooled, unit_level="team", unit_id="T1", people=4)
        role = replace(value(0, 20, 60), breakdown="role", breakdown_value="other")
        old_role = replace(value(1, 20, 60), breakdown="role", breakdown_value="other")
        rows = [v for v in [*VALUES, value(30, 9, 90), team, role, old_role] if v.unit_id != "Beech"]
        connection.execute(
            """
        """
            + COMPARISON_TABLES
            + """
        create table metrics.fct_gaps (wave_date date, item varchar, wording varchar, respondents varchar,
          state varchar, n_group bigint, n_group_positive bigint, n_practitioners bigint,
          n_practitioners_positive bigint, gap double, gap_lower double, gap_upper double, is_small_sample boolean,
          place bigint);
        create table metrics.fct_conditions (month date, service_id varchar, state varchar, reasons varchar,
          use_share double, threshold double);
        create table metrics.fct_quadrants (month date, service_id varchar, quadrant varchar);
        create schema staging; create table staging.stg_chart_changes as select * from (values
          ('reading', 'all', date '2026-07-01', 'ghost', 'wrong_data', 'Data lead', date '2026-08-01'),
          ('reading', 'all', date '2020-07-01', 'ghost', 'wrong_data', 'Data lead', date '2020-08-01'))
          t(metric_id, unit_id, month, change, reason, decided_by, decided_on);
        """
        )
        teams = [TeamService(MONTH, "T1", "Ash")]
        masked = mask_values(rows, DisclosureSettings(), {"reading": "proportion"}, teams)
        analysis.write(
            connection,
            masked,
            analysis.beside(masked, {"reading": RECORD}, {("reading", "month", MONTH): Rating("good", ())}),
        )
        connection.executemany(
            f"insert into metrics.fct_metric_values values ({', '.join('?' * 15)})",
            [[getattr(row, name) for name in MetricValue.__dataclass_fields__] for row in rows],
        )
    return path


def test_figures_are_read_masked_without_teams_and_with_the_states_of_feeds(tmp_path: Path) -> None:
    figures = read_figures(
        read_copy(tmp_path), month=MONTH, organisation="Anytown", is_sample=False, disclosure=DisclosureSettings(),
        records={"reading": RECORD}, thresholds={"days": 4}, code_version="0.1.0",
        chased=[{"feed": "staff", "sender": "Jo Smith", "state": "overdue", "due": "2026-10-09"},
                {"feed": "staff", "sender": "north", "state": "not due yet", "due": "2026-11-09"}],
    )  # fmt: skip
    staff = next(feed for feed in figures.feeds if feed.feed == "staff")
    assert (staff.n_files, staff.n_files_left_out, staff.warnings) == (1, 1, ("Many leavers.",))
    assert (staff.coverage, staff.grade, staff.reasons) == (0.5, "weak", ("half came",))
    assert (staff.n_overdue, staff.n_awaited, staff.next_due) == (1, 1, datetime.date(2026, 11, 9))
    assert "Jo Smith" not in figures.to_json()
    assert {v.unit_id: v.value_state for v in figures.values if v.month == MONTH} == {
        "all": "observed", "Ash": "suppressed", "Cedar": "suppressed",
    }  # fmt: skip
    assert min(v.month for v in figures.values) == datetime.date(2026, 5, 1)
    assert {(v.unit_id, v.breakdown, v.value_state) for v in figures.details} == {
        ("all", "role", "observed"), ("T1", "all", "suppressed"),
    }  # fmt: skip
    assert [(each.month.month, each.source) for each in figures.breaks] == [(9, "mixed"), (8, "declared")]
    assert {feed.feed: feed.state for feed in figures.feeds} == {
        "counter": "not_due", "managers": "late", "off": "off", "staff": "up_to_date", "unsent": "never_received",
        "usage": "late", "yearly": "up_to_date",
    }  # fmt: skip
    assert [feed.feed for feed in figures.feeds if feed.is_newest_file_left_out] == ["staff"]
    assert [(each.month.month, each.change) for each in figures.decisions] == [(7, "ghost")]
    assert [(each.ask, each.owner_role) for each in figures.comments] == [("Two days", "Director")]
    assert [(each.block, each.state) for each in figures.building_blocks] == [("budget", "overdue")]
    assert {v.beside.quality for v in figures.values if v.month == MONTH} == {"good"}
    assert (figures.as_at, figures.n_checks, figures.n_checks_passed) == (datetime.date(2026, 10, 20), 2, 1)


def test_values_of_one_month_are_masked_as_among_all(tmp_path: Path) -> None:
    path, records = read_copy(tmp_path), {"reading": RECORD}
    every = [v for v in read_values(path, records) if v.month == MONTH]
    assert read_values(path, records, month=MONTH, metric="reading") == every
    assert {v.unit_id for v in every if v.value_state == "suppressed"} == {"Ash", "Cedar", "T1"}
    assert not [v for v in read_values(path, records, unmasked=True) if v.value_state == "suppressed"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReadProblem, match="practice-metrics run"):
        read_values(tmp_path / "none.duckdb", {})
    with pytest.raises(ReadProblem, match="there is no metric readin; the metrics are reading"):
        read_values(read_copy(tmp_path), {"reading": RECORD}, metric="readin")


def test_every_record_loads_and_a_missing_field_names_file_line_and_field(tmp_path: Path) -> None:
    assert {"regularly_using_evidence", "using_evidence_this_month"} <= set(load_records(RECORDS))
    text = (RECORDS / "metrics" / "met_using_evidence_this_month.yml").read_text("utf-8")
    broken = tmp_path / "metrics" / "met_using_evidence_this_month.yml"
    broken.parent.mkdir()
    broken.write_text(re.sub(r"\n +owner:.*", "", text).replace("kind: proportion", "kind: share"), "utf-8")
    with pytest.raises(SettingsProblem) as error:
        load_records(tmp_path)
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "kind: proportion" in each)
    assert f"met_using_evidence_this_month.yml, line {line}: kind" in str(error.value)
    assert re.search(r"met_using_evidence_this_month\.yml, line \d+: owner: Field required", str(error.value))
