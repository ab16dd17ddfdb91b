"""What stands beside a figure: hidden or not, its interval, its signal, by the record and the registers."""

import datetime
from dataclasses import replace

import duckdb
import pytest

from dagster_project import analysis
from dagster_project.analysis import Beside, BreakOfMetric, ChartChange, Target
from dagster_project.masking import Masked
from dagster_project.problems import SettingsProblem
from dagster_project.statistics.disclosure import MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dashboards.words import month_end, months_back
from tests.unit.association_tables import fill_marts
from tests.unit.test_dashboards import MONTH, RECORD

MONTHLY = RECORD.model_copy(update={"window": "1 month"})
CALM = [50, 52, 49, 51, 50, 48, 52, 51, 49, 50, 52, 48, 50]


def value(
    month: datetime.date, numerator: float, denominator: float, *, service: str = "", state: str = "observed"
) -> MetricValue:
    level = "service" if service else "organisation"
    return MetricValue(
        "reading", "month", month, month_end(month), level, service or "all", "all", "all",
        numerator, denominator, int(denominator), int(numerator), int(denominator - numerator),
        numerator / denominator, "observed",
    )  # fmt: skip


def months(numerators: list[int], denominator: int = 100) -> list[MetricValue]:
    """One value a month, the last of them MONTH's."""
    last = len(numerators) - 1
    return [value(months_back(MONTH, last - n), x, denominator) for n, x in enumerate(numerators)]


def beside(values: list[MetricValue], record: object = MONTHLY, **registers: object) -> list[Beside]:
    return analysis.beside(values, {"reading": record}, {}, **registers)  # type: ignore[arg-type,dict-item]


def test_share_has_its_wilson_interval_and_a_hidden_one_has_none() -> None:
    """8 of 17: 26.2% to 69.0% (Wilson, worked with z = 1.96)."""
    hidden = replace(value(MONTH, 2, 17), value=None, numerator=None, denominator=None, value_state="suppressed")
    shown, not_shown = beside([value(MONTH, 8, 17), hidden])
    assert (round(shown.lower or 0, 3), round(shown.upper or 0, 3), shown.interval) == (0.262, 0.690, "wilson")
    assert (shown.is_hidden, not_shown.is_hidden) == (False, True)
    assert (not_shown.lower, not_shown.upper) == (None, None)


def test_record_says_that_there_is_no_interval() -> None:
    [found] = beside([value(MONTH, 8, 17)], MONTHLY.model_copy(update={"interval": "none"}))
    assert (found.lower, found.upper, found.interval) == (None, None, None)


def test_figures_that_share_data_carry_no_signals() -> None:
    """A rolling window makes neighbours alike, which the rules would take for a trend."""
    rolling = MONTHLY.model_copy(update={"window": "3 months"})
    assert {each.variation for each in beside(months([*CALM, 90]), rolling)} == {None}
    assert beside(months([*CALM, 90]))[-1].variation == "improvement"


def test_waves_and_breakdowns_carry_no_signals() -> None:
    wave = MONTHLY.model_copy(update={"window": "1 wave", "cadence": "wave"})
    assert {each.variation for each in beside(months([*CALM, 90]), wave)} == {None}
    by_role = [replace(each, breakdown="role", breakdown_value="other") for each in months([*CALM, 90])]
    assert {each.variation for each in beside(by_role)} == {None}


def test_series_break_ends_what_can_be_compared() -> None:
    found = beside(months([*CALM, 90]), breaks=[BreakOfMetric("reading", MONTH)])
    assert [each.variation for each in found] == ["common_cause"] * 13 + [None]
    assert found[-1].n_points == 1


def test_target_is_the_one_in_force_in_the_newest_month() -> None:
    targets = [
        Target("reading", months_back(MONTH, 30), 0.4), Target("reading", months_back(MONTH, 1), 0.9),
        Target("reading", months_back(MONTH, -1), 0.1), Target("writing", months_back(MONTH, 1), 0.2),
    ]  # fmt: skip
    newest = beside(months(CALM), targets=targets)[-1]
    assert (newest.target, newest.assurance) == (0.9, "fail")
    assert [each.target for each in beside(months(CALM), targets=targets)] == [0.4] * 11 + [0.9] * 2
    withdrawn = [*targets[:2], Target("reading", MONTH, None)]
    assert beside(months(CALM), targets=withdrawn)[-1].assurance is None


def test_target_of_figures_that_share_data_is_shown_and_not_judged() -> None:
    rolling = MONTHLY.model_copy(update={"window": "3 months"})
    newest = beside(months(CALM), rolling, targets=[Target("reading", months_back(MONTH, 30), 0.4)])[-1]
    assert (newest.target, newest.assurance) == (0.4, None)


