"""Outcomes of pay progression: a decision is a person's, on record, or it is refused; others say what they are."""

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import read_file
from dagster_project.people.hr_pack import Applicant
from dagster_project.people.words import OUTCOME_WORDS, application_words

CONTRACT = load_contracts()["pay_progression"]
HEADINGS = ["Round", "Panel date", "Staff ID", "Eligible", "Applied", "Outcome", "Decided by (role)", "Decided on",
            "Reasons recorded", "Human review"]  # fmt: skip
DECIDED = ["Progressed", "Panel", "21/10/2026", "Yes", "Yes"]


def read(folder: Path, *outcomes: list[str]) -> tuple[list[object], list[tuple[int, str, str]]]:
    """The outcomes that load, and row, column and rule of what is refused."""
    path = folder / "round.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [["R", "21/10/2026", f"A{n}", "Yes", "Yes", *outcome] for n, outcome in enumerate(outcomes)]
        csv.writer(file).writerows([HEADINGS, *rows])
    with duckdb.connect() as connection:
        reading = read_file(connection, path, CONTRACT, folder, max_rejected_share=1)
        loaded = connection.execute("select outcome from typed_rows order by _row_number").fetchall()
    return [outcome for (outcome,) in loaded], [(each.row, each.column, each.rule) for each in reading.problems]


def test_decision_with_role_day_reasons_and_review_loads(tmp_path: Path) -> None:
    assert read(tmp_path, DECIDED) == (["progressed"], [])


@pytest.mark.parametrize("missing", range(1, 5))
def test_decision_that_lacks_one_of_them_is_refused(missing: int, tmp_path: Path) -> None:
    """P7."""
    cells = [cell if place != missing else "" for place, cell in enumerate(DECIDED)]
    loaded, refused = read(tmp_path, cells, DECIDED)
    column = CONTRACT.columns[-5 + missing].name
    assert (loaded, [(row, name) for row, name, _ in refused]) == (["progressed"], [(2, column)])


def test_pending_withdrawn_and_past_rounds_load_without_them(tmp_path: Path) -> None:
    rest = ["", "", "", ""]
    past = "progressed before reviews were recorded"
    assert read(tmp_path, ["Pending", *rest], ["Withdrawn", *rest], [past, *rest], ["", *rest]) == (
        ["pending", "withdrawn", "past_progressed", None],
        [],
    )


def test_every_outcome_that_loads_has_its_label() -> None:
    choices = CONTRACT.column("outcome").choices
    assert set(OUTCOME_WORDS) == {*choices, None}

    def label(outcome: str | None) -> str:
        return application_words(
            cast(Applicant, SimpleNamespace(application=SimpleNamespace(values={"outcome": outcome})))
        )

    assert label("withdrawn") == "withdrawn by the applicant"
    assert label("past_not_progressed") == "past round: not progressed, from before human review was recorded"
    assert label(None) == "pending: nothing decided on record"
