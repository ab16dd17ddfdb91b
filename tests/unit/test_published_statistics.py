"""The department's statistics: releases that differ in headings, symbols in place of figures, files that are none."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.error_report import error_rows
from dagster_project.exports.read import Reading, read_file
from dagster_project.exports.readers.dfe_statistics import REFERRAL_MEASURES

CONTRACT = load_contracts()["published_statistics"]
MEASURES = CONTRACT.column("measure").choices
PLACE = "time_period,geographic_level,country_code,country_name,region_code,region_name,new_la_code,la_name"
ENGLAND = "2025,National,E92000001,England,,,,"
REGION = "2025,Regional,E92000001,England,E12999901,Somewhere,,"
COUNCIL = "2025,Local authority,E92000001,England,E12999901,Somewhere,E06999901,Nowhere"
REFERRALS = (
    "referral_count,rereferral_count,rereferral_percent,"
    "referral_child_count,rereferral_child_count,rereferral_child_percent"
)
HEADINGS_2025 = [
    "inpost_fte", "inpost_headcount", "starters_fte", "leavers_fte", "leavers_headcount", "turnover_rate_fte",
    "turnover_rate_headcount", "agency_fte", "agency_headcount", "agency_rate_fte", "agency_rate_headcount",
    "agency_cover_fte", "agency_cover_rate_fte", "vacancy_fte", "vacancy_rate_fte", "vacancy_agency_cover_rate_fte",
    "case_holders_fte", "cases", "caseload_fte", "working_days_lost_fte", "absence_rate_fte",
]  # fmt: skip
HEADINGS_2022 = [
    "social_worker_fte", "leaver_fte", "turnover_rate_fte_%", "working_days_lost_fte", "absence_rate_fte_%",
    "agency_fte", "agency_worker_rate_fte_%", "agency_cover_fte", "agency_cover_rate_fte_%", "vacancy_fte",
    "vacancy_rate_fte_%", "vacancy_agency_cover_rate_fte_%", "case_holders_fte", "cases", "caseload_fte",
    "social_worker_headcount", "leaver_headcount", "turnover_rate_headcount_%", "agency_headcount",
    "agency_worker_rate_headcount_%",
]  # fmt: skip


class Reader:
    """Reads files as a run does; `rows` asks what was accepted."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder, self.connection = folder, connection

    def read(self, *lines: str, encoding: str = "utf-8") -> Reading:
        path = self.folder / "release.csv"
        path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
        return read_file(self.connection, path, CONTRACT, self.folder, max_rejected_share=0.5)

    def rows(self, columns: str, where: str = "true") -> list[tuple[object, ...]]:
        return self.connection.execute(f"select {columns} from typed_rows where {where} order by all").fetchall()


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path, duckdb.connect())


def figures(headings: list[str]) -> str:
    """A different figure for each heading: its measure's place in the contract."""
    spellings = {text: place for place, (name, texts) in enumerate(MEASURES.items()) for text in [name, *texts]}
    return ",".join(str(spellings.get(heading.removesuffix("_%"), 999)) for heading in headings)


@pytest.mark.parametrize(
    ("headings", "encoding", "n_unused"), [(HEADINGS_2025, "utf-8", 1), (HEADINGS_2022, "utf-8-sig", 0)]
)
def test_releases_with_other_headings_give_the_same_measures(
    reader: Reader, headings: list[str], encoding: str, n_unused: int
) -> None:
    """The release to 2022 has a byte order mark, `%` in its headings and other names than the next."""
    found = reader.read(f"{PLACE},{','.join(headings)}", f"{ENGLAND},{figures(headings)}", encoding=encoding)
    assert (found.refusal, found.layout, found.n_rejected, found.n_unused_columns) == (None, "workforce", 0, n_unused)
    workforce = {name: place for place, name in enumerate(MEASURES) if name not in REFERRAL_MEASURES}
    assert {str(name): int(value) for name, value in reader.rows("measure, value")} == workforce  # type: ignore[call-overload]


