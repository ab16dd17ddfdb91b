"""Files to take away hold the numbers of the pages, and nothing in them runs."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from dashboards.chart import chart_spec
from dashboards.drawing import SPARKLINE, sparkline
from dashboards.live_chart import plotly_figure
from dashboards.take_away import COLUMNS, safe
from tests.unit.test_dashboards import MONTH, RECORD, build, make_figures

EDITION = ("Director", "2026-09 edition 01")
WHOLE = {v.month: v for v in make_figures().values if v.unit_id == "all"}
SPEC = chart_spec(RECORD, WHOLE, MONTH, "Anytown")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("edition") / "site"
    build(make_figures(), out, *EDITION)
    return out


def table_of(site: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(site / "figures.xlsx")).get_sheet_by_name("1 reading").to_python()


def rows_of(site: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((site / "figures.csv").read_bytes().decode("utf-8-sig"))))


def test_every_form_of_a_chart_holds_the_same_numbers(site: Path) -> None:
    """Specification, live figure, drawing, page, workbook, CSV and JSON."""
    plotted = [point.plotted for point in SPEC.points]
    assert plotted == [30.0, None, 42.0, 43.771]
    data = plotly_figure(SPEC)["data"]
    assert isinstance(data, list)
    assert data[-1]["y"] == plotted
    heights = [float(y) for y in re.findall(r'(?:M[\d.]+,|cy=")([\d.]+)', sparkline(SPEC))]
    inner = SPARKLINE.height - SPARKLINE.top - SPARKLINE.bottom
    drawn = [(SPARKLINE.height - SPARKLINE.bottom - y) / inner * SPEC.top for y in heights]
    assert drawn == pytest.approx([y for y in plotted if y is not None], abs=0.01)
    page = (site / "metrics" / "reading.html").read_text("utf-8")
    told = re.findall(r'<td class="number value">(.+?)</td><td class="number">(.+?)</td>', page)
    assert told[:3] == [("44%", "130 of 297"), ("42%", "126 of 300"), ("30%", "90 of 300")]
    whole = [row for row in table_of(site)[3:] if row[1] == "Whole organisation"]
    assert [row[2] for row in whole] == [30.0, "[x]", 42.0, 43.771]
    assert [row[3:5] for row in whole] == [[90, 300], ["", ""], [126, 300], [130, 297]]
    rows = [row for row in rows_of(site) if row["Unit"] == "Whole organisation"]
    assert [row["Value"] for row in rows] == ["30.0", "[x]", "42.0", "43.771"]
    values = json.loads((site / "figures.json").read_text("utf-8"))["values"]
    shares = [each["value"] for each in values if each["unit_id"] == "all"]
    assert [round(100 * share, 4) if share else None for share in shares] == [None, 30.0, None, 42.0, 43.771]


def test_hidden_values_are_marked_hidden_in_workbook_and_csv(site: Path) -> None:
    assert [row[2] for row in table_of(site) if row[1] == "Ash"] == ["[c]"]
    assert [row["Value"] for row in rows_of(site) if row["Unit"] in ("Ash", "Beech")] == ["[c]", "[c]"]
    for number in ("86411", "86413", "7778"):
        assert number not in (site / "figures.csv").read_text("utf-8-sig")


def test_workbook_has_cover_contents_notes_and_one_marked_table_a_sheet(site: Path) -> None:
    book = CalamineWorkbook.from_path(str(site / "figures.xlsx"))
    assert book.sheet_names == ["Cover", "Contents", "Notes", "1 reading"]
    sheet = table_of(site)
    assert sheet[0][0] == "Reading evidence"
    assert sheet[2] == list(COLUMNS)
    with zipfile.ZipFile(site / "figures.xlsx") as parts:
        tables = [name for name in parts.namelist() if name.startswith("xl/tables/")]
        text = "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet"))
    assert len(tables) == 2
    assert "mergeCell" not in text


@pytest.mark.parametrize(
    "hostile", ["=1+1", "+1", "-1+2", "@SUM(1)", "\tx", " =1", "\uff1d1", '=HYPERLINK("https://e.example")']
)
def test_names_never_become_formulas_or_links(hostile: str, tmp_path: Path) -> None:
    values = tuple(replace(v, unit_id=hostile) if v.unit_id == "Cedar" else v for v in make_figures().values)
    record = RECORD.model_copy(update={"title": hostile})
    build(make_figures(values=values, records={"reading": record}), tmp_path / "s", *EDITION)
    with zipfile.ZipFile(tmp_path / "s" / "figures.xlsx") as parts:
        sheets = "".join(parts.read(n).decode() for n in parts.namelist() if n.startswith("xl/worksheets/"))
    assert "<f>" not in sheets
    assert "hyperlink" not in sheets.lower()
    assert {row["Measure"] for row in rows_of(tmp_path / "s")} == {"'" + hostile}
    assert "'" + hostile in {row["Unit"] for row in rows_of(tmp_path / "s")}


def test_numbers_below_nought_stay_numbers() -> None:
    assert safe(-1.5) == -1.5
    assert safe("Ash") == "Ash"
