"""Cells: what text becomes which value, and which rule a bad one breaks. Every case is worked by hand."""

import calendar
import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.coerce import TYPE_RULES, broken_rule, cleaned, value
from dagster_project.exports.column import Column, ColumnType
from dagster_project.exports.problems import ADVICE


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def column(kind: ColumnType, **more: Any) -> Column:
    return Column(name="x", header="X", type=kind, description="d", purpose="p", **more)


def read(connection: duckdb.DuckDBPyConnection, of: Column, *texts: str | None) -> list[Any]:
    """The value of each text, or the name of the rule it breaks as `!rule`."""
    found = connection.execute(
        f"with raw as (select unnest(?::varchar[]) as x), clean as (select {cleaned(of)} as _x from raw), "
        f"typed as (select _x, {value(of, '_x')} as x from clean) select x, {broken_rule(of, '_x', 'x')} from typed",
        [list(texts)],
    ).fetchall()
    return [typed if rule is None else f"!{rule}" for typed, rule in found]


D = datetime.date

DATES = {
    "2026-03-31": D(2026, 3, 31), "31/03/2026": D(2026, 3, 31), "1/3/2026": D(2026, 3, 1), "31-03-2026": D(2026, 3, 31),
    "31.03.2026": D(2026, 3, 31), "31 March 2026": D(2026, 3, 31), "31 mar 2026": D(2026, 3, 31),
    "31-MAR-2026": D(2026, 3, 31), "2026-03-31 00:00:00": D(2026, 3, 31), "2026-03-31T23:59:59": D(2026, 3, 31),
    "31/03/2026 23:59": D(2026, 3, 31), "29/02/2024": D(2024, 2, 29), "03/04/2026": D(2026, 4, 3),
    # two digits of a year: 1970 to 2069, day first whatever the separator
    "31/03/26": D(2026, 3, 31), "01-02-26": D(2026, 2, 1), "31-Mar-26": D(2026, 3, 31), "31 March 70": D(1970, 3, 31),
    "31/12/69": D(2069, 12, 31), "31/03/26 23:59": D(2026, 3, 31),
}  # fmt: skip
NO_DATES = [
    "31/02/2026", "29/02/2023", "31/04/2026", "00/01/2026", "12/31/2026", "2026-13-01", "31/03/202", "31/03/20266",
    "0026-03-31", "31/03/0026", "46112", "20260331", "31/03", "March 2026", "soon", "31/03/2026x", "31/03/-26",
    "31/03/2026 25:00", "\uff13\uff11/03/2026",
]  # fmt: skip


def test_plain_text_holds_no_address_link_or_reference(connection: duckdb.DuckDBPyConnection) -> None:
    good = ["Two half-days a month: can duty cover them? £400 (50%)", "Müller's & Zoë\u2019s team, 2026"]
    bad = ["ask jo@example.invalid", "https://example.invalid", "case 123456", "<b>now</b>", "two\nlines"]
    plain = column("text", is_plain=True)
    assert read(connection, plain, *good, None) == [*good, None]
    assert read(connection, plain, *bad) == ["!not_plain"] * len(bad)


def test_dates_are_read_day_first_and_only_when_they_exist(connection: duckdb.DuckDBPyConnection) -> None:
    assert dict(zip(DATES, read(connection, column("date"), *DATES), strict=True)) == DATES
    assert read(connection, column("date"), *NO_DATES) == ["!not_a_date"] * len(NO_DATES)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(day=st.dates(D(1970, 1, 1), D(2069, 12, 31)))
def test_every_day_of_a_century_reads_back_from_every_way_to_write_it(
    connection: duckdb.DuckDBPyConnection, day: datetime.date
) -> None:
    name, short = calendar.month_name[day.month], calendar.month_abbr[day.month]
    ways = [
        day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day:%y}", f"{day:%d-%m-%y}", f"{day:%d.%m.%y}",
        f"{day.day} {name} {day.year}", f"{day:%d}-{short.upper()}-{day:%y}", f"{day.day} {short} {day:%y}",
    ]  # fmt: skip
    assert read(connection, column("date"), *ways) == [day] * len(ways)


