"""B22 from the files to the page: a log connected in July lifts the shares without any change in practice.

Twelve people from March to October 2026. Six read the library twice a month from the start. One has declared the case
book since March; from July its log is there too, with the other six in it.
"""

import re
from collections.abc import Iterable

import pytest

from dagster_project import steps
from dagster_project.dbt_call import METRICS_DIR, thresholds
from dagster_project.metric_records import load_records
from dashboards.build import build_site
from dashboards.read import DisclosureSettings, read_figures
from tests.council import council
from tests.dbt_home import dbt, load_everything
from tests.inbox_home import InboxHome

pytestmark = pytest.mark.whole_runs

THIS_MONTH, REGULARLY = "using_evidence_this_month", "regularly_using_evidence"
MONTHS = [f"2026-{number:02}" for number in range(3, 11)]
STAFF = [f"P{number:02}" for number in range(1, 13)]
READERS, OTHERS = STAFF[:6], STAFF[6:]
POST = ["Month", "Staff ID", "Role", "Contracted FTE", "Contracted days", "Available days", "Team", "Service",
        "Start date"]  # fmt: skip
USE = ["Staff ID", "Date", "Resource", "Resource type", "Channel"]

# What a page says at a break or of the measure in every month; no other word may be about a direction.
FIXED = ("Better is", "and a rise there is no change in practice", "raises the share without any change in practice")


def uses(people: Iterable[str], month: str, resource: str, channel: str) -> list[list[str]]:
    return [[person, f"{month}-{day}", resource, "Research", channel] for person in people for day in ("06", "13")]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> InboxHome:
    small = InboxHome(tmp_path_factory.mktemp("breaks") / "home")
    for month in MONTHS:
        posts = [[month, p, "Social worker", "1", "20", "20", "North", "Adults", "01/02/2020"] for p in STAFF]
        small.deliver("workforce", POST, posts)
        small.deliver("resource_usage", USE, uses(READERS, month, "Library", "Logged"), "library")
        small.deliver("resource_usage", USE, uses(READERS[:1], month, "Casebook Online", "Declared"), "learning")
        if month >= "2026-07":
            small.deliver("resource_usage", USE, uses(OTHERS, month, "Casebook Online", "Logged"), "casebook")
    run = load_everything(small.home)
    done = dbt(small.home, "run")
    assert done.returncode == 0, done.stdout[-3000:]
    steps.analyse(run)
    steps.copy_for_readers(run)
    return small


@pytest.fixture(scope="module")
def site(small: InboxHome, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of the pages, by metric."""
    folder = tmp_path_factory.mktemp("site") / "site"
    figures = read_figures(
        small.home.read_copy, month=council.MONTH, organisation="Anytown", is_sample=True,
        disclosure=DisclosureSettings(is_on=False), records=load_records(METRICS_DIR),
        thresholds=thresholds(small.home.settings.thresholds), code_version="0.1.0",
    )  # fmt: skip
    build_site(figures, folder, signed_off_by=None, edition=None)
    pages = {metric: folder / "metrics" / f"{metric}.html" for metric in (THIS_MONTH, REGULARLY)}
    return {metric: page.read_text("utf-8") for metric, page in pages.items()}


def rows_of(small: InboxHome, metric: str) -> list[tuple[object, ...]]:
    return small.ask(
        "select strftime(month, '%Y-%m'), strftime(settled_month, '%Y-%m'), source_kind, source "
        f"from metrics.fct_series_breaks where metric_id = '{metric}'"
    )


def shares(small: InboxHome, metric: str) -> list[int]:
    """The organisation's numerators of the months that are known."""
    found = small.ask(
        f"select numerator from metrics.fct_metric_values where metric_id = '{metric}' and unit_level = 'organisation' "
        "and breakdown = 'all' and period_type = 'month' and value_state = 'observed' order by period_end"
    )
    return [int(str(n).split(".")[0]) for (n,) in found]


def test_log_of_what_was_declared_breaks_a_month_at_once_and_a_window_until_it_is_full(small: InboxHome) -> None:
    assert shares(small, THIS_MONTH) == [6, 6, 6, 6, 12, 12, 12, 12]
    assert shares(small, REGULARLY) == [6, 6, 6, 12, 12, 12]  # May to October: lifted a month after the log came
    assert rows_of(small, THIS_MONTH) == [("2026-07", "2026-07", "resource", "Casebook Online")]
    assert rows_of(small, REGULARLY) == [("2026-07", "2026-09", "resource", "Casebook Online")]


def test_page_says_where_the_series_breaks_and_compares_the_two_sides_nowhere(site: dict[str, str]) -> None:
    assert "<li>From July 2026: Casebook Online (resource)</li>" in site[THIS_MONTH]
    assert "100% in all 4 months after the break, from Jul 2026" in site[THIS_MONTH]
    mixed = "<li>From July 2026: Casebook Online (resource). Figures up to August 2026 mix before and after.</li>"
    assert mixed in site[REGULARLY]
    assert "100% in all 2 months after the break, from Sep 2026" in site[REGULARLY]
    for page in site.values():
        assert "Where the series breaks" in page
        assert "cannot be compared" in page


@pytest.mark.parametrize("metric", [THIS_MONTH, REGULARLY])
def test_page_claims_no_direction(site: dict[str, str], metric: str) -> None:
    page = site[metric]
    for words in FIXED:
        page = page.replace(words, "")
    claims = r"improv\w*|better|worse\w*|\b(?:rise|rises|rising|rose|grew|growing)\b|increas\w*|decreas\w*"
    assert re.findall(claims, page, re.IGNORECASE) == []
