"""Survey answers as Qualtrics exports them, with its three heading rows and the older two.

The files are not part of the project: the folder is named by PRACTICE_METRICS_REAL_FILES, or stands beside it.
"""

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.instruments import items_of
from dagster_project.exports.read import Reading, read_file
from tests.real.test_counter_files import FILES

pytestmark = pytest.mark.real

SURVEYS = load_contracts()["surveys"]
OF_PEOPLE = ("IPAddress", "Recipient", "ExternalReference", "Location", "EmailAddress", "ExternalData", "Name")

# The questions of the sample, as an organisation would bring them.
INSTRUMENT = """\
instrument: sample
title: Sample
owner: Anybody
scales: {two: {"yes": ["2"], "no": ["1"]}}
items: [{item: choice, wording: This is a multiple choice question., scale: two, asked_of: [practitioners]}]
"""


def read(path: Path, folder: Path) -> tuple[Reading, list[tuple[Any, ...]]]:
    (folder / "instruments").mkdir()
    (folder / "instruments" / "sample.yml").write_text(INSTRUMENT, encoding="utf-8")
    with duckdb.connect() as connection:
        reading = read_file(
            connection, path, SURVEYS, folder, max_rejected_share=0, items=items_of(folder / "instruments")
        )
        query = "select response_id, item, answer from typed_rows"
        return reading, [] if reading.refusal else connection.execute(query).fetchall()


def as_an_organisation_sends_it(name: str, folder: Path, n_headings: int) -> Path:
    """The file without the columns of who answered, and with the wave and the role as embedded data."""
    with (FILES / "survey_qualtrics" / name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    names = rows[0] if n_headings == 3 else rows[1]
    keep = [place for place, heading in enumerate(names) if not heading.startswith(OF_PEOPLE)]
    embedded = {"Wave": "Summer 2017", "Closing day": "18/07/2017", "Role": "Social worker"}
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [row[place] for place in keep] + list(embedded if number < n_headings else embedded.values())
            for number, row in enumerate(rows)
        )
    return path


@pytest.mark.parametrize("name", ["sample.csv", "sample_legacy.csv"])
def test_export_with_all_that_qualtrics_adds_of_people_is_refused(name: str, tmp_path: Path) -> None:
    reading, _ = read(FILES / "survey_qualtrics" / name, tmp_path)
    assert reading.refusal is not None
    assert reading.refusal.rule in ("refused_heading", "missing_columns", "no_headings")
    assert "130.92" not in reading.refusal.message


@pytest.mark.parametrize(("name", "n_headings"), [("sample.csv", 3), ("sample_legacy.csv", 2)])
def test_export_without_people_is_one_response(name: str, n_headings: int, tmp_path: Path) -> None:
    path = as_an_organisation_sends_it(name, tmp_path, n_headings)
    reading, answers = read(path, tmp_path)
    assert reading.refusal is None
    assert answers == [("R_2YPOQ602ER1jkf1", "choice", "yes")]
