"""Typed cells: for every column of a file's text its value, whether the cell is given, and the rule it breaks.

Belongs here: typing a file row by row or word by word, whichever is quicker, to the same end. Does not belong here:
what a text becomes and which rule it breaks (coerce), what happens to a row with a broken rule (read).

The cells of a column x are `x` (the value), `_given_x` and `_rule_x` (null: none is broken). `_record` tells rows
apart; `_row_number` may not: one row of a COUNTER report is a record for each month.
"""

import datetime
from collections.abc import Sequence

import duckdb

from dagster_project.exports import coerce
from dagster_project.exports.contract import Column, Contract
from dagster_project.exports.readers.text_table import TextTable

FEW_ROWS = 20_000  # up to here, making a table of each column's words takes longer than typing every cell


def typed_cells(
    connection: duckdb.DuckDBPyConnection, contract: Contract, text: TextTable, notice_given_on: datetime.date | None
) -> str:
    """SQL: the cells of every row of `text_rows`. In a feed for monitoring, a day before the notice breaks a rule."""
    (n_rows,) = connection.execute("select count(*) from text_rows").fetchone() or (0,)
    type_all = by_row if n_rows <= FEW_ROWS else by_word
    return type_all(connection, contract, text, notice_given_on)


def by_row(
    _: duckdb.DuckDBPyConnection, contract: Contract, text: TextTable, notice_given_on: datetime.date | None
) -> str:
    """SQL: every cell typed by itself."""
    texts = ", ".join(_text(column, text) for column in contract.columns)
    rows = f"select {_places(text)}, {texts} from text_rows"
    return _typed(contract, contract.columns, rows, "_record, _row_number", notice_given_on)


def by_word(
    connection: duckdb.DuckDBPyConnection, contract: Contract, text: TextTable, notice_given_on: datetime.date | None
) -> str:
    """SQL: rows joined to tables `words_<column>` made here, in which each text of a column is typed once.

    A million rows hold few different dates, choices and people.
    """
    for column in contract.columns:
        words = f"select distinct {_text(column, text)} from text_rows"
        typed = _typed(contract, [column], words, f"{column.name} as _word", notice_given_on)
        connection.execute(f"create or replace temp table words_{column.name} as {typed}")
    on = {name: f"t.{name} is not distinct from words_{name}._word" for name in text.columns}
    joins = " ".join(f"join words_{c.name} on {on.get(c.name, 'true')}" for c in contract.columns)
    cells = ", ".join(f"words_{c.name}.* exclude (_word, _text_{c.name})" for c in contract.columns)
    rows = f"select {_places(text)}, {', '.join(text.columns)} from text_rows"
    return f"select t._record, t._row_number, {cells} from ({rows}) as t {joins}"


def _places(text: TextTable) -> str:
    return f"rowid as _record, {text.row_number} as _row_number"


def _text(column: Column, text: TextTable) -> str:
    return column.name if column.name in text.columns else f"cast(null as varchar) as {column.name}"


def _typed(
    contract: Contract, columns: Sequence[Column], texts: str, kept: str, notice_given_on: datetime.date | None
) -> str:
    """SQL: the cells of `columns` for each row of `texts`, beside what is `kept` of it."""
    cleaned = ", ".join(
        f"coalesce({coerce.stripped(c.name)} <> '', false) as _given_{c.name}, {coerce.cleaned(c)} as _text_{c.name}"
        for c in columns
    )
    values = ", ".join(f"{coerce.value(c, f'_text_{c.name}')} as {c.name}" for c in columns)
    rules = ", ".join(f"{_rule(contract, c, notice_given_on)} as _rule_{c.name}" for c in columns)
    return (
        f"with texts as ({texts}), cleaned as (select {kept}, {cleaned} from texts), "
        f"typed as (select *, {values} from cleaned) select *, {rules} from typed"
    )


def _rule(contract: Contract, column: Column, notice_given_on: datetime.date | None) -> str:
    rule = coerce.broken_rule(column, f"_text_{column.name}", column.name)
    if not contract.monitoring or notice_given_on is None or column.name != contract.period:
        return rule
    before = f"case when {column.name} < date '{notice_given_on.isoformat()}' then 'before_notice' end"
    return f"coalesce({rule}, {before})"
