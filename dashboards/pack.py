"""The board pack: the summary and a page for each exception, on paper, and printing it with a browser.

Belongs here: which measures have a page of the pack, and calling Chromium. Does not belong here: layout (templates).

Chromium prints tagged PDF with the page's title and language. Without one the page stays, to be printed by hand.
"""

import logging
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from dashboards.figures import Figures
from dashboards.metric_page import metric_page
from dashboards.pages import Page, Series, shown_records
from dashboards.standing import standings
from dashboards.summary_page import summary_page

log = logging.getLogger(__name__)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
NO_BROWSER = "none"
PATIENCE = 120  # seconds

ASKED_FOR = ("decision", "action", "watch")


def pack_page(figures: Figures) -> Page:
    """The summary, and the page of every measure that needs attention, most concerning first."""
    found = standings(figures, shown_records(figures), Series(figures))
    exceptions = [each.record for each in found if each.attention in ASKED_FOR]
    return {"summary": summary_page(figures), "exceptions": [metric_page(figures, record) for record in exceptions]}


def find_browser() -> Path | None:
    """A Chromium of this machine; PRACTICE_METRICS_BROWSER names another, or `none`."""
    named = os.environ.get("PRACTICE_METRICS_BROWSER")
    if named == NO_BROWSER:
        return None
    found = [shutil.which(name) for name in ([named] if named else BROWSERS)]
    return next((Path(path) for path in found if path), None)


def print_pdf(browser: Path, page: Path, pdf: Path) -> bool:
    """Print a page; whether it was printed. What the browser wrote is kept to itself: it may name paths."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            str(browser), "--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-dev-shm-usage",
            "--generate-pdf-document-outline", "--export-tagged-pdf", f"--user-data-dir={profile}",
            f"--print-to-pdf={pdf}", page.absolute().as_uri(),
        ]  # fmt: skip
        if os.name == "posix" and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium has none for root; the page is ours and runs no script
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired):
            done = None
    if done is None or done.returncode != 0 or not pdf.exists():
        log.warning("%s was not printed: %s did not do it; open %s and print it", pdf.name, browser.name, page.name)
        return False
    return True
