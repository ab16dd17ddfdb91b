"""What comparisons publish is in the audit: where their counts give a hidden figure away, more is hidden."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from dagster_project.compared_groups import Group, groups_of
from dagster_project.masking import Masked, masked_figures
from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue
from tests.unit.association_tables import MONTH, ON, PANEL, YEAR, figure, fill_marts
from tests.unit.test_analysis import MONTHLY

METRIC = "progression_applied"
RECORDS = {
    name: MONTHLY.model_copy(update={"metric_id": name, "kind": "proportion"}) for name in (METRIC, "measures_disagree")
}
Parts = Mapping[str, tuple[int, int]]


def figures(parts: Parts) -> list[MetricValue]:
    n_with, n = (sum(counts) for counts in zip(*parts.values(), strict=True))
    of_parts = [figure(METRIC, PANEL, "evidence_use", part, *counts) for part, counts in parts.items()]
    return [figure(METRIC, PANEL, "all", "all", n_with, n), *of_parts]


def masked_of(values: Sequence[MetricValue], strata: Sequence[Sequence[object]], earlier: Sequence[MetricValue],
              counts: Sequence[Sequence[int]] = ()) -> Masked:  # fmt: skip
    with duckdb.connect() as connection:
        fill_marts(connection, strata, counts)
        connection.execute("create table marts.dim_unit (month date, team_id varchar, service_id varchar)")
        records: dict[str, MetricRecord] = RECORDS
        return masked_figures(connection, values, records, ON, MONTH, earlier)


def stratum(*counts: int) -> list[Any]:
    return ["progression", "applied", METRIC, MONTH, PANEL, "under_2", "full_time", *counts, False]


def states(found: Masked) -> dict[str, str]:
    return {value.breakdown_value: value.value_state for value in found.values}


def test_group_is_a_value_of_its_metric_with_the_parts_it_is_made_of() -> None:
    values = figures({"regular": (24, 40), "some": (10, 30), "none": (5, 20)})
    row = {"question": "progression", "metric_id": METRIC, "period_end": PANEL, "state": "compared", "users": 40,
           "users_with": 24, "others": 50, "others_with": 15}  # fmt: skip
    users, others = groups_of([row], values)
    assert (users.value.numerator, users.value.denominator, users.value.people) == (24, 40, 40)
    assert [key[-1] for key in users.parts] == ["regular"]
    assert (others.value.numerator, others.value.denominator) == (15, 50)
    assert [key[-1] for key in others.parts] == ["some", "none"]
    assert groups_of([row | {"state": SUPPRESSED}], values) == []
    sizes_alone = groups_of([{**row, "state": "too_few", "users_with": None, "others_with": None}], values)
    assert [group.value.numerator for group in sizes_alone] == [None, None]


def test_agreement_is_two_groups_of_the_measure_that_disagrees() -> None:
    whole = figure("measures_disagree", YEAR[1], "all", "all", 15, 50)
    row = {"month": MONTH, "pair": "managers_and_recorded_use", "state": "compared", "n_both": 20, "n_manager_only": 5,
           "n_record_only": 10, "n_neither": 15}  # fmt: skip
    yes, no = (group.value for group in groups_of([row], [whole]))
    assert (yes.numerator, yes.denominator, no.numerator, no.denominator) == (5, 25, 10, 25)
    assert groups_of([{**row, "state": "too_few", "n_both": None}], [whole]) == []


PARTS: Parts = {"regular": (24, 40), "some": (10, 30), "none": (2, 20)}


def test_comparison_that_says_what_readers_have_not_been_told_yet_is_hidden() -> None:
    """The two who used nothing and applied: the others are 12 of 50, and an earlier edition showed 10 of 30 of them."""
    values = figures(PARTS)
    found = masked_of(values, [stratum(24, 40, 12, 50)], earlier=[])
    assert states(found) == {"all": "observed", "regular": "observed", "some": SUPPRESSED, "none": SUPPRESSED}
    assert [row["state"] for row in found.comparisons] == ["compared"]
    known = masked_of(values, [stratum(24, 40, 12, 50)], earlier=[values[2]])
    assert known.n_recoverable == 0
    assert known.comparisons == [
        {"question": "progression", "stage": "applied", "metric_id": METRIC, "period_start": MONTH, "period_end": PANEL,
         "by_construction": False, "state": SUPPRESSED}
    ]  # fmt: skip


def test_edition_whose_comparison_was_published_before_is_held() -> None:
    """An earlier edition showed the others as a group, and one of its two parts."""
    values = figures(PARTS)
    others = Group(0, figure(METRIC, PANEL, "compared: progression", "others", 12, 50), ()).value
    assert masked_of(values, [stratum(24, 40, 12, 50)], earlier=[values[2], others]).n_recoverable > 0
    assert masked_of(values, [], earlier=[values[2], others]).n_recoverable > 0  # though nothing is compared now
    assert masked_of(values, [], earlier=[values[2]]).n_recoverable == 0


def test_agreement_beside_what_was_shown_before_gives_nobody_away() -> None:
    """Three of whom managers say yes disagree: hidden, like all of it."""
    end = datetime.date(2026, 10, 31)
    values = [figure("measures_disagree", end, "all", "all", 13, 50)]
    assert [row["state"] for row in masked_of(values, [], [], [(22, 3, 10, 15)]).comparisons] == [SUPPRESSED]
    assert [row["state"] for row in masked_of(values, [], [], [(20, 5, 8, 17)]).comparisons] == ["compared"]


@pytest.mark.parametrize("question", ["progression", "staying", "re_referral", "audit_grade"])
def test_group_whose_metric_has_no_figure_is_no_part_of_anything(question: str) -> None:
    row = {"question": question, "metric_id": METRIC, "period_end": PANEL, "state": "compared", "users": 40,
           "users_with": 24, "others": 50, "others_with": 15}  # fmt: skip
    assert groups_of([row], [replace(figures(PARTS)[0], unit_level="service")]) == []
