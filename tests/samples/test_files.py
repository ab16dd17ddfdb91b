"""The samples: the same every time, as large as asked, never past the last month, faulty only where planted."""

import csv
import datetime
import hashlib
import re
from collections import Counter, defaultdict
from pathlib import Path

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import read_file
from dagster_project.samples import Samples, generate, generate_samples
from tests.samples.year import END, SHAPE

OCTOBER = datetime.date(2025, 10, 31)  # after the census and a survey, with a round of pay progression
DATE_HEADINGS = {"supervision": "Date of supervision", "audits": "Date of audit", "resource_usage": "Access date"}
# The smallest set's bytes. It changes only when the samples are meant to change, never with Python or the machine.
SMALLEST_SET = "42ef6e21fe1a737c4ece73b181fb3c092e46838d05448481a285aef46171f303"


def digests(files: list[Path]) -> dict[str, str]:
    return {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_generate_same_arguments_same_bytes(samples: Samples, tmp_path: Path) -> None:
    assert digests(generate(tmp_path, **SHAPE, end_month=END)) == digests(samples.files)


def test_generate_other_seed_other_people(samples: Samples, tmp_path: Path) -> None:
    first = digests(samples.files)
    other = digests(generate(tmp_path, **(SHAPE | {"seed": 4}), end_month=END))
    of_one_manager = re.compile(r"manager_returns_\d{4}-\d{2}_\d{2}\.csv")  # how many send something is drawn
    assert {n for n in other if not of_one_manager.search(n)} == {n for n in first if not of_one_manager.search(n)}
    is_kept_by_hand = re.compile(r"^(targets|chart_changes|learning_activities)/").match
    drawn = [{digest for name, digest in each.items() if not is_kept_by_hand(name)} for each in (first, other)]
    assert not drawn[0] & drawn[1]


def test_generate_smallest_set_matches_recorded_hashes(tmp_path: Path) -> None:
    """Guards against dict order, locale or a library's own randomness getting into the files."""
    files = generate(tmp_path, seed=1, staff=16, months=4, usage_events=300, end_month=END)
    texts = {name: digest for name, digest in digests(files).items() if not name.endswith(".xlsx")}
    together = hashlib.sha256("\n".join(f"{name} {texts[name]}" for name in sorted(texts)).encode()).hexdigest()
    assert together == SMALLEST_SET


def test_generate_files_lie_in_their_feeds_folder(samples: Samples) -> None:
    n_files = Counter(path.parent.name for path in samples.files)
    assert n_files == {
        "workforce": 12,
        "supervision": 4,
        "resource_usage": 4,
        "audits": 4,
        "protected_time": 4,
        "pay_progression": 2,
        "manager_classification": 13,
        "manager_classification_reports": 4,
        "surveys": 2,
        "caseload": 4,
        "timeliness": 4,
        "consultations": 4,
        "access_checks": 4,
        "casebook": 4,
        "counter_usage": 5,
        "published_statistics": 2,
        "cases": 2,
        "exits": 1,
        "workforce_census": 1,
        "feedback": 4,
        "court_analyses": 1,
        "targets": 1,
        "registers": 1,
        "appraisals": 1,
        "learning_needs": 1,
        "chart_changes": 1,
        "learning": 4,
        "learning_activities": 1,
        "cpd": 4,
        "case_file_examples": 1,
        "challenges": 1,
        "identifiers": 1,
    }
    assert len({path.name for path in samples.files}) == len(samples.files)


def test_generate_faults_are_exactly_what_the_contracts_reject(
    samples: Samples, read: duckdb.DuckDBPyConnection
) -> None:
    planted = {(str(fault.path), fault.line, fault.column, fault.rule) for fault in samples.faults}
    assert len(planted) == 31
    assert set(read.execute("from rejected").fetchall()) == planted


def test_generate_faults_stay_under_one_row_in_a_hundred(samples: Samples, tmp_path: Path) -> None:
    for path, n_faults in Counter(fault.path for fault in samples.faults if fault.path.suffix == ".csv").items():
        assert n_faults * 100 <= len(path.read_bytes().splitlines()) - 1
    small = generate_samples(tmp_path, staff=30, months=3, usage_events=200, end_month=END)
    assert {fault.feed for fault in small.faults} == {"cases"}, "the one file of several years"


def test_generate_faults_in_every_feed_are_told_by_row_and_rule(tmp_path: Path) -> None:
    """Of every contract, in every form of file the samples have; all other rows of those files are good."""
    contracts, connection = load_contracts(), duckdb.connect()
    samples = generate_samples(
        tmp_path, staff=60, months=2, usage_events=200, end_month=OCTOBER, faults_in_every_feed=True
    )
    told = set()
    for path, feed in sorted({(fault.path, fault.feed) for fault in samples.faults}):
        reading = read_file(connection, path, contracts[feed], tmp_path, max_rejected_share=1)
        assert reading.refusal is None, f"{path.name}: {reading.refusal}"
        told |= {(path, feed, problem.row, problem.column, problem.rule) for problem in reading.problems}
    planted = {(fault.path, fault.feed, fault.line, fault.column, fault.rule) for fault in samples.faults}
    assert told == planted
    assert {feed for _, feed, *_ in planted} == set(contracts)


def test_generate_no_data_outside_the_months(read: duckdb.DuckDBPyConnection) -> None:
    for feed, column in {
        "workforce": "month",
        "supervision": "supervision_date",
        "resource_usage": "usage_date",
        "audits": "audit_date",
        "protected_time": "session_date",
        "learning": "learning_date",
        "cpd": "entry_date",
        "counter_usage": "month",
    }.items():
        months = read.execute(f"select distinct date_trunc('month', {column})::date from {feed} order by 1").fetchall()
        assert len(months) == 12, feed
        assert (months[0][0], months[-1][0]) == (datetime.date(2024, 10, 1), datetime.date(2025, 9, 1)), feed


def test_generate_each_file_holds_its_own_month_only(samples: Samples) -> None:
    for path in [p for p in samples.files if p.parent.name == "resource_usage" and "_to_" not in p.name]:
        faulty = {fault.line for fault in samples.faults if fault.path == path}
        with path.open(encoding="utf-8", newline="") as file:
            dates = [row["Access date"] for line, row in enumerate(csv.DictReader(file), 2) if line not in faulty]
        assert {date[:7] for date in dates} == {path.stem[-7:]}


def test_generate_sends_all_but_the_last_three_months_as_one_file(tmp_path: Path) -> None:
    files = generate(tmp_path, staff=16, usage_events=300, months=6, end_month=END)
    for feed in ("supervision", "audits", "resource_usage"):
        [history] = [path for path in files if path.parent.name == feed and "_to_" in path.name]
        monthly = sorted(path.stem[-7:] for path in files if path.parent.name == feed and path != history)
        assert monthly == ["2025-07", "2025-08", "2025-09"]
        assert "2025-04_to_2025-06" in history.name
        with history.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        months = Counter(re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\3-\2", row[DATE_HEADINGS[feed]])[:7] for row in rows)
        assert {"2025-04", "2025-05", "2025-06"} <= set(months)
        assert max(months) == "2025-06"
    assert len([path for path in files if path.parent.name == "workforce"]) == 6


@pytest.mark.parametrize("usage_events", [0, 1, 999, 50_000])
def test_generate_usage_rows_number_exactly_as_asked(tmp_path: Path, usage_events: int) -> None:
    files = generate(tmp_path, staff=40, months=5, usage_events=usage_events, end_month=END)
    usage = [path for path in files if path.parent.name == "resource_usage"]
    assert sum(len(path.read_bytes().splitlines()) - 1 for path in usage) == usage_events


def test_generate_usage_rows_never_share_a_key(samples: Samples, read: duckdb.DuckDBPyConnection) -> None:
    """A repeated key would be dropped as a duplicate, and the number of rows would not be the one asked for."""
    key = ", ".join(load_contracts()["resource_usage"].key)
    n_rows, n_keys = read.execute(f"select count(*), count(distinct ({key})) from resource_usage").fetchone()
    n_faulty = sum(fault.feed == "resource_usage" for fault in samples.faults)
    assert n_rows == n_keys == 12_000 - n_faulty


def test_generate_more_usage_than_possible_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give more staff or more months"):
        generate(tmp_path, staff=16, months=1, usage_events=1_000_000, end_month=END)


def test_generate_too_few_staff_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 16 staff"):
        generate(tmp_path, staff=5, end_month=END)


def test_workforce_files_come_in_four_encodings(samples: Samples) -> None:
    first, bom, cp1252, workbook = [path for path in samples.files if path.parent.name == "workforce"][:4]
    assert not first.read_bytes().startswith(b"\xef\xbb\xbf")
    assert first.read_bytes().decode("utf-8")
    assert bom.read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        cp1252.read_bytes().decode("utf-8")
    assert "Zoë" in cp1252.read_bytes().decode("cp1252")
    assert workbook.suffix == ".xlsx"


def test_identifiers_are_fictional_and_easy_to_search_for(samples: Samples, read: duckdb.DuckDBPyConnection) -> None:
    people = read.execute(
        "select distinct person_id, email, registration_number from workforce where role <> 'other'"
    ).fetchall()
    for person_id, email, registration in people:
        assert re.fullmatch(r"P\d{6}", person_id)
        assert re.fullmatch(r"[a-z.\-]+\d+@fictional-council\.example", email)
        assert re.fullmatch(r"SW\d{10}", registration)
    assert len({p for p, _, _ in people}) == len({e for _, e, _ in people}) == len({r for _, _, r in people})
    columns = defaultdict(set)
    for path in [path for path in samples.files if path.suffix == ".csv"]:
        encoding = "cp1252" if path.stem.endswith("2024-12") and path.parent.name == "workforce" else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            for row in csv.DictReader(file):
                for heading, cell in row.items():
                    if re.search(r"P\d{6}", cell):
                        columns[path.parent.name].add(heading)
        assert not re.search(r"P\d{6}|SW\d{10}|@", path.name)
    assert columns == {
        "workforce": {"Employee number", "Line manager ID"},
        "supervision": {"Worker ID", "Supervisor ID"},
        "audits": {"Worker ID"},
        "protected_time": {"Worker ID"},
        "caseload": {"Worker ID"},
        "consultations": {"Line manager ID"},
        "learning": {"Learner ID"},
        "cpd": {"Worker ID"},
        "resource_usage": {"User ID"},
        "casebook": {"User ID"},
        "exits": {"Employee number"},
        "case_file_examples": {"Staff ID"},
        "challenges": {"Staff ID"},
        "pay_progression": {"Employee number"},
        "manager_classification": {"Line manager ID"},
        "manager_classification_reports": {"Line manager ID", "Employee number"},
    }


def test_counter_reports_have_the_official_layout(samples: Samples, read: duckdb.DuckDBPyConnection) -> None:
    for path in [path for path in samples.files if path.name.startswith("PR_")]:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        lines = path.read_text(encoding="utf-8-sig").split("\n")
        assert lines[0].split("\t")[:2] == ["Report_Name", "Platform Report"]
        assert lines[12].startswith("Registry_Record\t")
        assert lines[13].strip("\t") == ""
        assert lines[14].startswith("Platform\tData_Type\tAccess_Method\tMetric_Type\tReporting_Period_Total\t")
        for line in lines[15:-1]:
            total, *counts = map(int, line.split("\t")[4:])
            assert total == sum(counts)
    smaller = read.execute(
        "select count(*) from counter_usage u join counter_usage t using (platform, data_type, access_method, month)"
        " where u.metric_type = 'Unique_Item_Requests' and t.metric_type = 'Total_Item_Requests'"
        " and u.n_uses > t.n_uses"
    ).fetchone()
    assert smaller == (0,)
