"""The department's own files, dropped into the inbox unmodified: every rate is computed again from its parts.

The counts are those of requirements.md, section 4. Two of them (agency cover) leave out one rate each that differs by
exactly 0.15, and the caseload's is reached at a tolerance of 0.06 cases; the table names neither.
"""

import csv
import io
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dagster_project import publishing, steps, warehouse
from dagster_project.home import Home
from dagster_project.published_differences import difference_rows
from tests import dbt_home
from tests.real.test_counter_files import FILES

pytestmark = pytest.mark.real

FOLDER = FILES / "dfe_published_stats"

# rate: compared, of these within the tolerance
REPRODUCED = {
    "turnover_rate_fte": (1453, 1448),
    "turnover_rate_headcount": (1455, 1454),
    "agency_rate_fte": (1449, 1445),
    "agency_rate_headcount": (1460, 1458),
    "vacancy_rate_fte": (1461, 1461),
    "agency_cover_rate_fte": (1400, 1369),
    "vacancy_agency_cover_rate_fte": (1410, 1383),
    "caseload_fte": (1458, 1455),
    "absence_rate_fte": (1444, 1439),
    "rereferral_rate": (2104, 2104),
    "rereferral_child_rate": (2108, 2108),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with both files loaded and their rates modelled."""
    home = dbt_home.prepared_home(tmp_path_factory.mktemp("dfe") / "home")
    (home.inbox / "published_statistics").mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.csv"):
        shutil.copy(path, home.inbox / "published_statistics")
    run = dbt_home.load_everything(home)
    done = dbt_home.dbt(home, "run", "--select", "+met_published_rates_reproduced")
    assert done.returncode == 0, done.stdout[-3000:]
    steps.copy_for_readers(run)
    return home


def ask(home: Home, query: str) -> list[tuple[Any, ...]]:
    with warehouse.read_only(home.warehouse) as connection:
        return connection.execute(query).fetchall()


def cells(name: str) -> list[tuple[str, str]]:
    """(heading, cell) of every row of a file."""
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return [cell for row in csv.DictReader(file) for cell in row.items()]


def test_both_files_load_whole(home: Home) -> None:
    """1,463 rows of 20 measures and 2,132 rows of 6; the columns no rate needs are dropped."""
    found = ask(home, "select layout, status, n_read, n_accepted, n_rejected from ledger.deliveries order by layout")
    assert found == [
        ("referrals", "loaded", 2132 * 6, 2132 * 6, 0),
        ("workforce", "loaded", 1463 * 20, 1463 * 20, 0),
    ]


def test_every_symbol_is_kept_as_one(home: Home) -> None:
    measures = {"inpost_fte": "inpost_fte", "agency_fte": "agency_fte", "absence_rate_fte": "absence_rate_fte",
                "vacancy_agency_cover_rate_fte": "vacancy_agency_cover_rate_fte",
                "rereferral_count": "rereferrals", "rereferral_percent": "rereferral_rate"}  # fmt: skip
    printed = Counter(
        (measures[heading], text)
        for path in FOLDER.glob("*.csv")
        for heading, text in cells(path.name)
        if heading in measures and text.isalpha()
    )
    kept = ask(
        home, "select measure, symbol, count(*) from raw.published_statistics where symbol is not null group by all"
    )
    assert {(measure, symbol): n for measure, symbol, n in kept if measure in measures.values()} == printed
    assert ask(home, "from raw.published_statistics where (value is null) <> (symbol is not null)") == []


def test_rates_come_out_as_often_as_the_requirements_say(home: Home) -> None:
    found = ask(
        home,
        "select rate, count(is_within_tolerance), count(*) filter (is_within_tolerance) "
        "from marts.fct_published_rates group by rate",
    )
    assert {rate: (compared, within) for rate, compared, within in found} == REPRODUCED


@pytest.mark.parametrize("rate", ["agency_cover_rate_fte", "vacancy_agency_cover_rate_fte"])
def test_one_cover_rate_each_differs_by_exactly_the_tolerance(home: Home, rate: str) -> None:
    at_limit = (
        f"from marts.fct_published_rates where rate = '{rate}' "
        "and abs(100 * numerator - published_value * denominator) = tolerance * denominator"
    )
    assert len(ask(home, at_limit)) == 1
    assert ask(home, f"select is_within_tolerance {at_limit}") == [(False,)]


@pytest.mark.parametrize(
    ("rate", "numerator", "denominator", "published", "shown"),
    [("rereferral_rate", 142_900, 632_830, 22.6, 22.6), ("rereferral_child_rate", 116_950, 557_810, 21.0, 21.0)],
)
def test_england_re_referrals_of_2025(
    home: Home, rate: str, numerator: int, denominator: int, published: float, shown: float
) -> None:
    [row] = ask(
        home,
        "select numerator, denominator, published_value, round(recomputed_value, 1) from marts.fct_published_rates "
        f"where rate = '{rate}' and geographic_level = 'national' and year(period_end) = 2025",
    )
    assert row == (numerator, denominator, Decimal(str(published)), shown)


def test_turnover_of_england_in_2024_is_listed_beside_the_draft(home: Home) -> None:
    """13.77 by its parts, 13.9 as published: the department's own figures do not agree."""
    rows = difference_rows(home.read_copy)
    assert len(rows) == sum(compared - within for compared, within in REPRODUCED.values()) == 78
    listed = list(csv.DictReader(io.StringIO(publishing.csv_bytes(rows).decode("utf-8-sig"))))
    [england] = [
        row for row in listed
        if (row["rate"], row["year_to"], row["area_name"]) == ("turnover_rate_fte", "2024-09-30", "England")
    ]  # fmt: skip
    assert (england["published"], england["recomputed"], england["difference"]) == ("13.9", "13.775", "-0.125")


def test_same_release_from_two_senders_counts_once(tmp_path: Path) -> None:
    home = dbt_home.prepared_home(tmp_path / "home")
    for sender in ("north", "south"):
        (home.inbox / "published_statistics" / sender).mkdir(parents=True)
        for path in FOLDER.glob("c1_*.csv"):
            target = home.inbox / "published_statistics" / sender / path.name
            target.write_bytes(path.read_bytes() + b"\n" * (sender == "south"))
    dbt_home.load_everything(home)
    assert ask(home, "select count(*) from raw.published_statistics where _superseded_by is null") == [(2132 * 6,)]
