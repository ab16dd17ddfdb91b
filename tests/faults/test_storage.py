"""A disk that is full, a damaged warehouse, a key of another home: one line says so, nothing is lost or overwritten."""

import hashlib
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dagster_project import replay, steps
from dagster_project.home import Home, writing
from dagster_project.identity.keys import make_key_file
from dagster_project.problems import StorageProblem
from dagster_project.steps import Run
from tests.faults.command import Command
from tests.gates.conftest import SmallHome, post

WHEN = ("--month", "2026-10", "--as-at", "2026-11-22")
NINE = [post("2026-10", number) for number in range(9)]
MANY = [f"S{n},Z{n % 9},Z99,{n % 28 + 1:02}/10/2026,One to one,Held,{'Yes' if n % 2 else 'No'}," for n in range(15_000)]
FULL = r"^The disk is full \(File too large\): free some space, then run again; nothing delivered is lost\.$"
ROWS = "select count(*) from raw.supervision"


@contextmanager
def full_disk(biggest_file: int) -> Iterator[None]:
    """Writing beyond `biggest_file` bytes of any file fails in the block."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (biggest_file, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def read_and_load(run: Run, feed: str) -> None:
    steps.stage_feed(run, feed)
    steps.judge_feed(run, feed)
    steps.load_feed(run, feed)


def contents(home: Home) -> dict[str, str]:
    """Every file of the home but the logs and the lock, by its hash."""
    files = [path for path in home.root.rglob("*") if path.is_file() and path.parent != home.logs and path != home.lock]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def refusal(home: Home, folder: Path) -> str:
    """What `run` says that must not go on."""
    run = Command(folder / "said", "run", *WHEN, "--home", home.root)
    assert run.ended() == 2, run.said
    assert run.said.count("\n") == 1
    return run.said


@pytest.mark.parametrize("room", [-250_000, -1, 30_000, 300_000])
def test_full_disk_while_loading_loads_nothing_and_the_next_run_everything(small_home: SmallHome, room: int) -> None:
    small_home.deliver("supervision", MANY)
    run = small_home.run()
    biggest_file = small_home.home.warehouse.stat().st_size + room
    with pytest.raises(StorageProblem, match=FULL), full_disk(biggest_file), writing(small_home.home, "run"):
        read_and_load(run, "supervision")
    assert small_home.ask(ROWS) == [(0,)]
    small_home.load("supervision")
    assert small_home.ask(ROWS) == [(len(MANY),)]


def cut(home: Home) -> None:
    os.truncate(home.warehouse, 5000)


def overwrite(home: Home) -> None:
    home.warehouse.write_bytes(b"\0" * home.warehouse.stat().st_size)


def overwrite_heads_of_blocks(home: Home) -> None:
    with home.warehouse.open("r+b") as file:
        file.seek(4096)  # after the file's own head
        file.write(b"damage" * 1000)


@pytest.mark.parametrize("damage", [cut, overwrite, overwrite_heads_of_blocks])
def test_damaged_warehouse_is_told_with_what_to_do(
    small_home: SmallHome, tmp_path: Path, damage: Callable[[Home], None]
) -> None:
    small_home.deliver("workforce", NINE)
    small_home.load("workforce")
    damage(small_home.home)
    assert refusal(small_home.home, tmp_path) == (
        "The warehouse is damaged: `practice-metrics rebuild` makes it again from the archive.\n"
    )
    replay.set_warehouse_aside(small_home.home)
    small_home.load("workforce")
    assert small_home.ask("select count(*) from raw.workforce") == [(len(NINE),)]


def test_key_of_another_home_overwrites_nothing(small_home: SmallHome, tmp_path: Path) -> None:
    """A key was lost, and somebody made a new one in its place."""
    small_home.deliver("workforce", NINE)
    small_home.load("workforce")
    small_home.deliver("workforce", [*NINE, post("2026-10", 10)])
    key = small_home.home.root.with_name("home.key")
    key.unlink()
    make_key_file(key)
    before = contents(small_home.home)
    said = refusal(small_home.home, tmp_path)
    assert said.startswith("the vault cannot be opened (")
    assert said.endswith("it is damaged, or was sealed with another key than the key file's\n")
    assert contents(small_home.home) == before
