"""Taking a file back and reading the archive again, up to the rows loaded; no model is built."""

import hashlib
from pathlib import Path

import pytest

from dagster_project import steps
from dagster_project.chase import status
from dagster_project.exports import archive
from dagster_project.problems import KeyProblem, SettingsProblem
from dagster_project.replay import set_warehouse_aside, withdraw_file
from dagster_project.verdicts import passed
from tests.gates.conftest import GOOD, SmallHome, post

CORRECTION = ["S2,Z2,Z99,02/10/2026,One to one,Held,Yes,Research"]
CURRENT = (
    "select supervision_id, person_id, is_evidence_discussed, evidence_source, _file_hash, _row_number, _sender "
    "from raw.supervision where _superseded_by is null order by supervision_id"
)


def file_hash(small: SmallHome, name: str) -> str:
    [found] = [
        d.file_hash for d in archive.deliveries(small.home, "supervision", small.home.keys) if d.file_name == name
    ]
    return found


@pytest.fixture
def corrected(small_home: SmallHome) -> SmallHome:
    """Six supervisions, and in a later file a correction of one of them."""
    small_home.deliver("supervision", GOOD, "first.csv")
    small_home.load("supervision")
    small_home.deliver("supervision", CORRECTION, "second.csv")
    small_home.load("supervision")
    return small_home


def answers(small: SmallHome) -> list[object]:
    return [row[2] for row in small.ask(CURRENT)]


def test_withdrawn_correction_lets_the_row_it_replaced_stand_again(corrected: SmallHome) -> None:
    assert answers(corrected) == [True, True, True, False, True, False]
    said = withdraw_file(corrected.home, file_hash(corrected, "second.csv")[:8].upper(), "wrong person")
    assert said.startswith("Withdrawn from supervision: ")
    corrected.load("supervision")
    assert answers(corrected) == [True, False, True, False, True, False]
    months = corrected.ask("select distinct feed, month::varchar from ledger.touched_months")
    assert months == [("supervision", "2026-10-01")]


def test_withdrawn_file_stays_out_until_it_is_delivered_again(corrected: SmallHome) -> None:
    withdraw_file(corrected.home, file_hash(corrected, "first.csv"), "wrong file")
    corrected.load("supervision")
    corrected.load("supervision")
    assert [row[0] for row in corrected.ask(CURRENT)] == ["S2"]
    corrected.deliver("supervision", GOOD, "first again.csv")
    corrected.load("supervision")
    assert [row[0] for row in corrected.ask(CURRENT)] == ["S1", "S2", "S3", "S4", "S5", "S6"]


def test_reason_for_withdrawing_is_kept_sealed(corrected: SmallHome) -> None:
    withdraw_file(corrected.home, file_hash(corrected, "second.csv"), "sent for Ada by mistake")
    kept = archive.deliveries(corrected.home, "supervision", corrected.home.keys)
    assert [delivery.left_out for delivery in kept] == [None, "withdrawn: sent for Ada by mistake"]
    assert not [path for path in corrected.home.root.rglob("*") if path.is_file() and b"for Ada" in path.read_bytes()]


@pytest.mark.parametrize(("given", "said"), [("", "at least 8 digits"), ("01234567", "0 delivered files")])
def test_hash_that_names_no_one_file_changes_nothing(corrected: SmallHome, given: str, said: str) -> None:
    before = corrected.ask(CURRENT)
    with pytest.raises(SettingsProblem, match=said):
        withdraw_file(corrected.home, given, "wrong")
    assert corrected.ask(CURRENT) == before


def test_warehouse_made_again_from_the_archive_holds_the_same_rows(corrected: SmallHome) -> None:
    before = corrected.ask(CURRENT)
    superseded = "select supervision_id, _superseded_by from raw.supervision where _superseded_by is not null"
    replaced = corrected.ask(superseded)
    set_warehouse_aside(corrected.home)
    assert not corrected.home.warehouse.exists()
    corrected.load("supervision")
    assert (corrected.ask(CURRENT), corrected.ask(superseded)) == (before, replaced)


def test_withdrawing_while_there_is_no_warehouse_still_counts(corrected: SmallHome) -> None:
    given = file_hash(corrected, "second.csv")
    set_warehouse_aside(corrected.home)
    withdraw_file(corrected.home, given, "wrong person")
    with pytest.raises(SettingsProblem, match="is new and empty: run the month"):
        status(corrected.home)
    corrected.load("supervision")
    assert answers(corrected) == [True, False, True, False, True, False]


def test_rebuild_without_the_archives_key_moves_nothing(corrected: SmallHome, tmp_path: Path) -> None:
    other = SmallHome(tmp_path / "other")
    key, stranger = (small.home.root.with_name(small.home.root.name + ".key") for small in (corrected, other))
    key.write_bytes(stranger.read_bytes())
    before = hashlib.sha256(corrected.home.warehouse.read_bytes()).hexdigest()
    with pytest.raises(KeyProblem, match="sealed with another key"):
        set_warehouse_aside(type(corrected.home)(corrected.home.root))
    assert hashlib.sha256(corrected.home.warehouse.read_bytes()).hexdigest() == before


def test_rows_of_a_withdrawn_months_snapshot_are_taken_from_the_one_before(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", number) for number in range(9)])
    small_home.load("workforce")
    small_home.deliver("workforce", [post("2026-10", number) for number in range(8)], "redelivered.csv")
    small_home.load("workforce")
    current = "select count(*) from raw.workforce where _superseded_by is null"
    assert small_home.ask(current) == [(8,)]
    kept = archive.deliveries(small_home.home, "workforce", small_home.home.keys)
    withdraw_file(small_home.home, kept[1].file_hash, "wrong")
    run = small_home.load("workforce")
    assert small_home.ask(current) == [(9,)]
    assert passed(steps.judge_feed(run, "workforce"))
