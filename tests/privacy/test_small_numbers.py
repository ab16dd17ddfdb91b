"""Small numbers of a small organisation, from its exports to its pages: hidden from all that do not ask (P15, P19)."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.metric_records import load_records
from tests.privacy.conftest import SamplesHome

pytestmark = pytest.mark.whole_runs

KEY = ("metric_id", "period_start", "unit_level", "unit_id", "breakdown", "breakdown_value", "period_type")
NUMBERS = ("numerator", "denominator", "people", "value")
HIDDEN = "hidden: small numbers"
RECORDS = load_records(METRICS_DIR)
WHOLE = ("organisation", "all", "all")
GIVEN = ("Measure", "Unit of value", "Period", "Unit", "Value", "Note")
Cells = dict[tuple[str, ...], dict[str, Any]]


@pytest.fixture(scope="module")
def masked(samples_home: SamplesHome) -> Cells:
    return {tuple(row[name] for name in KEY): row for row in json.loads(samples_home.said["metrics"])}


@pytest.fixture(scope="module")
def unmasked(samples_home: SamplesHome) -> Cells:
    rows = csv.DictReader(io.StringIO(samples_home.said["metrics --unmasked"]))
    return {tuple(row[name] for name in KEY): row for row in rows}


class Tables(HTMLParser):
    """The rows of every table of a page: the row's heading and the text beside it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        self.is_in_cell = tag in ("td", "th") or (self.is_in_cell and tag != "tr")
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.is_in_cell = self.is_in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.is_in_cell:
            self.rows[-1][-1] += data


def page_rows(samples_home: SamplesHome, metric: str) -> dict[str, list[str]]:
    page = samples_home.home.published / "2026-10" / "01" / "metrics" / f"{metric}.html"
    return {heading: rest for heading, *rest in Tables(page.read_text("utf-8")).rows}


def hidden(masked: Cells) -> Iterator[tuple[str, ...]]:
    return (key for key, row in masked.items() if row["value_state"] == "suppressed")


def test_unmasked_values_are_of_the_same_cells_and_suppress_nothing(masked: Cells, unmasked: Cells) -> None:
    assert list(masked) == list(unmasked)
    assert "suppressed" not in {row["value_state"] for row in unmasked.values()}


def test_values_of_one_to_four_people_are_hidden(masked: Cells, unmasked: Cells) -> None:
    few = [key for key, row in unmasked.items() if row["people"] and 1 <= int(row["people"]) <= 4]
    assert len(few) > 50
    assert {masked[key]["value_state"] for key in few} == {"suppressed"}


def test_hidden_values_have_no_numbers_and_shown_ones_are_right(masked: Cells, unmasked: Cells) -> None:
    for key in hidden(masked):
        assert [masked[key][name] for name in NUMBERS] == [None] * 4
    shown = [key for key, row in masked.items() if row["value_state"] in ("observed", "too_few")]
    assert len(shown) > 10
    for key in shown:
        assert [masked[key][name] for name in NUMBERS] == [
            float(text) if (text := unmasked[key][name]) else None for name in NUMBERS
        ]


def test_shown_shares_rest_on_more_than_a_few(masked: Cells) -> None:
    for key, row in masked.items():
        if row["people"] and RECORDS[key[0]].kind == "proportion":
            assert row["people"] >= 10
            if row["denominator"] == row["people"]:  # not events or hours, of which few may be of many
                rest = row["denominator"] - row["numerator"]
                assert not [part for part in (row["numerator"], rest) if 1 <= part <= 4]


def test_draft_holds_no_hidden_number_and_no_team(samples_home: SamplesHome, masked: Cells) -> None:
    figures = json.loads((samples_home.home.drafts / "2026-10" / "figures.json").read_text("utf-8"))
    cells = {tuple(value[name] for name in KEY): value for value in figures["values"]}
    assert {key[2] for key in cells} == {"organisation", "service"}
    assert set(cells) <= set(masked)
    assert {key: (value["value_state"], value["value"]) for key, value in cells.items()} == {
        key: (masked[key]["value_state"], masked[key]["value"]) for key in cells
    }
    concealed = set(hidden(masked)) & set(cells)
    assert len(concealed) > 10
    for key in concealed:
        assert [cells[key][name] for name in NUMBERS] == [None] * 4


