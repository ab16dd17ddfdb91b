"""Pages about one person: the applicant's page of an evidence pack, and a page of one's own. One file each, no script.

Belongs here: what stands where on such a page. Does not belong here: reading rows, states of clauses (people/).
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.people.records import Challenge, Record, StaffMonth
from dagster_project.people.words import (
    STATE_WORDS,
    application_words,
    cell,
    day,
    dispute_words,
    eligibility_words,
)
from dagster_project.purposes import NOT_COLLECTED, Audience
from dashboards.build import one_file
from dashboards.pages import Page
from dashboards.words import HIDDEN_WORDS, month_words, name_words

if TYPE_CHECKING:
    from dagster_project.people.fairness import GroupResult
    from dagster_project.people.hr_pack import Applicant
    from dagster_project.people.managers import Spread
    from dagster_project.people.own_pages import OwnPage
    from dagster_project.statistics.agreement import Agreement

LIMITS = (
    "The panel decides, and says why. Nothing on this page is added up, and nobody is compared with anybody.",
    "Both routes of evidence are equal. Somebody who takes the one is not asked for the other.",
    "A log knows that something was opened, not that it was understood. Print, talk and listening leave none.",
    "Where records are missing or in part, a clause cannot be known from data; that says nothing against the person.",
    "What is asked for follows contracted and available time. Time away is left out, and its reason is not known here.",
)


def applicant_page(each: "Applicant", organisation: str, as_at: datetime.date, *, for_applicant: bool) -> bytes:
    """The page of one applicant; `for_applicant` is the copy the person gets first."""
    contracts = load_contracts()
    application, policy = each.application.values, each.policy
    name = each.names.get("full_name", "Name not known")
    round_id = str(application["round_id"])
    round_words = round_id if round_id.casefold().startswith("round") else f"round {round_id}"
    facts = [
        ("Staff ID", each.names.get("staff_id", "not known")),
        ("Registration", each.names.get("registration_number", "not known")),
        ("Round", f"{round_id}, panel on {day(each.application.day)}"),
        ("Application", application_words(each)),
        ("Route of evidence", cell(application["evidence_route"])),
        ("Portfolio complete", cell(application["has_portfolio"])),
        ("Eligible by HR's list", cell(application["is_eligible"])),
        ("Eligible by the policy", eligibility_words(each)),
        ("Policy", f"{policy.title}, version {policy.version}"),
        ("As at", day(as_at)),
    ]
    clauses = [
        {
            "rule": finding.clause.rule,
            "state": STATE_WORDS[finding.state],
            "is_shown": finding.state == "shown",
            "figures": finding.figures,
            "sources": ", ".join(finding.sources) or "none",
            "disputes": [dispute_words(each) for each in each.disputes(finding.clause.feed or "")],
        }
        for finding in each.findings
    ]
    disputed_time = each.disputes("workforce")
    sections = [
        _by_month(each, "resource_usage", "Use of evidence", "Type", each.use),
        _by_month(each, "learning", "Learning", "Mode", each.learning),
        _cpd_years(each),
        *(_section(contracts[feed], rows, "hr", each.disputes(feed)) for feed, rows in each.sections.items()),
        _availability(each.months, disputed_time),
    ]
    return one_file(
        "person.html.j2",
        organisation=organisation,
        month=round_words,
        foot=f"{name_words(round_words)}, policy {policy.version}, as at {day(as_at)}",
        title=name,
        lead="Evidence for an application. You have this page before HR has it; say so if anything on it is wrong."
        if for_applicant
        else "Evidence for an application. The applicant had this page first.",
        facts=facts,
        clauses=clauses,
        clauses_title=f"The policy, clause by clause (valid {day(policy.valid_from)} to {day(policy.valid_to)})",
        sections=sections,
        notes_title="What these figures cannot say",
        notes=LIMITS,
    )


def own_page(page: "OwnPage", organisation: str, as_at: datetime.date) -> bytes:
    """Everything a month holds about one person, for that person."""
    contracts = load_contracts()
    sections = [
        {**derived, "disputes": [dispute_words(each) for each in page.disputes(str(derived["feed"]))]}
        for derived in page.derived
    ]
    sections += [
        _section(contracts[feed], rows, "practitioner", page.disputes(feed)) for feed, rows in page.sections.items()
    ]
    return one_file(
        "person.html.j2",
        organisation=organisation,
        month=month_words(page.month),
        foot=f"Own page, {month_words(page.month)}",
        title=page.names.get("full_name", "Your page"),
        lead="Everything that is held about you for the twelve months up to this one, and what was made of it. Nobody "
        "else is on this page. If a figure is wrong, tell the data team: it is marked as disputed until it is settled.",
        facts=[("Staff ID", page.names.get("staff_id", "not known")), ("As at", day(as_at))],
        clauses=[],
        clauses_title="",
        sections=sections,
        notes_title="What is not collected",
        notes=[f"{what}: {why}." for what, why in NOT_COLLECTED],
    )


def subject_access_page(
    sections: Sequence[dict[str, Any]], issued: Sequence[str], organisation: str, as_at: datetime.date
) -> bytes:
    """All that is held about one person, layer by layer."""
    return one_file(
        "person.html.j2",
        organisation=organisation,
        month=f"subject access, {day(as_at)}",
        foot=f"Subject access, {day(as_at)}",
        title="Everything that is held about you",
        lead="Every table, every delivered file that is still kept, and every page issued about you. Other people in a "
        "row are left out. Published editions hold totals only, and nothing about a single person.",
        facts=[("As at", day(as_at)), ("Pages issued about you, beside this one", ", ".join(issued) or "none")],
        clauses=[],
        clauses_title="",
        sections=[{**section, "disputes": []} for section in sections],
        notes_title="What is not collected",
        notes=[f"{what}: {why}." for what, why in NOT_COLLECTED],
    )


def fairness_page(
    results: Mapping[str, Sequence["GroupResult"]],
    year: int,
    organisation: str,
    as_at: datetime.date,
    *,
    has_use: bool,
    has_views: bool,
    spread: "Spread | None",
    agreement: "Agreement | None",
) -> bytes:
    """Each stage by group: share, interval, ratio to the group with the highest share; then managers as a whole."""
    headings = ["By", "Group", "Number", "Share", "95% interval", "Ratio to the highest share"]
    notes = [
        "What is shown goes with a group; it does not say why. Look at it together with those it is about.",
        "A ratio under 0.80 whose interval lies below 1 is worth a question. Of many groups, some differ by chance.",
        "Groups that are small are hidden, and so are others from which they could be worked out.",
        "Not known: nobody asked, or no answer was given. A large share of it says that the rest may not be typical.",
    ]
    if not has_use:
        notes.append("Use of evidence is not in this report: the assessment does not switch that join on.")
    return one_file(
        "person.html.j2",
        organisation=organisation,
        month=str(year),
        foot=f"Fairness report, {year}, as at {day(as_at)}",
        title=f"Fairness report, {year}",
        lead="For the equality lead, HR and the principal social worker. Groups, never people.",
        facts=[("As at", day(as_at))],
        clauses=[],
        clauses_title="",
        sections=[
            {
                "title": stage,
                "note": "",
                "headings": headings,
                "rows": [_group_row(each) for each in found],
                "disputes": [],
            }
            for stage, found in results.items()
        ]
        + ([_managers(spread, agreement)] if has_views else []),
        notes_title="How to read it",
        notes=notes,
    )


def _managers(spread: "Spread | None", agreement: "Agreement | None") -> Page:
    """How managers' returns differ from each other and from records (F13)."""
    rows = [["Spread between managers", "not told: fewer than ten managers with five reports, or all say the same", ""]]
    if spread is not None:
        rows = [
            ["Managers of five reports or more", str(spread.n_managers), ""],
            ["Variation between them, in times what chance gives", f"{spread.phi:.1f}", "1.0 is chance alone"],
            ["Standard deviation beyond chance", f"{spread.points:.0f} points", "of the share seen as regular"],
        ]
    if agreement is None:
        rows.append(["Agreement with recorded use", HIDDEN_WORDS, ""])
    else:
        gwet, kappa = agreement.gwet, agreement.kappa
        rows += [
            ["Manager and records say the same", f"{100 * agreement.observed:.0f}% of {agreement.n}", ""],
            ["Gwet's AC1", f"{gwet.value:.2f}", f"{gwet.lower:.2f} to {gwet.upper:.2f}"],
            ["Cohen's kappa", f"{kappa.value:.2f}", f"{kappa.lower:.2f} to {kappa.upper:.2f}"],
        ]
    return {
        "title": "Managers' returns beside each other and beside records",
        "note": "Of named reports, in each one's last return of the year. Recorded: logged, declared and observed.",
        "headings": ["What", "Figure", "Interval, or how to read it"],
        "rows": rows,
        "disputes": [],
    }


