"""xAPI statements and Moodle's site log as files of learning: what counts as learnt, and whose it is."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import Reading, read_file

CONTRACT = load_contracts()["learning"]
VERBS = {"uncompleted": "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/uncompleted",
         "forfeited": "https://w3id.org/xapi/tla/verbs/forfeited",
         "voided": "http://adlnet.gov/expapi/verbs/voided"}  # fmt: skip
LOG = "Time,User full name,Affected user,Event context,Component,Event name,Description,Origin,IP address"


class Reader:
    """Reads texts as files of the feed; `rows` asks what was accepted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.connection = folder, duckdb.connect()

    def read(self, text: str, name: str = "export.json") -> Reading:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return read_file(self.connection, path, CONTRACT, self.folder, max_rejected_share=0.5)

    def statements(self, *found: dict[str, Any]) -> Reading:
        return self.read(json.dumps(found))

    def rows(self, columns: str) -> list[tuple[object, ...]]:
        return self.connection.execute(f"select {columns} from typed_rows order by all").fetchall()


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def statement(
    verb: str = "completed", what: str = "quiz/1", when: str = "2026-09-10T10:00:00Z", **other: Any
) -> dict[str, Any]:
    return {
        "actor": {"account": {"homePage": "https://lms.example", "name": "A1"}, "name": "Zebedee Quillfeather"},
        "verb": {"id": VERBS.get(verb, f"http://adlnet.gov/expapi/verbs/{verb}")},
        "object": {"id": f"https://lms.example/{what}", "definition": {
            "name": {"en": "A title"}, "type": "http://adlnet.gov/expapi/activities/assessment"}},
        "timestamp": when,
    } | other  # fmt: skip


def test_credit_is_taken_back_by_what_happened_last_whatever_the_order_in_the_file(reader: Reader) -> None:
    found = [
        statement("uncompleted", "quiz/1", "2026-09-10T12:00:00Z"), statement("completed", "quiz/1"),
        statement("forfeited", "quiz/2", "2026-09-10T09:00:00Z"), statement("completed", "quiz/2"),
        statement("completed", "quiz/3"), statement("uncompleted", "quiz/3", "2026-10-02T12:00:00Z"),
        statement("completed", "quiz/4"), statement("viewed", "quiz/4", "2026-09-10T12:00:00Z"),
    ]  # fmt: skip
    assert reader.statements(*found).n_accepted == 5
    assert reader.rows("right(activity_id, 1), strftime(learning_date, '%d/%m'), outcome") == [
        ("1", "10/09", "taken_back"), ("2", "10/09", "completed"), ("3", "02/10", "taken_back"),
        ("3", "10/09", "completed"), ("4", "10/09", "completed"),
    ]  # fmt: skip


def test_statement_declared_void_gives_no_credit(reader: Reader) -> None:
    void = statement("voided") | {"object": {"objectType": "StatementRef", "id": "s1"}}
    reading = reader.statements(statement(id="s1"), statement(what="quiz/2", id="s2"), void)
    assert reader.rows("right(activity_id, 1), outcome, minutes") == [("1", "begun", None), ("2", "completed", None)]
    assert "1 statements that were declared void" in reading.warnings[0]
    assert len(reading.warnings) == 1
    again = statement(id="s3", when="2026-09-10T09:00:00Z")
    assert reader.statements(statement(id="s1"), again, void).n_accepted == 1
    assert reader.rows("outcome") == [("completed",)], "what was done twice and declared void once was done"
    elsewhere = reader.statements(statement(what="quiz/2", id="s2"), void)
    assert elsewhere.warnings[-1].startswith("1 statements that are declared void are not in this file")


@pytest.mark.parametrize("actor", [
    {"account": {"homePage": "https://lms.example", "name": "anonymous"}}, {"objectType": "Group", "member": []},
    {"mbox_sha1sum": "ab"}, {},
])  # fmt: skip
def test_anonymous_actor_is_nobody(actor: dict[str, Any], reader: Reader) -> None:
    reading = reader.statements(statement(actor=actor), statement())
    assert reader.rows("person_id") == [("A1",)]
    assert "1 statements of anonymous people or groups" in reading.warnings[0]
    refused = reader.statements(statement(actor=actor)).refusal
    assert refused is not None
    assert refused.rule == "no_learning"


@pytest.mark.parametrize(("duration", "minutes"), [
    ("PT1H30M", 90), ("PT90S", 1.5), ("PT0S", None), ("P3D", None), ("ninety", None), (90, None),
])  # fmt: skip
def test_duration_is_iso_8601_and_a_window_left_open_is_none(
    duration: object, minutes: float | None, reader: Reader
) -> None:
    reader.statements(statement(result={"duration": duration}))
    assert reader.rows("minutes::double") == [(minutes,)]


