"""What the first page says: the finding, what needs attention, the matrix, the headlines, the measures, what changed.

Belongs here: what the summary says and in which order, from fixed templates. Does not belong here: where a measure
stands (standing.py), any ranking of services, any cause.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from dagster_project.exports.contract import load_contracts
from dagster_project.metric_records import MetricRecord
from dashboards.building_blocks import blocks_part
from dashboards.changes_page import change_lines
from dashboards.conditions import raised_words
from dashboards.feeds_collected import feeds_collected, waiting
from dashboards.figures import Comment, Figures
from dashboards.first_months import first_months_page
from dashboards.icons import change_icon, outlook_icon, standing_icons
from dashboards.pages import Page, Series, current, shown_records, small_numbers
from dashboards.standing import Change, Outlook, Standing, matrix, standings
from dashboards.tiles import link, measure_row, tile
from dashboards.words import (
    ATTENTION_WORDS,
    CHANGE_HEADS,
    NO_RESPONSE,
    OUTLOOK_HEADS,
    STATE_MEANINGS,
    STATE_WORDS,
    THEME_WORDS,
    assurance_words,
    day_words,
    month_words,
    name_words,
    noun_words,
    parts_words,
    provisional_words,
    share_words,
    signal_words,
    state_words,
    unit_words,
    value_words,
)

MOST_CARDS = 3
MOST_MEASURES = 12
ROWS: tuple[Change, ...] = ("worse", "none", "better", "apart")
COLUMNS: tuple[Outlook, ...] = ("fail", "inconsistent", "pass", "no_target")


def summary_page(figures: Figures) -> Page:
    """The first page: the finding, attention, the matrix, tiles, up to twelve measures, what changed, trust."""
    series = Series(figures)
    records = shown_records(figures)
    unfed = waiting(figures, load_contracts())
    found = [each for each in standings(figures, records, series) if each.record.metric_id not in unfed]
    headlines = [record for record in figures.records.values() if record.is_headline]
    fed = [record for record in records if record.is_headline and record.metric_id not in unfed]
    leading = fed or [each.record for each in found if each.record.cadence == "month"]
    monthly = [each for each in found if each.record.cadence == "month"]
    needing = [each for each in found if each.attention in ATTENTION_WORDS]
    return {
        "headline": _headline(figures, leading, series, found),
        "counts": _counts(found),
        "coverage": _coverage(figures, records, series, unfed),
        "cards": [_card(figures, each) for each in needing[:MOST_CARDS]],
        "more_cards": [link(each.record) for each in needing[MOST_CARDS:]],
        "matrix": _matrix(found),
        "provisional": [link(each.record) for each in found if each.is_provisional],
        "tiles": [tile(figures, record, series, found) for record in headlines if record.metric_id not in unfed],
        "tiles_waiting": [link(record) for record in headlines if record.metric_id in unfed],
        "measures": [measure_row(figures, each, series) for each in monthly[:MOST_MEASURES]],
        "others": _others(found, monthly[:MOST_MEASURES]),
        "changes": change_lines(figures, records),
        "trust": _trust(figures),
        "collected": feeds_collected(figures, load_contracts()),
        "building_blocks": blocks_part(figures),
        "glossary": _glossary(figures),
        "has_gaps": bool(figures.gaps),
        "is_first_year": bool(first_months_page(figures)["rows"]),
        "conditions": raised_words(figures),
    }


def summary_words(figures: Figures) -> str:
    """The first page in one paragraph: the finding, the counts, what needs attention."""
    page = summary_page(figures)
    cards = page["cards"]
    asked = "; ".join(f"{card['kind']}: {card['title']}" for card in cards) if isinstance(cards, list) else ""
    return " ".join(filter(None, (f"{page['headline']}.", str(page["counts"]), f"{asked}." if asked else "")))


def _headline(figures: Figures, records: list[MetricRecord], series: Series, found: Sequence[Standing]) -> str:
    """The level of the first of the leading shares that has a figure, and the change that concerns most."""
    for record in records:
        value = current(record, series.of(record.metric_id), figures.month)
        if record.kind == "proportion" and value is not None and value.value is not None:
            noun = noun_words(record)
            share = share_words(value.value) + (f" of {noun}" if noun else "")
            level = f"{record.title}: {share}, {value_words(record, value.value)}{provisional_words(value.beside)}"
            return f"{level}{_change_clause(found)}"
    return f"No share can be shown for {month_words(figures.month)} yet"


def _change_clause(found: Sequence[Standing]) -> str:
    """What has changed, behind the level; empty where no measure may say so."""
    for change, words in (("worse", "worse than"), ("better", "better than")):
        titles = [each.record.title for each in found if each.change == change]
        if len(titles) == 1:
            return f"; {titles[0][:1].lower()}{titles[0][1:]} is {words} its usual range"
        if titles:
            return f"; {len(titles)} measures are {words} their usual range"
    return "; no measure has clearly changed" if any(each.change for each in found) else ""


def _counts(found: Sequence[Standing]) -> str:
    """How many measures stand where; the numbers add up to all of them."""
    if not any(each.change for each in found):
        return ""
    by_change = {change: sum(each.change == change for each in found) for change in (*ROWS, None)}
    words: dict[Change, str] = {
        "worse": "worse than usual",
        "none": "without clear change",
        "better": "better than usual",
    }
    parts = [f"{by_change[change]} {said}" for change, said in words.items()]
    if by_change["apart"]:
        parts.append(f"{by_change['apart']} outside the usual range where neither is better")
    parts.append(f"{by_change[None]} that cannot say (too few months, rolling, yearly or weak data)")
    judged = [each.outlook for each in found if each.outlook not in (None, "no_target")]
    sentence = f"{len(found)} measures: {', '.join(parts)}."
    if judged:
        met, some, missed = (judged.count(outlook) for outlook in ("pass", "inconsistent", "fail"))
        targets = "1 target" if len(judged) == 1 else f"{len(judged)} targets"
        sentence += f" {targets} judged: {met} met every month, {some} in some months, {missed} not met."
    return sentence


def _coverage(figures: Figures, records: list[MetricRecord], series: Series, unfed: Collection[str]) -> str:
    """How many metrics have a figure, and why the others have none; the numbers add up to all of them.

    Those that wait for an export that never came (`unfed`) are counted, not listed.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for record in (each for each in records if each.metric_id not in unfed):
        value = current(record, series.of(record.metric_id), figures.month)
        groups["" if value is not None and value.value is not None else state_words(value)].append(record.title)
    with_figure = len(groups.pop("", []))
    of = f"{with_figure} of {len(records)} measures {'has' if with_figure == 1 else 'have'} a figure"
    waits = [f"{len(unfed)} {'waits' if len(unfed) == 1 else 'wait'} for exports that never came"] if unfed else []
    why = [*(_because(*item) for item in groups.items()), *waits]
    return ". ".join([f"{of} for {month_words(figures.month)}", *why]) + "."


