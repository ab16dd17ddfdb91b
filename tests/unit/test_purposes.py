"""P1, P4 and P14: every column says what it is for, and what is not collected has no column."""

import re
from pathlib import Path

import yaml

from dagster_project.exports.contract import CONTRACTS_DIR, load_contracts, spelling
from dagster_project.people import characteristics
from dagster_project.purposes import NOT_COLLECTED, RETENTION_MONTHS, register_rows
from dashboards.purposes_page import purposes_page
from tests.unit.test_dashboards import build, make_figures

CONTRACTS = load_contracts()
# P4, F9, F12: what no record of use has a column for, in any spelling it accepts.
NEVER_A_COLUMN = re.compile(
    r"\b(ip( address)?|search (term|word)s?|time( of day)?|page( view)?s?|titles?|topics?|device|latitude|session)\b"
)


def test_every_column_of_every_feed_has_purpose_basis_audience_and_retention() -> None:
    rows = register_rows(CONTRACTS)
    assert len(rows) == sum(len(contract.columns) for contract in CONTRACTS.values()) > 100
    assert [row for row in rows if not all(row.values())] == []
    assert {row["retention_class"] for row in rows} <= set(RETENTION_MONTHS)


def test_every_feed_names_its_controller() -> None:
    """P14."""
    assert [feed for feed, contract in CONTRACTS.items() if len(contract.controller) < 10] == []


def test_names_are_seen_by_hr_and_the_practitioner_only_and_kept_as_identity() -> None:
    of_workforce = {row["column"]: row for row in register_rows({"workforce": CONTRACTS["workforce"]})}
    assert of_workforce["Name"]["audience"] == "HR, in the evidence pack; the practitioner"
    assert (of_workforce["Name"]["retention_class"], of_workforce["Role"]["retention_class"]) == ("identity", "hr")


def test_feeds_about_people_have_an_end_and_others_none() -> None:
    kept = {feed: RETENTION_MONTHS[contract.retention_class] for feed, contract in CONTRACTS.items()}
    assert {feed for feed, contract in CONTRACTS.items() if contract.people and kept[feed] is None} == set()


def test_no_record_of_use_has_a_column_for_what_is_not_collected() -> None:
    for contract in CONTRACTS.values():
        if contract.monitoring:
            found = {text for column in contract.columns for text in column.spellings if NEVER_A_COLUMN.search(text)}
            assert found == set(), contract.feed
    said = " ".join(what for what, _ in NOT_COLLECTED)
    assert all(word in spelling(said) for word in ("topics", "times of day", "absence", "trade union", "case notes"))


def test_page_shows_each_column_and_what_is_not_collected(tmp_path: Path) -> None:
    files = build(make_figures(), tmp_path / "site")
    page = files["purposes.html"]
    told = [text for name, text in files.items() if name.startswith("purposes/")]
    sealed = characteristics.contract()
    n_columns = len(register_rows({**CONTRACTS, sealed.feed: sealed}))
    assert sum(text.count('role="rowheader"') for text in told) == n_columns
    assert set(re.findall(r'href="(purposes/\w+\.html)"', page)) == {
        name for name in files if name.startswith("purposes/")
    }
    assert any("Religion or belief" in text for text in told)
    assert all(what in page for what, _ in NOT_COLLECTED)
    assert 'href="purposes.html"' in files["index.html"]
    written = yaml.safe_load((CONTRACTS_DIR / "workforce.yml").read_text("utf-8"))
    assert written["lawful_basis"] in files["purposes/workforce.html"]


def test_page_says_how_long_this_home_keeps_a_class() -> None:
    def kept(overrides: dict[str, int]) -> str:
        [feed] = [feed for feed in purposes_page(overrides)["feeds"] if feed["title"] == "Use of evidence resources"]  # type: ignore[index,union-attr]
        return str(feed["columns"][0]["kept"])

    assert (kept({}), kept({"usage": 13}), kept({"usage": 36})) == ("25 months", "13 months", "3 years")
