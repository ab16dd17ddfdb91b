"""The fictional council with a policy, case-file examples and challenges, after its month.

Belongs here: making it, reading its issued pages. Does not belong here: any claim.
"""

import csv
import html
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from dagster_project import steps
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.people.policy import Policy, load_policies
from dagster_project.verdicts import passed
from tests.council import council
from tests.dbt_home import prepare
from tests.people.policies import write
from tests.people.small_home import made_small_home

EXAMPLES = [
    ["Staff ID", "Example", "Submitted on", "Evidence used", "Verified by", "Verified on"],
    ["Z900004", "EX-41", "02/02/2026", "Research", "Practice educator", "09/02/2026"],
    ["Z900005", "EX-51", "02/03/2026", "Case law", "Line manager", "09/03/2026"],
    ["Z900005", "EX-52", "03/03/2026", "Law", "", ""],
]
CHALLENGES = [
    ["Challenge", "Staff ID", "Raised on", "Disputed feed", "Disputed month", "Answer", "Answered on", "Answered by"],
    ["CH-1", "Z900004", "01/11/2026", "resource_usage", "2026-03", "", "", ""],
    ["CH-2", "Z900005", "01/11/2026", "Supervision", "", "Figure is right", "05/11/2026", "PSW"],
]
LATER_FEEDS = {"case_file_examples": EXAMPLES, "challenges": CHALLENGES}


@dataclass(frozen=True)
class PeopleHome:
    """A home, and the texts of pages issued from it."""

    home: Home

    def person(self, staff_id: str) -> str:
        return self.home.keys.person_id(staff_id)

    def page(self, issued: Path, staff_id: str) -> str:
        return words(self.file(issued, staff_id).read_text("utf-8"))

    def file(self, issued: Path, staff_id: str) -> Path:
        return issued / f"{self.home.keys.page_id(self.person(staff_id))}.html"


def words(page: str) -> str:
    """What a page says, without its marks and its style."""
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def deliver(home: Home, feed: str, rows: list[list[str]]) -> None:
    """A file of a feed through its gate into `raw`, as a run takes it in."""
    path = home.inbox / feed / "later.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    run = prepare(home)
    steps.land(run)
    steps.stage_feed(run, feed)
    assert passed(steps.judge_feed(run, feed))
    steps.load_feed(run, feed)


def made_people_home(folder: Path, council_home: Home) -> PeopleHome:
    """A copy of the council that may be changed."""
    shutil.copytree(council_home.root.parent, folder, symlinks=True)
    home = Home(folder / council_home.root.name)
    council.write_assessment(home.root)
    write(home.policies)
    for feed, rows in LATER_FEEDS.items():
        deliver(home, feed, rows)
    return PeopleHome(home)


@pytest.fixture(scope="session")
def people_home(tmp_path_factory: pytest.TempPathFactory, council_home: Home) -> PeopleHome:
    """Shared: issue pages, change nothing else."""
    return made_people_home(tmp_path_factory.mktemp("people") / "council", council_home)


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """The policy of these tests."""
    folder = tmp_path_factory.mktemp("policy")
    write(folder)
    return load_policies(folder, load_contracts())[0]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small home."""
    return made_small_home(tmp_path_factory.mktemp("small"))


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Home:
    """A copy of it that may be changed."""
    shutil.copytree(loaded, tmp_path / "copy")
    return Home(tmp_path / "copy" / "home")
