"""A clean batch of every feed and of the metric values, and one planted fault for every rule that spans rows.

Belongs here: rows and what spoils them. Does not belong here: running the gate, the faults of contract rules, which
follow from the contract (test_rules.py).
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.exports.contract import Contract
from dagster_project.warehouse import LEDGER, columns_sql

Row = dict[str, Any]
Fault = Callable[[list[Row]], list[Row]]

DAY = datetime.date(2026, 10, 1)
LINEAGE = {"_file_hash": "f1", "_batch_id": "b", "_sender": "default"}
VALUES_SQL = (
    "metric_id varchar, period_type varchar, period_start date, period_end date, unit_level varchar, unit_id varchar, "
    "breakdown varchar, breakdown_value varchar, numerator decimal(18, 4), denominator decimal(18, 4), people bigint, "
    "value double, value_state varchar"
)


def write_batch(path: Path, contract: Contract, rows: list[Row], raw: list[Row] = ()) -> None:  # type: ignore[assignment]
    """`rows` in incoming.<feed> and `raw` in raw.<feed> of the warehouse file."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(LEDGER)
        for schema, found in (("incoming", rows), ("raw", raw)):
            connection.execute(f"create or replace table {schema}.{contract.feed} ({columns_sql(contract)})")
            insert(connection, f"{schema}.{contract.feed}", [LINEAGE | row for row in found])


def write_values(path: Path, rows: list[Row]) -> None:
    """`rows` in metrics.fct_metric_values of the warehouse file."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema metrics; create table metrics.fct_metric_values ({VALUES_SQL})")
        insert(connection, "metrics.fct_metric_values", rows)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    for row in rows:
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


def workforce_row(number: int, **other: Any) -> Row:
    clean = {
        "month": DAY, "person_id": f"p{number}", "post_id": "1", "role": "social_worker", "contracted_fte": 0.4,
        "contracted_days": 8, "available_days": 7, "team_id": "North", "service_id": "Safeguarding",
        "start_date": datetime.date(2020, 1, 6), "qualification_date": datetime.date(2015, 7, 1), "is_agency": False,
    }  # fmt: skip
    return clean | other


def workforce_month(month: datetime.date, n_posts: int, file_hash: str = "f1") -> list[Row]:
    return [workforce_row(number, month=month, _file_hash=file_hash) for number in range(n_posts)]


def supervision_row(number: int, **other: Any) -> Row:
    clean = {
        "supervision_id": f"S{number}", "person_id": f"p{number}", "supervisor_person_id": "boss", "status": "held",
        "supervision_date": DAY, "supervision_kind": "one_to_one", "duration_minutes": 60,
        "is_evidence_discussed": number % 2 == 0, "evidence_source": "research" if number % 2 == 0 else None,
    }  # fmt: skip
    return clean | other


def usage_row(number: int, **other: Any) -> Row:
    clean = {
        "person_id": f"p{number}", "usage_date": DAY, "resource_id": "Library", "resource_type": "research",
        "mode": "read", "channel": "logged",
    }  # fmt: skip
    return clean | other


def counter_row(metric_type: str, n_uses: int, **other: Any) -> Row:
    clean = {
        "report_id": "PR", "release": "5.1", "platform": "Journals", "item": "-", "data_type": "Journal",
        "access_method": "Regular", "metric_type": metric_type, "month": DAY, "n_uses": n_uses,
    }  # fmt: skip
    return clean | other


def value_row(level: str, unit: str, numerator: float, denominator: float, **other: Any) -> Row:
    clean = {
        "metric_id": "using_evidence", "period_type": "month", "period_start": DAY,
        "period_end": datetime.date(2026, 10, 31), "unit_level": level, "unit_id": unit, "breakdown": "all",
        "breakdown_value": "all", "numerator": numerator, "denominator": denominator, "people": int(denominator),
        "value": numerator / denominator, "value_state": "observed",
    }  # fmt: skip
    return clean | other


CLEAN: dict[str, list[Row]] = {
    "workforce": [workforce_row(number) for number in range(10)],
    "supervision": [supervision_row(number) for number in range(10)],
    "resource_usage": [usage_row(number) for number in range(4)],
    "counter_usage": [
        counter_row("Unique_Item_Requests", 5), counter_row("Total_Item_Requests", 7),
        counter_row("Total_Item_Investigations", 7),
    ],
    "metric_values": [
        value_row("service", "Safeguarding", 4, 8), value_row("service", "Fostering", 3, 6),
        value_row("organisation", "all", 10, 40),
    ],
}  # fmt: skip


def first(**changes: Any) -> Fault:
    """The first row with `changes`."""
    return lambda rows: [rows[0] | changes, *rows[1:]]


# For each rule of the suite files: what makes a clean batch break it.
FAULTS: dict[str, Fault] = {
    "workforce_not_shrunk": lambda rows: rows[:6] + workforce_month(datetime.date(2026, 9, 1), 9, "f0"),
    "workforce_available_within_contracted": first(available_days=8.5),
    "workforce_person_fits_in_one_post": lambda rows: [*rows, workforce_row(0, post_id="2", contracted_fte=0.7)],
    "supervision_source_needs_discussion": first(is_evidence_discussed=False),
    "supervision_answers_vary": lambda rows: [
        supervision_row(number, is_evidence_discussed=True, evidence_source="research") for number in range(50)
    ],
    "supervision_of_oneself": lambda rows: [row | {"supervisor_person_id": row["person_id"]} for row in rows],
    "resource_usage_not_by_one_account": lambda rows: [
        usage_row(number if number < 50 else 0, resource_id=f"r{number}") for number in range(100)
    ],
    "counter_usage_requests_within_investigations": lambda rows: [rows[0], rows[1] | {"n_uses": 8}, rows[2]],
    "metric_values_state_known": first(value_state="late", value=None),
    "metric_values_observed_has_value": first(value=None),
    "metric_values_missing_is_not_zero": first(value_state="feed_stale", value=None, numerator=0),
    "metric_values_people_within_reason": first(people=-1),
    "metric_values_children_add_up": first(denominator=41),
}

# Batches that are just within each rule that has a limit.
JUST_WITHIN: dict[str, Fault] = {
    "workforce_not_shrunk": lambda rows: rows[:7] + workforce_month(datetime.date(2026, 9, 1), 10, "f0"),
    "workforce_available_within_contracted": first(available_days=8),
    "workforce_person_fits_in_one_post": lambda rows: [*rows, workforce_row(0, post_id="2", contracted_fte=0.6)],
    "supervision_answers_vary": lambda rows: [
        supervision_row(number, is_evidence_discussed=number > 0, evidence_source=None) for number in range(50)
    ],
    "supervision_of_oneself": first(supervisor_person_id="p0"),
    "resource_usage_not_by_one_account": lambda rows: [
        usage_row(number if number < 51 else 0, resource_id=f"r{number}") for number in range(100)
    ],
    "metric_values_children_add_up": first(denominator=34),
}
