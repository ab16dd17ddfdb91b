"""Survey answers, however the survey tool lays them out, as one row for each response and question.

Belongs here: long rows, a column for each question (wide), the three heading rows of Qualtrics; holding every question
to the exact words of its instrument. Does not belong here: CSV and workbooks (their readers), the instruments
themselves (instruments), what answers count for (dbt).
"""

import csv
from itertools import zip_longest
from pathlib import Path

import duckdb

from dagster_project.exports import coerce
from dagster_project.exports.contract import Column, Contract, spelling
from dagster_project.exports.instruments import Items
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.delimited import inspect_bytes
from dagster_project.exports.readers.text_table import OTHER_WORDING, TextTable, is_nearly, refuse_headings

QUESTION = "question_"
OTHER = "other"
WORDING, STATUS = "wording", "tool_status"

# How a cell of Qualtrics' third heading row begins, and its Status of a response that nobody of the staff gave.
IMPORT_ID = '{"ImportId"'
NOT_ANSWERS = ("1", "2", "8", "survey preview", "survey test", "spam")


def as_sent(contract: Contract, items: Items) -> Contract:
    """`contract` with a column of text for each question, for the reader of the file's form."""
    own = [column.model_copy(update={"required": column.required and column.name != "item"})
           for column in contract.columns]  # fmt: skip
    words = {"type": "text", "purpose": "Layout", "description": "Layout"}
    questions = [
        Column(name=f"{QUESTION}{item.item}", header=item.wording, aliases=[item.item], exact_heading=True, **words)
        for item in items.values()
    ]
    tool = [Column(name=WORDING, header="Wording", aliases=["question wording", "question text"], **words),
            Column(name=STATUS, header="Status", aliases=["response type"], **words)]  # fmt: skip
    return contract.model_copy(update={"columns": own + questions + tool})


def with_one_heading(path: Path, sent: Contract, folder: Path) -> Path | None:
    """A copy in `folder` of a file with Qualtrics' three heading rows, with one in their place; None of any other.

    A column is headed by its code, or by its words where the code is nothing that `sent` knows. Raises RefusedFile.
    """
    encoding, _ = inspect_bytes(path)
    with path.open("r", encoding=encoding, errors="replace", newline="") as source:
        rows = csv.reader(source)
        codes, words, marks = (next(rows, []) for _ in range(3))
        if not any(cell.startswith(IMPORT_ID) for cell in marks):
            return None
        refuse_headings([codes, words], sent)
        by_spelling = {text: column for column in sent.columns for text in column.spellings}
        headings = []
        for code, text in zip_longest(codes, words, fillvalue=""):
            column = by_spelling.get(spelling(code))
            if column and column.exact_heading and spelling(text) not in column.spellings:
                raise _other_wording(2, column.aliases[0], column.header)
            headings.append(code if column else text)
        copy = folder / "one_heading.csv"
        with copy.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([[], [], headings, *rows])
    return copy


def one_row_an_answer(
    connection: duckdb.DuckDBPyConnection, contract: Contract, table: TextTable, items: Items, *, is_of_tool: bool
) -> TextTable:
    """`text_rows`, read by `as_sent`, again with the contract's columns; raises RefusedFile.

    An answer becomes the one its question's scale knows it by, `other` where it knows none; a question of no instrument
    becomes the item `other`, once a response, without its answer.
    """
    asked = [name for name in table.columns if name.startswith(QUESTION)]
    is_long = "item" in table.columns
    if is_long == bool(asked) or (is_long and "answer" not in table.columns):
        raise RefusedFile(
            "no_questions",
            "Give either the columns Item and Answer, or a column for each question, named by the item or its exact "
            "words (dagster_project/instruments, or instruments/ in the home).",
        )
    names = ", ".join(table.columns)
    connection.execute(
        f"create or replace temp table sent as select {table.row_number} as _row_number, {names} from text_rows "
        f"where {coerce.stripped(f'concat({names})')} <> ''"
    )
    warnings = list(table.warnings)
    if is_of_tool:
        warnings += _take_tests_out(connection, table.columns)
    if is_long:
        _hold_to_wordings(connection, table.columns, items)
    else:
        _melt(connection, table.columns, asked)
    _write_text_rows(connection, contract, table.columns, items)
    layout = "qualtrics" if is_of_tool else "columns" if is_long else "wide"
    names_of = [column.name for column in contract.columns]
    return TextTable(layout, names_of, "_row_number", table.n_unused, list(table.problems), warnings)


