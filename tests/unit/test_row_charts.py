"""Charts in rows (two groups, chains, ladders, mixes): every form of one holds the same numbers, none a hidden one."""

import csv
import datetime
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import plotly.graph_objects
import pytest
from python_calamine import CalamineWorkbook

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.metric_records import MetricRecord, load_records
from dashboards.figures import Figures, GapOfWave, ShownValue
from dashboards.gaps import gap_charts
from dashboards.live_rows import rows_figure
from dashboards.row_chart import RowChart
from dashboards.row_drawing import SIDE, WIDTH, row_drawing
from dashboards.theme_charts import known_charts, theme_charts
from tests.unit.test_dashboards import MONTH, RECORD, build, make_figures, value

ALL = load_records(METRICS_DIR)
EDITION = ("Director", "2026-09 edition 01")
# What a reader may not see: counts of the hidden gap and of the hidden part.
HIDDEN = ("777", "4321", "9876")


def shown(metric: str, numerator: float, denominator: float, part: str = "", state: str = "observed") -> ShownValue:
    cadence, by = ALL[metric].cadence, "mode" if part else "all"
    known = value(0, numerator, denominator)
    of_metric = replace(known, metric_id=metric, period_type=cadence, breakdown=by, breakdown_value=part or "all")
    return of_metric if state == "observed" else of_metric.without_numbers(state)


def gap(item: str, managers: tuple[int, int] | None, practitioners: tuple[int, int] | None) -> GapOfWave:
    group, others = managers or (None, None), practitioners or (None, None)
    is_compared = bool(managers and practitioners)
    ends = {"gap": 0.27, "lower": 0.0704, "upper": 0.3789} if is_compared else {}
    return GapOfWave(
        wave_date=datetime.date(2026, 9, 18), item=item, wording=f"{item} help.", respondents="managers",
        state="compared" if is_compared else "suppressed", n_group_positive=group[0], n_group=group[1],
        n_practitioners_positive=others[0], n_practitioners=others[1], is_small_sample=True, place=1,
        **{"gap": None, "lower": None, "upper": None, **ends},
    )  # fmt: skip


def figures() -> Figures:
    names = [name for chart in known_charts() for name in chart.measures]
    values = (
        shown("progression_applied", 49, 110), shown("progression_portfolio_complete", 34, 49),
        shown("progression_progressed", 28, 41), shown("aware_of_research", 54, 118),
        shown("taking_part_in_research", 18, 118), shown("active_in_research", 4321, 9876, state="suppressed"),
        shown("evidence_use_declared_only", 300, 700),
    )  # fmt: skip
    parts = (
        shown("evidence_use_declared_only", 120, 200, "read"), shown("evidence_use_declared_only", 180, 500, "print"),
        shown("evidence_use_declared_only", 777, 9876, "course", "suppressed"),
    )  # fmt: skip
    records: dict[str, MetricRecord] = {"reading": RECORD, **{name: ALL[name] for name in names}}
    gaps = (gap("Policies", (19, 20), (68, 100)), gap("Courses", None, None))
    thresholds = {"days": 4, **{name: 4 for record in records.values() for name in record.thresholds}}
    return make_figures(
        values=(*make_figures().values, *values), details=parts, records=records, gaps=gaps, thresholds=thresholds
    )


