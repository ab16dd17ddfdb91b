"""What goes with the use of evidence, and whether managers and the record agree, in sentences for a metric's page.

Belongs here: the words of the two tables the analysis writes. Does not belong here: the comparison (associations).
Nothing here says that one thing causes another.
"""

from dagster_project.metric_records import MetricRecord
from dashboards.figures import PAIR_METRIC, AgreementOfMonth, AssociationOfPeriod, Figures
from dashboards.words import day_words, month_words, number_words

GROUPS = {
    "progression": ("people who regularly used evidence in the twelve months before", "the others"),
    "audit_grade": ("audits whose work names evidence", "the others that asked"),
    "re_referral": ("closures that name evidence", "the others that say"),
    "staying": ("people who regularly used evidence in the twelve months before", "the others"),
}


def comparison_words(figures: Figures, record: MetricRecord) -> list[str]:
    """The sentences that belong on the page of this metric, newest first; none for most metrics."""
    found = [each for each in figures.associations if each.metric_id == record.metric_id]
    words = [_association(each) for each in sorted(found, key=lambda each: each.period_end, reverse=True)]
    if record.metric_id == PAIR_METRIC:
        words += [_agreement(each) for each in sorted(figures.agreement, key=lambda each: each.month, reverse=True)]
    return words


def _association(found: AssociationOfPeriod) -> str:
    users, others = GROUPS[found.question]
    when = f"To {day_words(found.period_end)}"
    if found.state == "suppressed":
        return f"{when}: hidden, small numbers."
    detectable = f"Groups of this size show a difference of {_points(found.detectable)} or more."
    if found.difference is None:
        return f"{when}: too few to compare ({found.users} {users}, {found.others} of {others}). {detectable}"
    interval = f"{_points(found.lower, sign=True)} to {_points(found.upper, sign=True)}"
    sentences = [
        f"{when}: {found.users_with} of {found.users} {users}, and {found.others_with} of {found.others} of {others}: "
        f"a difference of {_points(found.difference, sign=True)} (95% interval {interval}).",
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
        f"beyond chance, kappa {found.kappa:.2f} and Gwet's AC1 {found.gwet:.2f} (1 is full agreement, 0 is chance)."
    )


def _points(share: float | None, *, sign: bool = False) -> str:
    """A difference of shares in percentage points."""
    if share is None:
        return "not known"
    points = number_words(share * 100)
    return f"{'+' if sign and share > 0 else ''}{points} points"