def _group_row(each: "GroupResult") -> list[str]:
    by = "everybody" if each.grouping == "all" else each.grouping.replace("_", " ")
    if each.share is None:
        return [by, each.group, HIDDEN_WORDS, "", "", ""]
    share, lower, upper = (f"{100 * value:.0f}%" for value in each.share)
    ratio = "" if each.ratio is None else f"{each.ratio[0]:.2f} ({each.ratio[1]:.2f} to {each.ratio[2]:.2f})"
    return [by, each.group, f"{each.numerator} of {each.denominator}", share, f"{lower} to {upper}", ratio]


def _by_month(
    each: "Applicant", feed: str, title: str, kind: str, rows: Sequence[tuple[datetime.date, str, int]] | None
) -> Page:
    note = "No log was read for this page." if rows is None else "Days, by month. What was read is not collected."
    return {
        "title": title,
        "note": note,
        "headings": ["Month", kind, "Days"],
        "rows": [[month_words(month), name_words(what), str(days)] for month, what, days in rows or []],
        "disputes": [dispute_words(found) for found in each.disputes(feed)],
    }


def _cpd_years(each: "Applicant") -> Page:
    return {
        "title": "Registration years",
        "note": "From 1 December to 30 November, as the regulator counts. Different pieces of CPD that are on record.",
        "headings": ["Year to", "Different pieces", "Reflected on with a peer"],
        "rows": [[day(end), str(n_pieces), str(n_peer)] for end, n_pieces, n_peer in each.cpd_years],
        "disputes": [dispute_words(found) for found in each.disputes("cpd")],
    }