@pytest.mark.parametrize(("score", "per_cent"), [
    ({"raw": 50, "min": 0, "max": 100, "scaled": 0.0}, 50), ({"raw": 3, "min": 1, "max": 5}, 50),
    ({"scaled": 0.9}, None), ({"raw": 50}, None), ({"raw": 9, "min": 0, "max": 5}, None),
])  # fmt: skip
def test_score_is_of_the_raw_points_never_scaled(
    score: dict[str, float], per_cent: float | None, reader: Reader
) -> None:
    reader.statements(statement(result={"score": score}))
    assert reader.rows("post_score::double") == [(per_cent,)]


def test_day_is_the_one_in_the_united_kingdom_across_both_clock_changes(reader: Reader) -> None:
    whens = ["2026-03-28T23:30:00Z", "2026-03-29T23:30:00Z", "2026-10-24T23:30:00Z", "2026-10-25T23:30:00Z",
             "2026-01-01T00:30:00+01:00"]  # fmt: skip
    reader.statements(*(statement(what=f"quiz/{n}", when=when) for n, when in enumerate(whens)))
    days = [str(day) for (day,) in reader.rows("learning_date")]
    assert days == ["2025-12-31", "2026-03-28", "2026-03-30", "2026-10-25", "2026-10-25"]


def test_attempt_is_of_its_quiz_and_answers_to_single_questions_are_none(reader: Reader) -> None:
    quiz = {"contextActivities": {"parent": [{"id": "https://lms.example/quiz/7"}]}}
    attempt = {"id": "https://lms.example/attempt/99", "definition": {"type": "http://x/activities/attempt"}}
    answer = {"id": "https://lms.example/q/1", "definition": {"type": "http://x/activities/cmi.interaction"}}
    reader.statements(statement(object=attempt, context=quiz), statement("answered", object=answer),
                      statement("logged-in", "lms"))  # fmt: skip
    assert reader.rows("activity_id, mode, outcome") == [("https://lms.example/quiz/7", "quiz", "completed")]


def test_lines_of_json_are_numbered_and_one_cut_short_is_rejected_with_its_line(reader: Reader) -> None:
    lines = [json.dumps(statement(what=f"quiz/{n}")) for n in range(3)]
    reading = reader.read("\n".join([lines[0], "", lines[1], lines[2][:40]]) + "\n")
    assert (reading.n_accepted, reading.n_rejected) == (2, 1)
    assert [(problem.row, problem.rule) for problem in reading.problems] == [(4, "not_a_statement")]
    assert sorted(row for (row,) in reader.rows("_row_number")) == [1, 3]


@pytest.mark.parametrize("odd", [
    {"timestamp": "9999-12-31T23:59:00-05:00"}, {"timestamp": "0001-01-01T00:00:00+05:00"},
    {"object": {"id": "http://[broken/7#x"}}, {"actor": {"account": {"name": "\ud800"}}},
    {"result": {"score": {"raw": 10**400, "min": 0, "max": 10**401}}}, {"context": {"contextActivities": [1]}},
    {"result": {"score": {"raw": float("nan"), "min": 0, "max": 5}, "duration": [1]}},
])  # fmt: skip
def test_odd_statement_never_breaks_the_reading(odd: dict[str, Any], reader: Reader) -> None:
    reading = reader.statements(statement(), statement(what="quiz/2") | odd)
    assert (reading.refusal, reading.n_read) == (None, 2)


def test_statement_without_a_time_is_rejected_with_its_place(reader: Reader) -> None:
    untimed = statement(what="quiz/2")
    del untimed["timestamp"]
    reading = reader.statements(statement(), untimed)
    assert [(problem.row, problem.column, problem.rule) for problem in reading.problems] == [
        (2, "learning_date", "missing")
    ]


@pytest.mark.parametrize("text", [
    "[", '{"statements": [', "[1, 2, 3]", '[{"actor": 5}]', '{"a": 1}', "[" * 100_000, '[{"verb": {"id": 7}}]',
    '[{"actor": {}, "verb": {"id": "a/completed"}, "object": {"id": "x"}, "result": 5}]', "[" + "9" * 5000 + "]",
])  # fmt: skip
def test_json_that_is_no_statements_is_refused_in_words(text: str, reader: Reader) -> None:
    refusal = reader.read(text).refusal
    assert refusal is not None
    assert refusal.rule in ("broken_json", "no_statements", "no_learning")
    assert refusal.message.endswith(("again.", "export?"))


def row(when: str, who: str, event: str, description: str, component: str = "Quiz") -> str:
    return f'"{when}",{who},-,Course: A private title,{component},{event},"{description}",web,10.0.0.1'


VIEWED = "The user with id '{}' viewed the 'quiz' activity with course module id '{}'."
SUBMITTED = "The user with id '{}' has submitted the attempt with id '4' for the quiz with course module id '{}'."
UPDATED = (
    "The user with id '2' updated the completion state for the course module with id '{1}' for the user with id '{0}'."
)


