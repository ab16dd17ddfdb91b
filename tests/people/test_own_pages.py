"""A page of one's own: all that is held, nobody else, and whom it goes to."""

import csv
import re
import stat
from pathlib import Path

import pytest

from dagster_project.people.own_pages import write_own_pages
from dagster_project.problems import SettingsProblem
from tests.council import council
from tests.people.conftest import PeopleHome, words

ROLE = "Data team"
COMPARES = re.compile(r"\b(average|others|colleagues|team's|median|rank|than most|compared|percentile)\b", re.I)


@pytest.fixture(scope="module")
def issued(people_home: PeopleHome) -> Path:
    return write_own_pages(people_home.home, council.MONTH, council.AS_AT, role=ROLE)


def test_everybody_in_post_has_a_file_and_the_list_says_where_it_goes(people_home: PeopleHome, issued: Path) -> None:
    rows = list(csv.DictReader((issued / "deliver.csv").read_text("utf-8-sig").splitlines()))
    pages = {path.name for path in issued.glob("*.html")}
    assert len(pages) == 13, "all fourteen but Ben, who left in March"
    assert {row["file"] for row in rows} == pages
    [dee] = [row for row in rows if row["name"] == "Dee Dale"]
    assert dee == {
        "file": people_home.file(issued, "Z900004").name,
        "name": "Dee Dale",
        "e-mail": "dee.dale@council.example",
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in issued.iterdir()} == {0o600}


def test_page_has_every_kind_of_figure_and_how_it_was_made(people_home: PeopleHome, issued: Path) -> None:
    """P2. Dee's June to August 2026 has one day of one asked for; September makes two of two."""
    page = people_home.page(issued, "Z900004")
    assert "Regular: at least 4 days in three months, in at least 2 of them, fewer for part-time" in page
    assert "2026-09 1 1 0 0 yes" in page
    assert "2026-06 0 0 0 0 not in these three months" in page
    assert "Registration year to Different pieces Reflected on with a peer 30 November 2025 1 2" in page
    assert re.search(r"Round Use of evidence in the year before 2026-A \w+ ", page)
    assert "2026-08 0.5 8 0.4" in page
    assert "Managers' returns per report" in page
    assert re.search(r"September 2026 yes manager_classification_reports [0-9a-f]{8} row 6", page)
    assert "EX-41" in page
    assert re.search(r"2026-C .*progressed panel", page)
    assert "Disputed of 2026-03 since 1 November 2026" in page


def test_page_names_nobody_else_and_compares_with_nobody(people_home: PeopleHome, issued: Path) -> None:
    page = people_home.page(issued, "Z900004")
    raw = people_home.file(issued, "Z900004").read_text("utf-8")
    assert re.findall(r"[pg][0-9a-f]{20}", raw) == []
    assert not any(name in page for name in ("Ida", "Ada Ashdown", "Z900009"))
    assert COMPARES.findall(page) == []


def test_page_says_what_is_not_collected(people_home: PeopleHome, issued: Path) -> None:
    page = people_home.page(issued, "Z900001")
    assert "What is not collected" in page
    assert "Times of day, addresses and devices" in page


def test_month_nobody_was_counted_in_is_told(people_home: PeopleHome) -> None:
    with pytest.raises(SettingsProblem, match=r"no staff of 2024-01 yet: practice-metrics run --month 2024-01"):
        write_own_pages(people_home.home, council.MONTH.replace(year=2024, month=1), council.AS_AT, role=ROLE)


def test_scores_of_quizzes_and_the_managers_word_are_on_ones_own_page_only(
    people_home: PeopleHome, issued: Path
) -> None:
    """Ada's quiz of May 2025 is older than twelve months; asked for as of October 2025 her page has its scores."""
    then = write_own_pages(people_home.home, council.MONTH.replace(year=2025), council.AS_AT, role=ROLE)
    ada = people_home.page(then, "Z900001")
    assert re.search(r"6 May 2025 ACT-10 quiz completed .* 40 80 logged learning [0-9a-f]{8} row 2", ada)
    others = [path for path in then.glob("g*.html") if path != people_home.file(then, "Z900001")]
    assert not [path for path in others if " 40 80 logged" in words(path.read_text("utf-8"))]
