"""From logins, addresses and names to people: exact, and nobody where it could be two."""

import datetime
import json
from pathlib import Path

import pytest

from dagster_project import steps, warehouse
from dagster_project.data_quality import _unmatched_sql
from dagster_project.exports import archive
from dagster_project.home import make_home
from dagster_project.identity.identifiers import IdentifierKind, normal_form, pseudonym
from dagster_project.identity.vault import open_vault
from dagster_project.match import NOBODY, NOT_THEN, SEVERAL, unmatched
from dagster_project.people.erasure import erase
from dagster_project.problems import SettingsProblem
from dagster_project.replay import empty_feed
from dagster_project.steps import Run
from tests.unit.feeds_of_people import USE, Feeds
from tests.unit.one_feed import CONTRACTS


@pytest.fixture
def by_name(tmp_path: Path) -> Feeds:
    return Feeds(tmp_path / "home", "name")


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "Z.Q@Example.invalid ", "z.q@example.INVALID"),
        ("registration", "SW 987-654", "sw987654"),
        ("name", "Quillfeather,  Zebedee", "zebedee\u00a0quillfeather"),
        ("library_login", " ZQ1", "zq1"),
    ],
)
def test_spellings_of_one_identifier_are_one(kind: str, one: str, other: str) -> None:
    assert normal_form(kind, one) == normal_form(kind, other)


def test_nearly_the_same_is_somebody_else() -> None:
    """Exact only: a crosswalk that is nearly right gives one person another's record."""
    assert normal_form("name", "Jo Smith") != normal_form("name", "Jo Smyth")
    assert normal_form("name", "Jo Smith") != normal_form("name", "Smith Jo")
    assert normal_form("email", "jo.smith@a.example") != normal_form("email", "josmith@a.example")


def test_login_and_address_that_read_the_same_are_two_identifiers(by_email: Feeds) -> None:
    keys = by_email.home.keys
    assert pseudonym(keys, "email", "zq") != pseudonym(keys, "library_login", "zq")
    assert pseudonym(keys, "payroll", "a1 ") == keys.person_id("A1")


def test_address_in_the_staff_data_finds_the_person(by_email: Feeds) -> None:
    by_email.staff("A1", **{"E-mail": "zq@example.invalid"})
    by_email.uses("ZQ@example.invalid", "nobody@example.invalid")
    assert by_email.people() == ["A1", None]


def test_sender_names_people_by_what_config_says(tmp_path: Path) -> None:
    """One library's log has logins and the other's payroll numbers; A1 used one resource by both on one day."""
    feeds = Feeds(tmp_path / "home", None, {"named_by": {"resource_usage": {"library": "library_login"}}})
    feeds.deliver("resource_usage", {**USE, "Staff ID": "A1"}, {**USE, "Staff ID": "A2"}, sender="plain")
    rows = [{**USE, "Staff ID": text} for text in ("a1", "zq1", "zq3")]
    feeds.deliver("resource_usage", *rows, {**rows[1], "Date": "2026-09-11"}, sender="library")
    assert feeds.people() == ["A1", "A2", None, None, None, None], "a login that reads like a number is none"
    feeds.identifier("A1", "library login", "zq1", "2026-01-01")
    feeds.identifier("A3", "library login", "zq3", "2026-01-01")
    assert feeds.people() == ["A1", "A2", None, "A3", "A1"]
    (row,) = unmatched(feeds.home, feeds.contracts)
    assert (row["identifier"], row["kind"]) == ("A1", "library login")


def test_what_a_sender_says_goes_before_what_a_layout_has() -> None:
    """A library whose logins are payroll numbers says so; its proxy's log is else read as logins."""
    contract = CONTRACTS["resource_usage"]

    def kind(sender_says: IdentifierKind | None) -> str | None:
        return contract.named_by(sender_says).of_layout("access_log").column("person_id").identifier

    assert (kind(None), kind("email"), kind("payroll")) == ("library_login", "email", "payroll")


def test_erasure_takes_rows_named_by_a_login_and_the_login_itself(tmp_path: Path) -> None:
    """A login that was A1's and is A2's: A1's time goes, A2's stays; a login of A1 alone goes wherever it stands."""
    feeds = Feeds(tmp_path / "home", None, {"named_by": {"resource_usage": {"default": "library_login"}}})
    feeds.identifier("A1", "library login", "duty", "2026-01-01", "2026-08-31")
    feeds.identifier("A2", "library login", "duty", "2026-09-01")
    feeds.identifier("A1", "library login", "zq1", "2026-01-01")
    feeds.uses("duty", "zq1", day="2026-08-10")
    feeds.uses("duty", "zq1", "zq2")
    day = datetime.date(2026, 11, 22)
    erase(feeds.home, "A1", "objection", day, role="Data protection officer")
    assert feeds.people() == ["A2", None]
    vault = json.dumps(open_vault(feeds.home.vault, feeds.home.keys, role="data team", why="test")).lower()
    assert "zq1" not in vault
    assert "zq2" in vault
    with warehouse.opened(feeds.home.warehouse) as connection:
        for contract in feeds.contracts.values():
            empty_feed(connection, contract)
        connection.execute("delete from ledger.crosswalk; delete from ledger.identifiers")
    for feed in ("identifiers", "resource_usage"):
        feeds.load(feed)
    assert feeds.people() == ["A2", None], "the archive holds no more of them"


