"""Who may open what a home keeps, and what its pages may fetch or send: nothing."""

import json
import re
import stat
from pathlib import Path

import pytest

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.home import Home
from dagster_project.metric_records import load_records
from tests.conftest import Cli
from tests.privacy.conftest import SamplesHome

PRIVATE = ("archive", "vault", "warehouse", "state", "rejected", "drafts")
ADDRESS = re.compile(r"https?://[^\s\"'<>)]*")
FETCHES = re.compile(r"""(?:src|href|action|data-[a-z-]+|url\(|@import)\s*=?\s*["'(]?\s*(?://|[a-z]+://)""", re.I)
FIGURE = re.compile(r'<script type="application/json" id="chart-figure">(.*?)</script>', re.S)


@pytest.fixture(params=["council", pytest.param("samples", marks=pytest.mark.whole_runs)])
def home(request: pytest.FixtureRequest) -> Home:
    if request.param == "council":
        return request.getfixturevalue("council_home")
    return request.getfixturevalue("samples_home").home


def written(home: Home, *suffixes: str) -> list[Path]:
    """Files of ours among the published ones."""
    found = [path for path in (home.root / "published").rglob("*") if path.suffix in suffixes]
    return [path for path in found if path.name != "plotly.min.js"]


def test_folders_with_rows_about_people_are_their_owners_only(home: Home) -> None:
    modes = {name: stat.S_IMODE((home.root / name).stat().st_mode) for name in PRIVATE}
    assert modes == dict.fromkeys(PRIVATE, 0o700)


def test_key_file_is_its_owners_only_and_outside_the_home(home: Home) -> None:
    key = home.root.with_name(home.root.name + ".key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    secret = [line.split(": ")[1].encode() for line in key.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(secret) == 2
    files = [path for path in home.root.rglob("*") if path.is_file()]
    assert not [path for path in files if any(part in path.read_bytes() for part in secret)]


def test_published_folder_holds_plain_files_only(home: Home) -> None:
    published = home.root / "published"
    assert not [path for path in published.rglob("*") if path.is_symlink()]
    assert not [path for path in published.rglob("*") if not (path.is_file() or path.is_dir())]
    assert {path.suffix for path in published.rglob("*") if path.is_file()} == {
        ".html", ".css", ".js", ".json", ".csv", ".xlsx"
    }  # fmt: skip


def test_published_pages_name_no_address_on_the_internet(home: Home) -> None:
    files = written(home, ".html", ".css", ".js", ".json")
    assert len(files) >= 8
    addresses = {address for path in files for address in ADDRESS.findall(path.read_text("utf-8"))}
    assert {address for address in addresses if not address.startswith("http://www.w3.org/")} == set()
    assert not [path for path in files if FETCHES.search(path.read_text("utf-8"))]


def test_charts_send_nothing_anywhere(home: Home) -> None:
    pages = [path for path in written(home, ".html") if path.parent.name == "metrics"]
    records = load_records(METRICS_DIR).values()
    assert len(pages) == sum(len(set(record.audience) - {"data_team"}) for record in records) > 60
    for page in pages:
        text = page.read_text("utf-8")
        for figure in FIGURE.findall(text):
            config = json.loads(figure)["config"]
            assert (config["showSendToCloud"], config["plotlyServerURL"], config["displayModeBar"]) == (
                False,
                "",
                False,
            )
        assert "default-src &#39;none&#39;" in text
        assert "connect-src" not in text
    assert any(FIGURE.search(page.read_text("utf-8")) for page in pages)


@pytest.mark.whole_runs
def test_asking_for_small_numbers_is_written_down(samples_home: SamplesHome, cli: Cli) -> None:
    home = samples_home.home
    log = home.logs / "unmasked.log"
    before = log.read_text("utf-8").splitlines()
    assert [line.endswith("asked for every metric, every month") for line in before] == [True] * len(before)
    assert before
    cli("metrics", "--home", home.root, "--month", "2026-10")
    assert log.read_text("utf-8").splitlines() == before
    asked = ("--month", "2026-10", "--metric", "using_evidence_this_month", "--unmasked")
    cli("metrics", "--home", home.root, *asked)
    *kept, added = log.read_text("utf-8").splitlines()
    assert kept == before
    assert re.fullmatch(r"20\S+\+00:00 account \d+ asked for using_evidence_this_month, 2026-10-01", added)
    log.write_text("\n".join(before) + "\n", encoding="utf-8")
