"""Conditions to look into, in words: which services are raised and why, why the others are not, and the quadrants.

Belongs here: the words of reason codes and of quadrants. Does not belong here: the rule (conditions of the package).
"""

from dagster_project.conditions import WHOLE
from dashboards.figures import ConditionOfService, Figures
from dashboards.pages import Page
from dashboards.words import number_words

REASON_WORDS = {
    "use_low": "regular use was low at each of three month ends",
    "access_works": "access was tried and works",
    "feeds_fresh": "the data are there",
    "coverage_enough": "use would reach us of nearly everybody",
    "audits_agree": "audits agree",
    "use_not_low": "use is not low in all three months",
    "feed_stale": "data on use are late or missing in one of the months",
    "data_weak": "data on use are weak, so the figure is provisional",
    "small_numbers": "use is hidden, small numbers",
    "too_few": "too few practitioners for a figure",
    "access_broken": "access was broken",
    "access_not_known": "nobody tried whether access works in each of the months",
    "coverage_low": "use would reach us of too few of the practitioners",
    "audits_too_few": "too few audits to agree or disagree",
    "audits_good": "audits do name evidence",
}
QUADRANT_WORDS = {
    "in_time_named": "in time, and evidence named",
    "in_time_not_named": "in time, and evidence seldom named",
    "late_named": "late, and evidence named",
    "late_not_named": "late, and evidence seldom named",
    "not_known": "too few audits to say",
}


def raised_words(figures: Figures) -> str:
    """One sentence for the first page; empty where there is nothing to judge."""
    services = [each for each in figures.conditions if each.service_id != WHOLE]
    raised = [each.service_id for each in services if each.state == "raised"]
    if not services:
        return ""
    of = f"{len(raised)} of {len(services)} services"
    words = f"{of}: {', '.join(raised)}." if raised else f"none of {len(services)} services."
    is_whole_raised = any(each.service_id == WHOLE and each.state == "raised" for each in figures.conditions)
    return f"{words} The whole organisation is, as some services are too small." if is_whole_raised else words


def conditions_page(figures: Figures) -> Page:
    """The services with their reasons, raised ones first, and where they stand by work in time."""
    return {
        "services": [_service(each) for each in figures.conditions],
        "quadrants": [
            {
                "name": each.service_id,
                "words": QUADRANT_WORDS[each.quadrant],
                "is_flagged": each.quadrant == "in_time_not_named",
            }
            for each in figures.quadrants
        ],
        "threshold": f"{number_words(100 * max(each.threshold for each in figures.conditions))}%",
    }


def _service(found: ConditionOfService) -> Page:
    return {
        "name": "Whole organisation, as some services are too small" if found.service_id == WHOLE else found.service_id,
        "is_raised": found.state == "raised",
        "use": "" if found.use_share is None else f"{number_words(found.use_share * 100)}%",
        "why": "; ".join(REASON_WORDS[reason] for reason in found.reasons.split(", ")),
    }
