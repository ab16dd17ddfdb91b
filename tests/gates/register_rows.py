"""Clean batches of what is kept by hand or counted once a year, and what spoils them.

Belongs here: good rows of those feeds, one planted fault for each of their rules that spans rows. Does not belong here:
the other feeds (clean_rows.py, planted.py), running the gate.
"""

import datetime
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Fault = Callable[[list[Row]], list[Row]]

DAY = datetime.date(2026, 10, 1)
LATER = datetime.date(2026, 10, 31)


def comment_row(unit: str, **other: Any) -> Row:
    clean = {
        "metric_id": "supervision_on_time", "unit_id": unit, "month": DAY, "cause": "workload", "ask": "Two days",
        "owner_role": "Head of service", "due_date": LATER, "status": "open",
    }  # fmt: skip
    return clean | other


def action_row(number: int, **other: Any) -> Row:
    clean = {
        "action_id": f"A{number}", "block": "budget", "entered_on": DAY, "owner_role": "Director", "due_date": LATER,
        "done_date": None, "funding_end_date": LATER, "is_enabler_in_place": True,
    }  # fmt: skip
    return clean | other


def activity_row(number: int, **other: Any) -> Row:
    clean = {
        "activity_id": f"R{number}", "activity_date": DAY, "kind": "teaching", "person_id": f"p{number}",
        "completed_on": LATER,
    }  # fmt: skip
    return clean | other


def licence_row(begins: datetime.date, ends: datetime.date, **other: Any) -> Row:
    clean = {
        "product": "Journals", "from_date": begins, "to_date": ends, "cost": 365, "n_seats": 10,
        "has_counter_reports": True,
    }  # fmt: skip
    return clean | other


def account_row(product: str, **other: Any) -> Row:
    clean = {
        "product": product, "month": DAY, "n_entitled": 10, "n_activated": 10, "n_seats_used": 3,
        "n_with_transfers": 10, "n_subscribed": 10, "n_digest_opens": 40,
    }  # fmt: skip
    return clean | other


def profile_row(kind: str, **other: Any) -> Row:
    clean = {"kind": kind, "entry_id": "1", "from_date": DAY, "to_date": None, "has_requirement": kind != "reward"}
    return clean | other


def event_row(number: int, **other: Any) -> Row:
    clean = {
        "event_id": f"E{number}", "event_date": DAY, "kind": "journal_club", "outcome": "held", "n_invited": 10,
        "n_attended": 10, "evidence_kind": None,
    }  # fmt: skip
    return clean | other


def appraisal_row(number: int, **other: Any) -> Row:
    clean = {
        "appraisal_id": f"P{number}", "person_id": f"p{number}", "appraisal_date": DAY, "status": "completed",
        "has_evidence_objective": number % 2 == 0,
    }  # fmt: skip
    return clean | other


def needs_row(number: int, kind: str, score: float | None) -> Row:
    acted_on = DAY if kind == "gap" else None
    clean = {"needs_id": f"N{number}", "person_id": "p1", "needs_date": DAY, "kind": kind}
    return clean | {"quiz_score": score, "acted_on": acted_on}


def team_change(old: str, **other: Any) -> Row:
    return {"old_team_id": old, "new_team_id": "North", "changed_on": DAY, "old_until": None} | other


def worker_change(number: int, **other: Any) -> Row:
    clean = {"person_id": f"p{number}", "old_person_id": f"p9{number}", "changed_on": DAY, "old_until": None}
    return clean | other


def case_change(number: int, **other: Any) -> Row:
    clean = {
        "old_child_id": f"r{number}", "new_child_id": f"r9{number}", "old_family_id": "r5", "new_family_id": "r95",
        "changed_on": DAY, "old_until": None,
    }  # fmt: skip
    return clean | other


def system_change(old: str, new: str) -> Row:
    return {"changed_feed": "workforce", "old_sender": old, "new_sender": new, "first_month": DAY}


