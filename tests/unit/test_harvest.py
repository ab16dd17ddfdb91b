"""Asking a publisher for its reports: which answers are saved, which are asked for again, which are told."""

import datetime
import logging
from pathlib import Path

import pytest

from dagster_project.exports.readers.counter import read_counter
from dagster_project.harvest import N_TRIES, Harvest, first_restated, harvest
from dagster_project.home import Home, make_home
from dagster_project.problems import SettingsProblem
from tests.conftest import Cli
from tests.unit.counter_reports import answer
from tests.unit.publisher import Answer, Publisher, exception, publisher, report

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)
KEY = "k3y-nobody-may-see"
REPORT: Answer = (200, {}, report())


def home_of(root: Path, *publishers: Publisher, **values: str) -> Home:
    """A home that asks each of `publishers`, as p0, p1, ..., with the key of a file beside its config.yml."""
    sources = [
        {"sender": f"p{n}", "url": p.url, "customer_id": "C 1", "api_key": "file:key", **values}
        for n, p in enumerate(publishers)
    ]
    home = make_home(root / "home", {"harvest": sources})
    (home.root / "key").write_text(f"{KEY}\n", "utf-8")
    return home


def asked(root: Path, *answers: Answer, **values: str) -> tuple[Harvest, list[float], Publisher]:
    """What came of asking one publisher, the seconds waited, and the publisher."""
    waits: list[float] = []
    with publisher(*answers) as stand_in:
        return harvest(home_of(root, stand_in, **values), FIRST, LAST, sleep=waits.append), waits, stand_in


def test_report_is_saved_as_it_came_where_the_run_looks(tmp_path: Path) -> None:
    done, waits, stand_in = asked(tmp_path, REPORT)
    assert (done.problems, waits) == ([], [])
    (path,) = done.saved
    assert path == tmp_path / "home" / "inbox" / "counter_usage" / "p0" / "PR_2026-01_2026-02.json"
    assert path.read_text("utf-8") == report()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert len(read_counter(path).rows) == 2
    assert stand_in.asked == [
        f"/r51/reports/pr?customer_id=C+1&api_key={KEY}&begin_date=2026-01&end_date=2026-02"
        "&attributes_to_show=Access_Method%7CData_Type"
    ]


def test_release_5_is_asked_where_release_5_is(tmp_path: Path) -> None:
    _, _, stand_in = asked(tmp_path, REPORT, release="r5", report="TR", platform="S")
    assert stand_in.asked[0].startswith("/reports/tr?")
    assert stand_in.asked[0].endswith("&platform=S")


@pytest.mark.parametrize(
    ("first_answer", "wait"),
    [
        ((202, {}, exception(1011)), 5),  # queued
        ((429, {"Retry-After": "60"}, exception(1020)), 60),  # too many requests, and when to come again
        ((429, {"Retry-After": "86400"}, ""), 300),  # nobody waits a day
        ((503, {}, exception(1010)), 5),
        ((502, {}, "<html>Bad gateway"), 5),
        ((200, {}, answer([], [{"Code": 1011, "Message": "Queued"}], Report_ID="PR")), 5),  # as release 5 may say it
    ],
)
def test_answer_that_is_not_ready_is_asked_for_again(tmp_path: Path, first_answer: Answer, wait: float) -> None:
    done, waits, _ = asked(tmp_path, first_answer, REPORT)
    assert (len(done.saved), done.problems, waits) == (1, [], [wait])


