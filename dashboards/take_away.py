"""The figures as files to take away: a workbook, a CSV and JSON, from the same chart specifications as the pages.

Belongs here: rows of those files and how a spreadsheet is laid out. Does not belong here: what is hidden (masking), the
specification (chart.py).

Nothing that comes from a name can become a formula or a link: text is written as text.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import TWELVE_MONTHS
from dashboards.chart import ChartSpec, chart_spec
from dashboards.figures import Figures
from dashboards.funnel_drawing import place_words
from dashboards.gaps import gap_charts
from dashboards.pages import Download, Series, shown_records, small_numbers
from dashboards.points import point_of
from dashboards.row_chart import RowChart
from dashboards.theme_charts import theme_charts
from dashboards.unit_rows import funnel_of
from dashboards.words import day_words, month_end, month_words, unit_words

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

COLUMNS = (
    "Period", "Unit", "Value", "Numerator", "Denominator", "Lower 95%", "Upper 95%", "Mean", "Lower limit",
    "Upper limit", "Target", "Note",
)  # fmt: skip
CHART_COLUMNS = ("Row", "Part", "Value", "Numerator", "Denominator", "Note")
Cell = str | float | None
CREATED = datetime.datetime(2026, 1, 1)  # so that the same figures give the same bytes
HIDDEN = "[c]"
NOT_AVAILABLE = "[x]"
# A spreadsheet reads text that opens like this as a formula, or as a command.
DANGEROUS = re.compile(r"^\s*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")


def take_away(figures: Figures, out: Path, edition: str) -> list[Download]:
    """Write figures.xlsx, figures.csv and figures.json into `out`; what they are."""
    tables = [(record, list(rows_of(figures, record))) for record in shown_records(figures)]
    charts = gap_charts(figures.gaps) + [each for charts in theme_charts(figures).values() for each in charts]
    (out / "figures.csv").write_bytes(csv_bytes(tables))
    write_workbook(out / "figures.xlsx", figures, tables, charts, edition)
    (out / "figures.json").write_text(figures.to_json(), encoding="utf-8")
    words = {
        "figures.xlsx": "all figures (XLSX)",
        "figures.csv": "all figures (CSV)",
        "figures.json": "all figures (JSON)",
    }
    if charts:
        (out / "comparisons.csv").write_bytes(charts_csv_bytes(charts))
        words["comparisons.csv"] = "gaps, chains and mixes (CSV)"
    return [Download(name, said, (out / name).stat().st_size) for name, said in words.items()]


def rows_of(figures: Figures, record: MetricRecord) -> Iterator[list[Cell]]:
    """The periods of the organisation and of each service, then teams over twelve months, as COLUMNS.

    In the units of the chart.
    """
    series = Series(figures)
    units = [("Whole organisation", "organisation", "all")]
    units += [(service, "service", service) for service in series.services([record.metric_id])]
    breaks = [each for each in figures.breaks if each.metric_id == record.metric_id]
    for name, level, unit in units:
        spec = chart_spec(record, series.of(record.metric_id, level, unit), figures.month, name, breaks)
        yield from spec_rows(spec, name)
    yield from _team_rows(figures, record)


def _team_rows(figures: Figures, record: MetricRecord) -> Iterator[list[Cell]]:
    """Each with its place in the funnel as the note."""
    funnel = funnel_of(figures, record.metric_id)
    places = {place.unit_id: place_words(place.position) for place in funnel.places} if funnel else {}
    for value in figures.details:
        if value.metric_id != record.metric_id or value.period_type != TWELVE_MONTHS:
            continue
        period = f"{value.period_start:%Y-%m} to {value.month:%Y-%m}"
        point = point_of(record, value, value.month)
        if point.plotted is None:
            yield [period, value.unit_id, _mark(point.shown), *([None] * 8), point.shown]
        else:
            where = places.get(value.unit_id, "")
            yield [
                period, value.unit_id, point.plotted, point.numerator, point.denominator, point.least, point.most,
                *([None] * 4), where,
            ]  # fmt: skip


def spec_rows(spec: ChartSpec, unit: str) -> Iterator[list[Cell]]:
    """The points of one chart as rows."""
    for point in spec.points:
        period = f"{point.month:%Y-%m}"
        if point.plotted is None:
            yield [period, unit, _mark(point.shown), *([None] * 8), point.shown]
        else:
            yield [
                period, unit, point.plotted, point.numerator, point.denominator, point.least, point.most, point.centre,
                point.lower, point.upper, spec.target, f"{point.unusual}{point.provisional}".strip(),
            ]  # fmt: skip


def _mark(why: str) -> str:
    """What stands where there is no figure."""
    return HIDDEN if "hidden" in why else NOT_AVAILABLE


def chart_rows(chart: RowChart) -> Iterator[list[Cell]]:
    """The marks of a chart in rows, as CHART_COLUMNS."""
    for row in chart.rows:
        for mark in row.marks:
            yield [row.label, mark.name, mark.plotted, mark.numerator, mark.denominator, row.note]
        if not row.marks:
            yield [row.label, "", _mark(row.note), None, None, row.note]


def charts_csv_bytes(charts: Sequence[RowChart]) -> bytes:
    """Every mark of every chart in rows, in one table."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Chart", "Unit of value", *CHART_COLUMNS])
    for chart in charts:
        writer.writerows([safe(chart.title), chart.unit, *map(safe, row)] for row in chart_rows(chart))
    return text.getvalue().encode("utf-8-sig")