def _because(words: str, titles: list[str]) -> str:
    return f"{name_words(words)}: {', '.join(titles)}"


def _card(figures: Figures, each: Standing) -> Page:
    """A measure that needs attention: its figure, its signal, and what its owner answered."""
    record, value = each.record, each.value
    if value is None or value.value is None:
        raise ValueError(f"{record.metric_id}: a measure without a figure has no signal")
    answer = _answer(figures, each)
    noun = f" of {noun_words(record)}" if noun_words(record) else f" {unit_words(record)}".rstrip()
    parts = parts_words(record, value)
    sentences = [
        f"{value_words(record, value.value or 0.0)}{noun} in {month_words(value.month)}"
        + (f" ({parts})" * bool(parts)),
        name_words(signal_words(record, value.beside)),
        assurance_words(record, value),
    ]
    return {
        **link(record),
        "kind": ATTENTION_WORDS[each.attention or "watch"],
        "words": ". ".join(filter(None, sentences)) + ".",
        "cause": f"Cause: {answer.cause.replace('_', ' ')}." if answer else "",
        "ask": answer.ask if answer and answer.ask else NO_RESPONSE,
        "owner": answer.owner_role if answer else "no response recorded",
        "due": day_words(answer.due_date) if answer and answer.due_date else "no response recorded",
        "icons": standing_icons(each),
    }


def _answer(figures: Figures, each: Standing) -> Comment | None:
    """The owner's answer to the signal: of the month of the figure."""
    return next(
        (
            comment
            for comment in figures.comments
            if (comment.metric_id, comment.unit_id) == (each.record.metric_id, "all")
            and each.value
            and comment.month == each.value.month
        ),
        None,
    )


def _matrix(found: Sequence[Standing]) -> list[Page]:
    """A row a change, a cell a target outlook; empty where no measure has a signal."""
    cells = matrix(found)
    rows = [change for change in ROWS if change != "apart" or any(of == "apart" for of, _ in cells)]
    return [
        {
            "name": CHANGE_HEADS[change],
            "icon": change_icon(change, is_high=None),
            "cells": [
                {
                    "name": OUTLOOK_HEADS[outlook],
                    "icon": outlook_icon(outlook),
                    "measures": [link(each.record) for each in cells[change, outlook]],
                }
                for outlook in COLUMNS
            ],
        }
        for change in rows
        if cells
    ]


def _others(found: Sequence[Standing], shown: Sequence[Standing]) -> list[Page]:
    """How many measures beyond the table each theme's page has: further monthly ones, yearly ones, waves and rounds."""
    here = {each.record.metric_id for each in shown}
    left: Counter[str] = Counter(each.record.theme for each in found if each.record.metric_id not in here)
    return [
        {"theme": theme, "title": words.partition(":")[0], "n": left[theme]}
        for theme, words in THEME_WORDS.items()
        if left[theme]
    ]


def _trust(figures: Figures) -> str:
    """Whether the figures can be relied on: checks, feeds, data quality."""
    late = [feed.title for feed in figures.feeds if feed.state == "late"]
    rated = [feed for feed in figures.feeds if feed.grade]
    good = sum(feed.grade == "good" for feed in rated)
    words = f"{figures.n_checks_passed} of {figures.n_checks} checks passed."
    if rated:
        words += f" The data of {good} of {len(rated)} feeds rated are good."
    return words + (f" Late: {', '.join(late)}." if late else " No feed is late.")


def _glossary(figures: Figures) -> list[tuple[str, str]]:
    """The states that stand on the first page, with their meanings."""
    met = {value.value_state for value in figures.values if value.month == figures.month}
    meanings = {"suppressed": small_numbers(figures), **STATE_MEANINGS}
    return [(name_words(STATE_WORDS[state]), meaning) for state, meaning in meanings.items() if state in met]