def test_change_to_a_chart_is_of_its_own_measure_and_unit() -> None:
    values = months([*CALM, 90])
    ghost = ChartChange("reading", "all", MONTH, "ghost")
    assert beside(values, changes=[ghost])[-1].variation == "left_out"
    assert beside(values, changes=[replace(ghost, unit_id="Ash")])[-1].variation == "improvement"
    assert beside(values, changes=[replace(ghost, metric_id="writing")])[-1].variation == "improvement"


def test_month_without_a_row_is_a_month_without_a_figure() -> None:
    values = months([*CALM, 90])
    del values[5]
    assert beside(values)[-1].n_points == 13


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """Ash and Beech make up the organisation; Ash's four readers must not be told."""
    connection = duckdb.connect()
    connection.execute("""
    create schema metrics; create schema marts; create schema staging;
    create table metrics.fct_metric_values (
      metric_id varchar, period_type varchar, period_start date, period_end date, unit_level varchar, unit_id varchar,
      breakdown varchar, breakdown_value varchar, numerator decimal(18, 4), denominator decimal(18, 4), people bigint,
      numerator_people bigint, rest_people bigint, value double, value_state varchar);
    create table metrics.fct_series_breaks (metric_id varchar, settled_month date);
    create table marts.dim_unit (month date, team_id varchar, service_id varchar);
    create table staging.stg_targets (metric_id varchar, from_date date, value decimal(18, 4));
    create schema if not exists marts; create table marts.fct_comments (metric_id varchar);
    create table staging.stg_chart_changes (metric_id varchar, unit_id varchar, month date, change varchar);
    """)
    fill_marts(connection, [], [])
    rows = [value(MONTH, 40, 90), value(MONTH, 4, 20, service="Ash"), value(MONTH, 36, 70, service="Beech")]
    for row in rows:
        marks = ", ".join("?" * 15)
        connection.execute(f"insert into metrics.fct_metric_values values ({marks})", list(vars(row).values()))
    return connection


def hidden_units(connection: duckdb.DuckDBPyConnection) -> set[str]:
    query = "select unit_id from metrics.fct_metric_signals where is_hidden"
    return {unit for (unit,) in connection.execute(query).fetchall()}


def analyse(connection: duckdb.DuckDBPyConnection, **changes: object) -> Masked:
    given = {"records": {"reading": MONTHLY}, "disclosure": DisclosureSettings(), "month": MONTH, "quality": {}}
    return analysis.analyse(connection, **{**given, **changes})  # type: ignore[arg-type]


def test_small_number_is_hidden_with_what_would_give_it_away(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert analyse(warehouse).n_recoverable == 0
    assert hidden_units(warehouse) == {"Ash", "Beech"}
    assert analyse(warehouse, disclosure=DisclosureSettings(is_on=False)).n_recoverable == 0
    assert hidden_units(warehouse) == set()


def test_number_that_readers_know_already_gives_a_hidden_one_away(warehouse: duckdb.DuckDBPyConnection) -> None:
    """An earlier edition showed Beech and the organisation, so that Ash's four can be worked out: the month is held."""
    earlier = [value(MONTH, 40, 90), value(MONTH, 36, 70, service="Beech")]
    assert analyse(warehouse, earlier=earlier).n_recoverable > 0


def test_value_without_a_record_is_refused(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SettingsProblem, match=r"reading has values but no record met_reading\.yml"):
        analyse(warehouse, records={})


def test_rounding_shows_rounded_counts_and_hides_none_beside_them(warehouse: duckdb.DuckDBPyConnection) -> None:
    """By `opensafely`: 40 of 90 stays; Ash's 4 of 20 becomes 0 of 20; 36 of 70 becomes 35 of 70."""
    found = analyse(warehouse, disclosure=DisclosureSettings(rounding="opensafely"))
    assert found.n_recoverable == 0
    query = "select unit_id, shown_numerator, shown_denominator, is_hidden from metrics.fct_metric_signals order by all"
    assert warehouse.execute(query).fetchall() == [
        ("Ash", 0.0, 20.0, False), ("Beech", 35.0, 70.0, False), ("all", 40.0, 90.0, False),
    ]  # fmt: skip
    assert {each.numerator for each in found.values} == {0, 35, 40}


def test_row_of_a_register_that_names_no_measure_is_told(
    warehouse: duckdb.DuckDBPyConnection, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse.execute("insert into staging.stg_targets values ('reading', date '2026-01-01', 0.5)")
    with caplog.at_level("INFO"):
        analyse(warehouse)
        assert "name no measure" not in caplog.text
        warehouse.execute("insert into staging.stg_targets values ('raeding', date '2026-01-01', 0.5)")
        analyse(warehouse)
    assert "targets: 1 rows name no measure and change nothing" in caplog.text
    assert "raeding" not in caplog.text