def csv_bytes(tables: list[tuple[MetricRecord, list[list[Cell]]]]) -> bytes:
    """Every row of every measure in one table; RFC 4180 with a byte order mark, which Excel asks for."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Measure", "Unit of value", *COLUMNS])
    for record, rows in tables:
        unit = value_unit(record)
        writer.writerows([safe(record.title), safe(unit), *map(safe, row)] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def safe(cell: Cell) -> Cell:
    """Text that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(cell, str) and DANGEROUS.match(cell):
        return "'" + cell
    return cell


def value_unit(record: MetricRecord) -> str:
    return {"proportion": "%", "money": "\u00a3"}.get(record.kind) or unit_words(record)


def write_workbook(
    path: Path,
    figures: Figures,
    tables: list[tuple[MetricRecord, list[list[Cell]]]],
    charts: Sequence[RowChart],
    edition: str,
) -> None:
    """Cover, contents, notes, then one marked-up table a sheet, as the Analysis Function asks of spreadsheets."""
    import xlsxwriter

    title = f"Use of evidence in social work, {month_words(figures.month)}"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": title, "author": figures.organisation, "created": CREATED})
        heading, text = (
            book.add_format({"bold": True, "font_size": 14}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        names = [f"{number} {record.metric_id}"[:31] for number, (record, _) in enumerate(tables, start=1)]
        cover = [
            title,
            figures.organisation + (" (fictional: every figure is made up)" if figures.is_sample else ""),
            f"Edition {edition}. Data to {day_words(month_end(figures.month))}, as at {day_words(figures.as_at)}.",
            f"This file holds {len(tables) + len(charts)} tables, one on each sheet after Contents and Notes.",
            "Internal management information.",
        ]
        _text_sheet(book.add_worksheet("Cover"), cover, heading, text)
        contents = book.add_worksheet("Contents")
        listed: list[list[Cell]] = [
            [name, record.title, record.question] for name, (record, _) in zip(names, tables, strict=True)
        ]
        listed += [[chart.name[:31], chart.title, chart.subtitle] for chart in charts]
        _table(contents, "contents", "Contents", "One table.", ("Sheet", "Measure", "Question"), listed, heading, text)
        notes = [
            "Notes",
            f"{HIDDEN}: hidden to protect people. {small_numbers(figures)}",
            f"{NOT_AVAILABLE}: no figure; the note of the row says why.",
            "An empty cell: does not apply. Limits need 13 comparable months.",
            "Lower 95% and Upper 95% are the ends of the confidence interval. The method page has every formula.",
        ]
        _text_sheet(book.add_worksheet("Notes"), notes, heading, text)
        for number, (name, (record, rows)) in enumerate(zip(names, tables, strict=True), start=1):
            counted = f"Numerator: {record.numerator} Denominator: {record.denominator}"
            about = f"One table. Values in {value_unit(record)}. {counted}"
            sheet = book.add_worksheet(name)
            _table(sheet, f"table_{number}", record.title, about, COLUMNS, rows, heading, text)
        for chart in charts:
            sheet, about = book.add_worksheet(chart.name[:31]), f"One table. Values in {chart.unit}. {chart.subtitle}."
            _table(sheet, f"t_{chart.name}", chart.title, about, CHART_COLUMNS, list(chart_rows(chart)), heading, text)
        book.worksheets()[0].activate()


def _text_sheet(sheet: "Worksheet", lines: list[str], heading: "Format", text: "Format") -> None:
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, text if row else heading)


def _table(
    sheet: "Worksheet", name: str, title: str, about: str, columns: tuple[str, ...], rows: list[list[Cell]],
    heading: "Format", text: "Format",
) -> None:  # fmt: skip
    """The title in A1, what the table is below it, then one header row without blank rows or merged cells."""
    first = 2
    sheet.set_column(0, len(columns) - 1, 16 if len(columns) > 3 else 50)
    sheet.write_string(0, 0, title, heading)
    sheet.write_string(1, 0, about)
    sheet.add_table(
        first, 0, first + max(1, len(rows)), len(columns) - 1,
        {"name": name, "columns": [{"header": column} for column in columns], "autofilter": False, "style": None},
    )  # fmt: skip
    for number, row in enumerate(rows, start=first + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, text)
            elif cell is not None:
                sheet.write_number(number, column, cell)
