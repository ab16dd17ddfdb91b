"""The Department for Education's statistics: a row for each year and area, a column for each measure.

Belongs here: turning that layout into one row for each year, area and measure, and telling a figure from a symbol.
Does not belong here: spellings of headings and the symbols (both in the contract), CSV and workbooks (their readers),
what is made of the figures (dbt).
"""

import duckdb

from dagster_project.exports import coerce
from dagster_project.exports.contract import Column, Contract
from dagster_project.exports.problems import RefusedFile, RowProblem
from dagster_project.exports.readers.text_table import TextTable

# The measures of referrals; the contract's others are of the workforce. A rate needs all measures of its file.
REFERRAL_MEASURES = (
    "referrals", "rereferrals", "rereferral_rate", "referred_children", "rereferred_children", "rereferral_child_rate",
)  # fmt: skip
YEAR_ENDS = {"workforce": "09-30", "referrals": "03-31"}
MADE_OF_CELLS = ("measure", "value", "symbol")


def as_downloaded(contract: Contract) -> Contract:
    """`contract` with a text column for each heading of a downloaded file, for the reader of the file's form."""
    places = [
        place.model_copy(update={"name": name, "header": heading, "aliases": [], "required": is_last})
        for place in contract.columns
        if place.name not in MADE_OF_CELLS
        for name, heading, is_last in _headings(place)
    ]
    measure = contract.column("measure")
    measures = [
        measure.model_copy(update={"name": name, "header": name, "aliases": texts, "choices": {}, "required": False})
        for name, texts in measure.choices.items()
    ]
    return contract.model_copy(update={"columns": places + measures})


def one_row_a_figure(connection: duckdb.DuckDBPyConnection, contract: Contract, table: TextTable) -> TextTable:
    """`text_rows`, read by `as_downloaded`, again with the contract's columns; raises RefusedFile.

    A cell that is neither a number nor one of the symbols is a problem of its own, told by its heading.
    """
    statistics, measures = _measures_of(contract, table.columns)
    places = ", ".join(f"{_place(column, table.columns, statistics)} as {column.name}"
                       for column in contract.columns if column.name not in MADE_OF_CELLS)  # fmt: skip
    whole_line = coerce.stripped(f"concat({', '.join(table.columns)})")
    connection.execute(
        f"create or replace temp table figures as "
        f"with lines as (select {table.row_number} as _row_number, * from text_rows), "
        f"filled as (from lines where {whole_line} <> ''), "
        f"cells as (from filled unpivot include nulls (cell for measure in ({', '.join(measures)}))) "
        f"select _row_number, {places}, measure, {_symbol(contract)} as symbol, "
        f"case when symbol is null then cell end as value, {_is_no_number(contract)} as is_wrong from cells"
    )
    wrong = connection.execute(
        "select _row_number, measure from figures where is_wrong order by _row_number, measure"
    ).fetchall()
    connection.execute(
        "create or replace temp table text_rows as select * exclude (is_wrong) from figures where not is_wrong"
    )
    problems = [*table.problems, *(RowProblem(row, measure, "not_a_figure") for row, measure in wrong)]
    names = [column.name for column in contract.columns]
    return TextTable(statistics, names, "_row_number", table.n_unused, problems, list(table.warnings))


def _headings(place: Column) -> list[tuple[str, str, bool]]:
    """The headings of a column of places, as (name, heading, is last); every file has the last, which is England's."""
    headings = [place.header, *place.aliases]
    return [(f"{place.name}_{n}", heading, n == len(headings)) for n, heading in enumerate(headings, start=1)]


def _measures_of(contract: Contract, columns: list[str]) -> tuple[str, list[str]]:
    """Which statistics the file holds and its measures, every one of them there; raises RefusedFile."""
    measures = list(contract.column("measure").choices)
    of_file = {"referrals": list(REFERRAL_MEASURES),
               "workforce": [name for name in measures if name not in REFERRAL_MEASURES]}  # fmt: skip
    statistics = max(of_file, key=lambda name: len(set(of_file[name]) & set(columns)))
    missing = [name for name in of_file[statistics] if name not in columns]
    if missing == of_file[statistics]:
        raise RefusedFile(
            "no_measures",
            "The file has years and areas, but none of the measures of the workforce or of referrals. Download "
            "csww_indicators or c1_children_in_need_referrals_and_rereferrals and send it as it comes.",
        )
    if missing:
        raise RefusedFile(
            "missing_columns",
            f"The file has no column {', '.join(missing)}. Send it as it was downloaded. If the department has renamed "
            f"the heading, the data team adds it to the measures of contracts/{contract.feed}.yml.",
        )
    return statistics, of_file[statistics]


def _place(column: Column, columns: list[str], statistics: str) -> str:
    """SQL: the first heading of the column that is filled in the row; a year as the day it ends on."""
    there = [f"nullif({coerce.stripped(name)}, '')" for name, _, _ in _headings(column) if name in columns]
    text = f"coalesce({', '.join(there)}, '')"
    if column.type != "date":
        return text
    return f"case when regexp_full_match({text}, '\\d{{4}}') then {text} || '-{YEAR_ENDS[statistics]}' else {text} end"


def _symbol(contract: Contract) -> str:
    """SQL: the cell where it is one of the department's symbols."""
    symbols = ", ".join(coerce.sql_text(symbol) for symbol in contract.column("symbol").codes)
    return f"case when lower({coerce.stripped('cell')}) in ({symbols}) then cell end"


def _is_no_number(contract: Contract) -> str:
    """SQL: whether `value` holds something else than a number."""
    column = contract.column("value")
    text = coerce.cleaned(column)
    return f"{text} is not null and {coerce.value(column, text)} is null"
