"""A kill just before or just after the archive is told to leave a file out: archive and warehouse agree afterwards.

The moments are too short to be met by a real kill, so the write is made to end the step.
"""

from collections.abc import Callable

import pytest

from dagster_project import replay
from dagster_project.exports import archive
from tests.gates.conftest import GOOD, OF_ONESELF, SmallHome

CURRENT = "select count(*) from raw.supervision where _superseded_by is null"
LEAVE_OUT = archive.leave_out


class Killed(BaseException):
    """In place of the end of the process."""


def before(*_: object) -> None:
    raise Killed


def after(*arguments: object) -> None:
    LEAVE_OUT(*arguments)
    raise Killed


def load_again(small: SmallHome) -> archive.Delivery:
    """The next run, and what the archive then says of its only delivery."""
    small.load("supervision")
    [delivery] = archive.deliveries(small.home, "supervision", small.home.keys)
    return delivery


@pytest.mark.parametrize("killed", [before, after])
def test_file_that_failed_its_gate_is_told_of_after_a_kill(
    small_home: SmallHome, monkeypatch: pytest.MonkeyPatch, killed: Callable[..., None]
) -> None:
    small_home.deliver("supervision", OF_ONESELF)
    monkeypatch.setattr(archive, "leave_out", killed)
    with pytest.raises(Killed):
        small_home.load("supervision")
    monkeypatch.undo()
    assert str(load_again(small_home).left_out).startswith("held: ")
    assert small_home.ask("select status from ledger.deliveries") == [("held",)]
    assert small_home.ask(CURRENT) == [(0,)]


@pytest.mark.parametrize("killed", [before, after])
def test_file_is_withdrawn_or_not_after_a_kill_but_never_half(
    small_home: SmallHome, monkeypatch: pytest.MonkeyPatch, killed: Callable[..., None]
) -> None:
    small_home.deliver("supervision", GOOD)
    small_home.load("supervision")
    [delivery] = archive.deliveries(small_home.home, "supervision", small_home.home.keys)
    monkeypatch.setattr(archive, "leave_out", killed)
    with pytest.raises(Killed):
        replay.withdraw_file(small_home.home, delivery.file_hash, "sent by mistake")
    monkeypatch.undo()
    is_withdrawn = load_again(small_home).left_out is not None
    assert small_home.ask(CURRENT) == [(0 if is_withdrawn else len(GOOD),)]
