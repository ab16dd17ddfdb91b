"""Commands about people that are ended by SIGKILL (P10): whatever they were doing, the same command finishes it.

Each is a process of its own, killed right after its n-th rename or deletion of a file: between two of them nothing that
lasts is done, but for the commit of the warehouse, which is followed by one.
"""

import functools
import itertools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dagster_project.home import Home
from tests.people.small_home import ROLE, archived, found, rebuilt_raw
from tests.process import started

WHEN = ("--as-at", "2026-11-22", "--role", ROLE)
ERASE = ("erase", "--person", "A1", "--ground", "unlawful", *WHEN)
COUNT, DELETE = ("retention", *WHEN), ("retention", "--apply", *WHEN)
ROTATE = ("rotate-keys", *WHEN)
PATIENCE = 240  # seconds

SOME, MORE = (6,), (1, 2, 3, 5, 8, 10, 12, 15, 20, 30)
points = pytest.mark.parametrize("n", [*SOME, *(pytest.param(n, marks=pytest.mark.whole_runs) for n in MORE)])


def kill_after(n: int) -> None:
    """Let this process die right after its n-th rename or deletion."""
    numbers = itertools.count(1)

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            done = original(*arguments, **named)
            if next(numbers) == n:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call

    for name in ("replace", "unlink"):
        setattr(Path, name, counted(getattr(Path, name)))


def ended(home: Home, *arguments: str, before: Callable[[], None] = int) -> int | None:
    """The exit code of a command in a process of its own."""
    said = home.root.with_name("said")
    process = started([*arguments, "--home", str(home.root)], said, said, before=before)
    process.join(PATIENCE)
    assert process.exitcode in (0, -signal.SIGKILL), said.read_text("utf-8")
    return process.exitcode


def kill(home: Home, n: int, *arguments: str) -> int | None:
    return ended(home, *arguments, before=functools.partial(kill_after, n))


@points
def test_erasure_that_was_killed_is_finished_by_the_same_command(home: Home, n: int) -> None:
    code = kill(home, n, *ERASE)
    assert code == -signal.SIGKILL or n not in SOME
    assert ended(home, *ERASE) == 0
    assert found(home, "A1") == []
    assert all(found(home, other) for other in ("B2", "C3"))
    assert "Cy Cedar" in archived(home)
    assert len(list((home.archive / "resource_usage").glob("*.age"))) == 4, "nothing is left over"
    assert len(rebuilt_raw(home)["resource_usage"]) == 3


@points
def test_retention_that_was_killed_is_counted_and_done_again(home: Home, n: int) -> None:
    ended(home, *COUNT)
    code = kill(home, n, *DELETE)
    assert code == -signal.SIGKILL or n not in SOME
    assert ended(home, *COUNT) == ended(home, *DELETE) == 0
    left = archived(home)
    assert "02/05/2025" not in left
    assert "05/10/2026" in left
    assert all(found(home, person) for person in ("A1", "B2", "C3"))
    assert len(rebuilt_raw(home)["resource_usage"]) == 2


@points
def test_change_of_keys_that_was_killed_is_finished_by_the_same_command(home: Home, n: int) -> None:
    old, before = home.keys.person_id("A1"), archived(home)
    code = kill(home, n, *ROTATE)
    assert code == -signal.SIGKILL or n not in SOME
    assert ended(home, *ROTATE) == 0
    new = Home(home.root)
    assert new.keys.person_id("A1") != old
    assert archived(new) == before
    assert len(found(new, "A1")) > 6
    assert not [place for place in found(new, "A1") if place == "warehouse.duckdb.wal"]
    again = rebuilt_raw(new)
    assert [person for person, _ in again["resource_usage"]].count(new.keys.person_id("A1")) == 2
