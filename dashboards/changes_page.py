"""What changed: every value that an earlier edition showed otherwise, new definitions, decisions and breaks.

Belongs here: what that page and its lines on the summary say. Does not belong here: finding what was restated
(restated.py).
"""

from collections.abc import Sequence

from dagster_project.metric_records import Change, MetricRecord
from dashboards.figures import Comment, Figures, Restatement
from dashboards.pages import Page, break_words, shown_records
from dashboards.words import (
    CHANGE_WORDS,
    NO_RESPONSE,
    PROVISIONAL,
    STATE_WORDS,
    count_words,
    day_words,
    month_words,
    name_words,
    short_month,
    value_words,
)


def changes_page(figures: Figures) -> Page:
    """Every restated value, newest edition first, and everything else that changed what figures mean."""
    records = {record.metric_id: record for record in shown_records(figures)}
    return {
        "restatements": [
            _restatement(each, records[each.metric_id]) for each in figures.restatements if each.metric_id in records
        ],
        "definitions": [
            (day_words(change.date), record.title, change.what)
            for record in records.values()
            for change in later_changes(record)
        ],
        "decisions": [
            (
                month_words(each.month),
                records[each.metric_id].title,
                name_words(CHANGE_WORDS[each.change].format(month=month_words(each.month))),
                f"{name_words(each.reason)}; decided by {each.decided_by}",
            )
            for each in figures.decisions
            if each.metric_id in records and each.unit_id == "all"
        ],
        "asks": [_asked(each, records[each.metric_id]) for each in figures.comments if each.metric_id in records],
        "breaks": [
            (record.title, words)
            for record in records.values()
            for words in break_words(each for each in figures.breaks if each.metric_id == record.metric_id)
        ],
    }


def _asked(each: Comment, record: MetricRecord) -> Page:
    """What an owner asked of leaders, and how far it has come."""
    return {
        "title": record.title,
        "metric_id": record.metric_id,
        "month": short_month(each.month) + ("" if each.unit_id == "all" else f", {each.unit_id}"),
        "ask": each.ask or NO_RESPONSE,
        "owner": each.owner_role,
        "due": day_words(each.due_date) if each.due_date else "no day named",
        "state": name_words(each.status),
    }


def _restatement(each: Restatement, record: MetricRecord) -> Page:
    old, new = before_and_now(record, each)
    return {
        "title": record.title,
        "metric_id": record.metric_id,
        "unit": "Whole organisation" if each.unit_level == "organisation" else each.unit_id,
        "month": short_month(each.month),
        "old": old,
        "new": new,
        "reasons": "; ".join(each.reasons),
        "edition": each.edition,
    }


def before_and_now(record: MetricRecord, each: Restatement) -> tuple[str, str]:
    """A restated value as it was shown and as it is, each with what it is made of, or why there is none."""
    was_provisional, is_provisional = each.are_provisional
    return _value_shown(record, each.old, was_provisional), _value_shown(record, each.new, is_provisional)


def _value_shown(
    record: MetricRecord, shown: tuple[float | None, float | None, float | None, str], is_provisional: bool
) -> str:
    value, numerator, denominator, state = shown
    if value is None:
        return STATE_WORDS.get(state, name_words(state))
    words = value_words(record, value)
    if record.kind == "proportion" and numerator is not None and denominator is not None:
        words += f" ({count_words(numerator)} of {count_words(denominator)})"
    return words + (PROVISIONAL if is_provisional else "")


def later_changes(record: MetricRecord) -> list[Change]:
    """The changes of a definition after its first, newest first: that a measure begins changes no figure."""
    ordered = sorted(record.changes, key=lambda change: change.date)
    return list(reversed(ordered[1:]))


def change_lines(figures: Figures, records: Sequence[MetricRecord]) -> list[str]:
    """The same for the summary: a line a kind of change since the month before."""
    ids = {record.metric_id for record in records}
    restated = [each for each in figures.restatements if each.metric_id in ids]
    lines = []
    if restated:
        titles = sorted({figures.records[each.metric_id].title for each in restated})
        n = len(restated)
        lines.append(f"{n} earlier {'value is' if n == 1 else 'values are'} restated: {', '.join(titles)}.")
    lines += [
        f"{record.title}: {change.what}"
        for record in records
        for change in later_changes(record)
        if figures.month <= change.date <= figures.as_at
    ]
    lines += [
        f"{record.title}: {words}"
        for record in records
        for words in break_words(
            each for each in figures.breaks if each.metric_id == record.metric_id and each.month == figures.month
        )
    ]
    for feed in figures.feeds:
        if feed.n_overdue and feed.state != "never_received":  # that nobody sends it yet is no change
            n = feed.n_overdue
            lines.append(f"{feed.title}: {n} {'sender has' if n == 1 else 'senders have'} not sent what was due.")
        if feed.is_newest_file_left_out:
            lines.append(f"{feed.title}: the newest file could not be taken in.")
    return lines
