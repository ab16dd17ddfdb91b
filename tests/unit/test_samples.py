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
from dagster_project.samples import Samples, generate, generate_samples, truths

END = datetime.date(2025, 9, 30)
SHAPE = {"seed": 3, "staff": 180, "months": 12, "usage_events": 12_000}
EVENT_DATES = {
    "resource_usage": "usage_date", "supervision": "supervision_date", "audits": "audit_date",
    "protected_time": "session_date",
}  # fmt: skip
# The smallest set's bytes. It changes only when the samples are meant to change, never with Python or the machine.
SMALLEST_SET = "0a501d2bb32849b8ae2eac83ba11eb3e75c03fc74c1ad80d2098c71d1de12c6d"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return generate_samples(tmp_path_factory.mktemp("samples"), **SHAPE, end_month=END)


@pytest.fixture(scope="module")
def read(samples: Samples, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Every file read by its contract: a table of accepted rows for each feed, and `rejected`."""
    connection = duckdb.connect()
    connection.execute("create table rejected (path varchar, line bigint, column_name varchar, rule varchar)")
    folder = tmp_path_factory.mktemp("clear")
    for feed, contract in load_contracts().items():
        for path in [path for path in samples.files if path.parent.name == feed]:
            reading = read_file(connection, path, contract, folder, max_rejected_share=0.05)
            assert reading.refusal is None, f"{path.name}: {reading.refusal}"
            connection.execute(f"create table if not exists {feed} as select * from typed_rows limit 0")
            connection.execute(f"insert into {feed} select * from typed_rows")
            for problem in reading.problems:
                row = [str(path), problem.row, problem.column, problem.rule]
                connection.execute("insert into rejected values (?, ?, ?, ?)", row)
    return connection


def digests(files: list[Path]) -> dict[str, str]:
    return {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_generate_same_arguments_same_bytes(samples: Samples, tmp_path: Path) -> None:
    assert digests(generate(tmp_path, **SHAPE, end_month=END)) == digests(samples.files)


def test_generate_other_seed_other_people(samples: Samples, tmp_path: Path) -> None:
    first = digests(samples.files)
    other = digests(generate(tmp_path, **(SHAPE | {"seed": 4}), end_month=END))
    of_one_manager = re.compile(r"manager_returns_\d{4}-\d{2}_\d{2}\.csv")  # how many send something is drawn
    assert {n for n in other if not of_one_manager.search(n)} == {n for n in first if not of_one_manager.search(n)}
    assert not set(other.values()) & set(first.values())


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
        "supervision": 12,
        "resource_usage": 12,
        "audits": 12,
        "protected_time": 12,
        "pay_progression": 2,
        "manager_classification": 13,
        "manager_classification_reports": 4,
        "surveys": 2,
        "casebook": 4,
        "counter_usage": 4,
        "published_statistics": 2,
    }
    assert len({path.name for path in samples.files}) == len(samples.files)


def test_generate_faults_are_exactly_what_the_contracts_reject(
    samples: Samples, read: duckdb.DuckDBPyConnection
) -> None:
    planted = {(str(fault.path), fault.line, fault.column, fault.rule) for fault in samples.faults}
    assert len(planted) == 14
    assert set(read.execute("from rejected").fetchall()) == planted


def test_generate_faults_stay_under_one_row_in_a_hundred(samples: Samples, tmp_path: Path) -> None:
    for path, n_faults in Counter(fault.path for fault in samples.faults).items():
        assert n_faults * 100 <= len(path.read_bytes().splitlines()) - 1
    small = generate_samples(tmp_path, staff=30, months=3, usage_events=200, end_month=END)
    assert small.faults == []


def test_generate_no_data_outside_the_months(read: duckdb.DuckDBPyConnection) -> None:
    for feed, column in {
        "workforce": "month",
        "supervision": "supervision_date",
        "resource_usage": "usage_date",
        "audits": "audit_date",
        "protected_time": "session_date",
        "counter_usage": "month",
    }.items():
        months = read.execute(f"select distinct date_trunc('month', {column})::date from {feed} order by 1").fetchall()
        assert len(months) == 12, feed
        assert (months[0][0], months[-1][0]) == (datetime.date(2024, 10, 1), datetime.date(2025, 9, 1)), feed


def test_generate_each_file_holds_its_own_month_only(samples: Samples) -> None:
    for path in [path for path in samples.files if path.parent.name == "resource_usage"]:
        faulty = {fault.line for fault in samples.faults if fault.path == path}
        with path.open(encoding="utf-8", newline="") as file:
            dates = [row["Access date"] for line, row in enumerate(csv.DictReader(file), 2) if line not in faulty]
        assert {date[:7] for date in dates} == {path.stem[-7:]}


@pytest.mark.parametrize("usage_events", [0, 1, 999, 50_000])
def test_generate_usage_rows_number_exactly_as_asked(tmp_path: Path, usage_events: int) -> None:
    files = generate(tmp_path, staff=40, months=5, usage_events=usage_events, end_month=END)
    usage = [path for path in files if path.parent.name == "resource_usage"]
    assert sum(len(path.read_bytes().splitlines()) - 1 for path in usage) == usage_events


def test_generate_usage_rows_never_share_a_key(read: duckdb.DuckDBPyConnection) -> None:
    """A repeated key would be dropped as a duplicate, and the number of rows would not be the one asked for."""
    key = ", ".join(load_contracts()["resource_usage"].key)
    n_rows, n_keys = read.execute(f"select count(*), count(distinct ({key})) from resource_usage").fetchone()
    assert n_rows == n_keys == 12_000 - 4


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


def test_workforce_holds_the_cases_the_metrics_must_get_right(read: duckdb.DuckDBPyConnection) -> None:
    def count(query: str) -> int:
        return read.execute(f"select count(*) from ({query})").fetchone()[0]

    month_sizes = read.execute("select count(distinct person_id) from workforce group by month").fetchall()
    assert all(160 <= n <= 180 for (n,) in month_sizes)
    assert count("select distinct service_id from workforce") == len(truths.SERVICES)
    assert count("select month, person_id from workforce group by all having count(*) = 2") > 12
    assert count("select month, person_id from workforce group by all having sum(contracted_fte) > 1") == 0
    assert count("select person_id from workforce where available_days = 0 and contracted_days > 0") > 0
    assert count("select person_id from workforce where available_days between 0.1 and contracted_days - 0.1") > 0
    assert count("from workforce where available_days > contracted_days") == 0
    assert count("select distinct person_id from workforce where is_agency") > 3
    assert count("select distinct person_id from workforce where contracted_fte between 0.4 and 0.8") > 20
    assert (
        count("select person_id from workforce where post_id < '7' group by 1 having count(distinct team_id) > 1") > 2
    )
    assert count("select person_id from workforce group by 1 having max(month) < '2025-09-01'") > 5
    assert count("select person_id from workforce where start_date > '2024-10-31' group by 1") > 5
    assert count("select person_id from workforce group by 1 having count(distinct role) = 2") > 2
    teams = read.execute(
        "select count(distinct person_id) from workforce where month = '2025-09-01' group by team_id"
    ).fetchall()
    assert all(5 <= n <= 22 for (n,) in teams)
    assert min(teams) < (10,)
    assert count(
        "select m.manager_person_id from workforce m where manager_person_id is not null and not exists"
        " (from workforce w where w.month = m.month and w.person_id = m.manager_person_id)"
    ) == 0  # fmt: skip


def test_events_lie_within_employment(read: duckdb.DuckDBPyConnection) -> None:
    """Nobody uses anything before joining, nor is supervised in a month of absence."""
    spine = "(select distinct month, person_id, start_date, available_days from workforce)"
    for feed, column in EVENT_DATES.items():
        early = read.execute(
            f"select count(*) from {feed} e join {spine} w on w.person_id = e.person_id"
            f" and w.month = date_trunc('month', {column}) where {column} < start_date or available_days = 0"
        ).fetchone()
        assert early == (0,), feed


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
        "resource_usage": {"User ID"},
        "casebook": {"User ID"},
        "pay_progression": {"Employee number"},
        "manager_classification": {"Line manager ID"},
        "manager_classification_reports": {"Line manager ID", "Employee number"},
    }


def test_planted_levels_can_be_found_again(read: duckdb.DuckDBPyConnection) -> None:
    """Use on two or more days, first and last three months of each service."""
    rows = read.execute(
        """
        with days as (
            select person_id, date_trunc('month', usage_date) as month, count(distinct usage_date) as n
            from resource_usage where resource_type not in ('policy', 'search', 'log_in') group by all
        ), shares as (
            select service_id, month, avg((coalesce(n, 0) >= 2)::integer) as share
            from (select distinct service_id, month, person_id, role from workforce where available_days > 0)
            left join days using (person_id, month) group by all
        )
        select service_id,
            avg(share) filter (month < '2025-01-01'), avg(share) filter (month > '2025-06-01'), avg(share)
        from shares group by all
        """
    ).fetchall()
    first = {service: share for service, share, _, _ in rows}
    last = {service: share for service, _, share, _ in rows}
    mean = {service: share for service, _, _, share in rows}
    assert last[truths.RISING_USE] - first[truths.RISING_USE] > 0.12
    assert mean[truths.LOW_USE] < 0.25
    assert 0.35 < mean[truths.STEADY] < 0.6
    assert 0.35 < sum(mean.values()) / len(mean) < 0.6


def test_supervision_answers_are_as_planted(read: duckdb.DuckDBPyConnection) -> None:
    cancelled, blank, discussed = read.execute(
        "select avg((status = 'cancelled')::integer),"
        " avg((is_evidence_discussed is null)::integer) filter (status = 'held'),"
        " avg(is_evidence_discussed::integer) from supervision"
    ).fetchone()
    assert 0.05 < cancelled < 0.11
    assert 0.07 < blank < 0.13
    assert 0.4 < discussed < 0.6


def test_managers_return_what_their_gate_lets_in_and_some_are_silent(read: duckdb.DuckDBPyConnection) -> None:
    """No count is higher than the direct reports at work, nobody names a stranger, and about a fifth send nothing."""
    too_high, n_returned, n_asked = read.execute(
        """
        with asked as (
            select month, manager_person_id, count(distinct person_id) as n_reports from workforce
            where available_days >= 0.5 * contracted_days and manager_person_id is not null
            and month(month) in (3, 6, 9, 12) group by all
        ), returned as (
            select month, manager_person_id, max(n_regular) as n_regular from manager_classification group by all
            union all
            select month, manager_person_id, count(*) from manager_classification_reports group by all
        )
        select count(*) filter (n_regular > n_reports or n_reports is null), count(n_regular), count(n_reports)
        from asked full join returned using (month, manager_person_id)
        """
    ).fetchone()
    assert too_high == 0
    assert 0.65 < n_returned / n_asked < 0.9
    strangers = read.execute(
        "select count(*) from manager_classification_reports as r anti join workforce as w"
        " on w.month = r.month and w.person_id = r.person_id and w.manager_person_id = r.manager_person_id"
    ).fetchone()
    assert strangers == (0,)


def test_what_people_say_of_themselves_has_nothing_to_do_with_their_service(read: duckdb.DuckDBPyConnection) -> None:
    """The planted null: the service with low use says yes as often as the others, within chance of about 60 answers."""
    rows = read.execute(
        "select service_id, avg((answer = 'yes')::integer) from surveys"
        " where item = 'regular_use' and answer is not null group by service_id"
    ).fetchall()
    assert len(rows) == len(truths.SERVICES)
    assert all(abs(share - truths.SAYS_REGULAR / 1000) < 0.16 for _, share in rows)
    no_time = read.execute(
        "select avg((answer = 'no_time')::integer) from surveys where item = 'first_barrier' and answer is not null"
    ).fetchone()[0]
    assert abs(no_time - truths.NO_TIME_FIRST / 1000) < 0.08
    kept = read.execute("select distinct answer from surveys where item = 'other' and answer is not null").fetchall()
    assert kept == [("other",)], "the words themselves are dropped"


def test_counter_reports_have_the_official_layout(samples: Samples, read: duckdb.DuckDBPyConnection) -> None:
    for path in [path for path in samples.files if path.parent.name == "counter_usage"]:
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


def test_published_rates_are_what_their_parts_give_but_for_the_planted_one(read: duckdb.DuckDBPyConnection) -> None:
    rows = read.execute(
        "with wide as (pivot (from published_statistics) on measure using max(value) group by period_end, area_name)"
        " select year(period_end), area_name, turnover_rate_fte - round(100 * leavers_fte / inpost_fte, 1)"
        " from wide where turnover_rate_fte <> round(100 * leavers_fte / inpost_fte, 1)"
    ).fetchall()
    [(year, area, difference)] = rows
    assert (year, area) == (END.year - 2, "England")
    assert abs(difference - float(truths.RESTATED_TURNOVER)) < 0.01