def test_rows_are_for_the_narrowest_area_named_and_the_last_day_of_the_year(reader: Reader) -> None:
    lines = [f"{area},1,1,1,1,1,1" for area in (ENGLAND, REGION, COUNCIL)]
    assert reader.read(f"{PLACE},{REFERRALS}", *lines).layout == "referrals"
    assert reader.rows("geographic_level, area_code, area_name, period_end::varchar", "measure = 'referrals'") == [
        ("local_authority", "E06999901", "Nowhere", "2025-03-31"),
        ("national", "E92000001", "England", "2025-03-31"),
        ("regional", "E12999901", "Somewhere", "2025-03-31"),
    ]
    reader.read(f"{PLACE},{','.join(HEADINGS_2025)}", f"{ENGLAND},{figures(HEADINGS_2025)}")
    assert reader.rows("distinct period_end::varchar") == [("2025-09-30",)]


def test_symbols_are_kept_and_are_no_zeros(reader: Reader) -> None:
    found = reader.read(f"{PLACE},{REFERRALS}", f"{ENGLAND},c, u ,X,z,low,0", f'{COUNCIL},:,k,,"1,234",5.5,1')
    assert (found.refusal, found.n_read, found.n_rejected) == (None, 12, 0)
    assert [symbol for _, symbol, value in reader.rows("measure, symbol, value", "area_code = 'E92000001'")] == [
        "c", "z", None, "x", "u", "low",
    ]  # fmt: skip
    assert reader.rows("measure, symbol, value", "area_code = 'E06999901'") == [
        ("referrals", ":", None),
        ("referred_children", None, Decimal(1234)),
        ("rereferral_child_rate", None, Decimal(1)),
        ("rereferral_rate", None, None),
        ("rereferrals", "k", None),
        ("rereferred_children", None, Decimal("5.5")),
    ]


def test_cell_that_is_neither_is_told_by_row_and_heading_and_costs_no_other(reader: Reader) -> None:
    found = reader.read(f"{PLACE},{REFERRALS}", f"{ENGLAND},1,1,1,1,1,1", f"{COUNCIL},1O0,20,about 20,50,-3,20")
    assert (found.n_read, found.n_accepted) == (12, 9)
    told = [(row["row"], row["column"], row["rule"]) for row in error_rows(found, CONTRACT)]
    assert told == [(3, "referrals", "not_a_figure"), (3, "rereferral_rate", "not_a_figure"),
                    (3, "value", "below_minimum")]  # fmt: skip


def test_year_of_another_kind_is_rejected_with_its_row(reader: Reader) -> None:
    """Some statistics write 202425 for a year that spans two; nobody guesses where it ends."""
    found = reader.read(f"{PLACE},{REFERRALS}", f"{ENGLAND},1,1,1,1,1,1", f"202425{COUNCIL[4:]},1,1,1,1,1,1")
    assert {(problem.row, problem.column, problem.rule) for problem in found.problems} == {
        (3, "period_end", "not_a_date")
    }
    assert (found.n_read, found.n_rejected) == (12, 6)


def test_blank_lines_are_no_rows(reader: Reader) -> None:
    assert reader.read(f"{PLACE},{REFERRALS}", f"{ENGLAND},1,1,1,1,1,1", "," * 13, "", " ," * 13).n_read == 6


@pytest.mark.parametrize(
    ("lines", "rule", "words"),
    [
        ([f"{PLACE},pupils", f"{ENGLAND},1"], "no_measures", "csww_indicators"),
        ([f"{PLACE},{REFERRALS.replace('rereferral_count', 'again_count')}"], "missing_columns", "rereferrals"),
        ([f"{PLACE},{','.join(HEADINGS_2025[:-1])}"], "missing_columns", "absence_rate_fte"),
        ([f"time_period,{REFERRALS}", "2025,1,1,1,1,1,1"], "missing_columns", "country_code"),
        (["Staff ID,Date,Kind", "A1,2026-09-01,1:1"], "no_headings", "time_period"),
        ([f"{PLACE},{REFERRALS}"], "no_rows", "no rows below"),
    ],
)
def test_file_of_something_else_is_refused_in_words(reader: Reader, lines: list[str], rule: str, words: str) -> None:
    """A heading renamed in the next release is refused by name: a rate would otherwise be gone without a word."""
    refusal = reader.read(*lines).refusal
    assert refusal is not None
    assert refusal.rule == rule
    assert words in refusal.message


def test_measures_of_referrals_are_the_contracts() -> None:
    assert set(REFERRAL_MEASURES) < set(MEASURES)
