"""Rounded figures are made of rounded counts, and small counts are in none of them."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.settings import Disclosure
from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dagster_project.statistics.rounding import COUNT_RULES, CountRule, rounded_values, rule_of

MONTH = datetime.date(2026, 9, 1)
KINDS = {"using": "proportion", "requests": "rate"}


def shown(numerator: float, denominator: float, rule: CountRule, metric: str = "using", people: int | None = None,
          state: str = "observed", numerator_people: int | None = None) -> MetricValue:  # fmt: skip
    value = MetricValue(
        metric, "month", MONTH, MONTH, "organisation", "all", "all", "all", numerator, denominator,
        int(denominator) if people is None else people, numerator_people, None, numerator / denominator, state,
    )  # fmt: skip
    return rounded_values([value], rule, KINDS)[0]


@pytest.mark.parametrize(("count", "to_5", "to_10"), [(2, 0, 0), (3, 5, 0), (5, 5, 10), (25, 25, 30), (24, 25, 20)])
def test_halves_go_up(count: int, to_5: int, to_10: int) -> None:
    rules = CountRule(threshold=0, base=5), CountRule(threshold=0, base=10)
    assert [rule.shown(count) for rule in rules] == [to_5, to_10]


def test_base_that_is_set_goes_before_that_of_the_rule() -> None:
    rule = rule_of(DisclosureSettings(rounding="hes", base=10))
    assert [rule.shown(count) for count in (7, 8, 14, 15)] == [None, 10, 10, 20]
    assert rule_of(DisclosureSettings(rounding="hes")).base == 5
    with pytest.raises(ValueError, match="base is 10"):
        DisclosureSettings(base=10)


def test_config_gives_a_base_with_a_rounding_only() -> None:
    with pytest.raises(ValueError, match="base goes with rounding"):
        Disclosure(base=10)
    assert Disclosure(rounding="hes", base=10).rules() == DisclosureSettings(rounding="hes", base=10)


def test_share_is_worked_out_from_the_rounded_counts() -> None:
    """13 of 33 is shown as 15 of 35."""
    ours = shown(13, 33, COUNT_RULES["hes"])
    assert (ours.numerator, ours.denominator, ours.people, ours.value) == (15, 35, 35, 15 / 35)


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 30), (28, 30), (3, 6)])
def test_share_with_few_people_on_either_side_is_hidden_whole(numerator: int, denominator: int) -> None:
    ours = shown(numerator, denominator, COUNT_RULES["hes"])
    assert ours.value_state == SUPPRESSED
    assert (ours.numerator, ours.denominator, ours.people, ours.value) == (None, None, None, None)


def test_rate_is_judged_by_its_people_and_all_its_counts_are_rounded() -> None:
    """3 requests of 30 people are no small count; requests of 3 people are hidden."""
    ours = shown(103, 24.5, COUNT_RULES["hes"], "requests", people=31)
    assert (ours.numerator, ours.denominator, ours.people, ours.value) == (105, 25, 30, 105 / 25)
    assert shown(103, 24.5, COUNT_RULES["hes"], "requests", people=3).value_state == SUPPRESSED
    assert shown(3, 24.5, COUNT_RULES["hes"], "requests", people=31).value_state == "observed"


def test_value_without_figures_keeps_its_state() -> None:
    late = shown(3, 30, COUNT_RULES["hes"], state="feed_stale")
    assert (late.value_state, late.people) == ("feed_stale", None)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.sampled_from(sorted(COUNT_RULES)))
def test_count_is_hidden_or_no_further_away_than_the_base(count: int, name: str) -> None:
    rule = COUNT_RULES[name]
    ours = rule.shown(count)
    if ours is None:
        assert count <= rule.threshold
    elif count > rule.threshold:
        assert abs(ours - count) <= rule.base / 2
        assert replace(rule, threshold=0).shown(count) == ours
    else:
        assert ours in (0, rule.base)


def test_events_of_few_people_are_shown_as_so_few_are() -> None:
    """Twenty of forty sessions, all of one person."""
    assert shown(20, 40, COUNT_RULES["hes"], numerator_people=1).value_state == SUPPRESSED
    assert shown(20, 40, COUNT_RULES["opensafely"], numerator_people=1).numerator == 0
    assert shown(20, 40, COUNT_RULES["opensafely"], numerator_people=8).numerator == 20