def says_hidden(metric: str, words: str) -> bool:
    """Why a figure is hidden; what few managers gave is told for the smallest larger unit that passes."""
    is_rolled_up = RECORDS[metric].given_by is not None and words.startswith("hidden: few gave it; told for ")
    return words == HIDDEN or is_rolled_up


def test_pages_show_words_where_a_service_is_hidden(samples_home: SamplesHome, masked: Cells) -> None:
    services = [key for key in hidden(masked) if key[2] == "service" and key[4] == "all" and key[1] == "2026-10-01"]
    assert len(services) > 5
    for metric, _, _, service, *_ in services:
        assert says_hidden(metric, page_rows(samples_home, metric)[service][0])


def test_pages_show_the_whole_organisation_where_it_is_not_hidden(
    samples_home: SamplesHome, masked: Cells, unmasked: Cells
) -> None:
    key = ("using_evidence_this_month", "2026-10-01", "organisation", "all", "all", "all", "month")
    row = unmasked[key]
    assert masked[key]["value_state"] == "observed"
    basis = f"{float(row['numerator']):.0f} of {float(row['denominator']):.0f}"
    interval = f"{masked[key]['lower']:.0%} to {masked[key]['upper']:.0%}"
    share = Decimal(row["value"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
    shown = f"{share:.0%} {basis} ({interval})"
    assert page_rows(samples_home, key[0])["Whole organisation"][0] == shown


def test_charts_of_hidden_months_have_no_point(samples_home: SamplesHome, masked: Cells) -> None:
    for metric, record in RECORDS.items():
        if "leadership" not in record.audience:
            continue
        page = (samples_home.home.published / "2026-10" / "01" / "metrics" / f"{metric}.html").read_text("utf-8")
        if 'id="chart-figure">' not in page:
            continue
        lines = json.loads(page.split('id="chart-figure">')[1].split("</script>")[0])["data"]
        points = [point for line in lines if "markers" in line["mode"] for point in line["y"]]
        series = (*WHOLE, "all", record.cadence)
        whole = {key[1]: row["value"] for key, row in masked.items() if key[0] == metric and key[2:] == series}
        values = [whole[month] for month in sorted(whole)]
        if not values:
            assert set(points) <= {None}, metric
        else:
            assert [point is None for point in points] == [value is None for value in values[-len(points) :]]


def test_files_to_take_away_show_hidden_months_as_hidden(samples_home: SamplesHome, masked: Cells) -> None:
    """Each cell of the series, in the CSV and in the workbook alike; and nothing but the mark and the reason."""
    edition = samples_home.home.published / "2026-10" / "01"
    rows = list(csv.DictReader(io.StringIO((edition / "figures.csv").read_bytes().decode("utf-8-sig"))))
    told = {(row["Measure"], row["Period"], row["Unit"]): row for row in rows}
    book = CalamineWorkbook.from_path(str(edition / "figures.xlsx"))
    listed = {str(title): str(name) for name, title, _ in book.get_sheet_by_name("Contents").to_python()[3:]}
    n_hidden = 0
    for metric, start, level, unit, breakdown, _, period in hidden(masked):
        record = RECORDS[metric]
        name = "Whole organisation" if level == "organisation" else unit
        is_of_series = (breakdown, period, record.cadence) == ("all", "month", "month")
        row = told.get((record.title, start[:7], name)) if is_of_series else None
        if row is None:
            continue
        n_hidden += 1
        empty = {text for column, text in row.items() if column not in GIVEN}
        assert (row["Value"], empty) == ("[c]", {""})
        assert says_hidden(metric, row["Note"])
        sheet = book.get_sheet_by_name(listed[record.title]).to_python()
        [cells] = [each for each in sheet if each[:2] == [start[:7], name]]
        assert cells == [start[:7], name, "[c]", *[""] * 8, row["Note"]]
    assert n_hidden > 10
