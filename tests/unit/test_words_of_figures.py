"""Figures of rates and money are told in words that a reader can check by hand; bands stand in their order."""

from dataclasses import replace

import pytest

from dashboards.metric_page import metric_page
from dashboards.words import basis_words, name_words, parts_heading, parts_words, value_words
from tests.unit.test_dashboards import RECORD, VALUES, make_figures

NEWEST = next(value for value in VALUES if value.unit_id == "all")


@pytest.mark.parametrize(
    ("kind", "unit", "counts", "words"),
    [
        ("rate", "awards per 100 staff", (4.0, 1.18), ("Awards / staff", "4 / 118", "4 awards, 118 staff")),
        ("rate", "requests per FTE", (624.0, 167.1), ("Requests / FTE", "624 / 167.1", "624 requests, 167.1 FTE")),
        ("mean", "minutes per completion", (90.0, 1.0), ("Minutes / completion", "90 / 1", "90 minutes, 1 completion")),
        ("money", "pounds per item", (764.4, 624.0), ("Pounds / item", "764.4 / 624", "£764.40, 624 items")),
    ],
)  # fmt: skip
def test_what_a_rate_was_made_of_is_told_in_whole_things(
    kind: str, unit: str, counts: tuple[float, float], words: tuple[str, str, str]
) -> None:
    record = RECORD.model_copy(update={"kind": kind, "unit": unit})
    value = replace(NEWEST, numerator=counts[0], denominator=counts[1])
    assert (parts_heading(record), parts_words(record, value), basis_words(record, value)) == words


def test_pounds_have_pence_where_they_are_few() -> None:
    record = RECORD.model_copy(update={"kind": "money", "unit": "pounds per item"})
    assert [value_words(record, each) for each in (1.225, 9.99, 10.0, 33.1)] == ["£1.23", "£9.99", "£10", "£33"]


def test_short_names_are_written_as_people_write_them() -> None:
    assert [name_words(each) for each in ("nhs", "cpd_pieces", "local_authority")] == [
        "NHS", "CPD pieces", "Local authority",
    ]  # fmt: skip


def test_bands_stand_in_their_order_and_what_is_no_band_behind() -> None:
    record = RECORD.model_copy(update={"breakdowns": ["tenure_band"]})
    bands = ("10_and_over", "2_to_4", "not_known", "under_2")
    details = tuple(
        replace(NEWEST, breakdown="tenure_band", breakdown_value=each, period_type=record.cadence) for each in bands
    )
    figures = make_figures(records={record.metric_id: record}, details=details)
    [part] = metric_page(figures, record)["parts"]  # type: ignore[misc]
    assert [row["name"] for row in part["rows"]] == ["Under 2", "2 to 4", "10 and over", "Not known"]
