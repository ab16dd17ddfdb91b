"""One planted fault for every rule that spans rows, and what is just within it.

Belongs here: what spoils a clean batch (clean_rows.py). Does not belong here: running the gate, the faults of contract
rules, which follow from the contract (test_rules.py).
"""

import datetime
from collections.abc import Callable
from typing import Any

from tests.gates.clean_rows import (
    DAY,
    TITLE,
    Row,
    answer_row,
    audit_row,
    counter_row,
    cpd_row,
    learning_row,
    protected_row,
    supervision_row,
    usage_row,
    workforce_month,
    workforce_row,
)
from tests.gates.outcome_rows import case_row, caseload_row, form_row
from tests.gates.register_rows import REGISTER_FAULTS, REGISTER_JUST_WITHIN, REGISTER_PER_FILE

Fault = Callable[[list[Row]], list[Row]]


def first(**changes: Any) -> Fault:
    """The first row with `changes`."""
    return lambda rows: [rows[0] | changes, *rows[1:]]


def second(**changes: Any) -> Fault:
    """The second row with `changes`: it answers no, or was taken, where the first does not."""
    return lambda rows: [rows[0], rows[1] | changes, *rows[2:]]


def moderated(n_rows: int, to: str) -> list[Row]:
    """Audits first graded good whose grade after moderation is `to`."""
    return [audit_row(number, first_grade="good", moderated_grade=to) for number in range(n_rows)]


def same_caseloads(n_rows: int, **of_first: Any) -> list[Row]:
    """Caseloads of ten in a month of which no staff are known."""
    later = {"month": datetime.date(2026, 11, 1), "n_cases": 10}
    return [caseload_row(number, **later | (of_first if number == 0 else {})) for number in range(n_rows)]