def test_months_are_the_first_day_and_a_date_is_its_month(connection: duckdb.DuckDBPyConnection) -> None:
    ways = ["2026-03", "2026-3", "Mar-2026", "Mar-26", "mar 26", "March-2026", "MARCH 2026", "03/2026", "3/26",
            "31/03/2026", "2026-03-31", "31 March 2026", "2026-03-31 00:00:00"]  # fmt: skip
    assert read(connection, column("month"), *ways) == [D(2026, 3, 1)] * len(ways)
    wrong = ["2026-13", "26-03", "03-26", "202-03", "13/2026", "March", "2026", "202603", "31/02/2026", "Q1 2026"]
    assert read(connection, column("month"), *wrong) == ["!not_a_month"] * len(wrong)


def test_whole_numbers_are_never_rounded(connection: duckdb.DuckDBPyConnection) -> None:
    good = {"0": 0, "-5": -5, "+5": 5, "007": 7, "1,234": 1234, "1,234,567": 1234567, "45.0": 45, "1234.000": 1234,
            "9223372036854775807": 2**63 - 1}  # fmt: skip
    assert read(connection, column("integer"), *good) == list(good.values())
    wrong = ["1.5", "1,5", "12,34", "0,600", "1.234,0", "1e3", "0x1", "9223372036854775808", "five", "5 days", "--5",
             "1 234", "٣", "∞", "+"]  # fmt: skip
    assert read(connection, column("integer"), *wrong) == ["!not_a_whole_number"] * len(wrong)


def test_decimals_keep_four_places_and_no_comma_is_a_point(connection: duckdb.DuckDBPyConnection) -> None:
    good = {"0.6": "0.6", ".5": "0.5", "-1": "-1", "1,234.5": "1234.5", "1e-05": "0", "6E1": "60", "0.12344": "0.1234",
            "0.30000000000000004": "0.3", "99999999999999.9999": "99999999999999.9999"}  # fmt: skip
    assert read(connection, column("decimal"), *good) == [Decimal(text) for text in good.values()]
    wrong = ["0,6", "0,600", "1.2.3", "5.", "e5", "+", ".", "nan", "inf", "1e400", "999999999999999", "60%", "£5"]
    assert read(connection, column("decimal"), *wrong) == ["!not_a_number"] * len(wrong)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(number=st.decimals(-(10**9), 10**9, places=4))
def test_any_decimal_reads_back_plain_and_with_thousands(
    connection: duckdb.DuckDBPyConnection, number: Decimal
) -> None:
    assert read(connection, column("decimal"), f"{number:f}", f"{number:,f}") == [number, number]


def test_yes_and_no_in_the_ways_systems_write_them(connection: duckdb.DuckDBPyConnection) -> None:
    assert read(connection, column("boolean"), "Yes", "Y", "TRUE", "t", "1", "1.0") == [True] * 6
    assert read(connection, column("boolean"), "no", "N", "False", "F", "0", "0.0") == [False] * 6
    assert read(connection, column("boolean"), "maybe", "2", "yes please", "✓") == ["!not_yes_or_no"] * 4


CHOICES = {"one_to_one": ["1:1", "personal"], "other": ["something else"]}


