"""What is told of managers' agreement with recorded use, on counts worked by hand: numbers, the size, or nothing."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from dagster_project.statistics.disclosure import MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from tests.unit.association_tables import MONTH, OFF, ON, YEAR, empty, figure, tables_of

DISAGREE = [figure("measures_disagree", YEAR[1], "all", "all", 15, 50)]


def agreed(
    *counts: int, disclosure: DisclosureSettings = ON, figures: Iterable[MetricValue] = DISAGREE, minimum: int = 10
) -> dict[str, Any]:
    _, (found,) = tables_of([], [counts], disclosure, figures, minimum)
    return found


def test_fifty_people_worked_by_hand() -> None:
    """35 alike; kappa (0.7 - 0.5) / 0.5; Gwet (0.7 - 0.495) / 0.505; 5 against 10 of 15 by the binomial, twice."""
    found = agreed(20, 5, 10, 15)
    assert (found["month"], found["pair"], found["state"]) == (MONTH, "managers_and_recorded_use", "compared")
    assert [found[name] for name in ("n", "n_both", "n_manager_only", "n_record_only", "n_neither")] == [
        50, 20, 5, 10, 15,
    ]  # fmt: skip
    assert found["observed"] == pytest.approx(0.7)
    assert found["kappa"] == pytest.approx(0.4)
    assert found["gwet"] == pytest.approx(0.205 / 0.505)
    assert found["says_more"] == pytest.approx(2 * 4944 / 2**15)
    assert found["kappa_lower"] < 0.4 < found["kappa_upper"]
    assert found["gwet_lower"] < found["gwet"] < found["gwet_upper"]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(("few", "state"), [(4, "suppressed"), (5, "compared"), (0, "compared")])
def test_agreement_with_four_people_in_a_cell_tells_nothing(place: int, few: int, state: str) -> None:
    counts = [20, 20, 20, 20]
    counts[place] = few
    found = agreed(*counts)
    assert found["state"] == state
    assert empty(found) is (state == "suppressed")


def test_agreement_of_few_people_tells_nothing() -> None:
    assert agreed(5, 0, 0, 4, disclosure=replace(ON, threshold=3))["state"] == "suppressed"
    assert agreed(5, 0, 0, 5)["state"] == "compared"
    assert agreed(5, 0, 0, 5, disclosure=replace(ON, zeros_ok=False))["state"] == "suppressed"


def test_agreement_below_the_minimum_tells_the_size_only() -> None:
    found = agreed(20, 5, 10, 15, minimum=51)
    assert (found["state"], found["n"]) == ("too_few", 50)
    assert empty(found, "n")
    assert agreed(1, 0, 0, 0, disclosure=OFF, minimum=1)["state"] == "too_few"


def test_agreement_whose_share_of_disagreement_is_not_told_is_not_told() -> None:
    hidden = [replace(DISAGREE[0], value_state="suppressed")]
    for figures in (hidden, []):
        assert empty(agreed(20, 5, 10, 15, figures=figures))
    assert agreed(20, 5, 10, 15, figures=[], disclosure=OFF)["state"] == "compared"


def test_all_in_one_category_have_no_kappa_and_full_agreement() -> None:
    found = agreed(0, 0, 0, 50)
    assert (found["state"], found["observed"], found["kappa"], found["gwet"]) == ("compared", 1, None, 1)
