"""Erasing one person, and what is past its time: afterwards nothing is found, and no rebuild brings it back."""

import datetime
import json

import duckdb
import pytest
from typer.testing import CliRunner

from dagster_project import runner
from dagster_project.cli import app
from dagster_project.home import Home
from dagster_project.identity.vault import open_vault
from dagster_project.people import erasure, rewriting
from dagster_project.people.erasure import erase
from dagster_project.people.retention import retention
from dagster_project.problems import SettingsProblem
from tests.people.small_home import AS_AT, FILES, ROLE, archived, found, load, rebuilt_raw


def test_erased_person_is_found_nowhere_and_others_are_as_before(home: Home) -> None:
    assert len(found(home, "A1")) > 6
    taken = erase(home, "A1", "no_longer_needed", AS_AT, role=ROLE)
    assert found(home, "A1") == []
    assert taken["rows of delivered files"] == 6, "two snapshots, as Cy's manager, two days of use, a challenge"
    assert taken["entries of the vault"] == 1
    assert all(found(home, other) for other in ("B2", "C3"))
    assert "Ann" not in archived(home)
    assert "Cy Cedar" in archived(home)
    [record] = (home.logs / "erasures.jsonl").read_text("utf-8").splitlines()
    assert json.loads(record)["ground"] == "no_longer_needed"
    assert "A1" not in record
    b2, c3 = home.keys.person_id("B2"), home.keys.person_id("C3")
    october = datetime.date(2026, 10, 1)
    again = rebuilt_raw(home)
    assert sorted(again["workforce"]) == sorted([(b2, datetime.date(2024, 9, 1)), (c3, october)])
    assert {person for person, _ in again["resource_usage"]} == {b2, c3}
    assert len(again["resource_usage"]) == 3


def test_the_same_file_sent_again_brings_nobody_back(home: Home) -> None:
    erase(home, "A1", "objection", AS_AT, role=ROLE)
    path = home.inbox / "resource_usage" / "again.csv"
    path.write_text("\n".join(FILES["resource_usage/all.csv"]) + "\n", encoding="utf-8")
    load(home)
    assert found(home, "A1") == []


STEPS = {
    "in the archive": (rewriting.archive, "write_delivery"),
    "between two files": (rewriting, "_times"),
    "before the warehouse": (erasure, "from_warehouse"),
    "before the file is written anew": (erasure, "write_anew"),
    "before the vault": (erasure, "take_out_of_vault"),
    "before the record": (erasure, "write_down"),
}