# For each rule of the suite files: what makes a clean batch break it.
FAULTS: dict[str, Fault] = {
    **REGISTER_FAULTS,
    "workforce_not_shrunk": lambda rows: rows[:6] + workforce_month(datetime.date(2026, 9, 1), 9, "f0"),
    "workforce_available_within_contracted": first(available_days=8.5),
    "workforce_person_fits_in_one_post": lambda rows: [*rows, workforce_row(0, post_id="2", contracted_fte=0.7)],
    "workforce_person_of_one_sender": lambda rows: [*rows, rows[0] | {"_sender": "another", "_file_hash": "f2"}],
    "supervision_source_needs_discussion": first(is_evidence_discussed=False),
    "supervision_answers_vary": lambda rows: [
        supervision_row(number, is_evidence_discussed=True, evidence_source="research") for number in range(50)
    ],
    "supervision_of_oneself": lambda rows: [row | {"supervisor_person_id": row["person_id"]} for row in rows],
    "identifiers_end_after_start": first(valid_to=datetime.date(2026, 9, 30)),
    "identifiers_of_one_person": first(identifier="i1"),
    "audits_person_is_not_the_auditor": lambda rows: [
        audit_row(number, person_id="p0" if number < 11 else f"p{number}") for number in range(20)
    ],
    "audits_naming_needs_question": first(is_evidence_asked=None),
    "audits_source_needs_naming": first(is_evidence_named=False),
    "audits_quality_needs_source": second(evidence_quality=1),
    "audits_named_use_judged": lambda rows: [
        audit_row(number, evidence_quality=1 if number < 8 and number % 2 == 0 else None) for number in range(20)
    ],
    "audits_answers_vary": lambda rows: [
        audit_row(number, is_evidence_named=False, evidence_source=None, evidence_quality=None) for number in range(50)
    ],
    "audits_sampling_varies": lambda rows: [audit_row(number, sampling_method="random") for number in range(50)],
    "audits_moderation_goes_both_ways": lambda rows: moderated(10, to="outstanding"),
    "protected_time_outcomes_recorded": lambda rows: [
        protected_row(number, outcome=None, hours_taken=None, reason=None) for number in range(10)
    ],
    "protected_time_outcomes_vary": lambda rows: [
        protected_row(number, outcome="taken", reason=None) for number in range(50)
    ],
    "protected_time_hours_need_taking": first(hours_taken=1),
    "protected_time_hours_within_booking": second(hours_taken=3.25),
    "protected_time_taken_has_hours": second(hours_taken=0),
    "protected_time_reason_needs_loss": second(reason="duty"),
    "resource_usage_not_by_one_account": lambda rows: [
        usage_row(number if number < 50 else 0, resource_id=f"r{number}") for number in range(100)
    ],
    "learning_not_by_one_account": lambda rows: [
        learning_row(number if number < 24 else 0, activity_id=f"A{number}") for number in range(50)
    ],
    "learning_day_is_not_in_hours": lambda rows: [
        learning_row(number, mode="full_day", minutes=6 if number < 3 else 360) for number in range(5)
    ],
    "learning_before_and_after_differ": lambda rows: [learning_row(number, pre_score=60) for number in range(20)],
    "cpd_not_by_one_person": lambda rows: [
        cpd_row(number, person_id=f"p{max(0, number - 10)}") for number in range(20)
    ],
    "cpd_peer_reflection_varies": lambda rows: [cpd_row(number, has_peer_reflection=True) for number in range(50)],
    "counter_usage_requests_within_investigations": lambda rows: [rows[0], rows[1] | {"n_uses": 8}, rows[2]],
    "pay_progression_decided_by_people": first(had_human_review=False),
    "pay_progression_outcome_needs_application": lambda rows: [*rows[:2], rows[2] | {"outcome": "pending"}],
    "pay_progression_one_date_a_round": first(round_date=DAY.replace(day=2)),
    "pay_progression_portfolio_needs_application": lambda rows: [*rows[:2], rows[2] | {"has_portfolio": True}],
    "pay_progression_application_needs_eligibility": first(is_eligible=False),
    "manager_classification_within_direct_reports": lambda rows: [rows[0], rows[1] | {"n_regular": 5}, rows[2]],
    "manager_classification_regular_within_reports": lambda rows: [rows[0], rows[1] | {"n_reports": 3}, rows[2]],
    "manager_classification_reports_not_of_oneself": first(person_id="boss"),
    "manager_classification_reports_are_direct_reports": first(person_id="p5"),
    "surveys_wave_closed_on_one_day": first(wave_date=datetime.date(2026, 10, 2)),
    "surveys_wave_closed_for_all": lambda rows: [
        *rows,
        answer_row(9, _file_hash="f2", wave_date=datetime.date(2026, 10, 2)),
    ],
    "surveys_service_known": first(service_id="Duty, somebody's team"),
    "surveys_answer_fits_item": first(answer="no_time"),
    "surveys_no_more_responses_than_staff": lambda rows: [answer_row(number) for number in range(8)],
    "cases_children_differ": lambda rows: [
        case_row(number, child_id="r0" if number < 11 else f"r{number}", start_date=DAY - datetime.timedelta(number))
        for number in range(20)
    ],
    "cases_closed_after_start": first(closure_date=DAY - datetime.timedelta(1)),
    "cases_evidence_needs_closure": second(is_evidence_named=True),
    "cases_team_known": first(team_id="Nowhere"),
    "exits_gone_from_staff": first(person_id="p1", leaving_date=datetime.date(2026, 8, 31)),
    "workforce_census_ends_by_its_date": first(role_end_date=DAY + datetime.timedelta(1)),
    "feedback_answers_vary": lambda rows: [form_row(number, understood_why="yes") for number in range(50)],
    "feedback_service_known": first(service_id="Duty, somebody's team"),
    "court_analyses_citing_within_statements": first(n_citing=21),
    "court_analyses_hearings_whole": first(n_absent=None),
    "caseload_cases_vary": lambda rows: same_caseloads(50),
    "caseload_workers_known": lambda rows: [*rows, caseload_row(11), caseload_row(12)],
    "timeliness_in_time_within_due": first(n_in_time=21),
    "timeliness_team_known": first(team_id="Nowhere"),
    "consultations_of_managers": first(manager_person_id="p1"),
    "access_checks_service_known": first(service_id="Nowhere"),
    "published_statistics_england_there": lambda rows: [row | {"geographic_level": "regional"} for row in rows],
    "published_statistics_figure_or_symbol": first(value=None),
    "counter_usage_view_within_report": lambda rows: [
        *rows,
        *TITLE,
        counter_row("Unique_Item_Requests", 6, report_id="TR_J1", item="A | 1", data_type="-"),
    ],
    "metric_values_state_known": first(value_state="late", value=None),
    "metric_values_observed_has_value": first(value=None),
    "metric_values_missing_is_not_zero": first(value_state="feed_stale", value=None, numerator=0),
    "metric_values_people_within_reason": first(people=-1),
    "metric_values_children_add_up": first(denominator=41),
}

