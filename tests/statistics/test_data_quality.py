"""What makes data good, fit for use with caution, or weak: every limit at, just below and just above its edge."""

import dataclasses

import pytest

from dagster_project.statistics.data_quality import (
    FeedMonth,
    Freshness,
    Grade,
    QualityRules,
    Rating,
    rate,
    worst,
)

CLEAN = FeedMonth("Audits", "fresh", coverage=1.0, rejected=0.0, unmatched=0.0)
CAUTION, WEAK = Rating("caution", ("c",)), Rating("weak", ("w",))


def test_month_that_all_sent_without_a_fault_is_good_and_has_nothing_against_it() -> None:
    assert rate(CLEAN) == Rating("good", ())


def test_what_a_feed_cannot_have_does_not_count_against_it() -> None:
    """COUNTER reports name nobody, and nobody in particular is awaited for what is sent occasionally."""
    assert rate(FeedMonth("COUNTER", "fresh", None, None, None)) == Rating("good", ())


@pytest.mark.parametrize(("freshness", "grade", "reason"), [
    ("fresh", "good", None),
    ("left_out", "caution", "Audits: left out, though later months were sent"),
    ("not_due", "caution", "Audits: not sent yet"),
    ("stale", "weak", "Audits: overdue"),
])  # fmt: skip
def test_month_that_is_missing_is_caution_and_one_overdue_is_weak(
    freshness: Freshness, grade: Grade, reason: str | None
) -> None:
    facts = FeedMonth("Audits", freshness, coverage=None, rejected=None, unmatched=None)
    assert rate(facts) == Rating(grade, (reason,) if reason else ())


@pytest.mark.parametrize(("share", "value", "grade", "limit"), [
    ("coverage", 901 / 1000, "good", None), ("coverage", 9 / 10, "good", None),
    ("coverage", 899 / 1000, "caution", "fewer than 90% of the expected senders sent it"),
    ("coverage", 8 / 10, "caution", "fewer than 90% of the expected senders sent it"),
    ("coverage", 799 / 1000, "weak", "fewer than 80% of the expected senders sent it"),
    ("coverage", 0.0, "weak", "fewer than 80% of the expected senders sent it"),
    ("rejected", 99 / 10000, "good", None), ("rejected", 2 / 200, "good", None),
    ("rejected", 101 / 10000, "caution", "more than 1% of the rows were rejected"),
    ("rejected", 3 / 60, "caution", "more than 1% of the rows were rejected"),
    ("rejected", 501 / 10000, "weak", "more than 5% of the rows were rejected"),
    ("unmatched", 199 / 10000, "good", None), ("unmatched", 3 / 150, "good", None),
    ("unmatched", 201 / 10000, "caution", "more than 2% of the rows are about people who are in no staff snapshot"),
    ("unmatched", 7 / 70, "caution", "more than 2% of the rows are about people who are in no staff snapshot"),
    ("unmatched", 1001 / 10000, "weak", "more than 10% of the rows are about people who are in no staff snapshot"),
])  # fmt: skip
def test_share_counts_against_a_month_beyond_its_limit_and_not_at_it(
    share: str, value: float, grade: Grade, limit: str | None
) -> None:
    facts = dataclasses.replace(CLEAN, **{share: value})  # type: ignore[arg-type]
    assert rate(facts) == Rating(grade, (f"Audits: {limit}",) if limit else ())


def test_one_weak_fact_makes_the_month_weak_and_all_that_is_wrong_is_told_worst_first() -> None:
    facts = FeedMonth("Audits", "fresh", coverage=0.85, rejected=0.0, unmatched=0.5)
    assert rate(facts) == Rating("weak", (
        "Audits: more than 10% of the rows are about people who are in no staff snapshot",
        "Audits: fewer than 90% of the expected senders sent it",
    ))  # fmt: skip


def test_other_limits_are_the_ones_told() -> None:
    rules = QualityRules(rejected_caution=0.0025, rejected_weak=0.5)
    facts = dataclasses.replace(CLEAN, rejected=0.2)
    assert rate(facts, rules) == Rating("caution", ("Audits: more than 0.25% of the rows were rejected",))


def test_several_feeds_and_months_are_as_good_as_the_worst_and_a_reason_is_told_once() -> None:
    good = Rating("good", ())
    assert worst([good, good]) == good
    assert worst([good, CAUTION, good, CAUTION]) == CAUTION
    assert worst([CAUTION, WEAK, good, CAUTION, WEAK]) == Rating("weak", ("w", "c"))


def test_nothing_at_all_cannot_be_good() -> None:
    with pytest.raises(ValueError, match="nothing to rate"):
        worst([])


@pytest.mark.parametrize("share", ["coverage", "rejected", "unmatched"])
@pytest.mark.parametrize("value", [-0.01, 1.01, 90.0])
def test_percentage_given_for_a_share_is_an_error(share: str, value: float) -> None:
    with pytest.raises(ValueError, match="no share from 0 to 1"):
        dataclasses.replace(CLEAN, **{share: value})  # type: ignore[arg-type]
