"""Clean batches of what work came to: cases, leavers, forms, court counts, published figures, workload.

Belongs here: good rows of those feeds. Does not belong here: the other feeds (clean_rows.py), what spoils them
(planted.py).
"""

import datetime
from typing import Any

Row = dict[str, Any]

DAY = datetime.date(2026, 10, 1)


def case_row(number: int, **other: Any) -> Row:
    is_closed = number % 2 == 0
    clean = {
        "record": "referral", "child_id": f"r{number}", "family_id": f"r{number // 2}", "start_date": DAY,
        "is_nfa": not is_closed, "closure_date": DAY if is_closed else None, "team_id": "North",
        "closure_reason": "no_longer_in_need" if is_closed else None, "is_evidence_named": True if is_closed else None,
    }  # fmt: skip
    return clean | other


def exit_row(number: int, **other: Any) -> Row:
    clean = {"person_id": f"p{number}", "leaving_date": DAY, "leaving_kind": "resignation", "main_reason": "workload"}
    return clean | other


def census_row(number: int, **other: Any) -> Row:
    clean = {
        "reference_date": DAY, "registration_id": f"r{number}", "is_agency": number == 0, "fte": 0.5,
        "role_start_date": DAY, "role_end_date": DAY if number == 1 else None,
    }  # fmt: skip
    return clean | other


def form_row(number: int, **other: Any) -> Row:
    clean = {
        "response_id": f"f{number}", "given_on": DAY, "service_id": "Safeguarding", "reasons_explained": "yes",
        "understood_why": "yes" if number % 2 == 0 else "partly", "theme": "honesty",
    }  # fmt: skip
    return clean | other


def court_row(service: str, **other: Any) -> Row:
    clean = {
        "year_to": DAY, "service_id": service, "n_statements": 20, "n_citing": 20, "n_accepted": 5, "n_criticised": 0,
        "n_absent": 2,
    }  # fmt: skip
    return clean | other


def figure_row(measure: str, **other: Any) -> Row:
    clean = {
        "period_end": datetime.date(2026, 9, 30), "geographic_level": "national", "area_code": "E92000001",
        "area_name": "England", "measure": measure, "value": 12.5, "symbol": None,
    }  # fmt: skip
    return clean | other


def caseload_row(number: int, **other: Any) -> Row:
    return {"month": DAY, "person_id": f"p{number}", "n_cases": 10 + number} | other


OUTCOME_ROWS: dict[str, list[Row]] = {
    "cases": [case_row(number) for number in range(6)],
    "exits": [exit_row(number) for number in range(10, 13)],
    "workforce_census": [census_row(number) for number in range(3)],
    "feedback": [form_row(number) for number in range(4)],
    "court_analyses": [
        court_row("Safeguarding"),
        court_row("Fostering", n_accepted=None, n_criticised=None, n_absent=None),
    ],
    "published_statistics": [
        figure_row("inpost_fte"), figure_row("leavers_fte"), figure_row("turnover_rate_fte", value=None, symbol="z"),
        figure_row("inpost_fte", geographic_level="local_authority", area_code="E06999999", area_name="Nowhere"),
    ],
    "caseload": [caseload_row(number) for number in range(6)],
    "timeliness": [
        {"month": DAY, "team_id": "North", "kind": kind, "n_due": 20, "n_in_time": 18} for kind in ("visits", "reviews")
    ],
    "consultations": [
        {"month": DAY, "manager_person_id": manager, "n_consultations": 12} for manager in ("boss", "other boss")
    ],
    "access_checks": [{"month": DAY, "service_id": "Safeguarding", "is_working": True, "n_connected": 9}],
}  # fmt: skip
