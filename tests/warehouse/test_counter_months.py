"""COUNTER reports from the inbox to the figure: versions, months without use, months that are missing.

Belongs here: what reports of several publishers make of each other. Does not belong here: reading one report
(tests/unit), the council's figures (test_council_answers.py).
"""

import os

import pytest

from dagster_project import warehouse
from dagster_project.home import Home
from tests.council import council
from tests.dbt_home import dbt, load_everything, prepared_home
from tests.unit.counter_reports import PR, answer, grid, tsv, xlsx

pytestmark = pytest.mark.whole_runs

NO_USAGE = "3030: No Usage Available for Requested Dates"
PARTIAL = "3040: Partial Data Returned"


def period(first: str, last: str) -> str:
    return f"Begin_Date={first}; End_Date={last}"


def report(by: str, made: str, months: dict[str, int], dates: str, **header: str) -> str:
    """A platform report with one row of requests; no row where `months` is empty."""
    rows = [[by, "Journal", "Regular", "Unique_Item_Requests", sum(months.values()), *months.values()]]
    headings = [*PR[:5], *months]
    given = {"Created": made, "Created_By": by, "Reporting_Period": dates} | header
    return tsv(grid(*(rows if months else []), headings=headings, **given))


JANUARY_TO_JUNE = dict(
    zip(["Jan-2026", "Feb-2026", "Mar-2026", "Apr-2026", "May-2026", "Jun-2026"], range(10, 16), strict=True)
)
APRIL = {"Data_Type": "Journal", "Access_Method": "Regular", "Performance": {"Unique_Item_Requests": {"2026-04": 5}}}
FIRST: dict[str, str | bytes] = {
    "alpha.tsv": report("Alpha", "2026-07-10", JANUARY_TO_JUNE, period("2026-01-01", "2026-06-30")),
    "alpha_june_again.xlsx": xlsx(
        grid(
            ["Alpha", "Journal", "Regular", "Unique_Item_Requests", 16, 16], headings=[*PR[:5], "Jun-2026"],
            Created="2026-08-01T08:00:00Z", Created_By="Alpha", Reporting_Period=period("2026-06-01", "2026-06-30"),
        )
    ),
    "alpha_view.tsv": report(
        "Alpha", "2026-09-01", {"Jul-2026": 50}, period("2026-07-01", "2026-07-31"), Report_ID="PR_P1"
    ),
    "alpha_partial.tsv": report(
        "Alpha", "2026-09-02", {"Aug-2026": 7}, period("2026-08-01", "2026-08-31"), Exceptions=PARTIAL
    ),
    "beta_no_usage.tsv": report("Beta", "2026-04-09", {}, period("2026-01-01", "2026-03-31"), Exceptions=NO_USAGE),
    "beta.json": answer(
        [{"Platform": "Beta", "Attribute_Performance": [APRIL]}], Report_ID="PR", Created_By="Beta",
        Report_Filters={"Begin_Date": "2026-04-01", "End_Date": "2026-05-31"},
    ),
    "beta_not_ready.json": answer(
        [], [{"Code": 3031, "Message": "Usage Not Ready"}], Report_ID="PR", Created_By="Beta",
        Report_Filters={"Begin_Date": "2026-06-01", "End_Date": "2026-06-30"},
    ),
    "gamma_no_usage.tsv": report("Gamma", "2025-10-09", {}, period("2025-09-01", "2025-09-30"), Exceptions=NO_USAGE),
}  # fmt: skip
OLDER = report("Alpha", "2026-04-10", {"Jan-2026": 1, "Feb-2026": 2, "Mar-2026": 3}, period("2026-01-01", "2026-03-31"))


def deliver(home: Home, name: str, content: str | bytes, second: int) -> None:
    path = home.inbox / "counter_usage" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    delivered = council.FIRST_DELIVERY.timestamp() + second
    os.utime(path, (delivered, delivered))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The council's staff, and reports of three publishers; one made earlier comes last, on another day."""
    home = prepared_home(tmp_path_factory.mktemp("counter") / "home")
    for second, path in enumerate(sorted((council.EXPORTS / "workforce").iterdir())):
        council.write_export(path, home.inbox, second)
    for second, (name, content) in enumerate(FIRST.items(), start=100):
        deliver(home, name, content, second)
    load_everything(home)
    deliver(home, "alpha_older.tsv", OLDER, 500)
    load_everything(home)
    done = dbt(home, "run", "--select", "+met_unique_item_requests_per_fte")
    assert done.returncode == 0, done.stdout[-3000:]
    return home


def ask(home: Home, query: str) -> list[tuple[object, ...]]:
    with warehouse.opened(home.warehouse) as connection:
        return connection.execute(query).fetchall()


# Requests of all publishers, and what is known, by hand.
EXPECTED = {
    "2025-09": (0, "observed"),  # Gamma declares no usage, and nobody else reports yet
    "2025-12": (None, "not_collected"),  # nobody reports
    "2026-01": (10, "observed"),  # Alpha 10, not the 1 of the version made before; Beta declares no usage
    "2026-02": (11, "observed"),
    "2026-03": (12, "observed"),
    "2026-04": (18, "observed"),  # Alpha 13, Beta 5
    "2026-05": (14, "observed"),  # Alpha 14, Beta's JSON leaves a nought out
    "2026-06": (None, "feed_stale"),  # Alpha 16, Beta is not ready
    "2026-07": (None, "feed_stale"),  # a view alone
    "2026-08": (None, "feed_stale"),  # partial data alone
}


@pytest.mark.parametrize("month", EXPECTED)
def test_month_counts_every_publisher_or_has_no_figure(home: Home, month: str) -> None:
    found = ask(
        home,
        "select cast(numerator as integer), value_state from metrics.met_unique_item_requests_per_fte "
        f"where period_start = date '{month}-01'",
    )
    assert found == [EXPECTED[month]]


def test_versions_are_kept_and_the_newest_is_read(home: Home) -> None:
    """An older report that comes later changes nothing, and nothing is lost: every version stays in raw."""
    of_alpha = "platform = 'Alpha' and report_id = 'PR' and month = date '{}-01'"
    january, june = of_alpha.format("2026-01"), of_alpha.format("2026-06")
    kept = "select created_at, n_uses from raw.counter_usage where _superseded_by is null and {} order by created_at"
    read = "select n_uses from staging.stg_counter_usage where {}"
    assert ask(home, kept.format(january)) == [("2026-04-10", 1), ("2026-07-10", 10)]
    assert ask(home, kept.format(june)) == [("2026-07-10", 15), ("2026-08-01T08:00:00Z", 16)]
    assert (ask(home, read.format(january)), ask(home, read.format(june))) == ([(10,)], [(16,)])


def test_report_that_is_not_ready_is_refused_with_what_to_do(home: Home) -> None:
    ((message,),) = ask(home, "select message from ledger.deliveries where status = 'refused'")
    assert "3031" in str(message)
    assert "missing, not as 0" in str(message)
