"""Sentences of the comparisons: what they say, what they never say, and silence where numbers are small."""

import datetime
from dataclasses import replace

from dagster_project.analysis import Beside
from dashboards.compared import AgreementOfMonth, AssociationOfPeriod
from dashboards.comparisons import comparison_words
from tests.unit.test_dashboards import MONTH, RECORD, make_figures, value

COMPARED = AssociationOfPeriod(
    metric_id="reading", question="progression", period_end=datetime.date(2026, 9, 15), state="compared",
    by_construction=False, users=62, others=45, users_with=29, others_with=15, difference=0.134, lower=-0.05,
    upper=0.31, detectable=0.26,
)  # fmt: skip
HIDDEN = COMPARED.model_copy(
    update={"state": "suppressed"} | dict.fromkeys(["users", "others", "users_with", "others_with", "difference"])
)


def words(*associations: AssociationOfPeriod) -> list[str]:
    return comparison_words(make_figures(associations=associations), RECORD)


def test_comparison_says_difference_interval_and_what_it_could_have_shown() -> None:
    [said] = words(COMPARED)
    assert "29 of 62 people who regularly used evidence" in said
    assert "15 of 45 of the others: a difference of +13 points (95% interval -5 points to +31 points)" in said
    assert "like tenure" not in said
    assert "Associated with, not caused by. Groups of this size show a difference of 26 points or more." in said
    assert "by construction" not in said


def test_ratio_and_the_same_among_like_people_stand_beside_the_difference() -> None:
    more = {"ratio": 1.4, "ratio_lower": 0.9, "ratio_upper": 2.3, "stratified_difference": 0.08,
            "stratified_difference_lower": -0.11, "stratified_difference_upper": 0.27}  # fmt: skip
    [said] = words(COMPARED.model_copy(update=more))
    assert "-5 points to +31 points), 1.4 times as many (0.9 to 2.3). Among people of like tenure and hours:" in said
    assert "hours: +8 points (95% interval -11 points to +27 points). Associated with" in said


def test_comparison_of_weak_data_is_provisional() -> None:
    weak = replace(value(0, 44, 107), period_end=COMPARED.period_end, beside=Beside(False, "weak"))
    [said] = comparison_words(make_figures(associations=(COMPARED,), values=(weak,)), RECORD)
    assert said.endswith("Provisional, as the data are weak.")
    good = replace(weak, beside=Beside(False, "good"))
    assert "Provisional" not in comparison_words(make_figures(associations=(COMPARED,), values=(good,)), RECORD)[0]


def test_comparison_that_policy_makes_is_said_to_be() -> None:
    [said] = words(COMPARED.model_copy(update={"by_construction": True}))
    assert said.endswith("so the two go together by construction.")


def test_too_few_gives_sizes_and_no_comparison() -> None:
    few = {"state": "too_few", "users": 7, "users_with": None, "others_with": None, "difference": None}
    [said] = words(COMPARED.model_copy(update=few))
    assert "too few to compare (7 people" in said
    assert "29" not in said


def test_hidden_comparison_has_no_number_but_its_day() -> None:
    assert words(HIDDEN) == ["To 15 September 2026: hidden, small numbers."]


def test_comparison_stands_on_its_own_metric_only() -> None:
    assert words(COMPARED.model_copy(update={"metric_id": "writing"})) == []


def test_agreement_stands_with_the_measures_that_disagree() -> None:
    told = AgreementOfMonth(month=MONTH, state="compared", n=80, observed=0.7, kappa=0.41, gwet=0.45, kappa_lower=0.2,
                            kappa_upper=0.62, gwet_lower=0.24, gwet_upper=0.66)  # fmt: skip
    figures = make_figures(agreement=(told, told.model_copy(update={"state": "suppressed", "n": None})))
    record = RECORD.model_copy(update={"metric_id": "measures_disagree"})
    said = comparison_words(figures, record)
    assert "say the same of 70% of 80 people; beyond chance, kappa 0.41 (95% interval 0.20 to 0.62)" in said[0]
    assert "and Gwet's AC1 0.45 (95% interval 0.24 to 0.66)" in said[0]
    assert said[1] == "September 2026: managers beside recorded use, hidden, small numbers."
    assert comparison_words(figures, RECORD) == []
