"""Pages as a reader's browser shows them, opened from a folder without a server."""

import datetime
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dagster_project import analysis
from dagster_project.analysis import Target
from dagster_project.metric_records import load_records
from dagster_project.statistics.disclosure import MetricValue, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dashboards.build import build_latest, build_notice, build_site
from dashboards.figures import FeedState, Figures, ShownValue
from dashboards.words import month_end, months_back

pytestmark = pytest.mark.browser

MONTH = datetime.date(2026, 9, 1)
METRIC = "regularly_using_evidence"
SERVICES = {
    "Adults' mental health": 9,
    "Children looked after": 64,
    "Family safeguarding and court team": 88,
    "Leaving care": 38,
}


def value(metric: str, back: int, unit: str, numerator: int, denominator: int) -> MetricValue:
    month = months_back(MONTH, back)
    is_late = back == 9
    return MetricValue(
        metric, "month", month, month_end(month), "organisation" if unit == "all" else "service", unit, "all", "all",
        None if is_late else numerator, None if is_late else denominator, None if is_late else denominator,
        None, None, None if is_late else numerator / denominator, "not_collected" if is_late else "observed",
    )  # fmt: skip


def make_figures() -> Figures:
    records = load_records(Path(__file__).parents[2] / "dbt" / "models")
    values = []
    for metric in records:
        for back in range(24):
            shares = {unit: (staff * (40 + (back * 7 + staff) % 11) // 100, staff) for unit, staff in SERVICES.items()}
            whole = tuple(map(sum, zip(*shares.values(), strict=True)))
            values += [value(metric, back, unit, *share) for unit, share in {"all": whole, **shares}.items()]
    feeds = [
        FeedState(
            feed=feed,
            title="Resource usage",
            state="up_to_date",
            is_newest_file_left_out=False,
            newest_month=MONTH,
            n_accepted=81234,
            n_rejected=37,
        )
        for feed in ("resource_usage", "supervision", "workforce")
    ]
    settings = DisclosureSettings()
    masked = mask_values(values, settings, {name: record.kind for name, record in records.items()}, [])
    found = analysis.beside(masked, records, {}, targets=[Target(record, MONTH, 0.4) for record in records])
    return Figures(
        organisation="Anytown Council", is_sample=True, month=MONTH, as_at=datetime.date(2026, 10, 9),
        feeds=tuple(feeds), n_checks=41, n_checks_passed=41,
        thresholds=dict.fromkeys((name for record in records.values() for name in record.thresholds), 4),
        disclosure=settings, code_version="0.1.0", data_fingerprint="9f3c21aa04be77d1", records=records,
        details=(), breaks=(), decisions=(), associations=(), agreement=(),
        values=tuple(ShownValue(**vars(value), beside=each) for value, each in zip(masked, found, strict=True)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    build_site(make_figures(), folder / "2026-09" / "01", signed_off_by=None, edition=None)
    build_notice(folder / "held.html", organisation="Anytown", month=MONTH, reasons=["No staff list."], as_at=MONTH)
    build_latest(folder / "latest" / "index.html", "../2026-09/01/index.html", "Anytown Council")
    return folder


class Visit:
    """A page opened at one width, with what it asked for and complained of."""

    def __init__(self, browser: Browser, path: Path, width: int) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def assert_quiet_and_narrow(self, width: int) -> None:
        assert self.complaints == []
        assert [url for url in self.requests if not url.startswith(("file:", "data:"))] == []
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 320])
def test_summary_opens_without_scripts_complaints_or_sideways_scrolling(
    site: Path, browser: Browser, width: int
) -> None:
    visit = Visit(browser, site / "2026-09" / "01" / "index.html", width)
    visit.assert_quiet_and_narrow(width)
    assert visit.page.locator("script").count() == 0
    assert visit.page.locator(".tiles svg.spark").count() == 4
    assert visit.page.locator("h1").inner_text().startswith("Regularly using evidence: fewer than half")
    assert all(url.endswith((".html", ".css")) or url.startswith("data:") for url in visit.requests)


@pytest.mark.parametrize("width", [1280, 320])
def test_page_with_limits_target_and_intervals_scrolls_only_down(site: Path, browser: Browser, width: int) -> None:
    visit = Visit(browser, site / "2026-09" / "01" / "metrics" / "using_evidence_this_month.html", width)
    visit.page.wait_for_selector("#chart[data-state=live] .main-svg")
    visit.assert_quiet_and_narrow(width)
    assert visit.page.get_by_text("95% interval").count() > 0
    assert visit.page.locator("#chart").get_by_text("Target 40%").count() == 1
    assert visit.page.locator("#chart .scatterlayer .trace").count() == 5  # mean, two limits, target, the series


@pytest.mark.parametrize("width", [1280, 320])
def test_metric_page_draws_its_chart_and_nothing_that_sends_it_away(site: Path, browser: Browser, width: int) -> None:
    visit = Visit(browser, site / "2026-09" / "01" / "metrics" / f"{METRIC}.html", width)
    visit.page.wait_for_selector("#chart[data-state=live] .main-svg")
    visit.assert_quiet_and_narrow(width)
    page = visit.page
    assert page.locator("#chart .point").count() == 23
    assert page.locator(".modebar, .modebar-btn, #chart a").count() == 0
    assert page.locator(".months tbody tr").count() == 24
    box, plot = page.locator("#chart").bounding_box(), page.locator("#chart .main-svg").first.bounding_box()
    assert box is not None
    assert plot is not None
    assert plot["x"] + plot["width"] <= box["x"] + box["width"] + 1


OF_PLOTLY = """() => [...document.querySelectorAll("#chart .point")].map(each => {
    const box = each.getBoundingClientRect(); return box.x + box.width / 2; })"""
OF_THE_DRAWING = """svg => [...svg.innerHTML.matchAll(/(?:M|cx=")([\\d.]+)/g)].map(
    each => new DOMPoint(each[1], 0).matrixTransform(svg.getScreenCTM()).x)"""


def test_live_chart_and_drawing_put_the_months_in_the_same_place(site: Path, browser: Browser) -> None:
    """Scripts or none, screen or print: the same picture."""
    path = site / "2026-09" / "01" / "metrics" / f"{METRIC}.html"
    spots = []
    for has_script in (True, False):
        page = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=has_script).new_page()
        page.goto(path.as_uri())
        if has_script:
            page.wait_for_selector("#chart[data-state=live] .main-svg")
        chart = page.locator("#chart").bounding_box()
        found = page.locator("#chart svg").first.evaluate(OF_PLOTLY if has_script else OF_THE_DRAWING)
        spots.append([x - chart["x"] for x in found])
    assert len(spots[0]) == len(spots[1]) == 23
    assert spots[0] == pytest.approx(spots[1], abs=4)


def test_a_reader_gets_to_a_measure_and_back_by_keyboard(site: Path, browser: Browser) -> None:
    visit = Visit(browser, site / "latest" / "index.html", 1280)
    page = visit.page
    page.wait_for_url(re.compile("2026-09/01/index.html"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the figures"
    page.get_by_role("link", name="Regularly using evidence", exact=True).first.press("Enter")
    page.wait_for_url(re.compile(f"metrics/{METRIC}.html"))
    page.get_by_role("link", name="Summary, September 2026").press("Enter")
    page.wait_for_url(re.compile("2026-09/01/index.html"))
    assert visit.complaints == []


def test_notice_opens_as_one_file(site: Path, browser: Browser) -> None:
    visit = Visit(browser, site / "held.html", 320)
    visit.assert_quiet_and_narrow(320)
    assert visit.page.locator("h1").inner_text() == "The figures for September 2026 are held"
    assert [url for url in visit.requests if url.startswith("file:")] == [(site / "held.html").as_uri()]
