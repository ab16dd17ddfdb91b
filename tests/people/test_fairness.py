"""The fairness report: sealed answers, groups worked by hand, and no small number anywhere."""

import csv
import datetime
import re
import shutil
from pathlib import Path

import pytest

from dagster_project.home import Home
from dagster_project.identity.keys import Keys
from dagster_project.people.characteristics import (
    answers_of,
    forget,
    key_path,
    open_characteristics,
    sealed_file,
    take_in,
)
from dagster_project.people.fairness import Entry, GroupResult, by_group, write_fairness
from dagster_project.people.retention import retention
from dagster_project.problems import KeyProblem, SettingsProblem
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from tests.council import council
from tests.people.conftest import PeopleHome, words

ROLE = "Equality lead"
HEADINGS = "Staff ID,Recorded on,Sex,Age band,Ethnicity,Disability,Religion or belief\n"
# Women 18 of 30, men 6 of 20; the ratio of men is 0.3 / 0.6. Seven of whom nothing is known, three of them in.
ROWS = [Entry(f"w{n}", n < 18) for n in range(30)] + [Entry(f"m{n}", n < 6) for n in range(20)]
ROWS += [Entry(f"x{n}", n < 3) for n in range(7)]
SEX = {each.person_id: {"w": "female", "m": "male"}.get(each.person_id[0], "not known") for each in ROWS}


def results(rows: list[Entry], sex: dict[str, str]) -> dict[str, GroupResult]:
    found = by_group("Stage", rows, {"sex": sex}, DisclosureSettings(), 2026)
    return {each.group: each for each in found if each.grouping in ("sex", "all")}


def test_groups_are_told_with_interval_and_ratio_to_the_highest_share() -> None:
    """F6, F14. Of whom nothing is known there are fourteen here, eight of them in."""
    many = [*ROWS, *(Entry(f"x{n}", n < 12) for n in range(7, 14))]
    found = results(many, SEX | {f"x{n}": "not known" for n in range(7, 14)})
    assert (found["female"].numerator, found["female"].denominator, found["female"].ratio) == (18, 30, None)
    assert found["male"].share is not None
    assert found["male"].share[0] == pytest.approx(0.3)
    assert found["male"].ratio is not None
    ratio, lower, upper = found["male"].ratio
    assert ratio == pytest.approx(0.5)
    assert lower < 0.5 < upper < 1
    assert found["not known"].numerator == 8
    assert found["all"].numerator == 32


def test_small_group_and_what_would_give_it_away_are_hidden() -> None:
    found = results(ROWS, SEX)
    hidden = {name for name, each in found.items() if each.numerator is None}
    assert "not known" in hidden
    assert len(hidden) >= 2, "one hidden group alone is the total less the others"


def test_identical_groups_have_a_ratio_of_one() -> None:
    rows = [Entry(f"{sex}{n}", n < 10) for sex in "wm" for n in range(20)]
    found = results(rows, {each.person_id: {"w": "female", "m": "male"}[each.person_id[0]] for each in rows})
    assert sorted(str(each.ratio and each.ratio[0]) for each in found.values() if each.group != "all") == [
        "1.0",
        "None",
    ]


@pytest.fixture
def home(people_home: PeopleHome, tmp_path: Path) -> Home:
    """A copy in which four people's answers wait in the inbox."""
    shutil.copytree(people_home.home.root.parent, tmp_path / "council", symlinks=True)
    copy = Home(tmp_path / "council" / people_home.home.root.name)
    deliver(copy, "Z900001,01/02/2026,Female,40 to 49,White,No,No religion\nZ900004,01/02/2026,Male,,,,\n")
    return copy


def deliver(home: Home, rows: str, name: str = "1.csv") -> Path:
    path = home.inbox / "protected_characteristics" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADINGS + rows, encoding="utf-8")
    return path


