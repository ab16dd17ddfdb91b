"""One file into typed rows and typed problems: read = accepted + rejected, row numbers as an editor shows them."""

import csv
import datetime
from pathlib import Path

from dagster_project.exports.check import check_file
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.exports.error_report import write_report
from dagster_project.home import Home, make_home
from tests.unit.visits import CONTRACT, GOOD, HEAD, Reader, column, problems, row, text

DECISIONS = Contract(
    feed="visits", title="t", about="a", owner="o", controller="c", lawful_basis="l", retention_class="hr",
    audience=["hr"], domain="d",
    delivery="append", period="day", key=["visit_id"], due_days=5,
    columns=[
        column("visit_id", "Visit ID", required=True),
        column("day", "Date", "date", required=True),
        column("outcome", "Outcome", "choice", choices={"granted": [], "refused": [], "pending": []}),
        column("decided_on", "Decided on", "date", required_where={"outcome": ["granted", "refused"]}),
        column("has_reasons", "Reasons", "boolean", required_where={"outcome": ["granted", "refused"]}),
    ],
)  # fmt: skip


def test_cell_needed_beside_another_rejects_the_row_where_it_is_missing(read: Reader) -> None:
    """A decision without its record was loaded; a row that needs none was rejected for lacking one."""
    reading = read(
        "Visit ID,Date,Outcome,Decided on,Reasons\n"
        "V1,01/09/2026,granted,02/09/2026,no\n"
        "V2,01/09/2026,Granted,,yes\n"
        "V3,01/09/2026,refused,-,n/a\n"
        "V4,01/09/2026,pending,,\n"
        "V5,01/09/2026,,,\n"
        "V6,01/09/2026,refused,31/02/2026,yes\n"
        "V7,01/09/2026,perhaps,,\n",
        contract=DECISIONS,
    )
    assert [(p.row, p.column, p.rule) for p in reading.problems] == [
        (3, "decided_on", "missing_here"), (4, "decided_on", "missing_here"), (4, "has_reasons", "missing_here"),
        (7, "decided_on", "not_a_date"), (8, "outcome", "unknown_choice"),
    ]  # fmt: skip
    assert [row for _, row in read.rows()] == ["V1", "V4", "V5"]
    assert (reading.n_read, reading.n_accepted, reading.n_rejected) == (7, 3, 4)


def test_column_needed_beside_another_may_be_absent_only_where_nothing_needs_it(read: Reader) -> None:
    head = "Visit ID,Date,Outcome,Reasons\n"
    assert read(head + "V1,01/09/2026,pending,\n", contract=DECISIONS).problems == []
    [problem] = read(head + "V1,01/09/2026,granted,yes\n", contract=DECISIONS).problems
    assert (problem.row, problem.column, problem.rule) == (2, "decided_on", "missing_here")


def test_good_file_is_typed_under_the_rows_numbers(read: Reader) -> None:
    reading = read(text(row("V1"), row("V2", Minutes="", Team="", Name="")))
    assert (reading.n_read, reading.n_accepted, reading.n_rejected, reading.refusal) == (2, 2, 0, None)
    assert read.rows("_row_number, visit_id, person_id, full_name, day, minutes, team") == [
        (2, "V1", "A1", "Jo Bloggs", datetime.date(2026, 9, 1), 45, "North"),
        (3, "V2", "A1", None, datetime.date(2026, 9, 1), None, "none"),
    ]


def test_column_no_contract_names_is_never_read(read: Reader) -> None:
    reading = read(text([*GOOD, "secret"], head=[*HEAD, "Notes"]))
    assert reading.n_unused_columns == 1
    for table in read.tables:
        found = read.connection.execute(f"select * from {table}")
        assert "Notes" not in [name for name, *_ in found.description or []]
        assert "secret" not in str(found.fetchall())


def test_every_bad_cell_is_told_by_row_column_and_rule(read: Reader) -> None:
    reading = read(
        text(row("V1"), row("", Staff_ID=""), row("V3", Date="31/02/2026", Minutes="1.5"), row("V4", Date="12/31/2026"),
             row("V5", Minutes="601"), row("V6", Date="31/12/1999"), row("V7", Name="x" * 201), row("V8")),
    )  # fmt: skip
    assert problems(reading) == [
        (3, "person_id", "missing"), (3, "visit_id", "missing"), (4, "day", "not_a_date"),
        (4, "minutes", "not_a_whole_number"), (5, "day", "not_a_date"), (6, "minutes", "above_maximum"),
        (7, "day", "below_minimum"), (8, "full_name", "too_long"),
    ]  # fmt: skip
    assert (reading.n_read, reading.n_accepted, reading.n_rejected) == (8, 2, 6)
    assert read.rows() == [(2, "V1"), (9, "V8")]


def test_row_numbers_count_blank_rows_and_rows_of_several_lines(read: Reader) -> None:
    content = "Visits\r\n\r\n" + text(row("V1", Team="a\nb"), [], [""] * 6, row("V2", Date="never"), row("V3"))
    reading = read(content)
    assert problems(reading) == [(7, "day", "not_a_date")]
    assert read.rows() == [(4, "V1"), (8, "V3")]
    assert reading.n_read == 3