# Batches that are just within each rule that has a limit.
JUST_WITHIN: dict[str, Fault] = {
    **REGISTER_JUST_WITHIN,
    "workforce_not_shrunk": lambda rows: rows[:7] + workforce_month(datetime.date(2026, 9, 1), 10, "f0"),
    "workforce_available_within_contracted": first(available_days=8),
    "workforce_person_fits_in_one_post": lambda rows: [*rows, workforce_row(0, post_id="2", contracted_fte=0.6)],
    "supervision_answers_vary": lambda rows: [
        supervision_row(number, is_evidence_discussed=number > 0, evidence_source=None) for number in range(50)
    ],
    "supervision_of_oneself": first(supervisor_person_id="p0"),
    "audits_person_is_not_the_auditor": lambda rows: [
        audit_row(number, person_id="p0" if number < 10 else f"p{number}") for number in range(20)
    ],
    "audits_quality_needs_source": second(evidence_quality=0),
    "audits_named_use_judged": lambda rows: [
        audit_row(number, evidence_quality=1 if number < 10 and number % 2 == 0 else None) for number in range(20)
    ],
    "audits_answers_vary": lambda rows: [
        audit_row(number, is_evidence_named=number == 0, evidence_source=None, evidence_quality=None)
        for number in range(50)
    ],
    "audits_sampling_varies": lambda rows: [
        audit_row(number, sampling_method="random" if number else "targeted") for number in range(50)
    ],
    "audits_moderation_goes_both_ways": lambda rows: [
        *moderated(10, to="outstanding")[1:],
        audit_row(0, first_grade="good", moderated_grade="inadequate"),
    ],
    "protected_time_outcomes_recorded": lambda rows: [
        protected_row(number, outcome=None if number else "taken", hours_taken=None, reason=None)
        for number in range(10)
    ],
    "protected_time_outcomes_vary": lambda rows: [
        protected_row(number, outcome="taken" if number else "displaced", hours_taken=None, reason=None)
        for number in range(51)
    ],
    "protected_time_hours_within_booking": second(hours_taken=3),
    "resource_usage_not_by_one_account": lambda rows: [
        usage_row(number if number < 51 else 0, resource_id=f"r{number}") for number in range(100)
    ],
    "learning_not_by_one_account": lambda rows: [
        learning_row(number if number < 26 else 0, activity_id=f"A{number}") for number in range(50)
    ],
    "learning_day_is_not_in_hours": lambda rows: [
        learning_row(number, mode="full_day", minutes=6 if number < 2 else 15) for number in range(5)
    ],
    "learning_before_and_after_differ": lambda rows: [
        learning_row(number, pre_score=60 if number else 59) for number in range(20)
    ],
    "cpd_not_by_one_person": lambda rows: [cpd_row(number, person_id=f"p{max(0, number - 9)}") for number in range(20)],
    "cpd_peer_reflection_varies": lambda rows: [
        cpd_row(number, has_peer_reflection=number > 0) for number in range(50)
    ],
    "pay_progression_decided_by_people": lambda rows: [rows[0], rows[1] | {"had_human_review": False}, rows[2]],
    "pay_progression_one_date_a_round": first(round_id="R2", round_date=DAY.replace(day=2)),
    "pay_progression_portfolio_needs_application": lambda rows: [*rows[:2], rows[2] | {"has_portfolio": False}],
    "manager_classification_within_direct_reports": first(month=datetime.date(2026, 11, 1), n_regular=9),
    "manager_classification_regular_within_reports": lambda rows: [rows[0], rows[1] | {"n_reports": 4}, rows[2]],
    "surveys_wave_closed_for_all": lambda rows: [
        *rows,
        answer_row(9, _file_hash="f2", wave="Spring", wave_date=datetime.date(2026, 10, 2)),
    ],
    "surveys_service_known": first(service_id=None),
    "surveys_answer_fits_item": first(answer=None),
    "surveys_no_more_responses_than_staff": lambda rows: [answer_row(number) for number in range(7)],
    "cases_children_differ": lambda rows: [
        case_row(number, child_id="r0" if number < 10 else f"r{number}", start_date=DAY - datetime.timedelta(number))
        for number in range(20)
    ],
    "cases_team_known": first(team_id=None),
    "exits_gone_from_staff": first(person_id="p1", leaving_date=datetime.date(2026, 9, 1)),
    "feedback_answers_vary": lambda rows: [form_row(number) for number in range(50)],
    "feedback_service_known": first(service_id=None),
    "caseload_cases_vary": lambda rows: same_caseloads(50, n_cases=11),
    "caseload_workers_known": lambda rows: [*rows[:4], caseload_row(11)],
    "timeliness_in_time_within_due": first(n_in_time=20),
    "counter_usage_view_within_report": lambda rows: [
        *rows,
        *TITLE,
        counter_row("Unique_Item_Requests", 5, report_id="TR_J1", item="A | 1", data_type="-"),
    ],
    "metric_values_children_add_up": first(denominator=34),
}