REGISTER_ROWS: dict[str, list[Row]] = {
    "comments": [comment_row("all"), comment_row("Adults", ask=None, due_date=None)],
    "action_plan": [action_row(1), action_row(2, owner_role=None, due_date=None, done_date=DAY)],
    "research_activity": [activity_row(1), activity_row(2, kind="question", person_id=None, completed_on=None)],
    "licences": [licence_row(DAY, LATER), licence_row(LATER + datetime.timedelta(days=1), datetime.date(2026, 12, 31))],
    "access_accounts": [account_row("Journals"), account_row("Law", n_seats_used=None)],
    "role_profiles": [profile_row("role_profile"), profile_row("grade", to_date=DAY), profile_row("reward")],
    "learning_calendar": [event_row(1), event_row(2, outcome=None, n_attended=None)],
    "appraisals": [appraisal_row(1), appraisal_row(2, status="saved_for_later"), appraisal_row(3)],
    "learning_needs": [needs_row(1, "quiz", 80), needs_row(2, "needs_assessment", None), needs_row(3, "gap", None)],
    "team_changes": [team_change("North 1"), team_change("North 2")],
    "worker_changes": [worker_change(1), worker_change(2)],
    "case_changes": [case_change(1), case_change(2)],
    "system_changes": [system_change("old", "new"), system_change("older", "new")],
}


def first(**changes: Any) -> Fault:
    """The first row with `changes`."""
    return lambda rows: [rows[0] | changes, *rows[1:]]


REGISTER_FAULTS: dict[str, Fault] = {
    "comments_ask_has_day": first(due_date=None),
    "action_plan_block_has_owner": first(owner_role=None),
    "research_activity_ends_after_it_began": first(completed_on=datetime.date(2026, 9, 30)),
    "research_activity_rung_has_person": first(person_id=None),
    "licences_end_after_begin": first(to_date=datetime.date(2026, 9, 30)),
    "licences_do_not_overlap": first(to_date=LATER + datetime.timedelta(days=1)),
    "access_accounts_activated_within_entitled": first(n_activated=11),
    "access_accounts_counts_within_entitled": first(n_subscribed=11),
    "role_profiles_end_after_begin": first(to_date=datetime.date(2026, 9, 30)),
    "learning_calendar_attended_within_invited": first(n_attended=11),
    "appraisals_objectives_vary": lambda rows: [appraisal_row(n, has_evidence_objective=True) for n in range(50)],
    "learning_needs_score_needs_quiz": first(kind="role_play"),
    "learning_needs_action_follows_gap": lambda rows: [*rows[:2], rows[2] | {"acted_on": datetime.date(2026, 9, 30)}],
    "team_changes_new_team_known": first(new_team_id="Nowhere"),
    "worker_changes_one_person": first(person_id="p2"),
    "case_changes_one_child": first(new_child_id="r92"),
    "case_changes_family_has_one_number": first(new_family_id="r96"),
    "system_changes_senders_differ": first(new_sender="old"),
    "system_changes_one_successor": lambda rows: [*rows, system_change("new", "old")],
}

REGISTER_JUST_WITHIN: dict[str, Fault] = {
    "research_activity_ends_after_it_began": first(completed_on=DAY),
    "licences_end_after_begin": first(to_date=DAY),
    "role_profiles_end_after_begin": first(to_date=DAY),
    "appraisals_objectives_vary": lambda rows: [appraisal_row(n, has_evidence_objective=n > 0) for n in range(50)],
}

REGISTER_PER_FILE: dict[str, list[Row]] = {"appraisals_objectives_vary": [appraisal_row(n) for n in range(100, 200)]}

# Faults of one rule that cannot be planted without breaking another.
REGISTER_ALSO = {
    "research_activity_completed_on_in_range below": "research_activity_ends_after_it_began",
    "licences_to_date_in_range below": "licences_end_after_begin",
    "access_accounts_n_entitled_in_range below": "access_accounts_activated_within_entitled",
    "role_profiles_to_date_in_range below": "role_profiles_end_after_begin",
    "learning_calendar_n_invited_in_range below": "learning_calendar_attended_within_invited",
    "licences_key_unique twice": "licences_do_not_overlap",
    "learning_needs_kind_known unknown": "learning_needs_score_needs_quiz",
}