def test_two_logins_of_one_person_make_one_row_of_one_use(by_login: Feeds) -> None:
    by_login.identifier("A1", "library login", "zq1", "2026-01-01")
    by_login.identifier("A1", "library login", "zq2", "2026-01-01")
    by_login.uses("zq1", "zq2")
    assert by_login.people() == ["A1"]


def test_sender_cannot_name_people_by_what_the_feed_does_not_know(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", {"named_by": {"resource_usage": {"library": "name"}}})
    with pytest.raises(SettingsProblem, match="named_by: resource_usage does not name people by name, but by"):
        _ = home.settings


def test_load_of_a_run_makes_the_crosswalk(by_login: Feeds) -> None:
    by_login.uses("zq1")
    run = Run(by_login.home, by_login.contracts, datetime.date(2026, 10, 1), datetime.date(2026, 11, 1), "run")
    row = {"Staff ID": "A1", "Kind": "library login", "Identifier": "zq1", "Valid from": "2026-01-01"}
    path = by_login.home.inbox / "identifiers" / "register.csv"
    path.parent.mkdir(parents=True)
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", "utf-8")
    archive.land(run.home, {"identifiers": set()}, run.home.keys)
    steps.stage_feed(run, "identifiers")
    steps.judge_feed(run, "identifiers")
    steps.load_feed(run, "identifiers")
    assert by_login.people() == ["A1"]


def test_name_of_two_people_is_nobodys(by_name: Feeds) -> None:
    by_name.staff("A1", **{"Name": "Jo Smith"})
    by_name.staff("A2", **{"Name": "Smith, Jo"})
    by_name.staff("A3", **{"Name": "Al Brown"})
    by_name.uses("Jo Smith", "Al Brown")
    assert by_name.people() == [None, "A3"]
    links = by_name.ask("select distinct kind, confidence, method from ledger.crosswalk where kind <> 'registration'")
    assert set(links) == {("email", "certain", "workforce"), ("name", "likely", "workforce")}


def test_register_decides_where_staff_data_leave_it_open(by_name: Feeds) -> None:
    by_name.staff("A1", **{"Name": "Jo Smith"})
    by_name.staff("A2", **{"Name": "Jo Smith"})
    by_name.uses("Jo Smith")
    by_name.identifier("A2", "name", "Jo Smith", "2026-01-01")
    assert by_name.people() == ["A2"]


def test_share_of_rows_about_nobody_is_a_figure(by_email: Feeds) -> None:
    by_email.staff("A1", **{"E-mail": "zq@example.invalid"})
    by_email.uses("zq@example.invalid", "b@x.invalid", "c@x.invalid", "d@x.invalid")
    staff = "select person_id, month from raw.workforce"
    unmatched_sql = _unmatched_sql(by_email.contracts["resource_usage"])
    assert by_email.ask(f"with staff_months as ({staff}) select unmatched from ({unmatched_sql})") == [(0.75,)]


def test_data_team_sees_whom_and_why_and_who_it_might_be(by_email: Feeds) -> None:
    by_email.staff("A1", **{"E-mail": "shared@example.invalid"})
    by_email.staff("A2", **{"E-mail": "shared@example.invalid"})
    by_email.staff("A3", **{"E-mail": "own@example.invalid"})
    by_email.uses("shared@example.invalid", "who@example.invalid", "own@example.invalid")
    by_email.uses("who@example.invalid", "own@example.invalid", day="2026-08-31")
    found = [
        (row["identifier"], row["why"], row["rows"], row["candidates"])
        for row in unmatched(by_email.home, by_email.contracts)
    ]
    assert found == [
        ("WHO@EXAMPLE.INVALID", NOBODY, 2, ""),
        ("OWN@EXAMPLE.INVALID", NOT_THEN, 1, "A3"),
        ("SHARED@EXAMPLE.INVALID", SEVERAL, 1, "A1, A2"),
    ]
    assert "naming identifiers" in by_email.home.vault.with_name("access.jsonl").read_text("utf-8")


def test_warehouse_holds_no_identifier_in_clear(by_email: Feeds) -> None:
    by_email.staff("A1")
    by_email.identifier("A1", "library login", "quillz", "2026-01-01")
    by_email.uses("zq@example.invalid")
    for path in by_email.home.root.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        assert not [text for text in (b"quill", b"zq@example", b"sw987654") if text in content], path
    for table in ("ledger.identifiers", "ledger.crosswalk", "raw.identifiers", "raw.resource_usage", "raw.workforce"):
        cells = {str(cell).lower() for row in by_email.ask(f"from {table}") for cell in row}
        assert not [cell for cell in cells if "quill" in cell or "zq@" in cell or "sw98" in cell], table