# Rules about the shares of a file, and rows of a good file that would make up for a bad one in the same batch.
PER_FILE: dict[str, list[Row]] = {
    **REGISTER_PER_FILE,
    "supervision_of_oneself": [supervision_row(number) for number in range(100)],
    "supervision_answers_vary": [supervision_row(number) for number in range(100)],
    "audits_person_is_not_the_auditor": [audit_row(number) for number in range(100)],
    "audits_named_use_judged": [audit_row(number) for number in range(100)],
    "audits_answers_vary": [audit_row(number) for number in range(100)],
    "audits_sampling_varies": [audit_row(number) for number in range(100)],
    "audits_moderation_goes_both_ways": moderated(100, to="inadequate"),
    "protected_time_outcomes_recorded": [protected_row(number) for number in range(100)],
    "protected_time_outcomes_vary": [protected_row(number) for number in range(100)],
    "cases_children_differ": [case_row(number) for number in range(100)],
    "feedback_answers_vary": [form_row(number) for number in range(100)],
    "resource_usage_not_by_one_account": [usage_row(number) for number in range(200)],
    "caseload_cases_vary": [caseload_row(number, month=datetime.date(2026, 11, 1)) for number in range(100)],
    "caseload_workers_known": [caseload_row(number) for number in range(6)],
    "learning_not_by_one_account": [learning_row(number) for number in range(100)],
    "learning_day_is_not_in_hours": [learning_row(number, mode="full_day", minutes=360) for number in range(100)],
    "learning_before_and_after_differ": [learning_row(number) for number in range(100)],
    "cpd_not_by_one_person": [cpd_row(number) for number in range(100)],
    "cpd_peer_reflection_varies": [cpd_row(number) for number in range(100)],
}
