"""A clean batch of every feed and of the metric values.

Belongs here: good rows, and putting rows where a gate reads them. Does not belong here: what spoils them (planted.py),
running the gate.
"""

import datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.warehouse import LEDGER, columns_sql
from tests.gates.outcome_rows import OUTCOME_ROWS
from tests.gates.register_rows import REGISTER_ROWS

Row = dict[str, Any]

DAY = datetime.date(2026, 10, 1)
WORKFORCE = load_contracts()["workforce"]
LINEAGE = {"_file_hash": "f1", "_batch_id": "b", "_sender": "default"}
VALUES_SQL = (
    "metric_id varchar, period_type varchar, period_start date, period_end date, unit_level varchar, unit_id varchar, "
    "breakdown varchar, breakdown_value varchar, numerator decimal(18, 4), denominator decimal(18, 4), people bigint, "
    "value double, value_state varchar"
)


def write_batch(path: Path, contract: Contract, rows: list[Row], raw: list[Row] = ()) -> None:  # type: ignore[assignment]
    """`rows` in the incoming table and `raw` in raw.<feed> of the warehouse file, beside SPINE in raw.workforce."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(LEDGER)
        for table, found in ((contract.incoming, rows), (contract.feed, raw)):
            connection.execute(f"create or replace table raw.{table} ({columns_sql(contract)})")
            insert(connection, f"raw.{table}", [LINEAGE | row for row in found])
        if contract.feed != "workforce":
            connection.execute(f"create or replace table raw.workforce ({columns_sql(WORKFORCE)})")
            insert(connection, "raw.workforce", [LINEAGE | row for row in SPINE])


def write_values(path: Path, rows: list[Row]) -> None:
    """`rows` in metrics.fct_metric_values of the warehouse file."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema metrics; create table metrics.fct_metric_values ({VALUES_SQL})")
        insert(connection, "metrics.fct_metric_values", rows)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    connection.execute("begin")
    for row in rows:
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))
    connection.execute("commit")


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


def progression_row(number: int, **other: Any) -> Row:
    clean = {
        "round_id": "R1", "round_date": DAY, "person_id": f"p{number}", "is_eligible": True, "has_applied": True,
        "has_portfolio": True, "evidence_route": "both", "outcome": "progressed", "decision_maker_role": "panel",
        "decided_on": DAY, "has_reasons": True, "had_human_review": True,
    }  # fmt: skip
    return clean | other


# A round with a decision, a pending application, and somebody who did not apply.
NOT_DECIDED = {"decision_maker_role": None, "decided_on": None, "has_reasons": None, "had_human_review": None}
ROUND = [
    progression_row(1),
    progression_row(2, outcome="pending", **NOT_DECIDED),
    progression_row(3, has_applied=False, has_portfolio=None, evidence_route=None, outcome=None, **NOT_DECIDED),
]


def usage_row(number: int, **other: Any) -> Row:
    clean = {
        "person_id": f"p{number}", "usage_date": DAY, "resource_id": "Library", "resource_type": "research",
        "mode": "read", "channel": "logged",
    }  # fmt: skip
    return clean | other


GRADES = ("outstanding", "good", "requires_improvement", "inadequate")


def audit_row(number: int, **other: Any) -> Row:
    is_named = number % 2 == 0
    clean = {
        "audit_id": f"A{number}", "person_id": f"p{number}", "audit_date": DAY,
        "sampling_method": "random" if number % 3 else "themed", "is_evidence_asked": True,
        "is_evidence_named": is_named, "evidence_source": "research" if is_named else None,
        "evidence_quality": number % 4 if is_named else None,
        "first_grade": GRADES[number % 4], "moderated_grade": GRADES[number % 4] if number % 3 == 0 else None,
    }  # fmt: skip
    return clean | other


def protected_row(number: int, **other: Any) -> Row:
    is_taken = number % 4 != 0
    clean = {
        "session_id": f"T{number}", "person_id": f"p{number}", "session_date": DAY, "hours_booked": 3,
        "outcome": "taken" if is_taken else "displaced", "hours_taken": 2.5 if is_taken else None,
        "reason": None if is_taken else "duty",
    }  # fmt: skip
    return clean | other


def learning_row(number: int, **other: Any) -> Row:
    clean = {
        "person_id": f"p{number}", "learning_date": DAY, "activity_id": "A1", "mode": "quiz", "outcome": "completed",
        "content_kind": "research", "minutes": 10, "cost": 0, "pre_score": 40, "post_score": 60, "channel": "logged",
    }  # fmt: skip
    return clean | other


def activity_row(activity: str, topic: str) -> Row:
    return {"activity_id": activity, "listed_from": DAY, "content_kind": topic, "minutes": 10, "cost": 45}


def cpd_row(number: int, **other: Any) -> Row:
    clean = {
        "entry_id": f"C{number}", "person_id": f"p{number}", "entry_date": DAY, "kind": "reading", "standard": "4.3",
        "resource_kind": "research", "has_peer_reflection": number % 2 == 0, "has_reflection": True,
    }  # fmt: skip
    return clean | other


def counter_row(metric_type: str, n_uses: int, **other: Any) -> Row:
    clean = {
        "report_id": "PR", "release": "5.1", "platform": "Journals", "item": "-", "data_type": "Journal",
        "access_method": "Regular", "metric_type": metric_type, "month": DAY, "n_uses": n_uses, "filters": "-",
        "is_whole": True, "created_at": "2026-11-10T09:00:00Z",
    }  # fmt: skip
    return clean | other


