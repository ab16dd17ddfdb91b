"""A32 and A39 to A40 come out exactly: audits that name evidence, protected time, from the files to the metric's rows.

Forty people, p01 to p40, each with one audit in October 2026: 25 random, of which 20 asked, 10 name a source, 3 of
those with a use of quality 0; ten themed, five targeted. Twenty of the forty had a session of protected time booked.
"""

import csv
import html
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from dagster_project import publishing, steps, warehouse
from dagster_project.home import Home, make_home
from tests.council import council
from tests.dbt_home import dbt, load_everything

pytestmark = pytest.mark.whole_runs

ASKED, NAMING, SOUNDLY = "audits_evidence_question_asked", "audits_naming_evidence", "audits_naming_evidence_soundly"
DISPLACED, NOT_RECORDED, TAKEN = "protected_time_displaced", "protected_time_not_recorded", "protected_time_taken"
STAFF = [f"p{number:02}" for number in range(1, 41)]
POST = ["Month", "Staff ID", "Role", "Contracted FTE", "Contracted days", "Available days", "Team", "Service",
        "Start date", "Agency"]  # fmt: skip
AUDIT = ["Audit ID", "Staff ID", "Audit date", "Sampling method", "Evidence question asked", "Evidence named",
         "Evidence source", "Quality of use", "First grade", "Case reference"]  # fmt: skip
SESSION = ["Session ID", "Staff ID", "Date", "Hours booked", "Outcome", "Hours taken", "Reason"]

# What the audits say of evidence, in the order of STAFF: 7 sound, 3 named without sense, 10 without, 5 not asked.
NAMED = ["Yes", "Yes", "Research"]
RANDOM = [*[[*NAMED, "2"]] * 7, *[[*NAMED, "0"]] * 3, *[["Yes", "No", "", ""]] * 10, *[["No", "", "", ""]] * 5]
OTHERS = [["Yes", "Yes", "Case law", "3"]] * 15
METHODS = ["Random"] * 20 + ["Dip sample"] * 5 + ["Themed"] * 10 + ["Targeted"] * 5

# What became of the sessions: the one without an outcome has hours written down all the same.
OUTCOMES = [*[["Taken", "3", ""]] * 12, *[["Displaced", "", "Duty"]] * 5, *[["Cancelled by practitioner", "", ""]] * 2,
            ["", "3", ""]]  # fmt: skip


def write(home: Home, feed: str, name: str, headings: list[str], rows: Iterable[list[str]]) -> None:
    path = home.inbox / feed / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])


def audit(number: int, method: str, evidence: list[str], day: str = "14/10/2026") -> list[str]:
    return [f"A{number}", STAFF[number % 40], day, method, *evidence, "Good", f"SECRET-CASE-{number}"]


def measure(home: Home, *metrics: str) -> None:
    load_everything(home)
    assert dbt(home, "run", "--select", *(f"+met_{name}" for name in metrics)).returncode == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(tmp_path_factory.mktemp("audits") / "home", council.CONFIG)
    posts = [["2026-10", person, "Social worker", "1", "20", "20", "North", "Adults", "01/02/2020", "No"]
             for person in STAFF]  # fmt: skip
    write(home, "workforce", "october.csv", POST, posts)
    audits = [audit(number, METHODS[number], evidence) for number, evidence in enumerate([*RANDOM, *OTHERS])]
    write(home, "audits", "october.csv", AUDIT, audits)
    sessions = [[f"T{n}", STAFF[n], "21/10/2026", "3", *outcome] for n, outcome in enumerate(OUTCOMES)]
    write(home, "protected_time", "october.csv", SESSION, sessions)
    measure(home, ASKED, NAMING, SOUNDLY, DISPLACED, NOT_RECORDED, TAKEN)
    return home


def parts(home: Home, metric: str) -> tuple[object, ...] | None:
    """The organisation's numerator and denominator for October."""
    with warehouse.opened(home.warehouse) as connection:
        return connection.execute(
            f"select numerator::integer, denominator::integer from metrics.met_{metric} "
            "where unit_level = 'organisation' and breakdown = 'all' and period_start = '2026-10-01'"
        ).fetchone()


@pytest.fixture(scope="module")
def site(home: Home) -> Path:
    """The pages of the draft of October."""
    run = load_everything(home)
    done = dbt(home, "run")
    assert done.returncode == 0, done.stdout[-3000:]
    steps.analyse(run)
    steps.copy_for_readers(run)
    return publishing.write_draft(run) / "site"


def words_of_page(site: Path, metric: str) -> str:
    """The text of the metric's page, without its markup."""
    text = (site / "metrics" / f"{metric}.html").read_text("utf-8")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def every_row(home: Home, metric: str) -> list[tuple[object, ...]]:
    """All figures of the metric, but for those that set the methods of sampling side by side."""
    with warehouse.opened(home.warehouse) as connection:
        return connection.execute(
            f"select * from metrics.met_{metric} where breakdown <> 'sampling_method' order by all"
        ).fetchall()


def test_random_audits_name_evidence_in_10_of_20_soundly_in_7_and_asked_in_20_of_25(home: Home) -> None:
    assert parts(home, NAMING) == (10, 20)
    assert parts(home, ASKED) == (20, 25)
    assert parts(home, SOUNDLY) == (7, 20)


def test_protected_time_was_displaced_in_5_of_20_and_1_is_not_recorded(home: Home) -> None:
    assert parts(home, DISPLACED) == (5, 20)
    assert parts(home, NOT_RECORDED) == (1, 20)


@pytest.mark.parametrize(
    ("metric", "said"),
    [(NAMING, "10 of 20"), (ASKED, "20 of 25"), (SOUNDLY, "7 of 20"), (DISPLACED, "5 of 20"),
     (NOT_RECORDED, "1 of 20")],
)  # fmt: skip
def test_page_of_each_metric_says_the_answer_with_its_parts(site: Path, metric: str, said: str) -> None:
    assert f"in October 2026: {said}." in words_of_page(site, metric)


def test_session_without_an_outcome_is_never_taken(home: Home) -> None:
    """Sixty hours were booked and twelve sessions of three hours taken; the blank's three hours are not believed."""
    assert parts(home, TAKEN) == (36, 60)


def test_reference_of_a_case_never_reaches_the_warehouse(home: Home) -> None:
    with warehouse.opened(home.warehouse) as connection:
        rows = connection.execute("select * from raw.audits").fetchall()
    assert len(rows) == 40
    assert not [cell for row in rows for cell in row if "SECRET-CASE" in str(cell)]


def test_more_themed_and_targeted_audits_change_nothing(home: Home) -> None:
    before = {metric: every_row(home, metric) for metric in (ASKED, NAMING, SOUNDLY)}
    methods = ["Themed", "Targeted"] * 15
    more = [audit(100 + n, method, [*NAMED, "3"], "28/10/2026") for n, method in enumerate(methods)]
    write(home, "audits", "themed.csv", AUDIT, more)
    measure(home, ASKED, NAMING, SOUNDLY)
    with warehouse.opened(home.warehouse) as connection:
        assert connection.execute("select count(*) from raw.audits").fetchone() == (70,)
    assert {metric: every_row(home, metric) for metric in (ASKED, NAMING, SOUNDLY)} == before