def _take_tests_out(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> list[str]:
    """Delete previews, tests and spam from `sent`; a warning that counts them."""
    if STATUS not in columns:
        return []
    marks = ", ".join(coerce.sql_text(mark) for mark in NOT_ANSWERS)
    condition = f"lower({coerce.stripped(STATUS)}) in ({marks})"
    (n_tests,) = connection.execute(f"select count(*) from sent where {condition}").fetchone() or (0,)
    connection.execute(f"delete from sent where {condition}")
    return [f"{n_tests} previews, tests or spam responses left out"] if n_tests else []


def _melt(connection: duckdb.DuckDBPyConnection, columns: list[str], asked: list[str]) -> None:
    """Replace `sent`, a column for each question, by one row for each response and question."""
    others = ", ".join(["_row_number", *(name for name in columns if name not in (*asked, "answer"))])
    connection.execute(
        f"create or replace temp table sent as select {others}, substr(asked, {len(QUESTION) + 1}) as item, answer "
        f"from (select {others}, {', '.join(asked)} from sent) "
        f"unpivot include nulls (answer for asked in ({', '.join(asked)}))"
    )


def _hold_to_wordings(connection: duckdb.DuckDBPyConnection, columns: list[str], items: Items) -> None:
    """Give each row of `sent` the item its question means; raises RefusedFile for words that are nearly an item's."""
    by_spelling = {spelling(text): item for item in items.values() for text in (item.item, item.wording)}
    wording = WORDING if WORDING in columns else "cast(null as varchar)"
    rows = connection.execute(
        f"select coalesce(item, ''), {wording}, min(_row_number) from sent group by all order by 3"
    ).fetchall()
    meant: dict[str, str] = {}
    for text, words, number in rows:
        found = by_spelling.get(spelling(text))
        if found and words and spelling(words) != spelling(found.wording):
            raise _other_wording(number, found.item, found.wording)
        near = next((item for item in items.values() if not found and is_nearly(text, item.wording)), None)
        if near:
            raise _other_wording(number, near.item, near.wording)
        meant[text] = found.item if found else OTHER
    connection.execute(
        "create or replace temp table sent as select sent.* replace (meant.item as item) from sent "
        "join (select unnest(?::varchar[]) as text, unnest(?::varchar[]) as item) as meant "
        "on coalesce(sent.item, '') = text",
        [list(meant), list(meant.values())],
    )


def _other_wording(row: int, item: str, wording: str) -> RefusedFile:
    return RefusedFile(
        OTHER_WORDING,
        f"Row {row} puts the question {item} in other words than its instrument ({wording}). Answers to different "
        "words cannot be compared: give the exact words, or bring the question as an item of its own.",
    )


def _write_text_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, columns: list[str], items: Items
) -> None:
    words = [(item.item, word, answer) for item in items.values() for word, answer in item.answers.items()]
    connection.execute("create or replace temp table answer_words (item varchar, word varchar, meaning varchar)")
    connection.execute(
        "insert into answer_words select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])",
        [list(part) for part in zip(*words, strict=True)],
    )
    text = coerce.cleaned(contract.column("answer"))
    places = ", ".join(
        f"{column.name if column.name in columns else 'cast(null as varchar)'} as {column.name}"
        for column in contract.columns
        if column.name not in ("item", "answer")
    )
    connection.execute(
        f"create or replace temp table text_rows as "
        f"with given as (select * replace ({text} as answer) from sent), "
        f"answered as (select given._row_number, {places}, given.item, "
        f"case when given.item <> '{OTHER}' and given.answer is not null then coalesce(meaning, 'other') end as answer "
        f"from given left join answer_words on given.item = answer_words.item "
        f"and trim(regexp_replace(lower(given.answer), '[^0-9a-z?:]+', ' ', 'g')) = answer_words.word) "
        f"from answered qualify item <> '{OTHER}' "
        f"or row_number() over (partition by item, wave, response_id order by _row_number) = 1 "
        f"order by _row_number, item"
    )
