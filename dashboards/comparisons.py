"""What goes with the use of evidence, and whether managers and the record agree, in sentences for a metric's page.

Belongs here: the words of the two tables the analysis writes. Does not belong here: the comparison (associations).
Nothing here says that one thing causes another.
"""

from dagster_project.metric_records import MetricRecord
from dashboards.compared import AgreementOfMonth, AssociationOfPeriod
from dashboards.figures import PAIR_METRIC, Figures
from dashboards.words import day_words, month_end, month_words, number_words

GROUPS = {
    "progression": ("people who regularly used evidence in the twelve months before", "the others"),
    "audit_grade": ("audits whose work names evidence", "the others that asked"),
    "re_referral": ("closures that name evidence", "the others that say"),
    "staying": ("people who regularly used evidence in the twelve months before", "the others"),
}

PROVISIONAL = " Provisional, as the data are weak."


def comparison_words(figures: Figures, record: MetricRecord) -> list[str]:
    """The sentences that belong on the page of this metric, newest first; none for most metrics."""
    found = [each for each in figures.associations if each.metric_id == record.metric_id]
    weak = {
        value.period_end
        for value in figures.values
        if value.metric_id == record.metric_id and value.breakdown == "all" and value.beside.quality == "weak"
    }
    words = [
        _association(each) + (PROVISIONAL if each.period_end in weak else "")
        for each in sorted(found, key=lambda each: each.period_end, reverse=True)
    ]
    if record.metric_id == PAIR_METRIC:
        words += [
            _agreement(each) + (PROVISIONAL if month_end(each.month) in weak else "")
            for each in sorted(figures.agreement, key=lambda each: each.month, reverse=True)
        ]
    return words


def _association(found: AssociationOfPeriod) -> str:
    users, others = GROUPS[found.question]
    when = f"To {day_words(found.period_end)}"
    if found.state == "suppressed":
        return f"{when}: hidden, small numbers."
    detectable = f"Groups of this size show a difference of {_points(found.detectable)} or more."
    if found.difference is None:
        return f"{when}: too few to compare ({found.users} {users}, {found.others} of {others}). {detectable}"
    sentences = [
        f"{when}: {found.users_with} of {found.users} {users}, and {found.others_with} of {found.others} of {others}: "
        f"a difference of {_difference(found.difference, found.lower, found.upper)}{_ratio(found)}.",
        *_within_strata(found),
        "Associated with, not caused by.",
        detectable,
    ]
    if found.by_construction:
        sentences.append("Policy asks for use of evidence first, so the two go together by construction.")
    return " ".join(sentences)


def _agreement(found: AgreementOfMonth) -> str:
    when = month_words(found.month)
    if found.state == "suppressed":
        return f"{when}: managers beside recorded use, hidden, small numbers."
    if found.observed is None or found.gwet is None or found.kappa is None:
        return f"{when}: managers beside recorded use, too few to compare ({found.n} people)."
    return (
        f"{when}: managers and recorded use say the same of {number_words(found.observed * 100)}% of {found.n} people; "
        f"beyond chance, kappa {_coefficient(found.kappa, found.kappa_lower, found.kappa_upper)} and Gwet's AC1 "
        f"{_coefficient(found.gwet, found.gwet_lower, found.gwet_upper)} (1 is full agreement, 0 is chance)."
    )


def _coefficient(value: float, lower: float | None, upper: float | None) -> str:
    interval = "no interval" if lower is None or upper is None else f"95% interval {lower:.2f} to {upper:.2f}"
    return f"{value:.2f} ({interval})"


def _difference(value: float, lower: float | None, upper: float | None) -> str:
    interval = f"{_points(lower, sign=True)} to {_points(upper, sign=True)}"
    return f"{_points(value, sign=True)} (95% interval {interval})"


def _ratio(found: AssociationOfPeriod) -> str:
    if found.ratio is None or found.ratio_lower is None or found.ratio_upper is None:
        return ""
    return f", {found.ratio:.1f} times as many ({found.ratio_lower:.1f} to {found.ratio_upper:.1f})"


def _within_strata(found: AssociationOfPeriod) -> list[str]:
    """The same among people of like tenure and hours, where there are any."""
    lower, upper = found.stratified_difference_lower, found.stratified_difference_upper
    if found.stratified_difference is None or found.question == "re_referral":  # nobody knows whose work a closure was
        return []
    return [f"Among people of like tenure and hours: {_difference(found.stratified_difference, lower, upper)}."]


def _points(share: float | None, *, sign: bool = False) -> str:
    """A difference of shares in percentage points."""
    if share is None:
        return "not known"
    points = number_words(share * 100)
    return f"{'+' if sign and share > 0 else ''}{points} points"