def test_waits_grow_and_end(tmp_path: Path) -> None:
    done, waits, stand_in = asked(tmp_path, (202, {}, exception(1011)))
    assert waits == [5, 10, 20, 40, 80]
    assert len(stand_in.asked) == N_TRIES
    assert done.saved == []
    assert "exception 1011" in done.problems[0]


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (
            (401, {}, exception(2000)),
            ["p0: ", "exception 2000", "in the publisher's words", "working customer and req"],
        ),
        ((403, {}, exception(2010)), ["exception 2010"]),
        ((401, {}, exception(2020, f"API key {KEY} invalid")), ["exception 2020", "API key ... invalid"]),
        ((200, {}, answer([], [{"Code": 2000, "Message": "No"}], Report_ID="PR")), ["exception 2000"]),
        (
            (200, {}, answer([], [{"Code": 3031, "Message": "Not ready"}], Report_ID="PR")),
            ["3031", "Nothing was saved"],
        ),
        ((400, {}, exception(3020)), ["exception 3020", "whole months"]),
        ((404, {}, "<html>Not found"), ["HTTP status 404", "url, release and report"]),
        ((200, {}, "<html>Sign in"), ["HTTP status 200 and no report"]),
        ((302, {"Location": "http://127.0.0.1:9/elsewhere"}, ""), ["has moved"]),
    ],
)
def test_refusal_is_told_once_and_nothing_is_saved(tmp_path: Path, refused: Answer, words: list[str]) -> None:
    done, waits, stand_in = asked(tmp_path, refused, REPORT)
    assert (done.saved, waits, len(stand_in.asked)) == ([], [], 1)
    (problem,) = done.problems
    assert [word for word in words if word not in problem] == []
    assert not list((tmp_path / "home" / "inbox").rglob("*.json"))


def test_no_usage_is_a_report(tmp_path: Path) -> None:
    """3030 is a true 0; taken for an error, the month would stay missing for ever."""
    body = answer([], [{"Code": 3030, "Message": "No Usage"}], Report_ID="PR")
    done, _, _ = asked(tmp_path, (200, {}, body))
    assert [row["n_uses"] for _, row in read_counter(done.saved[0]).rows] == ["0", "0"]


def test_one_publisher_that_fails_stops_no_other(tmp_path: Path) -> None:
    with publisher((401, {}, exception(2000))) as refusing, publisher(REPORT) as giving:
        gone = Publisher("http://127.0.0.1:9", [])
        done = harvest(home_of(tmp_path, refusing, gone, giving), FIRST, LAST, sleep=lambda _: None)
    assert [path.parent.name for path in done.saved] == ["p2"]
    assert [problem.split(":")[0] for problem in done.problems] == ["p0", "p1"]
    assert "could not be reached" in done.problems[1]


def test_key_is_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asked(tmp_path, (503, {}, ""), (401, {}, exception(2020, KEY)))
    assert KEY not in caplog.text


def test_missing_secret_is_named_and_nobody_is_asked(tmp_path: Path) -> None:
    with publisher(REPORT) as stand_in:
        home = home_of(tmp_path, stand_in, requestor_id="env:NO_SUCH_VARIABLE")
        with pytest.raises(SettingsProblem, match="requestor_id of p0: the variable NO_SUCH_VARIABLE is missing"):
            harvest(home, FIRST, LAST)
    assert stand_in.asked == []


@pytest.mark.parametrize("values", [{"api_key": "k3y"}, {"url": "http://api.example"}])
def test_codes_in_clear_text_and_over_open_lines_are_refused(tmp_path: Path, values: dict[str, str]) -> None:
    home = home_of(tmp_path, Publisher("https://api.example", []), **values)
    with pytest.raises(SettingsProblem, match=f"harvest.0.{next(iter(values))}: .* match pattern"):
        _ = home.settings


def test_months_that_may_be_restated_are_asked_for_again() -> None:
    assert first_restated(datetime.date(2026, 2, 1)) == datetime.date(2025, 11, 1)


def test_command_says_what_came_and_what_did_not(tmp_path: Path, cli: Cli) -> None:
    with publisher(REPORT) as giving, publisher((403, {}, exception(2010))) as refusing:
        home = home_of(tmp_path, giving, refusing)
        done = cli("harvest", "--home", home.root, "--month", "2026-02", check=False)
    assert (done.returncode, done.stdout) == (
        3, f"{home.inbox}/counter_usage/p0/PR_2025-11_2026-02.json\n",
    )  # fmt: skip
    assert "p1: The publisher answered with exception 2010" in done.stderr
    assert KEY not in done.stdout + done.stderr
