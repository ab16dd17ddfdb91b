"""Good, Caution or Weak: how far a figure's data can be relied on, by stated limits.

Belongs here: the limits, and the rating of one feed's month and of several together. Weak means that the figure is
provisional: it is told as neither success nor failure.
Does not belong here: the facts (dagster_project/data_quality.py), how a page says it.

The limits are this project's own. Below the lower one of coverage (80%) no red flag may be raised either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Grade = Literal["good", "caution", "weak"]
Freshness = Literal["fresh", "left_out", "not_due", "stale"]

GRADES: tuple[Grade, ...] = ("good", "caution", "weak")


@dataclass(frozen=True)
class FeedMonth:
    """What is known of the data of one feed in one month. Shares are 0 to 1, and None where there is nothing to share.

    `freshness`: "fresh" where the month has rows; "left_out" where only later months have; else "not_due" or "stale",
    by the day the month was due. `coverage`: of the senders expected, those who sent the month. `rejected`: of the rows
    read of the files that hold the month, those rejected. `unmatched`: of the month's rows, those about somebody who is
    in the staff snapshot of neither that month nor the month before. Raises ValueError for a share outside 0 to 1.
    """

    title: str
    freshness: Freshness
    coverage: float | None
    rejected: float | None
    unmatched: float | None

    def __post_init__(self) -> None:
        for share in (self.coverage, self.rejected, self.unmatched):
            if share is not None and not 0 <= share <= 1:
                raise ValueError(f"data quality: {share} is no share from 0 to 1")


@dataclass(frozen=True)
class QualityRules:
    """Limits as shares. Coverage below its limit counts against a month; rejected or unmatched rows above theirs do."""

    coverage_caution: float = 0.90
    coverage_weak: float = 0.80
    rejected_caution: float = 0.01
    rejected_weak: float = 0.05
    unmatched_caution: float = 0.02
    unmatched_weak: float = 0.10


DEFAULT_RULES = QualityRules()


@dataclass(frozen=True)
class Rating:
    """A grade, and all that speaks against the data, the worst first; nothing where the grade is good.

    Reasons name a feed and a limit: a share of few rows would tell about single people.
    """

    grade: Grade
    reasons: tuple[str, ...]


def rate(facts: FeedMonth, rules: QualityRules = DEFAULT_RULES) -> Rating:
    """The grade of one feed's month: the worst of its freshness, coverage, rejected and unmatched rows."""
    found = [
        _freshness(facts.freshness),
        _below(facts.coverage, rules.coverage_caution, rules.coverage_weak, "of the expected senders sent it"),
        _above(facts.rejected, rules.rejected_caution, rules.rejected_weak, "of the rows were rejected"),
        _above(
            facts.unmatched, rules.unmatched_caution, rules.unmatched_weak,
            "of the rows are about people who are in no staff snapshot",
        ),
    ]  # fmt: skip
    return worst(Rating(grade, (f"{facts.title}: {reason}",) if reason else ()) for grade, reason in found)


def worst(ratings: Iterable[Rating]) -> Rating:
    """The rating of several feeds or months together: the worst grade, all reasons. Raises ValueError for none."""
    worst_first = sorted(ratings, key=lambda rating: GRADES.index(rating.grade), reverse=True)
    if not worst_first:
        raise ValueError("data quality: nothing to rate")
    reasons = dict.fromkeys(reason for rating in worst_first for reason in rating.reasons)
    return Rating(worst_first[0].grade, tuple(reasons))


def _freshness(freshness: Freshness) -> tuple[Grade, str]:
    if freshness == "fresh":
        return "good", ""
    if freshness == "stale":
        return "weak", "overdue"
    return "caution", "not sent yet" if freshness == "not_due" else "left out, though later months were sent"


def _below(share: float | None, caution: float, weak: float, words: str) -> tuple[Grade, str]:
    if share is not None and share < weak:
        return "weak", f"fewer than {weak * 100:g}% {words}"
    if share is not None and share < caution:
        return "caution", f"fewer than {caution * 100:g}% {words}"
    return "good", ""


def _above(share: float | None, caution: float, weak: float, words: str) -> tuple[Grade, str]:
    if share is not None and share > weak:
        return "weak", f"more than {weak * 100:g}% {words}"
    if share is not None and share > caution:
        return "caution", f"more than {caution * 100:g}% {words}"
    return "good", ""
