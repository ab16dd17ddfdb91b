"""A26 and A21 come out exactly, from files to the draft's pages: a gap between two groups, and five services alike.

Belongs here: worked answers 4 and 5 of the requirements. Does not belong here: their rules by themselves (tests/unit).
"""

import datetime
import re
from collections.abc import Iterator

import pytest

from tests.dbt_home import run_month
from tests.inbox_home import InboxHome

pytestmark = pytest.mark.whole_runs

SERVICES = ("Broken access", "Stale feed", "Coverage", "Good audits", "Nothing else")
STAFF, USING = 20, 6  # of each service
MONTHS = [f"2026-{number:02}" for number in range(6, 11)]
POST = [
    "Month",
    "Staff ID",
    "Role",
    "Contracted FTE",
    "Contracted days",
    "Available days",
    "Team",
    "Service",
    "Start date",
]
USE = ["Staff ID", "Date", "Resource", "Resource type"]
CHECK = ["Month", "Service", "Access works", "Staff connected"]
AUDIT = [
    "Audit ID",
    "Staff ID",
    "Audit date",
    "Sampling method",
    "Evidence question asked",
    "Evidence named",
    "Evidence source",
]
ANSWER = ["Wave", "Closing day", "Response", "Role", "Service", "Item", "Answer"]


def person(service: int, number: int) -> str:
    return f"P{service}{number:02}"


def works(service: str, month: str) -> str:
    return "No" if (service, month) == ("Broken access", MONTHS[-1]) else "Yes"


def audits() -> Iterator[list[str]]:
    """Twelve of each service, over the last three months; two name research, in good audits ten."""
    for service, name in enumerate(SERVICES):
        for number in range(12):
            is_named = number < (10 if name == "Good audits" else 2)
            yield [
                f"A{service}{number:02}", person(service, number), f"2026-{8 + number % 3:02}-12", "Random", "Yes",
                "Yes" if is_named else "No", "Research" if is_named else "",
            ]  # fmt: skip


@pytest.fixture(scope="module")
def alike(tmp_path_factory: pytest.TempPathFactory) -> InboxHome:
    """Five services of twenty, six of whom use evidence on two days of every month; and a survey of 20 and 100."""
    small = InboxHome(tmp_path_factory.mktemp("alike") / "home")
    for month in MONTHS:
        small.deliver("workforce", POST, [
            [month, person(service, n), "Social worker", "1", "20", "20", name, name, "01/02/2020"]
            for service, name in enumerate(SERVICES) for n in range(STAFF)
        ])  # fmt: skip
        for service, name in enumerate(SERVICES):
            if name == "Stale feed" and month == MONTHS[-1]:
                continue
            rows = [
                [person(service, n), f"{month}-{day}", "Library", "Research"]
                for n in range(USING)
                for day in ("06", "13")
            ]
            small.deliver(
                "resource_usage", USE, rows, sender="own_log" if name == "Stale feed" else name.replace(" ", "_")
            )
    small.deliver("access_checks", CHECK, [
        [month, name, works(name, month), "14" if name == "Coverage" else "20"]
        for month in MONTHS[-3:] for name in SERVICES
    ])  # fmt: skip
    small.deliver("audits", AUDIT, audits())
    asked = [("Team manager", n, n < 19) for n in range(20)] + [("Social worker", 20 + n, n < 68) for n in range(100)]
    small.deliver("surveys", ANSWER, [
        ["Autumn", "30/10/2026", f"R{n}", role, "", "policies_help", "Agree" if agrees else "Disagree"]
        for role, n, agrees in asked
    ])  # fmt: skip
    other_words = [
        ["Autumn", "30/10/2026", "R500", "Team manager", "", "Policies and procedures improve practice", "Disagree"]
    ]
    small.deliver("surveys", ANSWER, other_words)
    small.deliver("surveys", [*ANSWER, "Staff ID"], [[*other_words[0][:5], "policies_help", "Disagree", "P001"]])
    run_month(small.home)
    return small


def page(small: InboxHome, name: str) -> str:
    text = (small.home.drafts / "2026-10" / "site" / name).read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", text))


def test_nineteen_of_twenty_beside_sixty_eight_of_a_hundred_is_27_points_from_files(alike: InboxHome) -> None:
    [found] = alike.ask(
        "select respondents, n_group_positive, n_group, n_practitioners_positive, n_practitioners, is_small_sample, "
        "state, round(100 * gap), round(100 * gap_lower), round(100 * gap_upper) from metrics.fct_gaps "
        "where item = 'policies_help'"
    )
    assert found == ("managers", 19, 20, 68, 100, True, "compared", 27, 7, 38)


def test_survey_in_other_words_or_with_a_staff_number_is_refused_and_changes_nothing(alike: InboxHome) -> None:
    found = alike.ask("select status, message from ledger.deliveries where feed = 'surveys' order by delivered_at")
    assert [status for status, _ in found] == ["loaded", "refused", "refused"]
    assert "exact words" in str(found[1][1])
    assert "staff id" in str(found[2][1]).casefold()


def test_of_five_services_equally_low_only_the_fifth_is_raised_from_files(alike: InboxHome) -> None:
    assert dict(alike.ask("select service_id, reasons from metrics.fct_conditions where state = 'not_raised'")) == {
        "Broken access": "access_broken", "Stale feed": "feed_stale", "Coverage": "coverage_low",
        "Good audits": "audits_good",
    }  # fmt: skip
    assert alike.ask("select service_id, month from metrics.fct_conditions where state = 'raised'") == [
        ("Nothing else", datetime.date(2026, 10, 1))
    ]  # fmt: skip


def test_four_services_print_why_they_are_not_raised(alike: InboxHome) -> None:
    text = page(alike, "conditions.html")
    for words in (
        "access was broken",
        "data on use are late or missing",
        "too few of the practitioners",
        "audits do name evidence",
    ):
        assert words in text, words
