"""A gate holds the files that fail, not the batch they came in."""

from collections.abc import Sequence

import pytest

from dagster_project import holding, warehouse
from dagster_project.holding import MOST_ASKED, failing_files
from dagster_project.verdicts import failures
from expectations import gate
from expectations.gate import Rule
from tests.council import council
from tests.gates.conftest import GOOD, HEADINGS, OF_ONESELF, SmallHome, post

DELIVERED = "select sender, status, message from ledger.deliveries order by rowid"
LOADED = "select distinct _sender from raw.{} where _superseded_by is null order by 1"
LEFT = (
    "select table_name from information_schema.tables "
    "where table_schema = 'raw' and regexp_matches(table_name, '__(incoming|judged)$')"
)


def others(letter: str) -> list[str]:
    return [row.replace("S", letter, 1) for row in GOOD]


def report(small: SmallHome, feed: str, sender: str) -> str:
    (path,) = (small.home.rejected / feed / sender).iterdir()
    return path.read_text("utf-8-sig")


def test_bad_file_of_one_sender_holds_no_other_senders_file(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD, sender="north")
    small_home.deliver("supervision", OF_ONESELF, sender="south")
    small_home.deliver("supervision", others("W"), sender="west")
    run = small_home.load("supervision")
    assert small_home.ask(LOADED.format("supervision")) == [("north",), ("west",)]
    north, south, west = small_home.ask(DELIVERED)
    assert [(sender, status) for sender, status, _ in (north, south, west)] == [
        ("north", "loaded"), ("south", "held"), ("west", "loaded"),
    ]  # fmt: skip
    assert "same person" in str(south[2])
    assert (north[2], west[2]) == (None, None)
    assert small_home.ask(LEFT) == []
    with warehouse.opened(small_home.home.warehouse) as connection:
        assert failures(connection, run.run_id, "supervision"), "the verdict that was written down is the batch's"
        assert failures(connection, run.run_id) == []


def test_sender_of_a_held_file_is_told_why_and_the_others_nothing(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD, sender="north")
    small_home.deliver("supervision", [*OF_ONESELF * 4, "U1,Z1,Z99,31/02/2026,One to one,Held,Yes,"], sender="south")
    small_home.load("supervision")
    rejected, held = report(small_home, "supervision", "south").splitlines()[1:]
    assert rejected.startswith("26,Date,not_a_date,")
    assert held.startswith(",,held,Supervisor and supervisee are the same person")
    assert held.endswith("Nothing of this file was loaded. Correct it and send it again.")
    assert not (small_home.home.rejected / "supervision" / "north").exists()
    small_home.deliver("supervision", others("U"), "2.csv", sender="south")
    small_home.load("supervision")
    assert small_home.ask(LOADED.format("supervision")) == [("north",), ("south",)]


# A file whose own shares give it away, and a longer good one that would make up for it.
BESIDE_GOOD = {
    "supervision": (
        "",
        [f"B{n},Z{n},Z{n},06/10/2026,One to one,Held,Yes," for n in range(5)],
        [f"G{n},Z{n},Z99,06/10/2026,One to one,Held,{'Yes' if n % 2 else 'No'}," for n in range(100)],
    ),
    "resource_usage": (
        "Staff ID,Date,Resource,Resource type",
        [f"ADMIN,06/10/2026,Library {n},Research" for n in range(100)],
        [f"Z{n},06/10/2026,Library,Research" for n in range(200)],
    ),
    "audits": (
        "Audit ID,Staff ID,Audit date,Sampling method",
        [f"B{n},AUDITOR,06/10/2026,Random" for n in range(20)],
        [f"G{n},Z{n},06/10/2026,Themed" for n in range(100)],
    ),
    "protected_time": (
        "Session ID,Staff ID,Date,Hours booked,Outcome",
        [f"B{n},Z{n},06/10/2026,3," for n in range(10)],
        [f"G{n},Z{n},06/10/2026,3,{'Taken' if n % 2 else 'Displaced'}" for n in range(100)],
    ),
}


