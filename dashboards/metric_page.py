"""The page of one metric: its answer, its months, its services, what it means and how far it can be relied on.

Belongs here: what the page says. Does not belong here: the words of the definition, which are the metric's record.
"""

import datetime
import math
from itertools import groupby

from markupsafe import Markup

from dagster_project.exports.contract import load_contracts
from dagster_project.metric_records import CaveatWhere, MetricRecord
from dashboards.changes_page import before_and_now
from dashboards.chart import chart_spec
from dashboards.comparisons import comparison_words
from dashboards.drawing import full_chart
from dashboards.figures import Comment, Figures, ShownValue
from dashboards.funnel_drawing import funnel_drawing, funnel_words
from dashboards.icons import standing_icons
from dashboards.live_chart import plotly_figure
from dashboards.live_funnel import funnel_plotly
from dashboards.pages import Page, Series, break_words, cell, current, feed_row, newest, threshold_words
from dashboards.standing import standing
from dashboards.unit_rows import funnel_of, service_rows, team_rows
from dashboards.words import (
    ASSURANCE_WORDS,
    CHANGE_WORDS,
    METHOD_WORDS,
    NO_RESPONSE,
    QUALITY_WORDS,
    basis_words,
    day_words,
    interval_words,
    month_words,
    name_words,
    noun_words,
    parts_heading,
    parts_words,
    provisional_words,
    short_month,
    signal_words,
    state_words,
    unit_words,
    value_words,
)


def metric_page(figures: Figures, record: MetricRecord) -> Page:
    """One metric: its answer, its months, its services, what it means and how far it can be relied on."""
    series = Series(figures)
    months = series.of(record.metric_id)
    breaks = [each for each in figures.breaks if each.metric_id == record.metric_id]
    spec = chart_spec(record, months, figures.month, figures.organisation, breaks)
    where = standing(record, newest(record, months, figures.month), current(record, months, figures.month))
    funnel = funnel_of(figures, record.metric_id)
    return {
        "title": record.title,
        "question": record.question,
        "answer": _answer(figures, record, months),
        "readings": _readings(record, newest(record, months, figures.month)),
        "spec": spec,
        "has_intervals": any(point.interval for point in spec.points),
        "drawing": full_chart(spec),
        "plotly": plotly_figure(spec),
        "basis_heading": parts_heading(record),
        "table_heading": parts_heading(record) + ("" if record.interval == "none" else " (95% interval)"),
        "cadence": record.cadence,
        "period": month_words(shown.month if (shown := current(record, months, figures.month)) else figures.month),
        "icons": standing_icons(where),
        "services": service_rows(figures, record, series),
        "funnel": funnel_drawing(funnel) if funnel else Markup(""),
        "funnel_words": funnel_words(funnel) if funnel else "",
        "funnel_plotly": funnel_plotly(funnel) if funnel else None,
        "comments": [_comment(each) for each in figures.comments if each.metric_id == record.metric_id],
        "restatements": [
            (short_month(each.month), *before_and_now(record, each), each)
            for each in figures.restatements
            if each.metric_id == record.metric_id and each.unit_level == "organisation"
        ],
        "definition": _definition(figures, record),
        "exclusions": record.exclusions,
        "caveats": [*vendor_words(record), *(words for each in record.caveats if (words := _caveat(figures, each)))],
        "changes": [(day_words(change.date), change.what) for change in record.changes],
        "state": state_words(current(record, months, figures.month)),
        "breaks": break_words(breaks),
        "chart_notes": _chart_notes(figures, record, months),
        "comparisons": comparison_words(figures, record),
        "parts": _parts(figures, record),
        "teams": _teams(figures, record),
        "sources": [feed_row(feed) for feed in figures.feeds if feed.feed in record.sources],
    }


def _readings(record: MetricRecord, value: ShownValue | None) -> list[tuple[str, str]]:
    """How sure the figure is, whether it is unusual, what it means for the target, how good the data is."""
    if value is None or value.value is None:
        return []
    beside, interval = value.beside, interval_words(record, value.beside)
    rows = [("95% interval", interval)] if interval else []
    rows.append(("Change", name_words(signal_words(record, beside))))
    if beside.target is not None:
        assurance = f": {ASSURANCE_WORDS[beside.assurance]}" if beside.assurance else ""
        rows.append(("Target", f"{value_words(record, beside.target)}{assurance}"))
    if beside.quality:
        why = f": {beside.quality_reasons}" if beside.quality_reasons else ""
        rows.append(("Data quality", name_words(QUALITY_WORDS[beside.quality] + why)))
    return rows


def _chart_notes(figures: Figures, record: MetricRecord, months: dict[datetime.date, ShownValue]) -> list[str]:
    """Which limits are drawn, what is unusual and by which rule, and what people decided about the chart."""
    notes = []
    charted = [value for _, value in sorted(months.items()) if value.beside.variation]
    if charted:
        last = charted[-1].beside
        notes.append(f"Limits by {METHOD_WORDS[last.method or 'xmr']} of {last.n_points} months.")
    for words, run in groupby(charted, key=lambda value: signal_words(record, value.beside)):
        alike = list(run)
        if alike[0].beside.rule:
            until = f" to {month_words(alike[-1].month)}" if len(alike) > 1 else ""
            notes.append(f"{month_words(alike[0].month)}{until}: {words}.")
    for each in figures.decisions:
        if each.metric_id == record.metric_id and each.unit_id == "all" and each.change != "agreed":
            what = name_words(CHANGE_WORDS[each.change].format(month=month_words(each.month)))
            when = f" on {day_words(each.decided_on)}" if each.decided_on else ""
            notes.append(f"{what}: {name_words(each.reason).lower()}; decided by {each.decided_by}{when}.")
    return notes