@pytest.mark.parametrize("step", STEPS)
def test_erasure_that_is_cut_off_is_finished_by_the_same_command(
    home: Home, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill, told as an exception nobody catches: no step cleans up after it."""
    module, name = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(module, name, killed)
        with pytest.raises(Killed):
            erase(home, "A1", "unlawful", AS_AT, role=ROLE)
    with pytest.raises(SettingsProblem, match=r"An erasure was cut off\."):
        runner.refuse_before_work(home)
    with pytest.raises(SettingsProblem, match="Finish that one first"):
        erase(home, "B2", "unlawful", AS_AT, role=ROLE)
    erase(home, "A1", "unlawful", AS_AT, role=ROLE)
    assert found(home, "A1") == []
    assert len(list((home.archive / "resource_usage").glob("*.age"))) == 4, "nothing is left over"
    runner.refuse_before_work(home)


class Killed(BaseException):
    """What nothing in the product catches."""


def killed(*_: object, **__: object) -> None:
    raise Killed


def test_erasure_is_refused_under_a_hold_and_while_a_challenge_is_open(home: Home) -> None:
    with pytest.raises(SettingsProblem, match="a challenge of theirs is open"):
        erase(home, "C3", "objection", AS_AT, role=ROLE)
    hold = "holds:\n  - {person: A1, reference: tribunal 7, set_by_role: Legal, until: 2026-11-30}\n"
    (home.root / "legal_holds.yml").write_text(hold, encoding="utf-8")
    with pytest.raises(SettingsProblem, match=r"under legal hold \(tribunal 7\)"):
        erase(home, "A1", "objection", AS_AT, role=ROLE)
    assert len(found(home, "A1")) > 6
    (home.root / "legal_holds.yml").write_text(hold.replace("person", "persn"), encoding="utf-8")
    with pytest.raises(SettingsProblem, match=r"legal_holds\.yml, line 2: holds\.0\.person"):
        erase(home, "A1", "objection", AS_AT, role=ROLE)
    (home.root / "legal_holds.yml").write_text(hold, encoding="utf-8")
    erase(home, "A1", "objection", datetime.date(2026, 12, 1), role=ROLE)
    assert found(home, "A1") == []


def counts(due: list[object]) -> dict[tuple[str, str], int]:
    return {(each.layer, each.source): each.n for each in due}  # type: ignore[attr-defined]


def test_what_is_past_its_time_is_counted_first_then_gone_from_every_layer(home: Home) -> None:
    """P10. Here use is kept 13 months: as at November 2026 from October 2025 on; staff records six years."""
    with pytest.raises(SettingsProblem, match="first run it without --apply"):
        retention(home, AS_AT, role=ROLE, is_applied=True)
    before = archived(home)
    due = counts(retention(home, AS_AT, role=ROLE, is_applied=False))
    assert due == {
        ("warehouse", "raw.resource_usage"): 3, ("warehouse", "marts.fct_evidence_use_month"): 3,
        ("archive, whole files", "resource_usage"): 1, ("archive, files in part", "resource_usage"): 1,
    }  # fmt: skip
    assert archived(home) == before, "counting deletes nothing"
    assert counts(retention(home, AS_AT, role=ROLE, is_applied=True)) == due
    assert retention(home, AS_AT, role=ROLE, is_applied=False) == []
    assert "02/05/2025" not in archived(home)
    assert "05/10/2026" in archived(home)
    assert len(rebuilt_raw(home)["resource_usage"]) == 2
    report = json.loads((home.logs / "retention_2026-11-22.json").read_text("utf-8"))
    assert (report["signed_off_by"], len(report["due"])) == (ROLE, 4)


def test_retention_that_is_cut_off_is_counted_and_done_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    retention(home, AS_AT, role=ROLE, is_applied=False)
    with monkeypatch.context() as patch:
        patch.setattr("dagster_project.people.retention.write_anew", killed)
        with pytest.raises(Killed):
            retention(home, AS_AT, role=ROLE, is_applied=True)
    retention(home, AS_AT, role=ROLE, is_applied=False)
    retention(home, AS_AT, role=ROLE, is_applied=True)
    assert retention(home, AS_AT, role=ROLE, is_applied=False) == []
    assert len(rebuilt_raw(home)["resource_usage"]) == 2


def test_somebody_under_legal_hold_keeps_rows_past_their_time(home: Home) -> None:
    hold = "holds:\n  - {person: A1, reference: tribunal 7, set_by_role: Legal}\n"
    (home.root / "legal_holds.yml").write_text(hold, encoding="utf-8")
    retention(home, AS_AT, role=ROLE, is_applied=False)
    retention(home, AS_AT, role=ROLE, is_applied=True)
    text = archived(home)
    assert "A1,02/05/2025" in text
    assert "B2,03/05/2025" not in text


def test_whoever_has_no_row_left_goes_from_the_vault(home: Home) -> None:
    """In 2031 the snapshot of 2024 is past its six years, that of 2026 is not."""
    later = datetime.date(2031, 11, 22)
    for is_applied in (False, True):
        retention(home, later, role=ROLE, is_applied=is_applied)
    held = open_vault(home.vault, home.keys, role="test", why="test")
    assert set(held) == {home.keys.person_id(staff_id) for staff_id in ("A1", "C3")}


def test_commands_say_what_was_taken_and_never_who(home: Home) -> None:
    where = ["--home", str(home.root), "--role", ROLE, "--as-at", "2026-11-22"]
    counted = CliRunner().invoke(app, ["retention", *where])
    assert "archive, whole files: resource_usage (usage), before 2025-10-01: 1" in counted.stdout
    wrong = CliRunner().invoke(app, ["erase", "--person", "A1", "--ground", "bored", *where])
    assert "write one of no_longer_needed, objection" in str(wrong.exception)
    done = CliRunner().invoke(app, ["erase", "--person", "A1", "--ground", "objection", *where])
    assert "entries of the vault: 1" in done.stdout
    assert "Ann" not in done.output


def test_warehouse_file_written_anew_holds_views_and_tables_as_before(home: Home) -> None:
    def listed() -> list[tuple[object, ...]]:
        with duckdb.connect(str(home.warehouse)) as connection:
            return connection.execute(
                "select table_schema, table_name, table_type from information_schema.tables order by all"
            ).fetchall()

    before = listed()
    erasure.write_anew(home)
    assert listed() == before
    assert ("staging", "stg_usage", "VIEW") in before
