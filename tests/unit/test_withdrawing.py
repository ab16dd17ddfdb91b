"""A file that is taken back: what it had superseded counts again, in every folder it was put into."""

import pytest

from dagster_project.exports import archive
from dagster_project.problems import SettingsProblem
from dagster_project.replay import withdraw_file
from tests.unit.one_feed import OCTOBER, SEPTEMBER, Feed, event


def test_withdrawn_file_gives_back_what_it_had_superseded(events: Feed) -> None:
    events.deliver(event(1), event(2))
    events.run()
    path = events.deliver(event(2, status="cancelled"), event(3, "2026-10-01"))
    content = path.read_bytes()
    events.run()
    events.touched()
    withdrawn = events.hashes()[1]
    assert withdrawn[:12] in withdraw_file(events.home, withdrawn[:8].upper(), "sent by mistake")
    assert events.run() == 2
    assert events.current("supervision_id, status") == [("S1", "held"), ("S2", "held")]
    assert events.touched() == [SEPTEMBER, OCTOBER]
    assert events.run() == 0, "it stays out"
    path.write_bytes(content)
    assert events.run() == 1
    assert events.current("supervision_id, status")[1:] == [("S2", "cancelled"), ("S3", "held")]


def test_withdrawing_needs_enough_of_one_known_hash(events: Feed) -> None:
    events.deliver(event(1))
    events.run()
    before = events.ask("select * from raw.supervision")
    for wanted, words in {events.hashes()[0][:7]: "at least 8 digits", "0" * 64: "0 delivered files", "": "8"}.items():
        with pytest.raises(SettingsProblem, match=words):
            withdraw_file(events.home, wanted, "reason")
    assert events.ask("select * from raw.supervision") == before


def test_file_put_into_two_folders_is_withdrawn_from_both(events: Feed) -> None:
    """Dropped into the wrong folder first, refused there, then put right: it could never be withdrawn again."""
    content = events.deliver(event(1)).read_bytes()
    events.run()
    wrong = events.home.inbox / "workforce" / "s.csv"
    wrong.parent.mkdir()
    wrong.write_bytes(content)
    archive.land(events.home, {"workforce": ()}, events.home.keys)
    assert "supervision, workforce" in withdraw_file(events.home, events.hashes()[0], "reason")
    assert events.run() == 0
    assert events.current("supervision_id") == []