def _section(
    contract: Contract, rows: Sequence[Record], audience: Audience, disputes: Sequence[Challenge]
) -> dict[str, object]:
    columns = contract.shown_to(audience)
    return {
        "title": contract.title,
        "note": contract.about,
        "headings": [*(column.header for column in columns), "Source"],
        "rows": [[*(cell(row.values[column.name]) for column in columns), row.source] for row in rows],
        "disputes": [dispute_words(each) for each in disputes],
    }


def _availability(months: Sequence[StaffMonth], disputes: Sequence[Challenge]) -> Page:
    return {
        "title": "Time there was",
        "note": "A month with no available day is left out, and the window reaches further back by as much.",
        "headings": ["Month", "Contracted (full-time is 1)", "Days contracted", "Days available", "Counted as"],
        "rows": [
            [month_words(each.month), cell(each.contracted_fte), cell(each.contracted_days), cell(each.available_days),
             cell(round(each.scale, 2)) if each.available_days else "left out"]
            for each in months
        ],
        "disputes": [dispute_words(each) for each in disputes],
    }  # fmt: skip


def derived_section(title: str, feed: str, how: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Page:
    """Figures made of a feed's rows, and how; `feed` is what a challenge of them names."""
    return {"title": title, "feed": feed, "note": how, "headings": list(headings), "rows": list(rows)}


def manifest_row(page: str, names: Mapping[str, str]) -> dict[str, object]:
    """For whoever delivers the files: which goes to whom."""
    return {"file": f"{page}.html", "name": names.get("full_name", ""), "e-mail": names.get("email", "")}
