"""A22 to A24 come out exactly: eligible, applied, portfolio, progressed, from the files to the metric's rows, and
those who use evidence compared with the others.

Thirty people, a, b and c01 to c10: ten regularly use evidence, ten used it on a day, ten did not. Twelve apply, nine
portfolios are complete, five progress, five do not and two are pending.
"""

import csv
import datetime
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from dagster_project import associations, warehouse
from dagster_project.home import Home, make_home
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from tests.council import council
from tests.dbt_home import dbt, load_everything, prepare

pytestmark = pytest.mark.whole_runs

METRICS = ("progression_applied", "progression_portfolio_complete", "progression_progressed")
COMPARED = ("fct_association_strata", "fct_agreement_counts")
STAFF = [f"{group}{number:02}" for group in "abc" for number in range(1, 11)]
APPLIED = [*STAFF[:8], *STAFF[10:13], STAFF[20]]  # a01 to a08, b01 to b03, c01
COMPLETE, PENDING, PROGRESSED = APPLIED[:9], APPLIED[10:], [*APPLIED[:4], APPLIED[9]]
PART_TIME = STAFF[::4]  # eight, of whom a01, a05, b03 and c01 apply
ROUND = ["Round", "Panel date", "Staff ID", "Eligible", "Applied", "Portfolio complete", "Evidence route", "Outcome",
         "Decided by (role)", "Decided on", "Reasons recorded", "Human review"]  # fmt: skip
POST = ["Month", "Staff ID", "Role", "Contracted FTE", "Contracted days", "Available days", "Team", "Service",
        "Start date", "Agency"]  # fmt: skip
USE = ["Staff ID", "Date", "Resource", "Resource type", "Mode", "Channel"]


def write(home: Home, feed: str, name: str, headings: list[str], rows: Iterable[list[str]]) -> None:
    path = home.inbox / feed / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])


def entry(person: str) -> list[str]:
    """What HR's list of the round says about a person."""
    start = ["2026 autumn", "14/10/2026", person, "Yes"]
    if person not in APPLIED:
        return [*start, "No", *[""] * 7]
    applied = [*start, "Yes", "Yes" if person in COMPLETE else "No", "none" if person == "c01" else "Both"]
    if person in PENDING:
        return [*applied, "Pending", *[""] * 4]
    outcome = "Progressed" if person in PROGRESSED else "Not progressed"
    return [*applied, outcome, "Panel", "14/10/2026", "Yes", "Yes"]


def post(month: str, person: str) -> list[str]:
    fte, days = ("0.5", "10") if person in PART_TIME else ("1", "20")
    return [month, person, "Social worker", fte, days, days, "North", "Adults", "01/02/2020", "No"]


def use(person: str, day: str) -> list[str]:
    return [person, day, "Library", "Research", "Read", "Logged"]


def measure(home: Home) -> None:
    models = [*(f"met_{name}" for name in METRICS), *COMPARED]
    assert dbt(home, "run", "--select", *(f"+{name}" for name in models)).returncode == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(tmp_path_factory.mktemp("progression") / "home", council.CONFIG)
    council.write_assessment(home.root)
    write(home, "pay_progression", "autumn.csv", ROUND, map(entry, STAFF))
    for month in ("2026-07", "2026-08", "2026-09", "2026-10"):
        write(home, "workforce", f"{month}.csv", POST, (post(month, person) for person in STAFF))
        days = ["03", "17"] if month in ("2026-08", "2026-09") else ["03"]
        found = [use(person, f"{month}-{day}") for person in STAFF[:10] for day in days]
        found += [use(person, "2026-07-09") for person in STAFF[10:20] if month == "2026-07"]
        write(home, "resource_usage", f"{month}.csv", USE, found)
    load_everything(home)
    measure(home)
    return home


def parts(home: Home, metric: str, breakdown: str = "all") -> dict[str, tuple[object, ...]]:
    """The organisation's numerator, denominator and value by part."""
    with warehouse.opened(home.warehouse) as connection:
        rows = connection.execute(
            f"select breakdown_value, numerator::integer, denominator::integer, value from metrics.met_{metric} "
            "where unit_level = 'organisation' and breakdown = ? and period_type = 'round' "
            "and period_start = '2026-10-01' and period_end = '2026-10-14'",
            [breakdown],
        ).fetchall()
    return {part: tuple(figures) for part, *figures in rows}


def test_all_thirty_load_applicants_or_not(home: Home) -> None:
    with warehouse.opened(home.warehouse) as connection:
        assert connection.execute("select count(*) from raw.pay_progression").fetchone() == (30,)
        assert connection.execute("select count(*) from rejected.rows").fetchone() == (0,)


