"""Editions are found, listed and checked against their own hashes; the newest is sent to leaders."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dagster_project.editions import all_editions, changed_files, edition_rows, find_edition, values_shown
from dagster_project.home import Home, make_home
from dagster_project.problems import SettingsProblem
from dagster_project.publishing import next_report, write_manifest
from dagster_project.sending import letter, send
from dashboards.build import build_notice, build_site
from tests.graph.test_digest import Postbox, serve
from tests.unit.test_dashboards import MONTH, RECORD, make_figures

FACTS = {
    "as_at": "2026-10-09", "published_on": "2026-10-12", "signed_off_by": "Director", "inputs": [["usage", "aa"]],
    "code_version": "abc", "fingerprint": "0123456789abcdef",
}  # fmt: skip
TODAY = datetime.date(2026, 11, 9)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one edition of September, in three trees."""
    record = RECORD.model_copy(update={"audience": ["leadership", "practice", "staff"]})
    figures = make_figures(records={"reading": record})
    made = make_home(tmp_path / "home", {"organisation": "Anytown", "sample": True})
    for audience in ("leadership", "practice", "staff"):
        out = made.published_to(audience) / "2026-09" / "01"
        build_site(figures, out, signed_off_by="Director", edition="2026-09 edition 01", audience=audience)
        write_manifest(out, FACTS)
    return made


def test_editions_are_listed_with_who_signed_and_when(home: Home) -> None:
    [row] = edition_rows(home)
    assert (row["edition"], row["published_on"], row["signed_off_by"], row["files_in"]) == (
        "2026-09/01", "2026-10-12", "Director", 1,
    )  # fmt: skip
    assert find_edition(home, "2026-09") == find_edition(home, "2026-09/01") == all_editions(home)[0]


@pytest.mark.parametrize("name", ["2026-08", "2026-09/02", "../practice/2026-09/01", "", "."])
def test_edition_that_is_not_there_is_refused_with_those_that_are(home: Home, name: str) -> None:
    with pytest.raises(SettingsProblem, match="The editions are: 2026-09/01"):
        find_edition(home, name)


def test_file_that_was_changed_added_or_lost_is_named(home: Home) -> None:
    edition = find_edition(home, "2026-09")
    assert changed_files(home, edition) == []
    (edition / "index.html").write_text("44% became 54%")
    (edition / "extra.txt").write_text("new")
    (home.published_to("staff") / "2026-09" / "01" / "method.html").unlink()
    assert changed_files(home, edition) == [
        "leadership/2026-09/01/extra.txt was not published with it",
        "leadership/2026-09/01/index.html was changed",
        "staff/2026-09/01/method.html is missing",
    ]


def test_values_shown_are_those_of_all_trees_once(home: Home) -> None:
    """The audit of the next month asks what readers know: a measure of practice alone is known too."""
    shown = values_shown(home, MONTH)
    assert len(shown) == len(make_figures().values)
    path = home.published_to("practice") / "2026-09" / "01" / "figures.json"
    figures = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(figures | {"values": [{**v, "metric_id": "own"} for v in figures["values"]]}))
    assert {value.metric_id for value in values_shown(home, MONTH)} == {"reading", "own"}
    assert len(values_shown(home, MONTH)) == 2 * len(shown)


def test_groups_of_a_published_comparison_are_known_too(home: Home) -> None:
    """What was told of 62 users and 45 others last month may give somebody away this month."""
    path = home.published / "2026-09" / "01" / "figures.json"
    figures = json.loads(path.read_text("utf-8"))
    compared = {"metric_id": "reading", "question": "progression", "period_end": "2026-09-30", "state": "compared",
                "users": 62, "users_with": 29, "others": 45, "others_with": 15}  # fmt: skip
    path.write_text(json.dumps(figures | {"associations": [compared]}))
    groups = [value for value in values_shown(home, MONTH) if value.breakdown == "compared: progression"]
    assert [(value.breakdown_value, value.numerator, value.denominator) for value in groups] == [
        ("users", 29, 62), ("others", 15, 45),
    ]  # fmt: skip


@pytest.fixture
def relay() -> Iterator[tuple[Postbox, int]]:
    yield from serve(Postbox())


def test_newest_edition_is_mailed_as_a_paragraph_with_its_files(
    home: Home, relay: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox, port = relay
    (find_edition(home, "2026-09") / "board_pack.pdf").write_bytes(b"%PDF-1.7")
    address = f"mailto://127.0.0.1:{port}?from=m@council.example&to=d@council.example"
    monkeypatch.setenv("PRACTICE_METRICS_SEND_TO", address)
    assert send(home, letter(home, TODAY)) == 1
    [message] = postbox.messages
    assert message["Subject"] == "Anytown: use of evidence, September 2026"
    parts = {part.get_filename(): part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()}
    assert set(parts) == {None, "board_pack.pdf", "figures.xlsx"}
    body = bytes(parts[None] or b"").decode()
    assert "Reading evidence: fewer than half of practitioners, 44%." in body
    assert "Signed off by: Director." in body
    assert "86411" not in body


def test_month_that_is_held_is_mailed_as_its_notice(home: Home) -> None:
    held = home.published / "2026-10" / "held.html"
    build_notice(held, organisation="Anytown", month=datetime.date(2026, 10, 1), reasons=["No <list>"], as_at=TODAY)
    message = letter(home, TODAY)
    assert message.title == "Anytown: use of evidence, October 2026 is held"
    assert message.body == "The figures for October 2026 are held, because: No <list>"
    assert message.attached == [held]


def test_nothing_published_and_nobody_to_send_to_are_said(tmp_path: Path, home: Home) -> None:
    with pytest.raises(SettingsProblem, match="Nothing is published yet"):
        letter(make_home(tmp_path / "empty", {}), TODAY)
    with pytest.raises(SettingsProblem, match="send_to"):
        send(home, letter(home, TODAY))


@pytest.mark.parametrize(("month", "day"), [((2026, 9), (2026, 11, 12)), ((2026, 11), (2027, 1, 12))])
def test_next_report_is_the_draft_day_after_the_next_month(month: tuple[int, int], day: tuple[int, int, int]) -> None:
    assert next_report(datetime.date(*month, 1), 12) == datetime.date(*day)
