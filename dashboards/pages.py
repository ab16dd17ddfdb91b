"""What every page of a month shares: plain values for the templates, worked out from masked figures.

Belongs here: the series, what frames a page, the parts that summary_page.py and metric_page.py both show.
Does not belong here: layout (templates, style.css), charts (chart.py), files (build.py).
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from dagster_project.metric_records import MetricRecord
from dashboards.figures import FeedState, Figures, SeriesBreak, ShownValue
from dashboards.words import (
    THEME_WORDS,
    basis_words,
    day_words,
    interval_words,
    month_end,
    month_words,
    months_back,
    name_words,
    number_words,
    parts_words,
    provisional_words,
    state_words,
    value_words,
)

Page = dict[str, object]

FEED_WORDS = {
    "up_to_date": "up to date",
    "not_due": "not due yet",
    "late": "late",
    "never_received": "never received",
    "off": "switched off",
}
# A month that is late or not due yet has an older figure worth showing; a hidden or uncollected one has not.
WAITING = ("not_due", "feed_stale")


AUDIENCES = {
    "leadership": "Senior leaders",
    "practice": "Principal social worker, quality assurance, learning and development, library",
    "staff": "Everybody who works here",
}


@dataclass(frozen=True)
class Edition:
    """What makes a draft an edition: a role signed it, it has a name, and it was published on a day."""

    signed_off_by: str | None
    name: str | None
    audience: str = "leadership"
    published_on: datetime.date | None = None


@dataclass(frozen=True)
class Download:
    """A file of the edition: its address from the first page, what it is, its bytes."""

    path: str
    words: str
    size: int

    @property
    def size_words(self) -> str:
        return f"{max(1, round(self.size / 1000)):,} KB"


class Series:
    """The values of each unit by month."""

    def __init__(self, figures: Figures) -> None:
        self._months: dict[tuple[str, str, str], dict[datetime.date, ShownValue]] = defaultdict(dict)
        for value in figures.values:
            self._months[value.metric_id, value.unit_level, value.unit_id][value.month] = value

    def of(self, metric_id: str, level: str = "organisation", unit_id: str = "all") -> dict[datetime.date, ShownValue]:
        return self._months.get((metric_id, level, unit_id), {})

    def services(self, metric_ids: Collection[str]) -> list[str]:
        """Those that any of the metrics tells, in the order of the alphabet, never of their figures."""
        found = {unit for metric, level, unit in self._months if level == "service" and metric in metric_ids}
        return sorted(found, key=lambda service: (service.casefold(), service))

    def has_services(self, metric_id: str) -> bool:
        return any(metric == metric_id and level == "service" for metric, level, _ in self._months)


def shown_records(figures: Figures) -> list[MetricRecord]:
    """The metrics of these figures, by theme."""
    themes = list(THEME_WORDS)
    return sorted(figures.records.values(), key=lambda record: (themes.index(record.theme), not record.is_headline))


def navigation(audience: str, themes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Address and title of the pages every page links to."""
    pages = [("index.html", "Summary")]
    if themes:
        pages.append((f"{themes[0][0]}.html", "Themes"))
    if audience == "staff":
        return [
            *pages,
            ("purposes.html", "What is held about you"),
            ("changes.html", "What changed"),
            ("method.html", "Method"),
        ]
    return [
        *pages,
        ("units.html", "Services and teams"),
        ("changes.html", "What changed"),
        ("quality.html", "Data quality"),
        ("method.html", "Method"),
        ("catalogue.html", "Catalogue"),
    ]


def frame(figures: Figures, edition: Edition, themes: Sequence[tuple[str, str]], downloads: Sequence[Download]) -> Page:
    """What every page of a month carries: whose it is, how far it can be relied on, where it came from."""
    return {
        "audience": AUDIENCES[edition.audience],
        "navigation": navigation(edition.audience, themes),
        "themes": themes,
        "downloads": downloads,
        "organisation": figures.organisation,
        "month": month_words(figures.month),
        "is_sample": figures.is_sample,
        "is_draft": edition.signed_off_by is None,
        "is_unmasked": not figures.disclosure.is_on,
        "dates": [
            ("Data to", day_words(month_end(figures.month))),
            ("As at", day_words(figures.as_at)),
            ("Published", day_words(edition.published_on) if edition.published_on else "not yet"),
            ("Next report", day_words(figures.next_report) if figures.next_report else "not planned"),
            ("Signed off by", edition.signed_off_by or "nobody yet"),
        ],
        "provenance": _provenance(figures, edition),
        "small_numbers": small_numbers(figures),
    }