def test_moodle_log_finds_people_in_descriptions_and_leaves_guests_out(reader: Reader) -> None:
    text = "\n".join([
        LOG,
        row("23/09/26, 12:09", "A B", "Quiz attempt submitted", SUBMITTED.format(58, 9)),
        row("23/09/26, 12:05", "A B", "Course module viewed", VIEWED.format(58, 9)),
        row("23/09/26, 12:04", "-", "Course module viewed", VIEWED.format(0, 9)),
        row("23/09/26, 12:03", "A B", "User has logged in", "The user with id '58' has logged in.", "System"),
        row("22/09/26, 23:59", "Teacher", "Course activity completion updated", UPDATED.format(61, 12), "Page"),
    ])  # fmt: skip
    reading = reader.read(text, "log.csv")
    assert (reading.layout, reading.n_rejected) == ("moodle_log", 0)
    assert reader.rows("person_id, learning_date::varchar, activity_id, mode, outcome") == [
        ("58", "2026-09-23", "cm-9", "quiz", "completed"),
        ("61", "2026-09-22", "cm-12", "reading", "completed"),
    ]
    told = reading.warnings[0]
    assert "1 rows of guests" in told
    assert "1 rows that say nothing" in told


def test_nothing_that_names_or_describes_gets_in_from_a_moodle_log(reader: Reader) -> None:
    reader.read(
        "\n".join([LOG, row("23/09/26, 12:09", "Zebedee", "Course module viewed", VIEWED.format(58, 9))]), "l.csv"
    )
    assert not [cell for cells in reader.rows("*") for cell in cells
                if any(word in str(cell) for word in ("Zebedee", "private", "10.0.0", "12:09"))]  # fmt: skip


def test_extract_of_moodles_log_table_is_told_apart_from_the_log(reader: Reader) -> None:
    refusal = reader.read("id,userid,courseid,relateduserid,timecreated\n1,2,0,,1606845939\n", "log.csv").refusal
    assert refusal is not None
    assert refusal.rule == "log_table"
    assert "eventname, component, contextinstanceid" in refusal.message


TABLE = "id,eventname,component,contextinstanceid,userid,courseid,relateduserid,other,timecreated"


def test_extract_with_its_events_is_read_by_the_users_numbers_and_takes_back_what_is_cleared(reader: Reader) -> None:
    """The teacher (2) ticks and clears; seconds are UTC, and 23:30 of 1 July is 00:30 of 2 July here."""
    updated = "\\core\\event\\course_module_completion_updated"
    text = "\n".join([
        TABLE,
        f'1,{updated},core,12,2,5,61,"{{""completionstate"":1}}",1790000000',
        f'2,{updated},core,12,2,5,61,"{{""completionstate"":""0""}}",1790003600',
        "3,\\mod_quiz\\event\\attempt_submitted,mod_quiz,9,58,5,\\N,N;,1782948600",
        "4,\\core\\event\\course_completed,core,5,0,5,58,,1782948601",
        "5,\\mod_page\\event\\course_module_viewed,mod_page,7,0,5,,,1782945002",
        "6,\\core\\event\\user_loggedin,core,0,58,0,,,1782945003",
    ])  # fmt: skip
    reading = reader.read(text, "table.csv")
    assert (reading.layout, reading.n_rejected) == ("moodle_table", 0)
    assert reader.rows("person_id, learning_date::varchar, activity_id, mode, outcome") == [
        ("58", "2026-07-02", "cm-9", "quiz", "completed"), ("58", "2026-07-02", "course-5", "course", "completed"),
        ("61", "2026-09-21", "cm-12", "other", "taken_back"),
    ]  # fmt: skip
    assert "1 rows of guests" in reading.warnings[0]
    assert "1 rows that say nothing" in reading.warnings[0]


def test_list_of_completions_as_totara_makes_it_is_a_plain_table(reader: Reader) -> None:
    """Its maker's own example has the date 31/06/2012."""
    reading = reader.read(
        "username,certificationshortname,certificationidnumber,completiondate,duedate\n"
        "A1,Evidence,CERT-1,30/06/2012,30/06/2014\nA2,Evidence,CERT-1,31/06/2012,\nA3,Evidence,CERT-1,01/07/2012,\n",
        "completion.csv",
    )
    assert (reading.n_accepted, reading.n_unused_columns) == (2, 2)
    assert [(problem.row, problem.column, problem.rule) for problem in reading.problems] == [
        (3, "learning_date", "not_a_date")
    ]
    assert reader.rows("person_id, activity_id, mode, outcome, channel") == [
        ("A1", "CERT-1", "course", "completed", "logged"), ("A3", "CERT-1", "course", "completed", "logged"),
    ]  # fmt: skip


def test_topic_in_words_of_its_own_is_other(reader: Reader) -> None:
    reader.read("Staff ID,Date,Activity ID,Kind of content\nA1,2026-09-10,Q1,Coping with my divorce\n", "plain.csv")
    assert reader.rows("content_kind") == [("other",)]
