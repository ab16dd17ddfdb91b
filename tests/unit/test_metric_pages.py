"""What a measure's page says beyond its figure: breaks of its series, waves, parts, teams, caveats in force."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.metric_records import CaveatWhere
from dashboards.chart import chart_spec
from dashboards.figures import SeriesBreak
from dashboards.words import months_back
from tests.unit.test_dashboards import MONTH, RECORD, build, make_figures, value


def test_share_above_100_is_drawn_and_said_as_it_is() -> None:
    """More may answer a survey than could be counted; the chart ended at 100% and the point lay outside it."""
    spec = chart_spec(RECORD, {MONTH: value(0, 60, 40)}, MONTH, "Anytown")
    assert (spec.points[0].plotted, spec.points[0].shown, spec.top) == (150.0, "150%", 160.0)
    assert chart_spec(RECORD, {MONTH: value(0, 40, 40)}, MONTH, "Anytown").top == 100.0


def broken(back: int, settled_back: int) -> SeriesBreak:
    return SeriesBreak(
        metric_id="reading",
        month=months_back(MONTH, back),
        settled_month=months_back(MONTH, settled_back),
        feed="resource_usage",
        source_kind="channel",
        source="declared",
    )


def test_connected_source_breaks_the_series_and_never_reads_better(tmp_path: Path) -> None:
    """B22: a new channel raises the share without any change in practice."""
    rising = tuple(value(back, 250 - 60 * back, 300) for back in (3, 2, 1, 0))
    files = build(make_figures(values=rising, breaks=(broken(1, 1),)), tmp_path / "site")
    page, summary = files["metrics/reading.html"], files["index.html"]
    assert "<li>From August 2026: Declared (channel)</li>" in page
    assert "cannot be compared" in page
    assert "63% to 83% in all 2 months after the break, from Aug 2026" in page
    assert "series broken Aug 2026" in summary
    figure = json.loads(re.search(r'id="chart-figure">(.+?)</script>', page)[1])
    assert [trace["y"] for trace in figure["data"]] == [[23.3333, 43.3333], [63.3333, 83.3333]]
    assert page[page.index("<svg") :].count("<polyline") == 2
    assert not re.findall(r"improv|better|rising|rose|worse", summary + page.replace("Better is", ""), re.IGNORECASE)


def test_figures_of_both_sides_of_a_break_belong_to_neither(tmp_path: Path) -> None:
    """A log connected in June lifts a figure of three months in June, July and August: the break stood before June."""
    values = tuple(value(back, numerator, 300) for back, numerator in ((4, 60), (3, 90), (2, 120), (1, 150), (0, 156)))
    files = build(make_figures(values=values, breaks=(broken(3, 1),)), tmp_path / "site")
    page = files["metrics/reading.html"]
    assert "<li>From June 2026: Declared (channel). Figures up to July 2026 mix before and after.</li>" in page
    assert "50% to 52% in all 2 months after the break, from Aug 2026" in page
    assert "50% to 52% in all 2 months after the break, from Aug 2026" in files["index.html"]
    figure = json.loads(re.search(r'id="chart-figure">(.+?)</script>', page)[1])
    assert [trace["y"] for trace in figure["data"]] == [[20.0], [30.0, 40.0], [50.0, 52.0]]


def test_series_that_has_not_settled_yet_has_no_extent(tmp_path: Path) -> None:
    values = tuple(value(back, 90 + back, 300) for back in (3, 2, 1, 0))
    page = build(make_figures(values=values, breaks=(broken(1, -1),)), tmp_path / "s")["metrics/reading.html"]
    assert "Figures up to September 2026 mix before and after." in page
    assert "<h2>30% in September 2026</h2>" in page
    figure = json.loads(re.search(r'id="chart-figure">(.+?)</script>', page)[1])
    assert [len(trace["y"]) for trace in figure["data"]] == [2, 2]


def test_source_that_starts_within_the_first_window_breaks_the_series_where_it_settles() -> None:
    values = {each.month: each for each in (value(back, 90 + back, 300) for back in (3, 2, 1, 0))}
    spec = chart_spec(RECORD, values, MONTH, "Anytown", breaks=(broken(4, 2),))
    assert (spec.breaks, spec.extent) == ((1,), "30% to 31% in all 3 months after the break, from Jul 2026")


@pytest.mark.parametrize("in_force", [True, False])
def test_by_construction_is_said_only_where_the_policy_makes_it_so(in_force: bool, tmp_path: Path) -> None:
    """Where a portfolio needs usage, users progress by construction: the page must not read as a reward of use."""
    caveat = CaveatWhere(where="progression_requires_usage", caveat="By construction.")
    record = RECORD.model_copy(update={"caveats": [caveat], "thresholds": ["progression_requires_usage"]})
    thresholds = {"progression_requires_usage": in_force}
    page = build(make_figures(records={"reading": record}, thresholds=thresholds), tmp_path / "s")[
        "metrics/reading.html"
    ]
    assert ("By construction." in page) is in_force
    assert f"<dd>{'yes' if in_force else 'no'}</dd>" in page


def test_measure_of_waves_shows_its_newest_wave_and_waits_for_none(tmp_path: Path) -> None:
    waves = tuple(replace(value(back, 100 + back, 300), period_type="wave") for back in (10, 4))
    figures = make_figures(records={"reading": RECORD.model_copy(update={"cadence": "wave"})}, values=waves)
    files = build(figures, tmp_path / "site")
    assert "1 of 1 measures has a figure" in files["index.html"]
    assert "May 2026: figure complete" in files["index.html"]
    assert "35% of practitioners in May 2026: 104 of 300." in files["metrics/reading.html"]
    assert "by wave" in files["metrics/reading.html"]
    assert "No figure for" not in files["metrics/reading.html"]


def test_parts_and_teams_of_the_newest_figure_stand_on_the_page(tmp_path: Path) -> None:
    part = replace(value(0, 40, 90), breakdown="role", breakdown_value="senior_social_worker")
    team = replace(
        value(0, 300, 900),
        period_type="twelve_months",
        period_start=months_back(MONTH, 11),
        unit_level="team",
        unit_id="North",
    )
    hidden = replace(
        team, unit_id="South", value=None, numerator=None, denominator=None, people=None, value_state="suppressed"
    )
    page = build(make_figures(details=(part, team, hidden)), tmp_path / "site")["metrics/reading.html"]
    assert "By role, September 2026" in page
    assert re.search(r"Senior social worker</th><td[^>]*>44%</td><td[^>]*>40 of 90<", page)
    assert "October 2025 to September 2026" in page
    assert re.search(r'North</th>\s*<td[^>]*><span class="value">33%</span>', page)
    assert re.search(r'South</th>\s*<td[^>]*><span class="words">hidden: small numbers<', page)


def test_new_numbers_of_children_are_said_to_break_the_series(tmp_path: Path) -> None:
    """A17: returns fell because the case system had changed, and the page told of no break."""
    new = broken(1, 1).model_copy(update={"feed": "cases", "source_kind": "numbers", "source": "children"})
    files = build(make_figures(values=(value(1, 60, 300), value(0, 30, 300)), breaks=(new,)), tmp_path / "site")
    assert "<li>From August 2026: new numbers of children</li>" in files["metrics/reading.html"]