@pytest.mark.parametrize("feed", BESIDE_GOOD)
def test_bad_file_beside_a_longer_good_one_is_held_alone(
    feed: str, small_home: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    headings, bad, good = BESIDE_GOOD[feed]
    if headings:
        monkeypatch.setitem(HEADINGS, feed, headings)
    council.write_assessment(small_home.home.root)
    small_home.deliver(feed, good, sender="north")
    small_home.deliver(feed, bad, sender="south")
    small_home.load(feed)
    assert [(sender, status) for sender, status, _ in small_home.ask(DELIVERED)] == [
        ("north", "loaded"), ("south", "held"),
    ]  # fmt: skip
    assert small_home.ask(LOADED.format(feed)) == [("north",)]


def give_return(small: SmallHome, manager: str, regular: int, reports: int, sender: str = "") -> None:
    """One manager's return of October."""
    row = f"2026-10,{manager},{regular},{reports}"
    small.deliver("manager_classification", [row], sender=sender)


def test_two_files_that_fail_for_two_reasons_are_told_their_own(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", number) for number in range(9)])  # nobody of them has a manager
    small_home.load("workforce")
    give_return(small_home, "M1", 9, 6, "north")
    give_return(small_home, "M2", 0, 5, "south")
    give_return(small_home, "M3", 2, 5, "west")
    small_home.load("manager_classification")
    delivered = small_home.ask(f"{DELIVERED} desc limit 3")
    assert [(sender, status) for sender, status, _ in delivered] == [
        ("west", "held"), ("south", "loaded"), ("north", "held"),
    ]  # fmt: skip
    assert "Correct one of the two numbers" in str(delivered[2][2])
    assert "than there are" in str(delivered[0][2])
    assert "Correct one of the two numbers" not in str(delivered[0][2])


def test_fault_that_lies_between_files_holds_them_all(small_home: SmallHome, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "select supervision_id from {batch} group by 1 having count(distinct _file_hash) > 1"
    between = Rule("between", "critical", "Said twice.", "UnexpectedRowsExpectation", {"unexpected_rows_query": query})
    monkeypatch.setattr(gate, "feed_rules", lambda contract: [between])
    small_home.deliver("supervision", GOOD, sender="north")
    small_home.deliver("supervision", [row.replace("Held", "Cancelled") for row in GOOD], sender="south")
    small_home.load("supervision")
    assert [(status, why) for _, status, why in small_home.ask(DELIVERED)] == [("held", "Said twice.")] * 2
    assert small_home.ask(LOADED.format("supervision")) == []
    assert small_home.ask(LEFT) == []


def test_older_snapshot_is_judged_too_when_the_newer_one_is_held(small_home: SmallHome) -> None:
    give_return(small_home, "M1", 3, 5)
    give_return(small_home, "M1", 9, 6)
    small_home.load("manager_classification")
    assert [status for _, status, _ in small_home.ask(DELIVERED)] == ["loaded", "held"]
    current = "select n_regular from raw.manager_classification where _superseded_by is null"
    assert small_home.ask(current) == [(3,)]
    give_return(small_home, "M1", 9, 5)
    give_return(small_home, "M1", 9, 4)
    small_home.load("manager_classification")
    assert [status for _, status, _ in small_home.ask(DELIVERED)] == ["loaded", "held", "held", "held"]
    assert small_home.ask(current) == [(3,)]


class Asked:
    """A gate that some files fail: how often it was asked."""

    def __init__(self, bad: set[str]) -> None:
        self.bad, self.n = bad, 0

    def __call__(self, files: Sequence[str]) -> list[str]:
        self.n += 1
        return [f"{name} is bad" for name in files if name in self.bad]


FILES = [f"{number:04}" for number in range(1000)]


@pytest.mark.parametrize("bad", ["0000", "0500", "0999"])
def test_one_bad_file_among_a_thousand_is_found_by_asking_some_twenty_times(bad: str) -> None:
    ask = Asked({bad})
    assert failing_files(FILES, ["bad"], ask) == {bad: f"{bad} is bad"}
    assert ask.n <= 20


def test_only_file_of_a_batch_is_not_asked_about_again() -> None:
    ask = Asked({"0000"})
    assert failing_files(["0000"], ["bad"], ask) == {"0000": "bad"}
    assert ask.n == 0


def test_batch_full_of_faults_is_not_searched_to_the_end() -> None:
    ask = Asked(set(FILES[::2]))
    found = failing_files(FILES, ["bad"], ask)
    assert set(found) >= ask.bad
    assert ask.n <= MOST_ASKED + 1
    assert failing_files(FILES, ["bad"], Asked(set())) == {}, "they fail together only"


def test_good_files_are_judged_again_without_the_bad_one(
    small_home: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    ask = holding.ask_batch

    def count(*arguments: object) -> list[gate.Verdict]:
        verdicts = ask(*arguments)  # type: ignore[arg-type]
        asked.append(len(holding.reasons(verdicts)))
        return verdicts

    monkeypatch.setattr(holding, "ask_batch", count)
    small_home.deliver("supervision", GOOD, sender="north")
    small_home.deliver("supervision", OF_ONESELF, sender="south")
    small_home.load("supervision")
    assert asked == [1, 0]
