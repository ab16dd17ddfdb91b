"""What a reader with a bad laptop waits for: pages of the large site in Chromium at a quarter of its speed.

Belongs here: those timings. Does not belong here: building the site (site.py), whether pages are right (tests/browser).
"""

import statistics
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from dashboards.pack import find_browser
from tests.bench.measure import Found, measured
from tests.bench.site import build

SLOWER, TIMES = 4, 3
PAGES = {
    "summary": "index.html", "metric": "metrics/regularly_using_evidence.html", "units": "units.html",
}  # fmt: skip
LIMIT = "Plotly's own script, which a page reads after it has been painted."
PAINT = (
    "new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))"
    ".observe({type: 'largest-contentful-paint', buffered: true}))"
)
LIVE = """new Promise(done => {
    const look = () => document.querySelector("[data-state=live]") ? done(performance.now()) : setTimeout(look, 20);
    look();
})"""


def run(folder: Path) -> Found:
    path = find_browser()
    if path is None:
        return {"left_out": "no browser"}
    measured(build, folder / "site", None)
    found: Found = {"slower": SLOWER}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        for name, page in PAGES.items():
            seen = [_visit(browser, folder / "site" / page, has_chart=name == "metric") for _ in range(TIMES)]
            found[f"{name}_paint_ms"] = statistics.median(paint for paint, _, _ in seen)
            found[f"{name}_elements"] = seen[0][2]
            if name == "metric":
                found["live_chart_ms"] = statistics.median(live for _, live, _ in seen)
        browser.close()
    return found


def _visit(browser: Browser, path: Path, *, has_chart: bool) -> tuple[float, float, int]:
    """Milliseconds to the largest contentful paint and to the first live chart (nought without one); elements."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(path.as_uri())
    live = page.evaluate(LIVE) if has_chart else 0.0
    told = page.evaluate(PAINT), live, page.evaluate("document.querySelectorAll('*').length")
    page.close()
    return told
