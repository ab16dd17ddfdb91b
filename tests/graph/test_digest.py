"""The daily digest: what somebody must act on, or that all is well, and that it arrives."""

import datetime
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from dagster_project import failed_run, steps
from dagster_project.chase import write_status
from dagster_project.digest import Digest, digest, send
from dagster_project.messages import NotifyProblem
from tests.gates.conftest import GOOD, OF_ONESELF, SmallHome, post

TODAY = datetime.date(2026, 11, 9)
WELL = Digest("Anytown", [], [])


class Postbox:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content or b""))
        return "250 kept"


def serve(postbox: Postbox, **settings: Any) -> Iterator[tuple[Postbox, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    yield postbox, port
    controller.stop()


@pytest.fixture
def relay() -> Iterator[tuple[Postbox, int]]:
    """A mail relay that asks for no log-in."""
    yield from serve(Postbox())


@pytest.fixture
def guarded_relay() -> Iterator[tuple[Postbox, int]]:
    """A mail relay that takes nothing without the right log-in."""

    def is_known(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"metrics", b"sesame"))

    yield from serve(Postbox(), authenticator=is_known, auth_required=True, auth_require_tls=False)


def at(small: SmallHome, address: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("PRACTICE_METRICS_NOTIFY", address)
    return send(small.home, WELL)


def test_relay_without_log_in_gets_the_digest(
    small_home: SmallHome, relay: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox, port = relay
    assert at(small_home, f"mailto://127.0.0.1:{port}?from=m@council.example&to=d@council.example", monkeypatch) == 1
    [message] = postbox.messages
    assert message["Subject"] == "Practice Metrics, Anytown: all well"
    assert message["To"] == "d@council.example"
    assert "Everything due has arrived" in str(message.get_payload(decode=True))


def test_relay_with_log_in_gets_the_digest_and_a_wrong_one_is_told_without_the_password(
    small_home: SmallHome, guarded_relay: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox, port = guarded_relay
    address = "mailto://metrics:{}@127.0.0.1:{}?from=m@council.example&to=d@council.example&mode=insecure"
    assert at(small_home, address.format("sesame", port), monkeypatch) == 1
    assert len(postbox.messages) == 1
    with pytest.raises(NotifyProblem, match=r"address 1 of notify \(mailto\)") as problem:
        at(small_home, address.format("wrongword", port), monkeypatch)
    assert "wrongword" not in str(problem.value)
    assert len(postbox.messages) == 1


def test_home_never_run_says_so(small_home: SmallHome) -> None:
    assert digest(small_home.home, TODAY).troubles == ["Nothing has been run yet."]


def finished(small: SmallHome, *feeds: str) -> Digest:
    """The digest after a run of `feeds`."""
    run = small.run(as_at=TODAY)
    for feed in feeds:
        steps.stage_feed(run, feed)
        steps.judge_feed(run, feed)
        steps.load_feed(run, feed)
    steps.copy_for_readers(run)
    write_status(small.home)
    return digest(small.home, TODAY)


def test_what_is_not_due_is_told_and_troubles_nobody(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD)
    small_home.deliver("workforce", [post("2026-10", number) for number in range(9)])
    told = finished(small_home, "supervision", "workforce")
    assert told.troubles == []
    assert told.title.endswith("all well")
    assert any(line.startswith("counter_usage from nobody yet for 2026-10, due 2026-12-01") for line in told.waiting)


def test_held_file_and_overdue_month_are_things_to_look_at(small_home: SmallHome) -> None:
    small_home.deliver("supervision", OF_ONESELF, sender="north")
    small_home.deliver("workforce", [post("2026-10", number) for number in range(9)])
    told = finished(small_home, "supervision", "workforce")
    assert any(line.startswith("supervision from north: a file (") for line in told.troubles)
    assert any("was held: Supervisor and supervisee" in line for line in told.troubles)
    later = digest(small_home.home, datetime.date(2026, 11, 11))
    assert any("supervision from north for 2026-10, due 2026-11-10" in line for line in later.troubles)
    assert later.title == f"Practice Metrics, Fictional council: {len(later.troubles)} things to look at"


def turned_back(told: Digest) -> list[str]:
    return [line for line in told.troubles if ": a file (" in line]


def test_held_file_is_told_until_a_later_file_of_its_months_is_loaded(small_home: SmallHome) -> None:
    """October was held, September came later and was loaded: nobody was told of October any more."""
    small_home.deliver("supervision", OF_ONESELF, "a.csv")
    assert len(turned_back(finished(small_home, "supervision"))) == 1
    september = [row.replace("/10/2026", "/09/2026").replace("S", "R") for row in GOOD]
    small_home.deliver("supervision", september, "b.csv")
    [line] = turned_back(finished(small_home, "supervision"))
    assert line.startswith("supervision from default: a file (")
    assert "was held" in line
    small_home.deliver("supervision", GOOD, "c.csv")
    assert turned_back(finished(small_home, "supervision")) == []


def test_refused_file_is_told_until_its_sender_sends_one_that_loads(small_home: SmallHome) -> None:
    small_home.deliver("supervision", ["not enough cells"], sender="north")
    small_home.deliver("supervision", GOOD, sender="south")
    [line] = turned_back(finished(small_home, "supervision"))
    assert line.startswith("supervision from north: a file (")
    small_home.deliver("supervision", [row.replace("S", "N") for row in GOOD], sender="north")
    assert turned_back(finished(small_home, "supervision")) == []


def test_managers_held_return_is_not_replaced_by_anothers(small_home: SmallHome) -> None:
    """Forty managers drop their files into one folder, so the sender and the month are the same."""
    small_home.deliver("manager_classification", ["2026-10,M1,99,9"])
    small_home.deliver("manager_classification", ["2026-10,M2,2,9"])
    assert len(turned_back(finished(small_home, "manager_classification"))) == 1
    small_home.deliver("manager_classification", ["2026-10,M3,2,9"])
    assert len(turned_back(finished(small_home, "manager_classification"))) == 1
    delivered = datetime.datetime.now(datetime.UTC).date()
    assert len(turned_back(digest(small_home.home, delivered + datetime.timedelta(days=35)))) == 1
    assert turned_back(digest(small_home.home, delivered + datetime.timedelta(days=36))) == []


def test_run_that_broke_is_told_until_one_gets_to_its_end(small_home: SmallHome) -> None:
    failed_run.remember(small_home.run(as_at=TODAY), "refresh_warehouse", "archive__deliveries", "PermissionError")
    said = "The run of 2026-11-09 (refresh_warehouse) failed at archive__deliveries (PermissionError)"
    assert [line.split(",")[0] for line in digest(small_home.home, TODAY).troubles] == [said]
    finished(small_home, "supervision")
    assert any(line.startswith(said) for line in digest(small_home.home, TODAY).troubles)
    failed_run.forget(small_home.home)
    assert not any(line.startswith(said) for line in digest(small_home.home, TODAY).troubles)


def test_run_of_long_ago_is_asked_about(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", number) for number in range(9)])
    finished(small_home, "workforce")
    told = digest(small_home.home, datetime.date(2027, 1, 5))
    assert "The newest run was as at 2026-11-09. Is the schedule running?" in told.troubles
