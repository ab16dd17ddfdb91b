"""Logs and statements that other projects publish, read unmodified: what each holds for its feed, in counts.

Worked by hand for the short files; for the long log the statuses and decorations were counted with other tools.
"""

import datetime
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import Reading, read_file
from tests.real.test_counter_files import FILES

pytestmark = pytest.mark.real

PROXY, MOODLE, XAPI = (FILES / name for name in ("ezproxy_logs_ezpaarse", "moodle_logs_ad1529", "xapi_moodle_logstore"))
CONTRACTS = load_contracts()


LONG = (
    "283 requests, 202 of them uses. Left out: 62 redirected or refused; 8 images, styles, scripts and other than GET "
    "or POST; 11 second clicks within 30 seconds."
)


class Reader:
    """Reads a file by its feed, with the usual limit of rejected rows."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.connection = folder, duckdb.connect()

    def read(self, feed: str, path: Path) -> Reading:
        return read_file(self.connection, path, CONTRACTS[feed], self.folder, max_rejected_share=0.05)

    def rows(self, columns: str) -> list[tuple[object, ...]]:
        return self.connection.execute(f"select {columns} from typed_rows order by all").fetchall()


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.mark.parametrize(("name", "n_rows", "told"), [
    # 38 and 24 redirects; 8 images and scripts; 11 of the rest within 30 seconds of the same page.
    ("sd.2012-11-30.300.log", 11, LONG),
    ("sd.2012-11-30.300.csv", 11, LONG),
    # THEODORE 3 pages and 5 clicks, NICK 4 and 3, DARYL 2 and 2.
    ("sd.duplicates.log", 3, "19 requests, 9 of them uses. Left out: 10 second clicks within 30 seconds."),
])  # fmt: skip
def test_log_of_a_proxy_becomes_a_row_for_each_person_day_and_kind(
    name: str, n_rows: int, told: str, reader: Reader
) -> None:
    reading = reader.read("resource_usage", PROXY / name)
    assert (reading.n_accepted, reading.n_rejected, reading.warnings) == (n_rows, 0, [told])
    # All on French clocks soon after midnight, so on the day before in the United Kingdom.
    days = reader.rows("distinct usage_date, resource_id, resource_type")
    assert days[0] == (datetime.date(2012, 11, 29), "sciencedirect.com", "research")
    assert {cells[1:] for cells in days} == {("sciencedirect.com", "research")}


def test_log_and_its_table_name_the_same_people(reader: Reader) -> None:
    found = []
    for suffix in ("log", "csv"):
        reader.read("resource_usage", PROXY / f"sd.2012-11-30.300.{suffix}")
        found.append(reader.rows("person_id, usage_date, resource_type"))
    assert found[0] == found[1]


@pytest.mark.parametrize(("name", "rule", "said"), [
    ("cut.log", "no_use", "1 to sites the feed does not list. Sites not listed: pubs.acs.org."),
    ("sd.denied.log", "no_use", "None of the 2 requests is a use of a resource: 2 redirected or refused."),
    ("sd.wrong-first-line.log", "too_many_rejected", "1 of 3 rows break a rule"),
    ("multiformat/ul.ezproxy.log", "no_people", "Option LogUser"),
    ("multiformat/univ_lyon.ezproxy.log", "no_people", "Option LogUser"),
    ("multiformat/univ_rennes1.ezproxy.log", "no_people", "Option LogUser"),
])  # fmt: skip
def test_log_that_cannot_be_used_is_refused_in_words(name: str, rule: str, said: str, reader: Reader) -> None:
    refusal = reader.read("resource_usage", PROXY / name).refusal
    assert refusal is not None
    assert refusal.rule == rule
    assert said in refusal.message


def test_prose_in_the_first_line_is_rejected_with_its_place(reader: Reader) -> None:
    reading = reader.read("resource_usage", PROXY / "sd.wrong-first-line.log")
    assert [(problem.row, problem.rule) for problem in reading.problems] == [(1, "not_a_log_line")]


def test_moodle_log_has_two_things_opened_by_one_person(reader: Reader) -> None:
    """Of 20 rows 13 are guests', 3 of user 58 and 2 of user 287 say nothing of learning."""
    reading = reader.read("learning", MOODLE / "example_platform_logs.csv")
    assert (reading.layout, reading.n_accepted, reading.n_rejected) == ("moodle_log", 2, 0)
    assert reader.rows("person_id, activity_id, mode, outcome") == [
        ("287", "cm-3364", "other", "viewed"), ("287", "cm-4051", "reading", "viewed"),
    ]  # fmt: skip
    assert "5 rows that say nothing of learning done" in reading.warnings[0]
    assert "13 rows of guests" in reading.warnings[0]


def test_extract_of_moodles_log_table_is_no_log(reader: Reader) -> None:
    refusal = reader.read("learning", MOODLE / "example_database_data.csv").refusal
    assert refusal is not None
    assert refusal.rule == "log_table"


def statements(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((XAPI / name).read_text("utf-8"))
    return found


# With a time added, as the publisher of the statements says a test must.
WITH_TIME = {
    "core__badge_awarded__user_achieved_badge.json": [("1", "badge", "completed")],
    "core__badge_revoked__user_forfeited_badge.json": [("2", "badge", "taken_back")],
    "core__course_completed__completing_existing_course.json": [("1", "course", "completed")],
    "core__course_module_completion_update__uncompleting_existing_module.json": [("1", "reading", "taken_back")],
    "mod_facetoface__take_attendance__existing_attendance_taken.json": [("2", "course", "completed")],
    "mod_quiz__attempt_submitted__multichoice.json": [("1", "quiz", "completed")],
    "mod_scorm__scoreraw_submitted__existing_scoreraw_submitted.json": [("1", "e_learning", "completed")],
}


def test_every_file_of_statements_is_run() -> None:
    assert {path.name for path in XAPI.glob("*.json")} == {
        *WITH_TIME,
        "mod_feedback__response_submitted__textarea_anon.json",
    }


@pytest.mark.parametrize("name", WITH_TIME)
def test_statements_without_a_time_are_refused_and_with_one_are_learning(name: str, reader: Reader) -> None:
    reading = reader.read("learning", XAPI / name)
    assert [(problem.column, problem.rule) for problem in reading.problems] == [("learning_date", "missing")]
    assert reading.refusal is not None
    path = reader.folder / "timed.json"
    path.write_text(json.dumps([each | {"timestamp": "2026-09-10T10:00:00Z"} for each in statements(name)]), "utf-8")
    assert reader.read("learning", path).n_rejected == 0
    assert reader.rows("person_id, mode, outcome") == WITH_TIME[name]


def test_quiz_of_50_in_100_is_a_score_of_50_though_scaled_says_nought(reader: Reader) -> None:
    path = reader.folder / "timed.jsonl"
    found = statements("mod_quiz__attempt_submitted__multichoice.json")
    path.write_text("".join(json.dumps(each | {"timestamp": "2026-09-10"}) + "\n" for each in found), "utf-8")
    reader.read("learning", path)
    assert reader.rows("post_score::double, round(minutes::double, 3), activity_id") == [
        (50, 0.017, "http://www.example.org/mod/quiz/view.php?id=1")
    ]


def test_anonymous_participant_is_nobody(reader: Reader) -> None:
    refusal = reader.read("learning", XAPI / "mod_feedback__response_submitted__textarea_anon.json").refusal
    assert refusal is not None
    assert "2 statements of anonymous people" in refusal.message