def vendor_words(record: MetricRecord) -> list[str]:
    """That a vendor counts the use of its own product; empty where none does."""
    contracts = load_contracts()
    titles = [contracts[feed].title for feed in record.sources if feed in contracts and contracts[feed].vendor_supplied]
    return [f"Supplied by vendors, who count the use of their own products: {', '.join(titles)}."] if titles else []


def _caveat(figures: Figures, caveat: str | CaveatWhere) -> str:
    """A caveat, empty where what it is about is not in force."""
    if isinstance(caveat, str):
        return caveat
    return caveat.caveat if figures.thresholds[caveat.where] else ""


def _parts(figures: Figures, record: MetricRecord) -> list[Page]:
    """The organisation's newest figure by each breakdown: a table each."""
    found = [v for v in figures.details if v.metric_id == record.metric_id and v.period_type == record.cadence]
    return [
        {
            "name": name_words(breakdown).lower(),
            "period": month_words(rows[0].month),
            "rows": [
                {"name": name_words(value.breakdown_value), "is_total": False, **cell(record, value)} for value in rows
            ],
        }
        for breakdown in record.breakdowns
        if (rows := sorted((value for value in found if value.breakdown == breakdown), key=_band))
    ]


def _band(value: ShownValue) -> float:
    """Where a band begins: under_2, 2_to_4, 10_and_over. What is no band comes behind, in its own order."""
    if value.breakdown_value.startswith("under_"):
        return 0
    begins = value.breakdown_value.partition("_")[0]
    return int(begins) if begins.isdigit() else math.inf


def _teams(figures: Figures, record: MetricRecord) -> Page:
    """Teams over twelve months, in the order of the alphabet."""
    found = [v for v in figures.details if v.metric_id == record.metric_id and v.period_type == "twelve_months"]
    return {
        "period": f"{month_words(found[0].period_start)} to {month_words(found[0].month)}" if found else "",
        "rows": team_rows(figures, record),
    }


def _comment(comment: Comment) -> Page:
    """What the owner answered; what they left open is said to be open."""
    return {
        "when": month_words(comment.month) + ("" if comment.unit_id == "all" else f", {comment.unit_id}"),
        "cause": comment.cause.replace("_", " "),
        "ask": comment.ask or NO_RESPONSE.lower(),
        "owner": comment.owner_role,
        "due": day_words(comment.due_date) if comment.due_date else NO_RESPONSE.lower(),
        "status": comment.status.replace("_", " "),
    }


def _answer(figures: Figures, record: MetricRecord, months: dict[datetime.date, ShownValue]) -> str:
    value, now = newest(record, months, figures.month), current(record, months, figures.month)
    month = month_words(figures.month)
    if value is None or value.value is None:
        return f"No figure for {month}: {state_words(now)}."
    noun = f" of {noun_words(record)}" if noun_words(record) else f" {unit_words(record)}".rstrip()
    basis = parts_words(record, value) if record.kind == "proportion" else basis_words(record, value)
    when = month_words(value.month) + provisional_words(value.beside)
    level = f"{value_words(record, value.value)}{noun} in {when}" + (f": {basis}." if basis else ".")
    if value is now:
        return level
    return f"No figure for {month}: {state_words(now)}. The newest is {level}"


def _agreed_words(figures: Figures, record: MetricRecord) -> str:
    """Who of the practitioners agreed to the measure and when, as the register of changes to charts says; the last."""
    agreed = [each for each in figures.decisions if each.metric_id == record.metric_id and each.change == "agreed"]
    if not agreed:
        return "not recorded"
    last = max(agreed, key=lambda each: each.month)
    return f"{last.decided_by}, {day_words(last.decided_on) if last.decided_on else month_words(last.month)}"


def _definition(figures: Figures, record: MetricRecord) -> list[tuple[str, str]]:
    rows = [
        ("Counted (numerator)", record.numerator),
        ("Out of (denominator)", record.denominator),
        (
            "Window",
            f"Rolling: {record.window}, so neighbouring points share data" if record.is_rolling else record.window,
        ),
        (
            "Better is",
            {"increase": "higher", "decrease": "lower", "neutral": "neither higher nor lower"}[record.direction],
        ),
        ("Fewest for a figure", str(record.minimum_n)),
        ("Target", record.target_source or "none"),
        ("Owner", record.owner),
        ("Agreed with practitioners", _agreed_words(figures, record)),
    ]
    if quality := figures.records.get(record.paired_with or ""):
        rows.append(("Read beside", quality.title))
    for name in record.thresholds:
        if name not in figures.thresholds:
            raise ValueError(
                f"{record.metric_id}: threshold {name} has no value; add it to the vars of dbt_project.yml"
            )
        rows.append((f"{name_words(name)} in force", threshold_words(figures.thresholds[name])))
    return rows
