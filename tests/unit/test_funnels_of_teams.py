"""Teams stand in a funnel in the order of the alphabet, made of what may be shown, and are never ranked."""

import json
import re
from dataclasses import replace
from pathlib import Path

import plotly.graph_objects
import pytest
from python_calamine import CalamineWorkbook

from dagster_project.statistics.funnels import exact_limits, normal_limits
from dashboards.chart import axis
from dashboards.figures import ShownValue
from dashboards.funnel_drawing import FRAME, funnel_drawing, funnel_words
from dashboards.funnels import funnels_of
from dashboards.live_funnel import funnel_plotly
from tests.unit.test_dashboards import MONTH, RECORD, build, make_figures, value


def team(name: str, numerator: float, denominator: float, state: str = "observed") -> ShownValue:
    known = value(0, numerator, denominator, state=state)
    return replace(
        known, unit_level="team", unit_id=name, period_type="twelve_months", period_start=MONTH.replace(2025, 10)
    )


TEAMS = (team("north", 20, 100), team("East", 52, 100), team("Quay", 48, 100), team("South", 0, 0, "suppressed"))


PLACES = [
    ("East", "above the inner limits (95%)"), ("north", "below the outer limits (99.8%)"),
    ("Quay", "within the limits"), ("South", "not enough data"),
]  # fmt: skip


def test_funnel_is_of_the_shown_teams_round_their_own_share() -> None:
    [funnel] = funnels_of(TEAMS, {"reading": RECORD})
    assert funnel.centre == pytest.approx(120 / 300)
    assert [(place.unit_id, place.position) for place in funnel.places] == [
        ("East", "high_95"), ("north", "low_998"), ("Quay", None),
    ]  # fmt: skip
    limits = normal_limits([100], 0.4)
    assert limits.lower_998[0] == pytest.approx(0.4 - 3.0902 * (0.24 / 100) ** 0.5, abs=1e-4)
    by_size = {row[0]: row for row in funnel.curve}
    assert min(by_size) == 80
    assert max(by_size) == 110
    assert by_size[110][1] == pytest.approx(float(normal_limits([110], 0.4).lower_95[0]), abs=1e-6)


def test_small_teams_get_exact_limits_and_few_teams_no_funnel() -> None:
    small = [replace(each, numerator=8.0, denominator=20.0, value=0.4) for each in TEAMS[:3]]
    [funnel] = funnels_of(small, {"reading": RECORD})
    assert funnel.method == "exact"
    assert funnel.curve[-1][2] == pytest.approx(float(exact_limits([22], 0.4).upper_95[0]), abs=1e-6)
    assert funnels_of(TEAMS[1:], {"reading": RECORD}) == ()
    assert funnels_of(TEAMS, {"reading": RECORD.model_copy(update={"kind": "rate"})}) == ()


def test_page_names_teams_in_the_order_of_the_alphabet_and_says_why_one_is_missing(tmp_path: Path) -> None:
    figures = make_figures(details=TEAMS, funnels=funnels_of(TEAMS, {"reading": RECORD}))
    files = build(figures, tmp_path / "site")
    for page, heading in (("units.html", "Reading evidence"), ("metrics/reading.html", "Place in the funnel")):
        table = files[page][files[page].index(f'scope="col">{heading}</th></tr></thead>') :]
        cells = re.findall(rf'scope="row">(\w+)</th>.*?data-label="{heading}">(.*?)</td>', table, re.DOTALL)
        assert [(name, words.rpartition("; ")[2]) for name, words in cells] == PLACES
        assert not re.findall(r"\b(rank|best|worst|highest|lowest team|league)\b", table, re.IGNORECASE)
    assert "this is no ranking" in files["units.html"]


def test_funnel_in_words_names_who_is_outside_or_that_nobody_is() -> None:
    [funnel] = funnels_of(TEAMS, {"reading": RECORD})
    assert funnel_words(funnel) == (
        "3 teams round 40%, the share of all of them together; limits of the normal distribution. "
        "Outside: East above the inner limits (95%); north below the outer limits (99.8%)."
    )
    alike = [replace(each, numerator=40.0, value=0.4) for each in TEAMS[:3]]
    [funnel] = funnels_of(alike, {"reading": RECORD})
    assert funnel_words(funnel).endswith("they differ no more than by chance.")


def test_live_funnel_drawing_and_workbook_hold_the_same_shares(tmp_path: Path) -> None:
    """None of them a number of the hidden team."""
    figures = make_figures(details=TEAMS, funnels=funnels_of(TEAMS, {"reading": RECORD}))
    page = build(figures, tmp_path / "s", "Director", "2026-09 edition 01")["metrics/reading.html"]
    live = json.loads(re.search(r'id="funnel-figure">(.+?)</script>', page)[1])  # type: ignore[index]
    assert live == funnel_plotly(figures.funnels[0])
    plotly.graph_objects.Figure(live["data"], live["layout"])  # raises where Plotly would not know a name
    teams = live["data"][-1]
    assert list(zip(teams["x"], teams["y"], strict=True)) == [(100, 52.0), (100, 20.0), (100, 48.0)]
    drawing = str(funnel_drawing(figures.funnels[0]))
    heights = [float(y) + 5.5 for y in re.findall(r'<rect x="[\d.]+" y="([\d.]+)"', drawing)]
    heights += [float(y) for y in re.findall(r"M[\d.]+,([\d.]+)h0", drawing)]
    curve = figures.funnels[0].curve
    _, highest = axis(100 * max(0.52, *(each for row in curve for each in row[1:])), is_share=True)
    top = min(1.0, highest / 100)
    inner = FRAME.height - FRAME.top - FRAME.bottom
    shares = [(FRAME.height - FRAME.bottom - y) / inner * top for y in heights]
    assert shares == pytest.approx([0.52, 0.2, 0.48], abs=0.001)
    sheet = CalamineWorkbook.from_path(str(tmp_path / "s" / "figures.xlsx")).get_sheet_by_name("1 reading").to_python()
    of_teams = {row[1]: row[2] for row in sheet if " to " in str(row[0]) and row[1]}
    assert of_teams == {"north": 20.0, "East": 52.0, "Quay": 48.0, "South": "[c]"}