def test_chain_is_12_of_30_then_9_of_12_then_5_of_10_with_the_pending_left_out(home: Home) -> None:
    assert parts(home, METRICS[0]) == {"all": (12, 30, 0.4)}
    assert parts(home, METRICS[1]) == {"all": (9, 12, 0.75)}
    assert parts(home, METRICS[2]) == {"all": (5, 10, 0.5)}


def test_parts_of_ten_are_given_and_smaller_ones_print_nothing(home: Home) -> None:
    use = {"regular": (8, 10, 0.8), "some": (3, 10, 0.3), "none": (1, 10, 0.1)}
    assert parts(home, METRICS[0], "evidence_use") == use
    assert parts(home, METRICS[0], "hours_band") == {"full_time": (8, 22, 8 / 22), "part_time": (4, 8, None)}
    assert parts(home, METRICS[1], "evidence_use") == {
        "regular": (8, 8, None),
        "some": (1, 3, None),
        "none": (0, 1, None),
    }
    assert parts(home, METRICS[2], "evidence_use") == {"regular": (4, 8, None), "some": (1, 2, None)}
    assert parts(home, METRICS[1], "evidence_route") == {"both": (9, 11, 9 / 11), "none": (0, 1, None)}


def compared(home: Home, disclosure: DisclosureSettings) -> list[tuple[object, ...]]:
    with warehouse.opened(home.warehouse) as connection:
        rows = associations.comparisons(connection, minimum=10, disclosure=disclosure, masked=[])
        associations.write(connection, rows)
        return connection.execute(
            "select stage, state, users_with, users, others_with, others, difference, ratio, stratified_difference, "
            "n_in_strata from metrics.fct_associations"
        ).fetchall()


def test_users_are_compared_with_the_others_where_ten_of_each_reached_the_stage(home: Home) -> None:
    """8 of 10 and 4 of 20 applied: full-time 6 of 7 and 2 of 15, part-time 2 of 3 and 2 of 5.

    Within hours (76 / 22 + 4 / 8) / (105 / 22 + 15 / 8) = 348 / 585.
    """
    applied, complete, progressed = compared(home, DisclosureSettings(is_on=False))
    assert applied[:6] == ("applied", "compared", 8, 10, 4, 20)
    assert applied[6:] == pytest.approx((0.6, 4, 348 / 585, 30))
    assert complete == ("portfolio_complete", "too_few", None, 8, None, 4, *[None] * 4)
    assert progressed == ("progressed", "too_few", None, 8, None, 2, *[None] * 4)


def test_two_users_who_did_not_apply_hide_the_comparison(home: Home) -> None:
    assert {row[1:] for row in compared(home, DisclosureSettings())} == {("suppressed", *[None] * 8)}


def test_without_a_current_assessment_no_use_is_joined_to_progression(home: Home) -> None:
    """P5: pay and use of resources were joined on the strength of an assessment that had lapsed."""
    lapsed = council.ASSESSMENT | {"review_due": datetime.date(2026, 11, 1)}
    (home.root / "assessment.yml").write_text(yaml.safe_dump(lapsed), encoding="utf-8")
    again = Home(home.root)
    prepare(again)
    measure(again)
    assert parts(again, METRICS[0]) == {"all": (12, 30, 0.4)}
    assert parts(again, METRICS[0], "evidence_use") == {"not_known": (12, 30, 0.4)}
    assert compared(again, DisclosureSettings(is_on=False)) == []
    council.write_assessment(home.root)


def test_outcome_without_its_record_is_rejected_and_without_human_review_held(tmp_path: Path) -> None:
    """P7: a decision made by a system alone, or by nobody on record, was counted as pay progression."""
    home = make_home(tmp_path / "home", council.CONFIG)
    without = [[*entry(person)[:8], "", "", "", ""] if person == "a01" else entry(person) for person in STAFF]
    by_machine = [[*entry(person)[:11], "No"] if person == "a01" else entry(person) for person in STAFF]
    write(home, "pay_progression", "1.csv", ROUND, without)
    load_everything(home)
    write(home, "pay_progression", "2.csv", ROUND, by_machine)
    load_everything(home)
    with warehouse.opened(home.warehouse) as connection:
        rejected = connection.execute("select row_number, column_name, rule from rejected.rows order by 2").fetchall()
        status = connection.execute("select status, n_accepted from ledger.deliveries order by delivered_at").fetchall()
        (loaded,) = connection.execute("select count(*) from raw.pay_progression").fetchone() or (None,)
    fields = ("decided_on", "decision_maker_role", "had_human_review", "has_reasons")
    assert rejected == [(2, field, "missing_here") for field in fields]
    assert status == [("loaded", 29), ("held", 30)]
    assert loaded == 29
