"""The pages beside the summary and the metrics: themes, services and teams, data quality, method, accessibility.

Belongs here: what each of them says. Does not belong here: what changed (changes_page.py), layout (templates).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup

from dagster_project.metric_records import MetricRecord
from dashboards.building_blocks import blocks_part
from dashboards.chart import chart_spec
from dashboards.drawing import sparkline
from dashboards.figures import FeedState, Figures
from dashboards.funnel_drawing import funnel_drawing, funnel_words
from dashboards.live_rows import rows_figure
from dashboards.pages import Page, Series, cell, current, feed_row, newest, shown_records
from dashboards.row_chart import RowChart
from dashboards.row_drawing import row_drawing
from dashboards.standing import standing
from dashboards.theme_charts import theme_charts
from dashboards.unit_rows import TOO_FEW, funnel_of, service_rows, team_rows
from dashboards.words import THEME_WORDS, day_words, month_words, name_words, number_words, quality_word, short_month
from dashboards.words import signal_words as said_of_signal

SMALLEST_SHARE = 0.001  # of rejected rows that is told as a number
METHOD = Path(__file__).parents[1] / "docs" / "method.md"


def themes_shown(figures: Figures) -> list[tuple[str, str]]:
    """The themes that have measures for these readers: page without its ending, title."""
    met = {record.theme for record in shown_records(figures)}
    found = [(f"themes/{theme}", words.partition(":")[0]) for theme, words in THEME_WORDS.items() if theme in met]
    if figures.gaps:
        found.append(("gaps", "Gaps between leaders, managers and practitioners"))
    if figures.conditions:
        found.append(("conditions", "Conditions to look into"))
    return found


def theme_page(figures: Figures, page: str) -> Page:
    """The measures of the theme of a page, each with newest figure, signal, chart and data quality."""
    series = Series(figures)
    theme = page.removeprefix("themes/")
    title, _, about = THEME_WORDS[theme].partition(": ")
    records = [record for record in shown_records(figures) if record.theme == theme]
    return {
        "title": title,
        "about": name_words(about),
        "rows": [_theme_row(figures, r, series) for r in records],
        "charts": drawn_rows(theme_charts(figures).get(theme, [])),
        "building_blocks": blocks_part(figures) if theme == "research" else [],
    }


def drawn_rows(specs: Sequence[RowChart]) -> list[Page]:
    """Each chart in rows with its drawing and its live figure; one without marks has its table alone."""
    return [
        {"spec": spec, "drawing": row_drawing(spec), "plotly": rows_figure(spec)} if spec.has_marks else {"spec": spec}
        for spec in specs
    ]


def _theme_row(figures: Figures, record: MetricRecord, series: Series) -> Page:
    months = series.of(record.metric_id)
    value, now = newest(record, months, figures.month), current(record, months, figures.month)
    breaks = [each for each in figures.breaks if each.metric_id == record.metric_id]
    spec = chart_spec(record, months, figures.month, figures.organisation, breaks)
    has_figure = value is not None and value.value is not None
    return {
        "metric_id": record.metric_id,
        "title": record.title,
        "question": record.question,
        "cell": cell(record, value or now),
        "month": month_words(value.month) if value else month_words(figures.month),
        "signal": name_words(said_of_signal(record, value.beside)) if value and has_figure else "",
        "change": standing(record, value, now).change or "",
        "quality": quality_word(value),
        "sparkline": sparkline(spec) if spec.newest is not None else Markup(""),
        "first": short_month(spec.points[0].month),
        "last": short_month(spec.points[-1].month),
    }


def units_page(figures: Figures) -> Page:
    """Services and teams of the headlines: each service's signals, each team's place in the funnels."""
    series = Series(figures)
    headlines = [record for record in shown_records(figures) if record.is_headline]
    parts = []
    for record in headlines:
        funnel, services = funnel_of(figures, record.metric_id), service_rows(figures, record, series)
        if services or funnel:
            parts.append(
                {
                    "title": record.title,
                    "metric_id": record.metric_id,
                    "services": services,
                    "funnel": funnel_drawing(funnel) if funnel else Markup(""),
                    "funnel_words": funnel_words(funnel) if funnel else "",
                }
            )
    return {"parts": parts, **_teams_together(figures, headlines)}


def _teams_together(figures: Figures, headlines: Sequence[MetricRecord]) -> Page:
    """Every team once, with all headlines beside each other; headlines no team has a row of are left out."""
    rows = {record.title: {row["name"]: row for row in team_rows(figures, record)} for record in headlines}
    rows = {title: of_teams for title, of_teams in rows.items() if of_teams}
    teams = sorted({str(name) for of_teams in rows.values() for name in of_teams}, key=lambda n: (n.casefold(), n))
    return {
        "headlines": list(rows),
        "teams": [(team, [_team_words(of_teams.get(team)) for of_teams in rows.values()]) for team in teams],
    }


def _team_words(row: Page | None) -> str:
    if row is None:
        return TOO_FEW
    figure = row["words"] if row["value"] is None else f"{row['value']}, {row['basis']}"
    return f"{figure}; {row['place']}"


def quality_page(figures: Figures, signed_off_by: str | None) -> Page:
    """Per feed: what arrived and what was rejected, coverage, freshness, warnings, who is waited for, who signed."""
    return {
        "rows": [_quality_row(feed) for feed in figures.feeds],
        "warnings": [(feed.title, words) for feed in figures.feeds for words in feed.warnings],
        "chased": [(feed.title, words) for feed in figures.feeds if (words := _chased(feed))],
        "sign_off": signed_off_by or "nobody yet",
        "checks": f"{figures.n_checks_passed} of {figures.n_checks}",
        "star": _star(figures, signed_off_by),
        "years": [(name, day_words(day)) for name, day in figures.year_ends],
    }


def _star(figures: Figures, signed_off_by: str | None) -> list[tuple[str, str]]:
    """The four questions of the NHS data quality kitemark, answered from what the month recorded."""
    feeds = [feed for feed in figures.feeds if feed.state != "off"]
    read = sum(feed.n_accepted + feed.n_rejected for feed in feeds)
    rejected = sum(feed.n_rejected for feed in feeds)
    rated = [feed for feed in feeds if feed.grade]
    good = sum(feed.grade == "good" for feed in rated)
    in_time = sum(feed.state == "up_to_date" for feed in feeds)
    return [
        (
            "Sign-off and validation",
            f"Signed off by: {signed_off_by or 'nobody yet'}, as at {day_words(figures.as_at)}",
        ),
        ("Timely and complete", f"{in_time} of {len(feeds)} feeds are up to date"),
        (
            "Audit and accuracy",
            f"{figures.n_checks_passed} of {figures.n_checks} checks passed; {number_words(rejected)} of "
            f"{number_words(read)} rows were rejected and told to their senders",
        ),
        ("Robust systems and data capture", f"The data of {good} of {len(rated)} feeds that can be rated are good"),
    ]


def _quality_row(feed: FeedState) -> Page:
    grade = {"good": "Good", "caution": "Use with caution", "weak": "Weak"}.get(feed.grade or "", "Not rated")
    read = feed.n_accepted + feed.n_rejected
    rejected = feed.n_rejected / read if read else 0.0
    share = f" ({rejected:.1%})" if rejected >= SMALLEST_SHARE else " (under 0.1%)" if rejected else ""
    return {
        **feed_row(feed),
        "files": number_words(feed.n_files)
        + (f", {number_words(feed.n_files_left_out)} left out" if feed.n_files_left_out else ""),
        "rejected": number_words(feed.n_rejected) + share,
        "coverage": "not rated" if feed.coverage is None else f"{number_words(feed.coverage * 100)}%",
        "grade": grade,
        "reasons": "; ".join(feed.reasons),
    }


def _chased(feed: FeedState) -> str:
    """How many senders are waited for; empty where nobody is."""
    parts = []
    if feed.n_overdue:
        parts.append(f"{feed.n_overdue} overdue")
    if feed.n_awaited and feed.next_due:
        parts.append(f"{feed.n_awaited} expected in time, by {day_words(feed.next_due)}")
    return ", ".join(parts)


@cache
def method_html() -> Markup:
    """docs/method.md as it stands, without its first heading; raw HTML in it stays text."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(METHOD.read_text("utf-8"))[3:]  # the page has a first heading of its own
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704  our own document, HTML in it stays text
