"""What is told of a gap between two groups: its numbers, one side alone, or nothing; and how a page draws it."""

import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.exports.instruments import shipped_items
from dagster_project.gaps import write_gaps
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dashboards.build import build_site
from dashboards.figures import GapOfWave
from tests.unit.association_tables import OFF, ON, rows_of
from tests.unit.test_dashboards import make_figures

WAVE = datetime.date(2026, 9, 18)
Counts = tuple[str, str, int, int]


def gaps(*counts: Counts, disclosure: DisclosureSettings = ON) -> dict[str, dict[str, Any]]:
    """The rows by item, of (item, group, positive answers, answers)."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create schema metrics")
        connection.execute(
            "create table marts.fct_survey_item_counts "
            "(wave_date date, item varchar, respondents varchar, n_positive bigint, n_answered bigint)"
        )
        for row in counts:
            connection.execute("insert into marts.fct_survey_item_counts values (?, ?, ?, ?, ?)", [WAVE, *row])
        for _ in range(2):  # as a month that is run again
            write_gaps(connection, items=shipped_items(), disclosure=disclosure)
        return {row["item"]: row for row in rows_of(connection, "fct_gaps")}


def test_no_measure_counts_a_question_that_is_compared() -> None:
    """A gap tells of every group how many said yes: were that a measure's numerator, its hidden services would show."""
    compared = {name for name, item in shipped_items().items() if len(item.asked_of) > 1}
    counted = " ".join(path.read_text("utf-8") for path in METRICS_DIR.rglob("met_*.sql"))
    assert len(compared) > 3
    assert not [name for name in compared if f"'{name}'" in counted]


POLICIES = [("policies_help", "managers", 19, 20), ("policies_help", "practitioners", 68, 100)]


def test_nineteen_of_twenty_beside_sixty_eight_of_a_hundred_is_27_points_and_a_small_sample() -> None:
    found = gaps(*POLICIES)["policies_help"]
    assert (found["state"], found["respondents"], found["is_small_sample"]) == ("compared", "managers", True)
    assert found["gap"] == pytest.approx(0.27)
    assert found["gap_lower"] == pytest.approx(0.07, abs=0.005)
    assert found["gap_upper"] == pytest.approx(0.38, abs=0.005)


def test_thirty_answers_are_no_small_sample() -> None:
    of = {n: gaps(("policies_help", "managers", 20, n), POLICIES[1])["policies_help"] for n in (29, 30)}
    assert {n: row["is_small_sample"] for n, row in of.items()} == {29: True, 30: False}


def test_group_below_the_minimum_hides_the_gap() -> None:
    few = [("policies_help", "managers", 7, 9), POLICIES[1]]
    hidden = gaps(*few)["policies_help"]
    about = {"wave_date", "item", "wording", "instrument", "respondents", "state"}
    assert hidden["state"] == "suppressed"
    assert {name for name, value in hidden.items() if value is not None} == about
    assert gaps(*few, disclosure=OFF)["policies_help"]["state"] == "compared"
    rounded = DisclosureSettings(rounding="hes")
    assert gaps(*POLICIES, disclosure=rounded)["policies_help"]["state"] == "suppressed"


def test_question_that_one_side_left_out_has_no_gap() -> None:
    found = gaps(POLICIES[1])["policies_help"]
    assert (found["state"], found["n_practitioners"], found["gap"]) == ("one_side", 100, None)


def test_widest_gap_of_a_pair_comes_first_whichever_way_it_goes() -> None:
    found = gaps(
        *POLICIES,
        ("courses_help", "managers", 10, 40), ("courses_help", "practitioners", 80, 100),
        ("learning_organisation", "leaders", 30, 30), ("learning_organisation", "practitioners", 30, 100),
        ("regular_use", "managers", 30, 30), ("regular_use", "practitioners", 30, 100),
        ("of no instrument", "managers", 30, 30), ("of no instrument", "practitioners", 30, 100),
    )  # fmt: skip
    assert {item: row["place"] for item, row in found.items()} == {
        "courses_help": 1, "policies_help": 2, "learning_organisation": 1
    }  # fmt: skip


def test_page_says_shares_gap_interval_and_badge(tmp_path: Path) -> None:
    shown = GapOfWave(
        wave_date=WAVE, item="policies_help", wording="Policies <help>.", respondents="managers", state="compared",
        n_group=20, n_group_positive=19, n_practitioners=100, n_practitioners_positive=68, gap=0.27, lower=0.0704,
        upper=0.3789, is_small_sample=True, place=1,
    )  # fmt: skip
    hidden = dict.fromkeys(["n_group", "n_group_positive", "gap", "lower", "upper", "is_small_sample", "place"])
    no_numbers = shown.model_copy(update={"state": "suppressed", "item": "courses_help"} | hidden)
    build_site(make_figures(gaps=(shown, no_numbers)), tmp_path / "site", signed_off_by=None, edition=None)
    page = (tmp_path / "site" / "gaps.html").read_text("utf-8")
    assert "Policies &lt;help&gt;." in page
    for words in ("95% (19 of 20)", "68% (68 of 100)", "+27 points", "(+7 to +38)", "small sample", "hidden: small"):
        assert words in page, words
    assert 'href="gaps.html"' in (tmp_path / "site" / "index.html").read_text("utf-8")
