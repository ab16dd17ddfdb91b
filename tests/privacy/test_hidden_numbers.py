"""No hidden figure is in any published file, in any form in which a figure is written (P15)."""

import csv
import io
import json
from pathlib import Path

import pytest

from dagster_project.dbt_call import METRICS_DIR
from dashboards.other_pages import METHOD
from dashboards.pack import print_pdf
from tests.browser.conftest import chromium
from tests.privacy.conftest import SamplesHome
from tests.privacy.hidden_numbers import Row, forms, in_words, leaked

KEY = ("metric_id", "period_start", "unit_level", "unit_id", "breakdown", "breakdown_value", "period_type")
TREES = ("leadership", "practice", "staff")


def figures(samples_home: SamplesHome) -> tuple[list[Row], list[Row]]:
    """The true values of the hidden figures, and those of the others."""
    rows = csv.DictReader(io.StringIO(samples_home.said["metrics --unmasked"]))
    true = {tuple(row[name] for name in KEY): row for row in rows}
    states = {tuple(row[name] for name in KEY): row["value_state"] for row in json.loads(samples_home.said["metrics"])}
    hidden: list[Row] = [true[key] for key, state in states.items() if state == "suppressed"]
    return hidden, [true[key] for key, state in states.items() if state != "suppressed"]


def of_other_things(edition: Path) -> set[str]:
    """What the method and the definitions give as examples, and the gaps of surveys, which are hidden by themselves."""
    found = in_words(METHOD.read_text("utf-8"))
    for record in METRICS_DIR.glob("*.yml"):
        found |= in_words(record.read_text("utf-8"))
    for gap in json.loads((edition / "figures.json").read_text("utf-8")).get("gaps", []):
        sides = ((gap["n_group_positive"], gap["n_group"]), (gap["n_practitioners_positive"], gap["n_practitioners"]))
        found |= {form for n, of in sides if of for form in forms({"numerator": n, "denominator": of})}
    return found


@pytest.mark.whole_runs
def test_no_page_and_no_file_to_take_away_holds_a_hidden_figure(samples_home: SamplesHome) -> None:
    hidden, shown = figures(samples_home)
    for audience in TREES:
        edition = samples_home.home.published_to(audience) / "2026-10" / "01"
        paths = [path for path in edition.rglob("*") if path.suffix in (".html", ".csv", ".json", ".xlsx")]
        assert {path.suffix for path in paths} == {".html", ".csv", ".json", ".xlsx"}
        assert leaked(paths, hidden, shown, of_other_things(edition)) == {}


@pytest.mark.browser
def test_printed_pack_holds_no_hidden_figure_in_its_text_or_behind_its_drawings(
    samples_home: SamplesHome, tmp_path: Path
) -> None:
    edition, pdf = samples_home.home.published / "2026-10" / "01", tmp_path / "board_pack.pdf"
    assert print_pdf(Path(chromium()), edition / "board_pack.html", pdf)
    hidden, shown = figures(samples_home)
    assert leaked([pdf], hidden, shown, of_other_things(edition)) == {}
    assert leaked([pdf], shown, [], set()) != {}, "what is printed is found"


@pytest.mark.parametrize(
    "words",
    [
        "<td>17 of 57</td>",
        '{"numerator": 17.0, "denominator": 57.0}',
        '"y":[29.8246,null]',
        '"value":0.2982456140350877',
    ],
)
def test_search_finds_a_figure_in_every_form(words: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(words, "utf-8")
    hidden = {"numerator": "17", "denominator": "57"}
    assert leaked([path], [hidden], [], set()) != {}
    assert leaked([path], [hidden], [hidden], set()) == {}


def test_search_finds_the_cells_of_a_table_and_no_number_of_sheets(tmp_path: Path) -> None:
    table, page = tmp_path / "figures.csv", tmp_path / "page.html"
    table.write_text("Unit,Numerator,Denominator\nNorth,17.0,57.0\n", "utf-8")
    page.write_text("Page 17 of 57. 17 of 57 feeds are up to date.", "utf-8")
    assert list(leaked([table, page], [{"numerator": 17, "denominator": 57}], [], set())) == [str(table)]
