"""Logs of a library proxy and OpenAthens reports: what is a use, whose it was, and what of it never gets in."""

from pathlib import Path

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import Reading, read_file

CONTRACT = load_contracts()["resource_usage"]
ARTICLE = "http://www.sciencedirect.com:80/science/article/pii/S1?secret=search"


class Reader:
    """Reads lines as a file of the feed; `rows` asks what was accepted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.connection = folder, duckdb.connect()

    def read(self, *lines: str, name: str = "ezproxy.log") -> Reading:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return read_file(self.connection, path, CONTRACT, self.folder, max_rejected_share=0.5)

    def rows(
        self, columns: str = "person_id, usage_date::varchar, resource_id, resource_type"
    ) -> list[tuple[object, ...]]:
        return self.connection.execute(f"select {columns} from typed_rows order by all").fetchall()


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def line(time: str = "10:00:00", who: str = "- A1", url: str = ARTICLE, status: str = "200", rest: str = "") -> str:
    return f'10.1.2.3 {who} [14/Sep/2026:{time} +0100] "GET {url} HTTP/1.1" {status} 4711{rest}'


ONE = [("A1", "2026-09-14", "sciencedirect.com", "research")]


@pytest.mark.parametrize("text", [
    line(),
    line(who="SeSSion1dFiftEe A1"),
    line(who="A1 SeSSion1dFiftEe"),
    line(rest=" Default+staff"),
    '10.9.9.9, 10.1.2.3 - A1 [14/Sep/2026:10:00:00 +0100] "GET ' + ARTICLE + ' HTTP/1.1" 200 4711',
    '[14/Sep/2026:10:00:00 +0100] 10.1.2.3 - A1 "GET ' + ARTICLE + ' HTTP/1.1" 200',
    '2026-09-14T10:00:00+01:00 10.1.2.3 - A1 "GET ' + ARTICLE + '" 200 -',
    '10.1.2.3 - A1 [14/Sep/2026:10:00:00 +0100] "GET ' + ARTICLE + ' HTTP/1.1" 200 4711 "-" "Mozilla/5.0"',
])  # fmt: skip
def test_every_form_of_line_names_the_same_use(text: str, reader: Reader) -> None:
    assert reader.read(text).layout == "access_log"
    assert reader.rows() == ONE


def test_log_made_into_a_table_gives_the_same(reader: Reader) -> None:
    reader.read("host;login;datetime;url;status;size", f"10.1.2.3;A1;2026-09-14T10:00:00+01:00;{ARTICLE};200;1")
    assert reader.rows() == ONE


@pytest.mark.parametrize("text", [
    line(status="302"), line(status="403"), line(url="http://www.sciencedirect.com/logo.GIF?x=1"),
    line(url="http://www.sciencedirect.com/style.css"), line().replace("GET", "HEAD"),
    line(rest=' "-" "Googlebot/2.1"'), line(who="- -"), line(url="http://elsewhere.example/article/1"),
    line(url="http://sciencedirect.com.elsewhere.example/article/1"), line(url="http://[broken/article"),
])  # fmt: skip
def test_what_is_no_use_is_counted_as_left_out(text: str, reader: Reader) -> None:
    reading = reader.read(line("11:00:00"), text)
    assert (reader.rows("person_id, _row_number"), reading.n_rejected) == ([("A1", 1)], 0)
    assert reading.warnings[0].startswith("2 requests, 1 of them uses. Left out: 1 ")


def test_site_that_is_not_listed_is_named_to_the_sender(reader: Reader) -> None:
    reading = reader.read(line(), line(url="http://journals.elsewhere.example/private/title"))
    assert reading.warnings[0].endswith("Sites not listed: journals.elsewhere.example.")


def test_second_click_within_thirty_seconds_is_no_second_use(reader: Reader) -> None:
    def n_uses(*times: str) -> str:
        return reader.read(*(line(time) for time in times)).warnings[0].split(".")[0]

    assert n_uses("10:00:00", "10:00:30") == "2 requests, 1 of them uses"
    assert n_uses("10:00:00", "10:00:31") == "2 requests, 2 of them uses"
    assert n_uses("10:00:00", "10:00:20", "10:00:40") == "3 requests, 1 of them uses"
    assert n_uses("10:00:40", "10:00:00", "10:00:20") == "3 requests, 1 of them uses"


def test_search_and_sign_in_are_told_from_reading(reader: Reader) -> None:
    paths = ("search/advanced?q=neglect", "login?x=1", "", "science/article/pii/S1")
    reader.read(*(line(url=f"http://www.sciencedirect.com/{path}") for path in paths))
    assert reader.rows("resource_type") == [("log_in",), ("research",), ("search",)]


def test_day_is_the_one_in_the_united_kingdom(reader: Reader) -> None:
    late = '10.1.2.3 - A1 [14/Sep/2026:23:30:00 +0000] "GET ' + ARTICLE + ' HTTP/1.1" 200 1'
    reader.read(late, late.replace("14/Sep", "14/Dec"))
    assert reader.rows("usage_date::varchar") == [("2026-09-15",), ("2026-12-14",)]


def test_nothing_but_person_day_site_and_kind_gets_in(reader: Reader) -> None:
    """P4: no pages, search words, times or addresses; a thousand pages of a day are one row."""
    reader.read(*(line(f"10:{n // 60:02}:{n % 60:02}", url=f"{ARTICLE}{n}") for n in range(1000)))
    (row,) = reader.rows("* exclude (_record, _row_number, _is_bad)")
    assert [str(cell) for cell in row] == ["A1", "2026-09-14", "sciencedirect.com", "research", "read", "logged"]


@pytest.mark.parametrize("who", ["- oBzrStkEVAeUDeA", "gkD4AHFj7rDheJa 0", "BX8q8Ce9aWOCr6j BX8q8Ce9aWOCr6j", "- -"])
def test_log_of_sessions_is_refused_with_what_to_do(who: str, reader: Reader) -> None:
    refusal = reader.read(line(who=who)).refusal
    assert refusal is not None
    assert refusal.rule == "no_people"
    assert "Option LogUser" in refusal.message
    assert who.split()[0] not in refusal.message.split()


@pytest.mark.parametrize("name", ["JohnBartholomew", "a.b@council.example", "JBARTHOLOMEW123", "jbartholomew123"])
def test_name_of_an_account_is_no_session(name: str, reader: Reader) -> None:
    assert reader.read(line(who=f"- {name}")).refusal is None


def test_line_that_is_none_is_rejected_with_its_number(reader: Reader) -> None:
    reading = reader.read("Log of September, please read", line(), line("12:00:00"), line("13:00:00", who="- A2")[:60],
                          line().replace("14/Sep", "31/Sep"), line(who="- A3"))  # fmt: skip
    assert [(problem.row, problem.rule) for problem in reading.problems] == [
        (1, "not_a_log_line"), (4, "not_a_log_line"), (5, "not_a_log_line"),
    ]  # fmt: skip
    assert [person for (person,) in reader.rows("person_id")] == ["A1", "A3"]


def test_log_without_a_use_says_why(reader: Reader) -> None:
    refusal = reader.read(line(status="401"), line(status="403")).refusal
    assert refusal is not None
    assert refusal.message == "None of the 2 requests is a use of a resource: 2 redirected or refused."


REPORT = "Date,Resource,Username,Transfers"


def test_openathens_transfer_is_a_sign_in_and_no_evidence(reader: Reader) -> None:
    rows = ("2026-09-14,Law Finder,A1,3", "2026-09-14,Law Finder,A1,1", "2026-09-15,Law Finder,A2,0",
            "2026-09-14T23:30:00Z,Law Finder,A3,1", "2026-09-14,Law Finder,,1")  # fmt: skip
    reading = reader.read(REPORT, *rows, name="athens.csv")
    assert (reading.layout, [(p.row, p.column) for p in reading.problems]) == ("openathens", [(6, "person_id")])
    assert reader.rows() == [("A1", "2026-09-14", "Law Finder", "log_in"), ("A3", "2026-09-15", "Law Finder", "log_in")]


def test_openathens_report_without_people_is_refused(reader: Reader) -> None:
    refusal = reader.read("Date,Resource,Transfers", "2026-09-14,Law Finder,3", name="athens.csv").refusal
    assert refusal is not None
    assert refusal.rule == "no_people"


def test_plain_table_of_use_is_still_one(reader: Reader) -> None:
    reading = reader.read("Staff ID,Date,Resource,Resource type", "A1,2026-09-14,Law Finder,Law", name="plain.csv")
    assert (reading.layout, reader.rows()) == ("columns", [("A1", "2026-09-14", "Law Finder", "legislation")])
