"""Who is counted how, on the council's own figures: channels alike, agency staff apart, reasons of absence nowhere."""

import re

import pytest

from dagster_project import warehouse
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home

CONTRACTS = load_contracts()
Rows = list[tuple[object, ...]]


def asked(home: Home, query: str) -> Rows:
    with warehouse.read_only(home.warehouse) as connection:
        return connection.execute(query).fetchall()


def test_declared_and_observed_days_count_like_logged_ones(council_home: Home) -> None:
    """F7. Of months with one day of use, whatever the channel, each counts as one day."""
    single = asked(
        council_home,
        "select distinct n_days_logged, n_days_declared, n_days_observed, n_days_any from marts.fct_evidence_use_month "
        "where n_days_logged + n_days_declared + n_days_observed = 1",
    )
    assert sorted(single) == [(0, 0, 1, 1), (0, 1, 0, 1), (1, 0, 0, 1)]


def test_agency_staff_stand_apart_and_in_no_round(council_home: Home) -> None:
    """F8."""
    query = (
        "select breakdown_value, denominator from metrics.fct_metric_values "
        "where metric_id = 'regularly_using_evidence' and unit_level = 'organisation' "
        "and period_end = '2026-10-31' and breakdown in ('all', 'employment_type') "
        "and denominator is not null"
    )
    assert sorted(asked(council_home, query)) == [("agency", 1), ("all", 8), ("employed", 8)]
    in_rounds = (
        "select count(*) from intermediate.int_progression__entries as e join intermediate.int_staff__months as s "
        "on e.person_id = s.person_id and e.period_start = s.month where s.is_agency"
    )
    assert asked(council_home, in_rounds) == [(0,)]


def test_why_somebody_was_away_is_asked_nowhere() -> None:
    """F5. A session may have been displaced by leave of any kind; no column says of which."""
    reason = re.compile(r"\b(sick\w*|maternity|disab\w+|pregnan\w+|bereave\w+|absence (reason|type|kind))\b")
    columns = [(feed, column) for feed, contract in CONTRACTS.items() for column in contract.columns]
    assert [(feed, column.name) for feed, column in columns if any(map(reason.search, column.spellings))] == []
    told = [(feed, column.name, name) for feed, column in columns for name in column.choices if reason.search(name)]
    assert told == []


def test_numbers_of_cases_and_families_are_keyed_before_they_are_kept() -> None:
    """P13. Under a key of their own; a case-file example has the portfolio's number, and court work no reference."""
    case = re.compile(r"\b(case|child|family|referral|episode) (id|no|number|ref|reference)\b")
    named = {
        (feed, column.name): column.is_keyed
        for feed, contract in CONTRACTS.items()
        for column in contract.columns
        if any(map(case.search, column.spellings))
    }
    assert {("cases", "child_id"), ("cases", "family_id")} <= set(named)
    assert all(named.values()), named
    assert not any(feed == "court_analyses" for feed, _ in named)


@pytest.mark.parametrize("feed", ["case_file_examples", "challenges", "pay_progression", "cpd", "learning"])
def test_no_words_of_a_person_are_read(feed: str) -> None:
    """P13, P4. The only free columns of these feeds are numbers that their registers give."""
    free = {column.name for column in CONTRACTS[feed].columns if column.type == "text" and not column.choices}
    assert free <= {"example_ref", "challenge_id", "disputed_feed", "round_id", "entry_id", "activity_id"}
