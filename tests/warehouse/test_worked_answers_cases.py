"""A17 comes out exactly: thirty closures an arm are too few to compare, and new numbers of children break the series.

From April 2024 to October 2026 45 new children a month are referred, and 15 of those of the month before once more;
from September 2026 the case system gives everybody new numbers. Sixty other cases are closed on 1 June 2024, half of
them with evidence named: of those seven families come back, of the others six.
"""

import datetime
from collections.abc import Iterator

import pytest

from dagster_project import warehouse
from dagster_project.associations import comparisons, write
from dagster_project.dbt_call import METRICS_DIR
from dagster_project.metric_records import load_records
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dashboards.compared import AssociationOfPeriod
from dashboards.comparisons import comparison_words
from tests.dbt_home import dbt, load_everything
from tests.inbox_home import InboxHome
from tests.unit.test_dashboards import make_figures

pytestmark = pytest.mark.whole_runs

HEADINGS = [
    "Child ID",
    "Referral date",
    "No further action",
    "Closure date",
    "Closure reason",
    "Evidence named at closure",
]
MONTHS = [datetime.date(2024 + (3 + n) // 12, (3 + n) % 12 + 1, 10) for n in range(31)]
BUILT = ("met_re_referral", "met_return_after_closure", "int_cases__source_starts", "fct_association_strata",
         "fct_agreement_counts")  # fmt: skip


def rows() -> Iterator[list[str]]:
    for n, day in enumerate(MONTHS):
        system = "new" if day >= datetime.date(2026, 9, 1) else "old"
        for child in range(45 * n - 15 if n else 0, 45 * (n + 1)):
            yield [f"{system} {child}", f"{day:%d/%m/%Y}", "Yes", "", "", ""]
    for case in range(60):
        is_named = case < 30
        yield [f"case {case}", "01/04/2024", "No", "01/06/2024", "RC7", "Yes" if is_named else "No"]
        if case in range(7) or case in range(30, 36):
            yield [f"case {case}", "01/08/2024", "No", "", "", ""]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> InboxHome:
    small = InboxHome(tmp_path_factory.mktemp("cases") / "home")
    small.deliver("cases", HEADINGS, rows())
    load_everything(small.home)
    done = dbt(small.home, "run", "--select", *(f"+{name}" for name in BUILT))
    assert done.returncode == 0, done.stdout[-3000:]
    return small


def test_thirty_closures_an_arm_print_what_could_have_shown_and_no_comparison(small: InboxHome) -> None:
    """13 of 60 came back, 22%: two groups of thirty show a difference of about 33 points, with 80% power."""
    with warehouse.opened(small.home.warehouse) as connection:
        off = DisclosureSettings(is_on=False)
        write(connection, comparisons(connection, minimum=10, disclosure=off, masked=[]))
        [row] = connection.execute(
            "select users, others, detectable, users_with, difference, period_start, period_end, state "
            "from metrics.fct_associations where question = 're_referral'"
        ).fetchall()
    assert row[:2] == (30, 30)
    assert row[2] == pytest.approx(0.33, abs=0.005)
    assert row[3:] == (None, None, datetime.date(2025, 4, 1), datetime.date(2026, 3, 31), "too_few")
    told = AssociationOfPeriod(
        metric_id="return_after_closure", question="re_referral", period_end=row[6], state=row[7],
        by_construction=False, users=row[0], others=row[1], users_with=None, others_with=None, difference=None,
        lower=None, upper=None, detectable=row[2],
    )  # fmt: skip
    record = load_records(METRICS_DIR)["return_after_closure"]
    assert comparison_words(make_figures(associations=(told,)), record) == [
        "To 31 March 2026: too few to compare (30 closures that name evidence, 30 of the others that say). "
        "Groups of this size show a difference of 33 points or more."
    ]


def test_return_and_re_referral_are_two_measures(small: InboxHome) -> None:
    """By the department 15 of each month's 60 are re-referrals; of the sixty closures 13 were followed by a return."""
    for metric, counted in {"re_referral": (180, 720), "return_after_closure": (13, 60)}.items():
        found = small.ask(
            f"select numerator::integer, denominator::integer from metrics.met_{metric} where unit_level = "
            "'organisation' and breakdown = 'all' and period_end = '2026-03-31'"
        )
        assert found == [counted]


def test_new_numbers_after_a_change_of_system_break_the_series(small: InboxHome) -> None:
    found = small.ask("select source_kind, source, month from intermediate.int_cases__source_starts")
    assert found == [("numbers", "children", datetime.date(2026, 9, 1))]