CHARTS = {
    chart.name: chart
    for chart in [*gap_charts(figures().gaps), *(c for all_ in theme_charts(figures()).values() for c in all_)]
}
GAP = "gaps_managers_20260918"
MIX = "evidence_use_declared_only"
PLOTTED = {
    GAP: [[95.0, 68.0], []],
    "progression_chain": [[110.0], [49.0], [34.0], [28.0]],
    "research_ladder": [[], [15.2542], [45.7627]],
    "learning_mix_by_mode": [[180.0, 320.0], [120.0, 80.0], []],
}
PAGES = {
    GAP: "gaps.html", "progression_chain": "themes/progression.html", "research_ladder": "themes/research.html",
    "learning_mix_by_mode": "themes/learning.html",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("edition") / "site"
    build(figures(), out, *EDITION)
    return out


def drawn(chart: RowChart) -> list[float]:
    """The numbers that the drawing shows, by its own geometry."""
    unit = (WIDTH - 2 * SIDE) / chart.step_and_top[1]
    text = str(row_drawing(chart))
    if chart.kind != "gap":
        return [float(width) / unit for width in re.findall(r'<rect [^>]*?width="([\d.]+)"', text)]
    squares = [float(x) + 6 for x in re.findall(r'<rect x="([\d.]+)"', text)]
    dots = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', text)]
    return [(x - SIDE) / unit for pair in zip(squares, dots, strict=True) for x in pair]


@pytest.mark.parametrize("name", PLOTTED)
def test_every_form_of_a_chart_holds_the_same_numbers(site: Path, name: str) -> None:
    """Specification, live figure, drawing, page, workbook and CSV."""
    chart, marked = CHARTS[name], [row for row in PLOTTED[name] if row]
    assert [[mark.plotted for mark in row.marks] for row in chart.rows] == PLOTTED[name]
    live = rows_figure(chart)
    assert [list(row) for row in zip(*(trace["x"] for trace in live["data"]), strict=True)] == marked  # type: ignore[index,attr-defined]
    plotly.graph_objects.Figure(live["data"], live["layout"])  # raises where Plotly would not know a name
    assert drawn(chart) == pytest.approx([each for row in marked for each in row], abs=0.1)
    page = (site / PAGES[name]).read_text("utf-8")
    assert json.loads(re.search(rf'id="{name}-figure">(.+?)</script>', page)[1]) == live  # type: ignore[index]
    table = page[page.index(f"<caption>{chart.title}") :]
    told = re.findall(r'scope="row">(.+?)</th>(.+?)</tr>', table[: table.index("</table>")])
    assert [label for label, _ in told] == [row.label for row in chart.rows]
    for row, (_, cells) in zip(chart.rows, told, strict=True):
        assert all(f">{mark.shown}</td>" in cells for mark in row.marks)
        assert bool(row.marks) != ("hidden: small numbers" in cells)
    sheet = CalamineWorkbook.from_path(str(site / "figures.xlsx")).get_sheet_by_name(name).to_python()[3:]
    numbers = [each for row in PLOTTED[name] for each in row or ["[c]"]]
    assert [row[2] for row in sheet] == numbers
    rows = csv.DictReader(io.StringIO((site / "comparisons.csv").read_bytes().decode("utf-8-sig")))
    written = [row["Value"] for row in rows if row["Chart"] == chart.title]
    assert [each if each == "[c]" else float(each) for each in written] == numbers


def test_chain_tells_of_whom_each_step_was_asked() -> None:
    chain = CHARTS["progression_chain"]
    assert [row.note for row in chain.rows] == ["", "45% of 110", "69% of 49", "68% of 41"]
    assert chain.message == "Progressed, of applications decided: 28; eligible: 110"


def test_mix_tells_which_share_of_all_uses_each_part_is() -> None:
    """A part that is hidden has no share, and neither has any part where the whole is hidden."""
    assert [row.note for row in CHARTS["learning_mix_by_mode"].rows] == [
        "71% of 700",
        "29% of 700",
        "hidden: small numbers",
    ]
    made = figures()
    hidden = tuple(v.without_numbers("suppressed") if v.metric_id == MIX else v for v in made.values)
    [mix] = theme_charts(made.model_copy(update={"values": hidden}))["learning"]
    assert [row.note for row in mix.rows] == ["", "", "hidden: small numbers"]


def test_chain_never_mixes_two_rounds() -> None:
    """The newest round of those who applied has no outcome yet: the round before it is not put in its place."""
    made = figures()
    later = replace(shown("progression_progressed", 28, 41), period_end=MONTH.replace(month=3))
    values = tuple(later if v.metric_id == "progression_progressed" else v for v in made.values)
    [chain] = theme_charts(made.model_copy(update={"values": values}))["progression"]
    assert [row.words for row in chain.rows] == ["110", "49; 45% of 110", "34; 69% of 49", "no figure"]


def test_words_of_two_groups_stay_on_the_chart() -> None:
    chart = CHARTS[GAP]
    [above, below] = chart.words_of(chart.places[0])
    assert (above[2:], below[2:]) == (("Managers 95% (19 of 20)", "end"), ("Practitioners 68% (68 of 100)", "middle"))
    assert chart.rows[0].note == "+27 points (+7 to +38), small sample, so provisional"


def test_no_file_holds_a_hidden_number_and_charts_need_all_their_measures(site: Path) -> None:
    for path in site.rglob("*.*"):
        if path.suffix in (".html", ".csv", ".json"):
            found = [number for number in HIDDEN if re.search(rf"(?<![\d.]){number}(?!\d)", path.read_text("utf-8"))]
            assert found == [], path
    without = {name: record for name, record in figures().records.items() if name != "active_in_research"}
    assert "research" not in theme_charts(figures().model_copy(update={"records": without}))


def test_staff_get_no_gaps_of_groups() -> None:
    assert {who: bool(figures().of_audience(who).gaps) for who in ("leadership", "practice", "staff")} == {
        "leadership": True, "practice": True, "staff": False,
    }  # fmt: skip


def test_charts_name_measures_and_breakdowns_that_there_are() -> None:
    for chart in known_charts():
        records = [ALL[name] for name in chart.measures]
        assert {record.theme for record in records} == {chart.theme}
        assert chart.kind != "mix" or (len(records), len(chart.parts)) == (1, 2)
        assert not chart.breakdown or chart.breakdown in records[0].breakdowns


def test_month_is_said() -> None:
    assert CHARTS["research_ladder"].subtitle.endswith(f"Anytown; {MONTH:%B %Y}")