def test_ragged_rows_are_rejected_too_long_and_padded_too_short(read: Reader) -> None:
    reading = read(text(row("V1"), [*row("V2"), "x"], row("V3")[:4], row("V4")[:3]))
    assert problems(reading) == [(3, "", "ragged_row"), (5, "day", "missing")]
    assert read.rows("visit_id, minutes, team") == [("V1", 45, "North"), ("V3", None, "none")]
    assert (reading.n_read, reading.n_rejected) == (4, 2)


def test_rows_that_share_a_key_are_kept_once_if_the_same_and_all_rejected_if_not(read: Reader) -> None:
    reading = read(
        text(row("V1"), row("V2"), row("V1", Staff_ID=" A1 ", Date="2026-09-01"), row("V2", Minutes="46"), row("V2"),
             row("V3"), row("V4", Date="x"), row("V4")),
    )  # fmt: skip
    assert problems(reading) == [
        (3, "visit_id", "duplicate_key"), (5, "visit_id", "duplicate_key"), (6, "visit_id", "duplicate_key"),
        (8, "day", "not_a_date"),
    ]  # fmt: skip
    assert read.rows() == [(2, "V1"), (7, "V3"), (9, "V4")]
    assert (reading.n_read, reading.n_accepted, reading.n_rejected) == (8, 4, 4)


def test_rows_that_differ_in_a_name_only_share_a_key_too(read: Reader) -> None:
    assert problems(read(text(row("V1"), row("V1", Name="")))) == [
        (2, "visit_id", "duplicate_key"),
        (3, "visit_id", "duplicate_key"),
    ]


def test_file_with_too_many_rejected_rows_is_refused_whole(read: Reader) -> None:
    rows = [row(f"V{n}", Minutes="x" if n < 7 else "45") for n in range(100)]
    assert read(text(*rows), 0.07).refusal is None, "7 of 100 are 7%, whatever 0.07 * 100 is in floats"
    refused = read(text(*rows), 0.065)
    assert refused.refusal is not None
    assert refused.refusal.message == ("7 of 100 rows break a rule; at most 6.5% may. Nothing of the file was loaded.")
    assert (refused.n_accepted, refused.n_rejected, len(refused.problems)) == (0, 7, 7)
    assert "typed_rows" not in read.tables, "nobody can load by mistake what was refused"


def test_refused_file_leaves_no_rows_of_the_file_before(read: Reader) -> None:
    assert read(text(row("V1"))).refusal is None
    assert read("nonsense").refusal is not None
    assert "typed_rows" not in read.tables


def test_nothing_to_read_is_refused_in_words(read: Reader) -> None:
    for content, rule in {"": "empty_file", text(): "no_rows", text([], [" "] * 6): "no_rows"}.items():
        reading = read(content)
        assert (reading.refusal and reading.refusal.rule, reading.n_accepted) == (rule, 0)


def test_days_before_the_notice_are_rejected_for_monitoring_feeds_only(read: Reader) -> None:
    notice = datetime.date(2026, 9, 2)
    content = text(row("V1", Date="01/09/2026"), row("V2", Date="02/09/2026"), row("V3", Date="1999-01-01"))
    reading = read(content, notice_given_on=notice)
    assert problems(reading) == [(2, "day", "before_notice"), (4, "day", "below_minimum")]
    assert read.rows() == [(3, "V2")]
    open_feed = CONTRACT.model_copy(update={"monitoring": False})
    assert problems(read(content, contract=open_feed, notice_given_on=notice)) == [(4, "day", "below_minimum")]


def test_report_to_the_sender_says_rows_and_mends_and_no_value(read: Reader, tmp_path: Path) -> None:
    reading = read(text(row("V1"), row("V2", Date="Jo's birthday", Minutes="many"), [*row("V3"), "Bloggs"]))
    report = tmp_path / "report.csv"
    write_report(report, reading, CONTRACT)
    lines = list(csv.reader(report.read_text("utf-8-sig").splitlines()))
    assert [line[:3] for line in lines] == [
        ["row", "column", "rule"], ["3", "Date", "not_a_date"], ["3", "Minutes", "not_a_whole_number"],
        ["4", "", "ragged_row"],
    ]  # fmt: skip
    assert not {"Jo", "birthday", "many", "Bloggs"} & set(report.read_text("utf-8-sig").replace("'", " ").split())
    write_report(report, read(text(row("V1"))), CONTRACT)
    assert not report.exists(), "a mended file leaves no old report behind"


def test_check_says_what_loading_would_and_keeps_nothing(tmp_path: Path) -> None:
    home: Home = make_home(tmp_path / "home", {"max_rejected_share": 0.5})
    before = sorted(path for path in home.root.rglob("*"))
    path = tmp_path / "s.csv"
    path.write_text("Supervision ID,Staff ID,Date,Kind,Status\nS1,A1,2026-09-01,1:1,held\nS2,A1,2026-09-31,1:1,held\n")
    contract = load_contracts()["supervision"]
    found = check_file(path, contract, home)
    assert {name: found[name] for name in ("layout", "accepted", "rejected")} == {
        "layout": "columns", "accepted": 1, "rejected": 1,
    }  # fmt: skip
    assert [(error["row"], error["column"]) for error in found["errors"]] == [(3, "Date")]
    refused = check_file(path, contract, None)
    assert (refused["layout"], refused["accepted"], refused["errors"][0]["rule"]) == (None, 0, "too_many_rejected")
    assert sorted(path for path in home.root.rglob("*")) == before