def test_answers_are_sealed_under_a_key_and_pseudonyms_of_their_own(home: Home) -> None:
    assert take_in(home) == 1
    assert list((home.inbox / "protected_characteristics").iterdir()) == []
    assert key_path(home).stat().st_mode & 0o777 == 0o600
    assert key_path(home).parent != home.root
    held, keys = open_characteristics(home)
    assert isinstance(keys, Keys)
    assert set(held) == {keys.person_id("Z900001"), keys.person_id("Z900004")}
    assert home.keys.person_id("Z900001") not in held
    with pytest.raises(KeyProblem):
        home.keys.open_bytes(sealed_file(home).read_bytes(), "it")
    answers = {"recorded_on": "2026-02-01", "sex": "Female", "age_band": "40 to 49", "ethnicity": "White",
               "disability": "No", "religion": "No religion"}  # fmt: skip
    assert answers_of(home, {"Z900001"}) == answers
    for layer in (home.archive, home.warehouse.parent, home.state, home.rejected, home.logs):
        assert not [path for path in layer.rglob("*") if path.is_file() and b"40 to 49" in path.read_bytes()]


def test_newest_answers_count_and_somebody_can_be_taken_out(home: Home) -> None:
    take_in(home)
    deliver(home, "Z900001,01/01/2025,Male,,,,\nZ900004,01/03/2026,Female,,,,\n")
    take_in(home)
    assert (answers_of(home, {"Z900001"})["sex"], answers_of(home, {"Z900004"})["sex"]) == ("Female", "Female")
    assert (forget(home, {"Z900001"}), forget(home, {"Z900001"}), answers_of(home, {"Z900001"})) == (1, 0, {})


def test_answers_past_their_time_are_counted_then_gone_unless_somebody_is_on_hold(home: Home) -> None:
    """P10. Kept 36 months: as at February 2029 those of February 2026 are, a month later no more."""
    take_in(home)
    (home.root / "legal_holds.yml").write_text(
        "holds: [{person: Z900004, reference: tribunal 7, set_by_role: Legal}]\n", encoding="utf-8"
    )

    def sealed_due(as_at: datetime.date, *, is_applied: bool = False) -> int:
        due = retention(home, as_at, role=ROLE, is_applied=is_applied)
        return sum(each.n for each in due if each.layer == "sealed")

    assert sealed_due(datetime.date(2029, 2, 28)) == 0
    assert sealed_due(datetime.date(2029, 3, 1)) == 1
    assert answers_of(home, {"Z900001"}) != {}
    sealed_due(datetime.date(2029, 3, 1), is_applied=True)
    assert answers_of(home, {"Z900001"}) == {}
    assert answers_of(home, {"Z900004"})["sex"] == "Male"


def test_refused_file_stays_and_a_lost_key_is_told(home: Home) -> None:
    path = deliver(home, "Z900001,soon,Female,,,,\n", "2.csv")
    with pytest.raises(SettingsProblem, match="was refused and stays in the inbox"):
        take_in(home)
    path.unlink()
    take_in(home)
    key_path(home).rename(home.root / "moved.key")
    with pytest.raises(KeyProblem, match="is missing"):
        open_characteristics(home)


def test_report_is_issued_without_small_numbers_or_people(home: Home) -> None:
    issued = write_fairness(home, 2026, council.AS_AT, role=ROLE)
    text = words((issued / "index.html").read_text("utf-8"))
    assert "Applied, of those who could" in text
    assert "hidden: small numbers" in text
    assert re.findall(r"p[0-9a-f]{20}|Z9000\d\d|Ada|Dee", text) == []
    rows = list(csv.DictReader((issued / "fairness.csv").read_text("utf-8-sig").splitlines()))
    # F2: by hours
    assert {row["grouping"] for row in rows} >= {"hours", "time away", "sex", "disability", "religion"}
    shown = [int(row["denominator"]) for row in rows if row["denominator"]]
    assert all(n >= 10 for n in shown)


def test_use_is_in_the_report_only_where_the_assessment_switches_it_on(home: Home) -> None:
    def text() -> str:
        return words(
            (write_fairness(Home(home.root), 2026, council.AS_AT, role=ROLE) / "index.html").read_text("utf-8")
        )

    assert "Regularly using evidence, of staff who are counted" in text()
    file = home.root / "assessment.yml"
    written = file.read_text("utf-8").replace("use_by_protected_group: true", "use_by_protected_group: false")
    file.write_text(written, encoding="utf-8")
    assert "Regularly using evidence, of" not in text()
    assert "the assessment does not switch that join on" in text()


def test_year_without_anything_is_told(home: Home) -> None:
    with pytest.raises(SettingsProblem, match="Nothing of 2001 is modelled"):
        write_fairness(home, 2001, datetime.date(2026, 11, 22), role=ROLE)