def test_choices_by_any_spelling_and_otherwise_only_where_the_contract_says(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    strict = column("choice", choices=CHOICES)
    assert read(connection, strict, "one_to_one", "ONE TO ONE", "one-to-one", " 1:1", "Personal") == ["one_to_one"] * 5
    assert read(connection, strict, "one", "1 : 1", "", "n/a") == ["!unknown_choice", "!unknown_choice", None, None]
    lenient = column("choice", choices=CHOICES, otherwise="other", required=True)
    assert read(connection, lenient, "Chief", "personal", "-") == ["other", "one_to_one", "!missing"]


def test_cell_may_name_several_choices_and_all_must_be_known(connection: duckdb.DuckDBPyConnection) -> None:
    """A form with boxes to tick lost all but the first."""
    sources = column("choice", choices={"research": ["study"], "manager": ["my manager"]}, several=True)
    assert read(connection, sources, "Study", "My manager; study", "research|manager, Research;") == [
        "research", "manager; research", "manager; research",
    ]  # fmt: skip
    assert read(connection, sources, "study; tea", "", " ; ") == ["!unknown_choice", None, "!unknown_choice"]


def test_word_for_empty_is_a_choice_where_the_contract_lists_it(connection: duckdb.DuckDBPyConnection) -> None:
    """An application without any evidence was read as one whose evidence nobody recorded."""
    route = column("choice", choices={"usage": [], "none": ["no evidence"]})
    assert read(connection, route, "None", " none ", "No evidence", "n/a", "", "null") == ["none"] * 3 + [None] * 3


def test_bounds_are_inclusive(connection: duckdb.DuckDBPyConnection) -> None:
    share = column("decimal", minimum=0, maximum=1)
    assert read(connection, share, "0", "1", "-0.0001", "1.0001") == [0, 1, "!below_minimum", "!above_maximum"]
    minutes = column("integer", minimum=1, maximum=600)
    assert read(connection, minutes, "1", "600", "0", "601") == [1, 600, "!below_minimum", "!above_maximum"]
    since = column("date", minimum="2000-01-01")
    assert read(connection, since, "01/01/2000", "31/12/1999") == [D(2000, 1, 1), "!below_minimum"]


EMPTY = [None, "", " ", "-", "N/A", "#N/A", "na", "NULL", "None", "nil", "Not recorded", "\u00a0", "\t\r\n", " - \n"]


@pytest.mark.parametrize("kind", [
    "text", "integer", "decimal", "date", "month", "boolean", "person", "reference", "identifier",
])  # fmt: skip
def test_words_that_mean_empty_are_empty_in_every_type(connection: duckdb.DuckDBPyConnection, kind: ColumnType) -> None:
    assert read(connection, column(kind), *EMPTY) == [None] * len(EMPTY)
    assert read(connection, column(kind, required=True), *EMPTY) == ["!missing"] * len(EMPTY)


def test_default_stands_where_the_cell_is_empty_or_the_column_absent(connection: duckdb.DuckDBPyConnection) -> None:
    post = column("text", default="it's 1")
    assert read(connection, post, "", "n/a", "2") == ["it's 1", "it's 1", "2"]
    assert read(connection, column("boolean", default="no"), "", "yes") == [False, True]
    assert read(connection, post, None) == ["it's 1"]
    assert read(connection, column("text"), None) == [None]


def test_longest_text_and_what_surrounds_it(connection: duckdb.DuckDBPyConnection) -> None:
    assert read(connection, column("text"), "x" * 200, "x" * 201, "é" * 200) == ["x" * 200, "!too_long", "é" * 200]
    assert read(connection, column("identifier"), "x" * 201) == ["!too_long"]
    around = ["\ufeffa b", " a\u00a0b ", "\ta b\r\n", "\u200ba b\u3000", "a b\u0000"]
    assert read(connection, column("text"), *around) == ["a b"] * 5
    assert read(connection, column("person"), " ab12\t", "AB12") == ["AB12", "AB12"]


def test_every_rule_has_advice_for_the_sender() -> None:
    assert {*TYPE_RULES.values(), "missing", "missing_here", "too_long", "below_minimum", "above_maximum"} <= set(
        ADVICE
    )


ANY_KIND = st.sampled_from([
    column("text"), column("integer", minimum=0), column("decimal", maximum=1), column("date", minimum="2000-01-01"),
    column("month"), column("boolean"), column("choice", choices=CHOICES), column("person"), column("identifier"),
])  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(of=ANY_KIND, texts=st.lists(st.text(max_size=30) | st.from_regex(r"[0-9+\-/., :eE]{0,12}", fullmatch=True)))
def test_no_text_raises_and_every_broken_rule_has_advice(
    connection: duckdb.DuckDBPyConnection, of: Column, texts: list[str]
) -> None:
    for found in read(connection, of, *texts):
        assert not (isinstance(found, str) and found.startswith("!")) or found[1:] in ADVICE or of.type == "text"