def current(record: MetricRecord, months: dict[datetime.date, ShownValue], month: datetime.date) -> ShownValue | None:
    """The month's value; of a metric that is not monthly, the newest wave, round or year."""
    return months.get(month if record.cadence == "month" else max(months, default=month))


def newest(record: MetricRecord, months: dict[datetime.date, ShownValue], month: datetime.date) -> ShownValue | None:
    """The current value; while the month is waited for, the newest before it."""
    now = current(record, months, month)
    if now is not None and now.value is not None:
        return now
    if now is not None and now.value_state in WAITING:
        known = [value for each, value in sorted(months.items()) if each < month and value.value is not None]
        return known[-1] if known else None
    return None


def cell(record: MetricRecord, value: ShownValue | None) -> Page:
    """One figure of a table, or why there is none."""
    if value is None or value.value is None:
        return {"value": None, "words": state_words(value), "basis": ""}
    interval = interval_words(record, value.beside)
    parts = parts_words(record, value) if record.kind == "proportion" else basis_words(record, value)
    basis = parts + (f" ({interval})" if interval else "") + provisional_words(value.beside)
    return {"value": value_words(record, value.value), "words": "", "basis": basis}


def break_words(breaks: Iterable[SeriesBreak]) -> list[str]:
    """What starts in each month in which a metric's series breaks, and which figures have it in part."""
    started: dict[tuple[datetime.date, datetime.date], list[str]] = defaultdict(list)
    for each in breaks:
        what = name_words(each.source) if each.source_kind in ("feed", "channel", "system") else each.source
        said = {"numbers": f"new numbers of {what}", "system": f"a new system for {what}"}
        started[each.month, each.settled_month].append(said.get(each.source_kind, f"{what} ({each.source_kind})"))
    return [_break_sentence(*when, sources) for when, sources in sorted(started.items())]


def _break_sentence(month: datetime.date, settled_month: datetime.date, sources: list[str]) -> str:
    words = f"From {month_words(month)}: {', '.join(sources)}"
    if settled_month == month:
        return words
    return f"{words}. Figures up to {month_words(months_back(settled_month, 1))} mix before and after."


def feed_row(feed: FeedState) -> Page:
    """One feed in words."""
    return {
        "name": feed.title,
        "state": FEED_WORDS[feed.state]
        + ("; newest file left out, it could not be taken in" if feed.is_newest_file_left_out else ""),
        "is_good": feed.state == "up_to_date" and not feed.is_newest_file_left_out,
        "newest": month_words(feed.newest_month) if feed.newest_month else "none",
        "accepted": number_words(feed.n_accepted),
        "rejected": number_words(feed.n_rejected),
    }


def threshold_words(value: object) -> str:
    """A threshold as it is in force."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each).replace("_", " ") for each in value)
    return str(value)


def _provenance(figures: Figures, edition: Edition) -> list[tuple[str, str]]:
    thresholds = "; ".join(f"{name_words(n)} {threshold_words(value)}" for n, value in figures.thresholds.items())
    return [
        ("Edition", edition.name or "draft"),
        ("Code version", figures.code_version),
        ("Data fingerprint", figures.data_fingerprint),
        ("Checks passed", f"{figures.n_checks_passed} of {figures.n_checks}"),
        ("Thresholds", thresholds or "none"),
    ] + ([("Data", "Made up, for a fictional council")] if figures.is_sample else [])


def small_numbers(figures: Figures) -> str:
    """Which figures are hidden."""
    rule = figures.disclosure
    if not rule.is_on:
        return "Small numbers are not hidden on these pages."
    if rule.rounding:
        to = f" to {rule.base}" if rule.base else ""
        return f"Every count is rounded (rule {rule.rounding}{to}), and shares are made of rounded counts."
    return (
        f"Counts of 1 to {rule.threshold} people and shares of fewer than {rule.minimum_denominator} people are "
        "hidden, and so are others from which they could be worked out."
    )
