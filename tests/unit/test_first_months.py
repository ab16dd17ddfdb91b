"""A home with few exports and few months: what it can know, what comes next, and no wall of empty rows."""

import datetime
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.analysis import Beside
from dashboards.figures import Figures, ShownValue
from dashboards.first_months import first_months_page
from dashboards.summary_page import summary_page
from dashboards.words import month_end, months_back
from tests.unit.test_dashboards import MONTH, build
from tests.unit.test_profiles import CONTRACTS, RECORDS, collected, few_feeds
from tests.unit.test_summary import of_measures, plain

SHARES = (0.42, 0.36, 0.5, 0.4, 0.44)


def shown(metric_id: str, back: int, share: float, n_points: int) -> ShownValue:
    month: datetime.date = months_back(MONTH, back)
    return ShownValue(
        metric_id, "month", month, month_end(month), "organisation", "all", "all", "all",
        share * 100, 100.0, 100, None, None, share, "observed",
        beside=Beside(is_hidden=False, quality="good", n_points=n_points),
    )  # fmt: skip


@pytest.fixture
def few() -> Figures:
    """A council with staff data and five months of supervision."""
    values = tuple(shown("supervision_on_time", 4 - n, share, n + 1) for n, share in enumerate(SHARES))
    return few_feeds("workforce", "supervision").model_copy(update={"values": values})


def test_first_page_of_few_exports_has_what_it_can_know_and_the_next_export(few: Figures) -> None:
    page = summary_page(few)
    found = collected("workforce", "supervision")
    assert (page["collected"], found.n_collected, found.is_few) == (found, 2, True)
    told = [RECORDS[row["metric_id"]] for row in page["measures"]]
    assert told[0].metric_id == "supervision_on_time"
    assert [record.metric_id for record in told if set(record.sources) - {"workforce", "supervision"}] == []
    assert [tile["metric_id"] for tile in page["tiles"]] == []
    assert len(page["tiles_waiting"]) == 4
    assert str(page["headline"]).startswith("Supervision on time: fewer than half")
    assert str(page["coverage"]).startswith("1 of ")
    assert "wait for exports that never came." in str(page["coverage"])
    assert len(str(page["coverage"])) < 1000, "a wall of names"


def test_export_that_is_missing_is_never_nought(few: Figures) -> None:
    page = summary_page(few)
    assert not re.search(r"\b0%", f"{page['tiles']} {page['measures']} {page['headline']}")
    assert summary_page(few_feeds().model_copy(update={"values": ()}))["measures"] == []


def test_measures_on_their_way_say_how_far_and_from_when(few: Figures) -> None:
    """Five comparable months to September 2026: the thirteenth is May 2027."""
    [row] = first_months_page(few)["rows"]
    assert (row["n"], row["span"], row["from"]) == (5, "36% to 50%", "May 2027")


def test_months_before_a_break_are_not_among_those_compared(few: Figures) -> None:
    values = list(few.values)
    values[-1] = replace(values[-1], beside=replace(values[-1].beside, n_points=2))
    [row] = first_months_page(few.model_copy(update={"values": tuple(values)}))["rows"]
    assert (row["n"], row["span"], row["from"]) == (2, "too few months", "August 2027")


def test_page_is_there_until_every_measure_has_its_months(tmp_path: Path) -> None:
    young = build(of_measures({"a": {}, "b": {"variation": None, "n_points": 12}}), tmp_path / "young")
    assert "The first twelve months" in young["index.html"]
    told = plain(young["first_months.html"])
    assert "12 of 13" in told
    assert "October 2026" in told
    assert "metrics/a.html" not in young["first_months.html"]
    grown = build(of_measures({"a": {}, "b": {}}), tmp_path / "grown")
    assert "first_months.html" not in grown
    assert "first_months.html" not in grown["index.html"]


def test_nothing_is_said_of_exports_where_all_came() -> None:
    assert not collected(*CONTRACTS).is_few