def return_row(manager: str, n_regular: int, **other: Any) -> Row:
    return {"month": DAY, "manager_person_id": manager, "n_regular": n_regular, "n_reports": 10} | other


def report_row(number: int, **other: Any) -> Row:
    clean = {"month": DAY, "manager_person_id": "boss", "person_id": f"p{number}", "is_regular": number % 2 == 0}
    return clean | other


def answer_row(number: int, **other: Any) -> Row:
    clean = {
        "wave": "Autumn", "wave_date": DAY, "response_id": f"r{number}", "role": "social_worker",
        "service_id": "Safeguarding", "item": "regular_use", "answer": "yes" if number % 2 == 0 else "no",
    }  # fmt: skip
    return clean | other


# Five requests of what is paid for, which is what TR_J1 counts, and seven of what is open to all.
TITLE = [
    counter_row("Unique_Item_Requests", 3, report_id="TR", item="A | 1 | 2020 | Controlled"),
    counter_row("Unique_Item_Requests", 2, report_id="TR", item="A | 1 | 2021 | Controlled"),
    counter_row("Unique_Item_Requests", 7, report_id="TR", item="A | 1 | 2021 | Open"),
]


def value_row(level: str, unit: str, numerator: float, denominator: float, **other: Any) -> Row:
    clean = {
        "metric_id": "using_evidence", "period_type": "month", "period_start": DAY,
        "period_end": datetime.date(2026, 10, 31), "unit_level": level, "unit_id": unit, "breakdown": "all",
        "breakdown_value": "all", "numerator": numerator, "denominator": denominator, "people": int(denominator),
        "value": numerator / denominator, "value_state": "observed",
    }  # fmt: skip
    return clean | other


def example_row(number: int, **other: Any) -> Row:
    clean = {
        "person_id": f"p{number % 2}", "example_ref": f"EX-{number}", "submitted_on": DAY, "source_kind": "research",
        "verifier_role": "practice_educator" if number else None, "verified_on": DAY if number else None,
    }  # fmt: skip
    return clean | other


def challenge_row(number: int, **other: Any) -> Row:
    clean = {
        "challenge_id": f"CH-{number}", "person_id": f"p{number}", "raised_on": DAY, "disputed_feed": "supervision",
        "disputed_month": None, "answer": "stands", "answered_on": DAY, "answered_by_role": "hr",
    }  # fmt: skip
    return clean | other


def target_row(metric_id: str, value: float | None) -> Row:
    return {"metric_id": metric_id, "from_date": DAY, "value": value, "set_by": "Director", "why": "local_plan"}


def identifier_row(number: int, **other: Any) -> Row:
    clean = {"person_id": f"p{number}", "kind": "library_login", "identifier": f"i{number}", "valid_from": DAY}
    return clean | {"valid_to": None} | other


def change_row(change: str) -> Row:
    return {
        "metric_id": "supervision_on_time", "unit_id": "all", "month": DAY, "change": change, "reason": "new_process",
        "decided_by": "Quality assurance lead", "decided_on": DAY,
    }  # fmt: skip


CLEAN: dict[str, list[Row]] = {
    **REGISTER_ROWS,
    **OUTCOME_ROWS,
    "workforce": [workforce_row(number) for number in range(10)],
    "supervision": [supervision_row(number) for number in range(10)],
    "resource_usage": [usage_row(number) for number in range(4)],
    "audits": [audit_row(number) for number in range(10)],
    "protected_time": [protected_row(number) for number in range(8)],
    "learning": [learning_row(number) for number in range(4)],
    "learning_activities": [activity_row("A1", "research"), activity_row("A2", "evidence_skills")],
    "cpd": [cpd_row(number) for number in range(4)],
    "counter_usage": [
        counter_row("Unique_Item_Requests", 5), counter_row("Total_Item_Requests", 7),
        counter_row("Total_Item_Investigations", 7),
    ],
    "pay_progression": ROUND,
    "targets": [target_row("supervision_on_time", 0.9), target_row("manager_returns", None)],
    "identifiers": [identifier_row(number) for number in range(3)],
    "case_file_examples": [example_row(2), example_row(1), example_row(0)],
    "challenges": [
        challenge_row(1), challenge_row(2, answer=None, answered_on=None, answered_by_role=None, disputed_month=DAY),
    ],
    "chart_changes": [change_row("rebase"), change_row("ghost")],
    "manager_classification": [return_row("of nobody", 0), return_row("boss", 4), return_row("other boss", 1)],
    "manager_classification_reports": [report_row(number) for number in range(4)],
    "surveys": [*(answer_row(number) for number in range(6)), answer_row(1, item="first_barrier", answer="no_time")],
    "metric_values": [
        value_row("service", "Safeguarding", 4, 8), value_row("service", "Fostering", 3, 6),
        value_row("organisation", "all", 10, 40),
    ],
}  # fmt: skip


# The staff that gates of other feeds compare with: `boss` has four direct reports beside one on long leave; the
# manager of the boss is the boss by mistake.
SPINE: list[Row] = [
    *(workforce_row(number, manager_person_id="boss") for number in range(3)),
    workforce_row(3, manager_person_id="boss", available_days=3.5),
    workforce_row(4, manager_person_id="boss", available_days=4),
    workforce_row(5, manager_person_id="other boss"),
    workforce_row(6, person_id="boss", manager_person_id="boss"),
    workforce_row(7, manager_person_id="boss", month=datetime.date(2026, 9, 1)),
    workforce_row(8, manager_person_id="boss", _superseded_by="f0"),
]
