"""A survey is read the same however its tool lays it out, and only in the exact words of its instrument."""

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.instruments import items_of, shipped_items
from dagster_project.exports.read import Reading, read_file
from dagster_project.problems import SettingsProblem

SURVEYS = load_contracts()["surveys"]
PLACES = ["Wave", "Closing day", "Response", "Role", "Service"]
FIRST = ["Autumn", "30/09/2026", "R1", "Social worker", "Adults"]
SECOND = ["Autumn", "30/09/2026", "R2", "Team manager", "Adults"]
POLICIES = "Our policies and procedures improve practice."
USE = "Do you regularly use evidence?"

OWN = """\
instrument: diagnostic
title: Our own diagnostic
owner: Principal social worker
scales:
  marks: {"yes": ["4", "3"], "no": ["1", "2"]}
items:
  - {item: capability, wording: We have what it takes., scale: marks, asked_of: [practitioners, leaders]}
"""

Answers = list[tuple[Any, ...]]


def read(folder: Path, *rows: list[str], own: str = "") -> tuple[Reading, Answers]:
    """What was read of a CSV, and its answers as (row, response, item, answer)."""
    path = folder / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    (folder / "instruments").mkdir(exist_ok=True)
    (folder / "instruments" / "own.yml").write_text(own or OWN, encoding="utf-8")
    with duckdb.connect() as connection:
        reading = read_file(
            connection, path, SURVEYS, folder, max_rejected_share=0, items=items_of(folder / "instruments")
        )
        if reading.refusal:
            return reading, []
        query = "select _row_number, response_id, item, answer from typed_rows order by all"
        return reading, connection.execute(query).fetchall()


def test_column_for_each_question_gives_the_answers_of_a_row_for_each(tmp_path: Path) -> None:
    wide = read(tmp_path, [*PLACES, USE, "policies_help"], [*FIRST, "Yes", "Tend to agree"], [*SECOND, "", "Neutral"])
    long = read(
        tmp_path,
        [*PLACES, "Item", "Answer"],
        [*FIRST, USE, "Yes"], [*FIRST, "policies_help", "agree"],
        [*SECOND, "regular_use", ""], [*SECOND, POLICIES, "Neither agree nor disagree"],
    )  # fmt: skip
    expected = [("R1", "policies_help", "yes"), ("R1", "regular_use", "yes"),
                ("R2", "policies_help", "neither"), ("R2", "regular_use", None)]  # fmt: skip
    assert sorted(row[1:3] for row in long[1]) == [row[:2] for row in expected]
    assert [row[1:] for row in wide[1]] == expected
    assert [row[3] for row in sorted(long[1], key=lambda row: row[1:3])] == [row[2] for row in expected]
    assert (wide[0].layout, long[0].layout) == ("wide", "columns")


def qualtrics(codes: list[str], words: list[str], *rows: list[str]) -> list[list[str]]:
    """The three heading rows of a Qualtrics export and its responses."""
    ids = [f'{{"ImportId":"QID{number}"}}' for number in range(len(codes) + 6)]
    tool = ["Wave", "Closing day", "ResponseId", "Role", "Service", "Status"]
    return [[*tool, *codes], [*tool[:2], "Response ID", *tool[3:5], "Response Type", *words], ids, *rows]


def test_three_heading_rows_are_no_responses_and_previews_are_left_out(tmp_path: Path) -> None:
    rows = qualtrics(
        ["Q1", "Q2"], [USE, "Anything else?"],
        [*FIRST, "IP Address", "Yes", "something I wrote"], [*SECOND, "Survey Preview", "No", ""],
    )  # fmt: skip
    reading, answers = read(tmp_path, *rows)
    assert answers == [(4, "R1", "regular_use", "yes")]
    assert reading.layout == "qualtrics"
    assert reading.warnings == ["1 previews, tests or spam responses left out"]


def test_codes_of_items_head_the_columns_as_well_as_their_words(tmp_path: Path) -> None:
    rows = qualtrics(["regular_use"], [USE], [*FIRST, "0", "No"])
    assert read(tmp_path, *rows)[1] == [(4, "R1", "regular_use", "no")]


OTHER_WORDS = {
    "wide": [[*PLACES, "Policies and procedures improve practice"], [*FIRST, "Agree"]],
    "long": [[*PLACES, "Item", "Answer"], [*FIRST, "Policies and procedures improve practice", "Agree"]],
    "long with wording": [
        [*PLACES, "Item", "Wording", "Answer"],
        [*FIRST, "policies_help", "Do policies help you?", "Agree"],
    ],
    "qualtrics": qualtrics(["policies_help"], ["Do policies help you?"], [*FIRST, "0", "Agree"]),
}


@pytest.mark.parametrize("layout", OTHER_WORDS)
def test_question_in_other_words_than_its_instrument_is_refused(layout: str, tmp_path: Path) -> None:
    reading, _ = read(tmp_path, *OTHER_WORDS[layout])
    assert reading.refusal is not None
    assert reading.refusal.rule == "other_wording"
    assert "exact words" in reading.refusal.message


@pytest.mark.parametrize("heading", ["Staff ID", "RecipientEmail"])
def test_wide_file_with_a_column_of_who_answered_is_refused(heading: str, tmp_path: Path) -> None:
    reading, _ = read(tmp_path, [*PLACES, heading, USE], [*FIRST, "Z900001", "Yes"])
    assert reading.refusal is not None
    assert reading.refusal.rule == "refused_heading"


def test_file_without_a_question_of_any_instrument_is_refused(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, [*PLACES, "Favourite colour"], [*FIRST, "Green"])
    assert reading.refusal is not None
    assert "exact words" in reading.refusal.message


def test_organisation_brings_questions_and_scales_of_its_own(tmp_path: Path) -> None:
    _, answers = read(tmp_path, [*PLACES, "We have what it takes."], [*FIRST, "4"], [*SECOND, "7"])
    assert answers == [(2, "R1", "capability", "yes"), (3, "R2", "capability", "other")]


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (("item: capability", "item: regular_use"), "in another instrument"),
        (("We have what it takes.", USE), "means something else already"),
        (("item: capability", "item: role"), "means something else already"),
        (("scale: marks", "scale: stars"), r"there is no scale `stars`"),
        (('"no"', "perhaps"), "`perhaps` is not one of"),
        (("[practitioners, leaders]", "[managers, leaders]"), "one is the practitioners"),
    ],
)
def test_mistake_in_an_own_instrument_names_its_file(mistake: tuple[str, str], told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match=told) as problem:
        read(tmp_path, [*PLACES, USE], [*FIRST, "Yes"], own=OWN.replace(*mistake))
    assert "own.yml" in str(problem.value)


def test_answers_to_questions_of_no_instrument_are_one_row_a_response_without_words(tmp_path: Path) -> None:
    _, answers = read(
        tmp_path, [*PLACES, "Item", "Answer"], [*FIRST, "Favourite colour", "Green"], [*FIRST, "Pet", "Rex"]
    )
    assert answers == [(2, "R1", "other", None)]


def test_no_question_that_a_measure_of_practitioners_counts_is_compared_with_managers() -> None:
    """A comparison shows small counts, which would give away those hidden in the measure."""
    metrics = Path(__file__).parents[2] / "dbt" / "models" / "metrics"
    sql = " ".join(path.read_text("utf-8") for path in metrics.glob("met_*.sql"))
    compared = [item.item for item in shipped_items().values() if len(item.asked_of) == 2]
    assert compared
    assert [item for item in compared if f"'{item}'" in sql] == []
