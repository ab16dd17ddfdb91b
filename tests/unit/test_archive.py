"""The archive: nothing delivered is lost, nothing lies in clear, and a repeat is a repeat."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from dagster_project.exports import archive
from dagster_project.exports.archive import (
    Delivery,
    Landed,
    deliveries,
    inbox_files,
    land,
    leave_out,
    open_archived,
    write_delivery,
)
from dagster_project.files import sha256
from dagster_project.home import Home, make_home
from dagster_project.identity.keys import make_key_file, read_key_file
from dagster_project.problems import KeyProblem

FEED = "supervision"
CLEAR = b"Staff ID,Name\nA1,Jo Bloggs\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", {"settle_seconds": 0})


def put(home: Home, name: str, content: bytes = CLEAR, at: float = 0) -> Path:
    path = home.inbox / FEED / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def landed(home: Home) -> Landed:
    return land(home, {FEED: ()}, home.keys)[FEED]


def names(home: Home) -> list[tuple[int, str, str]]:
    return [(found.number, found.sender, found.file_name) for found in deliveries(home, FEED, home.keys)]


def test_files_go_to_the_archive_in_the_order_in_which_they_came(home: Home) -> None:
    put(home, "b.csv", b"1", at=100)
    put(home, "north/a.csv", b"2", at=50)
    put(home, "south/a.csv", b"3", at=200)
    assert landed(home) == Landed(new=3)
    assert names(home) == [(1, "north", "a.csv"), (2, "default", "b.csv"), (3, "south", "a.csv")]
    assert not inbox_files(home, FEED)
    put(home, "c.csv", b"4", at=1)
    landed(home)
    assert names(home)[-1] == (4, "default", "c.csv"), "a later landing comes later, whatever the file's time"


def test_hidden_files_lock_files_and_recycle_bins_are_no_deliveries(home: Home) -> None:
    for name in (".DS_Store", "~$open.xlsx", ".recycle/old.csv", "north/.part", "north/deeper/a.csv"):
        put(home, name)
    assert inbox_files(home, FEED) == []
    assert landed(home) == Landed()


def test_archive_holds_no_byte_of_a_file_or_its_sender_in_clear(home: Home) -> None:
    put(home, "north/Jo Bloggs.csv")
    landed(home)
    stored = [path for path in home.archive.rglob("*") if path.is_file()]
    assert len(stored) == 2
    for path in stored:
        assert b"Bloggs" not in path.read_bytes()
        assert b"north" not in path.read_bytes()
        assert "Bloggs" not in path.name


def test_archived_file_opens_as_it_was(home: Home, tmp_path: Path) -> None:
    put(home, "Workforce.XLSX", CLEAR)
    landed(home)
    (delivery,) = deliveries(home, FEED, home.keys)
    clear = open_archived(home, home.keys, delivery, tmp_path)
    assert (clear.read_bytes(), clear.suffix, sha256(clear)) == (CLEAR, ".xlsx", delivery.file_hash)


def test_same_bytes_again_are_a_repeat_whatever_the_name(home: Home) -> None:
    put(home, "a.csv")
    put(home, "b.csv")
    assert landed(home) == Landed(new=1, seen_before=1)
    put(home, "north/c.csv")
    assert landed(home) == Landed(seen_before=1)
    assert names(home) == [(1, "default", "a.csv")]
    assert not inbox_files(home, FEED), "a repeat is taken out of the inbox too"


def test_file_left_out_is_let_in_by_a_new_delivery_and_comes_last(home: Home) -> None:
    put(home, "a.csv")
    put(home, "b.csv", b"other", at=1)
    landed(home)
    leave_out(home, home.keys, deliveries(home, FEED, home.keys)[0], "held: because")
    assert [found.left_out for found in deliveries(home, FEED, home.keys)] == ["held: because", None]
    put(home, "north/again.csv")
    put(home, "north/twice.csv", at=5)
    assert landed(home) == Landed(new=1, seen_before=1)
    assert names(home) == [(2, "default", "b.csv"), (3, "north", "again.csv")]
    assert [found.left_out for found in deliveries(home, FEED, home.keys)] == [None, None]


def test_kill_before_the_delivery_is_written_down_loses_nothing(home: Home) -> None:
    """The sealed file is there, the note of its delivery is not: it is no delivery yet, and the inbox still has it."""
    put(home, "a.csv")
    landed(home)
    (note,) = home.archive.rglob("*.delivery.age")
    note.unlink()
    (home.archive / FEED / f".{'0' * 64}.part").write_bytes(b"half")
    assert names(home) == []
    put(home, "a.csv")
    assert landed(home) == Landed(new=1)
    assert names(home) == [(1, "default", "a.csv")]


def test_kill_before_the_inbox_copy_goes_is_a_repeat(home: Home) -> None:
    put(home, "a.csv")
    landed(home)
    put(home, "a.csv")
    assert landed(home) == Landed(seen_before=1)


def test_file_still_being_written_waits_for_the_next_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.config.write_text("settle_seconds: 300\nkey_file: ../home.key\n", encoding="utf-8")
    still = put(home, "growing.csv", b"Staff ID\n", at=time.time())
    gone = put(home, "gone.csv", b"1", at=time.time())
    put(home, "done.csv", b"2", at=time.time())
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        still.write_bytes(b"Staff ID\nA1\n")
        gone.unlink()

    monkeypatch.setattr(time, "sleep", wait)
    found = landed(Home(home.root))
    assert (waits, found) == ([300], Landed(new=1, still_changing=2))
    assert inbox_files(home, FEED) == [still]


def test_settled_files_are_not_waited_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.config.write_text("settle_seconds: 500\nkey_file: ../home.key\n", encoding="utf-8")
    put(home, "a.csv", at=int(time.time()) - 501)
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("there was nothing to wait for"))
    assert landed(Home(home.root)) == Landed(new=1)


def test_feeds_keep_apart(home: Home) -> None:
    put(home, "a.csv")
    other = home.inbox / "workforce" / "a.csv"
    other.parent.mkdir()
    other.write_bytes(CLEAR)
    found = land(home, {FEED: (), "counter_usage": ()}, home.keys)
    assert found == {FEED: Landed(new=1), "counter_usage": Landed()}
    assert other.exists(), "a feed that is off stays in the inbox, unopened"


def test_file_name_of_any_bytes_is_archived(home: Home) -> None:
    """Old archives unpack to names in another encoding; no text column can hold such a name."""
    path = Path(os.fsdecode(os.fsencode(home.inbox / FEED / "caf") + b"\xe9")) / os.fsdecode(b"\xe9t\xe9.csv")
    path.parent.mkdir(parents=True)
    path.write_bytes(CLEAR)
    landed(home)
    assert names(home) == [(1, "caf\ufffd", "\ufffdt\ufffd.csv")]


def test_archive_of_another_key_or_a_damaged_one_is_told_in_one_line(home: Home, tmp_path: Path) -> None:
    put(home, "a.csv", b"x" * 200_000)
    landed(home)
    (delivery,) = deliveries(home, FEED, home.keys)
    make_key_file(tmp_path / "other.key")
    with pytest.raises(KeyProblem, match=r"^the archive of supervision cannot be opened"):
        deliveries(home, FEED, read_key_file(tmp_path / "other.key"))
    sealed = home.archive / FEED / f"{delivery.file_hash}.age"
    for content in (sealed.read_bytes()[:-70_000], b"", b"junk"):
        sealed.write_bytes(content)
        with pytest.raises(KeyProblem, match=r"cannot be opened \(.*\): it is damaged, or"):
            open_archived(home, home.keys, delivery, tmp_path)
    sealed.unlink()
    with pytest.raises(KeyProblem, match="cannot be opened"):
        open_archived(home, home.keys, delivery, tmp_path)


def test_delivery_is_written_down_whole_and_read_back(home: Home) -> None:
    delivery = Delivery(FEED, "ab" * 32, 7, "n\u00f6rth", 'a "b", c.csv', "2026-11-02T09:00:00+00:00", "held: why")
    write_delivery(home, home.keys, delivery)
    assert deliveries(home, FEED, home.keys) == [delivery]


def test_file_written_to_while_it_is_sealed_is_taken_by_the_next_run(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender's program saved again between our look and our leave: the new content was deleted unread."""
    path = home.inbox / FEED / "late.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("first")
    seal = archive._seal_content

    def seal_while_the_sender_saves(*arguments: Any) -> None:
        seal(*arguments)
        path.write_text("second and longer")

    monkeypatch.setattr(archive, "_seal_content", seal_while_the_sender_saves)
    land(home, {FEED: ()}, home.keys)
    assert path.read_text() == "second and longer"
    monkeypatch.undo()
    assert land(home, {FEED: ()}, home.keys)[FEED].new == 1


def test_refused_file_sent_again_twice_at_once_is_sealed_once_and_comes_last(home: Home) -> None:
    put(home, "first.csv")
    land(home, {FEED: ()}, home.keys)
    [before] = archive.deliveries(home, FEED, home.keys)
    put(home, "again.csv")
    put(home, "and_again.csv")
    assert land(home, {FEED: {before.file_hash}}, home.keys)[FEED].new == 2
    [after] = archive.deliveries(home, FEED, home.keys)
    assert after.number == before.number + 2
    assert archive.inbox_files(home, FEED) == []
